package queue

import (
	"errors"
	"fmt"
	"slices"
)

var (
	errNoAgent = errors.New("no such agent")
	errEngaged = errors.New("the agent rings or talks already")
	errNoRoom  = errors.New("the ticket is not waiting for another agent")
)

// Check says whether the board keeps its promises. An error is a bug in this package, never a condition of the world.
// It may be asked after any method but those of a restart, which leave the board waiting for its tickets.
func (b *Board) Check() error {
	var errs []error
	failed := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	for _, a := range b.roster {
		b.checkAgent(a, failed)
	}
	for _, t := range b.line {
		b.checkTicket(t, failed)
	}
	for _, q := range b.queues {
		ready := 0
		for _, a := range q.agents {
			if a.state == Ready {
				ready++
			}
		}
		if ready != q.ready {
			failed("queue %s: %d agents ready, %d counted", q.Name, ready, q.ready)
		}
	}
	if !slices.IsSortedFunc(b.line, inOrder) {
		failed("the line is out of order")
	}
	slices.SortFunc(errs, func(e, f error) int { return compareText(e, f) })
	return errors.Join(errs...)
}

func (b *Board) checkAgent(a *agent, failed func(string, ...any)) {
	if b.agents[a.ID] != a {
		failed("agent %s: on the roster, not on the board", a.ID)
	}
	if state, reason := a.stateAt(b.worked); state != a.state || reason != a.reason {
		failed("agent %s: is %v (%s), the facts say %v (%s)", a.ID, a.state, a.reason, state, reason)
	}
	o := a.offer
	if (o != nil) != (a.state == Ringing) {
		failed("agent %s: %v, and an offer: %t", a.ID, a.state, o != nil)
	}
	if o == nil {
		return
	}
	if a.talk != nil {
		failed("agent %s: talks and rings", a.ID)
	}
	if b.tickets[o.ticket.ID] != o.ticket || !slices.Contains(o.ticket.offers, o) {
		failed("agent %s: rings for %s, which knows nothing of it", a.ID, o.ticket.ID)
	}
	if !o.restored && (!a.loggedIn || a.paused || a.removed) {
		failed("agent %s: rings, and is not there for it", a.ID)
	}
}

func (b *Board) checkTicket(t *ticket, failed func(string, ...any)) {
	if b.tickets[t.ID] != t {
		failed("ticket %s: in the line, not on the board", t.ID)
	}
	if !t.deadline.Equal(t.due()) {
		failed("ticket %s: deadline %v, should be %v", t.ID, t.deadline, t.due())
	}
	if t.away && len(t.offers) > 0 {
		failed("ticket %s: away, and offered", t.ID)
	}
	single := 0
	for _, o := range t.offers {
		if o.agent.offer != o {
			failed("ticket %s: offered to %s, who knows nothing of it", t.ID, o.agent.ID)
		}
		if o.strategy == LongestIdle && !o.restored {
			single++
		}
	}
	if len(t.offers) > widest || single > 1 {
		failed("ticket %s: %d offers", t.ID, len(t.offers))
	}
	if stage, _ := t.stage(b.worked); stage != 0 {
		failed("ticket %s: %v is due", t.ID, stage)
	}
	if t.away || b.isAway(t.Switch) || t.width(b.worked) <= len(t.offers) {
		return
	}
	if who, _ := t.next(b.worked); len(who) > 0 {
		failed("ticket %s: waits while %s is free for it", t.ID, who[0].ID)
	}
}

func compareText(e, f error) int {
	switch {
	case e.Error() < f.Error():
		return -1
	case e.Error() > f.Error():
		return 1
	}
	return 0
}
