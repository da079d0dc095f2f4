package config

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// A File is one file of the rules, as it stands.
type File struct {
	Name string
	Data []byte
}

// A Source is all files of the rules: rules.yaml first, then those of rules.d in the order of their names. There is
// always the first.
type Source []File

// partsFolder is beside the rules file, and holds parts of it.
const partsFolder = "rules.d"

// ReadSource reads a rules file and the files *.yaml of the folder rules.d beside it.
func ReadSource(path string) (Source, Problems) {
	data, problems := readFile(path)
	if problems.Errors() {
		return nil, problems
	}
	return WithParts(path, data)
}

// WithParts reads the files *.yaml of the folder rules.d beside a rules file whose bytes are at hand.
func WithParts(path string, data []byte) (Source, Problems) {
	source := Source{{Name: path, Data: data}}
	parts, problems := listParts(path)
	for _, part := range parts {
		data, wrong := readFile(part)
		problems = append(problems, wrong...)
		source = append(source, File{Name: part, Data: data})
	}
	if problems.Errors() {
		return nil, problems
	}
	return source, problems
}

// Part returns where a file of rules.d belongs, by its name.
func Part(path, name string) string { return filepath.Join(filepath.Dir(path), partsFolder, name) }

// Parts returns the files beside a rules file that are read with it, in the order in which they are read. Of a folder that cannot be
// read there are none; ReadSource says so.
func Parts(path string) []string {
	parts, _ := listParts(path)
	return parts
}

// ReadFile reads one file of the rules.
func ReadFile(path string) (File, Problems) {
	data, problems := readFile(path)
	return File{Name: path, Data: data}, problems
}

// listParts returns the parts of the rules, or the problem that keeps us from knowing all of them.
func listParts(path string) (parts []string, _ Problems) {
	folder := Part(path, "")
	found, err := os.ReadDir(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !isLink(folder):
		return nil, nil
	case err != nil:
		return nil, unreadable(folder, err)
	}
	for _, f := range found { // sorted by name
		if name := f.Name(); filepath.Ext(name) == ".yaml" && name[0] != '.' { // what an editor leaves while it saves
			parts = append(parts, filepath.Join(folder, name))
		}
	}
	return parts, nil
}

func isLink(path string) bool {
	_, err := os.Readlink(path)
	return err == nil
}

// Hash names the version: twelve hexadecimal digits. Where files are does not count, only what they are called and say.
func (s Source) Hash() string {
	if len(s) == 1 { // what it always was
		return hash(s[0].Data)
	}
	sum := sha256.New()
	for _, f := range s.Relative() {
		sum.Write([]byte(f.Name + "\x00" + hash(f.Data) + "\x00"))
	}
	return hex.EncodeToString(sum.Sum(nil))[:12]
}

// Relative returns the source with the names as they are seen from the folder of the rules file: rules.yaml,
// rules.d/sav.yaml.
func (s Source) Relative() Source {
	out := make(Source, len(s))
	for i, f := range s {
		name := filepath.Base(f.Name)
		if i > 0 {
			name = partsFolder + "/" + name
		}
		out[i] = File{Name: name, Data: f.Data}
	}
	return out
}

// HashFile returns what Hash would be if the rules were loaded now.
func HashFile(path string) (string, error) {
	source, problems := ReadSource(path)
	if problems.Errors() {
		return "", problems.Err()
	}
	return source.Hash(), nil
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])[:12]
}

// merge parses all files and returns their words as if they stood in one file, or nil when any of them is not YAML.
func (l *loader) merge(source Source) *yaml.Node {
	var whole *yaml.Node
	first, readable := l.file, true
	for i, f := range source {
		l.file = f.Name
		top := l.parse(f.Data)
		switch {
		case top == nil:
			readable = false
			continue
		case top.Kind != yaml.MappingNode && i > 0:
			l.isMapping(top, words("ce fichier", "this file"))
			readable = false
			continue
		}
		l.lastLine()
		if i == 0 {
			whole = top
			continue
		}
		l.mark(top)
		if whole != nil && whole.Kind == yaml.MappingNode {
			l.join(whole, top)
		}
	}
	l.file, l.lines = first, l.texts[first]
	if !readable {
		return nil
	}
	return whole
}

// lastLine warns of a last line without its end, when it would be as good if it had been cut off: behind a bracket or a quote that
// closes, nothing of the line can be missing.
func (l *loader) lastLine() {
	line := strings.TrimRight(l.lines[len(l.lines)-1], " \t")
	text := strings.TrimSpace(line)
	if text == "" || withoutComment(line) == line && strings.ContainsAny(text[len(text)-1:], "}])\"'") {
		return
	}
	l.warnAt(Pos{l.file, len(l.lines), utf8.RuneCountInString(line)}, " ", "W030",
		words("la dernière ligne n'a pas de fin : le fichier est-il entier ?", "the last line has no end: is the file whole?"),
		words("Un fichier coupé en route finit ainsi, au milieu d'un mot ou d'un numéro.", "A file that was cut off on its way ends like this, amid a word or a number."),
		words("s'il est entier, tapez Entrée à la fin de la dernière ligne, ou lancez hotline fmt.", "if it is whole, press Enter at the end of the last line, or run hotline fmt."))
}

// mark notes in which file a node stands.
func (l *loader) mark(n *yaml.Node) {
	l.others[n] = l.file
	for _, child := range n.Content {
		l.mark(child)
	}
}

// join adds the sections of a part to the whole. A section that is there already grows; what cannot grow is there twice,
// which is complained of when it is read.
func (l *loader) join(whole, part *yaml.Node) {
	seen := make(map[string]*yaml.Node)
	for i := 0; i+1 < len(part.Content); i += 2 {
		key, value := part.Content[i], part.Content[i+1]
		if l.isTwice(key, seen[key.Value], words("ce fichier", "this file")) {
			continue
		}
		seen[key.Value] = key
		at := keyIndex(whole, key.Value)
		switch {
		case key.Value == "version":
			l.readVersion(key, value)
		case at >= 0 && l.isList(key.Value) && !isNull(whole.Content[at+1]) && !isNull(value):
			whole.Content[at+1] = &yaml.Node{Kind: yaml.SequenceNode, Content: slices.Concat(items(whole.Content[at+1]), items(value))}
		case at >= 0 && whole.Content[at+1].Kind == yaml.MappingNode && value.Kind == yaml.MappingNode:
			whole.Content[at+1].Content = append(whole.Content[at+1].Content, value.Content...)
		default:
			whole.Content = append(whole.Content, key, value)
		}
	}
}

// isList reports whether a section is a list, whose only item may stand without brackets.
func (l *loader) isList(name string) bool {
	return slices.ContainsFunc(l.sections(), func(f field) bool { return f.name == name && f.shape.form == aList })
}

// items are those of a list, or what stands in place of one.
func items(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.SequenceNode {
		return n.Content
	}
	return []*yaml.Node{n}
}

// keyIndex is where a mapping has a word, -1 when it has it not; what stands behind it comes next.
func keyIndex(n *yaml.Node, name string) int {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return i
		}
	}
	return -1
}

// section returns what stands behind a word of a mapping, nil when it has it not.
func section(n *yaml.Node, name string) *yaml.Node {
	if i := keyIndex(n, name); i >= 0 {
		return n.Content[i+1]
	}
	return nil
}

// keyOf returns a word of a mapping, nil when it has it not.
func keyOf(n *yaml.Node, name string) *yaml.Node {
	if i := keyIndex(n, name); i >= 0 {
		return n.Content[i]
	}
	return nil
}
