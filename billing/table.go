package billing

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"hotline/number"
)

// A Table is one of the tariff tables, as files name it.
type Table string

// The tables.
const (
	RangeTable    Table = "number_plan"
	StepTable     Table = "tariff_step"
	ServiceTable  Table = "service_number"
	OwnerTable    Table = "owner_rate"
	PayoutTable   Table = "payout"
	TrunkTable    Table = "trunk_rate"
	ContractTable Table = "contract"
	VATTable      Table = "vat"
)

// Tables lists them in the order in which one may refer to another.
func Tables() []Table {
	return []Table{ContractTable, VATTable, RangeTable, StepTable, ServiceTable, OwnerTable, TrunkTable}
}

// A shape is the columns of a table's file: those by which it is known, and those that may be missing.
type shape struct {
	table     Table
	must, may []string
}

var shapes = []shape{
	{RangeTable, []string{"prefix", "length", "category", "s_cap_min_ttc", "s_cap_call_ttc"},
		[]string{"caller_c", "description", "source", "confidence", "valid_from", "valid_to"}},
	{StepTable, []string{"code", "unit", "price_ttc_eur"}, []string{"blocks", "evidence", "confidence", "valid_from", "valid_to"}},
	{PayoutTable, []string{"code", "price_ttc", "payout", "payout_tax"}, []string{"share_of_ttc", "valid_from", "valid_to", "source", "contract"}},
	{ServiceTable, []string{"number", "price"}, []string{"step", "announcement", "purpose", "adult", "valid_from", "valid_to", "source", "contract"}},
	{ServiceTable, []string{"number", "step"}, []string{"announcement", "purpose", "adult", "valid_from", "valid_to", "source", "contract"}},
	{OwnerTable, []string{"kind", "price"}, []string{"number", "step", "origin", "tax", "valid_from", "valid_to", "source", "contract"}},
	{TrunkTable, []string{"trunk", "prefix", "price"}, []string{"valid_from", "valid_to", "source", "contract"}},
	{ContractTable, []string{"contract", "rule"}, nil},
	{VATTable, []string{"rate", "valid_from"}, []string{"valid_to", "source"}},
}

// A reader turns the rows of one file into data.
type reader struct {
	shape
	from     time.Time // of rows that say no date
	source   string    // of rows that say none
	columns  map[string]int
	row      []string
	line     int
	data     Data
	problems []Problem
}

// Read reads a file of one of the tables, which it knows by the names of the columns, and says everything that is wrong
// with its form at once. from holds for rows without valid_from, zero when they need one; source for rows without a source.
func Read(file io.Reader, from time.Time, source string) (Table, Data, []Problem) {
	text := bufio.NewReader(file)
	in := csv.NewReader(text)
	in.FieldsPerRecord = -1
	in.ReuseRecord = true
	if start, _ := text.Peek(1 << 12); bytes.Count(firstLine(start), []byte(";")) > bytes.Count(firstLine(start), []byte(",")) {
		in.Comma = ';' // what spreadsheets write in France
	}
	head, err := in.Read()
	r := reader{from: from, source: source, columns: map[string]int{}}
	if err != nil {
		r.unreadable(err)
		return "", Data{}, r.problems
	}
	if !r.head(head) {
		return r.table, Data{}, r.problems
	}
	for {
		row, err := in.Read()
		if err == io.EOF {
			return r.table, r.data, r.problems
		}
		if err != nil {
			r.unreadable(err)
			return r.table, r.data, r.problems
		}
		r.line, _ = in.FieldPos(0)
		if len(row) != len(r.columns) {
			r.refuse("", "%d cases au lieu de %d", "%d fields instead of %d", len(row), len(r.columns))
			continue
		}
		r.row = row
		r.read()
	}
}

func firstLine(text []byte) []byte {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return line
}

func (r *reader) refuse(what, fr, en string, values ...any) {
	r.problems = append(r.problems, Problem{Line: r.line, What: what, FR: fmt.Sprintf(fr, values...), EN: fmt.Sprintf(en, values...)})
}

// unreadable says why a file is no table of rows at all, from some row on.
func (r *reader) unreadable(err error) {
	quotes := (*csv.ParseError)(nil)
	switch {
	case errors.Is(err, io.EOF):
		r.refuse("", "le fichier est vide", "the file is empty")
	case errors.As(err, &quotes):
		r.line = quotes.StartLine
		r.refuse("", "des guillemets sont mal ouverts ou mal fermés à partir d'ici", "quotes are opened or closed wrongly from here on")
	default:
		r.refuse("", "lecture impossible : %v", "cannot be read: %v", err)
	}
}

