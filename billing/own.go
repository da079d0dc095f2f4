package billing

import (
	"errors"
	"slices"
	"strings"
	"time"

	"hotline/number"
)

// A NumberPrice is the price of a number, or its family where that is all there is to say, and how it is counted.
type NumberPrice struct {
	Price    Price
	Step     string // FREE or NORMAL; "" when Price says it
	Contract string // whose rule counts it; "" for the usual one
}

// String writes it as ParseServicePrice reads it.
func (p NumberPrice) String() string { return p.or(p.Price.String()) }

// FR writes it in French; free and normal are words of the rules file.
func (p NumberPrice) FR() string { return p.or(p.Price.FR()) }

func (p NumberPrice) or(price string) string {
	if p.Step != "" {
		return strings.ToLower(p.Step)
	}
	if p.Contract != "" {
		price += " (" + p.Contract + ")"
	}
	return price
}

// An Own is what the rules file says about the prices of one of our own numbers: each a list with the moments from which
// it holds, a zero moment being "already".
type Own struct {
	Number       number.Number
	Price        []Dated[NumberPrice] // empty: the rules name no price
	Rates        []OwnRate
	Contract     string // whose rule counts all of it; "" for the usual one
	Announcement string
	Purpose      string
	Source       string // where it stands: "rules.yaml l. 21"
}

// An OwnRate is what the contract of a number says about one origin of its callers.
type OwnRate struct {
	Kind   Kind
	Origin Origin
	Price  []Dated[NumberPrice]
}

// SetPrices returns the data that says from now on what the rules say about our own numbers, and everything that is wrong
// with it. What has been is never changed; a number that the rules no longer have, or no longer name a price for, has
// none of theirs from now on. A list that says something else about the past is refused or, if it only comes late, warned
// of and put in force from now on: a start of the telephone is no place to refuse it.
func (d Data) SetPrices(own []Own, now time.Time, late bool) (Data, []Problem) {
	s := setter{data: d, now: now, late: late, ours: map[number.Number]bool{}}
	for _, o := range own {
		s.ours[o.Number] = true
		s.service(o)
		for _, r := range o.Rates {
			s.rate(o, r)
		}
	}
	s.data.Services = endOwn(s.data.Services, now, func(r *ServiceRow) (*Span, bool) { return &r.Span, r.FromRules && !s.ours[r.Number] })
	s.data.Owner = endOwn(s.data.Owner, now, func(r *OwnerRow) (*Span, bool) { return &r.Span, r.FromRules && !s.ours[r.Number] })
	if Errors(s.problems) == nil {
		s.check(own)
	}
	return s.data, s.problems
}

// A setter puts what the rules say in force.
type setter struct {
	data     Data
	now      time.Time
	late     bool
	ours     map[number.Number]bool
	problems []Problem
}

// service sets the price of a number. An empty list ends what an earlier list said, and nothing that others entered.
func (s *setter) service(o Own) {
	if len(o.Price) == 0 {
		s.data.Services = endOwn(s.data.Services, s.now, func(r *ServiceRow) (*Span, bool) { return &r.Span, r.FromRules && r.Number == o.Number })
		return
	}
	var history []Dated[NumberPrice]
	rows := map[time.Time]ServiceRow{}
	for _, r := range s.data.Services {
		if r.Number != o.Number {
			continue
		}
		p := NumberPrice{Price: r.Price, Contract: r.Contract}
		if r.Price.Zero() {
			p.Step = r.Step
		}
		history = append(history, Dated[NumberPrice]{r.Span, p})
		rows[r.From] = r
	}
	history, ok := s.settle(o, "price", history, o.Price)
	if !ok {
		return
	}
	s.data.Services = slices.DeleteFunc(slices.Clone(s.data.Services), func(r ServiceRow) bool { return r.Number == o.Number })
	for _, h := range history {
		r, was := rows[h.From]
		if !was || (NumberPrice{Price: r.Price, Contract: r.Contract, Step: h.Value.Step}) != h.Value || r.Price.Zero() && r.Step != h.Value.Step {
			r = ServiceRow{Source: o.Source}
		}
		if h.Until.IsZero() || h.Until.After(s.now) {
			r.Announcement, r.Purpose = o.Announcement, o.Purpose
		}
		r.Number, r.Price, r.Contract, r.Span, r.FromRules = o.Number, h.Value.Price, h.Value.Contract, h.Span, true
		if r.Step == "" {
			r.Step = h.Value.Step
		}
		s.data.nameStep(&r)
		s.data.Services = append(s.data.Services, r)
	}
}

