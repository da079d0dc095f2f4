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
	return []string{"regain", "announce", "priority", "record", "capacity", "pause_after"}
}

func (l *loader) readQueue(key, value *yaml.Node) *Queue {
	q := newQueue(key.Value, l.pos(key))
	l.fields(key, value, words("la file %s", "queue %s", key.Value), laterQueueWords(), l.queueFields(q)...)
	if value.Kind == yaml.MappingNode {
		l.checkQueue(q, key, value)
		l.weighQueue(q, value)
		l.checkStages(q, key)
	}
	return q
}

// newQueue is a queue of which the file says nothing.
func newQueue(name string, pos Pos) *Queue {
	return &Queue{Name: name, AnswerWithin: time.Minute, Ring: 20 * time.Second, WrapUp: 10 * time.Second, Strategy: "longest_idle", Pos: pos}
}

// queueFields are the words of a queue.
func (l *loader) queueFields(q *Queue) []field {
	where := words("la file %s", "queue %s", q.Name)
	return []field{
		needed(ownField("agents", listOf(nameOf("agent")), func(k, v *yaml.Node) {
			if v.Kind != yaml.SequenceNode || len(v.Content) > 0 { // else said better by checkQueue
				l.refsField("agents", "agent", where, &q.Agents).read(k, v)
			}
		})),
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
		l.notYetField(l.timeField("experts_first", &q.ExpertsFirst, time.Second, time.Hour)),
		l.notYetField(l.timeField("skilled_only", &q.SkilledOnly, time.Second, time.Hour)),
		l.notYetField(ownField("helpers", mappingOf(func() []field { return l.helperFields(&q.Helpers) }), func(k, v *yaml.Node) {
			l.fields(k, v, words("helpers de la file %s", "helpers of queue %s", q.Name), nil, l.helperFields(&q.Helpers)...)
		})),
		ownField("same_agent", mappingOf(func() []field { return l.sameAgentFields(&q.SameAgent) }), func(k, v *yaml.Node) {
			l.fields(k, v, words("same_agent de la file %s", "same_agent of queue %s", q.Name), nil, l.sameAgentFields(&q.SameAgent)...)
		}),
		l.notYetField(l.timeField("offer_callback_over", &q.OfferCallbackOver, 10*time.Second, 2*time.Hour)),
		l.refField("survey", "survey", &q.Survey),
	}
}

func (l *loader) helperFields(h *Helpers) []field {
	return []field{
		required(l.refsField("agents", "agent", words("helpers", "helpers"), &h.Agents)),
		required(l.timeField("after", &h.After, time.Second, time.Hour)),
	}
}

func (l *loader) sameAgentFields(s *SameAgent) []field {
	return []field{
		required(l.longField("within", &s.Within, time.Hour, aYear)),
		required(l.timeField("wait", &s.Wait, time.Second, 10*time.Minute)),
	}
}

// weighQueue makes sure that what is said of whom callers are offered to goes together.
func (l *loader) weighQueue(q *Queue, value *yaml.Node) {
	if q.ExpertsFirst > q.SkilledOnly && q.SkilledOnly > 0 {
		l.fail(keyOf(value, "experts_first"), "E311", words("experts_first dure plus que skilled_only, dans la file %s", "experts_first lasts longer than skilled_only, in queue %s", q.Name),
			words("Les deux comptent depuis l'arrivée : d'abord les experts, puis tous ceux qui savent, puis toute la file.",
				"Both count from the arrival: first the experts, then all who have the skill, then the whole queue."),
			words("écrivez par exemple experts_first: 45s et skilled_only: 90s.", "write for example experts_first: 45s and skilled_only: 90s."))
	}
	helpers := section(value, "helpers")
	for _, name := range q.Helpers.Agents {
		if slices.Contains(q.Agents, name) {
			l.warn(helpers, "W123", words("%s répond déjà à la file %s", "%s answers queue %s already", name, q.Name),
				words("Les helpers ne font que s'y ajouter.", "Helpers only come in addition."),
				words("enlevez %s de helpers, ou de agents.", "remove %s from helpers, or from agents.", name))
		}
	}
}

