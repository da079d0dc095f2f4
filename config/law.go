package config

import (
	"strings"
	"time"

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
		for _, d := range line.Price {
			if d.Text == costs && !d.From.IsZero() {
				day := d.From.In(paris()).Format(time.DateOnly)
				cost = words("%s à partir du %s", "%s from %s on", cost, day)
				break
			}
		}
		purpose, ok := neverSurcharged()[service.Purpose]
		if !ok {
			continue
		}
		l.fail(l.purposes[service.Name], "E601", words("%s sur un numéro surtaxé", "%s on a surcharged number", purpose.what),
			words("Le service %s répond au %s (%s), qui %s. C'est interdit : %s.", "Service %s answers %s (%s), which %s. That is forbidden: %s.",
				service.Name, line.Number.Pretty(), line.Pos.InTextOf(l.pos(l.purposes[service.Name])), cost, purpose.law),
			words("donnez à %s un numéro 0800-0805, 0806-0809, 01-05 ou 09.", "give %s a number in 0800-0805, 0806-0809, 01-05 or 09.", service.Name))
	}
}

// A purpose is one for which callers may pay no more than a call, and the rule that says so.
type purpose struct{ what, law Words }

func neverSurcharged() map[string]purpose {
	code := words("Code de la consommation, art. L121-16", "Code de la consommation, art. L121-16")
	return map[string]purpose{
		"after_sales":    {words("ligne d'après-vente", "after-sales line"), code},
		"complaints":     {words("ligne de réclamation", "line for complaints"), code},
		"contract":       {words("ligne pour un contrat en cours", "line for a running contract"), code},
		"withdrawal":     {words("ligne de rétractation", "line for withdrawal"), words("Cour de justice de l'UE, C-568/15", "Court of Justice of the EU, C-568/15")},
		"public_service": {words("service public", "public service"), words("loi 2018-727, art. 28", "French law 2018-727, art. 28")},
	}
}

// checkClosed warns of lines whose callers pay to hear that nobody is there.
func (l *loader) checkClosed() {
	for _, line := range l.rules.Lines {
		service := l.rules.Services[line.Service]
		if service == nil || service.Hours == "" || service.AnswerOnAgent || len(service.Closed) == 0 || service.Closed[0].Kind == Hangup ||
			!surcharged(line) || !mayCost(line.Number) {
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
