package ari

import (
	"context"
	"time"

	ariv5 "github.com/CyCoreSystems/ari/v5"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// A leg is what the driver knows of one channel of ours. All of it is under the mutex of the Switch but the turnstile.
type leg struct {
	pbx.Leg
	id    pbx.LegID
	state pbx.State
	phone string // the phone that was rung, to look at it again when the leg ends

	turnstile chan struct{} // held by the one who settles the leg or sets its guard
	fuse      fuse          // a guard that nobody above the driver knows of
	loose     bool          // it is out of the bridge in which Asterisk keeps what was dialled
	stale     bool          // an earlier run of the daemon may have left a prompt playing

	play     *play
	unsure   string        // a playback whose request got no answer
	tape     *tape         // what it is recorded on
	music    bool          // there may be music on it
	class    string        // of the music we put on it
	busy     chan struct{} // closed when what has to come before the next verb is done
	bridge   string
	rang     bool      // the other end was said to ring
	hanging  bool      // it is being hung up, by whomever
	asked    pbx.Cause // why we hang it up
	due      time.Time // when our guard strikes, by our clock; zero: no guard
	landing  pbx.Landing
	struck   bool // the guard has struck
	struckAt time.Time
	left     bool // it went on in the dialplan
	ghost    bool // Dial has given up on it: nobody above knows it
	dial     *dialling
}

// A fuse is the guard that a leg carries until somebody takes care of it.
type fuse int

const (
	noFuse      fuse = iota
	offeredFuse      // set by the dialplan; our first verb takes it off
	dialledFuse      // set by Dial; taken off at the answer
)

func newLeg(id pbx.LegID) *leg {
	return &leg{Leg: pbx.Leg{ID: id}, id: id, landing: pbx.Fallback, turnstile: make(chan struct{}, 1)}
}

func (l *leg) head(at time.Time) pbx.Head { return pbx.Head{Leg: l.id, At: at} }

// now is the leg as the port tells it.
func (l *leg) now(peers []pbx.LegID) pbx.Leg {
	p := l.Leg
	p.State, p.Peers = l.state, peers
	return p
}

// find returns a leg that is ours now.
func (s *Switch) find(id pbx.LegID) (*leg, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.legs[id]
	if l == nil || l.left || l.ghost {
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
	if l.state == pbx.Created {
		l.state = pbx.Ringing
	}
}

// settle does, before our first verb on a leg, what has to come before any: a prompt of an earlier run is ended, for it
// would hold back every other request, and the fuse is taken off.
func (s *Switch) settle(ctx context.Context, l *leg) error {
	if err := s.idle(ctx, l); err != nil {
		return err
	}
	s.mu.Lock()
	settled := !l.stale && !l.burning()
	s.mu.Unlock()
	if settled {
		return nil
	}
	return s.alone(ctx, l, func() error {
		s.mu.Lock()
		stale, burning := l.stale, l.burning()
		s.mu.Unlock()
		if stale {
			for _, id := range []string{playbackID(l.id, 0), playbackID(l.id, 1)} {
				if err := s.silence(ctx, id); err != nil {
					return err
				}
			}
			if err := s.endOldTape(ctx, l); err != nil {
				return err
			}
		}
		if burning {
			if err := s.setVariable(ctx, l.id, "TIMEOUT(absolute)", "0"); err != nil {
				return err
			}
			if l.Ours {
				if err := s.setVariable(ctx, l.id, fuseVariable, ""); err != nil {
					return err
				}
			}
		}
		s.mu.Lock()
		l.stale = false
		if burning {
			l.fuse = noFuse
		}
		s.mu.Unlock()
		return nil
	})
}

// idle waits until what was begun on a leg by an event is done.
func (s *Switch) idle(ctx context.Context, l *leg) error {
	s.mu.Lock()
	busy := l.busy
	s.mu.Unlock()
	if busy == nil {
		return nil
	}
	select {
	case <-busy:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// burning says whether the fuse has to come off now. That of a leg that we ring stays until it is answered.
func (l *leg) burning() bool {
	return l.fuse == offeredFuse || l.fuse == dialledFuse && l.state == pbx.Up
}

// alone runs do while nobody else settles the leg or sets its guard.
func (s *Switch) alone(ctx context.Context, l *leg, do func() error) error {
	select {
	case l.turnstile <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-l.turnstile }()
	return do()
}

// fill takes over what Asterisk says of a channel.
func (l *leg) fill(c *ariv5.ChannelData, args []string) {
	if t := c.GetCreationtime(); t != nil && l.Created.IsZero() {
		l.Created = time.Unix(t.Seconds, int64(t.Nanos))
	}
	l.state = max(l.state, stateOf(c))
	if len(args) > 0 && args[0] == dialledArg {
		l.Ours, l.Call = true, arg(args, 1)
		return
	}
	from := c.GetCaller().GetNumber()
	l.From, l.Name = driver.Clean(from), driver.Clean(c.GetCaller().GetName())
	l.To, l.Trunk = arg(args, 1), arg(args, 3)
	l.Hidden, l.House = hidden(arg(args, 2), from), arg(args, 0) == houseArg
	if l.Trunk == "" {
		l.Trunk = endpoint(c.Name)
	}
}

// stateOf maps the state of a channel. Asterisk does not tell whether a caller has been told that it rings.
func stateOf(c *ariv5.ChannelData) pbx.State {
	switch c.State {
	case "Up":
		return pbx.Up
	case "Ringing":
		return pbx.Ringing
	}
	return pbx.Created
}

func arg(args []string, i int) string {
	if i < len(args) {
		return driver.Clean(args[i])
	}
	return ""
}
