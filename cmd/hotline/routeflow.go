package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"hotline/config"
	"hotline/number"
)

// flowStep tells a step that says, keeps, divides or asks something.
func (t tongue) flowStep(s config.Step) string {
	switch s.Kind {
	case config.Say:
		if text := t.shown(s.Says); text != "" {
			return fmt.Sprintf(t.say("entend « %s »", "hears “%s”"), clip(number.CleanText(text, config.TextLimit), heardMost))
		}
	case config.Set:
		var values []string
		for _, name := range slices.Sorted(maps.Keys(s.Values)) {
			values = append(values, number.CleanName(name)+" = "+number.CleanName(s.Values[name]))
		}
		return t.say("retient ", "keeps ") + strings.Join(values, ", ")
	case config.Collect:
		return fmt.Sprintf(t.say("tape %s (%s chiffres)", "types %s (%s digits)"), number.CleanName(s.Name), s.Asks.DigitsText())
	}
	switch s.Kind {
	case config.AskHook:
		return fmt.Sprintf(t.say("demande au webhook %s (%s au plus)", "asks webhook %s (%s at most)"), number.CleanName(s.Name), config.Spell(s.Hook.Wait))
	case config.SendText:
		return fmt.Sprintf(t.say("reçoit un SMS « %s »", "gets a text “%s”"), clip(number.CleanText(t.shown(s.Says), config.TextLimit), heardMost))
	}
	return t.say("selon l'appel", "as the call is")
}

// shown is a text in the reader's language, or in one that it has.
func (t tongue) shown(p *config.Prompt) string {
	for _, lang := range []string{string(t), "fr", "en"} {
		if text := p.Texts[lang]; text != "" {
			return text
		}
	}
	return ""
}

// condition tells when a way of a branch is taken.
func (t tongue) condition(a config.Arm) string {
	if a.If == nil {
		return t.say("sinon", "else")
	}
	return t.say("si ", "if ") + number.CleanText(a.Text, config.TextLimit)
}

// inside tells the ways of a step that has several.
func (t *ruleTree) inside(indent string, s config.Step) {
	t.line(indent, t.flowStep(s), s.Pos)
	for _, a := range s.Arms {
		t.line(indent+"  ", t.condition(a), a.Pos)
		t.follow(indent+"    ", a.Then)
	}
	if s.Kind == config.Collect {
		t.line(indent+"  ", fmt.Sprintf(t.say("rien ou pas assez, %d fois", "nothing or not enough, %d times"), s.Asks.Tries), t.rules.WordPos(s.Asks.Pos, "otherwise"))
		t.follow(indent+"    ", s.Asks.Otherwise)
	}
	if s.Hook != nil && len(s.Hook.OnError) > 0 {
		t.line(indent+"  ", t.say("pas de réponse", "no answer"), t.rules.WordPos(s.Hook.Pos, "on_error"))
		t.follow(indent+"    ", s.Hook.OnError)
	}
}

// follow tells steps inside another step.
func (t *ruleTree) follow(indent string, steps []config.Step) {
	if len(steps) > 0 {
		t.steps(indent, steps)
	}
}
