package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"hotline/number"
	"hotline/routing"
	"hotline/store"
)

// recorded is a database with a surcharged call, a grey one, a free one from a withheld number, one to a number whose
// price is not known, and one that nobody answered.
func recorded(t *testing.T) *store.DB {
	t.Helper()
	return record(t, priced(t))
}

func record(t *testing.T, db *store.DB) *store.DB {
	t.Helper()
	opened := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for i, c := range []struct {
		id             string
		called, caller number.Number
		name           string
		answered       bool
	}{
		{"01JD0000000000000000000SUR", "+33892400300", "+33612345678", "Léa \x1b[31m\u202eBernard", true},
		{"01JD0000000000000000000GRY", "+33809400100", "+442071234567", "", true},
		{"01JD000000000000000000FREE", "+33805400200", "", "", true},
		{"01JD00000000000000000000UN", "+33892701234", "+33612345678", "", true},
		{"01JD00000000000000000GIVEN", "+33892400300", "+33612345678", "", false},
	} {
		start := opened.Add(time.Duration(i) * time.Hour)
		leg := routing.Leg{ID: "leg-" + c.id, Call: c.id, Switch: "pbx", SwitchStart: opened, Role: routing.Customer, Created: start,
			Ended: start.Add(185 * time.Second), Cause: "caller"}
		record := routing.Record{Contact: routing.Contact{ID: c.id, Switch: "pbx", SwitchStart: opened, Service: "conseil", Number: c.called,
			Arrived: c.called.National(), Caller: c.caller, Hidden: c.caller == "", CallerName: c.name, RulesVersion: "15", Opened: start},
			Lang: "fr", Closed: leg.Ended, Cause: "caller", Queue: "conseil", Nodes: []string{"queue.conseil"}}
		if c.answered {
			leg.Answered = start.Add(2 * time.Second)
			record.Agent, record.Waited, record.Talked = "marie", 12*time.Second, 171*time.Second
			record.Nodes = append(record.Nodes, routing.TalkNode)
			record.Legs = []routing.Leg{{ID: "agent-" + c.id, Call: c.id, Switch: "pbx", SwitchStart: opened, Role: routing.AgentRole,
				Agent: "marie", Created: start.Add(5 * time.Second), Answered: start.Add(14 * time.Second), Ended: leg.Ended}}
		}
		record.Legs = append([]routing.Leg{leg}, record.Legs...)
		if err := db.Journal().Close(t.Context(), record); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

func TestCdrList(t *testing.T) {
	records, err := recorded(t).Records(t.Context(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for tongue, want := range map[tongue]string{
		"fr": `appel       client       numéro     service attnt parlé agent  paie€  nous€ id
24/11 14:00 0612345678   0892400300 conseil  0:00  0:00         0,00  0,000 IVEN
24/11 13:00 0612345678   0892701234 conseil  0:12  2:51 marie      ?      ? 00UN
24/11 12:00 masqué       0805400200 conseil  0:12  2:51 marie   0,00 -0,092 FREE
24/11 11:00 +4420712345… 0809400100 conseil  0:12  2:51 marie   0,00      ? 0GRY
24/11 10:00 0612345678   0892400300 conseil  0:12  2:51 marie   2,44  1,403 0SUR

5 appels. Les clients paient 2,44 € TTC, plus l'appel, et 1 inconnu (?).
Nous : 1,312 € HT, et 2 inconnus (?).
? n'est pas 0 : hotline cdr show ID dit ce qui manque, et quoi faire.
`,
		"en": `call        caller       number     service  wait  talk agent   pays     we id
24/11 14:00 0612345678   0892400300 conseil  0:00  0:00         0.00  0.000 IVEN
24/11 13:00 0612345678   0892701234 conseil  0:12  2:51 marie      ?      ? 00UN
24/11 12:00 withheld     0805400200 conseil  0:12  2:51 marie   0.00 -0.092 FREE
24/11 11:00 +4420712345… 0809400100 conseil  0:12  2:51 marie   0.00      ? 0GRY
24/11 10:00 0612345678   0892400300 conseil  0:12  2:51 marie   2.44  1.403 0SUR

5 calls. The callers pay EUR 2.44 incl. VAT, call apart, and 1 not known (?).
We: EUR 1.312 excl. VAT, and 2 not known (?).
? is not 0: hotline cdr show ID says what is missing, and what to do.
`,
	} {
		var out bytes.Buffer
		writeList(&out, tongue, records)
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("%s, -want +got:\n%s", tongue, diff)
		}
		for _, line := range strings.Split(out.String(), "\n") {
			if n := utf8.RuneCountInString(line); n > 80 {
				t.Errorf("%d columns: %s", n, line)
			}
		}
	}
}

func TestCdrShow(t *testing.T) {
	db := recorded(t)
	for id, want := range map[string][]string{
		"0SUR": {"Appel 01JD0000000000000000000SUR", "24/11/2026 10:00:00  06 12 34 56 78 appelle le 08 92 40 03 00", "Nom      Léa [31mBernard",
			"Chemin   file conseil, puis a parlé avec marie", "Attendu  0:12", "client     début 10:00:00.000 décroché 10:00:02.000 fin 10:03:05.000",
			"marie      début 10:00:05.000", "183 s x 0,80 €/min", "183 s, palier D080, règle second_up/half_up/6\n", "dont TVA 0,406667 €, prix depuis le 01/11/2026         rules.yaml l. 21", "Données  ",
			"prix d'un appel, fixé par son opérateur", "+1,403000 €", "2,44 €"},
		"0GRY": {"+44 20 7123 4567 appelle le 08 09 40 01 00", "contrat non renseigné                                      ?", "À faire : we_pay sous ce numéro"},
		"FREE": {"un numéro masqué appelle", "-0,091500 €", "Noté     origine inconnue, comptée comme un mobile"},
		"00UN": {"NON TARIFÉ : le prix de ce numéro n'est pas connu.", "ce n'est pas 0"},
		"IVEN": {"Jamais décroché : rien n'est facturé.", "décroché -"},
	} {
		record, err := db.Record(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		writeRecord(&out, "fr", record)
		for _, w := range want {
			if !strings.Contains(out.String(), w) {
				t.Errorf("%s: %q is missing in\n%s", id, w, out.String())
			}
		}
		for line := range strings.SplitSeq(out.String(), "\n") {
			if n := utf8.RuneCountInString(line); n > 80 {
				t.Errorf("%s: %d columns: %s", id, n, line)
			}
		}
		if strings.ContainsAny(out.String(), "\x1b\u202e") {
			t.Errorf("%s: a caller's name reaches the terminal as it is", id)
		}
	}
}

func TestCdrJSON(t *testing.T) {
	records, err := recorded(t).Records(t.Context(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := writeJSON(&out, records); err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	if err := json.Unmarshal(out.Bytes(), &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 5 {
		t.Fatalf("%d rows", len(rows))
	}
	if rows[4]["caller_pays_micro_euro"] != 2_440_000.0 || rows[4]["we_micro_euro"] != 1_403_000.0 {
		t.Errorf("surcharged: %v", rows[4])
	}
	if pays := rows[1]["caller_pays_micro_euro"]; pays != nil || rows[1]["unrated"] != "price_unknown" {
		t.Errorf("not rated: %v", rows[1])
	}
}

func TestCdrCommands(t *testing.T) {
	transcript(t, newDesk, "cdr", commandLines(`
cdr list --number 0892400300
cdr list --caller "+44 20 7123 4567" --from 2026-11-24 --to 2026-11-25
cdr list --from 2026-11-25
cdr list --from 2026-11-25 --to 2026-11-25
cdr list --number 08924
cdr export
cdr export --number 0892400300 --separator tab
cdr export --separator x
cdr rerate --dry-run
cdr rerate
tariff set 0892701234 "0.80 EUR/min" --from 2026-11-01 --payout "0.46 EUR/min"
tariff set 0892400300 "0.40 EUR/min" --from 2026-11-01 --to 2026-11-25 --correct
cdr rerate --number 0892701234 --from 2026-11-01 --dry-run
cdr rerate -m "grid entered late"
cdr rerate -m "again"
cdr show 0SUR
cdr show 00UN
tariff set 0892400300 "0.80 EUR/min" --from 2026-11-01 --to 2026-11-25 --correct
cdr rerate -m "it was right before"
cdr show 0SUR
cdr recount
cdr recount --mend`)...)
}

// Totals that are wrong are named, and put right only when that is asked for.
func TestCdrRecountOfWrongTotals(t *testing.T) {
	wrong := store.Recount{Calls: 5, Wrong: []string{"number +33892400300 on 20261124", "queue ven\x1btes on 20261124"}}
	for _, c := range []struct {
		tongue tongue
		r      store.Recount
		mended bool
		code   int
		want   string
	}{
		{"fr", wrong, false, 1, "Appels recomptés : 5. Totaux faux : 2.\n  numéro 08 92 40 03 00, le 24/11/2026\n  file ventes, le 24/11/2026\nÀ faire : hotline cdr recount --mend\n"},
		{"en", wrong, true, 0, "Calls counted anew: 5. Wrong totals: 2.\n  number 08 92 40 03 00, on 24 Nov 2026\n  queue ventes, on 24 Nov 2026\nPut right by the calls.\n"},
		{"en", store.Recount{Calls: 5, Charges: []string{"01A"}}, true, 1,
			"Calls counted anew: 5. Wrong totals: 0.\nCalls whose versions do not add up to the amount: 1. Do not correct them by hand, report them:\n  01A\n"},
	} {
		var out bytes.Buffer
		err := writeRecount(&out, c.tongue, c.r, c.mended)
		var exit *exitError
		if errors.As(err, &exit) != (c.code != 0) {
			t.Errorf("ends with %v, want exit code %d", err, c.code)
		}
		if diff := cmp.Diff(c.want, out.String()); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}
