package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"hotline/billing"
	"hotline/number"
)

// A statement is what an operator says of a month: for each number the calls, their length and their amount.
type statement struct {
	name     string // of its file
	numbers  map[number.Number]*claim
	tax      string       // "HT", "TTC", "" when the head does not say it
	kind     billing.Kind // "" when the head does not say it
	has      claim        // which columns there are
	unitless bool         // lengths without a unit: seconds or minutes
	problems []billing.Problem
}

// A claim is what a statement says of one number, with how exactly it says it.
type claim struct {
	calls                       int64
	seconds, secondsOff         int64 // off is how far the true value may be from what is written
	amount, amountOff           billing.Money
	hasCalls, hasTime, hasMoney bool
}

// The columns of a statement.
const (
	numberColumn = iota
	callsColumn
	timeColumn
	moneyColumn
	statementColumns
)

// A statementReader reads the rows of a statement.
type statementReader struct {
	*statement
	at   [statementColumns]int // where each column is; -1 when there is none
	unit string                // of the lengths: "min", "s", "" for h:mm:ss or a number without a unit
	line int
}

// readStatement reads an operator's statement. Its columns are known by French and English names, whatever their order, and
// lines above its head are passed over. Everything that is wrong is collected.
func readStatement(name string, text []byte) *statement {
	s := &statement{name: name, numbers: map[number.Number]*claim{}}
	r := statementReader{statement: s}
	in := csv.NewReader(bytes.NewReader(text))
	in.FieldsPerRecord, in.LazyQuotes, in.Comma = -1, true, separatorOf(text)
	headed := false
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.refuse("", "ligne illisible", "the row cannot be read")
			return s
		}
		r.line, _ = in.FieldPos(0)
		if !headed {
			headed = r.head(row)
			continue
		}
		r.row(row)
	}
	switch {
	case !headed:
		r.line = 0
		r.refuse("", "aucune ligne ne nomme une colonne numéro et une colonne appels, minutes ou montant",
			"no row names a column number and a column calls, minutes or amount")
	case len(s.numbers) == 0 && len(s.problems) == 0:
		r.line = 0
		r.refuse("", "aucune ligne sous les noms des colonnes", "no rows below the names of the columns")
	}
	return s
}

// separatorOf is the character that parts the cells: the most frequent of the three.
func separatorOf(text []byte) rune {
	best := ','
	for _, c := range ";\t" {
		if bytes.Count(text, []byte(string(c))) > 0 && bytes.Count(text, []byte(string(c)))*2 > bytes.Count(text, []byte(string(best))) {
			best = c
		}
	}
	return best
}

func (r *statementReader) refuse(what, fr, en string, values ...any) {
	r.problems = append(r.problems, billing.Problem{Line: r.line, What: number.CleanName(what), FR: fmt.Sprintf(fr, values...), EN: fmt.Sprintf(en, values...)})
}

// plainLetters are the accents that heads have.
var plainLetters = strings.NewReplacer("é", "e", "è", "e", "ê", "e", "à", "a", "â", "a", "û", "u", "ù", "u", "ô", "o", "î", "i", "ç", "c", "°", " ")

// headWords are the words of a name of a column.
func headWords(name string) []string {
	return strings.FieldsFunc(plainLetters.Replace(strings.ToLower(name)), func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') })
}

func anyOf(words []string, wanted ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(wanted, w) })
}

