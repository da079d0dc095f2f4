package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/number"
	"hotline/store"
)

// A tariffSet is what `hotline tariff set` was asked for, in its words.
type tariffSet struct {
	tongue
	args                   []string
	step, trunk, prefix    string
	from, to               string
	source, contract, rule string
	tax, why               string
	correct                bool
	rates                  [6]string // as rateFlags has them
}

// A rateFlag is a flag that sets a price of the owner's contract.
type rateFlag struct {
	name   string
	kind   billing.Kind
	origin billing.Origin
	help   string
}

var rateFlags = [6]rateFlag{
	{"cost", billing.Cost, billing.AnyOrigin, "what we pay for a call, wherever it comes from"},
	{"cost-fixed", billing.Cost, billing.FromFixed, "what we pay for a call from a fixed line"},
	{"cost-mobile", billing.Cost, billing.FromMobile, "what we pay for a call from a mobile"},
	{"cost-abroad", billing.Cost, billing.FromAbroad, "what we pay for a call from abroad"},
	{"cost-unknown", billing.Cost, billing.FromUnknown, "what we pay for a call whose origin is not known"},
	{"payout", billing.Payout, billing.AnyOrigin, "what we are paid for a call"},
}

func tariffSetCommand(now func() time.Time) *cobra.Command {
	s := &tariffSet{}
	cmd := &cobra.Command{
		Use:   "set NUMBER [PRICE]",
		Short: "Put a price in force: of a number, its contract, a step, a trunk",
		Long: `Put a price in force from a day on. What was before that day stays, and what calls were charged stays, too.

PRICE is "0.80 EUR/min", "2.99 EUR/call", "free", "normal", a step such as D080, or an older shape such as
"0.112 EUR/call + 0.118 EUR/min after 56 s". It is with VAT; costs and payouts are without, unless --tax TTC.
The prices of your own numbers stand in rules.yaml and are changed there.`,
		Example: `  hotline tariff set 0892701234 "0.80 EUR/min" --from 2026-12-01
  hotline tariff set 0800123456 --cost-fixed "0.01 EUR/min" \
    --cost-mobile "0.03 EUR/min" --from 2026-12-01
  hotline tariff set --step A299 --payout "2.00 EUR/call" --tax TTC \
    --from 2026-12-01
  hotline tariff set --trunk operator --prefix 06 "0.03 EUR/min" \
    --from 2026-12-01`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.tongue, s.args = userTongue(), args
			if s.from == "" {
				return s.noDate(now())
			}
			db, err := openTables(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			return s.run(cmd.Context(), cmd.OutOrStdout(), db, now())
		},
	}
	f := cmd.Flags()
	f.StringVar(&s.from, "from", "", "from when on, Paris time: 2026-12-01 (needed)")
	f.StringVar(&s.to, "to", "", "until when, that day not included (open)")
	f.StringVar(&s.step, "step", "", "instead of a number: all numbers of a step")
	f.StringVar(&s.trunk, "trunk", "", "instead of a number: calls that we dial over this trunk")
	f.StringVar(&s.prefix, "prefix", "", "with --trunk: to numbers that begin like this (all)")
	for i, r := range rateFlags {
		f.StringVar(&s.rates[i], r.name, "", r.help)
	}
	f.StringVar(&s.tax, "tax", "HT", "HT or TTC: whether costs and payouts are without VAT or with it")
	f.StringVar(&s.contract, "contract", "", "the contract that says how it is counted")
	f.StringVar(&s.rule, "rule", "", "with --contract: how it counts, second_up/half_up/6 for example")
	f.StringVar(&s.source, "source", "", "where it is written: an invoice, a letter")
	f.BoolVar(&s.correct, "correct", false, "correct the past of a number whose price stands in rules.yaml")
	f.StringVarP(&s.why, "message", "m", "", "why, for the record")
	return cmd
}

func (t tongue) noDate(now time.Time) error {
	y, m, _ := now.In(paris()).Date()
	first := time.Date(y, m+1, 1, 0, 0, 0, 0, paris()).Format("2006-01-02")
	return t.fault("depuis quand ? Un prix a une date, pour que les appels d'avant gardent le leur. Ajoutez --from %s",
		"since when? A price has a date, so that calls before it keep theirs. Add --from %s", first)
}

