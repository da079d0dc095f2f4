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
	if made := madeSounds(rules, prompts); len(made) > 0 {
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
	if made := madeSounds(rules, prompts); len(made) != 1 || made[0] != price {
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

// speaking are rules with a text in two languages, and what is there to speak it.
func speaking(t *testing.T) (*config.Rules, config.Prompts) {
	t.Helper()
	_, prompts := announcing(t, "carrier", "0.80 EUR/min")
	rules, problems := config.ParseRules("rules.yaml", []byte("version: 1\nlanguages: [fr, en]\nnumbers: {09 72 00 00 01: {service: s}}\n"+
		"services: {s: {open: [{play: ferme}, {play: prix}]}}\n"+
		"prompts:\n  ferme: {fr: \"Nous sommes fermés.\", en: We are closed.}\n  prix: {file: prix.wav}\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return rules, prompts
}

func TestTextsAreSpoken(t *testing.T) {
	rules, prompts := speaking(t)
	sounds, err := makeSounds(t.Context(), rules, prompts, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	fr, _ := sounds.Path("ferme", "fr")
	en, _ := sounds.Path("ferme", "en")
	de, _ := sounds.Path("ferme", "de")
	if !strings.HasPrefix(fr, "say-") || !strings.HasPrefix(en, "say-") || fr == en || de != fr {
		t.Errorf("fr %s, en %s, de %s", fr, en, de)
	}
	if made := madeSounds(rules, prompts); len(made) != 2 || made[0] != fr || made[1] != en {
		t.Errorf("made is %v", made)
	}
	if got := config.CheckTexts(rules, prompts.Speech); len(got) != 1 || got.Errors() || got[0].Code != "W510" || !strings.Contains(got[0].Why.EN, "recorded by a person sounds better") {
		t.Errorf("%+v", got)
	}
}

// Without a voice callers miss the text, and nothing else.
func TestServeGoesOnWithoutAVoice(t *testing.T) {
	rules, prompts := speaking(t)
	prompts.Speech = "no-such-program {file}"
	logged := make(lines, 10)
	sounds, err := makeSounds(t.Context(), rules, prompts, slog.New(slog.NewTextHandler(logged, nil)))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Nous sommes fermés.", "We are closed."} {
		if line := <-logged; !strings.Contains(line, "level=ERROR") || !strings.Contains(line, "text not spoken; callers will not hear it") || !strings.Contains(line, want) {
			t.Error(line)
		}
	}
	if file, ok := sounds.Path("ferme", "fr"); ok {
		t.Errorf("the text is said to be in %s", file)
	}
	if file, ok := sounds.Path("prix", "fr"); !ok || file != "prix.wav" {
		t.Errorf("a recording is %s", file)
	}
	got := config.CheckTexts(rules, prompts.Speech)
	if len(got) != 1 || got.Errors() || got[0].Code != "W511" || !strings.Contains(got[0].Fix.FR, "apt-get install no-such-program") {
		t.Errorf("%+v", got)
	}
	found := house{rules: rules, speech: prompts.Speech}.speechFinding()
	if len(found) != 1 || found[0].level != wrong || found[0].lines[0] != "apt-get install no-such-program" {
		t.Errorf("doctor finds %+v", found)
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
	rules = []byte(strings.Replace(string(rules), "prompts:\n", "prompts:\n  dit: \"Cet appel coûte quatre-vingts centimes par minute.\"\n", 1))
	for name, test := range map[string]struct {
		announcement, speech, says string
		code                       int
	}{
		"a text":     {"{play: dit}", "/bin/cp x {file}", "E508  l'annonce dit d'un prix est un texte", exitRefused},
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

// A recording in another form is brought to that of a telephone, and the rules play what was made.
func TestRecordingIsFitted(t *testing.T) {
	rules, prompts := promptHouse(t)
	stereo := wav.Encode(tone(0.1, 1, 0.1, 0.4))
	stereo[22], stereo[32] = 2, 4 // channels, and bytes of both
	if err := os.WriteFile("prompts/promo.wav", stereo, 0o600); err != nil {
		t.Fatal(err)
	}
	sounds, err := makeSounds(t.Context(), rules, prompts, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	path, _ := sounds.In("/switch", nil).Path("promotion", "fr")
	f, err := os.Open(filepath.Join("prompts", filepath.Base(path)))
	if err != nil || !strings.HasPrefix(path, "/switch/fit-") {
		t.Fatalf("%s, %v", path, err)
	}
	defer f.Close()
	if form, _, err := wav.ReadHeader(f); err != nil || form != wav.Telephone() {
		t.Errorf("%+v, %v", form, err)
	}
	if path, _ := sounds.In("/switch", nil).Path("tarif", "fr"); path != "/switch/tarif.wav" {
		t.Errorf("what needs nothing is played from %s", path)
	}
}
