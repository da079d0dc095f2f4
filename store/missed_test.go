package store

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/number"
	"hotline/routing"
)

// call is a call of that caller, from and to so many seconds, that talked so long at its end; 0 is that it reached nobody.
func call(id string, caller number.Number, from, to, talked float64) routing.Record {
	r := record(id, "+33892400300")
	r.Caller, r.Opened, r.Closed, r.Talked = caller, at(from), at(to), time.Duration(talked*float64(time.Second))
	r.Nodes, r.Agent, r.Legs = []string{"service.conseil", "queue.conseil"}, "", r.Legs[:1]
	r.Legs[0].Created, r.Legs[0].Ended = r.Opened, r.Closed
	if talked > 0 {
		r.Agent, r.Nodes = "marie", append(r.Nodes, "talk")
	}
	return r
}

// toCall reads the list, briefly: "+33611111111 2" is a caller with two missed calls.
func toCall(t *testing.T, db *DB, since time.Time, caller number.Number) (open, settled []string, calls MissedCalls) {
	t.Helper()
	calls, err := db.MissedCalls(t.Context(), since, caller)
	if err != nil {
		t.Fatal(err)
	}
	list := routing.MissedOf(calls.Ended, calls.Settled, func(number.Number) bool { return false })
	for _, u := range list.Open {
		open = append(open, fmt.Sprintf("%s %d", u.Caller, len(u.Misses)))
	}
	for _, u := range list.Settled {
		settled = append(settled, fmt.Sprintf("%s %d %s%s%s", u.Caller, len(u.Misses), u.Settled.Agent, u.Settled.Who, u.Settled.Note))
	}
	return open, settled, calls
}

const (
	ann = number.Number("+33611111111")
	bob = number.Number("+33622222222")
)

// The list is right whichever call is written down first, and after a restart.
func TestMissedInAnyOrder(t *testing.T) {
	calls := []routing.Record{
		call("01A", ann, 0, 60, 0), call("01B", bob, 10, 20, 0), call("01C", ann, 100, 130, 0), call("01D", ann, 200, 300, 50), call("01E", ann, 400, 420, 0),
		call("01F", "", 30, 50, 0),
	}
	for turn := range len(calls) {
		path := t.TempDir() + "/hotline.db"
		db, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		closeCalls(t, db, calls[turn:]...)
		closeCalls(t, db, calls[:turn+1]...) // one of them twice
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		open, settled, _ := toCall(t, open(t, path), time.Time{}, "")
		if got, want := strings.Join(open, ", ")+" / "+strings.Join(settled, ", "), "+33611111111 1, +33622222222 1 / +33611111111 2 marie"; got != want {
			t.Errorf("turn %d: %s, want %s", turn, got, want)
		}
	}
}