// rate does the same for one price of the contract of a number.
func (s *setter) rate(o Own, rate OwnRate) {
	key := OwnerRow{Number: o.Number, Kind: rate.Kind, Origin: rate.Origin}.key()
	if len(rate.Price) == 0 {
		s.data.Owner = endOwn(s.data.Owner, s.now, func(r *OwnerRow) (*Span, bool) { return &r.Span, r.FromRules && r.key() == key })
		return
	}
	var history []Dated[NumberPrice]
	rows := map[time.Time]OwnerRow{}
	for _, r := range s.data.Owner {
		if r.key() == key {
			history = append(history, Dated[NumberPrice]{r.Span, NumberPrice{Price: r.Price, Contract: r.Contract}})
			rows[r.From] = r
		}
	}
	history, ok := s.settle(o, string(rate.Kind), history, rate.Price)
	if !ok {
		return
	}
	s.data.Owner = slices.DeleteFunc(slices.Clone(s.data.Owner), func(r OwnerRow) bool { return r.key() == key })
	for _, h := range history {
		r, was := rows[h.From]
		if !was || (NumberPrice{Price: r.Price, Contract: r.Contract}) != h.Value {
			r = OwnerRow{Number: o.Number, Kind: rate.Kind, Origin: rate.Origin, Source: o.Source}
		}
		r.Price, r.Contract, r.Span, r.FromRules = h.Value.Price, h.Value.Contract, h.Span, true
		s.data.Owner = append(s.data.Owner, r)
	}
}

// endOwn ends from now on the rows that are the rules'.
func endOwn[R any](rows []R, now time.Time, own func(*R) (*Span, bool)) []R {
	out := make([]R, 0, len(rows))
	for _, r := range rows {
		span, ours := own(&r)
		if ours && (span.Until.IsZero() || span.Until.After(now)) {
			if !span.From.Before(now) {
				continue
			}
			span.Until = now
		}
		out = append(out, r)
	}
	return out
}

// settle works out the history of a price, whose past the rules do not change: neither its amounts nor how they were counted.
func (s *setter) settle(o Own, what string, history, want []Dated[NumberPrice]) ([]Dated[NumberPrice], bool) {
	slices.SortFunc(history, func(a, b Dated[NumberPrice]) int { return a.From.Compare(b.From) })
	amounts := slices.Clone(history)
	for i := range amounts {
		amounts[i].Value.Contract = ""
	}
	settled, err := Amend(amounts, want, s.now)
	french := map[string]string{"price": "prix", string(Cost): "coût", string(Payout): "reversement", string(Ordinary): "appel"}[what]
	if past := (*PastError)(nil); errors.As(err, &past) {
		s.problems = append(s.problems, Problem{What: o.Number.National(), Warning: s.late, FR: french + " : " + past.FR(), EN: what + ": " + past.Error()})
		if !s.late {
			return nil, false
		}
		settled, err = Amend(amounts, fromNow(want, s.now), s.now)
	}
	if err != nil {
		s.problems = append(s.problems, Problem{What: o.Number.National(), FR: french + " : " + err.Error(), EN: what + ": " + err.Error()})
		return nil, false
	}
	var out []Dated[NumberPrice]
	for _, h := range settled {
		value := h.Value
		value.Contract = o.Contract
		pieces := []Dated[NumberPrice]{{h.Span, value}}
		for _, old := range history {
			if was, ok := old.Span.and(h.Span).and(Span{Until: s.now}).some(); ok {
				value.Contract = old.Value.Contract
				pieces = Put(pieces, was, value)
			}
		}
		out = append(out, pieces...)
	}
	return out, true
}

