package store

import (
	"context"
	"errors"
	"fmt"
	"math"
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
	Why     string // "" when it was made at the end of the call
	billing.Charge
}

// charges are the charges alone.
func (c *Charged) charges() []billing.Charge {
	var out []billing.Charge
	for _, r := range c.Ratings {
		out = append(out, r.Charge)
	}
	return out
}

// A Filter says which records are wanted. Its zero value wants all that are closed.
type Filter struct {
	Number, Caller number.Number
	From, To       time.Time // answered in [From, To), or opened then when nobody answered: as the totals count days
	Open           bool      // also calls that have not ended
	Limit          int       // the newest so many; 0 for all
}

// Records lists records, the newest first.
func (db *DB) Records(ctx context.Context, f Filter) ([]Charged, error) {
	where, args := f.where()
	limit := ""
	if f.Limit > 0 {
		limit, args["limit"] = " LIMIT :limit", f.Limit
	}
	out, err := db.records(ctx, "SELECT * FROM call WHERE "+where+" ORDER BY opened DESC, id DESC"+limit, args)
	if err != nil {
		return nil, fmt.Errorf("read the records: %w", err)
	}
	return out, nil
}

// answeredOrOpened is the moment that decides to which day a call belongs.
const answeredOrOpened = `coalesce((SELECT min(answered) FROM leg WHERE leg.call = call.id AND leg.role = 'customer'), opened)`

// where is the condition of a filter, with its values.
func (f Filter) where() (string, map[string]any) {
	args := map[string]any{"number": string(f.Number), "caller": string(f.Caller), "from": f.From.UnixMilli(), "to": f.To.UnixMilli()}
	where := []string{"1 = 1"}
	for _, c := range []struct {
		wanted bool
		sql    string
	}{
		{f.Number != "", "number = :number"}, {f.Caller != "", "caller = :caller"},
		// No call rings for a day: the index on opened finds the candidates.
		{!f.From.IsZero(), "opened >= :from - 86400000 AND " + answeredOrOpened + " >= :from"},
		{!f.To.IsZero(), "opened < :to AND " + answeredOrOpened + " < :to"}, {!f.Open, "closed IS NOT NULL"},
	} {
		if c.wanted {
			where = append(where, c.sql)
		}
	}
	return strings.Join(where, " AND "), args
}

