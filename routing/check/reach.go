package check

import (
	"maps"
	"slices"
	"strings"

	"hotline/config"
)

// unreached warns of what no call and no text ever comes to.
func (c *checker) unreached() {
	var doors []station
	texted := map[string]bool{}
	for _, line := range c.rules.Lines {
		doors = append(doors, station{aNumber, line.Number.String()})
		texted[line.Service] = texted[line.Service] || line.Texts
	}
	for name := range c.rules.TextLines { // which number texts come to is told elsewhere
		doors = append(doors, station{aTextLine, name})
	}
	met := c.reach(doors...)
	look := func(kind string, name string, pos config.Pos, title, why config.Words) {
		if !met[station{kind, name}] {
			c.warn(c.rules.At(pos), "W410", title, why, words("menez-y depuis un numéro, ou enlevez-le.", "lead there from a number, or remove it."))
		}
	}
	nobody := words("Aucun numéro n'y mène, ni directement, ni par un menu ou une file.", "No number leads there, neither directly nor by a menu or a queue.")
	for _, name := range names(c.rules.Services) {
		look(aService, name, c.rules.Services[name].Pos, words("le service %s ne reçoit aucun appel", "service %s receives no calls", name),
			words("Aucun numéro ne le nomme.", "No number names it."))
	}
	for _, name := range names(c.rules.Menus) {
		look(aMenu, name, c.rules.Menus[name].Pos, words("personne n'entend le menu %s", "nobody hears menu %s", name), nobody)
	}
	for _, name := range names(c.rules.Queues) {
		look(aQueue, name, c.rules.Queues[name].Pos, words("personne n'arrive dans la file %s", "nobody comes to queue %s", name), nobody)
	}
	for _, name := range names(c.rules.Callbacks) {
		look(aCallback, name, c.rules.Callbacks[name].Pos, words("le rappel %s n'est offert nulle part", "callback %s is offered nowhere", name), nobody)
	}
	for _, name := range names(c.rules.Voicemails) {
		look(aVoicemail, name, c.rules.Voicemails[name].Pos, words("personne n'arrive à la messagerie %s", "nobody comes to voicemail %s", name), nobody)
	}
	for _, name := range names(c.rules.Surveys) {
		look(aSurvey, name, c.rules.Surveys[name].Pos, words("le questionnaire %s n'est posé nulle part", "survey %s is asked nowhere", name),
			words("Aucune file ni étape où l'on arrive ne le nomme.", "No queue and no step that is reached names it."))
	}
	c.idle()
}

// idle warns of agents whom no queue asks.
func (c *checker) idle() {
	for _, id := range c.rules.AgentOrder {
		asked := false
		for _, q := range c.rules.Queues {
			asked = asked || slices.Contains(q.Agents, id) || slices.Contains(q.Helpers.Agents, id)
		}
		asked = asked || slices.ContainsFunc(c.rules.Goals, func(t *config.Transfer) bool {
			return t.Agent == id || t.Phone != "" && t.Phone == c.rules.Agents[id].Phone
		})
		if !asked {
			c.warn(c.rules.At(c.rules.Agents[id].Pos), "W411", words("%s n'est dans aucune file", "%s is in no queue", id),
				words("Son téléphone ne sonnera jamais.", "That phone will never ring."),
				words("ajoutez %s aux agents d'une file, ou enlevez-le.", "add %s to the agents of a queue, or remove that person.", id))
		}
	}
}

