package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
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

// migrate runs the migrations that the file has not seen, each in its own transaction together with the new version.
func migrate(ctx context.Context, db *sqlx.DB) error {
	names, err := migrationNames()
	if err != nil {
		return err
	}
	version, err := schemaVersion(ctx, db, len(names))
	if err != nil {
		return err
	}
	for i := version; i < len(names); i++ {
		if err := runMigration(ctx, db, names[i], i+1); err != nil {
			return fmt.Errorf("run %s: %w", names[i], err)
		}
	}
	return nil
}

// backUp copies a file that is about to be upgraded, because an older program refuses the newer one. The copy lies beside it
// and is never removed.
func backUp(ctx context.Context, db *sqlx.DB, path string, now time.Time) error {
	names, err := migrationNames()
	if err != nil {
		return err
	}
	version, err := schemaVersion(ctx, db, len(names))
	if err != nil || version == 0 || version == len(names) {
		return err
	}
	backup := fmt.Sprintf("%s.schema%d-%s", path, version, now.UTC().Format("20060102T150405Z"))
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", backup); err != nil {
		return fmt.Errorf("copy it to %s before its upgrade: %w", backup, err)
	}
	return nil
}

// totalsSince is the version of the schema that brought the daily totals. Older files get theirs from their records.
const totalsSince = 5

func runMigration(ctx context.Context, db *sqlx.DB, name string, version int) error {
	script, err := migrations.ReadFile(name)
	if err != nil {
		return err
	}
	return inTx(ctx, db, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, string(script)); err != nil {
			return err
		}
		if version == totalsSince {
			if err := fillTotals(ctx, tx); err != nil {
				return err
			}
		}
		// A pragma takes no parameters; version is our own integer.
		_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version))
		return err
	})
}

// schemaVersion reads the version of the file and refuses one that this program does not know.
func schemaVersion(ctx context.Context, db *sqlx.DB, known int) (int, error) {
	var version int
	if err := db.GetContext(ctx, &version, "PRAGMA user_version"); err != nil {
		return 0, fmt.Errorf("read its schema version: %w", err)
	}
	if version > known {
		return 0, fmt.Errorf("its schema has version %d, this hotline knows up to %d: "+
			"a newer hotline wrote it; run that one, or restore the backup from before the upgrade", version, known)
	}
	return version, nil
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
		return fmt.Errorf("its schema has version %d, this hotline needs %d: start the daemon once, it upgrades the file",
			version, len(names))
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
