package routing

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"

	"hotline/pbx"
	"hotline/routing/queue"
)

// queue: the caller hears music until an agent picks up. Entered again, after a prompt or a restart, it goes on with
// the arrival that the caller had.
func (v *visit) queue(ctx context.Context, n *Node) (next string, err error) {
	if v.kept.has(FlagFlood) { // its overflow leads to a line again
		return "", nil
	}
	seat := v.seat
	v.seat = nil
	fresh := seat == nil // else the floor has put the caller back in line already
	if fresh {
		seat = v.newSeat(n)
		if err := v.save(ctx); err != nil {
			return "", err
		}
		v.Floor.Enter(seat)
	}
	won := false
	defer func() { v.leave(seat, won) }()
	orders := v.Floor.Take(seat)
	if fresh && len(orders) == 0 { // nobody is free
		if next := v.overBudget(); next != "" {
			return next, nil
		}
	}
	v.log.Info("waiting", "queue", n.Queue.Name, "since", v.kept.Arrival)
	if err := v.answer(ctx); err != nil {
		return "", err
	}
	if err := v.call.Hold(ctx, v.music(n)); err != nil {
		return "", err
	}
	patience := v.patience()
	tried := false // somebody was rung since the budget was last looked at
	for {
		changed := v.call.Changed()
		orders = append(orders, v.Floor.Take(seat)...)
		for _, order := range orders {
			switch order.Kind {
			case queue.Offer:
				tried = true
				if err := v.ring(ctx, seat, order); err != nil {
					return "", err
				}
			case queue.Cancel:
				v.callOff(order.Agent)
			case queue.Overflow:
				return v.overflow(ctx, n, order)
			}
		}
		orders = nil
		if agent := v.pickedUp(ctx, seat); agent != nil {
			v.kept.Agent, v.kept.Peer = agent.Agent, agent.ID
			v.kept.Waited = time.Since(v.kept.Arrival)
			won = true
			return TalkNode, nil
		}
		if tried && !v.rings() { // in vain
			tried = false
			if next := v.overBudget(); next != "" {
				return next, nil
			}
		}
		select {
		case <-ctx.Done():
			return "", context.Cause(ctx)
		case <-changed:
		case <-patience:
			next, way := v.kept.tooLate(n)
			if way != "" {
				v.kept.pass(way)
			}
			return next, nil
		}
	}
}

// newSeat makes the caller's ticket: a new one, or the one of before.
func (v *visit) newSeat(n *Node) *Seat {
	v.kept.join(v.Router, n, time.Now())
	return NewSeat(v.kept.ticket(v.contact, n.Queue), v.call.Wake)
}

func (v *visit) music(n *Node) string {
	if n.Queue.Music != "" {
		return n.Queue.Music
	}
	return v.Music
}

// patience ends when the carrier of a caller who has not been answered would cut the call.
func (v *visit) patience() <-chan time.Time {
	until, limited := v.kept.patience(v.contact, v.call.Facts().Up)
	if !limited {
		return nil
	}
	return time.After(time.Until(until))
}

func (v *visit) overflow(ctx context.Context, n *Node, o queue.Decision) (string, error) {
	next, way := v.kept.overflow(n, o.Stage)
	if next == "" { // a stage of the rules in force, which those of the call do not have
		next, way = n.Name, n.Name
	}
	v.kept.pass(way)
	v.log.Info("overflow", "queue", n.Queue.Name, "reason", o.Reason)
	return next, v.call.Hold(ctx, "")
}

