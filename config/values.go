package config

import (
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// The values that every call has, beside those that steps put: what {name} in a text says.
const (
	ValueName    = "name"    // of the caller, from the contacts
	ValueAgent   = "agent"   // who talked with the caller last
	ValueCompany = "company" // ours
	ValueCaller  = "caller"  // the caller's number
	ValueNumber  = "number"  // the number that was called
)

func builtInValues() []string {
	return []string{ValueName, ValueAgent, ValueCompany, ValueCaller, ValueNumber}
}

// slotForm is a value in a text.
var slotForm = regexp.MustCompile(`\{([^{}]*)\}`)

// SlotsOf are the names of the values in a text, in their order.
func SlotsOf(text string) (names []string) {
	for _, m := range slotForm.FindAllStringSubmatch(text, -1) {
		names = append(names, strings.TrimSpace(m[1]))
	}
	return names
}

// Fill puts values into a text.
func Fill(text string, value func(name string) string) string {
	return slotForm.ReplaceAllStringFunc(text, func(slot string) string { return value(strings.TrimSpace(slot[1 : len(slot)-1])) })
}

// A valueUse is a place of the file that reads a value.
type valueUse struct {
	name string
	node *yaml.Node
}

// putsValue reads the name under which a step puts a value.
func (l *loader) putsValue(name string, n *yaml.Node) bool {
	if slices.Contains(builtInValues(), name) {
		l.fail(n, "E132", words("« %s » est déjà une valeur de chaque appel", `"%s" is a value of every call already`, name),
			words("Chaque appel a %s.", "Every call has %s.", strings.Join(builtInValues(), ", ")),
			words("choisissez un autre nom.", "choose another name."))
		return false
	}
	l.puts[name] = true
	return true
}

// usesValue notes that a value is read, to be looked up when the whole file is.
func (l *loader) usesValue(name string, n *yaml.Node) { l.uses = append(l.uses, &valueUse{name, n}) }

// checkValues looks up every value that the file reads.
func (l *loader) checkValues() {
	known := append(keys(l.puts), builtInValues()...)
	told := map[string]bool{}
	for _, use := range l.uses {
		if slices.Contains(known, use.name) || told[use.name] {
			continue
		}
		told[use.name] = true
		fix := words("ajoutez par exemple {collect: {into: %s, ...}} ou {set: {%s: valeur}}.", "add for example {collect: {into: %s, ...}} or {set: {%s: value}}.", clip(use.name), clip(use.name))
		if hint := l.nearest(use.name, known); hint != "" {
			fix = words("écrivez %s.", "write %s.", hint)
		}
		l.fail(use.node, "E131", words("la valeur « %s » n'est mise nulle part", `the value "%s" is put nowhere`, clip(use.name)),
			words("Une valeur vient de collect, set ou webhook ; chaque appel a aussi %s.", "A value comes from collect, set or webhook; every call also has %s.", strings.Join(builtInValues(), ", ")), fix)
	}
}

// sayField is the word of a text that the step itself says: one for the first language, or one for each.
func (l *loader) sayField(steps *[]Step) field {
	return ownField("say", eitherOf(simple(aText), entriesOf(aLanguage, simple(aText))), func(k, v *yaml.Node) {
		p := l.inLanguages("say", k, v)
		l.rules.says = append(l.rules.says, p)
		*steps = append(*steps, Step{Kind: Say, Says: p, Pos: l.pos(k)})
	})
}

// inLanguages reads a text with values in it: one for the first language, or one for each.
func (l *loader) inLanguages(name string, k, v *yaml.Node) *Prompt {
	p := &Prompt{Name: name, Files: make(map[string]string), Texts: make(map[string]string), At: make(map[string]Pos), Pos: l.pos(k), Filled: true}
	if v.Kind == yaml.ScalarNode {
		l.saidIn(p, l.rules.Languages[0], v)
		for _, lang := range l.rules.Languages[1:] {
			l.lacks(p, k, lang)
		}
		return p
	}
	var known []field
	for _, lang := range l.rules.Languages {
		known = append(known, ownField(lang, simple(aText), func(_, v *yaml.Node) { l.saidIn(p, lang, v) }))
	}
	foreign := l.foreignLanguages(k, v)
	l.fields(k, v, words("%s", "%s", name), nil, append(known, foreign...)...)
	if v.Kind == yaml.MappingNode {
		l.checkLanguages(p, k, v, len(foreign) > 0)
	}
	return p
}

// saidIn reads the text of a language, with the values in it.
func (l *loader) saidIn(p *Prompt, lang string, v *yaml.Node) {
	l.spoken(p, lang, v)
	for _, name := range SlotsOf(v.Value) {
		l.usesValue(name, v)
	}
	if rest := slotForm.ReplaceAllString(v.Value, ""); strings.ContainsAny(rest, "{}") {
		l.fail(v, "E133", words("une accolade est seule dans ce texte", "a brace is alone in this text"),
			words("Une valeur s'écrit entre deux accolades : {dossier}.", "A value is written between two braces: {dossier}."),
			words("fermez-la, ou enlevez-la.", "close it, or remove it."))
	}
}

// setField is the word of values that are put.
func (l *loader) setField(steps *[]Step) field {
	return ownField("set", entriesOf(aNewName, simple(aText)), func(k, v *yaml.Node) {
		s := Step{Kind: Set, Values: make(map[string]string), Pos: l.pos(k)}
		l.named(v, words("set", "set"), func(k, v *yaml.Node) {
			if text, ok := l.text(k.Value, v); ok && l.putsValue(k.Value, k) {
				s.Values[k.Value] = strings.TrimSpace(text)
			}
		})
		*steps = append(*steps, s)
	})
}
