package config

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hotline/number"
)

// Format lays out a file of the rules as the examples are: two spaces per level, one after a comma, numbers in pairs, one
// blank line at most, nothing behind a line. Comments, the order, quotes and columns made by hand stay. It never changes
// what the file means: where it cannot be sure of that, the file stays as it is. A file that is not YAML is refused, with
// the problems that Parse would have.
func Format(name string, data []byte) ([]byte, Problems) {
	before, problems := meaningOf(name, data)
	if problems.Errors() {
		return nil, problems
	}
	for _, layOut := range []func(lines []string, edits map[Pos]edit) []string{laidOut, trimmed} {
		if out, ok := settled(name, data, before, layOut); ok {
			return out, nil
		}
	}
	return data, nil
}

// settled lays out again until nothing changes any more, and makes sure that the file means and says the same.
func settled(name string, data []byte, before meaning, layOut func([]string, map[Pos]edit) []string) ([]byte, bool) {
	const most = 8 // a column made by hand that is lost lets go of its neighbours
	last, now := data, before
	for range most {
		out := []byte(strings.Join(layOut(now.lines, now.edits), "\n") + "\n")
		after, problems := meaningOf(name, out)
		if problems.Errors() || !after.like(before) {
			return nil, false
		}
		if bytes.Equal(out, last) {
			return out, true
		}
		last, now = out, after
	}
	return nil, false
}

// A meaning is what a file says, apart from how it is laid out.
type meaning struct {
	lines    []string
	nodes    []string     // kinds and texts, from first to last
	comments []string     // in their order
	edits    map[Pos]edit // by place: the texts that are written otherwise in the layout
}

// An edit is a text that the layout writes otherwise.
type edit struct{ from, to string }

func (s meaning) like(other meaning) bool {
	return slices.Equal(s.nodes, other.nodes) && slices.Equal(s.comments, other.comments)
}

func meaningOf(name string, data []byte) (meaning, Problems) {
	r := newReader(name)
	top := r.parse(data)
	if top == nil {
		return meaning{}, r.problems.Sorted()
	}
	s := meaning{lines: r.lines, edits: make(map[Pos]edit)}
	s.add(top, nil)
	for _, line := range lex(s.lines) {
		for _, t := range line.tokens {
			if t.kind == commentToken {
				s.comments = append(s.comments, strings.TrimSpace(t.text))
			}
		}
	}
	return s, nil
}

// add notes a node and all below it. path are the words that lead to it.
func (s *meaning) add(n *yaml.Node, path []string) {
	text, tag := n.Value, n.Tag
	if n.Kind == yaml.ScalarNode && n.Style == 0 {
		if better := rewritten(n, path); better != "" {
			if better != n.Value {
				s.edits[Pos{Line: n.Line, Column: n.Column}] = edit{n.Value, better}
			}
			text, tag = better, "!!str" // a number to call is a text, whatever YAML makes of it
		}
	}
	s.nodes = append(s.nodes, string(rune('0'+n.Kind))+text, tag)
	for i, child := range n.Content {
		below := path
		switch {
		case n.Kind == yaml.MappingNode && i%2 == 0:
			below = append(slices.Clip(path), "")
		case n.Kind == yaml.MappingNode:
			below = append(slices.Clip(path), n.Content[i-1].Value)
		}
		s.add(child, below)
	}
	s.nodes = append(s.nodes, ")")
}

// rewritten returns how the layout writes a text without quotes that is a telephone number or a span of hours, or "".
func rewritten(n *yaml.Node, path []string) string {
	if len(path) == 0 {
		return ""
	}
	switch word := path[len(path)-1]; {
	case len(path) == 2 && path[0] == "numbers" && word == "", slices.Contains([]string{"caller_id", "arrives_as", "phone", "to", "from", "transfer"}, word):
		return inPairs(n.Value)
	case len(path) >= 3 && path[0] == "hours" && word != "":
		return asSpan(n.Value)
	}
	return ""
}

// inPairs writes a French number as on a visiting card: 08 09 40 01 00.
func inPairs(text string) string {
	digits := strings.Map(func(c rune) rune {
		switch {
		case c >= '0' && c <= '9':
			return c
		case strings.ContainsRune(" .-/\u00a0\u202f\u2009", c):
			return -1
		}
		return 'x'
	}, text)
	if len(digits) != 10 || digits[0] != '0' || strings.Contains(digits, "x") {
		return ""
	}
	n, err := number.Parse(text)
	if err != nil {
		return ""
	}
	if pretty := n.Pretty(); strings.ReplaceAll(pretty, " ", "") == digits {
		return pretty
	}
	return ""
}

// asSpan writes a span of hours with four digits each, where there are not two ways to understand it: 9h-12h30.
func asSpan(text string) string {
	if span, err := parseSpan(text); err == nil && strings.ContainsAny(text, "-–—") && !strings.ContainsAny(text, "mM.") {
		return span.String()
	}
	return ""
}

// trimmed takes off the ends of lines what nobody sees.
func trimmed(lines []string, _ map[Pos]edit) []string {
	out := slices.Clone(lines)
	for i, line := range lex(lines) {
		if !line.raw && !line.open {
			out[i] = strings.TrimRight(out[i], " \t")
		}
	}
	return withoutEnd(out)
}