// circles refuses menus in which whoever presses nothing goes round without end.
func (c *checker) circles() {
	next := map[string][]string{} // menu -> the menus after silence
	back := map[string]bool{}     // the steps of otherwise end, and the menu comes again
	for _, l := range c.lists {
		if l.of.kind != aMenu || l.word[0] != "otherwise" {
			continue
		}
		if _, ok := l.last(); !ok {
			next[l.of.name], back[l.of.name] = []string{l.of.name}, true
			continue
		}
		next[l.of.name] = leadsTo(config.ToMenu, l.steps)
	}
	for _, round := range rounds(next) {
		name := round[0]
		title := words("les menus %s tournent en rond", "menus %s go in circles", strings.Join(round, ", "))
		why := words("Qui ne tape rien passerait de l'un à l'autre sans fin.", "Whoever presses nothing would go from one to another without end.")
		if len(round) == 1 {
			title = words("le menu %s tourne en rond", "menu %s goes in circles", name)
			why = words("Qui ne tape rien l'entendrait sans fin.", "Whoever presses nothing would hear it without end.")
		}
		if back[name] {
			why = words("Après otherwise, le menu recommence : qui ne tape rien l'entendrait sans fin.", "After otherwise the menu begins again: whoever presses nothing would hear it without end.")
		}
		c.fail(c.rules.Key(c.rules.Menus[name].Pos, "otherwise"), "E410", title, why,
			words("finissez par exemple par {queue: nom} ou hangup.", "end for example with {queue: name} or hangup."))
	}
}

// waits refuses queues that hand callers to one another, with no other end.
func (c *checker) waits() {
	for _, word := range []string{"on_max_wait", "on_nobody"} {
		next := map[string][]string{}
		for _, l := range c.lists {
			if l.of.kind != aQueue || l.word[0] != word || l.has(config.OfferCallback) {
				continue
			}
			if word == "on_nobody" && c.rules.Queues[l.of.name].MaxWait > 0 {
				continue
			}
			for _, name := range leadsTo(config.ToQueue, l.steps) {
				if name != l.of.name { // a queue that names itself is refused by its form, and may be meant of some callers
					next[l.of.name] = append(next[l.of.name], name)
				}
			}
		}
		for _, round := range rounds(next) {
			q := c.rules.Queues[round[0]]
			c.fail(c.rules.Key(q.Pos, word), "E412", words("les files %s se renvoient les appels", "queues %s send calls round", strings.Join(round, ", ")),
				words("De %s en %s, le client revient à la première, et y attend sans fin.", "From %s to %s, the caller comes back to the first, and waits there without end.", word, word),
				words("finissez l'un d'eux par exemple par [{play: nom}, hangup].", "end one of them for example with [{play: name}, hangup]."))
		}
	}
}

// leadsTo are the names of what steps of the kind lead to, for a caller who presses nothing. What a branch asks may have changed when
// the call comes by again, so that only those of its ways count that the same call always takes.
func leadsTo(kind config.StepKind, steps []config.Step) (names []string) {
	for _, s := range steps {
		steady := true
		for _, a := range s.Arms {
			if steady = steady && a.If.Steady(); steady {
				names = append(names, leadsTo(kind, a.Then)...)
			}
		}
		if s.Asks != nil {
			names = append(names, leadsTo(kind, s.Asks.Otherwise)...)
			if n := len(s.Asks.Otherwise); n > 0 && s.Asks.Otherwise[n-1].Final() {
				return names
			}
		}
		if s.Kind == kind {
			return append(names, s.Name)
		}
	}
	return names
}

// rounds returns circles of ways, one for each that is found first, each beginning with its first name.
func rounds(next map[string][]string) (all [][]string) {
	done := map[string]bool{}
	var follow func(path []string, at string)
	follow = func(path []string, at string) {
		if i := slices.Index(path, at); i >= 0 {
			all = append(all, slices.Clone(path[i:]))
			return
		}
		if done[at] {
			return
		}
		for _, to := range next[at] {
			follow(append(path, at), to)
		}
		done[at] = true
	}
	for _, start := range names(next) {
		follow(nil, start)
	}
	return all
}

