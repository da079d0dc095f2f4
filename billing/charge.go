package billing

import "slices"

// A Reason says why a call could not be rated.
type Reason uint8

// The reasons. A rated call has none.
const (
	Rated         Reason = iota
	NumberUnknown        // not in the number plan, or not of the length it demands
	NeverRated           // a range that is technical, closed or not assigned
	PriceUnknown         // the prefix gives a ceiling, the number has no price
	NotEnded
	AnswerUnknown // it was answered, and nobody knows when
	TrunkUnknown  // no rate of that trunk for the number that was dialled
)

var reasonWords = []string{"", "number_unknown", "never_rated", "price_unknown", "not_ended", "answer_unknown", "trunk_unknown"}

func (r Reason) String() string { return reasonWords[r] }

// MarshalText writes the reason as records have it.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// ParseReason reads what String writes; what it does not know is NumberUnknown, never Rated.
func ParseReason(s string) Reason {
	if i := slices.Index(reasonWords, s); i >= 0 {
		return Reason(i)
	}
	return NumberUnknown
}

// Flags of a charge: it stands, and somebody should look at it.
type Flags uint8

// The flags.
const (
	CapExceeded    Flags = 1 << iota // above 24 EUR, or longer than 30 minutes above 0.20 EUR/min
	ZeroDuration                     // answered and ended in the same millisecond
	ClockBackwards                   // ended before it was answered
	OriginUnknown                    // counted as a mobile
	UnverifiedStep                   // its price is a step that comes without evidence
)

var flagWords = []string{"cap_exceeded", "zero_duration", "clock_backwards", "origin_unknown", "unverified_step"}

// Words names the flags, as records have them.
func (f Flags) Words() []string {
	var words []string
	for i, w := range flagWords {
		if f&(1<<i) != 0 {
			words = append(words, w)
		}
	}
	return words
}

// ParseFlags reads what Words wrote; words that it does not know are left out.
func ParseFlags(words []string) (f Flags) {
	for _, word := range words {
		for i, w := range flagWords {
			if w == word {
				f |= 1 << i
			}
		}
	}
	return f
}

// A Side is who pays or is paid.
type Side uint8

// The sides.
const (
	Caller Side = iota
	Owner
)

func (s Side) String() string {
	if s == Caller {
		return "caller"
	}
	return "owner"
}

// A Part is one component of a charge.
type Part uint8

// The components.
const (
	ServicePart Part = iota // what the number costs the caller
	CallPart                // the ordinary call, which the caller's operator prices
	PayoutPart              // what the owner is paid
	CostPart                // what the owner pays
)

var partWords = []string{"service", "call", "payout", "cost"}

func (p Part) String() string { return partWords[p] }

// Side says whose component it is.
func (p Part) Side() Side {
	if p == ServicePart || p == CallPart {
		return Caller
	}
	return Owner
}

// ParsePart reads what String writes.
func ParsePart(s string) (Part, bool) {
	for i, w := range partWords {
		if w == s {
			return Part(i), true
		}
	}
	return 0, false
}

// A Standing says whether the amount of a line means anything.
type Standing uint8

// The standings.
const (
	Unknown Standing = iota // the contract was not entered; shown as "?"
	Counted
	NotCounted // the caller's operator prices it
)

var standingWords = []string{"unknown", "counted", "not_counted"}

func (s Standing) String() string { return standingWords[s] }

// ParseStanding reads what String writes; what it does not know is Unknown.
func ParseStanding(s string) Standing { return Standing(max(slices.Index(standingWords, s), 0)) }

// The two steps that name no price.
const (
	StepFree   = "FREE"   // the caller pays nothing
	StepNormal = "NORMAL" // the caller pays an ordinary call
)