// head finds out which table it is.
func (r *reader) head(names []string) bool {
	r.line = 1
	for i, name := range names {
		name = strings.TrimPrefix(strings.TrimSpace(name), "\ufeff")
		if _, twice := r.columns[name]; twice {
			r.refuse("", "la colonne « %s » est là deux fois", `column "%s" is there twice`, name)
			return false
		}
		r.columns[name] = i
	}
	best := math.MaxInt
	for _, candidate := range shapes {
		if off := candidate.off(r.columns); off < best && off < 10*len(candidate.must) {
			best, r.shape = off, candidate
		}
	}
	if best == math.MaxInt {
		r.refuse("", "aucune table n'a ces colonnes", "no table has these columns")
		return false
	}
	for _, name := range r.must {
		if _, ok := r.columns[name]; !ok {
			r.refuse("", "il manque la colonne « %s » de la table %s", `column "%s" of table %s is missing`, name, r.table)
		}
	}
	for name := range r.columns {
		if !r.has(name) {
			r.refuse("", "colonne « %s » inconnue de la table %s", `column "%s" is not known in table %s`, name, r.table)
		}
	}
	return len(r.problems) == 0
}

// off says how far the columns of a file are from the shape: a missing one counts more than one too many.
func (s shape) off(columns map[string]int) (off int) {
	for _, name := range s.must {
		if _, ok := columns[name]; !ok {
			off += 10
		}
	}
	for name := range columns {
		if !s.has(name) {
			off++
		}
	}
	return off
}

func (s shape) has(column string) bool {
	return slices.Contains(s.must, column) || slices.Contains(s.may, column)
}

// get returns one field, "" when the file does not have the column.
func (r *reader) get(column string) string {
	i, ok := r.columns[column]
	if !ok {
		return ""
	}
	return Fuse(strings.TrimSpace(r.row[i]))
}

func (r *reader) read() {
	switch before := len(r.problems); r.table {
	case RangeTable:
		row := r.rangeRow()
		r.keep(before, func(d *Data) { d.Ranges = append(d.Ranges, row) })
	case StepTable:
		row := r.stepRow()
		r.keep(before, func(d *Data) { d.Steps = append(d.Steps, row) })
	case ServiceTable:
		row := r.serviceRow()
		r.keep(before, func(d *Data) { d.Services = append(d.Services, row) })
	case OwnerTable:
		row := r.ownerRow()
		r.keep(before, func(d *Data) { d.Owner = append(d.Owner, row) })
	case PayoutTable:
		row := r.payoutRow()
		r.keep(before, func(d *Data) { d.Owner = append(d.Owner, row) })
	case TrunkTable:
		row := TrunkRow{Trunk: r.get("trunk"), Prefix: r.get("prefix"), Contract: r.get("contract"), Source: r.said("source"), Line: r.line}
		row.Price, row.Span = r.price(row.Trunk+" "+row.Prefix, "price"), r.span(row.Trunk+" "+row.Prefix)
		r.keep(before, func(d *Data) { d.Trunks = append(d.Trunks, row) })
	case ContractTable:
		row := ContractRow{Name: r.get("contract"), Line: r.line}
		var err error
		if row.Rule, err = ParseRule(r.get("rule")); err != nil {
			r.refuse(row.Name, "règle « %s » inconnue, par exemple second_up/half_up/6", `unknown rule "%s", for example second_up/half_up/6`, r.get("rule"))
		}
		r.keep(before, func(d *Data) { d.Contracts = append(d.Contracts, row) })
	case VATTable:
		row := VATRow{Rate: r.percent("rate"), Source: r.said("source"), Span: r.span("vat"), Line: r.line}
		r.keep(before, func(d *Data) { d.VAT = append(d.VAT, row) })
	}
}

// keep takes a row in which nothing was wrong.
func (r *reader) keep(before int, add func(*Data)) {
	if len(r.problems) == before {
		add(&r.data)
	}
}

func (r *reader) said(column string) string {
	if s := r.get(column); s != "" {
		return s
	}
	return fmt.Sprintf("%s l. %d", r.source, r.line)
}

