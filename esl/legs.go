package esl

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// What the channel variables are called that say whose a leg is, and what was done with it. The dialplan of
// deploy/freeswitch sets the first two on calls that come in, Dial sets them on those that we make.
const (
	varApp      = "hotline_app"      // the instance
	varKind     = "hotline_kind"     // inbound, house or dialled
	varCall     = "hotline_call"     // the contact, on a dialled leg
	varGuard    = "hotline_guard"    // the group of the task that is its guard
	varSettled  = "hotline_settled"  // the guard of the first seconds is off
	varTransfer = "hotline_transfer" // where a phone wants to send the leg
	varAccount  = "accountcode"      // makes mod_cdr_csv write our line for the leg
	account     = "hotline"
	inbound     = "inbound"
	house       = "house" // the same, from where only phones of the house dial
	dialled     = "dialled"
)

// A leg is what the driver knows of one channel of ours. All of it is under the mutex of the Switch but the turnstile.
type leg struct {
	pbx.Leg
	id    pbx.LegID
	state pbx.State
	phone string // the phone that was rung, to look at it again when the leg ends

	turnstile chan struct{} // held by the verb in progress
	settled   bool          // the guard of the first seconds is off
	guard     string        // the group of the task that is its guard; empty: none
	stale     bool          // an earlier run of the daemon may have left a prompt playing
	fading    []string      // files of an earlier run that were stopped and whose end is still to be told
	changed   chan struct{} // closed and made anew at every event about it

	seq     int       // of the applications that were begun on it
	base    base      // what plays on and on
	play    *play     // the one file over it
	tape    *tape     // what it is recorded on
	listens string    // the application that listens to it; empty: none
	peer    pbx.LegID // whom it talks with
	ex      pbx.LegID // whom it talked with last
	bridged time.Time // when its last talk began
	parked  bool      // it does nothing but what we tell it
	rang    bool      // the other end was said to ring
	hanging bool      // it is being hung up, by whomever
	asked   pbx.Cause // why we hang it up
	left    bool      // it went on in the dialplan
	ghost   bool      // Dial has given up on it: nobody above knows it
	seen    bool      // an event has told of it
	dial    *dialling
}

func newLeg(id pbx.LegID) *leg {
	return &leg{Leg: pbx.Leg{ID: id}, id: id, turnstile: make(chan struct{}, 1), changed: make(chan struct{})}
}

func (l *leg) head(at time.Time) pbx.Head { return pbx.Head{Leg: l.id, At: at} }

// ring wakes those who wait for an event about the leg.
func (l *leg) ring() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// now is the leg as the port tells it.
func (l *leg) now() pbx.Leg {
	p := l.Leg
	p.State = l.state
	if l.peer != "" {
		p.Peers = []pbx.LegID{l.peer}
	}
	return p
}

// find returns a leg that is ours now.
func (s *Switch) find(id pbx.LegID) (*leg, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.legs[id]
	if l == nil || l.left || l.hanging || l.ghost {
		return nil, pbx.ErrGone
	}
	return l, nil
}

func (s *Switch) isUp(l *leg) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return l.state == pbx.Up
}

// told notes that the caller hears something.
func (s *Switch) told(l *leg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.state = max(l.state, pbx.Ringing)
}

// alone runs do while no other verb runs on the leg, once the leg is settled.
func (s *Switch) alone(ctx context.Context, l *leg, do func() error) error {
	select {
	case l.turnstile <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-l.turnstile }()
	if err := s.settle(ctx, l); err != nil {
		return err
	}
	return do()
}

// keysEndNothing keeps keys from ending what a leg hears. Without it a * ends the application playback, which is the
// base of all other sound: the music would be gone, and a file over it would neither be heard nor end.
const keysEndNothing = "playback_terminators=none"

// settle takes off, before our first verb on a leg, the guard that it carries until somebody takes care of it. That of a
// leg that we ring is set by FreeSWITCH at the answer, and comes off then. From then on keys are ours alone.
func (s *Switch) settle(ctx context.Context, l *leg) error {
	s.mu.Lock()
	due := !l.settled && (!l.Ours || l.state == pbx.Up)
	s.mu.Unlock()
	if !due {
		return nil
	}
	if l.Ours { // its guard is set between the answer and its first park
		if err := s.until(ctx, l, func() bool { return l.parked || l.peer != "" }); err != nil {
			return err
		}
	}
	if err := s.unschedule(ctx, string(l.id)); err != nil {
		return err
	}
	if _, err := s.api(ctx, "uuid_setvar_multi", string(l.id), keysEndNothing+";"+varSettled+"=true"); err != nil {
		return err
	}
	s.mu.Lock()
	l.settled = true
	s.mu.Unlock()
	return nil
}

// setVariable sets a variable of the leg; an empty value takes it away.
func (s *Switch) setVariable(ctx context.Context, l *leg, name, value string) error {
	words := []string{string(l.id), name}
	if value != "" {
		words = append(words, value)
	}
	_, err := s.api(ctx, "uuid_setvar", words...)
	return err
}

// until waits for an event about the leg after which ok is true; it is called with the mutex held. A leg that ends
// meanwhile is gone.
func (s *Switch) until(ctx context.Context, l *leg, ok func() bool) error {
	for {
		s.mu.Lock()
		done, gone, changed := ok(), s.legs[l.id] != l || l.hanging || l.left, l.changed
		s.mu.Unlock()
		switch {
		case done:
			return nil
		case gone:
			return pbx.ErrGone
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// nextID names an application that is about to run on a leg.
func (s *Switch) nextID(l *leg) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.seq++
	return fmt.Sprintf("%s.%d", l.id, l.seq)
}

// fill takes over what FreeSWITCH says of a channel.
func (l *leg) fill(e *event) {
	if l.Created.IsZero() {
		l.Created = e.time(hCreated)
	}
	if e.get(hKind) == dialled {
		l.Ours, l.Call = true, e.get(hCall)
		return
	}
	from := e.get(hFrom)
	l.From, l.Name = driver.Clean(from), driver.Clean(e.get(hFromName))
	if l.Name == l.From { // FreeSWITCH's own filler
		l.Name = ""
	}
	l.To, l.Trunk = driver.Clean(e.get(hNumber)), driver.Clean(e.get(hTrunk))
	if l.To == "" {
		l.To = driver.Clean(e.get(hTo))
	}
	for _, h := range []header{hGateway, hProfile} {
		if l.Trunk == "" {
			l.Trunk = driver.Clean(e.get(h))
		}
	}
	l.Hidden = e.get(hHideNumber) == "true" || driver.HiddenNumber(from)
	l.House = e.get(hKind) == house
}

// cameIn says whether a channel is a call that our dialplan took.
func cameIn(e *event) bool { return e.get(hKind) == inbound || e.get(hKind) == house }

// stateOf is how far a channel has come. A leg that we dialled is on its way to its phone as soon as there is a channel.
func stateOf(e *event) pbx.State {
	switch {
	case e.get(hAnswerState) == "answered":
		return pbx.Up
	case e.get(hAnswerState) == "early", e.get(hKind) == dialled:
		return pbx.Ringing
	}
	return pbx.Created
}

// number reads a number; what is none is 0.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
