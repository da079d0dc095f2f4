package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/billing"
	"hotline/number"
	"hotline/routing"
)

func open(t *testing.T, path string) *DB {
	t.Helper()
	db, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func fresh(t *testing.T) *DB {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "hotline.db"))
}

// at is a moment of the tests' day, so many seconds after ten o'clock.
func at(seconds float64) time.Time {
	return time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC).Add(time.Duration(seconds * float64(time.Second)))
}

func contact(id string, called number.Number) routing.Contact {
	return routing.Contact{ID: id, Switch: "pbx", SwitchStart: at(-3600), Service: "conseil", Number: called, Arrived: "0140000101",
		Caller: "+33612345678", CallerName: "Léa", RulesVersion: "15", Opened: at(0)}
}

func customerLeg(call string) routing.Leg {
	return routing.Leg{ID: "leg-" + call, Call: call, Switch: "pbx", SwitchStart: at(-3600), Role: routing.Customer, Created: at(0)}
}

func place(call, node string, seq int64) routing.Place {
	return routing.Place{Call: call, Node: node, Since: at(float64(seq)), Kept: []byte(`{"turn":1}`), Seq: seq}
}

// record is a call that was answered after 2 s and lasted 183 s.
func record(id string, called number.Number) routing.Record {
	customer := customerLeg(id)
	customer.Answered, customer.Ended, customer.Cause = at(2), at(185), "caller_hung_up"
	agent := routing.Leg{ID: "agent-" + id, Call: id, Switch: "pbx", SwitchStart: at(-3600), Role: routing.AgentRole, Agent: "marie",
		Target: "PJSIP/101", Created: at(10), Ringing: at(10.2), Answered: at(14), Ended: at(185), Cause: "peer_gone", SIP: 200}
	return routing.Record{Contact: contact(id, called), Legs: []routing.Leg{customer, agent}, Lang: "fr", Closed: at(185),
		Cause: "caller_hung_up", Queue: "conseil", Agent: "marie", Waited: 12 * time.Second, Talked: 171 * time.Second,
		Nodes: []string{"service conseil", "queue conseil", "talk"}}
}

func begin(t *testing.T, j *Journal, c routing.Contact) {
	t.Helper()
	if err := j.Open(t.Context(), c, customerLeg(c.ID), place(c.ID, "service conseil", 1)); err != nil {
		t.Fatal(err)
	}
}

// perMinute is a price as the rules say it: without a date.
func perMinute(m billing.Money) []billing.Dated[billing.NumberPrice] {
	return priceFrom(billing.Price{PerMinute: m}, time.Time{})
}

func priceFrom(p billing.Price, from time.Time) []billing.Dated[billing.NumberPrice] {
	return []billing.Dated[billing.NumberPrice]{{Span: billing.Span{From: from}, Value: billing.NumberPrice{Price: p}}}
}

func rate(k billing.Kind, o billing.Origin, m billing.Money) billing.OwnRate {
	return billing.OwnRate{Kind: k, Origin: o, Price: perMinute(m)}
}

// surcharged gives 0892 400 300 its price, as the rules of the examples have it.
func surcharged(t *testing.T, db *DB) {
	t.Helper()
	prices(t, db, at(-86_400), billing.Own{Number: "+33892400300", Price: perMinute(800_000),
		Rates: []billing.OwnRate{rate(billing.Payout, billing.AnyOrigin, 460_000)}, Source: "rules.yaml l. 21"})
}