// records runs a query of calls, as of one moment.
func (db *DB) records(ctx context.Context, query string, args map[string]any) (out []Charged, err error) {
	err = inTx(ctx, db.read, func(tx *sqlx.Tx) error {
		out, err = records(ctx, tx, query, args)
		return err
	})
	return out, err
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

// Each hands every record that the filter wants to do, the oldest first, as of one moment. It keeps few of them in memory.
func (db *DB) Each(ctx context.Context, f Filter, do func(*Charged) error) error {
	return inTx(ctx, db.read, func(tx *sqlx.Tx) error { return eachCharged(ctx, tx, f, do) })
}

// So many records are read at a time.
const eachAtOnce = 400

func eachCharged(ctx context.Context, tx *sqlx.Tx, f Filter, do func(*Charged) error) error {
	for at := firstPage(); ; {
		page, next, err := readPage(ctx, tx, f, at)
		if err != nil {
			return err
		}
		for i := range page {
			if err := do(&page[i]); err != nil {
				return err
			}
		}
		if next == nil {
			return nil
		}
		at = *next
	}
}

// A cursor is where a page of records begins: behind this one.
type cursor struct {
	opened int64
	id     string
}

func firstPage() cursor { return cursor{opened: math.MinInt64} }

// readPage reads some records, the oldest first, and says where the next page begins; nil behind the last. A filter's limit
// means nothing here.
func readPage(ctx context.Context, tx *sqlx.Tx, f Filter, at cursor) (page []Charged, next *cursor, err error) {
	where, args := f.where()
	args["opened"], args["id"], args["limit"] = at.opened, at.id, eachAtOnce
	page, err = records(ctx, tx, "SELECT * FROM call WHERE "+where+` AND (opened, id) > (:opened, :id)
		ORDER BY opened, id LIMIT :limit`, args)
	if err != nil || len(page) < eachAtOnce {
		return page, nil, err
	}
	last := page[len(page)-1]
	return page, &cursor{last.Opened.UnixMilli(), last.ID}, nil
}

// records runs a query of calls and adds their legs and ratings.
func records(ctx context.Context, tx *sqlx.Tx, query string, args map[string]any) ([]Charged, error) {
	bound, values, err := sqlx.Named(query, args)
	if err != nil {
		return nil, err
	}
	return recordsOf(ctx, tx, bound, values)
}

func recordsOf(ctx context.Context, tx *sqlx.Tx, query string, args []any) ([]Charged, error) {
	var calls []callRow
	if err := tx.SelectContext(ctx, &calls, query, args...); err != nil {
		return nil, err
	}
	var out []Charged
	at := map[string]int{}
	for _, c := range calls {
		record, err := c.record()
		if err != nil {
			return nil, err
		}
		at[c.ID] = len(out)
		out = append(out, Charged{Record: record})
	}
	for begin := 0; begin < len(calls); begin += eachAtOnce {
		var ids []string
		for _, c := range calls[begin:min(begin+eachAtOnce, len(calls))] {
			ids = append(ids, c.ID)
		}
		if err := fill(ctx, tx, out, at, ids); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// linesInOrder puts the caller's lines first, and what is paid for the service before the rest.
const linesInOrder = `ORDER BY side, CASE component WHEN 'service' THEN 1 WHEN 'call' THEN 2 WHEN 'payout' THEN 3 ELSE 4 END`

// fill adds the legs and the latest ratings of records.
func fill(ctx context.Context, tx *sqlx.Tx, out []Charged, at map[string]int, ids []string) error {
	var legs []legRow
	if err := selectIn(ctx, tx, &legs, "SELECT * FROM leg WHERE call IN (?) ORDER BY created, switch_leg", ids); err != nil {
		return err
	}
	for _, l := range legs {
		c := &out[at[l.Call]]
		c.Legs = append(c.Legs, l.leg())
	}
	var ratings []ratingRow
	if err := selectIn(ctx, tx, &ratings, `SELECT * FROM rating AS r WHERE call IN (?) AND version =
		(SELECT max(version) FROM rating WHERE call = r.call AND leg = r.leg) ORDER BY leg`, ids); err != nil {
		return err
	}
	var lines []ratedRow
	if err := selectIn(ctx, tx, &lines, "SELECT * FROM rated WHERE call IN (?) AND standing <> '"+void+"' "+linesInOrder, ids); err != nil {
		return err
	}
	type key struct {
		call, leg string
		version   int
	}
	byRating := map[key][]billing.Line{}
	for _, l := range lines {
		k := key{l.Call, l.Leg, l.Version}
		byRating[k] = append(byRating[k], l.line())
	}
	for _, r := range ratings {
		flags, err := unlist(r.Flags)
		if err != nil {
			return fmt.Errorf("call %s: %w", r.Call, err)
		}
		c := &out[at[r.Call]]
		c.Ratings = append(c.Ratings, Rating{Leg: r.Leg, Version: r.Version, At: moment(&r.At), Why: r.Why,
			Charge: billing.NewCharge(byRating[key{r.Call, r.Leg, r.Version}], billing.ParseReason(r.Unrated), billing.ParseFlags(flags), r.DataVersion)})
	}
	return nil
}

// selectIn selects with a list of ids.
func selectIn(ctx context.Context, tx *sqlx.Tx, into any, query string, ids []string) error {
	bound, args, err := sqlx.In(query, ids)
	if err != nil {
		return err
	}
	return tx.SelectContext(ctx, into, bound, args...)
}
