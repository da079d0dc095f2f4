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
		for _, lang := range []string{string(t), "fr", "en"} {
			if text := s.Says.Texts[lang]; text != "" {
				return fmt.Sprintf(t.say("entend « %s »", "hears “%s”"), clip(number.CleanText(text, config.TextLimit), heardMost))
			}
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
	return t.say("selon l'appel", "as the call is")
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
}

// follow tells steps inside another step.
func (t *ruleTree) follow(indent string, steps []config.Step) {
	if len(steps) > 0 {
		t.steps(indent, steps)
	}
}