func count(t *testing.T, db *DB, table string) int {
	t.Helper()
	var n int
	if err := db.read.Get(&n, "SELECT count(*) FROM "+table); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestCloseChargesOnce(t *testing.T) {
	db := fresh(t)
	surcharged(t, db)
	j := db.Journal()
	r := record("01A", "+33892400300")
	begin(t, j, r.Contact)
	for range 3 {
		if err := j.Close(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	for table, want := range map[string]int{"call": 1, "leg": 2, "rating": 1, "rated": 3, "place": 0, "event": 2, "day_total": 3} {
		if got := count(t, db, table); got != want {
			t.Errorf("%d rows in %s, want %d", got, table, want)
		}
	}
	got, err := db.Record(t.Context(), "01A")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, got.Record); diff != "" {
		t.Errorf("record, -want +got:\n%s", diff)
	}
	since := billing.Span{From: at(-86_400)}
	service := &billing.Term{Price: billing.Price{PerMinute: 800_000}, Tax: billing.TaxIncluded, Step: "D080", Source: "rules.yaml l. 21", Span: since}
	payout := &billing.Term{Price: billing.Price{PerMinute: 460_000}, Source: "rules.yaml l. 21", Span: since}
	tariffs, err := db.Tariffs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := billing.NewCharge([]billing.Line{
		{Part: billing.ServicePart, Standing: billing.Counted, Tax: billing.TaxIncluded, Amount: 2_440_000, VATRate: 2000, Seconds: 183, Term: service},
		{Part: billing.CallPart, Standing: billing.NotCounted, Seconds: 183},
		{Part: billing.PayoutPart, Standing: billing.Counted, Amount: 1_403_000, VATRate: 2000, Seconds: 183, Term: payout},
	}, billing.Rated, 0, tariffs.Version())
	if len(got.Ratings) != 1 || got.Ratings[0].Leg != "leg-01A" || got.Ratings[0].Version != 1 || !got.Ratings[0].At.Equal(at(185)) {
		t.Errorf("ratings: %+v", got.Ratings)
	}
	if diff := cmp.Diff(want.Lines(), got.Ratings[0].Lines()); diff != "" || got.Ratings[0].Charge.Version != want.Version {
		t.Errorf("version %s, want %s; lines, -want +got:\n%s", got.Ratings[0].Charge.Version, want.Version, diff)
	}
}

func TestCloseKeepsWhatIsUnknownUnknown(t *testing.T) {
	db := fresh(t)
	j := db.Journal()
	unpriced := record("01A", "+33892701234")
	free := record("01B", "+33805400200")
	never := record("01C", "+33892701234")
	never.Legs[0].Answered = time.Time{}
	for _, r := range []routing.Record{unpriced, free, never} {
		begin(t, j, r.Contact)
		if err := j.Close(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	got, err := db.Records(t.Context(), Filter{})
	if err != nil {
		t.Fatal(err)
	}
	charges := map[string]billing.Charge{}
	for _, c := range got {
		charges[c.ID] = c.Ratings[0].Charge
	}
	if c := charges["01A"]; c.Unrated != billing.PriceUnknown || len(c.Lines()) != 0 {
		t.Errorf("a number without a price: %+v", c)
	}
	free01B := charges["01B"]
	if sum, complete := free01B.Sum(billing.Owner); sum != 0 || complete {
		t.Errorf("a free number without a contract costs %d, complete %t", sum, complete)
	}
	if c := charges["01C"]; c.Unrated != billing.Rated || len(c.Lines()) != 0 {
		t.Errorf("never answered: %+v", c)
	}
	var zeros int
	if err := db.read.Get(&zeros, "SELECT count(*) FROM rated WHERE standing <> 'counted' AND micro_euro IS NOT NULL"); err != nil || zeros != 0 {
		t.Errorf("%d unknown amounts are stored as a number, %v", zeros, err)
	}
}

func TestCloseWithoutOpening(t *testing.T) {
	db := fresh(t)
	r := record("01A", "+33805400200")
	if err := db.Journal().Close(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	got, err := db.Record(t.Context(), "01A")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, got.Record); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPlaceAndLegKeepTheLatest(t *testing.T) {
	db := fresh(t)
	j := db.Journal()
	c := contact("01A", "+33809400100")
	begin(t, j, c)
	for _, p := range []routing.Place{place("01A", "queue sav", 3), place("01A", "menu sav", 2)} {
		if err := j.Place(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	answered := customerLeg("01A")
	answered.Answered = at(2)
	for _, l := range []routing.Leg{answered, customerLeg("01A")} {
		if err := j.Leg(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	saved, err := j.Saved(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []routing.Saved{{Contact: c, Legs: []routing.Leg{answered}, Place: place("01A", "queue sav", 3)}}
	if diff := cmp.Diff(want, saved); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if err := j.Place(t.Context(), place("none", "menu", 1)); err == nil || !strings.Contains(err.Error(), "never opened") {
		t.Errorf("a place without a call: %v", err)
	}
	if err := j.Leg(t.Context(), customerLeg("none")); err == nil {
		t.Error("a leg without a call was written")
	}
}

func TestClosedCallGetsNoPlaceAgain(t *testing.T) {
	db := fresh(t)
	j := db.Journal()
	r := record("01A", "+33809400100")
	begin(t, j, r.Contact)
	if err := j.Close(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if err := j.Place(t.Context(), place("01A", "late", 99)); err != nil {
		t.Fatal(err)
	}
	if saved, err := j.Saved(t.Context()); err != nil || len(saved) != 0 || count(t, db, "place") != 0 {
		t.Errorf("saved %v, %v, %d places", saved, err, count(t, db, "place"))
	}
}

func TestHostileCallerNameIsStoredAsItIs(t *testing.T) {
	db := fresh(t)
	r := record("01A", "+33809400100")
	r.CallerName = "Robert'); DROP TABLE call; --\x00\"%s:id ?1 \u202e\xff"
	r.Nodes = []string{"a\"],[\"b", "'"}
	begin(t, db.Journal(), r.Contact)
	if err := db.Journal().Close(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	got, err := db.Record(t.Context(), "01A")
	if err != nil || got.CallerName != r.CallerName || !cmp.Equal(got.Nodes, r.Nodes) {
		t.Errorf("got %q, %q, %v", got.CallerName, got.Nodes, err)
	}
}

func TestAgents(t *testing.T) {
	db := fresh(t)
	j := db.Journal()
	ready := routing.AgentState{ID: "marie", State: "ready", Since: at(0), IdleSince: at(0)}
	paused := routing.AgentState{ID: "marie", State: "paused", Reason: "dejeuner", Since: at(5)}
	for _, a := range []routing.AgentState{ready, paused, {ID: "karim", State: "talking", After: "offline", Since: at(6), IdleSince: at(1)}} {
		if err := j.AgentChange(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	got, err := j.Agents(t.Context())
	want := []routing.AgentState{{ID: "karim", State: "talking", After: "offline", Since: at(6), IdleSince: at(1)}, paused}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v, -want +got:\n%s", err, diff)
	}
	if n := count(t, db, "agent_change"); n != 3 {
		t.Errorf("%d changes, want 3", n)
	}
}

func TestRecordsFilter(t *testing.T) {
	db := fresh(t)
	j := db.Journal()
	for i := range 4 {
		r := record(fmt.Sprintf("01JD000000000000000000000%d", i), "+33809400100")
		r.Opened = at(float64(i) * 60)
		r.Legs[0].Answered, r.Legs[0].Ended = r.Opened.Add(2*time.Second), r.Opened.Add(185*time.Second)
		if i == 3 {
			r.Number, r.Caller = "+33805400200", ""
		}
		begin(t, j, r.Contact)
		if i == 2 {
			continue
		}
		if err := j.Close(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name   string
		filter Filter
		want   string // last characters of the ids
	}{
		{"all closed", Filter{}, "310"},
		{"open too", Filter{Open: true}, "3210"},
		{"newest", Filter{Limit: 2}, "31"},
		{"number", Filter{Number: "+33809400100"}, "10"},
		{"caller", Filter{Caller: "+33612345678"}, "10"},
		{"answered from", Filter{From: at(62)}, "31"},
		{"answered to", Filter{To: at(62)}, "0"},
	} {
		records, err := db.Records(t.Context(), c.filter)
		if err != nil {
			t.Fatal(err)
		}
		var got string
		for _, r := range records {
			got += r.ID[len(r.ID)-1:]
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if r, err := db.Record(t.Context(), "0001"); err != nil || r.Opened != at(60) {
		t.Errorf("by the end of its id: %v, %v", r.Opened, err)
	}
	for id, want := range map[string]string{"9999": "not found", "1": "not found"} {
		if _, err := db.Record(t.Context(), id); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("record %s: %v", id, err)
		}
	}
}

func TestReadersDoNotWaitForAWriter(t *testing.T) {
	db := fresh(t)
	begin(t, db.Journal(), contact("01A", "+33809400100"))
	reader, err := OpenReader(t.Context(), db.path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	tx, err := db.soon.db.Beginx() // holds the write lock of the file
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec("UPDATE call SET service = 'other'"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), busyTimeout/2)
	defer cancel()
	for _, r := range []*DB{db, reader} {
		got, err := r.Records(ctx, Filter{Open: true})
		if err != nil || len(got) != 1 || got[0].Service != "conseil" {
			t.Errorf("got %v, %v", got, err)
		}
	}
	if err := reader.Journal().Place(ctx, place("01A", "x", 2)); err == nil {
		t.Error("a reader could write")
	}
	if _, err := reader.read.Exec("DELETE FROM call"); err == nil {
		t.Error("a reading connection could write")
	}
}

func TestWritersTakeTurns(t *testing.T) {
	db := fresh(t)
	j := db.Journal()
	const calls = 40
	errs := make(chan error, calls)
	for i := range calls {
		go func() {
			r := record(fmt.Sprintf("call-%02d", i), "+33805400200")
			err := j.Open(t.Context(), r.Contact, customerLeg(r.ID), place(r.ID, "menu", 1))
			if err == nil {
				err = j.Close(t.Context(), r)
			}
			if err == nil {
				_, err = db.Record(t.Context(), r.ID)
			}
			errs <- err
		}()
	}
	for range calls {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if n := count(t, db, "rating"); n != calls {
		t.Errorf("%d ratings, want %d", n, calls)
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, path string)
		want  string
	}{
		{"a newer schema", func(t *testing.T, path string) {
			db := open(t, path)
			if _, err := db.durable.db.Exec("PRAGMA user_version = 99"); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}, "a newer hotline wrote it"},
		{"no database", func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(strings.Repeat("this is a text, not a database\n", 99)), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "file is not a database"},
		{"a damaged one", func(t *testing.T, path string) {
			db, err := Open(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for i := 8192; i < len(body); i++ { // every page but the first two
				body[i] ^= 0x55
			}
			if err := os.WriteFile(path, body, 0o600); err != nil {
				t.Fatal(err)
			}
		}, "restore it from a backup"},
		{"a folder that is not there", func(*testing.T, string) {}, "is its folder there"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "hot line?#%.db") // an address must not stumble over a name
			if c.want == "is its folder there" {
				path = filepath.Join(t.TempDir(), "none", "hotline.db")
			}
			c.spoil(t, path)
			_, err := Open(t.Context(), path)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("%v, want %q and the path in it", err, c.want)
			}
		})
	}
	if _, err := OpenReader(t.Context(), filepath.Join(t.TempDir(), "none.db")); err == nil {
		t.Error("a reader opened a file that is not there")
	}
}

func TestOpenTwiceLoadsOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hotline.db")
	first := open(t, path)
	plans, steps := count(t, first, "number_plan"), count(t, first, "tariff_step")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after closing, the write-ahead log is still there: %v", err)
	}
	second := open(t, path)
	if p, s, d := count(t, second, "number_plan"), count(t, second, "tariff_step"), count(t, second, "data_set"); p != plans || s != steps || d != 1 {
		t.Errorf("after the second start: %d ranges, %d steps, %d data sets; before %d, %d, 1", p, s, d, plans, steps)
	}
}

func TestPragmas(t *testing.T) {
	db := fresh(t)
	for _, c := range []struct {
		name string
		w    *writer
		sync int
	}{{"soon", db.soon, 1}, {"durable", db.durable, 2}} {
		var sync, keys int
		var mode string
		for pragma, into := range map[string]any{"synchronous": &sync, "foreign_keys": &keys, "journal_mode": &mode} {
			if err := c.w.db.Get(into, "PRAGMA "+pragma); err != nil {
				t.Fatal(err)
			}
		}
		if sync != c.sync || keys != 1 || mode != "wal" {
			t.Errorf("%s: synchronous %d, foreign keys %d, journal %s", c.name, sync, keys, mode)
		}
	}
}

func TestAnswerUnknownIsUnrated(t *testing.T) {
	db := fresh(t)
	r := record("01A", "+33805400200")
	r.Legs[0].Answered = time.Time{}
	r.Flags = []string{routing.AnswerUnknown}
	if err := db.Journal().Close(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	got, err := db.Record(t.Context(), "01A")
	if err != nil || len(got.Ratings) != 1 || got.Ratings[0].Unrated != billing.AnswerUnknown {
		t.Errorf("%+v, %v: want unrated, not nothing", got.Ratings, err)
	}
}

func TestOneWriterAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hotline.db")
	first, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := Open(ctx, path); !errors.Is(err, ErrInUse) {
		t.Errorf("a second hotline on the same file: %v, want ErrInUse", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, path)
}
