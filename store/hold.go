package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"hotline/disk"
)

// ErrOpen is returned when a program that is not the daemon has the database open while it is to be replaced.
var ErrOpen = errors.New("another program has this database open")

// A Hold keeps every hotline off a database file, which need not be there.
type Hold struct {
	path string
	lock *os.File
}

// Take takes hold of a database file. It fails with ErrInUse while a daemon runs on it.
func Take(ctx context.Context, path string) (*Hold, error) {
	f, err := lock(ctx, path, 0)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	return &Hold{path, f}, nil
}

// Release lets go.
func (h *Hold) Release() error { return h.lock.Close() }

// Replace puts another database, a file in the same folder, in the place of the one that is held. What was there gets the
// name kept; a write-ahead log that cannot be brought back into it goes with it. At no moment is there no database.
func (h *Hold) Replace(ctx context.Context, by, kept string) error {
	if err := h.settle(ctx, kept); err != nil {
		return fmt.Errorf("replace database %s: %w", h.path, err)
	}
	if err := disk.Keep(h.path, kept); err != nil {
		return fmt.Errorf("replace database %s: %w", h.path, err)
	}
	if err := errors.Join(os.Rename(by, h.path), disk.SyncFolder(filepath.Dir(h.path)), h.share()); err != nil {
		return fmt.Errorf("replace database %s: %w", h.path, err)
	}
	return nil
}

// share gives the lock to whom the database belongs, when somebody else has made it.
func (h *Hold) share() error {
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Stat(h.path)
	if err != nil {
		return err
	}
	uid, gid := disk.Owner(info)
	return h.lock.Chown(uid, gid)
}

// settle leaves the old file without a log beside it, which SQLite would take for that of the new one.
func (h *Hold) settle(ctx context.Context, kept string) error {
	if _, err := os.Stat(h.path); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	db, err := connect(ctx, h.path, "rw", "FULL", 1)
	if err == nil {
		err = errors.Join(whole(ctx, db), db.Close()) // whoever closes it last brings the log back into the file
	}
	_, left := os.Stat(h.path + "-wal")
	switch {
	case errors.Is(left, fs.ErrNotExist):
		return nil
	case left != nil:
		return left
	case err == nil:
		return ErrOpen
	}
	// It is damaged: file and log are kept side by side as they are.
	for _, end := range []string{"-wal", "-shm"} {
		if err := os.Rename(h.path+end, kept+end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
