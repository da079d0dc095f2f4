package queue

import (
	"fmt"
	"slices"
	"time"
)

// Miss is why an offer came to nothing on the agent's side.
type Miss int

// What a phone can do other than answer.
const (
	NoAnswer Miss = iota + 1
	Busy
	Declined
	Unreachable
	Fault // of hotline, the switch or the network: it says nothing about the agent or the phone
)

func (m Miss) String() string {
	switch m {
	case NoAnswer:
		return "no answer"
	case Busy:
		return "busy"
	case Declined:
		return "declined"
	case Unreachable:
		return "unreachable"
	case Fault:
		return "fault"
	}
	return fmt.Sprintf("Miss(%d)", int(m))
}

// offer is one agent ringing for one ticket. It is in force while both point at it.
type offer struct {
	ticket   *ticket
	agent    *agent
	since    time.Time
	ring     time.Duration
	short    bool      // MaxWait cut the ring time, so not answering it says nothing about the agent
	overdue  time.Time // nobody has reported on it by then
	strategy Strategy
	restored bool
}

// try is an offer that came to nothing. The agent is barred from the ticket until every other agent who is free was
// tried as well, which ends a round, and at least for barFor (rule 3).
type try struct {
	agent AgentID
	at    time.Time
	round int
}

// assign makes all offers that can be made (rule 2): ticket by ticket in the order of rule 1, whichever queue it waits
// in, so an agent of several queues is always offered the earliest deadline of all of them.
func (b *Board) assign(now time.Time) {
	for _, t := range b.line {
		if t.away || t.queue.ready == 0 || b.isAway(t.Switch) {
			continue
		}
		room := t.width(now) - len(t.offers)
		if room <= 0 {
			continue
		}
		who, round := t.next(now)
		if len(who) == 0 {
			continue
		}
		who = who[:min(room, len(who))]
		considered := t.considered(now, who)
		t.round = round
		for _, a := range who {
			b.ring(now, t, a, considered)
		}
	}
}

// width is how many phones may ring for the ticket at once (rule 5).
func (t *ticket) width(now time.Time) int {
	switch {
	case t.queue.Strategy == RingAll:
		return widest
	case t.queue.Strategy == Progressive && len(t.offers) > 0:
		return int(min(1+now.Sub(t.rung)/t.queue.Step, widest))
	}
	return 1
}

// next returns who may be offered the ticket now, longest idle first, and the round that this is. A new round begins
// when nobody rings and everybody who is free was tried in this one.
func (t *ticket) next(now time.Time) ([]*agent, int) {
	var fresh, again []*agent
	only := t.waitsFor(now)
	for _, a := range t.queue.agents {
		if only != nil && a != only || a.state != Ready || a.deaf(now, t.Switch) != "" {
			continue
		}
		try := t.tried(a.ID)
		switch {
		case try != nil && now.Before(try.at.Add(barFor)):
		case try != nil && try.round == t.round:
			again = append(again, a)
		default:
			fresh = append(fresh, a)
		}
	}
	if len(fresh) > 0 || len(t.offers) > 0 {
		return longestIdle(fresh), t.round
	}
	return longestIdle(again), t.round + 1
}

// longestIdle sorts stably, so that the queue's own order breaks ties.
func longestIdle(agents []*agent) []*agent {
	slices.SortStableFunc(agents, func(a, c *agent) int { return a.idle.Compare(c.idle) })
	return agents
}

func (t *ticket) tried(id AgentID) *try {
	for i := range t.tries {
		if t.tries[i].agent == id {
			return &t.tries[i]
		}
	}
	return nil
}

// considered says of every agent of the queue why they are not among the chosen.
func (t *ticket) considered(now time.Time, chosen []*agent) []Considered {
	all := make([]Considered, 0, len(t.queue.agents))
	for _, a := range t.queue.agents {
		all = append(all, Considered{Agent: a.ID, Refused: t.refusal(now, a, chosen)})
	}
	return all
}

func (t *ticket) refusal(now time.Time, a *agent, chosen []*agent) string {
	try, deaf := t.tried(a.ID), a.deaf(now, t.Switch)
	only := t.waitsFor(now)
	switch {
	case slices.Contains(chosen, a) || a.offer != nil && a.offer.ticket == t:
		return ""
	case a.state != Ready:
		return a.state.String()
	case deaf != "":
		return deaf
	case only != nil && a != only:
		return refusedWaits
	case try != nil && now.Before(try.at.Add(barFor)):
		return refusedBarred
	case try != nil && try.round == t.round:
		return refusedTried
	}
	return refusedIdle
}

// ring makes the offer: ticket offered and agent ringing in one step, before anything is dialled (rule 2).
func (b *Board) ring(now time.Time, t *ticket, a *agent, considered []Considered) {
	o := &offer{ticket: t, agent: a, since: now, strategy: t.queue.Strategy}
	o.ring, o.short = t.ringTime(now)
	a.talk = nil // on a switch that has been away for too long
	o.overdue = now.Add(o.ring + overdueGap)
	o.begin()
	b.decide(Decision{Kind: Offer, Ticket: t.ID, Agent: a.ID, Queue: t.Queue, Ring: o.ring, Considered: considered})
	b.settleAgent(now, a)
}

