package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/number"
)

func tariffShowCommand(now func() time.Time) *cobra.Command {
	var at string
	cmd := &cobra.Command{
		Use:     "show NUMBER|STEP|PREFIX",
		Short:   "All that is known of the price of a number, of a step, or of a range",
		Example: "  hotline tariff show 0892400300\n  hotline tariff show D080\n  hotline tariff show 0892",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			moment, err := momentOr(at, now())
			if err != nil {
				return err
			}
			tariffs, err := readTariffs(cmd)
			if err != nil {
				return err
			}
			l := tariffList{userTongue(), cmd.OutOrStdout(), tariffs, moment, true}
			return l.show(args[0])
		},
	}
	cmd.Flags().StringVar(&at, "at", "", `what holds when, Paris time: "2026-11-24 10:00" (now)`)
	return cmd
}

// show finds out what is meant: a step by its code, a number, or the beginning of numbers.
func (l *tariffList) show(what string) error {
	code := strings.ToUpper(strings.TrimSpace(what))
	if slices.ContainsFunc(l.Data.Steps, func(s billing.StepRow) bool { return s.Code == code }) {
		l.showStep(code)
		return nil
	}
	n, err := number.Parse(what)
	if err == nil {
		l.showNumber(n)
		return nil
	}
	if ranges := l.rangesOf(strings.ReplaceAll(what, " ", "")); len(ranges) > 0 {
		l.showRanges(ranges)
		return nil
	}
	return l.fault("« %s » n'est ni un numéro, ni un palier, ni un préfixe (%w) ; voyez hotline tariff list --steps, --plan",
		`"%s" is neither a number nor a step nor a prefix (%w); see hotline tariff list --steps, --plan`, number.CleanName(what), err)
}

// rangesOf are the ranges that begin with a prefix, and the one in force that it lies in.
func (l *tariffList) rangesOf(prefix string) []billing.RangeRow {
	if prefix == "" || strings.Trim(prefix, "+0123456789") != "" {
		return nil
	}
	var found []billing.RangeRow
	for inside := prefix; inside != "" && len(found) == 0; inside = inside[:len(inside)-1] {
		for _, r := range l.Data.Ranges {
			if r.Prefix == inside && r.Holds(l.at) {
				found = append(found, r)
			}
		}
	}
	for _, r := range l.Data.Ranges {
		if strings.HasPrefix(r.Prefix, prefix) && !slices.Contains(found, r) {
			found = append(found, r)
		}
	}
	return found
}

func (l *tariffList) showRanges(ranges []billing.RangeRow) {
	for i := range ranges {
		r := &ranges[i]
		if i > 0 {
			fmt.Fprintln(l.out)
		}
		sides(l.out, r.Prefix+l.digits(r.Length)+", "+family(l.tongue, billing.Tariffs{Range: &r.Range}), l.span(r.Span))
		l.showRange(r)
	}
}

func (t tongue) digits(length int) string {
	if length == 0 {
		return ""
	}
	return fmt.Sprintf(t.say(", %d chiffres", ", %d digits"), length)
}

func (l *tariffList) showRange(r *billing.RangeRow) {
	if c := l.ceiling(&r.Range); c != "-" {
		fmt.Fprintf(l.out, "  %-9s %s\n", l.say("Au plus", "At most"), c)
	}
	if r.Description != "" {
		l.line("", r.Description)
	}
	l.line("Source", strings.Trim(r.Source+", "+r.Confidence, ", "))
}

// line writes a text that may be long behind its name.
func (l *tariffList) line(name, text string) {
	var b strings.Builder
	wrapped(&b, "            ", text)
	fmt.Fprintf(l.out, "  %-9s %s", name, strings.TrimPrefix(b.String(), "            "))
}

