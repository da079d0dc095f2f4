package routing_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"hotline/billing"
	"hotline/number"
	"hotline/outbox"
	"hotline/routing"
)

// memory is a Journal that lives as long as the test: over any number of daemons.
type memory struct {
	mu       sync.Mutex
	open     []*routing.Saved
	records  []routing.Record
	broken   bool
	alive    map[string]time.Time // by switch
	agents   map[string]routing.AgentState
	spent    billing.Money // on whatever number
	alarms   []string
	letters  []outbox.Letter
	messages []routing.Kept
	answers  []routing.Answer
	people   map[number.Number]routing.Known
	met      map[routing.Pattern]int
	closings []shut
	hangs    bool // whoever asks for a caller gets no answer
}

// Met counts that a block has met a call.
func (m *memory) Met(_ context.Context, p routing.Pattern, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.met == nil {
		m.met = map[routing.Pattern]int{}
	}
	m.met[p]++
	return nil
}

// Post takes letters, as the store does. They are printed with what was written.
func (m *memory) Post(_ context.Context, l outbox.Letter) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return errFull
	}
	if !slices.ContainsFunc(m.letters, func(had outbox.Letter) bool { return had.ID == l.ID }) {
		m.letters = append(m.letters, l)
	}
	return nil
}

// Answered takes answers to surveys, as the store does.
func (m *memory) Answered(_ context.Context, a routing.Answer) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return errFull
	}
	if !slices.ContainsFunc(m.answers, func(had routing.Answer) bool {
		return had.Call == a.Call && had.Survey == a.Survey && had.Question == a.Question
	}) {
		m.answers = append(m.answers, a)
	}
	return nil
}

// A shut is a service that was closed by hand, and how that ended.
type shut struct {
	routing.Closing
	ended bool
	by    string
}

func (m *memory) CloseService(ctx context.Context, c routing.Closing) error {
	if err := m.OpenService(ctx, c.Service, c.Who, c.Since); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closings = append(m.closings, shut{Closing: c})
	return nil
}

func (m *memory) OpenService(_ context.Context, service, who string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return errFull
	}
	for i, c := range m.closings {
		if c.Service == service && !c.ended && (c.Until.IsZero() || c.Until.After(at)) {
			m.closings[i].ended, m.closings[i].by = true, who
		}
	}
	return nil
}

func (m *memory) ClosedServices(_ context.Context, at time.Time) (all []routing.Closing, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.closings {
		if !c.ended && (c.Until.IsZero() || c.Until.After(at)) {
			all = append(all, c.Closing)
		}
	}
	return all, nil
}

// Left takes messages, as the store does.
func (m *memory) Left(ctx context.Context, msg routing.Message, l outbox.Letter) error {
	m.mu.Lock()
	if m.broken {
		m.mu.Unlock()
		return errFull
	}
	if !slices.ContainsFunc(m.messages, func(had routing.Kept) bool { return had.ID == msg.ID }) {
		m.messages = append(m.messages, routing.Kept{Message: msg, State: routing.MessageNew, Since: msg.At})
	}
	m.mu.Unlock()
	if l.Kind == "" {
		return nil
	}
	return m.Post(ctx, l)
}

func (m *memory) Messages(context.Context) ([]routing.Kept, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := slices.Clone(m.messages)
	slices.Reverse(all)
	return all, nil
}

func (m *memory) ChangeMessage(_ context.Context, id string, what routing.MessageDeed, who string, at time.Time) (k routing.Kept, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.messages {
		if m.messages[i].ID == id {
			k, err = m.messages[i].After(what, who, at)
			m.messages[i] = k
			return k, err
		}
	}
	return k, routing.ErrNoMessage
}

func (m *memory) LeftBy(_ context.Context, caller number.Number, since time.Time) (n int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return 0, errFull
	}
	for _, msg := range m.messages {
		if msg.Caller == caller && msg.At.After(since) {
			n++
		}
	}
	return n, nil
}

