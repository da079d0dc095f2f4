package config

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// look finds what YAML reads without a word, and otherwise than whoever wrote it meant. What it finds refuses the file
// before anything is made of it: one slip is one error, and not all that follows from it.
func (r *reader) look(top *yaml.Node) bool {
	before := len(r.problems)
	r.runesOf = 0
	if top.Kind == yaml.MappingNode {
		r.lookAtSections(top)
	}
	r.lookAt(top, false)
	return len(r.problems) == before
}

func (r *reader) lookAt(n *yaml.Node, flow bool) {
	flow = flow || n.Style&yaml.FlowStyle != 0
	switch n.Kind {
	case yaml.ScalarNode:
		r.lookAtText(n, flow)
	case yaml.MappingNode:
		if flow && r.gluedWord(n) || !flow && r.slidIn(n) {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			r.lookAtWord(n.Content[i])
			r.lookAt(n.Content[i], flow)
			r.lookAt(n.Content[i+1], flow)
		}
	default:
		for _, child := range n.Content {
			r.lookAt(child, flow)
		}
	}
}

// lookAtWord looks at a word in front of a colon.
func (r *reader) lookAtWord(key *yaml.Node) {
	if at, is, like := foreignLetter(key.Value); key.Kind == yaml.ScalarNode && at >= 0 {
		r.foreign(key, at, is, like)
	}
}

func (r *reader) foreign(n *yaml.Node, at int, is, like rune) {
	pos := r.pos(n)
	pos.Column += at
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		pos.Column++
	}
	r.at(pos, 1, "E027", words("« %c » (U+%04X) n'est pas la lettre ou le chiffre « %c »", `"%c" (U+%04X) is not the letter or digit "%c"`, is, is, like),
		words("Ce signe d'une autre écriture ressemble au nôtre, mais ce n'est pas lui.", "This sign of another script looks like ours, but it is another."),
		words("retapez %s au clavier.", "type %s anew on the keyboard.", clip(strings.Map(func(c rune) rune {
			if l := looksLike(c); l != 0 {
				return l
			}
			return c
		}, n.Value))))
}

// lookAtText looks at a text without quotes.
func (r *reader) lookAtText(n *yaml.Node, flow bool) {
	if n.Style != 0 && n.Style != yaml.FlowStyle || n.Value == "" || n.Line < 1 || n.Line > len(r.lines) {
		return
	}
	if r.severalLines(n) || r.edges(n) {
		return
	}
	if at, is, like := foreignLetter(n.Value); at >= 0 && !r.has27(n) {
		r.foreign(n, at, is, like)
		return
	}
	pos, last := r.pos(n), utf8.RuneCountInString(n.Value)-1
	end := pos
	end.Column += last
	switch first, _ := utf8.DecodeRuneInString(n.Value); {
	case strings.ContainsRune("“”„«‘’‹", first) && typographic(n.Value, first):
		r.at(pos, 1, "E028", words("« %c » n'est pas un guillemet de YAML", `"%c" is not a quote of YAML`, first),
			words("Les guillemets d'un traitement de texte feraient partie du texte.", "The quotes of a word processor would be part of the text."),
			words(`écrivez les guillemets droits du clavier : "texte".`, `write the straight quotes of the keyboard: "text".`))
	case strings.HasSuffix(n.Value, `"`) && strings.Count(n.Value, `"`) == 1:
		r.at(end, 1, "E017", words("ce guillemet n'est jamais ouvert", "this quote is never opened"), Words{},
			words(`ajoutez " au début du texte, ou enlevez-le.`, `add " at the start of the text, or remove it.`))
	case !flow && unopened(n.Value):
		s := scanner{}
		s.notOpen(end.Line-1, end.Column-1, []rune(n.Value)[last])
		r.at(end, 1, "E016", s.found[0].title, s.found[0].why, s.found[0].fix)
	case last > 0 && strings.HasSuffix(n.Value, ":"):
		r.at(end, 1, "E011", words("« : » à la fin d'un texte sans guillemets", `":" at the end of a text without quotes`),
			words("En YAML, « : » sépare un mot de sa valeur.", `In YAML ":" separates a word from its value.`),
			words("enlevez-le, ou mettez le texte entre guillemets.", "remove it, or put the text in quotes."))
	}
}

