package config

import (
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// OpeningPos is the place of the word in the rules that says so: of a day, a closure, closed_on.
func (r *Rules) OpeningPos(o Opening, at time.Time) Pos {
	switch {
	case o.Hours == nil:
		return Pos{}
	case o.Closure != nil:
		return o.Closure.Pos
	case o.Holiday != (Words{}):
		return r.WordPos(o.Hours.Pos, "closed_on")
	}
	day := Wall(at)
	if o.Special {
		return r.WordPos(o.Hours.Pos, "special", day.Format(time.DateOnly))
	}
	return r.dayPos(o.Hours.Pos, day.Weekday())
}

// dayPos is the word of opening hours that a day of the week is in.
func (r *Rules) dayPos(hours Pos, day time.Weekday) Pos {
	w, _ := r.tree.below(hours, nil)
	for i := 0; w.value != nil && i+1 < len(w.value.Content); i += 2 {
		if list, ok := parseDays(w.value.Content[i].Value); ok && slices.Contains(list, day) {
			return r.tree.pos(w.value.Content[i])
		}
	}
	return hours
}

// A Place is what a message underlines: a word, and how many characters it takes on its line.
type Place struct {
	Pos   Pos
	Width int
}

// A tree is the files as they were read, so that whatever is said of the rules later can be said of the very word.
type tree struct {
	*reader
	top   *yaml.Node
	words map[Pos]word
}

// A word is a key with what stands behind it, or a value alone.
type word struct {
	node, value *yaml.Node
	in          *yaml.Node // the mapping that the key is in
}

func newTree(r *reader, top *yaml.Node) tree {
	t := tree{reader: r, top: top, words: make(map[Pos]word)}
	t.note(top)
	return t
}

func (t tree) note(n *yaml.Node) {
	for i := 0; i < len(n.Content); i++ {
		child := n.Content[i]
		if n.Kind == yaml.MappingNode {
			value := n.Content[i+1]
			t.words[t.pos(child)] = word{child, value, n}
			child, i = value, i+1
		}
		if child.Kind == yaml.ScalarNode {
			if at := t.pos(child); t.words[at].node == nil {
				t.words[at] = word{node: child}
			}
		}
		t.note(child)
	}
}

// below follows keys from the word at a place.
func (t tree) below(of Pos, path []string) (word, bool) {
	w, ok := t.words[of]
	for _, name := range path {
		if !ok || w.value == nil || w.value.Kind != yaml.MappingNode {
			return word{}, false
		}
		key := keyOf(w.value, name)
		w, ok = word{key, section(w.value, name), w.value}, key != nil
	}
	return w, ok
}

func (t tree) place(n *yaml.Node) Place { return Place{t.pos(n), width(n)} }

// At is the word at a place.
func (r *Rules) At(pos Pos) Place {
	if w, ok := r.tree.words[pos]; ok {
		return r.tree.place(w.node)
	}
	return Place{pos, 1}
}

// Key is a word below that at a place, such as ring below the name of a queue; when it is not written there, that at the
// place.
func (r *Rules) Key(of Pos, path ...string) Place {
	if w, ok := r.tree.below(of, path); ok {
		return r.tree.place(w.node)
	}
	return r.At(of)
}

// WordPos is where the Key begins.
func (r *Rules) WordPos(of Pos, path ...string) Pos { return r.Key(of, path...).Pos }

// Has says whether a word is written below that at a place.
func (r *Rules) Has(of Pos, path ...string) bool {
	_, ok := r.tree.below(of, path)
	return ok
}

// Value is the text behind the Key; the Key itself when there is no single text.
func (r *Rules) Value(of Pos, path ...string) Place {
	if w, ok := r.tree.below(of, path); ok && w.value != nil && w.value.Kind == yaml.ScalarNode {
		return r.tree.place(w.value)
	}
	return r.Key(of, path...)
}

// Beside is the text behind another word of the mapping in which that at the place is, such as skill beside queue.
func (r *Rules) Beside(of Pos, name string) Place {
	if w := r.tree.words[of]; w.in != nil {
		if value := section(w.in, name); value != nil {
			return r.tree.place(value)
		}
	}
	return r.At(of)
}

// Text is a text somewhere behind the Key; the Key itself when it is not there.
func (r *Rules) Text(text string, of Pos, path ...string) Place {
	if w, ok := r.tree.below(of, path); ok && w.value != nil {
		if n := find(w.value, text); n != nil {
			return r.tree.place(n)
		}
	}
	return r.Key(of, path...)
}

func find(n *yaml.Node, text string) *yaml.Node {
	if n.Kind == yaml.ScalarNode && (n.Value == text || strings.Join(strings.Fields(n.Value), "") == text) {
		return n
	}
	for _, child := range n.Content {
		if found := find(child, text); found != nil {
			return found
		}
	}
	return nil
}

// Section is a word at the top of the rules; their beginning when it is not written.
func (r *Rules) Section(name string) Place {
	if r.tree.top != nil {
		if key := keyOf(r.tree.top, name); key != nil {
			return r.tree.place(key)
		}
	}
	return Place{Pos: Pos{File: r.Source[0].Name}}
}

// EachText calls look with every text of the rules, words and values, in no order.
func (r *Rules) EachText(look func(at Place, text string)) {
	for _, w := range r.tree.words {
		look(r.tree.place(w.node), w.node.Value)
		if w.value != nil && w.value.Kind == yaml.ScalarNode {
			look(r.tree.place(w.value), w.value.Value)
		}
	}
}

// Problem makes a problem of something in these rules, for checks that need more than their form.
func (r *Rules) Problem(at Place, code string, title, why, fix Words) Problem {
	return Problem{Pos: at.Pos, Code: code, Title: title, Why: why, Fix: fix, Line: r.tree.line(at.Pos), Width: at.Width}
}
