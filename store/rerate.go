package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/billing"
	"hotline/number"
	"hotline/routing"
)

// A legCharge is what one leg of a call cost.
type legCharge struct {
	leg string
	billing.Charge
}

// chargeLegs rates each leg of the customer, by the number that was called, and each that we dialled over a trunk.
func chargeLegs(book *billing.Book, r routing.Record) []legCharge {
	var out []legCharge
	for _, l := range r.Legs {
		call := billing.Call{Number: r.Number, From: r.Caller, Answered: l.Answered, Ended: l.Ended}
		switch {
		case l.Role == routing.Customer:
			call.Unknown = slices.Contains(r.Flags, routing.AnswerUnknown)
			out = append(out, legCharge{l.ID, book.Rate(call)})
		case l.Trunk != "":
			call.Number, _ = number.Parse(l.Target) // what cannot be read has no rate, and is said to have none
			out = append(out, legCharge{l.ID, book.RateTrunk(l.Trunk, call)})
		}
	}
	return out
}

// rating writes one version of a charge. Each of its lines says the difference to the version before; a component
// that the version before had and this one does not is void.
func (b *batch) rating(ctx context.Context, r ratingRow, c billing.Charge, before *billing.Charge) error {
	w := b.db.durable
	r.Unrated, r.Flags, r.DataVersion = c.Unrated.String(), list(c.Flags.Words()), c.Version
	if _, err := b.run(ctx, w.insertRating, r); err != nil {
		return fmt.Errorf("write the rating of leg %s: %w", r.Leg, err)
	}
	var rows []ratedRow
	for _, l := range c.Lines() {
		rows = append(rows, newRatedRow(r, l))
	}
	if before != nil {
		rows = append(rows, differences(r, rows, before)...)
	}
	for _, row := range rows {
		if _, err := b.run(ctx, w.insertRated, row); err != nil {
			return fmt.Errorf("write the %s of leg %s: %w", row.Component, r.Leg, err)
		}
	}
	return nil
}

// differences makes the deltas of rows those to the version before, and returns the rows of what is void.
func differences(r ratingRow, rows []ratedRow, before *billing.Charge) (gone []ratedRow) {
	for i := range before.Lines() {
		old := &before.Lines()[i]
		at := slices.IndexFunc(rows, func(row ratedRow) bool { return row.Component == old.Part.String() })
		if at >= 0 {
			rows[at].Delta -= int64(old.Reckoned())
			continue
		}
		row := newRatedRow(r, billing.Line{Part: old.Part, Tax: old.Tax, Seconds: old.Seconds})
		row.Standing, row.Delta = void, -int64(old.Reckoned())
		gone = append(gone, row)
	}
	return gone
}

// A Rerating says what rating calls again came to.
type Rerating struct {
	Calls         int       // looked at
	Changed       int       // whose charge is now another
	First         []Rerated // some of them, the oldest
	Before, After Total     // of those that changed
}

// A Rerated is a call whose charge is now another.
type Rerated struct {
	ID            string
	Before, After Total
}

// A Rerating names this many of the calls that changed.
const ratedFirst = 20

// Rerate rates the records that the filter wants again, by the tariffs as they are now said to have been at the answer. What
// comes out the same stays as it is; what differs becomes a new version, with the differences, and the totals of its day
// follow in the same transaction. Without write it only says what would change. It goes from page to page, so that calls go
// on meanwhile; cut off, it has done what it has done, and may be asked again.
func (db *DB) Rerate(ctx context.Context, f Filter, why string, at time.Time, write bool) (Rerating, error) {
	var out Rerating
	f.Open = false
	for where := firstPage(); ; {
		var page []Charged
		var next *cursor
		var tariffs *Tariffs
		err := inTx(ctx, db.read, func(tx *sqlx.Tx) (err error) {
			if tariffs, err = db.tariffs(ctx, tx); err != nil {
				return err
			}
			page, next, err = readPage(ctx, tx, f, where)
			return err
		})
		if err != nil {
			return out, err
		}
		changed := out.look(page, tariffs.Book, db.zone)
		if write && len(changed) > 0 {
			if err := db.durably(ctx, func(b *batch) error { return b.rerate(ctx, changed, why, at) }); err != nil {
				return out, fmt.Errorf("rate again: %w", err)
			}
		}
		if next == nil {
			return out, nil
		}
		where = *next
	}
}

// look finds the calls of a page whose charge is now another.
func (r *Rerating) look(page []Charged, book *billing.Book, zone *time.Location) (changed []string) {
	for i := range page {
		c := &page[i]
		r.Calls++
		if slices.Contains(c.Flags, Erased) { // where it came from is no longer known
			continue
		}
		fresh := chargeLegs(book, c.Record)
		if sameCharges(c.Ratings, fresh) {
			continue
		}
		before, _ := totalOf(c.Record, c.charges(), zone)
		after, _ := totalOf(c.Record, chargesOf(fresh), zone)
		r.Before.Add(before, 1)
		r.After.Add(after, 1)
		if r.Changed++; r.Changed <= ratedFirst {
			r.First = append(r.First, Rerated{c.ID, before, after})
		}
		changed = append(changed, c.ID)
	}
	return changed
}

// rerate writes new versions of some calls. It looks at them again, because somebody else may have rated them meanwhile.
func (b *batch) rerate(ctx context.Context, ids []string, why string, at time.Time) error {
	tariffs, err := b.book(ctx)
	if err != nil {
		return err
	}
	query, args, err := sqlx.In("SELECT * FROM call WHERE id IN (?)", ids)
	if err != nil {
		return err
	}
	calls, err := recordsOf(ctx, b.Tx, query, args)
	if err != nil {
		return err
	}
	for _, c := range calls {
		fresh := chargeLegs(tariffs.Book, c.Record)
		if sameCharges(c.Ratings, fresh) {
			continue
		}
		for _, leg := range fresh {
			rating := ratingRow{Call: c.ID, Leg: leg.leg, Version: 1, At: at.UnixMilli(), Why: why}
			var before *billing.Charge
			if i := slices.IndexFunc(c.Ratings, func(r Rating) bool { return r.Leg == leg.leg }); i >= 0 {
				if c.Ratings[i].Same(&leg.Charge) {
					continue
				}
				before, rating.Version = &c.Ratings[i].Charge, c.Ratings[i].Version+1
			}
			if err := b.rating(ctx, rating, leg.Charge, before); err != nil {
				return err
			}
		}
		b.totals.add(totalRows(c.Record, c.charges(), b.db.zone), -1)
		b.totals.add(totalRows(c.Record, chargesOf(fresh), b.db.zone), 1)
	}
	return nil
}

func chargesOf(legs []legCharge) []billing.Charge {
	var out []billing.Charge
	for _, l := range legs {
		out = append(out, l.Charge)
	}
	return out
}

// sameCharges reports whether rating again came to the same for each leg, whatever the version of the data.
func sameCharges(old []Rating, fresh []legCharge) bool {
	return len(old) == len(fresh) && !slices.ContainsFunc(fresh, func(f legCharge) bool {
		i := slices.IndexFunc(old, func(r Rating) bool { return r.Leg == f.leg })
		return i < 0 || !old[i].Same(&f.Charge)
	})
}
