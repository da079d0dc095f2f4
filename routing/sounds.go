package routing

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"hotline/config"
	"hotline/prompt"
)

// Sounds knows the files of the rules' prompts, and those that hotline has made.
type Sounds struct {
	Rules    *config.Rules
	folder   string                                                        // as the switch sees it
	Texts    map[config.Text]string                                        // by text: the file, in the folder, that speaks it
	Prices   map[string]string                                             // by price as the rules write it: the file, in the folder, that speaks it
	Warnings map[time.Duration]string                                      // by the time before the limit: the file that warns of it
	Speak    func(context.Context, prompt.Phrase) (file string, err error) // has a phrase spoken, into the folder; nil = nobody can
}

var errNotSpoken = errors.New("nobody can speak it")

// phrase returns the file of a phrase. One that is new takes as long as it takes to speak it.
func (s Sounds) phrase(ctx context.Context, p prompt.Phrase) (string, error) {
	if s.Speak == nil {
		return "", errNotSpoken
	}
	file, err := s.Speak(ctx, p)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errNotSpoken, err)
	}
	return filepath.Join(s.folder, file), nil
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
	for _, l := range append([]string{lang}, s.Rules.Languages...) {
		file, ok := p.Files[l]
		if !ok {
			file, ok = s.Texts[config.Text{Lang: l, Words: p.Texts[l]}]
		}
		if ok {
			return filepath.Join(s.folder, file), true
		}
	}
	return "", false
}

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
