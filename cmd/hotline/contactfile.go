package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"hotline/billing"
	"hotline/config"
	"hotline/number"
	"hotline/store"
)

// What is kept of a contact, in characters.
const (
	longestNotes = 2000
	longestGroup = 32
	mostGroups   = 16
)

// A contactRow is one person as a file has them. What the file does not say, or leaves empty, is empty.
type contactRow struct {
	store.Person
	line  int
	heals *config.Words // how the number was mended, when it was
}

// A contactProblem is what is the matter with a line of a file.
type contactProblem struct {
	line    int
	warning bool
	config.Words
}

// A contactFile is a file of contacts as it was read.
type contactFile struct {
	people   []contactRow // one for each number, in the order of the file
	ignored  []string     // columns of which nothing is taken
	problems []contactProblem
	first    map[number.Number]contactRow
}

func (f *contactFile) fail(line int, fr, en string, args ...any) {
	f.problems = append(f.problems, contactProblem{line: line, Words: both(fr, en, args...)})
}

func (f *contactFile) warn(line int, fr, en string, args ...any) {
	f.problems = append(f.problems, contactProblem{line: line, warning: true, Words: both(fr, en, args...)})
}

func (f *contactFile) refused() bool {
	return slices.ContainsFunc(f.problems, func(p contactProblem) bool { return !p.warning })
}

// A column is what a column of the file holds.
type column int

const (
	contactIgnored column = iota
	contactNumber
	contactName
	contactFirstName
	contactLanguage
	contactGroups
	contactNotes
)

// columnNames are what people call columns.
var columnNames = map[column]string{
	contactNumber:    "numéro numero number téléphone telephone tél tel phone mobile portable fixe phone_number telephone_number numéro_de_téléphone numero_de_telephone n°",
	contactName:      "nom name nom_complet full_name client customer contact société societe company entreprise raison_sociale last_name nom_de_famille",
	contactFirstName: "prénom prenom first_name firstname",
	contactLanguage:  "langue language lang",
	contactGroups:    "groupe groupes group groups catégorie categorie category",
	contactNotes:     "note notes remarque remarques commentaire commentaires comment comments remark remarks",
}

func columnOf(head string) column {
	name := strings.Join(strings.Fields(strings.ToLower(number.CleanText(head, 80))), "_")
	for c, names := range columnNames {
		if name != "" && slices.Contains(strings.Fields(names), name) {
			return c
		}
	}
	return contactIgnored
}

// readContacts reads the text of a file. What is wrong with it is all told at once.
func readContacts(text []byte) *contactFile {
	f := &contactFile{first: map[number.Number]contactRow{}}
	first, _, _ := bytes.Cut(text, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord = separatorOf(first), -1
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		f.fail(1, "le fichier est vide", "the file is empty")
	}
	if err != nil {
		f.quotes(err)
		return f
	}
	line, _ := r.FieldPos(0)
	columns := f.columns(line, head)
	if columns == nil {
		return f
	}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return f
		}
		if err != nil {
			f.quotes(err)
			return f
		}
		line, _ := r.FieldPos(0)
		f.row(line, columns, cells)
	}
}

// quotes tells of quotes that do not fit: from there on nobody knows where cells end.
func (f *contactFile) quotes(err error) {
	if broken := (*csv.ParseError)(nil); errors.As(err, &broken) {
		f.fail(broken.StartLine, "guillemets mal placés : une cellule entre guillemets commence et finit par un, et ceux du milieu sont doublés",
			"misplaced quotes: a cell in quotes begins and ends with one, and those in its middle are doubled")
	}
}

// columns are what the columns hold; nil when the first line cannot be that of contacts.
func (f *contactFile) columns(line int, head []string) []column {
	var columns []column
	has := map[column]string{}
	for _, name := range head {
		c := columnOf(name)
		if c == contactIgnored && strings.TrimSpace(name) != "" {
			f.ignored = append(f.ignored, number.CleanName(name))
		}
		if before, twice := has[c]; twice && c != contactIgnored && c != contactNumber {
			f.fail(line, "les colonnes « %s » et « %s » disent la même chose ; gardez-en une", "columns %q and %q say the same; keep one", before, number.CleanName(name))
		}
		has[c] = number.CleanName(name)
		columns = append(columns, c)
	}
	if _, ok := has[contactNumber]; !ok {
		f.fail(line, "aucune colonne ne donne le numéro ; la première ligne nomme les colonnes : numéro;nom;langue;groupes;notes",
			"no column has the number; the first line names the columns: number,name,language,groups,notes")
		return nil
	}
	return columns
}

