package routing

import (
	"sync/atomic"
	"time"

	"hotline/config"
	"hotline/number"
	"hotline/routing/queue"
)

// A Version is the rules as calls take them: laid out, and with the sounds that are heard.
type Version struct {
	Number int
	Rules  *config.Rules
	Router *Router
	Sounds Sounds
}

// NewVersion lays out rules, which have been checked.
func NewVersion(number int, rules *config.Rules, sounds Sounds) *Version {
	sounds.Rules = rules
	return &Version{Number: number, Rules: rules, Router: NewRouter(rules), Sounds: sounds}
}

// Ours says which numbers are the company's own.
func (v *Version) Ours(n number.Number) bool { return v.Router.ours(n) }

// InForce holds the version of the rules with which calls begin, for all switches. A call stays with the version that it
// began with, also over a restart, as far as that is known; but what it costs, who may be rung, and who waits how long is
// for the version in force to say.
type InForce struct {
	floor *Floor
	now   atomic.Pointer[Version]
	began map[string]*Version // by hash: those of calls that an earlier run left
}

// NewInForce returns what holds that version. older are those with which calls began that an earlier run may have left.
func NewInForce(floor *Floor, v *Version, older ...*Version) *InForce {
	f := &InForce{floor: floor, began: map[string]*Version{}}
	for _, o := range append(older, v) {
		f.began[o.Rules.Hash] = o
		floor.configure(o.Rules, v.Rules, func() { f.now.Store(o) }) // so that queues are known which are gone
	}
	return f
}

// Now is the version in force.
func (f *InForce) Now() *Version { return f.now.Load() }

// Put puts another version in force, in one step: who waits is weighed by it, and every call that begins from now on
// begins with it.
func (f *InForce) Put(v *Version) {
	f.floor.configure(v.Rules, v.Rules, func() { f.now.Store(v) })
}

// of is the version with which a call of an earlier run began. known is false when nobody knows it any more: then it is
// the one in force.
func (f *InForce) of(c Contact) (v *Version, known bool) {
	if v, ok := f.began[c.RulesVersion]; ok {
		return v, true
	}
	return f.Now(), false
}

// configure makes the board follow the rules, those of the queues and those of the agents, and does more in the same step.
// So whoever finds a version in force finds a board that knows its queues, and the gate knows every phone that is offered.
func (f *Floor) configure(queues, agents *config.Rules, and func()) {
	queueSpecs, _ := specs(queues)
	_, agentSpecs := specs(agents)
	f.do(func(b *queue.Board, now time.Time) []queue.Decision {
		f.rules = agents
		and()
		return b.Configure(now, queueSpecs, agentSpecs)
	})
}
