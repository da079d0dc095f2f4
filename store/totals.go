package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/billing"
	"hotline/routing"
)

// A Scope says by what totals are kept.
type Scope string

// The scopes.
const (
	ByNumber Scope = "number"
	ByQueue  Scope = "queue"
	ByAgent  Scope = "agent"
)

// A Total is what calls were and cost together.
type Total struct {
	Calls         int64 `db:"calls"`
	Answered      int64 `db:"answered"` // the caller's leg was
	Talked        int64 `db:"talked"`   // with an agent
	WaitedMS      int64 `db:"waited_ms"`
	TalkedMS      int64 `db:"talked_ms"`
	Seconds       int64 `db:"seconds"` // from answer to end, each begun second
	Caller        int64 `db:"caller"`  // what the callers paid, with tax; all amounts in micro-euro
	CallerVAT     int64 `db:"caller_vat"`
	Payout        int64 `db:"payout"` // without tax
	PayoutVAT     int64 `db:"payout_vat"`
	Cost          int64 `db:"cost"` // without tax; negative
	CostVAT       int64 `db:"cost_vat"`
	Unrated       int64 `db:"unrated"`        // calls that could not be rated: in no amount
	PayoutUnknown int64 `db:"payout_unknown"` // calls whose payout is not known
	CostUnknown   int64 `db:"cost_unknown"`   // calls whose cost is not known
}

// fields lists the parts of a total, in an order of their own.
func (t *Total) fields() []*int64 {
	return []*int64{&t.Calls, &t.Answered, &t.Talked, &t.WaitedMS, &t.TalkedMS, &t.Seconds, &t.Caller, &t.CallerVAT, &t.Payout,
		&t.PayoutVAT, &t.Cost, &t.CostVAT, &t.Unrated, &t.PayoutUnknown, &t.CostUnknown}
}

// Add adds another total, so many times.
func (t *Total) Add(o Total, times int64) {
	add := o.fields()
	for i, f := range t.fields() {
		*f += times * *add[i]
	}
}

// A totalKey is the key of a row of table day_total.
type totalKey struct {
	Scope Scope  `db:"scope"`
	Day   int64  `db:"day"`
	Name  string `db:"name"`
}

func (k totalKey) String() string { return fmt.Sprintf("%s %s on %d", k.Scope, k.Name, k.Day) }

// A totalRow is a row of table day_total.
type totalRow struct {
	totalKey
	Total
}

// totals are rows that are being added up.
type totals map[totalKey]Total

// add adds rows, so many times.
func (t totals) add(rows []totalRow, times int64) {
	for _, row := range rows {
		sum := t[row.totalKey]
		sum.Add(row.Total, times)
		t[row.totalKey] = sum
	}
}

// dayOf is the local day that a moment belongs to: 20261124.
func dayOf(at time.Time, zone *time.Location) int64 {
	y, m, d := at.In(zone).Date()
	return int64(y*10_000 + int(m)*100 + d)
}

// totalOf is what one record adds to the totals, and the day it adds it to.
func totalOf(r routing.Record, charges []billing.Charge, zone *time.Location) (Total, int64) {
	t := Total{Calls: 1, WaitedMS: r.Waited.Milliseconds(), TalkedMS: r.Talked.Milliseconds()}
	if t.TalkedMS > 0 {
		t.Talked = 1
	}
	at := r.Opened
	for _, l := range r.Legs {
		if l.Role != routing.Customer || l.Answered.IsZero() {
			continue
		}
		if t.Answered == 0 {
			at = l.Answered
		}
		t.Answered = 1
		t.Seconds += (max(l.Ended.UnixMilli()-l.Answered.UnixMilli(), 0) + 999) / 1000
	}
	for i := range charges {
		t.charge(&charges[i])
	}
	return t, dayOf(at, zone)
}

