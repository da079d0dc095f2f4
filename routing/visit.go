package routing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"runtime/debug"
	"time"

	"hotline/config"
	"hotline/pbx"
	"hotline/routing/queue"
)

// A visit is one call's way through the rules. It runs in the call's own goroutine, from node to node; the place is
// saved before each node (or is being saved, when the disk is slow), so that a new daemon can enter the node again.
type visit struct {
	*Switchboard
	Router  *Router // of the version that the call began with, as are the sounds
	Sounds  Sounds
	call    *pbx.Call
	log     *slog.Logger
	contact Contact
	place   Place
	kept    kept
	legs    []*leg        // the customer's first
	telling chan struct{} // closed when the last event has been posted
	writing chan struct{} // closed when what was last to be written has been
	letter  chan struct{} // closed when the message that the caller has left is written down; nil: none was
	// unwritten says that what had to be written is not, because the daemon leaves; known to who writes next only.
	unwritten bool
	seat      *Seat     // taken already by an adoption
	alive     time.Time // when an earlier run last knew of this call
	uttered   map[config.Text]*utterance
	answered  int       // how many answers to surveys have been given to be written
	source    string    // of the call, among whose calls it counts; empty: it does not count
	last      pbx.Cause // what the caller is hung up with at the end of the rules
}

// leg is a leg of the visit: what is written down of it, and the live one, nil once it is known only from the journal.
type leg struct {
	Leg
	call    *pbx.Call
	settled bool      // what became of its ringing is known, and told to the floor
	off     bool      // its ringing was called off
	inVain  bool      // nobody took the call that it rang for
	parting pbx.Cause // with which it is to be hung up; empty: it ends by itself
}

// kept is what a node needs to be entered again after a restart.
type kept struct {
	Lang     string                  `json:"lang,omitempty"`
	Price    string                  `json:"price,omitempty"`    // what a call costs beyond a call: promised, and from the answer on charged
	OnAgent  bool                    `json:"on_agent,omitempty"` // the call is answered when an agent takes it
	Early    time.Duration           `json:"early,omitempty"`    // how long it may stay unanswered
	Longest  time.Duration           `json:"longest,omitempty"`  // how long it may last by our own wish
	Nodes    []string                `json:"nodes,omitempty"`
	Queue    string                  `json:"queue,omitempty"`
	Skill    string                  `json:"skill,omitempty"` // that the caller needs there
	Arrival  time.Time               `json:"arrival,omitzero"`
	Target   time.Duration           `json:"target,omitempty"`
	Ran      map[string]queue.Stages `json:"ran,omitempty"`   // overflow stages, by queue
	Agent    string                  `json:"agent,omitempty"` // who talks
	Peer     string                  `json:"peer,omitempty"`  // their leg, or that of who took a transfer
	Third    string                  `json:"third,omitempty"` // the transfer that was taken
	Most     time.Duration           `json:"most,omitempty"`  // how long the talk may last
	Waited   time.Duration           `json:"waited,omitempty"`
	TalkFrom time.Time               `json:"talk_from,omitzero"` // by the switch's clock
	Flags    []string                `json:"flags,omitempty"`    // what is odd about the call
	Known    Known                   `json:"known,omitzero"`     // of the caller, when the call came
	Values   map[string]string       `json:"values,omitempty"`   // collected, or set by the rules; hostile
	Said     []Take                  `json:"said,omitempty"`     // to a mailbox, and not given to it yet
	Mailbox  string                  `json:"mailbox,omitempty"`  // that one
	Typed    string                  `json:"typed,omitempty"`    // the step whose digits have been typed, and not been confirmed yet
	Asked    map[string]int          `json:"asked,omitempty"`    // how many questions, by survey; one more when it is over
	Answers  []Answer                `json:"answers,omitempty"`
	Freed    bool                    `json:"freed,omitempty"`  // the agent who talked is free, and the call goes on
	Closed   *Closing                `json:"closed,omitempty"` // by hand, when the call came
}

// A visit that has passed this many nodes goes in circles.
const maxNodes = 200

var (
	errDone       = errors.New("the rules end here")
	errCircles    = errors.New("the call goes in circles in the rules")
	errGoneUnseen = errors.New("the caller hung up while the daemon was away")
	errNoService  = errors.New("the rules no longer have the service that was called")
)

