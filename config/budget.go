package config

import (
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

var (
	budgetForm  = regexp.MustCompile(`^(\d{1,5})(?:\.(\d{1,2}))? EUR/day$`)
	budgetMeant = regexp.MustCompile(`(?i)^(\d{1,5})(?:[.,](\d{1,2}))? *(?:€|eur|euros?)? */? *(?:par )?(?:day|jour|j)?$`)
)

// budget reads what a number may cost in a day, in micro-euro.
func (l *loader) budget(n *yaml.Node) int64 {
	s, ok := l.text("budget", n)
	if !ok {
		return 0
	}
	m := budgetForm.FindStringSubmatch(s)
	if m == nil {
		fix := words("écrivez par exemple 15 EUR/day.", "write for example 15 EUR/day.")
		if meant := budgetMeant.FindStringSubmatch(s); meant != nil {
			amount := strings.TrimSuffix(meant[1]+"."+meant[2], ".")
			fix = words("écrivez %s EUR/day.", "write %s EUR/day.", amount)
		}
		l.fail(n, "E307", words("budget : « %s » n'est pas un budget", `budget: "%s" is not a budget`, clip(s)),
			words("Un budget est un montant hors taxes par jour.", "A budget is an amount without tax per day."), fix)
		return 0
	}
	cents, _ := strconv.ParseInt(m[1]+(m[2] + "00")[:2], 10, 64) // seven digits at most
	if cents == 0 {
		l.fail(n, "E307", words("un budget de 0 ne laisse attendre personne", "a budget of 0 lets nobody wait"), Words{},
			words("donnez un montant, ou enlevez budget.", "give an amount, or remove budget."))
	}
	return cents * 10_000
}

// weighBudget makes sure that a budget can be kept, and that it does something.
func (l *loader) weighBudget(line Line, at, value *yaml.Node) {
	pays := len(line.WePay.FromFixed)+len(line.WePay.FromMobile)+len(line.WePay.FromAbroad) > 0
	switch {
	case len(line.OverBudget) > 0 && !l.has(value, "budget"):
		l.fail(at, "E105", words("over_budget sans budget", "over_budget without budget"), Words{},
			words("ajoutez budget: 15 EUR/day, ou enlevez over_budget.", "add budget: 15 EUR/day, or remove over_budget."))
	case line.Budget != 0 && !pays:
		l.advice = append(l.advice, func() {
			l.warn(at, "W609", words("un budget, et aucun coût pour le compter", "a budget, and no cost to count it by"),
				words("Sans we_pay, les appels au %s ne coûtent rien de connu.", "Without we_pay the calls to %s cost nothing that is known.", line.Number.Pretty()),
				words("ajoutez we_pay, du contrat, ou importez-le (hotline tariff import).", "add we_pay, from the contract, or import it (hotline tariff import)."))
		})
	case line.Budget != 0 && len(line.OverBudget) == 0:
		l.advice = append(l.advice, func() {
			l.warn(at, "W610", words("un budget qui ne fait qu'avertir", "a budget that only warns"),
				words("Une fois dépensé, les appelants attendent toujours à vos frais.", "Once it is spent, callers still wait at your cost."),
				words("ajoutez over_budget: [{play: nom}, hangup].", "add over_budget: [{play: name}, hangup]."))
		})
	}
}
