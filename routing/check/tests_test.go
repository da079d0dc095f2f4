package check_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/billing"
	"hotline/config"
	"hotline/number"
	"hotline/routing/check"
)

const company = `version: 1
languages: [fr, en]
numbers:
  08 09 40 01 00: {service: sav}
  08 05 40 02 00: {service: ventes}
  08 92 40 03 00: {service: conseil, price: 0.80 EUR/min}
hours:
  bureau:
    mon-fri: [09:00-12:30, 13:30-18:30]
    closed_on: [holidays_fr]
services:
  sav: {hours: bureau, open: {menu: sav}, closed: [{play: ferme}, hangup]}
  ventes:
    hours: bureau
    open: {queue: ventes}
    closed: [{play: ferme}, hangup]
  conseil: {answer: on_agent, open: {queue: conseil}}
menus:
  sav:
    play: [bienvenue]
    keys:
      1: {queue: sav}
      2: {queue: ventes}
      9: [{language: en}, {menu: sav}]
    otherwise: {queue: sav}
agents:
  marie: {phone: 101}
  paul: {phone: 102}
queues:
  sav: {agents: [marie, paul], max_wait: 3m, on_max_wait: [{play: occupe}, hangup]}
  ventes:
    agents: [paul, marie]
    on_nobody: [{play: ferme}, hangup]
  conseil: {agents: [marie], max_wait: 45s, on_max_wait: [{play: occupe}, hangup]}
prompts:
  bienvenue: {fr: Bonjour, en: Hello}
  ferme: {fr: Fermé, en: Closed}
  occupe: {fr: Occupé, en: Busy}
`

func load(t *testing.T) (*config.Rules, *billing.Book) {
	t.Helper()
	rules, problems := config.ParseRules("rules.yaml", []byte(company))
	if problems.Errors() {
		t.Fatal(problems.Err())
	}
	data, version, err := billing.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	price, step, err := billing.ParseServicePrice("0.80 EUR/min", "")
	if err != nil {
		t.Fatal(err)
	}
	own := []billing.Own{{Number: "+33892400300", Price: []billing.Dated[billing.NumberPrice]{{Value: billing.NumberPrice{Price: price, Step: step}}}}}
	data, wrong := data.SetPrices(own, billing.Reform(), true)
	if err := billing.Errors(wrong); err != nil {
		t.Fatal(err)
	}
	book, err := billing.NewBook(data, version)
	if err != nil {
		t.Fatal(err)
	}
	return rules, book
}

func at(t *testing.T, text string) time.Time {
	t.Helper()
	moment, err := billing.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

// What the tests of a file can expect, met and not met.
func TestTests(t *testing.T) {
	rules, book := load(t)
	const sav, ventes, conseil = number.Number("+33809400100"), number.Number("+33805400200"), number.Number("+33892400300")
	for _, test := range []struct {
		name   string
		call   config.TestCall
		expect config.Expect
		want   string // the titles of its problems
	}{
		{"a key", config.TestCall{To: sav, Press: "1"}, config.Expect{Queue: "sav", Menu: "sav", CallerPays: "normal_call", Ends: "queue"}, ""},
		{"another queue", config.TestCall{To: sav, Press: "2"}, config.Expect{Queue: "sav", Skill: "panne"},
			`E901 test "another queue": queue expected: sav; came: ventes`},
		{"no key", config.TestCall{To: sav}, config.Expect{Queue: "sav", Says: "bienvenue"}, ""},
		{"wrong keys, then a right one", config.TestCall{To: sav, Press: "72"}, config.Expect{Queue: "ventes"}, ""},
		{"too many wrong keys", config.TestCall{To: sav, Press: "782"}, config.Expect{Queue: "ventes"},
			`E901 test "too many wrong keys": queue expected: ventes; came: sav`},
		{"in English", config.TestCall{To: sav, Press: "91"}, config.Expect{Language: "en", Queue: "sav"}, ""},
		{"not in English", config.TestCall{To: sav, Press: "1"}, config.Expect{Language: "en"},
			`E907 test "not in English": language expected: en; came: fr`},
		{"round and round", config.TestCall{To: sav, Press: strings.Repeat("9", 300)}, config.Expect{Ends: "circles"}, ""},
		{"all talk", config.TestCall{To: sav, Press: "1", Agents: "busy"}, config.Expect{Says: "occupe", Ends: "hangup"}, ""},
		{"Christmas", config.TestCall{To: ventes, At: at(t, "2026-12-25 10:00")}, config.Expect{Closed: "holidays_fr", Ends: "closed", CallerPays: "nothing"}, ""},
		{"the evening", config.TestCall{To: ventes, At: at(t, "2026-11-24 20:00")}, config.Expect{Closed: "holidays_fr"},
			`E904 test "the evening": closed expected: holidays_fr; came: hours`},
		{"open", config.TestCall{To: ventes}, config.Expect{Closed: "hours"}, `E904 test "open": closed expected: hours; came: open`},
		{"nobody", config.TestCall{To: ventes, Agents: "none"}, config.Expect{Says: "ferme", Offered: "rappel", Voicemail: "sav"},
			`E905 test "nobody": offered expected: rappel; came: nothing`},
		{"not answered, so not paid", config.TestCall{To: conseil, Agents: "busy"}, config.Expect{Says: "occupe", CallerPays: "nothing"}, ""},
		{"answered, so paid", config.TestCall{To: conseil}, config.Expect{CallerPays: "0.80 EUR/min"}, ""},
		{"paid otherwise", config.TestCall{To: conseil}, config.Expect{CallerPays: "nothing", Ends: "hangup"},
			`E908 test "paid otherwise": ends expected: hangup; came: queue`},
		{"paid, and not told", config.TestCall{To: conseil}, config.Expect{CallerPays: "nothing"},
			`E909 test "paid, and not told": caller_pays expected: nothing; came: 0.80 EUR/min`},
		{"not ours", config.TestCall{To: "+33809400199"}, config.Expect{Queue: "sav"}, `E900 test "not ours": 08 09 40 01 99 is not in numbers`},
	} {
		if test.call.At.IsZero() {
			test.call.At = at(t, "2026-11-24 10:00")
		}
		rules.Tests = []config.Test{{Name: test.name, Call: test.call, Expect: test.expect}}
		var got []string
		for _, p := range check.Tests(rules, book)[0].Problems {
			got = append(got, p.Code+" "+p.Title.EN)
		}
		if d := cmp.Diff(test.want, strings.Join(got, "|")); d != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, d)
		}
	}
}

