package routing

import (
	"encoding/json"
	"errors"
	"time"

	"hotline/pbx"
)

// A leg of ours that belongs to nothing is given this long to turn out to belong to something.
const strayLimit = 30 * time.Second

// adopt puts the calls of an earlier run back in their places: it joins the legs that the switch still holds with what
// was written down, closes what has ended meanwhile, and lets new calls in.
func (s *Switchboard) adopt(found []*pbx.Call) {
	before, ok := s.read()
	if !ok {
		return // the daemon leaves
	}
	defer close(s.adopted)
	legs := make(map[string]*pbx.Call, len(found))
	for _, c := range found {
		legs[string(c.ID())] = c
	}
	floor := Found{Switch: s.Exchange.Name(), Elsewhere: before.elsewhere}
	var back, gone []*visit
	for _, r := range before.calls {
		v := s.revive(r, legs)
		v.alive = before.alive
		if v.crowd(true); v.call == nil {
			gone = append(gone, v)
		} else {
			back = append(back, v)
		}
		v.found(&floor)
	}
	s.Floor.Restore(floor)
	s.Exchange.Go(s.beat)
	for _, v := range back {
		s.Exchange.Go(v.resume)
	}
	for _, v := range gone {
		s.Exchange.Go(func() { v.close(errGoneUnseen) })
	}
	var left []*pbx.Call
	for _, c := range found {
		if _, ok := legs[string(c.ID())]; ok {
			left = append(left, c)
		}
	}
	if len(found)+len(before.calls) > 0 {
		s.Log.Info("calls taken over", "back", len(back), "ended_meanwhile", len(gone), "unknown_legs", len(left))
	}
	s.strays(left)
}

// written is what was written down before the switch was there.
type written struct {
	calls, elsewhere []Saved // of this switch and of the others
	alive            time.Time
}

