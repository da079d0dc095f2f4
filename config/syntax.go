package config

import (
	"strings"
	"unicode"
)

// A finding is a mistake of writing that the scan recognised. Line and column count from 0.
type finding struct {
	line, column, width int
	code                string
	title, why, fix     Words
}

// A scanner looks at a file that yaml.v3 refuses, as a person would: line by line, knowing the handful of slips that
// people make in YAML. It does not have to understand all of YAML, only to point at the right place.
type scanner struct {
	lines  [][]rune
	line   int
	column int

	levels []level
	last   level       // the deepest one before this line
	closed map[int]int // by indent: the line that ended a level there, while nothing has begun there anew
	before int         // the line before this one that is neither empty nor a comment
	opens  bool        // the line before ended in "word:" or "-": deeper lines may follow
	flow   []bracket   // "[" and "{" that are open
	found  []finding
	hidden []finding // what YAML reads without a word, and otherwise than it was meant: "#:" keys, "?" keys
}

// A level is a block mapping or list that is open: where its lines begin, and the first of them.
type level struct {
	indent, line int
	list         bool
}

type bracket struct {
	sign         rune
	line, column int
	indent       int  // of the line it stands on
	keys         int  // words with a colon in the entry being read
	full         bool // the entry has all it can have: a comma or an end has to follow
}

// scan returns the first slip in the file.
func scan(lines []string) (finding, bool) {
	s := newScanner(lines)
	s.run()
	for _, list := range [][]finding{s.hidden, s.found} {
		if len(list) > 0 {
			return list[0], true
		}
	}
	return finding{}, false
}

func newScanner(lines []string) *scanner {
	s := &scanner{closed: make(map[int]int), opens: true}
	for _, line := range lines {
		s.lines = append(s.lines, []rune(line))
	}
	return s
}

// vanished reports what YAML reads without a word and otherwise than it was meant, such as menu keys "#:" without quotes,
// which it takes for comments.
func (r *reader) vanished() bool {
	s := newScanner(r.lines)
	s.run()
	for _, f := range s.hidden {
		r.at(Pos{r.file, f.line + 1, f.column + 1}, f.width, f.code, f.title, f.why, f.fix)
	}
	return len(s.hidden) > 0
}

// run goes through the file until the first slip.
func (s *scanner) run() {
	for s.line = 0; s.line < len(s.lines) && len(s.found) == 0; s.line++ {
		s.column = 0
		s.blockLine()
	}
}

// peek returns the character at an offset from the cursor, or a line end.
func (s *scanner) peek(offset int) rune {
	if s.line >= len(s.lines) {
		return '\n'
	}
	if at := s.column + offset; at >= 0 && at < len(s.lines[s.line]) {
		return s.lines[s.line][at]
	}
	return '\n'
}

func (s *scanner) blanks() {
	for s.peek(0) == ' ' || s.peek(0) == '\t' {
		s.column++
	}
}

func (s *scanner) slip(line, column, width int, code string, title, why, fix Words) {
	s.found = append(s.found, finding{line, column, width, code, title, why, fix})
}

// blockLine reads one line outside brackets, and the lines that belong to a text or bracket begun on it.
func (s *scanner) blockLine() {
	s.blanks()
	text := strings.TrimRight(string(s.lines[s.line]), " \t")
	if s.peek(0) == '\n' || text == "---" || s.comment() {
		return
	}
	if s.mark(text) {
		return
	}
	if tab := strings.IndexByte(string(s.lines[s.line][:s.column]), '\t'); tab >= 0 {
		s.slip(s.line, tab, 1, "E013", words("tabulation au début de la ligne", "tab at the start of the line"),
			words("YAML n'admet que des espaces à cet endroit.", "YAML takes only spaces there."),
			words("remplacez la tabulation par des espaces.", "replace the tab by spaces."))
		return
	}
	indent, start, keyed := s.column, s.line, s.hasKey()
	dash := s.peek(0) == '-' && blank(s.peek(1))
	if s.opens && s.peek(0) == '-' && !dash && !keyed && unicode.IsLetter(s.peek(1)) {
		s.missingDash(s.line, s.column, text[len(string(s.lines[s.line][:s.column])):])
		return
	}
	if !s.level(indent, keyed || dash, dash) {
		return
	}
	for s.peek(0) == '-' && blank(s.peek(1)) {
		s.opens = true
		s.column++
		if s.tabBehindDash(); len(s.found) > 0 {
			return
		}
		s.blanks()
		if s.peek(0) == '\n' || s.comment() {
			s.before = start
			return
		}
		s.levels = append(s.levels, level{indent: s.column, line: s.line, list: s.peek(0) == '-' && blank(s.peek(1))})
	}
	s.blockValue(indent)
	s.before = start
	if len(s.found) == 0 && start < len(s.lines) && !keyed && !dash && s.line == start {
		s.missingColon(start, indent)
	}
}

// tabBehindDash reports a tab that YAML does not take: one with a word and its colon behind it, or another dash.
func (s *scanner) tabBehindDash() {
	if s.peek(0) == '\t' {
		s.slip(s.line, s.column, 1, "E013", words("tabulation après « - »", `tab behind "-"`),
			words("YAML n'admet que des espaces à cet endroit.", "YAML takes only spaces there."),
			words("remplacez la tabulation par un espace.", "replace the tab by a space."))
	}
}

