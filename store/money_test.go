package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/billing"
	"hotline/routing"
)

// sums reads the totals of November by number.
func sums(t *testing.T, db *DB) map[string]Total {
	t.Helper()
	rows, err := db.Totals(t.Context(), ByNumber, Month(2026, time.November), ByName, "")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Total{}
	for _, r := range rows {
		out[r.Name] = r.Total
	}
	return out
}

func closeCalls(t *testing.T, db *DB, calls ...routing.Record) {
	t.Helper()
	for _, r := range calls {
		if err := db.Journal().Close(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
}

// right makes sure that the totals are what the records say.
func right(t *testing.T, db *DB, calls int64) {
	t.Helper()
	got, err := db.Recount(t.Context(), false)
	if err != nil || got.Calls != calls || len(got.Wrong) > 0 || len(got.Charges) > 0 {
		t.Errorf("recount: %+v, %v; want %d calls and nothing wrong", got, err, calls)
	}
}

func TestTotals(t *testing.T) {
	db := fresh(t)
	surcharged(t, db)
	unpriced, never := record("01B", "+33892701234"), record("01C", "+33892400300")
	never.Legs = never.Legs[:1]
	never.Legs[0].Answered, never.Talked, never.Agent = time.Time{}, 0, ""
	house, blocked := record("01D", "+33892400300"), record("01E", "+33892400300")
	house.Flags, blocked.Flags = []string{routing.FlagHouse}, []string{routing.FlagBlocked}
	closeCalls(t, db, record("01A", "+33892400300"), unpriced, never, record("01A", "+33892400300"), house, blocked) // the first one twice
	want := map[string]Total{
		"+33892400300": {Calls: 2, Answered: 1, Talked: 1, WaitedMS: 24_000, TalkedMS: 171_000, Seconds: 183, Caller: 2_440_000, CallerVAT: 406_667,
			Payout: 1_403_000, PayoutVAT: 280_600},
		"+33892701234": {Calls: 1, Answered: 1, Talked: 1, WaitedMS: 12_000, TalkedMS: 171_000, Seconds: 183, Unrated: 1},
	}
	if diff := cmp.Diff(want, sums(t, db)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	right(t, db, 5)
	for _, c := range []struct {
		scope Scope
		by    By
		name  string
		want  string
	}{
		{ByAgent, ByName, "", "[{marie 2}]"}, {ByQueue, ByName, "", "[{conseil 3}]"}, {ByNumber, ByDay, "", "[{20261124 3}]"},
		{ByNumber, ByMonth, "+33892400300", "[{202611 2}]"}, {ByNumber, ByYear, "", "[{2026 3}]"}, {ByNumber, ByName, "+33800000000", "[]"},
	} {
		rows, err := db.Totals(t.Context(), c.scope, Month(2026, time.November), c.by, c.name)
		if err != nil {
			t.Fatal(err)
		}
		got := []struct {
			Name  string
			Calls int64
		}{}
		for _, r := range rows {
			got = append(got, struct {
				Name  string
				Calls int64
			}{r.Name, r.Calls})
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s by %s of %q: %v, want %s", c.scope, c.by, c.name, got, c.want)
		}
	}
	if rows, err := db.Totals(t.Context(), ByNumber, Month(2026, time.December), ByName, ""); err != nil || len(rows) > 0 {
		t.Errorf("December has %v, %v", rows, err)
	}
}

// A call belongs to the day of its answer, by the clocks of Paris: that is when its price was in force and what an
// operator bills.
func TestTheDayOfACall(t *testing.T) {
	db := fresh(t)
	midnight := time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC)
	for i, answered := range []time.Time{midnight.Add(-time.Millisecond), midnight, {}} {
		r := record(fmt.Sprintf("01%d", i), "+33892701234")
		r.Opened, r.Legs[0].Answered, r.Legs[0].Ended = midnight.Add(-5*time.Second), answered, midnight.Add(time.Minute)
		closeCalls(t, db, r)
	}
	rows, err := db.Totals(t.Context(), ByNumber, Period{midnight.AddDate(0, 0, -7), midnight.AddDate(0, 0, 7)}, ByDay, "")
	if err != nil || len(rows) != 2 || rows[0].Name != "20261130" || rows[0].Calls != 2 || rows[1].Name != "20261201" || rows[1].Calls != 1 {
		t.Errorf("%+v, %v", rows, err)
	}
	right(t, db, 3)
}

// Rating again makes a new version with the differences, which the totals follow; what comes to the same stays.
func TestRerate(t *testing.T) {
	db := fresh(t)
	surcharged(t, db)
	closeCalls(t, db, record("01A", "+33892400300"), record("01B", "+33892701234"), record("01C", "+33892400300"))
	rerate := func(why string, want int) Rerating {
		t.Helper()
		got, err := db.Rerate(t.Context(), Filter{}, why, at(1000), true)
		if err != nil || got.Calls != 3 || got.Changed != want {
			t.Fatalf("%s: %+v, %v; want %d changes", why, got, err, want)
		}
		right(t, db, 3)
		return got
	}
	rerate("nothing has changed", 0)

	change(t, db, billing.Data{Services: []billing.ServiceRow{{Number: "+33892701234", Price: billing.Price{PerMinute: 350_000}, Span: billing.Span{From: at(-86_400)}}}}, false)
	got := rerate("a price was forgotten", 1)
	if got.Before.Caller != 0 || got.After.Caller != 1_067_500 || got.Before.Unrated != 1 || got.After.Unrated != 0 {
		t.Errorf("%+v", got)
	}
	own := billing.Data{Services: []billing.ServiceRow{{Number: "+33892400300", Price: billing.Price{PerMinute: 400_000}, Span: billing.Span{From: at(-86_400), Until: at(500)}}}}
	if _, err := db.Change(t.Context(), Change{At: at(1000)}, own, false); err == nil {
		t.Error("the past of a number of the rules is changed without asking for it")
	}
	change(t, db, own, true)
	rerate("the price was wrong", 2)
	record, err := db.Record(t.Context(), "01A")
	if err != nil || record.Ratings[0].Version != 2 || record.Ratings[0].Why != "the price was wrong" {
		t.Fatalf("%+v, %v", record.Ratings, err)
	}
	if sum, _ := record.Ratings[0].Sum(billing.Caller); sum != 1_220_000 {
		t.Errorf("the caller pays %s", sum)
	}
	gap := billing.Data{Ranges: []billing.RangeRow{{Range: billing.Range{Prefix: "0892", Length: 9, Category: billing.Surcharged}, Span: billing.Span{From: at(-86_400), Until: at(500)}}}}
	err = db.changeData(t.Context(), Change{At: at(1000)}, func(d billing.Data) (billing.Data, error) { return d.Merge(gap), nil })
	if err != nil {
		t.Fatal(err)
	}
	rerate("a range that no number fits", 3) // what was counted is void, and its amount taken back
	deltas := map[string]int64{}
	rows, err := db.read.Queryx("SELECT component || ' ' || version || ' ' || standing, delta FROM rated WHERE call = '01A'")
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var key string
		var delta int64
		if err := rows.Scan(&key, &delta); err != nil {
			t.Fatal(err)
		}
		deltas[key] = delta
	}
	if diff := cmp.Diff(map[string]int64{
		"service 1 counted": 2_440_000, "call 1 not_counted": 0, "payout 1 counted": 1_403_000,
		"service 2 counted": -1_220_000, "call 2 not_counted": 0, "payout 2 counted": 0,
		"service 3 void": -1_220_000, "call 3 void": 0, "payout 3 void": -1_403_000,
	}, deltas); diff != "" {
		t.Errorf("deltas, -want +got:\n%s", diff)
	}
	if total := sums(t, db)["+33892400300"]; total.Caller != 0 || total.Payout != 0 || total.Unrated != 2 {
		t.Errorf("%+v", total)
	}
}

func change(t *testing.T, db *DB, d billing.Data, correct bool) {
	t.Helper()
	if _, err := db.Change(t.Context(), Change{At: at(1000), Who: "test", Why: "because"}, d, correct); err != nil {
		t.Fatal(err)
	}
}

// Without write, nothing is written.
func TestRerateOnlyLooks(t *testing.T) {
	db := fresh(t)
	closeCalls(t, db, record("01B", "+33892701234"))
	change(t, db, billing.Data{Services: []billing.ServiceRow{{Number: "+33892701234", Price: billing.Price{PerMinute: 350_000}, Span: billing.Span{From: at(-86_400)}}}}, false)
	got, err := db.Rerate(t.Context(), Filter{}, "", at(1000), false)
	if err != nil || got.Changed != 1 || count(t, db, "rating") != 1 {
		t.Errorf("%+v, %v, %d ratings", got, err, count(t, db, "rating"))
	}
}

// Totals that are wrong are found, and mended; a charge whose versions do not add up is found.
func TestRecount(t *testing.T) {
	db := fresh(t)
	surcharged(t, db)
	closeCalls(t, db, record("01A", "+33892400300"), record("01B", "+33892400300"))
	spoil := func(query string) {
		t.Helper()
		if _, err := db.durable.db.Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	spoil("UPDATE day_total SET caller = caller + 1 WHERE scope = 'number'")
	spoil("DELETE FROM day_total WHERE scope = 'agent'")
	spoil("INSERT INTO day_total SELECT scope, day, 'nobody', calls, answered, talked, waited_ms, talked_ms, seconds, caller, caller_vat, payout, payout_vat, cost, cost_vat, unrated, payout_unknown, cost_unknown FROM day_total WHERE scope = 'queue'")
	spoil("UPDATE rated SET delta = 1 WHERE call = '01B' AND component = 'payout'")
	got, err := db.Recount(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	want := Recount{Calls: 2, Wrong: []string{"agent marie on 20261124", "number +33892400300 on 20261124", "queue nobody on 20261124"}, Charges: []string{"01B"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	spoil("UPDATE rated SET delta = micro_euro WHERE call = '01B' AND component = 'payout'")
	right(t, db, 2)
	spoil("DELETE FROM rated WHERE call = '01A'")
	spoil("DELETE FROM rating WHERE call = '01A'")
	if got, err := db.Recount(t.Context(), false); err != nil || len(got.Charges) != 1 || got.Charges[0] != "01A" {
		t.Errorf("a call that was never rated: %+v, %v", got, err)
	}
}

// A leg that we dialled over a trunk costs what the trunk's rates say.
func TestDialledLegsCost(t *testing.T) {
	db := fresh(t)
	change(t, db, billing.Data{Trunks: []billing.TrunkRow{{Trunk: "sip", Prefix: "06", Price: billing.Price{PerMinute: 60_000}, Span: billing.Span{From: at(-86_400)}}}}, false)
	r := record("01A", "+33809400100")
	r.Legs[1].Trunk, r.Legs[1].Target = "sip", "+33612000006"
	closeCalls(t, db, r)
	got, err := db.Record(t.Context(), "01A")
	if err != nil || len(got.Ratings) != 2 || got.Legs[1].Trunk != "sip" {
		t.Fatalf("%+v, %v", got, err)
	}
	unknown := record("01B", "+33892400300") // what the caller pays is known, though the trunk has no rate
	unknown.Legs[1].Trunk, unknown.Legs[1].Target = "other", "+33612000006"
	surcharged(t, db)
	closeCalls(t, db, unknown)
	if total := sums(t, db)["+33892400300"]; total.Unrated != 0 || total.Caller != 2_440_000 || total.CostUnknown != 1 {
		t.Errorf("over a trunk without a rate: %+v", total)
	}
	if total := sums(t, db)["+33809400100"]; total.Cost != -171_000 || total.CostVAT != -34_200 || total.CostUnknown != 1 {
		t.Errorf("%+v; the cost of the call itself is not known", total)
	}
	right(t, db, 2)
}

// Many who close at once share commits, each is told of its own, and one that cannot be written spoils nothing for the rest.
func TestGroupCommit(t *testing.T) {
	db := fresh(t)
	surcharged(t, db)
	var all sync.WaitGroup
	failure := errors.New("cannot be written")
	for i := range 200 {
		all.Go(func() {
			if i%50 == 7 {
				err := db.durably(t.Context(), func(b *batch) error {
					if _, err := b.Exec("UPDATE tariff_state SET seq = -1"); err != nil {
						return err
					}
					return failure
				})
				if !errors.Is(err, failure) {
					t.Errorf("%v, want its own failure", err)
				}
				return
			}
			if err := db.Journal().Close(t.Context(), record(fmt.Sprintf("call-%03d", i), "+33892400300")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var seq int64
	if err := db.read.Get(&seq, "SELECT seq FROM tariff_state"); err != nil || seq < 0 {
		t.Errorf("what failed was written: %d, %v", seq, err)
	}
	right(t, db, 196)
	if err := db.durably(t.Context(), func(*batch) error { panic("odd") }); err == nil || !strings.Contains(err.Error(), "panic: odd") {
		t.Errorf("what panics is %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	<-db.turn // somebody else writes
	if err := db.Journal().Close(gone, record("late", "+33892400300")); !errors.Is(err, context.Canceled) {
		t.Errorf("who no longer waits gets %v", err)
	}
	db.turn <- struct{}{}
	if waiting := len(db.group.take()); waiting != 0 {
		t.Errorf("%d still wait", waiting)
	}
}

// A command may change the tables while the daemon runs: the next call is charged by them.
func TestToolBesideTheDaemon(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hotline.db")
	db := open(t, path)
	closeCalls(t, db, record("01A", "+33892701234"))
	tool, err := OpenTool(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer tool.Close()
	change(t, tool, billing.Data{Services: []billing.ServiceRow{{Number: "+33892701234", Price: billing.Price{PerMinute: 350_000}, Span: billing.Span{From: at(-86_400)}}}}, false)
	closeCalls(t, db, record("01B", "+33892701234"))
	for id, unrated := range map[string]billing.Reason{"01A": billing.PriceUnknown, "01B": billing.Rated} {
		r, err := db.Record(t.Context(), id)
		if err != nil || r.Ratings[0].Unrated != unrated {
			t.Errorf("%s: %+v, %v", id, r.Ratings, err)
		}
	}
	if got, err := tool.Rerate(t.Context(), Filter{}, "late", at(1000), true); err != nil || got.Changed != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	right(t, db, 2)
}

func TestMonthOfParis(t *testing.T) {
	for _, c := range []struct {
		month time.Month
		from  string
	}{{time.November, "2026-10-31T23:00:00Z"}, {time.April, "2026-03-31T22:00:00Z"}} {
		if got := Month(2026, c.month).From.UTC().Format(time.RFC3339); got != c.from {
			t.Errorf("%s begins at %s, want %s", c.month, got, c.from)
		}
	}
}

// A file of before keeps its records and their charges, and gets totals.
func TestMoneyBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hotline.db")
	old := before(t, path, 4)
	opened, answered, ended := at(0).UnixMilli(), at(2).UnixMilli(), at(185).UnixMilli()
	for _, insert := range []string{
		fmt.Sprintf(`INSERT INTO call (id, switch, switch_start, service, number, arrived, caller, caller_name, caller_hidden, rules_version, opened, closed, agent, talked_ms)
			VALUES ('01A', 'pbx', 1, 'conseil', '+33892400300', '0892400300', '+33612345678', '', 0, '15', %d, %d, 'marie', 171000)`, opened, ended),
		fmt.Sprintf(`INSERT INTO leg VALUES ('pbx', 1, 'leg', '01A', 'customer', '', '', %d, NULL, %d, %d, '', 0, 0)`, opened, answered, ended),
		fmt.Sprintf(`INSERT INTO rating VALUES ('01A', 'leg', 1, %d, '', '[]')`, ended),
		`INSERT INTO rated VALUES ('01A', 'leg', 1, 'caller', 'service', 'counted', 2440000, 2440000, 0, 800000, 'D080', 183, 'second_up/half_up/6', 'v1')`,
		`INSERT INTO rated VALUES ('01A', 'leg', 1, 'caller', 'call', 'not_counted', NULL, NULL, 0, 0, 'NORMAL', 183, 'second_up/half_up/6', 'v1')`,
		`INSERT INTO rated VALUES ('01A', 'leg', 1, 'owner', 'payout', 'counted', 1403000, 1403000, 0, 460000, '', 183, 'second_up/half_up/6', 'v1')`,
		fmt.Sprintf(`INSERT INTO service_number VALUES ('+33892400300', 'D080', 0, 0, 800000, 'rules.yaml l. 21', %d, NULL)`, at(-86_400).UnixMilli()),
		fmt.Sprintf(`INSERT INTO owner_rate VALUES ('+33892400300', 'payout', '', 0, 460000, 'rules.yaml l. 21', %d, NULL)`, at(-86_400).UnixMilli()),
	} {
		if _, err := old.Exec(insert); err != nil {
			t.Fatalf("%s: %v", insert, err)
		}
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	db := open(t, path)
	if copies, err := filepath.Glob(path + ".schema4-*"); err != nil || len(copies) != 1 {
		t.Errorf("copies of before: %v, %v", copies, err)
	}
	right(t, db, 1)
	if total := sums(t, db)["+33892400300"]; total.Caller != 2_440_000 || total.CallerVAT != 406_667 || total.Payout != 1_403_000 || total.PayoutVAT != 280_600 {
		t.Errorf("%+v", total)
	}
	if got, err := db.Rerate(t.Context(), Filter{}, "", at(1000), false); err != nil || got.Calls != 1 || got.Changed != 0 {
		t.Errorf("rated again: %+v, %v", got, err)
	}
}