// run puts the price in force and tells what came of it.
func (s *tariffSet) run(ctx context.Context, w io.Writer, db *store.DB, now time.Time) error {
	now = now.UTC().Truncate(time.Millisecond)
	before, err := db.Tariffs(ctx)
	if err != nil {
		return err
	}
	rows, err := s.data(before.Data)
	if err != nil {
		return err
	}
	problems, err := db.Change(ctx, store.Change{At: now, Who: who(), Why: s.why}, rows, s.correct)
	for i := range problems {
		problems[i].Warning = problems[i].Warning && problems[i].Line != 0 // the row that was set; others are as they were
	}
	if wrong := (billing.ProblemsError)(nil); errors.As(err, &wrong) {
		fmt.Fprintln(w, s.say("Refusé, rien n'a changé :", "Refused, nothing was changed:"))
		tell(w, s.tongue, withoutLines(wrong))
		return &exitError{code: exitRefused}
	}
	if err != nil {
		return err
	}
	after, err := db.Tariffs(ctx)
	if err != nil {
		return err
	}
	s.done(w, after.Data, rows)
	s.replaced(w, before.Data, rows)
	tell(w, s.tongue, withoutLines(slices.DeleteFunc(problems, func(p billing.Problem) bool { return !p.Warning })))
	return pastCalls(ctx, w, s.tongue, db, rows, now)
}

// withoutLines are problems of rows that come from no file.
func withoutLines(problems []billing.Problem) []billing.Problem {
	out := slices.Clone(problems)
	for i := range out {
		out[i].Line = 0
	}
	return out
}

// data makes rows of what was asked for. Their line is 1, which tells them from those that are there.
func (s *tariffSet) data(d billing.Data) (rows billing.Data, err error) {
	span, err := s.span()
	if err != nil {
		return rows, err
	}
	source := s.source
	if source == "" {
		source = "tariff set"
	}
	if s.rule != "" {
		if s.contract == "" {
			return rows, s.fault("--rule dit comment un contrat compte : ajoutez --contract NOM", "--rule says how a contract counts: add --contract NAME")
		}
		rule, err := billing.ParseRule(s.rule)
		if err != nil {
			return rows, err
		}
		rows.Contracts = []billing.ContractRow{{Name: s.contract, Rule: rule, Line: 1}}
	} else if s.contract != "" && !slices.ContainsFunc(d.Contracts, func(r billing.ContractRow) bool { return r.Name == s.contract }) {
		return rows, s.fault("le contrat « %s » n'existe pas encore : ajoutez --rule second_up/half_up/6, ou comme il compte (docs/money.md)",
			`there is no contract "%s" yet: add --rule second_up/half_up/6, or how it counts (docs/money.md)`, number.CleanName(s.contract))
	}
	switch {
	case s.trunk != "":
		err = s.trunkRow(&rows, span, source)
	case s.step != "" && len(s.args) > 0:
		err = s.fault("un numéro ou --step, pas les deux", "a number or --step, not both")
	case s.step != "":
		err = s.rateRows(&rows, billing.OwnerRow{Step: strings.ToUpper(s.step)}, span, source)
	case len(s.args) == 0:
		err = s.fault("de quel numéro ? par exemple : hotline tariff set 0892701234 \"0.80 EUR/min\" --from %s",
			"of which number? for example: hotline tariff set 0892701234 \"0.80 EUR/min\" --from %s", s.from)
	default:
		err = s.numberRows(d, &rows, span, source)
	}
	return rows, err
}

func (s *tariffSet) span() (span billing.Span, err error) {
	if span.From, err = parseMoment(s.from); err != nil {
		return span, err
	}
	if s.to != "" {
		span.Until, err = parseMoment(s.to)
	}
	return span, err
}

