package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/number"
	"hotline/outbox"
)

// A letterRow is a row of table outbox.
type letterRow struct {
	ID        string `db:"id"`
	Kind      string `db:"kind"`
	Lane      string `db:"lane"`
	Call      string `db:"call"`
	Written   int64  `db:"written"`
	Due       int64  `db:"due"`
	Attempts  int    `db:"attempts"`
	LastError string `db:"last_error"`
	State     string `db:"state"`
	Content   string `db:"content"`
}

func (r letterRow) entry() outbox.Entry {
	return outbox.Entry{
		Letter: outbox.Letter{ID: r.ID, Kind: outbox.Kind(r.Kind), Call: r.Call, Written: moment(&r.Written), Content: json.RawMessage(r.Content)},
		Lane:   r.Lane, State: outbox.State(r.State), Due: moment(&r.Due), Attempts: r.Attempts, Trouble: r.LastError,
	}
}

const postSQL = `INSERT INTO outbox (id, kind, lane, call, written, due, attempts, last_error, state, content)
	VALUES (:id, :kind, :lane, :call, :written, :due, :attempts, :last_error, :state, :content) ON CONFLICT (id) DO NOTHING`

// Post takes a letter. It is on the disk when it returns. One that was posted before, by its id, changes nothing, whatever
// has become of it.
func (db *DB) Post(ctx context.Context, l outbox.Letter) error {
	row, err := newLetterRow(l)
	if err != nil {
		return err
	}
	return db.write(ctx, db.durable, func(tx *sqlx.Tx) error { return post(ctx, tx, row) })
}

func newLetterRow(l outbox.Letter) (letterRow, error) {
	lane, err := l.Lane()
	if err != nil {
		return letterRow{}, err
	}
	if n := len(l.Content); n > outbox.MostContent {
		return letterRow{}, fmt.Errorf("letter %s has %d bytes, and %d are taken at most", l.ID, n, outbox.MostContent)
	}
	at := l.Written.UnixMilli()
	return letterRow{ID: l.ID, Kind: string(l.Kind), Lane: lane, Call: l.Call, Written: at, Due: at, State: string(outbox.Waiting),
		Content: string(l.Content)}, nil
}

// post writes a letter within a transaction, which may be that of what the letter tells of.
func post(ctx context.Context, tx *sqlx.Tx, row letterRow) error {
	var waiting int
	if err := tx.GetContext(ctx, &waiting, "SELECT count(*) FROM outbox WHERE state = 'waiting' AND lane = ? AND id <> ?", row.Lane, row.ID); err != nil {
		return fmt.Errorf("post letter %s: %w", row.ID, err)
	}
	if waiting >= outbox.MostWaiting {
		return fmt.Errorf("post letter %s: %w", row.ID, outbox.ErrFull)
	}
	if _, err := tx.NamedExecContext(ctx, postSQL, row); err != nil {
		return fmt.Errorf("post letter %s: %w", row.ID, err)
	}
	return nil
}

// NextLetter is the letter of a lane that is due first; false when none waits.
func (db *DB) NextLetter(ctx context.Context, lane string) (outbox.Entry, bool, error) {
	var row letterRow
	err := db.read.GetContext(ctx, &row, "SELECT * FROM outbox WHERE state = 'waiting' AND lane = ? ORDER BY due, id LIMIT 1", lane)
	if errors.Is(err, sql.ErrNoRows) {
		return outbox.Entry{}, false, nil
	}
	if err != nil {
		return outbox.Entry{}, false, fmt.Errorf("read the outbox: %w", err)
	}
	return row.entry(), true, nil
}

// LetterDone writes down what came of an attempt. A letter that somebody has dropped meanwhile stays dropped.
func (db *DB) LetterDone(ctx context.Context, e outbox.Entry) error {
	row := letterRow{ID: e.ID, Due: e.Due.UnixMilli(), Attempts: e.Attempts, LastError: e.Trouble, State: string(e.State)}
	err := db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		_, err := tx.NamedExecContext(ctx, `UPDATE outbox SET due = :due, attempts = :attempts, last_error = :last_error, state = :state
			WHERE id = :id AND state = 'waiting'`, row)
		return err
	})
	if err != nil {
		return fmt.Errorf("write what came of letter %s: %w", e.ID, err)
	}
	return nil
}

