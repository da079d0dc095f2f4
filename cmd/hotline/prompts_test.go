package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hotline/config"
	"hotline/prompt"
	"hotline/wav"
)

// runPrompts runs hotline prompts and returns what it says and its exit code.
func runPrompts(t *testing.T, lang string, args ...string) (string, int) {
	t.Helper()
	root := rootIn(t, lang)
	var out strings.Builder
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(append([]string{"prompts"}, args...))
	err := root.ExecuteContext(t.Context())
	if code := (*exitError)(nil); errors.As(err, &code) {
		return out.String(), code.code
	} else if err != nil {
		t.Fatal(err)
	}
	return out.String(), 0
}

// tone is a sound of so many seconds, with silence before and behind it.
func tone(before, seconds, after, peak float64) []int16 {
	sound := make([]int16, int((before+seconds+after)*wav.TelephoneRate))
	for i := range int(seconds * wav.TelephoneRate) {
		x := peak * math.Sin(2*math.Pi*440*float64(i)/wav.TelephoneRate)
		sound[int(before*wav.TelephoneRate)+i] = int16(math.MaxInt16 * max(-1, min(1, x)))
	}
	return sound
}

const promptRulesText = `version: 1
languages: [fr, en]
numbers:
  08 92 40 03 00: {service: conseil, price: 0.80 EUR/min, announcement: self}
  08 92 40 03 01: {service: conseil, price: 0.80 EUR/min, announcement: self}
  08 99 40 03 00: {service: conseil, price: 2.99 EUR/call, announcement: {play: tarif}}
  08 09 40 01 00: {service: sav}
services:
  conseil: {open: [{play: bienvenue}, hangup]}
  sav: {open: [{play: attente_été}, {play: ferme}, {play: promotion}, hangup]}
prompts:
  bienvenue: {file: bienvenue.wav}
  ferme: Nous sommes fermés. Rappelez-nous du lundi au vendredi, de neuf heures à midi.
  attente_été: {fr: {file: ete.wav}, en: "Welcome to our summer sale."}
  promotion: {fr: {file: promo.wav}, en: {file: en/promo.wav}}
  tarif: {file: tarif.wav}
`

