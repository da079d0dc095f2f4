// Package pbx is the port to telephone switches: a small driver interface (Switch) with one ordered stream of events,
// and on top of it one concrete Exchange and Call with blocking verbs (Answer, Play, Key, Hold, Connect, Talk).
//
// Its guarantee: whatever the switch, a script that runs on a Call sees the same things in the same order, and when
// the other party is gone every wait ends at once with a *HangupError as its cause.
//
//	func greet(ctx context.Context, c *pbx.Call) error {
//		if err := c.Answer(ctx); err != nil {
//			return err
//		}
//		return c.Play(ctx, "/srv/prompts/hello.wav", pbx.ToTheEnd)
//	}
package pbx

import (
	"context"
	"time"
)

// A LegID names one leg of a call on one switch. Legs that hotline dials get theirs before the switch is asked.
type LegID string

// A Switch is one telephone switch.
//
// Its methods only ask: each returns within a few seconds once the switch has taken or refused the request, and what
// comes of it arrives as an Event. Asking about a leg that is gone returns an error that is ErrGone. IDs are chosen
// before asking, so they can be written down first, and a request that may or may not have been carried out can be
// recognised later. While the switch cannot be reached every method returns an error that is ErrDown. Errors say what
// was asked of which leg.
//
// Some switches hold a request back while a file is being played on the leg, or while it is recorded. Whoever calls Answer,
// Guard, Bridge or Split first makes sure that neither goes on there (Call does).
type Switch interface {
	// Run connects, delivers Ready and then events until the connection is lost or ctx ends, and returns why.
	// ErrAuth and ErrReplaced are final; after any other error Run may be called again. Events of one leg come in
	// order, and everything after Ready is later than its snapshot or harmless to apply again. deliver never waits.
	Run(ctx context.Context, deliver func(Event)) error
	// Legs lists what the switch holds for us now.
	Legs(ctx context.Context) ([]Leg, error)
	// Watch names the phones whose state we want; it replaces the list. A PhoneState for each follows, and one for
	// each change. The driver repeats it by itself after each Ready.
	Watch(ctx context.Context, phones []string) error

	// Ring tells the caller that the call is ringing (180).
	Ring(ctx context.Context, l LegID) error
	// Progress opens early media (183); Play and Hold on an unanswered leg imply it.
	Progress(ctx context.Context, l LegID) error
	// Answer is the only thing that answers. Answered follows. Twice is no error.
	Answer(ctx context.Context, l LegID) error
	// Hangup ends a leg in any state, also one whose Dial the switch has not yet taken. A leg that is gone is no error.
	Hangup(ctx context.Context, l LegID, c Cause) error
	// Guard makes the switch itself end the leg or send it to the fallback after g.After, even without us. It replaces
	// the guard before it, counting from now; the zero Guard cancels.
	Guard(ctx context.Context, l LegID, g Guard) error

	// Play plays one file once, given by its path or by an address of http from which the switch fetches it: one at a time
	// per leg. Exactly one Played with this turn follows; what cannot be fetched has Failed within seconds.
	// Over music, which resumes. On a bridged leg this party alone hears it and the talk goes on.
	Play(ctx context.Context, l LegID, turn uint32, media string) error
	// Stop ends what plays; its Played follows. Nothing playing is no error.
	Stop(ctx context.Context, l LegID) error
	// Hold plays background music of a class that the switch knows; "" ends it. It outlives the daemon.
	Hold(ctx context.Context, l LegID, music string) error

	// Record keeps what the party on r.Leg says; r.ID and r.File are new, the leg does not talk, nothing plays there, and its music
	// ends. Exactly one Recorded with the ID follows, also when the leg ends. Keys are told meanwhile, and end nothing. The switch goes on without the daemon.
	Record(ctx context.Context, r Recording) error
	// StopRecord ends a recording; its Recorded follows. One that is over is no error.
	StopRecord(ctx context.Context, id string) error
	// Fetch brings a recording that an earlier run of the daemon began into r.File, and says how long it is. One that still goes on is
	// ended, the leg may have gone. Where nothing was recorded the error is ErrNoRecording.
	Fetch(ctx context.Context, r Recording) (time.Duration, error)

	// Dial rings a phone or a number as a leg of its own. Ringing, Answered, HungUp follow; an error means that no leg
	// came to be and no event follows. The same id again is nil and never a second call.
	Dial(ctx context.Context, d Dial) error
	// Bridge lets customer and other talk. Both are up; they leave other bridges, and nothing plays on them. Bridged
	// follows for each. Hanging up one never hangs up the other.
	Bridge(ctx context.Context, customer, other LegID) error
	// Split takes a leg out of its bridge; Unbridged follows. All stay up.
	Split(ctx context.Context, l LegID) error
}

// A Historian is a switch that keeps records of its own about legs that have ended, for those that ended unseen.
type Historian interface {
	// Ended returns what is known of those legs, by id; a leg that is not in the records is not in the map.
	Ended(ctx context.Context, legs []LegID) (map[LegID]Past, error)
}

// Past is the story of a leg as the switch itself wrote it down. A zero time did not happen.
type Past struct {
	Created, Answered, Ended time.Time
	Cause                    Cause
}

// A Target is what Dial rings: a phone of the house, or a number over a trunk. It is never a dial string.
type Target struct {
	Phone  string // as dialled in the office
	Trunk  string // with Number
	Number string
}

// Dial is a leg that we start.
type Dial struct {
	Leg          LegID         // ours, chosen before
	Call         string        // the contact it belongs to, kept by the switch for its records
	To           Target        // who is rung
	For          LegID         // the leg on whose behalf, if any
	CallerNumber string        // shown to the one who is rung
	CallerName   string        // likewise; cleaned of what is not text
	Ring         time.Duration // how long it rings before the switch gives up
}

// A Landing is where a guard sends a leg.
type Landing int

// The landings a guard knows.
const (
	HangUp   Landing = iota // the switch hangs up
	Fallback                // the switch's own fallback in its dialplan; for a leg that we dialled the same as HangUp
)

// A Guard is a limit that the switch keeps by itself.
type Guard struct {
	After time.Duration // zero: no guard
	Then  Landing
}

// A State is how far a leg has come.
type State int

// The states of a leg, in the order they are passed. Early media is Ringing.
const (
	Created State = iota // known to the switch; nobody has been told
	Ringing
	Up // answered
	Down
)

func (s State) String() string {
	return [...]string{"created", "ringing", "up", "down"}[s]
}

// A Leg is what the switch says of one of its legs.
type Leg struct {
	ID       LegID
	Ours     bool      // we dialled it
	Call     string    // the contact, for a leg of ours
	State    State     // never Down
	Created  time.Time // by the switch's clock
	Answered time.Time // zero: not answered, or not known to the switch any more
	Peers    []LegID   // those it is bridged with
	From, To string    // for a leg that came in: as in Offered
	Hidden   bool
	Name     string
	Trunk    string
	House    bool // likewise
}
