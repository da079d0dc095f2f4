package routing

import (
	"slices"
	"strings"
	"time"

	"hotline/billing"
	"hotline/config"
	"hotline/number"
	"hotline/routing/queue"
)

// A Trial is a call that is tried without a switch.
type Trial struct {
	To     string        // the number as it is dialled, or as it arrives
	From   number.Number // "" = withheld
	At     time.Time
	Press  string        // the keys that the caller presses, one at each hearing of a menu, until there are no more; a comma is a pause
	Agents string        // config.AgentsFree, AgentsBusy or AgentsNone; "" = free
	Spent  bool          // the day's budget of the number is spent
	Unmet  bool          // nobody takes a call that is passed on
	Known  Known         // of the caller
	Closed *Closing      // by hand, as it is at that moment; nil: it is not
	Book   *billing.Book // what calls cost; nil = not known
	// Length says how long a prompt is heard; nil, or false: not known, and taken for what its text would last.
	Length func(prompt, lang string) (time.Duration, bool)
}

// A Path is what becomes of a call that is tried.
type Path struct {
	Trial    Trial
	Line     *config.Line // nil: the number is not ours
	Near     *config.Line // then: ours that looks most like it; nil when there is none
	Service  *config.Service
	Tariffs  billing.Tariffs // of the line, at that moment and from that caller
	Opening  config.Opening
	Events   []Event
	Ways     []string // taken: the names of Router.Ways
	Nodes    []string // passed, as the record of a call has them
	Answered bool     // so that it costs what it costs
	Lang     string   // in which the caller hears the last prompt
	End      End
	Agent    string // who is asked first, when it ends with that
}

// An End is how a tried call ends.
type End string

// The ends.
const (
	EndQueue     End = config.EndsInQueue     // somebody is asked to take it, or it waits for as long as it likes
	EndVoicemail End = config.EndsInVoicemail // a message is left
	EndTransfer  End = config.EndsInTransfer  // somebody takes it outside the queues
	EndHangup    End = config.EndsInHangup    // the rules hang up, or have nothing more to say
	EndClosed    End = config.EndsClosed      // the same, while the service is closed
	EndUnknown   End = "number_unknown"
	EndCircles   End = "circles" // until somebody gives up
)

// An EventKind is what happens to a tried call.
type EventKind string

// The kinds of events, with what of an Event they set besides.
const (
	Opens       EventKind = "service"     // Name
	Answers     EventKind = "answered"    // the call costs from here on
	TellsPrice  EventKind = "price"       // Name: the price; Length
	Menus       EventKind = "menu"        // Name; once for each time that the call comes to it
	Hears       EventKind = "heard"       // Name, Lang, File or Text, Length; Key and KeyPos when it is pressed meanwhile
	NoKey       EventKind = "no_key"      // Name: of the menu; Length: how long it is waited for; Again
	WrongKey    EventKind = "wrong_key"   // Name: of the menu; Key; Again
	Otherwise   EventKind = "otherwise"   // Name: of the menu
	Speaks      EventKind = "language"    // Name
	Queues      EventKind = "queue"       // Name, Skill, Queue, Levels
	Asks        EventKind = "asked"       // Name: the agent whom the board asks first
	Overflows   EventKind = "overflow"    // Name: on_nobody or on_max_wait
	EarlyLimit  EventKind = "early_limit" // the operator would cut the call
	OverBudget  EventKind = "over_budget" // the day's budget is spent
	Offers      EventKind = "callback"    // Name
	Records     EventKind = "voicemail"   // Name
	Transfers   EventKind = "transfer"    // Name, Transfer; Length: how long it rings; Again: nobody takes it, and the call goes on
	Surveys     EventKind = "survey"      // Name; Queue: after a talk there
	Branches    EventKind = "branch"      // Name: the condition; "" = everybody else
	Sets        EventKind = "set"         // Name: the value; Text
	Collects    EventKind = "collect"     // Name: the value; Text: how many digits
	Types       EventKind = "typed"       // Name: the value; Key: the digits
	NotTyped    EventKind = "not_typed"   // Name: the value; Key: what was typed; Length; Again
	AsksHook    EventKind = "webhook"     // Name; Length: how long it is waited for at most
	GetsText    EventKind = "text"        // Text, Lang
	Waits       EventKind = "waits"       // Name: of the queue; nothing more happens by itself
	HangsUp     EventKind = "hangup"
	GoesInRound EventKind = "circles"
)

