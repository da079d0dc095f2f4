package main

import (
	"io"
	"slices"
	"strings"

	"hotline/config"
	"hotline/routing"
)

// A star marks what this version does not carry out yet. What happens instead is said below the path.
const star = "*"

// later returns the mark of a word, if no live call follows it yet, and notes what to say of it. The place in its list decides for a step;
// other words mean the same everywhere.
func (p *routePage) later(word string, step, shown config.Pos) string {
	instead, later := p.rules.Instead(word, step)
	if !later {
		return ""
	}
	i := slices.IndexFunc(p.stars, func(n config.Later) bool { return n.Instead == instead })
	if i < 0 {
		i = len(p.stars)
		p.stars = append(p.stars, config.Later{Instead: instead})
	}
	if n := &p.stars[i]; !slices.ContainsFunc(n.At, func(at config.Pos) bool { return at.File == shown.File && at.Line == shown.Line }) {
		n.At = append(n.At, shown)
	}
	return star
}

// laterStep is the mark of a step.
func (p *routePage) laterStep(kind config.StepKind, at config.Pos) string {
	return p.later(kind.String(), at, at)
}

// laterWord is that of any other word.
func (p *routePage) laterWord(word string, shown config.Pos) string {
	return p.later(word, config.Pos{}, shown)
}

// footnote says what happens in place of what is marked.
func (p *routePage) footnote(w io.Writer) {
	if len(p.stars) == 0 {
		return
	}
	var told []string
	for _, n := range p.stars {
		told = append(told, p.in(n.Instead)+" ("+p.in(config.Lines(n.At))+")")
	}
	marked(w, star+" ", p.say("pas encore fait par cette version ; à la place : ", "not yet done by this version; instead: ")+strings.Join(told, p.say(" ; ", "; "))+".")
}

// routeLaterJSON is a word behind an event that live calls do not follow yet.
type routeLaterJSON struct {
	Word    string `json:"word"`
	Instead string `json:"instead"`
}

// notYet are the words behind an event that live calls do not follow yet.
func (r *routeWish) notYet(rules *config.Rules, e routing.Event) (out []routeLaterJSON) {
	add := func(word string, at config.Pos) {
		if instead, later := rules.Instead(word, at); later {
			out = append(out, routeLaterJSON{word, r.in(instead)})
		}
	}
	switch e.Kind {
	case routing.Offers:
		add(config.OfferCallback.String(), e.Pos)
	case routing.Records:
		add(config.ToVoicemail.String(), e.Pos)
	case routing.Queues:
		for _, w := range queueWords(rules, e) {
			add(w, config.Pos{})
		}
	}
	return out
}

// queueWords are the words that say whom the callers of a queue come to, besides its agents.
func queueWords(rules *config.Rules, e routing.Event) (words []string) {
	add := func(word string, written bool) {
		if written && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	add("skill", e.Skill != "")
	for _, level := range e.Levels {
		add(level.Why, level.Why != "")
		for _, a := range level.Agents {
			agent := rules.Agents[a.Agent]
			add("phone", agent != nil && !agent.InHouse())
		}
	}
	add("offer_callback_over", e.Queue.OfferCallbackOver > 0)
	return words
}
