package number

import (
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// countries has a line for each country code, tabs between its fields: the code, the possible lengths behind it, "0" if
// a 0 dialled inside the country is left out behind the code, and then for each way to write a number a pattern of all
// its digits, one of the first of them, and the form. TestCountries writes and checks the file.
//
//go:embed countries.txt
var countries string

// A country is what we know of the numbers behind one country code.
type country struct {
	code    string
	lengths string // "7,9,10"
	trunk   bool   // numbers are dialled with a leading 0 inside the country, and never have one behind the code
	forms   string
}

// countryOf finds the country code that the digits begin with. No country code is the beginning of another.
func countryOf(digits string) (country, bool) {
	for n := 1; n <= min(3, len(digits)); n++ {
		if n == 1 && digits[0] != '1' && digits[0] != '7' {
			continue // Only these two have one digit.
		}
		if _, line, found := strings.Cut(countries, "\n"+digits[:n]+"\t"); found {
			line, _, _ = strings.Cut(line, "\n")
			c := country{code: digits[:n]}
			c.lengths, line, _ = strings.Cut(line, "\t")
			trunk, forms, _ := strings.Cut(line, "\t")
			c.trunk, c.forms = trunk == "0", forms
			return c, true
		}
	}
	return country{}, false
}

// fromAbroad reads the digits of an international number that is not French.
func fromAbroad(digits string, trunk int, r rule) (Number, error) {
	c, known := countryOf(digits)
	switch {
	case trunk != 0 && known && trunk == len(c.code) && !c.trunk:
		return "", fmt.Errorf(`has "(0)" behind +%s, where no 0 is left out; write the number as it is dialled from here`, c.code)
	case trunk != 0 && trunk != len(c.code):
		return "", errMisplaced
	}
	rest, dropped := digits[len(c.code):], ""
	if c.trunk && strings.HasPrefix(rest, "0") {
		rest, dropped = rest[1:], " and its 0" // "+44 020 7123 4567": the trunk zero was left in.
		digits = c.code + rest
		if strings.HasPrefix(rest, "0") {
			return "", fmt.Errorf("has two zeros behind +%s, where no number starts with 0", c.code)
		}
	}
	switch {
	case r == strictly && !known:
		return "", fmt.Errorf("starts with +%s, which is no country code", digits[:min(3, len(digits))])
	case r == strictly && !c.has(len(rest)):
		return "", fmt.Errorf("has %d digits behind +%s%s, where a number has %s", len(rest), c.code, dropped, inWords(c.lengths))
	case len(digits) < 7 || len(digits) > 15:
		return "", fmt.Errorf("has %d digits, an international number has 7 to 15", len(digits))
	}
	return Number("+" + digits), nil
}

// has reports whether a number of the country can have that many digits behind the country code.
func (c country) has(length int) bool {
	for s := range strings.SplitSeq(c.lengths, ",") {
		if s == strconv.Itoa(length) {
			return true
		}
	}
	return false
}

// inWords makes "7, 9 or 10" of "7,9,10".
func inWords(lengths string) string {
	last := strings.LastIndexByte(lengths, ',')
	if last < 0 {
		return lengths
	}
	return strings.ReplaceAll(lengths[:last], ",", ", ") + " or " + lengths[last+1:]
}

// prettyAbroad writes an international number as it is written in its country: "+44 20 7123 4567". It compiles patterns,
// which takes some fifty microseconds; it is for people's eyes.
func prettyAbroad(s string) string {
	c, known := countryOf(s[1:])
	if !known {
		return s
	}
	rest := s[1+len(c.code):]
	fields := strings.Split(c.forms, "\t")
	for ; len(fields) >= 3; fields = fields[3:] {
		begin, err := regexp.Compile("^(?:" + fields[1] + ")")
		if err != nil || !begin.MatchString(rest) {
			continue
		}
		whole, err := regexp.Compile("^(?:" + fields[0] + ")$")
		if err != nil || !whole.MatchString(rest) {
			continue
		}
		return "+" + c.code + " " + whole.ReplaceAllString(rest, fields[2])
	}
	return "+" + c.code + " " + rest
}
