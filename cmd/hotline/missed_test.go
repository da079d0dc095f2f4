package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/config"
	"hotline/number"
	"hotline/routing"
	"hotline/store"
)

// missedRules are those in force where calls are missed: whose numbers and phones are the company's own.
const missedRules = `version: 1
company: Essai
numbers:
  01 40 00 01 01: {service: sav}
services:
  sav: {open: {queue: sav}}
queues:
  sav: {agents: [marie, paul]}
agents:
  marie: {name: Marie, phone: 101}
  paul: {name: Paul, phone: 06 98 76 54 32}
`

// newMissedDesk is a company with callers who reached nobody, on a Saturday morning.
func newMissedDesk(t *testing.T) desk {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hotline.db")
	d := desk{path, pricedIn(t, path), time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)}
	source := config.Source{{Name: "rules.yaml", Data: []byte(missedRules)}}
	if _, problems := config.Parse(source); problems.Errors() {
		t.Fatal(problems)
	}
	if _, _, err := d.db.PutInForce(t.Context(), store.RulesVersion{At: d.now, Who: "serve", Source: source}, 0, nil); err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		caller, name, called, service, lang string
		daysAgo                             int
		lasted, waited, talked              time.Duration
		nodes, flags                        string
	}{
		{"+33612345678", "Léa \x1b[31m\u202eBernard", "+33809400100", "sav", "fr", 1, 3 * time.Minute, 2 * time.Minute, 0, "service.sav menu.sav queue.sav", ""},
		{"+33612345678", "", "+33809400100", "sav", "fr", 0, 12 * time.Second, 5 * time.Second, 0, "service.sav menu.sav queue.sav queue.sav.on_nobody", ""},
		{"+442071234567", "=cmd|'/c calc'!A1", "+33805400200", "service_apres_vente_nord", "en", 2, 40 * time.Second, 0, 0, "service.x.closed", ""},
		{"+33698765432", "Paul", "+33809400100", "sav", "fr", 0, time.Minute, time.Minute, 0, "queue.sav", ""}, // Paul tries it out
		{"+33140000101", "", "+33809400100", "sav", "fr", 0, time.Minute, time.Minute, 0, "queue.sav", ""},
		{"101", "", "+33809400100", "sav", "fr", 0, time.Minute, time.Minute, 0, "queue.sav", ""},
		{"+33155667788", "", "+33892701234", "", "", 0, time.Second, 0, 0, "", "number_unknown"},
		{"+33699887766", "Karim", "+33809400100", "sav", "fr", 3, 4 * time.Second, 0, 0, "service.sav menu.sav", ""},
		{"+33611223344", "", "+33809400100", "sav", "fr", 3, 4 * time.Minute, 4 * time.Minute, 0, "queue.sav queue.sav.on_max_wait", ""},
		{"+33611223344", "", "+33809400100", "sav", "fr", 2, 4 * time.Minute, time.Minute, 3 * time.Minute, "queue.sav talk", ""},
		{"+33644332211", "", "+33809400100", "sav", "fr", 3, 5 * time.Minute, 4 * time.Minute, 0, "queue.sav", "failed"},
		{"+33677889900", "", "+33809400100", "sav", "fr", 60, 5 * time.Minute, 4 * time.Minute, 0, "queue.sav", ""},
		{"", "", "+33809400100", "sav", "fr", 1, time.Minute, time.Minute, 0, "queue.sav", ""},
		{"", "", "+33809400100", "sav", "fr", 1, time.Minute, 0, 0, "service.sav", ""},
	} {
		opened := d.now.AddDate(0, 0, -c.daysAgo).Add(time.Duration(i-60) * time.Minute)
		id := "01JD00000000000000000000" + string(rune('A'+i))
		leg := routing.Leg{ID: "leg-" + id, Call: id, Switch: "pbx", SwitchStart: d.now.AddDate(0, 0, -90), Role: routing.Customer, Created: opened, Ended: opened.Add(c.lasted)}
		r := routing.Record{Contact: routing.Contact{ID: id, Switch: "pbx", SwitchStart: leg.SwitchStart, Service: c.service, Number: number.Number(c.called),
			Caller: number.Number(c.caller), Hidden: c.caller == "", CallerName: c.name, Opened: opened}, Legs: []routing.Leg{leg}, Lang: c.lang,
			Closed: leg.Ended, Waited: c.waited, Talked: c.talked, Nodes: strings.Fields(c.nodes), Flags: strings.Fields(c.flags)}
		if c.talked > 0 {
			r.Agent = "paul"
		}
		if err := d.db.Journal().Close(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	at := d.now.AddDate(0, 0, -2)
	if err := d.db.Settle(t.Context(), routing.Settled{Caller: "+33644332211", Began: at, Ended: at, Who: "lea", Note: "rappelé,\x1b[31m réglé"}); err != nil {
		t.Fatal(err)
	}
	back := routing.Contact{ID: "01JD0000000000000000000NOW", Switch: "pbx", SwitchStart: at, Service: "sav", Number: "+33809400100", Caller: "+442071234567", Opened: d.now}
	leg := routing.Leg{ID: "leg-now", Call: back.ID, Switch: "pbx", SwitchStart: at, Role: routing.Customer, Created: d.now}
	if err := d.db.Journal().Open(t.Context(), back, leg, routing.Place{Call: back.ID, Node: "queue.sav", Since: d.now, Seq: 1}); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestMissed(t *testing.T) {
	transcript(t, newMissedDesk, "missed", commandLines(`
missed --limit 50
missed --all
missed --limit 1
missed --since 2026-09-01
missed --since 2027-01-01
missed --json --all
missed --limit -1
missed --since yesterday
missed dnoe 0612345678
missed done
missed done 06123
missed done 0655555555
missed done 0611223344
missed done "06 12 34 56 78" --note "rappelée, rappellera lundi si cela ne marche toujours pas, voir le dossier"
missed done "06 12 34 56 78" --note "rappelée, \u202eva commander"
missed --limit 50
missed done +442071234567
missed done 06.99.88.77.66
missed --limit 50`)...)
}

// Who was taken off, by whom and why, stays written.
func TestMissedDoneIsKept(t *testing.T) {
	d := newMissedDesk(t)
	if out, code := d.run(t, "en", "missed", "done", "0612345678", "--note", "called back"); code != 0 {
		t.Fatal(out)
	}
	if out, code := d.run(t, "en", "missed", "done", "0612345678"); code != 1 || !strings.Contains(out, "is no longer to be called back: noted by "+who()+" on 28 Nov 2026 10:00: called back") {
		t.Errorf("exit %d: %s", code, out)
	}
	out, _ := d.run(t, "fr", "missed", "--json", "--all")
	var list missedJSON
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatal(err)
	}
	if u := list.Settled[0]; u.Caller != "+33612345678" || u.SettledBy != who() || u.SettledFor != "called back" || len(u.Calls) != 2 {
		t.Errorf("%+v", u)
	}
}

// status counts the same callers as the list shows, with serve or without.
func TestStatusCountsMissed(t *testing.T) {
	d := newMissedDesk(t)
	rules, err := rulesInForce(t.Context(), d.db)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := toCallBack(t.Context(), d.db, rules, d.now); err != nil || n != 3 {
		t.Errorf("%d to call back, %v; the list has 3", n, err)
	}
	folder := filepath.Dir(d.path)
	file := filepath.Join(folder, "hotline.yaml")
	text := "instance: essai\nrules: rules.yaml\ndatabase: " + d.path + "\ncontrol: " + filepath.Join(folder, "none.sock") +
		"\nswitches:\n  - {name: pbx, kind: asterisk, url: http://127.0.0.1:1, user: hotline, password: x, phone: \"PJSIP/{phone}\"}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, _ := d.run(t, "fr", "status", "--config", file); !strings.Contains(out, "\nÀ rappeler   3 (hotline missed)\n") {
		t.Error(out)
	}
}
