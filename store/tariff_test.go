package store

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/billing"
	"hotline/number"
)

func TestShippedPlan(t *testing.T) {
	db := fresh(t)
	for _, c := range []struct {
		number   number.Number
		category billing.Category // "" for not in the plan
		minute   billing.Money    // ceiling
	}{
		{"+33800123456", billing.Free, 0},
		{"+33809400100", billing.Normal, 0},
		{"+33810810810", billing.Surcharged, 60_000},
		{"+33825300500", billing.Surcharged, 200_000},
		{"+33892400300", billing.Surcharged, 800_000},
		{"+33895123456", billing.Surcharged, 800_000},
		{"+33836123456", "data_special", 0},
		{"+33140000100", billing.Geographic, 0},
		{"+33972000001", billing.Geographic, 0},
		{"+33939000100", billing.TechPlatform, 0},
		{"+33612345678", billing.Mobile, 0},
		{"+33162123456", billing.VerifiedCanvass, 0},
		{"+590947512345", billing.VerifiedCanvass, 0},
		{"+262262123456", billing.Geographic, 0},
		{"3114", billing.Free, 0},
		{"3008", billing.OperatorFunction, 0},
		{"3179", billing.OperatorFunction, 0},
		{"3635", billing.ShortAny, 800_000},
		{"3300", "unassigned_short", 0},
		{"1014", billing.ShortAny, 800_000},
		{"116000", billing.Free, 0},
		{"118218", billing.Surcharged, 800_000},
		{"112", billing.EmergencyService, 0},
		{"+442071234567", billing.International, 0},
		{"+33700123456", "", 0},
		{"", "", 0},
	} {
		tariffs, err := db.Tariffs(t.Context(), c.number, at(0))
		if err != nil {
			t.Fatal(err)
		}
		if tariffs.InPlan != (c.category != "") || tariffs.Range.Category != c.category || tariffs.Range.Ceiling.PerMinute != c.minute {
			t.Errorf("%s: %+v", c.number, tariffs.Range)
		}
	}
	before, err := db.Tariffs(t.Context(), "+33892400300", reform().Add(-time.Millisecond))
	if err != nil || before.InPlan {
		t.Errorf("before the reform: %+v, %v", before, err)
	}
}

func TestShippedStepsWithoutEvidenceAreDisabled(t *testing.T) {
	db := fresh(t)
	var verified, unverified int
	if err := db.read.Get(&verified, "SELECT count(*) FROM tariff_step WHERE verified = 1"); err != nil {
		t.Fatal(err)
	}
	if err := db.read.Get(&unverified, "SELECT count(*) FROM tariff_step WHERE verified = 0"); err != nil {
		t.Fatal(err)
	}
	if verified != 24 || unverified != 20 {
		t.Errorf("%d verified and %d unverified steps", verified, unverified)
	}
}

// prices sets one number's price and fails the test if that is refused.
func prices(t *testing.T, db *DB, own ...Own) {
	t.Helper()
	if err := db.SetPrices(t.Context(), own); err != nil {
		t.Fatal(err)
	}
}