// has27 reports whether the letters of a node have been complained of already, as those of a word.
func (r *reader) has27(n *yaml.Node) bool {
	return len(r.problems) > 0 && r.problems[len(r.problems)-1].Code == "E027" && r.problems[len(r.problems)-1].Pos.Line == n.Line
}

// typographic reports whether a text is wrapped in the quotes of a word processor, or cut off within them.
func typographic(text string, first rune) bool {
	closing := map[rune]string{'“': "”“", '”': "”", '„': "“”", '«': "»", '‘': "’‘", '’': "’", '‹': "›"}[first]
	at := strings.IndexAny(text[utf8.RuneLen(first):], closing)
	if at < 0 {
		return first != '’' && first != '‘'
	}
	_, size := utf8.DecodeRuneInString(text[utf8.RuneLen(first)+at:])
	return utf8.RuneLen(first)+at+size == len(text)
}

// edges reports a space at the edge of a text that only looks like one: YAML takes it for a letter.
func (r *reader) edges(n *yaml.Node) bool {
	runes := []rune(n.Value)
	for _, at := range []int{0, len(runes) - 1} {
		if c := runes[at]; unicode.IsSpace(c) && c != ' ' && c != '\t' && c != '\n' {
			pos := r.pos(n)
			pos.Column += at
			r.invisible(pos, c)
			return true
		}
	}
	return false
}

var dashed = regexp.MustCompile(`^([-–—•*])(\s*)(\S.*)$`)

// severalLines looks at a text without quotes that goes over several lines, and was meant for a list.
func (r *reader) severalLines(n *yaml.Node) bool {
	if r.runesOf != n.Line { // a long line has many nodes
		r.runesOf, r.runes = n.Line, []rune(r.lines[n.Line-1])
	}
	start, value := r.runes, []rune(n.Value)
	if end := n.Column - 1 + len(value); n.Column-1 > len(start) || end <= len(start) && slices.Equal(start[n.Column-1:end], value) {
		return false
	}
	lines, left := []string{withoutComment(string(start[n.Column-1:]))}, len(strings.Fields(n.Value))
	left -= len(strings.Fields(lines[0]))
	for at := n.Line; at < len(r.lines) && left > 0; at++ {
		lines = append(lines, strings.TrimSpace(withoutComment(r.lines[at])))
		left -= len(strings.Fields(lines[len(lines)-1]))
	}
	single := true
	for i, line := range lines {
		m := dashed.FindStringSubmatch(line)
		single = single && len(strings.Fields(line)) < 2
		if m == nil || m[1] == "-" && m[2] == "" && i > 0 && !dashed.MatchString(lines[0]) {
			continue
		}
		pos := Pos{r.file, n.Line + i, r.indentOf(n.Line+i-1) + 1}
		if m[1] == "-" && m[2] != "" {
			r.at(pos, 1, "E020", words("ce « - » n'est pas sous celui de la ligne d'avant", `this "-" is not under that of the line before`),
				words("Plus à droite, la ligne continue le texte du dessus.", "Further to the right the line goes on with the text above."), words("alignez les « - ».", `align the "-".`))
		} else {
			r.at(pos, utf8.RuneCountInString(line), "E023", notADash(m[1], m[2]), Words{}, words("écrivez - %s.", "write - %s.", clip(m[3])))
		}
		return true
	}
	if single && len(lines) > 1 && !slices.Contains(lines, "") {
		r.at(r.pos(n), utf8.RuneCountInString(lines[0]), "E023", words("une liste sans « - »", `a list without "-"`),
			words("YAML en fait un seul texte : « %s ».", `YAML makes one text of it: "%s".`, clip(n.Value)),
			words("écrivez [%s].", "write [%s].", clip(strings.Join(lines, ", "))))
		return true
	}
	return false
}

