package check

import (
	"slices"
	"strings"
	"time"

	"hotline/config"
)

const (
	// longWrapUp is more than any note takes.
	longWrapUp = 10 * time.Minute
	// ringAllMost is how many phones ring for one caller.
	ringAllMost = 8
	// longAlone is longer than callers should wait for nobody.
	longAlone = time.Minute
)

// queues looks at each queue with the people who serve it.
func (c *checker) queues() {
	for _, name := range names(c.rules.Queues) {
		q := c.rules.Queues[name]
		c.patience(q)
		c.nobody(q)
		if q.WrapUp > longWrapUp {
			c.warn(c.rules.Key(q.Pos, "wrap_up"), "W528", words("%s de pause après chaque appel, dans la file %s", "%s of pause after each call, in queue %s", config.Spell(q.WrapUp), name),
				words("Pendant ce temps, personne d'autre n'est servi.", "Nobody else is served meanwhile."),
				words("écrivez par exemple wrap_up: 30s.", "write for example wrap_up: 30s."))
		}
		if q.Strategy == "ring_all" && len(q.Agents) > ringAllMost {
			c.warn(c.rules.Key(q.Pos, "strategy"), "W534", words("ring_all avec %d personnes, dans la file %s", "ring_all with %d people, in queue %s", len(q.Agents), name),
				words("Au plus %d téléphones sonnent pour un appel ; les autres attendent leur tour.", "At most %d phones ring for a call; the others wait for their turn.", ringAllMost),
				words("écrivez longest_idle, ou faites deux files.", "write longest_idle, or make two queues."))
		}
		if q.OfferCallbackOver > 0 && len(c.rules.Callbacks) == 0 {
			c.fail(c.rules.Key(q.Pos, "offer_callback_over"), "E541", words("la file %s offre un rappel qui n'existe pas", "queue %s offers a callback that does not exist", name),
				words("Le fichier n'a pas de section callbacks.", "The file has no section callbacks."),
				words("ajoutez callbacks: {rappel: {spend_per_day: 20 EUR}}.", "add callbacks: {callback: {spend_per_day: 20 EUR}}."))
		}
	}
}

// nobody warns of callers who wait for people who are not there. Who waits for them without end is told of by W509.
func (c *checker) nobody(q *config.Queue) {
	if q.MaxWait <= longAlone || len(q.OnNobody) > 0 {
		return
	}
	c.warn(c.rules.At(q.Pos), "W525", words("la file %s n'a rien pour le cas où personne n'est là", "queue %s has nothing for when nobody is there", q.Name),
		words("Quand tous sont déconnectés ou en pause, le client attend %s pour rien.", "While all are logged out or paused, the caller waits for %s in vain.", config.Spell(q.MaxWait)),
		words("ajoutez par exemple on_nobody: [{play: personne}, hangup].", "add for example on_nobody: [{play: nobody}, hangup]."))
}

