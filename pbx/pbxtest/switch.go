// Package pbxtest is a telephone switch in memory, with callers and phones around it, a transcript of what they heard,
// and the conformance suite that every driver passes.
//
// It keeps time with package time alone, so that inside testing/synctest hours of calls pass in an instant.
package pbxtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"hotline/pbx"
)

// A Switch is a pbx.Switch in memory. Make one with New.
type Switch struct {
	// Files are the sounds it has, by path, and how long they last. Any other path fails to play.
	Files map[string]time.Duration
	// Length says how long other sounds are, by path; nil: there are none.
	Length  func(media string) (time.Duration, bool)
	mu      sync.Mutex
	began   time.Time // of the transcript
	start   time.Time // of this run of the switch
	seq     int
	legs    map[pbx.LegID]*leg
	past    map[pbx.LegID]pbx.Past
	phones  map[string]*Phone
	watched []string
	lines   []line

	online   bool
	muted    bool
	full     bool // see Full
	tapes    map[string]*tape
	stumbles int // requests to hang up that will fail
	cut      error
	queue    []pbx.Event
	wake     chan struct{}
}

// leg is one leg; all of it is guarded by Switch.mu.
type leg struct {
	pbx.Leg
	far      *Party
	phone    *Phone
	playing  bool
	turn     uint32
	media    string
	ended    *time.Timer // of the file
	music    string
	guard    *time.Timer
	ringing  *time.Timer
	peer     pbx.LegID
	tape     *tape // it is recorded on
	released bool
}

// New returns a switch with no phones and no sounds.
func New() *Switch {
	now := time.Now()
	return &Switch{
		Files: map[string]time.Duration{}, began: now, start: now,
		tapes: map[string]*tape{}, legs: map[pbx.LegID]*leg{}, past: map[pbx.LegID]pbx.Past{}, phones: map[string]*Phone{},
		wake: make(chan struct{}, 1),
	}
}

// Run implements pbx.Switch.
func (s *Switch) Run(ctx context.Context, deliver func(pbx.Event)) error {
	s.mu.Lock()
	if errors.Is(s.cut, errOff) || errors.Is(s.cut, errUnplugged) {
		s.mu.Unlock()
		return fmt.Errorf("connect: %w", pbx.ErrDown)
	}
	s.cut, s.online = nil, true
	s.queue = []pbx.Event{pbx.Ready{Head: pbx.Head{At: time.Now()}, Version: "memory", Start: s.start, Legs: s.snapshot()}}
	s.tellPhones()
	s.recheck()
	s.mu.Unlock()
	for {
		s.mu.Lock()
		queue, cut := s.queue, s.cut
		s.queue = nil
		s.mu.Unlock()
		for _, e := range queue {
			deliver(e)
		}
		if cut != nil {
			return cut
		}
		if len(queue) > 0 {
			continue
		}
		select {
		case <-ctx.Done():
			s.mu.Lock()
			s.online = false
			for _, t := range s.tapes {
				t.orphan = true // who comes next has to fetch it
			}
			s.mu.Unlock()
			return context.Cause(ctx)
		case <-s.wake:
		}
	}
}

var (
	errOff       = errors.New("the switch is off")
	errUnplugged = errors.New("the network is unplugged")
)

// Cut breaks the connection to hotline. Calls go on, and events are lost until the next Run.
func (s *Switch) Cut() { s.disconnect(fmt.Errorf("connection cut: %w", pbx.ErrDown)) }

// Add gives the switch a sound while calls last.
func (s *Switch) Add(media string, length time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Files[media] = length
}

// Mute makes the switch keep its events to itself, as if they were lost, until it is told otherwise.
func (s *Switch) Mute(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.muted = on
}

// Full makes what it has recorded find no room on the disk of whoever wants it, until it is told otherwise.
func (s *Switch) Full(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.full = on
}

// Unplug breaks the connection until Plug. Calls go on.
func (s *Switch) Unplug() { s.disconnect(errUnplugged) }

// Plug lets hotline connect again.
func (s *Switch) Plug() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut = nil
}

// Stumble makes the next n requests to hang up fail, as a switch does that is too busy.
func (s *Switch) Stumble(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stumbles = n
}

// Forget makes the switch lose its records of legs that have ended.
func (s *Switch) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.past)
}

// Off stops the switch: all calls end, which it tells nobody any more, and Run fails until On.
func (s *Switch) Off() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.ordered() {
		s.hangUp(l, pbx.Broken, "the switch")
	}
	s.drop(errOff)
}

