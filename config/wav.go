package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"hotline/wav"
)

// CheckPrompts looks at every file that the rules play. A switch that is asked for a missing or wrong file says nothing
// to the caller, who would hear silence.
func CheckPrompts(rules *Rules, folder string) Problems {
	var problems Problems
	for _, name := range keys(rules.Prompts) {
		prompt := rules.Prompts[name]
		seen := make(map[string]bool)
		for _, lang := range rules.Languages {
			file := prompt.Files[lang]
			if file == "" || seen[file] {
				continue
			}
			seen[file] = true
			if p, wrong := checkPrompt(rules, prompt, lang, folder); wrong {
				problems = append(problems, p)
			}
		}
	}
	return problems.Sorted()
}

func checkPrompt(rules *Rules, prompt *Prompt, lang, folder string) (Problem, bool) {
	file := prompt.Files[lang]
	full := filepath.Join(folder, filepath.FromSlash(file))
	is, form, _, err := describeWav(full)
	if err == nil && is == (Words{}) {
		return Problem{}, false
	}
	p := rules.Problem(Place{prompt.At[lang], len([]rune(file))}, "E501", Words{}, Words{}, Words{})
	plays := words("L'annonce %s le joue", "Prompt %s plays it", prompt.Name)
	if len(rules.Languages) > 1 {
		plays = words("%s en %s", "%s in %s", plays, languageName(lang))
	}
	switch {
	case errors.Is(err, os.ErrNotExist):
		p.Title = words("le fichier %s n'existe pas", "the file %s does not exist", file)
		p.Why = words("%s ; il est cherché ici : %s", "%s; it is looked for here: %s", plays, full)
		p.Fix = words("enregistrez-le, ou corrigez son nom.", "record it, or correct its name.")
		if meant := Nearest(file, soundsOf(folder)); meant != "" {
			p.Fix = words("écrivez %s, ou enregistrez %s.", "write %s, or record %s.", meant, file)
		}
	case err != nil:
		p.Title = words("le fichier %s est illisible", "the file %s is unreadable", file)
		p.Why = Words{FR: err.Error(), EN: err.Error()}
		p.Fix = words("vérifiez ses droits.", "check its permissions.")
	default:
		p.Code = "E502"
		p.Title = words("le fichier %s n'a pas le bon format", "the file %s has the wrong format", file)
		p.Why = words("%s. C'est %s. Il faut un WAV PCM, de préférence 8000 Hz, mono, 16 bits.", "%s. It is %s. A WAV PCM is needed, best 8000 Hz, mono, 16 bits.", plays, is)
		p.Fix = words("sox %s -r 8000 -c 1 -b 16 nouveau.wav", "sox %s -r 8000 -c 1 -b 16 new.wav", file)
		if form == (wav.Form{}) { // nothing that could be converted
			p.Fix = words("enregistrez-le de nouveau ; un MP3 se convertit : ffmpeg -i son.mp3 -ar 8000 -ac 1 %s", "record it again; an MP3 is converted by: ffmpeg -i sound.mp3 -ar 8000 -ac 1 %s", file)
		}
	}
	return p, true
}

// soundsOf are the sound files of a folder; of one that cannot be read there are none.
func soundsOf(folder string) (names []string) {
	found, _ := os.ReadDir(folder)
	for _, f := range found {
		if filepath.Ext(f.Name()) == ".wav" {
			names = append(names, f.Name())
		}
	}
	return names
}

// NewProblem makes a problem of something in a file that was read before, for checks that need more than the file. The
// line is fetched anew; when that is not possible the problem stands without it.
func NewProblem(pos Pos, width int, code string, title, why, fix Words) Problem {
	return Problem{Pos: pos, Code: code, Title: title, Why: why, Fix: fix, Line: lineText(pos), Width: width}
}

func lineText(pos Pos) string {
	data, problems := readFile(pos.File)
	lines := splitLines(string(data))
	if problems.Errors() || pos.Line < 1 || pos.Line > len(lines) {
		return ""
	}
	return lines[pos.Line-1]
}

// describeWav says what a file is when no switch can play it, not even what hotline makes of it; nothing when one can, and then
// how long it lasts.
func describeWav(path string) (Words, wav.Form, time.Duration, error) {
	f, err := os.Open(path)
	if err != nil {
		return Words{}, wav.Form{}, 0, err
	}
	defer f.Close() // only read from: closing can lose nothing
	info, err := f.Stat()
	if err != nil {
		return Words{}, wav.Form{}, 0, err
	}
	if !info.Mode().IsRegular() {
		return words("un dossier ou autre chose qu'un fichier", "a folder or something else than a file"), wav.Form{}, 0, nil
	}
	form, length, err := wav.ReadHeader(f)
	switch {
	case errors.Is(err, wav.ErrNotWAV):
		return words("autre chose qu'un fichier WAV", "not a WAV file"), wav.Form{}, 0, nil
	case errors.Is(err, wav.ErrCut):
		return words("un WAV coupé", "a WAV cut off"), wav.Form{}, 0, nil
	case errors.Is(err, wav.ErrEmpty):
		return words("un WAV sans son", "a WAV without sound"), wav.Form{}, 0, nil
	case err != nil:
		return Words{}, wav.Form{}, 0, err
	}
	return describeForm(form), form, length, nil
}

// describeForm says what the sound is when it cannot be read.
func describeForm(form wav.Form) Words {
	if form.Readable() {
		return Words{}
	}
	name := fmt.Sprintf("codec %d", form.Codec)
	switch form.Codec {
	case wav.PCM:
		name = "PCM"
	case 3:
		name = "float PCM"
	case 6:
		name = "A-law"
	case 7:
		name = "u-law"
	}
	return words("un WAV %s, %d Hz, %s, %d bits", "a WAV %s, %d Hz, %s, %d bits", name, form.Rate, channelWords(form.Channels), form.Bits)
}

func channelWords(n uint16) Words {
	switch n {
	case 1:
		return words("mono", "mono")
	case 2:
		return words("stéréo", "stereo")
	}
	return words("%d canaux", "%d channels", n)
}
