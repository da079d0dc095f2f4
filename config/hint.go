package config

import (
	"slices"
	"strings"
	"unicode"
)

// Nearest returns the word among choices that was most likely meant, or "". It knows the French words that people write
// for the English ones, and else allows one slip of the fingers per three letters.
func Nearest(word string, choices []string) string {
	if len(word) > 64 {
		return ""
	}
	plain := Fold(word)
	for _, c := range choices {
		if folded := Fold(c); folded == plain || c != "" && bare(folded) == bare(plain) {
			return c
		}
	}
	for _, meant := range french(plain) {
		if slices.Contains(choices, meant) {
			return meant
		}
	}
	best, least := "", 1+len([]rune(plain))/3
	for _, c := range choices {
		if d := distance(plain, Fold(c)); d < least && d < len([]rune(c)) {
			best, least = c, d
		}
	}
	return best
}

// severalNames returns the names in a text that was meant for a list of them, separated by commas, or "".
func severalNames(text string, known []string) string {
	var found []string
	for part := range strings.FieldsFuncSeq(text, func(c rune) bool { return strings.ContainsRune(",;/+&()[] \n", c) }) {
		name := Nearest(part, known)
		switch {
		case part == "et" || part == "and":
		case name == "":
			return ""
		default:
			found = append(found, name)
		}
	}
	if len(found) < 2 {
		return ""
	}
	return strings.Join(found, ", ")
}

// Fold makes spellings equal that a person takes for the same: case, accents, spaces, hyphens and apostrophes, and
// letters that only look like ours.
func Fold(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == '\'' || r == '’' || unicode.IsSpace(r):
			return '_'
		case looksLike(r) != 0:
			return looksLike(r)
		}
		return r
	}, unaccented(strings.TrimFunc(s, surrounding)))
	return s
}

// surrounding are signs around a word that do not belong to it.
func surrounding(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(`"'.:;,«»“”„‘’`, r)
}

// bare is a folded word without what joins its parts: maxwait, max_wait.
func bare(folded string) string { return strings.ReplaceAll(folded, "_", "") }

// unaccented is small letters without accents.
func unaccented(s string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(s) {
		switch c {
		case 'é', 'è', 'ê', 'ë':
			c = 'e'
		case 'à', 'â', 'ä':
			c = 'a'
		case 'ç':
			c = 'c'
		case 'î', 'ï':
			c = 'i'
		case 'ô', 'ö':
			c = 'o'
		case 'û', 'ù', 'ü':
			c = 'u'
		case 'œ':
			b.WriteByte('o')
			c = 'e'
		case 'æ':
			b.WriteByte('a')
			c = 'e'
		}
		b.WriteRune(c)
	}
	return b.String()
}

// french returns the words that a French one may stand for. Which of them is meant, the place where it stands tells.
func french(folded string) []string {
	word := " " + singular(folded) + " "
	var meant []string
	for _, line := range frenchWords() {
		if english, words, _ := strings.Cut(line, ":"); strings.Contains(words, word) {
			meant = append(meant, strings.Fields(english)...)
		}
	}
	return meant
}

// singular takes the signs of the plural off each part of a folded word, and what only joins them.
func singular(folded string) string {
	var parts []string
	for part := range strings.SplitSeq(folded, "_") {
		switch part {
		case "", "d", "de", "du", "des", "l", "la", "le", "les", "a", "un", "une", "en":
			continue
		}
		if len(part) > 3 {
			part = strings.TrimRight(part, "sx")
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return folded
	}
	return strings.Join(parts, "_")
}

// isWord reports whether a word is one of the language of the rules.
func isWord(word string) bool {
	for _, line := range frenchWords() {
		english, _, _ := strings.Cut(line, ":")
		if slices.Contains(strings.Fields(english), word) {
			return true
		}
	}
	return false
}

// distance counts the letters to insert, remove, change or swap to turn a into b.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
