package config

import (
	"slices"

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
	Transfer                          // to a number outside
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
	case Transfer:
		return "transfer"
	}
	return "unknown step"
}

// final reports whether nothing can follow the step.
func (k StepKind) final() bool { return k == ToMenu || k == ToQueue || k == Hangup }

// Later reports whether this version reads the step and passes it over.
func (k StepKind) Later() bool { return k == OfferCallback || k == ToVoicemail || k == Transfer }

// Happens says whether anything comes of steps in this version.
func Happens(steps []Step) bool {
	return slices.ContainsFunc(steps, func(s Step) bool { return !s.Kind.Later() })
}

// Step is one thing that happens to a call.
type Step struct {
	Kind  StepKind
	Name  string // of the prompt, menu, queue, callback or voicemail, the code of the language, or the number; "" for Hangup
	Skill string // ToQueue: what the caller needs; "" = anybody can help
	Pos   Pos
}

// steps reads one step or a list of steps.
func (l *loader) steps(key, n *yaml.Node) []Step {
	var steps []Step
	l.list(key, n, func(item *yaml.Node) {
		if len(steps) > 0 && steps[len(steps)-1].Kind.final() {
			last := steps[len(steps)-1]
			l.warn(item, "W405", words("cette étape n'est jamais atteinte", "this step is never reached"),
				words("L'appel est déjà parti ailleurs (%s, %s).", "The call has already gone elsewhere (%s, %s).", last.Kind, lineOf(last.Pos)),
				words("enlevez-la, ou mettez-la avant.", "remove it, or put it before."))
		}
		steps = append(steps, l.step(item)...)
	})
	return steps
}

// laterSteps are the steps that coming versions will know.
func laterSteps() []string { return []string{"survey", "text", "say", "agent", "service"} }

// step reads one step; a step that plays a list of prompts becomes several.
func (l *loader) step(n *yaml.Node) []Step {
	if n.Kind == yaml.ScalarNode {
		if _, ok := l.oneOfSteps(n); ok {
			return []Step{{Kind: Hangup, Pos: l.pos(n)}}
		}
		return nil
	}
	var steps []Step
	l.fields(n, n, words("une étape", "a step"), laterSteps(), append(l.stepFields(&steps), field{name: "hangup", read: func(key, _ *yaml.Node) {
		l.fail(key, "E104", words("hangup s'écrit seul", "hangup is written alone"), Words{},
			words("écrivez hangup, sans « : » ni accolades.", `write hangup, without ":" or braces.`))
	}})...)
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
	if things != 1 {
		l.fail(n, "E104", words("une étape fait une seule chose", "a step does one thing"), Words{},
			words("écrivez une liste : [{play: x}, {queue: y}].", "write a list: [{play: x}, {queue: y}]."))
	}
	return steps
}

// stepFields are the words of a step: each is one thing that it can do, and skill goes with queue.
func (l *loader) stepFields(steps *[]Step) []field {
	skill := ""
	add := func(kind StepKind, ref string) func(key, v *yaml.Node) {
		return func(key, v *yaml.Node) {
			if kind.Later() {
				l.later(kind.String(), l.pos(key))
			}
			if name, ok := l.refer(ref, v); ok {
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
			skill, _ = l.refer("skill", v)
			l.setSkill(*steps, skill)
		})),
		ownField("language", nameOf("language"), add(Language, "language")),
		coming(ownField("offer_callback", nameOf("callback"), add(OfferCallback, "callback"))),
		coming(ownField("voicemail", nameOf("voicemail"), add(ToVoicemail, "voicemail"))),
		l.notYetField(ownField("transfer", simple(aNumber), func(key, v *yaml.Node) {
			if to, ok := l.number(v); ok {
				*steps = append(*steps, Step{Kind: Transfer, Name: to.String(), Pos: l.pos(key)})
			}
		})),
	}
}

// setSkill says what the caller needs who goes to the queue of the step; the words of a step come in any order.
func (l *loader) setSkill(steps []Step, skill string) {
	if n := len(steps); n > 0 && steps[n-1].Kind == ToQueue {
		steps[n-1].Skill = skill
	}
}

// oneOfSteps takes the only step that is a bare word.
func (l *loader) oneOfSteps(n *yaml.Node) (string, bool) {
	s, ok := l.text("étape", n)
	if !ok || s == "hangup" {
		return s, ok
	}
	l.bare = append(l.bare, n)
	return "", false
}
