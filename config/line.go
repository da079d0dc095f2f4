package config

import (
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// What those need who check rules that were read before.

// InText says "l. 19", and of a place in a part of the rules "rules.d/sav.yaml l. 19".
func (p Pos) InText() string { return lineOf(p) }

// InTextOf is InText for a message about another place: "rules.yaml l. 19" where that is in another file.
func (p Pos) InTextOf(other Pos) string {
	if text := lineOf(p); p.File == other.File || !strings.HasPrefix(text, "l.") {
		return text
	}
	return filepath.Base(p.File) + " " + lineOf(p)
}

// Spell writes a length of time as the rules do: 1h30m.
func Spell(d time.Duration) string { return spell(d) }

// Sorted returns the problems in the order of the file, each said once.
func (ps Problems) Sorted() Problems { return slices.Clone(ps).sorted() }

// Surcharged reports whether a call to the line costs more than a call: by the family of its number, or because the rules
// say a price and it may have one.
func (l Line) Surcharged() bool { return surcharged(l) && mayCost(l.Number) }
