package config

import (
	"path"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// Prompt is something that the caller hears.
type Prompt struct {
	Name  string
	Files map[string]string // language -> file, relative to the folder of the prompts
	Pos   Pos
}

// In returns the file for the language, or for the first language of the rules when there is none.
func (p *Prompt) In(lang, first string) string {
	if file, ok := p.Files[lang]; ok {
		return file
	}
	return p.Files[first]
}

func (l *loader) readPrompts(key, value *yaml.Node) {
	l.rules.Prompts = make(map[string]*Prompt)
	l.named(value, words("prompts", "prompts"), func(key, value *yaml.Node) {
		l.rules.Prompts[key.Value] = l.readPrompt(key, value)
	})
}

func (l *loader) readPrompt(key, value *yaml.Node) *Prompt {
	p := &Prompt{Name: key.Value, Files: make(map[string]string), Pos: l.pos(key)}
	where := words("l'annonce %s", "prompt %s", key.Value)
	switch {
	case value.Kind == yaml.ScalarNode:
		l.spoken(value)
		return p
	case l.has(value, "file"):
		l.fields(key, value, where, []string{"text", "voice"}, field{"file", true, func(_, v *yaml.Node) {
			file := l.fileName(v)
			for _, lang := range l.rules.Languages {
				p.Files[lang] = file
			}
		}})
		return p
	}
	var known []field
	for _, lang := range l.rules.Languages {
		known = append(known, field{name: lang, read: func(k, v *yaml.Node) { p.Files[lang] = l.promptFile(k, v, where) }})
	}
	l.fields(key, value, where, []string{"text", "voice"}, known...)
	if value.Kind == yaml.MappingNode {
		l.checkLanguages(p, key, value)
	}
	return p
}

// promptFile reads {file: x.wav}.
func (l *loader) promptFile(key, value *yaml.Node, where Words) string {
	if value.Kind == yaml.ScalarNode {
		l.spoken(value)
		return ""
	}
	var file string
	l.fields(key, value, where, []string{"text", "voice"}, field{"file", true, func(_, v *yaml.Node) { file = l.fileName(v) }})
	return file
}

// spoken refuses a text that a machine would have to speak.
func (l *loader) spoken(v *yaml.Node) {
	if strings.HasSuffix(strings.ToLower(v.Value), ".wav") {
		l.fail(v, "E104", words("un fichier s'écrit {file: ...}", "a file is written {file: ...}"), Words{},
			words("écrivez {file: %s}.", "write {file: %s}.", clip(v.Value)))
		return
	}
	l.fail(v, "E103", words("les textes parlés n'existent pas encore dans cette version", "spoken texts are not in this version yet"),
		words("Cette version joue des fichiers, elle ne dit pas encore de textes.", "This version plays files, it does not speak texts yet."),
		words("enregistrez ce texte et écrivez {file: nom.wav}.", "record this text and write {file: name.wav}."))
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
func (l *loader) checkLanguages(p *Prompt, key, value *yaml.Node) {
	for i, lang := range l.rules.Languages {
		switch {
		case l.has(value, lang):
		case i == 0:
			l.fail(key, "E503", words("l'annonce %s n'existe pas en %s", "prompt %s does not exist in %s", p.Name, lang),
				words("%s est la première de languages : c'est elle qui sert par défaut.", "%s is the first of languages: it serves by default.", lang),
				words("ajoutez %s: {file: nom.wav}.", "add %s: {file: name.wav}.", lang))
		default:
			l.warn(key, "W503", words("l'annonce %s n'existe pas en %s", "prompt %s does not exist in %s", p.Name, lang),
				words("Qui a choisi cette langue l'entendra en %s.", "Whoever chose this language hears it in %s.", l.rules.Languages[0]),
				words("ajoutez %s: {file: nom.wav}.", "add %s: {file: name.wav}.", lang))
		}
	}
}
