package billing

import "time"

// A Span is the time in which something holds, half open: from From on, up to and not including Until. A zero Until is
// open.
type Span struct{ From, Until time.Time }

// Holds reports whether at lies in the span.
func (s Span) Holds(at time.Time) bool {
	return !at.Before(s.From) && (s.Until.IsZero() || at.Before(s.Until))
}

// overlaps reports whether two spans have a moment in common.
func (s Span) overlaps(o Span) bool {
	return (o.Until.IsZero() || s.From.Before(o.Until)) && (s.Until.IsZero() || o.From.Before(s.Until))
}

// and is what two spans have in common. It may be nothing: see some.
func (s Span) and(o Span) Span {
	if o.From.After(s.From) {
		s.From = o.From
	}
	if s.Until.IsZero() || !o.Until.IsZero() && o.Until.Before(s.Until) {
		s.Until = o.Until
	}
	return s
}

// some reports whether there is any time in the span.
func (s Span) some() (Span, bool) { return s, s.Until.IsZero() || s.From.Before(s.Until) }

// A Tax says whether an amount is with the value-added tax or without.
type Tax uint8

// What an amount is.
const (
	TaxExcluded Tax = iota // HT
	TaxIncluded            // TTC
)

// A Term is a price as it was agreed: how much, how it is counted, with tax or without, since when, and where that is
// written. A charge points to the terms it was counted by, so that it explains itself.
type Term struct {
	Price      Price
	Rule       Rule
	Tax        Tax
	Step       string // the tariff step: "D080", "A299", "FREE", "NORMAL"; "" when it is none of the listed ones
	Unverified bool   // the step comes without evidence
	Contract   string // "" for the usual one
	Source     string // where it was said: "rules.yaml l. 21", a file, a command
	Span
}

// BasisPoints is a rate of tax in hundredths of a per cent: 2000 is 20 %.
type BasisPoints uint16

// In is the tax that an amount with tax contains, rounded half up to the micro-euro.
func (b BasisPoints) In(with Money) Money {
	if with < 0 {
		return -b.In(-with)
	}
	return HalfUp.divide(with*Money(b), 10_000+Money(b))
}

// On is the tax to be added to an amount without it, rounded half up to the micro-euro.
func (b BasisPoints) On(without Money) Money {
	if without < 0 {
		return -b.On(-without)
	}
	return (without*Money(b) + 5_000) / 10_000
}

// String writes it as contracts have it.
func (t Tax) String() string {
	if t == TaxIncluded {
		return "TTC"
	}
	return "HT"
}

// ParseTax reads what String writes; everything else is without tax.
func ParseTax(s string) Tax {
	if s == "TTC" {
		return TaxIncluded
	}
	return TaxExcluded
}
