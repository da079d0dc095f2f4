package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"hotline/config"
	"hotline/number"
)

// A verdict is what a check of rules came to.
type verdict struct {
	path string // of the rules file, as the user names it
	examined
	source  config.Source
	inForce *inForceVersion // nil = none is, or none that can be known
	changes []ruleChange    // from the version in force
}

// An inForceVersion is what is said of the version in force.
type inForceVersion struct {
	number int
	hash   string
}

// A ruleChange is one thing that the rules say otherwise than those in force.
type ruleChange struct {
	pos      config.Pos
	what     config.Words
	was, now config.Words // of what is added or gone, one is empty
}

// tried is what the file's own tests came to, and the paths through the rules.
type tried struct {
	run, passed  int
	paths, along int
	never        []untried
}

// An untried is a path that no test has taken.
type untried struct {
	pos  config.Pos
	last int // line
	what config.Words
}

// print writes the verdict for a person.
func (k *checker) print(v verdict) error {
	out := bufio.NewWriter(k.out)
	var err error
	if v.problems.Errors() {
		err = k.refused(out, v)
	} else {
		err = k.good(out, v)
	}
	if err != nil {
		return err
	}
	return out.Flush()
}

func (k *checker) refused(out io.Writer, v verdict) error {
	text := fmt.Sprintf("%s%s %s.", v.path, k.say(" :", ":"), k.countProblems(v.problems))
	if v.inForce != nil {
		text += fmt.Sprintf(k.say(" La version %d reste en service.", " Version %d stays in force."), v.inForce.number)
	}
	wrapped(out, "", text)
	fmt.Fprintln(out)
	if err := k.problems(out, v); err != nil {
		return err
	}
	fmt.Fprintln(out, "\n"+k.say("Rien n'a changé. Corrigez, puis relancez hotline check.",
		"Nothing was changed. Correct the file, then run hotline check."))
	return nil
}

// problemsAtOnce is how many problems are told unless all are asked for: each takes five lines.
const problemsAtOnce = 20

// problems writes the problems, errors first: those are what keeps the file from being put in force.
func (k *checker) problems(out io.Writer, v verdict) error {
	shown := inReadingOrder(v.problems, v.source)
	var rest config.Problems
	if len(shown) > problemsAtOnce+1 && !k.all {
		shown, rest = shown[:problemsAtOnce], shown[problemsAtOnce:]
	}
	if err := shown.Print(out, string(k.tongue)); err != nil || len(rest) == 0 {
		return err
	}
	fmt.Fprintln(out)
	wrapped(out, "", fmt.Sprintf(k.say("Et encore : %s (tout voir : hotline check --all).", "And there are more: %s (to see all: hotline check --all)."),
		k.countProblems(rest)))
	return nil
}

// inReadingOrder puts errors before warnings, and both in the order of the files.
func inReadingOrder(problems config.Problems, source config.Source) config.Problems {
	file := make(map[string]int)
	for i, f := range source {
		file[f.Name] = i
	}
	rank := func(p config.Problem) int {
		if p.Warning {
			return 1
		}
		return 0
	}
	problems = slices.Clone(problems)
	slices.SortStableFunc(problems, func(a, b config.Problem) int {
		return cmp.Or(rank(a)-rank(b), file[a.Pos.File]-file[b.Pos.File], a.Pos.Line-b.Pos.Line, a.Pos.Column-b.Pos.Column)
	})
	return problems
}

// countProblems says "2 erreurs, 1 avertissement".
func (k *checker) countProblems(problems config.Problems) string {
	warnings := 0
	for _, p := range problems {
		if p.Warning {
			warnings++
		}
	}
	var parts []string
	if errors := len(problems) - warnings; errors > 0 {
		parts = append(parts, kept(k.many(errors, "erreur", "error")))
	}
	if warnings > 0 {
		parts = append(parts, kept(k.many(warnings, "avertissement", "warning")))
	}
	return strings.Join(parts, ", ")
}

// good tells what the rules come to.
func (k *checker) good(out io.Writer, v verdict) error {
	rules := v.rules
	counts := []string{k.many(len(rules.Lines), "numéro", "number"), k.many(len(rules.Services), "service", "service"),
		k.many(len(rules.Queues), "file", "queue"), k.people(len(rules.Agents))}
	for i := range counts {
		counts[i] = kept(counts[i])
	}
	text := fmt.Sprintf("%s%s %s", v.path, k.say(" est bon :", " is good:"), strings.Join(counts, ", "))
	if len(v.problems) > 0 {
		text += k.say(" ; ", "; ") + k.countProblems(v.problems)
	}
	wrapped(out, "", text+".")
	fmt.Fprintln(out)
	k.table(out, rules, v.rows)
	if all := whoGoesFirst(rules); len(all) > 0 {
		fmt.Fprintln(out)
		k.whoFirst(out, all)
	}
	k.tests(out, v)
	if len(v.problems) > 0 {
		fmt.Fprintln(out)
		if err := k.problems(out, v); err != nil {
			return err
		}
	}
	fmt.Fprintln(out)
	k.changes(out, v)
	return nil
}