// contact puts somebody into the contacts.
func (m *memory) contact(caller string, words []string) {
	n, err := number.Parse(caller)
	if err != nil {
		panic(err)
	}
	known := routing.Known{Contact: true}
	for _, word := range words {
		switch key, value, _ := strings.Cut(word, "="); key {
		case "language":
			known.Language = value
		case "name":
			known.Name = value
		case "group":
			known.Groups = append(known.Groups, value)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.people == nil {
		m.people = map[number.Number]routing.Known{}
	}
	m.people[n] = known
}

func (m *memory) hang(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hangs = on
}

// Known says what is known of a caller: from the contacts, and from the calls that have ended.
func (m *memory) Known(ctx context.Context, caller number.Number, at time.Time) (routing.Known, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.hangs {
		m.mu.Unlock()
		<-ctx.Done()
		m.mu.Lock()
		return routing.Known{}, ctx.Err()
	}
	if m.broken {
		return routing.Known{}, errFull
	}
	known := m.people[caller]
	for _, r := range m.records {
		if r.Caller != caller {
			continue
		}
		if r.Opened.After(at.Add(-routing.KnownFor)) {
			known.Calls++
		}
		if r.Talked > 0 && r.Closed.After(known.Talked) {
			known.Agent, known.Talked = r.Agent, r.Closed
		}
	}
	return known, nil
}

func (m *memory) spend(amount billing.Money) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.spent = amount
}

func (m *memory) Spent(context.Context, number.Number, time.Time) (billing.Money, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return 0, errFull
	}
	return m.spent, nil
}

func (m *memory) Alarm(_ context.Context, what string, n number.Number, _ time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return false, errFull
	}
	alarm := what + " " + n.National()
	if slices.Contains(m.alarms, alarm) {
		return false, nil
	}
	m.alarms = append(m.alarms, alarm)
	return true, nil
}

// MayText says, as the store does, whether a number may get another text: two a day.
func (m *memory) MayText(_ context.Context, to number.Number, id string, _ time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	sent := 0
	for _, l := range m.letters {
		if l.ID != id && l.Kind == outbox.ByText && strings.Contains(string(l.Content), string(to)) {
			sent++
		}
	}
	return sent < 2, nil
}

// fail makes every writing fail, as on a full disk, until it is told otherwise.
func (m *memory) fail(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.broken = on
}

var errFull = errors.New("no space left on the disk")

func (m *memory) find(call string) *routing.Saved {
	for _, s := range m.open {
		if s.ID == call {
			return s
		}
	}
	return nil
}

func (m *memory) Open(_ context.Context, c routing.Contact, l routing.Leg, p routing.Place) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return errFull
	}
	m.open = append(m.open, &routing.Saved{Contact: c, Legs: []routing.Leg{l}, Place: p})
	return nil
}

func (m *memory) Place(_ context.Context, p routing.Place) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return errFull
	}
	s := m.find(p.Call)
	if s == nil {
		return fmt.Errorf("no open call %s", p.Call)
	}
	if p.Seq > s.Place.Seq { // one that was written late replaces nothing
		s.Place = p
	}
	return nil
}

func (m *memory) Leg(_ context.Context, l routing.Leg) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return errFull
	}
	s := m.find(l.Call)
	if s == nil {
		return fmt.Errorf("no open call %s", l.Call)
	}
	for i := range s.Legs {
		if s.Legs[i].ID == l.ID {
			s.Legs[i] = l
			return nil
		}
	}
	s.Legs = append(s.Legs, l)
	return nil
}

func (m *memory) Close(_ context.Context, r routing.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return errFull
	}
	for i, s := range m.open {
		if s.ID == r.ID {
			m.open = append(m.open[:i:i], m.open[i+1:]...)
			m.records = append(m.records, r)
			return nil
		}
	}
	return fmt.Errorf("no open call %s", r.ID)
}

func (m *memory) Saved(context.Context) ([]routing.Saved, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []routing.Saved
	for _, s := range m.open {
		all = append(all, *s)
	}
	return all, nil
}

func (m *memory) Alive(_ context.Context, onSwitch string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return errFull
	}
	if m.alive == nil {
		m.alive = map[string]time.Time{}
	}
	m.alive[onSwitch] = at
	return nil
}

func (m *memory) LastAlive(_ context.Context, onSwitch string) (time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.alive[onSwitch], nil
}

func (m *memory) AgentChange(_ context.Context, a routing.AgentState) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return errFull
	}
	if m.agents == nil {
		m.agents = map[string]routing.AgentState{}
	}
	m.agents[a.ID] = a
	return nil
}

