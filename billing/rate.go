// Package billing says what a call costs whom: the number plan, prices, and one pure function, Rate.
//
// Its one guarantee: the same call and the same tariffs give the same charge, in whole micro-euro, with one rounding per
// component, and everything needed to explain it stands in the result. What is not known is said to be unknown, and
// never counted as 0.
//
//	Rate(Call{Number: "+33892400300", Answered: t, Ended: t.Add(183 * time.Second)}, tariffs)
//	// caller, service: 183 s x 0.80 EUR/min = 2.440000 EUR
package billing

import (
	"slices"
	"strings"
	"time"

	"hotline/number"
)

// A Call is what rating needs to know about a call.
type Call struct {
	Number   number.Number // what the caller dialled
	From     number.Number // "" when withheld
	Answered time.Time     // zero when nobody and nothing answered, or when nobody knows
	Ended    time.Time
	Unknown  bool // it was answered, and nobody knows when
}

// Tariffs is everything that was valid for one number at one moment, the moment of the answer.
type Tariffs struct {
	Range    Range
	InPlan   bool // whether Range is known
	Service  Service
	Contract Contract
	Version  string // of the data, written into each line
}

// Service is the service price of a number, dated.
type Service struct {
	Known      bool
	Price      Price
	Step       string    // "D080", "A299", "FREE", "NORMAL"; "" when the price is not one of the listed steps
	Since      time.Time // when it came into force
	Source     string    // where it was said
	Unverified bool      // the step comes without evidence
}

// Contract is what the owner of the number agreed with the operator, without tax.
type Contract struct {
	FromFixed, FromMobile, FromAbroad Term // what the owner pays, by origin of the caller
	Payout                            Term // what the owner is paid
}

// A Term is one price of a contract, which may not have been entered.
type Term struct {
	Known bool
	Price Price
}

// A Reason says why a call could not be rated.
type Reason string

// The reasons. A rated call has none.
const (
	NumberUnknown Reason = "number_unknown" // not in the number plan, or not of the length it demands
	NeverRated    Reason = "never_rated"    // a range that is technical, closed or not assigned
	PriceUnknown  Reason = "price_unknown"  // the prefix gives a ceiling, the number has no price
	NotEnded      Reason = "not_ended"
	AnswerUnknown Reason = "answer_unknown" // it was answered, and nobody knows when
)

// Flags of a charge: it stands, and somebody should look at it.
const (
	CapExceeded    = "cap_exceeded"    // above 24 EUR, or longer than 30 minutes above 0.20 EUR/min
	ZeroDuration   = "zero_duration"   // answered and ended in the same millisecond
	ClockBackwards = "clock_backwards" // ended before it was answered
	OriginUnknown  = "origin_unknown"  // counted as a mobile
	UnverifiedStep = "unverified_step"
)

// Sides and components of a line.
const (
	Caller = "caller"
	Owner  = "owner"

	ServicePart = "service" // what the number costs, tax included
	CallPart    = "call"    // the ordinary call, which the caller's operator prices
	PayoutPart  = "payout"  // what the owner is paid, without tax
	CostPart    = "cost"    // what the owner pays, without tax
)

// A Standing says whether the amount of a line means anything.
type Standing string

// The standings.
const (
	Counted    Standing = "counted"
	NotCounted Standing = "not_counted" // the caller's operator prices it
	Unknown    Standing = "unknown"     // the contract was not entered; shown as "?"
)

// RuleSecondHalfUp names the way amounts are counted: each started second, one rounding, half up, six decimals.
const RuleSecondHalfUp = "second_up/half_up/6"

// A Line is one component of a charge with its explanation: Price x Seconds = Amount.
type Line struct {
	Side        string
	Component   string
	Standing    Standing
	Amount      Money // zero unless Counted; what the owner pays is negative, what the owner is paid positive
	Price       Price
	Step        string
	Seconds     int64
	Rule        string
	DataVersion string
}

// A Charge is what a call cost. A call that was never answered has no lines and no reason.
type Charge struct {
	Lines   []Line
	Unrated Reason
	Flags   []string
}

// Sum adds up what counts on one side. It is not complete when a component of that side is unknown or the call could not be rated.
func (c Charge) Sum(side string) (sum Money, complete bool) {
	complete = c.Unrated == ""
	for _, l := range c.Lines {
		if l.Side == side {
			sum += l.Amount
			complete = complete && l.Standing != Unknown
		}
	}
	return sum, complete
}

// Rate says what a call costs whom. The tariffs must be those valid at the answer.
func Rate(c Call, t Tariffs) Charge {
	if c.Answered.IsZero() && c.Unknown {
		return Charge{Unrated: AnswerUnknown}
	}
	if c.Answered.IsZero() {
		return Charge{}
	}
	if c.Ended.IsZero() {
		return Charge{Unrated: NotEnded}
	}
	if !t.InPlan {
		return Charge{Unrated: NumberUnknown}
	}
	pays := payer(t)
	if pays.unrated != "" {
		return Charge{Unrated: pays.unrated}
	}
	charge := Charge{Lines: make([]Line, 0, 4)}
	seconds, flag := billable(c.Answered, c.Ended)
	charge.flag(flag)
	charge.callerLines(pays, t, seconds)
	charge.ownerLines(pays, c, t, seconds)
	return charge
}

