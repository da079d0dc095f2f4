package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"hotline/billing"
	"hotline/config"
	"hotline/number"
)

// An ownLine is a number that callers dial; price is that of the rules, empty where they need none.
type ownLine struct {
	number number.Number
	price  string
	free   bool // for callers
}

// paid says that callers pay for the service, and not only for the call.
func (l ownLine) paid() bool { return l.price != "" && l.price != "free" && l.price != "normal" }

func (i *interview) takeNumbers(values []string) (config.Words, error) {
	var lines []ownLine
	for _, value := range commas(strings.Join(values, ",")) {
		if err := i.trial(value, ""); err != nil && !errors.Is(err, errPriceNeeded) {
			return config.Words{}, err
		}
		n, err := number.Parse(value)
		if err != nil {
			return config.Words{}, err
		}
		if slices.ContainsFunc(lines, func(l ownLine) bool { return l.number == n }) {
			return config.Words{}, &mistake{"le " + n.Pretty() + " est deux fois.", n.Pretty() + " is there twice."}
		}
		lines = append(lines, ownLine{number: n})
	}
	if len(lines) == 0 {
		return config.Words{}, &mistake{"il faut un numéro.", "a number is needed."}
	}
	i.answers.lines = lines
	return i.aboutNumbers()
}

// askPrices asks what a call to each number costs whose beginning does not tell.
func (i *interview) askPrices() error {
	given := i.flags.prices
	for at := range i.answers.lines {
		l := &i.answers.lines[at]
		if err := i.trial(l.number.National(), ""); !errors.Is(err, errPriceNeeded) {
			continue
		}
		q := question{
			flag:  "price",
			title: both("Combien le %s coûte-t-il à vos clients, en plus d'un appel ?", "What does %s cost your callers, beyond a call?", l.number.Pretty()),
			hint: both("Le prix TTC de votre contrat. Exemples : 0.80 EUR/min, 2.99 EUR/appel. Un numéro court peut aussi être gratuit ou normal.",
				"The price of your contract, with VAT. Examples: 0.80 EUR/min, 2.99 EUR/call. A short number may also be free or normal."),
			usual: nothing, split: one, take: func(values []string) (config.Words, error) { return i.takePrice(l, values[0]) },
		}
		if len(given) > 0 {
			q.given, given = given[:1], given[1:]
		}
		if err := i.put(q, ""); err != nil {
			return err
		}
	}
	if len(given) > 0 {
		return &mistake{"--price : aucun numéro n'attend ce prix : " + given[0], "--price: no number needs this price: " + given[0]}
	}
	return nil
}

func (i *interview) takePrice(l *ownLine, value string) (config.Words, error) {
	text := strings.TrimSpace(value)
	switch strings.ToLower(text) {
	case "free", "gratuit":
		text = "free"
	case "normal":
		text = "normal"
	default:
		price, err := billing.ParsePrice(text)
		if err != nil || !price.Plain() || price.Zero() {
			return config.Words{}, &mistake{"« " + text + " » n'est pas un prix. Écrivez par exemple 0.80 EUR/min ou 2.99 EUR/appel.",
				`"` + text + `" is not a price. Write for example 0.80 EUR/min or 2.99 EUR/call.`}
		}
		text = inRules(price)
	}
	if err := i.trial(l.number.National(), text); err != nil {
		return config.Words{}, err
	}
	l.price = text
	return both("%s : %s", "%s: %s", l.number.Pretty(), text), nil
}

// inRules is a plain price as the rules write it.
func inRules(p billing.Price) string {
	amount, per := p.PerMinute, "min"
	if p.PerCall != 0 {
		amount, per = p.PerCall, "call"
	}
	text := fmt.Sprintf("%d.%06d", amount/billing.Euro, amount%billing.Euro)
	for strings.HasSuffix(text, "0") && len(text)-strings.Index(text, ".") > 3 {
		text = text[:len(text)-1]
	}
	return text + " EUR/" + per
}

// aboutNumbers says what a call to each number costs, as far as the number tells.
func (i *interview) aboutNumbers() (said config.Words, err error) {
	book, err := billing.NewBook(i.data, "")
	if err != nil {
		return said, err
	}
	for at := range i.answers.lines {
		l := &i.answers.lines[at]
		meaning := both("surtaxé ou court, il faut dire son prix", "surcharged or short, its price has to be said")
		if i.trial(l.number.National(), "") == nil {
			meaning, l.free = meaningOf(newPriceRow(config.Line{Number: l.number}, book, i.now))
		}
		line := both("%s : %s\n", "%s: %s\n", l.number.Pretty(), meaning)
		said = config.Words{FR: said.FR + strings.Replace(line.FR, " : ", "\u00a0: ", 1), EN: said.EN + line.EN}
	}
	return said, nil
}

// meaningOf says what a call to a number costs that needs no price, and whether callers pay nothing.
func meaningOf(row priceRow) (meaning config.Words, free bool) {
	fr, en := tongue("fr").callerPays(row), tongue("en").callerPays(row)
	switch {
	case fr == "rien":
		return both("gratuit pour vos clients ; c'est vous qui payez leurs appels", "free for your callers; you pay for their calls"), true
	case strings.HasPrefix(fr, "?"):
		return both("son prix n'est pas connu ; ses appels sont servis, mais pas tarifés", "its price is not known; its calls are served, but not rated"), false
	}
	return config.Words{FR: "vos clients paient le " + fr, EN: "your callers pay for an " + en}, false
}

// errPriceNeeded says that a number may cost what only its owner knows.
var errPriceNeeded = errors.New("a price is needed")

// trial has a number and its price checked as hotline check will do.
func (i *interview) trial(value, price string) error {
	line := yamlText(value) + ": {service: s"
	if price != "" {
		line += ", price: " + yamlText(price)
	}
	text := "version: 1\nnumbers:\n  " + line + "}\nservices: {s: {open: hangup}}\n"
	rules, problems := config.ParseRules("rules.yaml", []byte(text))
	if rules != nil {
		var err error
		if _, _, problems, err = prices(rules, i.data, i.now); err != nil {
			return err
		}
	}
	for _, p := range problems {
		switch {
		case p.Warning:
		case p.Code == "E604":
			return fmt.Errorf("%w: %s", errPriceNeeded, p.Title.EN)
		default:
			return &mistake{reason(p, "fr"), reason(p, "en")}
		}
	}
	return nil
}

// reason is a problem without the place and the line, which the person has not written.
func reason(p config.Problem, lang string) string {
	text := p.Title.In(lang) + "."
	for _, more := range []config.Words{p.Why, p.Fix} {
		if s := more.In(lang); s != "" {
			text += " " + capital(s)
		}
	}
	return text
}
