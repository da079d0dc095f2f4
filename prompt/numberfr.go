package prompt

import (
	"strings"
	"unicode/utf8"
)

var (
	frenchSmall = []string{
		"zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze",
		"quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
	}
	frenchTens = []string{"", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt"}
)

func frenchCardinal(n int, g Gender) string {
	var parts []string
	if m := n / million; m > 0 {
		parts = append(parts, frenchHundreds(m, Masculine, true), noun1{"million", "millions"}.after(m > 1))
	}
	switch t := n % million / thousand; {
	case t > 1:
		parts = append(parts, frenchHundreds(t, Masculine, false), "mille")
	case t == 1:
		parts = append(parts, "mille")
	}
	if r := n % thousand; r > 0 || n == 0 {
		parts = append(parts, frenchHundreds(r, g, true))
	}
	return strings.Join(parts, " ")
}

// frenchHundreds says a number from 0 to 999. At its end "cent" and "vingt" have an s when they are counted, but not before
// "mille", which is no noun.
func frenchHundreds(n int, g Gender, end bool) string {
	if n < 100 {
		return frenchBelowHundred(n, g, end)
	}
	word := "cent"
	if n >= 200 {
		word = frenchSmall[n/100] + " cent"
	}
	switch rest := n % 100; {
	case rest > 0:
		return word + " " + frenchBelowHundred(rest, g, end)
	case n >= 200 && end:
		return word + "s"
	}
	return word
}

// frenchBelowHundred says a number from 0 to 99: seventy is sixty-ten, ninety is four-twenty-ten.
func frenchBelowHundred(n int, g Gender, end bool) string {
	if n < 20 {
		return frenchUnit(n, g)
	}
	rest := n % 10
	if n/10 == 7 || n/10 == 9 {
		rest += 10
	}
	word := frenchTens[n/10]
	switch {
	case n == 80 && end:
		return word + "s"
	case rest == 0:
		return word
	case n < 80 && (rest == 1 || rest == 11):
		return word + " et " + frenchUnit(rest, g)
	}
	return word + "-" + frenchUnit(rest, g)
}

func frenchUnit(n int, g Gender) string {
	if n == 1 && g == Feminine {
		return "une"
	}
	return frenchSmall[n]
}

func frenchOrdinal(n int, g Gender) string {
	if n == 1 {
		if g == Feminine {
			return "première"
		}
		return "premier"
	}
	word := frenchCardinal(n, Masculine)
	switch {
	case n%million == 0: // "millionième", "deux cent millionième"
		word = strings.NewReplacer("cents", "cent", "vingts", "vingt", "millions", "million").Replace(word)
		word = strings.TrimPrefix(word, "un ")
	case n%100 == 0 || n%100 == 80:
		word = strings.TrimSuffix(word, "s")
	}
	switch {
	case strings.HasSuffix(word, "cinq"):
		word += "u"
	case strings.HasSuffix(word, "neuf"):
		word = strings.TrimSuffix(word, "f") + "v"
	}
	return strings.TrimSuffix(word, "e") + "ième"
}

// of puts "de" before a word, or "d'" before one that begins with a sound of a vowel. "Huit" and "onze" begin with one to
// the eye only.
func of(word string) string {
	first, _ := utf8.DecodeRuneInString(word)
	if strings.HasPrefix(word, "heure") || strings.ContainsRune("aeiouéèê", first) && !strings.HasPrefix(word, "onz") {
		return "d'" + word
	}
	return "de " + word
}
