package config

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

//go:embed words.yaml
var wordTexts []byte

// A Word is a word of the rules, as it is told to people who write them.
type Word struct {
	Path     string // queues.*.wrap_up: behind the words that are above it, * for those that the author chose
	Name     string
	Required bool
	Instead  Words // what happens in its place, when no call follows it yet
	Text     Words // what it is for
	Is       Words // what stands behind it
	Default  string
	Choices  []Choice // the words that can stand behind it
	Words    []Word   // those below it
}

// A Choice is one of the words that can stand behind a word.
type Choice struct {
	Name string
	Text Words
}

// Vocabulary is every word that rules can have, in the order of the reading, and those of a step last, below step.
func Vocabulary() ([]Word, error) {
	texts, err := readTexts()
	if err != nil {
		return nil, err
	}
	l := &loader{reader: newReader("")}
	w := wording{texts}
	step := Word{Path: stepPath, Name: stepPath, Text: texts[stepPath], Words: w.words(stepPath, l.stepFields(new([]Step)))}
	return append(w.words("", l.sections()), step), nil
}

// homes are the sections in which a word may be.
func homes(word string) (sections []string) {
	l := &loader{reader: newReader("")}
	for _, section := range (wording{}).words("", l.sections()) {
		if section.has(word) {
			sections = append(sections, section.Name)
		}
	}
	return sections
}

// has says whether a word can stand somewhere below.
func (w Word) has(word string) bool {
	return slices.ContainsFunc(w.Words, func(in Word) bool { return in.Name == word || in.has(word) })
}

// Where texts are that are the same in several places.
const (
	stepPath  = "step"
	pricePath = "price"
	soundPath = "sound"
)

func readTexts() (map[string]Words, error) {
	var file map[string]struct{ FR, EN string }
	if err := yaml.Unmarshal(wordTexts, &file); err != nil {
		return nil, fmt.Errorf("the texts of the words: %w", err)
	}
	texts := make(map[string]Words, len(file))
	for path, text := range file {
		texts[path] = Words{strings.TrimSpace(text.FR), strings.TrimSpace(text.EN)}
	}
	return texts, nil
}

// A wording finds what there is to say about words.
type wording struct{ texts map[string]Words }

func (w wording) words(above string, fields []field) (list []Word) {
	for _, f := range fields {
		path := below(above, f.name)
		word := Word{Path: path, Name: f.name, Required: f.must || f.needed, Instead: f.instead(), Text: w.texts[path],
			Is: f.shape.is(), Default: f.shape.preset(), Words: w.inner(path, f.shape)}
		for _, choice := range f.shape.words() {
			word.Choices = append(word.Choices, Choice{choice, w.texts[chosen(path, choice)]})
		}
		list = append(list, word)
	}
	return list
}

// inner are the words below one.
func (w wording) inner(path string, s valueShape) (list []Word) {
	if s.about != "" {
		path = s.about
	}
	list = w.words(path, s.fields())
	if s.item != nil && s.form == aMapping {
		path += ".*"
	}
	if s.item != nil {
		list = append(list, w.inner(path, *s.item)...)
	}
	for _, other := range s.shapes {
		list = append(list, w.inner(path, other)...)
	}
	return list
}

// instead is what happens in place of a word that no call follows yet.
func (f field) instead() Words {
	if !f.later {
		return Words{}
	}
	return insteads()[f.name]
}

func below(above, name string) string {
	return strings.TrimPrefix(above+"."+name, ".")
}

// chosen is where the text of a choice is.
func chosen(path, choice string) string { return path + "=" + choice }

// words are the words that can stand behind a word, in whatever of its shapes.
func (s valueShape) words() (list []string) {
	list = append(list, s.choices...)
	if s.item != nil && s.form == aList {
		list = append(list, s.item.words()...)
	}
	for _, other := range s.shapes {
		list = append(list, other.words()...)
	}
	return list
}

// preset is the default, as the file would write it.
func (s valueShape) preset() string {
	switch v := s.into.(type) {
	case *time.Duration:
		if *v != 0 {
			return spellLong(*v)
		}
	case *int:
		if *v != 0 {
			return fmt.Sprint(*v)
		}
	case *string:
		return *v
	}
	return ""
}

