package main

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"hotline/config"
	"hotline/number"
)

// answers are what the owner wants, understood.
type answers struct {
	lang     tongue
	company  string
	lines    []ownLine
	people   []colleague
	week     config.Week
	text     string
	callback bool
	kind     string // of the switch
}

// A colleague answers calls at a phone.
type colleague struct{ id, name, phone string }

// questions are the six, in their order. The language is first: the others are put in it.
func (i *interview) questions() []question {
	a := &i.answers
	return []question{
		{
			flag:  "lang",
			title: config.Words{FR: "Langue / language", EN: "Language / langue"},
			hint: config.Words{FR: "fr : français, pour vos clients et pour ces questions. en: English.",
				EN: "en: English, for your callers and for these questions. fr : français."},
			given: one(i.flags.lang), usual: func() string { return i.t.say("fr", "en") }, split: one, take: i.takeLanguage,
		}, {
			flag:  "number",
			title: both("Quel numéro vos clients composent-ils ?", "Which number do your callers dial?"),
			hint: both("Plusieurs : séparez-les par des virgules. Exemple : 09 72 00 00 01",
				"Several: separate them by commas. Example: 09 72 00 00 01"),
			given: i.flags.numbers, usual: nothing, split: commas, take: i.takeNumbers, then: i.askPrices,
		}, {
			flag:  "phone",
			title: both("Qui répond, et à quel poste ?", "Who answers, and at which extension?"),
			hint: both("Le poste tel qu'on le compose au bureau, puis le nom. Exemple : 101 Marie Dupont, 102 Paul Martin",
				"The extension as it is dialled in the office, then the name. Example: 101 Marie Dupont, 102 Paul Martin"),
			given: i.flags.phones, usual: nothing, split: commas, take: i.takePhones,
		}, {
			flag:  "hours",
			title: both("Quels sont vos horaires ?", "What are your opening hours?"),
			hint: both("Exemple : lun-ven 9h-12h30, 13h30-18h ; sam 9h-12h. Ou : toujours. Heure de Paris ; fermé les jours fériés.",
				"Example: mon-fri 9:00-12:30, 13:30-18:00; sat 9:00-12:00. Or: always. Time of Paris; closed on French public holidays."),
			given: one(i.flags.hours), split: one, take: i.takeHours,
			usual: func() string {
				return a.lang.say("lun-ven 9h-12h30, 13h30-18h", "mon-fri 9:00-12:30, 13:30-18:00")
			},
		}, {
			flag:  "closed-text",
			title: both("Que disons-nous quand c'est fermé, ou que personne ne peut répondre ?", "What do we say when it is closed, or nobody can answer?"),
			hint:  both("Une machine dit ce texte ; vous pourrez l'enregistrer plus tard.", "A machine speaks this text; you can record it later."),
			given: one(i.flags.text), usual: func() string { return a.usualText() }, split: one, take: i.takeText,
		}, {
			flag:  "callback",
			title: both("Proposer d'être rappelé à qui n'a joint personne ? (oui, non)", "Offer a callback to whoever reached nobody? (yes, no)"),
			hint: both("Cette version ne rappelle pas encore : oui prépare les lignes. Qui n'a joint personne est dans hotline cdr list.",
				"This version does not call back yet: yes prepares the lines. Who reached nobody is in hotline cdr list."),
			usual: func() string {
				if i.flags.callback {
					return a.lang.say("oui", "yes")
				}
				return a.lang.say("non", "no")
			}, split: one, take: i.takeCallback,
		},
	}
}

