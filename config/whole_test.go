package config

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// whole loads the file that has the whole language in it.
func whole(t *testing.T) *Rules {
	t.Helper()
	rules, problems := LoadRules("testdata/whole/rules.yaml")
	if len(problems) != 1 || problems[0].Code != "W103" {
		t.Fatalf("%d problems: %v", len(problems), problems.Err())
	}
	return rules
}

// TestWholeLanguage holds what is read against what is written.
func TestWholeLanguage(t *testing.T) {
	rules := whole(t)
	at := func(text string) time.Time {
		moment, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return moment.UTC()
	}
	sav, ventes := rules.Queues["sav"], rules.Queues["ventes"]
	for name, pair := range map[string][2]any{
		"keep":          {rules.Keep, Keep{Recordings: 90 * aDay, Texts: aYear, Calls: aYear}},
		"texts":         {rules.Lines[4].Texts, true},
		"closure":       {*rules.Closures["inventaire"], Closure{Name: "inventaire", From: at("2027-01-03T23:00:00Z"), To: at("2027-01-05T23:00:00Z"), Play: "inventaire"}},
		"closed on":     {rules.Hours["bureau"].ClosedOn, []string{"inventaire"}},
		"special":       {rules.Hours["bureau"].Special, map[string][]Span{"2026-12-24": {{540, 960}}, "2026-12-31": nil}},
		"pauses":        {[]time.Duration{rules.Pauses["pause"].Limit, rules.Pauses["dejeuner"].Limit, rules.Pauses["formation"].Limit}, []time.Duration{15 * time.Minute, time.Hour, 0}},
		"callback":      {*rules.Callbacks["rappel"], Callback{Name: "rappel", Attempts: 3, Apart: 15 * time.Minute, Expires: 2 * aDay, Allow: []string{"fixed", "mobile"}, PerNumber: 3, PerDay: 200, SpendPerDay: 20_000_000, Slots: Slots{Hours: "bureau", Every: 15 * time.Minute, PerSlot: 3}}},
		"abroad":        {*rules.Callbacks["etranger"], Callback{Name: "etranger", Attempts: 2, Apart: 30 * time.Minute, Expires: aDay, Allow: []string{"fixed", "+32"}, PerNumber: 1, PerDay: 40, Slots: Slots{Every: 30 * time.Minute, PerSlot: 1}}},
		"voicemail":     {*rules.Voicemails["sav"], Voicemail{Name: "sav", Email: "sav@electro-durand.example", Max: 2 * time.Minute}},
		"text line":     {rules.TextLines["sav"].Words, map[string][]Step{"RAPPEL": {{Kind: OfferCallback, Name: "rappel"}}}},
		"survey":        {*rules.Surveys["satisfaction"], Survey{Name: "satisfaction", Questions: []Question{{ID: "note", Play: "question_note", Keys: "1-5"}}, LowScore: 2, Tell: "supervisor"}},
		"skills":        {rules.Agents["paul"].Skills, Skills{"panne": 2, "commande": 5}},
		"outside":       {[]string{rules.Agents["hugo"].Phone, rules.Agents["hugo"].Outside.String()}, []string{"", "+33612000006"}},
		"key 1":         {rules.Menus["sav"].Keys['1'], []Step{{Kind: ToQueue, Name: "sav", Skill: "panne"}}},
		"closed":        {rules.Services["sav"].Closed, []Step{{Kind: Play, Name: "ferme"}, {Kind: OfferCallback, Name: "rappel"}, {Kind: ToVoicemail, Name: "sav"}}},
		"transfer":      {rules.Services["conseil"].Closed[1], Step{Kind: ToTransfer, Name: "+33140000200", Transfer: &Transfer{Number: "+33140000200", Ring: 25 * time.Second, Show: ShowCompany, Max: 2 * time.Hour}}},
		"widening":      {[]time.Duration{sav.ExpertsFirst, sav.SkilledOnly, sav.OfferCallbackOver}, []time.Duration{45 * time.Second, 90 * time.Second, 90 * time.Second}},
		"queue survey":  {sav.Survey, "satisfaction"},
		"helpers":       {ventes.Helpers, Helpers{Agents: []string{"marie"}, After: 2 * time.Minute}},
		"same agent":    {ventes.SameAgent, SameAgent{Within: 30 * aDay, Wait: 20 * time.Second}},
		"test":          {rules.Tests[2], Test{Name: "panne un mardi matin", Call: TestCall{To: "+33809400100", From: "+33612345678", At: at("2026-11-24T09:00:00Z"), Press: "1", Agents: "free", Transfers: "taken"}, Expect: Expect{Queue: "sav", Skill: "panne", CallerPays: "normal_call"}}},
		"test's keys":   {rules.Tests[0].Call, TestCall{To: "+33140000101", At: at("2027-01-04T09:00:00Z"), Press: "007,*#", Agents: "free", Transfers: "taken"}},
		"test's expect": {rules.Tests[0].Expect, Expect{Closed: "inventaire", Says: "inventaire", Voicemail: "sav", Language: "fr", Ends: "voicemail"}},
		"test's agents": {[]string{rules.Tests[4].Call.Agents, rules.Tests[5].Call.Agents}, []string{"none", "busy"}},
	} {
		if diff := cmp.Diff(pair[1], pair[0], cmpopts.IgnoreTypes(Pos{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestNotYet names the words that no live call follows, with their lines.
func TestNotYet(t *testing.T) {
	got := map[string]string{}
	for _, n := range whole(t).NotYet() {
		if n.Instead.FR == "" || n.Instead.EN == "" {
			t.Errorf("nothing is said to happen in place of %s", n.Word)
		}
		got[n.Word+": "+n.Instead.EN] = Lines(n.At).EN
	}
	want := map[string]string{
		"keep: only voice messages are erased":                                "l. 9",
		"texts: texts are not taken":                                          "l. 25, 115",
		"offer_callback: the next step is taken":                              "l. 43, 88",
		"offer_callback: the call is hung up":                                 "l. 48",
		"offer_callback: the caller keeps the place and goes on waiting":      "l. 87",
		"offer_callback: the caller keeps the place and waits, without limit": "l. 98, 99",
		"skill: the whole queue is asked":                                     "l. 61, 62",
		"phone: a phone outside the office does not ring":                     "l. 74",
		"pauses: no pause has a limit":                                        "l. 75",
		"experts_first: the whole queue is asked":                             "l. 82",
		"skilled_only: the whole queue is asked":                              "l. 83",
		"offer_callback_over: nothing is offered during the wait":             "l. 85, 96",
		"helpers: helpers are not asked":                                      "l. 92",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
