package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

var (
	durationForm  = regexp.MustCompile(`^(\d{1,4}h)?(\d{1,5}m)?(\d{1,6}s)?$`)
	durationMeant = regexp.MustCompile(`(?i)^(\d{1,4}) ?(s|secs?|secondes?|seconds?|m|mn|mins?|minutes?|h|heures?|hours?|)\.?$`)
)

// A field is one word that a mapping may have. Its read is called with the word and what stands behind it.
type field struct {
	name   string
	must   bool // the mapping is incomplete without it
	read   func(key, value *yaml.Node)
	shape  valueShape // what may stand behind the word
	needed bool       // the mapping is incomplete without it, which is not complained of where fields are read
	later  bool       // no call meets it yet
}

// fields reads a mapping whose words are known. later are the words that a coming version will know: they are refused as
// honestly as unknown ones, but with another reason. A word that is missing is reported at the node at.
func (r *reader) fields(at, n *yaml.Node, where Words, later []string, known ...field) {
	if !r.isMapping(n, where) {
		return
	}
	joinDecimals(n)
	seen := make(map[string]*yaml.Node)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if !r.isKey(key, where) || r.isTwice(key, seen[key.Value], where) {
			continue
		}
		seen[key.Value] = key
		at := slices.IndexFunc(known, func(f field) bool { return f.name == key.Value })
		switch {
		case at < 0 && slices.Contains(later, key.Value):
			r.notYet(key, where)
		case at < 0:
			if meant := r.unknownKey(n, key, where, later, known); meant != nil && !isNull(value) {
				r.take(*meant, key, value)
			}
		case r.isEmpty(key, value):
		default:
			known[at].read(key, value)
		}
	}
	for _, f := range known {
		if f.must && !r.has(n, f.name) {
			r.fail(at, "E105", words("il manque « %s » dans %s", `"%s" is missing in %s`, f.name, where), Words{},
				words("ajoutez %s: et sa valeur.", "add %s: and its value.", f.name))
		}
	}
}

// entries reads a mapping whose words the author of the file chose, such as the names of queues.
func (r *reader) entries(n *yaml.Node, where Words, read func(key, value *yaml.Node)) {
	if !r.isMapping(n, where) {
		return
	}
	seen := make(map[string]*yaml.Node)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if !r.isKey(key, where) {
			continue
		}
		if first := seen[key.Value]; first != nil {
			fix := words("gardez-en un, ou donnez-lui un autre nom.", "keep one of them, or give it another name.")
			if len(key.Value) == 1 && isDigitKey(key.Value[0]) {
				fix = words("gardez-en un, ou écrivez une autre touche.", "keep one of them, or write another key.")
			}
			r.twice(key, r.pos(first), where, fix)
			continue
		}
		seen[key.Value] = key
		r.said[where.EN+"/"+key.Value] = true
		if !r.isEmpty(key, value) {
			read(key, value)
		}
	}
}

// named is entries for names that other parts of the file refer to.
func (r *reader) named(n *yaml.Node, where Words, read func(key, value *yaml.Node)) {
	r.entries(n, where, func(key, value *yaml.Node) {
		if r.isName(key) {
			read(key, value)
		}
	})
}

// list calls read for each item; a single item may stand without the brackets.
func (r *reader) list(key, n *yaml.Node, read func(item *yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		read(n)
		return
	}
	if len(n.Content) == 0 {
		r.empties(key)
		return
	}
	for _, item := range n.Content {
		if isNull(item) {
			r.fail(item, "E015", words("un élément de la liste est vide", "an item of the list is empty"), Words{},
				words("écrivez quelque chose ou enlevez-le.", "write something or remove it."))
			continue
		}
		read(item)
	}
}

func (r *reader) isMapping(n *yaml.Node, where Words) bool {
	if n.Kind == yaml.MappingNode {
		return true
	}
	fix := words("écrivez des lignes « mot: valeur ».", `write lines "word: value".`)
	if n.Kind == yaml.ScalarNode && strings.Contains(n.Value, ":") {
		fix = words("mettez un espace après « : ».", `put a space behind ":".`)
	}
	r.fail(n, "E104", words("%s : il faut des mots et leurs valeurs", "%s: words and their values are needed", where), Words{}, fix)
	return false
}

func (r *reader) isKey(key *yaml.Node, where Words) bool {
	if key.Kind == yaml.ScalarNode && key.Value != "" && (key.Tag != "!!null" || key.Value != "~") && key.Value != "<<" {
		return true
	}
	r.fail(key, "E104", words("il faut un mot avant « : » dans %s", `a word is needed before ":" in %s`, where), Words{},
		words("écrivez un mot simple, puis « : ».", `write a plain word, then ":".`))
	return false
}

func (r *reader) isTwice(key, first *yaml.Node, where Words) bool {
	if first == nil {
		return false
	}
	r.twice(key, r.pos(first), where, keepOne())
	return true
}

