package pbxtest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"hotline/pbx"
)

func offered(t *testing.T, b *bench) {
	far, leg := b.caller()
	e := of[pbx.Offered](b, leg)
	if e.From != "0612345678" || e.Name != "Client" || e.Hidden || e.To != b.Number {
		t.Errorf("offered %+v", e)
	}
	if far.Answered() {
		t.Error("the call was answered by nobody's wish")
	}
	b.must("hang up", b.sw.Hangup(b.ctx, leg, pbx.Busy))
	of[pbx.HungUp](b, leg)
	wait(t, "the caller's end", far.Gone())
}

func hidden(t *testing.T, b *bench) {
	b.Caller(t, "0612345678", "Client", b.Number, true)
	e := b.event("offered", func(e pbx.Event) bool { _, ok := e.(pbx.Offered); return ok }).(pbx.Offered)
	if !e.Hidden {
		t.Errorf("offered %+v, want hidden", e)
	}
}

func givenUp(t *testing.T, b *bench) {
	far, leg := b.caller()
	b.must("ring", b.sw.Ring(b.ctx, leg))
	far.Hangup()
	if e := of[pbx.HungUp](b, leg); e.Cause != pbx.Cancelled || !e.Answered.IsZero() {
		t.Errorf("ended %+v, want cancelled and never answered", e)
	}
}

func answer(t *testing.T, b *bench) {
	far, leg := b.answered()
	b.must("answer again", b.sw.Answer(b.ctx, leg))
	far.IsAnswered(t)
	far.Hangup()
	e := of[pbx.HungUp](b, leg)
	if e.Cause != pbx.Normal {
		t.Errorf("ended %+v, want normal", e)
	}
	if a := of[pbx.Answered](b, leg); e.At.Before(a.At) {
		t.Errorf("ended %v before it was answered %v", e.At, a.At)
	}
}

func play(t *testing.T, b *bench) {
	far, leg := b.answered()
	b.must("play", b.sw.Play(b.ctx, leg, 1, b.Short))
	far.HearsSound(t)
	b.played(leg, 1, pbx.Done)
	b.must("play what is missing", b.sw.Play(b.ctx, leg, 2, b.Missing))
	b.played(leg, 2, pbx.Failed)
	b.must("play", b.sw.Play(b.ctx, leg, 3, b.Long))
	far.HearsSound(t)
	b.must("stop", b.sw.Stop(b.ctx, leg))
	b.played(leg, 3, pbx.Stopped)
	b.must("stop nothing", b.sw.Stop(b.ctx, leg))
	b.must("play and stop at once", b.sw.Play(b.ctx, leg, 4, b.Long))
	b.must("play and stop at once", b.sw.Stop(b.ctx, leg))
	b.played(leg, 4, pbx.Stopped)
}

func playHangup(t *testing.T, b *bench) {
	far, leg := b.answered()
	b.must("play", b.sw.Play(b.ctx, leg, 1, b.Long))
	far.HearsSound(t)
	far.Hangup()
	b.played(leg, 1, pbx.Stopped)
	of[pbx.HungUp](b, leg)
}

func early(t *testing.T, b *bench) {
	far, leg := b.caller()
	b.must("play", b.sw.Play(b.ctx, leg, 1, b.Long))
	far.HearsSound(t)
	if far.Answered() {
		t.Error("playing answered the call")
	}
	b.must("stop", b.sw.Stop(b.ctx, leg))
	b.played(leg, 1, pbx.Stopped)
	b.must("answer", b.sw.Answer(b.ctx, leg))
	of[pbx.Answered](b, leg)
}

func hold(t *testing.T, b *bench) {
	far, leg := b.answered()
	b.must("hold", b.sw.Hold(b.ctx, leg, b.Music))
	far.HearsSound(t)
	b.must("play", b.sw.Play(b.ctx, leg, 1, b.Short))
	b.played(leg, 1, pbx.Done)
	far.HearsSound(t) // the music again
	b.must("end of music", b.sw.Hold(b.ctx, leg, ""))
	b.must("end of no music", b.sw.Hold(b.ctx, leg, ""))
	b.must("hold for no time at all", b.sw.Hold(b.ctx, leg, b.Music))
	b.must("end of music that has hardly begun", b.sw.Hold(b.ctx, leg, ""))
	b.must("play after it", b.sw.Play(b.ctx, leg, 2, b.Short))
	far.HearsSound(t)
	b.played(leg, 2, pbx.Done)
}

