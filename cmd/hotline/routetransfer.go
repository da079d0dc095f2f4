package main

import (
	"cmp"

	"hotline/config"
	"hotline/number"
	"hotline/routing"
)

// transfer tells to whom the call is passed on, how that rings, and what comes of it.
func (p *routePage) transfer(e routing.Event) {
	step, to := e.Transfer, prettyNumber(number.CleanName(e.Name))
	phone, outside := p.rules.Goal(step)
	switch {
	case step.Agent != "":
		to += " (" + cmp.Or(phone, outside.Pretty()) + ")"
	case phone != "":
		to = p.say("le poste ", "extension ") + to
	}
	how := p.say(", sonne ", ", rings ") + config.Spell(e.Length)
	if outside != "" && step.Trunk != "" {
		how += p.say(" par ", " over ") + number.CleanName(step.Trunk)
	}
	p.row(p.clock(e.After), p.say("transféré : ", "passed on: ")+to+how, e.Pos)
	switch {
	case e.Again:
		p.more(p.say("personne ne prend l'appel", "nobody takes the call"), p.rules.WordPos(e.Pos, "otherwise"))
	case routing.Confirms(p.rules, step):
		p.more(p.say("qui décroche tape 1 pour prendre l'appel", "who answers presses 1 to take the call"), p.rules.WordPos(e.Pos, "confirm"))
	}
}