// checkStages looks for callers who would wait without end: nothing happens when nobody is there, or what happens leads
// back to the same wait.
func (l *loader) checkStages(q *Queue, key *yaml.Node) {
	circles := false
	for _, stage := range []struct {
		name  string
		steps []Step
	}{{"on_max_wait", q.OnMaxWait}, {"on_nobody", q.OnNobody}} {
		if len(stage.steps) == 1 && stage.steps[0].Kind == ToQueue && stage.steps[0].Name == q.Name {
			circles = true
			l.failAt(stage.steps[0].Pos, "queue", "E406", words("%s de la file %s ramène à la même file", "%s of queue %s leads back to the same queue", stage.name, q.Name),
				words("Le client attendrait comme avant.", "The caller would wait as before."),
				words("écrivez ce qu'il entend, ou une autre file.", "write what the caller hears, or another queue."))
		}
	}
	if circles || !q.keeps(q.OnNobody) || q.MaxWait > 0 && !q.keeps(q.OnMaxWait) {
		return
	}
	fix := words("ajoutez on_nobody, ou max_wait et on_max_wait.", "add on_nobody, or max_wait and on_max_wait.")
	if len(q.OnNobody)+len(q.OnMaxWait) > 0 {
		fix = words("finissez on_nobody ou on_max_wait par exemple par [{play: nom}, hangup].", "end on_nobody or on_max_wait for example with [{play: name}, hangup].")
	}
	l.advice = append(l.advice, func() {
		l.warn(key, "W509", words("dans la file %s, on peut attendre sans fin", "in queue %s callers can wait without end", q.Name),
			words("Quand personne n'est là, la musique ne s'arrête jamais.", "While nobody is there, the music never stops."), fix)
	})
}

// keeps reports whether callers are still in the queue behind the steps: each stage happens once, and who comes back, or is
// sent nowhere, waits on.
func (q *Queue) keeps(steps []Step) bool {
	return !slices.ContainsFunc(steps, func(s Step) bool {
		leaves := s.Kind == ToTransfer && len(s.Transfer.Otherwise) > 0 && !q.keeps(s.Transfer.Otherwise)
		return leaves || s.Kind.Later() || s.Kind == ToVoicemail || s.Kind.Final() && (s.Kind != ToQueue || s.Name != q.Name)
	})
}

// checkQueue reports what only the whole queue tells.
func (l *loader) checkQueue(q *Queue, key, value *yaml.Node) {
	agents := keyOf(value, "agents")
	switch {
	case agents == nil && !l.has(value, "agents") || agents != nil && l.emptyList(value, "agents"):
		at := key
		if agents != nil {
			at = agents
		}
		l.fail(at, "E403", words("personne ne répond à la file %s", "nobody answers queue %s", q.Name),
			words("Les clients y attendraient pour rien.", "Callers would wait there for nothing."),
			words("ajoutez agents: [nom, nom].", "add agents: [name, name]."))
	case len(q.Agents) == 1:
		l.warn(agents, "W508", words("une seule personne répond à la file %s", "only one person answers queue %s", q.Name),
			words("Quand %s parle ou n'est pas là, ces appels attendent.", "While %s is on the phone or away, these calls wait.", q.Agents[0]), Words{})
	}
	if q.MaxWait > 0 && len(q.OnMaxWait) == 0 && !l.has(value, "on_max_wait") {
		l.fail(key, "E105", words("la file %s a max_wait sans on_max_wait", "queue %s has max_wait without on_max_wait", q.Name),
			words("Rien ne dit ce qui arrive après %s d'attente.", "Nothing says what happens after %s of waiting.", Spell(q.MaxWait)),
			words("ajoutez on_max_wait, ou enlevez max_wait.", "add on_max_wait, or remove max_wait."))
	}
}

// checkInHouse refuses queues that nobody can answer in this version: it rings phones of the office only.
func (l *loader) checkInHouse() {
	for _, name := range keys(l.rules.Queues) {
		q := l.rules.Queues[name]
		inHouse := func(id string) bool { a := l.rules.Agents[id]; return a == nil || a.InHouse() || a.Outside == "" }
		if len(q.Agents) == 0 || slices.ContainsFunc(q.Agents, inHouse) {
			continue
		}
		l.failAt(q.Pos, q.Name, "E210", words("dans la file %s, tous les téléphones sont hors du bureau", "in queue %s all phones are outside the office", q.Name),
			words("Cette version ne fait sonner que les postes du bureau : personne ne pourrait prendre ces appels.",
				"This version rings phones of the office only: nobody could take these calls."),
			words("ajoutez à agents une personne qui a un poste.", "add somebody who has an extension to agents."))
	}
}

// emptyList reports whether the word stands before "[]".
func (l *loader) emptyList(n *yaml.Node, name string) bool {
	value := section(n, name)
	return value != nil && value.Kind == yaml.SequenceNode && len(value.Content) == 0
}
