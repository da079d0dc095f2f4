package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/billing"
	"hotline/routing"
)

// A Journal is the routing.Journal of a database.
type Journal struct{ db *DB }

// Journal returns the journal that calls are written to.
func (db *DB) Journal() *Journal { return &Journal{db} }

// The kinds of events.
const (
	eventOpened = "call_opened"
	eventClosed = "call_closed"
	eventAgent  = "agent_changed"
)

// Open begins a contact: its call, the customer's leg and its first place, all or nothing.
func (j *Journal) Open(ctx context.Context, c routing.Contact, customer routing.Leg, p routing.Place) error {
	w := j.db.soon
	err := j.db.write(ctx, w, func(tx *sqlx.Tx) error {
		opened, err := run(ctx, tx, w.openCall, contactRow(c))
		if err != nil {
			return err
		}
		if opened == 1 {
			event := eventRow{At: c.Opened.UnixMilli(), Kind: eventOpened, Call: c.ID}
			if _, err := run(ctx, tx, w.insertEvent, event); err != nil {
				return err
			}
		}
		if _, err := run(ctx, tx, w.upsertLeg, newLegRow(customer)); err != nil {
			return err
		}
		_, err = run(ctx, tx, w.upsertPlace, newPlaceRow(p))
		return err
	})
	if err != nil {
		return fmt.Errorf("write the opening of call %s: %w", c.ID, err)
	}
	return nil
}

