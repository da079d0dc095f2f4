package driver

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"hotline/pbx"
)

// A Trial is what became of a call that nobody made: it was let into the dialplan as if it came from outside, to see
// where the switch takes it when hotline is away, or is there and does nothing.
type Trial struct {
	Err      error         // it could not be made, or was lost
	Steps    []Step        // where it was, in order
	Rang     []string      // what the switch rang for it
	Answered time.Duration // when it was answered; 0: it was not
	Ended    time.Duration // when the switch ended it by itself; 0: it did not
}

// A Step is a place in the dialplan, what was done there, and when since the call began.
type Step struct {
	After              time.Duration
	Context, Extension string
	App, Data          string
}

// Landed is the first step in that context.
func (t Trial) Landed(context string) (Step, bool) {
	for _, s := range t.Steps {
		if s.Context == context {
			return s, true
		}
	}
	return Step{}, false
}

// Step notes where the call is, unless it was there already.
func (t *Trial) Step(s Step) {
	s.Context, s.Extension, s.App, s.Data = Clean(s.Context), Clean(s.Extension), Clean(s.App), Clean(s.Data)
	if n := len(t.Steps); n > 0 {
		last := t.Steps[n-1]
		if last.After = s.After; last == s {
			return
		}
	}
	t.Steps = append(t.Steps, s)
}

// A Way is how a Trial is made.
type Way struct {
	Context, Number string        // where calls from outside come in
	Stuck           bool          // hotline is there, and does nothing; else it is away
	Landing         string        // the context in which the call is to land
	Within          time.Duration // when it is given up if it does not
	Stay            time.Duration // how long it is looked at after that
}

// Follow looks at a call of that kind until it has been looked at for long enough, or is over. Take reads one piece of news into
// the Trial and says whether the call is over. When gone is closed the switch is lost, and why says how.
func Follow[N any](ctx context.Context, way Way, news <-chan N, take func(*Trial, N) (over bool), gone <-chan struct{}, why func() error) (t Trial) {
	limit := time.NewTimer(way.Within)
	defer limit.Stop()
	landed := false
	for {
		select {
		case n := <-news:
			if take(&t, n) {
				return t
			}
			if _, is := t.Landed(way.Landing); is && !landed {
				landed = true
				limit.Reset(way.Stay)
			}
		case <-limit.C:
			return t
		case <-gone:
			t.Err = fmt.Errorf("%w: %w", pbx.ErrDown, why())
			return t
		case <-ctx.Done():
			t.Err = context.Cause(ctx)
			return t
		}
	}
}

// Dialled is a number as a trunk delivers it; nothing else is let into a dialplan.
var Dialled = regexp.MustCompile(`^[+]?[0-9]{1,20}$`)
