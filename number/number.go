// Package number holds a telephone number as a value: it reads what French people and switches write, and keeps one
// canonical form for each number.
//
// Its one guarantee: a Number that Parse returned names exactly one line, and parsing its National form gives the same
// Number again. Nothing is guessed: text that could be two numbers, or none, is an error that says what is wrong.
//
//	n, err := number.Parse("08 09 40 01 00") // "+33809400100"
//	n.National()                             // "0809400100"
//	n.Pretty()                               // "08 09 40 01 00"
package number

import (
	"log/slog"
	"slices"
	"strings"
)

// A Number is a telephone number in canonical form: "+33809400100" for everything with a country code, "3635", "118218"
// or "112" for a French short code, which has no international form, and "" for a withheld or unknown number.
type Number string

// String returns the canonical form.
func (n Number) String() string { return string(n) }

// Short reports whether n is a French short code such as 3635, 118218 or 112.
func (n Number) Short() bool { return n != "" && n[0] != '+' }

// Emergency reports whether n is a French emergency number. Such a call is never rated, queued, announced or blocked.
func (n Number) Emergency() bool {
	switch n {
	case "15", "17", "18", "112", "114", "115", "119", "191", "196", "197":
		return true
	}
	return false
}

// National returns n as it is dialled in France: "0809400100", "3635", "0590123456" for Guadeloupe, and the
// international form "+442071234567" for every other country.
func (n Number) National() string {
	s := string(n)
	if rest, ok := strings.CutPrefix(s, "+33"); ok {
		return "0" + rest
	}
	for _, t := range territories() {
		rest, ok := strings.CutPrefix(s, "+"+t.code)
		if !ok || len(rest) != 9-len(t.drop) {
			continue
		}
		national := "0" + t.drop + rest
		if t.holds(national) {
			return national
		}
	}
	return s
}

// Pretty returns n as it is printed on a letterhead: "08 09 40 01 00", "118 218", "3635". The number of a country whose
// grouping we do not know keeps its canonical form.
func (n Number) Pretty() string {
	s := n.National()
	switch {
	case s == "" || s[0] == '+':
		return s
	case len(s) == 6:
		return s[:3] + " " + s[3:]
	case len(s) < 10:
		return s
	}
	var b strings.Builder
	for pair := range slices.Chunk([]byte(s), 2) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.Write(pair)
	}
	return b.String()
}

// Masked returns n with its last four digits hidden, for logs: "+3380940****". A short code names a service and no
// person, and stays readable.
func (n Number) Masked() string {
	if n == "" || n.Short() {
		return string(n)
	}
	return string(n[:len(n)-4]) + "****"
}

// LogValue masks a number wherever it is logged, so that no call of slog can forget it.
func (n Number) LogValue() slog.Value { return slog.StringValue(n.Masked()) }

// A territory is a French overseas numbering zone: dialled in France with a leading 0 like any other number, yet with a
// country code of its own.
type territory struct {
	code     string   // country code
	prefixes []string // what its national numbers begin with
	drop     string   // digits of the national number that its international form leaves out
}

// territories lists the overseas zones. Without it 0590 12 34 56 would become +33 590 12 34 56, which does not exist.
// Saint-Pierre-et-Miquelon alone has six digits behind its country code.
func territories() []territory {
	return []territory{
		{code: "590", prefixes: []string{"0590", "0690", "0691", "09475"}},
		{code: "594", prefixes: []string{"0594", "0694", "09476"}},
		{code: "596", prefixes: []string{"0596", "0696", "0697", "09477"}},
		{code: "262", prefixes: []string{"0262", "0263", "0269", "0639", "0692", "0693", "09478", "09479"}},
		{code: "508", prefixes: []string{"0508"}, drop: "508"},
	}
}

// holds reports whether a ten-digit national number belongs to the territory.
func (t territory) holds(national string) bool {
	return slices.ContainsFunc(t.prefixes, func(p string) bool { return strings.HasPrefix(national, p) })
}
