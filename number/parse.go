package number

import (
	"fmt"
	"net/url"
	"strings"
)

// Parse reads a telephone number as French people and switches write it: "08 09 40 01 00", "0809.40.01.00",
// "33809400100", "+33 8 09 40 01 00", "+33(0)8 09 40 01 00", "0033...", "3635", "118218", "sip:0809400100@host",
// "tel:+33...", and any other "+CC..." of 7 to 15 digits. Its error says what is wrong with the text.
func Parse(s string) (Number, error) {
	n, err := parse(s)
	if err != nil {
		return "", fmt.Errorf("number %q %w", shorten(s), err)
	}
	return n, nil
}

// ParseCaller reads the number a switch gives for a caller. It never fails: a hidden, anonymous, unknown or unreadable
// number is "", because a call must be served whatever stands in its From line.
func ParseCaller(s string, hidden bool) Number {
	if hidden {
		return ""
	}
	n, err := parse(s)
	if err != nil {
		return ""
	}
	return n
}

// shorten keeps an error line readable when the text is not a number at all.
func shorten(s string) string {
	const most = 40
	runes := []rune(strings.ToValidUTF8(s, "\uFFFD"))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most]) + "..."
}

func parse(s string) (Number, error) {
	text, err := address(strings.TrimSpace(s))
	if err != nil {
		return "", err
	}
	digits, international, err := strip(text)
	if err != nil {
		return "", err
	}
	switch {
	case international:
		return fromInternational(digits)
	case strings.HasPrefix(digits, "00"):
		return fromInternational(digits[2:])
	case isShort(digits):
		return Number(digits), nil
	case digits[0] == '0':
		return fromNational(digits)
	case len(digits) == 11 && strings.HasPrefix(digits, "33"):
		return fromInternational(digits)
	case len(digits) < 10:
		return "", fmt.Errorf("has %d digits, a French number has 10 and starts with 0", len(digits))
	}
	return "", fmt.Errorf("has %d digits without a leading 0; a foreign number starts with + and its country code", len(digits))
}

// address takes the user part out of "sip:user@host;x=y", "Name <sip:user@host>" and "tel:+33...;phone-context=+33".
func address(s string) (string, error) {
	if i := strings.IndexByte(s, '<'); i >= 0 && strings.HasSuffix(s, ">") {
		s = s[i+1 : len(s)-1]
	}
	scheme, rest, found := strings.Cut(s, ":")
	if !found {
		return s, nil
	}
	switch strings.ToLower(scheme) {
	case "sip", "sips":
		user, _, found := strings.Cut(rest, "@")
		if !found {
			return "", fmt.Errorf("is an address without a user part")
		}
		user, _, _ = strings.Cut(user, ";")
		plain, err := url.PathUnescape(user)
		if err != nil {
			return "", fmt.Errorf("has a wrong escape in its user part: %w", err)
		}
		return plain, nil
	case "tel":
		user, params, _ := strings.Cut(rest, ";")
		for param := range strings.SplitSeq(params, ";") {
			key, value, _ := strings.Cut(param, "=")
			if strings.EqualFold(key, "phone-context") && strings.HasPrefix(value, "+") && value != "+33" {
				return "", fmt.Errorf("belongs to the local numbers of %s", shorten(value))
			}
		}
		return user, nil
	}
	return "", fmt.Errorf("starts with the unknown address scheme %q", shorten(scheme))
}

// strip removes what people put between digits, a leading "+", and the "(0)" that stands for a trunk zero not to be
// dialled behind a country code.
func strip(s string) (digits string, international bool, err error) {
	rest, international := strings.CutPrefix(s, "+")
	if international || strings.HasPrefix(rest, "00") {
		rest = strings.Replace(rest, "(0)", "", 1)
	}
	var b strings.Builder
	for _, r := range rest {
		switch {
		case r >= '0' && r <= '9':
			b.WriteByte(byte(r))
		case r == ' ' || r == '\t' || r == '.' || r == '-' || r == '/' || r == '(' || r == ')',
			r == '\u00a0' || r == '\u2009' || r == '\u202f' || r == '\u2011':
			// Separators: spaces in all the widths that word processors make, dots, dashes and brackets.
		default:
			return "", false, fmt.Errorf("has the character %q, which no telephone number has", r)
		}
		if b.Len() > 32 {
			return "", false, fmt.Errorf("has more than 32 digits")
		}
	}
	if b.Len() == 0 {
		return "", false, fmt.Errorf("has no digits")
	}
	return b.String(), international, nil
}

// fromInternational reads the digits behind "+" or "00".
func fromInternational(digits string) (Number, error) {
	if digits == "" || digits[0] == '0' {
		return "", fmt.Errorf("has no country code behind the international prefix")
	}
	if rest, ok := strings.CutPrefix(digits, "33"); ok {
		return fromFrench(rest)
	}
	for _, t := range territories() {
		rest, ok := strings.CutPrefix(digits, t.code)
		if ok && len(rest) == 10 && t.holds(rest) {
			return fromNational(rest) // "+590 0590 12 34 56": the trunk zero was left in.
		}
	}
	if len(digits) < 7 || len(digits) > 15 {
		return "", fmt.Errorf("has %d digits, an international number has 7 to 15", len(digits))
	}
	return Number("+" + digits), nil
}

// fromFrench reads the digits behind +33. Trunks write short codes there too ("+333635"), though such a number does not
// exist; a short code is never as long as a French number, so that there is nothing to guess.
func fromFrench(rest string) (Number, error) {
	switch {
	case rest == "":
		return "", fmt.Errorf("has no digits behind +33")
	case isShort(rest):
		return Number(rest), nil
	case rest[0] == '0':
		return fromNational(rest) // "+33 0800 123 456": the trunk zero was left in.
	case len(rest) == 9 || isM2M("0"+rest):
		return fromNational("0" + rest)
	}
	return "", fmt.Errorf("has %d digits behind +33, a French number has 9 there", len(rest))
}

// fromNational reads a number that starts with the French trunk zero.
func fromNational(digits string) (Number, error) {
	switch {
	case len(digits) != 10 && !isM2M(digits):
		return "", fmt.Errorf("has %d digits, a French number has 10", len(digits))
	case digits[1] == '0':
		return "", fmt.Errorf("starts with two zeros behind the country code")
	}
	for _, t := range territories() {
		if t.holds(digits) {
			return Number("+" + t.code + digits[1+len(t.drop):]), nil
		}
	}
	return Number("+33" + digits[1:]), nil
}

// isM2M reports whether the national number is one of the fourteen-digit numbers of machines (0700).
func isM2M(digits string) bool { return len(digits) == 14 && strings.HasPrefix(digits, "0700") }

// isShort reports whether the digits are a short code of the French plan: emergency and social numbers of two and three
// digits, 3BPQ and 10YT with four, 116XYZ and 118XYZ with six.
func isShort(digits string) bool {
	switch len(digits) {
	case 2, 3:
		return Number(digits).Emergency() || digits == "110"
	case 4:
		return digits[0] == '3' || strings.HasPrefix(digits, "10")
	case 6:
		return strings.HasPrefix(digits, "116") || strings.HasPrefix(digits, "118")
	}
	return false
}
