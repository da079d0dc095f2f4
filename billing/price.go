package billing

import (
	"fmt"
	"strings"
)

// A Price is what a call costs: an amount for the call, an amount for each minute counted by the second from the first
// second, or both.
type Price struct {
	PerCall   Money
	PerMinute Money
}

// Zero reports whether the price is nothing at all.
func (p Price) Zero() bool { return p == Price{} }

// ParsePrice reads a price as a contract says it: "0.80 EUR/min", "0,80 €/min", "2.99 EUR/call", "2,99 €/appel", and
// both joined by "+".
func ParsePrice(s string) (Price, error) {
	var p Price
	for part := range strings.SplitSeq(s, "+") {
		amount, unit, err := parsePart(part)
		if err != nil {
			return Price{}, fmt.Errorf("price %q: %w", s, err)
		}
		field := &p.PerMinute
		if unit == "call" {
			field = &p.PerCall
		}
		if *field != 0 {
			return Price{}, fmt.Errorf("price %q: two amounts per %s", s, unit)
		}
		*field = amount
	}
	return p, nil
}

func parsePart(s string) (amount Money, unit string, err error) {
	text, per, found := strings.Cut(strings.ReplaceAll(s, "\u00a0", " "), "/")
	if !found {
		return 0, "", fmt.Errorf("per minute or per call? write 0.80 EUR/min or 2.99 EUR/call")
	}
	switch strings.ToLower(strings.TrimSpace(per)) {
	case "min", "minute":
		unit = "minute"
	case "call", "appel":
		unit = "call"
	default:
		return 0, "", fmt.Errorf("%q is neither min nor call", strings.TrimSpace(per))
	}
	text = strings.TrimSpace(text)
	for _, currency := range []string{"EUR", "eur", "€"} {
		digits, after := strings.CutSuffix(text, currency)
		if !after {
			digits, after = strings.CutPrefix(text, currency)
		}
		if after {
			amount, err = parseMoney(strings.TrimSpace(digits))
			return amount, unit, err
		}
	}
	return 0, "", fmt.Errorf("the currency is missing, write 0.80 EUR/min")
}

// String writes the price as a rules file has it, so that ParsePrice reads it again: "0.80 EUR/min".
func (p Price) String() string {
	return p.join(func(m Money) string {
		_, digits := m.digits(m.decimals())
		return digits + " EUR"
	}, "/call", "/min")
}

// FR writes the price in French: "0,80 €/min".
func (p Price) FR() string {
	return p.join(func(m Money) string { return m.FR(m.decimals()) }, "/appel", "/min")
}

// EN writes the price in English: "EUR 0.80/min".
func (p Price) EN() string {
	return p.join(func(m Money) string { return m.EN(m.decimals()) }, "/call", "/min")
}

func (p Price) join(write func(Money) string, perCall, perMinute string) string {
	switch {
	case p.PerCall == 0:
		return write(p.PerMinute) + perMinute
	case p.PerMinute == 0:
		return write(p.PerCall) + perCall
	}
	return write(p.PerCall) + perCall + " + " + write(p.PerMinute) + perMinute
}

// of is what a call of so many seconds costs. This is the only place where an amount is rounded: half up, once, at the
// micro-euro. (2rs + 60) / 120 is rs/60 + 1/2, cut off.
func (p Price) of(seconds int64) Money {
	return p.PerCall + (2*p.PerMinute*Money(seconds)+60)/120
}
