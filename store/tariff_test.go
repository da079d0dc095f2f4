package store

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/billing"
	"hotline/number"
)

// find is what was valid for a number at a moment, for a call from a mobile.
func find(t *testing.T, db *DB, n number.Number, at time.Time) billing.Tariffs {
	t.Helper()
	tariffs, err := db.Tariffs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tariffs.Find(n, billing.FromMobile, at)
}

func TestShippedTablesAreLoaded(t *testing.T) {
	db := fresh(t)
	shipped, _, err := billing.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	tariffs, err := db.Tariffs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		table     string
		got, want int
	}{
		{"number_plan", len(tariffs.Data.Ranges), len(shipped.Ranges)}, {"tariff_step", len(tariffs.Data.Steps), len(shipped.Steps)},
		{"vat_rate", len(tariffs.Data.VAT), len(shipped.VAT)},
	} {
		if c.got != c.want || c.got == 0 {
			t.Errorf("%s has %d rows, want %d", c.table, c.got, c.want)
		}
	}
	if r := tariffs.Find("+33892400300", billing.FromMobile, at(0)); r.Range == nil || r.Range.PerMinute != 800_000 || r.VAT != 2000 {
		t.Errorf("0892: %+v", r)
	}
}

// prices puts the prices of our numbers in force at a moment, and fails the test if that is refused.
func prices(t *testing.T, db *DB, now time.Time, own ...billing.Own) {
	t.Helper()
	if _, err := db.SetPrices(t.Context(), own, now); err != nil {
		t.Fatal(err)
	}
}

func TestPriceHistory(t *testing.T) {
	db := fresh(t)
	const n = "+33892400300"
	first := billing.Own{Number: n, Price: perMinute(800_000), Source: "rules.yaml l. 21"}
	prices(t, db, at(0), first)
	first.Source = "rules.yaml l. 99"
	prices(t, db, at(50), first)  // the same price on another line: nothing new
	prices(t, db, at(-10), first) // the clock was set back: it holds from then on
	prices(t, db, at(100), billing.Own{Number: n, Price: perMinute(450_000)})
	prices(t, db, at(200), billing.Own{Number: n, Price: priceFrom(billing.Price{PerCall: 2_990_000}, time.Time{})})
	prices(t, db, at(300), billing.Own{Number: n}) // no price any more
	prices(t, db, at(400), billing.Own{Number: n, Price: perMinute(470_000)})
	prices(t, db, at(500)) // not our number any more

	for _, c := range []struct {
		at   time.Time
		want *billing.Term
	}{
		{at(-10.001), nil},
		{at(-10), &billing.Term{Price: billing.Price{PerMinute: 800_000}, Step: "D080", Source: "rules.yaml l. 99", Span: billing.Span{From: at(-10), Until: at(100)}}},
		{at(99.999), &billing.Term{Price: billing.Price{PerMinute: 800_000}, Step: "D080", Source: "rules.yaml l. 99", Span: billing.Span{From: at(-10), Until: at(100)}}},
		{at(100), &billing.Term{Price: billing.Price{PerMinute: 450_000}, Step: "D045", Unverified: true, Span: billing.Span{From: at(100), Until: at(200)}}},
		{at(200), &billing.Term{Price: billing.Price{PerCall: 2_990_000}, Step: "A299", Span: billing.Span{From: at(200), Until: at(300)}}},
		{at(299.999), &billing.Term{Price: billing.Price{PerCall: 2_990_000}, Step: "A299", Span: billing.Span{From: at(200), Until: at(300)}}},
		{at(300), nil},
		{at(400), &billing.Term{Price: billing.Price{PerMinute: 470_000}, Span: billing.Span{From: at(400), Until: at(500)}}}, // no such step
		{at(500), nil},
	} {
		if c.want != nil {
			c.want.Tax = billing.TaxIncluded
		}
		if diff := cmp.Diff(c.want, find(t, db, n, c.at).Service); diff != "" {
			t.Errorf("at %s, -want +got:\n%s", c.at, diff)
		}
	}
	if rows := count(t, db, "service_number"); rows != 4 {
		t.Errorf("%d intervals, want 4", rows)
	}
	if changes := count(t, db, "tariff_change"); changes != 8 { // the shipped tables, and seven of the eight loads
		t.Errorf("%d changes written down", changes)
	}
}

