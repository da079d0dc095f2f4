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
// none from now on.
func (d Data) SetPrices(own []Own, now time.Time) (Data, []Problem) {
	var problems []Problem
	refuse := func(n number.Number, what string, err error) {
		problems = append(problems, Problem{What: n.National(), FR: what + " : " + err.Error(), EN: what + ": " + err.Error()})
		if past := (*PastError)(nil); errors.As(err, &past) {
			problems[len(problems)-1].FR = what + " : " + past.FR()
		}
	}
	said := map[number.Number]bool{}
	for _, o := range own {
		said[o.Number] = true
		var err error
		if d, err = d.setOwn(o.Number, o.by(o.Price), ServiceRow{Announcement: o.Announcement, Purpose: o.Purpose, Source: o.Source}, now); err != nil {
			refuse(o.Number, "price", err)
		}
		for _, c := range o.Rates {
			if d, err = d.setOwnRate(OwnerRow{Number: o.Number, Kind: c.Kind, Origin: c.Origin, Source: o.Source}, o.by(c.Price), now); err != nil {
				refuse(o.Number, string(c.Kind), err)
			}
		}
	}
	d = d.forget(func(n number.Number) bool { return said[n] }, now)
	if len(problems) == 0 {
		problems = d.Check()
	}
	return d, problems
}

// by has prices counted by the contract of the number.
func (o Own) by(prices []Dated[NumberPrice]) []Dated[NumberPrice] {
	out := slices.Clone(prices)
	for i := range out {
		out[i].Value.Contract = o.Contract
	}
	return out
}

// setOwn makes the price of one of our own numbers what the rules file wants from now on; the row says the rest of what
// is kept with it.
func (d Data) setOwn(n number.Number, want []Dated[NumberPrice], row ServiceRow, now time.Time) (Data, error) {
	var history []Dated[NumberPrice]
	rows := map[time.Time]ServiceRow{}
	for _, s := range d.Services {
		if s.Number != n {
			continue
		}
		p := NumberPrice{Price: s.Price, Contract: s.Contract}
		if s.Price.Zero() {
			p.Step = s.Step
		}
		history = append(history, Dated[NumberPrice]{s.Span, p})
		rows[s.From] = s
	}
	history, err := amendSorted(history, want, now)
	if err != nil {
		return d, err
	}
	d.Services = slices.DeleteFunc(slices.Clone(d.Services), func(s ServiceRow) bool { return s.Number == n })
	for _, h := range history {
		r := row
		if old, was := rows[h.From]; was && old.Price == h.Value.Price {
			r = old
		}
		r.Number, r.Price, r.Contract, r.Span, r.FromRules = n, h.Value.Price, h.Value.Contract, h.Span, true
		if r.Step == "" {
			r.Step = h.Value.Step
		}
		d.nameStep(&r)
		d.Services = append(d.Services, r)
	}
	return d, nil
}

// setOwnRate does the same for one price of the contract of one of our own numbers.
func (d Data) setOwnRate(row OwnerRow, want []Dated[NumberPrice], now time.Time) (Data, error) {
	var history []Dated[NumberPrice]
	rows := map[time.Time]OwnerRow{}
	for _, o := range d.Owner {
		if o.key() == row.key() {
			history = append(history, Dated[NumberPrice]{o.Span, NumberPrice{Price: o.Price, Contract: o.Contract}})
			rows[o.From] = o
		}
	}
	history, err := amendSorted(history, want, now)
	if err != nil {
		return d, err
	}
	d.Owner = slices.DeleteFunc(slices.Clone(d.Owner), func(o OwnerRow) bool { return o.key() == row.key() })
	for _, h := range history {
		r := row
		if old, was := rows[h.From]; was && old.Price == h.Value.Price {
			r = old
		}
		r.Price, r.Contract, r.Span, r.FromRules = h.Value.Price, h.Value.Contract, h.Span, true
		d.Owner = append(d.Owner, r)
	}
	return d, nil
}

func amendSorted[V comparable](history, want []Dated[V], now time.Time) ([]Dated[V], error) {
	slices.SortFunc(history, func(a, b Dated[V]) int { return a.From.Compare(b.From) })
	return Amend(history, want, now)
}

// forget ends from now on what the rules file said about numbers that it no longer has.
func (d Data) forget(still func(number.Number) bool, now time.Time) Data {
	ended := func(s *Span, fromRules bool, n number.Number) (drop bool) {
		if !fromRules || still(n) || !s.Until.IsZero() && !now.Before(s.Until) {
			return false
		}
		s.Until = now
		return !s.From.Before(now)
	}
	services, owner := slices.Clone(d.Services), slices.Clone(d.Owner)
	d.Services, d.Owner = nil, nil
	for _, s := range services {
		if !ended(&s.Span, s.FromRules, s.Number) {
			d.Services = append(d.Services, s)
		}
	}
	for _, o := range owner {
		if !ended(&o.Span, o.FromRules, o.Number) {
			d.Owner = append(d.Owner, o)
		}
	}
	return d
}

// OwnNumbers says what is wrong with rows about numbers whose master is the rules file: they may only correct the past, and
// only on purpose.
func (d Data) OwnNumbers(more Data, now time.Time, correct bool) (problems []Problem) {
	own := map[number.Number]string{}
	for _, s := range d.Services {
		if s.FromRules && (s.Until.IsZero() || s.Until.After(now)) {
			own[s.Number] = s.Source
		}
	}
	for _, o := range d.Owner {
		if o.FromRules && (o.Until.IsZero() || o.Until.After(now)) {
			own[o.Number] = o.Source
		}
	}
	look := func(line int, n number.Number, s Span) {
		source, ours := own[n]
		switch past := !s.Until.IsZero() && !s.Until.After(now); {
		case !ours || n == "" || past && correct:
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
		look(s.Line, s.Number, s.Span)
	}
	for _, o := range more.Owner {
		look(o.Line, o.Number, o.Span)
	}
	return problems
}
