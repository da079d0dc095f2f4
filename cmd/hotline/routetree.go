package main

import (
	"fmt"
	"slices"
	"strings"

	"hotline/config"
	"hotline/number"
	"hotline/routing"
)

// A ruleTree writes all ways of the rules, each menu and queue once.
type ruleTree struct {
	*routeWish
	rules *config.Rules
	told  map[string]bool
}

// writeTree writes all ways as a tree of text.
func (r *routeWish) writeTree(rules *config.Rules, _ *routing.Router) {
	t := &ruleTree{routeWish: r, rules: rules, told: map[string]bool{}}
	for i := range rules.Lines {
		line := &rules.Lines[i]
		t.line("", line.Number.Pretty(), line.Pos)
		t.service(rules.Services[line.Service])
		if len(line.OverBudget) > 0 {
			t.line("  ", r.say("budget du jour dépensé", "budget of the day spent"), rules.WordPos(line.Pos, "over_budget"))
			t.steps("    ", line.OverBudget)
		}
	}
}

func (t *ruleTree) line(indent, text string, at config.Pos) {
	text = clip(text, max(60-len(indent), 20))
	place := ""
	if at.Line > 0 {
		place = at.InText()
	}
	ends(t.out, indent+text, place)
}

func (t *ruleTree) service(s *config.Service) {
	name := "service " + number.CleanName(s.Name)
	if t.seen("  ", name, "service."+s.Name, s.Pos) {
		return
	}
	if s.Hours == "" {
		t.steps("    ", s.Open)
		return
	}
	t.line("    ", fmt.Sprintf(t.say("ouvert (%s)", "open (%s)"), number.CleanName(s.Hours)), t.rules.WordPos(s.Pos, "open"))
	t.steps("      ", s.Open)
	t.line("    ", t.say("fermé", "closed"), t.rules.WordPos(s.Pos, "closed"))
	t.steps("      ", s.Closed)
	for _, closure := range t.rules.Hours[s.Hours].ClosedOn {
		if c := t.rules.Closures[closure]; c != nil && c.Play != "" {
			t.line("      ", fmt.Sprintf(t.say("pendant %s : entend %s d'abord", "during %s: hears %s first"), number.CleanName(c.Name), number.CleanName(c.Play)), c.Pos)
		}
	}
}

// seen tells something that has ways of its own, and whether those have been told already.
func (t *ruleTree) seen(indent, text, node string, at config.Pos) bool {
	if t.told[node] {
		t.line(indent, text+t.say(" (voir plus haut)", " (see above)"), at)
		return true
	}
	t.told[node] = true
	t.line(indent, text, at)
	return false
}

// deepest is how far in the tree is set: beyond that it would leave the page.
const deepest = 36

func (t *ruleTree) steps(indent string, steps []config.Step) {
	if len(steps) == 0 {
		t.line(indent, t.say("raccroché", "hung up"), config.Pos{})
	}
	for _, s := range steps {
		name := number.CleanName(s.Name)
		switch s.Kind {
		case config.ToMenu:
			t.menu(indent, t.rules.Menus[s.Name], s.Pos)
		case config.ToQueue:
			t.queue(indent, t.rules.Queues[s.Name], s)
		case config.ToTransfer:
			t.line(indent, t.step(s, name), s.Pos)
			if len(s.Transfer.Otherwise) > 0 && len(indent) <= deepest {
				t.line(indent+"  ", t.say("pas pris", "not taken"), t.rules.WordPos(s.Pos, "otherwise"))
				t.steps(indent+"    ", s.Transfer.Otherwise)
			}
		case config.Branch, config.Collect, config.AskHook:
			t.inside(indent, s)
		default:
			t.line(indent, t.step(s, name), s.Pos)
		}
	}
}

// step tells a step that leads nowhere else.
func (t *routeWish) step(s config.Step, name string) string {
	switch s.Kind {
	case config.Play:
		return t.say("entend ", "hears ") + name
	case config.Language:
		return t.say("langue ", "language ") + name
	case config.OfferCallback:
		return t.say("rappel offert : ", "callback offered: ") + name + star
	case config.ToVoicemail:
		return t.say("messagerie ", "voicemail ") + name + star
	case config.ToTransfer:
		return t.say("transféré : ", "passed on: ") + prettyNumber(name)
	case config.ToSurvey:
		return t.say("questionnaire ", "survey ") + name
	}
	if s.Kind == config.Hangup {
		return t.say("raccroché", "hung up")
	}
	return t.flowStep(s)
}

func (t *ruleTree) menu(indent string, m *config.Menu, at config.Pos) {
	if t.seen(indent, "menu "+number.CleanName(m.Name), "menu."+m.Name, at) || len(indent) > deepest {
		return
	}
	for _, key := range keysOf(m) {
		t.line(indent+"  ", t.say("touche ", "key ")+string(rune(key)), t.rules.WordPos(m.Pos, "keys", string(rune(key))))
		t.steps(indent+"    ", m.Keys[key])
	}
	t.line(indent+"  ", fmt.Sprintf(t.say("rien ou une mauvaise touche, %d fois", "nothing or a wrong key, %d times"), m.Tries), t.rules.WordPos(m.Pos, "otherwise"))
	t.steps(indent+"    ", m.Otherwise)
}

// keysOf are the keys of a menu in the order of a telephone.
func keysOf(m *config.Menu) []byte {
	keys := make([]byte, 0, len(m.Keys))
	for key := range m.Keys {
		keys = append(keys, key)
	}
	order := "1234567890*#"
	slices.SortFunc(keys, func(a, b byte) int { return strings.IndexByte(order, a) - strings.IndexByte(order, b) })
	return keys
}

func (t *ruleTree) queue(indent string, q *config.Queue, s config.Step) {
	text := t.say("file ", "queue ") + number.CleanName(q.Name)
	if s.Skill != "" {
		text += t.say(", compétence ", ", skill ") + number.CleanName(s.Skill) + star
	}
	if t.seen(indent, text, "queue."+q.Name, s.Pos) || len(indent) > deepest {
		return
	}
	if len(q.OnNobody) > 0 {
		t.line(indent+"  ", t.say("personne n'est là", "nobody is there"), t.rules.WordPos(q.Pos, "on_nobody"))
		t.steps(indent+"    ", q.OnNobody)
	}
	if len(q.OnMaxWait) > 0 {
		t.line(indent+"  ", t.say("après ", "after ")+minutes(q.MaxWait), t.rules.WordPos(q.Pos, "on_max_wait"))
		t.steps(indent+"    ", q.OnMaxWait)
	}
}
