package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"
)

// A writer is a connection that writes, with its statements prepared. There are two of them, and one token that lets only
// one write at a time, because SQLite has one writer and a wait in Go is fairer and cheaper than its busy loop:
//
//   - soon has synchronous=NORMAL: a commit is in the write-ahead log, where a kill cannot touch it, and reaches the disk
//     with the next durable commit or checkpoint. For places, facts of legs and states of agents.
//   - durable has synchronous=FULL: a commit returns after the log was synced to the disk. For money.
//
// Both append to one log, so that a durable commit makes everything before it durable too.
type writer struct {
	db *sqlx.DB

	openCall, closeCall, upsertLeg, upsertPlace *sqlx.NamedStmt
	insertRating, insertRated, addTotal         *sqlx.NamedStmt
	deletePlace, legsOf                         *sqlx.NamedStmt
	upsertAgent, insertAgentChange, insertEvent *sqlx.NamedStmt
}

func openWriter(ctx context.Context, path, synchronous string) (*writer, error) {
	db, err := connect(ctx, path, "rw", synchronous, 1)
	if err != nil {
		return nil, err
	}
	w := &writer{db: db}
	for _, s := range []struct {
		to  **sqlx.NamedStmt
		sql string
	}{
		{&w.openCall, openCallSQL}, {&w.closeCall, closeCallSQL}, {&w.upsertLeg, upsertLegSQL},
		{&w.upsertPlace, upsertPlaceSQL}, {&w.addTotal, addTotalSQL}, {&w.deletePlace, deletePlaceSQL}, {&w.legsOf, legsOfSQL}, {&w.insertRating, insertRatingSQL}, {&w.insertRated, insertRatedSQL},
		{&w.upsertAgent, upsertAgentSQL}, {&w.insertAgentChange, insertAgentChangeSQL}, {&w.insertEvent, insertEventSQL},
	} {
		if *s.to, err = db.PrepareNamedContext(ctx, s.sql); err != nil {
			return nil, errors.Join(fmt.Errorf("prepare %q: %w", s.sql, err), db.Close())
		}
	}
	return w, nil
}

