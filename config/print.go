package config

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// columns is how wide a terminal is taken to be.
const columns = 80

// Print writes the problems as a person reads them: the place, what, the line with the place underlined, why, and what
// to do.
func (ps Problems) Print(w io.Writer, lang string) error {
	out := bufio.NewWriter(w)
	for i, p := range ps {
		if i > 0 {
			fmt.Fprintln(out)
		}
		p.print(out, lang)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("print problems: %w", err)
	}
	return nil
}

func (p Problem) print(out *bufio.Writer, lang string) {
	head := fmt.Sprintf("%s  %s  ", p.Pos, p.Code)
	if utf8.RuneCountInString(head) > columns/2 { // a path so long would leave the title a column of words
		fmt.Fprintln(out, head+visible(p.Title.In(lang)))
	} else {
		wrap(out, head, "  ", p.Title.In(lang))
	}
	if p.Pos.Line > 0 {
		p.printLine(out)
	}
	if why := p.Why.In(lang); why != "" {
		Wrap(out, "  ", why)
	}
	if fix := p.Fix.In(lang); fix != "" {
		Wrap(out, "  ", Words{FR: "À faire : ", EN: "To do: "}.In(lang)+fix)
	}
}

// printLine shows the line and underlines the place. A line too long for the terminal is shown around the place.
func (p Problem) printLine(out *bufio.Writer) {
	head := fmt.Sprintf("%4d | ", p.Pos.Line)
	room := columns - utf8.RuneCountInString(head)
	text := []rune(visible(p.Line))
	at := min(max(p.Pos.Column-1, 0), len(text))
	if len(text) > room && at+min(p.Width, room/2)+3 > room {
		cut := at - room/2
		text, at = append([]rune("..."), text[cut+3:]...), at-cut
	}
	if len(text) > room {
		text = append(text[:room-3:room-3], []rune("...")...)
	}
	width := min(max(p.Width, 1), max(len(text)-at, 1))
	fmt.Fprintf(out, "%s%s\n", head, string(text))
	fmt.Fprintf(out, "%s| %s%s\n", strings.Repeat(" ", len(head)-2), strings.Repeat(" ", at), strings.Repeat("^", width))
}

// visible makes text from a file safe for a terminal: a control character must not move the cursor of whoever checks a
// file that somebody else sent. One character stays one column, so that the underlining stays true.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || unicode.Is(unicode.Z, r):
			return ' '
		case !unicode.IsPrint(r):
			return '\uFFFD'
		}
		return r
	}, s)
}

// Wrap writes a text of any length in lines of at most 80 columns, each after the indent. French signs stay with their
// word, and control characters are made harmless.
func Wrap(out *bufio.Writer, indent, text string) { wrap(out, indent, indent, text) }

// wrap is Wrap with a beginning of its own for the first line.
func wrap(out *bufio.Writer, first, indent, text string) {
	text = strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " »", "\u00a0»", "« ", "«\u00a0").Replace(text)
	at := 0
	for word := range strings.SplitSeq(text, " ") {
		if word == "" {
			continue
		}
		length := utf8.RuneCountInString(word)
		switch {
		case at == 0:
			out.WriteString(first)
			at = utf8.RuneCountInString(first)
		case at+1+length > columns:
			out.WriteString("\n" + indent)
			at = len(indent)
		default:
			out.WriteByte(' ')
			at++
		}
		out.WriteString(visible(word))
		at += length
	}
	out.WriteByte('\n')
}
