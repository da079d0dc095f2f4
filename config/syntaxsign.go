package config

import (
	"regexp"
	"strings"
)

var (
	lastWord    = regexp.MustCompile(`(^|[\s"'\])}])([a-z_]+)$`)
	entryBehind = regexp.MustCompile(`^[^:]*: +([a-z_]+)$`) // a word right behind "word: "
)

// secondColon reports a colon where the entry has had one: in a text, or behind a word that begins an entry of its own.
func (s *scanner) secondColon() {
	line := s.lines[s.line]
	before := string(line[:s.column])
	if m := lastWord.FindStringSubmatch(before); len(s.flow) > 0 && m != nil && isWord(m[2]) {
		at := s.column - len(m[2])
		s.slip(s.line, at, len(m[2]), "E022", words("il manque une virgule devant « %s »", `a comma is missing in front of "%s"`, m[2]), Words{},
			words("séparez les mots par des virgules : {name: Marie, phone: 101}.", "separate the words by commas: {name: Marie, phone: 101}."))
		return
	}
	if len(s.flow) == 0 {
		text := withoutComment(string(line))
		if end := len([]rune(text)) - 1; end > s.column && unopened(text) {
			s.notOpen(s.line, end, []rune(text)[end])
			return
		}
	}
	if m := entryBehind.FindStringSubmatch(before); len(s.flow) == 0 && m != nil && isWord(m[1]) {
		entry := strings.TrimRight(withoutComment(strings.TrimLeft(string(line[len([]rune(before))-len(m[1]):]), " ")), " ")
		s.slip(s.line, s.column, 1, "E011", words("deux « : » sur une ligne", `two ":" in one line`),
			words("Un mot et sa valeur, derrière un autre mot, vont entre accolades.", "A word and its value stand in braces behind another word."),
			words("écrivez {%s}.", "write {%s}.", clip(entry)))
		return
	}
	s.slip(s.line, s.column, 1, "E011", words("« : » dans un texte sans guillemets", `":" in a text without quotes`),
		words("En YAML, « : » sépare un mot de sa valeur.", `In YAML ":" separates a word from its value.`),
		words(`mettez le texte entre guillemets, "Bonjour : tapez 1 ..."`, `put the text in quotes, "Hello: press 1 ..."`))
}

// unopened reports whether a line ends in a bracket or brace that it does not open.
func unopened(text string) bool {
	return strings.HasSuffix(text, "]") && !strings.Contains(text, "[") || strings.HasSuffix(text, "}") && !strings.Contains(text, "{")
}

func (s *scanner) notOpen(line, column int, sign rune) {
	s.slip(line, column, 1, "E016", words("« %c » ferme ce qui n'est pas ouvert", `"%c" closes what is not open`, sign), Words{},
		words("enlevez-le, ou ajoutez le signe ouvrant.", "remove it, or add the opening sign."))
}

// comma reports two entries in brackets with nothing between them.
func (s *scanner) comma() {
	s.slip(s.line, s.column, 1, "E022", words("il manque une virgule ici", "a comma is missing here"), Words{},
		words("séparez ce qui est entre crochets ou accolades par des virgules.", "separate what is in brackets or braces by commas."))
}

// behindBracket reports what stands behind the end of brackets.
func (s *scanner) behindBracket() {
	s.blanks()
	switch c := s.peek(0); {
	case c == '\n' || c == '#' || c == ':':
	case c == ']' || c == '}':
		s.notOpen(s.line, s.column, c)
	case c == ',':
		s.slip(s.line, s.column, 1, "E022", words("une virgule de trop", "one comma too many"),
			words("Les lignes ne se séparent pas par des virgules.", "Lines are not separated by commas."), words("enlevez-la.", "remove it."))
	default:
		s.slip(s.line, s.column, s.textWidth(s.line, s.column), "E022", words("du texte après les crochets ou accolades", "text behind the brackets or braces"), Words{},
			words("enlevez-le, ou mettez « # » devant si c'est un commentaire.", `remove it, or put "#" in front if it is a comment.`))
	}
}

// escape reports a backslash that begins nothing in a text in quotes.
func (s *scanner) escape() {
	s.slip(s.line, s.column-1, 2, "E018", words(`« \%c » ne veut rien dire entre guillemets`, `"\%c" means nothing in quotes`, s.peek(0)), Words{},
		words(`écrivez deux fois la barre : \\ .`, `write the backslash twice: \\ .`))
}
