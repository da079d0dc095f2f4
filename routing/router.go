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
	ours     func(number.Number) bool // which callers are the company itself
	arrivals map[string]*config.Line  // by number in canonical form, dialled or as it arrives
	nodes    map[string]*Node
	doors    map[string]doors         // by service
	spent    map[number.Number]string // by line: where callers go once its budget is spent
	steps    map[string]config.Step   // by place in the rules; also those that lead to a node of their own
	inner    map[string]string        // the ways inside steps: by what they are, what they are called
	forks    []Way                    // the same, as Ways has them
}

// doors are where the calls to a service begin.
type doors struct {
	service      *config.Service
	open, closed string
	silent       string            // where the closed path goes on behind what it says at first; "" ends the call
	closures     map[string]string // by closure: where calls begin during one that tells of itself
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
	VoicemailNode // where a message may be left
	OfferNode     // of a callback; passed over in this version
	TransferNode  // to a phone of the house or a number outside
	SurveyNode    // questions to the caller
	SayNode
	SetNode
	BranchNode
	CollectNode
	CodeNode // of a code: the PIN is asked for
	DoNode   // and what the code is for is done
	HookNode
	TextNode
	PassNode // nothing: it tells by its name why what follows was taken
)

// A Node is one station of a call's path. Its name is its place in the rules, and stays the same over a restart.
type Node struct {
	Name     string
	Kind     Kind
	Prompt   string          // play
	Language string          // language
	Menu     *config.Menu    // menu
	Keys     map[byte]string // menu: where a key leads
	Other    string          // menu, collect: where nothing, or a wrong key, leads; transfer: where it leads when nobody takes it; webhook: where no answer does
	Queue    *config.Queue   // queue
	Skill    string          // queue: what the caller needs; empty: anybody can help
	MaxWait  string          // queue: where too long a wait leads; empty: nowhere
	Nobody   string          // queue: where an empty house leads; empty: nowhere
	Transfer *config.Transfer
	To       string         // offer, voicemail, survey, transfer: the name of the callback, mailbox or survey, or to whom
	Says     *config.Prompt // say, text
	Values   map[string]string
	Arms     []arm              // branch
	Asks     *config.Collection // collect
	Code     *config.Code       // code, do
	Hook     *config.Inquiry    // webhook
	Next     string             // play, language, offer, voicemail, transfer, code: what follows; empty: the end of the call
}

// The names under which a call that talks, or has talked, is saved: with an agent of a queue, and with whom it was passed on to.
const (
	TalkNode        = "talk"
	TransferredNode = "transferred"
	SurveyedNode    = "surveyed" // after the talk with an agent
)

// NewRouter lays out the rules, which have been checked, as nodes.
func NewRouter(rules *config.Rules) *Router {
	r := &Router{rules: rules, ours: Ours(rules), arrivals: map[string]*config.Line{}, nodes: map[string]*Node{}, doors: map[string]doors{},
		steps: map[string]config.Step{}, spent: map[number.Number]string{}, inner: map[string]string{}}
	for i := range rules.Lines {
		line := &rules.Lines[i]
		r.arrivals[line.Number.String()] = line
		for _, n := range line.ArrivesAs {
			r.arrivals[n.String()] = line
		}
		r.spent[line.Number] = r.lay(overBudgetWay(line), line.OverBudget, "")
	}
	for _, s := range rules.Services {
		r.doors[s.Name] = r.layService(s)
	}
	for _, m := range rules.Menus {
		n := &Node{Name: "menu." + m.Name, Kind: MenuNode, Menu: m, Keys: map[byte]string{}}
		r.nodes[n.Name] = n
		for key, steps := range m.Keys {
			n.Keys[key] = r.lay(n.way(key), steps, n.Name)
		}
		n.Other = r.lay(n.way(0), m.Otherwise, "") // whoever presses nothing must not hear the menu without end
	}
	for name := range rules.Queues {
		r.line(name, "")
	}
	r.layCodes()
	return r
}

// queueNode names the node of a queue for callers who need a skill, or for those who need none.
func queueNode(queue, skill string) string {
	if skill == "" {
		return "queue." + queue
	}
	return "queue." + queue + ":" + skill
}

