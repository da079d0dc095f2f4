package config

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Prompt is something that the caller hears: in each language a file or a text.
type Prompt struct {
	Name  string
	Files map[string]string // language -> file, relative to the folder of the prompts
	Texts map[string]string // language -> text that a program speaks
	At    map[string]Pos    // language -> where its file is named
	Pos   Pos

	Filled bool // it is the text of a step say: a {name} in it is the value of the call
}

// A Text is what a program shall speak.
type Text struct{ Lang, Words string }

// In returns the file for the language, or for the first language of the rules when there is none.
func (p *Prompt) In(lang, first string) string {
	if file, ok := p.Files[lang]; ok {
		return file
	}
	return p.Files[first]
}

// Texts are all texts of the prompts and of the steps say that are known before a call, each once: in the order of the
// prompts' names, then of the steps.
func (r *Rules) Texts() (texts []Text) {
	var all []*Prompt
	for _, name := range keys(r.Prompts) {
		all = append(all, r.Prompts[name])
	}
	for _, p := range append(all, r.says...) {
		for _, lang := range r.Languages {
			if words, ok := p.Texts[lang]; ok && p.Plain(lang) && !slices.Contains(texts, Text{lang, words}) {
				texts = append(texts, Text{lang, words})
			}
		}
	}
	return texts
}

// Says are the texts of the steps say.
func (r *Rules) Says() []*Prompt { return r.says }

// Plain reports whether what is heard in the language is the same in every call.
func (p *Prompt) Plain(lang string) bool { return !p.Filled || len(SlotsOf(p.Texts[lang])) == 0 }

func (l *loader) readPrompts(key, value *yaml.Node) {
	l.rules.Prompts = make(map[string]*Prompt)
	l.named(value, words("prompts", "prompts"), func(key, value *yaml.Node) {
		l.rules.Prompts[key.Value] = l.readPrompt(key, value)
	})
}

func (l *loader) readPrompt(key, value *yaml.Node) *Prompt {
	p := &Prompt{Name: key.Value, Files: make(map[string]string), Texts: make(map[string]string),
		At: make(map[string]Pos), Pos: l.pos(key)}
	where := words("l'annonce %s", "prompt %s", key.Value)
	switch {
	case value.Kind == yaml.ScalarNode:
		l.spoken(p, l.rules.Languages[0], value)
		for _, lang := range l.rules.Languages[1:] {
			l.lacks(p, key, lang)
		}
		return p
	case l.has(value, "file") || value.Kind == yaml.MappingNode && len(value.Content) == 2 && l.nearest(value.Content[0].Value, append([]string{"file"}, l.rules.Languages...)) == "file":
		l.fields(key, value, where, []string{"text", "voice"}, l.fileField(func(file string, at Pos) {
			for _, lang := range l.rules.Languages {
				p.Files[lang], p.At[lang] = file, at
			}
		}))
		return p
	}
	var known []field
	for _, lang := range l.rules.Languages {
		known = append(known, ownField(lang, l.promptShape(), func(k, v *yaml.Node) { l.promptIn(p, lang, k, v, where) }))
	}
	foreign := l.foreignLanguages(key, value)
	l.fields(key, value, where, []string{"text", "voice"}, append(known, foreign...)...)
	if value.Kind == yaml.MappingNode {
		l.checkLanguages(p, key, value, len(foreign) > 0)
	}
	return p
}

// foreignLanguages are the words of a prompt that are languages, but none of this file.
func (l *loader) foreignLanguages(key, value *yaml.Node) (foreign []field) {
	for i := 0; value.Kind == yaml.MappingNode && i+1 < len(value.Content); i += 2 {
		lang := value.Content[i].Value
		if len(lang) != 2 || strings.Trim(lang, "abcdefghijklmnopqrstuvwxyz") != "" || slices.Contains(l.rules.Languages, lang) {
			continue
		}
		foreign = append(foreign, field{name: lang, read: func(k, _ *yaml.Node) {
			l.fail(k, "E101", words("la langue « %s » de l'annonce %s n'est pas dans languages", `language "%s" of prompt %s is not in languages`, lang, key.Value), Words{},
				words("écrivez une des langues du fichier (%s), ou ajoutez %s à languages.", "write one of the file's languages (%s), or add %s to languages.", strings.Join(l.rules.Languages, ", "), lang))
		}})
	}
	return foreign
}

// promptIn reads {file: x.wav} or a text.
func (l *loader) promptIn(p *Prompt, lang string, key, value *yaml.Node, where Words) {
	if value.Kind == yaml.ScalarNode {
		l.spoken(p, lang, value)
		return
	}
	l.fields(key, value, where, []string{"text", "voice"}, l.fileField(func(file string, at Pos) { p.Files[lang], p.At[lang] = file, at }))
}

// promptShape is what stands behind a prompt, and behind each of its languages.
func (l *loader) promptShape() valueShape {
	recorded := mappingOf(func() []field { return []field{l.fileField(func(string, Pos) {})} })
	recorded.about = soundPath
	return eitherOf(simple(aText), recorded)
}

// fileField is the word before the name of a sound file.
func (l *loader) fileField(take func(file string, at Pos)) field {
	return required(ownField("file", simple(aFile), func(_, v *yaml.Node) { take(l.fileName(v), l.pos(v)) }))
}

