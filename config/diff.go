package config

import (
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"hotline/number"
)

// A ChangeKind says what has become of something in the rules.
type ChangeKind int

// What can become of it.
const (
	Changed ChangeKind = iota
	Added
	Removed
)

// A Change is one difference between two versions of the rules.
type Change struct {
	Kind       ChangeKind
	Path       []string // queues, sav, wrap_up: as the file writes them
	Was, Now   string   // as the file would write it in one line; "" for what is too long to show
	Gone, Come []string // of a list: what it no longer has, and what it has more
	Pos        Pos      // in the new version; in the old one of what was removed
}

// Diff returns the differences in meaning, in the order of the new version. Comments, quotes, the order of words and the way in which a
// length of time or a number is written are none. A source that is not YAML differs in nothing that can be told.
func Diff(old, new Source) []Change {
	before, ok := newSide(old)
	after, okToo := newSide(new)
	if !ok || !okToo {
		return nil
	}
	d := differ{before: before, after: after}
	d.mapping(nil, before.top, after.top)
	return d.changes
}

// A side is one of the two versions that are compared.
type side struct {
	*loader
	top *yaml.Node
}

func newSide(source Source) (side, bool) {
	if len(source) == 0 {
		return side{}, false
	}
	l := &loader{reader: newReader(source[0].Name)}
	top := l.merge(source)
	return side{l, top}, top != nil && top.Kind == yaml.MappingNode
}

type differ struct {
	before, after side
	changes       []Change
}

// mapping compares words and what stands behind them. What was removed comes where it stood.
func (d *differ) mapping(path []string, old, new *yaml.Node) {
	inOld, inNew := indexOf(old), indexOf(new)
	told := 0 // words of old up to here
	removed := func(upTo int) {
		for ; told < upTo; told += 2 {
			if key := old.Content[told]; inNew.at(key) < 0 {
				d.add(Change{Kind: Removed, Path: deeper(path, key.Value), Was: inline(old.Content[told+1]), Pos: d.before.pos(key)})
			}
		}
	}
	for i := 0; i+1 < len(new.Content); i += 2 {
		key, value := new.Content[i], new.Content[i+1]
		at := inOld.at(key)
		if at < 0 {
			d.add(Change{Kind: Added, Path: deeper(path, key.Value), Now: inline(value), Pos: d.after.pos(key)})
			continue
		}
		removed(at)
		d.value(deeper(path, key.Value), key, old.Content[at+1], value)
	}
	removed(len(old.Content))
}

// value compares what stands behind a word.
func (d *differ) value(path []string, key, old, new *yaml.Node) {
	old, new = alone(old), alone(new)
	switch {
	case sameNode(old, new):
	case old.Kind == yaml.MappingNode && new.Kind == yaml.MappingNode && (len(path) == 1 || share(old, new)):
		d.mapping(path, old, new)
	case titled(old) && titled(new):
		d.titles(path, key, old, new)
	case old.Kind == yaml.SequenceNode && new.Kind == yaml.SequenceNode && len(old.Content) == len(new.Content) && (inline(old) == "" || inline(new) == ""):
		for i, item := range new.Content { // too long to show: what has changed inside
			d.value(deeper(path, strconv.Itoa(i+1)), item, old.Content[i], item)
		}
	default:
		c := Change{Path: path, Was: inline(old), Now: inline(new), Pos: d.after.pos(key)}
		if plain(old) && plain(new) && (old.Kind == yaml.SequenceNode || new.Kind == yaml.SequenceNode) {
			c.Gone, c.Come = without(old, new), without(new, old)
		}
		d.add(c)
	}
}

// titles compares lists whose items have names of their own, such as tests.
func (d *differ) titles(path []string, key, old, new *yaml.Node) {
	if was, now := titlesOf(old, new), titlesOf(new, old); path[0] != "tests" && !slices.Equal(was, now) { // tests have no order
		d.add(Change{Path: path, Was: "[" + strings.Join(was, ", ") + "]", Now: "[" + strings.Join(now, ", ") + "]", Pos: d.after.pos(key)})
	}
	for _, item := range new.Content {
		if before := titledAs(old, title(item)); before != nil {
			d.mapping(deeper(path, title(item)), before, item)
			continue
		}
		d.add(Change{Kind: Added, Path: deeper(path, title(item)), Pos: d.after.pos(item)})
	}
	for _, item := range old.Content {
		if titledAs(new, title(item)) == nil {
			d.add(Change{Kind: Removed, Path: deeper(path, title(item)), Pos: d.before.pos(item)})
		}
	}
}

func (d *differ) add(c Change) { d.changes = append(d.changes, c) }

func deeper(path []string, word string) []string { return append(slices.Clone(path), word) }

// An index is where the words of a mapping are: as they are written, and as what they mean.
type index struct {
	of             *yaml.Node
	written, meant map[string]int
}