// line lays out a queue for callers who need a skill, unless that has been done, and returns its name. Whoever comes back
// from its overflow stages still needs the skill.
func (r *Router) line(name, skill string) string {
	n := &Node{Name: queueNode(name, skill), Kind: QueueNode, Queue: r.rules.Queues[name], Skill: skill}
	if _, done := r.nodes[n.Name]; done {
		return n.Name
	}
	r.nodes[n.Name] = n
	if len(n.Queue.OnMaxWait) > 0 {
		n.MaxWait = r.lay(n.stage(queue.StageMaxWait), n.Queue.OnMaxWait, n.Name)
	}
	if len(n.Queue.OnNobody) > 0 {
		n.Nobody = r.lay(n.stage(queue.StageNobody), n.Queue.OnNobody, n.Name)
	}
	return n.Name
}

// layService lays out a service: while it is open, while it is closed, and during each closure that has a prompt of its
// own, which is heard in place of what else says that it is closed.
func (r *Router) layService(s *config.Service) doors {
	closed := s.Closed
	if len(closed) == 0 {
		closed = []config.Step{{Kind: config.Hangup}}
	}
	d := doors{service: s, open: r.lay(serviceWay(s, true, ""), s.Open, ""), closed: r.lay(serviceWay(s, false, ""), closed, ""), closures: map[string]string{}}
	d.silent = r.behindPlays(d.closed)
	h := r.rules.Hours[s.Hours]
	if h == nil {
		return d
	}
	for len(closed) > 0 && closed[0].Kind == config.Play {
		closed = closed[1:]
	}
	for _, name := range h.ClosedOn {
		if c := r.rules.Closures[name]; c.Play != "" {
			tells := config.Step{Kind: config.Play, Name: c.Play, Pos: c.Pos}
			d.closures[name] = r.lay(serviceWay(s, false, name), append([]config.Step{tells}, closed...), "")
		}
	}
	return d
}

// lay lays out steps one after the other and returns the name of the first. After the last comes then. Menus are one node
// each, wherever they are named, and queues one for each skill; steps behind one are never reached.
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
		return r.line(s.Name, s.Skill)
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
	case config.OfferCallback:
		n.Kind, n.To = OfferNode, s.Name
	case config.ToVoicemail:
		n.Kind, n.To = VoicemailNode, s.Name
	case config.ToTransfer:
		n.Kind, n.To, n.Transfer = TransferNode, s.Name, s.Transfer
	case config.ToSurvey:
		n.Kind, n.To = SurveyNode, s.Name
	case config.Say:
		n.Kind, n.Says = SayNode, s.Says
	case config.Set:
		n.Kind, n.Values = SetNode, s.Values
	case config.Branch:
		n.Kind = BranchNode
	case config.Collect:
		n.Kind, n.Asks = CollectNode, s.Asks
	case config.AskHook:
		n.Kind, n.Hook = HookNode, s.Hook
	case config.SendText:
		n.Kind, n.Says = TextNode, s.Says
	}
	if s.Kind == config.ToVoicemail && isStation(then) { // who has left a message has nothing to wait for
		then = ""
	}
	n.Next = r.lay(after(path), steps[1:], then)
	r.layInside(n, s)
	return n.Name
}

// isStation says whether a node is a menu or a queue itself, and no step of a list of theirs.
func isStation(node string) bool {
	kind, name, _ := strings.Cut(node, ".")
	return (kind == "menu" || kind == "queue") && !strings.Contains(name, ".")
}

// after names the step that follows: menu.sav.1, menu.sav.1+1, menu.sav.1+2. A list within a step begins a count of its
// own: menu.sav.1+2.otherwise, menu.sav.1+2.otherwise+1.
func after(path string) string {
	i := strings.LastIndexByte(path, '+')
	n, err := strconv.Atoi(path[i+1:])
	if i < 0 || err != nil { // the + is of a step that this one is inside of
		return path + "+1"
	}
	return path[:i] + "+" + strconv.Itoa(n+1)
}

// behindPlays is the first node from there on that is not of a step which plays something.
func (r *Router) behindPlays(node string) string {
	for n := r.nodes[node]; n != nil && n.Kind == PlayNode; n = r.nodes[node] {
		node = n.Next
	}
	return node
}

// Enter returns the first node of a service for a call that came at that moment, when it was closed by hand like that; nil: it was
// not. Whoever comes while it is open is served to the end, however late that gets.
func (r *Router) Enter(service string, came time.Time, closed *Closing) (*Node, bool) {
	d, ok := r.doors[service]
	if !ok {
		return nil, false
	}
	_, first := r.door(service, r.rules.Opening(d.service, came, closed.closure()))
	return r.Node(first)
}

// Node returns the node of that name.
func (r *Router) Node(name string) (*Node, bool) {
	n, ok := r.nodes[name]
	if !ok {
		return r.byHand(name)
	}
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
