package check

import (
	"slices"
	"strings"
	"time"

	"hotline/config"
)

// What more of a callback nobody means to allow.
const (
	perNumberMost = 10
	perDayMost    = 1000
)

// callbacks looks at whom we would call back, and how often.
func (c *checker) callbacks() {
	for _, name := range names(c.rules.Callbacks) {
		cb := c.rules.Callbacks[name]
		for _, allowed := range cb.Allow {
			c.allowed(cb, allowed)
		}
		if cb.SpendPerDay == 0 {
			c.warn(c.rules.At(cb.Pos), "W704", words("le rappel %s n'a pas de limite de dépense", "callback %s has no limit of spending", name),
				words("Un fraudeur qui demande des rappels toute la nuit serait rappelé à vos frais.", "A fraudster who asks for callbacks all night would be called at your cost."),
				words("ajoutez spend_per_day: 20 EUR.", "add spend_per_day: 20 EUR."))
		}
		for _, limit := range []struct {
			word      string
			has, most int
		}{{"per_number", cb.PerNumber, perNumberMost}, {"per_day", cb.PerDay, perDayMost}} {
			if limit.has > limit.most {
				c.warn(c.rules.Value(cb.Pos, limit.word), "W705", words("%s: %d, pour le rappel %s", "%s: %d, for callback %s", limit.word, limit.has, name),
					words("Personne n'a besoin de tant d'appels ; un fraudeur, si.", "Nobody needs as many calls; a fraudster does."),
					words("écrivez %d ou moins.", "write %d or less.", limit.most))
			}
		}
		if last := time.Duration(cb.Attempts-1) * cb.Apart; cb.Expires > 0 && last >= cb.Expires {
			c.warn(c.rules.Key(cb.Pos, "expires"), "W706", words("le rappel %s expire avant son dernier essai", "callback %s expires before its last attempt", name),
				words("%d essais à %s d'écart prennent %s.", "%d attempts that are %s apart take %s.", cb.Attempts, config.Spell(cb.Apart), config.Spell(last)),
				words("allongez expires, ou rapprochez les essais.", "make expires longer, or the attempts closer."))
		}
		if most := len(c.rules.Agents); cb.Slots.PerSlot > most {
			c.warn(c.rules.Value(cb.Pos, "slots", "per_slot"), "W707", words("%d rappels à la même heure, et %d personnes", "%d callbacks at the same time, and %d people", cb.Slots.PerSlot, most),
				words("Certains seraient rappelés en retard.", "Some would be called late."),
				words("écrivez per_slot: %d ou moins.", "write per_slot: %d or less.", most))
		}
	}
}

// allowed looks at one entry of the numbers that may be called back.
func (c *checker) allowed(cb *config.Callback, allowed string) {
	at := c.rules.Text(allowed, cb.Pos, "allow")
	prefix := strings.NewReplacer(" ", "", ".", "").Replace(allowed)
	switch {
	case !strings.HasPrefix(prefix, "+"): // fixed, mobile
	case slices.ContainsFunc([]string{"+33", "+3381", "+3382", "+3389"}, func(dear string) bool {
		return strings.HasPrefix(dear, prefix) || dear != "+33" && strings.HasPrefix(prefix, dear)
	}):
		c.fail(at, "E700", words("allow: %s permet des numéros surtaxés", "allow: %s permits surcharged numbers", allowed),
			words("Un fraudeur ferait appeler le sien, à vos frais.", "A fraudster would have you call one of his, at your cost."),
			words("écrivez fixed et mobile, qui sont les numéros français ordinaires.", "write fixed and mobile, which are the ordinary French numbers."))
	case len(prefix) < len("+12") && prefix != "+7":
		c.fail(at, "E701", words("allow: %s permet beaucoup de pays", "allow: %s permits many countries", allowed),
			words("Les numéros chers de l'étranger servent à la fraude.", "Expensive numbers abroad are used for fraud."),
			words("écrivez l'indicatif entier, par exemple +32 ou +1 514.", "write the whole country code, for example +32 or +1 514."))
	case slices.ContainsFunc([]string{"+870", "+881", "+882", "+883", "+979", "+878"}, func(s string) bool {
		return strings.HasPrefix(prefix, s) || strings.HasPrefix(s, prefix)
	}):
		c.fail(at, "E702", words("allow: %s est un réseau satellite ou surtaxé", "allow: %s is a satellite or premium network", allowed),
			words("Une minute y coûte plusieurs euros ; la fraude en vit.", "A minute costs several euros there; fraud lives of it."),
			words("enlevez-le.", "remove it."))
	case !strings.HasPrefix(prefix, "+33"):
		c.warn(at, "W703", words("allow: %s permet d'appeler à l'étranger", "allow: %s permits calls abroad", allowed),
			words("Ces appels vous coûtent plus que les autres.", "These calls cost you more than others."),
			words("gardez-le seulement si vos clients y sont, avec spend_per_day.", "keep it only if your customers are there, with spend_per_day."))
	}
}

// surveys looks at the questions of surveys, and who pays while they are asked.
func (c *checker) surveys() {
	c.paidSurveys()
	for _, name := range names(c.rules.Surveys) {
		s := c.rules.Surveys[name]
		if len(s.Questions) > 3 {
			c.warn(c.rules.Key(s.Pos, "questions"), "W708", words("le questionnaire %s a %d questions", "survey %s has %d questions", name, len(s.Questions)),
				words("Peu de clients répondent à plus de trois.", "Few callers answer more than three."),
				words("gardez les plus utiles.", "keep the most useful ones."))
		}
	}
}

// paidSurveys refuses to ask callers while they pay for the service.
func (c *checker) paidSurveys() {
	refused := map[config.Pos]bool{} // more than one number may lead there
	for _, line := range c.rules.Lines {
		if !line.Surcharged() {
			continue
		}
		met := c.reach(station{aNumber, line.Number.String()})
		refuse := func(at config.Pos, place config.Place) {
			if refused[at] {
				return
			}
			refused[at] = true
			c.fail(place, "E156", words("questionnaire sur un numéro surtaxé, le %s", "survey on a surcharged number, %s", line.Number.Pretty()),
				words("Le client paierait pour donner son avis.", "The caller would pay to give an opinion."),
				words("enlevez survey ici, ou menez ce numéro à une file sans survey.", "remove survey here, or lead this number to a queue without survey."))
		}
		for _, name := range names(c.rules.Queues) {
			if q := c.rules.Queues[name]; met[station{aQueue, name}] && q.Survey != "" {
				refuse(c.rules.WordPos(q.Pos, "survey"), c.rules.Value(q.Pos, "survey"))
			}
		}
		for _, l := range c.lists {
			if met[l.of] {
				config.EachStep(l.steps, func(s config.Step) {
					if s.Kind == config.ToSurvey {
						refuse(s.Pos, c.rules.At(s.Pos))
					}
				})
			}
		}
	}
}
