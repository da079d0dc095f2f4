package routing

import (
	"maps"
	"path/filepath"
	"slices"
	"time"

	"hotline/config"
	"hotline/prompt"
)

// Sounds knows the files of the rules' prompts, and those that hotline has made.
type Sounds struct {
	Rules    *config.Rules
	place    string                   // where the switch has them: a folder, or the address of the shelf
	shelf    *prompt.Shelf            // of a switch that fetches them; nil: it has the folder
	Folder   string                   // as hotline sees it
	Texts    map[config.Text]string   // by text: the file, in the folder, that speaks it
	Prices   map[string]string        // by price as the rules write it: the file, in the folder, that speaks it
	Warnings map[time.Duration]string // by the time before the limit: the file that warns of it
	Beep     string                   // the file that says that the caller may speak now
	Fitted   map[string]string        // by file that no switch plays as it is: the file, in the folder, that was made of it
}

// In is the sounds as a switch sees them that has their folder there, or that fetches them from a shelf at that address.
func (s Sounds) In(place string, shelf *prompt.Shelf) Sounds {
	s.place, s.shelf = place, shelf
	return s
}

// at is what a switch plays for a file. One that cannot be put on the shelf is not there: the switch will say so.
func (s Sounds) at(file string) string {
	if fitted, ok := s.Fitted[file]; ok {
		file = fitted
	}
	if s.shelf == nil {
		return filepath.Join(s.place, file)
	}
	name, err := s.shelf.Put(filepath.Join(s.Folder, file))
	if err != nil {
		name = "missing.wav"
	}
	return s.place + "/" + name
}

// Files are all of them, each once.
func (s Sounds) Files() (files []string) {
	for _, p := range s.Rules.Prompts {
		files = slices.AppendSeq(files, maps.Values(p.Files))
	}
	files = slices.AppendSeq(files, maps.Values(s.Texts))
	files = slices.AppendSeq(files, maps.Values(s.Prices))
	files = slices.AppendSeq(files, maps.Values(s.Warnings))
	if s.Beep != "" {
		files = append(files, s.Beep)
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// Stock puts all of them on the shelf, so that no call has to wait until they are read, and says which cannot be.
func (s Sounds) Stock(shelf *prompt.Shelf) (missing []error) {
	for _, file := range s.Files() {
		if fitted, ok := s.Fitted[file]; ok {
			file = fitted
		}
		if _, err := shelf.Put(filepath.Join(s.Folder, file)); err != nil {
			missing = append(missing, err)
		}
	}
	return missing
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
			return s.at(file), true
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
	if !ok {
		return "", false
	}
	return s.at(file), true
}

// MayBegin returns the file that says that the caller may speak now.
func (s Sounds) MayBegin() (string, bool) {
	if s.Beep == "" {
		return "", false
	}
	return s.at(s.Beep), true
}

// Phrases are those of hotline's own that calls need by the rules, in each of their languages.
func Phrases(rules *config.Rules) (all []prompt.Phrase) {
	for _, lang := range rules.Languages {
		var needed []prompt.Phrase
		if len(rules.Voicemails) > 0 {
			needed = prompt.Mailbox(lang)
		}
		if len(rules.Goals) > 0 {
			needed = append(needed, prompt.Transfers(lang)...)
		}
		if len(rules.Surveys) > 0 {
			needed = append(needed, prompt.Surveys(lang)...)
		}
		for _, p := range needed {
			if !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	return all
}

// Warning returns the file that says how near the limit is; "" when there is none.
func (s Sounds) Warning(before time.Duration) string {
	if file, ok := s.Warnings[before]; ok {
		return s.at(file)
	}
	return ""
}
