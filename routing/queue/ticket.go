package queue

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// TicketID names a ticket.
type TicketID = string

// Kind says what a ticket is.
type Kind int

// The kinds of ticket. They wait in one line; what differs is what is done when their turn comes.
const (
	Call Kind = iota
	Callback
	Text
)

func (k Kind) String() string {
	switch k {
	case Call:
		return "call"
	case Callback:
		return "callback"
	case Text:
		return "text"
	}
	return fmt.Sprintf("Kind(%d)", int(k))
}

// Ticket is somebody who waits, as told to Enter.
type Ticket struct {
	ID        TicketID
	Queue     string
	Switch    string // that holds the call, for good
	Kind      Kind
	Arrival   time.Time
	HeadStart time.Duration
	Target    time.Duration // brought along from another queue; 0 = only its queue's counts, else the smaller of the two
	Ran       Stages        // of this queue, before a restart

	Preferred AgentID // rule 18: nobody else is offered it until then, as long as they could take it; empty: nobody
	Until     time.Time
}

// TicketView is a ticket as it stands. Its Ticket can be given to Enter again after a restart.
type TicketView struct {
	Ticket
	Deadline time.Time
	Position int  // in its queue, from 1
	Away     bool // an overflow stage runs; the ticket is not offered, and keeps its place
	Offered  []AgentID
}

// ticket is a Ticket on the board. One whose queue is nil has not entered: an offer to it was restored already.
type ticket struct {
	Ticket
	queue    *queue
	deadline time.Time
	away     bool
	offers   []*offer
	rung     time.Time         // when the first of these offers began
	tries    []try             // one per agent who was offered this ticket in vain
	round    int               // of tries
	ranIn    map[string]Stages // stages run in queues it was in before
}

// due is the deadline of rule 1.
func (t *ticket) due() time.Time { return t.Arrival.Add(t.target() - t.HeadStart) }

func (t *ticket) target() time.Duration {
	if t.Target > 0 {
		return min(t.Target, t.queue.Target)
	}
	return t.queue.Target
}

// inOrder is rule 1: earliest deadline, then arrival, then id.
func inOrder(s, t *ticket) int {
	return cmp.Or(s.deadline.Compare(t.deadline), s.Arrival.Compare(t.Arrival), cmp.Compare(s.ID, t.ID))
}

// Enter puts tickets in the line: new ones, the ones a restart found, or one that overflowed here from another queue.
// At a restart give all at once, after Restore and RestoreTalk, so that the first one does not take the agent of
// another.
//
// A ticket that is on the board already is moved. Its arrival and head start stay, its target becomes the smaller of
// the two (rule 1), and a stage that ran in a queue it comes back to does not run again (rule 10).
func (b *Board) Enter(now time.Time, tickets ...Ticket) []Decision {
	for _, n := range tickets {
		b.enter(now, n)
	}
	return b.work(now)
}

func (b *Board) enter(now time.Time, n Ticket) {
	q := b.queues[n.Queue]
	if q == nil {
		// The caller waits where people can see it, and is served when a reload brings the queue back.
		q = &queue{QueueSpec: QueueSpec{Name: n.Queue}.withDefaults()}
		b.queues[n.Queue] = q
		b.decide(Decision{Kind: Alarm, Ticket: n.ID, Queue: n.Queue, Reason: reasonNoQueue})
	}
	if n.Arrival.IsZero() {
		n.Arrival = now
	}
	b.meet(n.Switch)
	t := b.tickets[n.ID]
	switch {
	case t == nil:
		t = &ticket{Ticket: n}
		b.tickets[n.ID] = t
	case t.queue == nil:
		t.Ticket = n
	default:
		b.unline(t)
		if t.queue != q {
			b.cancelAll(t, reasonMoved)
		}
		t.move(n)
	}
	t.queue, t.away = q, false
	for _, o := range t.offers {
		o.ring, o.short = t.ringTime(o.since)
	}
	t.deadline = t.due()
	i, _ := slices.BinarySearchFunc(b.line, t, inOrder)
	b.line = slices.Insert(b.line, i, t)
}

// move makes t what n says, without taking from it what it has earned by waiting.
func (t *ticket) move(n Ticket) {
	if t.ranIn == nil {
		t.ranIn = map[string]Stages{}
	}
	t.ranIn[t.Queue] |= t.Ran
	n.Ran |= t.ranIn[n.Queue]
	n.Arrival, n.HeadStart, n.Switch = t.Arrival, t.HeadStart, t.Switch
	switch {
	case t.Queue == n.Queue:
		n.Target = t.Target
	case n.Target > 0:
		n.Target = min(n.Target, t.target())
	default:
		n.Target = t.target()
	}
	t.Ticket = n
}

// Leave takes a ticket off the board: the caller is gone, or done, or went elsewhere. Agents who rang for it are ready
// again and have lost nothing (rule 4).
func (b *Board) Leave(now time.Time, id TicketID) []Decision {
	if t := b.tickets[id]; t != nil {
		b.cancelAll(t, reasonGone)
		b.remove(t)
	}
	return b.work(now)
}

// Return brings a ticket back from an overflow stage. It competes again with everything it had.
func (b *Board) Return(now time.Time, id TicketID) []Decision {
	if t := b.tickets[id]; t != nil {
		t.away = false
	}
	return b.work(now)
}

func (b *Board) remove(t *ticket) {
	delete(b.tickets, t.ID)
	if t.queue != nil {
		b.unline(t)
	}
}

func (b *Board) unline(t *ticket) {
	if i, found := slices.BinarySearchFunc(b.line, t, inOrder); found {
		b.line = slices.Delete(b.line, i, i+1)
	}
}

// wakes tells when something about the ticket may change by the passing of time alone.
func (t *ticket) wakes(now time.Time, consider func(time.Time)) {
	if t.away {
		return
	}
	if t.pending(StageMaxWait) {
		consider(t.maxWaitEnd())
	}
	if t.Preferred != "" {
		consider(t.Until)
	}
	for _, try := range t.tries {
		consider(try.at.Add(barFor))
	}
	if t.queue.Strategy == Progressive && len(t.offers) > 0 && t.width(now) < widest {
		steps := now.Sub(t.rung)/t.queue.Step + 1
		consider(t.rung.Add(steps * t.queue.Step))
	}
}

// waitsFor is the agent whom alone the ticket is offered to at that moment (rule 18): the one who is preferred, unless they are
// not there or have been rung in vain. nil: everybody.
func (t *ticket) waitsFor(now time.Time) *agent {
	if t.Preferred == "" || !now.Before(t.Until) || t.tried(t.Preferred) != nil {
		return nil
	}
	for _, a := range t.queue.agents {
		if a.ID == t.Preferred && a.available(now, t.Switch) {
			return a
		}
	}
	return nil
}

// Waiting returns the tickets of a queue in their order, also those that ring or are away.
func (b *Board) Waiting(queue string) []TicketView {
	return slices.DeleteFunc(b.Line(), func(v TicketView) bool { return v.Queue != queue })
}

// Line returns the tickets of all queues in their order, also those that ring or are away.
func (b *Board) Line() []TicketView {
	views, waiting := make([]TicketView, 0, len(b.line)), map[string]int{}
	for _, t := range b.line {
		waiting[t.Queue]++
		v := TicketView{Ticket: t.Ticket, Deadline: t.deadline, Position: waiting[t.Queue], Away: t.away}
		for _, o := range t.offers {
			v.Offered = append(v.Offered, o.agent.ID)
		}
		views = append(views, v)
	}
	return views
}
