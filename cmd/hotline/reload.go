package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"

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

// A file that is saved is looked at once it has rested, and now and then when nobody says that it was.
const (
	saveRest = 500 * time.Millisecond
	saveLook = 5 * time.Second
)

// onSave applies the rules files whenever they have been saved and rest, until ctx ends. What stood there at the start was not saved
// while somebody watched, and is left alone.
func (b *rulebook) onSave(ctx context.Context) {
	notes, errs, stop := b.notes()
	defer stop()
	done := b.saved()
	var pending string
	look := time.NewTimer(saveLook)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case note := <-notes:
			if b.ours(note.Name) {
				look.Reset(saveRest)
			}
			continue
		case err := <-errs:
			b.log.Warn("the rules files are looked at every few seconds only", "err", err)
			errs = nil
			continue
		case <-look.C:
		}
		look.Reset(saveLook)
		switch saved := b.saved(); saved {
		case done:
			pending = ""
		case pending:
			done, pending = saved, ""
			b.applyFiles(ctx, "reload_on_save")
		default: // perhaps it is still being written
			pending = saved
			look.Reset(saveRest)
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

// ours says whether a file belongs to the rules: their folder may be that of the database as well.
func (b *rulebook) ours(file string) bool {
	parts := filepath.Join(filepath.Dir(b.at.rules), "rules.d")
	return filepath.Base(file) == filepath.Base(b.at.rules) || filepath.Dir(file) == parts || file == parts
}

// notes tell that something has happened in the folders of the rules. Where the system tells nothing, nothing comes.
func (b *rulebook) notes() (<-chan fsnotify.Event, <-chan error, func()) {
	folder := filepath.Dir(b.at.rules)
	w, err := fsnotify.NewWatcher()
	if err == nil {
		if err = w.Add(folder); err != nil {
			err = errors.Join(err, w.Close())
		}
	}
	if err != nil {
		b.log.Warn("the rules files are looked at every few seconds only", "err", err)
		return nil, nil, func() {}
	}
	_ = w.Add(filepath.Join(folder, "rules.d")) // need not be there; then it is looked at every few seconds
	return w.Events, w.Errors, func() { _ = w.Close() }
}
