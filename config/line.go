package config

import (
	"slices"
	"time"
)

// What those need who check rules that were read before.

// Line returns the line of the source that a place is on, "" when there is none.
func (s Source) Line(pos Pos) string {
	at := slices.IndexFunc(s, func(f File) bool { return f.Name == pos.File })
	if at < 0 {
		return ""
	}
	lines := splitLines(string(s[at].Data))
	if pos.Line < 1 || pos.Line > len(lines) {
		return ""
	}
	return lines[pos.Line-1]
}

// InText says "l. 19", and of a place in a part of the rules "rules.d/sav.yaml l. 19".
func (p Pos) InText() string { return lineOf(p) }

// Spell writes a length of time as the rules do: 1h30m.
func Spell(d time.Duration) string { return spell(d) }

// Sorted returns the problems in the order of the file, each said once.
func (ps Problems) Sorted() Problems { return slices.Clone(ps).sorted() }

// Surcharged reports whether a call to the line costs more than a call: by the family of its number, or because the rules
// say a price and it may have one.
func (l Line) Surcharged() bool { return surcharged(l) && mayCost(l.Number) }
