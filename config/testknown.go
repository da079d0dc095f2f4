package config

import (
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// A TestKnown is what the company knows of the caller of a test.
type TestKnown struct {
	Name     string
	Language string
	Group    []string
	Agent    string        // who talked with the caller last
	Talked   time.Duration // how long before the call
	Calls    int           // in the 30 days before the call
	Missed   bool          // is to be called back
}

// Contact reports whether the caller is in the contacts.
func (k TestKnown) Contact() bool { return k.Name != "" || k.Language != "" || len(k.Group) > 0 }

// knownField is the word of what is known of the caller of a test.
func (l *loader) knownField(into *TestKnown) field {
	return ownField("known", mappingOf(func() []field { return l.knownFields(&TestKnown{}) }), func(k, v *yaml.Node) {
		l.fields(k, v, words("known", "known"), nil, l.knownFields(into)...)
	})
}

func (l *loader) knownFields(k *TestKnown) []field {
	return []field{
		l.textField("name", &k.Name),
		l.refField("language", "language", &k.Language),
		l.groupsField(&k.Group),
		l.refField("agent", "agent", &k.Agent),
		l.longField("talked", &k.Talked, time.Minute, 10*aYear),
		l.countField("calls", &k.Calls, 1, 1000),
		l.boolField("missed", &k.Missed),
	}
}

// groupsField is a field that holds one group of contacts, or a list of them.
func (l *loader) groupsField(into *[]string) field {
	return ownField("group", listOf(simple(aNewName)), func(k, v *yaml.Node) {
		l.list(k, v, func(item *yaml.Node) {
			if name, ok := l.text("group", item); ok && l.isName(item) {
				*into = append(*into, name)
			}
		})
	})
}

// ReadKnown reads what is known of a caller as a command line says it: group=vip,calls=3,missed. A word alone that is none of
// the words of a test is a group.
func ReadKnown(rules *Rules, text string) (TestKnown, Problems) {
	var k TestKnown
	l := &loader{reader: newReader("--known"), rules: *rules}
	l.lines = []string{text}
	fields := l.knownFields(&k)
	whole := &yaml.Node{Kind: yaml.MappingNode, Line: 1, Column: 1}
	for part := range strings.SplitSeq(text, ",") {
		word, value, said := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case said:
		case word == "missed":
			value = "true"
		default:
			word, value = "group", word
		}
		node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value, Line: 1, Column: 1}
		if groups := section(whole, word); word == "group" && groups != nil {
			groups.Content = append(groups.Content, node)
			continue
		}
		if word == "group" {
			node = &yaml.Node{Kind: yaml.SequenceNode, Line: 1, Column: 1, Content: []*yaml.Node{node}}
		}
		whole.Content = append(whole.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: word, Line: 1, Column: 1}, node)
	}
	l.fields(whole, whole, words("--known", "--known"), nil, fields...)
	l.checkReferences(whole)
	return k, l.problems.Sorted()
}
