package queue

import (
	"fmt"
	"time"
)

// AgentID names an agent.
type AgentID = string

// AgentState is what an agent does at the moment.
type AgentState int

// The states of an agent. Only a Ready one is offered anything.
const (
	Offline       AgentState = iota // not logged in
	Ready                           // waits for a ticket
	Ringing                         // is offered one
	Talking                         // in a conversation of ours
	WrapUp                          // writes down what it was about
	Paused                          // asked not to be offered anything
	Unavailable                     // no switch can reach the phone, or it has just refused
	BusyElsewhere                   // the phone has a call that is not ours, or one of ours on a switch that is away
)

var stateNames = [...]string{"offline", "ready", "ringing", "talking", "wrap_up", "paused", "unavailable", "busy_elsewhere"}

func (s AgentState) String() string {
	if s < 0 || int(s) >= len(stateNames) {
		return fmt.Sprintf("AgentState(%d)", int(s))
	}
	return stateNames[s]
}

// ParseAgentState is the inverse of String.
func ParseAgentState(name string) (AgentState, error) {
	for i, n := range stateNames {
		if n == name {
			return AgentState(i), nil
		}
	}
	return Offline, fmt.Errorf("no agent state is called %q", name)
}

// AgentView is an agent as one stands.
type AgentView struct {
	ID        AgentID
	Phone     string
	Queues    []string // by name
	State     AgentState
	After     AgentState // while Talking: Paused or Offline if that was asked meanwhile, else Ready
	Reason    string     // of Paused and Unavailable, and of the pause that comes after Talking
	Since     time.Time
	IdleSince time.Time // in WrapUp: its end
	Ticket    TicketID  // while Ringing
	Queue     string    // while Ringing or Talking
	Phones    []PhoneView
}

// PhoneView is an agent's phone as one switch sees it.
type PhoneView struct {
	Switch     string
	Known      bool // the switch has spoken of it; else the rest says nothing
	Registered bool
	Busy       bool // with a call that is not ours
}

// agent is what is known about an agent: facts, and the state that follows from them. Facts change where they are
// reported, the state only in settleAgent.
type agent struct {
	AgentSpec
	queues []*queue
	phone  *phone

	removed     bool // no longer in the rules file
	loggedIn    bool
	paused      bool
	pauseReason string
	offer       *offer
	talk        *talk
	holds       []hold
	wrapEnd     time.Time
	troubles    []trouble // one for each switch at the most
	missed      int       // offers not answered in a row
	idle        time.Time // what "longest idle" is measured by

	state  AgentState
	after  AgentState // see AgentView
	reason string
	since  time.Time
}

// stateAt says what follows from the facts. What goes on is first: a pause or log-out asked during a conversation
// begins after it because Talking hides it (rule 7).
func (a *agent) stateAt(now time.Time) (AgentState, string) {
	switch {
	case a.talking(now):
		if a.afterTalk() == Paused {
			return Talking, a.pauseReason
		}
		return Talking, ""
	case a.offer != nil:
		return Ringing, ""
	case !a.loggedIn || a.removed:
		return Offline, ""
	case a.paused:
		return Paused, a.pauseReason
	case now.Before(a.wrapEnd):
		return WrapUp, ""
	}
	if why := a.deafToAll(now); why != "" {
		return Unavailable, why
	}
	if a.busyElsewhere(now) {
		return BusyElsewhere, ""
	}
	return Ready, ""
}

// afterTalk is what the end of a conversation uncovers.
func (a *agent) afterTalk() AgentState {
	switch {
	case !a.loggedIn || a.removed:
		return Offline
	case a.paused:
		return Paused
	}
	return Ready
}

// available reports whether the agent serves the tickets of that switch and goes on doing so, be it that they are busy
// just now.
func (a *agent) available(now time.Time, onSwitch string) bool {
	return a.loggedIn && !a.removed && !a.paused && !a.dead(now, onSwitch)
}

// present reports whether the agent counts against on_nobody (rule 10). Whoever talks or rings is there, for another
// switch only if that can reach the phone as well.
func (a *agent) present(now time.Time, onSwitch string) bool {
	switch {
	case a.talking(now):
		return a.talk.onSwitch == onSwitch || !a.dead(now, onSwitch)
	case a.offer != nil:
		return a.offer.ticket.Switch == onSwitch || !a.dead(now, onSwitch)
	}
	return a.available(now, onSwitch)
}

func (a *agent) wakes(consider func(time.Time)) {
	consider(a.wrapEnd)
	for _, t := range a.troubles {
		consider(t.until)
	}
	for _, h := range a.holds {
		consider(h.until)
	}
	if a.talk != nil {
		consider(a.talk.until)
	}
	if a.offer != nil {
		consider(a.offer.overdue)
	}
}

// settle makes the states follow the facts.
func (b *Board) settle(now time.Time) {
	for _, a := range b.roster {
		b.settleAgent(now, a)
	}
}

func (b *Board) settleAgent(now time.Time, a *agent) {
	state, reason := a.stateAt(now)
	after := Ready
	if state == Talking {
		after = a.afterTalk()
	}
	if state == a.state && reason == a.reason && after == a.after {
		return
	}
	since := now
	if state == Talking && a.state == Talking {
		since = a.since // only what comes after it has changed
	}
	a.become(state, reason, since)
	a.after = after
	d := Decision{Kind: AgentChanged, Agent: a.ID, State: state, After: after, Reason: reason, Since: since, IdleSince: a.idle}
	d.Ticket, d.Queue = a.engagement()
	b.decide(d)
}

// become changes the state and keeps the count of ready agents of each queue.
func (a *agent) become(s AgentState, reason string, since time.Time) {
	for _, q := range a.queues {
		if a.state == Ready {
			q.ready--
		}
		if s == Ready {
			q.ready++
		}
	}
	a.state, a.reason, a.since = s, reason, since
}

// engagement is what the agent is ringing or talking for.
func (a *agent) engagement() (TicketID, string) {
	switch {
	case a.state == Talking:
		return "", a.talk.queue
	case a.offer != nil:
		return a.offer.ticket.ID, a.offer.ticket.Queue
	}
	return "", ""
}

// Agents returns everybody in the order of the configuration.
func (b *Board) Agents() []AgentView {
	var views []AgentView
	for _, a := range b.roster {
		if !a.removed || a.state != Offline {
			views = append(views, a.view())
		}
	}
	return views
}

// Agent returns one of them.
func (b *Board) Agent(id AgentID) (AgentView, bool) {
	a := b.agents[id]
	if a == nil || a.removed && a.state == Offline {
		return AgentView{}, false
	}
	return a.view(), true
}

func (a *agent) view() AgentView {
	v := AgentView{ID: a.ID, Phone: a.Phone, State: a.state, After: a.after, Reason: a.reason, Since: a.since, IdleSince: a.idle}
	v.Ticket, v.Queue = a.engagement()
	for _, q := range a.queues {
		if !q.removed {
			v.Queues = append(v.Queues, q.Name)
		}
	}
	for _, e := range a.phone.ends {
		v.Phones = append(v.Phones, PhoneView{Switch: e.onSwitch, Known: e.known, Registered: e.registered, Busy: e.busy})
	}
	return v
}