// fromNow is what a list says from now on.
func fromNow(want []Dated[NumberPrice], now time.Time) (out []Dated[NumberPrice]) {
	for _, w := range want {
		if w.From.After(now) {
			out = append(out, w)
		} else {
			out = []Dated[NumberPrice]{{Value: w.Value}}
		}
	}
	return out
}

// check looks at what our numbers have from now on. What others of the tables are like is not the rules' business.
func (s *setter) check(own []Own) {
	view := s.data
	lives := func(n number.Number, span Span) bool {
		return s.ours[n] && (span.Until.IsZero() || span.Until.After(s.now))
	}
	view.Services = slices.DeleteFunc(slices.Clone(view.Services), func(r ServiceRow) bool { return !lives(r.Number, r.Span) })
	view.Owner = slices.DeleteFunc(slices.Clone(view.Owner), func(r OwnerRow) bool { return !lives(r.Number, r.Span) })
	view.Trunks = nil
	for _, p := range view.Check() {
		about, _, _ := strings.Cut(p.What, " ")
		if slices.ContainsFunc(own, func(o Own) bool { return o.Number.National() == about }) {
			s.problems = append(s.problems, p)
		}
	}
	for _, o := range own {
		if len(o.Price) > 0 && o.Price[0].From.After(s.now) && !slices.ContainsFunc(view.Services, func(r ServiceRow) bool { return r.Number == o.Number && r.Holds(s.now) }) {
			s.problems = append(s.problems, Problem{What: o.Number.National(), Warning: s.late,
				FR: "aucun prix avant le " + Day(o.Price[0].From) + " ; d'ici là ses appels ne seraient ni comptés, ni limités, ni annoncés",
				EN: "no price before " + Day(o.Price[0].From) + "; until then its calls would be neither rated, nor limited, nor announced"})
		}
	}
}

// OwnNumbers says what is wrong with rows about numbers whose master is the rules file: they may only correct the past, and
// only on purpose.
func (d Data) OwnNumbers(more Data, now time.Time, correct bool) (problems []Problem) {
	type about struct {
		number number.Number
		kind   Kind // "" for the price
	}
	own := map[about]string{}
	lives := func(fromRules bool, s Span) bool { return fromRules && (s.Until.IsZero() || s.Until.After(now)) }
	for _, s := range d.Services {
		if lives(s.FromRules, s.Span) {
			own[about{s.Number, ""}] = s.Source
		}
	}
	for _, o := range d.Owner {
		if lives(o.FromRules, o.Span) {
			own[about{o.Number, o.Kind}] = o.Source
		}
	}
	look := func(line int, n number.Number, k Kind, s Span) {
		source, ours := own[about{n, k}]
		switch past := !s.Until.IsZero() && !s.Until.After(now); {
		case !ours || n == "" || past && correct:
		case correct:
			problems = append(problems, Problem{Line: line, What: n.National(),
				FR: "--correct ne corrige que le passé : dites jusqu'à quand, --to (au plus tard maintenant)",
				EN: "--correct corrects only the past: say until when, --to (now at the latest)"})
		case past:
			problems = append(problems, Problem{Line: line, What: n.National(),
				FR: "c'est un de vos numéros : corriger son passé se demande avec --correct",
				EN: "it is one of your numbers: correcting its past is asked for with --correct"})
		default:
			problems = append(problems, Problem{Line: line, What: n.National(),
				FR: "c'est un de vos numéros : son prix est dans " + source + ", changez-le là",
				EN: "it is one of your numbers: its price stands in " + source + ", change it there"})
		}
	}
	for _, s := range more.Services {
		look(s.Line, s.Number, "", s.Span)
	}
	for _, o := range more.Owner {
		look(o.Line, o.Number, o.Kind, o.Span)
	}
	return problems
}