// promptHouse is a folder with rules, and sounds as people record them, good ones and bad ones. A machine speaks what is not
// recorded.
func promptHouse(t *testing.T) (*config.Rules, config.Prompts) {
	t.Helper()
	t.Chdir(t.TempDir())
	prompts := config.Prompts{Folder: "prompts", Speech: "cp spoken.wav {file}"}
	adpcm := wav.Encode(tone(0, 1, 0, 0.6))
	adpcm[20], adpcm[34] = 2, 4 // codec and bits
	for name, data := range map[string][]byte{
		"hotline.yaml": []byte("rules: rules.yaml\ndatabase: hotline.db\nswitches:\n  - {name: pbx, kind: asterisk, url: \"http://127.0.0.1:8088/ari\", " +
			"user: hotline, password: env:PASSWORD, phone: \"PJSIP/{phone}\"}\nprompts: {folder: prompts, speech: \"" + prompts.Speech + "\"}\n"),
		"rules.yaml":             []byte(promptRulesText),
		"spoken.wav":             wav.Encode(tone(0, 11, 0, 0.4)),
		"prompts/ete.wav":        wav.Encode(tone(1.2, 2, 3, 0.9)),
		"prompts/promo.wav":      wav.Encode(tone(0.1, 2, 0.1, 3)),
		"prompts/en/promo.wav":   adpcm,
		"prompts/tarif.wav":      wav.Encode(tone(0.1, 9, 0.1, 0.6)),
		"prompts/not-played.wav": []byte("nothing"),
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rules, problems := config.LoadRules("rules.yaml")
	if problems.Errors() {
		t.Fatal(problems)
	}
	return rules, prompts
}

// TestPromptsPrint holds what people read against goldens, before and after a machine has spoken.
func TestPromptsPrint(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for lang := range languages {
		rules, prompts := promptHouse(t)
		list, code := runPrompts(t, lang, "list")
		if code != 0 {
			t.Errorf("list: %d", code)
		}
		if _, err := makeSounds(t.Context(), rules, prompts, slog.New(slog.DiscardHandler)); err != nil {
			t.Fatal(err)
		}
		check, code := runPrompts(t, lang, "check")
		if code != 1 {
			t.Errorf("check: %d", code)
		}
		again, _ := runPrompts(t, lang, "list")
		table := strings.Join(strings.SplitAfter(again, "\n\n")[:2], "")
		t.Chdir(here)
		golden(t, "prompts-list-"+lang+".txt", list+"\n$ and with what a machine has made\n"+strings.TrimSpace(table)+"\n")
		golden(t, "prompts-check-"+lang+".txt", check)
		fits(t, list)
		fits(t, check)
	}
}

func TestPromptsListJSON(t *testing.T) {
	promptHouse(t)
	out, code := runPrompts(t, "fr", "list", "--json")
	var list heardListJSON
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != 0 {
		t.Fatalf("%v, %d: %s", err, code, out)
	}
	states := map[string]string{}
	for _, h := range list.Prompts {
		states[h.Name+" "+strings.Join(h.Languages, ",")] = h.State
		if h.RecordAs == "" || h.Line == 0 || h.BuiltIn != strings.HasPrefix(h.Name, "price-") || (h.Seconds == nil) == (h.State == stateRecorded) {
			t.Errorf("%+v", h)
		}
	}
	for name, want := range map[string]string{
		"bienvenue fr,en": stateMissing, "ferme fr": stateMachine, "ferme en": stateMissing, "attente_été fr": stateRecorded, "attente_été en": stateMachine,
		"price-eighty-cents-per-minute fr": stateMachine, "tarif fr,en": stateRecorded,
	} {
		if states[name] != want {
			t.Errorf("%s is %q, want %s", name, states[name], want)
		}
	}
	if len(states) != len(list.Prompts) {
		t.Errorf("one of them twice: %s", out)
	}
}

func TestPromptsCheckJSON(t *testing.T) {
	promptHouse(t)
	out, code := runPrompts(t, "en", "check", "--json")
	var list listenedListJSON
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != 1 || list.OK {
		t.Fatalf("%v, %d: %s", err, code, out)
	}
	faults := map[string][]prompt.Fault{}
	for _, l := range list.Files {
		faults[l.File] = l.Faults
		if l.Good || l.Fix == "" || len(l.Problems) == 0 {
			t.Errorf("%+v", l)
		}
	}
	for file, want := range map[string][]prompt.Fault{
		"bienvenue.wav": {"missing"}, "ete.wav": {prompt.Loud, prompt.Lead, prompt.Tail}, "promo.wav": {prompt.Clipped, prompt.Loud},
		"en/promo.wav": {"format"}, "tarif.wav": {prompt.Short},
	} {
		if !slices.Equal(faults[file], want) {
			t.Errorf("%s: %v, want %v", file, faults[file], want)
		}
	}
}

// TestPromptsCheckFiles: a recording can be checked before any rules know it.
func TestPromptsCheckFiles(t *testing.T) {
	promptHouse(t)
	if err := os.Remove("rules.yaml"); err != nil {
		t.Fatal(err)
	}
	if out, code := runPrompts(t, "en", "check"); code != 2 || !strings.Contains(out, "rules.yaml") {
		t.Errorf("without rules: %d, %s", code, out)
	}
	for name, sound := range map[string][]int16{"good.wav": tone(0.1, 2, 0.1, 0.6), "far.wav": tone(0, 2, 0, 0.01), "dead.wav": tone(1, 0, 1, 0)} {
		if err := os.WriteFile(name, wav.Encode(sound), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, code := runPrompts(t, "fr", "check", "good.wav"); code != 0 || !strings.Contains(out, "Ce fichier est bon.") {
		t.Errorf("%d, %s", code, out)
	}
	if out, code := runPrompts(t, "en", "check", "good.wav", "far.wav"); code != 1 || !strings.Contains(out, "To do: sox far.wav new.wav norm -4") ||
		!strings.Contains(out, "To mend: 1 of 2.") {
		t.Errorf("%d, %s", code, out)
	}
	if out, code := runPrompts(t, "fr", "check", "dead.wav", "none.wav"); code != 1 || !strings.Contains(out, "On n'y entend rien.") ||
		!strings.Contains(out, "Le fichier none.wav n'existe pas.") {
		t.Errorf("%d, %s", code, out)
	}
}

// TestRecordedPrice: a recording of hotline's own words is heard instead of the machine, and then nobody complains of the
// machine; one that is too short is not used, and check says so.
func TestRecordedPrice(t *testing.T) {
	rules, prompts := promptHouse(t)
	recording := prompt.Price{PerMinute: 800_000}.Phrase().File()
	machine := func() bool {
		return slices.ContainsFunc(checkSounds(rules, prompts), func(p config.Problem) bool { return p.Code == "W606" })
	}
	record := func(seconds float64) (log string, file string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join("prompts", recording), wav.Encode(tone(0, seconds, 0, 0.6)), 0o600); err != nil {
			t.Fatal(err)
		}
		var said strings.Builder
		sounds, err := makeSounds(t.Context(), rules, prompts, slog.New(slog.NewTextHandler(&said, nil)))
		if err != nil {
			t.Fatal(err)
		}
		return said.String(), sounds.Prices["0.80 EUR/min"]
	}
	if !machine() {
		t.Error("nobody complains of the machine")
	}
	log, file := record(9)
	if out, code := runPrompts(t, "en", "check"); file == recording || !strings.Contains(log, "level=WARN") || !machine() || code != 1 ||
		!strings.Contains(out, recording+"\n  Lasts 9.0 s; the announcement of a price lasts 10 to 20 s, with its beep.") {
		t.Errorf("too short: %s, %s\n%s", file, log, out)
	}
	if log, file = record(12); file != recording || strings.Contains(log, "level=WARN") || machine() {
		t.Errorf("%s, %s", file, log)
	}
	if out, _ := runPrompts(t, "en", "list"); strings.Contains(out, "Bonjour, après le bip sonore") || !strings.Contains(out, "phrase-price-eighty-cents-per-\n") {
		t.Error(out)
	}
}
