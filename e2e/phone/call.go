package phone

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

const poll = 20 * time.Millisecond // one packet of sound

// A Side is who did something.
type Side string

// The two ends of a call, seen from the phone.
const (
	Us   Side = "us"
	Them Side = "them"
)

// A Story is what has happened to a call so far, by the phone's own clock. A zero time has not happened.
type Story struct {
	Began    time.Time // the INVITE came or went
	Ringing  time.Time // 180
	Early    time.Time // sound before the answer
	Answered time.Time
	Ended    time.Time
	EndedBy  Side
	Code     int    // the last SIP status: 200 answered, 486 busy, 487 cancelled
	Reason   string // the Reason header of the end, such as "Q.850;cause=16", or the words of a refusal
}

// A Call is one call of a phone, in either direction.
type Call struct {
	From string // number shown to or by this phone
	Name string // display name, likewise
	To   string // number called

	id      string
	invite  *sip.Request
	sound   *sound
	answer  chan struct{}
	refusal chan refusal
	refer   func(context.Context, sip.Uri) error // of a call that came in, once it is answered
	end     func()                               // asks the goroutine of the call to end it; set before the call is handed out
	done    chan struct{}                        // closed when nothing of the call is left
	ended   chan struct{}

	mu      sync.Mutex
	story   Story
	changed chan struct{} // closed and replaced at each change of the story
	err     error         // the first thing that went wrong on our side
}

type refusal struct {
	code   int
	reason string
}

func newCall(invite *sip.Request, from, name, to string, codec Codec, tone float64) *Call {
	c := &Call{
		From: from, Name: name, To: to,
		invite:  invite,
		sound:   newSound(codec, tone),
		answer:  make(chan struct{}, 1),
		refusal: make(chan refusal, 1),
		done:    make(chan struct{}),
		ended:   make(chan struct{}),
		changed: make(chan struct{}),
		story:   Story{Began: time.Now()},
	}
	if id := invite.CallID(); id != nil {
		c.id = id.Value()
	}
	return c
}

// Story is what has happened so far.
func (c *Call) Story() Story {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.story
}

// Header is the first header of that name in the INVITE, or empty.
func (c *Call) Header(name string) string { return headerOf(c.invite, name) }

// Answer takes a call that rings.
func (c *Call) Answer() {
	select {
	case c.answer <- struct{}{}:
	default: // It has been said already.
	}
}

// Refuse turns down a call that rings.
func (c *Call) Refuse(r Reaction) { c.refuse(r.code, r.reason) }

func (c *Call) refuse(code int, reason string) {
	select {
	case c.refusal <- refusal{code, reason}:
	default: // It has been said already.
	}
}

// Transfer asks the other side to call somebody else instead (REFER), and returns when it has agreed to try. What comes
// of it the phone takes as most do: success ends the call, anything else does not.
func (c *Call) Transfer(ctx context.Context, to string) error {
	c.mu.Lock()
	refer := c.refer
	c.mu.Unlock()
	if refer == nil {
		return errors.New("transfer a call that is not answered, or went out")
	}
	return refer(ctx, sip.Uri{Scheme: "sip", User: to, Host: "127.0.0.1"})
}