// row reads one line.
func (f *contactFile) row(line int, columns []column, cells []string) {
	p := store.Person{}
	var numbers []string
	var firstName string
	for i, cell := range cells {
		cell = billing.Fuse(strings.TrimSpace(cell))
		if cell == "" {
			continue
		}
		if i >= len(columns) {
			f.fail(line, "plus de cellules que de colonnes, à partir de « %s »", "more cells than columns, from %q on", number.CleanName(cell))
			return
		}
		switch columns[i] {
		case contactNumber:
			numbers = append(numbers, cell)
		case contactName:
			p.Name = cell
		case contactFirstName:
			firstName = cell
		case contactLanguage:
			p.Language = cell
		case contactGroups:
			p.Groups = splitGroups(cell)
		case contactNotes:
			p.Notes = cell
		}
	}
	if firstName != "" {
		p.Name = strings.TrimSpace(firstName + " " + p.Name)
	}
	if len(numbers) == 0 {
		if p.Name+p.Language+p.Notes != "" || len(p.Groups) > 0 {
			f.warn(line, "sans numéro : laissé de côté", "without a number: left out")
		}
		return
	}
	if wrong := tidyPerson(&p); wrong != nil {
		f.problems = append(f.problems, contactProblem{line: line, Words: *wrong})
		return
	}
	for _, text := range numbers {
		f.number(line, text, p)
	}
}

// number takes a person with one of their numbers.
func (f *contactFile) number(line int, text string, p store.Person) {
	n, heals, wrong := healed(text)
	if wrong != nil {
		f.problems = append(f.problems, contactProblem{line: line, Words: *wrong})
		return
	}
	p.Number = n
	row := contactRow{Person: p, line: line, heals: heals}
	if before, twice := f.first[n]; twice {
		if samePerson(before.Person, p) {
			f.warn(line, "%s est déjà à la ligne %d, à l'identique", "%s is in line %d already, just the same", n.Pretty(), before.line)
			return
		}
		f.fail(line, "%s est déjà à la ligne %d, autrement ; gardez une des deux", "%s is in line %d already, otherwise; keep one of them", n.Pretty(), before.line)
		return
	}
	if heals != nil {
		f.problems = append(f.problems, contactProblem{line: line, warning: true, Words: *heals})
	}
	f.first[n] = row
	f.people = append(f.people, row)
}

var (
	nineDigits = regexp.MustCompile(`^[1-9][0-9]{8}$`)
	exponent   = regexp.MustCompile(`^[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+$`)
)

// healed reads a number as spreadsheets leave it: they take 0612345678 for an amount, and drop its zero.
func healed(text string) (n number.Number, heals, wrong *config.Words) {
	plain := strings.TrimPrefix(text, "'") // by which a spreadsheet knows a text
	bare := strings.Map(func(c rune) rune {
		if strings.ContainsRune(" .-\u00a0\u202f", c) {
			return -1
		}
		return c
	}, plain)
	say := func(fr, en string, args ...any) *config.Words { w := both(fr, en, args...); return &w }
	switch {
	case exponent.MatchString(bare):
		return "", nil, say("« %s » : le tableur a perdu des chiffres ; donnez à la colonne le format Texte, et remettez le numéro", "%q: the spreadsheet has lost digits; make the column one of text, and enter the number again", text)
	case nineDigits.MatchString(bare):
		if n, err := number.Parse("0" + bare); err == nil {
			return n, say("« %s » : le zéro du début était perdu ; lu %s", "%q: the zero at its beginning was lost; read as %s", text, n.Pretty()), nil
		}
	}
	n, err := number.Parse(plain)
	if err != nil {
		return "", nil, say("« %s » n'est pas un numéro entier : écrivez 06 12 34 56 78, ou +44 20 7123 4567 pour l'étranger", "%q is not a whole number: write 06 12 34 56 78, or +44 20 7123 4567 for one abroad", number.CleanName(text))
	}
	return n, nil, nil
}

