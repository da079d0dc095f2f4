package pbx

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A Recording is what the party on a leg says, kept as a sound file.
type Recording struct {
	ID    string        // chosen before; letters, digits and -. It names the file on the switch
	Leg   LegID         // who is recorded
	File  string        // where the file is put when it is over, on this machine: 8000 samples a second, 16 bits, one channel
	Max   time.Duration // then the switch ends it by itself
	Quiet time.Duration // the switch ends it when the party has said nothing for so long; zero: it does not
}

// Recorded is the end of the Record with that ID. It has no leg, for it may come after the leg's own end: a hang-up ends a
// recording, and the file has to be fetched.
type Recorded struct {
	Head
	ID   string
	File string        // as it was asked for; empty with Err
	Dur  time.Duration // of the sound
	Err  error         // there is no file here; an error that is not ErrNoRecording leaves it on the switch
}

// ErrNoRecording is a recording that does not exist: nothing was said, or it was never begun.
var ErrNoRecording = errors.New("nothing was recorded")

// A RecordEnd is what ended a recording.
type RecordEnd int

// What ends a recording.
const (
	ByKey     RecordEnd = iota // one of those that were to end it
	BySilence                  // nothing was said for a while
	ByLimit                    // the longest there may be
	ByHangup                   // the party has gone
	ByContext                  // the context of whoever records has ended
)

// A Taken is what was recorded.
type Taken struct {
	By   RecordEnd
	File string        // empty: nothing was recorded, or it cannot be had
	Dur  time.Duration // of the sound
}

// fileWait is how long after its end a recording may take to arrive.
const fileWait = time.Minute

// Record keeps what the party says until one of the keys, silence, the limit or a hang-up ends it. What was said before a
// hang-up, or before ctx ended, is in Taken beside the error. Keys that were typed ahead are dropped, and so is the one that
// ends it and all before it.
func (c *Call) Record(ctx context.Context, r Recording, keys string) (Taken, error) {
	r.Leg = c.id
	if err := c.quiet(ctx); err != nil {
		return Taken{}, err
	}
	c.ForgetKeys()
	over := c.x.expect(r.ID)
	defer c.x.expectNot(r.ID)
	if err := c.ask(ctx, func(ctx context.Context) error { return c.x.sw.Record(ctx, r) }); err != nil {
		if !errors.Is(err, ErrRestart) { // it may have been carried out all the same
			_ = c.endRecording(r.ID)
		}
		return Taken{}, err
	}
	var taken *Recorded
	var pressed bool
	err := c.until(ctx, func() bool {
		taken = received(over)
		pressed = taken == nil && c.dropThrough(keys)
		return taken != nil || pressed
	})
	if errors.Is(err, ErrRestart) {
		return Taken{}, err
	}
	by := ByKey
	switch {
	case c.ctx.Err() != nil:
		by = ByHangup
	case err != nil:
		by = ByContext
	case taken != nil && taken.Dur > r.Max-time.Second/2:
		by = ByLimit
	case taken != nil:
		by = BySilence
	}
	if pressed || by == ByContext {
		if stop := c.endRecording(r.ID); stop != nil && err == nil {
			err = stop
		}
	}
	if taken == nil {
		taken = c.arrived(over)
	}
	switch {
	case err == nil && by == ByHangup:
		err = context.Cause(c.ctx)
	case err == nil && taken.Err != nil:
		err = fmt.Errorf("record %s: %w", c.id, taken.Err)
	}
	return Taken{By: by, File: taken.File, Dur: taken.Dur}, err
}

// endRecording asks for the end of a recording. Its leg may have gone, and the wish of whoever records may be over.
func (c *Call) endRecording(id string) error {
	ctx, cancel := context.WithTimeout(c.x.ctx, fileWait)
	defer cancel()
	return c.x.ask(ctx, func(ctx context.Context) error { return c.x.sw.StopRecord(ctx, id) })
}

// arrived waits for the file of a recording that has ended.
func (c *Call) arrived(over <-chan Recorded) *Recorded {
	late := time.NewTimer(fileWait)
	defer late.Stop()
	select {
	case e := <-over:
		return &e
	case <-late.C:
		return &Recorded{Err: fmt.Errorf("the file has not come within %s", fileWait)}
	case <-c.x.ctx.Done():
		return &Recorded{Err: context.Cause(c.x.ctx)}
	}
}

func received(over <-chan Recorded) *Recorded {
	select {
	case e := <-over:
		return &e
	default:
		return nil
	}
}

// dropThrough drops what was pressed up to the first of the keys, and says whether there was one. The mutex is held.
func (c *Call) dropThrough(keys string) bool {
	for len(c.keys) > 0 {
		key := c.keys[0]
		c.keys = c.keys[1:]
		for i := range len(keys) {
			if keys[i] == key {
				return true
			}
		}
	}
	return false
}

// Fetch brings a recording that an earlier run of the daemon began into r.File, and says how long it is. One that still goes on is ended.
// The leg may have gone. ErrNoRecording: the switch has none.
func (x *Exchange) Fetch(ctx context.Context, r Recording) (dur time.Duration, err error) {
	err = x.ask(ctx, func(ctx context.Context) error {
		dur, err = x.sw.Fetch(ctx, r)
		return err
	})
	return dur, err
}

// expect returns where the end of a recording will be told.
func (x *Exchange) expect(id string) <-chan Recorded {
	x.mu.Lock()
	defer x.mu.Unlock()
	told := make(chan Recorded, 1)
	x.tapes[id] = told
	return told
}

func (x *Exchange) expectNot(id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.tapes, id)
}

// recorded tells whoever waits for it of the end of a recording, and wakes the leg's waiter.
func (x *Exchange) recorded(e Recorded) {
	x.mu.Lock()
	told := x.tapes[e.ID]
	delete(x.tapes, e.ID)
	x.mu.Unlock()
	if told == nil {
		return
	}
	told <- e
	for _, c := range x.all() {
		c.Wake()
	}
}
