package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/billing"
	"hotline/config"
)

// ErrNoRulesVersion is returned when there is no such version of the rules, or none yet.
var ErrNoRulesVersion = errors.New("no such version of the rules")

// A SupersededError says that another version of the rules has come in force than the one that was to be replaced.
type SupersededError struct{ Current RulesVersion }

func (e *SupersededError) Error() string {
	return fmt.Sprintf("version %d of the rules has come in force meanwhile, by %s", e.Current.Number, e.Current.Who)
}

// A RulesVersion is the rules as they were put in force once.
type RulesVersion struct {
	Number   int // 1, 2, 3...
	Hash     string
	At       time.Time
	Who, Why string
	BackTo   int           // the version whose rules came back; 0 = it was no rollback
	Source   config.Source // with the names as they are seen from the folder of the rules file
}

type rulesVersionRow struct {
	Number int    `db:"number"`
	Hash   string `db:"hash"`
	At     int64  `db:"at"`
	Who    string `db:"who"`
	Why    string `db:"why"`
	BackTo *int   `db:"back_to"`
}

func (r rulesVersionRow) value() RulesVersion {
	v := RulesVersion{Number: r.Number, Hash: r.Hash, At: moment(&r.At), Who: r.Who, Why: r.Why}
	if r.BackTo != nil {
		v.BackTo = *r.BackTo
	}
	return v
}

const rulesVersionColumns = "SELECT number, hash, at, who, why, back_to FROM rules_version "

// PutInForce writes a version of the rules down as the one in force, and what it says of the prices of our own numbers with
// it: all of it is on the disk, or nothing has changed. after is the number of the version that is in force by what the
// caller knows, 0 for none; if it is another, the error is a *SupersededError. The number and hash of v are filled in, and the
// time if there is none.
func (db *DB) PutInForce(ctx context.Context, v RulesVersion, after int, own []billing.Own) (put RulesVersion, warnings []billing.Problem, err error) {
	v.Source, v.Hash = v.Source.Relative(), v.Source.Hash()
	err = db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		current, err := rulesVersion(ctx, tx, "ORDER BY number DESC LIMIT 1")
		if err != nil && !errors.Is(err, ErrNoRulesVersion) {
			return err
		}
		if current.Number != after {
			return &SupersededError{current}
		}
		if v.At.IsZero() {
			v.At = time.Now() // not that of the wish: others may have been writing for long
		}
		v.At, v.Number = v.At.UTC().Truncate(time.Millisecond), current.Number+1
		if warnings, err = setPrices(ctx, tx, own, Change{At: v.At, Who: v.Who, Why: fmt.Sprintf("rules version %d", v.Number)}); err != nil {
			return err
		}
		return insertRulesVersion(ctx, tx, v)
	})
	if err != nil {
		return RulesVersion{}, warnings, fmt.Errorf("put the rules in force: %w", err)
	}
	return v, warnings, nil
}

func insertRulesVersion(ctx context.Context, tx *sqlx.Tx, v RulesVersion) error {
	row := rulesVersionRow{Number: v.Number, Hash: v.Hash, At: v.At.UnixMilli(), Who: v.Who, Why: v.Why}
	if v.BackTo != 0 {
		row.BackTo = &v.BackTo
	}
	if _, err := tx.NamedExecContext(ctx, `INSERT INTO rules_version (number, hash, at, who, why, back_to)
		VALUES (:number, :hash, :at, :who, :why, :back_to)`, row); err != nil {
		return err
	}
	for i, f := range v.Source {
		if _, err := tx.ExecContext(ctx, "INSERT INTO rules_file (version, position, name, data) VALUES (?, ?, ?, ?)", v.Number, i, f.Name, f.Data); err != nil {
			return err
		}
	}
	return nil
}

// InForce returns the version of the rules that is in force, or ErrNoRulesVersion when none was ever put in force.
func (db *DB) InForce(ctx context.Context) (RulesVersion, error) {
	return db.oneRulesVersion(ctx, "ORDER BY number DESC LIMIT 1")
}

// RulesVersion returns the version with that number, or ErrNoRulesVersion.
func (db *DB) RulesVersion(ctx context.Context, number int) (RulesVersion, error) {
	return db.oneRulesVersion(ctx, "WHERE number = ?", number)
}

// RulesByHash returns the latest version with that hash, by which a call says under which rules it began; or
// ErrNoRulesVersion.
func (db *DB) RulesByHash(ctx context.Context, hash string) (RulesVersion, error) {
	return db.oneRulesVersion(ctx, "WHERE hash = ? ORDER BY number DESC LIMIT 1", hash)
}

func (db *DB) oneRulesVersion(ctx context.Context, which string, args ...any) (v RulesVersion, err error) {
	err = inTx(ctx, db.read, func(tx *sqlx.Tx) error {
		v, err = rulesVersion(ctx, tx, which, args...)
		return err
	})
	if err != nil {
		return RulesVersion{}, fmt.Errorf("read the version of the rules: %w", err)
	}
	return v, nil
}

func rulesVersion(ctx context.Context, tx *sqlx.Tx, which string, args ...any) (RulesVersion, error) {
	var row rulesVersionRow
	err := tx.GetContext(ctx, &row, rulesVersionColumns+which, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return RulesVersion{}, ErrNoRulesVersion
	}
	if err != nil {
		return RulesVersion{}, err
	}
	v := row.value()
	v.Source, err = rulesFiles(ctx, tx, v.Number)
	return v, err
}

func rulesFiles(ctx context.Context, tx *sqlx.Tx, version int) (source config.Source, err error) {
	var files []struct {
		Name string `db:"name"`
		Data []byte `db:"data"`
	}
	if err := tx.SelectContext(ctx, &files, "SELECT name, data FROM rules_file WHERE version = ? ORDER BY position", version); err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("version %d has no file", version)
	}
	for _, f := range files {
		source = append(source, config.File{Name: f.Name, Data: f.Data})
	}
	return source, nil
}

// RulesVersions returns the latest versions of the rules, the one in force first; most is how many at the most.
func (db *DB) RulesVersions(ctx context.Context, most int) (versions []RulesVersion, err error) {
	err = inTx(ctx, db.read, func(tx *sqlx.Tx) error {
		var rows []rulesVersionRow
		if err := tx.SelectContext(ctx, &rows, rulesVersionColumns+"ORDER BY number DESC LIMIT ?", most); err != nil {
			return err
		}
		for _, row := range rows {
			v := row.value()
			if v.Source, err = rulesFiles(ctx, tx, v.Number); err != nil {
				return err
			}
			versions = append(versions, v)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the versions of the rules: %w", err)
	}
	return versions, nil
}
