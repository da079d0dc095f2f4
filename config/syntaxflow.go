package config

import (
	"regexp"
	"strings"
)

var entryForm = regexp.MustCompile(`^\s*(- )?[\pL\pN_-]+:(\s|$)`)

// plain moves the cursor behind a text without quotes.
func (s *scanner) plain(inBrackets bool) {
	for {
		c := s.peek(0)
		switch {
		case c == '\n':
			return
		case c == ':' && (blank(s.peek(1)) || inBrackets && strings.ContainsRune(",[]{}", s.peek(1))):
			return
		case c == '#' && blank(s.peek(-1)):
			return
		case inBrackets && strings.ContainsRune(",[]{}", c):
			return
		case inBrackets && c == '?':
			s.slip(s.line, s.column, 1, "E018", words("« ? » dans un texte entre crochets ou accolades", `"?" in a text within brackets or braces`),
				words("Sans guillemets, « ? » y veut dire autre chose en YAML.", `Without quotes "?" means something else in YAML there.`),
				words("mettez le texte entre guillemets.", "put the text in quotes."))
			return
		}
		s.column++
	}
}

// quoted moves the cursor behind a text in quotes, and reports a quote that is not closed or that closes too early.
func (s *scanner) quoted() bool {
	quote, line, column := s.peek(0), s.line, s.column
	s.column++
	swallowed := false // a line that looks like "word: value" went into the text
	for {
		switch c := s.peek(0); {
		case c == '\n':
			if s.line+1 >= len(s.lines) {
				s.unclosedQuote(quote, line, column)
				return false
			}
			s.line, s.column = s.line+1, 0
			swallowed = swallowed || looksLikeEntry(s.lines[s.line])
			continue
		case c == '\\' && quote == '"':
			if s.column++; !strings.ContainsRune("0abt\tnvfre \"/\\N_LPxuU\n", s.peek(0)) {
				s.escape()
				return false
			}
			if s.peek(0) == '\n' {
				continue
			}
		case c == quote && quote == '\'' && s.peek(1) == '\'':
			s.column++
		case c == quote:
			return s.afterQuote(quote, line, column, swallowed)
		}
		s.column++
	}
}

// looksLikeEntry reports whether a line begins like "word: ".
func looksLikeEntry(line []rune) bool {
	return entryForm.MatchString(string(line))
}

// afterQuote checks that a text in quotes ends where its entry ends.
func (s *scanner) afterQuote(quote rune, line, column int, swallowed bool) bool {
	end := s.column
	s.column++
	s.blanks()
	next := s.peek(0)
	fine := next == '\n' || next == ':' || next == '#' || len(s.flow) > 0 && strings.ContainsRune(",]}", next)
	switch {
	case swallowed && s.line > line:
		s.unclosedQuote(quote, line, column)
	case fine:
		return true
	case s.line > line:
		s.unclosedQuote(quote, line, column)
	case quote == '\'':
		s.slip(s.line, end, 1, "E012", words("apostrophe dans un texte entre apostrophes", "apostrophe in a text between apostrophes"),
			words("YAML croit que le texte finit là.", "YAML thinks that the text ends there."),
			words(`mettez le texte entre guillemets : "l'appel".`, `put the text in double quotes: "the caller's".`))
	default:
		s.slip(s.line, end, 1, "E012", words("guillemet dans un texte entre guillemets", "quote in a text between quotes"),
			words("YAML croit que le texte finit là.", "YAML thinks that the text ends there."),
			words(`écrivez \" dans le texte, ou « ».`, `write \" inside the text.`))
	}
	return false
}

func (s *scanner) unclosedQuote(quote rune, line, column int) {
	s.slip(line, column, 1, "E017", words("ce guillemet n'est jamais fermé", "this quote is never closed"), Words{},
		words("ajoutez %c à la fin du texte.", "add %c at the end of the text.", quote))
}

// brackets reads from "[" or "{" to its end, which may be lines away.
func (s *scanner) brackets(indent int) {
	s.flow = s.flow[:0]
	for len(s.found) == 0 {
		if s.peek(0) == '\n' {
			if !s.nextFlowLine() {
				return
			}
			continue
		}
		if s.flowToken(indent); len(s.flow) == 0 {
			return
		}
	}
}

// nextFlowLine goes on to the next line inside brackets. A line that starts a new entry further left means that the
// bracket was never closed.
func (s *scanner) nextFlowLine() bool {
	open := s.flow[len(s.flow)-1]
	if s.line+1 < len(s.lines) {
		next := s.lines[s.line+1]
		indent := len(next) - len([]rune(strings.TrimLeft(string(next), " ")))
		if indent > s.flow[0].indent || !looksLikeEntry(next) {
			s.line, s.column = s.line+1, 0
			return true
		}
	}
	closing := map[rune]rune{'[': ']', '{': '}'}[open.sign]
	s.slip(open.line, open.column, 1, "E016", words("« %c » n'est jamais fermé", `"%c" is never closed`, open.sign), Words{},
		words("ajoutez « %c » à la fin.", `add "%c" at the end.`, closing))
	return false
}

// flowToken reads one sign or text inside brackets.
func (s *scanner) flowToken(indent int) {
	s.blanks()
	c := s.peek(0)
	level := len(s.flow) - 1
	switch {
	case c == '\n' || s.comment():
	case level >= 0 && s.flow[level].full && !strings.ContainsRune(",]}:", c):
		s.comma()
	case c == '[' || c == '{':
		s.flow = append(s.flow, bracket{sign: c, line: s.line, column: s.column, indent: indent})
		s.column++
	case c == ']' || c == '}':
		if want := s.flow[level].sign; (c == ']') != (want == '[') {
			s.slip(s.line, s.column, 1, "E016", words("« %c » ne ferme pas « %c » (%s)", `"%c" does not close "%c" (%s)`, c, want,
				Pos{Line: s.flow[level].line + 1}.InText()), Words{}, words("fermez d'abord « %c ».", `close "%c" first.`, want))
			return
		}
		if s.flow = s.flow[:level]; level > 0 {
			s.flow[level-1].full = true
		}
		s.column++
	case c == ',' && !s.flow[level].full && s.flow[level].keys == 0:
		s.slip(s.line, s.column, 1, "E022", words("une virgule de trop", "one comma too many"), Words{},
			words("enlevez-la, ou écrivez ce qui manque devant elle.", "remove it, or write what is missing in front of it."))
	case c == ',':
		s.flow[level].keys, s.flow[level].full = 0, false
		s.column++
	case c == ':':
		if s.flow[level].keys++; s.flow[level].keys == 2 {
			s.secondColon()
			return
		}
		s.flow[level].full = false
		s.column++
	case c == '"' || c == '\'':
		s.flow[level].full = s.quoted()
	case s.badStart():
	default:
		s.flow[level].full = true
		s.plain(true)
	}
}
