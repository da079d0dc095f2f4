package config

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Pos is a place in a file. Line and Column count from 1, columns in characters; a problem of the whole file has line 0.
type Pos struct {
	File         string
	Line, Column int
}

// String returns "rules.yaml:14:5".
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// InText says "l. 19", and of a place in a part of the rules "rules.d/sav.yaml l. 19".
func (p Pos) InText() string {
	text := fmt.Sprintf("l. %d", p.Line)
	if p.inPart() {
		return partsFolder + "/" + filepath.Base(p.File) + " " + text
	}
	return text
}

func (p Pos) inPart() bool { return filepath.Base(filepath.Dir(p.File)) == partsFolder }

// InTextOf is InText for a message about another place: "rules.yaml l. 19" where that is in another file.
func (p Pos) InTextOf(other Pos) string {
	if p.File == other.File || p.inPart() {
		return p.InText()
	}
	return filepath.Base(p.File) + " " + p.InText()
}

// Compare orders places as they are read: a file of rules.d comes behind the one that it is a part of.
func (p Pos) Compare(other Pos) int {
	part := func(p Pos) int {
		if p.inPart() {
			return 1
		}
		return 0
	}
	return cmp.Or(part(p)-part(other), cmp.Compare(p.File, other.File), cmp.Compare(p.Line, other.Line), cmp.Compare(p.Column, other.Column))
}

// Words is one text in the two languages that hotline speaks to those who run it.
type Words struct{ FR, EN string }

// In returns the text in the language: French for "fr", else English.
func (w Words) In(lang string) string {
	if lang == "fr" {
		return w.FR
	}
	return w.EN
}

// NewWords fills the same arguments into both languages; an argument that is itself Words is taken in the right one.
func NewWords(fr, en string, args ...any) Words { return words(fr, en, args...) }

func words(fr, en string, args ...any) Words {
	return Words{FR: fmt.Sprintf(fr, inLanguage("fr", args)...), EN: fmt.Sprintf(en, inLanguage("en", args)...)}
}

func inLanguage(lang string, args []any) []any {
	out := make([]any, len(args))
	for i, arg := range args {
		if w, ok := arg.(Words); ok {
			arg = w.In(lang)
		}
		out[i] = arg
	}
	return out
}

// Problem is one thing wrong with a file. Why may be empty where the title says it all.
type Problem struct {
	Pos             Pos
	Code            string // "E101"; the same mistake has the same code for ever
	Warning         bool   // the file may be put in force all the same
	Title, Why, Fix Words
	Rows            []Row  // below why, when it is about several words
	Line            string // the line itself, as it stands in the file
	Width           int    // how many characters of it are meant
}

// A Row is one word that a problem is about.
type Row struct {
	Word  string
	Where Words // the lines that have it: "l. 49, 55 and 4 more"
	What  Words
}

// Problems are all that is wrong with a file, in the order of the file.
type Problems []Problem

// Errors reports whether the file must be refused. Warnings alone do not refuse it.
func (ps Problems) Errors() bool {
	return slices.ContainsFunc(ps, func(p Problem) bool { return !p.Warning })
}

// Err returns the problems as one Go error if there are errors among them, or nil.
func (ps Problems) Err() error {
	if !ps.Errors() {
		return nil
	}
	return &RefusedError{ps}
}

// A RefusedError is a file with errors.
type RefusedError struct{ Problems Problems }

// Error says the errors in English, one line each.
func (e *RefusedError) Error() string { return e.In("en") }

// In says the errors in the language, one line each.
func (e *RefusedError) In(lang string) string {
	var lines []string
	for _, p := range e.Problems {
		if p.Warning {
			continue
		}
		text := fmt.Sprintf("%s: %s", p.Pos, p.Title.In(lang))
		for _, more := range []string{p.Why.In(lang), p.Fix.In(lang)} {
			if more != "" {
				text += Words{FR: " ; ", EN: "; "}.In(lang) + strings.TrimSuffix(more, ".")
			}
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, "\n")
}

// Sorted puts the problems into the order of the files, each said once.
func (ps Problems) Sorted() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(a.Code, b.Code))
	})
	return slices.CompactFunc(ps, func(a, b Problem) bool {
		return a.Pos == b.Pos && a.Code == b.Code && a.Title == b.Title
	})
}

// withoutEchoes leaves out warnings of a word whose value has an error: once that is mended, they may be gone.
func (ps Problems) withoutEchoes() Problems {
	wrong := make(map[Pos]bool)
	for _, p := range ps {
		if !p.Warning {
			wrong[p.Pos] = true
		}
	}
	if len(wrong) == 0 {
		return ps
	}
	var text string
	var line []rune // of text: a long line has many problems
	return slices.DeleteFunc(ps, func(p Problem) bool {
		if !p.Warning {
			return false
		}
		if p.Line != text {
			text, line = p.Line, []rune(p.Line)
		}
		at := p.Pos
		at.Column += p.Width
		for at.Column-1 < len(line) && at.Column > 0 && strings.ContainsRune(": [{", line[at.Column-1]) {
			at.Column++
		}
		return at.Column > p.Pos.Column+p.Width && wrong[at]
	})
}

// mostProblems are told of one source: whoever has more to mend begins with these.
const mostProblems = 500

// theFirst leaves out what nobody reads, warnings before errors, and says that there is more.
func (ps Problems) theFirst() Problems {
	if len(ps) <= mostProblems {
		return ps
	}
	all, errors := len(ps), ps.Errors()
	if errors {
		ps = slices.DeleteFunc(ps, func(p Problem) bool { return p.Warning })
	}
	ps = ps[:min(len(ps), mostProblems)]
	more := Problem{Pos: Pos{File: ps[0].Pos.File}, Code: "W029", Warning: true,
		Title: words("%d autres problèmes ne sont pas montrés", "%d more problems are not shown", all-len(ps)),
		Fix:   words("corrigez d'abord ceux-ci.", "mend these first.")}
	return append(ps, more)
}
