package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/jmoiron/sqlx"
)

// migrations are run in the order of their names, which begin with a number. A released file is never changed.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migrationNames lists them in order; the schema's version is how many have been run.
func migrationNames() ([]string, error) {
	return fs.Glob(migrations, "migrations/*.sql") // sorted by name
}

// upgrade brings the file's schema up to date: all migrations that it has not seen in one transaction, after a copy of a file
// that somebody has used. Whatever interrupts it, the file has the schema of before with all that was in it, or the new one;
// and before the new one is there, so is the copy.
func upgrade(ctx context.Context, db *sqlx.DB, path string, now time.Time) error {
	names, err := migrationNames()
	if err != nil {
		return err
	}
	version, err := schemaVersion(ctx, db, len(names))
	if err != nil {
		return err
	}
	if version == len(names) {
		return forgetPart(path)
	}
	var backup string
	if version > 0 {
		if backup, err = backUp(ctx, db, path, version, now); err != nil {
			return fmt.Errorf("copy it before its upgrade: %w", err)
		}
	}
	err = inTx(ctx, db, func(tx *sqlx.Tx) error {
		for i, name := range names[version:] {
			if err := runMigration(ctx, tx, name, version+i+1); err != nil {
				return fmt.Errorf("run %s: %w", name, err)
			}
		}
		return nil
	})
	if err != nil && backup != "" { // nothing has changed, and each try would leave a copy
		return errors.Join(err, os.Remove(backup), forgetPart(path))
	}
	return errors.Join(err, forgetPart(path))
}

// totalsSince is the version of the schema that brought the daily totals. Older files get theirs from their records.
const totalsSince = 5

func runMigration(ctx context.Context, tx *sqlx.Tx, name string, version int) error {
	script, err := migrations.ReadFile(name)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, string(script)); err != nil {
		return err
	}
	if version == totalsSince {
		if err := fillTotals(ctx, tx); err != nil {
			return err
		}
	}
	// A pragma takes no parameters; version is our own integer.
	_, err = tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version))
	return err
}

// A SchemaError is a file of another version of hotline than this program can work with.
type SchemaError struct {
	Path        string
	Has, Wanted int
}

// Error says it in English.
func (e *SchemaError) Error() string {
	if e.Has > e.Wanted {
		return fmt.Sprintf("a newer hotline wrote it (schema %d; this program knows up to %d), and nothing was changed. To do: start the newer "+
			"hotline again; or, to go back, stop hotline and put the copy from before the upgrade in its place (%s.schema%d-..., or hotline restore)",
			e.Has, e.Wanted, e.Path, e.Wanted)
	}
	return fmt.Sprintf("an older hotline wrote it (schema %d; this program needs %d). To do: start hotline serve, which upgrades it; "+
		"hotline upgrade-check says beforehand whether that works", e.Has, e.Wanted)
}

// FR says it in French.
func (e *SchemaError) FR() string {
	if e.Has > e.Wanted {
		return fmt.Sprintf("la base de données %s est d'un hotline plus récent (schéma %d ; ce programme connaît jusqu'au %d) ; rien n'y a été changé. À faire : "+
			"relancez le hotline plus récent ; ou, pour revenir en arrière, arrêtez hotline et remettez la copie d'avant la mise à jour (%s.schema%d-..., ou hotline restore)",
			e.Path, e.Has, e.Wanted, e.Path, e.Wanted)
	}
	return fmt.Sprintf("la base de données %s est d'un hotline plus ancien (schéma %d ; ce programme a besoin du %d). À faire : lancez hotline serve, qui la met à jour ; "+
		"hotline upgrade-check dit avant si cela marchera", e.Path, e.Has, e.Wanted)
}

// schemaVersion reads the version of the file and refuses one that this program does not know.
func schemaVersion(ctx context.Context, db *sqlx.DB, known int) (int, error) {
	var at struct {
		Version int
		File    string
	}
	err := db.GetContext(ctx, &at, "SELECT user_version AS version, file FROM pragma_user_version, pragma_database_list WHERE name = 'main'")
	if err != nil {
		return 0, fmt.Errorf("read its schema version: %w", err)
	}
	if at.Version > known {
		return 0, &SchemaError{Path: at.File, Has: at.Version, Wanted: known}
	}
	return at.Version, nil
}

// checkSchema makes sure that a file opened for reading has exactly the schema that the queries expect.
func checkSchema(ctx context.Context, db *sqlx.DB) error {
	names, err := migrationNames()
	if err != nil {
		return err
	}
	version, err := schemaVersion(ctx, db, len(names))
	if err != nil {
		return err
	}
	if version < len(names) {
		var file string
		if err := db.GetContext(ctx, &file, "SELECT file FROM pragma_database_list WHERE name = 'main'"); err != nil {
			return err
		}
		return &SchemaError{Path: file, Has: version, Wanted: len(names)}
	}
	return nil
}

// inTx runs do in one transaction: all of it or nothing.
func inTx(ctx context.Context, db *sqlx.DB, do func(*sqlx.Tx) error) error {
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	// After a commit this does nothing; else its own error would only say that the connection is gone, which err says better.
	defer func() { _ = tx.Rollback() }()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}