// An Event is one thing that happens to a tried call.
type Event struct {
	After      time.Duration // since the call came
	Kind       EventKind
	Name       string
	Pos        config.Pos // of what decided it in the rules; none for what goes without saying
	PromptPos  config.Pos
	Lang       string
	File, Text string
	Length     time.Duration
	Guessed    bool // the length
	Key        string
	KeyPos     config.Pos
	Again      bool // the menu is heard again
	Skill      string
	Queue      *config.Queue
	Transfer   *config.Transfer
	Levels     []Level
}

// Heard says whether the caller hears a prompt on the path.
func (p *Path) Heard(prompt string) bool { return p.has(Hears, prompt) }

// Reached says whether the caller comes to something of that name: Queues, Offers, Records.
func (p *Path) Reached(kind EventKind, name string) bool { return p.has(kind, name) }

func (p *Path) has(kind EventKind, name string) bool {
	return slices.ContainsFunc(p.Events, func(e Event) bool { return e.Kind == kind && e.Name == name })
}

// Last returns the last event of a kind; false when there is none.
func (p *Path) Last(kind EventKind) (Event, bool) {
	for _, e := range slices.Backward(p.Events) {
		if e.Kind == kind {
			return e, true
		}
	}
	return Event{}, false
}

// Try says what becomes of a call. It asks what the visit of a real call asks, in virtual time: the same rules, the same
// Board.
func (r *Router) Try(t Trial) Path {
	w := &walker{r: r, Path: Path{Trial: t}, now: t.At, keys: t.Press}
	line, ours := r.Route(t.To)
	w.kept = r.promised(line, t.At)
	w.kept.meet(t.Known, r.rules.Languages)
	w.kept.Closed = t.Closed
	w.contact = Contact{ID: "trial", Opened: t.At, Caller: t.From}
	if !ours {
		w.End, w.Near = EndUnknown, r.near(t.To)
		return w.Path
	}
	w.Line, w.contact.Service, w.contact.Number = line, line.Service, line.Number
	if t.Book != nil {
		w.Tariffs = t.Book.Find(line.Number, billing.OriginOf(t.From), t.At)
	}
	w.walk(r.start(w.contact, &w.kept, t.At))
	w.Lang, w.Nodes = w.kept.Lang, w.kept.Nodes
	return w.Path
}

// A walker is a visit without a switch.
type walker struct {
	Path
	r       *Router
	contact Contact
	kept    kept
	now     time.Time
	keys    string // not pressed yet
	board   *queue.Board
	from    string // the place in the rules that led here
	left    bool   // a message
}

func (w *walker) add(e Event) {
	e.After = w.now.Sub(w.Trial.At)
	w.Events = append(w.Events, e)
}

// take notes that a way has been taken.
func (w *walker) take(way string) {
	w.kept.pass(way)
	w.from = way
	if way = w.r.called(way); !slices.Contains(w.Ways, way) {
		w.Ways = append(w.Ways, way)
	}
}

func (w *walker) walk(node string) {
	w.open(node)
	for passed := 0; node != "" && w.End == ""; passed++ {
		if passed >= maxNodes {
			w.add(Event{Kind: GoesInRound})
			w.End = EndCircles
			return
		}
		w.kept.pass(node)
		node = w.node(node)
	}
	if w.End == "" {
		w.end(config.Pos{})
	}
}

// open says by what the call begins where it does.
func (w *walker) open(node string) {
	w.Service = w.r.rules.Services[w.Line.Service]
	if w.Service == nil {
		return
	}
	w.Opening = w.r.rules.Opening(w.Service, w.contact.Opened, w.kept.Closed.closure())
	w.add(Event{Kind: Opens, Name: w.Service.Name, Pos: w.r.rules.WordPos(w.Line.Pos, "service")})
	if node != AnnouncementNode {
		w.enter()
	}
}

// enter takes the way by which the call comes to its service.
func (w *walker) enter() {
	way, _ := w.r.door(w.Service.Name, w.Opening)
	w.take(way)
}

