package pbx

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"time"
)

// A Call is one leg, with verbs that wait for their outcome. One goroutine drives it; a leg that was dialled is driven
// by the goroutine that dialled it. Every verb returns context.Cause when its context ends, and a *HangupError when
// the leg has gone.
type Call struct {
	x    *Exchange
	id   LegID
	ours bool
	leg  Leg // as first seen

	ctx context.Context
	end context.CancelCauseFunc

	mu      sync.Mutex
	bell    *bell
	taken   bool // the switch knows of it: a snapshot without it means that it has ended
	facts   Facts
	peer    LegID
	keys    []byte
	turn    uint32     // of the last Play
	playing bool       // that turn has not ended
	leaving bool       // a hang-up has been asked for
	result  PlayResult // of the last turn that ended
}

// Facts is what has happened to a leg, by the switch's clock. A zero time has not happened, or is not known.
type Facts struct {
	Created, Ringing, Answered, Ended time.Time
	Bridged                           time.Time // when the last talk began
	Up                                bool      // answered, also if Answered is not known
	Left                              bool      // alive, but no longer ours
	Cause                             Cause
	SIP                               int
	Estimated                         bool // it ended unseen, at Ended or before
}

// Typing ahead further than this is noise.
const maxKeys = 32

func newCall(x *Exchange, l Leg, b *bell) *Call {
	c := &Call{x: x, id: l.ID, ours: l.Ours, leg: l, bell: b}
	c.ctx, c.end = context.WithCancelCause(x.ctx)
	c.facts.Created, c.facts.Answered, c.facts.Up = l.Created, l.Answered, l.State == Up
	c.turn = uint32(time.Now().UnixMilli()) // what an earlier run played has other turns, and its end is not taken for ours
	if len(l.Peers) > 0 {
		c.peer = l.Peers[0]
	}
	return c
}

// ID is the leg's id on the switch.
func (c *Call) ID() LegID { return c.id }

// Leg is the leg as it was first seen: who called what, and whether we dialled it.
func (c *Call) Leg() Leg { return c.leg }

// Context ends when the leg does, with a *HangupError as its cause, or with ErrRestart when the daemon leaves.
func (c *Call) Context() context.Context { return c.ctx }

// Exchange is the exchange of the switch that holds the leg.
func (c *Call) Exchange() *Exchange { return c.x }

// Facts returns what has happened so far.
func (c *Call) Facts() Facts {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.facts
}

// Peer is the leg this one talks with, if any.
func (c *Call) Peer() LegID {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.peer
}

// Changed returns a channel that is closed at the next change of this leg or of a leg that was dialled for it. Take it
// before looking, and no change is missed.
func (c *Call) Changed() <-chan struct{} { return c.rope().wait() }

// Wake makes Changed close, for news that do not come from the switch.
func (c *Call) Wake() { c.rope().ring() }

// Follow makes the changes of other wake whoever waits on c, as if c had dialled it.
func (c *Call) Follow(other *Call) {
	b := c.rope()
	other.mu.Lock()
	other.bell = b
	other.mu.Unlock()
}

func (c *Call) rope() *bell {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bell
}

// Ring tells the caller that it rings.
func (c *Call) Ring(ctx context.Context) error {
	if c.Facts().Up {
		return nil
	}
	return c.ask(ctx, func(ctx context.Context) error { return c.x.sw.Ring(ctx, c.id) })
}

// Answer answers, and returns when the switch has said so: the money runs from there.
func (c *Call) Answer(ctx context.Context) error {
	if c.Facts().Up {
		return nil
	}
	if err := c.quiet(ctx); err != nil {
		return err
	}
	if err := c.ask(ctx, func(ctx context.Context) error { return c.x.sw.Answer(ctx, c.id) }); err != nil {
		return err
	}
	return c.until(ctx, func() bool { return c.facts.Up })
}

// PickedUp waits until the party has answered, or is gone.
func (c *Call) PickedUp(ctx context.Context) error {
	return c.until(ctx, func() bool { return c.facts.Up })
}

// A PlayMode says whether a key ends a prompt.
type PlayMode int

// Whether a key ends a prompt.
const (
	ToTheEnd  PlayMode = iota
	UntilKey           // a key pressed now or typed ahead ends it; the key waits to be read
	UntilHash          // # ends it, and is taken for that; other keys before it do nothing and are forgotten
)

// pressed says whether the keys end a prompt. It is called with the state locked.
func (c *Call) pressed(mode PlayMode) bool {
	switch mode {
	case UntilKey:
		return len(c.keys) > 0
	case UntilHash:
		hash := bytes.IndexByte(c.keys, '#')
		if hash < 0 {
			hash = len(c.keys)
		}
		c.keys = c.keys[hash:]
		return len(c.keys) > 0
	}
	return false
}

