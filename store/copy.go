package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"

	"hotline/disk"
)

// Contents is what a database file holds, of whatever version its schema is.
type Contents struct {
	Schema int       `json:"schema"`
	Calls  int       `json:"calls"`
	Open   int       `json:"open"`   // calls that have not been closed
	Latest time.Time `json:"latest"` // when the newest call came in; zero when there is none
	Bytes  int64     `json:"bytes"`
}

// Newest is the version of the schema that this program wants.
func Newest() (int, error) {
	names, err := migrationNames()
	return len(names), err
}

// Size is how many bytes a database takes, with what is not yet merged into its file.
func Size(path string) (int64, error) {
	file, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	size := file.Size()
	log, err := os.Stat(path + "-wal")
	if err == nil {
		size += log.Size()
	} else if !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	return size, nil
}

// Inspect looks a database file through, from its first page to its last, and says what it holds. It changes nothing, and
// may run beside the daemon. A damaged file is refused, and one that a newer hotline wrote.
func Inspect(ctx context.Context, path string) (Contents, error) {
	var c Contents
	info, err := os.Stat(path)
	if err != nil {
		return c, fmt.Errorf("open database: %w", err)
	}
	db, err := connect(ctx, path, "ro", "NORMAL", 1)
	if err != nil {
		return c, fmt.Errorf("open database %s: %w", path, advise(err))
	}
	c, err = contents(ctx, db)
	c.Bytes = info.Size()
	if err := errors.Join(err, db.Close()); err != nil {
		return c, fmt.Errorf("look through database %s: %w", path, advise(err))
	}
	return c, nil
}

func contents(ctx context.Context, db *sqlx.DB) (c Contents, err error) {
	known, err := Newest()
	if err != nil {
		return c, err
	}
	if c.Schema, err = schemaVersion(ctx, db, known); err != nil {
		return c, err
	}
	if err := whole(ctx, db); err != nil {
		return c, err
	}
	if c.Schema == 0 {
		return c, ErrNotOurs
	}
	var latest int64
	err = db.QueryRowContext(ctx, "SELECT count(*), count(*) - count(closed), coalesce(max(opened), 0) FROM call").Scan(&c.Calls, &c.Open, &latest)
	if latest != 0 {
		c.Latest = time.UnixMilli(latest).UTC()
	}
	return c, err
}

// Copy writes a copy of a database to a new file, as the database is at one moment; the daemon may write on meanwhile, for
// the copy is read beside its log. When Copy returns nil, the copy has been looked through and is on the disk, and what it
// holds is returned. Only its owner may read it. When it returns an error, there is no copy.
func Copy(ctx context.Context, from, to string) (Contents, error) {
	if _, err := os.Stat(from); err != nil {
		return Contents{}, fmt.Errorf("open database: %w", err)
	}
	db, err := connect(ctx, from, "ro", "NORMAL", 1)
	if err != nil {
		return Contents{}, fmt.Errorf("open database %s: %w", from, advise(err))
	}
	err = copyFile(ctx, db, to, besideCalls)
	if err := errors.Join(err, db.Close()); err != nil {
		return Contents{}, fmt.Errorf("copy database %s to %s: %w", from, to, advise(err))
	}
	c, err := Inspect(ctx, to)
	if err != nil {
		return c, errors.Join(err, os.Remove(to))
	}
	return c, nil
}

// copyFile writes what an open database holds to a new file, and the file to the disk. What is left of it after an error is
// removed.
func copyFile(ctx context.Context, db *sqlx.DB, to string, rest int) (err error) {
	f, err := os.OpenFile(to, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) // SQLite goes by the umask
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(err, os.Remove(to))
		}
	}()
	// Until it is whole, the copy is worth nothing: nobody needs to undo half of it.
	options := url.Values{"mode": {"rw"}, "_journal_mode": {"OFF"}, "_synchronous": {"OFF"}}
	copied, err := dial(ctx, to, options, 1)
	if err != nil {
		return err
	}
	err = copyPages(ctx, db, copied, func(began time.Time) error {
		if err := f.Sync(); err != nil {
			return err
		}
		select {
		case <-time.After(time.Duration(rest) * time.Since(began)):
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
	return errors.Join(err, copied.Close(), f.Sync())
}

// A copy goes to the disk in pieces. Beside calls, each piece is followed by a rest of so many times what it took, so that
// the daemon's own commits find the disk free; see decision 0035 for what that is worth.
const (
	pagesAtOnce = 512 // two megabytes
	besideCalls = 2
	inAHurry    = 0
)

// copyPages copies all pages as they are at one moment, and calls after behind each piece with the moment at which the piece
// was begun. SQLite would begin anew whenever somebody writes; a transaction that reads holds the moment.
func copyPages(ctx context.Context, from, to *sqlx.DB, after func(began time.Time) error) (err error) {
	source, err := from.Connx(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := to.Connx(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	if _, err := source.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	defer func() {
		_, end := source.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		err = errors.Join(err, end)
	}()
	var tables int // the transaction begins with the first look
	if err := source.GetContext(ctx, &tables, "SELECT count(*) FROM sqlite_schema"); err != nil {
		return err
	}
	return source.Raw(func(src any) error {
		return target.Raw(func(dst any) error {
			backup, err := dst.(*sqlite3.SQLiteConn).Backup("main", src.(*sqlite3.SQLiteConn), "main")
			if err != nil {
				return err
			}
			for done := false; !done && err == nil; {
				began := time.Now()
				if done, err = backup.Step(pagesAtOnce); err == nil {
					err = after(began)
				}
			}
			return errors.Join(err, backup.Finish())
		})
	})
}

// backUp copies a file that is about to be upgraded, because an older program refuses the newer one. The copy lies beside it,
// has the name of one only when it is whole and on the disk, and is never removed by us once the upgrade is done.
func backUp(ctx context.Context, db *sqlx.DB, path string, version int, now time.Time) (string, error) {
	backup := fmt.Sprintf("%s.schema%d-%s", path, version, now.UTC().Format("20060102T150405Z"))
	part := path + partOfCopy
	if err := removeInterrupted(path, version); err != nil {
		return "", err
	}
	if err := copyFile(ctx, db, part, inAHurry); err != nil {
		return "", err
	}
	if err := errors.Join(disk.Keep(part, backup), disk.SyncFolder(filepath.Dir(path))); err != nil {
		return "", err
	}
	return backup, nil
}

// partOfCopy is how a copy is called behind the name of the file until the upgrade is done; a whole one has its own name as well.
const partOfCopy = ".schema-part"

// removeInterrupted removes the copy of an upgrade that was killed: each start tries again, and would leave one more.
func removeInterrupted(path string, version int) error {
	part, err := os.Stat(path + partOfCopy)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	beside, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	for _, e := range beside {
		if !strings.HasPrefix(e.Name(), fmt.Sprintf("%s.schema%d-", filepath.Base(path), version)) {
			continue
		}
		name := filepath.Join(filepath.Dir(path), e.Name())
		if info, err := os.Stat(name); err == nil && os.SameFile(info, part) {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
	}
	return forgetPart(path)
}

// forgetPart says that a copy, if there is one, belongs to an upgrade that is done.
func forgetPart(path string) error {
	if err := os.Remove(path + partOfCopy); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
