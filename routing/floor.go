package routing

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"hotline/config"
	"hotline/routing/queue"
)

// A Floor is where tickets and agents meet, those of all switches. It owns the Board: one mutex, one timer, nothing slow
// under the lock. What the Board decides about a ticket is left on the ticket's Seat and its owner is woken.
type Floor struct {
	switches []string
	journal  Journal
	log      *slog.Logger

	mu      sync.Mutex
	rules   *config.Rules // in force
	held    bool          // whoever was on the telephone by a switch that is not there yet has been told to the board
	board   *queue.Board
	seats   map[queue.TicketID]*Seat
	calls   map[string]CallNow
	outside map[string]bool // legs that are outside, by their ids
	changes []AgentState    // to be written
	asked   int             // changes that there have been
	written int             // how many of them have been written
	bell    chan struct{}   // closed, and made anew, when some have been written
	kick    chan struct{}   // there is a change of the board
	toWrite chan struct{}   // there is something in changes
}

// A Seat is a ticket's place on the floor, held by the call that waits there.
type Seat struct {
	Ticket queue.Ticket
	wake   func()
	orders []queue.Decision
}

// NewFloor returns a floor for the queues and agents of the rules and the calls of those switches.
func NewFloor(rules *config.Rules, switches []string, journal Journal, log *slog.Logger) *Floor {
	f := &Floor{
		switches: switches, journal: journal, log: log,
		board: queue.New(), seats: map[queue.TicketID]*Seat{}, calls: map[string]CallNow{}, outside: map[string]bool{},
		bell: make(chan struct{}), kick: make(chan struct{}, 1), toWrite: make(chan struct{}, 1),
	}
	f.configure(rules, rules, func() {})
	return f
}

// specs are the queues and agents of the rules, without those whose phone is outside: this version does not ring it.
func specs(rules *config.Rules) (queues []queue.QueueSpec, agents []queue.AgentSpec) {
	outside := func(id string) bool { return !rules.Agents[id].InHouse() }
	for _, q := range rules.Queues {
		queues = append(queues, queue.QueueSpec{
			Name: q.Name, Agents: slices.DeleteFunc(slices.Clone(q.Agents), outside), Target: q.AnswerWithin, MaxWait: q.MaxWait, Ring: q.Ring, WrapUp: q.WrapUp,
			Step: progressiveStep, Strategy: strategy(q.Strategy),
			OnNobody: config.Happens(q.OnNobody), OnMaxWait: config.Happens(q.OnMaxWait), // where nothing happens, nobody is disturbed
		})
	}
	for _, id := range slices.DeleteFunc(slices.Clone(rules.AgentOrder), outside) {
		agents = append(agents, queue.AgentSpec{ID: id, Phone: rules.Agents[id].Phone})
	}
	return queues, agents
}

// A progressive queue rings one more phone every so often.
const progressiveStep = 10 * time.Second

func strategy(name string) queue.Strategy {
	switch name {
	case queue.RingAll.String():
		return queue.RingAll
	case queue.Progressive.String():
		return queue.Progressive
	}
	return queue.LongestIdle
}

// Run keeps the floor's time and writes what became of the agents, until ctx ends.
func (f *Floor) Run(ctx context.Context) {
	var writing sync.WaitGroup
	defer writing.Wait()
	writing.Go(func() { f.writeAll(ctx) })
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.kick:
		case <-timer.C:
		}
		f.apply(func(b *queue.Board, now time.Time) []queue.Decision { return b.Tick(now) })
		timer.Stop()
		if next := f.next(); !next.IsZero() {
			timer.Reset(time.Until(next))
		}
	}
}

// writeAll writes what became of the agents, apart from the time: a slow disk delays no decision.
func (f *Floor) writeAll(ctx context.Context) {
	for {
		var again <-chan time.Time
		if !f.write() {
			again = time.After(writeAgain)
		}
		select {
		case <-ctx.Done():
			f.write()
			return
		case <-f.toWrite:
		case <-again:
		}
	}
}

func (f *Floor) next() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.board.Next(time.Now())
}

// write puts down the agents' changes in their order, and says whether all are; the rest is tried again.
func (f *Floor) write() bool {
	f.mu.Lock()
	changes := f.changes
	f.changes = nil
	f.mu.Unlock()
	for i, c := range changes {
		ctx, cancel := context.WithTimeout(context.Background(), writeTry)
		err := f.journal.AgentChange(ctx, c)
		cancel()
		if err != nil {
			f.log.Error("agent's state not written", "agent", c.ID, "state", c.State, "err", err)
			f.mu.Lock()
			f.changes = append(changes[i:], f.changes...)
			f.mu.Unlock()
			return false
		}
		f.log.Info("agent is "+c.State, "agent", c.ID, "reason", c.Reason)
		f.mu.Lock()
		f.written++
		close(f.bell)
		f.bell = make(chan struct{})
		f.mu.Unlock()
	}
	return true
}

