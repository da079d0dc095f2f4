package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/config"
	"hotline/number"
)

// rateCommand is `hotline rate`: what a call to a number costs whom, by the same function that charges real calls.
func rateCommand() *cobra.Command {
	var at, from, trunk string
	cmd := &cobra.Command{
		Use:   "rate NUMBER DURATION",
		Short: "What a call costs whom",
		Example: "  hotline rate 0892400300 183s\n  hotline rate \"08 05 40 02 00\" 3:03 --from 0612345678 --at \"2026-11-24 10:00\"\n" +
			"  hotline rate 0612345678 90s --trunk operator",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			now := time.Now()
			call, err := rateCall(args[0], args[1], at, from, now)
			if err != nil {
				return err
			}
			rules := rulesIfThere(cmd)
			book, err := tariffBook(cmd, rules)
			if err != nil {
				return err
			}
			if trunk != "" {
				return rateTrunk(cmd.OutOrStdout(), userTongue(), book, trunk, call)
			}
			return rate(cmd.OutOrStdout(), userTongue(), book, serviceOf(rules, call.Number), call)
		},
	}
	cmd.Flags().StringVar(&at, "at", "", `when it was answered, Paris time: "2026-11-24 10:00" (now)`)
	cmd.Flags().StringVar(&from, "from", "", "who calls (withheld)")
	cmd.Flags().StringVar(&trunk, "trunk", "", "a call that we dial over this trunk")
	return cmd
}

// serviceOf is the service that answers the number, if it is one of ours.
func serviceOf(rules *config.Rules, n number.Number) string {
	for _, line := range rules.Lines {
		if line.Number == n {
			return line.Service
		}
	}
	return ""
}

// rate tells what a call costs. A call that cannot be rated ends with exit code 1, after the reason has been told.
func rate(w io.Writer, t tongue, book *billing.Book, service string, call billing.Call) error {
	tariffs := book.Find(call.Number, billing.OriginOf(call.From), call.Answered)
	charge := billing.Rate(call, tariffs)
	if service != "" {
		service = t.say(", service ", ", service ") + service
	}
	sides(w, call.Number.Pretty()+", "+family(t, tariffs)+service, t.say("appel répondu, ", "answered call, ")+t.length(call.Ended.Sub(call.Answered)))
	fmt.Fprintln(w)
	if charge.Unrated != billing.Rated {
		writeUnrated(w, t, call, tariffs.Range, charge.Unrated, service != "")
		return &exitError{code: 1}
	}
	writeRate(w, t, tariffs, &charge)
	return nil
}

// rateTrunk tells what a call costs that we dial.
func rateTrunk(w io.Writer, t tongue, book *billing.Book, trunk string, call billing.Call) error {
	charge := book.RateTrunk(trunk, call)
	sides(w, call.Number.Pretty()+t.say(", par ", ", over ")+trunk, t.say("appel répondu, ", "answered call, ")+t.length(call.Ended.Sub(call.Answered)))
	fmt.Fprintln(w)
	if charge.Unrated != billing.Rated {
		fmt.Fprintf(w, "  %s%s.\n  %s\n", t.say("NON TARIFÉ : ", "NOT RATED: "), unratedWords(t, charge.Unrated),
			t.say("Rien n'est compté, et ce n'est pas 0. À faire : hotline tariff import.", "Nothing is counted, and that is not 0. To do: hotline tariff import."))
		return &exitError{code: 1}
	}
	writeLines(w, t, &charge, true)
	return nil
}

// rateCall reads the words of the command line as a call.
func rateCall(called, lasted, at, from string, now time.Time) (billing.Call, error) {
	var call billing.Call
	var err error
	if call.Number, err = number.Parse(called); err != nil {
		return call, err
	}
	if from != "" {
		if call.From, err = number.Parse(from); err != nil {
			return call, err
		}
	}
	length, err := parseLength(lasted)
	if err != nil {
		return call, err
	}
	call.Answered = now
	if at != "" {
		if call.Answered, err = parseMoment(at); err != nil {
			return call, err
		}
	}
	call.Ended = call.Answered.Add(length)
	return call, nil
}

// parseLength reads "183s", "3m3s", "183" and "3:03".
func parseLength(s string) (time.Duration, error) {
	wrong := mistaken("durée « %s » : écrivez 183s, 3m3s ou 3:03", "duration %q: write 183s, 3m3s or 3:03", s)
	length, err := time.ParseDuration(s)
	if err != nil {
		length = 0
		parts := strings.Split(s, ":")
		if len(parts) > 3 {
			return 0, wrong
		}
		for i, part := range parts {
			n, err := strconv.ParseUint(part, 10, 31)
			if err != nil || i > 0 && (n > 59 || len(part) != 2) {
				return 0, wrong
			}
			length = length*60 + time.Duration(n)*time.Second
		}
	}
	if length < 0 || length > 31*24*time.Hour {
		return 0, mistaken("durée « %s » : un appel dure de 0 s à un mois", "duration %q: a call lasts from 0 s to a month", s)
	}
	return length, nil
}

// parseMoment reads a date with or without a time of day, in Paris unless it says otherwise.
func parseMoment(s string) (time.Time, error) { return billing.ParseDay(s) }