func (s *tariffSet) trunkRow(rows *billing.Data, span billing.Span, source string) error {
	if len(s.args) != 1 {
		return s.fault(`à quel prix ? par exemple : --trunk %s --prefix 06 "0.03 EUR/min"`, `at what price? for example: --trunk %s --prefix 06 "0.03 EUR/min"`, s.trunk)
	}
	price, err := billing.ParsePrice(s.args[0])
	if err != nil {
		return err
	}
	rows.Trunks = []billing.TrunkRow{{Trunk: s.trunk, Prefix: s.prefix, Price: price, Contract: s.contract, Source: source, Span: span, Line: 1}}
	return nil
}

func (s *tariffSet) numberRows(d billing.Data, rows *billing.Data, span billing.Span, source string) error {
	n, err := number.Parse(s.args[0])
	if err != nil {
		return err
	}
	if err := s.rateRows(rows, billing.OwnerRow{Number: n}, span, source); err != nil || len(s.args) == 1 {
		return err
	}
	row, err := s.service(d, n, span.From)
	if err != nil {
		return err
	}
	row.Source, row.Span, row.Line = source, span, 1
	if s.contract != "" {
		row.Contract = s.contract
	}
	rows.Services = []billing.ServiceRow{row}
	return nil
}

// stepForm is what a step's code looks like.
var stepForm = regexp.MustCompile(`^[A-Za-z]{1,3}[0-9]{2,4}$`)

// service is the new row of a number. What its row of that time says beside the price stays.
func (s *tariffSet) service(d billing.Data, n number.Number, from time.Time) (row billing.ServiceRow, err error) {
	row.Number = n
	for _, old := range d.Services {
		if old.Number == n && old.Holds(from) {
			row.Announcement, row.Purpose, row.Adult, row.Contract = old.Announcement, old.Purpose, old.Adult, old.Contract
		}
	}
	text := strings.TrimSpace(s.args[1])
	if stepForm.MatchString(text) {
		row.Step = strings.ToUpper(text)
		if !slices.ContainsFunc(d.Steps, func(s billing.StepRow) bool { return s.Code == row.Step && s.Holds(from) }) {
			return row, s.fault("le palier %s n'existe pas le %s ; les paliers : hotline tariff list --steps --all", "there is no step %s on %s; the steps: hotline tariff list --steps --all",
				row.Step, billing.Day(from))
		}
		return row, nil
	}
	row.Price, row.Step, err = billing.ParseServicePrice(text, "")
	return row, err
}

// rateRows adds what the flags say of a contract, about a number or a step.
func (s *tariffSet) rateRows(rows *billing.Data, about billing.OwnerRow, span billing.Span, source string) error {
	tax := strings.ToUpper(s.tax)
	if tax != "HT" && tax != "TTC" {
		return s.fault("--tax %s : écrivez HT (hors taxes) ou TTC (taxes comprises)", "--tax %s: write HT (without VAT) or TTC (with it)", s.tax)
	}
	for i, r := range rateFlags {
		if s.rates[i] == "" {
			continue
		}
		price, err := billing.ParsePrice(s.rates[i])
		if err != nil {
			return fmt.Errorf("--%s: %w", r.name, err)
		}
		row := about
		row.Kind, row.Origin, row.Price, row.Tax = r.kind, r.origin, price, billing.ParseTax(tax)
		row.Contract, row.Source, row.Span, row.Line = s.contract, source, span, 1
		rows.Owner = append(rows.Owner, row)
	}
	if len(rows.Owner) == 0 && (about.Step != "" || len(s.args) == 1) {
		return s.fault("à quel prix ? ajoutez un prix (\"0.80 EUR/min\"), ou --payout, --cost, --cost-fixed, --cost-mobile...",
			"at what price? add a price (\"0.80 EUR/min\"), or --payout, --cost, --cost-fixed, --cost-mobile...")
	}
	return nil
}

