package config

import (
	"regexp"
	"strings"
)

// level checks that a line stands under one of the lines before it. structure says that the line is a word with a colon
// or an item of a list.
func (s *scanner) level(indent int, structure, dash bool) bool {
	if len(s.levels) > 0 {
		s.last = s.top()
	}
	if len(s.levels) == 0 || indent > s.top().indent {
		if s.opens {
			s.push(indent, dash)
			return true
		}
		if !structure {
			return true // a text that goes on
		}
		s.misaligned(indent)
		return false
	}
	first := s.levels[0]
	for len(s.levels) > 0 && s.top().indent > indent {
		if _, known := s.closed[s.top().indent]; !known {
			s.closed[s.top().indent] = s.line
		}
		s.levels = s.levels[:len(s.levels)-1]
	}
	switch {
	case !structure:
		return true
	case len(s.levels) == 0:
		s.shifted(first.line, indent)
		return false
	case s.top().indent != indent:
		s.misaligned(indent)
		return false
	case dash != s.top().list:
		return s.otherKind(indent, dash)
	}
	return true
}

func (s *scanner) top() level { return s.levels[len(s.levels)-1] }

// push begins a level, and forgets which lines ended those that were as deep before.
func (s *scanner) push(indent int, list bool) {
	s.levels = append(s.levels, level{indent, s.line, list})
	for other := range s.closed {
		if other >= indent {
			delete(s.closed, other)
		}
	}
}

// otherKind looks at an item of a list where words stand, or at a word where items stand.
func (s *scanner) otherKind(indent int, dash bool) bool {
	if dash && s.opens { // a list may stand as far left as its word
		s.push(indent, true)
		return true
	}
	if !dash && len(s.levels) > 1 && s.levels[len(s.levels)-2].indent == indent {
		s.levels = s.levels[:len(s.levels)-1]
		return true
	}
	first := Pos{Line: s.top().line + 1}.InText()
	if dash {
		s.slip(s.line, indent, 1, "E023", words("« - » parmi des lignes qui n'en ont pas", `"-" among lines that have none`),
			words("Les lignes du même niveau (%s) sont des mots avec « : ».", `The lines of the same level (%s) are words with ":".`, first),
			words("enlevez « - », ou mettez la ligne plus à droite, sous son mot.", `remove "-", or put the line further to the right, under its word.`))
		return false
	}
	s.slip(s.line, indent, s.textWidth(s.line, indent), "E023", words("une ligne sans « - » parmi des lignes qui en ont un", `a line without "-" among lines that have one`),
		words("La ligne du même niveau (%s) commence par « - ».", `The line of the same level (%s) begins with "-".`, first),
		words("mettez « - » partout, ou nulle part.", `put "-" everywhere, or nowhere.`))
	return false
}

// misaligned reports a line under no other, or the line before that has left the others.
func (s *scanner) misaligned(indent int) {
	if odd := s.odd(indent); odd >= 0 {
		s.shifted(odd, indent)
		return
	}
	if line, ok := s.closed[indent]; ok && line < s.line && s.indentOf(line) < indent {
		s.shifted(line, indent)
		return
	}
	why := words("En YAML, les espaces du début disent à quoi la ligne appartient.", "In YAML the leading spaces say what a line belongs to.")
	before := s.indentOf(s.before)
	switch place := (Pos{Line: s.before + 1}).InText(); {
	case s.line == s.before || before == indent:
	case before < indent:
		why = words("Elle commence plus à droite que la ligne d'avant (%s), qui a déjà sa valeur.", "It starts further to the right than the line before (%s), which has its value already.", place)
	default:
		why = words("Elle a %s au début, la ligne d'avant (%s) en a %d.", "It has %s in front, the line before (%s) has %d.", spaces(indent), place, before)
	}
	s.slip(s.line, indent, s.textWidth(s.line, indent), "E020", words("cette ligne n'est alignée avec aucune autre", "this line is not aligned with any other"),
		why, words("alignez-la sur la ligne voisine du même niveau.", "align it with its neighbour of the same level."))
}

// shifted reports a line that stands elsewhere than the lines around it.
func (s *scanner) shifted(line, indent int) {
	at := s.indentOf(line)
	why := words("Elle commence plus à gauche que ses voisines.", "It starts further to the left than its neighbours.")
	if at > indent {
		why = words("Elle commence plus à droite que ses voisines.", "It starts further to the right than its neighbours.")
	}
	s.slip(line, at, s.textWidth(line, at), "E020", words("cette ligne n'est pas alignée avec ses voisines", "this line is not aligned with its neighbours"),
		why, words("mettez %s au début.", "put %s in front.", spaces(indent)))
}

func spaces(n int) Words {
	switch n {
	case 0:
		return words("zéro espace", "no space")
	case 1:
		return words("1 espace", "1 space")
	}
	return words("%d espaces", "%d spaces", n)
}

// odd returns the first line of the level that stands one space beside a line of an even number of spaces, as nearly all
// have, or -1.
func (s *scanner) odd(indent int) int {
	if indent%2 != 0 || s.last.indent%2 == 0 || s.last.indent-indent != 1 && indent-s.last.indent != 1 {
		return -1
	}
	return s.last.line
}

func (s *scanner) indentOf(line int) int {
	text := string(s.lines[line])
	return len(text) - len(strings.TrimLeft(text, " "))
}

// textWidth is how long a line is from a place on, without its comment.
func (s *scanner) textWidth(line, from int) int {
	return max(1, len([]rune(withoutComment(string(s.lines[line]))))-from)
}

var commentForm = regexp.MustCompile(`(^|\s)#.*$`)

