package config

import (
	"strings"
	"unicode"
)

// looksLike returns the letter or digit of ours that one of another script looks like, 0 when it is none.
func looksLike(r rune) rune {
	if r >= 0xFF01 && r <= 0xFF5E { // the wide forms of Asian keyboards
		return unicode.ToLower(r - 0xFEE0)
	}
	const theirs, ours = "аеорсухіјѕһԁӏԛԝвмнктαορνικτβεηχ", "aeopcyxijshdlqwbmhktaopviktbenx"
	if at := strings.IndexRune(theirs, unicode.ToLower(r)); r > 0x7F && at >= 0 {
		return rune(ours[len([]rune(theirs[:at]))])
	}
	return 0
}

// foreignLetter returns where a word that is otherwise written in our letters has one that only looks like ours, counted
// in characters, or -1.
func foreignLetter(text string) (at int, is, like rune) {
	at, ascii, place := -1, false, 0
	for _, r := range text {
		switch {
		case r == ' ' || r == '_':
			if at >= 0 && ascii {
				return at, is, like
			}
			at, ascii = -1, false
		case r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			ascii = true
		case r >= 0xFF10 && r <= 0xFF19: // wide digits are never meant
			return place, r, looksLike(r)
		case at < 0 && looksLike(r) != 0:
			at, is, like = place, r, looksLike(r)
		}
		place++
	}
	if at >= 0 && ascii {
		return at, is, like
	}
	return -1, 0, 0
}