// done tells what is in force now.
func (s *tariffSet) done(w io.Writer, after, rows billing.Data) {
	colon := s.say(" : ", ": ")
	for _, r := range rows.Services {
		for _, now := range after.Services {
			if now.Number != r.Number || !now.From.Equal(r.From) {
				continue
			}
			text := r.Number.Pretty() + colon + s.servicePrice(now)
			if now.Step != "" && !now.Price.Zero() {
				text += s.say(", palier ", ", step ") + now.Step
			}
			hanging(w, "", text+", "+s.tongue.span(r.Span)+".")
		}
	}
	for _, o := range rows.Owner {
		hanging(w, "", fmt.Sprintf("%s, %s, %s%s%s%s %s, %s.", s.about(o), s.kind(o.Kind), s.say("origine ", "origin "), s.origin(o.Origin), colon, s.price(o.Price), s.tongue.tax(o.Tax), s.tongue.span(o.Span)))
	}
	for _, r := range rows.Trunks {
		to := s.say(", tous les numéros", ", all numbers")
		if r.Prefix != "" {
			to = s.say(", vers ", ", to ") + r.Prefix
		}
		fmt.Fprintf(w, "%s%s%s%s %s, %s.\n", number.CleanName(r.Trunk), to, colon, s.price(r.Price), s.tongue.tax(billing.TaxExcluded), s.tongue.span(r.Span))
	}
	for _, r := range rows.Contracts {
		fmt.Fprintf(w, "%s%s%s.\n", s.say("Contrat ", "Contract ")+number.CleanName(r.Name), colon, r.Rule)
	}
}

// replaced tells which later prices the new one has taken the place of.
func (s *tariffSet) replaced(w io.Writer, before, rows billing.Data) {
	tell := func(about string, old billing.Span, price string) {
		hanging(w, "  ", fmt.Sprintf(s.say("remplace ce qui était prévu, %s : %s, %s", "replaces what was planned, %s: %s, %s"), about, price, s.tongue.span(old)))
	}
	for _, r := range rows.Services {
		for _, old := range before.Services {
			if old.Number == r.Number && old.From.After(r.From) && (r.Until.IsZero() || old.From.Before(r.Until)) {
				tell(r.Number.Pretty(), old.Span, s.servicePrice(old))
			}
		}
	}
	for _, r := range rows.Owner {
		for _, old := range before.Owner {
			if old.Number == r.Number && old.Step == r.Step && old.Kind == r.Kind && old.Origin == r.Origin && old.From.After(r.From) &&
				(r.Until.IsZero() || old.From.Before(r.Until)) {
				tell(s.about(r)+", "+s.kind(r.Kind), old.Span, s.price(old.Price))
			}
		}
	}
}

// pastCalls says how many calls that have been charged may now cost something else, and what to do.
func pastCalls(ctx context.Context, w io.Writer, t tongue, db *store.DB, rows billing.Data, now time.Time) error {
	from, dated := rows.Earliest()
	if !dated || !from.Before(now) {
		return nil
	}
	f := store.Filter{From: from, Number: onlyNumber(rows)}
	calls, err := db.CountCalls(ctx, f)
	if err != nil || calls == 0 {
		return err
	}
	command := "hotline cdr rerate --from " + f.From.In(paris()).Format("2006-01-02")
	if f.Number != "" {
		command += " --number " + f.Number.National()
	}
	hanging(w, "", fmt.Sprintf(t.say("Cela touche le passé. Appels déjà comptés qui peuvent maintenant coûter autre chose : %d. Ils gardent leur prix tant que vous ne dites pas :",
		"This reaches into the past. Calls that have been charged and may now cost something else: %d. They keep their price until you say:"), calls))
	fmt.Fprintf(w, "  %s --dry-run\n  %s -m \"%s\"\n", command, command, t.say("pourquoi", "why"))
	return nil
}

// onlyNumber is the number that all rows are about, "" when there are others.
func onlyNumber(rows billing.Data) (n number.Number) {
	if len(rows.Ranges)+len(rows.Steps)+len(rows.Trunks)+len(rows.VAT)+len(rows.Contracts) > 0 {
		return ""
	}
	for _, s := range rows.Services {
		if n != "" && n != s.Number {
			return ""
		}
		n = s.Number
	}
	for _, o := range rows.Owner {
		if o.Number == "" || n != "" && n != o.Number {
			return ""
		}
		n = o.Number
	}
	return n
}
