package routing

import "time"

// branch: the call takes the first way whose condition holds, or goes on behind the branch.
func (v *visit) branch(n *Node) (next string) {
	next, way := v.Router.choose(n, v.kept.circumstances(v.contact, time.Now()))
	if way != "" {
		v.kept.pass(way)
	}
	v.log.Info("the call branches", "node", n.Name, "way", way, "to", next)
	return next
}
