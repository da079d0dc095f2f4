package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/billing"
)

// Tariffs are the tariff tables as they are: the rows, and the book that they make.
type Tariffs struct {
	Data billing.Data
	*billing.Book
	seq int64 // of the state of the tables that was read
}

// Tariffs reads the tables, unless they are in memory and have not changed since.
func (db *DB) Tariffs(ctx context.Context) (*Tariffs, error) { return db.tariffs(ctx, db.read) }

func (db *DB) tariffs(ctx context.Context, q sqlx.QueryerContext) (*Tariffs, error) {
	var seq int64
	if err := sqlx.GetContext(ctx, q, &seq, "SELECT seq FROM tariff_state"); err != nil {
		return nil, fmt.Errorf("read the state of the tariff tables: %w", err)
	}
	if t := db.latest.Load(); t != nil && t.seq == seq {
		return t, nil
	}
	data, err := loadData(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("read the tariff tables: %w", err)
	}
	book, err := billing.NewBook(data, versionOf(data))
	if err != nil {
		return nil, fmt.Errorf("the tariff tables: %w", err)
	}
	t := &Tariffs{Data: data, Book: book, seq: seq}
	db.latest.Store(t)
	return t, nil
}

// versionOf names the data by its content, so that every charge says by what it was counted.
func versionOf(d billing.Data) string {
	text, _ := json.Marshal(d) // rows of texts, numbers and times always have a JSON form
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:12]
}

// A Change is a change of the tariff tables: when it was made, by whom and why.
type Change struct {
	At       time.Time
	Who, Why string
}

// Change puts rows in force: for the time each of them holds, nothing else does. It is all or nothing: everything that
// is wrong with them is said at once, with billing.ProblemsError. The price of one of our own numbers stands in the rules
// file; only its past can be corrected here, and only when correct says so. The warnings are returned.
func (db *DB) Change(ctx context.Context, c Change, more billing.Data, correct bool) ([]billing.Problem, error) {
	var problems []billing.Problem
	err := db.changeData(ctx, c, func(d billing.Data) (billing.Data, error) {
		merged := d.Merge(more)
		problems = merged.CheckSince(d)
		problems = slices.Concat(problems, d.OwnNumbers(more, c.At, correct), d.Recounted(more))
		return merged, billing.Errors(problems)
	})
	return problems, err
}

// changeData replaces the tables by what change makes of them, in one durable transaction that also writes down what was
// changed.
func (db *DB) changeData(ctx context.Context, c Change, change func(billing.Data) (billing.Data, error)) error {
	return db.write(ctx, db.durable, func(tx *sqlx.Tx) error { return changeData(ctx, tx, c, change) })
}

func changeData(ctx context.Context, tx *sqlx.Tx, c Change, change func(billing.Data) (billing.Data, error)) error {
	before, err := loadData(ctx, tx)
	if err != nil {
		return err
	}
	after, err := change(before)
	if err != nil {
		return err
	}
	gone, come, err := saveData(ctx, tx, before, after)
	if err != nil || len(gone)+len(come) == 0 {
		return err
	}
	goneText, _ := json.Marshal(gone)
	comeText, _ := json.Marshal(come)
	if _, err := tx.ExecContext(ctx, "INSERT INTO tariff_change (at, who, why, gone, come) VALUES (?, ?, ?, ?, ?)",
		c.At.UnixMilli(), c.Who, c.Why, string(goneText), string(comeText)); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE tariff_state SET seq = seq + 1")
	return err
}

// loadShipped brings the tables that come with the program into the file, once for each version of them. It never refuses: a
// price that a new plan does not allow, say, is for `hotline tariff check` to tell, and no reason to leave a company without
// a telephone. Only tables of which no book can be made stay as they were.
func loadShipped(ctx context.Context, db *sqlx.DB, now time.Time) error {
	shipped, version, err := billing.Shipped()
	if err != nil {
		return fmt.Errorf("read the shipped tariff tables: %w", err)
	}
	err = inTx(ctx, db, func(tx *sqlx.Tx) error {
		var same int
		if err := tx.GetContext(ctx, &same, "SELECT count(*) FROM data_set WHERE version = ?", version); err != nil || same == 1 {
			return err
		}
		err := changeData(ctx, tx, Change{At: now, Who: "hotline", Why: "shipped tables " + version}, func(d billing.Data) (billing.Data, error) {
			updated := d.Update(shipped, now)
			if _, err := billing.NewBook(updated, version); err != nil {
				return d, nil
			}
			return updated, nil
		})
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO data_set (version, loaded) VALUES (?, ?)", version, now.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("load the shipped tariff tables: %w", err)
	}
	return nil
}

// SetPrices makes the tables say from now on what the rules say about our own numbers; see billing.Data.SetPrices. All is
// taken or nothing. The warnings are returned: what comes too late is in force from now on.
func (db *DB) SetPrices(ctx context.Context, own []billing.Own, now time.Time) (warnings []billing.Problem, err error) {
	err = db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		warnings, err = setPrices(ctx, tx, own, Change{At: now.UTC().Truncate(time.Millisecond), Who: "rules", Why: "serve"})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("set the prices of our numbers: %w", err)
	}
	return warnings, nil
}

func setPrices(ctx context.Context, tx *sqlx.Tx, own []billing.Own, c Change) (problems []billing.Problem, err error) {
	err = changeData(ctx, tx, c, func(d billing.Data) (billing.Data, error) {
		d, problems = d.SetPrices(own, c.At, true)
		return d, billing.Errors(problems)
	})
	return problems, err
}
