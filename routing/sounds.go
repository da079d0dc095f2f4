package routing

import (
	"path/filepath"
	"time"

	"hotline/config"
	"hotline/prompt"
)

// Sounds knows the files of the rules' prompts, and those that hotline has made.
type Sounds struct {
	Rules    *config.Rules
	folder   string                   // as the switch sees it
	Texts    map[config.Text]string   // by text: the file, in the folder, that speaks it
	Prices   map[string]string        // by price as the rules write it: the file, in the folder, that speaks it
	Warnings map[time.Duration]string // by the time before the limit: the file that warns of it
}

// In is the sounds as a switch sees them that has their folder there.
func (s Sounds) In(folder string) Sounds {
	s.folder = folder
	return s
}

// Path returns the file of a prompt in that language, else in the first of the rules' languages that it has.
func (s Sounds) Path(prompt, lang string) (string, bool) {
	p, ok := s.Rules.Prompts[prompt]
	if !ok {
		return "", false
	}
	return s.Of(p, lang)
}

// Of is the same of a prompt that may have no name.
func (s Sounds) Of(p *config.Prompt, lang string) (string, bool) {
	for _, l := range append([]string{lang}, s.Rules.Languages...) {
		file, ok := p.Files[l]
		if !ok {
			file, ok = s.Texts[config.Text{Lang: l, Words: p.Texts[l]}]
		}
		if ok {
			return s.file(file), true
		}
	}
	return "", false
}

// file is a file of the folder, as the switch sees it.
func (s Sounds) file(name string) string { return filepath.Join(s.folder, name) }

// Price returns the file that tells what a call to the line costs at that price: a recording, or a machine's.
func (s Sounds) Price(line *config.Line, price string) (string, bool) {
	if p := line.Announcement.Prompt; p != "" {
		return s.Path(p, prompt.Language)
	}
	file, ok := s.Prices[price]
	return filepath.Join(s.folder, file), ok
}

// Warning returns the file that says how near the limit is; "" when there is none.
func (s Sounds) Warning(before time.Duration) string {
	if file, ok := s.Warnings[before]; ok {
		return filepath.Join(s.folder, file)
	}
	return ""
}