// run takes the call from the node on, to the end of the visit and of the record; or leaves it as it is, when the
// daemon does.
func (v *visit) run(node string) {
	err := v.walk(v.call.Context(), node)
	if errors.Is(err, pbx.ErrRestart) {
		return
	}
	if v.seat != nil { // put back in line by an adoption, and gone before getting there
		v.leave(v.seat, false)
	}
	v.close(err)
}

func (v *visit) walk(ctx context.Context, node string) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	for passed := 0; node != ""; passed++ {
		if passed >= maxNodes || len(v.kept.Nodes) >= maxNodes {
			return errCircles
		}
		if err := v.enter(ctx, node); err != nil {
			return err
		}
		v.foresee(node)
		if node, err = v.node(ctx, node); err != nil {
			return err
		}
	}
	return errDone
}

// enter saves that the call is now at this node. A node that is entered again keeps its time.
func (v *visit) enter(ctx context.Context, node string) error {
	if v.place.Node != node || v.place.Seq == 0 {
		v.place.Node, v.place.Since = node, time.Now()
		v.kept.pass(node)
	}
	return v.save(ctx)
}

func (v *visit) save(ctx context.Context) error {
	v.show()
	v.place.Seq++
	v.place.Kept = v.kept.json()
	place := v.place
	return v.write(ctx, "place", writeFor, func(ctx context.Context) error { return v.Journal.Place(ctx, place) })
}

// A call does not wait for a disk longer than a caller would not notice; what is not written by then is tried for a
// while, in the background, and the call goes on.
const (
	writeWait  = 50 * time.Millisecond
	writeTry   = 4 * time.Second
	writeAgain = time.Second
	writeFor   = 10 * time.Minute
	forGood    = time.Duration(math.MaxInt64)
)

// write writes something down. It fails only when the call has ended meanwhile.
func (v *visit) write(ctx context.Context, what string, patience time.Duration, do func(context.Context) error) error {
	before, written := v.writing, make(chan struct{})
	v.writing = written
	v.Exchange.Go(func() {
		defer close(written)
		if before != nil {
			<-before // what came first is written first
		}
		if v.unwritten { // a place after it would tell the next start that all before is done
			return
		}
		v.unwritten = !v.insist(what, patience, do) && patience == forGood
	})
	late := time.NewTimer(writeWait)
	defer late.Stop()
	select {
	case <-written:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-late.C:
		v.log.Info("writing takes long; the call goes on", "what", what, "node", v.place.Node)
		return nil
	}
}

// insist tries to write until it is done, or the daemon leaves, and says whether it is. Every row can be written late: it is
// keyed, and never replaces a later one.
func (v *visit) insist(what string, patience time.Duration, do func(context.Context) error) bool {
	for began := time.Now(); ; {
		ctx, cancel := context.WithTimeout(context.Background(), writeTry)
		err := do(ctx)
		cancel()
		if err == nil {
			return true
		}
		v.log.Error("not written; a restart now would not know of it", "what", what, "err", err)
		if time.Since(began) > patience || !v.pause(writeAgain) {
			return false
		}
	}
}

// pause waits, and says whether the daemon still goes on.
func (v *visit) pause(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-v.Exchange.Context().Done():
		return false
	}
}

func (k kept) json() []byte {
	b, err := json.Marshal(k)
	if err != nil {
		panic(err) // times, strings and numbers only
	}
	return b
}