func TestDatedListMayBeLoadedAgain(t *testing.T) {
	db := fresh(t)
	list := append(priceFrom(billing.Price{PerMinute: 400_000}, at(0)), priceFrom(billing.Price{PerMinute: 800_000}, at(1000))...)
	for _, now := range []time.Time{at(0), at(500), at(2000)} {
		prices(t, db, now, billing.Own{Number: "+33892400300", Price: list})
	}
	if rows := count(t, db, "service_number"); rows != 2 {
		t.Errorf("%d intervals, want 2", rows)
	}
}

func TestContractHistory(t *testing.T) {
	db := fresh(t)
	const n = "+33805400200"
	fixed, mobile := rate(billing.Cost, billing.FromFixed, 10_000), rate(billing.Cost, billing.FromMobile, 30_000)
	prices(t, db, at(0), billing.Own{Number: n, Rates: []billing.OwnRate{fixed, mobile}})
	prices(t, db, at(10), billing.Own{Number: n, Rates: []billing.OwnRate{fixed, mobile}})
	prices(t, db, at(20), billing.Own{Number: n, Rates: []billing.OwnRate{fixed, rate(billing.Cost, billing.FromMobile, 40_000), rate(billing.Cost, billing.FromAbroad, 90_000)}})
	for _, c := range []struct {
		at   time.Time
		want billing.Money // of a minute from a mobile; 0 for not known
	}{{at(-1), 0}, {at(19), 30_000}, {at(20), 40_000}} {
		term := find(t, db, n, c.at).Cost
		if (term == nil) != (c.want == 0) || term != nil && term.Price.PerMinute != c.want {
			t.Errorf("at %s: %+v, want %d", c.at, term, c.want)
		}
	}
	if rows := count(t, db, "owner_rate"); rows != 4 {
		t.Errorf("%d rates, want 4: fixed, mobile twice, abroad", rows)
	}
}

func TestSetPricesRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		own  billing.Own
		want string
	}{
		{"above the ceiling", billing.Own{Number: "+33810123456", Price: perMinute(90_000)},
			"0810123456: 0.09 EUR/min is above the ceiling of 081, 0.06 EUR/min"},
		{"a free number", billing.Own{Number: "+33800123456", Price: perMinute(10_000)}, "0800123456: a 0800 is free to the caller, 0.01 EUR/min is refused"},
		{"not in the plan", billing.Own{Number: "+33700123456", Price: perMinute(10_000)}, "0700123456: this number is not in the number plan (2026-11-24 10:00:20..)"},
		{"abroad", billing.Own{Number: "+442071234567", Price: perMinute(10_000)}, "+442071234567: numbers in + (international) have no public price"},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := fresh(t)
			old := billing.Own{Number: "+33892400300", Price: perMinute(800_000)}
			prices(t, db, at(0), old)
			own := []billing.Own{{Number: "+33899123456", Price: perMinute(800_000)}, c.own}
			if c.own.Number != old.Number {
				own = append(own, old)
			}
			_, err := db.SetPrices(t.Context(), own, at(20))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
			if rows := count(t, db, "service_number"); rows != 1 {
				t.Errorf("%d intervals after a refusal, want 1", rows)
			}
		})
	}
}

// A call is charged by the tariff at its answer, though the price changes while it lasts.
func TestTariffAtAnswerGovernsTheCall(t *testing.T) {
	db := fresh(t)
	const n = "+33892400300"
	prices(t, db, at(-100), billing.Own{Number: n, Price: append(perMinute(400_000), priceFrom(billing.Price{PerMinute: 800_000}, at(3))...)})
	j := db.Journal()
	before, after := record("01A", n), record("01B", n)
	after.Legs[0].Answered = at(3)
	for _, c := range []struct {
		id   string
		want billing.Money
	}{{"01A", 1_220_000}, {"01B", 2_426_667}} {
		r := before
		if c.id == "01B" {
			r = after
		}
		if err := j.Close(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		got, err := db.Record(t.Context(), c.id)
		if err != nil {
			t.Fatal(err)
		}
		if sum, _ := got.Ratings[0].Sum(billing.Caller); sum != c.want {
			t.Errorf("%s: %s, want %s", c.id, sum, c.want)
		}
	}
}
