package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/routing"
	"hotline/store"
)

// named adds a call to a number that is none of ours, which arrived under a name that somebody chose with care, for a
// queue and an agent alike.
func named(t *testing.T) desk {
	t.Helper()
	d := newDesk(t)
	start := time.Date(2026, 11, 30, 22, 59, 59, 0, time.UTC) // the last second of November in Paris
	hostile := `=cmd|"<script>alert(1)</script>`
	leg := routing.Leg{ID: "leg", Call: "01X", Switch: "pbx", SwitchStart: start, Role: routing.Customer, Created: start, Answered: start, Ended: start.Add(time.Minute)}
	record := routing.Record{Contact: routing.Contact{ID: "01X", Switch: "pbx", SwitchStart: start, Arrived: hostile, Opened: start}, Legs: []routing.Leg{leg},
		Closed: leg.Ended, Queue: hostile, Agent: hostile + "\x1b[2J"}
	if err := d.db.Journal().Close(t.Context(), record); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestReport(t *testing.T) {
	transcript(t, named, "report", commandLines(`
report month 2026-11
report month
report day 2026-11-24 --by queue
report day
report year 2026 --by agent
report year 2026 --by month
report month 2026-11 --by day
report month 2026-11 --format csv
report month 2026-11 --format csv --by agent --separator ,
report month 2026-13
report month 2026-11 --by price
report month 2026-11 --format pdf`)...)
}

func TestReportPage(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		d := named(t)
		path := filepath.Join(t.TempDir(), "report.html")
		if out, code := d.run(t, lang, "report", "month", "2026-11", "--format", "html", "-o", path); code != 0 || out != "" {
			t.Fatalf("exit code %d\n%s", code, out)
		}
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "report-"+lang+".html", string(page))
		for _, outside := range []string{"<script", "http:", "https:", "url(", "@import", "<link", "<img", "src="} {
			if strings.Contains(string(page), outside) {
				t.Errorf("the page has %q", outside)
			}
		}
	}
}

func TestContactCost(t *testing.T) {
	for _, c := range []struct {
		total store.Total
		want  int64
		known bool
	}{
		{store.Total{}, 0, false},
		{store.Total{Answered: 2, Cost: -91_500}, -45_750, true},
		{store.Total{Answered: 3, Cost: -100}, -33, true},
		{store.Total{Answered: 3, Cost: -200}, -67, true},
		{store.Total{Answered: 2, Cost: -1}, -1, true},
		{store.Total{Answered: 3, Cost: -200, CostUnknown: 1}, 0, false},
		{store.Total{Answered: 3, Cost: -200, Unrated: 1}, 0, false},
		{store.Total{Answered: 3}, 0, true},
	} {
		if got, known := contactCost(c.total); int64(got) != c.want || known != c.known {
			t.Errorf("%+v: %d, %t", c.total, got, known)
		}
	}
}
