package prompt

import "strconv"

// Gender is that of what is counted: French says "un appel" and "une personne".
type Gender bool

// The genders.
const (
	Masculine Gender = false
	Feminine  Gender = true
)

// Most is the largest number that has words. What is beyond, or below zero, stays in digits, which a machine reads well
// enough.
const Most = 999_999_999

const (
	thousand = 1_000
	million  = 1_000_000
)

// Languages are those that hotline has phrases in. Every other language is spoken to in English.
func Languages() []string { return []string{"fr", "en"} }

// in is the French text for French, else the English one.
func in(lang, french, english string) string {
	if lang == "fr" {
		return french
	}
	return english
}

// Cardinal says how many: "vingt et une", "two hundred and one".
//
// French is spelled in the classic way, with hyphens below a hundred and none around "et", not in that of 1990: it is what
// announcements of prices were recorded from so far, and what speaking machines were taught.
func Cardinal(lang string, n int, g Gender) string {
	switch {
	case n < 0 || n > Most:
		return strconv.Itoa(n)
	case lang == "fr":
		return frenchCardinal(n, g)
	}
	return englishCardinal(n)
}

// Ordinal says which one, from the first on: "première", "vingt et unième", "twenty-first".
func Ordinal(lang string, n int, g Gender) string {
	switch {
	case n < 1 || n > Most:
		return strconv.Itoa(n)
	case lang == "fr":
		return frenchOrdinal(n, g)
	}
	return englishOrdinal(n)
}

// A noun is what can be counted.
type noun struct {
	fr, en noun1
	gender Gender // in French
}

// A noun1 is a noun of one language: its singular and its plural.
type noun1 struct{ one, many string }

// count says a number of things: "une minute", "deux cents appels", "un million d'euros", "no minutes" never.
func (x noun) count(lang string, n int) string {
	number := Cardinal(lang, n, x.gender)
	if lang != "fr" {
		return number + " " + x.en.after(n != 1)
	}
	if n >= million && n%million == 0 {
		return number + " " + of(x.fr.many)
	}
	return number + " " + x.fr.after(n > 1) // French says zéro minute
}

func (x noun1) after(many bool) string {
	if many {
		return x.many
	}
	return x.one
}