func (m *memory) Agents(context.Context) ([]routing.AgentState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []routing.AgentState
	for _, a := range m.agents {
		all = append(all, a)
	}
	return all, nil
}

// String is what was written down: a line per record, and one per call that is still open.
func (m *memory) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var b strings.Builder
	slices.SortFunc(m.records, func(a, b routing.Record) int { return strings.Compare(a.ID, b.ID) }) // by time of arrival
	for _, r := range m.records {
		fmt.Fprintf(&b, "record: %s for %s, %s, waited %s, talked %s with %q, by %s", r.Number.National(), r.Service, r.Cause,
			r.Waited.Round(100*time.Millisecond), r.Talked.Round(100*time.Millisecond), r.Agent, strings.Join(r.Nodes, " "))
		if len(r.Flags) > 0 {
			fmt.Fprintf(&b, ", %s", strings.Join(r.Flags, " "))
		}
		b.WriteString("\n")
		for _, l := range r.Legs {
			answered := "never answered"
			if !l.Answered.IsZero() {
				answered = fmt.Sprintf("up for %s", l.Ended.Sub(l.Answered).Round(100*time.Millisecond))
			}
			fmt.Fprintf(&b, "  leg: %s %s, %s, %s\n", l.Role, l.Agent+l.Target, answered, l.Cause)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(m.met)) {
		fmt.Fprintf(&b, "block: %s has met %d\n", p, m.met[p])
	}
	slices.SortStableFunc(m.messages, func(a, b routing.Kept) int { // two may come in one moment
		return cmp.Or(a.At.Compare(b.At), strings.Compare(string(a.Caller), string(b.Caller)))
	})
	for _, msg := range m.messages {
		fmt.Fprintf(&b, "message: in %s for %s, from %s %s, %s long, %s\n", msg.Mailbox, msg.Number.National(), msg.Caller.National(), msg.CallerName,
			msg.Length.Round(100*time.Millisecond), strings.TrimSpace(string(msg.State)+" "+msg.Who))
	}
	for _, a := range m.answers {
		fmt.Fprintf(&b, "answer: %s %s %d, after %q of queue %q\n", a.Survey, a.Question, a.Score(), a.Agent, a.Queue)
	}
	for _, c := range m.closings {
		lasts := "for good"
		if !c.Until.IsZero() {
			lasts = "for " + c.Until.Sub(c.Since).String()
		}
		fmt.Fprintf(&b, "closing: %s by %s, %s, plays %q", c.Service, c.Who, lasts, c.Play)
		if c.ended {
			fmt.Fprintf(&b, ", ended by %q", c.by)
		}
		b.WriteString("\n")
	}
	for _, a := range m.alarms {
		fmt.Fprintf(&b, "alarm: %s\n", a)
	}
	slices.SortStableFunc(m.letters, func(a, b outbox.Letter) int { return cmp.Or(a.Written.Compare(b.Written), bySubject(a, b)) })
	for _, l := range m.letters {
		content := string(l.Content)
		if l.Call != "" {
			content = strings.ReplaceAll(content, l.Call, "CALL") // is another in every run
		}
		fmt.Fprintf(&b, "letter: %s %s\n", l.Kind, content)
	}
	for _, id := range slices.Sorted(maps.Keys(m.agents)) {
		if a := m.agents[id]; a.State == "offline" || a.State == "paused" || a.After != "" {
			fmt.Fprintf(&b, "agent: %s\n", strings.Join(strings.Fields(a.ID+" "+a.State+" "+a.After+" "+a.Reason), " "))
		}
	}
	for _, s := range m.open {
		fmt.Fprintf(&b, "open: %s at %s\n", s.Number.National(), s.Place.Node)
	}
	return b.String()
}

// bySubject orders mails of one moment.
func bySubject(a, b outbox.Letter) int {
	var one, other outbox.Mail
	if a.Kind != outbox.ByMail || b.Kind != outbox.ByMail || json.Unmarshal(a.Content, &one) != nil || json.Unmarshal(b.Content, &other) != nil {
		return 0
	}
	return strings.Compare(one.Subject, other.Subject)
}