func keys(t *testing.T, b *bench) {
	far, leg := b.answered()
	b.must("hold", b.sw.Hold(b.ctx, leg, b.Music))
	far.HearsSound(t)
	far.Press("1*0#")
	b.event("four keys", func(pbx.Event) bool { return pressed(b, leg) == "1*0#" })
	far.HearsSound(t) // no key ends what is heard
	b.must("play", b.sw.Play(b.ctx, leg, 1, b.Long))
	far.Press("*#0")
	b.event("three more", func(pbx.Event) bool { return pressed(b, leg) == "1*0#*#0" })
	far.HearsSound(t)
	b.must("stop", b.sw.Stop(b.ctx, leg))
	b.played(leg, 1, pbx.Stopped)
	far.HearsSound(t) // the music again
}

func pressed(b *bench, leg pbx.LegID) string {
	var keys []byte
	for _, e := range b.events { // called with the lock held by event
		if d, ok := e.(pbx.Digit); ok && d.Leg == leg {
			keys = append(keys, d.Key)
		}
	}
	return string(keys)
}

func dial(t *testing.T, b *bench) {
	b.Phone(t, b.Phones[0], Answers, 300*time.Millisecond)
	_, customer := b.answered()
	leg, err := b.dialFor(customer, b.Phones[0], patience)
	b.must("dial", err)
	of[pbx.Proceeding](b, leg)
	a := of[pbx.Answered](b, leg)
	far := b.Picked(t, b.Phones[0])
	if far.Display() != "0612345678" {
		t.Errorf("the phone shows %q, want the caller's number", far.Display())
	}
	far.Hangup()
	e := of[pbx.HungUp](b, leg)
	if e.Cause != pbx.Normal || !e.Answered.Equal(a.At) {
		t.Errorf("ended %+v, want normal and answered at %v", e, a.At)
	}
}

func dialTwice(t *testing.T, b *bench) {
	b.Phone(t, b.Phones[0], Rings, 0)
	_, customer := b.answered()
	leg, err := b.dialFor(customer, b.Phones[0], patience)
	b.must("dial", err)
	of[pbx.Proceeding](b, leg)
	again := pbx.Dial{Leg: leg, Call: "contact-1", To: pbx.Target{Phone: b.Phones[0]}, For: customer, Ring: patience}
	b.must("the same dial", b.sw.Dial(b.ctx, again))
	legs, err := b.sw.Legs(b.ctx)
	b.must("legs", err)
	if n := len(slices.DeleteFunc(legs, func(l pbx.Leg) bool { return !l.Ours })); n != 1 {
		t.Errorf("%d legs were dialled, want 1", n)
	}
	b.must("hang up", b.sw.Hangup(b.ctx, leg, pbx.Normal))
	of[pbx.HungUp](b, leg)
}

func dialFails(t *testing.T, b *bench) {
	_, customer := b.answered()
	for _, c := range []struct {
		does  Behaviour
		cause pbx.Cause
	}{{Busy, pbx.Busy}, {Refuses, pbx.Declined}, {Rings, pbx.NoAnswer}} {
		b.Phone(t, b.Phones[0], c.does, 0)
		leg, err := b.dialFor(customer, b.Phones[0], time.Second)
		b.must("dial", err)
		if e := of[pbx.HungUp](b, leg); e.Cause != c.cause || !e.Answered.IsZero() {
			t.Errorf("ended %+v, want %s and never answered", e, c.cause)
		}
	}
	b.Phone(t, b.Phones[0], Off, 0)
	leg, err := b.dialFor(customer, b.Phones[0], time.Second)
	if err == nil {
		if e := of[pbx.HungUp](b, leg); e.Cause != pbx.Unreachable {
			t.Errorf("a phone that is not there: %+v, want unreachable", e)
		}
	} else if !errors.Is(err, pbx.ErrUnreachable) {
		t.Errorf("a phone that is not there: %v, want ErrUnreachable", err)
	}
}

