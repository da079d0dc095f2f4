package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"hotline/config"
)

// A precedence is which calls of two queues go first at the people who answer both.
type precedence struct {
	First, Then *config.Queue
	By          time.Duration // a call of First goes before one of Then that came up to so much earlier; 0 = in the order in which they come
	Agents      []string      // of both, in the order of the file
}

// whoGoesFirst says of every two queues that share people whose calls go first, by rule 1 of the board: the earliest deadline,
// which is when a call came and the target of its queue.
func whoGoesFirst(rules *config.Rules) (all []precedence) {
	queues := make([]*config.Queue, 0, len(rules.Queues))
	for _, q := range rules.Queues {
		queues = append(queues, q)
	}
	slices.SortFunc(queues, func(a, b *config.Queue) int {
		return cmp.Or(cmp.Compare(a.AnswerWithin, b.AnswerWithin), a.Pos.Compare(b.Pos))
	})
	for i, first := range queues {
		for _, then := range queues[i+1:] {
			var shared []string
			for _, name := range rules.AgentOrder {
				if slices.Contains(first.Agents, name) && slices.Contains(then.Agents, name) {
					shared = append(shared, name)
				}
			}
			if len(shared) > 0 {
				all = append(all, precedence{first, then, then.AnswerWithin - first.AnswerWithin, shared})
			}
		}
	}
	return all
}

// sentencesAtOnce is how many pairs of queues are told one by one; of more, their targets say it shorter.
const sentencesAtOnce = 3

// whoFirst tells who goes first.
func (t tongue) whoFirst(w io.Writer, all []precedence) {
	head := t.say("Qui passe d'abord : ", "Who goes first: ")
	switch {
	case len(all) == 0:
		return
	case len(all) == 1:
		wrapped(w, "  ", head+t.precedes(all[0])+".")
	case len(all) > sentencesAtOnce:
		wrapped(w, "  ", head+t.firstOfMany(all))
	default:
		fmt.Fprintln(w, "  "+strings.TrimSpace(head))
		for _, p := range all {
			hanging(w, "    ", t.precedes(p)+".")
		}
	}
}

func (t tongue) precedes(p precedence) string {
	first, then := p.First.AnswerWithin, p.Then.AnswerWithin
	if p.By == 0 {
		return fmt.Sprintf(t.say("pour %s, les appels %s et %s passent dans l'ordre où ils arrivent (objectif %s pour les deux)",
			"for %s, %s and %s calls go in the order in which they come (target %s for both)"),
			t.among(p.Agents), p.First.Name, p.Then.Name, t.spoken(first))
	}
	return fmt.Sprintf(t.say("pour %s, un appel %s passe devant un appel %s arrivé jusqu'à %s avant lui (objectifs %s et %s)",
		"for %s, %s %s call goes before %s %s call that arrived up to %s earlier (targets %s and %s)"),
		t.articled(t.among(p.Agents), p.First.Name, p.Then.Name, t.spoken(p.By), t.spoken(first), t.spoken(then))...)
}

// articled puts the English article before the two names of queues; French needs none that changes.
func (t tongue) articled(agents, first, then string, rest ...string) []any {
	values := []any{agents, first, then}
	if t != "fr" {
		values = []any{agents, article(first), first, article(then), then}
	}
	for _, r := range rest {
		values = append(values, r)
	}
	return values
}

// article is the English article before a name.
func article(name string) string {
	if name != "" && strings.ContainsRune("aeiouAEIOUéèêÉÈÊ", []rune(name)[0]) {
		return "an"
	}
	return "a"
}

// firstOfMany tells the targets of all queues that share people, and the widest difference as an example.
func (t tongue) firstOfMany(all []precedence) string {
	var targets []time.Duration
	named := make(map[time.Duration][]string)
	people := make(map[string]bool)
	widest := all[0]
	for _, p := range all {
		for _, q := range []*config.Queue{p.First, p.Then} {
			if names := named[q.AnswerWithin]; !slices.Contains(names, q.Name) {
				if names == nil {
					targets = append(targets, q.AnswerWithin)
				}
				named[q.AnswerWithin] = append(names, q.Name)
			}
		}
		for _, a := range p.Agents {
			people[a] = true
		}
		if p.By > widest.By {
			widest = p
		}
	}
	slices.Sort(targets)
	var list []string
	for _, target := range targets {
		list = append(list, t.spoken(target)+t.say(" pour ", " for ")+t.and(named[target]))
	}
	text := fmt.Sprintf(t.say("pour %s de plusieurs files, l'appel dont l'objectif tombe le plus tôt. Objectifs : ",
		"for %s of several queues, the call whose target is due first. Targets: "),
		t.people(len(people))) + strings.Join(list, t.say(" ; ", "; ")) + "."
	if widest.By > 0 {
		sentence := t.precedes(widest)
		text += t.say(" Par exemple, ", " For example, ") + sentence[:strings.LastIndex(sentence, " (")] + "."
	}
	return text
}

// namesInSentence is how many people a sentence names.
const namesInSentence = 4

// among names people, of many only some.
func (t tongue) among(names []string) string {
	if more := len(names) - namesInSentence; more > 1 {
		return strings.Join(names[:namesInSentence], ", ") + fmt.Sprintf(t.say(" et %d autres", " and %d others"), more)
	}
	return t.and(names)
}

// and joins names as people say them.
func (t tongue) and(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + t.say(" et ", " and ") + names[last]
}

// spoken writes a time of the rules as people say it: "90 s", "2 min", "2 min 30 s". The space in it is no place for the end of
// a line.
func (t tongue) spoken(d time.Duration) string {
	text := t.length(d)
	switch {
	case d <= 90*time.Second:
		text = fmt.Sprintf("%d s", d/time.Second)
	case d%time.Hour == 0:
		text = fmt.Sprintf("%d h", d/time.Hour)
	case d%time.Minute == 0 && d < time.Hour:
		text = fmt.Sprintf("%d min", d/time.Minute)
	}
	return kept(text)
}

// kept is a text that stays on one line.
func kept(text string) string { return strings.ReplaceAll(text, " ", "\u00a0") }
