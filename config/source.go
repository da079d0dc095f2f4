package config

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// sizeLimit is the largest file that is read: a hundred times the rules of a large company.
const sizeLimit = 1 << 20

// reader reads YAML files into nodes and collects what is wrong with them.
type reader struct {
	file     string // being parsed; once all are, the first
	lines    []string
	texts    map[string][]string   // by file: its lines
	others   map[*yaml.Node]string // the files of nodes that do not stand in the first
	runes    []rune                // of the line runesOf, counted from 1; 0 = none
	runesOf  int
	problems Problems
	meant    map[*yaml.Node][]string // the words that misspelt words of a mapping were taken for
	said     map[string]bool         // "queues/sav": the names that stand in the file, whatever is wrong with them

	homes func(word string) []string // the sections in which a word may be; nil when the file has none
}

func newReader(file string) reader {
	return reader{file: file, texts: make(map[string][]string), others: make(map[*yaml.Node]string), meant: make(map[*yaml.Node][]string),
		said: make(map[string]bool)}
}

// readFile returns the bytes of a file, or the problem that keeps us from having all of them.
func readFile(path string) ([]byte, Problems) {
	// What is no file is not opened: opening a pipe waits until somebody writes into it.
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, unreadable(path, err)
	case info.IsDir():
		return nil, notRead(path, words("c'est un dossier", "it is a folder"),
			words("donnez le fichier lui-même, par exemple %[1]s.", "name the file itself, for example %[1]s.", filepath.Join(path, "rules.yaml")))
	case !info.Mode().IsRegular():
		return nil, notRead(path, words("ce n'est pas un fichier ordinaire", "it is not an ordinary file"), Words{})
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close() // only read from: closing can lose nothing
	data, err := io.ReadAll(io.LimitReader(f, sizeLimit+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	return data, nil
}

func unreadable(path string, err error) Problems {
	var pe *os.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	target, linkErr := os.Readlink(path)
	switch {
	case errors.Is(err, os.ErrNotExist) && linkErr == nil:
		return notRead(path, words("lien vers un fichier absent", "link to a missing file"),
			words("remettez %[1]s, ou corrigez le lien.", "put %[1]s back, or correct the link.", target))
	case errors.Is(err, os.ErrNotExist):
		return notRead(path, words("le fichier n'existe pas", "the file does not exist"),
			words("hotline init l'écrit (installé : sudo -u hotline hotline init --dir /etc/hotline) ; s'il est ailleurs : --config DOSSIER/hotline.yaml.",
				"hotline init writes it (installed: sudo -u hotline hotline init --dir /etc/hotline); if it is elsewhere: --config FOLDER/hotline.yaml."))
	case errors.Is(err, os.ErrPermission):
		return notRead(path, words("hotline n'a pas le droit de le lire", "hotline may not read it"), Words{})
	}
	return notRead(path, Words{FR: err.Error(), EN: err.Error()}, Words{})
}

// notRead is the problem of a file that cannot be read.
func notRead(path string, reason, fix Words) Problems {
	return Problems{{Pos: Pos{File: path}, Code: "E001", Title: words("fichier illisible : %s", "unreadable file: %s", reason), Fix: fix}}
}

// parse checks that the bytes are one sane YAML document and returns its top mapping, or nil and the problems.
func (r *reader) parse(data []byte) *yaml.Node {
	if len(data) > sizeLimit {
		r.whole("E003", words("fichier trop grand", "file too large"),
			words("Un fichier a au plus %d Ko.", "A file has at most %d KB.", sizeLimit>>10), Words{})
		return nil
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	r.lines = splitLines(string(data))
	r.texts[r.file] = r.lines
	if !r.plainText() {
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	err := decoder.Decode(&doc)
	switch {
	case errors.Is(err, io.EOF):
		r.empty()
		return nil
	case err != nil:
		r.syntax(err)
		return nil
	}
	var second yaml.Node
	if err := decoder.Decode(&second); err == nil {
		r.fail(&second, "E005", words("un deuxième document commence ici", "a second document starts here"),
			words("Ce qui suit « --- » ne serait pas lu.", `What follows "---" would not be read.`),
			words("supprimez la ligne « --- ».", `remove the line "---".`))
		return nil
	} else if !errors.Is(err, io.EOF) {
		r.syntax(err)
		return nil
	}
	if r.vanished() {
		return nil
	}
	top := doc.Content[0]
	if !r.plainNodes(top) {
		return nil
	}
	if isNull(top) {
		r.empty()
		return nil
	}
	if !r.look(top) {
		return nil
	}
	return top
}

func (r *reader) empty() {
	if filepath.Base(filepath.Dir(r.file)) == partsFolder {
		r.whole("E002", words("le fichier est vide", "the file is empty"),
			words("Ce qu'il disait manquerait aux règles.", "What it said would be missing in the rules."),
			words("remettez ce qu'il disait, ou supprimez le fichier s'il ne sert plus.", "put back what it said, or delete the file if it is no longer needed."))
		return
	}
	r.whole("E002", words("le fichier est vide", "the file is empty"),
		words("Un fichier vide n'est jamais une configuration.", "An empty file is never a configuration."),
		words("partez d'un exemple du dossier examples.", "start from a file in the folder examples."))
}

// plainText refuses bytes that an editor would not show as we would read them.
func (r *reader) plainText() bool {
	for i, line := range r.lines {
		column, before := 0, rune(0) // before is the last character that is no space
		for at, c := range line {
			column++
			pos := Pos{r.file, i + 1, column}
			switch {
			case c == utf8.RuneError && strings.HasPrefix(line[at:], "\uFFFD"): // somebody wrote that sign
			case c == utf8.RuneError:
				r.at(pos, 1, "E004", words("ce fichier n'est pas en UTF-8", "this file is not UTF-8"), Words{},
					words("enregistrez-le avec le codage UTF-8.", "save it with the encoding UTF-8."))
				return false
			case c == 0:
				r.whole("E004", words("ce n'est pas un fichier de texte", "this is not a text file"),
					words("Il a des octets qu'aucun texte n'a (l. %d).", "It has bytes that no text has (l. %d).", i+1),
					words("remettez le fichier de règles, ou enregistrez-le en texte brut, avec le codage UTF-8.", "put the rules file back, or save it as plain text with the encoding UTF-8."))
				return false
			case unseen(c), noBreak(c) && strings.ContainsRune("\x00:-", before):
				// A no-break space, which word processors make, would be taken for a letter where a space belongs to YAML.
				r.invisible(pos, c)
				return false
			}
			if c != ' ' && !noBreak(c) {
				before = c
			}
		}
	}
	return true
}

func noBreak(c rune) bool { return c == 0xA0 || c == 0x202F }

// invisible reports a character that nobody sees.
func (r *reader) invisible(pos Pos, c rune) {
	title := words("caractère invisible U+%04X", "invisible character U+%04X", c)
	switch c {
	case 0xA0, 0x202F, 0x2007:
		title = words("espace insécable (U+%04X)", "no-break space (U+%04X)", c)
	case 0x200B, 0x2060, 0xFEFF:
		title = words("espace sans largeur, invisible (U+%04X)", "space without width, invisible (U+%04X)", c)
	case 0xAD:
		title = words("trait d'union invisible (U+%04X)", "invisible hyphen (U+%04X)", c)
	}
	r.at(pos, 1, "E004", title, words("Il vient d'un traitement de texte ou d'une page copiée ; YAML le prend pour une lettre.",
		"It comes from a word processor or a copied page; YAML takes it for a letter."),
		words("effacez-le et tapez un espace s'il en faut un.", "delete it, and type a space if one is needed."))
}

// unseen reports characters that an editor does not show, or shows as the end of a line where YAML sees none.
func unseen(c rune) bool {
	return c != '\t' && (unicode.Is(unicode.C, c) || c == 0x2028 || c == 0x2029)
}

// splitLines cuts a file into lines as every editor does.
func splitLines(text string) []string {
	return strings.Split(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n")
}

// plainNodes refuses the parts of YAML that a reader of the file does not see through: anchors and aliases, with which
// ten lines become a billion, and tags, which change what a text means.
func (r *reader) plainNodes(n *yaml.Node) bool {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		r.fail(n, "E019", words("les renvois « & » et « * » de YAML ne sont pas admis", `the references "&" and "*" of YAML are not allowed`),
			words("Chaque ligne doit dire elle-même ce qu'elle fait.", "Each line has to say itself what it does."),
			words("écrivez le texte entier, ou mettez-le entre guillemets.", "write the text in full, or put it in quotes."))
		return false
	case n.Style&yaml.TaggedStyle != 0:
		r.fail(n, "E019", words("les types « ! » de YAML ne sont pas admis", `the types "!" of YAML are not allowed`), Words{},
			words("enlevez le mot avec « ! », ou mettez le texte entre guillemets.", `remove the word with "!", or put the text in quotes.`))
		return false
	}
	for _, child := range n.Content {
		if !r.plainNodes(child) {
			return false
		}
	}
	return true
}

// syntax reports why yaml.v3 could not read the file. Its own place is often wrong for French text, so the place is
// looked for by a scan of our own, and only when that finds nothing is yaml.v3 believed.
func (r *reader) syntax(err error) {
	if found, ok := scan(r.lines); ok {
		r.at(Pos{r.file, found.line + 1, found.column + 1}, found.width, found.code, found.title, found.why, found.fix)
		return
	}
	line, detail := yamlLine(err)
	line = min(max(line, 1), len(r.lines))
	text := r.lines[line-1]
	indent := len(text) - len(strings.TrimLeft(text, " "))
	r.at(Pos{r.file, line, indent + 1}, utf8.RuneCountInString(text)-indent, "E010",
		words("ce n'est plus du YAML ici, ou juste avant", "this is no longer YAML here, or just before"),
		words("Le lecteur YAML dit : %s.", "The YAML reader says: %s.", detail),
		words("comparez avec les lignes voisines : espaces du début, « : », guillemets.",
			`compare with the lines around it: leading spaces, ":", quotes.`))
}

// yamlLine takes the line out of the text of an error of yaml.v3, which has no other way to tell it.
func yamlLine(err error) (int, string) {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if digits, detail, ok := strings.Cut(rest, ": "); ok {
			if line, err := strconv.Atoi(digits); err == nil {
				return line, detail
			}
		}
	}
	return 1, text
}

// fail reports a problem at a node. There is none when its word is misspelt, which is complained of already.
func (r *reader) fail(n *yaml.Node, code string, title, why, fix Words) {
	if n == nil {
		return
	}
	r.at(r.pos(n), width(n), code, title, why, fix)
}

// warn reports a problem that does not refuse the file.
func (r *reader) warn(n *yaml.Node, code string, title, why, fix Words) {
	if n == nil {
		return
	}
	r.fail(n, code, title, why, fix)
	r.problems[len(r.problems)-1].Warning = true
}

// failAt is fail for a word whose node is no longer at hand.
func (r *reader) failAt(pos Pos, word, code string, title, why, fix Words) {
	r.at(pos, utf8.RuneCountInString(word), code, title, why, fix)
}

// warnAt is failAt for a problem that does not refuse the file.
func (r *reader) warnAt(pos Pos, word, code string, title, why, fix Words) {
	r.failAt(pos, word, code, title, why, fix)
	r.problems[len(r.problems)-1].Warning = true
}

// whole reports a problem of the file as a whole.
func (r *reader) whole(code string, title, why, fix Words) {
	r.at(Pos{File: r.file}, 0, code, title, why, fix)
}

func (r *reader) at(pos Pos, width int, code string, title, why, fix Words) {
	r.problems = append(r.problems, Problem{Pos: pos, Code: code, Title: title, Why: why, Fix: fix, Line: r.line(pos), Width: width})
}

// line is the line of a place, as it stands.
func (r *reader) line(pos Pos) string {
	if lines := r.texts[pos.File]; pos.Line > 0 && pos.Line <= len(lines) {
		return lines[pos.Line-1]
	}
	return ""
}

func (r *reader) pos(n *yaml.Node) Pos {
	file := r.file
	if other, ok := r.others[n]; ok {
		file = other
	}
	return Pos{File: file, Line: n.Line, Column: n.Column}
}

// width is how many characters a node takes on its line.
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
