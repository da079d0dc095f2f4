package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"hotline/config"
	"hotline/number"
	"hotline/store"
)

// A verdict is what a check of rules came to.
type verdict struct {
	path string // of the rules file, as the user names it
	examined
	source  config.Source
	unsaved bool                // the rules come from the standard input
	inForce *store.RulesVersion // nil = none is, or none that can be known
	changes []config.Change     // from the version in force
	unread  error               // why the database, which is there, cannot be read
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
		text += fmt.Sprintf(k.say(" La version %d reste en service.", " Version %d stays in force."), v.inForce.Number)
	}
	wrapped(out, "", text)
	fmt.Fprintln(out)
	if err := k.problems(out, v); err != nil {
		return err
	}
	if k.watching {
		fmt.Fprintln(out, "\n"+k.say("Rien n'a changé. Corrigez et enregistrez : je revérifie.", "Nothing was changed. Correct the file and save it: I look again."))
		return nil
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
	if v.cover.All == 0 {
		return
	}
	fmt.Fprintln(out)
	passed := 0
	for _, r := range v.results {
		if r.Passed() {
			passed++
		}
	}
	text := k.say(fmt.Sprintf("Essais : %s sur %d. Chemins essayés : %d sur %d.", kept(k.many(passed, "réussi", "")), len(v.results), v.cover.Tried, v.cover.All),
		fmt.Sprintf("Tests: %d of %d passed. Paths tried: %d of %d.", passed, len(v.results), v.cover.Tried, v.cover.All))
	shown := v.cover.Never
	switch {
	case len(v.results) == 0 && !k.all:
		text = fmt.Sprintf(k.say("Pas d'essais (tests) : aucun des %d chemins n'est essayé (les voir : hotline check --all).",
			"No tests: none of the %d paths is tried (to see them: hotline check --all)."), v.cover.All)
		shown = nil
	case len(shown) > 0:
		text += k.say(" Jamais essayés :", " Never tried:")
	}
	wrapped(out, "  ", text)
	if len(shown) > untriedAtOnce+1 && !k.all {
		shown = shown[:untriedAtOnce]
	}
	var rows [][]string
	for _, gap := range shown {
		rows = append(rows, []string{number.CleanName(gap.Lines()), number.CleanName(k.in(gap.What))})
	}
	if more := len(v.cover.Never) - len(shown); more > 0 && len(shown) > 0 {
		rows = append(rows, []string{"...", fmt.Sprintf(k.say("et %d autres : hotline check --all", "and %d more: hotline check --all"), more)})
	}
	fitted(out, "    ", rows)
}

// changes tells what would change, and how to put it in force.
func (k *checker) changes(out io.Writer, v verdict) {
	switch {
	case v.unread != nil:
		wrapped(out, "", fmt.Sprintf(k.say("Sans la base de données, les tarifs sont ceux livrés avec hotline, et ce qui change ne se dit pas. %s.",
			"Without the database the tariffs are those that come with hotline, and what changes cannot be told. %s."), capital(strings.TrimSuffix(k.mistake(v.unread), "."))))
	case v.inForce == nil:
	case v.inForce.Hash == v.rules.Hash:
		wrapped(out, "", fmt.Sprintf(k.say("C'est la version %d, déjà en service : il n'y a rien à faire.",
			"This is version %d, which is in force already: there is nothing to do."), v.inForce.Number))
		return
	case len(v.changes) == 0:
		wrapped(out, "", fmt.Sprintf(k.say("Rien de ce que disent les règles ne change par rapport à la version %d en service.",
			"Nothing that the rules say changes from version %d, now in force."), v.inForce.Number))
	default:
		fmt.Fprintf(out, k.say("%s par rapport à la version %d en service :\n", "%s from version %d, now in force:\n"),
			k.many(len(v.changes), "changement", "change"), v.inForce.Number)
		k.listChanges(out, v.changes)
	}
	if v.unsaved {
		return
	}
	fmt.Fprintln(out, k.say(`Pour mettre en service : hotline apply -m "pourquoi"`, `To put it in force: hotline apply -m "why"`))
}

// changesAtOnce is how many changes are told unless all are asked for.
const changesAtOnce = 12

func (k *checker) listChanges(out io.Writer, all []config.Change) {
	shown := all
	if len(shown) > changesAtOnce+1 && !k.all {
		shown = shown[:changesAtOnce]
	}
	k.tongue.listChanges(out, shown)
	if more := len(all) - len(shown); more > 0 {
		fmt.Fprintf(out, k.say("  et %d autres : hotline check --all\n", "  and %d more: hotline check --all\n"), more)
	}
}