func (r *reader) indentOf(line int) int {
	return len(r.lines[line]) - len(strings.TrimLeft(r.lines[line], " "))
}

// gluedWord looks at words in braces that have no value: "name:Marie" lacks a space, and {a, b} was meant for a list.
func (r *reader) gluedWord(n *yaml.Node) bool {
	alone := 0
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode || key.Style != 0 || value.Tag != "!!null" || value.Value != "" {
			continue
		}
		if m := gluedForm.FindStringSubmatch(key.Value); m != nil {
			r.fail(key, "E021", words("il manque un espace après « : »", `a space is missing behind ":"`), Words{}, asWritten(m))
			return true
		}
		alone++
	}
	if alone < 2 || alone*2 != len(n.Content) {
		return false
	}
	var names []string
	for i := 0; i < len(n.Content); i += 2 {
		names = append(names, n.Content[i].Value)
	}
	r.fail(n, "E016", words("des accolades où il faut des crochets", "braces where brackets are needed"),
		words("Entre accolades, chaque mot a une valeur : {mot: valeur}.", "In braces each word has a value: {word: value}."),
		words("écrivez [%s].", "write [%s].", clip(strings.Join(names, ", "))))
	return true
}

// slidIn looks at a word that has nothing, and whose own lines stand beside it: it has slid to the right, into the words
// of what is above it.
func (r *reader) slidIn(n *yaml.Node) bool {
	seen := make(map[string]bool)
	empty := -1
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if seen[key.Value] && empty > 0 && key.Value != n.Content[empty].Value {
			r.fail(n.Content[empty], "E020", words("« %s » est trop à droite", `"%s" is too far to the right`, clip(n.Content[empty].Value)),
				words("Ses lignes sont au même niveau que lui : il n'a rien, et elles vont à ce qui est au-dessus.",
					"Its lines are at the same level: it has nothing, and they go to what is above."),
				words("mettez-le plus à gauche, sous ses voisins.", "put it further to the left, under its neighbours."))
			return true
		}
		seen[key.Value] = true
		if key.Kind == yaml.ScalarNode && value.Tag == "!!null" && value.Value == "" {
			empty = i
		}
	}
	return false
}

// lookAtSections looks for a section that has slid to the right, into another.
func (r *reader) lookAtSections(top *yaml.Node) {
	for i := 0; i+1 < len(top.Content); i += 2 {
		inner := top.Content[i+1]
		if inner.Kind != yaml.MappingNode || inner.Style&yaml.FlowStyle != 0 {
			continue
		}
		for j := 0; j+1 < len(inner.Content); j += 2 {
			key, value := inner.Content[j], inner.Content[j+1]
			empty := value.Tag == "!!null" && value.Value == ""
			if section(top, key.Value) != nil || !slices.Contains(sectionNames(), key.Value) || !empty && value.Kind != yaml.MappingNode {
				continue
			}
			r.fail(key, "E020", words("« %s » est trop à droite", `"%s" is too far to the right`, key.Value),
				words("C'est une partie du fichier ; plus à droite, elle va à « %s ».", `It is a part of the file; further to the right it goes to "%s".`, top.Content[i].Value),
				words("mettez-la tout à gauche, sans espace devant.", "put it at the very left, without a space in front."))
			return
		}
	}
}

// sectionNames are the parts of a rules file that hold words of their own.
func sectionNames() []string {
	return []string{"numbers", "hours", "closures", "services", "menus", "agents", "pauses", "queues", "callbacks", "voicemails", "texts", "surveys", "transfers", "codes", "prompts", "tests"}
}
