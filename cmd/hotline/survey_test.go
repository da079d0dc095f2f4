package main

import (
	"path/filepath"
	"testing"
	"time"

	"hotline/routing"
)

// newSurveyDesk has the answers of three callers, one of whom talked with nobody, and of one long ago.
func newSurveyDesk(t *testing.T) desk {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hotline.db")
	d := desk{path, pricedIn(t, path), time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)}
	for i, a := range []routing.Answer{
		{Call: "01A", Survey: "satisfaction", Question: "aide", Key: '1', Agent: "marie", Queue: "sav"},
		{Call: "01A", Survey: "satisfaction", Question: "note", Key: '5', Agent: "marie", Queue: "sav"},
		{Call: "01B", Survey: "satisfaction", Question: "aide", Key: '2', Agent: "paul", Queue: "sav"},
		{Call: "01B", Survey: "satisfaction", Question: "note", Key: '2', Agent: "paul", Queue: "sav"},
		{Call: "01C", Survey: "satisfaction", Question: "note", Key: '4', Agent: "marie", Queue: "ventes"},
		{Call: "01D", Survey: "avis", Question: "retour", Key: '0'},
		{Call: "01E", Survey: "avis", Question: "retour", Key: '9', At: d.now.AddDate(0, -2, 0)},
	} {
		if a.At.IsZero() {
			a.At = d.now.Add(time.Duration(i-60) * time.Minute)
		}
		if err := d.db.Answered(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func TestSurvey(t *testing.T) {
	transcript(t, newSurveyDesk, "survey", commandLines(`
survey
survey satisfaction --since 2026-11-28
survey avis --since 2026-09-01 --json
survey avis --since 2026-09-01 --csv
survey nothing
survey --since soon
survey --json --csv
`)...)
}
