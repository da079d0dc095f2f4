package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"hotline/config"
	"hotline/web"
)

// onSignal applies the rules files whenever SIGHUP comes, until ctx ends.
func (b *rulebook) onSignal(ctx context.Context, signals <-chan os.Signal) {
	for {
		select {
		case <-signals:
			b.applyFiles(ctx, "SIGHUP")
		case <-ctx.Done():
			return
		}
	}
}

// hangups is where SIGHUP comes from now on, until stop: whoever does not ask for it is ended by it.
func hangups() (signals <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	return c, func() { signal.Stop(c) }
}

// applyFiles puts the files on the disk in force, and logs why if it does not.
func (b *rulebook) applyFiles(ctx context.Context, why string) {
	source, problems := config.ReadSource(b.at.rules)
	err := problems.Err()
	if err == nil {
		_, err = b.Apply(ctx, web.RulesWish{Files: web.NewRulesFiles(source), Who: "serve", Why: why})
	}
	var refused *web.RefusedRules
	switch current := b.current.Load(); {
	case err == nil:
	case errors.Is(err, web.ErrSameRules):
		b.log.Info("the rules file says what is in force already", "number", current.Number, "why", why)
	case errors.As(err, &refused):
		for _, p := range refused.Problems {
			if !p.Warning {
				b.log.Error("the rules file is refused; the version of before stays in force; hotline check says everything",
					"number", current.Number, "why", why, "at", p.Pos, "code", p.Code, "error", p.Title.EN)
				break
			}
		}
	default:
		b.log.Error("the rules file is not put in force; the version of before stays", "number", current.Number, "why", why, "err", err)
	}
}

// onSave applies the rules files whenever they have been saved and rest, until ctx ends. What stood there at the start was not saved
// while somebody watched, and is left alone.
func (b *rulebook) onSave(ctx context.Context) {
	w := newWatch(saveRest, func() []string { return []string{b.at.rules, config.Part(b.at.rules, "")} })
	defer w.close()
	if w.news == nil {
		b.log.Warn("nobody tells of changes of the rules files here: they are looked at every second")
	}
	w.look()
	done := b.saved()
	for {
		w.next(ctx)
		if ctx.Err() != nil {
			return
		}
		if saved := b.saved(); saved != done {
			done = saved
			b.applyFiles(ctx, "reload_on_save")
		}
	}
}

// saved is what the files say, or why they cannot be read: if they stay like that, somebody has to know.
func (b *rulebook) saved() string {
	hash, err := config.HashFile(b.at.rules)
	if err != nil {
		return err.Error()
	}
	return hash
}
