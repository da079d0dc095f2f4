package main

import (
	"cmp"
	"slices"
	"time"

	"hotline/billing"
	"hotline/number"
	"hotline/routing"
	"hotline/store"
)

// A sample is one call as far as an operator may count it in its own way.
type sample struct {
	number       number.Number
	origin       billing.Origin
	begun, ended time.Time
	answered     time.Time // zero when it never was
	seconds      int64     // from answer to end, as it was charged
	term         *billing.Term
	net, gross   billing.Money // as it was charged, never negative
	known        bool          // net and gross mean something
	vat          billing.BasisPoints
	id           string
	inMonth      bool // by the Paris day of the answer
}

// A hypothesis is one way to count, beside ours. What it leaves out is as ours.
type hypothesis struct {
	fr, en  string
	counts  func(*sample) bool  // whether the call is in the month at all
	seconds func(*sample) int64 // how long it was
	rule    func(billing.Rule) billing.Rule
	term    func(*sample) *billing.Term // by what it is counted
	priced  bool                        // only the amount is counted so; the statement may tell the time as it was
}

// A reckoning is what calls come to by one hypothesis.
type reckoning struct {
	calls, seconds int64
	net, gross     billing.Money
	impossible     bool // the contracts say nothing of what the hypothesis needs
}

// A reckoner counts the calls of a month in every way that is thought of.
type reckoner struct {
	tariffs *store.Tariffs
	kind    billing.Kind
	month   store.Period
	common  []hypothesis
	own     map[number.Number]*ours
}

// An ours is what our records say of one number, and what they would say by each hypothesis.
type ours struct {
	reckoning
	unknown int64 // calls whose amount is not known
	ways    []hypothesis
	by      []reckoning
}

func newReckoner(tariffs *store.Tariffs, kind billing.Kind, month store.Period) *reckoner {
	r := &reckoner{tariffs: tariffs, kind: kind, month: month, own: map[number.Number]*ours{}}
	answered := func(s *sample) bool { return !s.answered.IsZero() }
	utc := store.Period{From: time.Date(month.From.Year(), month.From.Month(), month.From.Day(), 0, 0, 0, 0, time.UTC),
		Until: time.Date(month.Until.Year(), month.Until.Month(), month.Until.Day(), 0, 0, 0, 0, time.UTC)}
	origin := func(o billing.Origin) func(*sample) *billing.Term {
		return func(s *sample) *billing.Term { return r.term(s.number, o, at(s)) }
	}
	r.common = []hypothesis{
		{fr: "chaque appel est compté en minutes entières", en: "each call is counted in whole minutes", seconds: func(s *sample) int64 { return (s.seconds + 59) / 60 * 60 }, priced: true},
		{fr: "chaque appel est compté 60 s au moins", en: "each call is counted as 60 s at least", seconds: func(s *sample) int64 { return max(s.seconds, 60) }, priced: true},
		{fr: "le prix d'une seconde est arrondi à 6 décimales", en: "the price of a second is rounded to 6 decimals",
			rule: func(x billing.Rule) billing.Rule { x.PerSecond = true; return x }},
		{fr: "chaque appel est arrondi au centime", en: "each call is rounded to the cent", rule: func(x billing.Rule) billing.Rule { x.Dropped = 4; return x }},
		{fr: "tous les appels sont comptés comme venant de mobiles", en: "all calls are counted as from mobiles", term: origin(billing.FromMobile)},
		{fr: "tous les appels sont comptés comme venant de lignes fixes", en: "all calls are counted as from fixed lines", term: origin(billing.FromFixed)},
		{fr: "les appels non décrochés sont comptés", en: "unanswered calls are counted", counts: func(s *sample) bool { return r.holds(at(s)) }},
		{fr: "les appels non décrochés sont comptés, avec le temps de sonnerie", en: "unanswered calls are counted, with the time they rang",
			counts: func(s *sample) bool { return r.holds(at(s)) }, seconds: func(s *sample) int64 {
				if answered(s) {
					return s.seconds
				}
				return whole(s.ended.Sub(s.begun))
			}},
		{fr: "la durée court dès l'arrivée de l'appel, pas dès le décroché", en: "the time runs from the arrival of the call, not from the answer",
			seconds: func(s *sample) int64 { return whole(s.ended.Sub(s.begun)) }},
		{fr: "les appels de 0 s ne sont pas comptés", en: "calls of 0 s are not counted", counts: func(s *sample) bool { return s.inMonth && s.seconds > 0 }},
		{fr: "le mois est celui du jour UTC, pas de Paris", en: "the month is by the day in UTC, not in Paris",
			counts: func(s *sample) bool { return answered(s) && in(utc, s.answered) }},
		{fr: "le mois est celui où l'appel est arrivé", en: "the month is that of the arrival of the call", counts: func(s *sample) bool { return answered(s) && r.holds(s.begun) }},
		{fr: "le mois est celui de la fin de l'appel", en: "the month is that of the end of the call", counts: func(s *sample) bool { return answered(s) && r.holds(s.ended) }},
	}
	return r
}

// at is the moment by which a call is counted.
func at(s *sample) time.Time {
	if s.answered.IsZero() {
		return s.begun
	}
	return s.answered
}

func whole(d time.Duration) int64 { return (max(d.Milliseconds(), 0) + 999) / 1000 }

func in(p store.Period, at time.Time) bool { return !at.Before(p.From) && at.Before(p.Until) }

func (r *reckoner) holds(at time.Time) bool { return in(r.month, at) }

