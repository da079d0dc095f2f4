package routing

import (
	"context"
	"time"

	"hotline/billing"
	"hotline/number"
)

// A Journal is the memory that outlives the daemon. Places are written before they are entered, legs before they are
// dialled, facts when they happen; all of it may be written late when the disk is slow, and never replaces what is newer.
type Journal interface {
	// Open begins a contact: its call, the customer's leg and its first place, all or nothing.
	Open(ctx context.Context, c Contact, customer Leg, p Place) error
	// Place says where the call is now. It replaces the place before it.
	Place(ctx context.Context, p Place) error
	// Leg adds a leg, or replaces what is known of it.
	Leg(ctx context.Context, l Leg) error
	// Close ends a contact for good: final legs, rated record, and its place gone, all or nothing. Closing what is
	// closed changes nothing and is no error.
	Close(ctx context.Context, r Record) error
	// Saved lists the contacts of all switches that have not been closed, oldest first.
	Saved(ctx context.Context) ([]Saved, error)
	// Alive notes that at that time, by the switch's clock, every call that there was on it is known.
	Alive(ctx context.Context, onSwitch string, at time.Time) error
	// LastAlive returns what Alive noted last for the switch; zero if it never did.
	LastAlive(ctx context.Context, onSwitch string) (time.Time, error)
	// AgentChange records that an agent's state is now another.
	AgentChange(ctx context.Context, a AgentState) error
	// Agents lists the last state of every agent.
	Agents(ctx context.Context) ([]AgentState, error)
	// Spent is what the calls to a number have cost us on the day of that moment, those that still last included.
	Spent(ctx context.Context, n number.Number, at time.Time) (billing.Money, error)
	// Alarm notes that something is the matter with a number. It says whether that is the first time on that day.
	Alarm(ctx context.Context, what string, n number.Number, at time.Time) (first bool, err error)
}

// A Contact is one person who is in touch with the company: a call, from its first ring to the last leg's end.
type Contact struct {
	ID           string // ULID
	Switch       string
	SwitchStart  time.Time
	Service      string        // empty: the number called is not ours
	Number       number.Number // the number the caller dialled
	Arrived      string        // what the switch delivered for it, as it came
	Caller       number.Number // empty: withheld or not a number
	CallerName   string
	Hidden       bool
	RulesVersion string
	Opened       time.Time
}

// The roles of legs.
const (
	Customer  = "customer"
	AgentRole = "agent"
	Third     = "third" // whom a transfer went to
)

// A Leg is one leg of a contact, as far as its story is known. A zero time has not happened, or is not known.
type Leg struct {
	ID                                string // the switch's
	Call                              string
	Switch                            string
	SwitchStart                       time.Time
	Role                              string
	Agent, Target                     string
	Trunk                             string // over which Target was dialled; empty: a phone of the house, or a call that came in
	Created, Ringing, Answered, Ended time.Time
	Cause                             string
	SIP                               int
	Estimated                         bool // nobody saw the end; Ended is the last time it is known to have been there
}

// A Place is where a call is in the rules.
type Place struct {
	Call  string
	Node  string
	Since time.Time
	Kept  []byte // JSON: what the node needs to be entered again
	Seq   int64
}

// A Saved contact is one that was open when the daemon stopped.
type Saved struct {
	Contact
	Legs  []Leg
	Place Place
}

// A Record is a contact that has ended.
type Record struct {
	Contact
	Legs   []Leg
	Lang   string
	Closed time.Time
	Cause  string
	Queue  string
	Agent  string // who talked last
	Waited time.Duration
	Talked time.Duration
	Nodes  []string
	Flags  []string
}

// An AgentState is what an agent does, since when and why.
type AgentState struct {
	ID, State, Reason string
	After             string // while talking: paused or offline if that is to come after it
	Since, IdleSince  time.Time
}
