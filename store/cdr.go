package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/billing"
	"hotline/number"
	"hotline/routing"
)

// ErrNotFound is returned for a record that is not there.
var ErrNotFound = errors.New("not found")

// A Charged is a record with what it cost.
type Charged struct {
	routing.Record
	Ratings []Rating // the latest of each of the customer's legs; none while the call is open
}

// A Rating is one charge of one leg.
type Rating struct {
	Leg     string
	Version int
	At      time.Time
	billing.Charge
}

// A Filter says which records are wanted. Its zero value wants all that are closed.
type Filter struct {
	Number, Caller number.Number
	From, To       time.Time // opened in [From, To)
	Open           bool      // also calls that have not ended
	Limit          int       // the newest so many; 0 for all
}

// Records lists records, the newest first.
func (db *DB) Records(ctx context.Context, f Filter) ([]Charged, error) {
	where, limit := []string{"1 = 1"}, ""
	args := map[string]any{"number": string(f.Number), "caller": string(f.Caller), "from": f.From.UnixMilli(), "to": f.To.UnixMilli(), "limit": f.Limit}
	for _, c := range []struct {
		wanted bool
		sql    string
	}{
		{f.Number != "", "number = :number"}, {f.Caller != "", "caller = :caller"},
		{!f.From.IsZero(), "opened >= :from"}, {!f.To.IsZero(), "opened < :to"}, {!f.Open, "closed IS NOT NULL"},
	} {
		if c.wanted {
			where = append(where, c.sql)
		}
	}
	if f.Limit > 0 {
		limit = " LIMIT :limit"
	}
	records, err := db.records(ctx, "SELECT * FROM call WHERE "+strings.Join(where, " AND ")+" ORDER BY opened DESC, id DESC"+limit, args)
	if err != nil {
		return nil, fmt.Errorf("read the records: %w", err)
	}
	return records, nil
}

// Record reads one record. The id may be shortened to its end, four characters at least, if only one record ends so.
func (db *DB) Record(ctx context.Context, id string) (Charged, error) {
	args := map[string]any{"id": id}
	found, err := db.records(ctx, "SELECT * FROM call WHERE id = :id", args)
	if err == nil && len(found) == 0 && len(id) >= 4 {
		found, err = db.records(ctx, "SELECT * FROM call WHERE upper(substr(id, -length(:id))) = upper(:id) LIMIT 2", args)
	}
	switch {
	case err != nil:
		return Charged{}, fmt.Errorf("read record %s: %w", id, err)
	case len(found) == 0:
		return Charged{}, fmt.Errorf("record %s: %w", id, ErrNotFound)
	case len(found) == 2:
		return Charged{}, fmt.Errorf("record %s: several end like this, write more of it", id)
	}
	return found[0], nil
}

// records runs a query of calls and adds their legs and ratings, all as of one moment.
func (db *DB) records(ctx context.Context, query string, args map[string]any) ([]Charged, error) {
	var out []Charged
	err := inTx(ctx, db.read, func(tx *sqlx.Tx) error {
		bound, values, err := sqlx.Named(query, args)
		if err != nil {
			return err
		}
		var calls []callRow
		if err := tx.SelectContext(ctx, &calls, bound, values...); err != nil {
			return err
		}
		for _, c := range calls {
			record, err := c.record()
			if err != nil {
				return err
			}
			charged := Charged{Record: record}
			if err := fill(ctx, tx, &charged); err != nil {
				return fmt.Errorf("call %s: %w", c.ID, err)
			}
			out = append(out, charged)
		}
		return nil
	})
	return out, err
}

// linesInOrder puts the caller's lines first, and what is paid for the service before the rest.
const linesInOrder = `ORDER BY side, CASE component WHEN 'service' THEN 1 WHEN 'call' THEN 2 WHEN 'payout' THEN 3 ELSE 4 END`

// fill adds the legs and the latest ratings of a record.
func fill(ctx context.Context, tx *sqlx.Tx, c *Charged) error {
	var legs []legRow
	if err := tx.SelectContext(ctx, &legs, "SELECT * FROM leg WHERE call = ? ORDER BY created, switch_leg", c.ID); err != nil {
		return err
	}
	for _, l := range legs {
		c.Legs = append(c.Legs, l.leg())
	}
	var ratings []ratingRow
	if err := tx.SelectContext(ctx, &ratings, `SELECT * FROM rating AS r WHERE call = ? AND version =
		(SELECT max(version) FROM rating WHERE call = r.call AND leg = r.leg) ORDER BY leg`, c.ID); err != nil {
		return err
	}
	for _, r := range ratings {
		flags, err := unlist(r.Flags)
		if err != nil {
			return err
		}
		rating := Rating{Leg: r.Leg, Version: r.Version, At: moment(&r.At), Charge: billing.Charge{Unrated: billing.Reason(r.Unrated), Flags: flags}}
		var lines []ratedRow
		if err := tx.SelectContext(ctx, &lines, "SELECT * FROM rated WHERE call = ? AND leg = ? AND version = ? "+linesInOrder,
			r.Call, r.Leg, r.Version); err != nil {
			return err
		}
		for _, l := range lines {
			rating.Lines = append(rating.Lines, l.line())
		}
		c.Ratings = append(c.Ratings, rating)
	}
	return nil
}
