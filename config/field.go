package config

import (
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// The fields below read one value each into a variable, which keeps its default when the word is not written.

// textField is a field that holds a text.
func (l *loader) textField(name string, into *string) field {
	return field{name: name, read: func(_, v *yaml.Node) {
		if text, ok := l.text(name, v); ok {
			*into = strings.TrimSpace(text)
		}
	}}
}

// timeField is a field that holds a length of time.
func (l *loader) timeField(name string, into *time.Duration, low, high time.Duration) field {
	return field{name: name, read: func(_, v *yaml.Node) {
		if d, ok := l.duration(name, v, low, high); ok {
			*into = d
		}
	}}
}

// countField is a field that holds a whole number.
func (l *loader) countField(name string, into *int, low, high int) field {
	return field{name: name, read: func(_, v *yaml.Node) {
		if n, ok := l.count(name, v, low, high); ok {
			*into = n
		}
	}}
}

// choiceField is a field that holds one of a few words.
func (l *loader) choiceField(name string, into *string, choices ...string) field {
	return field{name: name, read: func(_, v *yaml.Node) {
		if s, ok := l.oneOf(name, v, choices...); ok {
			*into = s
		}
	}}
}

// stepsField is a field that holds one step or a list of steps.
func (l *loader) stepsField(name string, into *[]Step) field {
	return field{name: name, read: func(k, v *yaml.Node) { *into = l.steps(k, v) }}
}

// required makes a field one without which its mapping is incomplete.
func required(f field) field {
	f.must = true
	return f
}

// boolField is a field that holds true or false.
func (l *loader) boolField(name string, into *bool) field {
	return field{name: name, read: func(_, v *yaml.Node) {
		if s, ok := l.oneOf(name, v, "true", "false"); ok {
			*into = s == "true"
		}
	}}
}

// longField is a field that holds a length of time that may be days or years.
func (l *loader) longField(name string, into *time.Duration, low, high time.Duration) field {
	return field{name: name, read: func(_, v *yaml.Node) {
		if d, ok := l.longDuration(name, v, low, high); ok {
			*into = d
		}
	}}
}

// moneyField is a field that holds an amount, in micro-euro.
func (l *loader) moneyField(name string, into *int64) field {
	return field{name: name, read: func(_, v *yaml.Node) {
		if amount, ok := l.money(name, v); ok {
			*into = amount
		}
	}}
}

// refField is a field that names something which the file has to have.
func (l *loader) refField(name, kind string, into *string) field {
	return field{name: name, read: func(_, v *yaml.Node) {
		if to, ok := l.refer(kind, v); ok {
			*into = to
		}
	}}
}

// refsField is a field that holds one name, or a list of names, of things that the file has to have. where says what it
// belongs to.
func (l *loader) refsField(name, kind string, where Words, into *[]string) field {
	return field{name: name, read: func(k, v *yaml.Node) {
		l.list(k, v, func(item *yaml.Node) {
			to, ok := l.refer(kind, item)
			switch {
			case !ok:
			case slices.Contains(*into, to):
				l.twice(item, l.pos(k), where)
			default:
				*into = append(*into, to)
			}
		})
	}}
}

// hoursField is a field that names hours, or always, which is "".
func (l *loader) hoursField(into *string) field {
	return field{name: "hours", read: func(_, v *yaml.Node) {
		if name, ok := l.text("hours", v); ok && name != always {
			*into, _ = l.refer("hours", v)
		}
	}}
}