func callOff(t *testing.T, b *bench) {
	b.Phone(t, b.Phones[0], Rings, 0)
	_, customer := b.answered()
	leg, err := b.dialFor(customer, b.Phones[0], patience)
	b.must("dial", err)
	of[pbx.Proceeding](b, leg)
	b.must("hang up", b.sw.Hangup(b.ctx, leg, pbx.AnsweredElsewhere))
	of[pbx.HungUp](b, leg)
	wait(t, "the end of the ringing", b.Picked(t, b.Phones[0]).Gone())

	if b.Taped {
		return // which of the two below is first is another each time
	}
	b.seq++ // and one that may not even have begun
	early := pbx.LegID("early-" + string(leg))
	done := make(chan error, 1)
	go func() {
		done <- b.sw.Dial(b.ctx, pbx.Dial{Leg: early, Call: "contact-1", To: pbx.Target{Phone: b.Phones[0]}, For: customer, Ring: patience})
	}()
	b.must("hang up", b.sw.Hangup(b.ctx, early, pbx.Normal))
	if err := <-done; err == nil { // it was taken after all, or the hang-up waited for it
		b.must("hang up", b.sw.Hangup(b.ctx, early, pbx.Normal))
		of[pbx.HungUp](b, early)
	}
	legs, err := b.sw.Legs(b.ctx)
	b.must("legs", err)
	if slices.ContainsFunc(legs, func(l pbx.Leg) bool { return l.ID == early }) {
		t.Errorf("%s is still there", early)
	}
}

func bridge(t *testing.T, b *bench) {
	caller, customer, picked, agent := b.talking()
	caller.HearsParty(t, picked)
	picked.HearsParty(t, caller)
	caller.Press("5")
	of[pbx.Digit](b, customer)
	picked.Hangup()
	of[pbx.HungUp](b, agent)
	of[pbx.Unbridged](b, customer)
	b.must("the customer stays", b.sw.Play(b.ctx, customer, 1, b.Short))
	b.played(customer, 1, pbx.Done)
	caller.Hangup()
	of[pbx.HungUp](b, customer)
}

func overTalk(t *testing.T, b *bench) {
	caller, customer, picked, agent := b.talking()
	b.must("play to the caller", b.sw.Play(b.ctx, customer, 1, b.Short))
	b.must("play to the phone", b.sw.Play(b.ctx, agent, 1, b.Short))
	b.played(customer, 1, pbx.Done)
	b.played(agent, 1, pbx.Done)
	caller.HearsParty(t, picked)
	picked.HearsParty(t, caller)

	b.must("play over the end of the talk", b.sw.Play(b.ctx, customer, 2, b.Long))
	picked.Hangup()
	of[pbx.HungUp](b, agent)
	of[pbx.Unbridged](b, customer)
	b.must("stop", b.sw.Stop(b.ctx, customer))
	b.played(customer, 2, pbx.Stopped)
	b.must("the customer stays", b.sw.Play(b.ctx, customer, 3, b.Short))
	b.played(customer, 3, pbx.Done)
}

func split(t *testing.T, b *bench) {
	caller, customer, picked, agent := b.talking()
	b.must("split", b.sw.Split(b.ctx, customer))
	of[pbx.Unbridged](b, customer)
	b.must("bridge", b.sw.Bridge(b.ctx, customer, agent))
	b.event("bridged again", func(pbx.Event) bool {
		n := 0
		for _, e := range b.events {
			if x, ok := e.(pbx.Bridged); ok && x.Leg == customer {
				n++
			}
		}
		return n == 2
	})
	caller.HearsParty(t, picked)
}

func guard(t *testing.T, b *bench) {
	far, leg := b.answered()
	b.must("guard", b.sw.Guard(b.ctx, leg, pbx.Guard{After: 500 * time.Millisecond, Then: pbx.HangUp}))
	if e := of[pbx.HungUp](b, leg); e.Cause != pbx.Limit {
		t.Errorf("ended %+v, want limit", e)
	}
	wait(t, "the caller's end", far.Gone())

	_, leg = b.answered()
	b.must("guard", b.sw.Guard(b.ctx, leg, pbx.Guard{After: 400 * time.Millisecond, Then: pbx.HangUp}))
	b.must("no guard", b.sw.Guard(b.ctx, leg, pbx.Guard{}))
	b.must("play past the limit that is gone", b.sw.Play(b.ctx, leg, 1, b.Short))
	b.played(leg, 1, pbx.Done)
	b.must("guard", b.sw.Guard(b.ctx, leg, pbx.Guard{After: 300 * time.Millisecond, Then: pbx.Fallback}))
	of[pbx.Left](b, leg)

	_, customer, _, agent := b.talking() // each leg of a talk has its own
	b.must("guard", b.sw.Guard(b.ctx, agent, pbx.Guard{After: 300 * time.Millisecond, Then: pbx.HangUp}))
	of[pbx.HungUp](b, agent)
	of[pbx.Unbridged](b, customer)
}