// node runs one node and returns the name of the next; "" ends the visit.
func (v *visit) node(ctx context.Context, name string) (next string, err error) {
	switch name {
	case AnnouncementNode:
		return v.announcement(ctx)
	case TalkNode:
		return v.talk(ctx, v.backInLine)
	case TransferredNode:
		return v.talk(ctx, v.notTransferred)
	case SurveyedNode:
		return v.surveyed(ctx)
	}
	n, ok := v.Router.Node(name)
	if !ok { // the version that the call began with is not known any more
		if n, ok = v.Router.Enter(v.contact.Service, v.contact.Opened, v.kept.Closed); !ok {
			return "", errNoService
		}
		v.flag("rules_changed")
	}
	switch n.Kind {
	case PlayNode:
		return v.play(ctx, n)
	case MenuNode:
		return v.menu(ctx, n)
	case QueueNode:
		return v.queue(ctx, n)
	case LanguageNode:
		v.kept.Lang = n.Language
		return n.Next, nil
	case TransferNode:
		return v.transfer(ctx, n)
	case SurveyNode:
		return n.Next, v.survey(ctx, n.To)
	case VoicemailNode:
		return v.voicemail(ctx, n)
	case SayNode:
		return v.say(ctx, n)
	case SetNode:
		v.kept.set(n)
		return n.Next, nil
	case BranchNode:
		return v.branch(n), nil
	case CollectNode:
		return v.collect(ctx, n)
	case CodeNode:
		return v.code(ctx, n)
	case HookNode:
		return v.webhook(ctx, n)
	case TextNode:
		return v.text(ctx, n)
	case PassNode:
		return n.Next, nil
	case DoNode:
		return v.do(ctx, n)
	case OfferNode:
		return v.passOver(n), nil
	}
	return "", nil
}

// passOver goes to what follows a step that this version does not carry out; check has said so.
func (v *visit) passOver(n *Node) (next string) {
	v.flag("not_yet")
	v.log.Info("step passed over: it is not in this version", "node", n.Name, "to", n.To)
	return n.Next
}

// answer answers the caller, unless the service leaves that to the moment an agent is there.
func (v *visit) answer(ctx context.Context) error {
	if v.kept.OnAgent {
		return nil
	}
	return v.answerNow(ctx)
}

func (v *visit) answerNow(ctx context.Context) error {
	if v.call.Facts().Up {
		return nil
	}
	if err := v.promise(ctx); err != nil {
		return err
	}
	if err := v.call.Answer(ctx); err != nil {
		return err
	}
	v.note(ctx, v.legs[0])
	v.priceAt(v.legs[0].Answered)
	return v.limit(ctx, v.call, 0)
}

// note writes down what has happened to a leg so far.
func (v *visit) note(ctx context.Context, l *leg) {
	l.take()
	if l == v.legs[0] {
		v.show()
	}
	row := l.Leg
	_ = v.write(ctx, "leg", writeFor, func(ctx context.Context) error { return v.Journal.Leg(ctx, row) }) // whoever waits next sees the end
}

// take brings the written leg up to the live one. What the journal knows and the switch has forgotten stays.
func (l *leg) take() {
	if l.call == nil {
		return
	}
	f := l.call.Facts()
	for _, t := range []struct {
		have *time.Time
		now  time.Time
	}{{&l.Created, f.Created}, {&l.Ringing, f.Ringing}, {&l.Answered, f.Answered}, {&l.Ended, f.Ended}} {
		if t.have.IsZero() {
			*t.have = t.now
		}
	}
	if !f.Ended.IsZero() {
		l.Cause, l.SIP, l.Estimated = string(f.Cause), f.SIP, f.Estimated
		if l.inVain && f.Cause == pbx.AnsweredElsewhere { // that is what the phone was told, so that it shows no missed call
			l.Cause = string(pbx.Cancelled)
		}
	}
}

// prompt plays what the rules call by that name, in the caller's language. A prompt that cannot be played is passed
// over: the call goes on.
func (v *visit) prompt(ctx context.Context, name string, mode pbx.PlayMode) error {
	if err := v.answer(ctx); err != nil {
		return err
	}
	media, ok := v.Sounds.Path(name, v.kept.Lang)
	return v.hear(ctx, name, media, ok, mode)
}

// hear plays a file, if there is one, to a caller who has been answered.
func (v *visit) hear(ctx context.Context, name, media string, ok bool, mode pbx.PlayMode) error {
	if !ok {
		v.flag("prompt_missing")
		v.log.Error("prompt has no sound", "prompt", name, "lang", v.kept.Lang)
		return nil
	}
	err := v.call.Play(ctx, media, mode)
	if broken := (*pbx.PlayError)(nil); errors.As(err, &broken) {
		v.flag("prompt_failed")
		v.log.Error("prompt not heard", "prompt", name, "err", err)
		return nil
	}
	return err
}

func (v *visit) flag(f string) { v.kept.flag(f) }
