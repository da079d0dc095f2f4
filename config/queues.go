package config

import (
	"slices"
	"time"

	"gopkg.in/yaml.v3"
)

// Queue is where callers wait for one of a group of agents.
type Queue struct {
	Name         string
	Agents       []string
	AnswerWithin time.Duration // the target: whoever is closest to missing it goes first
	MaxWait      time.Duration // after which OnMaxWait happens; 0 = no limit
	Ring         time.Duration // how long an agent's phone rings before the next one is tried
	WrapUp       time.Duration // the pause of an agent after a conversation
	Strategy     string        // "longest_idle", "ring_all" or "progressive"
	Music        string        // class of music on the switch; "" = the switch's own choice
	OnMaxWait    []Step
	OnNobody     []Step

	ExpertsFirst      time.Duration // how long only agents of level 3 or more are asked, when the caller needs a skill
	SkilledOnly       time.Duration // how long only agents who have the skill at all are asked
	Helpers           Helpers
	SameAgent         SameAgent
	OfferCallbackOver time.Duration // expected wait beyond which a callback is offered; 0 = never
	Survey            string        // "" = none

	Pos Pos
}

// Helpers are agents who are asked, too, when a caller has waited for a while.
type Helpers struct {
	Agents []string
	After  time.Duration
}

// SameAgent prefers whom the caller spoke to last.
type SameAgent struct {
	Within time.Duration // since that call; 0 = nobody is preferred
	Wait   time.Duration // how long the caller waits for that agent alone
}

func (l *loader) readQueues(key, value *yaml.Node) {
	l.rules.Queues = make(map[string]*Queue)
	l.named(value, words("queues", "queues"), func(key, value *yaml.Node) {
		l.rules.Queues[key.Value] = l.readQueue(key, value)
	})
}

// laterQueueWords are what coming versions will know of a queue.
func laterQueueWords() []string {
	return []string{"experts_first", "skilled_only", "offer_callback_over", "survey", "helpers", "same_agent", "regain",
		"announce", "priority", "record", "capacity", "pause_after"}
}

func (l *loader) readQueue(key, value *yaml.Node) *Queue {
	q := newQueue(key.Value, l.pos(key))
	var agents *yaml.Node
	l.fields(key, value, words("la file %s", "queue %s", key.Value), laterQueueWords(), l.queueFields(q, &agents)...)
	l.checkQueue(q, key, value, agents)
	l.checkStages(q, key)
	return q
}

// newQueue is a queue of which the file says nothing.
func newQueue(name string, pos Pos) *Queue {
	return &Queue{Name: name, AnswerWithin: time.Minute, Ring: 20 * time.Second, WrapUp: 10 * time.Second, Strategy: "longest_idle", Pos: pos}
}

// queueFields are the words of a queue. agents becomes the word of its agents.
func (l *loader) queueFields(q *Queue, agents **yaml.Node) []field {
	return []field{
		needed(ownField("agents", listOf(nameOf("agent")), func(k, v *yaml.Node) { *agents = k; l.readQueueAgents(q, k, v) })),
		l.timeField("answer_within", &q.AnswerWithin, time.Second, time.Hour),
		l.timeField("max_wait", &q.MaxWait, 5*time.Second, 24*time.Hour),
		l.timeField("ring", &q.Ring, 5*time.Second, 2*time.Minute),
		l.timeField("wrap_up", &q.WrapUp, 0, time.Hour),
		l.choiceField("strategy", &q.Strategy, "longest_idle", "ring_all", "progressive"),
		ownField("music", simple(aNewName), func(_, v *yaml.Node) {
			if l.isName(v) {
				q.Music, _ = l.text("music", v)
			}
		}),
		l.stepsField("on_max_wait", &q.OnMaxWait),
		l.stepsField("on_nobody", &q.OnNobody),
	}
}

// checkStages looks for callers who would wait without end: nothing happens when nobody is there, or what happens leads
// back to the same wait.
func (l *loader) checkStages(q *Queue, key *yaml.Node) {
	for name, steps := range map[string][]Step{"on_nobody": q.OnNobody, "on_max_wait": q.OnMaxWait} {
		if len(steps) == 1 && steps[0].Kind == ToQueue && steps[0].Name == q.Name {
			l.fail(key, "E406", words("%s de la file %s ramène à la même file", "%s of queue %s leads back to the same queue", name, q.Name),
				words("Le client attendrait comme avant.", "The caller would wait as before."),
				words("écrivez ce qu'il entend, ou une autre file.", "write what the caller hears, or another queue."))
		}
	}
	if len(q.OnNobody) == 0 && q.MaxWait == 0 {
		l.advice = append(l.advice, func() {
			l.warn(key, "W509", words("dans la file %s, on peut attendre sans fin", "in queue %s callers can wait without end", q.Name),
				words("Quand personne n'est là, la musique ne s'arrête jamais.", "While nobody is there, the music never stops."),
				words("ajoutez on_nobody, ou max_wait et on_max_wait.", "add on_nobody, or max_wait and on_max_wait."))
		})
	}
}

func (l *loader) readQueueAgents(q *Queue, key, value *yaml.Node) {
	if value.Kind == yaml.SequenceNode && len(value.Content) == 0 {
		return // said better by checkQueue
	}
	l.list(key, value, func(item *yaml.Node) {
		name, ok := l.refer("agent", item)
		switch {
		case !ok:
		case slices.Contains(q.Agents, name):
			l.twice(item, l.pos(key), words("la file %s", "queue %s", q.Name))
		default:
			q.Agents = append(q.Agents, name)
		}
	})
}

// checkQueue reports what only the whole queue tells.
func (l *loader) checkQueue(q *Queue, key, value, agents *yaml.Node) {
	none := agents == nil && !l.has(value, "agents") || agents != nil && l.emptyList(value, "agents")
	switch {
	case value.Kind != yaml.MappingNode:
	case none:
		at := key
		if agents != nil {
			at = agents
		}
		l.fail(at, "E403", words("personne ne répond à la file %s", "nobody answers queue %s", q.Name),
			words("Les clients y attendraient pour rien.", "Callers would wait there for nothing."),
			words("ajoutez agents: [nom, nom].", "add agents: [name, name]."))
	case len(q.Agents) == 1:
		l.warn(agents, "W508", words("une seule personne répond à la file %s", "only one person answers queue %s", q.Name),
			words("Quand %s est en ligne ou absent, ces appels attendent.", "While %s is on the phone or away, these calls wait.", q.Agents[0]), Words{})
	}
	if q.MaxWait > 0 && len(q.OnMaxWait) == 0 && !l.has(value, "on_max_wait") {
		l.fail(key, "E105", words("la file %s a max_wait sans on_max_wait", "queue %s has max_wait without on_max_wait", q.Name),
			words("Rien ne dit ce qui arrive après %s d'attente.", "Nothing says what happens after %s of waiting.", spell(q.MaxWait)),
			words("ajoutez on_max_wait, ou enlevez max_wait.", "add on_max_wait, or remove max_wait."))
	}
}

// emptyList reports whether the word stands before "[]".
func (l *loader) emptyList(n *yaml.Node, name string) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1].Kind == yaml.SequenceNode && len(n.Content[i+1].Content) == 0
		}
	}
	return false
}