func splitGroups(text string) (groups []string) {
	for _, g := range strings.FieldsFunc(text, func(c rune) bool { return c == ',' || c == ';' || c == '|' || c == '/' }) {
		if g = strings.ToLower(number.CleanText(g, longestGroup+1)); g != "" && !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	slices.Sort(groups)
	return groups
}

// languageNames are languages as people write them in a list of customers.
var languageNames = map[string]string{
	"français": "fr", "francais": "fr", "french": "fr", "anglais": "en", "english": "en", "allemand": "de", "german": "de", "deutsch": "de",
	"espagnol": "es", "spanish": "es", "italien": "it", "italian": "it", "néerlandais": "nl", "dutch": "nl", "portugais": "pt", "portuguese": "pt",
}

var languageCode = regexp.MustCompile(`^[a-z]{2}$`)

// tidyPerson brings what somebody wrote of a person into the form in which it is kept, or says what is wrong with it.
func tidyPerson(p *store.Person) *config.Words {
	say := func(fr, en string, args ...any) *config.Words { w := both(fr, en, args...); return &w }
	p.Name = number.CleanName(p.Name)
	if lang := strings.ToLower(strings.TrimSpace(p.Language)); lang != "" {
		if code, ok := languageNames[lang]; ok {
			lang = code
		} else if code, _, ok := strings.Cut(strings.ReplaceAll(lang, "_", "-"), "-"); ok { // fr-FR
			lang = code
		}
		if !languageCode.MatchString(lang) {
			return say("langue « %s » : écrivez le code de deux lettres, fr, en, de...", "language %q: write the code of two letters, fr, en, de...", number.CleanName(p.Language))
		}
		p.Language = lang
	}
	for _, g := range p.Groups {
		if utf8.RuneCountInString(g) > longestGroup {
			return say("groupe « %s... » : %d caractères au plus", "group %q...: %d characters at most", clip(g, 20), longestGroup)
		}
	}
	if len(p.Groups) > mostGroups {
		return say("plus de %d groupes", "more than %d groups", mostGroups)
	}
	if utf8.RuneCountInString(p.Notes) > longestNotes {
		return say("les notes ont plus de %d caractères", "the notes have more than %d characters", longestNotes)
	}
	p.Notes = cleanLines(p.Notes)
	return nil
}

// cleanLines makes text of several lines safe to show.
func cleanLines(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = number.CleanText(line, longestNotes); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

func samePerson(a, b store.Person) bool {
	return a.Name == b.Name && a.Language == b.Language && slices.Equal(a.Groups, b.Groups) && a.Notes == b.Notes
}

// over is a contact with what a file says of them put over what was there: what the file leaves empty stays.
func (r contactRow) over(before store.Person) store.Person {
	p := before
	p.Number = r.Number
	if r.Name != "" {
		p.Name = r.Name
	}
	if r.Language != "" {
		p.Language = r.Language
	}
	if len(r.Groups) > 0 {
		p.Groups = r.Groups
	}
	if r.Notes != "" {
		p.Notes = r.Notes
	}
	return p
}

// differences are what an import changes of a contact: "name: Léa -> Léa Martin".
func differences(t tongue, before, after store.Person) (out []string) {
	for _, d := range []struct{ what, before, after string }{
		{t.say("nom", "name"), before.Name, after.Name}, {t.say("langue", "language"), before.Language, after.Language},
		{t.say("groupes", "groups"), strings.Join(before.Groups, ", "), strings.Join(after.Groups, ", ")},
		{"notes", clip(strings.ReplaceAll(before.Notes, "\n", " / "), 40), clip(strings.ReplaceAll(after.Notes, "\n", " / "), 40)},
	} {
		switch {
		case d.before == d.after:
		case d.before == "":
			out = append(out, fmt.Sprintf("%s : %s", d.what, d.after))
		default:
			out = append(out, fmt.Sprintf("%s : %s -> %s", d.what, d.before, d.after))
		}
	}
	if t != "fr" {
		for i := range out {
			out[i] = strings.Replace(out[i], " : ", ": ", 1)
		}
	}
	return out
}
