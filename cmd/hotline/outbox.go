package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/number"
	"hotline/outbox"
	"hotline/store"
)

// outboxCommand is `hotline outbox`: what is still to be sent, and why it waits.
func outboxCommand(now func() time.Time) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "outbox [COMMAND]",
		Short: "Mails, webhooks and texts still to be sent, and why they wait",
		Long: `Outbox lists what hotline has to send and has not sent yet: mails, what webhooks are told, texts. Each is tried again after a
second, then after pauses that grow to an hour, for three days. Then it is given up and stays on the list for 30 days.`,
		Example: "  hotline outbox\n  hotline outbox retry all\n  hotline outbox drop 01KB4Z7Q8R",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, err := openStore(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			letters, err := db.Letters(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				return writeIndented(cmd.OutOrStdout(), lettersJSON(letters))
			}
			printLetters(cmd.OutOrStdout(), userTongue(), letters, now())
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "for programs")
	cmd.AddCommand(
		letterCommand(&cobra.Command{
			Use:   "retry ID|all",
			Short: "Try a letter again now, also one that was given up",
			Long: `Retry has a letter tried again at once, and then for three days, as if it were new. ID is what hotline outbox shows, or its end; all
is every letter of the list.`,
		}, "Sera réessayé : %d.", "Is tried again: %d.", func(cmd *cobra.Command, db *store.DB, id string) (bool, error) {
			return db.RetryLetter(cmd.Context(), id, now())
		}),
		letterCommand(&cobra.Command{
			Use:   "drop ID|all",
			Short: "Take a letter out without sending it",
			Long:  "Drop takes a letter out. Nobody gets it. ID is what hotline outbox shows, or its end; all is every letter of the list.",
		}, "Ôté sans être envoyé : %d.", "Taken out without being sent: %d.", func(cmd *cobra.Command, db *store.DB, id string) (bool, error) {
			return db.DropLetter(cmd.Context(), id)
		}),
	)
	return cmd
}

// letterCommand is a command that does something to the letters that it names.
func letterCommand(cmd *cobra.Command, fr, en string, do func(*cobra.Command, *store.DB, string) (bool, error)) *cobra.Command {
	cmd.Args = cobra.ExactArgs(1)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		db, err := openTool(cmd)
		if err != nil {
			return err
		}
		defer db.Close()
		letters, err := db.Letters(cmd.Context())
		if err != nil {
			return err
		}
		chosen, err := choose(letters, args[0])
		if err != nil {
			return err
		}
		done := 0
		for _, l := range chosen {
			changed, err := do(cmd, db, l.ID)
			if err != nil {
				return err
			}
			if changed { // else it has been sent meanwhile
				done++
			}
		}
		wrapped(cmd.OutOrStdout(), "", fmt.Sprintf(userTongue().say(fr, en), done))
		return nil
	}
	return cmd
}

// choose finds the letters that a person means.
func choose(letters []outbox.Entry, id string) ([]outbox.Entry, error) {
	if id == "all" {
		return letters, nil
	}
	var found []outbox.Entry
	for _, l := range letters {
		if l.ID == id {
			return []outbox.Entry{l}, nil
		}
		if len(id) >= 4 && strings.HasSuffix(l.ID, strings.ToUpper(id)) {
			found = append(found, l)
		}
	}
	switch len(found) {
	case 0:
		return nil, mistaken("aucune lettre %s n'attend : hotline outbox montre celles qui attendent", "no letter %s waits: hotline outbox shows those that do", number.CleanName(id))
	case 1:
		return found, nil
	}
	return nil, mistaken("plusieurs lettres finissent par %s : écrivez l'identifiant entier", "several letters end in %s: write the whole id", number.CleanName(id))
}

// printLetters writes the list for a person: for each letter a line, and below it what it is and why it waits.
func printLetters(w io.Writer, t tongue, letters []outbox.Entry, now time.Time) {
	if len(letters) == 0 {
		fmt.Fprintln(w, t.say("Rien n'attend d'être envoyé.", "Nothing waits to be sent."))
		return
	}
	fmt.Fprintf(w, t.say("À envoyer, ou abandonné : %d\n", "To be sent, or given up: %d\n"), len(letters))
	for _, l := range letters {
		fmt.Fprintln(w)
		fmt.Fprintf(w, "%s  %s  %s\n", cut(l.ID, 40), l.Written.In(paris()).Format("02/01 15:04"), letterState(t, l, now))
		hanging(w, "  ", t.letterWords(l))
		if l.Trouble != "" {
			hanging(w, "  ", number.CleanText(l.Trouble, 160))
		}
	}
	fmt.Fprintln(w)
	wrapped(w, "", t.say("Corrigé ? hotline outbox retry all. Sans intérêt ? hotline outbox drop ID.", "Mended? hotline outbox retry all. Of no use? hotline outbox drop ID."))
}

// letterState says how far a letter has come.
func letterState(t tongue, l outbox.Entry, now time.Time) string {
	tries := t.many(l.Attempts, "essai", "attempt")
	switch {
	case l.State == outbox.GivenUp:
		return t.say("ABANDONNÉ, ", "GIVEN UP, ") + tries
	case l.Due.After(now):
		return tries + fmt.Sprintf(t.say(", prochain dans %s", ", next in %s"), t.ago(l.Due.Sub(now)))
	}
	return tries + t.say(", prochain tout de suite", ", next at once")
}

// letterWords say what a letter is and to whom it goes.
func (t tongue) letterWords(l outbox.Entry) string {
	switch l.Kind {
	case outbox.ByMail:
		var m outbox.Mail
		if json.Unmarshal(l.Content, &m) == nil {
			return fmt.Sprintf(t.say("mail à %s : %s", "mail to %s: %s"), cut(strings.Join(m.To, ", "), 60), cut(m.Subject, 60))
		}
	case outbox.ByHook:
		var h outbox.Hook
		if json.Unmarshal(l.Content, &h) == nil {
			return fmt.Sprintf(t.say("webhook %s : %s", "webhook %s: %s"), cut(h.To, 40), cut(h.Event, 40))
		}
	case outbox.ByText:
		var x outbox.Text
		if json.Unmarshal(l.Content, &x) == nil {
			return fmt.Sprintf(t.say("SMS au %s : %s", "text to %s: %s"), number.Number(x.To).Pretty(), cut(x.Words, 60))
		}
	}
	return string(l.Kind)
}

// A letterJSON is a letter for programs. Its content may hold what a caller said, and is not shown.
type letterJSON struct {
	ID       string       `json:"id"`
	Kind     outbox.Kind  `json:"kind"`
	Lane     string       `json:"lane"`
	Call     string       `json:"call,omitempty"`
	State    outbox.State `json:"state"`
	Written  time.Time    `json:"written"`
	Due      time.Time    `json:"due"`
	Attempts int          `json:"attempts"`
	Error    string       `json:"error,omitempty"`
}

func lettersJSON(letters []outbox.Entry) []letterJSON {
	out := []letterJSON{}
	for _, l := range letters {
		out = append(out, letterJSON{l.ID, l.Kind, l.Lane, l.Call, l.State, l.Written, l.Due, l.Attempts, l.Trouble})
	}
	return out
}
