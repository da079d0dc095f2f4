package store

import (
	"fmt"
	"testing"
	"time"
)

// The numbers that calls came in for, the latest first, each once for each switch, with what the last one met.
func TestArrivals(t *testing.T) {
	db := fresh(t)
	first := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for i, c := range []struct{ sw, arrived, service string }{
		{"pbx", "0140000101", "sav"}, {"pbx", "0999", ""}, {"annexe", "0140000101", "sav"}, {"pbx", "0140000101", "ventes"}, {"pbx", "", "sav"},
	} {
		met := contact(fmt.Sprintf("call-%d", i), "")
		met.Switch, met.Arrived, met.Service, met.Opened = c.sw, c.arrived, c.service, first.Add(time.Duration(i)*time.Minute)
		begin(t, db.Journal(), met)
	}
	all, err := db.Arrivals(t.Context(), 20)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 3 || all[0].Arrived != "0140000101" || all[0].Switch != "pbx" || all[0].Service != "ventes" || all[0].Calls != 2 ||
		!all[0].Last.Equal(first.Add(3*time.Minute)) || all[1].Switch != "annexe" || all[2].Arrived != "0999" || all[2].Service != "" {
		t.Errorf("arrivals %+v", all)
	}
	if two, err := db.Arrivals(t.Context(), 2); err != nil || len(two) != 2 {
		t.Errorf("two of them: %+v %v", two, err)
	}
}
