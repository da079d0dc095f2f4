package config

import (
	"testing"
	"time"
)

// TestPlaces holds the places of words against the file: a word of the same name deeper down, or inside a text, is another.
func TestPlaces(t *testing.T) {
	source := Source{{Name: "rules.yaml", Data: []byte(`version: 1
numbers:
  01 40 00 01 00: {service: sav}
services:
  sav: {hours: bureau, open: {queue: sav}, closed: hangup}
hours:
  bureau:
    special: {2026-12-24: [09:00-12:00]}
    closed_on: [holidays_fr]
    mon-thu: [09:00-12:00]
    "fri": [09:00-12:00]
`)}, {Name: "rules.d/files.yaml", Data: []byte(`queues:
  sav:
    helpers: {agents: [hugo], after: 30s}
    agents: [marie, paul]
    on_nobody: [{play: ferme}, hangup]
agents:
  marie: {phone: 101}
  paul: {phone: 102}
  hugo: {phone: 103}
prompts:
  ferme: "fermé ; ferme: voir agents: demain"
`)}}
	rules, problems := Parse(source)
	if rules == nil {
		t.Fatal(problems.Err())
	}
	queue := rules.Queues["sav"].Pos
	hours := rules.Hours["bureau"]
	opening := func(day string) Pos {
		at, err := time.ParseInLocation(momentForm, day, paris())
		if err != nil {
			t.Fatal(err)
		}
		return rules.OpeningPos(hours.Opening(at), at)
	}
	for name, c := range map[string]struct {
		got  Pos
		want string
	}{
		"agents":            {rules.WordPos(queue, "agents"), "rules.d/files.yaml:4:5"},
		"of helpers":        {rules.WordPos(queue, "helpers", "agents"), "rules.d/files.yaml:3:15"},
		"not written":       {rules.WordPos(queue, "max_wait"), "rules.d/files.yaml:2:3"},
		"a value":           {rules.Value(queue, "helpers", "after").Pos, "rules.d/files.yaml:3:38"},
		"in a list":         {rules.Text("paul", queue, "agents").Pos, "rules.d/files.yaml:4:21"},
		"inside a text":     {rules.WordPos(rules.Prompts["ferme"].Pos, "agents"), "rules.d/files.yaml:11:3"},
		"a section":         {rules.Section("prompts").Pos, "rules.d/files.yaml:10:1"},
		"no section":        {rules.Section("surveys").Pos, "rules.yaml"},
		"a day":             {opening("2026-12-02 10:00"), "rules.yaml:10:5"},
		"a day in quotes":   {opening("2026-12-04 10:00"), "rules.yaml:11:5"},
		"no day":            {opening("2026-12-05 10:00"), "rules.yaml:7:3"},
		"a special day":     {opening("2026-12-24 10:00"), "rules.yaml:8:15"},
		"a public holiday":  {opening("2026-12-25 10:00"), "rules.yaml:9:5"},
		"a place of no use": {rules.WordPos(Pos{File: "other.yaml", Line: 3, Column: 1}, "agents"), "other.yaml:3:1"},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("%s is at %s, want %s", name, got, c.want)
		}
	}
}
