package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/billing"
	"hotline/number"
	"hotline/outbox"
	"hotline/routing"
)

// impersonal are the tables that hold nothing of callers, and why that is so.
var impersonal = map[string]string{
	"agent": "the company's own people", "agent_change": "the company's own people",
	"data_set": "prices", "number_plan": "prices", "tariff_step": "prices", "service_number": "prices of our numbers", "owner_rate": "prices of our numbers",
	"trunk_rate": "prices", "contract": "prices", "vat_rate": "prices", "tariff_state": "a count", "tariff_change": "prices, and who changed them",
	"alive": "switches", "closure": "services, and the company's own people", "day_total": "sums", "alarm": "our numbers", "rules_version": "the rules", "rules_file": "the rules; whoever is named there is taken out there",
}

// Whoever makes a table says here, or in personalTables, what it holds of people.
func TestEveryTableIsPersonalOrNot(t *testing.T) {
	db := fresh(t)
	var tables []string
	if err := db.read.Select(&tables, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"); err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		known := slices.ContainsFunc(personalTables, func(p personal) bool { return p.table == table })
		if _, not := impersonal[table]; known == not {
			t.Errorf("table %s: does it hold anything of callers? Say so in personalTables, or in impersonal of this test", table)
		}
	}
}

// people are the number that is to be forgotten, and one that is not.
const lea, tom number.Number = "+33698123456", "+33677000111"