func keepOne() Words { return words("gardez-en un.", "keep one of them.") }

func (r *reader) twice(key *yaml.Node, first Pos, where, fix Words) {
	if key == nil { // its word is misspelt, as in fail
		return
	}
	title := words("« %s » est deux fois dans %s", `"%s" is twice in %s`, key.Value, where)
	if r.pos(key).File != first.File {
		title = words("« %s » est aussi dans un autre fichier", `"%s" is in another file, too`, key.Value)
	}
	r.fail(key, "E102", title,
		words("Il est déjà là (%s) ; un seul des deux compterait.", "It is already there (%s); only one of them would count.", first.InTextOf(r.pos(key))), fix)
}

func (r *reader) isEmpty(key, value *yaml.Node) bool {
	if isNull(value) {
		r.empties(key)
	}
	return isNull(value)
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func (r *reader) empties(key *yaml.Node) {
	r.fail(key, "E015", words("rien après « %s: »", `nothing behind "%s:"`, key.Value),
		words("Si la valeur est sur les lignes suivantes, elles doivent commencer plus à droite.",
			"If the value is on the lines below, they have to start further to the right."),
		words("écrivez une valeur, ou enlevez la ligne.", "write a value, or remove the line."))
}

func (r *reader) notYet(key *yaml.Node, where Words) {
	r.fail(key, "E103", words("« %s » n'existe pas encore dans cette version", `"%s" is not in this version yet`, key.Value),
		words("Dans %s, le mot est juste, mais cette version de hotline ne sait pas encore le faire ; l'ignorer vous tromperait.",
			"In %s the word is right, but this version of hotline cannot do it yet; to ignore it would deceive you.", where),
		words("enlevez-le pour l'instant.", "remove it for now."))
}

// take reads what stands behind a misspelt word as what was meant by it, so that what refers to it is not complained of,
// too. What is wrong with the value itself may come of the guess, and waits until the word is right.
func (r *reader) take(meant field, key, value *yaml.Node) {
	before := len(r.problems)
	meant.read(key, value)
	guessed := slices.DeleteFunc(slices.Clone(r.problems[before:]), func(p Problem) bool { return p.Pos == r.pos(value) || p.Pos == r.pos(key) })
	r.problems = append(r.problems[:before], guessed...)
}

// unknownKey refuses a word, and returns the field that was meant by it, unless that is written, too.
func (r *reader) unknownKey(n, key *yaml.Node, where Words, later []string, known []field) *field {
	names := make([]string, 0, len(known)+len(later))
	for _, f := range known {
		names = append(names, f.name)
	}
	fix := words("les mots possibles sont %s.", "the possible words are %s.", strings.Join(names, ", "))
	meant := -1
	if hint := r.nearest(key.Value, append(names, later...)); hint != "" {
		if !r.has(n, hint) {
			meant = slices.Index(names[:len(known)], hint)
		}
		r.meant[n] = append(r.meant[n], hint)
		fix = words("écrivez %s.", "write %s.", hint)
	} else if homes := r.homesOf(key.Value); homes != "" {
		fix = words("ce mot va dans %s ; ici, %s", "this word goes into %s; here, %s", homes, fix)
	}
	r.fail(key, "E101", words("mot inconnu « %s » dans %s", `unknown word "%s" in %s`, clip(key.Value), where), Words{}, fix)
	if meant < 0 {
		return nil
	}
	return &known[meant]
}

// homesOf names the sections in which a word may be.
func (r *reader) homesOf(word string) string {
	if r.homes == nil || len(r.problems) >= enough {
		return ""
	}
	return strings.Join(r.homes(word), ", ")
}

// has reports whether a mapping has the word at all, be it with an empty value or in a spelling already complained of.
func (r *reader) has(n *yaml.Node, name string) bool {
	if n.Kind != yaml.MappingNode {
		return false
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return true
		}
	}
	return slices.Contains(r.meant[n], name)
}

// text returns a value that must be one text.
func (r *reader) text(key string, n *yaml.Node) (string, bool) {
	if n.Kind == yaml.ScalarNode && strings.TrimSpace(n.Value) != "" && n.Tag != "!!null" {
		return n.Value, true
	}
	if n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
		r.fail(n, "E104", words("%s : le texte est vide", "%s: the text is empty", key), Words{},
			words("écrivez quelque chose entre les guillemets, ou enlevez-le.", "write something between the quotes, or remove it."))
		return "", false
	}
	fix := words("écrivez une seule valeur, sans crochets ni accolades.", "write one value, without brackets or braces.")
	r.fail(n, "E104", words("%s : il faut un seul texte", "%s: one text is needed", key), Words{}, fix)
	return "", false
}

