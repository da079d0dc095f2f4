package queue

import (
	"fmt"
	"time"
)

// The methods of this file put back what a restart found (rule 17). They decide nothing, for what they tell is already so.
// They come after Configure: RestoreAgent before any switch is there, the others before the tickets of a switch enter, when
// it is there; Hold once, with the first.

// RestoreAgent gives an agent back the state it was last written with. Ringing and Talking come back through Restore
// and RestoreTalk alone, for the legs know better: without them the agent is ready, or what was asked to come after a
// conversation has come.
func (b *Board) RestoreAgent(id AgentID, s, after AgentState, reason string, since, idleSince time.Time) error {
	a := b.agents[id]
	if a == nil {
		return fmt.Errorf("restore agent %q: %w", id, errNoAgent)
	}
	if s == Talking {
		s = after
	}
	a.loggedIn, a.paused, a.pauseReason = s != Offline, s == Paused, ""
	a.idle, a.wrapEnd, a.troubles = idleSince, time.Time{}, nil
	switch s {
	case Paused:
		a.pauseReason = reason
	case WrapUp:
		a.wrapEnd = idleSince // that is what Talked made it
	case Unavailable:
		a.troubles = []trouble{{restored: true, miss: missNamed(reason), until: since.Add(troubleFor)}}
	case Ready, Offline:
	default:
		s, reason = Ready, ""
	}
	if a.talk != nil || a.offer != nil {
		return nil // restored before; the rest shows when it ends
	}
	a.become(s, reason, since)
	return nil
}

// missNamed turns the written reason of Unavailable into a Miss. A phone that was not registered is as good as
// unreachable until it reports.
func missNamed(reason string) Miss {
	if reason == Busy.String() {
		return Busy
	}
	return Unreachable
}

// Restore puts back an offer whose leg still rings. The ticket may enter later; if it does not come, Leave takes the
// offer back.
func (b *Board) Restore(now time.Time, id TicketID, agent AgentID, since time.Time) error {
	a := b.agents[agent]
	if err := a.restorable(); err != nil {
		return fmt.Errorf("restore offer of %q to %q: %w", id, agent, err)
	}
	t := b.tickets[id]
	ring := defaultRing
	switch {
	case t == nil:
		t = &ticket{Ticket: Ticket{ID: id}}
		b.tickets[id] = t
	case t.queue == nil:
	case t.away || t.width(now) <= len(t.offers):
		return fmt.Errorf("restore offer of %q to %q: %w", id, agent, errNoRoom)
	default:
		ring, _ = t.ringTime(since)
	}
	o := &offer{ticket: t, agent: a, since: since, ring: ring, overdue: now.Add(ring + overdueGap), restored: true}
	o.begin()
	a.become(Ringing, "", since)
	return nil
}

// RestoreTalk puts back a conversation that goes on.
func (b *Board) RestoreTalk(now time.Time, agent AgentID, t Ticket, since time.Time) error {
	a := b.agents[agent]
	if err := a.restorable(); err != nil {
		return fmt.Errorf("restore conversation of %q: %w", agent, err)
	}
	if since.IsZero() {
		since = now
	}
	a.talk = &talk{ticket: t.ID, queue: t.Queue, onSwitch: t.Switch}
	a.become(Talking, "", since)
	if a.after = a.afterTalk(); a.after == Paused {
		a.reason = a.pauseReason
	}
	return nil
}

// Hold keeps an agent from being offered anything who had a call on a switch that is not there yet, until Arrived, or for
// holdFor: calls go on without us.
func (b *Board) Hold(now time.Time, id AgentID, onSwitch string) error {
	a := b.agents[id]
	if a == nil {
		return fmt.Errorf("hold agent %q: %w", id, errNoAgent)
	}
	a.hold(onSwitch, now.Add(holdFor))
	return nil
}

// Arrived says that a switch is there, and ends what Hold began for it. RestoreTalk and Restore then say what has become
// of its calls.
func (b *Board) Arrived(onSwitch string) {
	b.believe(onSwitch, time.Time{})
	delete(b.away, onSwitch)
	for _, a := range b.roster {
		a.release(onSwitch)
	}
}

func (a *agent) restorable() error {
	switch {
	case a == nil:
		return errNoAgent
	case a.offer != nil || a.talk != nil:
		return errEngaged
	}
	return nil
}
