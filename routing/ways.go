package routing

import (
	"cmp"
	"slices"

	"hotline/config"
	"hotline/routing/queue"
)

// A Way is one of the ways that a call can take where the rules divide.
type Way struct {
	Name string  // its place in the rules: menu.sav.1; what Path.Ways has of it
	At   WayKind // what divides there
	Of   string  // the name of that service, menu or queue, or the number; see also ByIf and those below
	Key  byte    // of a menu; 0 = otherwise
	Pos  config.Pos
}

// A WayKind is what divides, and in which sense.
type WayKind string

// The kinds of ways.
const (
	ByOpen       WayKind = "open"
	ByClosed     WayKind = "closed"
	ByKey        WayKind = "key"
	ByOtherwise  WayKind = "otherwise"
	ByNobody     WayKind = "on_nobody"
	ByMaxWait    WayKind = "on_max_wait"
	ByOverBudget WayKind = "over_budget"
	ByIf         WayKind = "if"        // Of: the condition
	ByElse       WayKind = "else"      // of a branch
	ByTyped      WayKind = "typed"     // Of: the value that is collected
	ByNotTyped   WayKind = "not_typed" // likewise
	ByNotTaken   WayKind = "not_taken" // Of: whom a transfer goes to
	ByHookFailed WayKind = "on_error"  // Of: the webhook
)

// Ways lists all ways, in the order of the file.
func (r *Router) Ways() (ways []Way) {
	add := func(w Way, under config.Pos, word ...string) {
		w.Pos = r.rules.WordPos(under, word...)
		ways = append(ways, w)
	}
	for i := range r.rules.Lines {
		if line := &r.rules.Lines[i]; len(line.OverBudget) > 0 {
			add(Way{Name: overBudgetWay(line), At: ByOverBudget, Of: line.Number.Pretty()}, line.Pos, "over_budget")
		}
	}
	for _, s := range r.rules.Services {
		add(Way{Name: serviceWay(s, true, ""), At: ByOpen, Of: s.Name}, s.Pos, "open")
		if s.Hours != "" {
			add(Way{Name: serviceWay(s, false, ""), At: ByClosed, Of: s.Name}, s.Pos, "closed")
		}
	}
	for _, m := range r.rules.Menus {
		n := r.nodes["menu."+m.Name]
		for key := range m.Keys {
			add(Way{Name: n.way(key), At: ByKey, Of: m.Name, Key: key}, m.Pos, "keys", string(rune(key)))
		}
		add(Way{Name: n.way(0), At: ByOtherwise, Of: m.Name}, m.Pos, "otherwise")
	}
	for _, q := range r.rules.Queues {
		n := r.nodes["queue."+q.Name]
		if len(q.OnNobody) > 0 {
			add(Way{Name: n.stage(queue.StageNobody), At: ByNobody, Of: q.Name}, q.Pos, "on_nobody")
		}
		if len(q.OnMaxWait) > 0 {
			add(Way{Name: n.stage(queue.StageMaxWait), At: ByMaxWait, Of: q.Name}, q.Pos, "on_max_wait")
		}
	}
	ways = append(ways, r.forks...)
	slices.SortFunc(ways, func(a, b Way) int {
		return cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(a.Name, b.Name))
	})
	return ways
}
