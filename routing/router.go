package routing

import (
	"strconv"
	"strings"
	"time"

	"hotline/config"
	"hotline/number"
	"hotline/routing/queue"
)

// A Router knows which path a call takes. It is made from the rules once and never changes.
type Router struct {
	rules    *config.Rules
	arrivals map[string]*config.Line // by number in canonical form, dialled or as it arrives
	nodes    map[string]*Node
	doors    map[string]doors         // by service
	spent    map[number.Number]string // by line: where callers go once its budget is spent
	steps    map[string]config.Step   // by place in the rules; also those that lead to a node of their own
}

// doors are where the calls to a service begin.
type doors struct {
	service      *config.Service
	open, closed string
}

// A Kind is what happens at a node.
type Kind int

// The kinds of nodes. Talk has no node in the rules: it is what a queue leads to.
const (
	PlayNode Kind = iota
	MenuNode
	QueueNode
	LanguageNode
	HangupNode
)

// A Node is one station of a call's path. Its name is its place in the rules, and stays the same over a restart.
type Node struct {
	Name     string
	Kind     Kind
	Prompt   string          // play
	Language string          // language
	Menu     *config.Menu    // menu
	Keys     map[byte]string // menu: where a key leads
	Other    string          // menu: where nothing, or a wrong key, leads
	Queue    *config.Queue   // queue
	MaxWait  string          // queue: where too long a wait leads; empty: nowhere
	Nobody   string          // queue: where an empty house leads; empty: nowhere
	Next     string          // play, language: what follows; empty: the end of the call
}

// TalkNode is the name under which a call that talks is saved.
const TalkNode = "talk"

// NewRouter lays out the rules, which have been checked, as nodes.
func NewRouter(rules *config.Rules) *Router {
	r := &Router{rules: rules, arrivals: map[string]*config.Line{}, nodes: map[string]*Node{}, doors: map[string]doors{},
		steps: map[string]config.Step{}, spent: map[number.Number]string{}}
	for i := range rules.Lines {
		line := &rules.Lines[i]
		r.arrivals[line.Number.String()] = line
		for _, n := range line.ArrivesAs {
			r.arrivals[n.String()] = line
		}
		r.spent[line.Number] = r.lay(overBudgetWay(line), line.OverBudget, "")
	}
	for _, s := range rules.Services {
		r.doors[s.Name] = doors{
			service: s, open: r.lay(serviceWay(s, true), s.Open, ""), closed: r.lay(serviceWay(s, false), s.Closed, ""),
		}
	}
	for _, m := range rules.Menus {
		n := &Node{Name: "menu." + m.Name, Kind: MenuNode, Menu: m, Keys: map[byte]string{}}
		r.nodes[n.Name] = n
		for key, steps := range m.Keys {
			n.Keys[key] = r.lay(n.way(key), steps, n.Name)
		}
		n.Other = r.lay(n.way(0), m.Otherwise, n.Name)
	}
	for _, q := range rules.Queues {
		n := &Node{Name: "queue." + q.Name, Kind: QueueNode, Queue: q}
		r.nodes[n.Name] = n
		if len(q.OnMaxWait) > 0 {
			n.MaxWait = r.lay(n.stage(queue.StageMaxWait), q.OnMaxWait, n.Name)
		}
		if len(q.OnNobody) > 0 {
			n.Nobody = r.lay(n.stage(queue.StageNobody), q.OnNobody, n.Name)
		}
	}
	return r
}

// lay lays out steps one after the other and returns the name of the first. After the last comes then. Menus and
// queues are one node each, wherever they are named; steps behind one are never reached.
func (r *Router) lay(path string, steps []config.Step, then string) string {
	if len(steps) == 0 {
		return then
	}
	s := steps[0]
	r.steps[path] = s
	switch s.Kind {
	case config.ToMenu:
		return "menu." + s.Name
	case config.ToQueue:
		return "queue." + s.Name
	}
	n := &Node{Name: path}
	r.nodes[n.Name] = n
	switch s.Kind {
	case config.Play:
		n.Kind, n.Prompt = PlayNode, s.Name
	case config.Language:
		n.Kind, n.Language = LanguageNode, s.Name
	case config.Hangup:
		n.Kind = HangupNode
		return n.Name
	}
	n.Next = r.lay(after(path), steps[1:], then)
	return n.Name
}

// after names the step that follows: menu.sav.1, menu.sav.1+1, menu.sav.1+2.
func after(path string) string {
	base, count, found := strings.Cut(path, "+")
	n := 1
	if found {
		n, _ = strconv.Atoi(count)
		n++
	}
	return base + "+" + strconv.Itoa(n)
}

// Enter returns the first node of a service for a call that came at that moment: whoever comes while it is open is served to
// the end, however late that gets.
func (r *Router) Enter(service string, came time.Time) (*Node, bool) {
	d, ok := r.doors[service]
	switch {
	case !ok:
		return nil, false
	case r.rules.OpenAt(d.service, came):
		return r.Node(d.open)
	}
	return r.Node(d.closed)
}

// Node returns the node of that name.
func (r *Router) Node(name string) (*Node, bool) {
	n, ok := r.nodes[name]
	return n, ok
}

// Route returns the line that a number leads to, given as the switch delivered it.
func (r *Router) Route(arrived string) (*config.Line, bool) {
	n, err := number.Parse(arrived)
	if err != nil {
		return nil, false
	}
	line, ok := r.arrivals[n.String()]
	return line, ok
}