// ringTime is how long a phone rings: no longer than until MaxWait if something happens then (rule 6).
func (t *ticket) ringTime(from time.Time) (ring time.Duration, short bool) {
	ring = t.queue.Ring
	if !t.pending(StageMaxWait) {
		return ring, false
	}
	left := t.maxWaitEnd().Sub(from)
	return min(ring, left), left < ring
}

func (o *offer) begin() {
	if len(o.ticket.offers) == 0 {
		o.ticket.rung = o.since
	}
	o.ticket.offers = append(o.ticket.offers, o)
	o.agent.offer = o
}

func (o *offer) end() {
	t := o.ticket
	t.offers = slices.DeleteFunc(t.offers, func(p *offer) bool { return p == o })
	o.agent.offer = nil
}

// inForce returns the offer of the ticket to the agent, nil if there is none or no longer.
func (b *Board) inForce(id TicketID, agent AgentID) *offer {
	a := b.agents[agent]
	if a == nil || a.offer == nil || a.offer.ticket.ID != id {
		return nil
	}
	return a.offer
}

// Answered reports that the agent's phone was answered. The first one wins while the offer is in force, also in the
// very instant in which it would have ended (rule 6): the ticket leaves the line, the agent talks, the other phones
// stop without any penalty (rule 5). If it is not won, the agent's leg is to be hung up.
func (b *Board) Answered(now time.Time, id TicketID, agent AgentID) (won bool, d []Decision) {
	o := b.inForce(id, agent)
	if o == nil {
		return false, b.work(now)
	}
	o.end()
	b.cancelAll(o.ticket, reasonAnsweredElsewhere)
	b.remove(o.ticket)
	o.agent.talk = &talk{ticket: id, queue: o.ticket.Queue, onSwitch: o.ticket.Switch, until: b.away[o.ticket.Switch]}
	o.agent.missed = 0
	return true, b.work(now)
}

// Failed reports that an offer came to nothing on the agent's side (rule 3). A report on an offer that is no longer in
// force changes nothing.
func (b *Board) Failed(now time.Time, id TicketID, agent AgentID, m Miss) []Decision {
	if o := b.inForce(id, agent); o != nil {
		o.end()
		b.blame(now, o, m)
	}
	return b.work(now)
}

// blame draws the consequences of an offer that the agent's side let end.
func (b *Board) blame(now time.Time, o *offer, m Miss) {
	t, a := o.ticket, o.agent
	if old := t.tried(a.ID); old != nil {
		old.at, old.round = now, t.round
	} else {
		t.tries = append(t.tries, try{agent: a.ID, at: now, round: t.round})
	}
	switch m {
	case NoAnswer:
		if !o.short {
			a.idle = now
			b.countMiss(now, a, t)
		}
	case Busy, Unreachable:
		a.forget(t.Switch)
		a.troubles = append(a.troubles, trouble{onSwitch: t.Switch, miss: m, until: now.Add(troubleFor)})
	}
}

// countMiss pauses an agent who does not answer again and again, unless a queue would be left without anybody for the
// tickets of a switch: then a person has to look.
func (b *Board) countMiss(now time.Time, a *agent, t *ticket) {
	a.missed++
	if t.queue == nil || t.queue.PauseAfter == 0 || a.missed < t.queue.PauseAfter {
		return
	}
	for _, served := range a.queues {
		alone := func(e end) bool {
			return (e.onSwitch == t.Switch || a.available(now, e.onSwitch)) && !served.others(a, now, e.onSwitch)
		}
		if !served.removed && slices.ContainsFunc(a.phone.ends, alone) {
			b.decide(Decision{Kind: Alarm, Agent: a.ID, Queue: served.Name, Reason: reasonLastAgent})
			return
		}
	}
	a.paused, a.pauseReason = true, reasonNoAnswers
}

func (b *Board) cancel(o *offer, why string) {
	o.end()
	b.decide(Decision{Kind: Cancel, Ticket: o.ticket.ID, Agent: o.agent.ID, Queue: o.ticket.Queue, Reason: why})
}

func (b *Board) cancelAll(t *ticket, why string) {
	for len(t.offers) > 0 {
		b.cancel(t.offers[0], why)
	}
}

// dropOverdue gives up offers on which the switch has reported nothing, so that neither the ticket nor the agent is
// held for ever by a report that got lost.
func (b *Board) dropOverdue(now time.Time) {
	for _, a := range b.roster {
		o := a.offer
		if o == nil || now.Before(o.overdue) {
			continue
		}
		b.cancel(o, reasonOverdue)
		b.blame(now, o, Fault)
		if o.ticket.queue == nil && len(o.ticket.offers) == 0 {
			b.remove(o.ticket) // it was never more than a restored offer
		}
	}
}
