package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/number"
	"hotline/routing"
)

// Acquaintances are the callers of whom a database knows something: a routing.Acquaintances.
type Acquaintances struct {
	db   *DB
	ours func(number.Number) bool
}

// Acquaintances returns them. Callers that are ours are on no list of whom to call back.
func (db *DB) Acquaintances(ours func(number.Number) bool) *Acquaintances {
	return &Acquaintances{db, ours}
}

// Of a caller who calls all day only the latest calls are looked at: they say whether they are to be called back.
const (
	lastTalkSQL = `SELECT agent, closed FROM call WHERE caller = ? AND talked_ms > 0 AND agent <> '' ORDER BY closed DESC LIMIT 1`

	lastCallsSQL = `SELECT count(*) FROM call WHERE caller = ? AND opened >= ? AND opened < ?`

	lastMissedSQL = `SELECT id, service, number, caller, opened, closed, flags, nodes FROM call
		WHERE caller = ? AND opened >= ? AND closed IS NOT NULL AND talked_ms = 0 ORDER BY opened DESC LIMIT 20`

	lastTalksSQL = `SELECT id, caller, closed, talked_ms FROM call WHERE caller = ? AND talked_ms > 0 AND closed >= ? ORDER BY closed DESC LIMIT 20`

	lastDoneSQL = `SELECT caller, at, who, note FROM missed_done WHERE caller = ? AND at >= ? ORDER BY at DESC LIMIT 1`
)

// Known says what is known of a caller at that moment.
func (a *Acquaintances) Known(ctx context.Context, caller number.Number, at time.Time) (known routing.Known, err error) {
	since := at.Add(-routing.KnownFor).UnixMilli()
	err = inTx(ctx, a.db.read, func(tx *sqlx.Tx) error {
		c, found, err := contactOf(ctx, tx, caller)
		if err != nil {
			return err
		}
		if found {
			known.Contact, known.Name, known.Language, known.Groups = true, c.Name, c.Language, c.Groups
		}
		var last callRow
		switch err := tx.GetContext(ctx, &last, lastTalkSQL, caller); {
		case err == nil:
			known.Agent, known.Talked = last.Agent, moment(last.Closed)
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		if err := tx.GetContext(ctx, &known.Calls, lastCallsSQL, caller, since, at.UnixMilli()); err != nil {
			return err
		}
		known.Missed, err = a.missed(ctx, tx, caller, since)
		return err
	})
	if err != nil {
		return routing.Known{}, fmt.Errorf("read what is known of %s: %w", caller.Masked(), err)
	}
	return known, nil
}

// missed says whether somebody is on the list of whom to call back.
func (a *Acquaintances) missed(ctx context.Context, tx *sqlx.Tx, caller number.Number, since int64) (bool, error) {
	var missed, talks []callRow
	if err := tx.SelectContext(ctx, &missed, lastMissedSQL, caller, since); err != nil || len(missed) == 0 {
		return false, err
	}
	if err := tx.SelectContext(ctx, &talks, lastTalksSQL, caller, since); err != nil {
		return false, err
	}
	var done []doneRow
	if err := tx.SelectContext(ctx, &done, lastDoneSQL, caller, since); err != nil {
		return false, err
	}
	var ended []routing.Record
	for _, row := range missed {
		r, err := row.record()
		if err != nil {
			return false, err
		}
		ended = append(ended, r)
	}
	var settled []routing.Settled
	for _, row := range talks {
		settled = append(settled, row.settled())
	}
	for _, row := range done {
		settled = append(settled, row.settled())
	}
	return len(routing.MissedOf(ended, settled, a.ours).Open) > 0, nil
}

var _ routing.Acquaintances = (*Acquaintances)(nil)
