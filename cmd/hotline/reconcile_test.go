package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/billing"
	"hotline/config"
	"hotline/number"
	"hotline/routing"
	"hotline/store"
)

// A dialled call is one call of the month that statements are about.
type dialled struct {
	begun    string // Paris time
	rang     int64  // seconds until the answer, or until the end when there was none
	lasted   int64  // seconds from the answer; -1 for none
	caller   number.Number
	answered time.Time
}

// november is calls to 0805 400 200, from fixed lines (0.01 EUR/min, 0.02 from 16 November on) and mobiles (0.03 EUR/min).
func november() []dialled {
	const fixed, mobile = "+33145678902", "+33612345678"
	return []dialled{
		{begun: "2026-10-31 23:59:50", rang: 20, lasted: 45, caller: fixed},  // arrived in October, answered in November, in Paris
		{begun: "2026-11-01 00:30:00", rang: 5, lasted: 125, caller: mobile}, // still October in UTC
		{begun: "2026-11-03 09:00:00", rang: 3, lasted: 61, caller: fixed},
		{begun: "2026-11-05 10:00:00", rang: 8, lasted: 17, caller: mobile},
		{begun: "2026-11-10 11:00:00", rang: 30, lasted: -1, caller: fixed}, // nobody was there
		{begun: "2026-11-12 12:00:00", rang: 4, lasted: 0, caller: mobile},
		{begun: "2026-11-17 12:00:00", rang: 6, lasted: 301, caller: fixed},
		{begun: "2026-11-20 12:00:00", rang: 7, lasted: 59, caller: mobile},
		{begun: "2026-11-30 23:59:00", rang: 9, lasted: 240, caller: mobile}, // ends in December
		{begun: "2026-12-01 00:00:30", rang: 1, lasted: 60, caller: fixed},   // December
	}
}

