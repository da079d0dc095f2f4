package config

import (
	"slices"
	"strings"

	"hotline/number"
)

// checkLaw refuses what no operator and no court would let pass: an after-sales line that costs more than a call
// (Code de la consommation, art. L121-16).
func (l *loader) checkLaw() {
	for _, line := range l.rules.Lines {
		service := l.rules.Services[line.Service]
		if service == nil || !line.Surcharged() {
			continue
		}
		cost, costs := words("est surtaxé", "is surcharged"), line.Price.surcharge()
		if amount, per, ok := strings.Cut(costs, " EUR/"); ok && !strings.Contains(per, "+") {
			perFR := map[string]string{"min": "min", "call": "appel"}[per]
			cost = words("coûte %s au client", "costs the caller %s", Words{
				FR: strings.Replace(amount, ".", ",", 1) + " €/" + perFR, EN: "EUR " + amount + "/" + per})
		}
		if !slices.Contains([]string{"after_sales", "complaints", "contract", "withdrawal", "public_service"}, service.Purpose) {
			continue
		}
		l.fail(l.purposes[service.Name], "E601", words("ligne d'après-vente sur un numéro surtaxé", "after-sales line on a surcharged number"),
			words("Le service %s répond au %s (%s), qui %s. C'est interdit : Code de la consommation, art. L121-16.",
				"Service %s answers %s (%s), which %s. That is forbidden: Code de la consommation, art. L121-16.",
				service.Name, line.Number.Pretty(), line.Pos.InTextOf(l.pos(l.purposes[service.Name])), cost),
			words("donnez à %s un numéro 0800-0805, 0806-0809, 01-05 ou 09.", "give %s a number in 0800-0805, 0806-0809, 01-05 or 09.", service.Name))
	}
}

// checkClosed warns of lines whose callers pay to hear that nobody is there.
func (l *loader) checkClosed() {
	for _, line := range l.rules.Lines {
		service := l.rules.Services[line.Service]
		if service == nil || service.Hours == "" || service.AnswerOnAgent || len(service.Closed) == 0 || service.Closed[0].Kind == Hangup || !surcharged(line) {
			continue
		}
		l.advice = append(l.advice, func() {
			l.warn(l.services[line.Number.String()], "W612", words("même fermé, appeler le %s coûte", "a call to %s costs even while closed", line.Number.Pretty()),
				words("L'appel est décroché pour dire que c'est fermé, et le client paie cette réponse.", "The call is answered to say that it is closed, and the caller pays for that."),
				words("ajoutez answer: on_agent au service %s.", "add answer: on_agent to service %s.", service.Name))
		})
	}
}

// surcharged reports whether a call to the line costs more than a call: by the family of its number, or because the file
// says a price.
func surcharged(line Line) bool {
	national := line.Number.National()
	for _, prefix := range []string{"081", "082", "089"} {
		if strings.HasPrefix(national, prefix) {
			return true
		}
	}
	return line.Price.surcharge() != "" || len(national) == 6 && strings.HasPrefix(national, "118")
}

// mayCost reports whether a call to the number can cost more than a call at all. A price on any other is another mistake.
func mayCost(n number.Number) bool {
	return surcharged(Line{Number: n}) || ofAnyFamily(n)
}

// Surcharged reports whether a call to the line costs more than a call: by the family of its number, or because the rules
// say a price and it may have one.
func (l Line) Surcharged() bool { return surcharged(l) && mayCost(l.Number) }