// one is an answer that is not to be split.
func one(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// nothing is usual where something has to be said.
func nothing() string { return "" }

func commas(text string) (parts []string) {
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' }) {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

func (i *interview) takeLanguage(values []string) (config.Words, error) {
	switch strings.ToLower(strings.TrimSpace(values[0])) {
	case "fr", "français", "francais", "french":
		i.t = "fr"
	case "en", "anglais", "english":
		i.t = "en"
	default:
		return config.Words{}, &mistake{"écrivez fr ou en.", "write fr or en."}
	}
	i.answers.lang = i.t
	return config.Words{}, nil
}

var (
	phoneFirst = regexp.MustCompile(`^([+\d][\d .]*\d)\s*[=:)-]?\s*(.*)$`)
	phoneLast  = regexp.MustCompile(`^(.*?)\s*[=:(-]*\s*([+\d][\d .]*\d)\s*\)?$`)
)

// takePhones reads "101 Marie Dupont", "101=Marie" and "Marie Dupont (101)".
func (i *interview) takePhones(values []string) (config.Words, error) {
	var people []colleague
	for _, value := range values {
		value = cleanLine(value)
		phone, name := "", ""
		if m := phoneFirst.FindStringSubmatch(value); m != nil {
			phone, name = m[1], m[2]
		} else if m := phoneLast.FindStringSubmatch(value); m != nil {
			phone, name = m[2], m[1]
		}
		phone = strings.NewReplacer(" ", "", ".", "").Replace(phone)
		switch {
		case phone == "":
			return config.Words{}, &mistake{"« " + value + " » : il manque le poste. Écrivez par exemple 101 Marie Dupont.",
				`"` + value + `": the extension is missing. Write for example 101 Marie Dupont.`}
		case len(phone) > 6 || phone[0] == '+':
			return config.Words{}, &mistake{
				"le " + phone + " n'est pas un poste. Cette version ne fait sonner que les postes du bureau, de deux à six chiffres : un mobile répondrait par sa messagerie.",
				phone + " is not an extension. This version rings phones of the office only, of two to six digits: a mobile would answer by its mailbox."}
		case number.Number(phone).Help():
			return config.Words{}, &mistake{
				"le " + phone + " est un numéro d'urgence ou d'assistance : hotline y enverrait des appels de clients. Écrivez un autre poste.",
				phone + " is an emergency or helpline number: hotline would send callers there. Write another extension."}
		case slices.ContainsFunc(people, func(p colleague) bool { return p.phone == phone }):
			return config.Words{}, &mistake{"le poste " + phone + " est deux fois.", "extension " + phone + " is there twice."}
		}
		if name = number.CleanName(name); name == "" {
			name = i.answers.lang.say("Poste ", "Phone ") + phone
		}
		people = append(people, colleague{name: name, phone: phone})
	}
	nameIn(i.answers.lang, people)
	i.answers.people = people
	said := config.Words{}
	for _, p := range people {
		line := fmt.Sprintf("%s  %s\n", p.phone, p.name)
		said = config.Words{FR: said.FR + line, EN: said.EN + line}
	}
	return said, nil
}

// nameIn gives each person a name for the rules: the first word of theirs, without accents.
func nameIn(lang tongue, people []colleague) {
	nobody := lang.say("poste", "phone")
	taken := map[string]bool{}
	for at := range people {
		p := &people[at]
		id := ""
		for _, r := range norm.NFD.String(strings.ToLower(p.name)) {
			if unicode.Is(unicode.Mn, r) {
				continue // an accent
			}
			if r < 'a' || r > 'z' || len(id) == 20 {
				break
			}
			id += string(r)
		}
		if len(id) < 2 || isWordOfYAML(id) {
			id = nobody
		}
		if id == nobody || taken[id] {
			id += p.phone
		}
		p.id, taken[id] = id, true
	}
}

func (i *interview) takeHours(values []string) (config.Words, error) {
	week, err := config.ParseWeek(values[0])
	if said := (*config.WordsError)(nil); errors.As(err, &said) {
		return config.Words{}, &mistake{said.FR, said.EN}
	}
	if err != nil {
		return config.Words{}, err
	}
	i.answers.week = week
	if i.answers.always() {
		return both("ouvert à toute heure, tous les jours, fériés compris", "open at all hours, every day, holidays as well"), nil
	}
	said := config.Words{}
	for _, d := range weekdays(week) {
		said.FR += d.name("fr") + " " + d.spans() + "\n"
		said.EN += d.name("en") + " " + d.spans() + "\n"
	}
	return config.Words{FR: said.FR + "fermé le reste du temps, et les jours fériés", EN: said.EN + "closed at other times, and on public holidays"}, nil
}

// always says that there are no hours at all.
func (a *answers) always() bool { return reflect.DeepEqual(a.week, config.EveryHour()) }

func (i *interview) takeText(values []string) (config.Words, error) {
	text := cleanLine(values[0])
	switch length := utf8.RuneCountInString(text); {
	case !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }):
		return config.Words{}, &mistake{"il n'y a là aucun mot à dire.", "there is no word in it to speak."}
	case length > config.TextLimit:
		return config.Words{}, mistaken("il a %d caractères, et peut en avoir %d.", "it has %d characters, and may have %d.", length, config.TextLimit)
	case strings.HasSuffix(strings.ToLower(text), ".wav"):
		return config.Words{}, &mistake{"c'est un fichier. Écrivez d'abord un texte ; rules.yaml dira comment mettre votre enregistrement.",
			"this is a file. Write a text first; rules.yaml will say how to put your recording in its place."}
	}
	i.answers.text = text
	return config.Words{}, nil
}

func (i *interview) takeCallback(values []string) (config.Words, error) {
	switch strings.ToLower(strings.TrimSpace(values[0])) {
	case "oui", "o", "yes", "y":
		i.answers.callback = true
	case "non", "n", "no":
		i.answers.callback = false
	default:
		return config.Words{}, &mistake{"écrivez oui ou non.", "write yes or no."}
	}
	return config.Words{}, nil
}

// cleanLine makes a text of one line that can be read and written: no control characters, nothing invisible.
func cleanLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Z, r):
			return ' '
		case unicode.Is(unicode.C, r) || unicode.Is(unicode.Variation_Selector, r):
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}
