package pbx

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// A Handler is told what an Exchange does not know how to serve. Its methods run in goroutines that the Exchange
// waits for, except PhoneState, which must not wait.
type Handler interface {
	// Offered serves a call that came in, from the first moment to the last.
	Offered(c *Call, o Offered)
	// Ready is told of each new connection. found are the legs that the switch holds for us and that the Exchange did
	// not know: calls that an earlier run of the daemon left there.
	Ready(r Ready, found []*Call)
	// Found is told of legs of ours, or for us, that no event has told of.
	Found(found []*Call)
	// PhoneState is told when a watched phone registers, goes, or is used for something else.
	PhoneState(p PhoneState)
}

// An Exchange keeps one Call for each leg of one switch. Events are applied to it at once, in their order, and wake
// whoever waits; nothing is queued, so nothing can overflow.
type Exchange struct {
	name    string
	sw      Switch
	handler Handler
	log     *slog.Logger

	ctx   context.Context // of every Call; its cause is ErrRestart
	leave context.CancelCauseFunc
	wg    sync.WaitGroup
	link  *bell // rung when the connection comes and goes

	busy atomic.Int64 // when the event that is being delivered came, in nanoseconds; 0 when there is none

	mu    sync.Mutex
	conn  Link
	start time.Time
	ahead time.Duration // of our clock, the switch's
	calls map[LegID]*Call
	tapes map[string]chan Recorded // where the ends of recordings are told, by their ids
}

// NewExchange returns an Exchange for a switch that is known under that name in records and logs.
func NewExchange(name string, sw Switch, log *slog.Logger) *Exchange {
	x := &Exchange{name: name, sw: sw, log: log.With("switch", name), link: newBell(), calls: map[LegID]*Call{}, tapes: map[string]chan Recorded{}}
	x.conn.Since = time.Now()
	x.ctx, x.leave = context.WithCancelCause(context.Background())
	return x
}

// Name is the switch's name in the configuration.
func (x *Exchange) Name() string { return x.name }

// Start is when the present run of the switch began; zero before the first Ready.
func (x *Exchange) Start() time.Time {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.start
}

// Now is the time by the switch's clock, as far as it is known.
func (x *Exchange) Now() time.Time {
	x.mu.Lock()
	defer x.mu.Unlock()
	return time.Now().Add(x.ahead)
}

// Run serves the switch until ctx ends, over any number of lost connections. It then leaves: every Call's context ends
// with ErrRestart, nothing is asked of the switch any more, and Run returns once all that it started has returned.
// ErrAuth and ErrReplaced end it at once and are returned.
func (x *Exchange) Run(ctx context.Context, h Handler) error {
	x.handler = h
	defer x.wg.Wait()
	defer x.leave(ErrRestart)
	x.wg.Go(func() { x.keepTrue(x.ctx) })
	seed := fnv.New64a()
	_, _ = seed.Write([]byte(x.name))
	jitter := rand.New(rand.NewPCG(seed.Sum64(), 0)) // several hotlines do not knock all at once
	var said string                                  // in the log, and when: a night without a switch is no reason to fill the disk
	var saidAt time.Time
	for wait := 100 * time.Millisecond; ; {
		began := time.Now()
		err := x.sw.Run(ctx, x.deliver)
		final := errors.Is(err, ErrAuth) || errors.Is(err, ErrReplaced)
		x.setDown(err, final)
		if ctx.Err() != nil {
			return nil
		}
		if final {
			return fmt.Errorf("switch %s: %w", x.name, err)
		}
		if now := time.Now(); err.Error() != said || now.Sub(saidAt) >= time.Minute {
			x.log.Warn("switch not connected", "err", err)
			said, saidAt = err.Error(), now
		}
		if time.Since(began) > time.Second {
			wait = 100 * time.Millisecond
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait/2 + time.Duration(jitter.Int64N(int64(wait/2)))):
		}
		wait = min(2*wait, time.Second)
	}
}

// Context ends with ErrRestart when the daemon leaves.
func (x *Exchange) Context() context.Context { return x.ctx }

// Go runs f in a goroutine that Run waits for.
func (x *Exchange) Go(f func()) { x.wg.Go(f) }

// Dial rings a phone or a number on behalf of owner, whose waits are woken by what comes of it; nil is nobody. An error
// means that there is no such leg. The Call is returned before anybody rings. A phone that is just being hung up is let go first:
// it would say that it is busy.
func (x *Exchange) Dial(ctx context.Context, owner *Call, d Dial) (*Call, error) {
	x.letGo(ctx, d.To)
	patience, cancel := context.WithTimeout(ctx, d.Ring) // a phone that cannot be asked for so long has not been rung
	defer cancel()
	woken := newBell()
	if owner != nil {
		woken = owner.rope()
	}
	c := newCall(x, Leg{ID: d.Leg, Ours: true, Call: d.Call, To: d.To.Phone + d.To.Number}, woken)
	x.mu.Lock()
	x.calls[d.Leg] = c
	x.mu.Unlock()
	if err := x.ask(patience, func(ctx context.Context) error { return x.sw.Dial(ctx, d) }); err != nil {
		x.forget(c)
		c.end(err)
		// The request may have been carried out all the same; a leg that never was is no error.
		after, cancel := context.WithTimeout(x.ctx, 5*time.Second)
		defer cancel()
		_ = x.sw.Hangup(after, d.Leg, Broken)
		return nil, err
	}
	c.mu.Lock()
	c.taken = true
	c.mu.Unlock()
	return c, nil
}