// term is what the contracts say of a number, of callers from somewhere, at a moment.
func (r *reckoner) term(n number.Number, from billing.Origin, at time.Time) *billing.Term {
	if t := r.tariffs.Find(n, from, at); r.kind == billing.Payout {
		return t.Payout
	} else {
		return t.Cost
	}
}

// window is which records may be in the month by any hypothesis.
func (r *reckoner) window() store.Filter {
	return store.Filter{From: r.month.From.AddDate(0, 0, -2), To: r.month.Until.AddDate(0, 0, 2)}
}

// add counts a record by every hypothesis.
func (r *reckoner) add(c *store.Charged) {
	for _, l := range c.Legs {
		if l.Role != routing.Customer || c.Number == "" {
			continue
		}
		s := r.sample(c, l)
		o := r.own[s.number]
		if o == nil {
			o = &ours{ways: append(slices.Clone(r.common), r.changes(s.number)...)}
			o.by = make([]reckoning, len(o.ways))
			r.own[s.number] = o
		}
		if s.inMonth {
			o.calls, o.seconds = o.calls+1, o.seconds+s.seconds
			o.net, o.gross = o.net+s.net, o.gross+s.gross
			if !s.known {
				o.unknown++
			}
		}
		for i, way := range o.ways {
			o.by[i].add(way, &s)
		}
	}
}

// sample takes from a record what counts.
func (r *reckoner) sample(c *store.Charged, l routing.Leg) sample {
	s := sample{number: c.Number, origin: billing.OriginOf(c.Caller), begun: c.Opened, ended: l.Ended, answered: l.Answered, id: c.ID, known: true}
	s.inMonth = !s.answered.IsZero() && r.holds(s.answered)
	s.vat = r.tariffs.Find(c.Number, s.origin, at(&s)).VAT
	s.term = r.term(c.Number, s.origin, at(&s))
	if !s.answered.IsZero() {
		s.seconds = whole(s.ended.Sub(s.answered))
	}
	for i := range c.Ratings {
		rating := &c.Ratings[i]
		if rating.Leg != l.ID {
			continue
		}
		part := billing.CostPart
		if r.kind == billing.Payout {
			part = billing.PayoutPart
		}
		line, there := rating.Line(part)
		s.known = rating.Unrated == billing.Rated && (!there || line.Standing == billing.Counted)
		if s.known && there {
			s.net, s.gross, s.seconds, s.term = abs(line.Net()), abs(line.Gross()), line.Seconds, line.Term
		} else if s.known && !s.answered.IsZero() {
			s.term = nil // nothing of the kind is paid
		}
	}
	return s
}

func abs(m billing.Money) billing.Money { return max(m, -m) }

// add counts one call by a hypothesis.
func (r *reckoning) add(way hypothesis, s *sample) {
	counted := s.inMonth
	if way.counts != nil {
		counted = way.counts(s)
	}
	if !counted {
		return
	}
	seconds, term := s.seconds, s.term
	if way.seconds != nil {
		seconds = way.seconds(s)
	}
	if way.term != nil {
		if term = way.term(s); term == nil {
			r.impossible = true
			return
		}
	}
	r.calls, r.seconds = r.calls+1, r.seconds+seconds
	if term == nil {
		return
	}
	rule := term.Rule
	if way.rule != nil {
		rule = way.rule(rule)
	}
	amount := term.Price.Of(seconds, rule)
	if term.Tax == billing.TaxIncluded {
		r.net, r.gross = r.net+amount-s.vat.In(amount), r.gross+amount
	} else {
		r.net, r.gross = r.net+amount, r.gross+amount+s.vat.On(amount)
	}
}

// changes are the hypotheses that the price is the one before or after a change of the contract.
func (r *reckoner) changes(n number.Number) (ways []hypothesis) {
	var moments []time.Time
	see := func(s billing.Span) {
		for _, at := range []time.Time{s.From, s.Until} {
			if at.After(r.month.From.AddDate(-1, 0, 0)) && at.Before(r.month.Until.AddDate(0, 2, 0)) {
				moments = append(moments, at)
			}
		}
	}
	for _, o := range r.tariffs.Data.Owner {
		if o.Kind == r.kind && (o.Number == n || o.Number == "") {
			see(o.Span)
		}
	}
	for _, s := range r.tariffs.Data.Services {
		if s.Number == n {
			see(s.Span) // it may be another step's payout
		}
	}
	inside := func(at time.Time) int { // what changed in the month itself comes first
		if r.holds(at) {
			return 0
		}
		return 1
	}
	slices.SortFunc(moments, func(a, b time.Time) int { return cmp.Or(cmp.Compare(inside(a), inside(b)), a.Compare(b)) })
	for _, change := range slices.CompactFunc(moments, time.Time.Equal) {
		for _, side := range []struct {
			fr, en string
			at     time.Time
			may    bool // an old price may have been kept, a new one may have come early
		}{
			{"le prix d'avant le changement du ", "the price before the change of ", change.Add(-time.Millisecond), change.Before(r.month.Until)},
			{"le prix d'après le changement du ", "the price after the change of ", change, change.After(r.month.From)},
		} {
			if !side.may {
				continue
			}
			ways = append(ways, hypothesis{fr: side.fr + tongue("fr").moment(change), en: side.en + tongue("en").moment(change),
				term: func(s *sample) *billing.Term { return r.term(s.number, s.origin, side.at) }})
		}
	}
	return ways
}
