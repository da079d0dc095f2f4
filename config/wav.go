package config

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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
			if p, wrong := checkPrompt(prompt, file, filepath.Join(folder, filepath.FromSlash(file))); wrong {
				problems = append(problems, p)
			}
		}
	}
	return problems.sorted()
}

func checkPrompt(prompt *Prompt, file, full string) (Problem, bool) {
	is, err := describeWav(full)
	if err == nil && is == (Words{}) {
		return Problem{}, false
	}
	p := NewProblem(prompt.Pos, len([]rune(prompt.Name)), "", Words{}, Words{}, Words{})
	switch {
	case errors.Is(err, os.ErrNotExist):
		p.Code = "E501"
		p.Title = words("le fichier %s n'existe pas", "the file %s does not exist", file)
		p.Why = words("L'annonce %s le joue ; il est cherché ici : %s", "Prompt %s plays it; it is looked for here: %s", prompt.Name, full)
		p.Fix = words("enregistrez-le, ou corrigez son nom.", "record it, or correct its name.")
	case err != nil:
		p.Code = "E501"
		p.Title = words("le fichier %s est illisible", "the file %s is unreadable", file)
		p.Why = Words{FR: err.Error(), EN: err.Error()}
		p.Fix = words("vérifiez ses droits.", "check its permissions.")
	default:
		p.Code = "E502"
		p.Title = words("le fichier %s n'a pas le bon format", "the file %s has the wrong format", file)
		p.Why = words("C'est %s. Il faut un WAV PCM, 8000 Hz, mono, 16 bits.", "It is %s. A WAV PCM, 8000 Hz, mono, 16 bits is needed.", is)
		p.Fix = words("sox %s -r 8000 -c 1 -b 16 nouveau.wav", "sox %s -r 8000 -c 1 -b 16 new.wav", file)
	}
	return p, true
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

// describeWav says what a file is when it is not what a switch plays; nothing when it is.
func describeWav(path string) (Words, error) {
	f, err := os.Open(path)
	if err != nil {
		return Words{}, err
	}
	defer f.Close() // only read from: closing can lose nothing
	info, err := f.Stat()
	if err != nil {
		return Words{}, err
	}
	if !info.Mode().IsRegular() {
		return words("un dossier ou autre chose qu'un fichier", "a folder or something else than a file"), nil
	}
	return describeRIFF(f)
}

// describeRIFF walks the chunks of a RIFF file: "fmt " says what the sound is, "data" must hold some.
func describeRIFF(f io.ReadSeeker) (Words, error) {
	var head [12]byte
	if _, err := io.ReadFull(f, head[:]); err != nil || string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return words("autre chose qu'un fichier WAV", "not a WAV file"), notShort(err)
	}
	known := false
	for {
		var chunk [8]byte
		if _, err := io.ReadFull(f, chunk[:]); err != nil {
			return words("un WAV sans son, ou coupé", "a WAV without sound, or cut off"), notShort(err)
		}
		size := int64(binary.LittleEndian.Uint32(chunk[4:]))
		switch string(chunk[:4]) {
		case "fmt ":
			var form [16]byte
			if _, err := io.ReadFull(f, form[:]); err != nil || size < 16 {
				return words("un WAV coupé", "a WAV cut off"), notShort(err)
			}
			if is := describeForm(form); is != (Words{}) {
				return is, nil
			}
			known, size = true, size-16
		case "data":
			if !known || size == 0 {
				return words("un WAV sans son", "a WAV without sound"), nil
			}
			return Words{}, nil
		}
		if _, err := f.Seek(size+size%2, io.SeekCurrent); err != nil {
			return Words{}, fmt.Errorf("read sound: %w", err)
		}
	}
}

// describeForm says what the sound is when it is not 8 kHz mono 16-bit PCM.
func describeForm(form [16]byte) Words {
	codec, channels := binary.LittleEndian.Uint16(form[0:]), binary.LittleEndian.Uint16(form[2:])
	rate, bits := binary.LittleEndian.Uint32(form[4:]), binary.LittleEndian.Uint16(form[14:])
	if codec == 1 && channels == 1 && rate == 8000 && bits == 16 {
		return Words{}
	}
	name := fmt.Sprintf("codec %d", codec)
	switch codec {
	case 1:
		name = "PCM"
	case 3:
		name = "float PCM"
	case 6:
		name = "A-law"
	case 7:
		name = "u-law"
	}
	return words("un WAV %s, %d Hz, %s, %d bits", "a WAV %s, %d Hz, %s, %d bits", name, rate, channelWords(channels), bits)
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

// notShort passes on an error of reading, but not the end of the file, which is a finding and no error.
func notShort(err error) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}
