package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"hotline/config"
	"hotline/prompt"
	"hotline/wav"
	"hotline/web"
)

// TestUtterances lists what the rules make hotline say beside their prompts: its own phrases, and the texts of steps, which come
// last because no recording could take their place.
func TestUtterances(t *testing.T) {
	rules, problems := config.ParseRules("rules.yaml", []byte("version: 1\nlanguages: [fr, en]\nnumbers: {0809400100: {service: sav}}\n"+
		"services: {sav: {open: [{say: {fr: \"Un instant.\", en: \"One moment.\"}}, {say: {fr: \"Appel de {caller}.\"}}, {play: hello}, {voicemail: sav}]}}\n"+
		"voicemails: {sav: {email: sav@example.fr}}\nprompts: {hello: {fr: Bonjour., en: Hello.}}\n"))
	if problems.Errors() {
		t.Fatal(problems)
	}
	prompts := config.Prompts{Folder: t.TempDir(), Speech: "cp " + filepath.Join(t.TempDir(), "spoken.wav") + " {file}"}
	all := utterancesBy(rules, prompts)
	names := map[string]int{}
	for i, h := range all {
		names[h.name]++
		if last := i >= len(all)-2; (h.record == "") != last {
			t.Errorf("%d of %d is %+v", i+1, len(all), h)
		}
	}
	if names["hello"] != 2 || names["voicemail-greeting"] != 2 || names["say"] != 2 || names["pin-ask"] != 0 {
		t.Errorf("%v", names)
	}

	for _, test := range []struct {
		name, lang, want string
		err              error
	}{
		{"hello", "fr", "hello-fr.wav", nil}, {"hello", "", "", web.ErrSeveralPrompts}, {"hello", "de", "", web.ErrNoPrompt}, {"none", "fr", "", web.ErrNoPrompt},
		{"2", "", "hello-en.wav", nil}, {"HELLO", "en", "hello-en.wav", nil}, {"hello-en.wav", "", "hello-en.wav", nil},
		{"phrase-voicemail-greeting-fr.wav", "", "phrase-voicemail-greeting-fr.wav", nil}, {"say", "fr", "", web.ErrNoPrompt}, {"0", "", "", web.ErrNoPrompt},
		{"99", "", "", web.ErrNoPrompt}, {"", "", "", web.ErrNoPrompt},
	} {
		h, err := chosen(all, test.name, test.lang)
		if !errors.Is(err, test.err) || h.record != test.want {
			t.Errorf("%q %q: %q, %v; want %q, %v", test.name, test.lang, h.record, err, test.want, test.err)
		}
	}

	// Once they have been spoken, check listens to all of them.
	if err := os.WriteFile(prompts.Speech[3:len(prompts.Speech)-len(" {file}")], wav.Encode(tone(0.1, 1, 0.1, 0.4)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := makeSounds(context.Background(), rules, prompts, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	said := slices.ContainsFunc(listenToAll(rules, prompts), func(l listened) bool { return l.name == "say" && l.good() })
	if !said {
		t.Error("check does not listen to what a step says")
	}
}

// TestKeepRecording puts a take into its place, and what was there to the earlier ones, as often as that happens.
func TestKeepRecording(t *testing.T) {
	studio := prompt.Studio{Folder: t.TempDir()}
	now := time.Date(2026, 11, 28, 19, 0, 0, 0, time.UTC)
	for n, amplitude := range []float64{0.1, 0.2, 0.3} {
		raw := filepath.Join(t.TempDir(), "raw.wav")
		if err := os.WriteFile(raw, wav.Encode(tone(1, float64(n+1), 1, amplitude)), 0o600); err != nil {
			t.Fatal(err)
		}
		m, faults, err := studio.Take(raw, "take-1.wav", false)
		if err != nil || len(faults) > 0 || m.Peak > prompt.PeakLimit || m.Before > prompt.LeadLimit || m.After > prompt.TailLimit {
			t.Errorf("take %d: %+v %v %v", n, m, faults, err)
		}
		if err := studio.Keep("take-1.wav", "en/hello.wav", now); err != nil {
			t.Fatal(err)
		}
	}
	for file, seconds := range map[string]int{"en/hello.wav": 3, "earlier/en-hello-20261128-190000.wav": 1, "earlier/en-hello-20261128-190000-2.wav": 2} {
		if length := soundLength(studio.Folder, file); int(length.Seconds()) != seconds {
			t.Errorf("%s lasts %s, want %d s", file, length, seconds)
		}
	}
	for name, test := range map[string]struct {
		sound []int16
		price bool
		want  prompt.Fault
	}{
		"silence": {make([]int16, 8000), false, prompt.Silent}, "a whisper": {tone(0, 1, 0, 0.001), false, prompt.Silent},
		"clipped": {tone(0.5, 2, 0.5, 3), false, prompt.Clipped}, "a long price": {tone(0.5, 25, 0.5, 0.3), true, prompt.Long},
	} {
		raw := filepath.Join(t.TempDir(), "raw.wav")
		if err := os.WriteFile(raw, wav.Encode(test.sound), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, faults, err := studio.Take(raw, "take-2.wav", test.price); err != nil || !slices.Contains(faults, test.want) {
			t.Errorf("%s: %v, %v", name, faults, err)
		}
	}
}
