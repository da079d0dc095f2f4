package pbx

import (
	"errors"
	"fmt"
	"time"
)

// A Cause is why a leg ended, the same words for every switch.
type Cause string

// The causes.
const (
	Normal            Cause = "normal"             // somebody hung up
	Cancelled         Cause = "cancelled"          // the caller gave up before the answer
	Busy              Cause = "busy"               //
	NoAnswer          Cause = "no_answer"          // rang in vain
	Declined          Cause = "declined"           // the phone said no
	Unreachable       Cause = "unreachable"        // not registered, no route, dead address
	NotFound          Cause = "not_found"          // no such number
	Congestion        Cause = "congestion"         // no line free, or the network refused
	AnsweredElsewhere Cause = "answered_elsewhere" // another phone took it
	Limit             Cause = "limit"              // a guard of the switch
	Refused           Cause = "refused"            // by our own gate: nothing was dialled
	Broken            Cause = "broken"             // the switch or the line failed
	Unknown           Cause = "unknown"            // ended unseen
)

// Errors that callers branch on.
var (
	ErrGone     = errors.New("the leg is gone")
	ErrDown     = errors.New("the switch is not connected")
	ErrAuth     = errors.New("the switch refuses the user or the password")
	ErrReplaced = errors.New("another hotline of the same instance has taken over the switch's events")
	ErrRestart  = errors.New("the daemon leaves; calls stay on the switch")
	ErrNoInput  = errors.New("no key was pressed in time")
	// ErrUnreachable is a Dial to a phone or number that the switch cannot reach: not registered, no route.
	ErrUnreachable = errors.New("not reachable: not registered, or no route")
)

// A HangupError is the cause of a context that ended because its leg did.
type HangupError struct {
	Leg   LegID
	At    time.Time
	Cause Cause
}

func (e *HangupError) Error() string { return fmt.Sprintf("leg %s hung up: %s", e.Leg, e.Cause) }

// Is makes errors.Is(err, ErrGone) true of a hang-up.
func (e *HangupError) Is(target error) bool { return target == ErrGone }

// A PlayError is a file that the switch could not play.
type PlayError struct{ Media string }

func (e *PlayError) Error() string {
	return fmt.Sprintf("%s cannot be played by the switch: missing, unreadable or in a format it does not know", e.Media)
}
