package main

import (
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/config"
	"hotline/routing"
	"hotline/store"
	"hotline/web"
)

const closeRules = `version: 1
languages: [fr]
numbers:
  08 09 40 01 00: {service: sav}
  08 09 40 02 00: {service: ventes}
services:
  sav: {hours: bureau, open: {queue: sav}, closed: [{play: ferme}, hangup]}
  ventes: {purpose: pre_sales, open: {queue: sav}}
hours:
  bureau: {mon-sun: [00:00-24:00]}
queues:
  sav: {agents: [lea, marie], on_nobody: hangup}
agents:
  lea: {phone: 101, name: Léa Bernard}
  marie: {phone: 102}
prompts:
  ferme: Nous sommes fermés.
  panne: Une panne nous arrête.
`

// A service is closed while hotline runs and while it does not, stays so over a start and a change of the rules, and is opened again.
func TestCloseAndOpen(t *testing.T) {
	d := newOffice(t)
	d.write("rules.yaml", closeRules)
	d.ask(1, []string{"close", "sav"}, "hotline has never run")
	d.serve()
	d.ask(0, []string{"close", "sav", "--until", "2099-12-01 14:00", "--play", "panne", "-m", "the  workshop\nis wet"},
		"sav is closed until 2099-12-01 14:00. New callers hear panne, then the line hangs up.", "To open it again: hotline open sav")
	d.ask(1, []string{"status"}, "sav closed until 2099-12-01 14:00 (", ": the workshop is wet)")
	d.ask(0, []string{"close", "ventes"}, "ventes is closed until you open it again. New callers hear nothing, and the line hangs up: --play lets them hear a prompt.")
	d.ask(1, []string{"close", "sva"}, `no service "sva" in the rules in force. Did you mean sav?`)
	d.ask(1, []string{"close", "sav", "--play", "pane"}, `no prompt "pane" in the rules in force. Did you mean panne?`)
	d.ask(1, []string{"close", "sav", "--until", "2020-01-01 10:00"}, "is past: give a time to come")
	d.ask(1, []string{"close", "sav", "--until", "tomorrow"}, `write a time (14:00), or a day and a time`)
	d.ask(1, []string{"open", "vente"}, `Did you mean ventes?`)
	d.ask(0, []string{"open", "ventes"}, "ventes is open again.")
	d.ask(1, []string{"open", "ventes"}, "this service is not closed by hand. Nothing was changed.")
	d.stop()

	d.ask(1, []string{"status"}, "sav closed until 2099-12-01 14:00 (")
	d.ask(0, []string{"close", "ventes", "--play", "ferme"}, "hotline is not running: ventes will be closed from its next start, until you open it again.")
	d.ask(1, []string{"close", "vntes"}, `no service "vntes" in the rules in force. Did you mean ventes?`)
	d.serve()
	d.ask(1, []string{"status"}, "sav closed until", "ventes closed until you open it again")

	t.Setenv("LC_ALL", "fr_FR.UTF-8")
	d.ask(0, []string{"close", "sav", "--until", "2099-12-01 14:00"}, "sav est fermé jusqu'au 01/12/2099 14:00. Les nouveaux appels entendent ce que dit closed dans les règles.",
		"Pour rouvrir : hotline open sav")
	d.ask(1, []string{"close", "sva"}, "pas de service « sva » dans les règles en service. Vouliez-vous dire sav ?")
	d.ask(0, []string{"open", "sav"}, "sav est rouvert.")
	d.ask(1, []string{"open", "sav"}, "ce service n'est pas fermé à la main. Rien n'a changé.")
}

