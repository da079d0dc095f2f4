package routing

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"hotline/number"
	"hotline/routing/queue"
)

// A MissOutcome is what became of a call that reached nobody.
type MissOutcome string

// The outcomes.
const (
	MissedClosed   MissOutcome = "closed"      // it came while the service was closed
	MissedWaiting  MissOutcome = "abandoned"   // hung up while waiting in a queue
	MissedTooLong  MissOutcome = "max_wait"    // waited longer than the rules allow
	MissedNobody   MissOutcome = "nobody"      // nobody was there to answer the queue
	MissedBudget   MissOutcome = "over_budget" // the day's budget of the number was spent
	MissedMenu     MissOutcome = "menu"        // ended in a menu, or behind one of its keys
	MissedGreeting MissOutcome = "greeting"    // ended before a menu or a queue
	MissedFailed   MissOutcome = "failed"      // hotline or the switch failed
)

// A Miss is a call that reached nobody.
type Miss struct {
	*Record
	Outcome MissOutcome
	Short   bool // they hung up at once: a wrong number, perhaps, or second thoughts
	Message bool // they left one
}

// ShortCall is how long a call that its caller ends at once lasts at the most.
const ShortCall = 10 * time.Second

// MissOf says whether a call that has ended puts its caller on the list of whom to call back. Calls to numbers that are not
// ours do not, nor do those of our own phones and numbers, and of callers who are blocked.
func MissOf(r *Record, ours func(number.Number) bool) (Miss, bool) {
	if r.Talked > 0 || r.Closed.IsZero() || r.Service == "" || slices.Contains(r.Flags, "number_unknown") || slices.Contains(r.Flags, FlagBlocked) || r.Caller != "" && ours(r.Caller) {
		return Miss{}, false
	}
	m := Miss{Record: r, Outcome: outcomeOf(r), Message: slices.Contains(r.Flags, MessageLeft)}
	switch m.Outcome {
	case MissedWaiting, MissedMenu, MissedGreeting:
		m.Short = r.Closed.Sub(r.Opened) < ShortCall && !m.Message
	}
	return m, true
}

// outcomeOf looks at the way of the call from its end: the last queue, or what stood in its place, decides.
func outcomeOf(r *Record) MissOutcome {
	if slices.Contains(r.Flags, "failed") {
		return MissedFailed
	}
	menu := false
	for _, node := range slices.Backward(r.Nodes) {
		place, _, _ := strings.Cut(node, "+") // the steps that follow one another at one place
		kind, name, _ := strings.Cut(place, ".")
		switch {
		case kind == "queue" && strings.HasSuffix(name, "."+queue.StageNobody.String()):
			return MissedNobody
		case kind == "queue" && (strings.HasSuffix(name, "."+queue.StageMaxWait.String()) || slices.Contains(r.Flags, "early_limit")):
			return MissedTooLong
		case kind == "queue":
			return MissedWaiting
		case kind == "number":
			return MissedBudget
		case kind == "service" && strings.Contains(name, ".closed"):
			return MissedClosed
		}
		menu = menu || kind == "menu"
	}
	if menu {
		return MissedMenu
	}
	return MissedGreeting
}

// A Settled is what takes a caller off the list: a conversation with somebody, whichever side dialled, or a person who says
// that it is done.
type Settled struct {
	Caller       number.Number
	Began, Ended time.Time // of the conversation; by hand both are that moment
	Call, Agent  string    // the conversation; empty: by hand
	Who, Note    string    // by hand
}

// settles says whether a missed call needs nobody's call any more. A conversation that began before the call came in was
// somebody else's, in a company that shows one number; after one that ended while it still waited, the caller wanted more.
func (s Settled) settles(m Miss) bool {
	return !s.Began.Before(m.Opened) && !s.Ended.Before(m.Closed)
}

// An Unreached is a caller with the missed calls that put them on the list.
type Unreached struct {
	Caller  number.Number
	Misses  []Miss  // one at least, in the order in which they ended
	Settled Settled // by what they left the list; empty while they are on it
}

// Last is the call of theirs that ended last.
func (u Unreached) Last() Miss { return u.Misses[len(u.Misses)-1] }

// Name is the latest name that was shown with the number; it is whatever somebody wrote there.
func (u Unreached) Name() string {
	for _, m := range slices.Backward(u.Misses) {
		if m.CallerName != "" {
			return m.CallerName
		}
	}
	return ""
}

// Short says that they hung up at once each time.
func (u Unreached) Short() bool {
	return !slices.ContainsFunc(u.Misses, func(m Miss) bool { return !m.Short })
}

// Messages is how many messages they have left.
func (u Unreached) Messages() (n int) {
	for _, m := range u.Misses {
		if m.Message {
			n++
		}
	}
	return n
}

// Waited is the longest of their waits.
func (u Unreached) Waited() time.Duration {
	return slices.MaxFunc(u.Misses, func(a, b Miss) int { return cmp.Compare(a.Waited, b.Waited) }).Waited
}

// A Missed is everybody who called and reached nobody.
type Missed struct {
	Open     []Unreached // who is to be called, once each; who called last comes first
	Settled  []Unreached // who was, once for each time; the latest first
	Withheld int         // missed calls that show no number: nobody can call them back
}

// MissedOf makes the list of calls that have ended and of what took callers off it. The order of both does not matter.
func MissedOf(ended []Record, settled []Settled, ours func(number.Number) bool) Missed {
	var list Missed
	misses, by := map[number.Number][]Miss{}, map[number.Number][]Settled{}
	for i := range ended {
		switch m, missed := MissOf(&ended[i], ours); {
		case missed && m.Caller == "":
			list.Withheld++
		case missed:
			misses[m.Caller] = append(misses[m.Caller], m)
		}
	}
	for _, s := range settled {
		by[s.Caller] = append(by[s.Caller], s)
	}
	for caller, of := range misses {
		list.add(caller, of, by[caller])
	}
	slices.SortFunc(list.Open, func(a, b Unreached) int {
		return cmp.Or(b.Last().Opened.Compare(a.Last().Opened), cmp.Compare(a.Caller, b.Caller))
	})
	slices.SortFunc(list.Settled, func(a, b Unreached) int {
		return cmp.Or(b.Settled.Ended.Compare(a.Settled.Ended), cmp.Compare(a.Caller, b.Caller))
	})
	return list
}

// add deals with the missed calls of one caller: each goes with the first that settles it.
func (l *Missed) add(caller number.Number, misses []Miss, settled []Settled) {
	slices.SortFunc(misses, func(a, b Miss) int { return cmp.Or(a.Closed.Compare(b.Closed), cmp.Compare(a.ID, b.ID)) })
	slices.SortFunc(settled, func(a, b Settled) int { return a.Ended.Compare(b.Ended) })
	if len(settled) == 0 {
		l.Open = append(l.Open, Unreached{Caller: caller, Misses: misses})
		return
	}
	open := Unreached{Caller: caller}
	done := make([]Unreached, len(settled))
	for _, m := range misses {
		if i := slices.IndexFunc(settled, func(s Settled) bool { return s.settles(m) }); i < 0 {
			open.Misses = append(open.Misses, m)
		} else {
			done[i].Misses = append(done[i].Misses, m)
		}
	}
	if len(open.Misses) > 0 {
		l.Open = append(l.Open, open)
	}
	for i, u := range done {
		if len(u.Misses) > 0 {
			l.Settled = append(l.Settled, Unreached{Caller: caller, Misses: u.Misses, Settled: settled[i]})
		}
	}
}
