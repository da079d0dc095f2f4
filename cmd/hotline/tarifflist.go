package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/config"
	"hotline/number"
	"hotline/store"
)

// A tariffList is what `hotline tariff list` shows.
type tariffList struct {
	tongue
	out io.Writer
	*store.Tariffs
	at  time.Time
	all bool // the history, and what is disabled
}

func tariffListCommand(now func() time.Time) *cobra.Command {
	var at string
	var all bool
	wanted := map[string]*bool{}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "The prices in force: of numbers, or of what an option names",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			moment, err := momentOr(at, now())
			if err != nil {
				return err
			}
			tariffs, err := readTariffs(cmd)
			if err != nil {
				return err
			}
			l := tariffList{userTongue(), cmd.OutOrStdout(), tariffs, moment, all}
			for _, table := range []struct {
				flag  string
				print func()
			}{{"steps", l.steps}, {"plan", l.plan}, {"contracts", l.contracts}, {"trunks", l.trunks}, {"vat", l.vat}} {
				if *wanted[table.flag] {
					table.print()
					return nil
				}
			}
			l.numbers()
			return nil
		},
	}
	for flag, help := range map[string]string{"numbers": "the numbers that have a price or a contract (the default)", "steps": "the tariff steps",
		"plan": "the number plan with its ceilings", "contracts": "what we pay and are paid", "trunks": "what calls cost that we dial", "vat": "the rates of VAT"} {
		wanted[flag] = cmd.Flags().Bool(flag, false, help)
	}
	cmd.MarkFlagsMutuallyExclusive("numbers", "steps", "plan", "contracts", "trunks", "vat")
	cmd.Flags().StringVar(&at, "at", "", `in force when, Paris time: "2026-11-24 10:00" (now)`)
	cmd.Flags().BoolVar(&all, "all", false, "the whole history, and steps without evidence")
	return cmd
}

// when is what rows are kept by: none when all are wanted.
func (l *tariffList) when() time.Time {
	if l.all {
		return time.Time{}
	}
	return l.at
}

func (l *tariffList) title(fr, en string) {
	if l.all {
		fmt.Fprintf(l.out, "%s%s\n\n", l.say(fr, en), l.say(", tout l'historique", ", the whole history"))
		return
	}
	fmt.Fprintf(l.out, "%s%s%s\n\n", l.say(fr, en), l.say(", au ", ", on "), l.moment(l.at))
}

// nothing says that a table is empty, and how to fill it.
func (l *tariffList) nothing(command string) {
	fmt.Fprintf(l.out, "  %s\n  %s%s\n", l.say("Rien.", "Nothing."), l.say("À faire : ", "To do: "), command)
}

// since is the last cell of a row: when it began, or its whole time when all is wanted.
func (l *tariffList) since(s billing.Span) string {
	if !l.all {
		return l.moment(s.From)
	}
	if s.Until.IsZero() {
		return l.moment(s.From) + " -"
	}
	return l.moment(s.From) + " - " + l.moment(s.Until)
}

// master says where the price of a number is changed.
func (l *tariffList) master(fromRules bool) string {
	if fromRules {
		return "rules.yaml"
	}
	return "tariff set"
}

func (l *tariffList) numbers() {
	if l.all {
		l.history()
		return
	}
	l.title("Numéros", "Numbers")
	type known struct {
		since     time.Time
		fromRules bool
	}
	numbers := map[number.Number]known{}
	see := func(n number.Number, s billing.Span, fromRules bool) {
		if old, seen := numbers[n]; n != "" && s.Holds(l.at) {
			if !seen || s.From.After(old.since) {
				old.since = s.From
			}
			numbers[n] = known{old.since, fromRules || old.fromRules}
		}
	}
	for _, s := range l.Data.Services {
		see(s.Number, s.Span, s.FromRules)
	}
	for _, o := range l.Data.Owner {
		see(o.Number, o.Span, o.FromRules)
	}
	if len(numbers) == 0 {
		l.nothing(`hotline tariff set 0892400300 "0.80 EUR/min" --from 2026-11-01` + l.say("\n            ou price: dans rules.yaml", "\n         or price: in rules.yaml"))
		return
	}
	g := grid{}
	g.add(l.say("Numéro", "Number"), l.say("Le client paie (€)", "Caller pays (EUR)"), l.say("Nous (€ HT)", "We (EUR excl. VAT)"),
		l.say("Depuis", "Since"), l.say("Maître", "Master"))
	unknown, unverified := false, false
	for _, n := range sortedNumbers(numbers) {
		row := newPriceRow(config.Line{Number: n}, l.Book, l.at)
		pays, we := l.strip(l.callerPays(row)), l.we(row)
		unknown = unknown || strings.HasPrefix(pays, "?") || we == "?"
		if s := row.fixed.Service; s != nil && s.Unverified {
			pays, unverified = pays+" !", true
		}
		g.add(n.Pretty(), pays, we, l.date(numbers[n].since), l.master(numbers[n].fromRules))
	}
	g.print(l.out, "  ")
	if unknown {
		fmt.Fprintf(l.out, "  %s\n", l.say("? = prix ou contrat non renseigné : ce n'est pas 0.", "? = price or contract not entered: that is not 0."))
	}
	if unverified {
		fmt.Fprintf(l.out, "  %s\n", l.say("! = palier qu'aucune source ne confirme : comparez avec votre contrat.", "! = a step that no source confirms: compare it with your contract."))
	}
	fmt.Fprintf(l.out, "\n%s\n", l.say("Tout sur un numéro : hotline tariff show NUMÉRO", "All about a number: hotline tariff show NUMBER"))
}

