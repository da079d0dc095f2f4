package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"hotline/config"
	"hotline/number"
	"hotline/outbox"
	"hotline/prompt"
	"hotline/routing"
	"hotline/store"
	"hotline/web"
)

func serveCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "Answer the calls",
		Long: `Serve connects to the switches and answers calls by the rules in force, until it is told to stop (SIGTERM). Stopping leaves
every call on its switch as it is; the next start finds each one where it was.

The first start puts rules.yaml in force. From then on a change of the file waits for hotline apply, or for SIGHUP.`,
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
			if err := notForRoot(daemon.Database); err != nil {
				return err
			}
			log, err := newLog(cmd.ErrOrStderr(), daemon.Log)
			if err != nil {
				return err
			}
			return serve(cmd.Context(), daemon, log)
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

// serve runs everything, from the database up to the switches, until ctx ends or they refuse us for good.
func serve(ctx context.Context, daemon *config.Daemon, log *slog.Logger) (err error) {
	signals, stop := hangups()
	defer stop()
	remembered := newMemory(log.Handler())
	log = slog.New(remembered)
	for _, w := range daemon.Switches {
		warnRecords(w, switchLog(daemon, w, log))
	}
	db, err := store.Open(ctx, daemon.Database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	book, rules, err := firstRules(ctx, placeOf(daemon), db, log)
	if err != nil {
		return err
	}
	fetched, err := offerSounds(ctx, daemon, rules, log)
	if err != nil {
		return err
	}
	defer fetched.close()
	floor, force, err := layRules(ctx, daemon, db, book, rules, log)
	if err != nil {
		return err
	}
	now := func() *config.Rules { return force.Now().Rules }
	shutters, err := routing.NewShutters(ctx, db, now, log)
	if err != nil {
		return err
	}
	shutters.Follow(ctx)
	hooks, err := newHooks(daemon)
	if err != nil {
		return err
	}
	letters := outbox.New(db, newCarriers(daemon, hooks), log)
	messages, err := openMailroom(daemon, db, letters, now, log)
	if err != nil {
		return err
	}
	speech, err := prompt.ParseSpeech(daemon.Prompts.Speech)
	if err != nil {
		return err
	}
	booth := prompt.NewBooth(prompt.Studio{Folder: daemon.Prompts.Folder, Speech: speech})
	keeper := newRecordist(book)
	door := &doorman{db: db, porter: routing.NewPorter(), rules: now}
	if err := door.learn(ctx); err != nil {
		return err
	}
	boards, err := newBoards(daemon, routing.Setup{
		Rules: force, Floor: floor, Journal: db.Journal(), Porter: door.porter, Blocklist: db, Shutters: shutters, Log: log,
		Acquaintances: db.Acquaintances(func(n number.Number) bool { return force.Now().Ours(n) }),
		Hooks:         hooks, Texts: textsOf(daemon, db),
		Outbox: letters, Notices: notices(daemon), Mailroom: messages, Opinions: db, Supervisor: supervisorOf(daemon), Recordings: messages.folder, Recordist: keeper,
		Speech: booth,
	}, fetched.shelf)
	if err != nil {
		return err
	}
	messages.boards = boards
	book.floor = &running{force: force, boards: boards, shelf: fetched.shelf, shutters: shutters, calls: func() []routing.CallNow { return floor.Snapshot().Calls }}
	log.Info("hotline starts", "version", version(), "rules", rules.Rules.Hash, "number", rules.Number,
		"numbers", len(rules.Rules.Lines), "agents", len(rules.Rules.Agents))
	known := facts{daemon: daemon, book: book, boards: boards, started: time.Now(), log: remembered.last, shutters: shutters}
	control := &web.Server{
		Version: version(), Instance: daemon.Instance, Floor: floor, Rules: book, Closures: &closureDesk{shutters, floor, now},
		Prompts: keeper, Messages: messages, Doorman: door, Facts: known.now, Log: log,
	}
	beside := []func(context.Context){
		func(ctx context.Context) { book.onSignal(ctx, signals) },
		func(ctx context.Context) { booth.Run(ctx, log) },
		letters.Run, messages.run,
		(&postman{db: db, letters: letters, mail: daemon.Mail, rules: now, log: log}).run,
		(&caretaker{daemon: daemon, db: db, letters: letters, floor: floor, shutters: shutters, boards: boards, rules: now, log: log}).run,
	}
	if fetched.listener != nil {
		beside = append(beside, fetched.serve)
	}
	if daemon.ReloadOnSave {
		beside = append(beside, book.onSave)
	}
	err = work(ctx, floor, boards, control, daemon.Control, beside, log)
	log.Info("hotline leaves; calls stay on the switch")
	return err
}

// layRules puts the rules in force on a floor that knows who was there before, with the older versions that calls still go by.
func layRules(ctx context.Context, daemon *config.Daemon, db *store.DB, book *rulebook, rules *routing.Version, log *slog.Logger) (*routing.Floor, *routing.InForce, error) {
	older, err := book.older(ctx, db.Journal())
	if err != nil {
		return nil, nil, err
	}
	floor := routing.NewFloor(rules.Rules, switchNames(daemon), db.Journal(), log)
	if err := floor.Recall(ctx); err != nil {
		return nil, nil, err
	}
	return floor, routing.NewInForce(floor, rules, older...), nil
}

// work takes calls, answers on the control socket and does what is to be done beside that until ctx ends or the switches refuse us for good, and tells systemd.
func work(ctx context.Context, floor *routing.Floor, boards []*routing.Switchboard, control *web.Server, socket string, beside []func(context.Context), log *slog.Logger) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var running, watching sync.WaitGroup
	running.Go(func() { floor.Run(ctx) })
	for _, do := range beside {
		running.Go(func() { do(ctx) })
	}
	if l, err := web.Listen(socket); err != nil {
		log.Error("the control socket cannot be used: hotline status, call and agent do not reach this hotline; calls go on", "err", err)
	} else {
		running.Go(func() {
			if err := control.Serve(ctx, l); err != nil {
				log.Error("the control socket is no longer answered; calls go on", "err", err)
			}
		})
	}
	watched, gone := context.WithCancel(context.WithoutCancel(ctx))
	w := &watchman{look: func() (bool, string) { return lookAround(floor, boards, log) }, log: log}
	watching.Go(func() { w.watch(watched, ctx.Done()) })
	err := drive(ctx, boards, log)
	stop()
	running.Wait()
	gone()
	watching.Wait()
	return err
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