// people warns of numbers and menus where nobody can be reached.
func (c *checker) people() {
	hears := map[station]bool{} // what callers of numbers that do lead to somebody reach
	for _, line := range c.rules.Lines {
		service := c.rules.Services[line.Service]
		open := c.through(service.Open)
		if helps(open) {
			for s := range open {
				hears[s] = true
			}
			continue
		}
		if service.Purpose == "information" { // which may be all there is to hear
			continue
		}
		c.warn(c.rules.At(line.Pos), "W413", words("au %s, on ne joint personne", "on %s nobody can be reached", line.Number.Pretty()),
			words("Même ouvert, le service %s ne mène à aucune file, aucune messagerie, aucun rappel.", "Even while open, service %s leads to no queue, no voicemail and no callback.", service.Name),
			words("ajoutez par exemple {queue: nom} ; si c'est voulu, écrivez purpose: information.", "add for example {queue: name}; if that is meant, write purpose: information."))
	}
	for _, name := range names(c.rules.Menus) {
		at := station{aMenu, name}
		if hears[at] && !helps(c.reach(at)) {
			c.warn(c.rules.Key(c.rules.Menus[name].Pos, "keys"), "W415", words("toutes les touches du menu %s raccrochent", "every key of menu %s hangs up", name),
				words("Qui y arrive ne joint plus personne.", "Whoever comes there can reach nobody any more."),
				words("ajoutez une touche qui mène à une file.", "add a key that leads to a queue."))
		}
	}
}

// deadEnds refuses services that end a call without a word, and warns of those that are never different.
func (c *checker) deadEnds() {
	for _, l := range c.lists {
		if l.of.kind == aService && !l.has(soundKinds()...) {
			c.fail(c.rules.Key(l.pos, l.word...), "E414", words("%s du service %s raccroche sans un mot", "%s of service %s hangs up without a word", l.word[0], l.of.name),
				words("Après la langue, il n'y a plus rien.", "After the language there is nothing more."),
				words("ajoutez ce qui suit, par exemple {menu: nom} ou {queue: nom}.", "add what follows, for example {menu: name} or {queue: name}."))
		}
	}
	for _, name := range names(c.rules.Services) {
		s := c.rules.Services[name]
		if s.Hours == "" || !slices.EqualFunc(s.Open, s.Closed, sameStep) || len(s.Open) == 1 && s.Open[0].Kind == config.Hangup { // that it hangs up is said elsewhere
			continue
		}
		c.warn(c.rules.Key(s.Pos, "closed"), "W416", words("ouvert ou fermé, le service %s fait la même chose", "open or closed, service %s does the same", name),
			words("L'horaire %s n'y change rien : le client attend quand personne n'est là.", "Hours %s change nothing: callers wait while nobody is there.", s.Hours),
			words("écrivez ce qu'il entend quand c'est fermé, ou enlevez hours.", "write what is heard while it is closed, or remove hours."))
	}
}

// sameStep says of a step with steps inside it that it is like no other, which is nearly always true.
func sameStep(a, b config.Step) bool {
	return a.Kind == b.Kind && a.Name == b.Name && a.Skill == b.Skill && len(a.Inner()) == 0 && maps.Equal(a.Values, b.Values) &&
		(a.Says == nil || maps.Equal(a.Says.Texts, b.Says.Texts))
}

// languages warns of languages that no caller can choose, and that no number has.
func (c *checker) languages() {
	chosen := map[string]bool{}
	for _, line := range c.rules.Lines {
		chosen[line.Language] = true
	}
	for _, l := range c.lists {
		config.EachStep(l.steps, func(s config.Step) {
			if s.Kind == config.Language {
				chosen[s.Name] = true
			}
		})
	}
	for i, lang := range c.rules.Languages {
		if i == 0 || chosen[lang] {
			continue
		}
		at := c.rules.Section("languages")
		c.warn(c.rules.Text(lang, at.Pos), "W417", words("personne ne peut choisir la langue « %s »", `nobody can choose the language "%s"`, lang),
			words("Aucune étape ne dit {language: %[1]s}, aucun numéro n'a language: %[1]s : tout est entendu en %[2]s, sauf par les contacts de cette langue.",
				"No step says {language: %[1]s}, and no number has language: %[1]s: all is heard in %[2]s, except by contacts of that language.", lang, c.rules.Languages[0]),
			words("ajoutez une touche, par exemple 9: [{language: %s}, {menu: nom}].", "add a key, for example 9: [{language: %s}, {menu: name}].", lang))
	}
}