// TextLimit is how many characters a text may have that is spoken: a minute and a half of speech, which is longer than any caller listens.
const TextLimit = 1200

// spoken reads a text that a program speaks.
func (l *loader) spoken(p *Prompt, lang string, v *yaml.Node) {
	text, ok := l.text(p.Name, v)
	if !ok {
		return
	}
	text = strings.Join(strings.Fields(text), " ")
	switch {
	case strings.HasSuffix(strings.ToLower(text), ".wav"):
		l.fail(v, "E104", words("un fichier s'écrit {file: ...}", "a file is written {file: ...}"), Words{},
			words("écrivez {file: %s}.", "write {file: %s}.", clip(text)))
	case utf8.RuneCountInString(text) > TextLimit:
		l.fail(v, "E507", words("l'annonce %s est trop longue", "prompt %s is too long", p.Name),
			words("Elle a %d caractères ; au-delà de %d, personne n'écoute.", "It has %d characters; beyond %d nobody listens.", utf8.RuneCountInString(text), TextLimit),
			words("raccourcissez-la.", "make it shorter."))
	case !strings.ContainsFunc(text, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }):
		l.fail(v, "E507", words("l'annonce %s n'a aucun mot à dire", "prompt %s has no word to speak", p.Name), Words{},
			words("écrivez un texte, ou {file: nom.wav}.", "write a text, or {file: name.wav}."))
	default:
		p.Texts[lang] = text
	}
}

// fileForm is narrow because the name goes to the switch as part of a command, in which a comma or an ampersand would
// start a second file.
var fileForm = regexp.MustCompile(`^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*\.wav$`)

func (l *loader) fileName(v *yaml.Node) string {
	s, ok := l.text("file", v)
	if !ok {
		return ""
	}
	if len(s) > 200 || !fileForm.MatchString(s) || path.Clean(s) != s || strings.HasPrefix(s, "../") {
		l.fail(v, "E505", words("« %s » ne va pas comme nom de fichier", `"%s" will not do as a file name`, clip(s)),
			words("Le fichier est dans le dossier des annonces ; son nom a des lettres sans accent, des chiffres, « - », « _ », et finit par .wav.",
				`The file is in the folder of the prompts; its name has plain letters, digits, "-", "_", and ends in .wav.`),
			words("renommez le fichier, par exemple bienvenue.wav.", "rename the file, for example welcome.wav."))
		return ""
	}
	return s
}

// checkLanguages reports the languages in which nothing would be heard.
func (l *loader) checkLanguages(p *Prompt, key, value *yaml.Node, foreign bool) {
	for i, lang := range l.rules.Languages {
		switch {
		case l.has(value, lang):
		case foreign && i > 0: // perhaps that one was meant
		case i == 0:
			l.fail(key, "E503", words("l'annonce %s n'existe pas en %s", "prompt %s does not exist in %s", p.Name, languageName(lang)),
				words("%s est la première de languages : c'est elle qui sert par défaut.", "%s is the first of languages: it serves by default.", lang),
				words("ajoutez %s: {file: nom.wav}, ou un texte.", "add %s: {file: name.wav}, or a text.", lang))
		default:
			l.lacks(p, key, lang)
		}
	}
}

// lacks warns of a language in which a prompt cannot be heard.
func (l *loader) lacks(p *Prompt, key *yaml.Node, lang string) {
	if p.Filled { // a text in a step: it has no name, and no recording
		first := l.rules.Languages[0]
		l.warn(key, "W503", words("ce texte n'existe pas en %s", "this text does not exist in %s", languageName(lang)),
			words("Qui a choisi cette langue le reçoit en %s.", "Whoever chose this language gets it in %s.", languageName(first)),
			words("écrivez %[1]s: {%[2]s: \"...\", %[3]s: \"...\"}.", "write %[1]s: {%[2]s: \"...\", %[3]s: \"...\"}.", p.Name, first, lang))
		return
	}
	l.warn(key, "W503", words("l'annonce %s n'existe pas en %s", "prompt %s does not exist in %s", p.Name, languageName(lang)),
		words("Qui a choisi cette langue l'entendra en %s.", "Whoever chose this language hears it in %s.", languageName(l.rules.Languages[0])),
		words("ajoutez %s: {file: nom.wav}, ou un texte.", "add %s: {file: name.wav}, or a text.", lang))
}

// languageName is what people call a language.
func languageName(code string) Words {
	names := map[string]Words{"fr": {"français", "French"}, "en": {"anglais", "English"}, "de": {"allemand", "German"}, "es": {"espagnol", "Spanish"},
		"it": {"italien", "Italian"}, "nl": {"néerlandais", "Dutch"}, "pt": {"portugais", "Portuguese"}}
	if name, ok := names[code]; ok {
		return name
	}
	return words("%s", "%s", code)
}

// Speaks is the language in which the prompt is heard by who has chosen one: that, or the first of the rules' languages
// that it has.
func (p *Prompt) Speaks(lang string, languages []string) string {
	for _, l := range append([]string{lang}, languages...) {
		if p.Files[l] != "" || p.Texts[l] != "" {
			return l
		}
	}
	return lang
}
