package main

import (
	"fmt"
	"io"
	"unicode/utf8"

	"hotline/config"
)

// changesMost is how many changes are listed where nobody asked for all.
const changesMost = 20

// printChanges writes the differences between two versions of the rules, most of them at the most, and begins with the title
// when there are any: "2 changes from version 14".
func (t tongue) printChanges(w io.Writer, title string, before, after config.Source, most int) {
	changes := config.Diff(before, after)
	if len(changes) == 0 {
		wrapped(w, "", t.unchanged(before, after))
		return
	}
	wrapped(w, "", t.many(len(changes), "changement", "change")+title)
	t.listChanges(w, changes[:min(len(changes), most)])
	if more := len(changes) - most; more > 0 {
		wrapped(w, "  ", t.in(both("et %d de plus", "and %d more", more)))
	}
}

// listChanges writes each change with its line and what it is about.
func (t tongue) listChanges(w io.Writer, shown []config.Change) {
	var where, about int // how wide these columns are
	for _, c := range shown {
		where, about = max(where, utf8.RuneCountInString(c.Where())), max(about, utf8.RuneCountInString(t.in(c.About())))
	}
	about = min(about, 34)
	for _, c := range shown {
		marked(w, fmt.Sprintf("  %-*s  %-*s  ", where, c.Where(), about, clip(t.in(c.About()), about)), t.in(c.What()))
	}
}

// unchanged says what two versions differ in that mean the same.
func (t tongue) unchanged(before, after config.Source) string {
	if before.Hash() == after.Hash() {
		return t.say("Aucun changement.", "Nothing has changed.")
	}
	return t.say("Seuls des commentaires, la présentation ou l'ordre ont changé.", "Only comments, layout or order have changed.")
}
