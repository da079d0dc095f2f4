package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotline/billing"
)

// Every version of a charge stays readable, with what it changed.
func TestVersions(t *testing.T) {
	db := fresh(t)
	prices(t, db, at(-100), billing.Own{Number: "+33892400300", Price: perMinute(800_000)})
	if err := db.Journal().Close(t.Context(), record("01A", "+33892400300")); err != nil {
		t.Fatal(err)
	}
	correction := billing.Data{Services: []billing.ServiceRow{{Number: "+33892400300", Price: billing.Price{PerMinute: 400_000}, Source: "letter",
		Span: billing.Span{From: at(-100), Until: at(100)}}}}
	if _, err := db.Change(t.Context(), Change{At: at(300), Who: "test"}, correction, true); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Rerate(t.Context(), Filter{}, "the letter says 0.40", at(300), true); err != nil {
		t.Fatal(err)
	}
	got, err := db.Versions(t.Context(), "01A")
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	for i, want := range []Version{
		{Leg: "leg-01A", Version: 1, At: at(185)},
		{Leg: "leg-01A", Version: 2, At: at(300), Why: "the letter says 0.40"},
	} {
		service := got[i].Parts[0]
		got[i].Data, got[i].Parts = "", nil
		if diff := cmp.Diff(want, got[i]); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		amounts := [2]billing.Money{2_440_000, 1_220_000}
		part := VersionPart{Part: billing.ServicePart, Amount: amounts[i], Known: true, Delta: 2_440_000 - billing.Money(i)*3_660_000,
			Price: billing.Price{PerMinute: 800_000 - billing.Money(i)*400_000}.String(), Tax: billing.TaxIncluded, Seconds: 183}
		if diff := cmp.Diff(part, service); diff != "" {
			t.Errorf("version %d, -want +got:\n%s", i+1, diff)
		}
	}
}

func TestCountCalls(t *testing.T) {
	db := fresh(t)
	for _, id := range []string{"01A", "01B", "01C"} {
		if err := db.Journal().Close(t.Context(), record(id, "+33892400300")); err != nil {
			t.Fatal(err)
		}
	}
	begin(t, db.Journal(), contact("01D", "+33892400300"))
	for _, c := range []struct {
		f    Filter
		want int
	}{{Filter{}, 3}, {Filter{Open: true}, 4}, {Filter{Number: "+33899123456"}, 0}, {Filter{From: at(3)}, 0}, {Filter{From: at(2), To: at(3), Limit: 1}, 3}} {
		if got, err := db.CountCalls(t.Context(), c.f); err != nil || got != c.want {
			t.Errorf("%+v: %d, %v", c.f, got, err)
		}
	}
}
