// Package billing says what a call costs whom: the number plan, dated prices, and one pure function, Rate.
//
// Its one guarantee: the same call and the same tariffs give the same charge, in whole micro-euro, with one rounding per
// component, and everything needed to explain it stands in the result. What is not known is said to be unknown, and
// never counted as 0.
//
//	book, err := billing.NewBook(data, version)
//	charge := book.Rate(billing.Call{Number: "+33892400300", Answered: t, Ended: t.Add(183 * time.Second)})
//	// caller, service: 183 s x 0.80 EUR/min = 2.440000 EUR
package billing

import (
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

// Tariffs is everything that was valid for one number and one origin of the caller at one moment, the moment of the
// answer. A term that is nil has not been entered.
type Tariffs struct {
	Range    *Range // nil: not in the number plan, or not of the length that it demands
	Service  *Term  // the price of the number, tax included
	Ordinary *Term  // what an ordinary call costs the caller, if somebody wants it counted
	Cost     *Term  // what the owner of the number pays for a call from that origin
	Payout   *Term  // what the owner is paid
	HasCost  bool   // a cost was entered, for this origin or for another
	Guessed  bool   // the origin is not known, and Cost is that of a mobile
	VAT      BasisPoints
	Version  string // of the data
}

// Rate says what a call costs whom. The tariffs must be those valid at the answer.
func Rate(c Call, t Tariffs) Charge {
	charge := Charge{Version: t.Version}
	charge.rate(&c, &t)
	return charge
}

func (c *Charge) rate(call *Call, t *Tariffs) {
	switch {
	case call.Answered.IsZero() && call.Unknown:
		c.Unrated = AnswerUnknown
		return
	case call.Answered.IsZero():
		return // never answered: nothing is charged
	case call.Ended.IsZero():
		c.Unrated = NotEnded
		return
	}
	pays := payer(t)
	if pays.unrated != Rated {
		c.Unrated = pays.unrated
		return
	}
	ms := c.length(call)
	c.callerLines(pays, t, ms)
	c.ownerLines(pays, t, ms)
}

// length is how long the call was, by the switch's clock.
func (c *Charge) length(call *Call) (ms int64) {
	ms = call.Ended.UnixMilli() - call.Answered.UnixMilli()
	switch {
	case ms < 0:
		c.Flags |= ClockBackwards
		return 0
	case ms == 0:
		c.Flags |= ZeroDuration
	}
	return ms
}

// A paying says who pays what kind of thing for a number, before any amount.
type paying struct {
	service  bool // the caller pays the price of the number
	ordinary bool // the caller pays an ordinary call
	free     bool // the caller pays nothing
	owner    bool // the owner of the number pays and earns
	unrated  Reason
}

// payings says it for the families that leave nothing open. What is not in it is never rated.
var payings = [...]paying{
	Free:             {free: true, owner: true},
	EmergencyService: {free: true},
	OperatorFunction: {free: true},
	OtherFree:        {free: true},
	Normal:           {ordinary: true, owner: true},
	Geographic:       {ordinary: true, owner: true},
	Mobile:           {ordinary: true, owner: true},
	VerifiedCanvass:  {ordinary: true, owner: true},
	TechPlatform:     {ordinary: true, owner: true},
	Surcharged:       {service: true, ordinary: true, owner: true},
	ShortAny:         {service: true, ordinary: true, owner: true},
	UnassignedShort:  {}, // the last one there is
}

// payer decides it from the family of the number and, where the family leaves it open, from the number's own step.
func payer(t *Tariffs) paying {
	if t.Range == nil {
		return paying{unrated: NumberUnknown}
	}
	pays := payings[t.Range.Category]
	switch {
	case pays == paying{}:
		return paying{unrated: NeverRated}
	case !pays.service:
		return pays
	case t.Service == nil:
		return paying{unrated: PriceUnknown}
	case !t.Service.Price.Zero() && !t.Range.Capped: // of before the reform: the price of the whole call
		return paying{service: true, owner: true}
	case !t.Service.Price.Zero():
		return pays
	case t.Service.Step == StepFree:
		return payings[Free]
	case t.Service.Step == StepNormal:
		return payings[Normal]
	}
	return pays
}

// callerLines adds what the caller pays: C for the call, which only the caller's operator knows, and S for the service.
func (c *Charge) callerLines(pays paying, t *Tariffs, ms int64) {
	if pays.free {
		free := c.add(ServicePart)
		free.Standing, free.Tax, free.Seconds = Counted, TaxIncluded, Rule{}.Seconds.count(ms)
	}
	if pays.service {
		if l := c.count(ServicePart, t.Service, t.VAT, ms); exceeds(&t.Service.Price, l) {
			c.Flags |= CapExceeded
		}
		if t.Service.Unverified {
			c.Flags |= UnverifiedStep
		}
	}
	if pays.ordinary {
		if l := c.count(CallPart, t.Ordinary, t.VAT, ms); t.Ordinary == nil {
			l.Standing = NotCounted
		}
	}
}

// ownerLines adds what the owner is paid for a surcharged number, and what the owner pays for the call coming in. A
// surcharged number usually costs its owner nothing, so that a missing cost is only unknown for the other families.
func (c *Charge) ownerLines(pays paying, t *Tariffs, ms int64) {
	if !pays.owner {
		return
	}
	if pays.service {
		c.count(PayoutPart, t.Payout, t.VAT, ms)
	}
	if pays.service && !t.HasCost {
		return
	}
	c.count(CostPart, t.Cost, t.VAT, ms)
	if t.Guessed && t.Cost != nil {
		c.Flags |= OriginUnknown
	}
}

// count adds one component, by its term. It is the whole of the arithmetic: seconds, a price, one rounding.
func (c *Charge) count(p Part, t *Term, vat BasisPoints, ms int64) *Line {
	l := c.add(p)
	if t == nil {
		l.Seconds = Rule{}.Seconds.count(ms)
		return l
	}
	l.Standing, l.Term, l.Tax = Counted, t, t.Tax
	l.Seconds = t.Rule.Seconds.count(ms)
	l.Amount = t.Price.Of(l.Seconds, t.Rule)
	l.VATRate = vat
	if p == CostPart {
		l.Amount = -l.Amount
	}
	return l
}

// exceeds reports whether a call went over what the rules of the market allow. The amount stands as it is: a cap that came
// late is told, never applied in silence.
func exceeds(p *Price, l *Line) bool {
	return l.Amount > capAmount || p.PerMinute > capMinuteFrom && l.Seconds > int64(capLength/time.Second)
}
