package config

import (
	"slices"
	"strings"
	"unicode/utf8"

	"hotline/prompt"
)

// CheckTexts says who speaks the texts of the rules: nobody, or a machine. speech is its command. That a machine speaks a step
// say is what whoever wrote it wants.
func CheckTexts(rules *Rules, speech string) Problems {
	spoken := slices.DeleteFunc(promptsOf(rules), func(p *Prompt) bool { return len(p.Texts) == 0 })
	s, err := prompt.ParseSpeech(speech)
	mute := err != nil || !s.Installed()
	if mute {
		spoken = append(spoken, rules.says...)
	}
	if len(spoken) == 0 {
		return nil
	}
	slices.SortFunc(spoken, func(a, b *Prompt) int { return a.Pos.Compare(b.Pos) })
	var names []string
	for _, p := range spoken {
		if !slices.Contains(names, p.Name) {
			names = append(names, p.Name)
		}
	}
	first := spoken[0]
	p := NewProblem(first.Pos, utf8.RuneCountInString(first.Name), "W510", words("dit par une machine : %s", "spoken by a machine: %s", strings.Join(names, ", ")),
		words("Un texte enregistré par une personne sonne mieux.", "A text recorded by a person sounds better."),
		words("quand vous aurez le temps, enregistrez-le et écrivez {file: nom.wav}.", "when you find the time, record it and write {file: name.wav}."))
	p.Warning = true
	if mute {
		p.Code = "W511"
		p.Title = words("personne ne peut dire : %s", "nobody can speak: %s", strings.Join(names, ", "))
		p.Why = words("Ces textes sont dits par %s, qui n'est pas installé ici : les clients ne les entendront pas.",
			"These texts are spoken by %s, which is not installed here: callers will not hear them.", s.Program())
		p.Fix = words("installez-le (apt-get install %s), ou enregistrez-les et écrivez {file: nom.wav}.",
			"install it (apt-get install %s), or record them and write {file: name.wav}.", s.Program())
	}
	return Problems{p}
}

func promptsOf(rules *Rules) (all []*Prompt) {
	for _, p := range rules.Prompts {
		all = append(all, p)
	}
	return all
}
