package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/number"
	"hotline/routing"
)

// A blockRow is a row of table blocked.
type blockRow struct {
	Pattern string `db:"pattern"`
	Since   int64  `db:"since"`
	Until   *int64 `db:"until"`
	Who     string `db:"who"`
	Why     string `db:"why"`
	Hits    int    `db:"hits"`
	Last    *int64 `db:"last"`
}

func (r blockRow) block() routing.Block {
	return routing.Block{Pattern: routing.Pattern(r.Pattern), Since: moment(&r.Since), Until: moment(r.Until), Who: r.Who, Why: r.Why,
		Hits: r.Hits, Last: moment(r.Last)}
}

// Blocks are those that hold at that moment, the newest first.
func (db *DB) Blocks(ctx context.Context, now time.Time) (blocks []routing.Block, err error) {
	var rows []blockRow
	if err := db.read.SelectContext(ctx, &rows, "SELECT * FROM blocked WHERE until IS NULL OR until > ? ORDER BY since DESC, pattern", now.UnixMilli()); err != nil {
		return nil, fmt.Errorf("read the blocked callers: %w", err)
	}
	for _, row := range rows {
		blocks = append(blocks, row.block())
	}
	return blocks, nil
}

// Block keeps callers out, or changes until when and why; what has expired is forgotten. It is on the disk when it returns.
func (db *DB) Block(ctx context.Context, b routing.Block) error {
	row := blockRow{Pattern: string(b.Pattern), Since: b.Since.UnixMilli(), Until: ms(b.Until), Who: b.Who, Why: b.Why}
	err := db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		_, forget := tx.ExecContext(ctx, "DELETE FROM blocked WHERE until <= ?", row.Since)
		_, err := tx.NamedExecContext(ctx, `INSERT INTO blocked (pattern, since, until, who, why, hits) VALUES (:pattern, :since, :until, :who, :why, 0)
			ON CONFLICT (pattern) DO UPDATE SET until = excluded.until, who = excluded.who, why = excluded.why`, row)
		return errors.Join(forget, err)
	})
	if err != nil {
		return fmt.Errorf("write that %s is blocked: %w", b.Pattern.LogValue(), err)
	}
	return nil
}

// Unblock lets callers in again, and says whether they were blocked.
func (db *DB) Unblock(ctx context.Context, p routing.Pattern, now time.Time) (was bool, err error) {
	err = db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		_, forget := tx.ExecContext(ctx, "DELETE FROM blocked WHERE until <= ?", now.UnixMilli())
		done, err := tx.ExecContext(ctx, "DELETE FROM blocked WHERE pattern = ?", string(p))
		if err = errors.Join(forget, err); err != nil {
			return err
		}
		rows, err := done.RowsAffected()
		was = rows > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("write that %s is no longer blocked: %w", p.LogValue(), err)
	}
	return was, nil
}

// Met counts that a block has met a call.
func (db *DB) Met(ctx context.Context, p routing.Pattern, at time.Time) error {
	err := db.write(ctx, db.soon, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE blocked SET hits = hits + 1, last = max(coalesce(last, 0), ?) WHERE pattern = ?", at.UnixMilli(), string(p))
		return err
	})
	if err != nil {
		return fmt.Errorf("count that a block has met a call: %w", err)
	}
	return nil
}

// Meets is how many callers since then a pattern would have met, and how many calls of theirs.
func (db *DB) Meets(ctx context.Context, p routing.Pattern, since time.Time, ours func(number.Number) bool) (callers, calls int, err error) {
	var rows []struct {
		Caller number.Number `db:"caller"`
		Calls  int           `db:"calls"`
	}
	if err := db.read.SelectContext(ctx, &rows, "SELECT caller, count(*) AS calls FROM call WHERE opened >= ? GROUP BY caller", since.UnixMilli()); err != nil {
		return 0, 0, fmt.Errorf("read who has called: %w", err)
	}
	for _, row := range rows {
		if p.Meets(row.Caller) && !ours(row.Caller) {
			callers++
			calls += row.Calls
		}
	}
	return callers, calls, nil
}

var _ routing.Blocklist = (*DB)(nil)
