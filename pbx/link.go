package pbx

import (
	"context"
	"errors"
	"sync"
	"time"
)

// A Link is the connection with a switch.
type Link struct {
	Up      bool
	Since   time.Time // by our clock: that it is up, or down
	Version string    // of the switch, as it said last
	Err     error     // why it is down; nil before the first attempt has failed
	Final   bool      // it is not tried again
}

// Link says how the connection with the switch is.
func (x *Exchange) Link() Link {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.conn
}

// Up says whether the switch is connected.
func (x *Exchange) Up() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.conn.Up
}

func (x *Exchange) setUp(r Ready) {
	x.mu.Lock()
	x.start, x.ahead = r.Start, time.Until(r.At)
	x.conn = Link{Up: true, Since: time.Now(), Version: r.Version}
	x.mu.Unlock()
	x.link.ring()
}

func (x *Exchange) setDown(why error, final bool) {
	x.mu.Lock()
	if x.conn.Up {
		x.conn.Up, x.conn.Since = false, time.Now()
	}
	x.conn.Err, x.conn.Final = why, final
	x.mu.Unlock()
	x.link.ring()
}

// lostSince is the latest that legs can have ended which a snapshot no longer holds: now, or when the connection went
// if the switch went with it.
func (x *Exchange) lostSince(r Ready) time.Time {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.start.Equal(r.Start) || x.start.IsZero() || x.conn.Up {
		return r.At
	}
	return x.conn.Since.Add(x.ahead)
}

// ask asks the switch, and asks again after a lost connection: every verb of the port may be asked twice.
func (x *Exchange) ask(ctx context.Context, request func(context.Context) error) error {
	for {
		changed := x.link.wait()
		err := request(ctx)
		if !errors.Is(err, ErrDown) {
			return err
		}
		var again <-chan time.Time
		if x.Up() { // not noticed yet, or a refusal of the moment
			again = time.After(250 * time.Millisecond)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-changed:
		case <-again:
		}
	}
}

// A bell wakes all who wait for a change. Take wait before looking, and no change is missed.
type bell struct {
	mu sync.Mutex
	ch chan struct{}
}

func newBell() *bell { return &bell{ch: make(chan struct{})} }

func (b *bell) wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ch
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.ch)
	b.ch = make(chan struct{})
}