func gone(t *testing.T, b *bench) {
	far, leg := b.answered()
	far.Hangup()
	of[pbx.HungUp](b, leg)
	for what, err := range map[string]error{
		"answer": b.sw.Answer(b.ctx, leg),
		"play":   b.sw.Play(b.ctx, leg, 1, b.Short),
		"hold":   b.sw.Hold(b.ctx, leg, b.Music),
		"guard":  b.sw.Guard(b.ctx, leg, pbx.Guard{After: time.Hour}),
	} {
		if !errors.Is(err, pbx.ErrGone) {
			t.Errorf("%s: %v, want ErrGone", what, err)
		}
	}
	b.must("hang up what is gone", b.sw.Hangup(b.ctx, leg, pbx.Normal))
}

func snapshot(t *testing.T, b *bench) {
	_, customer, _, agent := b.talking()
	_, waiting := b.caller()
	legs, err := b.sw.Legs(b.ctx)
	b.must("legs", err)
	got := map[pbx.LegID]pbx.Leg{}
	for _, l := range legs {
		got[l.ID] = l
	}
	if l := got[customer]; l.Ours || l.State != pbx.Up || !slices.Equal(l.Peers, []pbx.LegID{agent}) || l.From != "0612345678" || l.To != b.Number {
		t.Errorf("the customer: %+v", l)
	}
	if l := got[agent]; !l.Ours || l.State != pbx.Up || !slices.Equal(l.Peers, []pbx.LegID{customer}) || l.Call != "contact-1" {
		t.Errorf("the agent: %+v", l)
	}
	if l := got[waiting]; l.Ours || l.State == pbx.Up || len(l.Peers) > 0 {
		t.Errorf("the one who waits: %+v", l)
	}
	if len(got) != 3 {
		t.Errorf("%d legs, want 3: %+v", len(got), got)
	}
}

func cut(t *testing.T, b *bench) {
	far, leg := b.answered()
	other, leaves := b.answered()
	b.must("play", b.sw.Play(b.ctx, leg, 1, b.Short))
	b.Cut(t)
	other.Hangup()
	wait(t, "the other's end", other.Gone())
	b.event("ready again", func(pbx.Event) bool {
		n := 0
		for _, e := range b.events {
			if r, ok := e.(pbx.Ready); ok {
				if n++; n == 2 {
					if !slices.ContainsFunc(r.Legs, func(l pbx.Leg) bool { return l.ID == leg && l.State == pbx.Up }) {
						b.t.Errorf("the second snapshot lacks %s: %+v", leg, r.Legs)
					}
				}
			}
		}
		return n >= 2
	})
	b.event("the end of the file", func(e pbx.Event) bool {
		p, ok := e.(pbx.Played)
		return ok && p.Leg == leg && p.Turn == 1
	})
	legs, err := b.sw.Legs(b.ctx)
	b.must("legs", err)
	if slices.ContainsFunc(legs, func(l pbx.Leg) bool { return l.ID == leaves }) {
		t.Errorf("%s left and is still listed", leaves)
	}
	b.must("play after it", b.sw.Play(b.ctx, leg, 2, b.Short))
	b.played(leg, 2, pbx.Done)
	far.Press("7")
	of[pbx.Digit](b, leg)
}

func watch(t *testing.T, b *bench) {
	b.Phone(t, b.Phones[0], Rings, 0)
	b.Phone(t, b.Phones[1], Off, 0)
	b.must("watch", b.sw.Watch(b.ctx, b.Phones[:]))
	state := func(phone string, registered bool) func(pbx.Event) bool {
		return func(pbx.Event) bool {
			last, seen := false, false
			for _, e := range b.events {
				if p, ok := e.(pbx.PhoneState); ok && p.Phone == phone {
					last, seen = p.Registered, true
				}
			}
			return seen && last == registered
		}
	}
	b.event("the first is there", state(b.Phones[0], true))
	b.event("the second is not", state(b.Phones[1], false))
	b.Phone(t, b.Phones[1], Rings, 0)
	b.event("the second comes", state(b.Phones[1], true))
	b.Phone(t, b.Phones[0], Off, 0)
	b.event("the first goes", state(b.Phones[0], false))
}