// write runs do in a transaction of its own, when its turn has come.
func (db *DB) write(ctx context.Context, w *writer, do func(tx *sqlx.Tx) error) error {
	if w == nil {
		return ErrReadOnly
	}
	select {
	case <-db.turn:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { db.turn <- struct{}{} }()
	return explain(inTx(ctx, w.db, do))
}

// explain says what to do when another program holds the file for too long, or when there is no room.
func explain(err error) error {
	var said sqlite3.Error
	switch errors.As(err, &said); said.Code {
	case sqlite3.ErrBusy:
		return fmt.Errorf("another program writes to the database (%w); try again in a moment", err)
	case sqlite3.ErrFull:
		return fmt.Errorf("%w: %w", err, ErrFull)
	}
	return err
}

// run executes a prepared statement inside a transaction and says how many rows it changed.
func run(ctx context.Context, tx *sqlx.Tx, s *sqlx.NamedStmt, row any) (int64, error) {
	done, err := tx.NamedStmtContext(ctx, s).ExecContext(ctx, row)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

const (
	openCallSQL = `INSERT INTO call (id, switch, switch_start, service, number, arrived, caller, caller_name, caller_hidden,
		rules_version, opened)
		VALUES (:id, :switch, :switch_start, :service, :number, :arrived, :caller, :caller_name, :caller_hidden,
		:rules_version, :opened)
		ON CONFLICT (id) DO NOTHING`

	// A call whose opening could not be written is not lost: its record brings all that is needed.
	closeCallSQL = `INSERT INTO call (id, switch, switch_start, service, number, arrived, caller, caller_name, caller_hidden,
		rules_version, opened, lang, closed, cause, queue, agent, waited_ms, talked_ms, nodes, flags)
		VALUES (:id, :switch, :switch_start, :service, :number, :arrived, :caller, :caller_name, :caller_hidden,
		:rules_version, :opened, :lang, :closed, :cause, :queue, :agent, :waited_ms, :talked_ms, :nodes, :flags)
		ON CONFLICT (id) DO UPDATE SET service = excluded.service, number = excluded.number, arrived = excluded.arrived,
		caller = excluded.caller, caller_name = excluded.caller_name, caller_hidden = excluded.caller_hidden,
		rules_version = excluded.rules_version, lang = excluded.lang, closed = excluded.closed, cause = excluded.cause,
		queue = excluded.queue, agent = excluded.agent, waited_ms = excluded.waited_ms, talked_ms = excluded.talked_ms,
		nodes = excluded.nodes, flags = excluded.flags
		WHERE call.closed IS NULL`

	// What happened does not un-happen: a late writing of an older state of a leg takes no time away.
	upsertLegSQL = `INSERT INTO leg (switch, switch_start, switch_leg, call, role, agent, target, created, ringing, answered,
		ended, cause, sip, estimated, trunk)
		VALUES (:switch, :switch_start, :switch_leg, :call, :role, :agent, :target, :created, :ringing, :answered,
		:ended, :cause, :sip, :estimated, :trunk)
		ON CONFLICT (switch, switch_start, switch_leg) DO UPDATE SET
		call = excluded.call, role = excluded.role, agent = excluded.agent, target = excluded.target,
		created = coalesce(excluded.created, leg.created), ringing = coalesce(excluded.ringing, leg.ringing),
		answered = coalesce(excluded.answered, leg.answered), ended = coalesce(excluded.ended, leg.ended),
		cause = CASE WHEN excluded.cause = '' THEN leg.cause ELSE excluded.cause END,
		sip = CASE WHEN excluded.sip = 0 THEN leg.sip ELSE excluded.sip END,
		estimated = CASE WHEN excluded.ended IS NULL THEN leg.estimated ELSE excluded.estimated END`

	// A closed call gets no place again, and an older place does not replace a newer one: a row that had to wait may be
	// written late.
	upsertPlaceSQL = `INSERT INTO place (call, node, since, kept, seq)
		SELECT :call, :node, :since, :kept, :seq FROM call WHERE id = :call AND closed IS NULL
		ON CONFLICT (call) DO UPDATE SET node = excluded.node, since = excluded.since, kept = excluded.kept, seq = excluded.seq
		WHERE excluded.seq >= place.seq`

	insertRatingSQL = `INSERT INTO rating (call, leg, version, at, unrated, flags, data_version, why)
		VALUES (:call, :leg, :version, :at, :unrated, :flags, :data_version, :why)`

	insertRatedSQL = `INSERT INTO rated (call, leg, version, side, component, standing, micro_euro, vat, vat_rate, tax, delta, seconds,
		price, rule, step, unverified, contract, source, since)
		VALUES (:call, :leg, :version, :side, :component, :standing, :micro_euro, :vat, :vat_rate, :tax, :delta, :seconds,
		:price, :rule, :step, :unverified, :contract, :source, :since)`

	addTotalSQL = `INSERT INTO day_total (scope, day, name, calls, answered, talked, waited_ms, talked_ms, seconds, caller, caller_vat,
		payout, payout_vat, cost, cost_vat, unrated, payout_unknown, cost_unknown)
		VALUES (:scope, :day, :name, :calls, :answered, :talked, :waited_ms, :talked_ms, :seconds, :caller, :caller_vat,
		:payout, :payout_vat, :cost, :cost_vat, :unrated, :payout_unknown, :cost_unknown)
		ON CONFLICT (scope, day, name) DO UPDATE SET calls = calls + excluded.calls, answered = answered + excluded.answered,
		talked = talked + excluded.talked, waited_ms = waited_ms + excluded.waited_ms, talked_ms = talked_ms + excluded.talked_ms,
		seconds = seconds + excluded.seconds, caller = caller + excluded.caller, caller_vat = caller_vat + excluded.caller_vat,
		payout = payout + excluded.payout, payout_vat = payout_vat + excluded.payout_vat, cost = cost + excluded.cost,
		cost_vat = cost_vat + excluded.cost_vat, unrated = unrated + excluded.unrated,
		payout_unknown = payout_unknown + excluded.payout_unknown, cost_unknown = cost_unknown + excluded.cost_unknown`

	deletePlaceSQL = `DELETE FROM place WHERE call = :call`

	// What a charge depends on, as the rows have it.
	legsOfSQL = `SELECT switch_leg, role, target, trunk, answered, ended FROM leg WHERE call = :call ORDER BY created, switch_leg`

	upsertAgentSQL = `INSERT INTO agent (id, state, after_talk, reason, since, idle_since)
		VALUES (:id, :state, :after_talk, :reason, :since, :idle_since)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, after_talk = excluded.after_talk, reason = excluded.reason, since = excluded.since,
		idle_since = excluded.idle_since`

	insertAgentChangeSQL = `INSERT INTO agent_change (agent, state, after_talk, reason, since)
		VALUES (:id, :state, :after_talk, :reason, :since)`

	insertEventSQL = `INSERT INTO event (at, kind, call, queue, agent, data) VALUES (:at, :kind, :call, :queue, :agent, :data)`
)
