package main

import (
	"context"
	"fmt"

	"hotline/number"
	"hotline/routing"
	"hotline/store"
)

// explained is how much of a difference a hypothesis has to leave over at most, as a part, to be named at all.
const explained = 20

// cause says why a number differs, in sentences.
func (c *reconciliation) cause(ctx context.Context, db *store.DB, n number.Number, theirs *claim, o *ours) ([]string, error) {
	probable := c.say("cause probable : ", "probable cause: ")
	switch {
	case theirs == nil:
		return []string{probable + c.say("le relevé ne nomme pas ce numéro", "the statement does not name this number")}, nil
	case o.calls == 0 && len(o.by) == 0:
		return []string{probable + c.say("aucun appel chez nous ; le numéro est-il dans rules.yaml (arrives_as) ?", "no calls of ours; is the number in rules.yaml (arrives_as)?")}, nil
	case o.unknown == o.calls && o.unknown > 0:
		return []string{fmt.Sprintf(c.say("chez nous, contrat non renseigné, appels sans montant : %d. À faire : we_pay ou we_earn dans rules.yaml, puis hotline cdr rerate",
			"our contract is not entered, calls without an amount: %d. To do: we_pay or we_earn in rules.yaml, then hotline cdr rerate"), o.unknown)}, nil
	case o.unknown > 0:
		return []string{fmt.Sprintf(c.say("appels sans montant chez nous : %d ; l'écart n'est pas comparable. À faire : hotline tariff check, puis hotline cdr rerate",
			"calls of ours without an amount: %d; the difference means nothing yet. To do: hotline tariff check, then hotline cdr rerate"), o.unknown)}, nil
	}
	if why := c.exact(*theirs, o); why != "" {
		return []string{probable + why}, nil
	}
	if theirs.hasCalls && theirs.calls != o.calls {
		return c.missing(ctx, db, n, *theirs, o, probable)
	}
	if why := c.nearly(*theirs, o); why != "" {
		return []string{probable + why}, nil
	}
	return []string{c.say("cause non trouvée. À faire : hotline cdr export --number ", "no cause found. To do: hotline cdr export --number ") + n.National() +
		c.say(", et comparez avec le détail de l'opérateur", ", and compare with the operator's details")}, nil
}

// exact finds the simplest way of counting by which ours becomes theirs: first one thing, then that and the tax.
func (c *reconciliation) exact(theirs claim, o *ours) string {
	with := c.say("les montants sont TTC, pas HT", "the amounts are with VAT, not without")
	if c.theirs.tax == "TTC" {
		with = c.say("les montants sont HT, pas TTC", "the amounts are without VAT, not with")
	}
	if theirs.hasMoney && c.matches(theirs, o.reckoning, c.otherMoney(o.reckoning)) {
		return with
	}
	for _, tax := range []bool{false, true} {
		for i, way := range o.ways {
			amount, and, theirs := c.money(o.by[i]), "", theirs
			if way.priced && distance(theirs.seconds, o.seconds) <= theirs.secondsOff {
				theirs.hasTime = false
			}
			if tax {
				amount, and = c.otherMoney(o.by[i]), c.say(", et ", ", and ")+with
			}
			if !o.by[i].impossible && c.matches(theirs, o.by[i], amount) && (!tax || theirs.hasMoney) {
				return c.say(way.fr, way.en) + and
			}
		}
	}
	return ""
}

// nearly finds the way of counting that leaves the least of the difference of the amounts, if that is little.
func (c *reconciliation) nearly(theirs claim, o *ours) string {
	off := abs(theirs.amount - c.money(o.reckoning))
	if off <= theirs.amountOff {
		return "" // the amounts are the same: nothing about them needs a reason
	}
	best, why := off/explained, ""
	for i, way := range o.ways {
		left := abs(theirs.amount - c.money(o.by[i]))
		if !theirs.hasMoney || o.by[i].impossible || left > best || theirs.hasCalls && o.by[i].calls != theirs.calls {
			continue
		}
		best, why = left, fmt.Sprintf(c.say("%s (reste %s)", "%s (%s left over)"), c.say(way.fr, way.en), c.tongue.money(left, 4))
	}
	return why
}

// missing tells how many calls one side has and the other has not, and which one when it can be only one.
func (c *reconciliation) missing(ctx context.Context, db *store.DB, n number.Number, theirs claim, o *ours, probable string) ([]string, error) {
	if theirs.calls > o.calls {
		return []string{probable + fmt.Sprintf(c.say("appels qui manquent chez nous : %d. À faire : cherchez les appels qui ne sont pas passés par hotline (repli du standard)",
			"calls that we do not have: %d. To do: look for calls that did not come to hotline (the fallback of the switch)"), theirs.calls-o.calls)}, nil
	}
	out := []string{probable + fmt.Sprintf(c.say("appels qui manquent chez eux : %d", "calls that they do not have: %d"), o.calls-theirs.calls)}
	if o.calls-theirs.calls != 1 || !theirs.hasMoney && !theirs.hasTime {
		return out, nil
	}
	var found []string
	f := c.window()
	f.Number = n
	err := db.Each(ctx, f, func(r *store.Charged) error {
		for _, l := range r.Legs {
			if l.Role != routing.Customer {
				continue
			}
			s := c.sample(r, l)
			rest := reckoning{calls: o.calls - 1, seconds: o.seconds - s.seconds, net: o.net - s.net, gross: o.gross - s.gross}
			if s.inMonth && c.matches(theirs, rest, c.money(rest)) {
				found = append(found, fmt.Sprintf("%s, %s, hotline cdr show %s", s.answered.In(paris()).Format("02/01/2006 15:04:05"), c.length(s.ended.Sub(s.answered)), s.id))
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the records: %w", err)
	}
	if len(found) == 1 {
		out = append(out, c.say("c'est celui du ", "it is that of ")+found[0])
	}
	return out, nil
}
