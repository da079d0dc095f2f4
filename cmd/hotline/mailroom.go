package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"hotline/config"
	"hotline/outbox"
	"hotline/routing"
	"hotline/store"
)

// A mailroom keeps messages in the database, has their letters sent at once, and erases them when the rules say so.
type mailroom struct {
	*store.DB
	folder  routing.Recordings
	letters outbox.Poster
	rules   func() *config.Rules
	boards  []*routing.Switchboard
	log     *slog.Logger
}

// openMailroom opens the folder in which messages are kept.
func openMailroom(daemon *config.Daemon, db *store.DB, letters outbox.Poster, rules func() *config.Rules, log *slog.Logger) (*mailroom, error) {
	folder := daemon.Recordings()
	if err := openRecordings(folder, daemon.Prompts.Folder, log); err != nil {
		return nil, err
	}
	return &mailroom{DB: db, folder: routing.Recordings(folder), letters: letters, rules: rules, log: log}, nil
}

// Left writes down a message and the letter that tells of it.
func (m *mailroom) Left(ctx context.Context, message routing.Message, letter outbox.Letter) error {
	if err := m.DB.Left(ctx, message, letter); err != nil || letter.Kind == "" {
		return err
	}
	if err := m.letters.Post(ctx, letter); err != nil { // it is written already: this only wakes who sends it
		m.log.Warn("the mail about a message goes out later", "message", message.ID, "err", err)
	}
	return nil
}

// run erases what is too old and posts what could not be posted, at the start and each hour from then on: it is little work.
func (m *mailroom) run(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		m.postLate(ctx)
		m.erase(ctx, time.Now())
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// postLate posts the letters for which the outbox had no room.
func (m *mailroom) postLate(ctx context.Context) {
	late, err := m.Unposted(ctx)
	if err != nil {
		m.log.Error("messages whose mail has not been written", "err", err)
		return
	}
	for _, k := range late {
		letter, err := m.folder.Letter(k.Message, m.rules())
		if err == nil {
			err = m.PostMessage(ctx, k.ID, letter)
		}
		if err != nil {
			m.log.Warn("no mail tells of a message yet; hotline voicemail has it", "message", k.ID, "err", err)
		}
	}
}

// erase takes out the messages that have been kept for as long as the rules say: the sound first, so that none stays of which
// nobody knows.
func (m *mailroom) erase(ctx context.Context, now time.Time) {
	limit := m.rules().Keep.Voicemails
	if limit == 0 {
		return
	}
	old, err := m.MessagesBefore(ctx, now.Add(-limit))
	if err != nil {
		m.log.Error("messages that are to be erased cannot be read", "err", err)
		return
	}
	for _, k := range old {
		err := m.folder.Erase(k.ID)
		if err == nil {
			err = m.DropMessage(ctx, k.ID, routing.EraseMessage, "", now)
		}
		if err != nil {
			m.log.Error("a message is not erased; it is tried again in an hour", "message", k.ID, "err", err)
			continue
		}
		m.log.Info("message erased", "message", k.ID, "left", k.At, "keep", limit)
	}
	m.sweep(now.Add(-limit))
}

// sweep removes recordings of which no message tells, such as those of calls that ended in a crash, once they are as old.
func (m *mailroom) sweep(before time.Time) {
	files, err := filepath.Glob(filepath.Join(string(m.folder), "*.wav"))
	if err != nil {
		return // the pattern is right
	}
	for _, file := range files {
		if info, err := os.Stat(file); err == nil && info.ModTime().Before(before) {
			if err := os.Remove(file); err != nil {
				m.log.Error("an old recording is not erased", "file", file, "err", err)
			}
		}
	}
}

// openRecordings makes the folder in which recordings are kept, for hotline alone, and takes away what an earlier run has lent to
// switches.
func openRecordings(folder, prompts string, log *slog.Logger) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return mistaken("le dossier des enregistrements ne peut pas être créé : %v", "the folder of recordings cannot be made: %v", err)
	}
	lent, err := os.ReadDir(prompts)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		log.Warn("the folder of the prompts cannot be read", "err", err)
	}
	for _, f := range lent {
		if routing.IsLent(f.Name()) {
			if err := os.Remove(filepath.Join(prompts, f.Name())); err != nil {
				log.Warn("a recording stays beside the prompts", "err", err)
			}
		}
	}
	return nil
}
