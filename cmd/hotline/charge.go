package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"hotline/billing"
)

// lineWidth is where amounts end on the right.
const lineWidth = 77

// A tongue is the language a person is told things in.
type tongue string

// userTongue is the language of who runs the program.
func userTongue() tongue { return tongue(language(os.Getenv)) }

// say picks the sentence in the user's language.
func (t tongue) say(fr, en string) string {
	if t == "fr" {
		return fr
	}
	return en
}

func (t tongue) money(m billing.Money, decimals int) string {
	return t.say(m.FR(decimals), m.EN(decimals))
}

func (t tongue) price(p billing.Price) string { return t.say(p.FR(), p.EN()) }

func (t tongue) date(at time.Time) string {
	return at.In(paris()).Format(t.say("02/01/2006", "2 Jan 2006"))
}

// length writes a duration as people say it, to the millisecond where there are any.
func (t tongue) length(d time.Duration) string {
	seconds := int64(d / time.Second)
	rest := ""
	if ms := d.Milliseconds() % 1000; ms != 0 {
		rest = fmt.Sprintf(t.say(",%03d", ".%03d"), ms)
	}
	switch {
	case seconds < 60:
		return fmt.Sprintf("%d%s s", seconds, rest)
	case seconds < 3600:
		return fmt.Sprintf("%d min %02d%s s", seconds/60, seconds%60, rest)
	}
	return fmt.Sprintf("%d h %02d min %02d%s s", seconds/3600, seconds/60%60, seconds%60, rest)
}

// paris is the zone that French tariffs and calls are told in.
func paris() *time.Location { return billing.Paris() }

// sides writes text to the left and to the right of one line.
func sides(w io.Writer, left, right string) {
	gap := max(lineWidth-utf8.RuneCountInString(left)-utf8.RuneCountInString(right), 1)
	fmt.Fprintf(w, "%s%s%s\n", left, strings.Repeat(" ", gap), right)
}

// writeLines tells both sides of a charge. With detail, each line says how it was counted and from which data.
func writeLines(w io.Writer, t tongue, c *billing.Charge, detail bool) {
	for _, side := range []struct {
		name  billing.Side
		title string
	}{
		{billing.Caller, t.say("Le client paie (TTC)", "The caller pays (incl. VAT)")},
		{billing.Owner, t.say("Nous (HT)", "We (excl. VAT)")},
	} {
		titled, counted := false, false
		for _, l := range c.Lines() {
			if l.Part.Side() != side.name {
				continue
			}
			if !titled {
				fmt.Fprintf(w, "  %s\n", side.title)
				titled = true
			}
			counted = counted || l.Standing == billing.Counted
			sides(w, fmt.Sprintf("    %-12s %s", partName(t, l.Part), partWords(t, l)), partAmount(t, l))
			if detail {
				origin(w, t, l)
			}
			if todo := missing(t, l); todo != "" {
				fmt.Fprintln(w, "      "+todo)
			}
		}
		if sum, complete := c.Sum(side.name); counted && complete && side.name == billing.Caller {
			sides(w, "    "+t.say("à retenir", "to remember"), t.money(sum, 2))
		}
	}
}

func partName(t tongue, part billing.Part) string {
	switch part {
	case billing.CallPart:
		return t.say("appel", "call")
	case billing.PayoutPart:
		return t.say("reversement", "payout")
	case billing.CostPart:
		return t.say("coût", "cost")
	}
	return "service"
}

func partWords(t tongue, l billing.Line) string {
	switch {
	case l.Standing == billing.NotCounted:
		return t.say("prix d'un appel, fixé par son opérateur", "ordinary call, priced by the caller's operator")
	case l.Standing == billing.Unknown:
		return t.say("contrat non renseigné", "contract not entered")
	case l.Term == nil || l.Term.Price.Zero():
		return t.say("gratuit", "free")
	}
	words := t.counted(l.Term.Price, l.Seconds)
	if (l.Tax == billing.TaxIncluded) != (l.Part.Side() == billing.Caller) { // the amount is told in the other measure
		words += " " + l.Tax.String()
	}
	return words
}

// missing says what to do about an amount that is not known.
func missing(t tongue, l billing.Line) string {
	key := "we_pay"
	switch {
	case l.Standing != billing.Unknown || l.Part.Side() != billing.Owner:
		return ""
	case l.Part == billing.PayoutPart:
		key = "we_earn"
	}
	return fmt.Sprintf(t.say("À faire : %s sous ce numéro dans rules.yaml, d'après le contrat",
		"To do: %s under this number in rules.yaml, as the contract says"), key)
}