// patience warns of times of a queue that do not go together.
func (c *checker) patience(q *config.Queue) {
	if q.MaxWait > 0 {
		over := func(word, code string, d time.Duration, title, why config.Words) {
			if d > q.MaxWait {
				at := c.rules.Key(q.Pos, word)
				if at.Pos == q.Pos { // not written there: the usual value
					at = c.rules.Key(q.Pos, "max_wait")
				}
				c.warn(at, code, title, why, words("écrivez moins de %s, ou allongez max_wait.", "write less than %s, or make max_wait longer.", config.Spell(q.MaxWait)))
			}
		}
		over("ring", "W526", q.Ring, words("dans la file %s, on sonne %s et on attend %s au plus", "in queue %s phones ring for %s, callers wait for %s", q.Name, config.Spell(q.Ring), config.Spell(q.MaxWait)),
			words("Si la première personne ne décroche pas, la deuxième n'est pas appelée.", "If the first person does not answer, the second is not called."))
		if q.AnswerWithin > q.MaxWait && c.rules.Key(q.Pos, "answer_within").Pos != q.Pos { // written, and not the usual value
			over("answer_within", "W527", q.AnswerWithin, words("l'objectif de la file %s (%s) dépasse max_wait (%s)", "the target of queue %s (%s) is beyond max_wait (%s)", q.Name, config.Spell(q.AnswerWithin), config.Spell(q.MaxWait)),
				words("Le client est déjà parti quand l'objectif serait manqué.", "The caller has left before the target can be missed."))
		}
		over("offer_callback_over", "W533", q.OfferCallbackOver, words("offer_callback_over de la file %s dépasse max_wait", "offer_callback_over of queue %s is beyond max_wait", q.Name),
			words("Personne n'attend plus de %s.", "Nobody waits more than %s.", config.Spell(q.MaxWait)))
		over("same_agent", "W532", q.SameAgent.Wait, words("same_agent de la file %s attend plus que max_wait", "same_agent of queue %s waits longer than max_wait", q.Name),
			words("Les autres personnes ne seraient jamais appelées.", "The other people would never be called."))
		over("helpers", "W531", q.Helpers.After, words("les renforts de la file %s viennent après max_wait", "the helpers of queue %s come after max_wait", q.Name),
			words("Après %s, plus personne n'attend : ils ne seront jamais appelés.", "After %s nobody waits any more: they will never be called.", config.Spell(q.MaxWait)))
	}
}

// skills looks at who has what callers of a queue need.
func (c *checker) skills() {
	asked := map[string]bool{} // queues of which a skill is wanted
	told := map[[2]string]bool{}
	for _, l := range c.lists {
		config.EachStep(l.steps, func(s config.Step) {
			if s.Kind != config.ToQueue || s.Skill == "" {
				return
			}
			asked[s.Name] = true
			if !told[[2]string{s.Name, s.Skill}] {
				told[[2]string{s.Name, s.Skill}] = true
				c.skill(s, c.rules.Queues[s.Name])
			}
		})
	}
	for _, name := range names(c.rules.Queues) {
		q := c.rules.Queues[name]
		for _, w := range []struct {
			word string
			time time.Duration
		}{{"experts_first", q.ExpertsFirst}, {"skilled_only", q.SkilledOnly}} {
			if w.time > 0 && !asked[name] {
				c.warn(c.rules.Key(q.Pos, w.word), "W524", words("%s ne change rien dans la file %s", "%s changes nothing in queue %s", w.word, name),
					words("Aucune étape n'y envoie un appel avec skill.", "No step sends a call there with skill."),
					words("écrivez par exemple {queue: %s, skill: nom}, ou enlevez-le.", "write for example {queue: %s, skill: name}, or remove it.", name))
			}
		}
	}
}

func (c *checker) skill(s config.Step, q *config.Queue) {
	var able, experts []string
	known := map[string]bool{}
	for _, id := range slices.Concat(q.Agents, q.Helpers.Agents) {
		for skill, level := range c.rules.Agents[id].Skills {
			known[skill] = true
			if skill == s.Skill {
				able = append(able, id)
				if level >= config.ExpertLevel {
					experts = append(experts, id)
				}
			}
		}
	}
	at := c.rules.Beside(s.Pos, "skill")
	switch {
	case len(able) == 0:
		fix := words("donnez-la à quelqu'un (skills: {%s: 3}), ou enlevez skill.", "give it to somebody (skills: {%s: 3}), or remove skill.", s.Skill)
		if hint := config.Nearest(s.Skill, names(known)); hint != "" {
			fix = words("écrivez %s.", "write %s.", hint)
		} else if len(known) > 0 {
			fix = words("écrivez une compétence de la file : %s.", "write a skill of the queue: %s.", strings.Join(names(known), ", "))
		}
		c.fail(at, "E521", words("dans la file %s, personne n'a la compétence « %s »", `in queue %s nobody has the skill "%s"`, q.Name, s.Skill),
			words("Ces appels n'auraient personne pour eux.", "These calls would have nobody for them."), fix)
	case len(able) == 1:
		c.warn(at, "W522", words("dans la file %s, une seule personne a la compétence « %s »", `in queue %s only one person has the skill "%s"`, q.Name, s.Skill),
			words("Quand %s est en ligne ou en pause, ces appels attendent.", "While %s is on the phone or on a break, these calls wait.", able[0]),
			words("donnez-la à une autre personne de la file, si vous le pouvez.", "give it to another person of the queue, if you can."))
	}
	if q.ExpertsFirst > 0 && len(able) > 0 && len(experts) == 0 {
		c.warn(c.rules.Key(q.Pos, "experts_first"), "W523", words("dans la file %s, aucun expert n'a la compétence « %s »", `in queue %s no expert has the skill "%s"`, q.Name, s.Skill),
			words("Personne n'y a le niveau %d : ces appels attendent %s pour rien.", "Nobody has level %d in it: these calls wait %s for nothing.", config.ExpertLevel, config.Spell(q.ExpertsFirst)),
			words("donnez un niveau de %d à 5, ou enlevez experts_first.", "give a level from %d to 5, or remove experts_first.", config.ExpertLevel))
	}
}

