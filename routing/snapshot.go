package routing

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"hotline/config"
	"hotline/number"
	"hotline/routing/queue"
)

// A Snapshot is what goes on at one moment, for people to look at.
type Snapshot struct {
	At     time.Time
	Queues []QueueNow // by name; one that the rules have lost and that still has callers comes last
	Agents []AgentNow // in the order of the rules
	Calls  []CallNow  // the longest first
}

// QueueNow is who waits in a queue, the next to be served first.
type QueueNow struct {
	Name    string
	Waiting []queue.TicketView
}

// AgentNow is what an agent does.
type AgentNow struct {
	queue.AgentView
	Name string // as the rules have it; the id where they have none
}

// CallNow is where a call is.
type CallNow struct {
	ID, Switch string
	Service    string
	Number     number.Number // as dialled; empty: none of ours
	Arrived    string
	Caller     number.Number // empty: withheld or not a number
	CallerName string
	Hidden     bool
	Lang       string
	Opened     time.Time
	Answered   time.Time
	Node       string // of the rules
	Kind       string // of the node: announcement, prompt, menu, queue, talk; empty: between two of them
	Name       string // of the prompt, menu or queue
	Since      time.Time
	Queue      string    // the latest that the caller waited in
	Arrival    time.Time // there
	Agent      string    // who talks, or is being connected
	TalkFrom   time.Time
	Ringing    []string // whose phones ring for the caller
}

// Snapshot looks at everything in one moment. It copies under the lock and does nothing else there.
func (f *Floor) Snapshot() Snapshot {
	f.mu.Lock()
	s := Snapshot{At: time.Now()}
	rules, agents, line := f.rules, f.board.Agents(), f.board.Line()
	for _, c := range f.calls {
		s.Calls = append(s.Calls, c)
	}
	f.mu.Unlock()

	for _, a := range agents {
		s.Agents = append(s.Agents, named(rules, a))
	}
	s.Queues = sorted(rules, line)
	rings := map[queue.TicketID][]string{}
	for _, t := range line {
		rings[t.ID] = t.Offered
	}
	for i := range s.Calls {
		s.Calls[i].Ringing = rings[s.Calls[i].ID]
	}
	slices.SortFunc(s.Calls, func(a, b CallNow) int { return cmp.Or(a.Opened.Compare(b.Opened), strings.Compare(a.ID, b.ID)) })
	return s
}

// sorted is the line, queue by queue.
func sorted(rules *config.Rules, line []queue.TicketView) []QueueNow {
	var queues []QueueNow
	for _, name := range slices.Sorted(maps.Keys(rules.Queues)) {
		queues = append(queues, QueueNow{Name: name})
	}
	for _, t := range line {
		i := slices.IndexFunc(queues, func(q QueueNow) bool { return q.Name == t.Queue })
		if i < 0 {
			i, queues = len(queues), append(queues, QueueNow{Name: t.Queue})
		}
		queues[i].Waiting = append(queues[i].Waiting, t)
	}
	return queues
}

func named(rules *config.Rules, v queue.AgentView) AgentNow {
	a := AgentNow{AgentView: v, Name: v.ID}
	if known := rules.Agents[v.ID]; known != nil && known.Name != "" {
		a.Name = known.Name
	}
	return a
}

// show tells the floor where the call is, for whoever looks.
func (v *visit) show() {
	c := CallNow{
		ID: v.contact.ID, Switch: v.contact.Switch, Service: v.contact.Service, Number: v.contact.Number, Arrived: v.contact.Arrived,
		Caller: v.contact.Caller, CallerName: v.kept.callerName(v.contact), Hidden: v.contact.Hidden, Lang: v.kept.Lang,
		Opened: v.contact.Opened, Answered: v.legs[0].Answered, Node: v.place.Node, Since: v.place.Since,
		Queue: v.kept.Queue, Arrival: v.kept.Arrival, Agent: v.kept.Agent, TalkFrom: v.kept.TalkFrom,
	}
	c.Kind, c.Name = v.Router.kind(v.place.Node)
	v.Floor.mu.Lock()
	v.Floor.calls[c.ID] = c
	v.Floor.mu.Unlock()
}

// kind says in one word what happens at a node, and with which prompt, menu or queue.
func (r *Router) kind(node string) (kind, name string) {
	switch node {
	case AnnouncementNode, TalkNode:
		return node, ""
	case TransferredNode:
		return TalkNode, ""
	case SurveyedNode:
		return "survey", ""
	}
	n, ok := r.Node(node)
	if !ok {
		return "", ""
	}
	switch n.Kind {
	case PlayNode:
		return "prompt", n.Prompt
	case MenuNode:
		return "menu", n.Menu.Name
	case QueueNode:
		return "queue", n.Queue.Name
	case SurveyNode:
		return "survey", n.To
	case TransferNode:
		return "transfer", n.To
	case CodeNode, DoNode:
		return "code", n.Code.Dialled
	}
	return "", ""
}

// ended says that a call is over.
func (f *Floor) ended(call string) {
	f.mu.Lock()
	delete(f.calls, call)
	f.mu.Unlock()
}
