package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/number"
	"hotline/routing"
	"hotline/store"
)

func cdrExportCommand() *cobra.Command {
	var f cdrFilter
	var out csvOut
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Every record as CSV, the oldest first, with all amounts",
		Long: `Every record that has ended as CSV, the oldest first. Amounts are euros with six decimals, "?" when they are not known and
empty when there is nothing of the kind: a grey number has no payout. caller_pays is with VAT, we (payout less cost) without.
In French the file is as Excel in France opens it: semicolons and decimal commas.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			t := userTongue()
			comma, err := out.comma(t)
			if err != nil {
				return err
			}
			filter, err := f.filter(t)
			if err != nil {
				return err
			}
			db, err := openStore(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			return out.write(cmd, func(w io.Writer) error { return exportRecords(cmd.Context(), w, db, filter, comma) })
		},
	}
	f.flags(cmd)
	cmd.Flags().StringVar(&f.caller, "caller", "", "only calls from this number")
	out.flags(cmd)
	return cmd
}

// exportHead names the cells, in every language alike.
const exportHead = "id opened opened_utc answered ended number arrived caller caller_hidden caller_name service queue agent lang waited_s talked_s seconds " +
	"cause flags unrated version data_version caller_pays caller_vat paid_service paid_call payout payout_vat cost cost_vat we price step"

func exportRecords(ctx context.Context, w io.Writer, db *store.DB, f store.Filter, comma rune) error {
	if err := mark(w, comma); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = comma
	if err := out.Write(strings.Fields(exportHead)); err != nil {
		return err
	}
	err := db.Each(ctx, f, func(c *store.Charged) error { return out.Write(exportCells(c, comma)) })
	if err != nil {
		return fmt.Errorf("export the records: %w", err)
	}
	out.Flush()
	return out.Error()
}

// exportCells is one record. What callers can set is cleaned, and text that a spreadsheet would run is defused.
func exportCells(c *store.Charged, comma rune) []string {
	decimal := func(s string) string {
		if comma == ';' {
			return strings.Replace(s, ".", ",", 1)
		}
		return s
	}
	seconds := func(d time.Duration) string {
		return decimal(strconv.FormatFloat(float64(d.Milliseconds())/1000, 'f', 3, 64))
	}
	clock := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.In(paris()).Format("2006-01-02 15:04:05")
	}
	amount := func(t total, there bool) string {
		switch {
		case !there:
			return ""
		case !t.known:
			return "?"
		}
		return decimal(euros(t.amount))
	}
	var text []string
	for _, cell := range []string{c.ID, clock(c.Opened), c.Opened.UTC().Format("2006-01-02T15:04:05.000Z"), clock(answeredAt(c)), clock(c.Closed), called(c.Contact),
		number.CleanName(c.Arrived), c.Caller.National(), strconv.FormatBool(c.Hidden), number.CleanName(c.CallerName), number.CleanName(c.Service),
		number.CleanName(c.Queue), number.CleanName(c.Agent), c.Lang} {
		text = append(text, billing.Defuse(cell))
	}
	flags, unrated, version, data := slices.Clone(c.Flags), "", 0, ""
	var price, step []string
	for _, r := range c.Ratings {
		flags = append(flags, r.Charge.Flags.Words()...)
		version, data = max(version, r.Version), r.Charge.Version
		if r.Unrated != billing.Rated {
			unrated = r.Unrated.String()
		}
		if l, ok := r.Line(billing.ServicePart); ok && l.Term != nil {
			price, step = append(price, l.Term.Price.String()), append(step, l.Term.Step)
		}
	}
	out := append(text, seconds(c.Waited), seconds(c.Talked), strconv.FormatInt(billed(c), 10), billing.Defuse(number.CleanName(c.Cause)),
		billing.Defuse(strings.Join(flags, " ")), unrated, strconv.Itoa(version), data,
		amount(sum(*c, billing.Caller), true), amount(vat(c, billing.ServicePart, billing.CallPart)))
	for _, p := range []billing.Part{billing.ServicePart, billing.CallPart} {
		out = append(out, amount(part(c, p)))
	}
	for _, p := range []billing.Part{billing.PayoutPart, billing.CostPart} {
		out = append(out, amount(part(c, p)))
		out = append(out, amount(vat(c, p)))
	}
	return append(out, amount(sum(*c, billing.Owner), true), billing.Defuse(strings.Join(price, " ")), billing.Defuse(strings.Join(step, " ")))
}

// euros writes an amount as programs read it: "-0.091500".
func euros(m billing.Money) string { return strings.Replace(m.EN(6), "EUR ", "", 1) }

// answeredAt is when the caller's leg was first answered; zero when it never was.
func answeredAt(c *store.Charged) (at time.Time) {
	for _, l := range c.Legs {
		if l.Role == routing.Customer && !l.Answered.IsZero() && (at.IsZero() || l.Answered.Before(at)) {
			at = l.Answered
		}
	}
	return at
}

// billed is how long the caller's legs were answered, each begun second.
func billed(c *store.Charged) (seconds int64) {
	for _, l := range c.Legs {
		if l.Role == routing.Customer && !l.Answered.IsZero() {
			seconds += (max(l.Ended.UnixMilli()-l.Answered.UnixMilli(), 0) + 999) / 1000
		}
	}
	return seconds
}

// part is the sum of one component over the legs of a call: the caller's with tax, ours without. It is not there when no
// leg has it, and not known when a leg of ours could not be rated.
func part(c *store.Charged, p billing.Part) (t total, there bool) {
	t.known = true
	for _, r := range c.Ratings {
		if r.Unrated != billing.Rated && p != billing.CallPart {
			t.known, there = false, true
		}
		l, ok := r.Line(p)
		if !ok || l.Standing == billing.NotCounted {
			continue
		}
		there = true
		t.known = t.known && l.Standing == billing.Counted
		if p.Side() == billing.Caller {
			t.amount += l.Gross()
		} else {
			t.amount += l.Net()
		}
	}
	return t, there
}

// vat is the tax of components, in or on their amounts.
func vat(c *store.Charged, parts ...billing.Part) (t total, there bool) {
	t.known = true
	for _, p := range parts {
		of, has := part(c, p)
		there, t.known = there || has, t.known && of.known
		for _, r := range c.Ratings {
			if l, ok := r.Line(p); ok {
				t.amount += l.VAT()
			}
		}
	}
	return t, there
}
