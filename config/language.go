package config

import (
	"time"

	"hotline/number"
)

// The parts of the rules that no call meets yet, or that have a file of their own for their reading, as values.

// Keep says how long what was kept is kept; 0 = for good.
type Keep struct {
	Recordings, Voicemails, Texts, Calls time.Duration
	Pos                                  Pos
}

// A Closure is a span of days on which whoever names it in closed_on is closed.
type Closure struct {
	Name     string
	From, To time.Time // the first moment of the first day, and of the day after the last
	Play     string    // the prompt that tells it; "" = none of its own
	Pos      Pos
}

// A Pause is a reason for which an agent takes none.
type Pause struct {
	Name  string
	Limit time.Duration // 0 = no limit
	Pos   Pos
}

// A Callback is a way to be called back.
type Callback struct {
	Name        string
	Attempts    int           // how often somebody who does not answer is called
	Apart       time.Duration // between two attempts
	Expires     time.Duration // after which nobody is called back any more
	Allow       []string      // fixed, mobile, or the beginning of a number such as +3212; what may be called
	PerNumber   int           // callbacks to one number in a day
	PerDay      int           // callbacks in a day
	SpendPerDay int64         // micro-euro without tax; 0 = no such limit
	Slots       Slots
	Pos         Pos
}

// Slots are the times that somebody who wants to be called back may choose among; PerSlot 0 = none.
type Slots struct {
	Hours   string
	Every   time.Duration
	PerSlot int
	Pos     Pos
}

// A Voicemail is where callers leave a message.
type Voicemail struct {
	Name  string
	Play  string // the prompt that asks for a message; "" = hotline's own words
	Email string
	Max   time.Duration // the longest message
	Pos   Pos
}

// A TextLine is what happens to text messages.
type TextLine struct {
	Name                   string
	Queue                  string
	ReplyOpen, ReplyClosed string
	Words                  map[string][]Step
	Pos                    Pos
}

// A Survey asks callers what they think.
type Survey struct {
	Name      string
	Intro     string // the prompt before the questions; "" = none
	Thanks    string // the prompt after them; "" = hotline's own
	Questions []Question
	LowScore  int    // at most this is a low score; 0 = none is
	Tell      string // who is told of a low score
	Pos       Pos
}

// A Question of a survey is answered with a key.
type Question struct {
	ID, Play string
	Keys     string // the keys that answer it: 1-5
	Pos      Pos
}

// Skills are what an agent can do, each with a level from 1 to 5.
type Skills map[string]int

// A Test is a call that is tried whenever the rules are checked, and what has to become of it.
type Test struct {
	Name   string
	Call   TestCall
	Expect Expect
	Pos    Pos
}

// Who is there to answer, in a test.
const (
	AgentsFree = "free" // everybody is logged in and free
	AgentsBusy = "busy" // everybody is logged in and talks
	AgentsNone = "none" // nobody is logged in
)

// What becomes of calls that are passed on, in a test.
const (
	TransfersTaken  = "taken"
	TransfersMissed = "missed" // busy, no answer, not reachable
)

// A TestCall is who calls what, when, and what they press.
type TestCall struct {
	To     number.Number
	From   number.Number // "" = withheld
	At     time.Time
	Press  string // keys, in their order; each menu takes one, a collection digits up to #; a comma is a pause
	Agents string // AgentsFree, AgentsBusy or AgentsNone
	Known  TestKnown

	Transfers string // TransfersTaken or TransfersMissed
}

// Expect is what has to become of a call; what is not said is not looked at.
type Expect struct {
	Queue, Skill string
	Menu         string // reached
	Says         string // a prompt that is heard
	Closed       string // why it is closed: a calendar of public holidays, a closure, or hours
	Offered      string // a callback that is offered
	Voicemail    string // a mailbox reached
	Transfer     string // to whom it was passed on: an agent, an extension or a number in canonical form
	Language     string
	Ends         string // queue, voicemail, hangup, closed: see Path
	CallerPays   string // nothing, normal_call, or a price such as "0.80 EUR/min"
	Pos          Pos
}