func TestPriceHistory(t *testing.T) {
	db := fresh(t)
	const n = "+33892400300"
	first := Own{Number: n, Price: term(800_000), Source: "rules.yaml l. 21", From: at(0)}
	prices(t, db, first)
	first.From, first.Source = at(50), "rules.yaml l. 99"
	prices(t, db, first) // the same price on another line: nothing new
	first.From = at(-10)
	prices(t, db, first) // the clock was set back: nothing new, and nothing backdated
	prices(t, db, Own{Number: n, Price: term(450_000), From: at(100)})
	prices(t, db, Own{Number: n, Price: billing.Term{Known: true, Price: billing.Price{PerCall: 2_990_000}}, From: at(200)})
	prices(t, db, Own{Number: n, From: at(300)}) // no price any more
	prices(t, db, Own{Number: n, Price: term(470_000), From: at(400)})

	for _, c := range []struct {
		at   time.Time
		want billing.Service
	}{
		{at(-0.001), billing.Service{}},
		{at(0), billing.Service{Known: true, Price: billing.Price{PerMinute: 800_000}, Step: "D080", Since: at(0), Source: "rules.yaml l. 21"}},
		{at(99.999), billing.Service{Known: true, Price: billing.Price{PerMinute: 800_000}, Step: "D080", Since: at(0), Source: "rules.yaml l. 21"}},
		{at(100), billing.Service{Known: true, Price: billing.Price{PerMinute: 450_000}, Step: "D045", Since: at(100), Unverified: true}},
		{at(200), billing.Service{Known: true, Price: billing.Price{PerCall: 2_990_000}, Step: "A299", Since: at(200)}},
		{at(299.999), billing.Service{Known: true, Price: billing.Price{PerCall: 2_990_000}, Step: "A299", Since: at(200)}},
		{at(300), billing.Service{}},
		{at(400), billing.Service{Known: true, Price: billing.Price{PerMinute: 470_000}, Since: at(400)}}, // no such step
	} {
		tariffs, err := db.Tariffs(t.Context(), n, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, tariffs.Service); diff != "" {
			t.Errorf("at %s, -want +got:\n%s", c.at, diff)
		}
	}
	if rows := count(t, db, "service_number"); rows != 4 {
		t.Errorf("%d intervals, want 4", rows)
	}
}

func TestDatedListMayBeLoadedAgain(t *testing.T) {
	db := fresh(t)
	list := []Own{
		{Number: "+33892400300", Price: term(400_000), From: at(0)},
		{Number: "+33892400300", Price: term(800_000), From: at(1000)},
	}
	for range 3 {
		prices(t, db, list...)
	}
	if rows := count(t, db, "service_number"); rows != 2 {
		t.Errorf("%d intervals, want 2", rows)
	}
}

func TestContractHistory(t *testing.T) {
	db := fresh(t)
	const n = "+33805400200"
	contract := billing.Contract{FromFixed: term(10_000), FromMobile: term(30_000)}
	prices(t, db, Own{Number: n, Contract: contract, From: at(0)})
	prices(t, db, Own{Number: n, Contract: contract, From: at(10)})
	changed := billing.Contract{FromFixed: term(10_000), FromMobile: term(40_000), FromAbroad: term(90_000)}
	prices(t, db, Own{Number: n, Contract: changed, From: at(20)})
	for _, c := range []struct {
		at   time.Time
		want billing.Contract
	}{{at(-1), billing.Contract{}}, {at(19), contract}, {at(20), changed}} {
		tariffs, err := db.Tariffs(t.Context(), n, c.at)
		if diff := cmp.Diff(c.want, tariffs.Contract); err != nil || diff != "" {
			t.Errorf("at %s: %v, -want +got:\n%s", c.at, err, diff)
		}
	}
	if rows := count(t, db, "owner_rate"); rows != 4 {
		t.Errorf("%d rates, want 4: fixed, mobile twice, abroad", rows)
	}
}

func TestSetPricesRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		own  Own
		want string
	}{
		{"another price from the same day", Own{Number: "+33892400300", Price: term(400_000), From: at(0)}, "needs a later date"},
		{"a price in the past", Own{Number: "+33892400300", Price: term(400_000), From: at(-10)}, "needs a later date"},
		{"above the ceiling", Own{Number: "+33810123456", Price: term(90_000), From: at(0)},
			"08 10 12 34 56: 0.09 EUR/min is above the ceiling of 081: 0.06 EUR/min"},
		{"a free number", Own{Number: "+33800123456", Price: term(10_000), From: at(0)}, "above the ceiling of 0800"},
		{"not in the plan", Own{Number: "+33700123456", Price: term(10_000), From: at(0)}, "not in the number plan"},
		{"abroad", Own{Number: "+442071234567", Price: term(10_000), From: at(0)}, "has no service price"},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := fresh(t)
			prices(t, db, Own{Number: "+33892400300", Price: term(800_000), From: at(0)})
			good := Own{Number: "+33899123456", Price: term(800_000), From: at(0)}
			err := db.SetPrices(t.Context(), []Own{good, c.own})
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
	prices(t, db, Own{Number: n, Price: term(400_000), From: at(-100)}, Own{Number: n, Price: term(800_000), From: at(3)})
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