// oneOf returns a value that must be one of a few words.
func (r *reader) oneOf(key string, n *yaml.Node, choices ...string) (string, bool) {
	s, ok := r.text(key, n)
	if !ok {
		return "", false
	}
	if slices.Contains(choices, s) {
		return s, true
	}
	fix := words("choisissez parmi %s.", "choose among %s.", strings.Join(choices, ", "))
	if hint := r.nearest(s, choices); hint != "" {
		fix = words("écrivez %s.", "write %s.", hint)
	}
	r.fail(n, "E107", words("« %s » n'est pas une valeur de %s", `"%s" is not a value of %s`, clip(s), key), Words{}, fix)
	return "", false
}

// count returns a whole number between two limits.
func (r *reader) count(key string, n *yaml.Node, low, high int) (int, bool) {
	s, ok := r.text(key, n)
	if !ok {
		return 0, false
	}
	v, err := strconv.Atoi(s)
	if err != nil || v < low || v > high || strconv.Itoa(v) != s {
		r.fail(n, "E303", words("%s : « %s » n'est pas un nombre de %d à %d", `%s: "%s" is not a number from %d to %d`, key, clip(s), low, high),
			Words{}, words("écrivez un nombre entier entre les deux.", "write a whole number between them."))
		return 0, false
	}
	return v, true
}

// A unitOfTime is how a length of time is written: by the minute or by the day.
type unitOfTime struct {
	parse   func(string) (time.Duration, error)
	example Words               // of what to write
	hint    func(string) string // what was meant, "" when that cannot be told
	rule    Words               // how it is written
	spell   func(time.Duration) string
}

func minutely() unitOfTime {
	return unitOfTime{
		parse: parseDuration, hint: durationHint, spell: Spell,
		example: Words{"écrivez par exemple 30s, 3m ou 1h30m.", "write for example 30s, 3m or 1h30m."},
		rule: Words{"Une durée est un nombre et son unité, sans espace : s (secondes), m (minutes), h (heures).",
			"A length of time is a number and its unit, without a space: s (seconds), m (minutes), h (hours)."},
	}
}

// duration returns a time such as 30s, 3m or 1h30m, between two limits.
func (r *reader) duration(key string, n *yaml.Node, low, high time.Duration) (time.Duration, bool) {
	return r.length(key, n, low, high, minutely())
}

// length returns a length of time between two limits.
func (r *reader) length(key string, n *yaml.Node, low, high time.Duration, unit unitOfTime) (time.Duration, bool) {
	s, ok := r.text(key, n)
	if !ok {
		return 0, false
	}
	d, err := unit.parse(s)
	switch {
	case err != nil:
		fix := unit.example
		if hint := unit.hint(s); hint != "" {
			fix = words("écrivez %s.", "write %s.", hint)
		}
		r.fail(n, "E301", words("%s : « %s » n'est pas une durée", `%s: "%s" is not a length of time`, key, clip(s)), unit.rule, fix)
		return 0, false
	case d < low || d > high:
		r.fail(n, "E303", words("%s : %s est hors limites", "%s: %s is out of range", key, s), Words{},
			words("écrivez une durée de %s à %s.", "write a length of time from %s to %s.", unit.spell(low), unit.spell(high)))
		return 0, false
	}
	return d, true
}

// parseDuration reads what time.ParseDuration reads, less what would surprise: signs, fractions and tiny units.
func parseDuration(s string) (time.Duration, error) {
	if s == "" || !durationForm.MatchString(s) {
		return 0, fmt.Errorf("%q is not a length of time", s)
	}
	return time.ParseDuration(s)
}

func durationHint(s string) string {
	m := durationMeant.FindStringSubmatch(s)
	switch {
	case m == nil:
		return ""
	case m[2] == "":
		return m[1] + "s"
	}
	return m[1] + strings.ToLower(m[2][:1])
}

// Spell writes a length of time as the rules do: 1h30m.
func Spell(d time.Duration) string {
	s := d.String()
	if short, ok := strings.CutSuffix(s, "m0s"); ok {
		s = short + "m"
	}
	if short, ok := strings.CutSuffix(s, "h0m"); ok {
		s = short + "h"
	}
	return s
}

// isName reports whether a name can be referred to, logged and stored without quoting.
func (r *reader) isName(n *yaml.Node) bool {
	ok := utf8.RuneCountInString(n.Value) <= 64
	for _, c := range n.Value {
		ok = ok && (unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) || c == '_' || c == '-')
	}
	if !ok {
		r.fail(n, "E106", words("« %s » ne peut pas être un nom", `"%s" cannot be a name`, clip(n.Value)),
			words("Un nom a au plus 64 caractères : lettres, chiffres, « _ » et « - ».", `A name has at most 64 characters: letters, digits, "_" and "-".`),
			words("choisissez un nom sans espace ni autre signe.", "choose a name without spaces or other signs."))
	}
	return ok
}

// clip keeps a message readable when the text in it is long.
func clip(s string) string {
	const most = 30
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return s
}
