package check

import (
	"slices"
	"strings"

	"hotline/billing"
	"hotline/config"
)

// lines looks at each number with what it costs, and what it is for.
func (c *checker) lines() {
	for _, line := range c.rules.Lines {
		service := c.rules.Services[line.Service]
		pretty := line.Number.Pretty()
		if line.Surcharged() {
			c.surcharged(line, service)
		} else if len(line.WeEarn) > 0 {
			c.warn(c.rules.Key(line.Pos, "we_earn"), "W622", words("we_earn, et le %s ne rapporte rien", "we_earn, and %s earns nothing", pretty),
				words("Seul un numéro surtaxé est reversé ; l'appelant de celui-ci ne paie pas de service.", "Only a surcharged number is paid out; callers of this one pay for no service."),
				words("enlevez we_earn, ou corrigez le numéro.", "remove we_earn, or correct the number."))
		}
		if queues(c.through(line.OverBudget)) {
			c.warn(c.rules.Key(line.Pos, "over_budget"), "W635", words("over_budget du %s fait encore attendre", "over_budget of %s still makes callers wait", pretty),
				words("Le budget est dépensé, et l'appel coûte toujours.", "The budget is spent, and the call still costs."),
				words("finissez par [{play: nom}, hangup].", "end with [{play: name}, hangup]."))
		}
	}
}

// surcharged looks at a number whose callers pay for the service.
func (c *checker) surcharged(line config.Line, s *config.Service) {
	pretty := line.Number.Pretty()
	if queues(c.through(s.Open)) && !s.AnswerOnAgent {
		c.warn(c.rules.Value(line.Pos, "service"), "W620", words("au %s, l'attente est facturée au client", "on %s callers pay for waiting", pretty),
			words("Un service surtaxé doit commencer sans délai : l'opérateur peut suspendre le numéro.", "A surcharged service has to begin at once: the operator may suspend the number."),
			words("ajoutez answer: on_agent au service %s.", "add answer: on_agent to service %s.", s.Name))
	}
	if s.Purpose == "" {
		c.warn(c.rules.At(s.Pos), "W632", words("à quoi sert le service %s n'est pas dit", "what service %s is for is not said", s.Name),
			words("Le %s est surtaxé ; l'après-vente et les réclamations n'ont pas le droit de l'être.", "%s is surcharged; after-sales and complaints may not be.", pretty),
			words("ajoutez purpose: pre_sales, paid_advice, information ou booking.", "add purpose: pre_sales, paid_advice, information or booking."))
	}
	for _, d := range line.Price {
		price, _, err := billing.ParseServicePrice(d.Text, "")
		if err != nil {
			continue
		}
		if limit, ok := billing.Limit(price); ok && line.MaxLength > limit {
			c.warn(c.rules.Key(line.Pos, "max_length"), "W631", words("max_length du %s dépasse la limite légale", "max_length of %s is beyond the legal limit", pretty),
				words("À %s, un appel est coupé après %s (24 €, 30 min).", "At %s a call ends after %s (EUR 24, 30 min).",
					config.Words{FR: price.FR(), EN: price.EN()}, config.Spell(limit)),
				words("enlevez max_length, ou écrivez moins.", "remove max_length, or write less."))
			break
		}
	}
}

// callerID looks at the number that we show.
func (c *checker) callerID() {
	id := c.rules.CallerID
	if id == "" {
		if len(c.rules.Callbacks) > 0 {
			c.warn(c.rules.Section("callbacks"), "W630", words("des rappels, et pas de caller_id", "callbacks, and no caller_id"),
				words("Le client verrait un numéro choisi par l'opérateur, ou aucun : beaucoup ne décrochent pas.", "Callers would see a number of the operator's choice, or none: many do not answer."),
				words("ajoutez en haut caller_id: et un de vos numéros en 01-05 ou 09.", "add caller_id: at the top with one of your numbers in 01-05 or 09."))
		}
		return
	}
	at := c.rules.Value(c.rules.Section("caller_id").Pos)
	line := c.rules.Lines[slices.IndexFunc(c.rules.Lines, func(l config.Line) bool { return l.Number == id })]
	national := id.National()
	switch {
	case strings.HasPrefix(national, "089") || id.Short() && !strings.HasPrefix(national, "30") && !strings.HasPrefix(national, "31"):
		c.fail(at, "E628", words("le %s ne peut pas être affiché", "%s may not be shown", id.Pretty()),
			words("Un 089, un 118 et la plupart des numéros courts sont interdits comme numéro d'appelant ; l'opérateur coupe ces appels.",
				"089, 118 and most short numbers are forbidden as a caller's number; the operator cuts such calls."),
			words("écrivez un de vos numéros en 01-05 ou 09.", "write one of your numbers in 01-05 or 09."))
	case line.Surcharged():
		c.warn(at, "W629", words("qui rappelle le %s paie plus qu'un appel", "whoever calls %s back pays more than a call", id.Pretty()),
			words("Faire rappeler un numéro surtaxé est une faute grave pour les opérateurs.", "To make people call a surcharged number is a grave breach for the operators."),
			words("écrivez un de vos numéros en 01-05 ou 09.", "write one of your numbers in 01-05 or 09."))
	case strings.HasPrefix(national, "06") || strings.HasPrefix(national, "07"):
		c.warn(at, "W629", words("le %s est un mobile", "%s is a mobile number", id.Pretty()),
			words("Depuis 2023, un 06 ou 07 est pour les personnes : une entreprise qui appelle par un automate ne peut pas l'afficher.",
				"Since 2023 06 and 07 are for persons: a company that calls by machine may not show them."),
			words("écrivez un de vos numéros en 01-05 ou 09.", "write one of your numbers in 01-05 or 09."))
	}
}