// counted writes how a price was counted: "183 s x 0,80 €/min", with the free seconds and blocks that the price has.
func (t tongue) counted(p billing.Price, seconds int64) string {
	words := ""
	if p.PerCall != 0 || p.PerMinute == 0 {
		words = t.price(billing.Price{PerCall: p.PerCall})
	}
	if p.PerMinute != 0 {
		if words != "" {
			words += " + "
		}
		words += fmt.Sprintf("%d s x %s", p.Counted(seconds), t.price(billing.Price{PerMinute: p.PerMinute}))
		if p.Counted(seconds) != seconds {
			words += fmt.Sprintf(t.say(" (appel de %d s)", " (call of %d s)"), seconds)
		}
	}
	for _, bound := range []struct {
		amount billing.Money
		words  string
	}{{p.Least, t.say(", au moins ", ", at least ")}, {p.Most, t.say(", au plus ", ", at most ")}} {
		if bound.amount != 0 {
			words += bound.words + t.money(bound.amount, 2)
		}
	}
	return words
}

func partAmount(t tongue, l billing.Line) string {
	switch l.Standing {
	case billing.NotCounted:
		return t.say("non compté", "not counted")
	case billing.Unknown:
		return "?"
	}
	amount := t.money(l.Reckoned(), 6)
	if l.Part.Side() == billing.Owner && l.Amount > 0 {
		return "+" + amount
	}
	return amount
}

// origin says how a line was counted, its tax, and where its price stands.
func origin(w io.Writer, t tongue, l billing.Line) {
	how := []string{fmt.Sprintf("%d s", l.Seconds)}
	if l.Step() != "" {
		how = append(how, t.say("palier ", "step ")+l.Step())
	}
	if l.Term == nil {
		fmt.Fprintf(w, "      %s\n", strings.Join(how, ", "))
		return
	}
	fmt.Fprintf(w, "      %s\n", strings.Join(append(how, t.say("règle ", "rule ")+l.Term.Rule.String()), ", "))
	tax := t.say("TVA en plus ", "VAT to add ")
	if l.Tax == billing.TaxIncluded {
		tax = t.say("dont TVA ", "of which VAT ")
	}
	since := ""
	if !l.Term.From.IsZero() {
		since = t.say(", prix depuis le ", ", price since ") + t.date(l.Term.From)
	}
	sides(w, "      "+tax+t.money(l.VAT(), 6)+since, l.Term.Source)
}

// flagWords tells a flag, or gives it as it is when it comes from elsewhere than rating.
func flagWords(t tongue, flag string) string {
	switch billing.ParseFlags([]string{flag}) {
	case billing.CapExceeded:
		return t.say("plafond dépassé (24 € par appel, ou 30 min au-dessus de 0,20 €/min)", "cap exceeded (EUR 24 per call, or 30 min above EUR 0.20/min)")
	case billing.ZeroDuration:
		return t.say("décroché et raccroché au même instant", "answered and ended in the same instant")
	case billing.ClockBackwards:
		return t.say("la fin précède le décroché : horloge du standard à vérifier", "the end is before the answer: check the switch's clock")
	case billing.OriginUnknown:
		return t.say("origine inconnue, comptée comme un mobile", "origin unknown, counted as a mobile")
	case billing.UnverifiedStep:
		return t.say("palier non confirmé par une source", "the step is not confirmed by a source")
	}
	return flag
}

// unratedWords tells why there is no price, in one sentence.
func unratedWords(t tongue, why billing.Reason) string {
	switch why {
	case billing.PriceUnknown:
		return t.say("le prix de ce numéro n'est pas connu", "the price of this number is not known")
	case billing.NumberUnknown:
		return t.say("ce numéro n'est pas dans le plan de numérotation à cette date", "this number is not in the number plan at that date")
	case billing.NeverRated:
		return t.say("les numéros de cette tranche n'ont pas de prix public", "numbers of this range have no public price")
	case billing.AnswerUnknown:
		return t.say("l'appel a été décroché, on ne sait pas quand", "the call was answered, nobody knows when")
	case billing.TrunkUnknown:
		return t.say("cette ligne sortante n'a pas de tarif pour ce numéro", "this trunk has no rate for this number")
	case billing.NotEnded:
		return t.say("l'appel n'a pas de fin connue", "the call has no known end")
	}
	return why.String()
}
