package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/config"
	"hotline/wav"
)

// announcing are rules with one number whose price is announced as told, and one that has a limit of its own.
func announcing(t *testing.T, announcement, price string) (*config.Rules, config.Prompts) {
	t.Helper()
	folder := t.TempDir()
	spoken := filepath.Join(folder, "spoken.wav")
	sound := make([]int16, 11*wav.TelephoneRate)
	for i := range sound {
		sound[i] = int16(i % 9000)
	}
	text := "version: 1\nnumbers:\n  08 92 40 03 00: {service: conseil, price: " + price + ", announcement: " + announcement + "}\n" +
		"  08 09 40 03 00: {service: conseil, max_length: 10m}\n" +
		"services: {conseil: {open: {play: prix}}}\nprompts: {prix: {file: prix.wav}}\n"
	for name, data := range map[string][]byte{"rules.yaml": []byte(text), "spoken.wav": wav.Encode(sound), "prompts/prix.wav": wav.Encode(sound)} {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rules, problems := config.LoadRules(filepath.Join(folder, "rules.yaml"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return rules, config.Prompts{Folder: filepath.Join(folder, "prompts"), Speech: "cp " + spoken + " {file}"}
}

func TestMakeSounds(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	rules, prompts := announcing(t, "self", "0.80 EUR/min")
	if made := spokenPrices(rules, prompts); len(made) > 0 {
		t.Errorf("before anything is made there is %v", made)
	}
	sounds, err := makeSounds(t.Context(), rules, prompts, log)
	if err != nil {
		t.Fatal(err)
	}
	price, ok := sounds.Price(&rules.Lines[0], "0.80 EUR/min")
	if !ok || !strings.HasPrefix(price, "price-") {
		t.Errorf("the price is %q", price)
	}
	if made := spokenPrices(rules, prompts); len(made) != 1 || made[0] != price {
		t.Errorf("made is %v, want %s", made, price)
	}
	for _, file := range []string{price, sounds.Warning(time.Minute), sounds.Warning(10 * time.Second)} {
		if _, err := os.Stat(filepath.Join(prompts.Folder, file)); err != nil {
			t.Error(err)
		}
	}
	dearer, prompts := announcing(t, "self", "0.60 EUR/min")
	if sounds, err = makeSounds(t.Context(), dearer, prompts, log); err != nil {
		t.Fatal(err)
	}
	if other, ok := sounds.Price(&dearer.Lines[0], "0.60 EUR/min"); !ok || other == price {
		t.Errorf("another price is announced by %s as well", other)
	}
	recorded, prompts := announcing(t, "{play: prix}", "0.80 EUR/min")
	prompts.Speech = "no-such-program {file}"
	if sounds, err = makeSounds(t.Context(), recorded, prompts, log); err != nil {
		t.Fatal(err)
	}
	if file, ok := sounds.Price(&recorded.Lines[0], "0.80 EUR/min"); !ok || file != "prix.wav" {
		t.Errorf("a recording is %s", file)
	}
}

func TestServeRefusesAPriceThatCannotBeAnnounced(t *testing.T) {
	rules, prompts := announcing(t, "self", "0.80 EUR/min")
	prompts.Speech = "no-such-program {file}"
	_, err := makeSounds(t.Context(), rules, prompts, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "rules.yaml:3:73: the price of 08 92 40 03 00 cannot be announced: speak with no-such-program") ||
		!strings.Contains(err.Error(), "write announcement: {play: name}") {
		t.Errorf("%v", err)
	}
}

// Without a folder that can be written, calls still end at their limit: only nobody hears it coming.
func TestServeGoesOnWithoutBeeps(t *testing.T) {
	rules, prompts := announcing(t, "carrier", "0.80 EUR/min")
	prompts.Folder = filepath.Join(prompts.Folder, "none")
	logged := make(lines, 10)
	sounds, err := makeSounds(t.Context(), rules, prompts, slog.New(slog.NewTextHandler(logged, nil)))
	if err != nil || sounds.Warning(time.Minute) != "" || !strings.Contains(<-logged, "nobody is warned before the limit") {
		t.Errorf("%+v, %v", sounds, err)
	}
}

func TestCheckAnnouncement(t *testing.T) {
	rules, err := os.ReadFile(examples + "rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		announcement, speech, says string
		code                       int
	}{
		"spoken":     {"self", "/bin/cp x {file}", "W606  une machine dit le prix du 08 92 40 03 00", 0},
		"not spoken": {"self", "no-such-program {file}", "E606  le prix du 08 92 40 03 00 ne peut pas être dit", exitRefused},
		"too short":  {"{play: occupe}", "/bin/cp x {file}", "E506  l'annonce du prix dure ", exitRefused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("HOTLINE_PROMPTS_SPEECH", test.speech)
			file := filepath.Join(t.TempDir(), "rules.yaml")
			text := strings.Replace(string(rules), "announcement: carrier", "announcement: "+test.announcement, 1)
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			got, code := runCheck(t, "fr", file, "--config", examples+"hotline.yaml")
			if code != test.code || !strings.Contains(got, file+":21:") || !strings.Contains(got, test.says) {
				t.Errorf("exit %d:\n%s", code, got)
			}
		})
	}
}
