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

	indents []int     // where the block mappings and lists that are open begin
	opens   bool      // the line before ended in "word:" or "-": deeper lines may follow
	flow    []bracket // "[" and "{" that are open
	found   []finding
	hidden  []finding // "#:" keys, which YAML takes for comments even in a good file
}

type bracket struct {
	sign         rune
	line, column int
	indent       int // of the line it stands on
	keys         int // words with a colon in the entry being read
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
	s := &scanner{indents: []int{0}, opens: true}
	for _, line := range lines {
		s.lines = append(s.lines, []rune(line))
	}
	return s
}

// vanishedKeys reports menu keys "#:" without quotes: YAML reads them as comments and says nothing.
func (r *reader) vanishedKeys() {
	s := newScanner(r.lines)
	s.run()
	for _, f := range s.hidden {
		r.at(Pos{r.file, f.line + 1, f.column + 1}, f.width, f.code, f.title, f.why, f.fix)
	}
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
	if s.peek(0) == '\n' || text == "---" || text == "..." {
		return
	}
	if s.comment() {
		return
	}
	if tab := strings.IndexByte(string(s.lines[s.line][:s.column]), '\t'); tab >= 0 {
		s.slip(s.line, tab, 1, "E013", words("tabulation au début de la ligne", "tab at the start of the line"),
			words("YAML n'admet que des espaces à cet endroit.", "YAML takes only spaces there."),
			words("remplacez la tabulation par des espaces.", "replace the tab by spaces."))
		return
	}
	indent, start, keyed := s.column, s.line, s.hasKey()
	if !s.level(indent, keyed || s.peek(0) == '-' && blank(s.peek(1))) {
		return
	}
	for s.peek(0) == '-' && blank(s.peek(1)) {
		s.opens = true
		s.column++
		s.blanks()
		if s.peek(0) == '\n' || s.comment() {
			return
		}
		s.indents = append(s.indents, s.column)
	}
	s.blockValue(indent)
	if len(s.found) == 0 && start < len(s.lines) && !keyed && s.line == start {
		s.missingColon(start, indent)
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

// level checks that a line stands under one of the lines before it.
func (s *scanner) level(indent int, structure bool) bool {
	top := s.indents[len(s.indents)-1]
	if indent > top {
		if s.opens {
			s.indents = append(s.indents, indent)
			return true
		}
		if !structure {
			return true // a text that goes on
		}
		s.misaligned(indent)
		return false
	}
	for len(s.indents) > 1 && s.indents[len(s.indents)-1] > indent {
		s.indents = s.indents[:len(s.indents)-1]
	}
	if s.indents[len(s.indents)-1] != indent && structure {
		s.misaligned(indent)
		return false
	}
	return true
}

func (s *scanner) misaligned(indent int) {
	width := len([]rune(strings.TrimSpace(string(s.lines[s.line]))))
	s.slip(s.line, indent, width, "E020", words("cette ligne n'est alignée avec aucune autre", "this line is not aligned with any other"),
		words("En YAML, les espaces du début disent à quoi la ligne appartient.", "In YAML the leading spaces say what a line belongs to."),
		words("alignez-la sur la ligne voisine du même niveau.", "align it with its neighbour of the same level."))
}

// missingColon tells a line that is neither "word: value" nor the rest of a text.
func (s *scanner) missingColon(line, indent int) {
	text := s.lines[line]
	if indent >= len(text) || strings.ContainsRune("-\"'{[|>*&!", text[indent]) || s.indents[len(s.indents)-1] != indent {
		return
	}
	fix := words("écrivez « mot: valeur ».", `write "word: value".`)
	for i := indent; i < len(text); i++ {
		if text[i] == ':' {
			fix = words("mettez un espace après « : ».", `put a space behind ":".`)
		}
	}
	s.slip(line, indent, len(text)-indent, "E021", words("il manque « : » et un espace sur cette ligne", `":" and a space are missing on this line`), Words{}, fix)
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
			s.brackets(indent)
			return
		case (c == '|' || c == '>') && keys > 0:
			s.skipText(indent)
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
			s.colon()
			return
		}
		s.column++
		s.blanks()
		s.opens = s.peek(0) == '\n' || s.peek(0) == '#'
	}
}

// skipText jumps over the lines of a text begun with "|" or ">".
func (s *scanner) skipText(indent int) {
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

func (s *scanner) colon() {
	s.slip(s.line, s.column, 1, "E011", words("« : » dans un texte sans guillemets", `":" in a text without quotes`),
		words("En YAML, « : » sépare un mot de sa valeur.", `In YAML ":" separates a word from its value.`),
		words(`mettez le texte entre guillemets, "Bonjour : tapez 1 ..."`, `put the text in quotes, "Hello: press 1 ..."`))
}

func blank(c rune) bool { return c == '\n' || unicode.IsSpace(c) }