func indexOf(n *yaml.Node) *index {
	x := &index{of: n, written: make(map[string]int, len(n.Content)/2)}
	for i := 0; i+1 < len(n.Content); i += 2 {
		x.written[n.Content[i].Value] = i
	}
	return x
}

// at is where the mapping has a word of the same meaning; -1 = nowhere. It is there as it is written, most often.
func (x *index) at(key *yaml.Node) int {
	if i, ok := x.written[key.Value]; ok {
		return i
	}
	if x.meant == nil {
		x.meant = make(map[string]int, len(x.written))
		for i := 0; i+1 < len(x.of.Content); i += 2 {
			x.meant[canonical(x.of.Content[i].Value)] = i
		}
	}
	if i, ok := x.meant[canonical(key.Value)]; ok {
		return i
	}
	return -1
}

// share reports whether two mappings have a word in common. If they have not, the one stands instead of the other.
func share(a, b *yaml.Node) bool {
	inB := indexOf(b)
	for i := 0; i+1 < len(a.Content); i += 2 {
		if inB.at(a.Content[i]) >= 0 {
			return true
		}
	}
	return false
}

// alone unwraps a list of one, which may be written without brackets.
func alone(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.SequenceNode && len(n.Content) == 1 && !titled(n) {
		n = n.Content[0]
	}
	return n
}

// plain reports whether a node is a text or a list of texts.
func plain(n *yaml.Node) bool {
	if n.Kind == yaml.SequenceNode {
		return !slices.ContainsFunc(n.Content, func(item *yaml.Node) bool { return item.Kind != yaml.ScalarNode })
	}
	return n.Kind == yaml.ScalarNode
}

// without are the texts of a that b does not have.
func without(a, b *yaml.Node) (texts []string) {
	for _, item := range items(a) {
		if !slices.ContainsFunc(items(b), func(other *yaml.Node) bool { return sameNode(item, other) }) {
			texts = append(texts, item.Value)
		}
	}
	return texts
}

// titled reports whether a node is a list of items that all have a name or an id.
func titled(n *yaml.Node) bool {
	return n.Kind == yaml.SequenceNode && len(n.Content) > 0 &&
		!slices.ContainsFunc(n.Content, func(item *yaml.Node) bool { return item.Kind != yaml.MappingNode || title(item) == "" })
}

func title(n *yaml.Node) string {
	for _, word := range []string{"name", "id"} {
		if value := section(n, word); value != nil && value.Kind == yaml.ScalarNode {
			return value.Value
		}
	}
	return ""
}

// titlesOf are the names of the items of a list that another has, too.
func titlesOf(list, other *yaml.Node) (names []string) {
	for _, item := range list.Content {
		if titledAs(other, title(item)) != nil {
			names = append(names, title(item))
		}
	}
	return names
}

func titledAs(list *yaml.Node, name string) *yaml.Node {
	for _, item := range list.Content {
		if title(item) == name {
			return item
		}
	}
	return nil
}

// sameNode reports whether two nodes mean the same.
func sameNode(a, b *yaml.Node) bool {
	a, b = alone(a), alone(b)
	if a.Kind != b.Kind || len(a.Content) != len(b.Content) {
		return false
	}
	switch a.Kind {
	case yaml.ScalarNode:
		return a.Value == b.Value || canonical(a.Value) == canonical(b.Value)
	case yaml.MappingNode:
		inB := indexOf(b)
		for i := 0; i+1 < len(a.Content); i += 2 {
			at := inB.at(a.Content[i])
			if at < 0 || !sameNode(a.Content[i+1], b.Content[at+1]) {
				return false
			}
		}
		return true
	}
	for i := range a.Content {
		if !sameNode(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}

// canonical brings texts that say the same to the same: spaces around them, lengths of time and telephone numbers.
func canonical(text string) string {
	text = strings.TrimSpace(text)
	if d, err := parseDuration(text); err == nil {
		return d.String()
	}
	if n, err := number.Parse(text); err == nil {
		return n.String()
	}
	return text
}

// inlineMost is how many characters of a value are shown.
const inlineMost = 60

// inline is a node as one line would say it; "" for one that is too long for that.
func inline(n *yaml.Node) string {
	text := flow(n)
	if len([]rune(text)) > inlineMost && n.Kind != yaml.ScalarNode {
		return ""
	}
	if runes := []rune(text); len(runes) > inlineMost {
		return string(runes[:inlineMost-3]) + "..."
	}
	return text
}

func flow(n *yaml.Node) string {
	var parts []string
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			parts = append(parts, n.Content[i].Value+": "+flow(n.Content[i+1]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case yaml.SequenceNode:
		for _, item := range n.Content {
			parts = append(parts, flow(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return strings.Join(strings.Fields(n.Value), " ")
}