func withoutEnd(lines []string) []string {
	for len(lines) > 0 && strings.Trim(lines[len(lines)-1], " \t") == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// laidOut lays out lines.
func laidOut(lines []string, edits map[Pos]edit) []string {
	lexed := lex(lines)
	l := layout{lines: lexed, edits: edits}
	for i := range lexed {
		l.add(i)
	}
	l.flush(0, 0)
	return withoutEnd(l.out)
}

// A layout is a file that is being laid out.
type layout struct {
	lines  []lexedLine
	edits  map[Pos]edit
	levels []place
	opens  bool // the line before ended in "word:" or "-"
	shift  int  // of the line before
	wait   []int
	out    []string
}

// A place is where a level began and where it begins now.
type place struct {
	old, new int
	list     bool
}

func (l *layout) add(i int) {
	line := l.lines[i]
	switch {
	case line.raw:
		l.flush(0, 0)
		text := line.text
		if l.shift < 0 {
			text = text[min(-l.shift, len(text)-len(strings.TrimLeft(text, " "))):]
		} else if strings.TrimSpace(text) != "" {
			text = strings.Repeat(" ", l.shift) + text
		}
		if !line.literal && !line.open {
			text = strings.TrimRight(text, " \t")
		}
		l.out = append(l.out, text)
		return
	case len(line.tokens) == 0 || line.tokens[0].kind == commentToken && !line.goesOn:
		l.wait = append(l.wait, i)
		return
	}
	old := line.tokens[0].column
	if line.goesOn {
		l.flush(0, 0)
		l.out = append(l.out, l.render(i, line.tokens, max(0, old+l.shift)))
		return
	}
	now := l.enter(old, line.tokens[0].kind == dashToken)
	l.shift = now - old
	l.flush(old, now)
	l.out = append(l.out, l.render(i, line.tokens, now))
	l.opens = line.opens
}

// enter goes to the level of a line and returns where it begins now.
func (l *layout) enter(old int, dash bool) int {
	for len(l.levels) > 0 && l.top().old > old {
		l.levels = l.levels[:len(l.levels)-1]
	}
	if n := len(l.levels); !dash && n > 1 && l.top().list && l.top().old == old && l.levels[n-2].old == old {
		l.levels = l.levels[:n-1]
	}
	if len(l.levels) == 0 || l.top().old < old || dash && l.opens && !l.top().list {
		l.push(old, dash)
	}
	return l.top().new
}

func (l *layout) top() place { return l.levels[len(l.levels)-1] }

func (l *layout) push(old int, list bool) {
	now := 0
	if len(l.levels) > 0 {
		now = l.top().new + 2
	}
	l.levels = append(l.levels, place{old, now, list})
}

// flush writes the comments and the blank line that wait for the line they stand in front of.
func (l *layout) flush(old, now int) {
	for _, i := range l.wait {
		tokens := l.lines[i].tokens
		if len(tokens) == 0 {
			if len(l.out) > 0 && l.out[len(l.out)-1] != "" {
				l.out = append(l.out, "")
			}
			continue
		}
		column := max(0, tokens[0].column+l.shift)
		if at := slices.IndexFunc(l.levels, func(p place) bool { return p.old == tokens[0].column }); at >= 0 {
			column = l.levels[at].new
		}
		if tokens[0].column == old {
			column = now
		}
		l.out = append(l.out, strings.Repeat(" ", column)+strings.TrimSpace(tokens[0].text))
	}
	l.wait = nil
}

// render writes the tokens of a line, the first of them at a column.
func (l *layout) render(i int, tokens []token, column int) string {
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", column))
	width := column
	for k, t := range tokens {
		text := t.text
		if e, ok := l.edits[Pos{Line: i + 1, Column: t.column + 1}]; ok && e.from == text {
			text = e.to
		}
		gap := 0
		if k > 0 {
			gap = l.gap(i, tokens, k)
		}
		switch {
		case k > 0 && tokens[k-1].kind == dashToken && t.kind != commentToken && l.levels != nil:
			gap = 1
			l.levels = append(l.levels, place{t.column, width + 1, t.kind == dashToken})
		case k > 0 && t.kind == commentToken:
			gap = max(t.column+l.shift-width, cmp.Or(min(gap, 2), 2))
		}
		b.WriteString(strings.Repeat(" ", gap) + text)
		width += gap + runes(text)
	}
	if l.lines[i].open { // a text in quotes goes on
		return b.String()
	}
	return strings.TrimRight(b.String(), " \t")
}

// gap is how many spaces go in front of a token.
func (l *layout) gap(i int, tokens []token, k int) int {
	before, t := tokens[k-1], tokens[k]
	gap := t.column - before.column - runes(before.text)
	opening := before.kind == signToken && strings.ContainsAny(before.text, "[{")
	closing := t.kind == signToken && strings.ContainsAny(t.text, "]},:")
	switch {
	case t.kind == commentToken:
		return gap
	case opening || closing:
		return 0
	case gap > 1 && !l.column(i, k, t.column):
		return 1
	}
	return max(gap, 1)
}

// column reports whether the same token of a line beside this one begins in the same column: somebody has made a table.
func (l *layout) column(i, k, column int) bool {
	for _, step := range []int{-1, 1} {
		at := i + step
		for at >= 0 && at < len(l.lines) && len(l.lines[at].tokens) == 1 && l.lines[at].tokens[0].kind == commentToken {
			at += step
		}
		if at >= 0 && at < len(l.lines) && k < len(l.lines[at].tokens) && l.lines[at].tokens[k].column == column {
			return true
		}
	}
	return false
}
