package number

import (
	"errors"
	"fmt"
	"strings"
)

// fromInternational reads the digits behind "+" or "00". A "(0)" stood behind the first trunk of them, if trunk > 0.
func fromInternational(digits string, trunk int, r rule) (Number, error) {
	if digits == "" || digits[0] == '0' {
		return "", errors.New("has no country code behind the international prefix")
	}
	if rest, ok := strings.CutPrefix(digits, "33"); ok {
		if trunk != 0 && trunk != 2 {
			return "", errMisplaced
		}
		return fromFrench(rest)
	}
	if code, rest, ok := cutTerritory(digits); ok {
		if trunk != 0 && trunk != len(code) {
			return "", errMisplaced
		}
		if len(rest) == 10 {
			rest = strings.TrimPrefix(rest, "0") // "+590 0590 12 34 56": the trunk zero was left in.
		}
		if national, ok := fromTerritory(code, rest); ok {
			return fromNational(national)
		}
		if len(rest) == 9 && r == strictly {
			if of := countryCode("0" + rest); of != "33" {
				return "", fmt.Errorf("has a number of +%s behind +%s", of, code)
			}
		}
	}
	return fromAbroad(digits, trunk, r)
}

// fromFrench reads the digits behind +33. Trunks write short codes there too ("+333635"), though such a number does not
// exist; a short code is never as long as a French number, so that there is nothing to guess.
func fromFrench(rest string) (Number, error) {
	switch {
	case rest == "":
		return "", errors.New("has no digits behind +33")
	case isShort(rest):
		return Number(rest), nil
	case strings.HasPrefix(rest, "00"):
		return "", errors.New("has two zeros behind +33, where a French number has one or none")
	case rest[0] == '0':
		return fromNational(rest) // "+33 0800 123 456": the trunk zero was left in.
	case len(rest) == 9 || len(rest) == 13 && strings.HasPrefix(rest, "700"):
		return fromNational("0" + rest)
	}
	return "", fmt.Errorf("has %d digits behind +33, where a French number has 9", len(rest))
}

// fromNational reads a number that starts with the French trunk zero.
func fromNational(digits string) (Number, error) {
	if len(digits) != 10 && !isM2M(digits) {
		return "", fmt.Errorf("has %d digits, a French number has 10", len(digits))
	}
	code, rest := countryCode(digits), digits[1:]
	if code == "508" {
		rest = strings.TrimPrefix(rest, code)
	}
	return Number("+" + code + rest), nil
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

// countryCode returns the country code of a national number with ten digits or more. Overseas France is dialled like the
// rest, with a leading 0, yet has country codes of its own: without them 0590 12 34 56 would become +33 590 12 34 56,
// which does not exist. 0976 and 09395 to 09399 are missing: their blocks are too small to go by.
func countryCode(national string) string {
	switch national[1:4] {
	case "590", "690", "691":
		return "590"
	case "594", "694":
		return "594"
	case "596", "696", "697":
		return "596"
	case "262", "263", "269", "639", "692", "693":
		return "262"
	case "508":
		return "508"
	case "947":
		return territoryOf(national[4], [10]string{5: "590", 6: "594", 7: "596", 8: "262", 9: "262"})
	case "708":
		return territoryOf(national[4], [10]string{4: "508", 5: "508"})
	case "709":
		if national[4:6] >= "35" && national[4:6] <= "39" {
			return "262" // Mayotte, in the middle of Guyane
		}
		return territoryOf(national[4], [10]string{0: "590", 1: "596", 2: "262", 3: "594"})
	}
	return "33"
}

func territoryOf(digit byte, codes [10]string) string {
	if digit < '0' || digit > '9' || codes[digit-'0'] == "" {
		return "33"
	}
	return codes[digit-'0']
}

// cutTerritory splits the country code of overseas France off.
func cutTerritory(digits string) (code, rest string, ok bool) {
	if len(digits) < 3 {
		return "", "", false
	}
	switch digits[:3] {
	case "262", "508", "590", "594", "596":
		return digits[:3], digits[3:], true
	}
	return "", "", false
}

// fromTerritory returns the national form of a number of overseas France: the inverse of fromNational.
func fromTerritory(code, rest string) (national string, ok bool) {
	switch {
	case code == "508" && len(rest) == 6:
		// Saint-Pierre-et-Miquelon alone has six digits behind its country code.
		return "0508" + rest, true
	case len(rest) != 9:
		return "", false
	}
	national = "0" + rest
	return national, countryCode(national) == code
}
