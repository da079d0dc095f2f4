package driver

import (
	"regexp"
	"time"
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

// Dialled is a number as a trunk delivers it; nothing else is let into a dialplan.
var Dialled = regexp.MustCompile(`^[+]?[0-9]{1,20}$`)
