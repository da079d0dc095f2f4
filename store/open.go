// Package store keeps what must outlive the daemon in one SQLite file. It is the only place with SQL.
//
// Its one guarantee: a call that was closed is there once, with its charge, after a kill and after a power loss; what
// is not there was never acknowledged. See writer for how.
//
//	db, err := store.Open(ctx, "hotline.db")
//	defer db.Close()
//	journal := db.Journal() // a routing.Journal
package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3" // also the driver "sqlite3"

	"hotline/billing"
)

// ErrNotOurs is returned for a file of SQLite in which hotline has never written.
var ErrNotOurs = errors.New("hotline has never written in it")

// ErrReadOnly is returned by everything that writes when the file was opened by OpenReader.
var ErrReadOnly = errors.New("the database was opened for reading only")

// ErrFull is returned when there is no room on the disk for what is to be written, of which nothing is written then.
var ErrFull = errors.New("make room on the disk of the database")

// A DB is one open database file. Its methods may be used by any number of goroutines.
type DB struct {
	path    string
	lock    *os.File // nil when reading only
	read    *sqlx.DB
	soon    *writer // nil when reading only
	durable *writer
	turn    chan struct{} // holds one token; who has it writes
	group   group
	latest  atomic.Pointer[Tariffs] // as last read
	zone    *time.Location          // in which days begin
}

const (
	readers     = 4
	busyTimeout = 5 * time.Second
)

// Open opens the database file, making it if there is none, checks that it is whole, brings its schema up to date and
// loads the shipped tariff tables. It refuses a damaged file and one that a newer hotline wrote.
func Open(ctx context.Context, path string) (*DB, error) {
	db := &DB{path: path, turn: make(chan struct{}, 1), zone: billing.Paris()}
	db.turn <- struct{}{}
	if err := db.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, advise(err)), db.Close())
	}
	return db, nil
}

// advise says what to do about a file that SQLite cannot read.
func advise(err error) error {
	var broken sqlite3.Error
	if errors.As(err, &broken) && (broken.Code == sqlite3.ErrCorrupt || broken.Code == sqlite3.ErrNotADB) {
		return fmt.Errorf("%w; restore it from a backup", err)
	}
	if errors.As(err, &broken) && (broken.Code == sqlite3.ErrCantOpen || broken.Code == sqlite3.ErrReadonly) {
		return fmt.Errorf("%w; is its folder there, and may this user write in it?", err)
	}
	if errors.As(err, &broken) && broken.Code == sqlite3.ErrFull || errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("%w: %w", err, ErrFull)
	}
	return err
}

func (db *DB) open(ctx context.Context) (err error) {
	if db.lock, err = lock(ctx, db.path, lockWait); err != nil {
		return err
	}
	setup, err := connect(ctx, db.path, "rwc", "FULL", 1)
	if err != nil {
		return err
	}
	err = prepareFile(ctx, setup, db.path, time.Now())
	if err := errors.Join(err, setup.Close()); err != nil {
		return err
	}
	if db.soon, err = openWriter(ctx, db.path, "NORMAL"); err != nil {
		return err
	}
	if db.durable, err = openWriter(ctx, db.path, "FULL"); err != nil {
		return err
	}
	return db.openReaders(ctx, "rw")
}

// prepareFile brings a file that has just been opened to where this program wants it.
func prepareFile(ctx context.Context, db *sqlx.DB, path string, now time.Time) error {
	if err := whole(ctx, db); err != nil {
		return err
	}
	if err := upgrade(ctx, db, path, now); err != nil {
		return err
	}
	return loadShipped(ctx, db, now)
}

// whole refuses a damaged file.
func whole(ctx context.Context, db *sqlx.DB) error {
	var verdict string
	if err := db.GetContext(ctx, &verdict, "PRAGMA quick_check(1)"); err != nil {
		return fmt.Errorf("check it: %w", err)
	}
	if verdict != "ok" {
		return fmt.Errorf("it is damaged (%s); restore it from a backup", verdict)
	}
	return nil
}

// OpenTool opens an existing database for a command that changes something, also while the daemon writes to it: both take
// turns by SQLite's own lock. Only the daemon upgrades the file.
func OpenTool(ctx context.Context, path string) (*DB, error) {
	db := &DB{path: path, turn: make(chan struct{}, 1), zone: billing.Paris()}
	db.turn <- struct{}{}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	err := db.openReaders(ctx, "rw")
	if err == nil {
		db.durable, err = openWriter(ctx, path, "FULL")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, advise(err)), db.Close())
	}
	return db, nil
}

// OpenReader opens an existing database for commands that only look, also while the daemon writes to it.
func OpenReader(ctx context.Context, path string) (*DB, error) {
	db := &DB{path: path, zone: billing.Paris()}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := db.openReaders(ctx, "ro"); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, advise(err)), db.Close())
	}
	return db, nil
}

func (db *DB) openReaders(ctx context.Context, mode string) error {
	var err error
	if db.read, err = connect(ctx, db.path, mode, "NORMAL", readers); err != nil {
		return err
	}
	return checkSchema(ctx, db.read)
}

// Path is where the file is.
func (db *DB) Path() string { return db.path }

// Close closes the file. Whoever still writes finishes first. Twice is no error.
func (db *DB) Close() error {
	if db.turn != nil {
		<-db.turn
		defer func() { db.turn <- struct{}{} }()
	}
	var errs []error
	if db.read != nil {
		errs = append(errs, db.read.Close())
	}
	// A writer goes last: only it can bring the write-ahead log back into the file and leave one file behind.
	for _, w := range []*writer{db.soon, db.durable} {
		if w != nil {
			errs = append(errs, w.db.Close())
		}
	}
	if db.lock != nil {
		errs = append(errs, db.lock.Close())
		db.lock = nil
	}
	return errors.Join(errs...)
}

// connect opens a pool of connections and makes sure that one works. The pragmas stand in the address, because each
// new connection of the pool needs them; the driver sets the busy time-out before all others.
func connect(ctx context.Context, path, mode, synchronous string, most int) (*sqlx.DB, error) {
	options := url.Values{
		"mode":          {mode},
		"_busy_timeout": {fmt.Sprint(busyTimeout.Milliseconds())},
		"_foreign_keys": {"on"},
		"_synchronous":  {synchronous},
		"_txlock":       {"immediate"}, // a writing transaction waits at its start, not in its middle
	}
	if mode != "ro" {
		options.Set("_journal_mode", "WAL")
	}
	if most > 1 {
		options.Set("_query_only", "on")
		options.Set("_txlock", "deferred")
	}
	return dial(ctx, path, options, most)
}

// dial opens a pool of connections to a file, with SQLite's own options.
func dial(ctx context.Context, path string, options url.Values, most int) (*sqlx.DB, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(full), RawQuery: options.Encode()}
	db, err := sqlx.Open("sqlite3", address.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}
