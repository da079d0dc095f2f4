package billing

import (
	"fmt"
	"strconv"
	"strings"
)

// Money is an amount in micro-euro. There are no floats anywhere near it.
type Money int64

// Euro is one euro.
const Euro Money = 1_000_000

// FR writes the amount as France does, with 0 to 6 decimals, rounded half up: "2,44 €".
func (m Money) FR(decimals int) string {
	sign, digits := m.digits(decimals)
	return sign + strings.Replace(digits, ".", ",", 1) + " €"
}

// EN writes the amount as English readers expect it, with 0 to 6 decimals, rounded half up: "EUR 2.44".
func (m Money) EN(decimals int) string {
	sign, digits := m.digits(decimals)
	return sign + "EUR " + digits
}

// String writes the amount exactly.
func (m Money) String() string { return m.EN(6) }

func (m Money) digits(decimals int) (sign, digits string) {
	decimals = min(max(decimals, 0), 6)
	size := uint64(m)
	if m < 0 {
		sign, size = "-", -size
	}
	unit := uint64(1)
	for range 6 - decimals {
		unit *= 10
	}
	size = (size + unit/2) / unit
	if size == 0 {
		sign = ""
	}
	digits = strconv.FormatUint(size, 10)
	if decimals == 0 {
		return sign, digits
	}
	if len(digits) <= decimals {
		digits = strings.Repeat("0", decimals+1-len(digits)) + digits
	}
	return sign, digits[:len(digits)-decimals] + "." + digits[len(digits)-decimals:]
}

// decimals is how many decimals a price needs to be written in full, two at least.
func (m Money) decimals() int {
	n := 6
	for n > 2 && m%10 == 0 {
		m, n = m/10, n-1
	}
	return n
}

// parseMoney reads "0.80" or "0,80": digits and at most six decimals, never through a float.
func parseMoney(s string) (Money, error) {
	whole, fraction, point := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	if whole == "" || point && fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return 0, fmt.Errorf("%q is no amount, write 0.80", s)
	}
	if len(fraction) > 6 {
		return 0, fmt.Errorf("%q has %d decimals, 6 at most", s, len(fraction))
	}
	if len(whole) > 4 {
		return 0, fmt.Errorf("%q is more than any call costs", s)
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", 6-len(fraction)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is no amount: %w", s, err)
	}
	return Money(n), nil
}
