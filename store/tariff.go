package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/billing"
	"hotline/number"
)

// An Own is what the rules say about the price of one of our own numbers.
type Own struct {
	Number   number.Number
	Price    billing.Term     // not known: the rules name no price
	Contract billing.Contract // what we pay and earn
	Source   string           // where it stands: "rules.yaml l. 21"
	From     time.Time        // when it comes into force, if it is new
}

// SetPrices keeps the dated history of our own numbers' prices. What is as it was changes nothing; what is new closes the
// interval in force at From and opens another. The past is never changed: a From before the latest interval began is
// refused unless the price is the same, and so is a price above the ceiling of the number's range. All is taken or nothing.
func (db *DB) SetPrices(ctx context.Context, own []Own) error {
	err := db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		var errs []error // all of them at once, so that a file is corrected in one go
		for _, o := range own {
			if err := db.setPrice(ctx, tx, o); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", o.Number.Pretty(), err))
			}
		}
		return errors.Join(errs...)
	})
	if err != nil {
		return fmt.Errorf("set the prices of our numbers: %w", err)
	}
	return nil
}

func (db *DB) setPrice(ctx context.Context, tx *sqlx.Tx, o Own) error {
	if o.Price.Known {
		r, ok := db.planAt(o.From).Find(o.Number)
		if !ok {
			return errors.New("it is not in the number plan and can have no price")
		}
		if err := r.Check(o.Price.Price); err != nil {
			return err
		}
	}
	step, unverified, err := findStep(ctx, tx, o.Price.Price, o.From)
	if err != nil {
		return err
	}
	service := datedRow{Number: string(o.Number), Step: step, Unverified: unverified}
	if err := setDated(ctx, tx, serviceTable(), service, o.Price, o); err != nil {
		return fmt.Errorf("price: %w", err)
	}
	for _, c := range []struct {
		kind, origin string
		term         billing.Term
	}{
		{"cost", "fixed", o.Contract.FromFixed}, {"cost", "mobile", o.Contract.FromMobile},
		{"cost", "intl", o.Contract.FromAbroad}, {"payout", "", o.Contract.Payout},
	} {
		row := datedRow{Number: string(o.Number), Kind: c.kind, Origin: c.origin}
		if err := setDated(ctx, tx, ownerTable(), row, c.term, o); err != nil {
			return fmt.Errorf("%s %s: %w", c.kind, c.origin, err)
		}
	}
	return nil
}

// A datedRow is a row of service_number or of owner_rate: its key, its price, and from when to when it holds.
type datedRow struct {
	Number     string `db:"number"`
	Kind       string `db:"kind"`
	Origin     string `db:"origin"`
	Step       string `db:"step"`
	Unverified bool   `db:"unverified"`
	PerCall    int64  `db:"per_call"`
	PerMinute  int64  `db:"per_minute"`
	Source     string `db:"source"`
	ValidFrom  int64  `db:"valid_from"`
	ValidTo    *int64 `db:"valid_to"`
}

func (r datedRow) price() billing.Price {
	return billing.Price{PerCall: billing.Money(r.PerCall), PerMinute: billing.Money(r.PerMinute)}
}

// A datedTable holds the three statements that keep one history.
type datedTable struct{ history, end, begin string }

func serviceTable() datedTable {
	return datedTable{
		history: "SELECT * FROM service_number WHERE number = :number ORDER BY valid_from DESC",
		end:     "UPDATE service_number SET valid_to = :valid_to WHERE number = :number AND valid_from = :valid_from",
		begin: `INSERT INTO service_number (number, step, unverified, per_call, per_minute, source, valid_from)
			VALUES (:number, :step, :unverified, :per_call, :per_minute, :source, :valid_from)`,
	}
}

func ownerTable() datedTable {
	return datedTable{
		history: `SELECT * FROM owner_rate WHERE number = :number AND kind = :kind AND origin = :origin ORDER BY valid_from DESC`,
		end: `UPDATE owner_rate SET valid_to = :valid_to WHERE number = :number AND kind = :kind AND origin = :origin
			AND valid_from = :valid_from`,
		begin: `INSERT INTO owner_rate (number, kind, origin, per_call, per_minute, source, valid_from)
			VALUES (:number, :kind, :origin, :per_call, :per_minute, :source, :valid_from)`,
	}
}