// unanswered looks at services whose calls are answered by an agent: what needs an answer cannot happen before.
func (c *checker) unanswered() {
	for _, name := range names(c.rules.Services) {
		s := c.rules.Services[name]
		if !s.AnswerOnAgent {
			continue
		}
		here := station{aService, name}
		met := c.reach(here)
		for _, queue := range names(c.rules.Queues) {
			if q := c.rules.Queues[queue]; met[station{aQueue, queue}] && q.MaxWait > s.EarlyLimit {
				c.warn(c.rules.Key(q.Pos, "max_wait"), "W535", words("max_wait de la file %s (%s) dépasse early_limit (%s)", "max_wait of queue %s (%s) is beyond early_limit (%s)", q.Name, config.Spell(q.MaxWait), config.Spell(s.EarlyLimit)),
					words("Les appels du service %s ne sont pas décrochés : on_max_wait arrive dès early_limit, avant que l'opérateur ne coupe.",
						"The calls of service %s are not answered: on_max_wait comes with early_limit already, before the operator cuts.", name),
					words("écrivez max_wait: %s ou moins.", "write max_wait: %s or less.", config.Spell(s.EarlyLimit)))
			}
		}
		for _, l := range c.lists {
			if l.of == here || l.of.kind == aQueue && met[l.of] {
				c.early(l, s)
			}
		}
	}
}

// early looks at steps that an unanswered call takes.
func (c *checker) early(l list, s *config.Service) {
	config.EachStep(l.steps, func(step config.Step) {
		switch {
		case step.Kind == config.ToMenu && l.of.kind == aService:
			c.warn(c.rules.At(step.Pos), "W537", words("un menu, alors que l'appel n'est pas décroché", "a menu, while the call is not answered"),
				words("Le service %s décroche quand une personne répond (answer: on_agent) ; beaucoup d'opérateurs ne passent pas les touches avant : tous iraient à otherwise.",
					"Service %s answers when an agent does (answer: on_agent); many operators pass no keys before: everybody would go to otherwise.", s.Name),
				words("essayez depuis un mobile ; si les touches ne passent pas, écrivez {queue: nom}.", "try it from a mobile; if no keys get through, write {queue: name}."))
		case slices.Contains([]config.StepKind{config.ToMenu, config.Collect, config.OfferCallback, config.ToVoicemail}, step.Kind):
			c.fail(c.rules.At(step.Pos), "E536", words("%s, alors que l'appel n'est pas décroché", "%s, while the call is not answered", step.Kind),
				words("Le service %s (%s) décroche quand une personne répond (answer: on_agent) ; avant, les touches et la voix du client ne passent pas.",
					"Service %s (%s) answers when an agent does (answer: on_agent); before, neither keys nor voice of the caller get through.", s.Name, s.Pos.InTextOf(step.Pos)),
				words("écrivez par exemple [{play: occupe}, hangup].", "write for example [{play: busy}, hangup]."))
		}
	})
}
