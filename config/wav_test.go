package config

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wavFile builds a sound file with the given form and bytes of sound.
func wavFile(codec, channels, rate, bits, sound int) []byte {
	data := []byte("RIFF\x00\x00\x00\x00WAVELIST\x03\x00\x00\x00abc\x00fmt \x10\x00\x00\x00")
	data = binary.LittleEndian.AppendUint16(data, uint16(codec))
	data = binary.LittleEndian.AppendUint16(data, uint16(channels))
	data = binary.LittleEndian.AppendUint32(data, uint32(rate))
	data = binary.LittleEndian.AppendUint32(data, uint32(rate*channels*bits/8))
	data = binary.LittleEndian.AppendUint16(data, uint16(channels*bits/8))
	data = binary.LittleEndian.AppendUint16(data, uint16(bits))
	data = append(data, "data"...)
	data = binary.LittleEndian.AppendUint32(data, uint32(sound))
	return append(data, make([]byte, sound)...)
}

func TestCheckPrompts(t *testing.T) {
	for name, test := range map[string]struct {
		data []byte
		want string // in the message; "" = none
	}{
		"good":       {wavFile(1, 1, 8000, 16, 320), ""},
		"44.1 kHz":   {wavFile(1, 2, 44100, 16, 320), ""},
		"A-law":      {wavFile(6, 1, 8000, 8, 320), ""},
		"ADPCM":      {wavFile(2, 2, 44100, 4, 320), "a WAV codec 2, 44100 Hz, stereo, 4 bits"},
		"silent":     {wavFile(1, 1, 8000, 16, 0), "a WAV without sound"},
		"MP3":        {[]byte("ID3\x03\x00 and many more bytes"), "not a WAV file"},
		"empty":      {nil, "not a WAV file"},
		"cut off":    {wavFile(1, 1, 8000, 16, 320)[:40], "cut off"},
		"huge chunk": {[]byte("RIFF\x00\x00\x00\x00WAVEjunk\xff\xff\xff\xff"), "cut off"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, "x.wav"), test.data, 0o600); err != nil {
				t.Fatal(err)
			}
			checkOne(t, folder, test.want, "E502")
		})
	}
	t.Run("missing", func(t *testing.T) { checkOne(t, t.TempDir(), "the file x.wav does not exist", "E501") })
	t.Run("a folder", func(t *testing.T) {
		folder := t.TempDir()
		if err := os.Mkdir(filepath.Join(folder, "x.wav"), 0o700); err != nil {
			t.Fatal(err)
		}
		checkOne(t, folder, "a folder", "E502")
	})
}

func checkOne(t *testing.T, folder, want, code string) {
	t.Helper()
	rules := &Rules{Languages: []string{"fr", "en"}, Prompts: map[string]*Prompt{
		"hello": {Name: "hello", Files: map[string]string{"fr": "x.wav", "en": "x.wav"}, Pos: Pos{"rules.yaml", 3, 1}}}}
	problems := CheckPrompts(rules, folder)
	if want == "" {
		if len(problems) > 0 {
			t.Error(problems)
		}
		return
	}
	if len(problems) != 1 || problems[0].Code != code || !strings.Contains(problems[0].Title.EN+problems[0].Why.EN, want) {
		t.Errorf("got %v, want %s with %q", problems, code, want)
	}
}

// A missing sound is told at its file, in its language, with the file that was meant.
func TestCheckPromptsPlace(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "closed.wav"), wavFile(1, 1, 8000, 16, 320), 0o600); err != nil {
		t.Fatal(err)
	}
	rules, problems := ParseRules("rules.yaml", []byte("version: 1\nlanguages: [fr, en]\nnumbers:\n  09 72 00 00 01: {service: a}\nservices:\n  a: {open: [{play: ferme}, hangup]}\n"+
		"prompts:\n  ferme: {fr: {file: closed.wav}, en: {file: Closed.wav}}\n"))
	if rules == nil {
		t.Fatal(problems)
	}
	var got strings.Builder
	if err := CheckPrompts(rules, folder).Print(&got, "en"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"rules.yaml:8:46  E501  the file Closed.wav does not exist", "Prompt ferme plays it in English;", "To do: write closed.wav, or record Closed.wav."} {
		if !strings.Contains(got.String(), want) {
			t.Errorf("%s\nis without %q", got.String(), want)
		}
	}
}
