package routing

import (
	"slices"
	"strings"
	"time"

	"hotline/config"
	"hotline/routing/queue"
)

// The decisions on a call's way. The visit of a real call and the walk of a tried one ask the same functions.

// A way is what leads from a station into a list of steps, named by its place in the rules: menu.sav.1. Whoever takes it is
// noted to have passed there, even when the list begins with a node of another name.

func serviceWay(s *config.Service, open bool, closure string) string {
	switch {
	case open:
		return "service." + s.Name
	case closure != "":
		return "service." + s.Name + ".closed:" + closure
	}
	return "service." + s.Name + ".closed"
}

// door is the way by which a call to a service begins, and its first node.
func (r *Router) door(service string, o config.Opening) (way, first string) {
	d := r.doors[service]
	switch {
	case o.Open:
		return serviceWay(d.service, true, ""), d.open
	case o.Because() == config.BecauseByHand:
		way := r.byHandWay(d.service, o.Closure.Play)
		return way, way
	case o.Closure != nil && d.closures[o.Closure.Name] != "":
		return serviceWay(d.service, false, o.Closure.Name), d.closures[o.Closure.Name]
	}
	return serviceWay(d.service, false, ""), d.closed
}

// plainWay is a way without what sets apart several that stand at one place in the rules: a skill, a closure.
func plainWay(way string) string {
	before, rest, apart := strings.Cut(way, ":")
	if !apart {
		return way
	}
	_, after, more := strings.Cut(rest, ".")
	if !more {
		return before
	}
	return before + "." + after
}

// way is that of a key of a menu; that of no key, 0, is the one of otherwise.
func (n *Node) way(key byte) string {
	if key == 0 {
		return n.Name + ".otherwise"
	}
	return n.Name + "." + string(rune(key))
}

// stage is the way of an overflow stage of a queue.
func (n *Node) stage(s queue.Stages) string { return n.Name + "." + s.String() }

// overBudgetWay is that of a number whose budget of the day is spent.
func overBudgetWay(l *config.Line) string { return "number." + l.Number.National() + ".over_budget" }

// promised is what a call to the line begins with; nil is a number that is not ours.
func (r *Router) promised(line *config.Line, at time.Time) (k kept) {
	if len(r.rules.Languages) > 0 {
		k.Lang = r.rules.Languages[0]
	}
	if line == nil {
		return k
	}
	if line.Language != "" {
		k.Lang = line.Language
	}
	k.Price, k.Longest = line.Price.SurchargeAt(at), line.MaxLength
	if service, ok := r.rules.Services[line.Service]; ok {
		k.OnAgent, k.Early = service.AnswerOnAgent, service.EarlyLimit
	}
	return k
}

// start is where a call begins: with its price, if it is for us to tell it. "" is nowhere: the rules do not have the service.
func (r *Router) start(c Contact, k *kept, now time.Time) string {
	if _, ok := r.announces(c, now); ok {
		return AnnouncementNode
	}
	return r.first(c, k)
}

// first is the name of the first node of the service; "" when the rules do not have it.
func (r *Router) first(c Contact, k *kept) string {
	if n, ok := r.Enter(c.Service, c.Opened, k.Closed); ok {
		return n.Name
	}
	return ""
}

// pressed says where a menu leads after a key, 0 for none, when it has been heard so many times; or that it is heard again.
func (n *Node) pressed(key byte, heard int) (next, way string, again bool) {
	if next, ok := n.Keys[key]; ok {
		return next, n.way(key), false
	}
	if heard < n.Menu.Tries {
		return "", "", true
	}
	return n.Other, n.way(0), false
}

// pass notes that the call has come to a place in the rules.
func (k *kept) pass(place string) {
	if len(k.Nodes) == 0 || k.Nodes[len(k.Nodes)-1] != place {
		k.Nodes = append(k.Nodes, place)
	}
}

// join takes a place in the line of a queue: a new one, or the one of before.
func (k *kept) join(r *Router, n *Node, now time.Time) {
	if k.Arrival.IsZero() {
		k.Arrival = now
	}
	if k.Queue != "" && k.Queue != n.Queue.Name { // from another queue: the tighter promise holds
		if old, ok := r.rules.Queues[k.Queue]; ok && (k.Target == 0 || old.AnswerWithin < k.Target) {
			k.Target = old.AnswerWithin
		}
	}
	k.Queue, k.Skill = n.Queue.Name, n.Skill
}

func (k *kept) ticket(c Contact, q *config.Queue) queue.Ticket {
	t := queue.Ticket{
		ID: c.ID, Queue: k.Queue, Switch: c.Switch, Kind: queue.Call,
		Arrival: k.Arrival, Target: k.Target, Ran: k.Ran[k.Queue],
	}
	if s := q.SameAgent; s.Within > 0 && k.Known.Agent != "" && c.Opened.Sub(k.Known.Talked) <= s.Within {
		t.Preferred, t.Until = k.Known.Agent, k.Arrival.Add(s.Wait)
	}
	return t
}

// patience is when the carrier of a caller who has not been answered would cut the call.
func (k *kept) patience(c Contact, answered bool) (until time.Time, limited bool) {
	return c.Opened.Add(k.Early), !answered && k.Early > 0
}

// tooLate is where a caller goes whose call is about to be cut: "" to its end.
func (k *kept) tooLate(n *Node) (next, way string) {
	k.flag("early_limit")
	if n.MaxWait != "" && k.Ran[n.Queue.Name]&queue.StageMaxWait == 0 {
		return k.overflow(n, queue.StageMaxWait)
	}
	return "", ""
}

// overflow sends the caller where the rules say for too long a wait or an empty house. A stage happens once per call and
// queue: whoever comes back from there keeps the place, and is not sent there again.
func (k *kept) overflow(n *Node, s queue.Stages) (next, way string) {
	if k.Ran == nil {
		k.Ran = map[string]queue.Stages{}
	}
	k.Ran[n.Queue.Name] |= s
	if s == queue.StageNobody {
		return n.Nobody, n.stage(s)
	}
	return n.MaxWait, n.stage(s)
}

// overBudget is where a caller goes who would have to wait, when the day's budget of a free number is spent: "" to wait all
// the same.
func (r *Router) overBudget(k *kept, line *config.Line, state BudgetState) (next, way string) {
	if state != BudgetSpent || len(line.OverBudget) == 0 || k.has("over_budget") {
		return "", ""
	}
	k.flag("over_budget")
	return r.spent[line.Number], overBudgetWay(line)
}

func (k *kept) flag(f string) {
	if !k.has(f) {
		k.Flags = append(k.Flags, f)
	}
}

func (k *kept) has(f string) bool { return slices.Contains(k.Flags, f) }