// What is written of a time is the next one that is like it, also in the nights in which clocks change.
func TestUntilWhen(t *testing.T) {
	const form = "2006-01-02 15:04 MST"
	for _, c := range []struct{ now, until, want string }{
		{"2026-11-28T10:00:00Z", "14:00", "2026-11-28 14:00 CET"},
		{"2026-11-28T13:00:00Z", "14:00", "2026-11-29 14:00 CET"}, // it is 14:00 now
		{"2026-11-28T10:00:00Z", "2026-12-01 09:00", "2026-12-01 09:00 CET"},
		{"2026-12-24T10:00:00Z", "2026-12-25 09:00", "2026-12-25 09:00 CET"}, // a holiday is a day
		{"2027-03-27T20:00:00Z", "02:30", "2027-03-28 03:00 CEST"},           // which no clock shows: when it is jumped over
		{"2027-03-27T20:00:00Z", "2027-03-28 02:30", "2027-03-28 03:00 CEST"},
		{"2027-03-28T01:00:00Z", "02:30", "2027-03-29 02:30 CEST"}, // just jumped over
		{"2026-10-24T20:00:00Z", "02:30", "2026-10-25 02:30 CEST"}, // which clocks show twice: the first time
		{"2026-10-25T00:40:00Z", "02:30", "2026-10-25 02:30 CET"},  // between the two
		{"2026-10-25T00:40:00Z", "2026-10-25 02:30", "2026-10-25 02:30 CET"},
		{"2026-10-25T01:40:00Z", "02:30", "2026-10-26 02:30 CET"},
		{"2026-10-24T20:00:00Z", "00:00", "2026-10-25 00:00 CEST"},
		{"2026-10-24T20:00:00Z", "03:00", "2026-10-25 03:00 CET"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		at, err := untilWhen(c.until, now)
		if got := config.Wall(at).Format(form); err != nil || got != c.want {
			t.Errorf("at %s until %s: %s, %v, want %s", c.now, c.until, got, err, c.want)
		}
	}
}

// Requests that are not as they should be change nothing, and are told why.
func TestClosuresOverHTTP(t *testing.T) {
	rules, problems := config.ParseRules("rules.yaml", []byte(closeRules))
	if rules == nil {
		t.Fatal(problems.Err())
	}
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "hotline.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	now := func() *config.Rules { return rules }
	log := slog.New(slog.DiscardHandler)
	shutters, err := routing.NewShutters(t.Context(), db, now, log)
	if err != nil {
		t.Fatal(err)
	}
	server := &web.Server{Closures: &closureDesk{shutters: shutters, rules: now}, Log: log}
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/v1/closures", "", 200, `"closures": []`},
		{"POST", "/v1/closures", "no JSON", 400, "bad-request"},
		{"POST", "/v1/closures", `{"service": "sav", "how": "now"}`, 400, "bad-request"},
		{"POST", "/v1/closures", `{"until": "2099-12-01T14:00:00Z"}`, 400, "bad-request"},
		{"POST", "/v1/closures", `{"service": "sav", "why": "` + strings.Repeat("x", 201) + `"}`, 400, "bad-request"},
		{"POST", "/v1/closures", `{"service": "sav", "until": "2020-12-01T14:00:00Z"}`, 422, "moment-past"},
		{"POST", "/v1/closures", `{"service": "<b>"}`, 404, "no-such-service"},
		{"POST", "/v1/closures", `{"service": "sav", "play": "pane"}`, 404, "Vouliez-vous dire panne ?"},
		{"DELETE", "/v1/closures/sav", "", 409, "not-closed"},
		{"DELETE", "/v1/closures/%3Cb%3E", "", 404, "no-such-service"},
		{"PUT", "/v1/closures", "{}", 405, "method-not-allowed"},
		{"GET", "/v1/closures/sav", "", 405, "method-not-allowed"},
		{"DELETE", "/v1/status", "", 405, "method-not-allowed"},
		{"GET", "/v1/closures", "", 200, `"closures": []`},
		{"POST", "/v1/closures", `{"service": "ventes", "who": "the boss"}`, 200, `"who": "unknown"`}, // who is not root is somebody else
		{"DELETE", "/v1/closures/ventes?who=the+boss", "", 200, `"open": true`},
	} {
		request := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		request.Header.Set("Accept-Language", "fr")
		answer := httptest.NewRecorder()
		server.Handler().ServeHTTP(answer, request)
		if got := answer.Body.String(); answer.Code != c.status || !strings.Contains(got, c.want) {
			t.Errorf("%s %s %.60s: %d, want %d with %q:\n%s", c.method, c.path, c.body, answer.Code, c.status, c.want, got)
		}
	}
}
