package main

import (
	"bufio"
	"fmt"
	"io"
	"os/user"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"hotline/billing"
	"hotline/config"
	"hotline/number"
)

// fault is an error in the user's language.
func (t tongue) fault(fr, en string, values ...any) error {
	return fmt.Errorf(t.say(fr, en), values...)
}

// moment writes a day, with the time of day when it is not the first moment of it.
func (t tongue) moment(at time.Time) string {
	if text := at.In(paris()).Format("15:04"); text != "00:00" {
		return t.date(at) + " " + text
	}
	return t.date(at)
}

// span writes since when and until when something holds.
func (t tongue) span(s billing.Span) string {
	if s.Until.IsZero() {
		return t.say("depuis le ", "since ") + t.moment(s.From)
	}
	return fmt.Sprintf(t.say("du %s au %s", "from %s to %s"), t.moment(s.From), t.moment(s.Until))
}

// many writes a number with its noun: "1 appel", "12 appels".
func (t tongue) many(n int, fr, en string) string {
	word := t.say(fr, en)
	if n > 1 || n == 0 && t != "fr" {
		word += "s"
	}
	return fmt.Sprintf("%d %s", n, word)
}

// percent writes a rate of tax: "20 %", "8,5 %".
func (t tongue) percent(b billing.BasisPoints) string {
	text := fmt.Sprintf("%d.%02d", b/100, b%100)
	text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	return t.say(strings.Replace(text, ".", ",", 1)+" %", text+"%")
}

// bare writes a price without its currency, for columns that name it: "0,80/min".
func (t tongue) bare(p billing.Price) string { return t.strip(t.price(p)) }

// strip takes the currency out of a text.
func (t tongue) strip(text string) string {
	return strings.NewReplacer(" €", "", "EUR ", "").Replace(text)
}

// capital begins with a capital letter.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// cut makes a text from elsewhere fit into a column of a table.
func cut(text string, width int) string {
	return clip(number.CleanName(text), width)
}

// clip is the beginning of a long text.
func clip(text string, most int) string {
	if utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most-1]) + "…"
	}
	return text
}

// ends writes text to the left and to the right of one line, or of two when one is too narrow.
func ends(w io.Writer, left, right string) {
	if utf8.RuneCountInString(left)+utf8.RuneCountInString(right) >= lineWidth {
		fmt.Fprintln(w, left)
		left = ""
	}
	sides(w, left, right)
}

// who is the user that runs the program, for the record of what was changed.
func who() string {
	if u, err := user.Current(); err == nil {
		return number.CleanName(u.Username)
	}
	return "unknown"
}

// A grid is a table whose columns are as wide as they have to be. Texts in it that come from elsewhere have been cleaned.
type grid struct {
	right string // the columns that stand to the right, as one letter r for each, other letters for the rest: "lrr"
	rows  [][]string
}

func (g *grid) add(cells ...string) { g.rows = append(g.rows, cells) }

func (g *grid) print(w io.Writer, before string) {
	var widths []int
	for _, row := range g.rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range g.rows {
		line := before
		for i, cell := range row {
			if i > 0 {
				line += "  "
			}
			gap := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i < len(g.right) && g.right[i] == 'r' {
				line += gap + cell
			} else {
				line += cell + gap
			}
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}

// wrapped writes a text in lines of 80 columns.
func wrapped(w io.Writer, before, text string) {
	out := bufio.NewWriter(w)
	config.Wrap(out, before, text)
	out.Flush() // w keeps its error, if it has one
}

// hanging writes a text in lines of 80 columns, all but the first of them set in.
func hanging(w io.Writer, before, text string) { begun(w, before, before+"  ", text) }

// marked writes a text in lines of 80 columns, after a mark under which nothing else stands.
func marked(w io.Writer, mark, text string) {
	begun(w, mark, strings.Repeat(" ", utf8.RuneCountInString(mark)), text)
}

// begun writes a text in lines of 80 columns, the first of which begins otherwise than the rest, and as far in at most.
func begun(w io.Writer, first, rest, text string) {
	var b strings.Builder
	wrapped(&b, rest, text)
	fmt.Fprint(w, first+strings.TrimPrefix(b.String(), rest))
}

// tell writes what is wrong with rows of the tables.
func tell(w io.Writer, t tongue, problems []billing.Problem) {
	for _, p := range problems {
		text := p.Text(string(t))
		if p.Warning {
			text = t.say("attention, ", "warning, ") + text
		}
		hanging(w, "  ", text)
	}
}