// statementDesk has these calls.
func statementDesk(t *testing.T) desk {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hotline.db")
	db, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	rules := &config.Rules{Lines: []config.Line{{Number: "+33805400200", WePay: config.WePay{
		FromFixed: config.Prices{{Text: "0.01 EUR/min"}, {From: changed(), Text: "0.02 EUR/min"}}, FromMobile: said("0.03 EUR/min")}},
		{Number: "+33809400100"}, {Number: "+33892400300", Price: said("0.80 EUR/min"), WeEarn: said("0.46 EUR/min")}}}
	own, err := ownPrices(rules)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.SetPrices(t.Context(), own, time.Date(2026, 9, 30, 22, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	closeCall := func(id string, called number.Number, d dialled) {
		begun, err := billing.ParseDay(d.begun)
		if err != nil {
			t.Fatal(err)
		}
		leg := routing.Leg{ID: "leg" + id, Call: id, Switch: "pbx", SwitchStart: begun, Role: routing.Customer, Created: begun, Ended: begun.Add(time.Duration(d.rang) * time.Second)}
		if d.lasted >= 0 {
			leg.Answered, leg.Ended = leg.Ended, leg.Ended.Add(time.Duration(d.lasted)*time.Second)
		}
		record := routing.Record{Contact: routing.Contact{ID: id, Switch: "pbx", SwitchStart: begun, Number: called, Arrived: "0140000199", Caller: d.caller, Opened: begun},
			Legs: []routing.Leg{leg}, Closed: leg.Ended}
		if err := db.Journal().Close(t.Context(), record); err != nil {
			t.Fatal(err)
		}
	}
	for i, d := range november() {
		closeCall(fmt.Sprintf("01GREEN%02d", i), "+33805400200", d)
	}
	closeCall("01GREY", "+33809400100", dialled{begun: "2026-11-24 10:00:00", rang: 2, lasted: 90, caller: "+33612345678"})
	closeCall("01PINK", "+33892400300", dialled{begun: "2026-11-24 10:00:00", rang: 2, lasted: 183, caller: "+33612345678"})
	return desk{path, db, time.Date(2026, 12, 5, 9, 0, 0, 0, time.UTC)}
}

// changed is when the price of calls from fixed lines changed.
func changed() time.Time { return time.Date(2026, 11, 15, 23, 0, 0, 0, time.UTC) }

// A count is a statement's way to count the calls of november: whether a call is in it, how long it was, its price per
// minute in micro-euro.
type count struct {
	in    func(dialled) bool
	long  func(dialled) int64
	price func(dialled) int64
	round int64 // of each call's amount, in micro-euro
	tax   int64 // per cent
	bySec bool  // the price of a second is rounded first
}

// line is what a statement by such a count says.
func (c count) line(t *testing.T) string {
	t.Helper()
	calls, seconds, total := int64(0), int64(0), int64(0)
	for _, d := range november() {
		begun, err := billing.ParseDay(d.begun)
		if err != nil {
			t.Fatal(err)
		}
		d.answered = begun.Add(time.Duration(d.rang) * time.Second)
		in := d.lasted >= 0 && d.answered.In(paris()).Month() == 11
		if c.in != nil {
			in = c.in(d)
		}
		if !in {
			continue
		}
		long, price := max(d.lasted, 0), int64(30_000)
		if d.caller == "+33145678902" {
			price = 10_000
			if !d.answered.Before(changed()) {
				price = 20_000
			}
		}
		if c.long != nil {
			long = c.long(d)
		}
		if c.price != nil {
			price = c.price(d)
		}
		amount := (price*long + 30) / 60
		if c.bySec {
			amount = (price + 30) / 60 * long
		}
		if c.round > 0 {
			amount = (amount + c.round/2) / c.round * c.round
		}
		calls, seconds, total = calls+1, seconds+long, total+amount+(amount*c.tax+50)/100
	}
	return fmt.Sprintf("0805400200,%d,%d:%02d:%02d,%d.%06d", calls, seconds/3600, seconds/60%60, seconds%60, total/1_000_000, total%1_000_000)
}

// Each way in which an operator may count is found out from its sums alone.
func TestReconcileNamesTheCause(t *testing.T) {
	d := statementDesk(t)
	month := func(at time.Time, zone *time.Location) bool { return at.In(zone).Month() == 11 }
	answered := func(d dialled) bool { return d.lasted >= 0 }
	for _, c := range []struct {
		name, fr, en string
		count
	}{
		{"as we do", "pareil : 8 appels, 14,13 min", "the same: 8 calls, 14.13 min", count{}},
		{"with tax", "les montants sont TTC, pas HT", "the amounts are with VAT, not without", count{tax: 20}},
		{"whole minutes", "chaque appel est compté en minutes entières\n", "each call is counted in whole minutes\n", count{long: func(d dialled) int64 { return (d.lasted + 59) / 60 * 60 }}},
		{"whole minutes and tax", "en minutes entières, et les montants sont TTC", "in whole minutes, and the amounts are with VAT",
			count{tax: 20, long: func(d dialled) int64 { return (d.lasted + 59) / 60 * 60 }}},
		{"a minute at least", "chaque appel est compté 60 s au moins", "counted as 60 s at least", count{long: func(d dialled) int64 { return max(d.lasted, 60) }}},
		{"price of a second", "le prix d'une seconde est arrondi à 6 décimales", "the price of a second is rounded to 6 decimals", count{bySec: true}},
		{"cents", "chaque appel est arrondi au centime", "each call is rounded to the cent", count{round: 10_000}},
		{"all mobiles", "comme venant de mobiles", "as from mobiles", count{price: func(dialled) int64 { return 30_000 }}},
		{"all fixed", "comme venant de lignes fixes", "as from fixed lines", count{price: func(d dialled) int64 {
			if !d.answered.Before(changed()) {
				return 20_000
			}
			return 10_000
		}}},
		{"unanswered", "les appels non décrochés sont comptés\n", "unanswered calls are counted\n", count{in: func(d dialled) bool { return month(d.answered, paris()) }}},
		{"ringing", "avec le temps de sonnerie", "with the time they rang", count{in: func(d dialled) bool { return month(d.answered, paris()) }, long: func(d dialled) int64 {
			if d.lasted < 0 {
				return d.rang
			}
			return d.lasted
		}}},
		{"from arrival", "la durée court dès l'arrivée", "the time runs from the arrival", count{long: func(d dialled) int64 { return d.rang + max(d.lasted, 0) }}},
		{"no calls of 0 s", "les appels de 0 s ne sont pas comptés", "calls of 0 s are not counted", count{in: func(d dialled) bool { return d.lasted > 0 && month(d.answered, paris()) }}},
		{"UTC", "le mois est celui du jour UTC", "the month is by the day in UTC", count{in: func(d dialled) bool { return answered(d) && month(d.answered, time.UTC) }}},
		{"arrival", "le mois est celui où l'appel est arrivé", "the month is that of the arrival",
			count{in: func(d dialled) bool {
				return answered(d) && month(d.answered.Add(time.Duration(-d.rang)*time.Second), paris())
			}}},
		{"end", "le mois est celui de la fin de l'appel", "the month is that of the end",
			count{in: func(d dialled) bool {
				return answered(d) && month(d.answered.Add(time.Duration(d.lasted)*time.Second), paris())
			}}},
		{"old price", "le prix d'avant le changement du 16/11/2026", "the price before the change of 16 Nov 2026", count{price: func(d dialled) int64 {
			if d.caller == "+33612345678" {
				return 30_000
			}
			return 10_000
		}}},
		{"new price", "le prix d'après le changement du 16/11/2026", "the price after the change of 16 Nov 2026", count{price: func(d dialled) int64 {
			if d.caller == "+33612345678" {
				return 30_000
			}
			return 20_000
		}}},
		{"one missing", "appels qui manquent chez eux : 1\n  c'est celui du 17/11/2026 12:00:06, 5 min 01 s", "calls that they do not have: 1\n  it is that of 17/11/2026 12:00:06, 5 min 01 s",
			count{in: func(d dialled) bool { return answered(d) && month(d.answered, paris()) && d.lasted != 301 }}},
		{"another price altogether", "cause non trouvée", "no cause found", count{price: func(dialled) int64 { return 77_777 }}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "invoice.csv")
			if err := os.WriteFile(path, []byte("number,calls,duration,amount\n"+c.line(t)+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			for lang, want := range map[string]string{"fr": c.fr, "en": c.en} {
				out, _ := d.run(t, lang, "reconcile", path)
				if !strings.Contains(strings.ReplaceAll(out, "\n    ", " "), want) {
					t.Errorf("%q is missing in\n%s", want, out)
				}
			}
		})
	}
}

func TestReconcile(t *testing.T) {
	transcript(t, statementDesk, "reconcile", commandLines(`
reconcile testdata/reconcile/french.csv
reconcile testdata/reconcile/english.csv --month 2026-11
reconcile testdata/reconcile/payout.csv --month 2026-11
reconcile testdata/reconcile/same.csv --month 2026-11
reconcile testdata/reconcile/bad.csv --month 2026-11
reconcile testdata/reconcile/nohead.csv
reconcile testdata/reconcile/same.csv --month november
reconcile testdata/reconcile/same.csv --kind both
reconcile testdata/reconcile/nowhere.csv`)...)
}

func TestDecimal(t *testing.T) {
	for text, want := range map[string]string{
		"12.34": "12340000 2", "12,34": "12340000 2", "1 234,56": "1234560000 2", "1.234,56": "1234560000 2", "1,234.56": "1234560000 2", "1'234.5": "1234500000 1",
		"-0,5": "-500000 1", "+3": "3000000 0", "1.234.567": "1234567000000 0", "0.000001": "1 6", "−2": "-2000000 0",
		"": "error", "x": "error", ".5": "error", "0.1234567": "error", "12345678901234": "error", "1e5": "error",
	} {
		value, decimals, err := decimal(text)
		got := fmt.Sprintf("%d %d", value, decimals)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

func FuzzStatement(f *testing.F) {
	f.Add([]byte("number,calls,duration,amount\n0805400200,8,0:14:08,0.30\n"))
	f.Add([]byte("Relevé;\nNuméro;Nb appels;Durée;Montant HT\n0805 400 200;8;14,13;0,30 €\nTotal;8;;0,30\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s := readStatement("x", decoded(text))
		if len(s.problems) == 0 && len(s.numbers) == 0 {
			t.Error("nothing was read and nothing was said")
		}
	})
}