func sortedNumbers[V any](of map[number.Number]V) []number.Number {
	var out []number.Number
	for n := range of {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b number.Number) int { return cmp.Compare(a.National(), b.National()) })
	return out
}

// brief writes a price in a narrow column; what it has beside its amounts is for tariff show.
func (t tongue) brief(p billing.Price) string {
	amounts := billing.Price{PerCall: p.PerCall, PerMinute: p.PerMinute}
	if amounts != p {
		return t.bare(amounts) + "…"
	}
	return t.bare(p)
}

// we says what a number costs and brings us, in a narrow column: "+0,46/min", "-0,01 à -0,03/min", "?".
func (t tongue) we(r priceRow) string {
	var words []string
	if p := r.fixed.Payout; p != nil {
		words = append(words, "+"+t.brief(p.Price))
	}
	fixed, mobile := r.fixed.Cost, r.mobile.Cost
	if fixed == nil {
		fixed, mobile = mobile, nil
	}
	switch {
	case fixed != nil && mobile != nil && fixed.Price != mobile.Price:
		low, high := t.brief(fixed.Price), t.brief(mobile.Price)
		if amount, perMinute := strings.CutSuffix(low, "/min"); perMinute && strings.HasSuffix(strings.TrimSuffix(high, "…"), "/min") {
			low = amount
		}
		words = append(words, "-"+low+t.say(" à -", " to -")+high)
	case fixed != nil:
		words = append(words, "-"+t.brief(fixed.Price))
	}
	if len(words) == 0 {
		return "?"
	}
	return strings.Join(words, ", ")
}

// history lists every price that every number ever had.
func (l *tariffList) history() {
	l.title("Prix des numéros", "Prices of the numbers")
	if len(l.Data.Services) == 0 {
		l.nothing(`hotline tariff set 0892400300 "0.80 EUR/min" --from 2026-11-01`)
		return
	}
	g := grid{}
	g.add(l.say("Numéro", "Number"), l.say("Prix (TTC)", "Price (incl. VAT)"), l.say("Palier", "Step"), l.say("Période", "Period"), "Source")
	for _, s := range l.Data.Services {
		g.add(s.Number.Pretty(), l.servicePrice(s), s.Step, l.since(s.Span), cut(s.Source, 20))
	}
	g.print(l.out, "  ")
}

// servicePrice writes the price of a number, or the family of one that has none.
func (t tongue) servicePrice(s billing.ServiceRow) string {
	switch {
	case !s.Price.Zero():
		return t.price(s.Price)
	case s.Step == billing.StepFree:
		return t.say("gratuit", "free")
	}
	return t.say("prix d'un appel", "ordinary call")
}

func (l *tariffList) steps() {
	l.title("Paliers", "Steps")
	g := grid{}
	g.add(l.say("Palier", "Step"), l.say("Prix (TTC)", "Price (incl. VAT)"), l.say("Numéros", "Numbers"), l.say("Preuve", "Evidence"))
	hidden := 0
	for _, s := range holding(l.Data.Steps, l.when(), func(s billing.StepRow) billing.Span { return s.Span }) {
		if !s.Verified && !l.all {
			hidden++
			continue
		}
		price := l.price(s.Price)
		if s.Price.Zero() {
			price = l.servicePrice(billing.ServiceRow{Step: s.Code})
		}
		evidence := l.say("confirmé", "confirmed")
		if !s.Verified {
			evidence = l.say("aucune : désactivé, avertit", "none: disabled, warns")
		}
		if l.all {
			evidence += ", " + l.since(s.Span)
		}
		g.add(s.Code, price, l.blocks(s), evidence)
	}
	g.print(l.out, "  ")
	if hidden > 0 {
		fmt.Fprintf(l.out, "\n%s%s\n", l.many(hidden, "palier", "step"), l.say(" sans preuve, désactivés : hotline tariff list --steps --all", " without evidence, disabled: hotline tariff list --steps --all"))
	}
}

// blocks says which numbers a step is for.
func (t tongue) blocks(s billing.StepRow) string {
	return strings.NewReplacer("|", " ", "short", t.say("courts", "short")).Replace(s.Blocks)
}

