package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"hotline/config"
)

// print writes the report as a person reads it.
func (r report) print(w io.Writer, t tongue) error {
	out := bufio.NewWriter(w)
	for _, s := range r {
		fmt.Fprintln(out, s.heading())
		for _, f := range s.findings {
			f.print(out, t)
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintln(out, r.sum(t))
	if err := out.Flush(); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	return nil
}

func (s section) heading() string {
	if s.kind == "" {
		return fmt.Sprintf("%s (%s)", s.name, s.at)
	}
	return fmt.Sprintf("%s (%s, %s)", s.name, s.kind, s.at)
}

// indent is where the text of a finding begins, after its mark.
const indent = "      "

func (f finding) print(out *bufio.Writer, t tongue) {
	mark := map[level]string{fine: "ok", unseen: "?", warning: "!", wrong: t.say("NON", "NO")}[f.level]
	var title strings.Builder
	first := bufio.NewWriter(&title)
	config.Wrap(first, indent, t.in(f.title))
	first.Flush() // a Builder takes everything
	fmt.Fprintf(out, "  %-4s%s", mark, strings.TrimPrefix(title.String(), indent))
	var table grid
	for _, row := range f.rows {
		table.add(t.row(row)...)
	}
	table.print(out, indent)
	if why := t.in(f.why); why != "" {
		config.Wrap(out, indent, why)
	}
	if todo := t.in(f.todo); todo != "" {
		config.Wrap(out, indent, t.say("À faire : ", "To do: ")+todo)
	}
	for _, line := range f.lines {
		fmt.Fprintln(out, indent+"  "+line) // whole, to be copied
	}
}

func (r report) sum(t tongue) string {
	no, maybe := r.count(wrong), r.count(warning)
	again := t.say("Corrigez, puis relancez hotline doctor.", "Mend it, then run hotline doctor again.")
	errors, warnings := t.in(amount(no, "erreur", "error")), t.in(amount(maybe, "avertissement", "warning"))
	switch {
	case no == 0 && maybe == 0:
		return t.say("Tout va bien.", "All is well.")
	case no == 0:
		return t.say("Aucune erreur, ", "No errors, ") + warnings + "."
	case maybe == 0:
		return errors + ". " + again
	}
	return errors + ", " + warnings + ". " + again
}

func (t tongue) in(w config.Words) string { return w.In(string(t)) }

func (t tongue) row(words []config.Words) (cells []string) {
	for _, w := range words {
		cells = append(cells, t.in(w))
	}
	return cells
}

type sectionJSON struct {
	Name     string        `json:"name"`
	Kind     string        `json:"kind,omitempty"`
	At       string        `json:"at"`
	Findings []findingJSON `json:"findings"`
}

type findingJSON struct {
	Check string   `json:"check"`
	Level level    `json:"level"`
	Title string   `json:"title"`
	Why   string   `json:"why,omitempty"`
	Todo  string   `json:"todo,omitempty"`
	Lines []string `json:"lines,omitempty"`

	Rows [][]string `json:"rows,omitempty"`
}

// printJSON writes the report for programs.
func (r report) printJSON(w io.Writer, t tongue) error {
	all := struct {
		OK       bool          `json:"ok"`
		Errors   int           `json:"errors"`
		Warnings int           `json:"warnings"`
		Sections []sectionJSON `json:"sections"`
	}{OK: r.count(wrong) == 0, Errors: r.count(wrong), Warnings: r.count(warning)}
	for _, s := range r {
		section := sectionJSON{Name: s.name, Kind: strings.ToLower(s.kind), At: s.at, Findings: []findingJSON{}}
		for _, f := range s.findings {
			told := findingJSON{Check: f.check, Level: f.level, Title: t.in(f.title), Why: t.in(f.why), Todo: t.in(f.todo), Lines: f.lines}
			for _, row := range f.rows {
				told.Rows = append(told.Rows, t.row(row))
			}
			section.Findings = append(section.Findings, told)
		}
		all.Sections = append(all.Sections, section)
	}
	return writeIndented(w, all)
}
