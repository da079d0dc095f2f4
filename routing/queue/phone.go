package queue

import (
	"slices"
	"time"
)

// phone is what the switches say about a phone: an end for each of them.
type phone struct{ ends []end }

// end is a phone as one switch sees it. One that the switch never spoke of counts as reachable.
type end struct {
	onSwitch                string
	known, registered, busy bool
}

// trouble is a phone that refused a call. It is believed until the switch says something new of the phone, or the time
// is over.
type trouble struct {
	onSwitch string
	restored bool // nobody wrote down of which switch: it counts for all
	miss     Miss
	until    time.Time
}

// deaf says why that switch cannot have the agent's phone ring, and nothing if it can.
func (a *agent) deaf(now time.Time, onSwitch string) string {
	for _, e := range a.phone.ends {
		if e.onSwitch == onSwitch && e.known && !e.registered {
			return reasonUnregistered
		}
	}
	for _, t := range a.troubles {
		if (t.restored || t.onSwitch == onSwitch) && now.Before(t.until) {
			return t.miss.String()
		}
	}
	return ""
}

// deafToAll says why no switch can have the agent's phone ring, by the first of them.
func (a *agent) deafToAll(now time.Time) string {
	if len(a.phone.ends) == 0 {
		return a.deaf(now, "")
	}
	for _, e := range a.phone.ends {
		if a.deaf(now, e.onSwitch) == "" {
			return ""
		}
	}
	return a.deaf(now, a.phone.ends[0].onSwitch)
}

// dead reports whether that switch cannot reach the agent's phone. One that says busy is there.
func (a *agent) dead(now time.Time, onSwitch string) bool {
	why := a.deaf(now, onSwitch)
	return why == reasonUnregistered || why == Unreachable.String()
}

// busyElsewhere reports whether the agent has a call of which nothing more is known here.
func (a *agent) busyElsewhere(now time.Time) bool {
	return slices.ContainsFunc(a.phone.ends, func(e end) bool { return e.busy }) ||
		slices.ContainsFunc(a.holds, func(h hold) bool { return now.Before(h.until) })
}

// forget drops what the phone refused to that switch.
func (a *agent) forget(onSwitch string) {
	a.troubles = slices.DeleteFunc(a.troubles, func(t trouble) bool { return t.restored || t.onSwitch == onSwitch })
}

// Phone reports the state of a phone as that switch sees it: whether it is registered there, and whether it has a call
// there that is not ours (rule 9). Only a change clears the memory of a refusal: our own dialling makes switches repeat
// themselves. An offer that rings goes on ringing: its own leg says how it ends.
func (b *Board) Phone(now time.Time, onSwitch, name string, registered, busyElsewhere bool) []Decision {
	b.meet(onSwitch)
	p := b.phone(name)
	at := slices.IndexFunc(p.ends, func(e end) bool { return e.onSwitch == onSwitch })
	is := end{onSwitch: onSwitch, known: true, registered: registered, busy: busyElsewhere}
	if p.ends[at] != is {
		p.ends[at] = is
		for _, a := range b.roster {
			if a.phone == p {
				a.forget(onSwitch)
			}
		}
	}
	return b.work(now)
}
