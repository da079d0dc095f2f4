package main

import (
	"fmt"
	"slices"
	"strings"

	"hotline/config"
	"hotline/number"
	"hotline/routing"
)

// mostArrivals is how many numbers received are shown.
const mostArrivals = 20

// numbersFindings says which numbers calls came in for, and which line of the rules each of them meets now.
func (h house) numbersFindings() []finding {
	if h.rules == nil || !h.database.exists || h.database.open != nil {
		return nil
	}
	arrivals := h.database.arrivals
	if len(arrivals) == 0 {
		return []finding{{
			check: "numbers", level: unseen, title: both("numéros reçus : aucun appel encore", "numbers received: no call yet"),
			todo: both("appelez un de vos numéros, puis relancez hotline doctor.", "call one of your numbers, then run hotline doctor again."),
		}}
	}
	router := routing.NewRouter(h.rules)
	f := finding{
		check: "numbers", level: fine,
		title: both("numéros reçus : les %d derniers", "numbers received: the last %d", len(arrivals)),
		why: both("Un appel qui n'est allé qu'au repli n'est pas dans cette liste.",
			"A call that went to the fallback only is not in this list."),
	}
	var strangers []string
	met := map[number.Number]bool{}
	for _, a := range arrivals {
		line, ok := router.Route(a.Arrived)
		rule := both("aucune ligne", "no line")
		if ok {
			met[line.Number] = true
			rule = both("%s %s (l. %d)", "%s %s (l. %d)", line.Number.Pretty(), line.Service, line.Pos.Line)
		} else if !slices.Contains(strangers, a.Arrived) {
			strangers = append(strangers, a.Arrived)
		}
		arrived := number.CleanName(a.Arrived)
		f.rows = append(f.rows, []config.Words{
			{FR: arrived, EN: arrived}, rule, amount(a.Calls, "appel", "call"),
			both("%s", "%s", a.Last.In(paris()).Format("02/01 15:04")),
		})
	}
	found := []finding{f}
	for _, s := range strangers {
		found = append(found, stranger(s, h.rules, met))
	}
	return found
}

// stranger is a number received that meets no line.
func stranger(arrived string, rules *config.Rules, met map[number.Number]bool) finding {
	shown := number.CleanName(arrived)
	f := finding{
		check: "number_unknown", level: warning,
		title: both("numéro reçu : %s n'est dans aucune ligne de rules.yaml", "number received: %s is in no line of rules.yaml", shown),
		why:   both("Ces appels sont refusés.", "These calls are refused."),
	}
	n, err := number.Parse(arrived)
	if err != nil {
		f.todo = both("ce n'est pas un numéro : faites livrer par l'opérateur, ou par la route entrante du commutateur, le numéro composé.",
			"this is no number: have the operator, or the inbound route of the switch, deliver the number that was dialled.")
		return f
	}
	likely := likeliest(n, rules, met)
	if len(likely) == 0 {
		f.todo = both("s'il est à vous, ajoutez-le sous numbers, avec un de vos services :", "if it is yours, add it under numbers, with one of your services:")
		f.lines = []string{n.Pretty() + ": {service: " + anyService(rules) + "}"}
		return f
	}
	f.todo = both("si c'est ainsi qu'arrive un de vos numéros, probablement celui-ci, écrivez sous numbers :",
		"if one of your numbers arrives like that, most likely this one, write under numbers:")
	if len(likely) > 1 {
		f.todo = both("si c'est ainsi qu'arrive un de vos numéros, écrivez, sous celui d'entre eux qui est le bon :",
			"if one of your numbers arrives like that, write, under the right one of these:")
	}
	for _, line := range likely {
		var as []string
		for _, known := range append(slices.Clone(line.ArrivesAs), n) {
			as = append(as, known.Pretty())
		}
		f.lines = append(f.lines, line.Number.Pretty()+":", fmt.Sprintf("  arrives_as: [%s]", strings.Join(as, ", ")))
	}
	return f
}

func anyService(rules *config.Rules) string {
	for _, line := range rules.Lines {
		return line.Service
	}
	return "..."
}

// leastAlike is how many last digits two numbers have to share to be taken for one.
const leastAlike = 4

// likeliest says to which of our lines a number may belong: those that end most like it, else those that nobody has
// reached yet.
func likeliest(n number.Number, rules *config.Rules, met map[number.Number]bool) (likely []*config.Line) {
	best := leastAlike
	for i := range rules.Lines {
		line := &rules.Lines[i]
		alike := 0
		for _, known := range append([]number.Number{line.Number}, line.ArrivesAs...) {
			alike = max(alike, sameEnd(n.String(), known.String()))
		}
		if alike > best {
			likely, best = nil, alike
		}
		if alike == best {
			likely = append(likely, line)
		}
	}
	if len(likely) > 0 {
		return likely
	}
	for i := range rules.Lines {
		if !met[rules.Lines[i].Number] {
			likely = append(likely, &rules.Lines[i])
		}
	}
	return likely
}

// sameEnd counts the last signs that two texts share.
func sameEnd(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}
