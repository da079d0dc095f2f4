package routing

import (
	"context"
	"errors"
	"slices"
	"time"

	"hotline/config"
	"hotline/number"
)

// Known is what the company knows of a caller when the call comes: from its contacts, and from the calls of before. The zero
// value is somebody of whom nothing is known, or who shows no number.
type Known struct {
	Contact  bool      `json:"contact,omitempty"`  // is in the contacts
	Name     string    `json:"name,omitempty"`     // from the contacts
	Language string    `json:"language,omitempty"` // likewise; empty: not said
	Groups   []string  `json:"groups,omitempty"`   // likewise: vip, pro, ...
	Agent    string    `json:"agent,omitempty"`    // who talked with them last
	Talked   time.Time `json:"talked,omitzero"`    // when that was
	Calls    int       `json:"calls,omitempty"`    // in the 30 days before this call
	Missed   bool      `json:"missed,omitempty"`   // is on the list of whom to call back
}

// Acquaintances know callers.
type Acquaintances interface {
	// Known says what is known of a caller at that moment.
	Known(ctx context.Context, caller number.Number, at time.Time) (Known, error)
}

// KnownFor is how long before a call the calls of its caller count, and how long who reached nobody is to be called back.
const KnownFor = 30 * 24 * time.Hour

// A call does not wait longer than this for what is to be read of its caller.
const readWait = 50 * time.Millisecond

// errSlow is a disk that takes longer.
var errSlow = errors.New("it takes long to read")

// readSoon reads something for a call, which does not wait for a slow disk: errSlow.
func readSoon[T any](ctx context.Context, v *visit, read func(context.Context) (T, error)) (T, error) {
	type answer struct {
		is  T
		err error
	}
	ctx, cancel := context.WithTimeout(ctx, readWait)
	defer cancel()
	found := make(chan answer, 1)
	v.Exchange.Go(func() { // a disk that hangs hears of no time limit
		var a answer
		a.is, a.err = read(ctx)
		found <- a
	})
	select {
	case a := <-found:
		if a.err != nil && ctx.Err() != nil {
			a.err = errSlow
		}
		return a.is, a.err
	case <-ctx.Done():
		var none T
		return none, errSlow
	}
}

// recognize asks who the caller is. A slow or broken disk makes a stranger of everybody.
func (v *visit) recognize(ctx context.Context) {
	if v.Acquaintances == nil || v.contact.Caller == "" {
		return
	}
	known, err := readSoon(ctx, v, func(ctx context.Context) (Known, error) {
		return v.Acquaintances.Known(ctx, v.contact.Caller, v.contact.Opened)
	})
	if err != nil {
		v.log.Warn("what is known of the caller could not be read; the call goes on without", "err", err)
		return
	}
	v.kept.meet(known, v.Router.rules.Languages)
}

// Tried is what is known of the caller of a test, at the moment of the call.
func Tried(k config.TestKnown, at time.Time) Known {
	known := Known{Contact: k.Contact(), Name: k.Name, Language: k.Language, Groups: k.Group, Agent: k.Agent, Calls: k.Calls, Missed: k.Missed}
	if k.Agent != "" { // just now, unless the test says when
		known.Talked = at.Add(-k.Talked)
	}
	return known
}

// meet keeps what is known of the caller, who is spoken to in their language if the company speaks it.
func (k *kept) meet(known Known, languages []string) {
	k.Known = known
	if slices.Contains(languages, known.Language) {
		k.Lang = known.Language
	}
}

// callerName is what the caller is called: by the company, else by the network.
func (k *kept) callerName(c Contact) string {
	if k.Known.Name != "" {
		return k.Known.Name
	}
	return c.CallerName
}

// shownMost is how much of a name a phone shows before the queue.
const shownMost = 40

// shownName is what an agent's phone shows beside the number: who calls, and for which queue. Without a name the phone may know
// one for the number.
func shownName(name, queue string) string {
	if name = number.CleanText(name, shownMost); name == "" {
		return ""
	}
	return name + " - " + queue
}
