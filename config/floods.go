package config

import (
	"slices"

	"gopkg.in/yaml.v3"

	"hotline/number"
)

// Floods are how many calls of one caller are served like those of others.
type Floods struct {
	AtOnce       int
	InTenMinutes int
	Except       []number.Number // callers of whom any number are: companies with many lines behind one number
	Pos          Pos
}

// newFloods are those of a file that says nothing of them.
func newFloods(pos Pos) *Floods { return &Floods{AtOnce: 3, InTenMinutes: 10, Pos: pos} }

func (l *loader) readFloods(key, value *yaml.Node) {
	l.rules.Floods = *newFloods(l.pos(key))
	l.fields(key, value, words("floods", "floods"), nil, l.floodFields(&l.rules.Floods)...)
}

// floodFields are the words of floods.
func (l *loader) floodFields(f *Floods) []field {
	return []field{
		l.countField("at_once", &f.AtOnce, 1, 1000),
		l.countField("in_10m", &f.InTenMinutes, 1, 1000),
		ownField("except", listOf(simple(aNumber)), func(k, v *yaml.Node) {
			l.list(k, v, func(item *yaml.Node) {
				switch n, ok := l.number(item); {
				case !ok:
				case slices.Contains(f.Except, n):
					l.twice(item, l.pos(k), words("except", "except"), keepOne())
				default:
					f.Except = append(f.Except, n)
				}
			})
		}),
	}
}
