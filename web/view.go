package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hotline/number"
	"hotline/routing"
	"hotline/routing/queue"
)

// LeastSpace is how many bytes the disk of the database should have free.
const LeastSpace = 200 << 20

// recently is how long an error of the log needs attention.
const recently = 15 * time.Minute

func (s *Server) status(*http.Request) (any, error) {
	return newStatus(s.Floor.Snapshot(), s.Facts()), nil
}

// newStatus draws the page. It is pure.
func newStatus(now routing.Snapshot, facts Facts) Status {
	st := Status{At: now.At, Facts: facts, Agents: agentsOf(now), Queues: []Queue{}, Attention: []Attention{}}
	for _, c := range now.Calls {
		st.Calls.Total++
		switch {
		case !c.TalkFrom.IsZero():
			st.Calls.Talking++
		case c.Kind == "queue":
			st.Calls.Waiting++
		default:
			st.Calls.Other++
		}
	}
	for _, q := range now.Queues {
		st.Queues = append(st.Queues, queueOf(q, now.Agents))
	}
	st.Attention = append(st.Attention, attention(st)...)
	st.OK = len(st.Attention) == 0
	return st
}

// attention is what a person should look at.
func attention(s Status) (found []Attention) {
	add := func(needed bool, code, about string) {
		if needed {
			found = append(found, Attention{Code: code, About: about})
		}
	}
	for _, sw := range s.Switches {
		add(!sw.Connected, SwitchDown, sw.Name)
	}
	for _, q := range s.Queues {
		add(q.Waiting > 0 && q.Present == 0, NobodyThere, q.Name)
	}
	return append(found, s.Facts.Attention(s.At)...)
}

// Attention is what a person should look at, as far as the facts alone tell it.
func (f Facts) Attention(now time.Time) (found []Attention) {
	if f.Rules.Problem != "" {
		found = append(found, Attention{Code: RulesUnreadable})
	} else if f.Rules.Version != "" && f.Rules.OnDisk != f.Rules.Version {
		found = append(found, Attention{Code: RulesChanged})
	}
	if f.Disk.Free >= 0 && f.Disk.Free < LeastSpace {
		found = append(found, Attention{Code: DiskLow})
	}
	if e := f.Log.Error; e != nil && now.Sub(e.At) < recently {
		found = append(found, Attention{Code: LoggedError})
	}
	if f.Outbox.GivenUp > 0 {
		found = append(found, Attention{Code: LetterGivenUp})
	}
	return found
}

func queueOf(q routing.QueueNow, agents []routing.AgentNow) Queue {
	v := Queue{Name: q.Name, Waiting: len(q.Waiting), Callers: []string{}}
	for _, t := range q.Waiting {
		v.Callers = append(v.Callers, t.ID)
		if v.Oldest.IsZero() || t.Arrival.Before(v.Oldest) {
			v.Oldest = t.Arrival
		}
	}
	for _, a := range agents {
		if !slices.Contains(a.Queues, q.Name) {
			continue
		}
		switch a.State {
		case queue.Ready:
			v.Free++
		case queue.Talking:
			v.Talking++
		}
		if present(a.State) {
			v.Present++
		}
	}
	return v
}

func (s *Server) calls(*http.Request) (any, error) {
	now := s.Floor.Snapshot()
	return CallList{At: now.At, Calls: callsOf(now)}, nil
}

// call is one call. Its id may be shortened to its end, four characters at least, as elsewhere.
func (s *Server) call(r *http.Request) (any, error) {
	id := strings.ToUpper(r.PathValue("id"))
	var found []Call
	for _, c := range callsOf(s.Floor.Snapshot()) {
		if c.ID == id || len(id) >= 4 && strings.HasSuffix(c.ID, id) {
			found = append(found, c)
		}
	}
	switch len(found) {
	case 0:
		return nil, errNoCall
	case 1:
		return found[0], nil
	}
	return nil, errManyCalls
}

