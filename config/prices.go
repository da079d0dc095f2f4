package config

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// Prices is a price with its changes: each holds from its date until that of the next. Empty means not said.
type Prices []DatedPrice

// A DatedPrice is a price as written, such as "0.80 EUR/min", "free" or "normal".
type DatedPrice struct {
	From time.Time // the first moment of that day in Paris; zero = already
	Text string
}

// At returns the price of a moment, "" when there is none yet.
func (p Prices) At(at time.Time) string {
	text := ""
	for _, d := range p {
		if !at.Before(d.From) {
			text = d.Text
		}
	}
	return text
}

// SurchargeAt returns what a call at that moment costs beyond a call, "" when it costs no more.
func (p Prices) SurchargeAt(at time.Time) string {
	if text := p.At(at); text != "free" && text != "normal" {
		return text
	}
	return ""
}

// surcharge returns the first price that is more than that of a call, "" when there is none.
func (p Prices) surcharge() string {
	for _, d := range p {
		if text := p.SurchargeAt(d.From); text != "" {
			return text
		}
	}
	return ""
}

var (
	priceForm  = regexp.MustCompile(`^\d{1,3}(\.\d{1,6})? EUR/(min|call)( \+ \d{1,3}(\.\d{1,6})? EUR/(min|call))?$`)
	priceMeant = regexp.MustCompile(`(?i)^(\d{1,3})(?:[.,](\d{1,6}))? *(?:€|eur|euros?)? */? *(?:la |par )?(min|minute|call|appel|mn)?\.?(?: *ttc| *ht)?$`)
)

var (
	wholePart = regexp.MustCompile(`^\d{1,3}$`)
	centsPart = regexp.MustCompile(`(?i)^\d{1,6} *(€|eur)`)
)

// joinDecimals puts together again what YAML takes apart at a decimal comma: {price: 0,60 EUR/min} is a price of 0 for it, and a
// word "60 EUR/min" without a value. The price is then refused as it was written.
func joinDecimals(n *yaml.Node) {
	for i := 0; i+3 < len(n.Content); i += 2 {
		whole, cents, nothing := n.Content[i+1], n.Content[i+2], n.Content[i+3]
		if whole.Line == cents.Line && wholePart.MatchString(whole.Value) && centsPart.MatchString(cents.Value) && nothing.Tag == "!!null" {
			whole.Value += "," + cents.Value
			n.Content = slices.Delete(n.Content, i+2, i+4)
		}
	}
}

// prices reads a price, or a list of prices with the dates from which they hold:
//
//	price: 0.80 EUR/min
//	price: [0.35 EUR/min, {from: 2026-12-01, price: 0.80 EUR/min}]
//
// others are words that stand in place of an amount.
func (l *loader) prices(key string, k, v *yaml.Node, others ...string) Prices {
	var out Prices
	l.list(k, v, func(item *yaml.Node) {
		if item.Kind != yaml.MappingNode {
			if text := l.price(key, item, others...); text != "" {
				l.follows(key, item, &out, DatedPrice{Text: text})
			}
			return
		}
		var d DatedPrice
		l.fields(item, item, words("%s", "%s", key), nil, l.datedFields(key, &d, others...)...)
		if !d.From.IsZero() && d.Text != "" {
			l.follows(key, item, &out, d)
		}
	})
	return out
}

// datedFields are the words of a price that holds from a date.
func (l *loader) datedFields(key string, d *DatedPrice, others ...string) []field {
	return []field{
		required(ownField("from", simple(aDate), func(_, v *yaml.Node) { d.From, _ = l.date("from", v) })),
		required(ownField("price", priceShape(others...), func(_, v *yaml.Node) { d.Text = l.price(key, v, others...) })),
	}
}

// priceShape is a price. others are words that may stand in place of an amount.
func priceShape(others ...string) valueShape {
	if len(others) == 0 {
		return simple(aPrice)
	}
	return eitherOf(simple(aPrice), oneWordOf(others...))
}

// follows takes one more price, which has to begin later than those before it.
func (l *loader) follows(key string, item *yaml.Node, out *Prices, d DatedPrice) {
	if n := len(*out); n > 0 && !d.From.After((*out)[n-1].From) {
		l.fail(item, "E305", words("%s : ce prix ne commence pas après le précédent", "%s: this price does not begin after the one before", key),
			words("Chaque prix vaut jusqu'à la date du suivant ; seul le premier peut être sans date.",
				"Each price holds until the date of the next; only the first may be without a date."),
			words("écrivez {from: 2026-12-01, price: 0.80 EUR/min}, dans l'ordre des dates.", "write {from: 2026-12-01, price: 0.80 EUR/min}, in the order of the dates."))
		return
	}
	*out = append(*out, d)
}

// date reads the day behind a word, which begins at midnight in Paris.
func (l *loader) date(word string, n *yaml.Node) (time.Time, bool) {
	s, ok := l.text(word, n)
	if !ok {
		return time.Time{}, false
	}
	day, err := time.ParseInLocation("2006-01-02", s, paris())
	if err != nil {
		fix := words("écrivez l'année, le mois et le jour : 2026-12-01.", "write the year, the month and the day: 2026-12-01.")
		if hint, _, _ := strings.Cut(momentHint(s), " "); hint != "" {
			fix = words("écrivez %s.", "write %s.", hint)
		}
		l.fail(n, "E306", words("« %s » n'est pas une date", `"%s" is not a date`, clip(s)), Words{}, fix)
		return time.Time{}, false
	}
	return day.UTC(), true
}

// price checks the form of an amount and returns it as written. Its value is the business of billing.
func (l *loader) price(key string, n *yaml.Node, others ...string) string {
	s, ok := l.text(key, n)
	if !ok {
		return ""
	}
	if priceForm.MatchString(s) {
		return s
	}
	for _, word := range others {
		if s == word {
			return s
		}
	}
	fix := words("écrivez par exemple 0.80 EUR/min ou 2.99 EUR/call.", "write for example 0.80 EUR/min or 2.99 EUR/call.")
	if m := priceMeant.FindStringSubmatch(s); m != nil {
		amount, per := m[1], "min"
		if m[2] != "" {
			amount += "." + m[2]
		}
		if strings.EqualFold(m[3], "call") || strings.EqualFold(m[3], "appel") {
			per = "call"
		}
		fix = words("écrivez %s EUR/%s.", "write %s EUR/%s.", amount, per)
		if m[3] == "" {
			fix = words("écrivez %s EUR/min, ou %s EUR/call pour un prix par appel.", "write %s EUR/min, or %s EUR/call for a price per call.", amount, amount)
		}
	}
	l.fail(n, "E302", words("%s : « %s » n'est pas un prix", `%s: "%s" is not a price`, key, clip(s)),
		words("Un prix a un point, EUR, et /min (par minute) ou /call (par appel).", "A price has a point, EUR, and /min (per minute) or /call (per call)."), fix)
	return ""
}
