package check

import (
	"maps"
	"slices"

	"hotline/config"
)

// branches looks at what divides inside lists of steps.
func (c *checker) branches() {
	for _, l := range c.lists {
		config.EachStep(l.steps, func(s config.Step) {
			for i, a := range s.Arms {
				c.arm(s.Arms[:i], a)
			}
		})
		c.wordless(l)
	}
}

// arm warns of a way of a branch that no call ever takes.
func (c *checker) arm(before []config.Arm, a config.Arm) {
	at := c.rules.At(a.Pos)
	if a.If == nil {
		return
	}
	if why, never := contradiction(a.If); never {
		c.warn(at, "W130", words("cette branche n'est jamais prise", "this way is never taken"), why,
			words("corrigez if, ou enlevez la branche.", "correct if, or remove the way."))
		return
	}
	for _, earlier := range before {
		if earlier.If != nil && implies(a.If, earlier.If) {
			c.warn(at, "W130", words("cette branche n'est jamais prise", "this way is never taken"),
				words("Quand son if est vrai, celui d'avant (%s) l'est aussi, et gagne.", "When its if holds, so does the one before (%s), and wins.", earlier.Pos.InTextOf(a.Pos)),
				words("mettez la plus précise d'abord, ou enlevez l'une des deux.", "put the more exact one first, or remove one of them."))
			return
		}
	}
}

// contradiction says why a condition can never hold.
func contradiction(is *config.Condition) (why config.Words, never bool) {
	hidden := len(is.From) == 1 && is.From[0] == config.KindWithheld
	switch history := is.Calls > 0 || is.Talked > 0 || is.Missed == "true"; {
	case is.Known == "false" && len(is.Group) > 0:
		return words("Qui n'est pas dans les contacts n'est dans aucun groupe.", "Who is not in the contacts is in no group."), true
	case hidden && (len(is.Group) > 0 || is.Known == "true"):
		return words("Un numéro masqué n'est celui d'aucun contact.", "A withheld number is that of no contact."), true
	case hidden && history:
		return words("D'un numéro masqué, on ne sait rien d'avant.", "Nothing of before is known of a withheld number."), true
	}
	return config.Words{}, false
}

// implies reports whether b holds whenever a does.
func implies(a, b *config.Condition) bool {
	within := func(a, b []string) bool { // b asks for nothing, or for one of a list that has all of a
		return len(b) == 0 || len(a) > 0 && !slices.ContainsFunc(a, func(s string) bool { return !slices.Contains(b, s) })
	}
	same := func(a, b string) bool { return b == "" || a == b }
	known := a.Known
	if len(a.Group) > 0 {
		known = "true" // only contacts are in groups
	}
	for name := range maps.Keys(b.Values) {
		if !within(a.Values[name], b.Values[name]) {
			return false
		}
	}
	return same(a.Hours, b.Hours) && within(a.Language, b.Language) && same(known, b.Known) && within(a.Group, b.Group) && a.Calls >= b.Calls &&
		same(a.Missed, b.Missed) && (b.Talked == 0 || a.Talked > 0 && a.Talked <= b.Talked) && within(a.From, b.From) && within(a.To, b.To)
}

// wordless refuses a service in which some callers would be hung up on without a word.
func (c *checker) wordless(l list) {
	if l.of.kind != aService || !l.has(soundKinds()...) { // one that says nothing to anybody is refused elsewhere
		return
	}
	if at, silent := silence(l.steps); silent {
		c.fail(c.rules.At(at), "E135", words("%s du service %s raccroche sans un mot, pour certains", "%s of service %s hangs up without a word on some", l.word[0], l.of.name),
			words("Quand aucun if n'est vrai, il n'y a plus rien.", "When no if holds there is nothing more."),
			words("ajoutez {else: ...} à la fin, ou une étape après branch.", "add {else: ...} at the end, or a step after branch."))
	}
}

// silence finds a way through steps by which nothing is heard, and the branch that is last on it.
func silence(steps []config.Step) (at config.Pos, silent bool) {
	for _, s := range steps {
		switch s.Kind {
		case config.Language, config.Set, config.AskHook, config.SendText:
		case config.Branch:
			through := len(s.Arms) == 0 || s.Arms[len(s.Arms)-1].If != nil
			for _, a := range s.Arms {
				if _, quiet := silence(a.Then); quiet || len(a.Then) == 0 {
					through = true
				}
			}
			if !through {
				return at, false
			}
			at = s.Pos
		default:
			return at, false
		}
	}
	return at, true
}

// soundKinds are the kinds of steps after which a call is not without a word.
func soundKinds() []config.StepKind {
	return []config.StepKind{config.Play, config.Say, config.Collect, config.ToMenu, config.ToQueue, config.Hangup, config.OfferCallback, config.ToVoicemail, config.ToTransfer, config.ToSurvey}
}