// kept waits until every change so far has been written.
func (f *Floor) kept(ctx context.Context) error {
	f.mu.Lock()
	until := f.asked
	f.mu.Unlock()
	for {
		f.mu.Lock()
		done, bell := f.written >= until, f.bell
		f.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-bell:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// do changes the board, and lets Run look at the time and at what there is to write.
func (f *Floor) do(change func(b *queue.Board, now time.Time) []queue.Decision) {
	f.apply(change)
	nudge(f.kick)
}

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// apply changes the board, and hands what it decides to those concerned.
func (f *Floor) apply(change func(b *queue.Board, now time.Time) []queue.Decision) {
	for _, wake := range f.decide(change) {
		wake()
	}
}

func (f *Floor) decide(change func(b *queue.Board, now time.Time) []queue.Decision) (woken []func()) {
	f.mu.Lock()
	defer f.mu.Unlock() // also when there is a bug in a decision: the house goes on
	for _, d := range change(f.board, time.Now()) {
		switch d.Kind {
		case queue.AgentChanged:
			f.changes = append(f.changes, agentState(d))
			f.asked++
			nudge(f.toWrite)
		case queue.Alarm:
			woken = append(woken, func() { f.log.Warn("queue needs attention", "queue", d.Queue, "agent", d.Agent, "reason", d.Reason) }) // not under the lock
		default:
			if s := f.seats[d.Ticket]; s != nil {
				s.orders = append(s.orders, d)
				woken = append(woken, s.wake)
			}
		}
	}
	return woken
}

// agentState is a change as it is written.
func agentState(d queue.Decision) AgentState {
	s := AgentState{ID: d.Agent, State: d.State.String(), Reason: d.Reason, Since: d.Since, IdleSince: d.IdleSince}
	if d.State == queue.Talking && d.After != queue.Ready {
		s.After = d.After.String()
	}
	return s
}

// NewSeat returns the place of a ticket that has yet to enter. wake is called when there are orders for it.
func NewSeat(t queue.Ticket, wake func()) *Seat { return &Seat{Ticket: t, wake: wake} }

// Enter puts a ticket on the floor.
func (f *Floor) Enter(s *Seat) {
	f.mu.Lock()
	f.seats[s.Ticket.ID] = s
	f.mu.Unlock()
	f.do(func(b *queue.Board, now time.Time) []queue.Decision { return b.Enter(now, s.Ticket) })
}

// Take returns the orders that have come for the ticket since the last Take.
func (f *Floor) Take(s *Seat) []queue.Decision {
	f.mu.Lock()
	defer f.mu.Unlock()
	orders := s.orders
	s.orders = nil
	return orders
}

// Leave takes a ticket off the floor; whoever rings for it is free again.
func (f *Floor) Leave(s *Seat) {
	f.do(func(b *queue.Board, now time.Time) []queue.Decision { return b.Leave(now, s.Ticket.ID) })
	f.mu.Lock()
	delete(f.seats, s.Ticket.ID)
	f.mu.Unlock()
}

// Answered says that an agent picked up, and returns whether the ticket is theirs.
func (f *Floor) Answered(s *Seat, agent string) (won bool) {
	f.do(func(b *queue.Board, now time.Time) (ds []queue.Decision) {
		won, ds = b.Answered(now, s.Ticket.ID, agent)
		return ds
	})
	return won
}

// Failed says that an agent's phone did not pick up, and why.
func (f *Floor) Failed(s *Seat, agent string, why queue.Miss) {
	f.do(func(b *queue.Board, now time.Time) []queue.Decision { return b.Failed(now, s.Ticket.ID, agent, why) })
}

// Talked says that an agent's leg has left the conversation with that ticket: wrap-up of the queue begins.
func (f *Floor) Talked(agent string, t queue.TicketID, of string) {
	f.do(func(b *queue.Board, now time.Time) []queue.Decision { return b.Talked(now, agent, t, of) })
}

// Released says that an agent who had picked up for that ticket was not needed after all.
func (f *Floor) Released(agent string, t queue.TicketID) {
	f.do(func(b *queue.Board, now time.Time) []queue.Decision { return b.Released(now, agent, t) })
}

// Phone says what a phone is doing on a switch, apart from our calls.
func (f *Floor) Phone(onSwitch, phone string, registered, busyElsewhere bool) {
	f.do(func(b *queue.Board, now time.Time) []queue.Decision {
		return b.Phone(now, onSwitch, phone, registered, busyElsewhere)
	})
}

// Away says that a switch is not connected. With one switch nobody else needs the agents, and a phone that is to ring
// rings as soon as it is.
func (f *Floor) Away(onSwitch string) {
	if len(f.switches) > 1 {
		f.do(func(b *queue.Board, now time.Time) []queue.Decision { return b.Away(now, onSwitch) })
	}
}

// Back says that a switch is connected.
func (f *Floor) Back(onSwitch string) {
	if len(f.switches) > 1 {
		f.do(func(b *queue.Board, now time.Time) []queue.Decision { return b.Back(now, onSwitch) })
	}
}
