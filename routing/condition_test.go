package routing

import (
	"strings"
	"testing"
	"time"

	"hotline/config"
	"hotline/number"
)

// branching are rules with one condition.
func branching(t *testing.T, condition string) *Router {
	t.Helper()
	rules, problems := config.ParseRules("rules.yaml", []byte(`version: 1
languages: [fr, en]
numbers:
  08 09 40 01 00: {service: sav}
  08 05 40 02 00: {service: sav}
hours:
  bureau: {mon-fri: [09:00-18:00], closed_on: [holidays_fr]}
services:
  sav:
    purpose: after_sales
    open:
      - set: {tri: panne}
      - branch:
          - if: `+condition+`
            then: {queue: sav}
          - else: hangup
queues:
  sav: {agents: [marie], on_nobody: hangup}
agents:
  marie: {name: Marie Dupont, phone: 101}
`))
	if problems.Errors() {
		t.Fatal(problems.Err())
	}
	return NewRouter(rules)
}

// TestConditions tries each condition by what makes it hold, and by what does not.
func TestConditions(t *testing.T) {
	monday := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	vip := Known{Contact: true, Groups: []string{"pro", "vip"}}
	for _, c := range []struct {
		condition   string
		holds, fail []Trial
	}{
		{"{hours: bureau}", []Trial{{At: monday}, {At: monday.Add(7 * time.Hour)}}, []Trial{{At: monday.Add(8 * time.Hour)}, {At: monday.AddDate(0, 0, -1)}, {At: time.Date(2026, 12, 25, 9, 0, 0, 0, time.UTC)}}},
		{"{language: en}", []Trial{{Known: Known{Language: "en"}}}, []Trial{{}, {Known: Known{Language: "de"}}}},
		{"{language: [fr, en]}", []Trial{{}, {Known: Known{Language: "en"}}}, nil},
		{"{known: true}", []Trial{{Known: vip}}, []Trial{{}, {Known: Known{Calls: 9}}}},
		{"{known: false}", []Trial{{}, {Known: Known{Calls: 9}}}, []Trial{{Known: vip}}},
		{"{group: vip}", []Trial{{Known: vip}}, []Trial{{}, {Known: Known{Contact: true, Groups: []string{"pro"}}}}},
		{"{group: [or, pro]}", []Trial{{Known: vip}}, []Trial{{Known: Known{Contact: true, Groups: []string{"argent"}}}}},
		{"{calls: 3}", []Trial{{Known: Known{Calls: 3}}}, []Trial{{}, {Known: Known{Calls: 2}}}},
		{"{missed: true}", []Trial{{Known: Known{Missed: true}}}, []Trial{{}}},
		{"{missed: false}", []Trial{{}}, []Trial{{Known: Known{Missed: true}}}},
		{"{talked_within: 2h}", []Trial{{Known: Known{Talked: monday.Add(-2 * time.Hour)}}}, []Trial{{}, {Known: Known{Talked: monday.Add(-3 * time.Hour)}}}},
		{"{from: mobile}", []Trial{{From: "+33612345678"}, {From: "+262692123456"}}, []Trial{{}, {From: "+33140000001"}, {From: "+447700900123"}}},
		{"{from: fixed}", []Trial{{From: "+33140000001"}, {From: "+33939000001"}}, []Trial{{From: "+33612345678"}}},
		{"{from: withheld}", []Trial{{}}, []Trial{{From: "+33612345678"}}},
		{"{from: [abroad, surcharged]}", []Trial{{From: "+442079460000"}, {From: "+33899123456"}, {From: "3635"}}, []Trial{{}, {From: "+33800123456"}, {From: "3008"}, {From: "112"}}},
		{`{from: ["01 40", "+32", 06 12 34 56 78]}`, []Trial{{From: "+33140000001"}, {From: "+3225551234"}, {From: "+33612345678"}}, []Trial{{}, {From: "+33141000001"}, {From: "+33612345679"}}},
		{"{to: free}", []Trial{{To: "0805400200"}}, []Trial{{To: "0809400100"}}},
		{"{to: [normal]}", []Trial{{To: "0809400100"}}, []Trial{{To: "0805400200"}}},
		{"{to: 08 05 40 02 00}", []Trial{{To: "0805400200"}}, []Trial{{To: "0809400100"}}},
		{"{value: {tri: [panne, autre]}}", []Trial{{}}, nil},
		{"{value: {tri: autre}}", nil, []Trial{{}}},
		{"{group: vip, calls: 2, from: mobile}", []Trial{{From: "+33612345678", Known: Known{Contact: true, Groups: []string{"vip"}, Calls: 2}}},
			[]Trial{{From: "+33612345678", Known: vip}, {Known: Known{Contact: true, Groups: []string{"vip"}, Calls: 2}}}},
	} {
		r := branching(t, c.condition)
		try := func(trials []Trial, want bool) {
			for _, trial := range trials {
				if trial.To == "" {
					trial.To = "0809400100"
				}
				if trial.At.IsZero() {
					trial.At = monday
				}
				if p := r.Try(trial); p.Reached(Queues, "sav") != want {
					t.Errorf("%s: %v for %+v", c.condition, !want, trial)
				}
			}
		}
		try(c.holds, true)
		try(c.fail, false)
	}
}

// TestValues keeps what callers and others say within limits, and out of the way of the program that speaks.
func TestValues(t *testing.T) {
	var k kept
	for i := range 40 {
		k.put(strings.Repeat("x", i+1), "1")
	}
	if len(k.Values) != maxValues || !k.has("too_many_values") {
		t.Errorf("%d values, flags %v", len(k.Values), k.Flags)
	}
	k.put("x", "  a\x00b\n\tc\u202e"+strings.Repeat("é", 500))
	if got := []rune(k.Values["x"]); len(got) != maxValue || !strings.HasPrefix(string(got), "ab cé") {
		t.Errorf("kept %q", k.Values["x"])
	}
	for value, want := range map[string]string{
		"0612345678":        "zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit",
		"0612":              "zéro six un deux",
		"12345678":          "un deux trois, quatre cinq six, sept huit",
		"--voice=x Durand":  "voice x Durand",
		"[[h@'l@U]] <a>{b}": "h@'l@U a b",
		"80 €, l'été":       "80 €, l'été",
	} {
		if got := speakable("fr", value); got != want {
			t.Errorf("%q is spoken as %q, not %q", value, got, want)
		}
	}
}

// TestFilled fills values into a text in both languages.
func TestFilled(t *testing.T) {
	r := branching(t, "{known: true}")
	r.rules.Company = "Électro Durand"
	k := kept{Known: Known{Name: "Zoé", Agent: "marie"}, Values: map[string]string{"dossier": "12"}}
	c := Contact{Caller: number.Number("+33612345678"), Number: "+33809400100"}
	for _, x := range [][3]string{
		{"fr", "Bonjour {name}, dossier {dossier}, {agent}, {inconnu}.", "Bonjour Zoé, dossier un deux, Marie Dupont,."},
		{"en", "{company}: { caller } called {number}.", "Électro Durand: zero six, one two, three four, five six, seven eight called zero eight, zero nine, four zero, zero one, zero zero."},
	} {
		if got := r.filled(x[1], aloud(x[0]), &k, c); got != x[2] {
			t.Errorf("%q, not %q", got, x[2])
		}
	}
	if got := r.filled("{name}, bonjour.", aloud("fr"), &kept{}, Contact{}); got != ", bonjour." {
		t.Errorf("%q", got)
	}
}
