package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"hotline/ari"
	"hotline/config"
	"hotline/esl"
	"hotline/pbx"
	"hotline/routing"
	"hotline/store"
)

func serveCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "Answer the calls",
		Long: `Serve connects to the switch and answers calls by the rules, until it is told to stop (SIGTERM). Stopping leaves
every call on the switch as it is; the next start finds each one where it was.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := cmd.Flags().GetString("config")
			if err != nil {
				return err
			}
			daemon, err := config.LoadDaemon(path, cmd.Flags())
			if err != nil {
				return err
			}
			rules, problems := config.LoadRules(daemon.Rules)
			if problems.Errors() {
				return problems.Err()
			}
			log, err := newLog(cmd.ErrOrStderr(), daemon.Log)
			if err != nil {
				return err
			}
			return serve(cmd.Context(), daemon, rules, log)
		},
	}
	for flag, what := range map[string]string{
		"rules": "the rules file", "prompts-folder": "the folder of the sound files",
		"log-level": "debug, info, warn or error", "log-format": "text or json",
	} {
		c.Flags().String(flag, "", what+", instead of what the daemon's file says")
	}
	return c
}

// serve runs everything, from the database up to the switch, until ctx ends or the switch refuses us for good.
func serve(ctx context.Context, daemon *config.Daemon, rules *config.Rules, log *slog.Logger) (err error) {
	for _, p := range config.CheckPrompts(rules, daemon.Prompts.Folder) {
		log.Error("sound file unusable; callers will not hear it", "at", p.Pos, "why", p.Title.EN)
	}
	if at := daemon.Switches[0].Records; at == "" {
		log.Warn("records is not set: calls that end while hotline is away will have estimated ends")
	} else if _, err := os.Stat(filepath.Dir(at)); err != nil {
		log.Warn("records cannot be read: calls that end while hotline is away will have estimated ends", "err", err)
	} else if _, err := os.Stat(at); err != nil {
		log.Info("records is not there yet; Asterisk writes it with the first call, if cel.conf and cel_custom.conf say so", "err", err)
	}
	db, err := store.Open(ctx, daemon.Database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	own, err := ownPrices(rules, time.Now())
	if err != nil {
		return err
	}
	if err := db.SetPrices(ctx, own); err != nil {
		return err
	}

	exchange, err := newExchange(daemon, log)
	if err != nil {
		return err
	}
	journal := db.Journal()
	floor := routing.NewFloor(rules, []string{exchange.Name()}, journal, log)
	board := routing.New(routing.Setup{
		Exchange: exchange, Router: routing.NewRouter(rules), Floor: floor, Journal: journal,
		Sounds: routing.Sounds{Rules: rules, Folder: daemon.Prompts.SwitchFolder}, Music: daemon.Switches[0].Music, Log: log,
	})
	log.Info("hotline starts", "version", version(), "rules", rules.Hash, "numbers", len(rules.Lines), "agents", len(rules.Agents))

	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var running sync.WaitGroup
	running.Go(func() { floor.Run(ctx) })
	err = exchange.Run(ctx, board)
	stop()
	running.Wait()
	log.Info("hotline leaves; calls stay on the switch")
	return err
}

// newExchange returns the exchange of the switch that the daemon's file names.
func newExchange(daemon *config.Daemon, log *slog.Logger) (*pbx.Exchange, error) {
	s := daemon.Switches[0]
	trunks := map[string]string{}
	for _, t := range s.Trunks {
		trunks[t.Name] = t.Dial
	}
	driver, err := newDriver(s, daemon.Instance, trunks, log)
	if err != nil {
		return nil, fmt.Errorf("switch %s: %w", s.Name, err)
	}
	return pbx.NewExchange(s.Name, driver, log), nil
}

// newDriver returns what drives that kind of switch.
func newDriver(s config.Switch, instance string, trunks map[string]string, log *slog.Logger) (pbx.Switch, error) {
	if s.Kind == "freeswitch" {
		return esl.New(esl.Config{
			Name: s.Name, Address: s.Address, Password: s.Password.Reveal(), Instance: instance,
			Phone: s.Phone, Trunks: trunks, Records: s.Records, Log: log,
		})
	}
	return ari.New(ari.Config{
		Name: s.Name, URL: s.URL, User: s.User, Password: s.Password.Reveal(), App: instance,
		Phone: s.Phone, Trunks: trunks, Records: s.Records, Log: log,
	})
}

func newLog(out io.Writer, c config.Log) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		return nil, fmt.Errorf("log level %q: write debug, info, warn or error", c.Level)
	}
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(out, options)), nil
	}
	return slog.New(slog.NewTextHandler(out, options)), nil
}