func (l *tariffList) showStep(code string) {
	for i, s := range l.stepsOf(code) {
		if i == 0 {
			price := l.servicePrice(billing.ServiceRow{Price: s.Price, Step: s.Code})
			sides(l.out, l.say("Palier ", "Step ")+s.Code+", "+price, l.say("au ", "on ")+l.moment(l.at))
			fmt.Fprintln(l.out)
		}
		fmt.Fprintf(l.out, "  %-9s %s %s\n", l.say("Prix", "Price"), l.servicePrice(billing.ServiceRow{Price: s.Price, Step: s.Code}), l.span(s.Span))
		l.line(l.say("Numéros", "Numbers"), l.blocks(s))
		evidence := s.Evidence
		if !s.Verified {
			evidence += l.say(" ; NON CONFIRMÉ : désactivé, qui s'en sert est averti", "; NOT CONFIRMED: disabled, whoever uses it is warned")
		}
		l.line(l.say("Preuve", "Evidence"), evidence)
		l.line("Source", l.say("livré avec hotline", "came with hotline"))
		if !s.Shipped {
			l.line("", l.say("importé", "imported"))
		}
	}
	l.terms(func(o billing.OwnerRow) bool { return o.Step == code })
	used := map[number.Number]bool{}
	for _, s := range l.Data.Services {
		if s.Step == code && s.Holds(l.at) {
			used[s.Number] = true
		}
	}
	fmt.Fprintf(l.out, "\n  %s\n", l.many(len(used), "numéro", "number")+l.say(" à ce palier", " at this step"))
	for i, n := range sortedNumbers(used) {
		if i == 10 {
			fmt.Fprintf(l.out, "    ...\n")
			break
		}
		fmt.Fprintf(l.out, "    %s\n", n.Pretty())
	}
}

func (l *tariffList) stepsOf(code string) []billing.StepRow {
	out := slices.DeleteFunc(slices.Clone(l.Data.Steps), func(s billing.StepRow) bool { return s.Code != code })
	slices.SortFunc(out, func(a, b billing.StepRow) int { return b.From.Compare(a.From) })
	return out
}

func (l *tariffList) showNumber(n number.Number) {
	now := l.Find(n, billing.FromUnknown, l.at)
	sides(l.out, n.Pretty()+", "+family(l.tongue, now), l.say("au ", "on ")+l.moment(l.at))
	fmt.Fprintln(l.out)
	if now.Range == nil {
		fmt.Fprintf(l.out, "  %s\n", l.say("Ce numéro n'est pas dans le plan de numérotation à cette date.", "This number is not in the number plan at that date."))
	}
	for i := range l.Data.Ranges {
		if r := &l.Data.Ranges[i]; now.Range != nil && r.Range == *now.Range && r.Holds(l.at) {
			fmt.Fprintf(l.out, "  %-9s %s%s, %s\n", l.say("Tranche", "Range"), r.Prefix, l.digits(r.Length), l.span(r.Span))
			l.showRange(r)
			break
		}
	}
	fromRules := l.prices(n)
	step := ""
	if now.Service != nil {
		step = now.Service.Step
	}
	l.terms(func(o billing.OwnerRow) bool {
		return o.Number == n || o.Number == "" && (o.Step == "" || step != "" && o.Step == step)
	})
	fmt.Fprintln(l.out)
	if fromRules {
		l.line(l.say("Maître", "Master"), l.say("rules.yaml : changez price, we_pay ou we_earn là, puis hotline apply",
			"rules.yaml: change price, we_pay or we_earn there, then hotline apply"))
	} else {
		l.line(l.say("Maître", "Master"), l.say("ces tables : hotline tariff set, ou import", "these tables: hotline tariff set, or import"))
	}
	l.obligations(now, n)
}

// prices writes the history of the price of a number, the latest first, and whether the rules file is its master.
func (l *tariffList) prices(n number.Number) (fromRules bool) {
	var history []billing.ServiceRow
	for _, s := range l.Data.Services {
		if s.Number == n {
			history = append(history, s)
		}
	}
	slices.SortFunc(history, func(a, b billing.ServiceRow) int { return b.From.Compare(a.From) })
	name := l.say("Prix", "Price")
	if len(history) == 0 {
		fmt.Fprintf(l.out, "  %-9s %s\n", name, l.say("aucun n'a été renseigné", "none has been entered"))
	}
	for _, s := range history {
		text := l.servicePrice(s)
		if s.Step != "" && !s.Price.Zero() {
			text += l.say(", palier ", ", step ") + s.Step
		}
		left := fmt.Sprintf("  %-9s %s, %s", name, text, l.span(s.Span))
		if s.Holds(l.at) && len(history) > 1 {
			left += l.say(", en vigueur", ", in force")
		}
		ends(l.out, left, number.CleanName(s.Source))
		name, fromRules = "", fromRules || s.FromRules && (s.Until.IsZero() || s.Until.After(l.at))
		if s.Contract != "" {
			l.line("", l.say("contrat ", "contract ")+s.Contract)
		}
	}
	for _, o := range l.Data.Owner {
		fromRules = fromRules || o.Number == n && o.FromRules && (o.Until.IsZero() || o.Until.After(l.at))
	}
	return fromRules
}