// hasKey reports whether the line holds a colon with a space behind it, outside quotes as far as one line can tell.
func (s *scanner) hasKey() bool {
	text := s.lines[s.line]
	var quote rune
	for i, c := range text {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && (i == 0 || strings.ContainsRune(" \t{[,", text[i-1])):
			quote = c
		case c == '#' && (i == 0 || blank(text[i-1])):
			return false
		case c == ':' && (i+1 == len(text) || blank(text[i+1])):
			return true
		}
	}
	return false
}

// blockValue reads what stands at the cursor up to the end of the line: words with colons, then a value.
func (s *scanner) blockValue(indent int) {
	s.opens = false
	for keys := 0; len(s.found) == 0; {
		s.blanks()
		if s.peek(0) == '\n' || s.comment() {
			return
		}
		switch c := s.peek(0); {
		case c == '"' || c == '\'':
			if !s.quoted() {
				return
			}
		case c == '{' || c == '[':
			if s.brackets(indent); len(s.found) == 0 {
				s.behindBracket()
			}
			if s.peek(0) != ':' {
				return
			}
		case (c == '|' || c == '>') && (keys > 0 || indent > 0):
			s.skipText(indent)
			return
		case c == '-' && blank(s.peek(1)) && keys > 0:
			s.slip(s.line, s.column, 1, "E023", words("une liste ne commence pas sur la ligne de son mot", "a list does not begin on the line of its word"), Words{},
				words("écrivez [un, deux], ou chaque « - » sur une ligne à lui.", `write [one, two], or each "-" on a line of its own.`))
			return
		case s.badStart():
			return
		default:
			s.plain(false)
		}
		s.blanks()
		if s.peek(0) != ':' || !blank(s.peek(1)) {
			continue
		}
		if keys++; keys == 2 {
			s.secondColon()
			return
		}
		s.column++
		s.blanks()
		s.opens = s.peek(0) == '\n' || s.peek(0) == '#'
	}
}

// skipText jumps over the lines of a text begun with "|" or ">". What stands behind that sign was meant for the text.
func (s *scanner) skipText(indent int) {
	sign := s.peek(0)
	for s.column++; strings.ContainsRune("+-123456789", s.peek(0)); s.column++ {
	}
	if s.blanks(); s.peek(0) != '\n' && s.peek(0) != '#' {
		s.slip(s.line, s.column, 1, "E018", words("un texte ne peut pas commencer par « %c »", `a text cannot start with "%c"`, sign), Words{},
			words("mettez le texte entre guillemets.", "put the text in quotes."))
		return
	}
	for s.line+1 < len(s.lines) {
		next := s.lines[s.line+1]
		deep := 0
		for deep < len(next) && next[deep] == ' ' {
			deep++
		}
		if deep < len(next) && deep <= indent {
			return
		}
		s.line++
	}
}

// comment skips a comment, and keeps in mind one that was meant as the key "#".
func (s *scanner) comment() bool {
	if s.peek(0) != '#' || s.column > 0 && !blank(s.peek(-1)) && len(s.flow) == 0 {
		return false
	}
	if s.peek(1) == ':' && blank(s.peek(2)) {
		s.hidden = append(s.hidden, finding{s.line, s.column, 2, "E014",
			words("la touche # sans guillemets", "the key # without quotes"),
			words("YAML prend « # » et la suite pour un commentaire : la touche disparaît.", `YAML takes "#" and what follows for a comment: the key vanishes.`),
			words(`écrivez "#": avec les guillemets.`, `write "#": with the quotes.`)})
	}
	s.column = len(s.lines[s.line])
	return true
}

// badStart reports characters that mean something else to YAML at the start of a text.
func (s *scanner) badStart() bool {
	c := s.peek(0)
	switch {
	case c == '*' && (s.peek(1) == ':' || blank(s.peek(1))):
		s.slip(s.line, s.column, 1, "E014", words("la touche * sans guillemets", "the key * without quotes"),
			words("Sans guillemets, « * » veut dire autre chose en YAML.", `Without quotes "*" means something else in YAML.`),
			words(`écrivez "*": avec les guillemets.`, `write "*": with the quotes.`))
	case c == '?' && blank(s.peek(1)):
		s.hidden = append(s.hidden, finding{s.line, s.column, 1, "E019",
			words("les mots avec « ? » de YAML ne sont pas admis", `the words with "?" of YAML are not allowed`), Words{},
			words("écrivez « mot: valeur » sur une ligne.", `write "word: value" on one line.`)})
		return false
	case strings.ContainsRune("@`%,", c), c == '*', c == '&', c == '!':
		s.slip(s.line, s.column, 1, "E018", words("un texte ne peut pas commencer par « %c »", `a text cannot start with "%c"`, c), Words{},
			words("mettez le texte entre guillemets.", "put the text in quotes."))
	case c == ']' || c == '}':
		s.slip(s.line, s.column, 1, "E016", words("« %c » ferme ce qui n'est pas ouvert", `"%c" closes what is not open`, c), Words{},
			words("enlevez-le, ou ajoutez le signe ouvrant.", "remove it, or add the opening sign."))
	default:
		return false
	}
	return true
}

func blank(c rune) bool { return c == '\n' || unicode.IsSpace(c) }
