package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"hotline/billing"
	"hotline/routing"
	"hotline/store"
)

// TestShowTransfer: the leg that was dialled outside has a line of its own, and what it cost is never 0 where it is not known.
func TestShowTransfer(t *testing.T) {
	at := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	c := store.Charged{Record: routing.Record{
		Contact: routing.Contact{ID: "01JD", Service: "accueil", Number: "+33140000100", Caller: "+33612345678", Opened: at},
		Closed:  at.Add(time.Minute), Cause: "normal", Talked: 40 * time.Second,
		Legs: []routing.Leg{
			{ID: "in", Role: routing.Customer, Created: at, Answered: at, Ended: at.Add(time.Minute), Cause: "normal"},
			{ID: "out", Role: routing.Third, Target: "0142000001", Trunk: "ovh", Created: at.Add(5 * time.Second), Answered: at.Add(20 * time.Second),
				Ended: at.Add(time.Minute), Cause: "normal"},
		},
	}, Ratings: []store.Rating{{Leg: "out", Version: 1, At: at, Charge: billing.Charge{Unrated: billing.TrunkUnknown}}}}
	for lang, wanted := range map[string][]string{
		"fr": {"01 42 00 00 01, par ovh", "Vers le 01 42 00 00 01, par ovh", "NON TARIFÉ", "hotline tariff set --trunk ovh"},
		"en": {"01 42 00 00 01, over ovh", "To 01 42 00 00 01, over ovh", "NOT RATED", "hotline tariff set --trunk ovh"},
	} {
		var out bytes.Buffer
		writeRecord(&out, tongue(lang), c)
		for _, w := range wanted {
			if !strings.Contains(out.String(), w) {
				t.Errorf("%s: %q is missing in\n%s", lang, w, out.String())
			}
		}
	}
}
