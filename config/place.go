package config

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// OpeningPos is the place of the word in the rules that says so: of a day, a closure, closed_on.
func (r *Rules) OpeningPos(o Opening, at time.Time) Pos {
	switch {
	case o.Hours == nil:
		return Pos{}
	case o.Closure != nil:
		return o.Closure.Pos
	case o.Holiday != (Words{}):
		return r.WordPos(o.Hours.Pos, "closed_on")
	}
	day := Wall(at)
	date := day.Format(time.DateOnly)
	return r.findWord(o.Hours.Pos, func(word string) bool {
		if o.Special {
			return word == date
		}
		list, ok := parseDays(word)
		return ok && slices.Contains(list, day.Weekday())
	})
}

// WordPos returns the place of a word in what stands below a name of the rules, or that of the name.
func (r *Rules) WordPos(under Pos, word string) Pos {
	return r.findWord(under, func(w string) bool { return w == word })
}

// findWord looks for a word before a colon in the lines that belong to a name: that of the name, and those below it that
// are set in further.
func (r *Rules) findWord(under Pos, is func(word string) bool) Pos {
	for i, line := range r.linesFrom(under) {
		text, _, _ := strings.Cut(line, " #")
		indent := len(text) - len(strings.TrimLeft(text, " "))
		plain := strings.TrimSpace(text)
		if i > 0 && plain != "" && plain[0] != '#' && indent < under.Column {
			break
		}
		if plain == "" || plain[0] == '#' {
			continue
		}
		begin := 0
		if i == 0 {
			begin = min(max(under.Column-1, 0), len(text))
		}
		for at := begin; ; {
			colon := strings.IndexByte(text[at:], ':')
			if colon < 0 {
				break
			}
			head := strings.TrimRight(text[at:at+colon], " ")
			from := at + strings.LastIndexAny(head, " {[,\"'") + 1
			if is(strings.Trim(strings.TrimRight(text[from:at+colon], " "), `"'`)) {
				return Pos{File: under.File, Line: under.Line + i, Column: len([]rune(text[:from])) + 1}
			}
			at += colon + 1
		}
	}
	return under
}

// Problem makes a problem of something in these rules, for checks that need more than their form.
func (r *Rules) Problem(pos Pos, width int, code string, title, why, fix Words) Problem {
	p := Problem{Pos: pos, Code: code, Title: title, Why: why, Fix: fix, Width: width}
	if lines := r.linesFrom(pos); len(lines) > 0 {
		p.Line = lines[0]
	}
	return p
}

// linesFrom returns the lines of a file from that of the place on.
func (r *Rules) linesFrom(at Pos) []string {
	lines := r.lines[at.File]
	if at.Line < 1 || at.Line > len(lines) {
		return nil
	}
	return lines[at.Line-1:]
}

// ValuePos returns where the value of a word begins that stands at a place, and how wide it is; without one on its line, those
// of the word.
func (r *Rules) ValuePos(key Pos, word string) (Pos, int) {
	lines := r.linesFrom(key)
	if len(lines) == 0 {
		return key, utf8.RuneCountInString(word)
	}
	line := []rune(withoutComment(lines[0]))
	at := key.Column - 1 + utf8.RuneCountInString(word)
	for at < len(line) && strings.ContainsRune(": '\"", line[at]) {
		at++
	}
	if at >= len(line) {
		return key, utf8.RuneCountInString(word)
	}
	end := at
	for end < len(line) && !strings.ContainsRune(",}]'\"", line[end]) {
		end++
	}
	value := strings.TrimRight(string(line[at:end]), " ")
	return Pos{File: key.File, Line: key.Line, Column: at + 1}, max(1, utf8.RuneCountInString(value))
}

// TextPos returns where a text stands next, from a place on, and how wide it is; the place itself when it is nowhere.
func (r *Rules) TextPos(from Pos, text string) (Pos, int) {
	for i, line := range r.linesFrom(from) {
		begin := 0
		if i == 0 {
			begin = len(string([]rune(line)[:min(from.Column-1, utf8.RuneCountInString(line))]))
		}
		if at := strings.Index(line[begin:], text); at >= 0 {
			return Pos{File: from.File, Line: from.Line + i, Column: utf8.RuneCountInString(line[:begin+at]) + 1}, utf8.RuneCountInString(text)
		}
	}
	return from, 1
}
