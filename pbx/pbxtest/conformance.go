package pbxtest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"testing"
	"time"

	"hotline/pbx"
)

// A Rig is a switch with telephones around it: the one in memory, or a real one with real SIP phones.
type Rig struct {
	Switch               func() pbx.Switch                                                     // the driver under test; it is not running yet
	Other                func() pbx.Switch                                                     // the driver of another instance on the same switch; nil if there is none
	Caller               func(t *testing.T, from, name, to string, hidden bool) Far            // places a call from outside
	Phone                func(t *testing.T, phone string, does Behaviour, after time.Duration) // what a phone does from now on
	Picked               func(t *testing.T, phone string) Far                                  // the far end of the latest call to a phone
	Elsewhere            func(t *testing.T, phone string)                                      // calls a phone without us; it is answered as by Phone, and ends by its Hangup
	Cut                  func(t *testing.T)                                                    // breaks the driver's connection
	Phones               [2]string                                                             // two phones
	Number               string                                                                // a number that leads to us
	Short, Long, Missing string                                                                // sounds: below 3 s, above 15 s, not there
	Music                string
	Taped                bool // the switch is a tape: what is asked of it comes in one order only
}

// A Far is the far end of a leg: a caller, or whoever picked up a phone.
type Far interface {
	Press(keys string)
	// Speak lets the party be heard, or not. Nobody knows what it does before.
	Speak(on bool)
	Hangup()
	// HearsSound waits until something that is not silence arrives; HearsParty until that party's own voice does.
	HearsSound(t *testing.T)
	HearsParty(t *testing.T, other Far)
	// IsAnswered waits until the party knows that it is answered; Answered says whether it does by now.
	IsAnswered(t *testing.T)
	Answered() bool
	Gone() <-chan struct{}
	Display() string // the number a phone shows
}

// patience is how long a step may take on a busy machine; no step passes by waiting.
const patience = 20 * time.Second

// TestSwitch holds a driver to the promises of the port. open builds a fresh rig for each part.
func TestSwitch(t *testing.T, open func(t *testing.T) *Rig) {
	for _, part := range append(parts(), recordings()...) {
		t.Run(part.name, func(t *testing.T) { part.hold(t, open(t)) })
	}
}

// TestTape is TestSwitch without what a tape cannot do: it has no files.
func TestTape(t *testing.T, open func(t *testing.T) *Rig) {
	for _, part := range parts() {
		t.Run(part.name, func(t *testing.T) { part.hold(t, open(t)) })
	}
}

// A part is one promise, or a few that go together.
type part struct {
	name string
	run  func(t *testing.T, b *bench)
}

func (p part) hold(t *testing.T, r *Rig) {
	b := start(t, r, r.Switch())
	b.name = words.ReplaceAllString(p.name, "-")
	p.run(t, b)
	b.finish()
}

func recordings() []part {
	return []part{
		{"what a party says is recorded", recorded},
		{"a recording that nobody ends", recordingEnds},
		{"a recording outlives the connection and the daemon", recordingLasts},
	}
}

func parts() []part {
	return []part{
		{"a call is offered with who called what", offered},
		{"a caller who hides is hidden", hidden},
		{"a caller gives up before the answer", givenUp},
		{"answer, twice", answer},
		{"a file plays, is stopped, is missing", play},
		{"a hang-up ends a file", playHangup},
		{"a file before the answer", early},
		{"music, and a file over it", hold},
		{"keys come in order", keys},
		{"a phone answers", dial},
		{"the same dial twice is one call", dialTwice},
		{"a phone is busy, refuses, rings in vain, is not there", dialFails},
		{"a ringing phone is called off", callOff},
		{"two legs talk, and one leaves", bridge},
		{"a file over a talk", overTalk},
		{"split, and join again", split},
		{"the sound of a phone is measured", measured},
		{"the switch keeps a limit", guard},
		{"a leg that is gone is gone", gone},
		{"a snapshot tells what is there", snapshot},
		{"a lost connection", cut},
		{"phones come and go", watch},
		{"a phone has a call that is not ours", elsewhere},
		{"the switch's own records", ended},
		{"two hotlines share the switch", shared},
	}
}

// bench runs the driver of a rig and keeps its events.
type bench struct {
	*Rig
	t   *testing.T
	sw  pbx.Switch
	ctx context.Context

	mu     sync.Mutex
	events []pbx.Event
	more   chan struct{}
	stop   func()
	name   string // of the part, within ids that are the same in every run
	seq    int
}

// What may not be part of an id.
var words = regexp.MustCompile(`[^a-z]+`)

