package main

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"

	"hotline/billing"
	"hotline/store"
)

// text writes the report for a terminal, 80 columns wide.
func (r billReport) text(w io.Writer) error {
	sides(w, r.title+", "+strings.ToLower(r.byWords()), r.say("fait le ", "made on ")+r.moment(r.made))
	fmt.Fprintln(w)
	if r.all.Calls == 0 {
		_, err := fmt.Fprintf(w, "  %s\n", r.say("Aucun appel.", "No calls."))
		return err
	}
	g := grid{right: "lrrrrrrr"}
	g.add(r.byName(), r.say("appels", "calls"), r.say("pris", "answ."), "minutes", r.say("clients", "callers"), r.say("reversé", "payout"), r.say("coût", "cost"), r.say("/appel", "/call"))
	for _, row := range append(r.rows, reportRow{r.say("En tout", "In all"), r.all}) {
		t := row.Total
		g.add(cut(row.Name, 16), fmt.Sprint(t.Calls), fmt.Sprint(t.Answered), r.minutes(t), r.callers(t), r.payout(t), r.cost(t), r.perContact(t))
		g.add(r.say("  TVA", "  VAT"), "", "", "", r.callersVAT(t), r.payoutVAT(t), r.costVAT(t))
	}
	g.print(w, "")
	fmt.Fprintln(w)
	for _, note := range r.notes() {
		hanging(w, "", note)
	}
	return nil
}

func (r billReport) byWords() string {
	return map[string]string{"number": r.say("par numéro", "by number"), "queue": r.say("par file", "by queue"), "agent": r.say("par agent", "by agent"),
		"day": r.say("par jour", "by day"), "month": r.say("par mois", "by month")}[r.by]
}

// notes say what the figures are, and what is missing in them.
func (r billReport) notes() []string {
	t := r.all
	notes := []string{
		r.say("Euros. Clients : ce que les appelants ont payé en plus de l'appel, TTC, dont TVA. Reversé et coût : HT, TVA en plus. /appel : coût d'un appel pris.",
			"Euros. Callers: what the callers paid beside the call, incl. VAT, of which VAT. Payout and cost: excl. VAT, VAT to add. /call: cost of an answered call."),
		r.say("Reversé moins coût, HT : ", "Payout less cost, excl. VAT: ") + r.cell(t.Payout+t.Cost, t.Unrated+t.PayoutUnknown+t.CostUnknown),
	}
	for _, n := range []struct {
		calls  int64
		fr, en string
	}{
		{t.Unrated, "? : appels non tarifés, dans aucun montant : %d. À faire : hotline tariff check", "?: calls that could not be rated, in no amount: %d. To do: hotline tariff check"},
		{t.PayoutUnknown, "? : appels au reversement inconnu : %d. À faire : we_earn dans rules.yaml", "?: calls whose payout is not known: %d. To do: we_earn in rules.yaml"},
		{t.CostUnknown, "? : appels au coût inconnu : %d. À faire : we_pay dans rules.yaml", "?: calls whose cost is not known: %d. To do: we_pay in rules.yaml"},
	} {
		if n.calls > 0 {
			notes = append(notes, fmt.Sprintf(r.say(n.fr, n.en), n.calls))
		}
	}
	return append(notes, r.say("Estimation ; la facture de l'opérateur fait foi : hotline reconcile", "An estimate; the operator's invoice decides: hotline reconcile"))
}

// csv writes the report for spreadsheets and programs, all amounts with six decimals. What is not known is counted in
// columns of its own; an amount of which nothing is known is "?".
func (r billReport) csv(w io.Writer, comma rune) error {
	if err := mark(w, comma); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = comma
	head := r.by + " calls answered talked seconds minutes callers callers_vat payout payout_vat cost cost_vat cost_per_call unrated payout_unknown cost_unknown"
	if err := out.Write(strings.Fields(head)); err != nil {
		return err
	}
	decimal := func(amount, unknown int64) string {
		if amount == 0 && unknown > 0 {
			return "?"
		}
		text := euros(billing.Money(amount))
		if comma == ';' {
			text = strings.Replace(text, ".", ",", 1)
		}
		return text
	}
	for _, row := range append(r.rows, reportRow{r.say("En tout", "In all"), r.all}) {
		t := row.Total
		cells := []string{billing.Defuse(row.Name)}
		for _, n := range []int64{t.Calls, t.Answered, t.Talked, t.Seconds} {
			cells = append(cells, strconv.FormatInt(n, 10))
		}
		perCall := "?"
		if cost, known := contactCost(t); known {
			perCall = decimal(int64(cost), 0)
		} else if t.Answered == 0 {
			perCall = ""
		}
		cells = append(cells, strings.Replace(r.minutes(t), r.say(",", "."), map[bool]string{true: ",", false: "."}[comma == ';'], 1), decimal(t.Caller, t.Unrated), decimal(t.CallerVAT, t.Unrated),
			decimal(t.Payout, t.Unrated+t.PayoutUnknown), decimal(t.PayoutVAT, t.Unrated+t.PayoutUnknown),
			decimal(t.Cost, t.Unrated+t.CostUnknown), decimal(t.CostVAT, t.Unrated+t.CostUnknown), perCall)
		for _, n := range []int64{t.Unrated, t.PayoutUnknown, t.CostUnknown} {
			cells = append(cells, strconv.FormatInt(n, 10))
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// reportPage is a page that needs nothing but itself, and fits on A4.
//
//go:embed report.html
var reportPage string

// A pageRow is a line of the page.
type pageRow struct {
	Name                           string
	Calls, Answered                int64
	Minutes                        string
	Callers, Payout, Cost          string
	CallersVAT, PayoutVAT, CostVAT string
	PerContact                     string
	All                            bool
}

// html writes the report as a page to print.
func (r billReport) html(w io.Writer) error {
	page, err := template.New("report").Parse(reportPage)
	if err != nil {
		return err
	}
	row := func(name string, t store.Total, all bool) pageRow {
		return pageRow{name, t.Calls, t.Answered, r.minutes(t), r.callers(t), r.payout(t), r.cost(t), r.callersVAT(t), r.payoutVAT(t), r.costVAT(t), r.perContact(t), all}
	}
	var rows []pageRow
	for _, line := range r.rows {
		rows = append(rows, row(line.Name, line.Total, false))
	}
	return page.Execute(w, map[string]any{
		"Lang": string(r.tongue), "Title": r.title, "By": r.byWords(), "Made": r.say("fait le ", "made on ") + r.moment(r.made), "Rows": append(rows, row(r.say("En tout", "In all"), r.all, true)),
		"Notes": r.notes(), "VAT": r.say("TVA", "VAT"),
		"Heads": []string{r.byName(), r.say("Appels", "Calls"), r.say("Pris", "Answered"), "Minutes", r.say("Clients, TTC", "Callers, incl. VAT"), r.say("Reversé, HT", "Payout, excl. VAT"),
			r.say("Coût, HT", "Cost, excl. VAT"), r.say("Coût par appel pris", "Cost per answered call")},
	})
}
