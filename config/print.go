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
	fmt.Fprintf(out, "%s  %s  %s\n", p.Pos, p.Code, visible(p.Title.In(lang)))
	if p.Pos.Line > 0 {
		p.printLine(out)
	}
	if why := p.Why.In(lang); why != "" {
		Wrap(out, "  ", why)
	}
	printRows(out, p.Rows, lang)
	if fix := p.Fix.In(lang); fix != "" {
		Wrap(out, "  ", Words{FR: "À faire : ", EN: "To do: "}.In(lang)+fix)
	}
}

// placesWidth is how wide the column of the places is at most: who looks for one reads down a narrow column.
const placesWidth = 24

// printRows writes a table of words, their places, and what is said of them. Places and sayings go on below each other.
func printRows(out *bufio.Writer, rows []Row, lang string) {
	const indent, gap = 4, 2
	word, where := 0, 0
	for _, r := range rows {
		word = max(word, utf8.RuneCountInString(r.Word))
		for _, line := range InLines(r.Where.In(lang), placesWidth, 0) {
			where = max(where, utf8.RuneCountInString(line))
		}
	}
	for _, r := range rows {
		cells := [][]string{{visible(r.Word)}, InLines(r.Where.In(lang), where, 0), InLines(r.What.In(lang), columns-indent-word-where-2*gap, 0)}
		for i := range max(len(cells[1]), len(cells[2])) {
			line := strings.Repeat(" ", indent)
			for column, width := range []int{word, where, 0} {
				cell := ""
				if i < len(cells[column]) {
					cell = cells[column][i]
				}
				line += cell + strings.Repeat(" ", max(width-utf8.RuneCountInString(cell), 0)+gap)
			}
			fmt.Fprintln(out, strings.TrimRight(line, " "))
		}
	}
}

// InLines cuts a text between words into lines of at most so many characters; those after the first are narrower by some.
func InLines(text string, width, narrower int) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(visible(text)) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width-narrower*min(len(lines), 1):
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

// printLine shows the line and underlines the place. A line too long for the terminal is shown around the place.
func (p Problem) printLine(out *bufio.Writer) {
	head := fmt.Sprintf("%4d | ", p.Pos.Line)
	room := columns - utf8.RuneCountInString(head)
	text := []rune(p.Line)
	at := min(max(p.Pos.Column-1, 0), len(text))
	if len(text) > room && at+min(p.Width, room/2)+3 > room {
		cut := at - room/2
		text, at = append([]rune("..."), text[cut+3:]...), at-cut
	}
	if len(text) > room {
		text = append(text[:room-3:room-3], []rune("...")...)
	}
	width := min(max(p.Width, 1), max(len(text)-at, 1))
	fmt.Fprintf(out, "%s%s\n", head, visible(string(text)))
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
func Wrap(out *bufio.Writer, indent, text string) {
	text = strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " »", "\u00a0»", "« ", "«\u00a0").Replace(text)
	at := 0
	for word := range strings.SplitSeq(text, " ") {
		if word == "" {
			continue
		}
		length := utf8.RuneCountInString(word)
		switch {
		case at == 0:
			out.WriteString(indent)
			at = len(indent)
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