// billable counts the started seconds between two stamps of the same clock.
func billable(answered, ended time.Time) (seconds int64, flag string) {
	ms := ended.UnixMilli() - answered.UnixMilli()
	switch {
	case ms < 0:
		return 0, ClockBackwards
	case ms == 0:
		return 0, ZeroDuration
	}
	return (ms + 999) / 1000, ""
}

// A paying says who pays what kind of thing for a number, before any amount.
type paying struct {
	service   bool // the caller pays a service price
	ordinary  bool // the caller pays an ordinary call
	nobody    bool // nor does the owner pay: emergency and operator functions
	zeroPrice string
	unrated   Reason
}

// payer decides it from the family of the number and, where the family leaves it open, from the number's own step.
func payer(t Tariffs) paying {
	switch t.Range.Category {
	case Free:
		return paying{zeroPrice: "FREE"}
	case EmergencyService, OperatorFunction, OtherFree:
		return paying{zeroPrice: "FREE", nobody: true}
	case Normal, Geographic, Mobile, VerifiedCanvass, TechPlatform:
		return paying{ordinary: true}
	case Surcharged, ShortAny:
		switch {
		case !t.Service.Known:
			return paying{unrated: PriceUnknown}
		case t.Range.Category == ShortAny && t.Service.Step == "FREE":
			return paying{zeroPrice: "FREE"}
		case t.Range.Category == ShortAny && t.Service.Step == "NORMAL":
			return paying{ordinary: true}
		}
		return paying{service: true, ordinary: true}
	}
	return paying{unrated: NeverRated}
}

func (c *Charge) callerLines(pays paying, t Tariffs, seconds int64) {
	line := Line{Side: Caller, Seconds: seconds, Rule: RuleSecondHalfUp, DataVersion: t.Version}
	if pays.service {
		line.Component, line.Standing, line.Step, line.Price = ServicePart, Counted, t.Service.Step, t.Service.Price
		line.Amount = line.Price.of(seconds)
		c.Lines = append(c.Lines, line)
		if line.Amount > capAmount || line.Price.PerMinute > capMinuteFrom && seconds > int64(capLength/time.Second) {
			c.flag(CapExceeded)
		}
		if t.Service.Unverified {
			c.flag(UnverifiedStep)
		}
	}
	if pays.zeroPrice != "" {
		line.Component, line.Standing, line.Step, line.Price, line.Amount = ServicePart, Counted, pays.zeroPrice, Price{}, 0
		c.Lines = append(c.Lines, line)
	}
	if pays.ordinary {
		line.Component, line.Standing, line.Step, line.Price, line.Amount = CallPart, NotCounted, "NORMAL", Price{}, 0
		c.Lines = append(c.Lines, line)
	}
}

// ownerLines adds what the owner is paid for a surcharged number, and what the owner pays for the call coming in. A
// surcharged number usually costs its owner nothing, so that a missing cost is only unknown for the other families.
func (c *Charge) ownerLines(pays paying, call Call, t Tariffs, seconds int64) {
	if pays.nobody {
		return
	}
	if pays.service {
		c.ownerLine(PayoutPart, t.Contract.Payout, 1, t, seconds)
	}
	origin := OriginOf(call.From)
	cost := t.Contract.cost(origin)
	if pays.service && t.Contract.noCost() {
		return
	}
	c.ownerLine(CostPart, cost, -1, t, seconds)
	if origin == FromUnknown && cost.Known {
		c.flag(OriginUnknown)
	}
}

func (c *Charge) ownerLine(component string, term Term, sign Money, t Tariffs, seconds int64) {
	line := Line{Side: Owner, Component: component, Standing: Unknown, Seconds: seconds, Rule: RuleSecondHalfUp, DataVersion: t.Version}
	if term.Known {
		line.Standing, line.Price, line.Amount = Counted, term.Price, sign*term.Price.of(seconds)
	}
	c.Lines = append(c.Lines, line)
}

func (c *Charge) flag(f string) {
	if f != "" && !slices.Contains(c.Flags, f) {
		c.Flags = append(c.Flags, f)
	}
}

// An Origin is where a call comes from, as contracts tell it apart.
type Origin string

// The origins.
const (
	FromFixed   Origin = "fixed"
	FromMobile  Origin = "mobile"
	FromAbroad  Origin = "intl"
	FromUnknown Origin = "unknown"
)

// OriginOf tells the origin from the caller's number. Overseas France counts like the rest of France.
func OriginOf(from number.Number) Origin {
	if from == "" || from.Short() {
		return FromUnknown
	}
	switch s := from.National(); {
	case s[0] == '+':
		return FromAbroad
	case strings.HasPrefix(s, "06"), strings.HasPrefix(s, "07"):
		return FromMobile
	case strings.HasPrefix(s, "08"):
		return FromUnknown // nobody calls from an 08 number; it is shown instead of a line
	}
	return FromFixed
}

// cost picks the term for an origin. An unknown origin counts as a mobile, the dearer one.
func (c Contract) cost(o Origin) Term {
	switch o {
	case FromFixed:
		return c.FromFixed
	case FromAbroad:
		return c.FromAbroad
	}
	return c.FromMobile
}

func (c Contract) noCost() bool {
	return !c.FromFixed.Known && !c.FromMobile.Known && !c.FromAbroad.Known
}