// A test that fails says where, what the call did, and how to see it step by step.
func TestProblemOfATest(t *testing.T) {
	rules, book := load(t)
	rules, problems := config.ParseRules("rules.yaml", append(rules.Source[0].Data, "tests:\n  - name: panne\n"+
		"    call: {to: 08 09 40 01 00, from: 06 12 34 56 78, at: 2026-11-24 10:00, press: 1, agents: busy}\n    expect: {closed: hours, queue: ventes}\n"...))
	if problems.Errors() {
		t.Fatal(problems.Err())
	}
	var out strings.Builder
	if err := check.Tests(rules, book)[0].Problems[:1].Print(&out, "fr"); err != nil {
		t.Fatal(err)
	}
	want := `rules.yaml:42:36  E901  essai « panne » : queue attendu : ventes ; obtenu : sav
  42 |     expect: {closed: hours, queue: ventes}
     |                                    ^^^^^^
  L'appel : service sav, ouvert, menu sav, touche 1, file sav, on_max_wait,
  raccroché.
  À faire : corrigez la règle, ou l'essai si la règle est bonne. Pas à pas :
  hotline route 0809400100 --from 0612345678 --at "2026-11-24 10:00" --press "1"
  --agents busy
`
	if d := cmp.Diff(want, strings.ReplaceAll(out.String(), "\u00a0", " ")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// A call of before the tables know a price costs what the file says.
func TestPriceOfThePast(t *testing.T) {
	rules, _ := load(t)
	data, version, err := billing.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	book, err := billing.NewBook(data, version)
	if err != nil {
		t.Fatal(err)
	}
	call := config.TestCall{To: "+33892400300", At: at(t, "2026-11-24 10:00")}
	rules.Tests = []config.Test{{Name: "a", Call: call, Expect: config.Expect{CallerPays: "0.80 EUR/min"}}, {Name: "b", Call: call, Expect: config.Expect{CallerPays: "nothing"}}}
	results := check.Tests(rules, book)
	if !results[0].Passed() || results[1].Passed() || !strings.HasSuffix(results[1].Problems[0].Title.EN, "came: 0.80 EUR/min") {
		t.Errorf("%v, %v", results[0].Problems, results[1].Problems)
	}
}

func TestCover(t *testing.T) {
	rules, book := load(t)
	rules.Tests = []config.Test{
		{Call: config.TestCall{To: "+33809400100", At: at(t, "2026-11-24 10:00"), Press: "1"}},
		{Call: config.TestCall{To: "+33805400200", At: at(t, "2026-12-25 10:00")}},
	}
	c := check.Cover(rules, check.Tests(rules, book))
	var got []string
	for _, g := range c.Never {
		got = append(got, g.Lines()+" "+g.What.FR)
	}
	want := []string{
		"l. 12 sav, fermé", "l. 15 ventes, ouvert", "l. 17 conseil, ouvert", "l. 23-24 menu sav, touches 2 et 9",
		"l. 25 menu sav, rien ou une mauvaise touche", "l. 30 file sav, attente trop longue",
		"l. 33 file ventes, personne de connecté", "l. 34 file conseil, attente trop longue",
	}
	if d := cmp.Diff(want, got); d != "" || c.Tried != 3 || c.All != 12 {
		t.Errorf("%d of %d (-want +got):\n%s", c.Tried, c.All, d)
	}
}
