package main

import (
	"fmt"
	"io"
	"strings"

	"hotline/config"
)

// lineIndent is before each line to copy; no switch minds it.
const lineIndent = "    "

// print writes the plan as a person reads it.
func (p *plan) print(w io.Writer, t tongue) error {
	out := &strings.Builder{}
	p.head(out, t, t.say("Essayer hotline sur le %s, avec %s", "Trying hotline on %s, with %s"))
	fmt.Fprintln(out)
	wrapped(out, "", t.say("hotline n'écrit rien lui-même. Faites ces pas dans l'ordre, en root sur la machine du commutateur ; après chacun, tout marche comme avant, et seul « le numéro va à hotline » change le chemin d'un appel : celui de ce numéro. Les autres numéros restent comme ils sont.",
		`hotline itself writes nothing. Take these steps in their order, as root on the machine of the switch; after each of them everything works as before, and only "the number goes to hotline" changes the way of a call: of this number. The other numbers stay as they are.`))
	for i, s := range p.steps {
		s.print(out, t, fmt.Sprintf("%d. ", i+1))
	}
	s := p.widen
	if len(p.numbers) == 1 {
		s = step{title: s.title, why: both("Vous n'en avez pas d'autre.", "You have no other one.")}
	}
	s.print(out, t, "")
	p.back.print(out, t, "")
	fmt.Fprintln(out)
	wrapped(out, "", t.say("Tout enlever : hotline connect "+p.kind+" --undo", "To take everything out: hotline connect "+p.kind+" --undo"))
	return write(w, out.String())
}

// printUndo writes how to undo it.
func (p *plan) printUndo(w io.Writer, t tongue) error {
	out := &strings.Builder{}
	p.head(out, t, t.say("Revenir de hotline sur le %s, avec %s", "Going back from hotline on %s, with %s"))
	for i, s := range append([]step{p.back}, p.remove...) {
		s.print(out, t, fmt.Sprintf("%d. ", i+1))
	}
	return write(w, out.String())
}

func write(w io.Writer, text string) error {
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("print the steps: %w", err)
	}
	return nil
}

// brands are the kinds of switch by the names that people know.
var brands = map[string]string{
	kindAsterisk: "Asterisk", kindFreePBX: "FreePBX", kindFreeSWITCH: "FreeSWITCH", kindFusionPBX: "FusionPBX",
}

func (p *plan) head(out io.Writer, t tongue, title string) {
	fmt.Fprintf(out, title+"\n", p.number.Pretty(), brands[p.kind])
	for _, warning := range p.warnings {
		if t.in(warning) == "" {
			continue
		}
		fmt.Fprintln(out)
		hanging(out, "", t.say("À voir : ", "See to it: ")+t.in(warning))
	}
}

func (s step) print(out io.Writer, t tongue, mark string) {
	fmt.Fprintf(out, "\n%s%s\n", mark, t.in(s.title))
	if why := t.in(s.why); why != "" {
		wrapped(out, "", why)
	}
	for i, b := range s.blocks {
		b.print(out, t, i == 0)
	}
}

func (b block) print(out io.Writer, t tongue, first bool) {
	fmt.Fprintln(out)
	if note := t.in(b.note); note != "" {
		wrapped(out, "", note)
	}
	if what := t.in(b.what(first)); what != "" {
		wrapped(out, "", what)
	}
	if b.action == doReplace {
		copyLines(out, []string{b.find})
		fmt.Fprintln(out, t.say("par :", "by:"))
	}
	copyLines(out, b.lines)
	if len(b.shows) > 0 {
		fmt.Fprintln(out, t.say("Il doit s'y trouver :", "It has to show:"))
		copyLines(out, b.shows)
	}
}

func copyLines(out io.Writer, all []string) {
	for _, line := range all {
		fmt.Fprintln(out, strings.TrimRight(lineIndent+line, " "))
	}
}

// what says what is done with the lines.
func (b block) what(first bool) config.Words {
	switch b.action {
	case doCreate:
		return both("Créez %s :", "Create %s:", b.file)
	case doAppend:
		if !strings.HasPrefix(b.file, "/") {
			return config.Words{}
		}
		return both("À la fin de %s, sur une nouvelle ligne, ajoutez :", "At the end of %s, on a new line, add:", b.file)
	case doInsert:
		return both("Dans %s, après la ligne %s, ajoutez :", "In %s, after the line %s, add:", b.file, b.find)
	case doReplace:
		return both("Dans %s, remplacez :", "In %s replace:", b.file)
	case doRemove:
		if len(b.lines) == 0 {
			return both("Supprimez le fichier %s.", "Delete the file %s.", b.file)
		}
		return both("Dans %s, enlevez :", "In %s remove:", b.file)
	case doPage:
		return config.Words{FR: b.page, EN: b.page}
	case doRun:
		switch {
		case b.note.EN != "":
		case first:
			return both("Exécutez :", "Run:")
		default:
			return both("Puis :", "Then:")
		}
	case doCheck:
		return both("Regardez :", "Look:")
	}
	return config.Words{}
}

type blockJSON struct {
	Action string   `json:"action"`
	File   string   `json:"file,omitempty"`
	Page   string   `json:"page,omitempty"`
	Find   string   `json:"find,omitempty"`
	Lines  []string `json:"lines,omitempty"`
	Shows  []string `json:"shows,omitempty"`
	Text   string   `json:"text,omitempty"`
}

type stepJSON struct {
	ID     string      `json:"id"`
	Title  string      `json:"title"`
	Text   string      `json:"text,omitempty"`
	Blocks []blockJSON `json:"blocks"`
}

func (s step) json(t tongue) stepJSON {
	j := stepJSON{ID: s.id, Title: t.in(s.title), Text: t.in(s.why), Blocks: []blockJSON{}}
	for _, b := range s.blocks {
		action := b.action
		if action == "" {
			action = "note"
		}
		j.Blocks = append(j.Blocks, blockJSON{Action: action, File: b.file, Page: b.page, Find: b.find, Lines: b.lines, Shows: b.shows, Text: t.in(b.note)})
	}
	return j
}

// printJSON writes the plan for programs.
func (p *plan) printJSON(w io.Writer, t tongue) error {
	all := struct {
		Kind     string     `json:"kind"`
		Number   string     `json:"number"`
		Instance string     `json:"instance"`
		Warnings []string   `json:"warnings"`
		Steps    []stepJSON `json:"steps"`
		Widen    stepJSON   `json:"widen"`
		Back     stepJSON   `json:"back"`
		Remove   []stepJSON `json:"remove"`
	}{Kind: p.kind, Number: p.number.String(), Instance: p.instance, Warnings: []string{}, Widen: p.widen.json(t), Back: p.back.json(t)}
	for _, warning := range p.warnings {
		if t.in(warning) != "" {
			all.Warnings = append(all.Warnings, t.in(warning))
		}
	}
	for _, s := range p.steps {
		all.Steps = append(all.Steps, s.json(t))
	}
	for _, s := range p.remove {
		all.Remove = append(all.Remove, s.json(t))
	}
	return writeIndented(w, all)
}
