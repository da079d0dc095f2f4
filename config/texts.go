package config

import (
	"slices"
	"strings"
	"unicode/utf8"

	"hotline/prompt"
)

// CheckTexts says who speaks the texts of the rules: nobody, or a machine. speech is its command.
func CheckTexts(rules *Rules, speech string) Problems {
	names := slices.DeleteFunc(keys(rules.Prompts), func(name string) bool { return len(rules.Prompts[name].Texts) == 0 })
	if len(names) == 0 {
		return nil
	}
	slices.SortFunc(names, func(a, b string) int { return rules.Prompts[a].Pos.Compare(rules.Prompts[b].Pos) })
	first := rules.Prompts[names[0]]
	p := NewProblem(first.Pos, utf8.RuneCountInString(first.Name), "W510", words("dit par une machine : %s", "spoken by a machine: %s", strings.Join(names, ", ")),
		words("Un texte enregistré par une personne sonne mieux.", "A text recorded by a person sounds better."),
		words("quand vous aurez le temps, enregistrez-le et écrivez {file: nom.wav}.", "when you find the time, record it and write {file: name.wav}."))
	p.Warning = true
	if s, err := prompt.ParseSpeech(speech); err != nil || !s.Installed() {
		p.Code = "W511"
		p.Title = words("personne ne peut dire : %s", "nobody can speak: %s", strings.Join(names, ", "))
		p.Why = words("Ces textes sont dits par %s, qui n'est pas installé ici : les clients ne les entendront pas.",
			"These texts are spoken by %s, which is not installed here: callers will not hear them.", s.Program())
		p.Fix = words("installez-le (apt-get install %s), ou enregistrez-les et écrivez {file: nom.wav}.",
			"install it (apt-get install %s), or record them and write {file: name.wav}.", s.Program())
	}
	return Problems{p}
}
