package main

import (
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"hotline/billing"
	"hotline/config"
	"hotline/number"
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
func priceProblem(rules *config.Rules, line config.Line, p billing.Problem) config.Problem {
	called := line.Number.Pretty()
	title := config.Words{FR: "prix impossible pour le " + called, EN: "impossible price for " + called}
	fix := config.Words{FR: "corrigez price, ou le numéro.", EN: "correct price, or the number."}
	if national := line.Number.National(); strings.HasPrefix(national, "080") {
		fix = config.Words{FR: "enlevez price : le " + national[:4] + " dit lui-même ce qu'il coûte.", EN: "remove price: " + national[:4] + " itself tells what it costs."}
	}
	if p.Warning {
		title = config.Words{FR: "prix à vérifier pour le " + called, EN: "check the price of " + called}
		fix = config.Words{FR: "comparez avec votre contrat.", EN: "compare it with your contract."}
	}
	out := rules.Problem(pricePlace(rules, line, p), "E603", title, config.Words{FR: sentence(p.FR), EN: sentence(p.EN)}, fix)
	if p.Warning {
		out.Code, out.Warning = "W603", true
	}
	return out
}

// pricePlace is where the price stands that a problem is of: that with the amount which it tells, else that of the number.
func pricePlace(rules *config.Rules, line config.Line, p billing.Problem) config.Place {
	word, prices := "price", line.Price
	if strings.Contains(p.EN, "payout") {
		word, prices = "we_earn", line.WeEarn
	}
	for _, d := range prices {
		if amount, _, _ := strings.Cut(d.Text, " "); len(prices) > 1 && strings.Contains(p.EN, amount) {
			return rules.Text(d.Text, line.Pos, word)
		}
	}
	return rules.Value(line.Pos, word)
}

// sentence begins with a capital letter and ends with a full stop.
func sentence(s string) string {
	return capital(s) + "."
}

// table tells what a call to each number costs, and whether it would be served now when the rules have hours.
func (k *checker) table(out io.Writer, rules *config.Rules, rows []priceRow) {
	cells := [][]string{{k.say("Numéro", "Number"), k.say("Service", "Service"), k.say("Le client paie", "The caller pays"),
		k.say("Nous (HT)", "We (excl. VAT)")}}
	unknownPrice, unknownContract := false, false
	for _, r := range rows {
		caller, we := k.callerPays(r), k.we(r)
		unknownPrice = unknownPrice || strings.HasPrefix(caller, "?")
		unknownContract = unknownContract || we == "?"
		if r.line.Texts {
			caller += k.say(", SMS", ", texts")
		}
		cells = append(cells, []string{r.line.Number.Pretty(), number.CleanName(r.line.Service), caller, we})
	}
	if len(rules.Hours) > 0 {
		at := k.now().In(paris())
		day := k.say(capital(daysFR[at.Weekday()]), at.Weekday().String())
		cells[0] = append(cells[0], day+at.Format(" 15:04"))
		for i, r := range rows {
			cells[i+1] = append(cells[i+1], k.openness(rules, r.line, at))
		}
	}
	fitted(out, "  ", cells)
	if unknownPrice {
		wrapped(out, "  ", k.say("? = prix inconnu (price) : ces appels ne seront pas tarifés.",
			"? = unknown price (price): these calls will not be rated."))
	}
	if unknownContract {
		wrapped(out, "  ", k.say("? = contrat non renseigné (we_pay, we_earn) : le coût ne sera pas compté.",
			"? = contract not entered (we_pay, we_earn): the cost will not be counted."))
	}
}

// The columns of a terminal, and how narrow a column of a table may become: when it alone is narrowed, and when several are.
const (
	terminal      = 80
	columnFolded  = 14
	columnAtLeast = 6
)

// fitted writes a table whose columns stand as wide as they have to be, or so that it fits the terminal: then the widest are
// narrowed, but the first, and what does not fit into them goes on below.
func fitted(w io.Writer, before string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	room := terminal - len(before) - 2*(len(widths)-1)
	for _, width := range widths {
		room -= width
	}
	for i := len(widths) - 1; i > 0 && room < 0; i-- { // one column goes on below rather than several
		if widths[i]+room >= columnFolded {
			widths[i], room = widths[i]+room, 0
		}
	}
	for ; room < 0; room++ {
		widest := 1
		for i := range widths[1:] {
			if widths[i+1] >= widths[widest] {
				widest = i + 1
			}
		}
		if widths[widest] <= columnAtLeast {
			break
		}
		widths[widest]--
	}
	g := grid{}
	for _, row := range rows {
		first := len(g.rows)
		for i, cell := range row {
			for down, part := range folded(cell, widths[i]) {
				if first+down == len(g.rows) {
					g.add(make([]string, len(row))...)
				}
				g.rows[first+down][i] = part
			}
		}
	}
	g.print(w, before)
}

// folded cuts a text into parts that are at most so wide, between words, or parts of a name, where it can.
func folded(text string, width int) (parts []string) {
	rest := []rune(text)
	for len(rest) > width {
		at := width
		for at > 0 && rest[at] != ' ' && rest[at-1] != '_' && rest[at-1] != '-' {
			at--
		}
		if at == 0 {
			at = width
		}
		parts = append(parts, strings.TrimRight(string(rest[:at]), " "))
		rest = []rune(strings.TrimLeft(string(rest[at:]), " "))
	}
	return append(parts, string(rest))
}

// openness says whether a number is served at a moment, and if not what closes it beside its hours.
func (k *checker) openness(rules *config.Rules, line config.Line, at time.Time) string {
	o := rules.Opening(rules.Services[line.Service], at, k.byHand[line.Service])
	switch {
	case o.Because() == config.BecauseByHand:
		return k.say("fermé à la main", "closed by hand")
	case o.Open:
		return k.say("ouvert", "open")
	case o.Holiday != (config.Words{}):
		return k.say("fermé, ", "closed, ") + k.in(o.Holiday)
	case o.Closure != nil:
		return k.say("fermé, ", "closed, ") + number.CleanName(o.Closure.Name)
	}
	return k.say("fermé", "closed")
}

// callerPays says what the caller pays.
func (t tongue) callerPays(r priceRow) string {
	switch p := r.fixed.CallerPays(); {
	case p.Nothing():
		return t.say("rien", "nothing")
	case p.Known && p.Service.Zero():
		return t.say("prix d'un appel", "ordinary call")
	case p.Known:
		return t.price(p.Service) + t.say(" + appel", " + call")
	case r.fixed.Range != nil && r.fixed.Range.Category == billing.Surcharged:
		return t.say("? + appel", "? + call")
	}
	return "?"
}