func elsewhere(t *testing.T, b *bench) {
	phone := b.Phones[0]
	b.Phone(t, phone, Answers, 0)
	b.must("watch", b.sw.Watch(b.ctx, []string{phone}))
	busy := func(want bool) func(pbx.Event) bool {
		return func(pbx.Event) bool {
			last := false
			for _, e := range b.events {
				if p, ok := e.(pbx.PhoneState); ok && p.Phone == phone {
					last = p.Registered && p.Busy
				}
			}
			return last == want
		}
	}
	_, customer := b.answered()
	leg, err := b.dialFor(customer, phone, patience)
	b.must("dial", err)
	of[pbx.Answered](b, leg)
	b.Picked(t, phone).Hangup()
	of[pbx.HungUp](b, leg)
	for _, e := range b.all() {
		if p, ok := e.(pbx.PhoneState); ok && p.Busy {
			t.Errorf("a call of ours made the phone busy elsewhere: %+v", p)
		}
	}
	b.Elsewhere(t, phone)
	b.event("the phone is busy elsewhere", busy(true))
	b.Picked(t, phone).Hangup()
	b.event("the phone is free again", busy(false))
}

func ended(t *testing.T, b *bench) {
	h, ok := b.sw.(pbx.Historian)
	if !ok {
		t.Skip("this switch keeps no records")
	}
	caller, customer, _, agent := b.talking()
	caller.Hangup()
	of[pbx.HungUp](b, customer)
	b.must("hang up", b.sw.Hangup(b.ctx, agent, pbx.Normal))
	for _, leg := range []pbx.LegID{customer, agent} {
		event := of[pbx.HungUp](b, leg)
		past, err := h.Ended(b.ctx, []pbx.LegID{leg, "never-was"})
		b.must("records", err)
		p, found := past[leg]
		if !found || len(past) != 1 {
			t.Fatalf("records of %s: %+v", leg, past)
		}
		near := func(what string, a, b time.Time) {
			if d := a.Sub(b).Abs(); d > 100*time.Millisecond {
				t.Errorf("%s: %s is %s off the event", leg, what, d)
			}
		}
		near("the answer", p.Answered, of[pbx.Answered](b, leg).At)
		near("the end", p.Ended, event.At)
	}
}

// shared runs two instances on one switch: neither is told of the other's legs, nor can it touch them.
func shared(t *testing.T, b *bench) {
	if b.Other == nil {
		t.Skip("this switch knows no instances")
	}
	other := start(t, b.Rig, b.Other())
	other.name = "other-" + b.name
	_, leg := b.answered()
	b.Phone(t, b.Phones[0], Answers, 0)
	theirs, err := other.dialFor("", b.Phones[0], patience)
	b.must("dial", err)
	of[pbx.Answered](other, theirs)

	apart := func(a, c *bench, own, foreign pbx.LegID) {
		t.Helper()
		legs, err := a.sw.Legs(a.ctx)
		a.must("legs", err)
		if len(legs) != 1 || legs[0].ID != own {
			t.Errorf("legs %+v, want %s alone", legs, own)
		}
		if err := a.sw.Hold(a.ctx, foreign, a.Music); !errors.Is(err, pbx.ErrGone) {
			t.Errorf("hold of a leg of the other: %v, want ErrGone", err)
		}
		a.must("hang up what is not ours", a.sw.Hangup(a.ctx, foreign, pbx.Normal))
		for _, e := range a.all() {
			if e.About().Leg == foreign {
				t.Errorf("told of a leg of the other: %T", e)
			}
		}
		c.must("play on a leg that was left alone", c.sw.Play(c.ctx, foreign, 1, c.Short))
		c.played(foreign, 1, pbx.Done)
	}
	apart(b, other, leg, theirs)
	apart(other, b, theirs, leg)

	other.stop()
	again := start(t, b.Rig, b.Other())
	ready := of[pbx.Ready](again, "")
	if len(ready.Legs) != 1 || ready.Legs[0].ID != theirs {
		t.Errorf("after a restart the other has %+v, want %s alone", ready.Legs, theirs)
	}
	again.must("hang up", again.sw.Hangup(again.ctx, theirs, pbx.Normal))
	of[pbx.HungUp](again, theirs)
	again.finish()
	other.finish()
}