// setDated makes one history say that from o.From on the price is want.
func setDated(ctx context.Context, tx *sqlx.Tx, table datedTable, key datedRow, want billing.Term, o Own) error {
	query, args, err := sqlx.Named(table.history, key)
	if err != nil {
		return err
	}
	var history []datedRow
	if err := tx.SelectContext(ctx, &history, query, args...); err != nil {
		return err
	}
	from := o.From.UnixMilli()
	if agrees(history, want, from) {
		return nil
	}
	if len(history) > 0 {
		latest := history[0]
		if latest.ValidTo == nil && from < latest.ValidFrom && want.Known && latest.price() == want.Price {
			return nil // said before and in force later: a clock that was set back does not move a price's beginning
		}
		if from <= latest.ValidFrom || latest.ValidTo != nil && from < *latest.ValidTo {
			return fmt.Errorf("it is %s from %s on; another one needs a later date than that, and %s is not",
				latest.price(), day(latest.ValidFrom), day(from))
		}
		if latest.ValidTo == nil {
			latest.ValidTo = &from
			if _, err := tx.NamedExecContext(ctx, table.end, latest); err != nil {
				return err
			}
		}
	}
	if !want.Known {
		return nil
	}
	key.PerCall, key.PerMinute = int64(want.Price.PerCall), int64(want.Price.PerMinute)
	key.Source, key.ValidFrom = o.Source, from
	_, err = tx.NamedExecContext(ctx, table.begin, key)
	return err
}

// agrees reports whether the history says already what is wanted from that moment on. A dated list names old prices
// again at each load, so that an interval which has ended agrees too.
func agrees(history []datedRow, want billing.Term, from int64) bool {
	for _, h := range history {
		if h.ValidFrom <= from && (h.ValidTo == nil || *h.ValidTo > from) {
			return want.Known && h.price() == want.Price
		}
	}
	// Nothing was in force then: that agrees with no price, unless a price came later.
	return !want.Known
}

// day writes a moment for people, in the zone that French tariffs are dated in.
func day(ms int64) string {
	t := time.UnixMilli(ms).UTC()
	if paris, err := time.LoadLocation("Europe/Paris"); err == nil {
		t = t.In(paris)
	}
	return t.Format("2006-01-02 15:04")
}

// findStep names the tariff step of a price, a verified one first; a price may be none of them.
func findStep(ctx context.Context, q sqlx.QueryerContext, p billing.Price, at time.Time) (code string, unverified bool, err error) {
	if p.Zero() || p.PerCall != 0 && p.PerMinute != 0 {
		return "", false, nil
	}
	unit, amount := "minute", p.PerMinute
	if p.PerCall != 0 {
		unit, amount = "call", p.PerCall
	}
	var row stepRow
	err = sqlx.GetContext(ctx, q, &row, `SELECT * FROM tariff_step WHERE unit = ? AND price = ? AND valid_from <= ?
		AND (valid_to IS NULL OR valid_to > ?) ORDER BY verified DESC, code LIMIT 1`, unit, int64(amount), at.UnixMilli(), at.UnixMilli())
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("find the step of %s: %w", p, err)
	}
	return row.Code, !row.Verified, nil
}

// Tariffs reads all that was valid for a number at a moment.
func (db *DB) Tariffs(ctx context.Context, n number.Number, at time.Time) (billing.Tariffs, error) {
	return db.tariffs(ctx, db.read, n, at)
}

func (db *DB) tariffs(ctx context.Context, q sqlx.QueryerContext, n number.Number, at time.Time) (billing.Tariffs, error) {
	t := billing.Tariffs{Version: db.version}
	t.Range, t.InPlan = db.planAt(at).Find(n)
	var service datedRow
	err := sqlx.GetContext(ctx, q, &service, `SELECT * FROM service_number WHERE number = ? AND valid_from <= ?
		AND (valid_to IS NULL OR valid_to > ?)`, string(n), at.UnixMilli(), at.UnixMilli())
	switch {
	case err == nil:
		t.Service = billing.Service{Known: true, Price: service.price(), Step: service.Step, Since: moment(&service.ValidFrom),
			Source: service.Source, Unverified: service.Unverified}
	case !errors.Is(err, sql.ErrNoRows):
		return t, fmt.Errorf("read the price of %s: %w", n.Masked(), err)
	}
	var rates []datedRow
	err = sqlx.SelectContext(ctx, q, &rates, `SELECT * FROM owner_rate WHERE number = ? AND valid_from <= ?
		AND (valid_to IS NULL OR valid_to > ?)`, string(n), at.UnixMilli(), at.UnixMilli())
	if err != nil {
		return t, fmt.Errorf("read the contract of %s: %w", n.Masked(), err)
	}
	for _, r := range rates {
		term := billing.Term{Known: true, Price: r.price()}
		switch r.Kind + r.Origin {
		case "payout":
			t.Contract.Payout = term
		case "costfixed":
			t.Contract.FromFixed = term
		case "costmobile":
			t.Contract.FromMobile = term
		case "costintl":
			t.Contract.FromAbroad = term
		}
	}
	return t, nil
}