// A Line is one component of a charge with its explanation: Term.Price for Seconds, by Term.Rule, is Amount.
type Line struct {
	Part     Part
	Standing Standing
	Tax      Tax
	VATRate  BasisPoints
	Amount   Money // zero unless Counted; what the owner pays is negative, what the owner is paid positive
	Seconds  int64 // the length of the call; Term.Price.Counted of them are paid for
	Term     *Term // nil when there is no price: free, not counted, not known
}

// VAT is the tax in Amount when Tax is TaxIncluded, and what comes on top of it otherwise; of the same sign.
func (l *Line) VAT() Money {
	if l.Tax == TaxIncluded {
		return l.VATRate.In(l.Amount)
	}
	return l.VATRate.On(l.Amount)
}

// Step is the tariff step that the line was counted by, "" when it is none of the listed ones.
func (l *Line) Step() string {
	switch {
	case l.Term != nil:
		return l.Term.Step
	case l.Standing == Counted:
		return StepFree
	case l.Standing == NotCounted:
		return StepNormal
	}
	return ""
}

// Net is the amount without tax.
func (l *Line) Net() Money {
	if l.Tax == TaxIncluded {
		return l.Amount - l.VAT()
	}
	return l.Amount
}

// Gross is the amount with tax.
func (l *Line) Gross() Money {
	if l.Tax == TaxIncluded {
		return l.Amount
	}
	return l.Amount + l.VAT()
}

// Reckoned is the amount as its side counts it: the caller's with tax, the owner's without.
func (l *Line) Reckoned() Money {
	if l.Part.Side() == Caller {
		return l.Gross()
	}
	return l.Net()
}

// A Charge is what a call cost. A call that was never answered has no lines and no reason.
type Charge struct {
	lines   [4]Line
	n       int8
	Unrated Reason
	Flags   Flags
	Version string // of the data it was counted by
}

// NewCharge puts a charge together from what was kept of it.
func NewCharge(lines []Line, why Reason, flags Flags, version string) Charge {
	c := Charge{Unrated: why, Flags: flags, Version: version}
	for _, l := range lines[:min(len(lines), len(c.lines))] {
		*c.add(l.Part) = l
	}
	return c
}

// add makes room for a component. No call has more than one of each.
func (c *Charge) add(p Part) *Line {
	l := &c.lines[c.n]
	c.n++
	l.Part = p
	return l
}

// Lines are the components: the caller's first.
func (c *Charge) Lines() []Line { return c.lines[:c.n] }

// Line returns one component.
func (c *Charge) Line(p Part) (Line, bool) {
	for _, l := range c.Lines() {
		if l.Part == p {
			return l, true
		}
	}
	return Line{}, false
}

// Has reports whether a flag is set.
func (c *Charge) Has(f Flags) bool { return c.Flags&f != 0 }

// Sum adds up what counts on one side: the caller's with tax, the owner's without. It is not complete when a component
// of that side is unknown or the call could not be rated.
func (c *Charge) Sum(side Side) (sum Money, complete bool) {
	complete = c.Unrated == Rated || c.Unrated == TrunkUnknown && side == Caller // callers do not pay what we dial
	for i := range c.Lines() {
		l := &c.lines[i]
		if l.Part.Side() != side {
			continue
		}
		sum += l.Reckoned()
		complete = complete && l.Standing != Unknown
	}
	return sum, complete
}

// Same reports whether two charges come to the same and are explained the same way, whatever the version of the data and
// wherever the prices were said.
func (c *Charge) Same(o *Charge) bool {
	if c.Unrated != o.Unrated || c.Flags != o.Flags || c.n != o.n {
		return false
	}
	for i, a := range c.Lines() {
		b := o.lines[i]
		if (a.Term == nil) != (b.Term == nil) || a.Term != nil && (a.Term.Price != b.Term.Price || a.Term.Rule != b.Term.Rule || a.Term.Step != b.Term.Step) {
			return false
		}
		a.Term, b.Term = nil, nil
		if a != b {
			return false
		}
	}
	return true
}