// Hangup ends the call whatever its state, and returns when nothing of it is left. Twice is no error.
func (c *Call) Hangup(ctx context.Context) error {
	c.end()
	var err error
	select {
	case <-c.done:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err = errors.Join(err, c.err); err != nil {
		return fmt.Errorf("hang up the call from %s to %s: %w", c.From, c.To, err)
	}
	return nil
}

// Ended is closed when the call is over for whatever reason.
func (c *Call) Ended() <-chan struct{} { return c.ended }

// WaitAnswered returns when the call is answered, with an error when it ends instead.
func (c *Call) WaitAnswered(ctx context.Context) error {
	return c.until(ctx, "the answer", func(s Story) bool { return !s.Answered.IsZero() })
}

// WaitRinging returns when the other end rings (180), with an error when the call ends instead.
func (c *Call) WaitRinging(ctx context.Context) error {
	return c.until(ctx, "ringing", func(s Story) bool { return !s.Ringing.IsZero() })
}

// WaitEnded returns when the call is over.
func (c *Call) WaitEnded(ctx context.Context) error {
	return c.until(ctx, "the end", func(s Story) bool { return !s.Ended.IsZero() })
}

// until waits until the story has come so far.
func (c *Call) until(ctx context.Context, what string, reached func(Story) bool) error {
	for {
		c.mu.Lock()
		story, changed := c.story, c.changed
		c.mu.Unlock()
		if reached(story) {
			return nil
		}
		if !story.Ended.IsZero() {
			return fmt.Errorf("wait for %s of the call from %s to %s: it ended by %s with %d %s",
				what, c.From, c.To, story.EndedBy, story.Code, story.Reason)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for %s of the call from %s to %s: %w", what, c.From, c.To, context.Cause(ctx))
		}
	}
}

// WaitHear returns when the phone hears a tone of that many Hz.
func (c *Call) WaitHear(ctx context.Context, hz float64) error {
	return c.listen(ctx, fmt.Sprintf("a tone of %g Hz", hz), func() bool { return c.Hears(hz) })
}

// WaitAudio returns when the phone hears anything but silence.
func (c *Call) WaitAudio(ctx context.Context) error {
	return c.listen(ctx, "any sound", c.HearsAnything)
}

// WaitSilence returns when the phone hears nothing: silent packets or none.
func (c *Call) WaitSilence(ctx context.Context) error {
	return c.listen(ctx, "silence", func() bool { return !c.HearsAnything() })
}

// WaitKeys returns when the keys received so far are these.
func (c *Call) WaitKeys(ctx context.Context, keys string) error {
	return c.listen(ctx, fmt.Sprintf("the keys %q", keys), func() bool { return c.Keys() == keys })
}

// listen looks at the sound again and again. What is heard is a matter of time, so nothing announces it.
func (c *Call) listen(ctx context.Context, what string, heard func() bool) error {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		if heard() {
			return nil
		}
		select {
		case <-tick.C:
		case <-c.ended:
			return fmt.Errorf("listen for %s on the call from %s to %s: the call is over", what, c.From, c.To)
		case <-ctx.Done():
			return fmt.Errorf("listen for %s on the call from %s to %s: %w (%s)",
				what, c.From, c.To, context.Cause(ctx), c.sound.describe())
		}
	}
}

// Hears says whether a tone of that many Hz was most of what came in during the last fifth of a second.
func (c *Call) Hears(hz float64) bool { return c.sound.hears(hz) }

// HearsAnything says whether something louder than silence came in during the last fifth of a second.
func (c *Call) HearsAnything() bool { return c.sound.loud() }

// Say changes the tone the phone sends; 0 is silence.
func (c *Call) Say(hz float64) { c.sound.say(hz) }

// Keys are the keys received, in order.
func (c *Call) Keys() string { return c.sound.keysSoFar() }

// Press sends keys (0-9 * # A-D) as a telephone does, one after the other; a comma is a pause of half a second.
// It returns when the last one has been sent.
func (c *Call) Press(ctx context.Context, keys string) error {
	for _, k := range keys {
		if err := c.sound.press(ctx, k, c.ended); err != nil {
			return fmt.Errorf("press %c on the call from %s to %s: %w", k, c.From, c.To, err)
		}
	}
	return nil
}

// mark changes the story and wakes whoever waits for it.
func (c *Call) mark(change func(*Story)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.story)
	close(c.changed)
	c.changed = make(chan struct{})
}

// over ends the story. Only the first end counts.
func (c *Call) over(by Side, code int, reason string) {
	c.mark(func(s *Story) {
		if !s.Ended.IsZero() {
			return
		}
		s.Ended, s.EndedBy, s.Code, s.Reason = time.Now(), by, code, reason
		close(c.ended)
	})
}

// fail keeps the first error for Hangup to report.
func (c *Call) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
	}
}
