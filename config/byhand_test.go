package config

import (
	"testing"
	"time"
)

const byHandRules = `version: 1
numbers: {01 40 00 01 00: {service: sav}, 01 40 00 02 00: {service: nuit}}
services:
  sav: {hours: bureau, open: {queue: sav}, closed: hangup}
  nuit: {purpose: reception, open: {queue: sav}}
hours:
  bureau: {mon-fri: [09:00-12:00, 14:00-18:00], sat: [22:00-24:00], sun: [00:00-06:00], special: {2026-12-24: [09:00-12:00]}, closed_on: [holidays_fr]}
queues: {sav: {agents: [marie, paul], on_nobody: hangup}}
agents: {marie: {phone: 101}, paul: {phone: 102}}
`

// A closure by hand comes before all hours; what follows it is what the hours say then.
func TestOpeningByHand(t *testing.T) {
	rules, problems := ParseRules("rules.yaml", []byte(byHandRules))
	if rules == nil {
		t.Fatal(problems.Err())
	}
	when := func(text string) time.Time {
		if text == "" {
			return time.Time{}
		}
		at, err := time.ParseInLocation(momentForm, text, paris())
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct{ service, until, next string }{
		{"sav", "2026-12-01 15:00", "2026-12-01 15:00"}, // it ends within the hours
		{"sav", "2026-12-01 13:00", "2026-12-01 14:00"},
		{"sav", "2026-12-24 13:00", "2026-12-26 22:00"}, // a special day, then a holiday, then Saturday night
		{"sav", "", ""},
		{"nuit", "2026-12-01 15:00", "2026-12-01 15:00"},
		{"nuit", "", ""},
	} {
		o := rules.Opening(rules.Services[c.service], when("2026-12-01 10:00"), ByHand(when("2026-12-01 10:00"), when(c.until), ""))
		if o.Open || o.Because() != BecauseByHand || !o.Next.Equal(when(c.next)) {
			t.Errorf("%s until %s: %v %s, next %s, want %s", c.service, c.until, o.Open, o.Because(), o.Next, c.next)
		}
	}
	for _, c := range []struct{ service, now, want string }{
		{"sav", "2026-12-01 10:00", "2026-12-01 18:00"},
		{"sav", "2026-12-01 13:00", "2026-12-01 18:00"}, // between two parts
		{"sav", "2026-12-01 18:00", "2026-12-02 00:00"}, // over for today: until midnight
		{"sav", "2026-12-24 10:00", "2026-12-24 12:00"}, // a special day
		{"sav", "2026-12-25 10:00", "2026-12-26 00:00"}, // a holiday
		{"sav", "2026-10-24 23:00", "2026-10-25 00:00"},
		{"sav", "2026-10-25 02:30", "2026-10-25 06:00"}, // the night in which clocks go back
		{"sav", "2027-03-28 01:30", "2027-03-28 06:00"}, // forward
		{"nuit", "2026-12-01 10:00", "2026-12-02 00:00"},
		{"nuit", "2026-10-25 01:00", "2026-10-26 00:00"}, // that day has 25 hours
	} {
		if got := rules.EndOfDay(rules.Services[c.service], when(c.now)); !got.Equal(when(c.want)) {
			t.Errorf("%s at %s ends at %s, want %s", c.service, c.now, got, c.want)
		}
	}
}
