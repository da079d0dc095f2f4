package queue

import (
	"fmt"
	"time"
)

// DecisionKind says what a Decision asks for.
type DecisionKind int

// The kinds of decision. The comment names the fields that are set besides Kind.
const (
	Offer        DecisionKind = iota + 1 // dial the agent: Ticket, Agent, Queue, Ring, Considered
	Cancel                               // hang up the agent's leg, it is no longer wanted: Ticket, Agent, Queue, Reason
	Overflow                             // the ticket does something else now, until Return, Enter or Leave: Ticket, Queue, Stage, Reason
	AgentChanged                         // to be written and shown: Agent, State, After, Reason, Since, IdleSince, and Ticket and Queue while ringing, Queue while talking
	Alarm                                // a person should look at this: Agent or Ticket, Queue, Reason
)

func (k DecisionKind) String() string {
	switch k {
	case Offer:
		return "offer"
	case Cancel:
		return "cancel"
	case Overflow:
		return "overflow"
	case AgentChanged:
		return "agent_changed"
	case Alarm:
		return "alarm"
	}
	return fmt.Sprintf("DecisionKind(%d)", int(k))
}

// Decision is one thing that follows from a fact. Decisions are written first and carried out then, in their order.
type Decision struct {
	Kind       DecisionKind
	Ticket     TicketID
	Agent      AgentID
	Queue      string
	Ring       time.Duration // the queue's ring time, or what is left until MaxWait
	Stage      Stages
	Reason     string
	State      AgentState
	After      AgentState // see AgentView
	Since      time.Time
	IdleSince  time.Time
	Considered []Considered // every agent of the queue, and why the others do not ring; shared by the offers of one set
}

// Considered is one agent who was thought of for a ticket. Refused is empty for those who ring.
type Considered struct {
	Agent   AgentID
	Refused string
}

// Why something happened, in the words that are kept for `hotline explain`.
const (
	reasonAnsweredElsewhere = "answered elsewhere"
	reasonGone              = "ticket gone"
	reasonMoved             = "moved to another queue"
	reasonOverflow          = "overflow"
	reasonOverdue           = "the switch reported nothing"
	reasonPaused            = "agent paused"
	reasonLoggedOut         = "agent logged out"
	reasonRemoved           = "agent removed"
	reasonNoAnswers         = "did not answer"
	reasonLastAgent         = "the last agent does not answer"
	reasonNoQueue           = "no such queue"
	reasonUnregistered      = "not registered"
	reasonNobody            = "nobody there"
	reasonMaxWait           = "waited long enough"

	refusedBarred = "rang for this ticket less than 15 s ago"
	refusedTried  = "others are tried first"
	refusedWaits  = "the agent of the last time is waited for"
	refusedIdle   = "others have been idle longer"
)
