package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/number"
	"hotline/routing"
)

// Nobody is ours.
func strangers(number.Number) bool { return false }

// called closes a call of a caller, so many days before the moment of the tests.
func called(t *testing.T, db *DB, id string, caller number.Number, daysAgo float64, agent string, talked time.Duration) {
	t.Helper()
	r := record(id, "+33809400100")
	opened := at(0).Add(-time.Duration(daysAgo * 24 * float64(time.Hour)))
	r.Caller, r.Opened, r.Closed, r.Agent, r.Talked = caller, opened, opened.Add(5*time.Minute), agent, talked
	if talked == 0 {
		r.Agent, r.Legs = "", r.Legs[:1]
	}
	if err := db.Journal().Close(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

func TestKnown(t *testing.T) {
	db := fresh(t)
	if err := db.PutPeople(t.Context(), []Person{
		{Number: "+33600000001", Name: "Léa", Language: "en", Groups: []string{"vip", "pro"}, Notes: "x", Created: at(-10), Changed: at(-10)},
		{Number: "+33600000009", Name: "Never called", Created: at(-10), Changed: at(-10)},
	}); err != nil {
		t.Fatal(err)
	}
	minute := time.Minute
	called(t, db, "1A", "+33600000001", 40, "marie", minute)
	called(t, db, "1B", "+33600000001", 20, "paul", minute)
	called(t, db, "1C", "+33600000001", 1, "", 0)
	called(t, db, "2A", "+33600000002", 3, "", 0)
	called(t, db, "2B", "+33600000002", 2, "marie", minute)
	called(t, db, "3A", "+33600000003", 3, "", 0)
	called(t, db, "4A", "+33600000004", 45, "", 0)
	called(t, db, "5A", "", 2, "marie", minute)
	settled := at(0).Add(-time.Hour)
	if err := db.Settle(t.Context(), routing.Settled{Caller: "+33600000003", Began: settled, Ended: settled, Who: "lea"}); err != nil {
		t.Fatal(err)
	}
	open := contact("6A", "+33809400100")
	open.Caller, open.Opened = "+33600000003", at(-60)
	begin(t, db.Journal(), open)
	ended := func(daysAgo int) time.Time { return at(0).AddDate(0, 0, -daysAgo).Add(5 * time.Minute) }
	for caller, want := range map[number.Number]routing.Known{
		"+33600000001": {Contact: true, Name: "Léa", Language: "en", Groups: []string{"vip", "pro"}, Agent: "paul", Talked: ended(20), Calls: 2, Missed: true},
		"+33600000002": {Agent: "marie", Talked: ended(2), Calls: 2},
		"+33600000003": {Calls: 2},
		"+33600000004": {},
		"+33600000009": {Contact: true, Name: "Never called"},
		"+33600000010": {},
	} {
		got, err := db.Acquaintances(strangers).Known(t.Context(), caller, at(0))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", caller, d)
		}
	}
	ours := func(n number.Number) bool { return n == "+33600000001" }
	if known, err := db.Acquaintances(ours).Known(t.Context(), "+33600000001", at(0)); err != nil || known.Missed {
		t.Errorf("one of us is to be called back: %+v, %v", known, err)
	}
}

// While a caller waits, nothing is read through: each query has an index.
func TestKnownReadsIndexes(t *testing.T) {
	db := fresh(t)
	for _, query := range []string{lastTalkSQL, lastCallsSQL, lastMissedSQL, lastTalksSQL, lastDoneSQL, "SELECT * FROM contact WHERE number = ?"} {
		var plan []struct {
			ID, Parent, NotUsed int
			Detail              string
		}
		args := make([]any, strings.Count(query, "?"))
		if err := db.read.Select(&plan, "EXPLAIN QUERY PLAN "+query, args...); err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprint(plan)
		if strings.Contains(text, "SCAN") || strings.Contains(text, "TEMP B-TREE") {
			t.Errorf("%s: %s", query, text)
		}
	}
}

func TestPeople(t *testing.T) {
	db := fresh(t)
	lea := Person{Number: "+33612345678", Name: "Léa Bernard", Language: "fr", Groups: []string{"vip"}, Notes: "likes tea", Source: "clients.csv", Created: at(1), Changed: at(1)}
	tom := Person{Number: "+442071234567", Name: "Tom", Source: "clients.csv", Created: at(1), Changed: at(1)}
	if err := db.PutPeople(t.Context(), []Person{lea, tom}); err != nil {
		t.Fatal(err)
	}
	again := lea
	again.Name, again.Created, again.Changed = "Léa Martin", at(5), at(5)
	if err := db.PutPeople(t.Context(), []Person{again}); err != nil {
		t.Fatal(err)
	}
	lea.Name, lea.Changed = "Léa Martin", at(5)
	if err := db.EditPerson(t.Context(), tom.Number, func(p *Person) { p.Groups, p.Changed = []string{"pro"}, at(6) }); err != nil {
		t.Fatal(err)
	}
	tom.Groups, tom.Changed = []string{"pro"}, at(6)
	for search, want := range map[string][]Person{
		"": {lea, tom}, "léa": {lea}, "06 12": {lea}, "+4420": {tom}, "0612345678": {lea}, "VIP": {lea}, "pro": {tom}, "tea": {lea}, "nobody": nil, "7": {lea, tom},
	} {
		got, err := db.AllPeople(t.Context(), search)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q (-want +got):\n%s", search, d)
		}
	}
	for _, want := range []bool{true, false} {
		if there, err := db.RemovePerson(t.Context(), tom.Number); err != nil || there != want {
			t.Errorf("there: %v, %v", there, err)
		}
	}
	if people, err := db.People(t.Context(), lea.Number, tom.Number); err != nil || len(people) != 1 || people[lea.Number].Name != "Léa Martin" {
		t.Errorf("%v, %v", people, err)
	}
}

// BenchmarkKnown asks who callers are in a company with half a million calls over a year, and ten thousand contacts.
func BenchmarkKnown(b *testing.B) {
	db := benchStore(b)
	records := 500_000
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	gap := 365 * 24 * time.Hour / time.Duration(records)
	if _, err := db.durable.db.Exec(`INSERT INTO call (id, switch, switch_start, service, number, arrived, caller, caller_name, caller_hidden, rules_version,
		opened, closed, agent, queue, waited_ms, talked_ms, nodes)
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		SELECT printf('01JD%022d', i), 'pbx', 1, 'conseil', '+33892400300', '0892400300', printf('+336%08d', i * 7919 % 29993), 'Léa', 0, '15',
		? + i * ?, ? + i * ? + 183000, 'marie', 'conseil', 12000, CASE WHEN i % 8 = 0 THEN 0 ELSE 171000 END, '["service.conseil","queue.conseil"]' FROM n`,
		records, first.UnixMilli(), gap.Milliseconds(), first.UnixMilli(), gap.Milliseconds()); err != nil {
		b.Fatal(err)
	}
	var people []Person
	for i := range 10_000 {
		people = append(people, Person{Number: number.Number(fmt.Sprintf("+336%08d", i*3)), Name: "Léa", Language: "en", Created: first, Changed: first})
	}
	if err := db.PutPeople(b.Context(), people); err != nil {
		b.Fatal(err)
	}
	acquaintances, end, i := db.Acquaintances(strangers), first.AddDate(1, 0, 0), 0
	for b.Loop() {
		i++
		if _, err := acquaintances.Known(b.Context(), number.Number(fmt.Sprintf("+336%08d", i*7919%40_000)), end); err != nil {
			b.Fatal(err)
		}
	}
}
