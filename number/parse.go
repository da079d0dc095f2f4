package number

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// digitLimit is how many digits are read: no number has more than 15, and no text is read without end.
const digitLimit = 32

// Parse reads a telephone number as French people and switches write it: "08 09 40 01 00", "0809.40.01.00",
// "33809400100", "+33 8 09 40 01 00", "+33(0)8 09 40 01 00", "0033...", "3635", "118218", "sip:0809400100@host",
// "tel:+33...", and any other "+CC..." that a country can have. Its error says what is wrong with the text.
func Parse(s string) (Number, error) {
	n, err := parse(s, strictly)
	if err != nil {
		return "", fmt.Errorf("number %q %w", shorten(s), err)
	}
	return n, nil
}

// ParseCaller reads the number a switch gives for a caller. It never fails: a hidden, anonymous, unknown or unreadable
// number is "", because a call must be served whatever stands in its From line. A foreign number is kept as the network
// gave it, even when its country cannot have it: it still tells that the call came from abroad.
func ParseCaller(s string, hidden bool) Number {
	if hidden {
		return ""
	}
	n, err := parse(s, asGiven)
	if err != nil {
		return ""
	}
	return n
}

// A rule says which foreign numbers are taken.
type rule bool

const (
	strictly rule = true  // only those that their country can have
	asGiven  rule = false // whatever looks like one
)

// shorten keeps an error line readable when the text is not a number at all.
func shorten(s string) string {
	const most = 40
	cut := s[:min(len(s), (most+1)*utf8.UTFMax)] // a megabyte need not become runes
	runes := []rune(strings.ToValidUTF8(cut, "\uFFFD"))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most]) + "..."
}

func parse(s string, r rule) (Number, error) {
	text, err := address(strings.TrimSpace(s))
	if err != nil {
		return "", err
	}
	d, err := scan(text)
	if err != nil {
		return "", err
	}
	digits := d.text
	switch {
	case d.plus:
		return fromInternational(digits, d.trunk, r)
	case strings.HasPrefix(digits, "00") && (d.trunk == 0 || d.trunk > 2):
		return fromInternational(digits[2:], max(0, d.trunk-2), r)
	case d.trunk > 0:
		return "", errMisplaced
	case isShort(digits):
		return Number(digits), nil
	case digits[0] == '0':
		return fromNational(digits)
	case len(digits) == 11 && strings.HasPrefix(digits, "33"):
		return fromFrench(digits[2:])
	case len(digits) <= 6:
		return "", fmt.Errorf("has %d digits and is no French short number", len(digits))
	case len(digits) < 10:
		return "", fmt.Errorf("has %d digits, a French number has 10 and starts with 0", len(digits))
	}
	return "", fmt.Errorf("has %d digits without a leading 0; a foreign number starts with + and its country code", len(digits))
}

// address takes the user part out of "sip:user@host;x=y", "Name <sip:user@host>;x=y" and "tel:+33...;phone-context=+33".
func address(s string) (string, error) {
	s, err := inBrackets(s)
	if err != nil {
		return "", err
	}
	scheme, rest, found := strings.Cut(s, ":")
	if !found {
		return s, nil
	}
	switch strings.ToLower(scheme) {
	case "sip", "sips":
		user, _, found := strings.Cut(rest, "@")
		if !found {
			return "", errors.New("is an address without a user part")
		}
		user, params, _ := strings.Cut(user, ";")
		plain, err := url.PathUnescape(user)
		if err != nil {
			return "", fmt.Errorf("has a wrong escape in its user part: %w", err)
		}
		return plain, local(params)
	case "tel":
		user, params, _ := strings.Cut(rest, ";")
		return user, local(params)
	}
	return "", fmt.Errorf("starts with %q; of addresses only sip:, sips: and tel: are read", shorten(scheme)+":")
}

// inBrackets returns what stands between < and >, behind a name that may have the same signs between its quotes.
func inBrackets(s string) (string, error) {
	rest := s
	if strings.HasPrefix(s, `"`) {
		end := 1
		for end < len(s) && s[end] != '"' {
			if s[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(s) {
			return "", errors.New("has a name whose quotes do not end")
		}
		rest = s[end+1:]
	}
	_, inside, found := strings.Cut(rest, "<")
	if !found {
		return s, nil
	}
	inside, behind, found := strings.Cut(inside, ">")
	if behind = strings.TrimSpace(behind); !found || behind != "" && behind[0] != ';' {
		return "", errors.New("has a < without the > that ends the address")
	}
	return inside, nil
}

// local refuses a number that is said to be one of another country's local numbers.
func local(params string) error {
	for param := range strings.SplitSeq(params, ";") {
		key, value, _ := strings.Cut(param, "=")
		if strings.EqualFold(key, "phone-context") && strings.HasPrefix(value, "+") && value != "+33" {
			return fmt.Errorf("belongs to the local numbers of %s", shorten(value))
		}
	}
	return nil
}

// A scanned text is what is left of it without its separators.
type scanned struct {
	text  string
	plus  bool // there was a + in front
	trunk int  // how many digits stand before "(0)", the trunk zero that is not dialled from abroad; 0 without one
}

var errMisplaced = errors.New(`has "(0)" in a place where it cannot be read; it belongs behind a country code`)

// scan removes what people put between digits: spaces and dashes in all the widths that word processors make, dots,
// slashes and brackets.
func scan(s string) (scanned, error) {
	var (
		buf [digitLimit]byte
		d   scanned
		n   int
	)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if zero := loneZero(s[i:]); zero > 0 && (n > 0 || d.plus) {
			if n == 0 || d.trunk > 0 {
				return scanned{}, errMisplaced
			}
			d.trunk = n
			i += zero
			continue
		}
		i += size
		switch {
		case r >= '0' && r <= '9':
			if n == digitLimit {
				return scanned{}, fmt.Errorf("has more than %d digits", digitLimit)
			}
			buf[n] = byte(r)
			n++
		case r == '+' && n == 0 && !d.plus:
			d.plus = true
		case !separates(r):
			return scanned{}, wrongCharacter(r)
		}
	}
	switch {
	case s == "":
		return scanned{}, errors.New("is empty")
	case n == 0:
		return scanned{}, errors.New("has no digits")
	}
	d.text = string(buf[:n])
	return d, nil
}

// loneZero returns the length of a "(0)" or "( 0 )" at the beginning of s, or 0.
func loneZero(s string) int {
	if s[0] != '(' {
		return 0
	}
	const near = 8 // a search to the end for each of a million brackets would take minutes
	if end := strings.IndexByte(s[:min(len(s), near)], ')'); end > 0 && strings.TrimSpace(s[1:end]) == "0" {
		return end + 1
	}
	return 0
}

func separates(r rune) bool {
	switch r {
	case ' ', '\t', '.', '-', '/', '(', ')', '\u00b7', '\u2212':
		return true
	}
	return r >= '\u2010' && r <= '\u2015' || r > unicode.MaxASCII && unicode.Is(unicode.Zs, r)
}

// wrongCharacter says what is wrong with a character that does not belong into a number.
func wrongCharacter(r rune) error {
	switch {
	case unicode.IsDigit(r):
		return fmt.Errorf("has %q, a digit of another script; write the digits 0 to 9", r)
	case r == '*' || r == '#':
		return fmt.Errorf("has %q; a service code such as *31# is no part of a number", r)
	case r == '+':
		return errors.New("has a '+' that is not in front")
	case unicode.Is(unicode.C, r):
		return fmt.Errorf("has the invisible character %U; type the number again", r)
	}
	return fmt.Errorf("has the character %q, which no telephone number has", r)
}
