package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/number"
	"hotline/store"
)

func cdrRerateCommand(now func() time.Time) *cobra.Command {
	var f cdrFilter
	var why string
	var dry bool
	cmd := &cobra.Command{
		Use:   "rerate",
		Short: "Rate calls again, by what the tables say now",
		Long: `Rate calls again, by what the tables now say of the time of their answer. What comes out the same stays as it is. What
differs becomes a new version of the charge, with the difference and the reason; the version before stays readable
(hotline cdr show). The daily totals follow.`,
		Example: "  hotline cdr rerate --number 0892701234 --from 2026-11-01 --dry-run\n  hotline cdr rerate --number 0892701234 --from 2026-11-01 \\\n    -m \"price entered late\"",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			t := userTongue()
			if why == "" && !dry {
				return t.fault(`pourquoi ? La raison reste écrite à côté de chaque changement : ajoutez -m "...", ou --dry-run pour voir d'abord`,
					`why? The reason stays written beside each change: add -m "...", or --dry-run to look first`)
			}
			filter, err := f.filter(t)
			if err != nil {
				return err
			}
			open := openTool
			if dry {
				open = openStore
			}
			db, err := open(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			return rerate(cmd.Context(), cmd.OutOrStdout(), t, db, filter, why, now().UTC(), !dry)
		},
	}
	f.flags(cmd)
	cmd.Flags().StringVarP(&why, "message", "m", "", "why; needed unless --dry-run")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "only say what would change")
	return cmd
}

func rerate(ctx context.Context, w io.Writer, t tongue, db *store.DB, f store.Filter, why string, at time.Time, write bool) error {
	r, err := db.Rerate(ctx, f, why, at, write)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, t.say("Appels examinés : %d. Coûtent autre chose : %d.\n", "Calls looked at: %d. Cost something else: %d.\n"), r.Calls, r.Changed)
	if r.Changed == 0 {
		return nil
	}
	fmt.Fprintln(w)
	for _, c := range r.First {
		record, err := db.Record(ctx, c.ID)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "  %s  %s  %s\n", record.Opened.In(paris()).Format("02/01/2006 15:04"), called(record.Contact), c.ID)
		for _, side := range sidesOf(t) {
			if was, is := side.of(&c.Before), side.of(&c.After); was != is {
				fmt.Fprintf(w, "    %-18s %s -> %s\n", side.name, was.exact(t), is.exact(t))
			}
		}
	}
	if more := r.Changed - len(r.First); more > 0 {
		fmt.Fprintf(w, t.say("  ... et %d autres\n", "  ... and %d more\n"), more)
	}
	fmt.Fprintf(w, "\n")
	g := grid{right: "lrrr"}
	g.add(t.say("En tout", "In all"), t.say("avant", "before"), t.say("après", "after"), t.say("différence", "difference"))
	for _, side := range sidesOf(t) {
		g.add(side.name, t.money(side.of(&r.Before).amount, 6), t.money(side.of(&r.After).amount, 6), t.signed(side.of(&r.After).amount-side.of(&r.Before).amount))
	}
	g.add(t.say("appels non tarifés", "calls not rated"), fmt.Sprint(r.Before.Unrated), fmt.Sprint(r.After.Unrated), strings.Replace(fmt.Sprintf("%+d", r.After.Unrated-r.Before.Unrated), "+0", "0", 1))
	g.print(w, "  ")
	if !write {
		fmt.Fprintf(w, "\n%s\n", t.say("Rien n'a été changé. Pour le faire : -m \"pourquoi\" au lieu de --dry-run.",
			"Nothing was changed. To do it: -m \"why\" instead of --dry-run."))
	}
	return nil
}

// A totalSide is one amount of a total.
type totalSide struct {
	name string
	of   func(*store.Total) total
}

