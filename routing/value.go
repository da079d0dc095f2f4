package routing

import (
	"strings"
	"unicode"
)

// What is kept of a call in values is little, and of a length that can be spoken.
const (
	maxValues = 32
	maxValue  = 200
)

// put keeps a value of the call under a name, cleaned of what cannot be read or spoken. One value too many is not kept.
func (k *kept) put(name, value string) {
	if _, had := k.Values[name]; !had && len(k.Values) >= maxValues {
		k.flag("too_many_values")
		return
	}
	if k.Values == nil {
		k.Values = map[string]string{}
	}
	k.Values[name] = cleanValue(value)
}

// cleanValue makes one line of printable text of whatever came from outside.
func cleanValue(value string) string {
	value = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			return ' '
		case c == unicode.ReplacementChar || !unicode.IsPrint(c):
			return -1
		}
		return c
	}, value)
	runes := []rune(strings.Join(strings.Fields(value), " "))
	return strings.TrimSpace(string(runes[:min(len(runes), maxValue)]))
}