// Place says where the call is now. It changes nothing when the call is closed, or when a later place (by Seq) has been
// written; a call that was never opened is an error.
func (j *Journal) Place(ctx context.Context, p routing.Place) error {
	w := j.db.soon
	err := j.db.write(ctx, w, func(tx *sqlx.Tx) error {
		written, err := run(ctx, tx, w.upsertPlace, newPlaceRow(p))
		if err != nil || written > 0 {
			return err
		}
		var id string
		return tx.GetContext(ctx, &id, "SELECT id FROM call WHERE id = ?", p.Call)
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = errors.New("the call was never opened")
	}
	if err != nil {
		return fmt.Errorf("write place %s of call %s: %w", p.Node, p.Call, err)
	}
	return nil
}

// Leg adds a leg, or replaces what is known of it. Times that are known stay known.
func (j *Journal) Leg(ctx context.Context, l routing.Leg) error {
	w := j.db.soon
	err := j.db.write(ctx, w, func(tx *sqlx.Tx) error {
		_, err := run(ctx, tx, w.upsertLeg, newLegRow(l))
		return err
	})
	if err != nil {
		return fmt.Errorf("write leg %s of call %s: %w", l.ID, l.Call, err)
	}
	return nil
}

// Close ends a contact in one durable transaction: its legs as they ended, its record, its charge by the tariffs valid at
// the answer, the totals of its day, and its place gone. Closing what is closed changes nothing and is no error.
func (j *Journal) Close(ctx context.Context, r routing.Record) error {
	err := j.db.durably(ctx, func(b *batch) error { return b.close(context.Background(), r) })
	if err != nil {
		return fmt.Errorf("close call %s: %w", r.ID, err)
	}
	return nil
}

func (b *batch) close(ctx context.Context, r routing.Record) error {
	w := b.db.durable
	closed, err := b.run(ctx, w.closeCall, recordRow(r, r.Flags))
	if err != nil {
		return fmt.Errorf("write the record: %w", err)
	}
	if closed == 0 {
		return nil // closed before
	}
	for _, l := range r.Legs {
		if _, err := b.run(ctx, w.upsertLeg, newLegRow(l)); err != nil {
			return fmt.Errorf("write leg %s: %w", l.ID, err)
		}
	}
	if err := b.charge(ctx, r); err != nil {
		return err
	}
	if _, err := b.run(ctx, w.deletePlace, placeRow{Call: r.ID}); err != nil {
		return fmt.Errorf("delete the place: %w", err)
	}
	_, err = b.run(ctx, w.insertEvent, eventRow{At: r.Closed.UnixMilli(), Kind: eventClosed, Call: r.ID, Queue: r.Queue,
		Agent: r.Agent, Data: r.Cause})
	return err
}

// charge rates the legs of the call as the rows have them, which is what a later rating will see too, and adds the call to
// its day's totals.
func (b *batch) charge(ctx context.Context, r routing.Record) error {
	var legs []legRow
	if err := b.in(ctx, b.db.durable.legsOf).SelectContext(ctx, &legs, legRow{Call: r.ID}); err != nil {
		return fmt.Errorf("read the legs: %w", err)
	}
	r.Legs = nil
	for _, row := range legs {
		r.Legs = append(r.Legs, row.leg())
	}
	tariffs, err := b.book(ctx)
	if err != nil {
		return err
	}
	var charges []billing.Charge
	for _, c := range chargeLegs(tariffs.Book, r) {
		if err := b.rating(ctx, ratingRow{Call: r.ID, Leg: c.leg, Version: 1, At: r.Closed.UnixMilli()}, c.Charge, nil); err != nil {
			return err
		}
		charges = append(charges, c.Charge)
	}
	b.totals.add(totalRows(r, charges, b.db.zone), 1)
	return nil
}

// Saved lists the contacts that have not been closed, oldest first.
func (j *Journal) Saved(ctx context.Context) ([]routing.Saved, error) {
	var saved []routing.Saved
	// One transaction, so that calls, legs and places belong together.
	err := inTx(ctx, j.db.read, func(tx *sqlx.Tx) error {
		var calls []callRow
		if err := tx.SelectContext(ctx, &calls, "SELECT * FROM call WHERE closed IS NULL ORDER BY opened, id"); err != nil {
			return err
		}
		var legs []legRow
		if err := tx.SelectContext(ctx, &legs, `SELECT leg.* FROM leg JOIN call ON call.id = leg.call WHERE call.closed IS NULL
			ORDER BY leg.created, leg.switch_leg`); err != nil {
			return err
		}
		var places []placeRow
		if err := tx.SelectContext(ctx, &places, "SELECT * FROM place"); err != nil {
			return err
		}
		at := map[string]int{}
		for i, c := range calls {
			saved = append(saved, routing.Saved{Contact: c.contact()})
			at[c.ID] = i
		}
		for _, l := range legs {
			saved[at[l.Call]].Legs = append(saved[at[l.Call]].Legs, l.leg())
		}
		for _, p := range places {
			if i, ok := at[p.Call]; ok {
				saved[i].Place = p.place()
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the open calls: %w", err)
	}
	return saved, nil
}

// Alive notes that at that time every call that there was on the switch is known.
func (j *Journal) Alive(ctx context.Context, onSwitch string, at time.Time) error {
	err := j.db.write(ctx, j.db.soon, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO alive (switch, at) VALUES (?, ?) ON CONFLICT (switch) DO UPDATE SET at = excluded.at",
			onSwitch, at.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("write that we are alive: %w", err)
	}
	return nil
}

// LastAlive returns what Alive noted last for the switch; zero if it never did.
func (j *Journal) LastAlive(ctx context.Context, onSwitch string) (time.Time, error) {
	var at int64
	err := j.db.read.GetContext(ctx, &at, "SELECT at FROM alive WHERE switch = ?", onSwitch)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return time.Time{}, nil
	case err != nil:
		return time.Time{}, fmt.Errorf("read when we were last alive: %w", err)
	}
	return moment(&at), nil
}

// AgentChange records that an agent's state is now another.
func (j *Journal) AgentChange(ctx context.Context, a routing.AgentState) error {
	w := j.db.soon
	row := agentRow{ID: a.ID, State: a.State, AfterTalk: a.After, Reason: a.Reason, Since: a.Since.UnixMilli(), IdleSince: ms(a.IdleSince)}
	err := j.db.write(ctx, w, func(tx *sqlx.Tx) error {
		if _, err := run(ctx, tx, w.upsertAgent, row); err != nil {
			return err
		}
		if _, err := run(ctx, tx, w.insertAgentChange, row); err != nil {
			return err
		}
		_, err := run(ctx, tx, w.insertEvent, eventRow{At: row.Since, Kind: eventAgent, Agent: a.ID, Data: a.State})
		return err
	})
	if err != nil {
		return fmt.Errorf("write state %s of agent %s: %w", a.State, a.ID, err)
	}
	return nil
}

// Agents lists the last state of every agent, by id.
func (j *Journal) Agents(ctx context.Context) ([]routing.AgentState, error) {
	var rows []agentRow
	if err := j.db.read.SelectContext(ctx, &rows, "SELECT * FROM agent ORDER BY id"); err != nil {
		return nil, fmt.Errorf("read the agents: %w", err)
	}
	var out []routing.AgentState
	for _, r := range rows {
		out = append(out, routing.AgentState{ID: r.ID, State: r.State, After: r.AfterTalk, Reason: r.Reason, Since: moment(&r.Since), IdleSince: moment(r.IdleSince)})
	}
	return out, nil
}

var _ routing.Journal = (*Journal)(nil)