// head reports whether a row names the columns, and remembers where they are.
func (r *statementReader) head(row []string) bool {
	r.at = [statementColumns]int{-1, -1, -1, -1}
	r.tax, r.kind, r.unit, r.unitless = "", "", "", false
	for i, name := range row {
		words := headWords(name)
		switch {
		case anyOf(words, "facture", "invoice", "client", "compte", "account", "tva", "vat"):
			if !anyOf(words, "montant", "amount", "total", "hors", "excl", "incl") {
				continue
			}
			fallthrough
		case anyOf(words, "montant", "amount", "cout", "cost", "prix", "reversement", "reversements", "payout", "total") && !anyOf(words, "min", "minute", "minutes", "duree"):
			r.moneyHead(i, words)
		case anyOf(words, "appels", "calls") && r.at[callsColumn] < 0 && !anyOf(words, "duree", "duration", "minutes", "min", "seconds", "secondes"):
			r.at[callsColumn] = i
		case anyOf(words, "duree", "duration", "minutes", "minute", "min", "seconds", "secondes", "sec") && r.at[timeColumn] < 0:
			r.at[timeColumn] = i
			switch {
			case anyOf(words, "minutes", "minute", "min"):
				r.unit = "min"
			case anyOf(words, "seconds", "secondes", "sec", "s"):
				r.unit = "s"
			}
		case anyOf(words, "numero", "numeros", "number", "numbers", "num", "did", "sda", "n") && r.at[numberColumn] < 0:
			r.at[numberColumn] = i
		}
	}
	r.has = claim{hasCalls: r.at[callsColumn] >= 0, hasTime: r.at[timeColumn] >= 0, hasMoney: r.at[moneyColumn] >= 0}
	return r.at[numberColumn] >= 0 && (r.has.hasCalls || r.has.hasTime || r.has.hasMoney)
}

// moneyHead takes the first column of an amount, or the one without tax where there are both.
func (r *statementReader) moneyHead(i int, words []string) {
	tax := ""
	switch {
	case anyOf(words, "ht", "hors", "excl", "net"):
		tax = "HT"
	case anyOf(words, "ttc", "incl", "gross"):
		tax = "TTC"
	}
	if r.at[moneyColumn] >= 0 && (r.tax == "HT" || tax != "HT") {
		return
	}
	r.at[moneyColumn], r.tax = i, tax
	switch {
	case anyOf(words, "reversement", "reversements", "payout"):
		r.kind = billing.Payout
	case anyOf(words, "cout", "cost"):
		r.kind = billing.Cost
	}
}

func (r *statementReader) cell(row []string, column int) string {
	if at := r.at[column]; at >= 0 && at < len(row) {
		return strings.TrimSpace(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(row[at]))
	}
	return ""
}

// row reads one line. Empty lines and sums are passed over.
func (r *statementReader) row(row []string) {
	if !slices.ContainsFunc(row, func(c string) bool { return strings.TrimSpace(c) != "" }) ||
		slices.ContainsFunc(row, func(c string) bool { return anyOf(headWords(c), "total", "totaux", "totals") }) ||
		anyOf(headWords(r.cell(row, numberColumn)), "tva", "vat", "sous", "ht", "ttc", "net", "remise", "acompte", "discount") {
		return
	}
	before := len(r.problems)
	text := strings.TrimPrefix(r.cell(row, numberColumn), "'")
	n, err := number.Parse(text)
	if err != nil && len(text) == 9 && strings.Trim(text, "0123456789") == "" {
		n, err = number.Parse("0" + text) // a spreadsheet has taken the 0 for nothing
	}
	if err != nil {
		r.refuse(text, "« %s » n'est pas un numéro de téléphone", `"%s" is not a telephone number`, number.CleanName(text))
	}
	var c claim
	if r.has.hasCalls {
		c.calls, c.hasCalls = r.count(row), true
	}
	if r.has.hasTime {
		c.seconds, c.secondsOff, c.hasTime = r.length(row)
	}
	if r.has.hasMoney {
		c.amount, c.amountOff, c.hasMoney = r.money(row)
	}
	if len(r.problems) > before {
		return
	}
	sum := r.numbers[n]
	if sum == nil {
		r.numbers[n] = &c
		return
	}
	sum.calls += c.calls
	sum.seconds, sum.secondsOff = sum.seconds+c.seconds, sum.secondsOff+c.secondsOff
	sum.amount, sum.amountOff = sum.amount+c.amount, sum.amountOff+c.amountOff
}

