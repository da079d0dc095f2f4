package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/e2e/phone"
)

// The voice of the test: it speaks one sentence, as a tone of its own, and no other.
const voice = `#!/bin/sh
[ "$2" = "Votre dossier est le un deux trois quatre." ] || { echo "asked to say: $2" >&2; exit 3; }
cp "$(dirname "$0")/said.wav" "$1"
`

// filingHouse is a house with a line whose callers type the number of their file.
func filingHouse(t *testing.T) *house {
	h := newHouse(t)
	writeToneOf(t, filepath.Join(h.dir, "said.wav"), beepTone, 3*time.Second)
	speaker := filepath.Join(h.dir, "voice")
	if err := os.WriteFile(speaker, []byte(voice), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOTLINE_PROMPTS_SPEECH", speaker+" {file} {text}")
	rules, err := os.ReadFile(filepath.Join(h.dir, "rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	h.write("rules.yaml", strings.NewReplacer(
		"languages: [fr, en]", "languages: [fr]",
		"numbers:\n", "numbers:\n  08 09 40 07 00: {service: dossiers}\n",
		"services:\n", `services:
  dossiers:
    purpose: after_sales
    open:
      - collect: {into: dossier, play: [accueil, choix], digits: 4-6, tries: 2, invalid: personne, otherwise: {queue: ventes}}
      - {say: "Votre dossier est le {dossier}."}
      - branch:
          - {if: {from: mobile, value: {dossier: ["1234", "5678"]}}, then: {queue: sav}}
          - {else: {queue: ventes}}
`).Replace(string(rules)))
	return h
}

// TestTypedBranchedAndSaid lets a caller type a number into the prompt that asks for it, hear it said, and come to the queue that
// the number leads to, with a restart of hotline in between. The keys of another are too few twice.
func TestTypedBranchedAndSaid(t *testing.T) {
	h := filingHouse(t)
	h.serve(open)
	h.desk("101", phone.Answer(0))
	h.desk("103", phone.Answer(0))
	caller := h.call("0612345678", "0809400700")
	h.hears(caller, speechTone)
	pressed := time.Now()
	caller.Press("9")
	h.silent(caller)
	t.Logf("barge-in: the key takes 100 ms; %s after it began there had been silence for a while", time.Since(pressed).Round(time.Millisecond))
	h.kill()
	h.serve(open)
	h.hears(caller, speechTone) // it is asked again: what was typed before was not all
	caller.Press("55*1234#")
	h.hears(caller, beepTone)
	h.talk(caller, h.rung("101", nil))
	caller.Hangup()

	other := h.call("0612345678", "0809400700")
	h.hears(other, speechTone)
	other.Press("12#")
	h.hears(other, speechTone) // invalid, and asked again
	other.Press("#")
	h.talk(other, h.rung("103", nil))
	other.Hangup()

	records := h.records(2)
	for i, want := range [][]string{
		{"service.dossiers", "service.dossiers.typed", "service.dossiers+1", "service.dossiers+2", "service.dossiers+2.if1", "queue.sav", "talk"},
		{"service.dossiers", "service.dossiers.otherwise", "queue.ventes", "talk"},
	} {
		if r := records[i]; !slices.Equal(r.Nodes, want) || len(r.Flags) > 0 {
			t.Errorf("call %d went by %v, flags %v", i+1, r.Nodes, r.Flags)
		}
	}
	h.empty()
}

// silent waits until a party hears nothing.
func (h *house) silent(f *far) {
	h.t.Helper()
	ctx, cancel := h.patience()
	defer cancel()
	if err := f.WaitSilence(ctx); err != nil {
		h.t.Error(err)
	}
}
