package main

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"hotline/billing"
	"hotline/config"
)

// A priceRow is one number with what a call to it costs now, from a fixed line and from a mobile.
type priceRow struct {
	line          config.Line
	fixed, mobile billing.Tariffs
}

func newPriceRow(line config.Line, book *billing.Book, now time.Time) priceRow {
	return priceRow{line, book.Find(line.Number, billing.FromFixed, now), book.Find(line.Number, billing.FromMobile, now)}
}

// priceProblem says what is wrong with the price of a number, or odd about it.
func priceProblem(line config.Line, p billing.Problem) config.Problem {
	number := line.Number.Pretty()
	title := config.Words{FR: "prix impossible pour le " + number, EN: "impossible price for " + number}
	fix := config.Words{FR: "corrigez price, ou le numéro.", EN: "correct price, or the number."}
	if p.Warning {
		title = config.Words{FR: "prix à vérifier pour le " + number, EN: "check the price of " + number}
		fix = config.Words{FR: "comparez avec votre contrat.", EN: "compare it with your contract."}
	}
	out := config.NewProblem(line.Pos, utf8.RuneCountInString(number), "E603", title, config.Words{FR: sentence(p.FR), EN: sentence(p.EN)}, fix)
	if p.Warning {
		out.Code, out.Warning = "W603", true
	}
	return out
}

// sentence begins with a capital letter and ends with a full stop.
func sentence(s string) string {
	return capital(s) + "."
}

// table is what a call to each number costs, and whether it would be served now when the rules have hours.
func (k *checker) table(rules *config.Rules, rows []priceRow) error {
	cells := [][]string{{k.say("Numéro", "Number"), k.say("Service", "Service"), k.say("Le client paie", "The caller pays"),
		k.say("Nous (HT)", "We (excl. VAT)")}}
	unknownPrice, unknownContract := false, false
	for _, r := range rows {
		caller, we := k.caller(r), k.we(r)
		unknownPrice = unknownPrice || strings.HasPrefix(caller, "?")
		unknownContract = unknownContract || we == "?"
		cells = append(cells, []string{r.line.Number.Pretty(), r.line.Service, caller, we})
	}
	if len(rules.Hours) > 0 {
		at := k.now.In(paris())
		day := k.say(capital(daysFR[at.Weekday()]), at.Weekday().String())
		cells[0] = append(cells[0], day+at.Format(" 15:04"))
		for i, r := range rows {
			cells[i+1] = append(cells[i+1], k.openness(rules, r.line, at))
		}
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

// openness says whether a number is served at a moment, and if not whether a public holiday is why.
func (k *checker) openness(rules *config.Rules, line config.Line, at time.Time) string {
	service := rules.Services[line.Service]
	holiday := config.Holiday(at)
	switch {
	case rules.OpenAt(service, at):
		return k.say("ouvert", "open")
	case rules.Hours[service.Hours].Holidays && holiday != (config.Words{}):
		return k.say("fermé, ", "closed, ") + holiday.In(k.lang)
	}
	return k.say("fermé", "closed")
}

// caller says what the caller pays.
func (k *checker) caller(r priceRow) string {
	if r.fixed.Range == nil {
		return "?"
	}
	if p := r.fixed.Service; p != nil && !p.Price.Zero() {
		return k.write(p.Price) + k.say(" + appel", " + call")
	}
	switch r.fixed.Range.Category {
	case billing.Free, billing.EmergencyService, billing.OperatorFunction, billing.OtherFree:
		return k.say("rien", "nothing")
	case billing.Normal, billing.Geographic, billing.Mobile, billing.VerifiedCanvass, billing.TechPlatform:
		return k.say("prix d'un appel", "ordinary call")
	case billing.ShortAny:
		if p := r.fixed.Service; p != nil && p.Step == billing.StepFree {
			return k.say("rien", "nothing")
		} else if p != nil {
			return k.say("prix d'un appel", "ordinary call")
		}
	case billing.Surcharged:
		return k.say("? + appel", "? + call")
	}
	return "?"
}

// we says what the number costs and brings us.
func (k *checker) we(r priceRow) string {
	fixed, mobile := r.fixed.Cost, r.mobile.Cost
	switch {
	case r.fixed.Payout != nil:
		return "+" + k.write(r.fixed.Payout.Price)
	case fixed != nil && mobile != nil && fixed.Price != mobile.Price:
		return "-" + k.write(fixed.Price) + k.say(" à -", " to -") + k.write(mobile.Price)
	case fixed != nil:
		return "-" + k.write(fixed.Price)
	case mobile != nil:
		return "-" + k.write(mobile.Price)
	}
	return "?"
}

func (k *checker) write(p billing.Price) string {
	if k.lang == "fr" {
		return p.FR()
	}
	return p.EN()
}
