package check

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"hotline/config"
)

// A place is what a problem underlines.
type place struct {
	pos   config.Pos
	width int
}

// places are the words of the source, by where they stand.
type places map[config.Pos]word

// A word is a key with what stands behind it, or a value alone.
type word struct {
	node, value *yaml.Node
	in          *yaml.Node // the mapping that the key is in
}

// words of the rules are looked up again in the source when there is something to say of them, so that the rules as
// values need not carry the place of each.
func (c *checker) read() places {
	if c.index != nil {
		return c.index
	}
	c.index = places{}
	for _, f := range c.rules.Source {
		var doc yaml.Node
		if yaml.Unmarshal(bytes.TrimPrefix(f.Data, []byte("\uFEFF")), &doc) == nil { // it has been read before
			c.index.note(f.Name, &doc)
		}
	}
	return c.index
}

func (p places) note(file string, n *yaml.Node) {
	at := func(n *yaml.Node) config.Pos { return config.Pos{File: file, Line: n.Line, Column: n.Column} }
	for i := 0; i < len(n.Content); i++ {
		child := n.Content[i]
		if n.Kind == yaml.MappingNode {
			value := n.Content[i+1]
			p[at(child)] = word{child, value, n}
			child, i = value, i+1
		}
		if _, taken := p[at(child)]; !taken && child.Kind == yaml.ScalarNode {
			p[at(child)] = word{node: child}
		}
		p.note(file, child)
	}
}

// at is the place of a word whose position is known.
func (c *checker) at(pos config.Pos) place {
	if w, ok := c.read()[pos]; ok {
		return place{pos, width(w.node)}
	}
	return place{pos, 1}
}

// key is the place of a word below another, such as ring below the name of a queue; when it is not written there, that of
// the name.
func (c *checker) key(of config.Pos, path ...string) place {
	if w, ok := c.below(of, path); ok {
		return place{config.Pos{File: of.File, Line: w.node.Line, Column: w.node.Column}, width(w.node)}
	}
	return c.at(of)
}

// value is the place of what stands behind a word below another.
func (c *checker) value(of config.Pos, path ...string) place {
	w, ok := c.below(of, path)
	if !ok || w.value.Kind != yaml.ScalarNode {
		return c.key(of, path...)
	}
	return place{config.Pos{File: of.File, Line: w.value.Line, Column: w.value.Column}, width(w.value)}
}

// says is the place of a text somewhere below a word; when it is not there, that of the word.
func (c *checker) says(text string, of config.Pos, path ...string) place {
	w, ok := c.below(of, path)
	if !ok {
		w = c.read()[of]
	}
	if n := find(w.value, text); n != nil {
		return place{config.Pos{File: of.File, Line: n.Line, Column: n.Column}, width(n)}
	}
	return c.key(of, path...)
}

// beside is the place of the text behind a word in the same mapping as another, such as skill beside queue.
func (c *checker) beside(of config.Pos, name string) place {
	w := c.read()[of]
	if value := section(w.in, name); value != nil {
		return place{config.Pos{File: of.File, Line: value.Line, Column: value.Column}, width(value)}
	}
	return c.at(of)
}

// section is the place of a word at the top of the rules.
func (c *checker) section(name string) place {
	best := place{pos: config.Pos{File: c.rules.Source[0].Name}}
	for pos, w := range c.read() {
		if w.value != nil && w.node.Value == name && pos.Column == 1 && (best.width == 0 || pos.Line < best.pos.Line && pos.File == best.pos.File) {
			best = place{pos, width(w.node)}
		}
	}
	return best
}

func (c *checker) below(of config.Pos, path []string) (word, bool) {
	w, ok := c.read()[of]
	for _, name := range path {
		if !ok {
			return word{}, false
		}
		in := w.value
		ok = false
		if key := keyOf(in, name); key >= 0 {
			w, ok = word{in.Content[key], in.Content[key+1], in}, true
		}
	}
	return w, ok
}

// keyOf says where in a mapping a word is, -1 when it is nowhere.
func keyOf(n *yaml.Node, name string) int {
	if n == nil || n.Kind != yaml.MappingNode {
		return -1
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return i
		}
	}
	return -1
}

// section returns what stands behind a word of a mapping.
func section(n *yaml.Node, name string) *yaml.Node {
	if i := keyOf(n, name); i >= 0 {
		return n.Content[i+1]
	}
	return nil
}

func find(n *yaml.Node, text string) *yaml.Node {
	if n == nil || n.Kind == yaml.ScalarNode && (n.Value == text || strings.Join(strings.Fields(n.Value), "") == text) {
		return n
	}
	for _, child := range n.Content {
		if found := find(child, text); found != nil {
			return found
		}
	}
	return nil
}

// width is how many characters a word takes on its line.
func width(n *yaml.Node) int {
	if n.Kind != yaml.ScalarNode || n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return 1
	}
	w := utf8.RuneCountInString(n.Value)
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		w += 2
	}
	return max(w, 1)
}
