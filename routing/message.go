package routing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hotline/number"
	"hotline/outbox"
	"hotline/pbx"
)

// The flags of calls that came to a mailbox.
const (
	MessageLeft  = "message"       // one was left
	MessageEmpty = "message_empty" // nothing was said that could be heard
	MessageLost  = "message_lost"  // it was said, and the switch did not give it back
	MessageLimit = "message_limit" // the caller had left many, and left no other
)

// A Message is what a caller has said to a mailbox.
type Message struct {
	ID         string // ULID, also of its file
	Call       string
	Mailbox    string
	Service    string
	Number     number.Number // that was called
	Caller     number.Number // empty: withheld
	CallerName string
	At         time.Time // when it was begun
	Length     time.Duration
}

// A Mailroom keeps messages.
type Mailroom interface {
	// Left writes down a message and the letter that tells of it, all or nothing. What is written already changes nothing.
	Left(ctx context.Context, m Message, letter outbox.Letter) error
	// LeftBy counts the messages that a caller has left since then; of all who withhold their number when it is empty.
	LeftBy(ctx context.Context, caller number.Number, since time.Time) (int, error)
	// Messages are those that are there, the newest first.
	Messages(ctx context.Context) ([]Kept, error)
	// ChangeMessage does something with a message in somebody's name; a *TakenError when it is another's to do.
	ChangeMessage(ctx context.Context, id string, what MessageDeed, who string, at time.Time) (Kept, error)
}

// How many messages a caller may leave in an hour, and all together who show no number.
const (
	messagesAnHour = 5
	withheldAnHour = 20
)

// leftMany says whether the caller has left so many messages that another would help nobody. A slow or broken disk refuses no
// message.
func (v *visit) leftMany(ctx context.Context) bool {
	most := messagesAnHour
	if v.contact.Caller == "" {
		most = withheldAnHour
	}
	left, err := readSoon(ctx, v, func(ctx context.Context) (int, error) {
		return v.Mailroom.LeftBy(ctx, v.contact.Caller, time.Now().Add(-time.Hour))
	})
	if err != nil {
		v.log.Warn("how many messages the caller has left could not be read", "err", err)
	}
	return left >= most
}

// deliver gives what the caller has said to the mailbox: the last take in which somebody can be heard. What the switch still has of an
// earlier run is fetched. The others are thrown away.
func (v *visit) deliver() {
	takes := v.kept.Said
	if len(takes) == 0 {
		return
	}
	v.kept.Said = nil
	delivered := false
	for i := len(takes) - 1; i >= 0; i-- {
		take := takes[i]
		length, heard := v.recover(take)
		switch {
		case !heard || delivered:
			v.Recordings.drop(take.ID, v.log)
		default:
			delivered = true
			v.post(take, length)
		}
	}
	if !delivered && !v.kept.has(MessageLost) {
		v.flag(MessageEmpty)
	}
}

// recover finds a take where it was put, or gets it from the switch.
func (v *visit) recover(take Take) (time.Duration, bool) {
	length, heard := v.Recordings.heard(take.ID)
	if heard || length > 0 {
		return length, heard
	}
	ctx, cancel := context.WithTimeout(v.Exchange.Context(), fetchWait)
	defer cancel()
	_, err := v.Exchange.Fetch(ctx, pbx.Recording{ID: take.ID, Leg: pbx.LegID(v.legs[0].ID), File: v.Recordings.Path(take.ID)})
	switch {
	case errors.Is(err, pbx.ErrNoRecording):
		return 0, false
	case err != nil:
		v.flag(MessageLost)
		v.log.Error("a message is lost, unless somebody takes it from the switch", "mailbox", v.kept.Mailbox, "recording", take.ID, "err", err)
		return 0, false
	}
	return v.Recordings.heard(take.ID)
}

// fetchWait is how long the switch is asked for what an earlier run has recorded.
const fetchWait = time.Minute

// post writes down the message, and the letter that tells of it. The record of the call waits until that is done.
func (v *visit) post(take Take, length time.Duration) {
	m := Message{
		ID: take.ID, Call: v.contact.ID, Mailbox: v.kept.Mailbox, Service: v.contact.Service, Number: v.contact.Number,
		Caller: v.contact.Caller, CallerName: v.kept.callerName(v.contact), At: take.At, Length: length,
	}
	rules := v.Rules.Now().Rules
	if rules.Voicemails[m.Mailbox] == nil {
		rules = v.Router.rules
	}
	letter, err := v.Recordings.Letter(m, rules)
	if err != nil {
		v.log.Error("no letter tells of a message", "message", m.ID, "err", err)
	}
	v.flag(MessageLeft)
	v.log.Info("message left", "mailbox", m.Mailbox, "message", m.ID, "length", m.Length)
	_ = v.write(v.Exchange.Context(), "message", forGood, func(ctx context.Context) error {
		if err := v.Mailroom.Left(ctx, m, letter); err != nil {
			return fmt.Errorf("message %s: %w", m.ID, err)
		}
		return nil
	})
	v.letter = v.writing
}

// delivered waits until the message of the call is written down, and says whether it is: else the daemon leaves.
func (v *visit) delivered() bool {
	if v.letter == nil {
		return true
	}
	select {
	case <-v.letter:
		return v.Exchange.Context().Err() == nil
	case <-v.Exchange.Context().Done():
		return false
	}
}

// A MessageState says what people have done with a message.
type MessageState string

// The states of a message.
const (
	MessageNew     MessageState = "new"
	MessageClaimed MessageState = "claimed" // by one person
	MessageDone    MessageState = "done"
)

// A Kept is a message with what people have done with it.
type Kept struct {
	Message
	State MessageState
	Who   string    // who has claimed it, or done it; or opened it again
	Since time.Time // when that was
	Heard time.Time // when somebody heard it first; zero: nobody has
}

// A MessageDeed is what somebody does with a message.
type MessageDeed string

// The deeds.
const (
	LeaveMessage  MessageDeed = "left"
	ClaimMessage  MessageDeed = "claimed"
	DoneMessage   MessageDeed = "done"
	ReopenMessage MessageDeed = "reopened"
	HearMessage   MessageDeed = "heard"
	DeleteMessage MessageDeed = "deleted" // by somebody
	EraseMessage  MessageDeed = "erased"  // by the rules, after the time for which messages are kept
)

// A MessageChange is one thing that was done with a message.
type MessageChange struct {
	At   time.Time
	What MessageDeed
	Who  string // empty: hotline itself
}

// ErrNoMessage is a message that is not there, or not any more.
var ErrNoMessage = errors.New("no such message")

// A TakenError is a message that somebody else deals with.
type TakenError struct{ Kept }

func (e *TakenError) Error() string {
	return "message " + e.ID + " is " + string(e.State) + " by " + e.Who
}

// After is the message after somebody has done something with it; a *TakenError when that is another's to do.
func (k Kept) After(deed MessageDeed, who string, at time.Time) (Kept, error) {
	switch deed {
	case ClaimMessage:
		if k.State != MessageNew && (k.State == MessageDone || k.Who != who) {
			return k, &TakenError{k}
		}
		k.State, k.Who, k.Since = MessageClaimed, who, at
	case DoneMessage:
		if k.State == MessageDone || k.State == MessageClaimed && k.Who != who {
			return k, &TakenError{k}
		}
		k.State, k.Who, k.Since = MessageDone, who, at
	case ReopenMessage:
		k.State, k.Who, k.Since = MessageNew, "", at
	case HearMessage:
		if k.Heard.IsZero() {
			k.Heard = at
		}
	}
	return k, nil
}