func (r *statementReader) count(row []string) int64 {
	text := r.cell(row, callsColumn)
	n, err := strconv.ParseUint(strings.ReplaceAll(text, " ", ""), 10, 31)
	if err != nil {
		r.refuse(r.cell(row, numberColumn), "appels : « %s » n'est pas un nombre entier", `calls: "%s" is no whole number`, number.CleanName(text))
	}
	return int64(n)
}

// length reads how long the calls were together: h:mm:ss, m:ss, or a number of the unit.
func (r *statementReader) length(row []string) (seconds, off int64, ok bool) {
	text := r.cell(row, timeColumn)
	wrong := func() (int64, int64, bool) {
		r.refuse(r.cell(row, numberColumn), "durée : « %s », écrivez 12,5 (minutes) ou 0:12:30", `duration: "%s", write 12.5 (minutes) or 0:12:30`, number.CleanName(text))
		return 0, 0, false
	}
	if parts := strings.Split(text, ":"); len(parts) == 2 || len(parts) == 3 {
		for i, p := range parts {
			n, err := strconv.ParseUint(p, 10, 31)
			if err != nil || i > 0 && n > 59 {
				return wrong()
			}
			seconds = seconds*60 + int64(n)
		}
		return seconds, 0, true
	}
	number, unit := strings.ToLower(text), r.unit
	for _, suffix := range []struct{ text, unit string }{{"minutes", "min"}, {"min", "min"}, {"sec", "s"}, {"s", "s"}} {
		if cut, found := strings.CutSuffix(number, suffix.text); found {
			number, unit = strings.TrimSpace(cut), suffix.unit
			break
		}
	}
	value, decimals, err := decimal(number)
	if err != nil || value < 0 {
		return wrong()
	}
	factor := int64(60)
	if unit == "s" || unit == "" {
		factor = 1
		r.unitless = r.unitless || unit == ""
	}
	half := int64(math.Ceil(float64(factor) / 2 / math.Pow10(decimals))) // what was cut off by rounding
	if factor == 1 {
		half = 0
	}
	return (int64(value)*factor + 500_000) / 1_000_000, half, true
}

func (r *statementReader) money(row []string) (amount, off billing.Money, ok bool) {
	text := r.cell(row, moneyColumn)
	digits := strings.TrimSpace(strings.NewReplacer("€", "", "EUR", "", "eur", "").Replace(text))
	amount, decimals, err := decimal(digits)
	if err != nil {
		r.refuse(r.cell(row, numberColumn), "montant : « %s » n'est pas un montant, par exemple 12,34", `amount: "%s" is no amount, for example 12.34`, number.CleanName(text))
		return 0, 0, false
	}
	off = 1
	for range 6 - decimals {
		off *= 10
	}
	return amount, (off + 1) / 2, true
}

// decimal reads "1 234,56", "1,234.56", "1.234,56" and "-0.5" as millionths, and how many decimals were written.
func decimal(text string) (value billing.Money, decimals int, err error) {
	sign := billing.Money(1)
	text = strings.NewReplacer(" ", "", "'", "", "−", "-").Replace(text)
	if rest, minus := strings.CutPrefix(text, "-"); minus {
		sign, text = -1, rest
	}
	text = strings.TrimPrefix(text, "+")
	point := strings.LastIndexAny(text, ".,")
	if point >= 0 && strings.Count(text, text[point:point+1]) > 1 {
		point = len(text) // it stands between thousands
	}
	whole, fraction := text, ""
	if point >= 0 && point < len(text) {
		whole, fraction = text[:point], text[point+1:]
	}
	whole = strings.NewReplacer(".", "", ",", "").Replace(whole)
	if whole == "" || len(whole) > 9 || len(fraction) > 6 || strings.Trim(whole+fraction, "0123456789") != "" {
		return 0, 0, fmt.Errorf("%q is no number", text)
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", 6-len(fraction)), 10, 64)
	return sign * billing.Money(n), len(fraction), err
}