// end is that of a call for which the rules have nothing more to say.
func (w *walker) end(pos config.Pos) {
	w.End = EndHangup
	if w.left {
		w.End = EndVoicemail
	} else if w.Service != nil && !w.Opening.Open {
		w.End = EndClosed
	}
	w.add(Event{Kind: HangsUp, Pos: pos})
}

// node runs one node and returns the name of the next; "" ends the call.
func (w *walker) node(name string) (next string) {
	if name == AnnouncementNode {
		return w.announcement()
	}
	n, ok := w.r.Node(name)
	if !ok {
		return ""
	}
	if step, laid := w.r.steps[name]; laid {
		w.from = name
		next := w.step(n, step)
		if w.from == name {
			w.from = after(name)
		}
		return next
	}
	switch n.Kind {
	case MenuNode:
		return w.menu(n)
	case QueueNode:
		return w.queue(n)
	case PlayNode: // of what was closed by hand
		w.hear(n.Prompt, config.Pos{}, "")
	}
	return n.Next
}

// step is one step of a list. What needs the caller's consent is offered, and passed over.
func (w *walker) step(n *Node, s config.Step) (next string) {
	switch s.Kind {
	case config.Hangup:
		w.end(s.Pos)
	case config.Play:
		w.hear(s.Name, s.Pos, "")
	case config.Language:
		w.kept.Lang = s.Name
		w.add(Event{Kind: Speaks, Name: s.Name, Pos: s.Pos})
	case config.OfferCallback:
		w.answer()
		w.add(Event{Kind: Offers, Name: s.Name, Pos: s.Pos})
	case config.ToVoicemail:
		w.answerNow()
		w.add(Event{Kind: Records, Name: s.Name, Pos: s.Pos})
		if w.left = true; n.Next == "" {
			w.End = EndVoicemail
		}
	case config.Say:
		w.say(n)
	case config.Set:
		w.set(n)
	case config.Branch:
		return w.branch(n)
	case config.Collect:
		return w.collect(n)
	case config.ToTransfer:
		return w.transfer(n, s)
	case config.ToSurvey:
		w.answerNow()
		w.survey(s.Name, nil, s.Pos)
	case config.AskHook: // which is taken to answer, and to put nothing
		w.add(Event{Kind: AsksHook, Name: s.Name, Length: s.Hook.Wait, Pos: s.Pos})
	case config.SendText:
		w.text(n)
	}
	return n.Next
}

// transfer: somebody takes the call at once, or nobody does for as long as it may ring.
func (w *walker) transfer(n *Node, s config.Step) (next string) {
	w.answer()
	w.add(Event{Kind: Transfers, Name: s.Name, Pos: s.Pos, Transfer: s.Transfer, Length: s.Transfer.Ring, Again: w.Trial.Unmet})
	if !w.Trial.Unmet {
		w.answerNow()
		w.End = EndTransfer
		return ""
	}
	w.now = w.now.Add(s.Transfer.Ring)
	if until, limited := w.kept.patience(w.contact, w.Answered); limited && until.Before(w.now) {
		w.now = until
		w.add(Event{Kind: EarlyLimit, Pos: w.r.rules.WordPos(w.Service.Pos, "answer")})
	}
	w.take(n.way(0))
	return n.Other
}

// survey: the caller answers at once. It comes after the talk with an agent of a queue, or after nothing.
func (w *walker) survey(name string, after *config.Queue, pos config.Pos) {
	if w.kept.Asked[name] == 0 {
		w.kept.ask(name, 1)
		w.add(Event{Kind: Surveys, Name: name, Queue: after, Pos: pos})
	}
}

func (w *walker) announcement() (next string) {
	line, _ := w.r.announces(w.contact, w.now)
	length := 12 * time.Second // what the law wants at least is 10 s
	guessed := true
	if p := line.Announcement.Prompt; p != "" {
		length, guessed = w.length(p)
	}
	w.add(Event{Kind: TellsPrice, Name: w.kept.Price, Pos: line.Announcement.Pos, Length: length, Guessed: guessed})
	w.now = w.now.Add(length)
	if w.Service != nil {
		w.enter()
	}
	return w.r.first(w.contact, &w.kept)
}

// answer answers the caller, unless the service leaves that to the moment an agent is there.
func (w *walker) answer() {
	if !w.kept.OnAgent {
		w.answerNow()
	}
}