func (t *Total) charge(c *billing.Charge) {
	switch c.Unrated {
	case billing.Rated:
	case billing.TrunkUnknown: // what the caller pays is known all the same
		t.CostUnknown = 1
	default:
		t.Unrated = 1
	}
	for _, l := range c.Lines() {
		unknown := int64(0)
		if l.Standing == billing.Unknown {
			unknown = 1
		}
		switch l.Part {
		case billing.ServicePart, billing.CallPart:
			t.Caller += int64(l.Gross())
			t.CallerVAT += int64(l.VAT())
		case billing.PayoutPart:
			t.Payout += int64(l.Net())
			t.PayoutVAT += int64(l.VAT())
			t.PayoutUnknown = max(t.PayoutUnknown, unknown)
		case billing.CostPart:
			t.Cost += int64(l.Net())
			t.CostVAT += int64(l.VAT())
			t.CostUnknown = max(t.CostUnknown, unknown)
		}
	}
}

// totalRows are the rows that a record adds to. A call that was refused because its caller is blocked is no call of a customer, nor
// is one by which somebody of the house had something done.
func totalRows(r routing.Record, charges []billing.Charge, zone *time.Location) []totalRow {
	if slices.Contains(r.Flags, routing.FlagBlocked) || slices.Contains(r.Flags, routing.FlagHouse) {
		return nil
	}
	t, day := totalOf(r, charges, zone)
	called := string(r.Number)
	if called == "" {
		called = r.Arrived
	}
	rows := []totalRow{{totalKey{ByNumber, day, called}, t}}
	if r.Queue != "" {
		rows = append(rows, totalRow{totalKey{ByQueue, day, r.Queue}, t})
	}
	if r.Agent != "" {
		rows = append(rows, totalRow{totalKey{ByAgent, day, r.Agent}, t})
	}
	return rows
}

// A Period is days in Paris, from the first up to and not including the last.
type Period struct{ From, Until time.Time }

// Month is a whole month.
func Month(year int, month time.Month) Period {
	from := time.Date(year, month, 1, 0, 0, 0, 0, billing.Paris())
	return Period{from, from.AddDate(0, 1, 0)}
}

func (p Period) days() (from, until int64) {
	return dayOf(p.From, billing.Paris()), dayOf(p.Until, billing.Paris())
}

// A Named is the total of one number, queue, agent, day, month or year.
type Named struct {
	Name string `db:"of"`
	Total
}

// A By says what a report has a row for.
type By string

// What totals can be listed by: the name of the scope, or the time ("20261124", "202611", "2026").
const (
	ByName  By = "name"
	ByDay   By = "day"
	ByMonth By = "day / 100"
	ByYear  By = "day / 10000"
)

// Totals reads the totals of a period, in the order of what they are listed by. name narrows them to one number, queue or
// agent, "" for all.
func (db *DB) Totals(ctx context.Context, scope Scope, p Period, by By, name string) ([]Named, error) {
	if !slices.Contains([]By{ByName, ByDay, ByMonth, ByYear}, by) {
		return nil, fmt.Errorf("totals by %q", by)
	}
	from, until := p.days()
	var out []Named
	err := db.read.SelectContext(ctx, &out, `SELECT CAST(`+string(by)+` AS TEXT) AS of, sum(calls) AS calls, sum(answered) AS answered,
		sum(talked) AS talked, sum(waited_ms) AS waited_ms, sum(talked_ms) AS talked_ms, sum(seconds) AS seconds, sum(caller) AS caller,
		sum(caller_vat) AS caller_vat, sum(payout) AS payout, sum(payout_vat) AS payout_vat, sum(cost) AS cost, sum(cost_vat) AS cost_vat,
		sum(unrated) AS unrated, sum(payout_unknown) AS payout_unknown, sum(cost_unknown) AS cost_unknown
		FROM day_total WHERE scope = ? AND day >= ? AND day < ? AND (? = '' OR name = ?) GROUP BY `+string(by)+` HAVING sum(calls) <> 0
		ORDER BY `+string(by), scope, from, until, name, name)
	if err != nil {
		return nil, fmt.Errorf("read the totals by %s: %w", scope, err)
	}
	return out, nil
}

// A Recount is what counting all records anew found.
type Recount struct {
	Calls   int64
	Wrong   []string // totals that were not what the records say: "number +33892400300 on 20261124"
	Charges []string // calls whose versions do not add up to the latest, or that were never rated
}