func start(t *testing.T, r *Rig, sw pbx.Switch) *bench {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	b := &bench{Rig: r, t: t, sw: sw, ctx: ctx, more: make(chan struct{})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			err := b.sw.Run(ctx, b.keep)
			if errors.Is(err, pbx.ErrAuth) || errors.Is(err, pbx.ErrReplaced) {
				t.Errorf("Run: %v", err)
				return
			}
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	b.stop = func() { cancel(); <-done }
	t.Cleanup(b.stop)
	ready := b.event("ready", func(e pbx.Event) bool { _, ok := e.(pbx.Ready); return ok }).(pbx.Ready)
	if ready.Version == "" || ready.Start.IsZero() || ready.Start.After(time.Now().Add(time.Second)) {
		t.Fatalf("Ready lacks its version or start: %+v", ready)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.events[0].(pbx.Ready); !ok {
		t.Fatalf("the first event is %T, not Ready", b.events[0])
	}
	return b
}

func (b *bench) keep(e pbx.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(b.events, e)
	close(b.more)
	b.more = make(chan struct{})
}

// event waits for the first event that fits.
func (b *bench) event(what string, fits func(pbx.Event) bool) pbx.Event {
	b.t.Helper()
	limit := time.After(patience)
	for {
		b.mu.Lock()
		for _, e := range b.events {
			if fits(e) {
				b.mu.Unlock()
				return e
			}
		}
		more, n := b.more, len(b.events)
		b.mu.Unlock()
		select {
		case <-more:
		case <-limit:
			b.t.Fatalf("%s: no such event among %d: %+v", what, n, b.all())
		}
	}
}

func (b *bench) all() []pbx.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]pbx.Event(nil), b.events...)
}

// finish checks what holds for every story: one end per leg and nothing after it, one end per file.
func (b *bench) finish() {
	b.t.Helper()
	b.stop()
	over, played, taken := map[pbx.LegID]bool{}, map[string]int{}, map[string]int{}
	for _, e := range b.all() {
		leg := e.About().Leg
		if leg != "" && over[leg] {
			b.t.Errorf("%T about %s after its HungUp", e, leg)
		}
		if leg != "" && e.About().At.IsZero() {
			b.t.Errorf("%T about %s has no time", e, leg)
		}
		switch e := e.(type) {
		case pbx.HungUp:
			over[leg] = true
		case pbx.Played:
			key := fmt.Sprintf("%s turn %d", leg, e.Turn)
			if played[key]++; played[key] > 1 {
				b.t.Errorf("%s ended twice", key)
			}
		case pbx.Recorded:
			if taken[e.ID]++; taken[e.ID] > 1 {
				b.t.Errorf("the end of recording %s was told twice", e.ID)
			}
		}
	}
}

// of waits for the first event of type E about a leg.
func of[E pbx.Event](b *bench, leg pbx.LegID) E {
	b.t.Helper()
	var zero E
	return b.event(fmt.Sprintf("%T about %s", zero, leg), func(e pbx.Event) bool {
		_, ok := e.(E)
		return ok && e.About().Leg == leg
	}).(E)
}

func (b *bench) played(leg pbx.LegID, turn uint32, want pbx.PlayResult) {
	b.t.Helper()
	e := b.event(fmt.Sprintf("the end of turn %d on %s", turn, leg), func(e pbx.Event) bool {
		p, ok := e.(pbx.Played)
		return ok && p.Leg == leg && p.Turn == turn
	}).(pbx.Played)
	if e.Result != want {
		b.t.Errorf("turn %d on %s ended as %d, want %d", turn, leg, e.Result, want)
	}
}

func (b *bench) must(what string, err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

// caller places a call and returns it with its leg.
func (b *bench) caller() (Far, pbx.LegID) {
	b.t.Helper()
	before := map[pbx.LegID]bool{}
	for _, e := range b.all() {
		before[e.About().Leg] = true
	}
	far := b.Caller(b.t, "0612345678", "Client", b.Number, false)
	e := b.event("offered", func(e pbx.Event) bool {
		_, ok := e.(pbx.Offered)
		return ok && !before[e.About().Leg]
	})
	return far, e.About().Leg
}

func (b *bench) answered() (Far, pbx.LegID) {
	b.t.Helper()
	far, leg := b.caller()
	b.must("answer", b.sw.Answer(b.ctx, leg))
	of[pbx.Answered](b, leg)
	return far, leg
}

func (b *bench) dialFor(customer pbx.LegID, phone string, ring time.Duration) (pbx.LegID, error) {
	b.seq++
	leg := pbx.LegID(fmt.Sprintf("ours-%s-%d", b.name, b.seq))
	return leg, b.sw.Dial(b.ctx, pbx.Dial{Leg: leg, Call: "contact-1", To: pbx.Target{Phone: phone}, For: customer,
		CallerNumber: "0612345678", CallerName: "Client", Ring: ring})
}

// talking connects a caller with the first phone.
func (b *bench) talking() (caller Far, customer pbx.LegID, picked Far, agent pbx.LegID) {
	b.t.Helper()
	b.Phone(b.t, b.Phones[0], Answers, 0)
	caller, customer = b.answered()
	agent, err := b.dialFor(customer, b.Phones[0], patience)
	b.must("dial", err)
	of[pbx.Answered](b, agent)
	b.must("bridge", b.sw.Bridge(b.ctx, customer, agent))
	if e := of[pbx.Bridged](b, customer); e.Peer != agent {
		b.t.Errorf("the customer's peer is %s, want %s", e.Peer, agent)
	}
	if e := of[pbx.Bridged](b, agent); e.Peer != customer {
		b.t.Errorf("the agent's peer is %s, want %s", e.Peer, customer)
	}
	return caller, customer, b.Picked(b.t, b.Phones[0]), agent
}

func wait(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatalf("%s: not within %s", what, patience)
	}
}