// Play plays one file over whatever music there is, and returns when it has ended. A file that cannot be played is a
// *PlayError.
func (c *Call) Play(ctx context.Context, media string, mode PlayMode) error {
	if err := c.quiet(ctx); err != nil {
		return err
	}
	c.mu.Lock()
	if c.pressed(mode) {
		c.mu.Unlock()
		return c.played(ctx, media, mode)
	}
	c.turn++
	turn := c.turn
	c.playing = true
	c.mu.Unlock()

	err := c.ask(ctx, func(ctx context.Context) error { return c.x.sw.Play(ctx, c.id, turn, media) })
	if err != nil {
		c.mu.Lock()
		c.playing = false
		c.mu.Unlock()
		return err
	}
	err = c.until(ctx, func() bool { return !c.playing || c.pressed(mode) })
	if errors.Is(err, ErrRestart) || errors.Is(err, ErrGone) {
		return err
	}
	// A key, or a limit of the caller's own: the file is still running, and must not be when we return.
	if q := c.quiet(c.ctx); q != nil {
		return q
	}
	if err != nil {
		return err
	}
	return c.played(ctx, media, mode)
}

// played says how a prompt ended that plays no more. One that was stopped, and not by us, was stopped by the end of the
// leg, which is a moment away; or else by somebody who has no business there, and then it was not heard.
func (c *Call) played(ctx context.Context, media string, mode PlayMode) error {
	c.mu.Lock()
	pressed, result := c.pressed(mode), c.result
	if pressed && mode == UntilHash {
		c.keys = c.keys[1:]
	}
	c.mu.Unlock()
	switch {
	case pressed || result == Done:
		return nil
	case result == Stopped:
		ctx, cancel := context.WithTimeoutCause(ctx, goneWait, &PlayError{Media: media})
		defer cancel()
		return c.until(ctx, func() bool { return false })
	}
	return &PlayError{Media: media}
}

// Quiet ends whatever an earlier run of the daemon left playing on the leg.
func (c *Call) Quiet(ctx context.Context) error {
	return c.ask(ctx, func(ctx context.Context) error { return c.x.sw.Stop(ctx, c.id) })
}

// quiet ends what we play, and returns when it has ended.
func (c *Call) quiet(ctx context.Context) error {
	c.mu.Lock()
	playing := c.playing
	c.mu.Unlock()
	if !playing {
		return nil
	}
	if err := c.ask(ctx, func(ctx context.Context) error { return c.x.sw.Stop(ctx, c.id) }); err != nil {
		return err
	}
	return c.until(ctx, func() bool { return !c.playing })
}

// Key returns the next key, typed ahead or pressed within wait; else ErrNoInput.
func (c *Call) Key(ctx context.Context, wait time.Duration) (byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, wait, ErrNoInput)
	defer cancel()
	var key byte
	err := c.until(ctx, func() bool {
		if len(c.keys) == 0 {
			return false
		}
		key, c.keys = c.keys[0], c.keys[1:]
		return true
	})
	return key, err
}

// Skip takes a key if it is the next, typed ahead or pressed within wait; another one stays to be read.
func (c *Call) Skip(ctx context.Context, key byte, wait time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, wait, ErrNoInput)
	defer cancel()
	err := c.until(ctx, func() bool {
		if len(c.keys) == 0 {
			return false
		}
		if c.keys[0] == key {
			c.keys = c.keys[1:]
		}
		return true
	})
	if errors.Is(err, ErrNoInput) {
		return nil
	}
	return err
}

// ForgetKeys drops what was typed ahead.
func (c *Call) ForgetKeys() {
	c.mu.Lock()
	c.keys = nil
	c.mu.Unlock()
}

// Hold plays music of that class until the next Connect or Hold; "" ends it.
func (c *Call) Hold(ctx context.Context, music string) error {
	return c.ask(ctx, func(ctx context.Context) error { return c.x.sw.Hold(ctx, c.id, music) })
}

// Guard sets the limit that the switch keeps by itself. Nothing may be playing.
func (c *Call) Guard(ctx context.Context, g Guard) error {
	return c.ask(ctx, func(ctx context.Context) error { return c.x.sw.Guard(ctx, c.id, g) })
}

// Connect lets c, the customer, talk with other, which has answered: prompts end, c is answered if it was not, and it
// returns when both are in one talk. If other has gone meanwhile the error is ErrGone while c's context goes on.
func (c *Call) Connect(ctx context.Context, other *Call) error {
	if err := c.Answer(ctx); err != nil {
		return err
	}
	if err := c.quiet(ctx); err != nil {
		return err
	}
	err := c.x.ask(ctx, func(ctx context.Context) error { return c.x.sw.Bridge(ctx, c.id, other.id) })
	switch {
	case errors.Is(err, ErrGone): // one of the two; the event says which
		ctx, cancel := context.WithTimeoutCause(ctx, goneWait, err)
		defer cancel()
		err = c.until(ctx, func() bool { return other.ctx.Err() != nil })
	case err != nil:
		return err
	default:
		err = c.until(ctx, func() bool { return c.peer == other.id || other.ctx.Err() != nil })
	}
	if err == nil && other.ctx.Err() != nil {
		return context.Cause(other.ctx)
	}
	return err
}

