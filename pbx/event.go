package pbx

import "time"

// An Event is something that happened on a switch, with the switch's own time.
type Event interface{ About() Head }

// Head says which leg an event is about, and when it happened by the switch's clock.
type Head struct {
	Leg LegID
	At  time.Time
}

// About returns the head itself, so that every event that embeds one is an Event.
func (h Head) About() Head { return h }

// Ready opens a connection: the snapshot is taken and the subscription stands. No leg.
type Ready struct {
	Head
	Version string
	Start   time.Time // when this run of the switch began; legs of an earlier run are gone
	Legs    []Leg
}

// Offered is a call that came in. Everything but the leg is text from the caller's side.
type Offered struct {
	Head
	From, Name string
	Hidden     bool // the caller asked not to be shown
	To, Trunk  string
	House      bool // it comes from a phone of the house, as its dialplan knows: To may be a code
}

// The steps of a leg.
type (
	// Proceeding is a dialled leg whose other end rings.
	Proceeding struct{ Head }
	// Answered starts the money.
	Answered struct{ Head }
	// HungUp is the last event of a leg; there is exactly one.
	HungUp struct {
		Head
		Cause     Cause
		SIP       int       // the SIP status behind it, if the switch told
		Answered  time.Time // zero: never, or not known to the switch
		Estimated bool      // nobody saw the end: it came at At or before
	}
)

// Digit is a key pressed by the party, also while it talks.
type Digit struct {
	Head
	Key byte // 0-9 * # A-D
	Dur time.Duration
}

// A PlayResult says how a file ended.
type PlayResult int

// How a file ended.
const (
	Done    PlayResult = iota
	Stopped            // by Stop, or because the leg went
	Failed             // missing or unreadable
)

// Played is the end of the Play with that turn.
type Played struct {
	Head
	Turn   uint32
	Result PlayResult
}

// Who a leg talks with.
type (
	// Bridged begins a talk with the peer.
	Bridged struct {
		Head
		Peer LegID
	}
	// Unbridged ends it; the leg is still up.
	Unbridged struct {
		Head
		Peer LegID
	}
	// PhoneHold is a party that put the other on hold with a key of its phone, or took it back.
	PhoneHold struct {
		Head
		On bool
	}
)

// Left is a leg that is alive on the switch and no longer ours (a guard sent it to the fallback). HungUp still follows.
type Left struct{ Head }

// PhoneState is the state of a watched phone. No leg.
type PhoneState struct {
	Head
	Phone      string
	Registered bool
	Busy       bool // it has a call that is not ours
}
