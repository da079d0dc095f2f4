package config

import (
	"strings"
	"unicode/utf8"
)

type tokenKind int

const (
	textToken tokenKind = iota + 1
	quotedToken
	signToken // [ ] { } , :
	dashToken
	commentToken
	blockToken // | or > and what says how
)

// A token is a part of a line. Its column counts characters from 0.
type token struct {
	kind   tokenKind
	text   string
	column int
}

// A lexedLine is a line of a file that is YAML.
type lexedLine struct {
	text    string
	tokens  []token
	raw     bool // it belongs to a text begun above, as it stands
	literal bool // of that kind in which the spaces at the end count
	goesOn  bool // it begins within brackets opened above
	open    bool // it ends within quotes
	opens   bool // it ends in "word:" or "-"
}

// A lexer cuts lines into tokens.
type lexer struct {
	line   []rune
	at     int
	tokens []token
	flow   int  // brackets that are open
	quote  rune // that is open; 0 = none
	block  int  // lines deeper than this belong to a text begun with | or >; -1 = none
	owner  int  // where the word or dash stands that a text belongs to
	plain  bool // the line before ended in a text without quotes, which may go on
}

func lex(lines []string) []lexedLine {
	x := lexer{block: -1}
	out := make([]lexedLine, len(lines))
	for i, line := range lines {
		out[i] = x.next(line)
	}
	return out
}

func (x *lexer) next(text string) lexedLine {
	x.line, x.at, x.tokens = []rune(text), 0, nil
	out := lexedLine{text: text, goesOn: x.flow > 0}
	deep := len(text) - len(strings.TrimLeft(text, " "))
	blankLine := strings.Trim(text, " \t") == ""
	if x.block >= 0 {
		if blankLine || deep > x.block {
			out.raw, out.literal = true, true
			return out
		}
		x.block = -1
	}
	if x.quote != 0 {
		out.raw = true
		x.finishQuote()
		if out.open = x.quote != 0; out.open {
			return out
		}
		if x.blanks(); x.at == len(x.line) {
			return out
		}
		// What follows a text over several lines keeps its place; only its signs are counted.
		x.rest()
		if n := len(x.tokens); n > 0 && x.tokens[n-1].kind == commentToken {
			out.tokens = x.tokens[n-1:]
		}
		out.open = x.quote != 0
		return out
	}
	if blankLine {
		return out
	}
	x.blanks()
	for x.flow == 0 && x.peek(0) == '-' && blank(x.peek(1)) {
		x.owner = x.at
		x.take(dashToken, 1)
		x.blanks()
	}
	if x.flow == 0 && x.at < len(x.line) {
		if len(x.tokens) == 0 && x.plain && !x.structural() && x.peek(0) != '#' {
			out.raw = true
			x.rest()
			if n := len(x.tokens); n > 0 && x.tokens[n-1].kind == commentToken {
				out.tokens = x.tokens[n-1:]
			}
			return out
		}
		if x.peek(0) != '#' && x.structural() {
			x.owner = x.at
		}
	}
	x.rest()
	out.tokens, out.open = x.tokens, x.quote != 0
	last := len(x.tokens) - 1
	if last > 0 && x.tokens[last].kind == commentToken {
		last--
	}
	if last >= 0 {
		x.plain = x.tokens[last].kind == textToken && x.flow == 0
		out.opens = x.tokens[last].kind == dashToken || x.tokens[last].text == ":"
	}
	return out
}

// structural reports whether there is a word with a colon at the cursor, or a bracket or a quote.
func (x *lexer) structural() bool {
	s := scanner{lines: [][]rune{x.line[x.at:]}}
	return s.hasKey()
}

func (x *lexer) peek(offset int) rune {
	if x.at+offset < len(x.line) {
		return x.line[x.at+offset]
	}
	return '\n'
}

func (x *lexer) blanks() {
	for x.peek(0) == ' ' || x.peek(0) == '\t' {
		x.at++
	}
}

func (x *lexer) take(kind tokenKind, length int) {
	x.tokens = append(x.tokens, token{kind, string(x.line[x.at : x.at+length]), x.at})
	x.at += length
}

// rest cuts up the line from the cursor on.
func (x *lexer) rest() {
	for x.blanks(); x.at < len(x.line); x.blanks() {
		c := x.peek(0)
		first := len(x.tokens) == 0 || x.tokens[len(x.tokens)-1].kind == dashToken || x.tokens[len(x.tokens)-1].kind == signToken
		switch {
		case c == '#':
			x.take(commentToken, len(x.line)-x.at)
		case (c == '"' || c == '\'') && first:
			x.quoted(c)
		case (c == '[' || c == '{') && first:
			x.flow++
			x.take(signToken, 1)
		case x.flow > 0 && (c == ']' || c == '}'):
			x.flow--
			x.take(signToken, 1)
		case x.flow > 0 && c == ',':
			x.take(signToken, 1)
		case c == ':' && (blank(x.peek(1)) || x.flow > 0 && (strings.ContainsRune(",[]{}", x.peek(1)) || !first)):
			x.take(signToken, 1)
		case (c == '|' || c == '>') && x.flow == 0 && first:
			x.block = x.owner
			end := x.at
			for end < len(x.line) && !blank(x.line[end]) {
				end++
			}
			x.take(blockToken, end-x.at)
		default:
			x.text()
		}
	}
}

// text takes a text without quotes.
func (x *lexer) text() {
	end := x.at
	for end < len(x.line) {
		c, next := x.line[end], '\n'
		if end+1 < len(x.line) {
			next = x.line[end+1]
		}
		if c == ':' && (blank(next) || x.flow > 0 && strings.ContainsRune(",[]{}", next)) ||
			c == '#' && end > 0 && blank(x.line[end-1]) || x.flow > 0 && strings.ContainsRune(",[]{}", c) {
			break
		}
		end++
	}
	end = max(end, x.at+1)
	length := end - x.at
	for length > 1 && (x.line[x.at+length-1] == ' ' || x.line[x.at+length-1] == '\t') {
		length--
	}
	x.take(textToken, length)
}

// quoted takes a text in quotes, up to the end of the line if it ends further down.
func (x *lexer) quoted(quote rune) {
	start := x.at
	x.at++
	x.quote = quote
	x.finishQuote()
	x.tokens = append(x.tokens, token{quotedToken, string(x.line[start:x.at]), start})
}

// finishQuote goes behind the end of the text in quotes, or to the end of the line.
func (x *lexer) finishQuote() {
	for x.at < len(x.line) {
		c := x.line[x.at]
		x.at++
		switch {
		case c == '\\' && x.quote == '"' && x.at < len(x.line):
			x.at++
		case c == x.quote && c == '\'' && x.peek(0) == '\'':
			x.at++
		case c == x.quote:
			x.quote = 0
			return
		}
	}
}

func runes(text string) int { return utf8.RuneCountInString(text) }