// Talk waits until the talk between c and other ends, and says whose end it was: c's own is c's *HangupError; nil means
// that other has gone or left.
func (c *Call) Talk(ctx context.Context, other *Call) error {
	return c.until(ctx, func() bool { return other.ctx.Err() != nil })
}

// Hangup ends the leg. It is asked even when the leg's own context has ended, but never after ErrRestart.
func (c *Call) Hangup(cause Cause) error {
	c.mu.Lock()
	c.leaving = true
	c.mu.Unlock()
	ctx, cancel := context.WithTimeout(c.x.ctx, 10*time.Second)
	defer cancel()
	err := c.x.ask(ctx, func(ctx context.Context) error { return c.x.sw.Hangup(ctx, c.id, cause) })
	if errors.Is(err, ErrGone) {
		return nil
	}
	return err
}

// Gone waits until the leg has ended on the switch, so that its facts are complete.
func (c *Call) Gone(ctx context.Context) error {
	for {
		changed := c.Changed()
		if !c.Facts().Ended.IsZero() {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-changed:
		}
	}
}

// until waits until done, which is called with the state locked, or until the leg or the context has ended.
func (c *Call) until(ctx context.Context, done func() bool) error {
	for {
		c.mu.Lock()
		changed := c.bell.wait()
		ok := done()
		c.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-c.ctx.Done():
			return context.Cause(c.ctx)
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-changed:
		}
	}
}

// goneWait is how long after "that leg is gone" its last event may take.
const goneWait = 5 * time.Second

func (c *Call) ask(ctx context.Context, request func(context.Context) error) error {
	if c.ctx.Err() != nil {
		return context.Cause(c.ctx)
	}
	err := c.x.ask(ctx, request)
	if err == nil {
		return nil
	}
	if errors.Is(err, ErrGone) {
		late := time.NewTimer(goneWait)
		defer late.Stop()
		select {
		case <-c.ctx.Done():
		case <-ctx.Done():
		case <-late.C:
		}
	}
	if c.ctx.Err() != nil { // what a request about a leg that has gone says is no matter
		return context.Cause(c.ctx)
	}
	return err
}

// apply changes the state as the event says, and wakes whoever waits.
func (c *Call) apply(e Event) {
	at := e.About().At
	c.mu.Lock()
	f := &c.facts
	var over error
	switch e := e.(type) {
	case Proceeding:
		first(&f.Ringing, at)
	case Answered:
		if !f.Up {
			f.Up = true
		}
		first(&f.Answered, at)
	case Digit:
		if len(c.keys) < maxKeys {
			c.keys = append(c.keys, e.Key)
		}
	case Played:
		if e.Turn == c.turn {
			c.playing, c.result = false, e.Result
		}
	case Bridged:
		c.peer, f.Bridged = e.Peer, at
	case Unbridged:
		c.peer = ""
	case Left:
		f.Left = true
		over = &HangupError{Leg: c.id, At: at, Cause: Limit}
	case HungUp:
		first(&f.Ended, at)
		first(&f.Answered, e.Answered)
		f.Cause, f.SIP, f.Estimated = e.Cause, e.SIP, e.Estimated
		c.playing, c.peer = false, ""
		over = &HangupError{Leg: c.id, At: at, Cause: e.Cause}
	}
	bell := c.bell
	c.mu.Unlock()
	if over != nil {
		c.end(over)
	}
	bell.ring()
}

// reconcile takes over from a snapshot what was missed while there was no connection.
func (c *Call) reconcile(l Leg, at time.Time) {
	c.mu.Lock()
	c.taken = true
	up := c.facts.Up
	c.peer = ""
	if len(l.Peers) > 0 {
		c.peer = l.Peers[0]
		first(&c.facts.Bridged, at)
	}
	c.mu.Unlock()
	if l.State == Up && !up {
		if l.Answered.IsZero() {
			l.Answered = at
		}
		c.apply(Answered{Head{Leg: c.id, At: l.Answered}})
	}
	c.Wake()
}

// disagrees says what the switch says of the leg and we do not know.
func (c *Call) disagrees(l Leg, held bool) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var peer LegID
	if len(l.Peers) > 0 {
		peer = l.Peers[0]
	}
	switch {
	case c.facts.Left || !c.taken:
		return ""
	case !held:
		return "its end"
	case l.State == Up && !c.facts.Up:
		return "its answer"
	case peer != c.peer:
		return "its talk with " + string(peer)
	}
	return ""
}

func (c *Call) wasTaken() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.taken
}

func first(t *time.Time, at time.Time) {
	if t.IsZero() {
		*t = at
	}
}

func (c *Call) isLeaving() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.leaving
}