func (w *walker) answerNow() {
	if w.Answered {
		return
	}
	w.Answered = true
	w.add(Event{Kind: Answers})
}

// hear plays a prompt to its end, or until a key is pressed.
func (w *walker) hear(prompt string, pos config.Pos, key string) {
	w.answer()
	e := Event{Kind: Hears, Name: prompt, Pos: pos, Key: key}
	if p := w.r.rules.Prompts[prompt]; p != nil {
		e.PromptPos, e.Lang = p.Pos, p.Speaks(w.kept.Lang, w.r.rules.Languages)
		e.File, e.Text = p.Files[e.Lang], p.Texts[e.Lang]
	}
	e.Length, e.Guessed = w.length(prompt)
	w.add(e)
	if key == "" {
		w.now = w.now.Add(e.Length)
	}
}

// spokenPerSecond is how many characters a voice speaks in a second.
const spokenPerSecond = 14

// length is how long a prompt is heard.
func (w *walker) length(prompt string) (length time.Duration, guessed bool) {
	if w.Trial.Length != nil {
		if length, ok := w.Trial.Length(prompt, w.kept.Lang); ok {
			return length, false
		}
	}
	p := w.r.rules.Prompts[prompt]
	if p == nil {
		return 0, true
	}
	text := p.Texts[p.Speaks(w.kept.Lang, w.r.rules.Languages)]
	if text == "" {
		return 0, true
	}
	return spokenFor(text), true
}

// spokenFor is about how long it takes to speak a text.
func spokenFor(text string) time.Duration {
	return time.Second + time.Duration(len([]rune(text)))*time.Second/spokenPerSecond
}

// menu: the caller presses the next key while the last prompt is heard, or none when there are no more.
func (w *walker) menu(n *Node) (next string) {
	w.add(Event{Kind: Menus, Name: n.Menu.Name, Pos: n.Menu.Pos})
	for heard := 1; ; heard++ {
		key, pressed := byte(0), ""
		if w.keys = strings.TrimLeft(w.keys, ","); w.keys != "" {
			key, pressed, w.keys = w.keys[0], w.keys[:1], w.keys[1:]
		}
		for i, prompt := range n.Menu.Play {
			press := ""
			if i == len(n.Menu.Play)-1 {
				press = pressed
			}
			w.hear(prompt, config.Pos{}, press)
		}
		next, way, again := n.pressed(key, heard)
		_, known := n.Keys[key]
		if pressed != "" && len(w.Events) > 0 {
			if e := &w.Events[len(w.Events)-1]; e.Kind == Hears {
				e.KeyPos = w.keyPos(n, way, known)
			}
		}
		switch {
		case known:
		case pressed != "":
			w.add(Event{Kind: WrongKey, Name: n.Menu.Name, Key: pressed, Again: again, Pos: w.r.rules.WordPos(n.Menu.Pos, "keys")})
		default:
			w.add(Event{Kind: NoKey, Name: n.Menu.Name, Length: n.Menu.Wait, Again: again, Pos: n.Menu.Pos})
			w.now = w.now.Add(n.Menu.Wait)
		}
		if again {
			w.wrong(pressed == "", n.Menu.Invalid, n.Menu.Silent)
			continue
		}
		w.take(way)
		if !known {
			w.add(Event{Kind: Otherwise, Name: n.Menu.Name, Pos: w.r.rules.WordPos(n.Menu.Pos, "otherwise")})
		}
		return next
	}
}

// keyPos is the place of what a key leads to.
func (w *walker) keyPos(n *Node, way string, known bool) config.Pos {
	if step, ok := w.r.steps[way]; ok && known {
		return step.Pos
	}
	return n.Menu.Pos
}

// near is the line whose number looks most like one that is not ours.
func (r *Router) near(to string) *config.Line {
	spellings := map[string]*config.Line{}
	var all []string
	for i := range r.rules.Lines {
		line := &r.rules.Lines[i]
		for _, n := range append([]number.Number{line.Number}, line.ArrivesAs...) {
			spellings[n.National()] = line
			all = append(all, n.National())
		}
	}
	digits := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, to)
	if n, err := number.Parse(to); err == nil {
		digits = n.National()
	}
	return spellings[config.Nearest(digits, all)]
}
