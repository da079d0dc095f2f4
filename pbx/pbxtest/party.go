package pbxtest

import (
	"fmt"
	"time"

	"hotline/pbx"
)

// A Party is the far end of one leg: a caller, or whoever picked up a phone.
type Party struct {
	Shown, Name string // what a phone displays

	s     *Switch
	name  string
	leg   *leg
	gone  chan struct{}
	cause pbx.Cause
	mute  bool // it sends silence
	lost  bool // nothing of what it sends arrives
	said  []speech
}

// Mute makes the party say nothing.
func (p *Party) Mute() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.mute = true
}

// Lose makes what the party says get lost on its way, as in a firewall.
func (p *Party) Lose() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.lost = true
}

// A Behaviour is what a phone does when it rings.
type Behaviour int

// What phones do.
const (
	Off     Behaviour = iota // not registered
	Rings                    // until somebody gives up
	Answers                  // after its delay
	Busy                     // says so
	Refuses                  // says no
)

// A Phone is a phone of the house.
type Phone struct {
	s     *Switch
	name  string
	does  Behaviour
	after time.Duration
	last  *Party
	other *Party // a call that is not ours
}

// Phone adds a phone, or changes what it does from now on. after is how long it rings before it answers.
func (s *Switch) Phone(name string, does Behaviour, after time.Duration) *Phone {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.phones[name]
	if p == nil {
		p = &Phone{s: s, name: name}
		s.phones[name] = p
	}
	p.does, p.after = does, after
	s.tellPhones()
	return p
}

// Elsewhere gives the phone a call that hotline has nothing to do with; Last's Hangup ends it.
func (p *Phone) Elsewhere() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.other = p.s.party(p.name, &leg{Leg: pbx.Leg{ID: "elsewhere", State: pbx.Up}, phone: p})
	p.last = p.other
	p.s.note(p.name, "has another call")
	p.s.tellPhones()
}

// Last is the far end of the latest call to the phone; nil if there was none.
func (p *Phone) Last() *Party {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.last
}

// ring is called with the lock held.
func (p *Phone) ring(l *leg, limit time.Duration) {
	s := p.s
	switch p.does {
	case Busy:
		s.note(p.name, "is busy")
		s.hangUp(l, pbx.Busy, p.name)
		return
	case Refuses:
		s.hangUp(l, pbx.Declined, p.name)
		return
	}
	l.State = pbx.Ringing
	s.note(p.name, "rings, shows %s", l.far.Shown)
	s.emit(pbx.Proceeding{Head: l.head()})
	after, picked := limit, false
	if p.does == Answers && p.after <= limit {
		after, picked = p.after, true
	}
	l.ringing = time.AfterFunc(after, func() {
		if picked {
			l.far.PickUp()
		} else {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.hangUp(l, pbx.NoAnswer, "the switch")
		}
	})
}

// PickUp answers a phone that rings.
func (p *Party) PickUp() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.s.legs[p.leg.ID] != p.leg || p.leg.State == pbx.Up {
		return
	}
	p.s.note(p.name, "picks up")
	p.s.answered(p.leg)
}

// Call places a call from outside. name is the caller's in the transcript and on displays.
func (s *Switch) Call(name, from, to string) *Party {
	return s.CallHidden(name, from, to, false)
}

// CallFromHouse is Call by a phone of the house, which may dial a code.
func (s *Switch) CallFromHouse(name, from, to string) *Party {
	return s.offer(name, pbx.Leg{From: from, Name: name, To: to, House: true})
}

// CallHidden is Call with a number that may be withheld.
func (s *Switch) CallHidden(name, from, to string, hidden bool) *Party {
	return s.offer(name, pbx.Leg{From: from, Name: name, Hidden: hidden, To: to, Trunk: "trunk"})
}

func (s *Switch) offer(name string, what pbx.Leg) *Party {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	what.ID, what.Created = pbx.LegID(fmt.Sprintf("in-%d", s.seq)), time.Now()
	l := &leg{Leg: what}
	l.far = s.party(name, l)
	s.note(name, "calls %s", what.To)
	if !s.online {
		s.note(name, "lands in the fallback")
		l.far.cause = pbx.Broken
		close(l.far.gone)
		return l.far
	}
	s.legs[l.ID] = l
	s.emit(pbx.Offered{Head: l.head(), From: what.From, Name: name, Hidden: what.Hidden, To: what.To, Trunk: what.Trunk, House: what.House})
	return l.far
}

func (s *Switch) party(name string, l *leg) *Party {
	return &Party{s: s, name: name, leg: l, gone: make(chan struct{})}
}

// Press sends keys.
func (p *Party) Press(keys string) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.s.legs[p.leg.ID] != p.leg {
		return
	}
	p.s.note(p.name, "presses %s", keys)
	for _, k := range []byte(keys) {
		p.s.emit(pbx.Digit{Head: p.leg.head(), Key: k, Dur: 100 * time.Millisecond})
	}
}

// Hangup ends the call from this end.
func (p *Party) Hangup() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if ph := p.leg.phone; ph != nil && ph.other == p {
		ph.other = nil
		p.s.tellPhones()
		return
	}
	cause := pbx.Normal
	if p.leg.State != pbx.Up && !p.leg.Ours {
		cause = pbx.Cancelled
	} else if p.leg.State != pbx.Up {
		cause = pbx.Declined
	}
	p.s.hangUp(p.leg, cause, p.name)
}

// Leg is the id of the leg on the switch.
func (p *Party) Leg() pbx.LegID { return p.leg.ID }

// Gone is closed when the call has ended.
func (p *Party) Gone() <-chan struct{} { return p.gone }

// Answered says whether the call is up.
func (p *Party) Answered() bool {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.leg.State == pbx.Up
}

// Hears says what reaches the party now: "silence", "music NAME", "file PATH" or "leg ID".
func (p *Party) Hears() string {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	switch l := p.leg; {
	case p.s.legs[l.ID] != l:
		return "silence"
	case l.playing:
		return "file " + l.media
	case l.peer != "":
		return "leg " + string(l.peer)
	case l.music != "":
		return "music " + l.music
	}
	return "silence"
}
