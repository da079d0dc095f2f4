package main

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"hotline/web"
)

// smallCompany is a morning in a company of four, with a switch that is away.
func smallCompany() statusPage {
	at := time.Date(2026, 11, 24, 9, 42, 7, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return at.Add(-d) }
	return statusPage{at: at, Status: web.Status{
		At: at,
		Facts: web.Facts{
			Program: web.Program{Version: "v1.2.0", Started: ago(76 * time.Hour)},
			Rules:   web.Rules{File: "/etc/hotline/rules.yaml", Version: "28e5183c2589", OnDisk: "other", Loaded: ago(76 * time.Hour)},
			Switches: []web.Switch{
				{Name: "asterisk", Kind: "asterisk", Connected: true, Since: ago(76 * time.Hour), Version: "22.10.1+dfsg+~cs6.17"},
				{Name: "annexe", Kind: "freeswitch", At: "192.0.2.7:8021", Since: ago(11 * time.Minute), Why: web.NoListener},
			},
			Log:      web.Log{Warning: &web.Entry{At: ago(11 * time.Minute), Text: "switch not connected, switch annexe, err dial tcp 192.0.2.7:8021: connect: connection refused"}},
			Disk:     web.Disk{Folder: "/var/lib/hotline", Free: 12_345_678_901},
			Database: web.Database{File: "/var/lib/hotline/hotline.db", Bytes: 4_100_000}, Missed: 3,
		},
		Attention: []web.Attention{{Code: web.SwitchDown, About: "annexe"}, {Code: web.RulesChanged}},
		Calls:     web.Calls{Total: 3, Talking: 1, Waiting: 1, Other: 1},
		Queues: []web.Queue{
			{Name: "conseil", Present: 1, Free: 1}, {Name: "sav", Waiting: 1, Oldest: ago(41 * time.Second), Talking: 1, Present: 1}, {Name: "ventes"},
		},
		Agents: []web.Agent{
			{ID: "marie", Name: "Marie Dupont", State: "talking", Since: ago(161 * time.Second), After: "paused", Reason: "déjeuner"},
			{ID: "paul", Name: "Paul Martin", State: "paused", Since: ago(730 * time.Second), Reason: "réunion"},
			{ID: "lea", Name: "Léa Bernard", State: "unavailable", Since: ago(4 * time.Hour), Reason: "not registered"},
			{ID: "karim", Name: "Karim Haddad", State: "ready", Since: ago(12 * time.Second)},
		},
	}}
}

func TestStatusPrint(t *testing.T) {
	for lang, want := range map[tongue]string{"fr": `hotline marche depuis 3 j 4 h                             24/11/2026 10:42:07
  ok  asterisk, Asterisk 22.10.1 : connecté depuis 3 j 4 h
  NON annexe, FreeSWITCH : pas connecté depuis 11 min. Personne n'écoute à
      192.0.2.7:8021.

3 appels en cours : 1 en ligne, 1 en attente, 1 à l'accueil ou au menu
  file     attendent  depuis  libres  occupés
  sav              1    0:41       0        1
  conseil          0       -       1        0
  ventes           0       -       0        0  personne n'y répond

4 personnes
  libre                  Karim Haddad 0:12
  en ligne               Marie Dupont 2:41 puis pause
  pause                  Paul Martin 12:10 (réunion)
  téléphone injoignable  Léa Bernard 4 h 00 (pas enregistré)

Dernier avertissement (il y a 11 min) : switch not connected, switch annexe,
  err dial tcp 192.0.2.7:8021: connect: connection refused
À rappeler   3 (hotline missed)
Disque       12,3 Go libres ; base de données 4,1 Mo
Programme    hotline v1.2.0
Règles       rules.yaml version 28e5183c2589, en service depuis 3 j 4 h

À voir :
  - annexe n'est pas connecté : hotline doctor dit quoi faire
  - rules.yaml a changé et n'est pas encore en service : hotline check, puis
    hotline apply -m "pourquoi"
`, "en": `hotline has been running for 3 d 4 h                      24/11/2026 10:42:07
  ok  asterisk, Asterisk 22.10.1: connected for 3 d 4 h
  NO  annexe, FreeSWITCH: not connected for 11 min. Nobody listens at
      192.0.2.7:8021.

3 calls now: 1 talking, 1 waiting, 1 in a menu or hearing a message
  queue    waiting  longest  free  busy
  sav            1     0:41     0     1
  conseil        0        -     1     0
  ventes         0        -     0     0  nobody answers it

4 agents
  free                   Karim Haddad 0:12
  talking                Marie Dupont 2:41 then a pause
  pause                  Paul Martin 12:10 (réunion)
  phone not reachable    Léa Bernard 4 h 00 (not registered)

Last warning (11 min ago): switch not connected, switch annexe, err dial tcp
  192.0.2.7:8021: connect: connection refused
To call back 3 (hotline missed)
Disk         12.3 GB free; database 4.1 MB
Program      hotline v1.2.0
Rules        rules.yaml version 28e5183c2589, in force for 3 d 4 h

To see to:
  - annexe is not connected: hotline doctor says what to do
  - rules.yaml has changed and is not in force yet: hotline check, then hotline
    apply -m "why"
`} {
		var out bytes.Buffer
		if err := smallCompany().write(&out, lang, false); err != nil {
			t.Fatal(err)
		}
		got := strings.ReplaceAll(out.String(), "\u00a0", " ")
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", lang, d)
		}
		for line := range strings.Lines(got) {
			if utf8.RuneCountInString(line) > 81 {
				t.Errorf("%s: wider than 80 columns: %q", lang, line)
			}
		}
	}
}

