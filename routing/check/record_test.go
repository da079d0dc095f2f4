package check_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotline/config"
	"hotline/routing"
	"hotline/routing/check"
)

// What a real call left in its record becomes a test that passes under the rules it was made under, and reads back the same.
func TestRecorded(t *testing.T) {
	rules, book := load(t)
	answered := []routing.Leg{{Role: routing.Customer, Answered: at(t, "2026-11-24 10:00")}}
	for _, test := range []struct {
		name   string
		record routing.Record
		want   string
	}{
		{"a key, and a talk", routing.Record{Contact: routing.Contact{Number: "+33809400100", Service: "sav", Caller: "+33611111111"}, Lang: "fr", Legs: answered,
			Agent: "marie", Nodes: []string{"menu.sav", "menu.sav.1", "queue.sav", "talk"}},
			"call: {to: 08 09 40 01 00, from: 06 39 98 00 01, at: 2026-11-24 10:00, press: \"1\"}\n    expect: {queue: sav, caller_pays: normal_call}\n"},
		{"hidden, in English, all talk", routing.Record{Contact: routing.Contact{Number: "+33809400100", Service: "sav", Caller: "+33611111111", Hidden: true}, Lang: "en", Legs: answered,
			Nodes: []string{"menu.sav", "menu.sav.9", "menu.sav", "menu.sav.otherwise", "queue.sav", "queue.sav.on_max_wait", "queue.sav.on_max_wait+1"}},
			"call: {to: 08 09 40 01 00, at: 2026-11-24 10:00, press: \"9\", agents: busy}\n    expect: {queue: sav, says: occupe, language: en, caller_pays: normal_call}\n"},
		{"never answered", routing.Record{Contact: routing.Contact{Number: "+33892400300", Service: "conseil", Caller: "+33144444444"}, Lang: "fr",
			Nodes: []string{"queue.conseil", "queue.conseil.on_max_wait", "queue.conseil.on_max_wait+1"}, Legs: []routing.Leg{{Role: routing.Customer}}},
			"call: {to: 08 92 40 03 00, from: 01 99 00 00 01, at: 2026-11-24 10:00, agents: busy}\n    expect: {queue: conseil, says: occupe, caller_pays: nothing}\n"},
		{"nobody there", routing.Record{Contact: routing.Contact{Number: "+33805400200", Service: "ventes", Caller: "+3225550100"}, Lang: "fr", Legs: answered,
			Nodes: []string{"queue.ventes", "queue.ventes.on_nobody", "queue.ventes.on_nobody+1"}},
			"call: {to: 08 05 40 02 00, from: +44 20 7946 0001, at: 2026-11-24 10:00, agents: none}\n    expect: {queue: ventes, says: ferme, caller_pays: nothing}\n"},
	} {
		test.record.ID, test.record.Opened = "01J00000000000000000003F7K", at(t, "2026-11-24 10:00")
		made := check.Recorded(rules, book, test.record)
		text := check.YAML(made, 2)
		if d := cmp.Diff("  - name: \"2026-11-24 10:00, 3F7K\"\n    "+test.want, text); d != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, d)
		}
		again, problems := config.ParseRules("rules.yaml", []byte(company+"tests:\n"+text))
		if again == nil {
			t.Errorf("%s: %v", test.name, problems.Err())
			continue
		}
		result := check.Tests(again, book)[0]
		if !result.Passed() {
			t.Errorf("%s: the test does not pass: %v", test.name, result.Problems.Err())
		}
	}
}

// The way that Try finds is the one that a record of the same call has, so that every way of the rules can be recorded.
func TestRecordOfEveryWay(t *testing.T) {
	rules, book := load(t)
	router := routing.NewRouter(rules)
	for _, press := range []string{"", "1", "2", "91", "77", "9*1"} {
		for _, agents := range []string{config.AgentsFree, config.AgentsBusy, config.AgentsNone} {
			trial := routing.Trial{To: "+33809400100", At: at(t, "2026-11-24 10:00"), Press: press, Agents: agents, Book: book}
			path := router.Try(trial)
			record := routing.Record{Contact: routing.Contact{ID: "01J00000000000000000003F7K", Number: "+33809400100", Service: "sav", Hidden: true, Opened: trial.At},
				Lang: path.Lang, Nodes: path.Nodes, Legs: []routing.Leg{{Role: routing.Customer, Answered: trial.At}}}
			alone := *rules
			alone.Tests = []config.Test{check.Recorded(rules, book, record)}
			result := check.Tests(&alone, book)[0]
			if !result.Passed() || !slices.Equal(result.Path.Ways, path.Ways) {
				t.Errorf("press %q, agents %s: %s; by %v, recorded as by %v", press, agents, fmt.Sprint(result.Problems.Err()), path.Ways, result.Path.Ways)
			}
		}
	}
}

// TestRecordOfFlow makes tests of calls that branched and typed digits. Nothing that the caller typed is in them.
func TestRecordOfFlow(t *testing.T) {
	_, book := load(t)
	rules, problems := config.LoadRules("../../examples/dossiers.yaml")
	if rules == nil {
		t.Fatal(problems.Err())
	}
	router := routing.NewRouter(rules)
	for _, test := range rules.Tests {
		trial := routing.Trial{To: string(test.Call.To), From: test.Call.From, At: test.Call.At, Press: test.Call.Press, Agents: test.Call.Agents,
			Known: routing.Tried(test.Call.Known, test.Call.At), Book: book}
		path := router.Try(trial)
		made := check.Recorded(rules, book, routing.Record{Contact: routing.Contact{ID: "01J00000000000000000003F7K", Number: path.Line.Number, Service: "clients",
			Caller: trial.From, Hidden: trial.From == "", Opened: trial.At}, Lang: path.Lang, Nodes: path.Nodes})
		again := router.Try(routing.Trial{To: string(made.Call.To), From: made.Call.From, At: made.Call.At, Press: made.Call.Press, Agents: made.Call.Agents,
			Known: routing.Tried(made.Call.Known, made.Call.At), Book: book})
		if d := cmp.Diff(path.Ways, again.Ways); d != "" {
			t.Errorf("%s: %s (-was +recorded):\n%s", test.Name, check.YAML(made, 2), d)
		}
	}
}
