package number

import (
	"strings"
	"unicode"
)

const (
	// nameLimit is how many characters of a caller's name are kept: a display shows no more.
	nameLimit = 64
	// nameRead is how many bytes are looked at to find them: a megabyte of invisible characters must cost nothing.
	nameRead = 4096
)

// CleanName makes a caller's name, which anybody can set to anything, safe to show and to store: at most 64 characters,
// no control characters, none that are invisible or turn the writing direction, and always valid UTF-8.
func CleanName(s string) string { return CleanText(s, nameLimit) }

// CleanText makes a line of text that somebody wrote as safe, with so many characters at most.
func CleanText(s string, most int) string {
	var b strings.Builder
	count, blank := 0, true
	for at, r := range s { // ranging turns each invalid byte into U+FFFD
		if at >= nameRead || count == most {
			break
		}
		if r == '\t' || r == '\n' || r == '\r' || unicode.Is(unicode.Z, r) {
			r = ' '
		}
		if unicode.Is(unicode.C, r) || unicode.Is(unicode.Variation_Selector, r) || (r == ' ' && blank) {
			continue
		}
		b.WriteRune(r)
		count, blank = count+1, r == ' '
	}
	return strings.TrimRight(b.String(), " ")
}
