package prompt

import (
	"strconv"
	"strings"
)

// Digits says digits one by one: "zéro quatre deux". Other characters of a telephone key are said as well.
func Digits(lang, text string) string {
	var words []string
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9':
			words = append(words, Cardinal(lang, int(c-'0'), Masculine))
		case c == '*':
			words = append(words, in(lang, "étoile", "star"))
		case c == '#':
			words = append(words, in(lang, "dièse", "hash"))
		case c == '+':
			words = append(words, "plus")
		}
	}
	return strings.Join(words, " ")
}

// Telephone says a telephone number, written with blanks as it is read: "06 12 34 56 78" is "zéro six, douze, trente-quatre,
// cinquante-six, soixante-dix-huit", and in English "zero six, one two, three four, five six, seven eight". What has no
// blanks is read in pairs.
func Telephone(lang, text string) string {
	var said []string
	for _, group := range strings.Fields(text) {
		if rest, ok := strings.CutPrefix(group, "+"); ok {
			said = append(said, Digits(lang, "+"))
			group = rest
		}
		for _, pair := range pairs(group) {
			if lang == "fr" && strings.Trim(pair, "0123456789") == "" {
				said = append(said, asNumber(pair))
			} else {
				said = append(said, Digits(lang, pair))
			}
		}
	}
	return strings.Join(said, ", ")
}

// pairs takes what is longer than three digits apart; of an odd number the last three stay together.
func pairs(group string) (parts []string) {
	for len(group) > 3 {
		parts = append(parts, group[:2])
		group = group[2:]
	}
	if group == "" {
		return parts
	}
	return append(parts, group)
}

// asNumber reads up to three digits as the French do: zeros first, then what they stand before as a number.
func asNumber(group string) string {
	rest := strings.TrimLeft(group, "0")
	zeros := Digits("fr", group[:len(group)-len(rest)])
	n, err := strconv.Atoi(rest)
	if err != nil { // nothing but zeros
		return zeros
	}
	return strings.TrimLeft(zeros+" "+frenchCardinal(n, Masculine), " ")
}
