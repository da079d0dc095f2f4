package routing

import (
	"maps"
	"slices"
	"strconv"

	"hotline/config"
)

// An arm is one way of a branch.
type arm struct {
	If   *config.Condition // nil: everybody
	Way  string
	Next string
	Pos  config.Pos
	Text string
}

// layInside lays out the steps inside a step. What follows the step comes after them.
func (r *Router) layInside(n *Node, s config.Step) {
	for i, a := range s.Arms {
		way := n.Name + ".if" + strconv.Itoa(i+1)
		at, of := ByIf, a.Text
		if a.If == nil {
			way, at, of = n.Name+".else", ByElse, ""
		}
		r.fork(Way{Name: way, At: at, Of: of, Pos: a.Pos})
		n.Arms = append(n.Arms, arm{a.If, way, r.lay(way, a.Then, n.Next), a.Pos, a.Text})
	}
	if n.Transfer != nil {
		if len(n.Transfer.Otherwise) > 0 {
			r.fork(Way{Name: n.way(0), At: ByNotTaken, Of: n.To, Pos: r.rules.WordPos(s.Pos, "otherwise")})
		}
		n.Other = r.lay(n.way(0), n.Transfer.Otherwise, n.Next)
	}
	if n.Asks != nil {
		r.fork(Way{Name: n.typed(), At: ByTyped, Of: n.Asks.Into, Pos: n.Asks.Pos})
		r.fork(Way{Name: n.way(0), At: ByNotTyped, Of: n.Asks.Into, Pos: r.rules.WordPos(n.Asks.Pos, "otherwise")})
		n.Other = r.lay(n.way(0), n.Asks.Otherwise, n.Next)
	}
	if n.Hook != nil {
		if len(n.Hook.OnError) > 0 {
			r.fork(Way{Name: n.unanswered(), At: ByHookFailed, Of: n.Hook.Hook, Pos: r.rules.WordPos(n.Hook.Pos, "on_error")})
		}
		n.Other = r.lay(n.unanswered(), n.Hook.OnError, n.Next)
	}
}

// fork notes a way inside a step. Steps that are laid out twice, as those of a service are for its closures, have the ways of
// the first time.
func (r *Router) fork(w Way) {
	for _, known := range r.forks {
		if known.At == w.At && known.Pos == w.Pos {
			r.inner[w.Name] = known.Name
			return
		}
	}
	name := plainWay(w.Name)
	r.inner[w.Name], w.Name = name, name
	r.forks = append(r.forks, w)
}

// called is a way as Ways has it.
func (r *Router) called(way string) string {
	if name, inside := r.inner[way]; inside {
		return name
	}
	return plainWay(way)
}

// typed is the way of who has typed what was asked for.
func (n *Node) typed() string { return n.Name + ".typed" }

// unanswered is the way of whoever gets no answer of a webhook.
func (n *Node) unanswered() string { return n.Name + ".on_error" }

// choose says which way of a branch a call takes; "" is none: it goes on behind the branch.
func (r *Router) choose(n *Node, is circumstances) (next, way string) {
	for _, a := range n.Arms {
		if a.If == nil || r.holds(a.If, is) {
			return a.Next, a.Way
		}
	}
	return n.Next, ""
}

// set puts the values of a step.
func (k *kept) set(n *Node) {
	for _, name := range slices.Sorted(maps.Keys(n.Values)) {
		k.put(name, n.Values[name])
	}
}
