package routing

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"hotline/number"
	"hotline/outbox"
)

// The events of calls that webhooks may be told.
const (
	CallOffered  = "call.offered"  // it has come, and is known or not
	CallRinging  = "call.ringing"  // an agent's phone rings for it
	CallAnswered = "call.answered" // an agent talks with the caller
	CallEnded    = "call.ended"    // its record is written
)

// A Notice says which events a webhook is told.
type Notice struct {
	Hook   string // its name in hotline.yaml
	Events []string
}

// A CallEvent is what a webhook is told of a call. What does not apply is not there.
type CallEvent struct {
	Call      string            `json:"call"`
	Switch    string            `json:"switch"`
	Number    number.Number     `json:"number"` // that was called
	Service   string            `json:"service"`
	Caller    number.Number     `json:"caller,omitempty"` // withheld when it is not there
	Name      string            `json:"name,omitempty"`   // of the contacts, else what the network shows, which anybody can set to anything
	Language  string            `json:"language,omitempty"`
	Known     Known             `json:"known"`            // when the call came
	Values    map[string]string `json:"values,omitempty"` // what the caller has typed, and what the rules have set
	Queue     string            `json:"queue,omitempty"`
	Agent     string            `json:"agent,omitempty"`
	AgentName string            `json:"agent_name,omitempty"`
	Phone     string            `json:"phone,omitempty"` // of the agent
	Opened    time.Time         `json:"opened"`
	Queued    time.Time         `json:"queued,omitzero"`
	Talking   time.Time         `json:"talking,omitzero"` // since then; of an ended one, when that began
	Ended     time.Time         `json:"ended,omitzero"`
	Cause     string            `json:"cause,omitempty"`
	WaitedMS  int64             `json:"waited_ms,omitempty"`
	TalkedMS  int64             `json:"talked_ms,omitempty"`
	Missed    MissOutcome       `json:"missed,omitempty"` // why nobody talked with the caller
}

// notify posts an event for every webhook that wants it, beside the call: no caller waits for that. agent is the leg of the agent
// whom it is about, if there is one. Told twice, after a restart, it is the same letter.
func (v *visit) notify(event string, agent *leg) {
	if v.contact.Service == "" || v.kept.has(FlagBlocked) { // none of our numbers, or no caller of ours
		return
	}
	v.postEvent(event, v.event(agent), agent)
}

// event is the call as it stands.
func (v *visit) event(agent *leg) CallEvent {
	e := CallEvent{
		Call: v.contact.ID, Switch: v.contact.Switch, Number: v.contact.Number, Service: v.contact.Service, Caller: v.contact.Caller,
		Name: number.CleanName(v.kept.callerName(v.contact)), Language: v.kept.Lang, Known: v.kept.Known, Values: v.kept.Values,
		Queue: v.kept.Queue, Opened: v.contact.Opened.UTC(), Queued: v.kept.Arrival.UTC(), Talking: v.kept.TalkFrom.UTC(),
	}
	if agent == nil {
		return e
	}
	e.Agent, e.Phone = agent.Agent, agent.Target
	if a := v.Rules.Now().Rules.Agents[agent.Agent]; a != nil {
		e.AgentName = a.Name
	}
	return e
}

// notifyEnded tells that the call is over, with what came of it.
func (v *visit) notifyEnded(r Record) {
	if r.Service == "" || v.kept.has(FlagBlocked) {
		return
	}
	e := v.event(v.leg(v.kept.Peer))
	e.Ended, e.Cause, e.WaitedMS, e.TalkedMS = r.Closed.UTC(), r.Cause, r.Waited.Milliseconds(), r.Talked.Milliseconds()
	if m, missed := MissOf(&r, func(number.Number) bool { return false }); missed {
		e.Missed = m.Outcome
	}
	v.postEvent(CallEnded, e, nil)
}

// postEvent writes down the letters of an event, one after the other and after those of before.
func (v *visit) postEvent(event string, e CallEvent, agent *leg) {
	data, err := json.Marshal(e)
	if err != nil {
		v.log.Error("event not told", "event", event, "err", err)
		return
	}
	about := v.contact.ID
	if agent != nil && event != CallAnswered {
		about = agent.ID
	}
	var letters []outbox.Letter
	for _, n := range v.Notices {
		if !slices.Contains(n.Events, event) {
			continue
		}
		content, err := json.Marshal(outbox.Hook{To: n.Hook, Event: event, Data: data})
		if err != nil {
			v.log.Error("event not told", "event", event, "err", err)
			return
		}
		id := about + "-" + strings.TrimPrefix(event, "call.") + "-" + n.Hook
		letters = append(letters, outbox.Letter{ID: id, Kind: outbox.ByHook, Call: v.contact.ID, Written: time.Now(), Content: content})
	}
	if len(letters) == 0 {
		return
	}
	before, told := v.telling, make(chan struct{})
	v.telling = told
	v.Exchange.Go(func() {
		defer close(told)
		if before != nil {
			<-before
		}
		for _, l := range letters {
			v.insist("letter", writeFor, func(ctx context.Context) error { return v.postLetter(ctx, l) })
		}
	})
}

// postLetter posts a letter. When too many wait, one more would help nobody.
func (v *visit) postLetter(ctx context.Context, l outbox.Letter) error {
	err := v.Outbox.Post(ctx, l)
	if errors.Is(err, outbox.ErrFull) {
		v.log.Warn("event not told", "letter", l.ID, "err", err)
		return nil
	}
	return err
}