// terms writes what the contracts say of something, what holds now first.
func (l *tariffList) terms(about func(billing.OwnerRow) bool) {
	var rows []billing.OwnerRow
	for _, o := range l.Data.Owner {
		if about(o) {
			rows = append(rows, o)
		}
	}
	fmt.Fprintf(l.out, "\n  %s\n", l.say("Contrat", "Contract"))
	if len(rows) == 0 {
		fmt.Fprintf(l.out, "    %s\n", l.say("non renseigné (we_pay, we_earn, ou hotline tariff set --cost, --payout) : ?",
			"not entered (we_pay, we_earn, or hotline tariff set --cost, --payout): ?"))
		return
	}
	slices.SortStableFunc(rows, func(a, b billing.OwnerRow) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Origin, b.Origin), b.From.Compare(a.From))
	})
	for _, o := range rows {
		left := fmt.Sprintf("    %s, %s%s : %s %s", l.kind(o.Kind), l.say("origine ", "origin "), l.origin(o.Origin), l.price(o.Price), l.tax(o.Tax))
		if l.tongue != "fr" {
			left = strings.Replace(left, " : ", ": ", 1)
		}
		if o.Number == "" {
			left += " (" + l.about(o) + ")"
		}
		fmt.Fprintln(l.out, left)
		left = "      " + l.span(o.Span)
		if o.Holds(l.at) {
			left += l.say(", en vigueur", ", in force")
		}
		ends(l.out, left, number.CleanName(strings.TrimPrefix(o.Contract+", "+o.Source, ", ")))
	}
}

// obligations says what follows from the price of a number.
func (l *tariffList) obligations(now billing.Tariffs, n number.Number) {
	var all []string
	add := func(fr, en string, values ...any) { all = append(all, fmt.Sprintf(l.say(fr, en), values...)) }
	switch {
	case n.Emergency():
		add("jamais annoncé, jamais mis en file, jamais facturé", "never announced, never queued, never charged")
	case now.Service == nil && now.Range != nil && hasPrices(now.Range.Category):
		add("inconnues tant que le prix n'est pas renseigné ; les appels ne sont pas tarifés", "unknown until the price is entered; its calls are not rated")
	case now.Service == nil || now.Service.Price.Zero():
		add("aucune annonce, aucune limite", "no announcement, no limit")
	default:
		l.surcharged(now.Service.Price, n, add)
	}
	fmt.Fprintf(l.out, "\n  %s\n", l.say("Ce que la loi et le marché demandent", "What the law and the market ask"))
	for _, text := range all {
		hanging(l.out, "    ", "- "+text)
	}
}

func (l *tariffList) surcharged(p billing.Price, n number.Number, add func(fr, en string, values ...any)) {
	says := map[string]string{"self": l.say("par nous", "by us"), "none": l.say("par personne", "by nobody")}
	by := l.say("par l'opérateur", "by the operator")
	for _, s := range l.Data.Services {
		if s.Number == n && s.Holds(l.at) && says[s.Announcement] != "" {
			by = says[s.Announcement]
		}
	}
	add("le prix TTC est annoncé gratuitement avant le décroché, 10 à 20 s, bip à la fin : %s", "the price incl. VAT is told free of charge before the answer, 10 to 20 s, with a beep at the end: %s", by)
	limits := l.say("24 € par appel", "EUR 24 per call")
	if p.PerMinute > billing.Euro/5 {
		limits += l.say(", 30 min au-dessus de 0,20 €/min", ", 30 min above EUR 0.20/min")
	}
	if after, limited := billing.Limit(p); limited {
		limits += l.say(" : hotline raccroche à ", ": hotline hangs up after ") + l.length(after)
	}
	add("%s", "%s", limits)
	add("pas d'après-vente, de réclamation, de contrat ni de service public : Code de la consommation, art. L121-16",
		"no after-sales, complaints, contract or public service: Code de la consommation, art. L121-16")
}
