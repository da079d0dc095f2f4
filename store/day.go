package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/number"
	"hotline/outbox"
)

// Day is what there is to tell of some hours, beside the totals.
type Day struct {
	Waits    []time.Duration // of the calls that waited in a queue, the shortest first
	Messages int             // left by callers
	Texts    int             // to callers
}

// Day reads what calls that came in a period waited, and what was left and sent in it.
func (db *DB) Day(ctx context.Context, p Period) (out Day, err error) {
	from, until := p.From.UnixMilli(), p.Until.UnixMilli()
	err = inTx(ctx, db.read, func(tx *sqlx.Tx) error {
		var waits []int64
		if err := tx.SelectContext(ctx, &waits, `SELECT waited_ms FROM call WHERE opened >= ? AND opened < ? AND closed IS NOT NULL AND waited_ms > 0
			ORDER BY waited_ms`, from, until); err != nil {
			return err
		}
		for _, ms := range waits {
			out.Waits = append(out.Waits, time.Duration(ms)*time.Millisecond)
		}
		if err := tx.GetContext(ctx, &out.Messages, "SELECT count(*) FROM message WHERE at >= ? AND at < ?", from, until); err != nil {
			return err
		}
		return tx.GetContext(ctx, &out.Texts, "SELECT count(*) FROM outbox WHERE kind = ? AND written >= ? AND written < ? AND state <> 'given_up'",
			string(outbox.ByText), from, until)
	})
	if err != nil {
		return Day{}, fmt.Errorf("read the day: %w", err)
	}
	return out, nil
}

// Alarmed are the numbers with which something was the matter on the day of that moment.
func (db *DB) Alarmed(ctx context.Context, what string, at time.Time) (numbers []number.Number, err error) {
	err = db.read.SelectContext(ctx, &numbers, "SELECT number FROM alarm WHERE day = ? AND kind = ? ORDER BY number", dayOf(at, db.zone), what)
	if err != nil {
		return nil, fmt.Errorf("read the alarms of the day: %w", err)
	}
	return numbers, nil
}
