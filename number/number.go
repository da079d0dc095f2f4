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
	"unicode/utf8"
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

// Help reports whether n is an emergency number or one of the helplines that have the same number all over Europe: 116000
// for missing children.
func (n Number) Help() bool {
	return n.Emergency() || len(n) == 6 && strings.HasPrefix(string(n), "116")
}

// National returns n as it is dialled in France: "0809400100", "3635", "0590123456" for Guadeloupe, and the
// international form "+442071234567" for every other country.
func (n Number) National() string {
	if rest, ok := strings.CutPrefix(string(n), "+33"); ok {
		return "0" + rest
	}
	return overseas(string(n))
}

// overseas returns the national form of a number that may be one of overseas France, and any other as it is.
func overseas(s string) string {
	if digits, ok := strings.CutPrefix(s, "+"); ok {
		if code, rest, ok := cutTerritory(digits); ok {
			if national, ok := fromTerritory(code, rest); ok {
				return national
			}
		}
	}
	return s
}

// Pretty returns n as it is printed on a letterhead: "08 09 40 01 00", "118 218", "3635", "+44 20 7123 4567".
func (n Number) Pretty() string {
	s := n.National()
	switch {
	case s == "":
		return s
	case s[0] == '+':
		return prettyAbroad(s)
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
// person, and stays readable. It is safe for any text, such as a number from a table that somebody else has filled.
func (n Number) Masked() string {
	if n == "" || isShort(string(n)) {
		return string(n)
	}
	keep := max(0, len(n)-4)
	for keep > 0 && !utf8.RuneStart(n[keep]) {
		keep--
	}
	return string(n[:keep]) + "****"
}

// LogValue masks a number wherever it is logged, so that no call of slog can forget it.
func (n Number) LogValue() slog.Value { return slog.StringValue(n.Masked()) }
