package config

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// StepKind says what a step does.
type StepKind int

// The steps a call can take.
const (
	Play          StepKind = iota + 1 // a prompt
	ToMenu                            // and does not come back
	ToQueue                           // and does not come back
	Hangup                            // the call ends
	Language                          // of the prompts from here on
	OfferCallback                     // the caller may ask to be called back
	ToVoicemail                       // the caller may leave a message
	ToTransfer                        // to a phone of the office, or to a number outside
	ToSurvey                          // questions to the caller
	Say                               // a text of the step itself
	Set                               // values
	Branch                            // one of several ways
	Collect                           // digits into a value
	AskHook                           // a webhook
	SendText                          // to the caller
)

// String returns the word of the rules file.
func (k StepKind) String() string {
	switch k {
	case Play:
		return "play"
	case ToMenu:
		return "menu"
	case ToQueue:
		return "queue"
	case Hangup:
		return "hangup"
	case Language:
		return "language"
	case OfferCallback:
		return "offer_callback"
	case ToVoicemail:
		return "voicemail"
	case ToTransfer:
		return "transfer"
	case ToSurvey:
		return "survey"
	case Say:
		return "say"
	case Set:
		return "set"
	case Branch:
		return "branch"
	case Collect:
		return "collect"
	case AskHook:
		return "webhook"
	case SendText:
		return "text"
	}
	return "unknown step"
}

// Final reports whether nothing can follow a step of the kind, whatever is inside it.
func (k StepKind) Final() bool { return k == ToMenu || k == ToQueue || k == Hangup }

// Later reports whether this version reads the step and passes it over.
func (k StepKind) Later() bool { return k == OfferCallback }

// Happens says whether anything comes of steps in this version.
func Happens(steps []Step) bool {
	return slices.ContainsFunc(steps, func(s Step) bool { return !s.Kind.Later() })
}

// Step is one thing that happens to a call.
type Step struct {
	Kind  StepKind
	Name  string // of the prompt, menu, queue, callback, voicemail or survey, the code of the language, or whom a transfer goes to; "" for Hangup
	Skill string // ToQueue: what the caller needs; "" = anybody can help
	Pos   Pos

	Says   *Prompt           // Say, SendText: by language a text, with {values}
	Values map[string]string // Set
	Arms   []Arm             // Branch
	Asks   *Collection       // Collect
	Hook   *Inquiry          // AskHook

	Transfer *Transfer // ToTransfer
}

// Final reports whether nothing can follow the step.
func (s Step) Final() bool { return s.Kind.Final() || s.Kind == Branch && everyArmEnds(s.Arms) }

// Inner are the lists of steps inside a step.
func (s Step) Inner() (lists [][]Step) {
	for _, a := range s.Arms {
		lists = append(lists, a.Then)
	}
	if s.Asks != nil {
		lists = append(lists, s.Asks.Otherwise)
	}
	if s.Transfer != nil {
		lists = append(lists, s.Transfer.Otherwise)
	}
	if s.Hook != nil {
		lists = append(lists, s.Hook.OnError)
	}
	if s.Transfer != nil {
		lists = append(lists, s.Transfer.Otherwise)
	}
	return lists
}

// EachStep calls do with every step of a list, and with those inside them.
func EachStep(steps []Step, do func(Step)) {
	for _, s := range steps {
		do(s)
		for _, inner := range s.Inner() {
			EachStep(inner, do)
		}
	}
}

// everyArmEnds reports whether each way of a branch ends, and there is one for everybody.
func everyArmEnds(arms []Arm) bool {
	return len(arms) > 0 && arms[len(arms)-1].If == nil && !slices.ContainsFunc(arms, func(a Arm) bool {
		return len(a.Then) == 0 || !a.Then[len(a.Then)-1].Final()
	})
}

// steps reads one step or a list of steps.
func (l *loader) steps(key, n *yaml.Node) []Step {
	var steps []Step
	l.list(key, n, func(item *yaml.Node) {
		if len(steps) > 0 && steps[len(steps)-1].Final() {
			last := steps[len(steps)-1]
			l.warn(item, "W405", words("cette étape n'est jamais atteinte", "this step is never reached"),
				words("L'appel est déjà parti ailleurs (%s, %s).", "The call has already gone elsewhere (%s, %s).", last.Kind, last.Pos.InText()),
				words("enlevez-la, ou mettez-la avant.", "remove it, or put it before."))
		}
		steps = append(steps, l.step(item)...)
	})
	return steps
}

// laterSteps are the steps that coming versions will know.
func laterSteps() []string { return []string{"agent", "service"} }

