package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"
)

// What an outbox does with a letter that is not taken, and how much it holds.
const (
	firstPause = time.Second // before it tries again; twice as long each time
	longest    = time.Hour
	patience   = 3 * 24 * time.Hour  // since it was written; then it is given up
	keepSent   = 7 * 24 * time.Hour  // so that who posts it once more changes nothing
	keepFailed = 30 * 24 * time.Hour // so that somebody sees it
	look       = 5 * time.Second     // for what another program has posted, or wants tried again
	tidy       = time.Hour
	tryFor     = 2 * time.Minute // one letter, whatever its carrier does
	writeFor   = 10 * time.Second
)

// Limits of what an outbox takes.
const (
	MostWaiting = 10_000 // in one lane: a server that is gone keeps no letter to another out
	MostContent = 256 << 10
)

// ErrFull is returned for a letter when too many wait for the same server.
var ErrFull = fmt.Errorf("%d letters wait to be sent to one server, and no more are taken: hotline outbox says why they wait", MostWaiting)

// A RefusedError is why a letter will never be taken: the other side has said so, of this very letter.
type RefusedError struct{ Err error }

func (e *RefusedError) Error() string { return e.Err.Error() }
func (e *RefusedError) Unwrap() error { return e.Err }

// A State is how far a letter has come.
type State string

// The states.
const (
	Waiting State = "waiting"
	Sent    State = "sent"
	GivenUp State = "given_up"
)

// An Entry is a letter as it lies in the outbox.
type Entry struct {
	Letter
	Lane     string
	State    State
	Due      time.Time // when it is tried next; of one that was sent, when it was
	Attempts int
	Trouble  string // why the last attempt failed
}

// A Store keeps letters. What it has taken is not lost by a restart.
type Store interface {
	Poster
	// NextLetter is the one of a lane that is due first; false when none waits.
	NextLetter(ctx context.Context, lane string) (Entry, bool, error)
	// LetterDone writes down what came of an attempt. It changes nothing in a letter that does not wait any more.
	LetterDone(ctx context.Context, e Entry) error
	// TidyLetters takes out what was sent before the one moment and what was given up before the other, and gives up what was
	// written before the third and waits in none of these lanes. It says how many it gave up.
	TidyLetters(ctx context.Context, sent, failed, written time.Time, lanes []string) (int, error)
}

// A Carrier brings letters of one lane to their server.
type Carrier interface {
	// Carry brings a letter, and returns when the other side has it. A RefusedError means that it never will.
	Carry(ctx context.Context, l Letter) error
}

// An Outbox takes letters and sends them.
type Outbox struct {
	store    Store
	carriers map[string]Carrier // by lane
	bells    map[string]chan struct{}
	log      *slog.Logger
}

// New returns an outbox. Letters of a lane without a carrier wait: their server may be named after the next start.
func New(s Store, carriers map[string]Carrier, log *slog.Logger) *Outbox {
	o := &Outbox{store: s, carriers: carriers, bells: map[string]chan struct{}{}, log: log}
	for lane := range carriers {
		o.bells[lane] = make(chan struct{}, 1)
	}
	return o
}

// Post takes a letter, and has it sent at once.
func (o *Outbox) Post(ctx context.Context, l Letter) error {
	if err := o.store.Post(ctx, l); err != nil {
		return err
	}
	if lane, err := l.Lane(); err == nil {
		select {
		case o.bells[lane] <- struct{}{}:
		default: // it rings already, or nobody carries such letters
		}
	}
	return nil
}

// Run sends letters until ctx ends. Each lane has a goroutine of its own, so that a server that hangs keeps no other's waiting.
func (o *Outbox) Run(ctx context.Context) {
	var lanes sync.WaitGroup
	defer lanes.Wait()
	for lane, c := range o.carriers {
		lanes.Go(func() { o.carry(ctx, lane, c) })
	}
	for every := time.NewTicker(tidy); ; {
		o.tidy(ctx)
		select {
		case <-every.C:
		case <-ctx.Done():
			every.Stop()
			return
		}
	}
}

// carry sends what waits in one lane, one letter after the other.
func (o *Outbox) carry(ctx context.Context, lane string, c Carrier) {
	for ctx.Err() == nil {
		e, found, err := o.store.NextLetter(ctx, lane)
		wait := look
		switch {
		case err != nil && ctx.Err() == nil:
			o.log.Error("the outbox cannot be read", "lane", lane, "err", err)
		case err == nil && found && !e.Due.After(time.Now()):
			if o.send(ctx, c, e) {
				continue
			}
		case err == nil && found:
			wait = min(look, time.Until(e.Due))
		}
		o.rest(ctx, lane, wait)
	}
}

// rest waits until something has been posted in the lane, or for that long.
func (o *Outbox) rest(ctx context.Context, lane string, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-o.bells[lane]:
	case <-ctx.Done():
	}
}

// send tries a letter once and writes down what came of it, and says whether that is written: else it would be tried again
// at once, and again.
func (o *Outbox) send(ctx context.Context, c Carrier, e Entry) bool {
	trying, cancel := context.WithTimeout(ctx, tryFor)
	err := c.Carry(trying, e.Letter)
	cancel()
	if err != nil && ctx.Err() != nil {
		return false // the daemon leaves; the attempt does not count
	}
	after := e.after(err, time.Now())
	log := o.log.With("letter", e.ID, "kind", e.Kind, "lane", e.Lane, "call", e.Call, "attempt", after.Attempts)
	switch after.State {
	case Sent:
		log.Info("letter sent")
	case GivenUp:
		log.Error("a letter was given up; hotline outbox shows it", "err", err)
	default:
		log.Warn("a letter was not taken; it is tried again", "at", after.Due, "err", err)
	}
	// What was sent is written down even when the daemon leaves: else it would be sent twice.
	writing, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeFor)
	defer cancel()
	if err := o.store.LetterDone(writing, after); err != nil {
		log.Error("what came of a letter is not written; it is sent once more", "err", err)
		return false
	}
	return true
}

// after is the letter after an attempt that ended like this.
func (e Entry) after(err error, now time.Time) Entry {
	e.Attempts++
	var never *RefusedError
	switch {
	case err == nil:
		e.State, e.Due, e.Trouble = Sent, now, ""
	case errors.As(err, &never), now.Sub(e.Written) >= patience:
		e.State, e.Due, e.Trouble = GivenUp, now, brief(err)
	default:
		e.State, e.Due, e.Trouble = Waiting, now.Add(pause(e.Attempts)), brief(err)
	}
	return e
}

// pause is how long a letter rests after that many attempts.
func pause(attempts int) time.Duration {
	const doublings = 12 // are more than an hour
	return min(firstPause<<min(attempts-1, doublings), longest)
}

// brief is an error as one line of a list: what servers say may be long.
func brief(err error) string {
	const most = 200
	text := []rune(err.Error())
	for i, r := range text {
		if r < ' ' || r == 0x7f {
			text[i] = ' '
		}
	}
	return string(text[:min(len(text), most)])
}

func (o *Outbox) tidy(ctx context.Context) {
	now := time.Now()
	lanes := slices.Sorted(maps.Keys(o.carriers))
	n, err := o.store.TidyLetters(ctx, now.Add(-keepSent), now.Add(-keepFailed), now.Add(-patience), lanes)
	if err != nil && ctx.Err() == nil {
		o.log.Error("the outbox cannot be tidied", "err", err)
	}
	if n > 0 {
		o.log.Error("letters were given up that nobody carries; hotline outbox shows them", "letters", n)
	}
}
