package main

import (
	"fmt"
	"strings"

	"hotline/config"
	"hotline/number"
	"hotline/routing"
	"hotline/store"
)

// path tells the way of a call, which is recorded as names of nodes: "menu sav, key 9, menu sav, queue sav, then talked with
// paul".
func (t tongue) path(c store.Charged) string {
	var words []string
	for _, node := range c.Nodes {
		if w := t.station(node, number.CleanName(c.Agent)); len(words) == 0 || words[len(words)-1] != w {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return ""
	}
	last := words[len(words)-1]
	if before := strings.Join(words[:len(words)-1], ", "); before != "" {
		last = before + t.say(", puis ", ", then ") + last
	}
	if strings.HasPrefix(c.Nodes[len(c.Nodes)-1], "queue.") && c.Talked == 0 {
		last += t.say(" ; personne ne lui a parlé", "; talked with nobody")
	}
	return last
}

// station tells one node; Router says how they are named.
func (t tongue) station(node, agent string) string {
	place, _, _ := strings.Cut(node, "+") // the steps that follow one another at one place
	kind, rest, _ := strings.Cut(place, ".")
	name, detail, _ := strings.Cut(rest, ".")
	name, detail = number.CleanName(name), number.CleanName(detail)
	switch {
	case node == routing.TalkNode:
		return t.say("a parlé avec ", "talked with ") + agent
	case node == routing.TransferredNode:
		return t.say("transféré", "passed on")
	case node == routing.SurveyedNode:
		return t.say("questionnaire", "survey")
	case node == routing.AnnouncementNode:
		return t.say("prix annoncé", "price told")
	case kind == "number":
		return t.say("budget du jour dépensé", "budget of the day spent")
	case kind == "service" && strings.HasPrefix(detail, "closed"):
		_, why, ok := strings.Cut(detail, ":")
		switch by, play, plays := strings.Cut(why, ":"); {
		case by == config.BecauseByHand && plays:
			return fmt.Sprintf(t.say("service %s, fermé à la main (%s)", "service %s, closed by hand (%s)"), name, play)
		case by == config.BecauseByHand:
			return fmt.Sprintf(t.say("service %s, fermé à la main", "service %s, closed by hand"), name)
		case ok:
			return fmt.Sprintf(t.say("service %s, fermé (%s)", "service %s, closed (%s)"), name, why)
		}
		return fmt.Sprintf(t.say("service %s, fermé", "service %s, closed"), name)
	case kind == "service":
		return "service " + name
	case kind == "menu" && detail == "otherwise":
		return t.say("pas de touche valable", "no valid key")
	case kind == "menu" && detail != "":
		return t.say("touche ", "key ") + detail
	case kind == "menu":
		return "menu " + name
	case kind == "queue" && detail == "on_max_wait":
		return t.say("attente trop longue", "waited too long")
	case kind == "queue" && detail == "on_nobody":
		return t.say("personne de connecté", "nobody there")
	case kind == "queue":
		if queue, skill, ok := strings.Cut(name, ":"); ok {
			return fmt.Sprintf(t.say("file %s, compétence %s", "queue %s, skill %s"), queue, skill)
		}
		return fmt.Sprintf(t.say("file %s", "queue %s"), name)
	}
	return number.CleanName(node)
}
