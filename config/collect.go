package config

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// A Collection asks the caller to type digits.
type Collection struct {
	Into        string   // the value that they are kept as
	Play        []string // prompts, one after the other
	Least, Most int      // how many digits
	Tries       int
	Wait        time.Duration // for the next key
	Confirm     bool          // the digits are said, and can be typed anew
	Invalid     string        // the prompt after too few digits; "" = none
	Silent      string        // likewise after none
	Otherwise   []Step        // after the last try
	Pos         Pos
}

// Most digits that are collected: no number that people type is longer.
const mostDigits = 30

// newCollection is one of which the file says nothing.
func newCollection(pos Pos) *Collection {
	return &Collection{Least: 1, Most: mostDigits, Tries: 2, Wait: 5 * time.Second, Pos: pos}
}

// collectField is the word of a collection.
func (l *loader) collectField(steps *[]Step) field {
	return ownField("collect", mappingOf(func() []field { return l.collectFields(newCollection(Pos{})) }), func(k, v *yaml.Node) {
		c := newCollection(l.pos(k))
		l.fields(k, v, words("collect", "collect"), []string{"say", "end"}, l.collectFields(c)...)
		*steps = append(*steps, Step{Kind: Collect, Name: c.Into, Asks: c, Pos: l.pos(k)})
		if v.Kind == yaml.MappingNode && !l.has(v, "otherwise") {
			l.fail(k, "E402", words("ce collect n'a pas de « otherwise »", `this collect has no "otherwise"`),
				words("Qui ne tape rien, ou trop peu de chiffres, n'irait nulle part.", "Whoever types nothing, or too few digits, would go nowhere."),
				words("ajoutez par exemple otherwise: {queue: nom}.", "add for example otherwise: {queue: name}."))
		}
	})
}

// collectFields are the words of a collection.
func (l *loader) collectFields(c *Collection) []field {
	return []field{
		required(ownField("into", simple(aNewName), func(_, v *yaml.Node) {
			if name, ok := l.text("into", v); ok && l.isName(v) && l.putsValue(name, v) {
				c.Into = name
			}
		})),
		required(ownField("play", listOf(nameOf("prompt")), func(k, v *yaml.Node) {
			l.list(k, v, func(item *yaml.Node) {
				if name, ok := l.refer("play", "prompt", item); ok {
					c.Play = append(c.Play, name)
				}
			})
		})),
		required(ownField("digits", simple(someDigits), func(_, v *yaml.Node) { l.digits(c, v) })),
		l.countField("tries", &c.Tries, 1, 9),
		l.timeField("wait", &c.Wait, time.Second, time.Minute),
		l.boolField("confirm", &c.Confirm),
		l.refField("invalid", "prompt", &c.Invalid),
		l.refField("silent", "prompt", &c.Silent),
		needed(l.stepsField("otherwise", &c.Otherwise)),
	}
}

// digitsForm is how many digits are wanted: 6, or 4-8.
var digitsForm = regexp.MustCompile(`^ *([0-9]{1,2})(?: *- *([0-9]{1,2}))? *$`)

func (l *loader) digits(c *Collection, v *yaml.Node) {
	s, ok := l.text("digits", v)
	if !ok {
		return
	}
	m := digitsForm.FindStringSubmatch(s)
	if m != nil {
		c.Least, _ = strconv.Atoi(m[1]) // two digits
		c.Most = c.Least
		if m[2] != "" {
			c.Most, _ = strconv.Atoi(m[2])
		}
	}
	if m == nil || c.Least < 1 || c.Most < c.Least || c.Most > mostDigits {
		l.fail(v, "E134", words("digits : « %s » n'est pas un nombre de chiffres", `digits: "%s" is not a number of digits`, clip(s)),
			words("De 1 à %d chiffres, le plus petit nombre d'abord.", "From 1 to %d digits, the smaller number first.", mostDigits),
			words("écrivez par exemple 6, ou 4-8.", "write for example 6, or 4-8."))
	}
}

// Take takes a key: # ends what was typed, * begins it again, and the last digit that is wanted ends it by itself.
func (c *Collection) Take(typed string, key byte) (now string, ended bool) {
	switch {
	case key == '#':
		return typed, true
	case key == '*':
		return "", false
	}
	typed += string(rune(key))
	return typed, len(typed) >= c.Most
}

// Good reports whether what was typed has as many digits as wanted.
func (c *Collection) Good(typed string) bool { return len(typed) >= c.Least && len(typed) <= c.Most }

// DigitsText is how many digits are wanted, as the file says it.
func (c *Collection) DigitsText() string {
	if c.Least == c.Most {
		return strconv.Itoa(c.Least)
	}
	return strings.Join([]string{strconv.Itoa(c.Least), strconv.Itoa(c.Most)}, "-")
}
