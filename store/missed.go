package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/number"
	"hotline/routing"
)

// MissedCalls are what the list of whom to call back is made of, as of one moment.
type MissedCalls struct {
	Ended   []routing.Record // that talked with nobody, without their legs
	Settled []routing.Settled
	Now     []number.Number // callers who are on the line at this moment
}

// The calls that ended and talked with nobody. Index call_missed has them.
const missedWhere = ` FROM call WHERE closed IS NOT NULL AND talked_ms = 0 AND opened >= :since AND (:caller = '' OR caller = :caller)`

const (
	missedSQL = `SELECT id, service, number, caller, caller_name, opened, lang, closed, queue, waited_ms, nodes, flags` +
		missedWhere

	// The join is crossed so that SQLite looks for each caller in index call_talked, in its order, and not through all
	// conversations.
	talkedSQL = `SELECT t.id, t.caller, t.agent, t.closed, t.talked_ms FROM (SELECT DISTINCT caller` + missedWhere + ` AND caller <> '' ORDER BY caller) AS m
		CROSS JOIN call AS t ON t.caller = m.caller AND t.talked_ms > 0 AND t.closed >= :since`

	doneSQL = `SELECT caller, at, who, note FROM missed_done WHERE at >= :since AND (:caller = '' OR caller = :caller)`
)

// A doneRow is a row of table missed_done.
type doneRow struct {
	Caller string `db:"caller"`
	At     int64  `db:"at"`
	Who    string `db:"who"`
	Note   string `db:"note"`
}

func (r doneRow) settled() routing.Settled {
	at := moment(&r.At)
	return routing.Settled{Caller: number.Number(r.Caller), Began: at, Ended: at, Who: r.Who, Note: r.Note}
}

// settled is the conversation of a call.
func (r callRow) settled() routing.Settled {
	ended := moment(r.Closed)
	return routing.Settled{Caller: number.Number(r.Caller), Call: r.ID, Agent: r.Agent,
		Began: ended.Add(-time.Duration(r.TalkedMS) * time.Millisecond), Ended: ended}
}

// MissedCalls reads the calls that came in since then and reached nobody, and what took their callers off the list; of one
// caller, or of all when caller is empty.
func (db *DB) MissedCalls(ctx context.Context, since time.Time, caller number.Number) (out MissedCalls, err error) {
	args := map[string]any{"since": since.UnixMilli(), "caller": string(caller)}
	err = inTx(ctx, db.read, func(tx *sqlx.Tx) error {
		if out.Ended, err = endedRecords(ctx, tx, missedSQL, args); err != nil {
			return err
		}
		var talked []callRow
		var done []doneRow
		for _, q := range []struct {
			sql  string
			into any
		}{
			{talkedSQL, &talked}, {doneSQL, &done},
			{"SELECT DISTINCT caller FROM call WHERE closed IS NULL AND caller <> '' AND (:caller = '' OR caller = :caller)", &out.Now},
		} {
			bound, values, err := sqlx.Named(q.sql, args)
			if err != nil {
				return err
			}
			if err := tx.SelectContext(ctx, q.into, bound, values...); err != nil {
				return err
			}
		}
		for _, row := range talked {
			out.Settled = append(out.Settled, row.settled())
		}
		for _, row := range done {
			out.Settled = append(out.Settled, row.settled())
		}
		return nil
	})
	if err != nil {
		return MissedCalls{}, fmt.Errorf("read the missed calls: %w", err)
	}
	return out, nil
}

// endedRecords runs a query of calls for their records, without legs. There may be many: no row is kept beside its record.
func endedRecords(ctx context.Context, tx *sqlx.Tx, query string, args map[string]any) (out []routing.Record, err error) {
	bound, values, err := sqlx.Named(query, args)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryxContext(ctx, bound, values...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var row callRow
		if err := rows.StructScan(&row); err != nil {
			return nil, err
		}
		r, err := row.record()
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// Settle notes that somebody has dealt with all calls that the caller has missed up to then, and why that is so. It is on
// the disk when it returns.
func (db *DB) Settle(ctx context.Context, s routing.Settled) error {
	row := doneRow{Caller: string(s.Caller), At: s.Ended.UnixMilli(), Who: s.Who, Note: s.Note}
	err := db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		_, err := tx.NamedExecContext(ctx, `INSERT INTO missed_done (caller, at, who, note) VALUES (:caller, :at, :who, :note)
			ON CONFLICT (caller, at) DO UPDATE SET who = excluded.who, note = excluded.note`, row)
		return err
	})
	if err != nil {
		return fmt.Errorf("write that %s was called back: %w", s.Caller.Masked(), err)
	}
	return nil
}