// Recount counts all closed records anew and compares the daily totals with them. With mend it puts right the days that
// were wrong, each in a transaction of its own.
func (db *DB) Recount(ctx context.Context, mend bool) (out Recount, err error) {
	days := map[int64]bool{}
	err = inTx(ctx, db.read, func(tx *sqlx.Tx) error {
		right, err := countTotals(ctx, tx, Filter{}, &out.Calls)
		if err != nil {
			return err
		}
		wrong, err := compare(ctx, tx, right)
		if err != nil {
			return err
		}
		for _, k := range wrong {
			out.Wrong = append(out.Wrong, k.String())
			days[k.Day] = true
		}
		slices.Sort(out.Wrong)
		return tx.SelectContext(ctx, &out.Charges, `SELECT s.call FROM (SELECT call, leg, component, sum(delta) AS total FROM rated
			GROUP BY call, leg, component) AS s LEFT JOIN rated AS r ON r.call = s.call AND r.leg = s.leg AND r.component = s.component
			AND r.version = (SELECT max(version) FROM rating WHERE call = s.call AND leg = s.leg) WHERE s.total <> coalesce(CASE WHEN r.side = 'caller' AND r.tax = 'HT'
			THEN r.micro_euro + r.vat WHEN r.side = 'owner' AND r.tax = 'TTC' THEN r.micro_euro - r.vat ELSE r.micro_euro END, 0)
			UNION SELECT leg.call FROM leg JOIN call ON call.id = leg.call WHERE call.closed IS NOT NULL AND leg.role = 'customer'
			AND NOT EXISTS (SELECT 1 FROM rating WHERE rating.call = leg.call AND rating.leg = leg.switch_leg)`)
	})
	if err == nil && mend {
		for day := range days {
			err = errors.Join(err, db.write(ctx, db.durable, func(tx *sqlx.Tx) error { return mendDay(ctx, tx, db.durable, day) }))
		}
	}
	if err != nil {
		return out, fmt.Errorf("recount: %w", err)
	}
	return out, nil
}

// countTotals adds up the totals of records.
func countTotals(ctx context.Context, tx *sqlx.Tx, f Filter, calls *int64) (totals, error) {
	zone, right := billing.Paris(), totals{}
	err := eachCharged(ctx, tx, f, func(c *Charged) error {
		*calls++
		right.add(totalRows(c.Record, c.charges(), zone), 1)
		return nil
	})
	return right, err
}

// compare lists the totals that are not right.
func compare(ctx context.Context, tx *sqlx.Tx, right totals) (wrong []totalKey, err error) {
	var rows []totalRow
	if err := tx.SelectContext(ctx, &rows, "SELECT * FROM day_total"); err != nil {
		return nil, err
	}
	seen := map[totalKey]bool{}
	for _, row := range rows {
		seen[row.totalKey] = true
		if right[row.totalKey] != row.Total {
			wrong = append(wrong, row.totalKey)
		}
	}
	for k := range right {
		if !seen[k] {
			wrong = append(wrong, k)
		}
	}
	return wrong, nil
}

// mendDay writes the totals of one day anew. A call may have been opened the day before it was answered.
func mendDay(ctx context.Context, tx *sqlx.Tx, w *writer, day int64) error {
	from := time.Date(int(day/10_000), time.Month(day/100%100), int(day%100), 0, 0, 0, 0, billing.Paris())
	var calls int64
	right, err := countTotals(ctx, tx, Filter{From: from, To: from.AddDate(0, 0, 1)}, &calls)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM day_total WHERE day = ?", day); err != nil {
		return err
	}
	for k, t := range right {
		if k.Day != day {
			continue
		}
		if _, err := run(ctx, tx, w.addTotal, totalRow{k, t}); err != nil {
			return err
		}
	}
	return nil
}

// fillTotals writes the totals of a file that has had none.
func fillTotals(ctx context.Context, tx *sqlx.Tx) error {
	var calls int64
	right, err := countTotals(ctx, tx, Filter{}, &calls)
	if err != nil {
		return fmt.Errorf("count the totals of old records: %w", err)
	}
	for k, t := range right {
		if _, err := tx.NamedExecContext(ctx, addTotalSQL, totalRow{k, t}); err != nil {
			return fmt.Errorf("write the totals of old records: %w", err)
		}
	}
	return nil
}