// span reads from when until when a row holds.
func (r *reader) span(what string) (s Span) {
	for _, end := range []struct {
		column string
		into   *time.Time
	}{{"valid_from", &s.From}, {"valid_to", &s.Until}} {
		text := r.get(end.column)
		if text == "" {
			continue
		}
		at, err := ParseDay(text)
		if wrong := (*DayError)(nil); errors.As(err, &wrong) {
			r.problems = append(r.problems, Problem{Line: r.line, What: what, FR: fmt.Sprintf("%s : « %s » n'est pas une date : %s", end.column, text, wrong.FR),
				EN: fmt.Sprintf(`%s: "%s" is no date: %s`, end.column, text, wrong.EN)})
		}
		*end.into = at
	}
	if s.From.IsZero() && r.get("valid_from") == "" {
		s.From = r.from
		if s.From.IsZero() {
			r.refuse(what, "depuis quand ? remplissez valid_from, ou ajoutez --from", "since when? fill in valid_from, or add --from")
		}
	}
	return s
}

func (r *reader) price(what, column string) Price {
	p, err := ParsePrice(r.get(column))
	if err != nil {
		r.refuse(what, "« %s » n'est pas un prix, par exemple 0.80 EUR/min", `"%s" is not a price, for example 0.80 EUR/min`, r.get(column))
	}
	return p
}

// amount reads an amount without its currency; empty is nothing.
func (r *reader) amount(what, column string) (m Money, said bool) {
	text := r.get(column)
	if text == "" {
		return 0, false
	}
	m, err := parseMoney(text)
	if err != nil {
		r.refuse(what, "%s : « %s » n'est pas un montant, par exemple 0.80", `%s: "%s" is no amount, for example 0.80`, column, text)
	}
	return m, true
}

func (r *reader) percent(column string) BasisPoints {
	m, err := parseMoney(strings.TrimSpace(strings.TrimSuffix(r.get(column), "%")))
	if err != nil || m%10_000 != 0 || m > 100*Euro {
		r.refuse("vat", "« %s » n'est pas un taux, par exemple 20 ou 8.5", `"%s" is not a rate, for example 20 or 8.5`, r.get(column))
	}
	return BasisPoints(min(m, 100*Euro) / 10_000)
}

func (r *reader) rangeRow() RangeRow {
	row := RangeRow{Range: Range{Prefix: r.get("prefix"), Category: ParseCategory(r.get("category"))}, Description: r.get("description"),
		Source: r.get("source"), Confidence: r.get("confidence"), Line: r.line}
	if row.Category == UnknownCategory {
		r.refuse(row.Prefix, "catégorie « %s » inconnue", `unknown category "%s"`, r.get("category"))
	}
	var err error
	if row.Length, err = strconv.Atoi(r.get("length")); err != nil {
		r.refuse(row.Prefix, "longueur « %s » : un nombre de chiffres", `length "%s": a number of digits`, r.get("length"))
	}
	var perMinute, perCall bool
	row.PerMinute, perMinute = r.amount(row.Prefix, "s_cap_min_ttc")
	row.PerCall, perCall = r.amount(row.Prefix, "s_cap_call_ttc")
	if perMinute != perCall {
		r.refuse(row.Prefix, "les deux plafonds, ou aucun", "both ceilings or none")
	}
	row.Capped, row.Span = perMinute && perCall, r.span(row.Prefix)
	return row
}

func (r *reader) stepRow() StepRow {
	row := StepRow{Code: r.get("code"), Blocks: r.get("blocks"), Evidence: r.get("evidence"), Verified: r.get("confidence") != "unverified", Line: r.line}
	amount, said := r.amount(row.Code, "price_ttc_eur")
	if !said {
		r.refuse(row.Code, "price_ttc_eur est vide", "price_ttc_eur is empty")
	}
	switch unit := r.get("unit"); unit {
	case "minute":
		row.Price.PerMinute = amount
	case "call":
		row.Price.PerCall = amount
	default:
		r.refuse(row.Code, "unité « %s » : minute ou call", `unit "%s": minute or call`, unit)
	}
	row.Span = r.span(row.Code)
	return row
}

func (r *reader) number(column string) number.Number {
	text := r.get(column)
	n, err := number.Parse(text)
	if err != nil {
		r.refuse(text, "« %s » n'est pas un numéro de téléphone", `"%s" is not a telephone number`, text)
	}
	return n
}