func (l *tariffList) plan() {
	l.title("Plan de numérotation", "Number plan")
	g := grid{right: "lr"}
	g.add(l.say("Préfixe", "Prefix"), l.say("Chiffres", "Digits"), l.say("Famille", "Family"), l.say("Au plus (€ TTC)", "At most (EUR incl. VAT)"), l.say("Depuis", "Since"))
	short := strings.NewReplacer("numéro ", "", " number", "")
	for _, r := range holding(l.Data.Ranges, l.when(), func(r billing.RangeRow) billing.Span { return r.Span }) {
		length := fmt.Sprint(r.Length)
		if r.Length == 0 {
			length = "-"
		}
		ceiling := "-"
		if hasPrices(r.Category) && r.Capped {
			ceiling = l.bare(billing.Price{PerMinute: r.PerMinute}) + ", " + l.bare(billing.Price{PerCall: r.PerCall})
		} else if hasPrices(r.Category) {
			ceiling = "?"
		}
		g.add(r.Prefix, length, short.Replace(family(l.tongue, billing.Tariffs{Range: &r.Range})), ceiling, l.since(r.Span))
	}
	g.print(l.out, "  ")
}

// ceiling says what a number of a range may cost at most.
func (t tongue) ceiling(r *billing.Range) string {
	switch {
	case !hasPrices(r.Category):
		return "-"
	case !r.Capped:
		return t.say("pas de plafond connu", "no ceiling known")
	}
	return t.price(billing.Price{PerMinute: r.PerMinute}) + t.say(" ou ", " or ") + t.price(billing.Price{PerCall: r.PerCall}) + t.say(" TTC", " incl. VAT")
}

// hasPrices reports whether the numbers of a family have prices of their own.
func hasPrices(c billing.Category) bool { return c == billing.Surcharged || c == billing.ShortAny }

func (l *tariffList) contracts() {
	l.title("Contrats", "Contracts")
	rows := holding(l.Data.Owner, l.when(), func(o billing.OwnerRow) billing.Span { return o.Span })
	if len(rows) == 0 {
		l.nothing(`hotline tariff set 0805400200 --cost-mobile "0.03 EUR/min" --from 2026-11-01`)
	} else {
		g := grid{}
		g.add(l.say("De quoi", "Of what"), "", l.say("Origine", "Origin"), l.say("Prix", "Price"), l.say("Depuis", "Since"), l.say("Contrat", "Contract"))
		for _, o := range rows {
			g.add(l.about(o), l.kind(o.Kind), l.origin(o.Origin), l.price(o.Price)+" "+l.tax(o.Tax), l.since(o.Span), number.CleanName(o.Contract))
		}
		g.print(l.out, "  ")
	}
	if len(l.Data.Contracts) == 0 {
		return
	}
	fmt.Fprintf(l.out, "\n%s\n\n", l.say("Règles de calcul", "How they count"))
	g := grid{}
	for _, c := range l.Data.Contracts {
		g.add(number.CleanName(c.Name), c.Rule.String())
	}
	g.print(l.out, "  ")
}

// about names what a contract's row is about.
func (t tongue) about(o billing.OwnerRow) string {
	switch {
	case o.Number != "":
		return o.Number.Pretty()
	case o.Step != "":
		return t.say("palier ", "step ") + o.Step
	}
	return t.say("tous les numéros", "all numbers")
}

func (t tongue) kind(k billing.Kind) string {
	switch k {
	case billing.Cost:
		return t.say("coût", "cost")
	case billing.Payout:
		return t.say("reversement", "payout")
	}
	return t.say("appel du client", "caller's call")
}

func (t tongue) origin(o billing.Origin) string {
	switch o {
	case billing.FromFixed:
		return t.say("fixe", "fixed")
	case billing.FromMobile:
		return "mobile"
	case billing.FromAbroad:
		return t.say("étranger", "abroad")
	case billing.FromUnknown:
		return t.say("inconnue", "unknown")
	}
	return t.say("toutes", "any")
}

func (t tongue) tax(x billing.Tax) string {
	if x == billing.TaxIncluded {
		return t.say("TTC", "incl. VAT")
	}
	return t.say("HT", "excl. VAT")
}

func (l *tariffList) trunks() {
	l.title("Appels que nous passons (HT)", "Calls that we dial (excl. VAT)")
	rows := holding(l.Data.Trunks, l.when(), func(r billing.TrunkRow) billing.Span { return r.Span })
	if len(rows) == 0 {
		l.nothing(`hotline tariff set --trunk NAME "0.03 EUR/min" --from 2026-11-01`)
		return
	}
	g := grid{}
	g.add(l.say("Ligne", "Trunk"), l.say("Vers", "To"), l.say("Prix", "Price"), l.say("Depuis", "Since"), l.say("Contrat", "Contract"))
	for _, r := range rows {
		g.add(number.CleanName(r.Trunk), cmp.Or(r.Prefix, l.say("tous", "all")), l.price(r.Price), l.since(r.Span), number.CleanName(r.Contract))
	}
	g.print(l.out, "  ")
}

func (l *tariffList) vat() {
	l.title("Taux de TVA", "Rates of VAT")
	rows := holding(l.Data.VAT, l.when(), func(r billing.VATRow) billing.Span { return r.Span })
	if len(rows) == 0 {
		l.nothing("hotline tariff import vat.csv   (rate,valid_from)")
		return
	}
	g := grid{right: "r"}
	for _, r := range rows {
		g.add(l.percent(r.Rate), l.since(r.Span), cut(r.Source, 40))
	}
	g.print(l.out, "  ")
}
