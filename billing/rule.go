package billing

import (
	"fmt"
	"strings"
)

// A Rule is how a contract counts. The zero Rule is what French special numbers are counted by unless a contract says
// otherwise: each begun second, one rounding, half up, six decimals.
type Rule struct {
	Seconds   Seconds
	PerSecond bool     // the price of one second is rounded to six decimals before it is multiplied
	Amount    Rounding // of the amount
	Dropped   int8     // how many of the six decimals the amount does not keep
}

// Seconds says how a part of a second counts.
type Seconds uint8

// The ways to count a part of a second.
const (
	SecondUp      Seconds = iota // a begun second is a second
	SecondDown                   // only whole seconds count
	SecondNearest                // half a second and more is a second
)

// Rounding says where an amount goes that lies between two.
type Rounding uint8

// The roundings. Amounts are never negative when they are rounded.
const (
	HalfUp Rounding = iota
	HalfEven
	Up
	Down
)

var (
	secondWords   = []string{"second_up", "second_down", "second_nearest"}
	roundingWords = []string{"half_up", "half_even", "up", "down"}
)

// String names the rule as records and files have it: "second_up/half_up/6", "second_up/per_second/half_up/6".
func (r Rule) String() string {
	perSecond := ""
	if r.PerSecond {
		perSecond = "per_second/"
	}
	return fmt.Sprintf("%s/%s%s/%d", secondWords[r.Seconds], perSecond, roundingWords[r.Amount], 6-r.Dropped)
}

// ParseRule reads what String writes. An empty text is the usual rule.
func ParseRule(s string) (Rule, error) {
	if s == "" {
		return Rule{}, nil
	}
	for seconds := range secondWords {
		for amount := range roundingWords {
			for dropped := range int8(7) {
				for _, perSecond := range []bool{false, true} {
					r := Rule{Seconds(seconds), perSecond, Rounding(amount), dropped}
					if r.String() == s {
						return r, nil
					}
				}
			}
		}
	}
	return Rule{}, fmt.Errorf("rule %q: write second_up, second_down or second_nearest, then /per_second if the price of a second is rounded, "+
		"then /%s, then /6 for the decimals", s, strings.Join(roundingWords, ", /"))
}

// count turns the length of a call into seconds.
func (s Seconds) count(ms int64) int64 {
	switch s {
	case SecondDown:
		return ms / 1000
	case SecondNearest:
		return (ms + 500) / 1000
	}
	return (ms + 999) / 1000
}

// unit is the smallest amount the rule knows, in micro-euro.
func (r Rule) unit() Money {
	unit := Money(1)
	for range r.Dropped {
		unit *= 10
	}
	return unit
}

// divide rounds the fraction n/d, neither of them negative, to a whole number.
func (r Rounding) divide(n, d Money) Money {
	whole, rest := n/d, n%d
	switch r {
	case Down:
		return whole
	case Up:
		if rest > 0 {
			whole++
		}
		return whole
	case HalfEven:
		if 2*rest > d || 2*rest == d && whole%2 == 1 {
			whole++
		}
		return whole
	}
	if 2*rest >= d {
		whole++
	}
	return whole
}
