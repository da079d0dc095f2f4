package prompt

import (
	"strconv"
	"strings"
)

const (
	cent = 10_000 // in micro-euro
	euro = 100 * cent
)

// Euros says an amount, in micro-euro, as French people do: "deux euros quatre-vingt-dix-neuf". What is finer than a cent,
// and a thousand euros or more, stays in digits, which a speaking machine reads well enough.
func Euros(micro int64) string {
	if micro < 0 || micro >= 1000*euro || micro%cent != 0 {
		return digits(micro)
	}
	euros, cents := int(micro/euro), int(micro%euro/cent)
	switch {
	case euros == 0 && cents > 0:
		return count(cents, "centime")
	case cents == 0:
		return count(euros, "euro")
	}
	if cents < 10 { // "deux euros un" could be 2.10
		return count(euros, "euro") + " et " + count(cents, "centime")
	}
	return count(euros, "euro") + " " + spell(cents)
}

// count has an s from two on; French says zéro euro.
func count(n int, unit string) string {
	if n > 1 {
		unit += "s"
	}
	return spell(n) + " " + unit
}

var (
	small = []string{
		"zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze",
		"quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
	}
	tens = []string{"", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt"}
)

// spell says a number from 0 to 999.
func spell(n int) string {
	switch {
	case n < 20:
		return small[n]
	case n < 100:
		return spellTens(n)
	}
	hundred := "cent"
	if n >= 200 {
		hundred = small[n/100] + " cent"
	}
	switch rest := n % 100; {
	case rest > 0:
		return hundred + " " + spell(rest)
	case n >= 200:
		return hundred + "s"
	}
	return hundred
}

// spellTens says a number from 20 to 99: seventy is sixty-ten, ninety is four-twenty-ten.
func spellTens(n int) string {
	rest := n % 10
	if n/10 == 7 || n/10 == 9 {
		rest += 10
	}
	word := tens[n/10]
	switch {
	case n == 80:
		return word + "s"
	case rest == 0:
		return word
	case n < 80 && (rest == 1 || rest == 11):
		return word + " et " + small[rest]
	}
	return word + "-" + small[rest]
}

// digits writes 0.125 euro as "0,125 euro".
func digits(micro int64) string {
	text := strconv.FormatInt(micro/euro, 10)
	if part := micro % euro; part > 0 {
		text += "," + strings.TrimRight(strconv.FormatInt(euro+part, 10)[1:], "0")
	}
	if micro >= 2*euro {
		return text + " euros"
	}
	return text + " euro"
}