// step reads one step; a step that plays a list of prompts becomes several.
func (l *loader) step(n *yaml.Node) []Step {
	if n.Kind == yaml.ScalarNode {
		if l.isHangup(n) {
			return []Step{{Kind: Hangup, Pos: l.pos(n)}}
		}
		return nil
	}
	var steps []Step
	if at := keyOf(n, "hangup"); at != nil && n.Kind == yaml.MappingNode {
		l.fail(at, "E104", words("hangup s'écrit seul", "hangup is written alone"), Words{}, words("écrivez %s.", "write %s.", apart(n)))
		return nil
	}
	l.fields(n, n, words("une étape", "a step"), laterSteps(), l.stepFields(&steps)...)
	if n.Kind != yaml.MappingNode {
		return steps
	}
	things := len(n.Content) / 2
	if at := keyOf(n, "skill"); at != nil {
		things--
		if !l.has(n, "queue") {
			l.fail(at, "E104", words("skill ne va qu'avec queue", "skill goes with queue only"),
				words("La compétence dit qui, dans la file, peut aider l'appelant.", "The skill says who in the queue can help the caller."),
				words("écrivez {queue: nom, skill: %s}.", "write {queue: name, skill: %s}.", clip(section(n, "skill").Value)))
			return steps
		}
	}
	switch {
	case things == 0:
		l.fail(n, "E104", words("cette étape ne fait rien", "this step does nothing"), Words{}, stepForms())
	case things != 1:
		l.fail(n, "E104", words("une étape fait une seule chose", "a step does one thing"), Words{},
			words("écrivez une liste : %s.", "write a list: %s.", apart(n)))
	}
	return steps
}

// apart writes what stands together in one step as steps of their own, in their order.
func apart(n *yaml.Node) string {
	var steps []string
	skill := section(n, "skill")
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch key, value := n.Content[i].Value, clip(flow(n.Content[i+1])); {
		case key == "hangup":
			steps = append(steps, key)
		case key == "queue" && skill != nil:
			steps = append(steps, "{queue: "+value+", skill: "+clip(skill.Value)+"}")
		case key != "skill":
			steps = append(steps, "{"+key+": "+value+"}")
		}
	}
	if len(steps) == 1 {
		return steps[0]
	}
	return "[" + strings.Join(steps, ", ") + "]"
}

// stepFields are the words of a step: each is one thing that it can do, and skill goes with queue.
func (l *loader) stepFields(steps *[]Step) []field {
	skill := ""
	add := func(kind StepKind, ref string) func(key, v *yaml.Node) {
		return func(key, v *yaml.Node) {
			if name, ok := l.refer(key.Value, ref, v); ok {
				*steps = append(*steps, Step{Kind: kind, Name: name, Pos: l.pos(key)})
			}
		}
	}
	return []field{
		ownField("play", listOf(nameOf("prompt")), func(key, v *yaml.Node) {
			l.list(key, v, func(item *yaml.Node) { add(Play, "prompt")(key, item) })
		}),
		ownField("menu", nameOf("menu"), add(ToMenu, "menu")),
		ownField("queue", nameOf("queue"), func(key, v *yaml.Node) {
			add(ToQueue, "queue")(key, v)
			l.setSkill(*steps, skill)
		}),
		l.notYetField(ownField("skill", nameOf("skill"), func(_, v *yaml.Node) {
			skill, _ = l.refer("skill", "skill", v)
			l.setSkill(*steps, skill)
		})),
		ownField("language", nameOf("language"), add(Language, "language")),
		l.sayField(steps),
		l.setField(steps),
		l.branchField(steps),
		l.collectField(steps),
		l.webhookField(steps),
		l.textStepField(steps),
		coming(ownField("offer_callback", nameOf("callback"), add(OfferCallback, "callback"))),
		ownField("voicemail", nameOf("voicemail"), add(ToVoicemail, "voicemail")),
		l.transferField(steps),
		ownField("survey", nameOf("survey"), add(ToSurvey, "survey")),
	}
}

// setSkill says what the caller needs who goes to the queue of the step; the words of a step come in any order.
func (l *loader) setSkill(steps []Step, skill string) {
	if n := len(steps); n > 0 && steps[n-1].Kind == ToQueue {
		steps[n-1].Skill = skill
	}
}

// isHangup takes the only step that is a bare word.
func (l *loader) isHangup(n *yaml.Node) bool {
	s := n.Value
	if s == Hangup.String() {
		return true
	}
	fix := stepForms()
	if word := l.stepTo(s); word != "" {
		fix = words("écrivez {%s: %s}.", "write {%s: %s}.", word, s)
	} else if Nearest(s, []string{"hangup"}) != "" {
		fix = words("écrivez hangup.", "write hangup.")
	}
	l.fail(n, "E104", words("« %s » n'est pas une étape", `"%s" is not a step`, clip(s)), Words{}, fix)
	return false
}

func stepForms() Words {
	return words("écrivez {queue: nom}, {menu: nom}, {play: nom}, {say: texte}, {language: en} ou hangup.",
		"write {queue: name}, {menu: name}, {play: name}, {say: text}, {language: en} or hangup.")
}

// stepTo is the word of the step that goes to what the file calls so, "" when it calls nothing so.
func (l *loader) stepTo(name string) string {
	for _, to := range [][2]string{{"queues", "queue"}, {"menus", "menu"}, {"prompts", "play"}, {"callbacks", "offer_callback"}, {"voicemails", "voicemail"}} {
		if s := section(l.top, to[0]); s != nil && s.Kind == yaml.MappingNode && keyOf(s, name) != nil {
			return to[1]
		}
	}
	return ""
}
