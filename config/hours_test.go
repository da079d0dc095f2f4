package config

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// hoursOf reads the hours of a service "s" whose name is h.
func hoursOf(t *testing.T, lines string) *Rules {
	t.Helper()
	text := "version: 1\nnumbers: {09 72 00 00 01: {service: s}}\nhours:\n  h:\n" + lines +
		"services: {s: {hours: h, open: {play: p}, closed: {play: p}}}\nprompts: {p: {file: p.wav}}\n"
	rules, problems := ParseRules("rules.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatalf("%s: %+v", text, problems)
	}
	return rules
}

// TestOpen asks at moments told in UTC, so that the clock in Paris is not taken for granted.
func TestOpen(t *testing.T) {
	office := "    mon-fri: [09:00-12:30, 13:30-18:00]\n    sat: 09:00-12:00\n    closed_on: [holidays_fr]\n"
	night := "    sun: [00:00-02:30, 03:00-24:00]\n    sat: [22:00-24:00]\n"
	for _, test := range []struct {
		hours, at string
		open      bool
	}{
		{office, "2026-11-24T07:59:59Z", false}, // a Tuesday in winter, 08:59:59 in Paris
		{office, "2026-11-24T08:00:00Z", true},
		{office, "2026-11-24T11:29:59Z", true},
		{office, "2026-11-24T11:30:00Z", false},
		{office, "2026-11-24T12:30:00Z", true},
		{office, "2026-11-24T17:00:00Z", false},
		{office, "2026-07-21T06:59:59Z", false}, // in summer
		{office, "2026-07-21T07:00:00Z", true},
		{office, "2026-11-28T08:00:00Z", true}, // Saturday
		{office, "2026-11-28T11:00:00Z", false},
		{office, "2026-11-29T10:00:00Z", false}, // Sunday
		{office, "2026-12-25T10:00:00Z", false}, // Christmas, a Friday
		{office, "2026-05-14T10:00:00Z", false}, // Ascension, a Thursday
		{office, "2026-12-24T10:00:00Z", true},
		{"    mon-fri: 09:00-18:00\n", "2026-12-25T10:00:00Z", true}, // who does not say so is open on holidays
		{night, "2026-11-28T22:59:00Z", true},                        // midnight between the two days
		{night, "2026-11-28T23:00:00Z", true},
		{night, "2026-11-29T22:59:59Z", true},
		{night, "2026-11-29T23:00:00Z", false},
		// The night of 29 March 2026 leaves out 02:00-03:00 in Paris: it is 01:59:59, then 03:00.
		{night, "2026-03-29T00:59:59Z", true},
		{night, "2026-03-29T01:00:00Z", true},
		// The night of 25 October 2026 has 02:00-03:00 twice: 02:30 is no longer open, either time.
		{night, "2026-10-25T00:29:59Z", true},
		{night, "2026-10-25T00:30:00Z", false},
		{night, "2026-10-25T01:00:00Z", true}, // 02:00 for the second time
		{night, "2026-10-25T01:30:00Z", false},
		{night, "2026-10-25T02:00:00Z", true},
	} {
		at, err := time.Parse(time.RFC3339, test.at)
		if err != nil {
			t.Fatal(err)
		}
		rules := hoursOf(t, test.hours)
		if got := rules.OpenAt(rules.Services["s"], at); got != test.open {
			t.Errorf("at %s open is %t, want %t, with\n%s", test.at, got, test.open, test.hours)
		}
	}
}

// TestHolidays holds the computed days against lists that people have written down (service-public.fr publishes them).
func TestHolidays(t *testing.T) {
	for year, moving := range map[string]string{
		"2000": "04-24 06-01 06-12", "2008": "03-24 05-01 05-12", "2011": "04-25 06-02 06-13", "2023": "04-10 05-18 05-29",
		"2024": "04-01 05-09 05-20", "2025": "04-21 05-29 06-09", "2026": "04-06 05-14 05-25", "2027": "03-29 05-06 05-17",
		"2028": "04-17 05-25 06-05", "2038": "04-26 06-03 06-14",
	} {
		want := strings.Fields("01-01 05-01 05-08 07-14 08-15 11-01 11-11 12-25 " + moving)
		slices.Sort(want)
		want = slices.Compact(want) // in 2008 Ascension was on 1 May
		var got []string
		first, err := time.ParseInLocation("2006-01-02", year+"-01-01", paris())
		if err != nil {
			t.Fatal(err)
		}
		for day := first; day.Year() == first.Year(); day = day.AddDate(0, 0, 1) {
			if name := Holiday(day); name != (Words{}) {
				got = append(got, day.Format("01-02"))
				if name.FR == "" || name.EN == "" {
					t.Errorf("%s has no name: %v", day, name)
				}
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\ngot  %v\nwant %v", year, got, want)
		}
	}
}

func TestHoursAsValues(t *testing.T) {
	rules := hoursOf(t, "    fri-sun: [13:30-18:00, 09:00-12:30]\n    mon: 00:00-24:00\n")
	want := Week{time.Sunday: {{540, 750}, {810, 1080}}, time.Monday: {{0, 1440}}, time.Friday: {{540, 750}, {810, 1080}}, time.Saturday: {{540, 750}, {810, 1080}}}
	for day, spans := range rules.Hours["h"].Week {
		if !slices.Equal(spans, want[day]) {
			t.Errorf("%s: %v", time.Weekday(day), spans)
		}
	}
	if s := rules.Services["s"]; s.Hours != "h" || len(s.Closed) != 1 {
		t.Errorf("%+v", s)
	}
}