// untriedAtOnce is how many paths that were never tried are named unless all are asked for.
const untriedAtOnce = 3

// tests tells what the file's own tests came to.
func (k *checker) tests(out io.Writer, v verdict) {
	if v.tried.paths == 0 {
		return
	}
	fmt.Fprintln(out)
	text := fmt.Sprintf(k.say("Essais : %s sur %d. ", "Tests: %[3]d of %[2]d passed. "),
		k.many(v.tried.passed, "réussi", ""), v.tried.run, v.tried.passed)
	if v.tried.run == 0 {
		text = k.say("Aucun essai (tests). ", "No tests. ")
	}
	text += fmt.Sprintf(k.say("Chemins essayés : %d sur %d.", "Paths tried: %d of %d."), v.tried.along, v.tried.paths)
	if len(v.tried.never) == 0 {
		wrapped(out, "  ", text)
		return
	}
	wrapped(out, "  ", text+k.say(" Jamais essayés :", " Never tried:"))
	shown := v.tried.never
	hidden := !k.all && len(shown) > untriedAtOnce
	if hidden {
		shown = shown[:untriedAtOnce]
	}
	g := grid{}
	for i, u := range shown {
		cells := []string{k.lines(u.pos, u.last), cut(k.in(u.what), 48)}
		if hidden && i == len(shown)-1 {
			cells = append(cells, k.say("(tous : hotline check --all)", "(all: hotline check --all)"))
		}
		g.add(cells...)
	}
	g.print(out, "    ")
}

// lines says "l. 62-64", and of another file than that of the rules also which.
func (k *checker) lines(pos config.Pos, last int) string {
	text := fmt.Sprintf("l. %d", pos.Line)
	if dir := filepath.Base(filepath.Dir(pos.File)); dir == "rules.d" {
		text = dir + "/" + number.CleanName(filepath.Base(pos.File)) + " " + text
	}
	if last > pos.Line {
		text += fmt.Sprintf("-%d", last)
	}
	return text
}

// changes tells what would change, and how to put it in force.
func (k *checker) changes(out io.Writer, v verdict) {
	switch {
	case v.inForce == nil:
	case v.inForce.hash == v.rules.Hash:
		wrapped(out, "", fmt.Sprintf(k.say("C'est la version %d, déjà en service : il n'y a rien à faire.",
			"This is version %d, which is in force already: there is nothing to do."), v.inForce.number))
		return
	case len(v.changes) == 0:
		wrapped(out, "", fmt.Sprintf(k.say("Rien de ce que disent les règles ne change par rapport à la version %d en service.",
			"Nothing that the rules say changes from version %d, now in force."), v.inForce.number))
	default:
		fmt.Fprintf(out, k.say("%s par rapport à la version %d en service :\n", "%s from version %d, now in force:\n"),
			k.many(len(v.changes), "changement", "change"), v.inForce.number)
		k.listChanges(out, v.changes)
	}
	fmt.Fprintln(out, k.say(`Pour mettre en service : hotline apply -m "pourquoi"`, `To put it in force: hotline apply -m "why"`))
}

// changesAtOnce is how many changes are told unless all are asked for.
const changesAtOnce = 12

func (k *checker) listChanges(out io.Writer, all []ruleChange) {
	shown := all
	if len(shown) > changesAtOnce && !k.all {
		shown = shown[:changesAtOnce]
	}
	g := grid{}
	for _, c := range shown {
		was, now := cut(k.in(c.was), 24), cut(k.in(c.now), 24)
		text := was + " -> " + now
		switch {
		case was == "":
			text = k.say("ajouté", "added")
		case now == "":
			text = k.say("enlevé", "removed")
		}
		g.add(k.lines(c.pos, 0), cut(k.in(c.what), 40), text)
	}
	g.print(out, "  ")
	if more := len(all) - len(shown); more > 0 {
		fmt.Fprintf(out, k.say("  et %d autres : hotline check --all\n", "  and %d more: hotline check --all\n"), more)
	}
}