func TestMissedSettledByHand(t *testing.T) {
	db := fresh(t)
	closeCalls(t, db, call("01A", ann, 0, 60, 0), call("01B", bob, 10, 20, 0))
	done := routing.Settled{Caller: ann, Began: at(90), Ended: at(90), Who: "lea", Note: " rappelée"}
	for range 2 {
		if err := db.Settle(t.Context(), done); err != nil {
			t.Fatal(err)
		}
	}
	check := func(what, want string) {
		t.Helper()
		open, settled, _ := toCall(t, db, time.Time{}, "")
		if got := strings.Join(open, ", ") + " / " + strings.Join(settled, ", "); got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	check("ticked off", "+33622222222 1 / +33611111111 1 lea rappelée")
	closeCalls(t, db, call("01C", ann, 80, 100, 0)) // still waited when it was written down
	check("calls again", "+33611111111 1, +33622222222 1 / +33611111111 1 lea rappelée")
	reader, err := OpenReader(t.Context(), db.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := reader.Settle(t.Context(), done); err == nil {
		t.Error("a reader wrote")
	}
}

func TestMissedSinceAndOfOne(t *testing.T) {
	db := fresh(t)
	closeCalls(t, db, call("01A", ann, 0, 60, 0), call("01B", ann, 100, 160, 0), call("01C", bob, 90, 95, 0), call("01D", bob, 200, 260, 30))
	begin(t, db.Journal(), call("01E", ann, 300, 0, 0).Contact)
	for _, c := range []struct {
		since  time.Time
		caller number.Number
		want   string
	}{
		{time.Time{}, "", "[+33611111111 2] [+33622222222 1 marie] [+33611111111]"},
		{at(50), "", "[+33611111111 1] [+33622222222 1 marie] [+33611111111]"},
		{at(99), bob, "[] [] []"},
		{time.Time{}, bob, "[] [+33622222222 1 marie] []"},
		{at(99), ann, "[+33611111111 1] [] [+33611111111]"},
	} {
		open, settled, calls := toCall(t, db, c.since, c.caller)
		if got := fmt.Sprint(open, settled, calls.Now); got != c.want {
			t.Errorf("since %v of %q: %s, want %s", c.since, c.caller, got, c.want)
		}
	}
}

// Whoever looks while calls end and people tick them off sees each caller in one state or the other, and in the end nobody is
// left who was reached.
func TestMissedWhileCallsEnd(t *testing.T) {
	db := fresh(t)
	const callers, calls = 8, 20
	var all sync.WaitGroup
	for i := range callers {
		caller := number.Number(fmt.Sprintf("+3361111%04d", i))
		all.Go(func() {
			for n := range calls {
				from := float64(100 * n)
				closeCalls(t, db, call(fmt.Sprintf("01-%d-%d-A", i, n), caller, from, from+20, 0))
				if n == calls-1 && i%2 == 1 {
					return // missed, and never called back
				}
				if i%4 == 0 {
					if err := db.Settle(t.Context(), routing.Settled{Caller: caller, Began: at(from + 30), Ended: at(from + 30), Who: "lea"}); err != nil {
						t.Error(err)
					}
				} else {
					closeCalls(t, db, call(fmt.Sprintf("01-%d-%d-B", i, n), caller, from+40, from+80, 30))
				}
			}
		})
	}
	all.Go(func() {
		for range 50 {
			if open, _, _ := toCall(t, db, time.Time{}, ""); len(open) > callers {
				t.Errorf("%d callers to call, of %d", len(open), callers)
			}
		}
	})
	all.Wait()
	open, _, seen := toCall(t, db, time.Time{}, "")
	if len(open) != callers/2 || len(seen.Ended) != callers*calls {
		t.Errorf("to call: %v; %d missed calls", open, len(seen.Ended))
	}
	slices.SortFunc(open, cmp.Compare)
	for i, o := range open {
		if want := fmt.Sprintf("+3361111%04d 1", 2*i+1); o != want {
			t.Errorf("%s, want %s", o, want)
		}
	}
}

// The indexes hold all that the queries need. Whoever adds a column to a query sees here that it takes one more index.
func TestMissedReadsIndexes(t *testing.T) {
	db := fresh(t)
	for query, want := range map[string]int{missedSQL: 1, talkedSQL: 2} {
		bound, args, err := sqlx.Named(query, map[string]any{"since": 0, "caller": ""})
		if err != nil {
			t.Fatal(err)
		}
		var plan []struct {
			ID, Parent, NotUsed int
			Detail              string
		}
		if err := db.read.Select(&plan, "EXPLAIN QUERY PLAN "+bound, args...); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(fmt.Sprint(plan), "USING COVERING INDEX call_"); got != want {
			t.Errorf("%d of the indexes are enough, want %d: %v", got, want, plan)
		}
	}
}

// BenchmarkMissed reads who is to be called in a company with many records: HOTLINE_BENCH_RECORDS, half a million unless it
// says otherwise, over a year, of which one in eight reached nobody; a third of those callers got through later.
func BenchmarkMissed(b *testing.B) {
	db := benchStore(b)
	records := 500_000
	if os.Getenv("HOTLINE_BENCH_RECORDS") != "" {
		records = benchRecords(b)
	}
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	gap := 365 * 24 * time.Hour / time.Duration(records)
	if _, err := db.durable.db.Exec(`INSERT INTO call (id, switch, switch_start, service, number, arrived, caller, caller_name, caller_hidden, rules_version,
		opened, closed, agent, queue, waited_ms, talked_ms, nodes)
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		SELECT printf('01JD%022d', i), 'pbx', 1, 'conseil', '+33892400300', '0892400300', printf('+336%08d', (i - (i % 24 = 1)) * 7919 % 299993), 'Léa', 0, '15',
		? + i * ?, ? + i * ? + 183000, 'marie', 'conseil', 12000, CASE WHEN i % 8 = 0 THEN 0 ELSE 171000 END, '["service.conseil","queue.conseil"]' FROM n`,
		records, first.UnixMilli(), gap.Milliseconds(), first.UnixMilli(), gap.Milliseconds()); err != nil {
		b.Fatal(err)
	}
	end := first.Add(time.Duration(records) * gap)
	for _, c := range []struct {
		name   string
		since  time.Time
		caller number.Number
	}{{"Month", end.AddDate(0, 0, -30), ""}, {"Year", first, ""}, {"OneCaller", time.Time{}, "+33600063352"}} {
		b.Run(c.name, func(b *testing.B) {
			open, before := 0, spent(b)
			for b.Loop() {
				calls, err := db.MissedCalls(b.Context(), c.since, c.caller)
				if err != nil {
					b.Fatal(err)
				}
				open = len(routing.MissedOf(calls.Ended, calls.Settled, func(number.Number) bool { return false }).Open)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "ms/list")
			b.ReportMetric((spent(b)-before).Seconds()*1000/float64(b.N), "cpu-ms/list") // what a busy machine does not make longer
			b.ReportMetric(float64(open), "callers")
		})
	}
}

// spent is how long this process has been computing.
func spent(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