// is says what stands behind a word.
func (s valueShape) is() Words {
	switch s.form {
	case aText:
		return words("un texte", "a text")
	case aChoice:
		return words("%s", "%s", orOf(s.choices))
	case aName:
		return s.isName()
	case aNewName:
		return words("un nom", "a name")
	case aTime:
		return words("une durée, de %s à %s", "a length of time, from %s to %s", Spell(s.low.(time.Duration)), Spell(s.high.(time.Duration)))
	case aCount:
		return words("un nombre de %d à %d", "a number from %d to %d", s.low, s.high)
	case aNumber:
		return words("un numéro de téléphone", "a telephone number")
	case anOutlet:
		return words("un poste (101) ou un numéro de téléphone", "an extension (101) or a telephone number")
	case aGoal:
		return words("une personne, un poste (101) ou un numéro de téléphone", "an agent, an extension (101) or a telephone number")
	case aPrice:
		return words("un prix : 0.80 EUR/min, 2.99 EUR/call", "a price: 0.80 EUR/min, 2.99 EUR/call")
	case aBudget:
		return words("un montant par jour : 15 EUR/day", "an amount for a day: 15 EUR/day")
	case anAmount:
		return words("un montant : 20 EUR", "an amount: 20 EUR")
	}
	return s.isAlso()
}

func (s valueShape) isAlso() Words {
	switch s.form {
	case aSpan:
		return words("une plage : 09:00-12:30", "a span: 09:00-12:30")
	case aDate:
		return words("un jour : 2026-12-24", "a day: 2026-12-24")
	case aMoment:
		return words("un jour et une heure : 2026-12-24 10:00", "a day and a time: 2026-12-24 10:00")
	case aLanguage:
		return words("une langue : fr, en...", "a language: fr, en...")
	case aFile:
		return words("un fichier : ferme.wav", "a file: closed.wav")
	case aList:
		if s.item.form == either && s.item.shapes[1].about == pricePath {
			return words("%s ; ou des prix avec leurs dates", "%s; or prices with their dates", s.item.shapes[0].is())
		}
		return words("%s ; ou une liste [...]", "%s; or a list [...]", s.item.is())
	case someSteps:
		return words("une étape, ou une liste d'étapes", "a step, or a list of steps")
	case aMapping:
		return s.isMapping()
	case either:
		out := s.shapes[0].is()
		for _, other := range s.shapes[1:] {
			out = words("%s ; ou %s", "%s; or %s", out, other.is())
		}
		return out
	case aLongTime:
		return words("une durée en h, d (jours) ou y (années), de %s à %s", "a length of time in h, d (days) or y (years), from %s to %s", spellLong(s.low.(time.Duration)), spellLong(s.high.(time.Duration)))
	case anAddress:
		return words("une adresse électronique", "an e-mail address")
	case someAnswers:
		return words("de telle touche à telle autre : 1-5", "from one key to another: 1-5")
	case someDigits:
		return words("un nombre de chiffres, ou de tant à tant : 6, 4-8", "a number of digits, or from so many to so many: 6, 4-8")
	case aPIN:
		return words("de 4 à 8 chiffres", "4 to 8 digits")
	case someKeys:
		return words("des touches : 12#", "keys: 12#")
	}
	return Words{}
}

func (s valueShape) isName() Words {
	return map[string]Words{
		"service": {"un service", "a service"}, "hours": {"un horaire", "hours"}, "menu": {"un menu", "a menu"}, "queue": {"une file", "a queue"},
		"closure": {"une fermeture de closures", "a closure of closures"}, "reason": {"une fermeture, holidays_fr, special ou hours", "a closure, holidays_fr, special or hours"},
		"skill": {"une compétence", "a skill"}, "callback": {"un rappel de callbacks", "a callback of callbacks"}, "voicemail": {"une messagerie de voicemails", "a mailbox of voicemails"},
		"survey": {"un questionnaire de surveys", "a survey of surveys"},
		"agent":  {"une personne", "an agent"}, "prompt": {"une annonce", "a prompt"}, "language": {"une langue de languages", "a language of languages"},
	}[s.of]
}

func (s valueShape) isMapping() Words {
	if s.keys == nil {
		var names []string
		for _, f := range s.fields() {
			names = append(names, f.name)
		}
		return words("{%s}", "{%s}", strings.Join(names, ", "))
	}
	return words("vos lignes « %s »", `your lines "%s"`, map[form]Words{
		aNewName: {"nom: ...", "name: ..."}, aNumber: {"numéro: ...", "number: ..."}, aKey: {"touche: étapes", "key: steps"},
		someDays: {"jours: plages", "days: spans"}, aDate: {"jour: plages", "day: spans"}, aLanguage: {"langue: ...", "language: ..."}, aText: {"MOT: étapes", "WORD: steps"}, aCode: {"code: ...", "code: ..."},
	}[s.keys.form])
}

func orOf(choices []string) Words {
	if len(choices) < 2 {
		return words("%s", "%s", strings.Join(choices, ""))
	}
	most, last := strings.Join(choices[:len(choices)-1], ", "), choices[len(choices)-1]
	return words("%s ou %s", "%s or %s", most, last)
}