// remembered is a database that knows two people from every side.
func remembered(t *testing.T, path string) *DB {
	t.Helper()
	db := open(t, path)
	surcharged(t, db)
	j := db.Journal()
	for i, caller := range []number.Number{lea, lea, tom} {
		id := fmt.Sprintf("01CALL%d", i)
		c := contact(id, "+33892400300")
		c.Caller, c.CallerName = caller, "Name of "+caller.National()
		begin(t, j, c)
		if err := j.Place(t.Context(), routing.Place{Call: id, Node: "queue.sav", Since: at(1), Kept: []byte(`{"known":{"name":"` + caller.Pretty() + `"}}`), Seq: 2}); err != nil {
			t.Fatal(err)
		}
		r := record(id, "+33892400300")
		r.Contact = c
		if i == 2 { // somebody else was passed on to the one who is to be forgotten
			r.Legs = append(r.Legs, routing.Leg{ID: "out", Call: id, Switch: "pbx", SwitchStart: at(-3600), Role: "transfer", Target: lea.National(), Created: at(20), Answered: at(21), Ended: at(60)})
		}
		if err := j.Close(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		m := routing.Message{ID: "01MSG" + id, Call: id, Mailbox: "sav", Service: "sav", Number: "+33892400300", Caller: caller, CallerName: c.CallerName, At: at(100)}
		if err := db.Left(t.Context(), m, outbox.Letter{}); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(outbox.Mail{To: []string{"a@example.org"}, Subject: "Message", Text: "from " + caller.Pretty()})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Post(t.Context(), outbox.Letter{ID: "01LETTER" + id, Kind: outbox.ByMail, Written: at(100), Content: text}); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range []number.Number{lea, tom} {
		if err := db.Settle(t.Context(), routing.Settled{Caller: n, Began: at(200), Ended: at(200), Who: "marie", Note: "called " + n.Pretty()}); err != nil {
			t.Fatal(err)
		}
		if err := db.PutPeople(t.Context(), []Person{{Number: n, Name: "Name of " + n.National(), Notes: "n " + n.National(), Created: at(0), Changed: at(0)}}); err != nil {
			t.Fatal(err)
		}
		if err := db.Block(t.Context(), routing.Block{Pattern: routing.Pattern(n), Since: at(0), Who: "marie", Why: "calls all day"}); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// everything is all cells of all tables as text.
func everything(t *testing.T, db *DB) string {
	t.Helper()
	var tables []string
	if err := db.read.Select(&tables, "SELECT name FROM sqlite_master WHERE type = 'table'"); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, table := range tables {
		rows, err := db.read.Queryx("SELECT * FROM " + table)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			cells, err := rows.SliceScan()
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&all, table, cells)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

func TestForget(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hotline.db")
	db := remembered(t, path)
	sums := func() (out Total) {
		if err := db.read.Get(&out, `SELECT sum(calls) AS calls, sum(talked_ms) AS talked_ms, sum(caller) AS caller, sum(payout) AS payout FROM day_total`); err != nil {
			t.Fatal(err)
		}
		return out
	}
	charge := func(id string) []billing.Charge {
		c, err := db.Record(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return c.charges()
	}
	toms := func(all string) int { return strings.Count(strings.ReplaceAll(all, " ", ""), "77000111") }
	tomBefore := toms(everything(t, db))
	before, cost := sums(), charge("01CALL0")
	rows, err := db.Forget(t.Context(), lea, "marie", at(1000))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{"contact": 1, "blocked": 1, "missed_done": 1, "outbox": 2, "message": 2, "message_change": 2, "leg": 1, "call": 2}
	if d := cmp.Diff(want, rows); d != "" {
		t.Errorf("rows (-want +got):\n%s", d)
	}
	all := everything(t, db)
	for _, spelling := range []string{string(lea), lea.National(), lea.Pretty(), "698123456"} {
		if strings.Contains(all, spelling) {
			t.Errorf("%s is still there", spelling)
		}
	}
	if n := toms(all); n != tomBefore {
		t.Errorf("somebody else is there %d times, and was %d times", n, tomBefore)
	}
	if d := cmp.Diff(before, sums()); d != "" {
		t.Errorf("the figures are others (-want +got):\n%s", d)
	}
	if d := cmp.Diff(cost, charge("01CALL0"), cmp.AllowUnexported(billing.Charge{})); d != "" {
		t.Errorf("the charge is another:\n%s", d)
	}
	if _, err := db.Rerate(t.Context(), Filter{}, "test", at(2000), true); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(before, sums()); d != "" {
		t.Errorf("after rating again the figures are others (-want +got):\n%s", d)
	}
	erasures, err := db.Erasures(t.Context())
	if err != nil || len(erasures) != 1 || erasures[0].Who != "marie" || !erasures[0].Day.Equal(time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v, %v", erasures, err)
	}
	if rows, err := db.Forget(t.Context(), lea, "marie", at(1000)); err != nil || rows["call"] != 0 {
		t.Errorf("forgotten twice: %v, %v", rows, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, spelling := range []string{string(lea), lea.National(), lea.Pretty()} {
		if bytes.Contains(file, []byte(spelling)) {
			t.Errorf("%s can still be read in the file", spelling)
		}
	}
}

// Whoever is on the line would be written down again.
func TestForgetOnTheLine(t *testing.T) {
	db := remembered(t, filepath.Join(t.TempDir(), "hotline.db"))
	c := contact("01NOW", "+33892400300")
	c.Caller = lea
	begin(t, db.Journal(), c)
	before := everything(t, db)
	if _, err := db.Forget(t.Context(), lea, "marie", at(1000)); !errors.Is(err, ErrOnTheLine) {
		t.Errorf("%v", err)
	}
	if everything(t, db) != before {
		t.Error("something has changed all the same")
	}
}

func TestHeldOn(t *testing.T) {
	db := remembered(t, filepath.Join(t.TempDir(), "hotline.db"))
	held, err := db.HeldOn(t.Context(), lea)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for table, rows := range held {
		got[table] = len(rows)
	}
	want := map[string]int{"blocked": 1, "contact": 1, "missed_done": 1, "outbox": 2, "message": 2, "message_change": 2, "leg": 5, "call": 2, "rating": 2, "rated": 6, "event": 4}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("rows (-want +got):\n%s", d)
	}
	if text := fmt.Sprint(held); strings.Contains(text, tom.National()) {
		t.Error("somebody else is in it")
	}
}
