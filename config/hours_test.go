package config

import (
	"slices"
	"strconv"
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
			if name := FrenchHolidays.Holiday(day); name != (Words{}) {
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

// TestHolidaysOfParts holds what the parts of France have beside the days of all against lists that people have written down.
func TestHolidaysOfParts(t *testing.T) {
	goodFridays := map[int]string{2024: "03-29", 2025: "04-18", 2026: "04-03", 2027: "03-26", 2028: "04-14", 2029: "03-30", 2030: "04-19",
		2031: "04-11", 2032: "03-26", 2033: "04-15", 2034: "04-07", 2035: "03-23"}
	abolition := map[Calendar]string{guadeloupe: "05-27", martinique: "05-22", guyane: "06-10", reunion: "12-20", mayotte: "04-27"}
	for year := 2024; year <= 2035; year++ {
		for _, c := range Calendars() {
			var want []string
			switch own := abolition[c]; {
			case c == alsaceMoselle:
				want = []string{goodFridays[year] + " Vendredi saint/Good Friday", "12-26 Saint-Étienne/Saint Stephen's Day"}
			case own != "":
				day := own + " abolition de l'esclavage/Abolition of Slavery Day"
				if on := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); FrenchHolidays.Holiday(on.AddDate(0, 0, yearDay(t, year, own))) == (Words{}) {
					want = []string{day} // else it falls on Ascension or Whit Monday
				}
			}
			var got []string
			for day := time.Date(year, 1, 1, 12, 0, 0, 0, paris()); day.Year() == year; day = day.AddDate(0, 0, 1) {
				switch name, of := c.Holiday(day), FrenchHolidays.Holiday(day); {
				case of != (Words{}) && name != of:
					t.Errorf("%s: %s is %v, and not %v as everywhere", c, day.Format(time.DateOnly), name, of)
				case of == (Words{}) && name != (Words{}):
					got = append(got, day.Format("01-02 ")+name.FR+"/"+name.EN)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s in %d: %v, want %v", c, year, got, want)
			}
		}
	}
}

// yearDay is how many days after 1 January a day is.
func yearDay(t *testing.T, year int, day string) int {
	at, err := time.Parse("2006-01-02", strconv.Itoa(year)+"-"+day)
	if err != nil {
		t.Fatal(err)
	}
	return at.YearDay() - 1
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

// TestOpening says why it is closed, and when it opens next, at moments told by a clock in Paris.
func TestOpening(t *testing.T) {
	const text = `version: 1
numbers: {09 72 00 00 01: {service: s}}
hours:
  h:
    mon-fri: [09:00-12:30, 13:30-18:30]
    closed_on: [holidays_fr, holidays_fr_alsace, inventory, flood]
    special:
      2026-12-24: [09:00-16:00]
      2026-12-28: []
      2027-01-05: [10:00-11:00]
      2027-03-28: [02:15-04:00]
      2026-10-25: [02:30-03:00]
closures:
  inventory: {from: 2027-01-04, to: 2027-01-05}
  flood: {from: 2027-06-01, to: 2029-06-01}
services: {s: {hours: h, open: {play: p}, closed: {play: p}}}
prompts: {p: {file: p.wav}}
`
	rules, problems := ParseRules("rules.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	s := rules.Services["s"]
	for _, test := range []struct{ at, because, span, next string }{
		{"2026-11-24 10:00:00 +0100", "", "09:00-12:30", ""},
		{"2026-11-24 12:30:00 +0100", "hours", "", "2026-11-24 13:30:00 +0100"},
		{"2026-11-24 18:30:00 +0100", "hours", "", "2026-11-25 09:00:00 +0100"},
		{"2026-11-28 10:00:00 +0100", "hours", "", "2026-11-30 09:00:00 +0100"},   // a Saturday
		{"2026-12-24 15:59:59 +0100", "", "09:00-16:00", ""},                      // hours of its own
		{"2026-12-24 16:00:00 +0100", "special", "", "2026-12-29 09:00:00 +0100"}, // Christmas, a weekend, and a day without hours
		{"2026-12-25 10:00:00 +0100", "holidays_fr", "", "2026-12-29 09:00:00 +0100"},
		{"2029-12-26 10:00:00 +0100", "holidays_fr_alsace", "", "2029-12-27 09:00:00 +0100"},
		{"2026-12-28 10:00:00 +0100", "special", "", "2026-12-29 09:00:00 +0100"},
		{"2027-01-04 10:00:00 +0100", "inventory", "", "2027-01-05 10:00:00 +0100"},
		{"2027-01-05 10:30:00 +0100", "", "10:00-11:00", ""}, // what is written for the day alone goes before the closure
		{"2027-01-05 23:59:59 +0100", "special", "", "2027-01-06 09:00:00 +0100"},
		{"2027-03-28 01:00:00 +0100", "special", "", "2027-03-28 03:00:00 +0200"}, // 02:15 is left out that night
		{"2026-10-25 02:10:00 +0200", "special", "", "2026-10-25 02:30:00 +0200"},
		{"2026-10-25 02:10:00 +0100", "special", "", "2026-10-25 02:30:00 +0100"}, // that night it opens twice
		{"2027-07-01 10:00:00 +0200", "flood", "", ""},
	} {
		at, err := time.Parse("2006-01-02 15:04:05 -0700", test.at)
		if err != nil {
			t.Fatal(err)
		}
		o := rules.Opening(s, at, nil)
		next, span := "", ""
		if !o.Next.IsZero() {
			next = o.Next.In(paris()).Format("2006-01-02 15:04:05 -0700")
		}
		if o.Open {
			span = o.Span.String()
		}
		if o.Because() != test.because || o.Open != (test.because == "") || span != test.span || next != test.next {
			t.Errorf("at %s: closed because %q, open %s, next %q; want %+v", test.at, o.Because(), span, next, test)
		}
		if o.Open != rules.OpenAt(s, at) {
			t.Errorf("at %s OpenAt says otherwise", test.at)
		}
	}
}