func (x *Exchange) letGo(ctx context.Context, to Target) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	for _, c := range x.all() {
		if c.ours && c.leg.To == to.Phone+to.Number && c.isLeaving() {
			_ = c.Gone(ctx)
		}
	}
}

// Watch names the phones whose state the handler wants to be told.
func (x *Exchange) Watch(ctx context.Context, phones []string) error { return x.sw.Watch(ctx, phones) }

// Past returns what the switch's own records say of legs that ended unseen; nothing, where it keeps none.
func (x *Exchange) Past(ctx context.Context, legs []LegID) (map[LegID]Past, error) {
	if h, ok := x.sw.(Historian); ok {
		return h.Ended(ctx, legs)
	}
	return nil, nil
}

func (x *Exchange) deliver(e Event) {
	x.busy.Store(time.Now().UnixNano())
	defer x.busy.Store(0)
	switch e := e.(type) {
	case Ready:
		x.ready(e)
	case Offered:
		x.offered(e)
	case PhoneState:
		x.handler.PhoneState(e)
	case Recorded:
		x.recorded(e)
	default:
		c := x.find(e.About().Leg)
		if c == nil {
			return
		}
		if _, last := e.(HungUp); last {
			x.forget(c)
		}
		c.apply(e)
	}
}

func (x *Exchange) offered(o Offered) {
	c, isNew := x.adopt(Leg{ID: o.Leg, Created: o.At, From: o.From, Name: o.Name, Hidden: o.Hidden, To: o.To, Trunk: o.Trunk, House: o.House})
	if isNew { // else it was in the snapshot already
		x.wg.Go(func() { x.handler.Offered(c, o) })
	}
}

// ready applies a snapshot: what it no longer holds has ended unseen, what it holds and we do not know is found.
func (x *Exchange) ready(r Ready) {
	held := byID(r.Legs)
	ended := x.lostSince(r)
	for _, c := range x.all() {
		if l, ok := held[c.id]; ok {
			c.reconcile(l, r.At)
		} else if c.wasTaken() {
			x.gone(c, ended)
		}
	}
	var found []*Call
	for _, l := range r.Legs {
		if c, isNew := x.adopt(l); isNew {
			found = append(found, c)
		}
	}
	x.setUp(r)
	x.log.Info("switch connected", "version", r.Version, "legs", len(r.Legs), "found", len(found))
	x.wg.Go(func() { x.handler.Ready(r, found) })
}

func byID(legs []Leg) map[LegID]Leg {
	m := make(map[LegID]Leg, len(legs))
	for _, l := range legs {
		m[l.ID] = l
	}
	return m
}

// gone ends a leg whose end nobody saw: it came by then.
func (x *Exchange) gone(c *Call, by time.Time) {
	x.forget(c)
	c.apply(HungUp{Head: Head{Leg: c.id, At: by}, Cause: Unknown, Estimated: true})
}

// How often the legs that we know are held against those that the switch has.
const reconcileEvery = 30 * time.Second

// keepTrue finds what events have failed to tell. What does not agree has to do so twice: events are under way.
func (x *Exchange) keepTrue(ctx context.Context) {
	tick := time.NewTicker(reconcileEvery)
	defer tick.Stop()
	odd := map[LegID]string{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		legs, err := x.sw.Legs(ctx)
		if err != nil { // not connected: the next Ready tells
			clear(odd)
			continue
		}
		odd = x.compare(legs, odd)
	}
}

// compare returns what is odd now, by leg, and mends what was odd in the same way the last time.
func (x *Exchange) compare(legs []Leg, before map[LegID]string) (odd map[LegID]string) {
	odd = map[LegID]string{}
	held := byID(legs)
	for _, c := range x.all() {
		l, ok := held[c.id]
		what := c.disagrees(l, ok)
		if what == "" {
			continue
		}
		if before[c.id] != what {
			odd[c.id] = what
			continue
		}
		x.log.Warn("an event was missed", "leg", c.id, "what", what)
		if ok {
			c.reconcile(l, x.Now())
		} else {
			x.gone(c, x.Now())
		}
	}
	var found []*Call
	for _, l := range legs {
		if x.find(l.ID) != nil {
			continue
		}
		if before[l.ID] == "" {
			odd[l.ID] = "unknown"
		} else if c, isNew := x.adopt(l); isNew {
			x.log.Warn("an event was missed", "leg", l.ID, "what", "its begin")
			found = append(found, c)
		}
	}
	if len(found) > 0 {
		x.wg.Go(func() { x.handler.Found(found) })
	}
	return odd
}

// adopt returns the Call of a leg, made now if there was none.
func (x *Exchange) adopt(l Leg) (c *Call, isNew bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if c, ok := x.calls[l.ID]; ok {
		return c, false
	}
	c = newCall(x, l, newBell())
	c.taken = true
	x.calls[l.ID] = c
	return c, true
}

func (x *Exchange) find(l LegID) *Call {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.calls[l]
}

func (x *Exchange) all() []*Call {
	x.mu.Lock()
	defer x.mu.Unlock()
	all := make([]*Call, 0, len(x.calls))
	for _, c := range x.calls {
		all = append(all, c)
	}
	return all
}

func (x *Exchange) forget(c *Call) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.calls[c.id] == c {
		delete(x.calls, c.id)
	}
}

// Stuck says for how long the event that is being delivered has been; 0 when there is none. Delivering never waits, so
// seconds are a sign that something is wrong for good.
func (x *Exchange) Stuck() time.Duration {
	if began := x.busy.Load(); began != 0 {
		return time.Since(time.Unix(0, began))
	}
	return 0
}
