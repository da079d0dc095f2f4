package main

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"hotline/billing"
	"hotline/config"
)

// A priceRow is one number with what a call to it costs.
type priceRow struct {
	line            config.Line
	in              billing.Range
	inPlan          bool
	price, earn     billing.Term
	fixed, fromCell billing.Term
}

func newPriceRow(line config.Line, tariffs billing.Tariffs) (priceRow, error) {
	row := priceRow{line: line, in: tariffs.Range, inPlan: tariffs.InPlan}
	var errs [4]error
	row.price, errs[0] = term(line.Price)
	row.earn, errs[1] = term(line.WeEarn)
	row.fixed, errs[2] = term(line.WePay.FromFixed)
	row.fromCell, errs[3] = term(line.WePay.FromMobile)
	if err := errors.Join(errs[:]...); err != nil {
		return row, fmt.Errorf("%s: %w", line.Pos, err)
	}
	return row, nil
}

// problem says why the number may not have its price.
func (r priceRow) problem() config.Problem {
	number := r.line.Number.Pretty()
	title := config.Words{FR: "prix impossible pour le " + number, EN: "impossible price for " + number}
	why := config.Words{FR: "Ce numéro n'est pas surtaxé : un appel ne peut pas y coûter davantage.",
		EN: "This number is not surcharged: a call to it cannot cost more."}
	if r.in.Capped {
		why = config.Words{
			FR: fmt.Sprintf("Un numéro en %s coûte au plus %s ou %s.", r.in.Prefix,
				billing.Price{PerMinute: r.in.Ceiling.PerMinute}.FR(), billing.Price{PerCall: r.in.Ceiling.PerCall}.FR()),
			EN: fmt.Sprintf("A number in %s costs at most %s or %s.", r.in.Prefix,
				billing.Price{PerMinute: r.in.Ceiling.PerMinute}.EN(), billing.Price{PerCall: r.in.Ceiling.PerCall}.EN()),
		}
	}
	return config.NewProblem(r.line.Pos, utf8.RuneCountInString(number), "E603", title, why,
		config.Words{FR: "corrigez price, ou le numéro.", EN: "correct price, or the number."})
}

func (k *checker) table(rows []priceRow) error {
	cells := [][]string{{k.say("Numéro", "Number"), k.say("Service", "Service"), k.say("Le client paie", "The caller pays"),
		k.say("Nous (HT)", "We (excl. VAT)")}}
	unknownPrice, unknownContract := false, false
	for _, r := range rows {
		caller, we := k.caller(r), k.we(r)
		unknownPrice = unknownPrice || strings.HasPrefix(caller, "?")
		unknownContract = unknownContract || we == "?"
		cells = append(cells, []string{r.line.Number.Pretty(), r.line.Service, caller, we})
	}
	widths := make([]int, len(cells[0]))
	for _, row := range cells {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var out strings.Builder
	for _, row := range cells {
		text := " "
		for i, cell := range row {
			text += " " + cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+1)
		}
		out.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	if unknownPrice {
		out.WriteString(k.say("  ? = prix inconnu (price) : ces appels ne seront pas tarifés.\n",
			"  ? = unknown price (price): these calls will not be rated.\n"))
	}
	if unknownContract {
		out.WriteString(k.say("  ? = contrat non renseigné (we_pay, we_earn) : le coût ne sera pas compté.\n",
			"  ? = contract not entered (we_pay, we_earn): the cost will not be counted.\n"))
	}
	_, err := fmt.Fprint(k.out, out.String())
	return err
}

// caller says what the caller pays.
func (k *checker) caller(r priceRow) string {
	switch {
	case r.price.Known:
		return k.write(r.price) + k.say(" + appel", " + call")
	case !r.inPlan:
		return "?"
	}
	switch r.in.Category {
	case billing.Free, billing.EmergencyService, billing.OperatorFunction, billing.OtherFree:
		return k.say("rien", "nothing")
	case billing.Normal, billing.Geographic, billing.Mobile, billing.VerifiedCanvass, billing.TechPlatform:
		return k.say("prix d'un appel", "ordinary call")
	case billing.Surcharged:
		return k.say("? + appel", "? + call")
	}
	return "?"
}

// we says what the number costs and brings us.
func (k *checker) we(r priceRow) string {
	switch {
	case r.earn.Known:
		return "+" + k.write(r.earn)
	case r.fixed.Known && r.fromCell.Known && r.fixed != r.fromCell:
		return "-" + k.write(r.fixed) + k.say(" à -", " to -") + k.write(r.fromCell)
	case r.fixed.Known:
		return "-" + k.write(r.fixed)
	case r.fromCell.Known:
		return "-" + k.write(r.fromCell)
	}
	return "?"
}

func (k *checker) write(t billing.Term) string {
	if k.lang == "fr" {
		return t.Price.FR()
	}
	return t.Price.EN()
}
