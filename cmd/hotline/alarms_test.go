package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hotline/config"
	"hotline/routing"
	"hotline/routing/queue"
)

// What is told of a switch that goes and comes, minute by minute.
func TestAlarms(t *testing.T) {
	lost := trouble{switchLost, "pbx"}
	nobody := trouble{nobodyThere, "sav"}
	spent := trouble{budgetSpent, "+33809400100"}
	began := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		is   func(minute int) []trouble
		want string
	}{
		"a blink":               {func(m int) []trouble { return when(m == 3, lost) }, ""},
		"lost and back":         {func(m int) []trouble { return when(m >= 3 && m < 10, lost) }, "4 switch_lost pbx, 10 over switch_lost pbx"},
		"lost for a day":        {func(m int) []trouble { return when(m >= 3, lost) }, "4 switch_lost pbx, 364 switch_lost pbx, 724 switch_lost pbx"},
		"comes and goes":        {func(m int) []trouble { return when(m%10 >= 5, lost) }, "6 switch_lost pbx, 10 over switch_lost pbx, 366 switch_lost pbx, 370 over switch_lost pbx, 726 switch_lost pbx, 730 over switch_lost pbx"},
		"nobody for lunch":      {func(m int) []trouble { return when(m >= 60 && m < 120, nobody) }, "62 nobody_there sav, 120 over nobody_there sav"},
		"a budget, once":        {func(m int) []trouble { return when(m >= 60 && m < 700, spent) }, "60 budget_spent +33809400100"},
		"a budget, on two days": {func(m int) []trouble { return when(m >= 60 && m < 200 || m >= 600, spent) }, "60 budget_spent +33809400100, 600 budget_spent +33809400100"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAlarms()
			var got []string
			for m := range 800 {
				for _, n := range a.look(began.Add(time.Duration(m)*time.Minute), test.is(m)) {
					over := ""
					if n.Over {
						over = "over "
					}
					got = append(got, fmt.Sprintf("%d %s%s %s", m, over, n.Kind, n.About))
				}
			}
			if text := strings.Join(got, ", "); text != test.want {
				t.Errorf("got  %s\nwant %s", text, test.want)
			}
		})
	}
}

func when(is bool, t trouble) []trouble {
	if is {
		return []trouble{t}
	}
	return nil
}

func TestAlarmWords(t *testing.T) {
	now := time.Date(2026, 11, 28, 9, 7, 0, 0, time.UTC)
	n := news{trouble{nobodyThere, "sav\r\nBcc: x"}, now.Add(-7 * time.Minute), false}
	for lang, want := range map[tongue]string{
		"fr": "Durand : le service sav Bcc: x est ouvert et personne n'y répond|Le service sav Bcc: x est ouvert et personne n'y répond.\n\nDepuis 28/11/2026 10:00 (7 min).\n\nÀ faire : connectez quelqu'un : hotline agent login NOM.\n",
		"en": "Durand: service sav Bcc: x is open and nobody answers it|Service sav Bcc: x is open and nobody answers it.\n\nSince 28 Nov 2026 10:00 (7 min).\n\nTo do: log somebody in: hotline agent login NAME.\n",
	} {
		subject, text := n.words(lang, "Durand", now)
		if got := subject + "|" + text; got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestDeserted(t *testing.T) {
	rules, problems := config.ParseRules("rules.yaml", []byte(`version: 1
numbers:
  09 72 00 00 01: {service: sav}
  09 72 00 00 02: {service: horaires}
hours:
  bureau: {mon-fri: "09:00-12:00"}
services:
  sav: {hours: bureau, open: {menu: sav}, closed: [{play: ferme}, hangup]}
  horaires: {open: [{play: ferme}, hangup]}
menus:
  sav: {play: ferme, keys: {1: {queue: urgent}}, otherwise: {queue: sav}}
queues:
  sav: {agents: [marie], max_wait: 3m, on_max_wait: hangup}
  urgent: {agents: [paul], max_wait: 3m, on_max_wait: hangup}
agents: {marie: {phone: 101}, paul: {phone: 102}}
prompts: {ferme: {file: ferme.wav}}
`))
	if problems.Errors() {
		t.Fatal(problems)
	}
	open, closed := time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC), time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC) // a Friday, a Saturday
	for _, test := range []struct {
		at    time.Time
		paul  queue.AgentState
		want  string
		after string
	}{{open, queue.Ready, "[]", "ready"}, {open, queue.Talking, "[]", "talking"}, {open, queue.Paused, "[sav]", "in a pause"}, {open, queue.Offline, "[sav]", "logged out"}, {closed, queue.Offline, "[]", "closed"}} {
		agents := []routing.AgentNow{
			{AgentView: queue.AgentView{ID: "marie", State: queue.Offline, Queues: []string{"sav"}}},
			{AgentView: queue.AgentView{ID: "paul", State: test.paul, Queues: []string{"urgent"}}},
		}
		if got := fmt.Sprint(deserted(rules, agents, nil, test.at)); got != test.want {
			t.Errorf("%s: %s, want %s", test.after, got, test.want)
		}
	}
}