// sidesOf are the amounts of totals. One is not known when any call in it is not.
func sidesOf(t tongue) []totalSide {
	return []totalSide{
		{t.say("clients (TTC)", "callers (incl. VAT)"), func(x *store.Total) total { return total{billing.Money(x.Caller), x.Unrated == 0} }},
		{t.say("reversement (HT)", "payout (excl. VAT)"), func(x *store.Total) total {
			return total{billing.Money(x.Payout), x.Unrated == 0 && x.PayoutUnknown == 0}
		}},
		{t.say("coût (HT)", "cost (excl. VAT)"), func(x *store.Total) total { return total{billing.Money(x.Cost), x.Unrated == 0 && x.CostUnknown == 0} }},
	}
}

// exact writes a total with all its decimals.
func (t total) exact(lang tongue) string {
	if !t.known {
		return "?"
	}
	return lang.money(t.amount, 6)
}

// signed writes a difference.
func (t tongue) signed(m billing.Money) string {
	if m > 0 {
		return "+" + t.money(m, 6)
	}
	return t.money(m, 6)
}

func cdrRecountCommand() *cobra.Command {
	var mend bool
	cmd := &cobra.Command{
		Use:   "recount",
		Short: "Prove the daily totals by counting all records anew",
		Long: `Count all records anew and compare the daily totals, which the reports are made from, with them.

Exit status: 0 all is right, or was mended; 1 something is wrong.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			open := openStore
			if mend {
				open = openTool
			}
			db, err := open(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			r, err := db.Recount(cmd.Context(), mend)
			if err != nil {
				return err
			}
			return writeRecount(cmd.OutOrStdout(), userTongue(), r, mend)
		},
	}
	cmd.Flags().BoolVar(&mend, "mend", false, "put the totals right that are wrong")
	return cmd
}

func writeRecount(w io.Writer, t tongue, r store.Recount, mended bool) error {
	fmt.Fprintf(w, t.say("Appels recomptés : %d. Totaux faux : %d.\n", "Calls counted anew: %d. Wrong totals: %d.\n"), r.Calls, len(r.Wrong))
	for _, wrong := range r.Wrong {
		fmt.Fprintf(w, "  %s\n", totalName(t, wrong))
	}
	if len(r.Charges) > 0 {
		fmt.Fprintf(w, t.say("Appels dont les versions ne donnent pas le montant : %d. Ne les corrigez pas à la main, signalez-les :\n",
			"Calls whose versions do not add up to the amount: %d. Do not correct them by hand, report them:\n"), len(r.Charges))
		for _, id := range r.Charges {
			fmt.Fprintf(w, "  %s\n", number.CleanName(id))
		}
	}
	switch {
	case len(r.Wrong) > 0 && mended:
		fmt.Fprintln(w, t.say("Corrigés d'après les appels.", "Put right by the calls."))
	case len(r.Wrong) > 0:
		fmt.Fprintln(w, t.say("À faire : hotline cdr recount --mend", "To do: hotline cdr recount --mend"))
	}
	if len(r.Wrong) > 0 && !mended || len(r.Charges) > 0 {
		return &exitError{code: 1}
	}
	return nil
}

// totalName says which total is meant: "number +33892400300 on 20261124".
func totalName(t tongue, text string) string {
	scope, rest, _ := strings.Cut(text, " ")
	at := strings.LastIndex(rest, " on ")
	if at < 0 {
		return number.CleanName(text)
	}
	name, day := prettyNumber(rest[:at]), rest[at+4:]
	if scope != string(store.ByNumber) {
		name = number.CleanName(rest[:at])
	}
	if on, err := time.ParseInLocation("20060102", day, paris()); err == nil {
		day = t.date(on)
	}
	return fmt.Sprintf(t.say("%s %s, le %s", "%s %s, on %s"), scopeName(t, store.Scope(scope)), name, day)
}

func scopeName(t tongue, s store.Scope) string {
	switch s {
	case store.ByQueue:
		return t.say("file", "queue")
	case store.ByAgent:
		return "agent"
	}
	return t.say("numéro", "number")
}
