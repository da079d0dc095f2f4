package store

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
)

func lastAlive(t *testing.T, db *DB, onSwitch string, want time.Time) {
	t.Helper()
	if got, err := db.Journal().LastAlive(t.Context(), onSwitch); err != nil || !got.Equal(want) {
		t.Errorf("alive on %s at %s, %v, want %s", onSwitch, got, err, want)
	}
}

func TestAlive(t *testing.T) {
	db := fresh(t)
	lastAlive(t, db, "pbx", time.Time{})
	for _, note := range []struct {
		onSwitch string
		at       time.Time
	}{{"pbx", at(-60)}, {"fs", at(-30)}, {"pbx", at(0)}} {
		if err := db.Journal().Alive(t.Context(), note.onSwitch, note.at); err != nil {
			t.Fatal(err)
		}
	}
	lastAlive(t, db, "pbx", at(0))
	lastAlive(t, db, "fs", at(-30))
}

// TestAliveBeforeSwitches opens a file of the time when there was one switch: what was noted then still is the last
// known moment of its open calls.
func TestAliveBeforeSwitches(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hotline.db")
	old := before(t, path, 3)
	_, err := old.NamedExecContext(t.Context(), openCallSQL, contactRow(contact("01A", "+33892400300")))
	_, noted := old.ExecContext(t.Context(), "INSERT INTO alive (id, at) VALUES (1, ?)", at(7).UnixMilli())
	if err := errors.Join(err, noted, old.Close()); err != nil {
		t.Fatal(err)
	}
	db := open(t, path)
	lastAlive(t, db, "pbx", at(7))
	lastAlive(t, db, "fs", time.Time{})
}

// before makes a file whose schema has that version, of a time before this program.
func before(t *testing.T, path string, version int) *sqlx.DB {
	t.Helper()
	old, err := connect(t.Context(), path, "rwc", "FULL", 1)
	if err != nil {
		t.Fatal(err)
	}
	names, err := migrationNames()
	if err != nil {
		t.Fatal(err)
	}
	err = inTx(t.Context(), old, func(tx *sqlx.Tx) error {
		for i, name := range names[:version] {
			if err := runMigration(t.Context(), tx, name, i+1); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return old
}
