// Package queue decides which agent is offered which ticket, and when a ticket has waited enough.
//
// A ticket is somebody who waits, an agent is somebody who answers, and the Board holds all of them, of all queues.
// The Board is plain data: it has no clock, no goroutine and no lock, it never looks at a switch or a database. Every
// method takes the time, applies one fact (a ticket came, a phone did not answer, a pause began) and returns what is
// to be done about it. Its guarantee: the same facts at the same times give the same decisions in the same order, in
// the daemon, in a simulation and in a test; and after every method no ticket waits that a free agent could be
// offered.
//
// The tickets of all switches wait in one line, for the same agents. A call stays on its switch, so it is offered only to
// those whose phone that switch can ring; but whatever agents do, on whichever switch, makes them busy for all.
//
//	b := queue.New()
//	b.Configure(now, queues, agents)
//	for _, d := range b.Enter(now, queue.Ticket{ID: "t1", Queue: "sales", Arrival: now}) {
//		... // an Offer to be dialled, an Overflow to be played
//	}
//	timer.Reset(b.Next(now).Sub(now)) // when to call Tick
//
// The numbers of rules in the comments are those of docs/architecture.md, chapter "Queue".
package queue

import (
	"slices"
	"time"
)

// Board holds the tickets and agents of all queues. One caller at a time: whoever owns it holds a mutex.
type Board struct {
	queues  map[string]*queue
	agents  map[AgentID]*agent
	gone    map[AgentID]*agent // who left the rules: as they will be if they come back
	roster  []*agent           // everybody in agents, in the order of the configuration
	phones  map[string]*phone
	met     []string             // the switches that have spoken or have tickets, in that order
	away    map[string]time.Time // switches, and until when their conversations are believed to go on
	tickets map[TicketID]*ticket
	line    []*ticket  // every ticket that has entered, in the order of rule 1
	worked  time.Time  // everything that was due by then has been done
	out     []Decision // what the method in progress has decided so far
}

// New returns an empty board. Configure comes next.
func New() *Board {
	return &Board{
		queues:  map[string]*queue{},
		agents:  map[AgentID]*agent{},
		gone:    map[AgentID]*agent{},
		phones:  map[string]*phone{},
		tickets: map[TicketID]*ticket{},
		away:    map[string]time.Time{},
	}
}

// Tick does what has become due by now: wrap-ups that end, phones that may be tried again, waits that are over.
func (b *Board) Tick(now time.Time) []Decision { return b.work(now) }

// work brings the board up to now after a fact was applied. Everything that cancels comes before the first offer, so
// whoever carries the decisions out in order never has two phones of one agent ringing.
func (b *Board) work(now time.Time) []Decision {
	b.worked = now
	b.dropOverdue(now)
	b.settle(now)
	b.overflow(now)
	b.settle(now)
	b.assign(now)
	out := b.out
	b.out = nil
	return out
}

func (b *Board) decide(d Decision) { b.out = append(b.out, d) }

// Next returns the next instant at which Tick has something to look at, and zero if nothing but a new fact can change
// anything. It is never before now. Before that instant Tick decides nothing.
func (b *Board) Next(now time.Time) time.Time {
	var next time.Time
	consider := func(at time.Time) {
		if at.After(b.worked) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	for _, a := range b.roster {
		a.wakes(consider)
	}
	for _, t := range b.line {
		t.wakes(b.worked, consider)
	}
	if !next.IsZero() && next.Before(now) {
		return now
	}
	return next
}

// Configure puts the queues and agents in force, at the start and at every reload (rule 16). Nobody loses anything by
// a reload: a ticket whose queue is gone is finished under the queue's old rules, an agent who is gone talks to the
// end and is offline then, deadlines follow a changed target and arrivals never change. A new agent is logged in; one who
// comes back is as they were: logged out, or in a pause.
func (b *Board) Configure(now time.Time, queues []QueueSpec, agents []AgentSpec) []Decision {
	b.configureAgents(now, agents)
	for _, q := range b.queues {
		q.removed = true
	}
	for _, s := range queues {
		if q := b.queues[s.Name]; q != nil {
			q.QueueSpec, q.removed = s.withDefaults(), false
			continue
		}
		b.queues[s.Name] = &queue{QueueSpec: s.withDefaults()}
	}
	b.staff()
	for _, t := range b.line {
		t.deadline = t.due()
	}
	slices.SortFunc(b.line, inOrder)
	return b.work(now)
}

// configureAgents makes the roster follow the file. Who is no longer in it leaves the roster once nothing is going on with
// them any more.
func (b *Board) configureAgents(now time.Time, specs []AgentSpec) {
	for _, a := range b.roster {
		a.removed = true
	}
	var roster []*agent
	for _, s := range specs {
		a := b.joins(now, s.ID)
		if a.Phone != s.Phone {
			a.troubles = nil
		}
		a.AgentSpec = s
		a.phone = b.phone(s.Phone)
		a.removed = false
		roster = append(roster, a)
	}
	for _, a := range b.roster {
		if !a.removed {
			continue
		}
		b.withdraw(a, reasonRemoved)
		if a.state == Offline {
			delete(b.agents, a.ID)
			b.gone[a.ID], a.queues = a, nil
			continue
		}
		roster = append(roster, a)
	}
	b.roster = roster
}

// joins returns the agent with that id: one who is there, one who comes back, or a new one.
func (b *Board) joins(now time.Time, id AgentID) *agent {
	a := b.agents[id]
	if a == nil {
		a = b.gone[id]
		delete(b.gone, id)
	}
	if a == nil {
		a = &agent{loggedIn: true, idle: now, state: Ready, after: Ready, since: now}
		if !b.worked.IsZero() {
			a.state = Offline // until now: it is told that they come
		}
	}
	b.agents[id] = a
	return a
}

// staff connects queues and agents with each other. An agent named in no list of agents does not exist.
func (b *Board) staff() {
	for _, a := range b.roster {
		a.queues = nil
	}
	for _, q := range b.queues {
		q.agents, q.ready = nil, 0
		for _, id := range q.Agents {
			a := b.agents[id]
			if a == nil || slices.Contains(q.agents, a) {
				continue
			}
			q.agents = append(q.agents, a)
			a.queues = append(a.queues, q)
			if a.state == Ready {
				q.ready++
			}
		}
	}
	for _, a := range b.roster {
		slices.SortFunc(a.queues, byName)
	}
}

func (b *Board) phone(name string) *phone {
	p := b.phones[name]
	if p == nil {
		p = &phone{}
		for _, onSwitch := range b.met {
			p.ends = append(p.ends, end{onSwitch: onSwitch})
		}
		b.phones[name] = p
	}
	return p
}

// meet makes every phone one that the switch may be able to ring.
func (b *Board) meet(onSwitch string) {
	if slices.Contains(b.met, onSwitch) {
		return
	}
	b.met = append(b.met, onSwitch)
	for _, p := range b.phones {
		p.ends = append(p.ends, end{onSwitch: onSwitch})
	}
}