// oneOf reads a word of a list.
func (r *reader) oneOf(what, column string, words ...string) string {
	s := r.get(column)
	if !slices.Contains(words, s) {
		list := strings.TrimPrefix(strings.Join(words, ", "), ", ")
		r.refuse(what, "%s : « %s » au lieu de %s", `%s: "%s" instead of %s`, column, s, list)
	}
	return s
}

func (r *reader) serviceRow() ServiceRow {
	row := ServiceRow{Number: r.number("number"), Step: r.get("step"), Contract: r.get("contract"), Source: r.said("source"), Line: r.line}
	what := row.Number.National()
	row.Announcement = r.oneOf(what, "announcement", "", "carrier", "self", "none")
	row.Purpose = r.oneOf(what, "purpose", append([]string{""}, Purposes()...)...)
	row.Adult = slices.Contains([]string{"1", "yes"}, r.oneOf(what, "adult", "", "0", "1", "no", "yes"))
	var err error
	if row.Price, row.Step, err = ParseServicePrice(r.get("price"), row.Step); err != nil {
		r.refuse(what, "« %s » n'est pas un prix, par exemple 0.80 EUR/min, free ou normal", `"%s" is not a price, for example 0.80 EUR/min, free or normal`, r.get("price"))
	}
	row.Span = r.span(what)
	return row
}

// ParseServicePrice reads the price of a number, which may also be "free" or "normal": no price, and which family. A step
// that is named stays the step.
func ParseServicePrice(s, step string) (Price, string, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "free", "gratuit":
		return Price{}, StepFree, nil
	case "normal":
		return Price{}, StepNormal, nil
	case "":
		if step != "" { // the tables know what it costs
			return Price{}, step, nil
		}
	}
	p, err := ParsePrice(s)
	return p, step, err
}

func (r *reader) ownerRow() OwnerRow {
	row := OwnerRow{Step: r.get("step"), Contract: r.get("contract"), Source: r.said("source"), Line: r.line}
	if r.get("number") != "" {
		row.Number = r.number("number")
	}
	row.Kind = Kind(r.oneOf(row.what(), "kind", string(Cost), string(Payout), string(Ordinary)))
	row.Origin, _ = ParseOrigin(r.oneOf(row.what(), "origin", originWords...))
	row.Tax = r.tax(row.what(), "tax")
	if row.Kind == Ordinary && r.get("tax") == "" {
		row.Tax = TaxIncluded
	}
	row.Price, row.Span = r.price(row.what(), "price"), r.span(row.what())
	return row
}

func (r *reader) tax(what, column string) Tax {
	switch strings.ToUpper(r.get(column)) {
	case "", "HT":
		return TaxExcluded
	case "TTC":
		return TaxIncluded
	}
	r.refuse(what, "%s : « %s » au lieu de HT ou TTC", `%s: "%s" instead of HT or TTC`, column, r.get(column))
	return TaxExcluded
}

// payoutRow reads a row of an operator's grid: the payout of each step, "2.00" per call, or "0.46/min". The price that the grid
// gives for the step is kept to be held against the step.
func (r *reader) payoutRow() OwnerRow {
	row := OwnerRow{Step: r.get("code"), Kind: Payout, Contract: r.get("contract"), Source: r.said("source"), Tax: r.tax(r.get("code"), "payout_tax"), Line: r.line}
	row.Price, row.Span = r.gridPrice(row.Step, "payout"), r.span(row.Step)
	if r.get("price_ttc") != "" {
		r.data.Grid = append(r.data.Grid, GridRow{Step: row.Step, Price: r.gridPrice(row.Step, "price_ttc"), Span: row.Span, Line: r.line})
	}
	return row
}

// gridPrice reads an amount of a grid: "2.00" or "2.00 EUR/call", "0.46/min" or "0.46 EUR/min".
func (r *reader) gridPrice(what, column string) Price {
	text := r.get(column)
	if p, err := ParsePrice(text); err == nil {
		return p
	}
	digits, perMinute := strings.CutSuffix(text, "/min")
	amount, err := parseMoney(digits)
	if err != nil {
		r.refuse(what, "%s : « %s » n'est pas un montant, par exemple 2.00 ou 0.46/min", `%s: "%s" is no amount, for example 2.00 or 0.46/min`, column, text)
	}
	if perMinute {
		return Price{PerMinute: amount}
	}
	return Price{PerCall: amount}
}
