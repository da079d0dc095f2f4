package queue

import (
	"slices"
	"time"
)

// A switch that is away tells nothing, though conversations may go on on it. Its tickets keep their places and are not
// offered: it can ring nobody. Whoever talks on it, with a caller of ours or with somebody else, is left alone for
// holdFor, and is there for the others then.

// talk is a conversation of ours.
type talk struct {
	ticket   TicketID
	queue    string
	onSwitch string
	until    time.Time // it is believed to go on, while its switch is away; zero while that is there
}

// hold is a call that the agent may still have on a switch that is away: one of an earlier run, or one that is not ours.
type hold struct {
	onSwitch string
	until    time.Time
}

// talking reports whether the agent is in a conversation, as far as can be known. One that is believed no longer is still
// kept: it counts again if its switch comes back before the agent is offered anything.
func (a *agent) talking(now time.Time) bool {
	return a.talk != nil && (a.talk.until.IsZero() || now.Before(a.talk.until))
}

// talksFor reports whether that is the conversation the agent is in. It may be another by the time its switch is back.
func (a *agent) talksFor(id TicketID) bool { return a != nil && a.talk != nil && a.talk.ticket == id }

// Away says that a switch tells nothing any more, until Back. Again changes nothing.
func (b *Board) Away(now time.Time, onSwitch string) []Decision {
	if b.isAway(onSwitch) {
		return b.work(now)
	}
	until := now.Add(holdFor)
	b.believe(onSwitch, until)
	for _, a := range b.roster {
		for i := range a.phone.ends {
			if e := &a.phone.ends[i]; e.onSwitch == onSwitch && e.busy {
				e.busy = false // it says so again when it is back
				a.hold(onSwitch, until)
			}
		}
	}
	return b.work(now)
}

// Back says that a switch is there, and tells what happens again.
func (b *Board) Back(now time.Time, onSwitch string) []Decision {
	b.Arrived(onSwitch)
	return b.work(now)
}

func (b *Board) believe(onSwitch string, until time.Time) {
	b.away[onSwitch] = until
	for _, a := range b.roster {
		if a.talk != nil && a.talk.onSwitch == onSwitch {
			a.talk.until = until
		}
	}
}

func (b *Board) isAway(onSwitch string) bool {
	_, away := b.away[onSwitch]
	return away
}

func (a *agent) hold(onSwitch string, until time.Time) {
	a.release(onSwitch)
	a.holds = append(a.holds, hold{onSwitch: onSwitch, until: until})
}

func (a *agent) release(onSwitch string) {
	a.holds = slices.DeleteFunc(a.holds, func(h hold) bool { return h.onSwitch == onSwitch })
}
