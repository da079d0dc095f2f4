package store

import (
	"testing"
	"time"

	"hotline/billing"
	"hotline/routing"
)

func TestSpent(t *testing.T) {
	db := fresh(t)
	const n = "+33805400200"
	prices(t, db, at(-86_400), billing.Own{Number: n, Rates: []billing.OwnRate{rate(billing.Cost, billing.FromMobile, 60_000)}})
	j := db.Journal()
	spent := func(when time.Time, want billing.Money) {
		t.Helper()
		if got, err := j.Spent(t.Context(), n, when); err != nil || got != want {
			t.Errorf("spent %s, %v; want %s", got, err, want)
		}
	}
	spent(at(0), 0)
	closeCalls(t, db, record("01A", n), record("01B", "+33805400201"))
	spent(at(200), 183_000)
	lasts := record("01C", n)
	begin(t, j, lasts.Contact)
	spent(at(200), 183_000) // not answered yet
	leg := lasts.Legs[0]
	leg.Ended = time.Time{}
	if err := j.Leg(t.Context(), leg); err != nil {
		t.Fatal(err)
	}
	spent(at(62), 243_000)     // it lasts for a minute
	spent(at(86_400), 0)       // another day, and neither call is of it
	yesterday := lasts.Contact // one of which nothing is known does not count
	yesterday.ID, yesterday.Number = "01D", "+33805400299"
	begin(t, j, yesterday)
	spent(at(62), 243_000)
}

func TestAlarmOnceADay(t *testing.T) {
	j := fresh(t).Journal()
	for _, c := range []struct {
		what  string
		when  time.Time
		first bool
	}{
		{string(routing.BudgetNear), at(0), true}, {string(routing.BudgetNear), at(60), false}, {string(routing.BudgetSpent), at(60), true},
		{string(routing.BudgetNear), at(14*3600 - 1), false}, // the tests' day began at nine UTC; in Paris it ends at 23:00 UTC
		{string(routing.BudgetNear), at(14 * 3600), true},
	} {
		if first, err := j.Alarm(t.Context(), c.what, "+33805400200", c.when); err != nil || first != c.first {
			t.Errorf("%s at %s: first %t, %v", c.what, c.when, first, err)
		}
	}
	if first, err := j.Alarm(t.Context(), string(routing.BudgetNear), "+33805400201", at(0)); err != nil || !first {
		t.Errorf("another number: first %t, %v", first, err)
	}
}
