package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/config"
	"hotline/number"
	"hotline/store"
)

// A tariffCheck looks at the tables of the database.
type tariffCheck struct {
	tongue
	out io.Writer
	now time.Time
}

func (c tariffCheck) run(cmd *cobra.Command, db *store.DB) error {
	tariffs, err := db.Tariffs(cmd.Context())
	if err != nil {
		return err
	}
	own, err := ownNumbers(cmd, tariffs.Data, c.now)
	if err != nil {
		return err
	}
	problems := slices.Concat(tariffs.Data.Check(), c.vat(tariffs.Data.VAT), c.own(tariffs.Book, own))
	unrated, err := c.unrated(cmd, db)
	if err != nil {
		return err
	}
	problems = append(problems, unrated...)
	wrong := 0
	for _, p := range problems {
		if !p.Warning {
			wrong++
		}
	}
	fmt.Fprintf(c.out, c.say("Tables de tarifs, au %s : %s, %s.\n", "Tariff tables, on %s: %s, %s.\n"), c.moment(c.now), c.many(wrong, "erreur", "error"),
		c.many(len(problems)-wrong, "avertissement", "warning"))
	if len(problems) > 0 {
		fmt.Fprintln(c.out)
	}
	tell(c.out, c.tongue, problems)
	if wrong > 0 {
		return &exitError{code: exitRefused}
	}
	return nil
}

// ownNumbers are the numbers of the rules file, and those that the tables have from it.
func ownNumbers(cmd *cobra.Command, d billing.Data, now time.Time) ([]number.Number, error) {
	all := map[number.Number]bool{}
	for _, s := range d.Services {
		if s.FromRules && s.Holds(now) {
			all[s.Number] = true
		}
	}
	for _, o := range d.Owner {
		if o.FromRules && o.Holds(now) {
			all[o.Number] = true
		}
	}
	file, err := cmd.Flags().GetString("config")
	if err != nil {
		return nil, err
	}
	at, err := whereRules(file, cmd.Flags().Changed("config"), nil)
	if err != nil {
		return nil, err
	}
	if rules, _ := config.LoadRules(at.rules); rules != nil { // hotline check says what is wrong with it
		for _, l := range rules.Lines {
			all[l.Number] = true
		}
	}
	return sortedNumbers(all), nil
}

// warn makes a warning.
func warn(what, fr, en string, values ...any) billing.Problem {
	return billing.Problem{What: what, FR: fmt.Sprintf(fr, values...), EN: fmt.Sprintf(en, values...), Warning: true}
}

// vat looks for times in which no rate holds, in which taxes are counted as nothing.
func (c tariffCheck) vat(rows []billing.VATRow) (problems []billing.Problem) {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b billing.VATRow) int { return a.From.Compare(b.From) })
	refuse := func(s billing.Span) {
		p := warn("vat", "aucun taux %s : la TVA y est comptée 0. À faire : hotline tariff import vat.csv (colonnes rate,valid_from)",
			"no rate %s: VAT is counted as 0 then. To do: hotline tariff import vat.csv (columns rate,valid_from)", c.span(s))
		p.Warning = false
		problems = append(problems, p)
	}
	until := billing.Reform()
	for _, r := range rows {
		if r.From.After(until) && !until.IsZero() {
			refuse(billing.Span{From: until, Until: r.From})
		}
		if until = r.Until; until.IsZero() {
			return problems
		}
	}
	refuse(billing.Span{From: until})
	return problems
}

// own looks for our numbers whose calls would not be rated, or cost an unknown amount.
func (c tariffCheck) own(book *billing.Book, numbers []number.Number) (problems []billing.Problem) {
	for _, n := range numbers {
		row := newPriceRow(config.Line{Number: n}, book, c.now)
		r := row.fixed.Range
		switch {
		case r == nil:
			problems = append(problems, warn(n.Pretty(), "pas dans le plan de numérotation : ses appels ne sont pas tarifés", "not in the number plan: its calls are not rated"))
		case hasPrices(r.Category) && row.fixed.Service == nil:
			problems = append(problems, warn(n.Pretty(), "aucun prix : ses appels ne sont pas tarifés. À faire : price: dans rules.yaml",
				"no price: its calls are not rated. To do: price: in rules.yaml"))
		case hasPrices(r.Category) && row.fixed.Payout == nil && !row.fixed.Service.Price.Zero():
			problems = append(problems, warn(n.Pretty(), "contrat non renseigné : le reversement est inconnu. À faire : we_earn: dans rules.yaml",
				"contract not entered: the payout is not known. To do: we_earn: in rules.yaml"))
		case !hasPrices(r.Category) && (row.fixed.Cost == nil || row.mobile.Cost == nil):
			problems = append(problems, warn(n.Pretty(), "contrat non renseigné : le coût est inconnu. À faire : we_pay: dans rules.yaml",
				"contract not entered: the cost is not known. To do: we_pay: in rules.yaml"))
		case !hasPrices(r.Category) && book.Find(n, billing.FromAbroad, c.now).Cost == nil:
			problems = append(problems, warn(n.Pretty(), "le coût des appels de l'étranger est inconnu. À faire : we_pay: {from_abroad: ...} dans rules.yaml",
				"the cost of calls from abroad is not known. To do: we_pay: {from_abroad: ...} in rules.yaml"))
		}
	}
	return problems
}

// unratedDays is for how long calls that could not be rated are told.
const unratedDays = 31

func (c tariffCheck) unrated(cmd *cobra.Command, db *store.DB) (problems []billing.Problem, err error) {
	p := store.Period{From: c.now.AddDate(0, 0, -unratedDays), Until: c.now.AddDate(0, 0, 1)}
	totals, err := db.Totals(cmd.Context(), store.ByNumber, p, store.ByName, "")
	for _, t := range totals {
		if t.Unrated > 0 {
			problems = append(problems, warn(prettyNumber(t.Name), "appels non tarifés depuis %d jours : %d. À faire : hotline tariff show %s", "calls in %d days that could not be rated: %d. To do: hotline tariff show %s",
				unratedDays, t.Unrated, shownNumber(t.Name)))
		}
	}
	return problems, err
}

// prettyNumber writes a number that a total is kept by: one of ours, or what came from outside.
func prettyNumber(name string) string {
	if n, err := number.Parse(name); err == nil {
		return n.Pretty()
	}
	return number.CleanName(name)
}

// shownNumber is the same without blanks, for commands.
func shownNumber(name string) string {
	if n, err := number.Parse(name); err == nil {
		return n.National()
	}
	return number.CleanName(name)
}