// On starts it again.
func (s *Switch) On() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut, s.start = nil, time.Now()
}

func (s *Switch) disconnect(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(why)
}

// drop is called with the lock held. What was to be told is lost.
func (s *Switch) drop(why error) {
	s.online, s.cut, s.queue = false, why, nil
	s.poke()
}

// Transcript is what the callers and the phones did and heard so far, a line each. What different parties did in the
// same instant is in the order of their names.
func (s *Switch) Transcript() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := slices.Clone(s.lines)
	slices.SortStableFunc(lines, func(a, b line) int { return cmp.Or(cmp.Compare(a.at, b.at), strings.Compare(a.who, b.who)) })
	var text strings.Builder
	for _, l := range lines {
		minutes := int(l.at.Minutes())
		fmt.Fprintf(&text, "%d:%04.1f  %-8s %s\n", minutes, l.at.Seconds()-60*float64(minutes), l.who, l.what)
	}
	return text.String()
}

// The rest is called with the lock held.

func (s *Switch) emit(e pbx.Event) {
	if s.online && !s.muted {
		s.queue = append(s.queue, e)
		s.poke()
	}
}

func (s *Switch) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// line is a line of the transcript.
type line struct {
	at        time.Duration
	who, what string
}

func (s *Switch) note(who, format string, args ...any) {
	s.lines = append(s.lines, line{time.Since(s.began).Round(100 * time.Millisecond), who, fmt.Sprintf(format, args...)})
}

func (l *leg) head() pbx.Head { return pbx.Head{Leg: l.ID, At: time.Now()} }

func (s *Switch) ordered() []*leg {
	all := make([]*leg, 0, len(s.legs))
	for _, l := range s.legs {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b *leg) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return all
}

func (s *Switch) snapshot() []pbx.Leg {
	var legs []pbx.Leg
	for _, l := range s.ordered() {
		if l.released {
			continue
		}
		seen := l.Leg
		if l.peer != "" {
			seen.Peers = []pbx.LegID{l.peer}
		}
		seen.Answered = time.Time{} // as on Asterisk: a snapshot does not tell
		legs = append(legs, seen)
	}
	return legs
}

// find returns the leg a request is about.
func (s *Switch) find(id pbx.LegID) (*leg, error) {
	if !s.online {
		return nil, pbx.ErrDown
	}
	if l := s.legs[id]; l != nil && !l.released {
		return l, nil
	}
	return nil, pbx.ErrGone
}

func (s *Switch) answered(l *leg) {
	if l.State == pbx.Up {
		return
	}
	l.State, l.Answered = pbx.Up, time.Now()
	if l.ringing != nil {
		l.ringing.Stop()
	}
	s.emit(pbx.Answered{Head: pbx.Head{Leg: l.ID, At: l.Answered}})
}

func (s *Switch) stopPlaying(l *leg, r pbx.PlayResult) {
	if !l.playing {
		return
	}
	l.ended.Stop()
	l.playing = false
	s.emit(pbx.Played{Head: l.head(), Turn: l.turn, Result: r})
}

func (s *Switch) split(l *leg) {
	other := s.legs[l.peer]
	if l.peer == "" || other == nil {
		return
	}
	for _, x := range []*leg{l, other} {
		s.emit(pbx.Unbridged{Head: x.head(), Peer: x.peer})
		x.peer = ""
	}
}

func (s *Switch) hangUp(l *leg, c pbx.Cause, by string) {
	if s.legs[l.ID] != l {
		return
	}
	s.stopPlaying(l, pbx.Stopped)
	s.stopTaping(l)
	s.split(l)
	for _, t := range []*time.Timer{l.guard, l.ringing} {
		if t != nil {
			t.Stop()
		}
	}
	delete(s.legs, l.ID)
	s.past[l.ID] = pbx.Past{Created: l.Created, Answered: l.Answered, Ended: time.Now(), Cause: c}
	s.note(l.far.name, "ended, %s, by %s", c, by)
	l.far.cause = c
	close(l.far.gone)
	s.emit(pbx.HungUp{Head: l.head(), Cause: c, Answered: l.Answered})
	s.tellPhones()
}

func (s *Switch) tellPhones() {
	for _, name := range s.watched {
		p := s.phones[name]
		s.emit(pbx.PhoneState{Head: pbx.Head{At: time.Now()}, Phone: name, Registered: p != nil && p.does != Off, Busy: p != nil && (p.does == Busy || p.other != nil)})
	}
}