// ring rings the phone of the agent whom the caller is offered to. The leg is written down first.
func (v *visit) ring(ctx context.Context, seat *Seat, o queue.Decision) error {
	now := v.Rules.Now().Rules // it says who is rung, and how long
	agent := now.Agents[o.Agent]
	if agent == nil || !agent.InHouse() {
		v.Floor.Failed(seat, o.Agent, queue.Fault) // gone in this moment
		return nil
	}
	to := pbx.Target{Phone: agent.Phone}
	l := &leg{Leg: Leg{
		ID: "hl-" + ulid.Make().String(), Call: v.contact.ID, Switch: v.contact.Switch, SwitchStart: v.Exchange.Start(),
		Role: AgentRole, Agent: o.Agent, Target: agent.Phone, Created: v.Exchange.Now(),
	}}
	v.legs = append(v.legs, l)
	v.note(ctx, l)
	q, ok := now.Queues[o.Queue]
	if !ok {
		q = v.Router.rules.Queues[o.Queue]
	}
	ring := q.Ring // if the caller's patience ends first, the floor calls it off
	v.log.Info("agent rings", "agent", o.Agent, "phone", agent.Phone, "ring", ring)
	var err error
	l.call, err = v.dial(ctx, v.call, pbx.Dial{
		Leg: pbx.LegID(l.ID), Call: v.contact.ID, To: to, For: v.call.ID(), Ring: ring,
		CallerNumber: v.contact.Caller.National(), CallerName: shownName(v.kept.callerName(v.contact), o.Queue),
	})
	if err == nil {
		v.notify(CallRinging, l)
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	cause := pbx.Broken
	if errors.Is(err, pbx.ErrUnreachable) {
		cause = pbx.Unreachable
	}
	l.Ended, l.Cause = v.Exchange.Now(), string(cause)
	v.note(ctx, l)
	v.log.Warn("phone not rung", "agent", o.Agent, "err", err)
	v.Floor.Failed(seat, o.Agent, miss(cause))
	return nil
}

// rings reports whether a phone rings for the caller.
func (v *visit) rings() bool {
	return slices.ContainsFunc(v.legs[1:], func(l *leg) bool { return l.call != nil && !l.settled && !l.off })
}

// pickedUp looks at the phones that ring: it returns the agent who has picked up and whose offer still holds, and tells
// the floor of those who did not.
func (v *visit) pickedUp(ctx context.Context, seat *Seat) *leg {
	for _, l := range v.legs[1:] {
		if l.call == nil || l.settled {
			continue
		}
		switch f := l.call.Facts(); {
		case !f.Ended.IsZero():
			l.settled = true
			v.note(ctx, l)
			if !l.off {
				v.log.Info("agent did not answer", "agent", l.Agent, "cause", f.Cause)
				v.Floor.Failed(seat, l.Agent, miss(f.Cause))
			}
		case f.Up && !l.off:
			l.settled = true
			v.note(ctx, l)
			if v.Floor.Answered(seat, l.Agent) {
				v.obey(seat)
				return l
			}
			v.hangUp(l, pbx.AnsweredElsewhere)
		}
	}
	return nil
}

// obey carries out the cancellations that came with a win.
func (v *visit) obey(seat *Seat) {
	for _, o := range v.Floor.Take(seat) {
		if o.Kind == queue.Cancel {
			v.callOff(o.Agent)
		}
	}
}

// callOff ends the ringing of an agent's phone; it was no fault of theirs.
func (v *visit) callOff(agent string) {
	for _, l := range v.legs[1:] {
		if l.call != nil && l.Agent == agent && !l.settled && !l.off {
			l.off = true
			v.hangUp(l, pbx.AnsweredElsewhere)
		}
	}
}

// leave gives up the place in line. Phones that ring for it fall silent first, so that the next caller does not find
// them busy with this one; but whoever has been answered does not wait for that. What was typed to pass the time is no
// answer to a later menu.
func (v *visit) leave(seat *Seat, won bool) {
	v.callOffAll()
	v.call.ForgetKeys()
	if won {
		v.Floor.Leave(seat)
		return
	}
	for _, l := range v.legs[1:] {
		l.inVain = l.inVain || l.off
	}
	ctx, cancel := context.WithTimeout(v.Exchange.Context(), 2*time.Second)
	defer cancel()
	for _, l := range v.legs[1:] {
		if l.off && l.call != nil && l.call.Gone(ctx) != nil {
			break
		}
	}
	v.Floor.Leave(seat)
}

func (v *visit) callOffAll() {
	for _, l := range v.legs[1:] {
		v.callOff(l.Agent)
	}
}

func (v *visit) hangUp(l *leg, c pbx.Cause) {
	if err := l.call.Hangup(c); err != nil {
		v.log.Warn("leg not hung up", "leg", l.ID, "err", err)
	}
}

func miss(c pbx.Cause) queue.Miss {
	switch c {
	case pbx.NoAnswer:
		return queue.NoAnswer
	case pbx.Busy:
		return queue.Busy
	case pbx.Declined:
		return queue.Declined
	case pbx.Unreachable, pbx.NotFound:
		return queue.Unreachable
	}
	return queue.Fault // ours, the switch's or the network's: it says nothing about the phone
}
