package driver

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"hotline/pbx"
)

// A Line is what one life of a connection to a switch needs whatever the switch: news in the order they came, phones to be
// looked at, and work beside the events that ends with the connection.
type Line struct {
	Ctx  context.Context // ends with the connection; its cause is why
	Lose context.CancelCauseFunc

	More  chan struct{} // something is in the queue
	Knock chan struct{} // there are phones to be looked at

	mu     sync.Mutex
	queue  []any                     // it can grow, it cannot overflow
	phones map[string]bool           // to be looked at
	known  map[string]pbx.PhoneState // as last told
	closed bool
	wg     sync.WaitGroup
}

// NewLine returns a line for as long as ctx.
func NewLine(ctx context.Context) *Line {
	l := &Line{More: make(chan struct{}, 1), Knock: make(chan struct{}, 1), phones: map[string]bool{}, known: map[string]pbx.PhoneState{}}
	l.Ctx, l.Lose = context.WithCancelCause(ctx)
	return l
}

// Put appends to the queue.
func (l *Line) Put(item any) {
	l.mu.Lock()
	l.queue = append(l.queue, item)
	l.mu.Unlock()
	wake(l.More)
}

// PutBack puts what was taken in front of the queue again.
func (l *Line) PutBack(items []any) {
	l.mu.Lock()
	l.queue = append(items, l.queue...)
	l.mu.Unlock()
	wake(l.More)
}

// Take empties the queue.
func (l *Line) Take() []any {
	l.mu.Lock()
	defer l.mu.Unlock()
	items := l.queue
	l.queue = nil
	return items
}

// Look asks for a look at a phone's state.
func (l *Line) Look(phone string) {
	if phone == "" {
		return
	}
	l.mu.Lock()
	l.phones[phone] = true
	l.mu.Unlock()
	wake(l.Knock)
}

// ToLook empties the list of phones to look at.
func (l *Line) ToLook() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	phones := slices.Sorted(maps.Keys(l.phones))
	clear(l.phones)
	return phones
}

// IsNew notes a phone's state, and says whether it has not been told yet.
func (l *Line) IsNew(p pbx.PhoneState) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	before, told := l.known[p.Phone]
	l.known[p.Phone] = p
	return !told || before.Registered != p.Registered || before.Busy != p.Busy
}

// Forget makes the next state of a phone new.
func (l *Line) Forget(phone string) {
	l.mu.Lock()
	delete(l.known, phone)
	l.mu.Unlock()
}

// Work runs f beside the events, until the connection ends.
func (l *Line) Work(f func(context.Context)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.wg.Go(func() { f(l.Ctx) })
	}
}

// Ask runs requests to the switch that end with the caller's context, with the connection, and after within, with late as
// the cause. Without a line the switch is not connected.
func (l *Line) Ask(ctx context.Context, what string, within time.Duration, late error, do func(context.Context) error) error {
	if l == nil {
		return fmt.Errorf("%s: %w", what, pbx.ErrDown)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, within, late)
	defer cancel()
	ctx, lose := context.WithCancelCause(ctx)
	defer lose(nil)
	defer context.AfterFunc(l.Ctx, func() { lose(pbx.ErrDown) })()
	if err := do(ctx); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// Pausing waits, and says whether ctx still goes on.
func Pausing(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// End stops all that works, lets hangUp close the connection, and waits.
func (l *Line) End(why error, hangUp func()) {
	l.Lose(why)
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	hangUp()
	l.wg.Wait()
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
