package config

import (
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// The fields below read one value each into a variable, which keeps its default when the word is not written.

// ownField is a field that is read in a way of its own.
func ownField(name string, s valueShape, read func(key, value *yaml.Node)) field {
	return field{name: name, shape: s, read: read}
}

// textField is a field that holds a text.
func (l *loader) textField(name string, into *string) field {
	return ownField(name, simple(aText), func(_, v *yaml.Node) {
		if text, ok := l.text(name, v); ok {
			*into = strings.TrimSpace(text)
		}
	})
}

// timeField is a field that holds a length of time.
func (l *loader) timeField(name string, into *time.Duration, low, high time.Duration) field {
	return ownField(name, valueShape{form: aTime, low: low, high: high, into: into}, func(_, v *yaml.Node) {
		if d, ok := l.duration(name, v, low, high); ok {
			*into = d
		}
	})
}

// countField is a field that holds a whole number.
func (l *loader) countField(name string, into *int, low, high int) field {
	s := countShape(low, high)
	s.into = into
	return ownField(name, s, func(_, v *yaml.Node) {
		if n, ok := l.count(name, v, low, high); ok {
			*into = n
		}
	})
}

// choiceField is a field that holds one of a few words.
func (l *loader) choiceField(name string, into *string, choices ...string) field {
	return ownField(name, valueShape{form: aChoice, choices: choices, into: into}, func(_, v *yaml.Node) {
		if s, ok := l.oneOf(name, v, choices...); ok {
			*into = s
		}
	})
}

// stepsField is a field that holds one step or a list of steps.
func (l *loader) stepsField(name string, into *[]Step) field {
	return ownField(name, simple(someSteps), func(k, v *yaml.Node) { *into = l.steps(k, v) })
}

// pricesField is a field that holds a price with its changes.
func (l *loader) pricesField(name string, into *Prices, others ...string) field {
	dated := mappingOf(func() []field { return l.datedFields(name, new(DatedPrice), others...) })
	dated.about = pricePath
	return ownField(name, listOf(eitherOf(priceShape(others...), dated)), func(k, v *yaml.Node) { *into = l.prices(name, k, v, others...) })
}

// mappingField is a field that holds words of its own.
func (l *loader) mappingField(name string, fields ...field) field {
	return ownField(name, mappingOf(func() []field { return fields }), func(k, v *yaml.Node) {
		l.fields(k, v, words("%s", "%s", name), nil, fields...)
	})
}

// required makes a field one without which its mapping is incomplete.
func required(f field) field {
	f.must = true
	return f
}

// needed is required, with a complaint of its own where it is missing.
func needed(f field) field {
	f.needed = true
	return f
}

// coming is a word that is read and checked, and that no call follows yet.
func coming(f field) field {
	f.later = true
	return f
}

// boolField is a field that holds true or false.
func (l *loader) boolField(name string, into *bool) field {
	return ownField(name, oneWordOf("true", "false"), func(_, v *yaml.Node) {
		for word, spellings := range map[string][]string{"true": {"oui", "yes", "vrai", "on", "o", "y"}, "false": {"non", "no", "faux", "off", "n"}} {
			if slices.Contains(spellings, Fold(v.Value)) {
				l.fail(v, "E107", words("« %s » n'est pas une valeur de %s", `"%s" is not a value of %s`, v.Value, name), Words{},
					words("écrivez %s.", "write %s.", word))
				return
			}
		}
		if s, ok := l.oneOf(name, v, "true", "false"); ok {
			*into = s == "true"
		}
	})
}

// longField is a field that holds a length of time that may be days or years.
func (l *loader) longField(name string, into *time.Duration, low, high time.Duration) field {
	return ownField(name, valueShape{form: aLongTime, low: low, high: high, into: into}, func(_, v *yaml.Node) {
		if d, ok := l.longDuration(name, v, low, high); ok {
			*into = d
		}
	})
}

// moneyField is a field that holds an amount, in micro-euro.
func (l *loader) moneyField(name string, into *int64) field {
	return ownField(name, simple(anAmount), func(_, v *yaml.Node) {
		if amount, ok := l.money(name, v); ok {
			*into = amount
		}
	})
}

// refField is a field that names something which the file has to have.
func (l *loader) refField(name, kind string, into *string) field {
	return ownField(name, nameOf(kind), func(_, v *yaml.Node) {
		if to, ok := l.refer(name, kind, v); ok {
			*into = to
		}
	})
}

// refsField is a field that holds one name, or a list of names, of things that the file has to have. where says what it
// belongs to.
func (l *loader) refsField(name, kind string, where Words, into *[]string) field {
	return ownField(name, listOf(nameOf(kind)), func(k, v *yaml.Node) {
		named := make(map[string]bool)
		l.list(k, v, func(item *yaml.Node) {
			to, ok := l.refer(name, kind, item)
			switch {
			case !ok:
			case named[to]:
				l.twice(item, l.pos(k), where)
			default:
				named[to] = true
				*into = append(*into, to)
			}
		})
	})
}

// hoursField is a field that names hours, or always, which is "".
func (l *loader) hoursField(into *string) field {
	return ownField("hours", eitherOf(nameOf("hours"), oneWordOf(always)), func(_, v *yaml.Node) {
		if name, ok := l.text("hours", v); ok && name != always {
			*into, _ = l.refer("hours", "hours", v)
		}
	})
}
