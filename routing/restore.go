package routing

import (
	"context"
	"errors"
	"slices"
	"time"

	"hotline/routing/queue"
)

// A Found is what an earlier run left on the floor for one switch: all of it is put back in one step, so that nobody is
// offered to one caller while ringing for another.
type Found struct {
	Switch    string
	Elsewhere []Saved   // the calls of the other switches
	Talks     []Offered // conversations that go on
	Rings     []Offered // offers in flight; their tickets are among those that wait
	Waiting   []*Seat
}

// An Offered agent rings for a ticket, or talks for a queue.
type Offered struct {
	Agent  string
	Ticket queue.TicketID
	Queue  string
	Since  time.Time
}

// Recall gives the agents back the states that an earlier run left them in. It comes before Run, so that what is asked of
// an agent, or said of a phone, before a switch is there is not undone by an older state.
func (f *Floor) Recall(ctx context.Context) error {
	agents, err := f.journal.Agents(ctx)
	if err != nil {
		return err
	}
	var errs []error
	f.do(func(b *queue.Board, now time.Time) []queue.Decision {
		errs = restoreAgents(b, agents)
		return b.Tick(now)
	})
	f.notRestored(errs)
	return nil
}

func (f *Floor) notRestored(errs []error) {
	for _, err := range errs {
		if err != nil {
			f.log.Warn("not restored", "err", err) // an agent or queue that the rules no longer have
		}
	}
}

// Restore puts back what an earlier run left on a switch. With the first switch whoever was on the telephone by another is
// held until that one is there to say what has become of it: the calls of a switch do not wait for another, and still nobody
// is rung who talks there.
func (f *Floor) Restore(found Found) {
	f.mu.Lock()
	for _, s := range found.Waiting {
		f.seats[s.Ticket.ID] = s
	}
	f.mu.Unlock()
	var first bool
	var errs []error
	f.do(func(b *queue.Board, now time.Time) []queue.Decision {
		if first = !f.held; first {
			f.held = true
			errs = f.hold(b, now, found.Elsewhere)
		}
		b.Arrived(found.Switch)
		errs = append(errs, restore(b, now, found)...)
		var tickets []queue.Ticket
		for _, s := range found.Waiting {
			tickets = append(tickets, s.Ticket)
		}
		return b.Enter(now, tickets...)
	})
	if first {
		f.tellLeft(found.Elsewhere)
	}
	f.notRestored(errs)
}

func restoreAgents(b *queue.Board, agents []AgentState) (errs []error) {
	for _, a := range agents {
		state, err := queue.ParseAgentState(a.State)
		after, afterErr := queue.Ready, error(nil)
		if a.After != "" {
			after, afterErr = queue.ParseAgentState(a.After)
		}
		if err = errors.Join(err, afterErr); err == nil {
			err = b.RestoreAgent(a.ID, state, after, a.Reason, a.Since, a.IdleSince)
		}
		errs = append(errs, err)
	}
	return errs
}

// hold keeps the agents free of calls who were on the telephone by a switch that is not there yet. Calls of a switch that
// the daemon no longer has stay as they are: nobody else can say how they ended.
func (f *Floor) hold(b *queue.Board, now time.Time, elsewhere []Saved) (errs []error) {
	for _, call := range elsewhere {
		if !slices.Contains(f.switches, call.Switch) {
			continue
		}
		for _, l := range call.Legs {
			if l.Role == AgentRole && l.Agent != "" && l.Ended.IsZero() {
				errs = append(errs, b.Hold(now, l.Agent, call.Switch))
			}
		}
	}
	return errs
}

// tellLeft says which calls nobody can close.
func (f *Floor) tellLeft(elsewhere []Saved) {
	left := map[string]int{}
	for _, call := range elsewhere {
		if !slices.Contains(f.switches, call.Switch) {
			left[call.Switch]++
		}
	}
	for name, calls := range left {
		f.log.Warn("open calls of a switch that is not among switches; they stay open until it is again", "switch", name, "calls", calls)
	}
}

func restore(b *queue.Board, now time.Time, found Found) (errs []error) {
	for _, o := range found.Talks {
		errs = append(errs, b.RestoreTalk(now, o.Agent, queue.Ticket{ID: o.Ticket, Queue: o.Queue, Switch: found.Switch}, o.Since))
	}
	for _, o := range found.Rings {
		errs = append(errs, b.Restore(now, o.Ticket, o.Agent, o.Since))
	}
	return errs
}