// read reads what was written down, and does not give up: without it calls would be lost. Until it is there, the switch's
// own guard takes new callers to its fallback.
func (s *Switchboard) read() (w written, ok bool) {
	ctx := s.Exchange.Context()
	for ctx.Err() == nil {
		all, err := s.Journal.Saved(ctx)
		var aliveErr error
		w.alive, aliveErr = s.Journal.LastAlive(ctx, s.Exchange.Name())
		if err = errors.Join(err, aliveErr); err == nil {
			for _, r := range all {
				if r.Switch == s.Exchange.Name() {
					w.calls = append(w.calls, r)
				} else {
					w.elsewhere = append(w.elsewhere, r)
				}
			}
			return w, true
		}
		s.Log.Error("open calls cannot be read; no call is taken until they are", "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
	return w, false
}

// How often it is noted that all calls are known.
const beatEvery = 2 * time.Second

// beat notes again and again that all calls are known, for as long as they are, and tells the floor when they are not.
func (s *Switchboard) beat() {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		if !s.Exchange.Up() {
			s.Floor.Away(s.Exchange.Name())
		} else {
			s.Floor.Back(s.Exchange.Name())
			if err := s.Journal.Alive(s.Exchange.Context(), s.Exchange.Name(), s.Exchange.Now()); err != nil && s.Exchange.Context().Err() == nil {
				s.Log.Error("not written that we are alive", "err", err)
			}
		}
		select {
		case <-tick.C:
		case <-s.Exchange.Context().Done():
			return
		}
	}
}

// revive makes the visit of a saved contact, and takes its legs out of those found.
func (s *Switchboard) revive(r Saved, found map[string]*pbx.Call) *visit {
	v := &visit{Switchboard: s, contact: r.Contact, place: r.Place, log: s.Log.With("call", r.ID), last: pbx.Normal}
	version, known := s.Rules.of(r.Contact)
	v.follow(version)
	if err := json.Unmarshal(r.Place.Kept, &v.kept); err != nil {
		v.log.Error("what was kept cannot be read; the call begins again", "err", err)
		v.place.Node = ""
		v.priceAt(r.Opened) // so that it has its limit
	}
	if !known {
		v.flag("rules_changed")
	}
	for _, saved := range r.Legs {
		l := &leg{Leg: saved}
		if saved.SwitchStart.UnixMilli() == s.Exchange.Start().UnixMilli() && saved.Ended.IsZero() {
			l.call = found[saved.ID]
			delete(found, saved.ID)
		}
		if saved.Role == Customer {
			v.legs = append([]*leg{l}, v.legs...)
			v.call = l.call
		} else {
			v.legs = append(v.legs, l)
		}
	}
	for _, l := range v.legs {
		if l.call != nil && v.call != nil && l.call != v.call {
			v.call.Follow(l.call)
		}
		l.settled = l.call == nil
		if l.call != nil && l.Role != Customer && l.call.Leg().State == pbx.Created {
			l.off = true // made and never dialled
		}
	}
	now := time.Now()
	if line, ok := v.Rules.Now().Router.announces(v.contact, now); ok && line.Price.SurchargeAt(now) != v.kept.Price && v.call != nil && !v.call.Facts().Up {
		v.place.Node = AnnouncementNode // what was told is no longer what it will cost
	}
	return v
}

// found tells the floor what the visit left there.
func (v *visit) found(floor *Found) {
	n, _ := v.Router.Node(v.place.Node)
	for _, l := range v.legs[1:] {
		if l.call != nil && l.Trunk != "" {
			v.Floor.isOut(l.ID)
			v.Exchange.Go(func() { v.Floor.away(v.Exchange.Context(), l.call) })
		}
	}
	switch peer := v.leg(v.kept.Peer); {
	case v.place.Node == TransferredNode && peer != nil:
		peer.settled = true
	case n != nil && n.Kind == TransferNode && v.call != nil:
		return // what rings there is waited for
	case v.place.Node == TalkNode && peer != nil && peer.call != nil:
		peer.settled = true
		floor.Talks = append(floor.Talks, Offered{Agent: peer.Agent, Ticket: v.contact.ID, Queue: v.kept.Queue, Since: v.kept.TalkFrom})
	case v.call != nil && n != nil && n.Kind == QueueNode:
		v.seat = v.newSeat(n)
		floor.Waiting = append(floor.Waiting, v.seat)
		for _, l := range v.legs[1:] {
			if l.call != nil && !l.off {
				floor.Rings = append(floor.Rings, Offered{Agent: l.Agent, Ticket: v.contact.ID, Queue: v.kept.Queue, Since: l.Created})
			}
		}
		return
	}
	for _, l := range v.legs[1:] { // phones that ring for a place that is no queue
		if l.call != nil && !l.settled {
			l.off = true
		}
	}
}

// resume enters the saved node again.
func (v *visit) resume() {
	v.log.Info("call taken over", "node", v.place.Node, "since", v.place.Since)
	for _, l := range v.legs[1:] {
		if l.off && l.call != nil {
			v.hangUp(l, pbx.AnsweredElsewhere)
		}
	}
	ctx := v.call.Context()
	if err := v.call.Quiet(ctx); err != nil && ctx.Err() == nil {
		v.log.Warn("an old prompt may still be playing", "err", err)
	}
	if v.call.Facts().Up { // the earlier run may not have come to it
		v.tryLimit(ctx, v.call, 0)
	}
	node := v.place.Node
	if cause, refused := v.kept.refusal(); node == "" && refused {
		v.last = cause
	} else if node == "" {
		node = v.Router.start(v.contact, &v.kept, time.Now())
	}
	v.run(node)
}

// strays are legs that nothing was written about. A call that came in is a new call; a talk is left alone and watched;
// a leg of ours that does not belong to anything is ended.
func (s *Switchboard) strays(found []*pbx.Call) {
	talking := map[pbx.LegID]bool{}
	for _, c := range found {
		if !c.Leg().Ours && c.Peer() != "" {
			talking[c.ID()], talking[c.Peer()] = true, true
		}
	}
	for _, c := range found {
		switch {
		case !c.Leg().Ours && talking[c.ID()]:
			s.Exchange.Go(func() { s.overhear(c, found) })
		case !c.Leg().Ours:
			s.Exchange.Go(func() { s.serve(c) })
		case !talking[c.ID()]:
			s.Exchange.Go(func() { s.dismiss(c) })
		}
	}
}

// overhear adopts a conversation that nothing is known about, so that it is recorded when it ends.
func (s *Switchboard) overhear(c *pbx.Call, found []*pbx.Call) {
	v := s.newVisit(c)
	v.flag("unknown_conversation")
	v.kept.Peer, v.kept.TalkFrom = string(c.Peer()), time.Now()
	for _, other := range found {
		if other.ID() == c.Peer() {
			c.Follow(other)
			v.legs = append(v.legs, &leg{call: other, settled: true, Leg: Leg{
				ID: v.kept.Peer, Call: v.contact.ID, Switch: v.contact.Switch, SwitchStart: v.contact.SwitchStart,
				Role: AgentRole, Target: other.Leg().To, Created: other.Facts().Created,
			}})
		}
	}
	v.place = Place{Call: v.contact.ID, Node: TalkNode, Since: time.Now(), Kept: v.kept.json()}
	v.log.Warn("unknown conversation; it is left alone and recorded", "leg", c.ID(), "peer", c.Peer())
	v.open()
	for _, l := range v.legs[1:] {
		v.note(c.Context(), l)
	}
	v.run(TalkNode)
}

// dismiss ends a leg of ours that belongs to nothing, unless it begins to talk.
func (s *Switchboard) dismiss(c *pbx.Call) {
	old := time.NewTimer(max(0, strayLimit-time.Since(c.Leg().Created)))
	defer old.Stop()
	select {
	case <-c.Context().Done():
		return
	case <-old.C:
	}
	if c.Peer() != "" {
		return
	}
	s.Log.Warn("a leg of ours belongs to no call; ended", "leg", c.ID())
	if err := c.Hangup(pbx.Normal); err != nil {
		s.Log.Warn("leg not hung up", "leg", c.ID(), "err", err)
	}
}
