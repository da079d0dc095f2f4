package queue

import (
	"cmp"
	"fmt"
	"time"
)

// What the rules fix, and what holds where a queue says nothing.
const (
	defaultTarget = 20 * time.Second
	defaultRing   = 20 * time.Second
	defaultStep   = 10 * time.Second

	barFor     = 15 * time.Second // rule 3: the least time before the same agent rings for the same ticket again
	troubleFor = 30 * time.Second // a do-not-disturb phone reports no change of state, so it is tried again after this
	widest     = 8                // rule 5: phones ringing for one ticket
	overdueGap = 10 * time.Second // after its ring time an offer that nobody reported on is given up
	holdFor    = 30 * time.Second // for so long an agent is kept for a call of which only its switch, which is away, can tell
)

// Strategy says which agents ring for a ticket.
type Strategy int

// The strategies of rule 5.
const (
	LongestIdle Strategy = iota // one agent, the one who has been idle longest
	RingAll                     // all who are free, eight at most
	Progressive                 // the longest idle, and one more with every step
)

func (s Strategy) String() string {
	switch s {
	case LongestIdle:
		return "longest_idle"
	case RingAll:
		return "ring_all"
	case Progressive:
		return "progressive"
	}
	return fmt.Sprintf("Strategy(%d)", int(s))
}

// QueueSpec is a queue as the rules file describes it.
type QueueSpec struct {
	Name     string
	Agents   []AgentID     // in the order that breaks ties
	Target   time.Duration // how soon a ticket should be answered; weighs queues against each other; 0 = 20 s
	MaxWait  time.Duration // from the ticket's arrival, wherever it arrived
	Ring     time.Duration // how long one phone rings; 0 = 20 s
	WrapUp   time.Duration // after each talk; 0 = none
	Step     time.Duration // Progressive: one more phone after each; 0 = 10 s
	Strategy Strategy

	PauseAfter int  // an agent is paused after so many unanswered offers in a row; 0 = never
	OnNobody   bool // the file says what to do when nobody is there
	OnMaxWait  bool // the file says what to do after MaxWait
}

func (s QueueSpec) withDefaults() QueueSpec {
	if s.Target <= 0 {
		s.Target = defaultTarget
	}
	if s.Ring <= 0 {
		s.Ring = defaultRing
	}
	if s.Step <= 0 {
		s.Step = defaultStep
	}
	return s
}

// AgentSpec is an agent as the rules file describes one.
type AgentSpec struct {
	ID    AgentID
	Phone string // no two agents share a phone
}

type queue struct {
	QueueSpec
	agents  []*agent
	removed bool // no longer in the rules file
	ready   int  // how many of them are Ready, so that a queue without any costs nothing to pass over
}

func byName(p, q *queue) int { return cmp.Compare(p.Name, q.Name) }

// staffed reports whether somebody is there at all for the queue's tickets of that switch, be it that they are busy just
// now.
func (q *queue) staffed(now time.Time, onSwitch string) bool {
	for _, a := range q.agents {
		if a.present(now, onSwitch) {
			return true
		}
	}
	return false
}

// others reports whether somebody other than a will go on serving the queue's tickets of that switch.
func (q *queue) others(a *agent, now time.Time, onSwitch string) bool {
	for _, o := range q.agents {
		if o != a && o.available(now, onSwitch) {
			return true
		}
	}
	return false
}