// TidyLetters takes out what was sent before the one moment and what was given up before the other, and gives up what was
// written before the third and waits in none of these lanes. It says how many it gave up.
func (db *DB) TidyLetters(ctx context.Context, sent, failed, written time.Time, lanes []string) (int, error) {
	var gaveUp int64
	err := db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM outbox WHERE state = 'sent' AND due < ? OR state = 'given_up' AND due < ?`,
			sent.UnixMilli(), failed.UnixMilli()); err != nil {
			return err
		}
		names, err := json.Marshal(lanes)
		if err != nil {
			return err
		}
		done, err := tx.ExecContext(ctx, `UPDATE outbox SET state = 'given_up', due = ? WHERE state = 'waiting' AND written < ?
			AND lane NOT IN (SELECT value FROM json_each(?))`, time.Now().UnixMilli(), written.UnixMilli(), string(names))
		if err != nil {
			return err
		}
		gaveUp, err = done.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("tidy the outbox: %w", err)
	}
	return int(gaveUp), nil
}

// Letters are what waits and what was given up, the oldest first.
func (db *DB) Letters(ctx context.Context) ([]outbox.Entry, error) {
	var rows []letterRow
	if err := db.read.SelectContext(ctx, &rows, "SELECT * FROM outbox WHERE state <> 'sent' ORDER BY written, id"); err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	var out []outbox.Entry
	for _, r := range rows {
		out = append(out, r.entry())
	}
	return out, nil
}

// LettersLeft counts what waits and was tried in vain, and what was given up.
func (db *DB) LettersLeft(ctx context.Context) (late, givenUp int, err error) {
	var n struct {
		Late    int `db:"late"`
		GivenUp int `db:"given_up"`
	}
	err = db.read.GetContext(ctx, &n, `SELECT count(*) FILTER (WHERE state = 'waiting' AND attempts > 0) AS late,
		count(*) FILTER (WHERE state = 'given_up') AS given_up FROM outbox WHERE state <> 'sent'`)
	if err != nil {
		return 0, 0, fmt.Errorf("read the outbox: %w", err)
	}
	return n.Late, n.GivenUp, nil
}

// TextsTo counts the texts to a number that were posted since then, whether they have been sent yet or not; but for the one of
// that id.
func (db *DB) TextsTo(ctx context.Context, to number.Number, id string, since time.Time) (n int, err error) {
	err = db.read.GetContext(ctx, &n, `SELECT count(*) FROM outbox WHERE lane = ? AND written >= ? AND id <> ? AND state <> 'given_up'
		AND content ->> 'to' = ?`, string(outbox.ByText), since.UnixMilli(), id, string(to))
	if err != nil {
		return 0, fmt.Errorf("count the texts of a number: %w", err)
	}
	return n, nil
}

// RetryLetter has a letter that waits, or was given up, tried at once, as if it had been written then. It says whether there
// is such a letter.
func (db *DB) RetryLetter(ctx context.Context, id string, now time.Time) (bool, error) {
	return db.changeLetter(ctx, id, `UPDATE outbox SET state = 'waiting', due = ?1, written = ?1, attempts = 0 WHERE id = ?2 AND state <> 'sent'`, now.UnixMilli(), id)
}

// DropLetter takes a letter out that will not be sent then. It says whether there was such a letter.
func (db *DB) DropLetter(ctx context.Context, id string) (bool, error) {
	return db.changeLetter(ctx, id, `DELETE FROM outbox WHERE id = ? AND state <> 'sent'`, id)
}

func (db *DB) changeLetter(ctx context.Context, id, change string, args ...any) (bool, error) {
	var changed int64
	err := db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		done, err := tx.ExecContext(ctx, change, args...)
		if err != nil {
			return err
		}
		changed, err = done.RowsAffected()
		return err
	})
	if err != nil {
		return false, fmt.Errorf("change letter %s: %w", id, err)
	}
	return changed > 0, nil
}

var _ outbox.Store = (*DB)(nil)
