package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"hotline/routing"
	"hotline/store"
	"hotline/web"
)

func statusCommand(now func() time.Time) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "What goes on: switches, calls, queues, agents, on one screen",
		Long: `Status asks the hotline that runs on this machine, over its control socket. It changes nothing. When hotline does not
run it says so, and what its files still tell.

Exit status: 0 all is well, 1 something needs attention, or hotline does not run.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := newLine(cmd)
			if err != nil {
				return err
			}
			s, err := l.Status(cmd.Context())
			if _, known := l.whyNot(err); err != nil && !known {
				return err
			}
			page := statusPage{Status: s, at: now()}
			switch {
			case err != nil:
				page = l.without(cmd.Context(), err, now())
			case s.Program.Version != version():
				page.OK, page.Attention = false, append(s.Attention, web.Attention{Code: web.OtherVersion})
			}
			if err := page.write(cmd.OutOrStdout(), l.tongue, asJSON); err != nil {
				return err
			}
			if !page.OK {
				return &exitError{code: 1}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "for programs")
	return cmd
}

// A statusPage is what status shows.
type statusPage struct {
	web.Status
	Without *without `json:"without,omitempty"`
	at      time.Time
}

// without is what can be told when no hotline answers.
type without struct {
	Why       string    `json:"why"`
	LastAlive time.Time `json:"last_alive,omitzero"` // when it last knew of its calls
	OpenCalls int       `json:"open_calls"`
	Unread    string    `json:"unread,omitempty"` // why the database says nothing
	missed    int       // as web.Facts has it
	closed    []routing.Closing
	outbox    web.Outbox
}

// without looks at the files alone.
func (l *line) without(ctx context.Context, err error, now time.Time) statusPage {
	page := statusPage{Status: web.Status{At: now, Facts: machine(l.daemon), Queues: []web.Queue{}, Agents: []web.Agent{}}, at: now}
	page.Without = &without{Why: l.trouble(err).Error(), missed: -1}
	if readErr := page.Without.read(ctx, l, now); readErr != nil && !errors.Is(readErr, fs.ErrNotExist) {
		page.Without.Unread = readErr.Error()
	}
	page.Missed, page.Outbox = page.Without.missed, page.Without.outbox
	page.Closed = append(page.Closed, page.Without.closed...)
	code := web.NotReached
	if running, lockErr := store.InUse(l.daemon.Database); errors.Is(err, web.ErrNobody) && !running && lockErr == nil {
		code = web.NotRunning
	}
	page.Attention = append([]web.Attention{{Code: code}}, page.Facts.Attention(now)...)
	return page
}

func (w *without) read(ctx context.Context, l *line, now time.Time) (err error) {
	db, err := store.OpenReader(ctx, l.daemon.Database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	open, err := db.Journal().Saved(ctx)
	if err != nil {
		return err
	}
	w.OpenCalls = len(open)
	rules, err := rulesInForce(ctx, db)
	if err != nil {
		return err
	}
	if w.missed, err = toCallBack(ctx, db, rules, now); err != nil {
		return err
	}
	if w.closed, err = db.ClosedServices(ctx, now); err != nil {
		return err
	}
	if w.outbox.Late, w.outbox.GivenUp, err = db.LettersLeft(ctx); err != nil {
		return err
	}
	for _, name := range switchNames(l.daemon) {
		at, err := db.Journal().LastAlive(ctx, name)
		if err != nil {
			return err
		}
		if at.After(w.LastAlive) {
			w.LastAlive = at
		}
	}
	return nil
}

func (p statusPage) write(w io.Writer, t tongue, asJSON bool) error {
	if asJSON {
		return writeIndented(w, p)
	}
	p.print(w, t)
	return nil
}

func writeIndented(w io.Writer, value any) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(value); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
