package store

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/routing"
)

// What is closed by hand is there after a restart, ends at its time or by hand, and nothing of it is lost.
func TestClosedByHand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hotline.db")
	db := open(t, path)
	noon := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	first := routing.Closing{Service: "sav", Since: noon, Until: noon.Add(time.Hour), Play: "panne", Who: "anne", Why: "wet"}
	second := routing.Closing{Service: "sav", Since: noon.Add(time.Minute), Who: "marie"}
	other := routing.Closing{Service: "ventes", Since: noon, Until: noon.Add(2 * time.Hour), Who: "anne"}
	for _, c := range []routing.Closing{first, other} {
		if err := db.CloseService(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	closed := func(at time.Time, want ...routing.Closing) {
		t.Helper()
		got, err := db.ClosedServices(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("closed at %s (-want +got):\n%s", at, d)
		}
	}
	closed(noon, first, other)
	closed(noon.Add(time.Hour), other)
	if err := db.CloseService(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, path)
	closed(noon.Add(time.Hour), second, other)
	if err := db.OpenService(t.Context(), "sav", "paul", noon.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := db.OpenService(t.Context(), "ventes", "paul", noon.Add(3*time.Hour)); err != nil { // it has ended by itself
		t.Fatal(err)
	}
	closed(noon.Add(time.Minute), other)
	var history []closureRow
	if err := db.read.Select(&history, "SELECT * FROM closure ORDER BY rowid"); err != nil {
		t.Fatal(err)
	}
	at := func(d time.Duration) *int64 { return ms(noon.Add(d)) }
	want := []closureRow{
		{"sav", *at(0), at(time.Hour), "panne", "anne", "wet", at(time.Minute), "marie"},
		{"ventes", *at(0), at(2 * time.Hour), "", "anne", "", nil, ""},
		{"sav", *at(time.Minute), nil, "", "marie", "", at(2 * time.Hour), "paul"},
	}
	if d := cmp.Diff(want, history); d != "" {
		t.Errorf("history (-want +got):\n%s", d)
	}
}