func writeRate(w io.Writer, t tongue, tariffs billing.Tariffs, charge *billing.Charge) {
	writeLines(w, t, charge, false)
	fmt.Fprintln(w)
	usual := true
	for _, l := range charge.Lines() {
		usual = usual && (l.Term == nil || l.Term.Rule == billing.Rule{} && l.Term.Price.First|l.Term.Price.Next == 0)
		if l.Part == billing.ServicePart && l.Term != nil {
			writePrice(w, t, l.Term)
		}
	}
	if usual {
		fmt.Fprintf(w, "  %s\n", t.say("Compté   à la seconde, du décroché au raccroché, arrondi une seule fois", "Counted  by the second, answer to hang-up, rounded once"))
	}
	for _, l := range charge.Lines() {
		if l.Term != nil && l.Term.Rule != (billing.Rule{}) {
			fmt.Fprintf(w, "  %-8s %s, %s %s\n", t.say("Compté", "Counted"), partName(t, l.Part), t.say("règle", "rule"), l.Term.Rule)
		}
	}
	if tariffs.Service != nil {
		if _, limited := billing.Limit(tariffs.Service.Price); limited {
			writeLimits(w, t, tariffs.Service.Price, charge)
		}
	}
	for _, f := range charge.Flags.Words() {
		fmt.Fprintf(w, "  %-8s %s\n", t.say("Noté", "Noted"), flagWords(t, f))
	}
	fmt.Fprintf(w, "  %s\n", t.say("Valeur   estimation ; la facture de l'opérateur fait foi", "Standing estimate; the operator's invoice decides"))
}

func writePrice(w io.Writer, t tongue, s *billing.Term) {
	step := t.say("palier ", "step ") + s.Step
	if s.Step == "" {
		step = t.say("hors grille", "none of the listed steps")
	}
	sides(w, fmt.Sprintf("  %-8s %s, %s, %s %s", t.say("Prix", "Price"), t.price(s.Price), step, t.say("depuis le", "since"), t.date(s.From)), s.Source)
}

func writeLimits(w io.Writer, t tongue, p billing.Price, charge *billing.Charge) {
	limits := t.say("24 € par appel", "EUR 24 per call")
	if p.PerMinute > billing.Euro/5 {
		limits += ", 30 min"
	}
	reached := t.say(" : non atteintes", ": not reached")
	if charge.Has(billing.CapExceeded) {
		reached = t.say(" : DÉPASSÉES", ": EXCEEDED")
	}
	fmt.Fprintf(w, "  %-8s %s%s\n", t.say("Limites", "Limits"), limits, reached)
}

// writeUnrated says why there is no price, what is known, and what to do.
func writeUnrated(w io.Writer, t tongue, call billing.Call, r *billing.Range, why billing.Reason, ours bool) {
	fmt.Fprintf(w, "  %s%s.\n", t.say("NON TARIFÉ : ", "NOT RATED: "), unratedWords(t, why))
	if why == billing.PriceUnknown && r.Capped {
		begin := call.Number.National()
		if len(begin) == 10 {
			begin = begin[:4]
		}
		perMinute, perCall := t.price(billing.Price{PerMinute: r.PerMinute}), t.price(billing.Price{PerCall: r.PerCall})
		fmt.Fprintf(w, t.say("  Un %s peut coûter au plus %s ou %s ; le préfixe ne dit\n  pas le prix. ",
			"  A %s may cost at most %s or %s; the prefix does\n  not tell the price. "), begin, perMinute, perCall)
	} else {
		fmt.Fprint(w, "  ")
	}
	fmt.Fprintln(w, t.say("Rien n'est compté, et ce n'est pas 0.", "Nothing is counted, and that is not 0."))
	if why != billing.PriceUnknown {
		return
	}
	if ours {
		fmt.Fprintf(w, t.say("  À faire : le numéro est à vous. price: dans rules.yaml, avec sa date ; pour le\n  passé, hotline tariff set %s PRIX --from DATE --to DATE --correct\n",
			"  To do: the number is yours. price: in rules.yaml, with its date; for the\n  past, hotline tariff set %s PRICE --from DATE --to DATE --correct\n"), call.Number.National())
		return
	}
	from := call.Answered.In(paris()).Format("2006-01") + "-01" // prices change on the first of a month
	command := fmt.Sprintf("hotline tariff set %s \"%s\" --from %s", call.Number.National(), example(r), from)
	fmt.Fprintf(w, "  %s%s\n  %s%s\n", t.say("À faire : ", "To do: "), command, strings.Repeat(" ", len(t.say("A faire : ", "To do: "))),
		t.say("ou, si ce numéro est à vous, price: dans rules.yaml.", "or, if the number is yours, price: in rules.yaml."))
}

// example is a price to show how one is written: the ceiling, where there is one.
func example(r *billing.Range) string {
	if r.Capped {
		return billing.Price{PerMinute: r.PerMinute}.String()
	}
	return "0.112 EUR/call + 0.118 EUR/min after 56 s"
}

// family says in plain words what kind of number it is.
func family(t tongue, tariffs billing.Tariffs) string {
	if tariffs.Range == nil {
		return t.say("numéro hors du plan", "number outside the plan")
	}
	switch tariffs.Range.Category {
	case billing.Free, billing.OtherFree, billing.OperatorFunction:
		return t.say("numéro gratuit", "free number")
	case billing.Normal:
		return t.say("numéro gris, prix d'un appel", "grey number, ordinary call")
	case billing.Surcharged:
		return t.say("numéro surtaxé", "surcharged number")
	case billing.ShortAny:
		return t.say("numéro court", "short number")
	case billing.Mobile:
		return t.say("numéro mobile", "mobile number")
	case billing.EmergencyService:
		return t.say("numéro d'urgence, toujours gratuit", "emergency number, always free")
	case billing.International:
		return t.say("numéro étranger", "foreign number")
	case billing.Geographic, billing.VerifiedCanvass, billing.TechPlatform:
		return t.say("numéro ordinaire", "ordinary number")
	}
	return t.say("numéro hors tarif", "number without tariff")
}
