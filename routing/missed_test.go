package routing

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"hotline/number"
)

func TestMissOf(t *testing.T) {
	opened := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	ours := func(n number.Number) bool { return n == "+33140000101" }
	for _, c := range []struct {
		name   string
		nodes  string
		lasted time.Duration
		change func(*Record)
		want   string // outcome; "" is not missed
	}{
		{"talked", "service.sav queue.sav talk", time.Minute, func(r *Record) { r.Talked = time.Second }, ""},
		{"hung up in the queue", "service.sav menu.sav queue.sav", time.Minute, nil, "abandoned"},
		{"hung up in the queue at once", "service.sav queue.sav", 4 * time.Second, nil, "abandoned short"},
		{"being connected", "service.sav queue.sav talk", time.Minute, nil, "abandoned"},
		{"for callers with a skill", "service.sav queue.sav:panne", time.Minute, nil, "abandoned"},
		{"waited too long", "service.sav queue.sav queue.sav.on_max_wait queue.sav.on_max_wait+1", time.Minute, nil, "max_wait"},
		{"with a skill, too", "queue.sav:panne queue.sav:panne.on_max_wait", time.Minute, nil, "max_wait"},
		{"came back from there", "queue.sav queue.sav.on_max_wait queue.sav", time.Minute, nil, "abandoned"},
		{"menu of the overflow", "queue.sav queue.sav.on_max_wait menu.suite", time.Minute, nil, "max_wait"},
		{"early limit", "queue.sav", time.Minute, func(r *Record) { r.Flags = []string{"early_limit"} }, "max_wait"},
		{"nobody there, refused in a second", "service.sav queue.sav queue.sav.on_nobody", time.Second, nil, "nobody"},
		{"budget", "service.sav number.0805400200.over_budget", time.Minute, nil, "over_budget"},
		{"closed, refused in a second", "service.sav.closed", time.Second, nil, "closed"},
		{"closed, with words", "service.sav.closed service.sav.closed+1", time.Minute, nil, "closed"},
		{"a closure", "service.sav.closed:inventaire", time.Minute, nil, "closed"},
		{"by hand", "service.sav.closed:by_hand service.sav.closed", time.Second, nil, "closed"},
		{"by hand, with a prompt", "service.sav.closed:by_hand:panne", time.Second, nil, "closed"},
		{"closed, emergency queue", "service.sav.closed queue.garde", time.Minute, nil, "abandoned"},
		{"menu", "service.sav menu.sav", time.Minute, nil, "menu"},
		{"message behind a key", "service.sav menu.sav menu.sav.3", 30 * time.Second, nil, "menu"},
		{"menu at once", "service.sav menu.sav", 9 * time.Second, nil, "menu short"},
		{"price", "announcement", 3 * time.Second, nil, "greeting short"},
		{"greeting", "service.sav", 30 * time.Second, nil, "greeting"},
		{"nothing written", "", 30 * time.Second, nil, "greeting"},
		{"failed at once", "service.sav queue.sav", time.Second, func(r *Record) { r.Flags = []string{"failed"} }, "failed"},
		{"withheld", "queue.sav", time.Minute, func(r *Record) { r.Caller, r.Hidden = "", true }, "abandoned"},
		{"wrong number", "", time.Second, func(r *Record) { r.Flags, r.Service = []string{"number_unknown"}, "" }, ""},
		{"its service is gone", "", time.Second, func(r *Record) { r.Flags = []string{"number_unknown"} }, ""},
		{"our own number", "queue.sav", time.Minute, func(r *Record) { r.Caller = "+33140000101" }, ""},
		{"not ended", "queue.sav", time.Minute, func(r *Record) { r.Closed = time.Time{} }, ""},
	} {
		r := Record{Contact: Contact{ID: "01A", Service: "sav", Number: "+33809400100", Caller: "+33612345678", Opened: opened},
			Closed: opened.Add(c.lasted), Nodes: strings.Fields(c.nodes)}
		if c.change != nil {
			c.change(&r)
		}
		got := ""
		if m, missed := MissOf(&r, ours); missed {
			if got = string(m.Outcome); m.Short {
				got += " short"
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// missedDay tells a list of calls and of what settled them in letters: "A 0 60" is a call of caller A that came after 0 minutes
// and reached nobody by the 60th, "A 70 80 75" one that talked from the 75th on, "A done 90" what somebody wrote down.
func missedDay(t *testing.T, text string) (ended []Record, settled []Settled) {
	t.Helper()
	minute := func(m int) time.Time { return time.Date(2026, 11, 24, 9, m, 0, 0, time.UTC) }
	for line := range strings.SplitSeq(text, ", ") {
		var who string
		var from, to, talk int
		if n, _ := fmt.Sscanf(line, "%s done %d", &who, &to); n == 2 {
			settled = append(settled, Settled{Caller: number.Number(who), Began: minute(to), Ended: minute(to), Who: "lea"})
			continue
		}
		n, _ := fmt.Sscanf(line, "%s %d %d %d", &who, &from, &to, &talk)
		switch n {
		case 3:
			ended = append(ended, Record{Contact: Contact{ID: fmt.Sprintf("%03d%03d", from, to), Service: "sav", Caller: number.Number(strings.Trim(who, "-")),
				Opened: minute(from)}, Closed: minute(to)})
		case 4:
			settled = append(settled, Settled{Caller: number.Number(who), Began: minute(talk), Ended: minute(to), Call: "01T", Agent: "marie"})
		default:
			t.Fatalf("%q", line)
		}
	}
	return ended, settled
}

func brieflyMissed(m Missed) string {
	var words []string
	for _, u := range m.Open {
		words = append(words, fmt.Sprintf("%s%d", u.Caller, len(u.Misses)))
	}
	words = append(words, "/")
	for _, u := range m.Settled {
		words = append(words, fmt.Sprintf("%s%d", u.Caller, len(u.Misses)))
	}
	if m.Withheld > 0 {
		words = append(words, fmt.Sprintf("withheld %d", m.Withheld))
	}
	return strings.Join(words, " ")
}

// TestMissedOf: who is to be called, with how many calls, / and who was; whatever the order in which calls are written down.
func TestMissedOf(t *testing.T) {
	for _, c := range []struct{ name, day, want string }{
		{"nobody", "A 0 9 5", "/"},
		{"once", "A 0 5", "A1 /"},
		{"one entry for each caller, the latest first", "A 0 5, B 10 12, A 20 25, C 15 18", "A2 C1 B1 /"},
		{"got through", "A 0 5, A 6 20 8", "/ A1"},
		{"got through, and called in vain again", "A 0 5, A 6 20 8, A 30 31", "A1 / A1"},
		{"two who got through, the latest first", "A 0 5, B 1 6, A 6 20 8, B 7 19 8", "/ A1 B1"},
		{"got through twice", "A 0 5, A 6 20 8, A 30 35, A 36 40 37", "/ A1 A1"},
		{"talked before", "A 0 9 5, A 10 15", "A1 /"},
		{"hung the first call up when the second was answered", "A 0 8, A 1 20 7", "/ A1"},
		{"a colleague behind the same number talks", "A 10 15, A 0 30 2", "A1 /"},
		{"one line still waits after the talk on the other", "A 0 30, A 5 15 8", "A1 /"},
		{"waited before the other came, was answered after it was gone", "A 5 10, A 0 20 12", "/ A1"},
		{"somebody else got through", "A 0 5, B 6 20 8", "A1 /"},
		{"done", "A 0 5, A 7 9, A done 10", "/ A2"},
		{"done, and called again", "A 0 5, A done 10, A 12 13", "A1 / A1"},
		{"done while on the line again", "A 0 5, A 8 12, A done 10", "A1 / A1"},
		{"done twice", "A 0 5, A done 10, A done 11", "/ A1"},
		{"withheld", "- 0 5, - 6 7, A 0 5", "A1 / withheld 2"},
	} {
		ended, settled := missedDay(t, c.day)
		for range 10 {
			rand.Shuffle(len(ended), func(i, j int) { ended[i], ended[j] = ended[j], ended[i] })
			rand.Shuffle(len(settled), func(i, j int) { settled[i], settled[j] = settled[j], settled[i] })
			got := brieflyMissed(MissedOf(ended, settled, func(number.Number) bool { return false }))
			if got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
	}
}

func TestUnreached(t *testing.T) {
	u := Unreached{Misses: []Miss{
		{Record: &Record{Contact: Contact{ID: "01A", CallerName: "Léa"}, Waited: 4 * time.Minute}},
		{Record: &Record{Contact: Contact{ID: "01B"}, Waited: 2 * time.Second}},
	}}
	if u.Last().ID != "01B" || u.Name() != "Léa" || u.Waited() != 4*time.Minute {
		t.Errorf("%s %s %v", u.Last().ID, u.Name(), u.Waited())
	}
}
