package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/billing"
	"hotline/number"
)

// Spent is what the calls to a number have cost us on the day of that moment, without tax: those that have ended, and those
// that still last up to then. What is not known is not in it.
func (j *Journal) Spent(ctx context.Context, n number.Number, at time.Time) (billing.Money, error) {
	var spent billing.Money
	err := inTx(ctx, j.db.read, func(tx *sqlx.Tx) error {
		var ended int64
		if err := tx.GetContext(ctx, &ended, "SELECT coalesce(sum(cost), 0) FROM day_total WHERE scope = ? AND day = ? AND name = ?",
			ByNumber, dayOf(at, j.db.zone), string(n)); err != nil {
			return err
		}
		var lasting []struct {
			Caller   string `db:"caller"`
			Answered int64  `db:"answered"`
		}
		// The plus keeps SQLite from looking through all calls that the number ever had.
		if err := tx.SelectContext(ctx, &lasting, `SELECT call.caller, leg.answered FROM call JOIN leg ON leg.call = call.id
			WHERE call.closed IS NULL AND +call.number = ? AND leg.role = 'customer' AND leg.answered IS NOT NULL`, string(n)); err != nil {
			return err
		}
		tariffs, err := j.db.tariffs(ctx, tx)
		if err != nil {
			return err
		}
		spent = billing.Money(ended)
		for _, l := range lasting {
			if answered := moment(&l.Answered); dayOf(answered, j.db.zone) == dayOf(at, j.db.zone) {
				charge := tariffs.Rate(billing.Call{Number: n, From: number.Number(l.Caller), Answered: answered, Ended: at})
				cost, _ := charge.Line(billing.CostPart)
				spent += cost.Net()
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("read what %s has cost today: %w", n.Masked(), err)
	}
	return -spent, nil // what we pay is negative in a charge
}

// Alarm notes that something is the matter with a number. It says whether that is the first time on that day.
func (j *Journal) Alarm(ctx context.Context, what string, n number.Number, at time.Time) (first bool, err error) {
	w := j.db.soon
	err = j.db.write(ctx, w, func(tx *sqlx.Tx) error {
		done, err := tx.ExecContext(ctx, "INSERT INTO alarm (day, kind, number) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", dayOf(at, j.db.zone), what, string(n))
		if err != nil {
			return err
		}
		if rows, err := done.RowsAffected(); err != nil || rows == 0 {
			return err
		}
		first = true
		_, err = run(ctx, tx, w.insertEvent, eventRow{At: at.UnixMilli(), Kind: what, Data: string(n)})
		return err
	})
	if err != nil {
		return false, fmt.Errorf("write the alarm %s: %w", what, err)
	}
	return first, nil
}