func callsOf(now routing.Snapshot) []Call {
	position := map[string]int{}
	for _, q := range now.Queues {
		for _, t := range q.Waiting {
			position[t.ID] = t.Position
		}
	}
	calls := []Call{}
	for _, c := range now.Calls {
		calls = append(calls, Call{
			ID: c.ID, Switch: c.Switch, Caller: c.Caller, CallerName: c.CallerName, Hidden: c.Hidden, Number: c.Number, Arrived: c.Arrived,
			Service: c.Service, Language: c.Lang, Opened: c.Opened, Answered: c.Answered,
			Where: Where{Node: c.Node, Kind: c.Kind, Name: c.Name, Since: c.Since},
			Queue: c.Queue, Arrival: c.Arrival, Position: position[c.ID], Agent: c.Agent, TalkFrom: c.TalkFrom, Ringing: c.Ringing,
		})
	}
	return calls
}

func (s *Server) agents(*http.Request) (any, error) {
	now := s.Floor.Snapshot()
	return AgentList{At: now.At, Agents: agentsOf(now)}, nil
}

func (s *Server) agent(r *http.Request) (any, error) {
	for _, a := range agentsOf(s.Floor.Snapshot()) {
		if a.ID == r.PathValue("id") {
			return a, nil
		}
	}
	return nil, fmt.Errorf("agent %q: %w", r.PathValue("id"), routing.ErrNoAgent)
}

func agentsOf(now routing.Snapshot) []Agent {
	agents := []Agent{}
	for _, a := range now.Agents {
		agents = append(agents, agentOf(a, now.Calls))
	}
	return agents
}

func agentOf(a routing.AgentNow, calls []routing.CallNow) Agent {
	v := Agent{
		ID: a.ID, Name: a.Name, Phone: a.Phone, Phones: []Phone{}, Queues: slices.Clone(a.Queues), State: a.State.String(),
		Reason: a.Reason, Since: a.Since,
	}
	switch {
	case a.State == queue.WrapUp:
		v.Until = a.IdleSince
	case a.State == queue.Talking && a.After != queue.Ready:
		v.After = a.After.String()
	}
	for _, p := range a.Phones {
		view := Phone{Switch: p.Switch, Busy: p.Busy}
		if p.Known {
			view.Registered = &p.Registered
		}
		v.Phones = append(v.Phones, view)
	}
	for _, c := range calls {
		if a.State == queue.Talking && c.Agent == a.ID || a.State == queue.Ringing && c.ID == a.Ticket {
			v.Call, v.Caller = c.ID, caller(c)
		}
	}
	return v
}

func caller(c routing.CallNow) string {
	if c.Hidden {
		return ""
	}
	return c.Caller.National()
}

// wish does something to an agent, and answers with what the agent does then.
func (s *Server) wish(what string) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		id := r.PathValue("id")
		reason, err := readReason(r)
		if err != nil || reason != "" && what != "pause" {
			return nil, errors.Join(errBody, err)
		}
		var got routing.Outcome
		switch what {
		case "login":
			got, err = s.Floor.LogIn(r.Context(), id)
		case "logout":
			got, err = s.Floor.LogOut(r.Context(), id)
		case "pause":
			got, err = s.Floor.Pause(r.Context(), id, reason)
		case "resume":
			got, err = s.Floor.Resume(r.Context(), id)
		}
		if err != nil {
			return nil, err
		}
		s.Log.Info("asked of an agent", "agent", id, "what", what, "reason", reason, "by", peerOf(r.Context()))
		a := agentOf(got.AgentNow, s.Floor.Snapshot().Calls)
		a.Written = &got.Kept
		return a, nil
	}
}

// readReason reads the body of a wish, which may be empty.
func readReason(r *http.Request) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r.Body, 4<<10))
	if err != nil || len(data) == 0 {
		return "", err
	}
	var body struct {
		Reason string `json:"reason"`
	}
	wish := json.NewDecoder(bytes.NewReader(data))
	wish.DisallowUnknownFields()
	if err := wish.Decode(&body); err != nil {
		return "", err
	}
	if wish.More() {
		return "", errBody
	}
	reason := number.CleanName(body.Reason)
	if utf8.RuneCountInString(body.Reason) > ReasonLength {
		return "", errBody
	}
	return reason, nil
}
