package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/number"
	"hotline/store"
)

// A reconciliation holds an operator's statement against our own records.
type reconciliation struct {
	tongue
	out    io.Writer
	month  time.Time
	kind   billing.Kind
	theirs *statement
	*reckoner
}

func reconcileCommand(now func() time.Time) *cobra.Command {
	var month, kind string
	cmd := &cobra.Command{
		Use:   "reconcile STATEMENT.csv",
		Short: "Hold an operator's statement against our own records",
		Long: `Hold an operator's statement against our own records: for each number ours, theirs, the difference, and its probable
cause. Columns are known by their names: numero or number; appels or calls; minutes, duree, duration or seconds; montant
or amount, with HT or TTC. Lines above the names and sums below are passed over.

Exit status: 0 all is the same, 1 something differs, 2 the statement or the database could not be read.`,
		Example: "  hotline reconcile invoice.csv --month 2026-11\n  hotline reconcile statement.csv --month 2026-11 --kind payout",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			t, at := userTongue(), now().In(paris())
			return unread(cmd, func() error {
				first := time.Date(at.Year(), at.Month()-1, 1, 0, 0, 0, 0, paris())
				if month != "" {
					var err error
					if first, err = time.ParseInLocation("2006-01", month, paris()); err != nil {
						return t.fault("--month %s : écrivez par exemple 2026-11", "--month %s: write 2026-11 for example", month)
					}
				}
				if kind != "" && kind != string(billing.Cost) && kind != string(billing.Payout) {
					return t.fault("--kind %s : écrivez cost (ce que nous payons) ou payout (ce qu'on nous reverse)", "--kind %s: write cost (what we pay) or payout (what we are paid)", kind)
				}
				text, err := readTable(args[0])
				if err != nil {
					return err
				}
				c := &reconciliation{tongue: t, out: cmd.OutOrStdout(), month: first, kind: billing.Kind(kind), theirs: readStatement(filepath.Base(args[0]), text)}
				if c.refused() {
					return &exitError{code: exitUnchecked}
				}
				db, err := openStore(cmd)
				if err != nil {
					return err
				}
				defer db.Close()
				return c.run(cmd.Context(), db)
			})
		},
	}
	cmd.Flags().StringVar(&month, "month", "", "the month of the statement, 2026-11 (the last that is over)")
	cmd.Flags().StringVar(&kind, "kind", "", "cost or payout (by the names of the columns, else cost)")
	return cmd
}

// refused tells all lines that cannot be read.
func (c *reconciliation) refused() bool {
	for _, p := range c.theirs.problems {
		text := p.Text(string(c.tongue))
		hanging(c.out, "  ", c.theirs.name+", "+text)
	}
	if len(c.theirs.problems) == 0 {
		return false
	}
	fmt.Fprintf(c.out, "\n%s. %s\n", c.many(len(c.theirs.problems), "erreur", "error"), c.say("Rien n'a été comparé. Corrigez, puis relancez.", "Nothing was compared. Correct the file, then run it again."))
	return true
}