// A quiet day of a small company fits on a screen of 24 lines.
func TestStatusFitsAScreen(t *testing.T) {
	page := smallCompany()
	page.OK, page.Attention, page.Switches, page.Log = true, nil, page.Switches[:1], web.Log{}
	var out bytes.Buffer
	page.print(&out, "fr")
	if lines := strings.Count(out.String(), "\n"); lines > 23 || !strings.HasSuffix(out.String(), "Tout va bien.\n") {
		t.Errorf("%d lines:\n%s", lines, out.String())
	}
}

func TestMemory(t *testing.T) {
	var out bytes.Buffer
	m := newMemory(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelError}))
	log := slog.New(m)
	log.Info("calls taken over")
	if l := m.last.log(); l.Error != nil || l.Warning != nil {
		t.Errorf("%+v", l)
	}
	log.With("switch", "pbx").Warn("switch not connected", "err", errors.New("refused"))
	log.With("call", "01A").Error("record not written", "err", errors.New("disk full"))
	log.Warn("phone not rung", "agent", "marie")
	l := m.last.log()
	if l.Error == nil || l.Error.Text != "record not written, call 01A, err disk full" || l.Error.At.IsZero() {
		t.Errorf("error %+v", l.Error)
	}
	if l.Warning == nil || l.Warning.Text != "phone not rung, agent marie" {
		t.Errorf("warning %+v", l.Warning)
	}
	if text := out.String(); strings.Contains(text, "phone not rung") || !strings.Contains(text, "record not written") {
		t.Errorf("the log does not keep to its level:\n%s", text)
	}
}

func TestFindAgent(t *testing.T) {
	agents := smallCompany().Agents
	agents = append(agents, web.Agent{ID: "a1", Name: "Marc Petit", Phone: "201"}, web.Agent{ID: "a12", Name: "Zoé Petit", Phone: "202"})
	for word, want := range map[string]string{
		"lea": "lea", "LÉA": "lea", "Léa Bernard": "lea", "bern": "lea", "kar": "karim", "201": "a1", "a1": "a1", "zoe": "a12",
		"mar":   `"mar" may be several people: marie, paul, a1. Write one of these names.`,
		"petit": `"petit" may be several people: a1, a12. Write one of these names.`,
		"karin": `nobody is called "karin" in the rules in force. Did you mean karim?`,
		"":      `nobody is called "" in the rules in force. The list: hotline agent list`,
		"xyz":   `nobody is called "xyz" in the rules in force. The list: hotline agent list`,
	} {
		a, err := findAgent(agents, word)
		if got := a.ID; err != nil && err.Error() != want || err == nil && got != want {
			t.Errorf("%q: %q, %v; want %q", word, got, err, want)
		}
	}
}

// TestWhere says in words where calls are.
func TestWhere(t *testing.T) {
	at := time.Date(2026, 11, 24, 9, 42, 7, 0, time.UTC)
	list := web.CallList{At: at, Calls: []web.Call{
		{ID: "01A7K3Q", Caller: "+33612345678", CallerName: "Léa \x1b[31m\u202eBernard", Number: "+33809400100", Opened: at.Add(-3 * time.Minute), Agent: "marie", TalkFrom: at.Add(-70 * time.Second), Where: web.Where{Kind: "talk"}},
		{ID: "01A7K3R", Hidden: true, Number: "+33809400100", Opened: at.Add(-time.Minute), Arrival: at.Add(-41 * time.Second), Position: 2, Where: web.Where{Kind: "queue", Name: "sav"}},
		{ID: "01A7K3S", Number: "+33809400100", Opened: at.Add(-time.Minute), Arrival: at.Add(-41 * time.Second), Position: 1, Ringing: []string{"marie", "x"}, Where: web.Where{Kind: "queue", Name: "sav"}},
		{ID: "01A7K3T", Caller: "+33612345678", Number: "+33809400100", Opened: at.Add(-9 * time.Second), Where: web.Where{Kind: "menu", Name: "sav", Since: at.Add(-8 * time.Second)}},
	}}
	var out bytes.Buffer
	printCalls(&out, "fr", list, map[string]string{"marie": "Marie Dupont"})
	want := `id    client      numéro      depuis  où
7K3Q  0612345678  0809400100    3:00  en ligne avec Marie Dupont 1:10
      Léa [31mBernard
7K3R  masqué      0809400100    1:00  file sav 0:41, place 2
7K3S  inconnu     0809400100    1:00  file sav 0:41, sonne chez Marie Dupont …
7K3T  0612345678  0809400100    0:09  menu sav 0:08
`
	if d := cmp.Diff(want, out.String()); d != "" {
		t.Error(d)
	}
}
