package number

import (
	"errors"
	"fmt"
	"strings"
)

// A Prefix is how numbers begin: as they are dialled in France ("0162", "0590"), or with a + for all others ("+44").
type Prefix string

// ParsePrefix reads the beginning of a number as people write it: "0899", "+33 1 62", "0044". A French one becomes what is dialled
// in France.
func ParsePrefix(s string) (Prefix, error) {
	d, err := scan(strings.TrimSpace(s))
	if err != nil {
		return "", fmt.Errorf("beginning %q %w", shorten(s), err)
	}
	digits := d.text
	if rest, ok := strings.CutPrefix(digits, "00"); ok && !d.plus {
		d.plus, digits = true, rest
	}
	rest, french := strings.CutPrefix(digits, "33")
	switch {
	case d.trunk > 0:
		err = errMisplaced
	case len(digits) > 15:
		err = errors.New("has more digits than any number")
	case d.plus && french:
		return Prefix("0" + strings.TrimPrefix(rest, "0")), nil
	case d.plus && (digits == "" || digits[0] == '0'):
		err = errors.New("has no country code behind the international prefix")
	case d.plus:
		return Prefix("+" + digits), nil
	case digits[0] != '0':
		err = errors.New("starts with neither 0 nor +")
	default:
		return Prefix(digits), nil
	}
	return "", fmt.Errorf("beginning %q %w", shorten(s), err)
}

// Digits is how many digits there are behind the country code, or behind the 0 that is dialled in France.
func (p Prefix) Digits() int {
	digits, abroad := strings.CutPrefix(string(p), "+")
	if !abroad {
		return len(p) - 1
	}
	c, _ := countryOf(digits)
	return len(digits) - len(c.code)
}

// Begins says whether a number begins so. A short code never does.
func (p Prefix) Begins(n Number) bool {
	return !n.Short() && (strings.HasPrefix(string(n), string(p)) || strings.HasPrefix(n.National(), string(p)))
}