func (c *reconciliation) run(ctx context.Context, db *store.DB) error {
	if c.kind == "" {
		c.kind = c.theirs.kind
	}
	if c.kind == "" {
		c.kind = billing.Cost
	}
	tariffs, err := db.Tariffs(ctx)
	if err != nil {
		return err
	}
	c.reckoner = newReckoner(tariffs, c.kind, store.Month(c.month.Year(), c.month.Month()))
	arrived := map[number.Number]number.Number{}
	err = db.Each(ctx, c.window(), func(r *store.Charged) error {
		c.add(r)
		if n, err := number.Parse(r.Arrived); err == nil && r.Number != "" {
			arrived[n] = r.Number
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the records: %w", err)
	}
	c.asDialled(arrived)
	c.units()
	fmt.Fprintf(c.out, "%s, %s, %s %s\n\n", c.theirs.name, c.periodName("month", c.month), c.reckoner.kindName(c.tongue), c.taxName())
	return c.compare(ctx, db)
}

// asDialled brings what an operator says of the number that it delivers to the number that callers dialled.
func (c *reconciliation) asDialled(arrived map[number.Number]number.Number) {
	for n, claimed := range c.theirs.numbers {
		dialled, known := arrived[n]
		if c.own[n] != nil || !known || c.theirs.numbers[dialled] != nil {
			continue
		}
		delete(c.theirs.numbers, n)
		c.theirs.numbers[dialled] = claimed
	}
}

// units finds out what lengths without a unit are in: what is closer to ours, minutes or seconds.
func (c *reconciliation) units() {
	if !c.theirs.unitless {
		return
	}
	var theirs, ours int64
	for n, claimed := range c.theirs.numbers {
		if o := c.own[n]; o != nil {
			theirs, ours = theirs+claimed.seconds, ours+o.seconds
		}
	}
	if distance(theirs*60, ours) >= distance(theirs, ours) {
		return
	}
	for _, claimed := range c.theirs.numbers {
		claimed.seconds, claimed.secondsOff = claimed.seconds*60, 30
	}
}

func distance(a, b int64) int64 { return max(a-b, b-a) }

func (r *reckoner) kindName(t tongue) string {
	if r.kind == billing.Payout {
		return t.say("reversement", "payout")
	}
	return t.say("coût", "cost")
}

func (c *reconciliation) taxName() string {
	if c.theirs.tax == "TTC" {
		return c.tongue.tax(billing.TaxIncluded)
	}
	return c.tongue.tax(billing.TaxExcluded)
}

// money is our amount as the statement has it: with tax only when it says so.
func (c *reconciliation) money(r reckoning) billing.Money {
	if c.theirs.tax == "TTC" {
		return r.gross
	}
	return r.net
}

// otherMoney is our amount with the tax that the statement does not name.
func (c *reconciliation) otherMoney(r reckoning) billing.Money {
	if c.theirs.tax == "TTC" {
		return r.net
	}
	return r.gross
}

// compare tells of each number whether it is the same, and what may be the cause when it is not.
func (c *reconciliation) compare(ctx context.Context, db *store.DB) error {
	all := map[number.Number]bool{}
	for n := range c.theirs.numbers {
		all[n] = true
	}
	for n, o := range c.own {
		if o.calls > 0 {
			all[n] = true
		}
	}
	same, different := 0, 0
	for _, n := range sortedNumbers(all) {
		theirs, o := c.theirs.numbers[n], c.own[n]
		if o == nil {
			o = &ours{}
		}
		if theirs == nil && c.money(o.reckoning) == 0 && o.unknown == 0 {
			continue // costs nothing, and they do not name it
		}
		if theirs == nil && o.unknown == o.calls {
			fmt.Fprintf(c.out, "%s  %s\n\n", n.Pretty(), fmt.Sprintf(c.say("pas dans le relevé ; nos appels : %d, montant inconnu (?)", "not in the statement; our calls: %d, amount not known (?)"), o.calls))
			continue
		}
		if theirs != nil && c.matches(*theirs, o.reckoning, c.money(o.reckoning)) && o.unknown == 0 {
			same++
			fmt.Fprintf(c.out, "%s  %s%s\n\n", n.Pretty(), c.say("pareil : ", "the same: "), c.summary(o.reckoning))
			continue
		}
		different++
		cause, err := c.cause(ctx, db, n, theirs, o)
		if err != nil {
			return err
		}
		c.block(n, theirs, o, cause)
	}
	fmt.Fprintf(c.out, c.say("Numéros pareils : %d. Différents : %d.\n", "Numbers that are the same: %d. Different: %d.\n"), same, different)
	if different > 0 {
		return &exitError{code: 1}
	}
	return nil
}

// matches reports whether a statement says what a reckoning says, as exactly as it says anything.
func (c *reconciliation) matches(theirs claim, r reckoning, amount billing.Money) bool {
	return (!theirs.hasCalls || theirs.calls == r.calls) &&
		(!theirs.hasTime || distance(theirs.seconds, r.seconds) <= theirs.secondsOff) &&
		(!theirs.hasMoney || abs(theirs.amount-amount) <= theirs.amountOff)
}

// summary writes a reckoning in one line.
func (c *reconciliation) summary(r reckoning) string {
	return fmt.Sprintf("%s, %s min, %s", c.many(int(r.calls), "appel", "call"), c.mins(r.seconds), c.tongue.money(c.money(r), 4))
}

// mins writes seconds as minutes with two decimals.
func (t tongue) mins(seconds int64) string {
	text := strings.Replace(t.strip(t.money(billing.Money(seconds*1_000_000/60), 2)), "+", "", 1)
	return text
}

// block writes ours, theirs and the difference of one number.
func (c *reconciliation) block(n number.Number, theirs *claim, o *ours, causes []string) {
	g := grid{right: "lrrr"}
	g.add(n.Pretty(), c.say("appels", "calls"), "minutes", "euros")
	amount := c.strip(c.tongue.money(c.money(o.reckoning), 4))
	if o.unknown > 0 {
		amount = (billReport{tongue: c.tongue}).cell(int64(c.money(o.reckoning)), o.unknown)
	}
	g.add("  "+c.say("nous", "we"), fmt.Sprint(o.calls), c.mins(o.seconds), amount)
	if theirs == nil {
		g.add("  "+c.say("eux", "they"), "-", "-", "-")
	} else {
		cells := [3]string{"-", "-", "-"}
		off := cells
		if theirs.hasCalls {
			cells[0], off[0] = fmt.Sprint(theirs.calls), strings.Replace(fmt.Sprintf("%+d", theirs.calls-o.calls), "+0", "0", 1)
		}
		if theirs.hasTime {
			cells[1], off[1] = c.mins(theirs.seconds), c.plus(c.mins(theirs.seconds-o.seconds))
		}
		if theirs.hasMoney {
			cells[2], off[2] = c.strip(c.tongue.money(theirs.amount, 4)), c.plus(c.strip(c.tongue.money(theirs.amount-c.money(o.reckoning), 4)))
			if o.unknown > 0 {
				off[2] = "?"
			}
		}
		g.add("  "+c.say("eux", "they"), cells[0], cells[1], cells[2])
		g.add("  "+c.say("écart", "off by"), off[0], off[1], off[2])
	}
	g.print(c.out, "")
	for _, cause := range causes {
		hanging(c.out, "  ", cause)
	}
	fmt.Fprintln(c.out)
}

// plus marks what is more than nothing.
func (t tongue) plus(text string) string {
	if strings.HasPrefix(text, "-") || strings.Trim(text, "0.,") == "" {
		return text
	}
	return "+" + text
}