// withoutComment takes the comment off a line that has no quotes around a "#".
func withoutComment(line string) string {
	return strings.TrimRight(commentForm.ReplaceAllString(line, ""), " \t")
}

var (
	equalsForm = regexp.MustCompile(`^([\pL\d_-]+) *= *(.+)$`)
	gluedForm  = regexp.MustCompile(`^([\pL\d_ -]+):(\S.*)$`)
	wideForm   = regexp.MustCompile(`^([\pL\d_ -]+) ?[：︰﹕∶꞉] ?(.*)$`)
	pairForm   = regexp.MustCompile(`^([a-z_]+) +(.+)$`)
	remarkForm = regexp.MustCompile(`^(//|/\*|;|--|')`)
)

// missingColon tells a line that is neither "word: value" nor the rest of a text.
func (s *scanner) missingColon(line, indent int) {
	text := string(s.lines[line])
	if indent >= len(s.lines[line]) || len(s.levels) == 0 || s.top().indent != indent {
		return
	}
	text = strings.TrimSpace(withoutComment(text))
	if s.top().list {
		s.missingDash(line, indent, text)
		return
	}
	if text == "" || strings.ContainsRune("\"'{[|>*&!-", []rune(text)[0]) {
		return
	}
	fix := words("écrivez « mot: valeur ».", `write "word: value".`)
	switch {
	case remarkForm.MatchString(text):
		s.slip(line, indent, len([]rune(text)), "E024", words("ce n'est pas un commentaire de YAML", "this is not a comment of YAML"), Words{},
			words("un commentaire commence par #.", "a comment begins with #."))
		return
	case equalsForm.MatchString(text):
		fix = asWritten(equalsForm.FindStringSubmatch(text))
	case wideForm.MatchString(text):
		fix = asWritten(wideForm.FindStringSubmatch(text))
	case gluedForm.MatchString(text):
		fix = asWritten(gluedForm.FindStringSubmatch(text))
	case strings.Contains(text, ":"):
		fix = words("mettez un espace après « : ».", `put a space behind ":".`)
	case line+1 < len(s.lines) && s.indentOf(line+1) > indent:
		fix = words("écrivez %s:.", "write %s:.", clip(text))
	case pairForm.MatchString(text) && isWord(pairForm.FindStringSubmatch(text)[1]):
		fix = asWritten(pairForm.FindStringSubmatch(text))
	}
	s.slip(line, indent, len([]rune(text)), "E021", words("il manque « : » et un espace sur cette ligne", `":" and a space are missing on this line`), Words{}, fix)
}

// asWritten says to write a word and its value as YAML has them.
func asWritten(parts []string) Words {
	return words("écrivez %s: %s.", "write %s: %s.", clip(parts[1]), clip(strings.TrimSpace(parts[2])))
}

// missingDash tells a line in a list that does not begin as its items do.
func (s *scanner) missingDash(line, indent int, text string) {
	title, rest := words("il manque « - » et un espace au début de cette ligne", `"-" and a space are missing at the start of this line`), text
	for _, sign := range []string{"-", "–", "—", "•", "*"} {
		if after, ok := strings.CutPrefix(text, sign); ok {
			title, rest = notADash(sign, after), strings.TrimSpace(after)
			break
		}
	}
	s.slip(line, indent, len([]rune(text)), "E023", title, Words{}, words("écrivez - %s.", "write - %s.", clip(rest)))
}

// notADash says what is wrong with the sign in front of an item of a list.
func notADash(sign, after string) Words {
	if sign == "-" && !strings.HasPrefix(after, " ") {
		return words("il manque un espace après « - »", `a space is missing behind "-"`)
	}
	return words("« %s » n'est pas le tiret d'une liste", `"%s" is not the dash of a list`, sign)
}

// mark reports lines that come from a program and not from whoever wrote the file, and those that end it.
func (s *scanner) mark(text string) bool {
	trimmed := strings.TrimSpace(text)
	remove := words("enlevez cette ligne.", "remove this line.")
	width := len([]rune(trimmed))
	switch {
	case text == "...":
		s.slip(s.line, 0, 3, "E005", words("« ... » finit le fichier ici", `"..." ends the file here`),
			words("Ce qui suit ne serait pas lu.", "What follows would not be read."), remove)
	case conflictMark(text):
		s.slip(s.line, 0, len([]rune(text)), "E025", words("marque d'un conflit de git", "mark of a git conflict"),
			words("Deux versions du fichier ont été réunies, et git n'a pas su choisir.", "Two versions of the file were merged, and git could not choose."),
			words("gardez une des deux versions, et enlevez les lignes <<<<<<<, ======= et >>>>>>>.", "keep one of the two, and remove the lines <<<<<<<, ======= and >>>>>>>."))
	case strings.HasPrefix(trimmed, "```") || strings.HasPrefix(trimmed, "~~~"):
		s.slip(s.line, s.column, width, "E026", words("reste d'une page copiée", "left over from a copied page"), Words{}, remove)
	case strings.HasPrefix(trimmed, "<") && strings.HasSuffix(trimmed, ">"):
		s.slip(s.line, s.column, width, "E026", words("du HTML, reste d'une page copiée", "HTML, left over from a copied page"), Words{},
			words("enlevez ce qui est entre < et >.", "remove what is between < and >."))
	case s.column == 0 && strings.HasPrefix(text, "%"):
		s.slip(s.line, 0, width, "E019", words("les lignes « %% » de YAML ne sont pas admises", `the lines "%%" of YAML are not allowed`), Words{}, remove)
	default:
		return false
	}
	return true
}

func conflictMark(text string) bool {
	return strings.HasPrefix(text, "<<<<<<< ") || strings.HasPrefix(text, ">>>>>>> ") || strings.HasPrefix(text, "||||||| ") || text == "======="
}
