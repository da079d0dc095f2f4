package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/e2e/phone"
	"hotline/prompt"
)

// TestRecordPrompt rings a phone that speaks after the tone, hears itself and keeps it by a key; the next caller hears that
// recording.
func TestRecordPrompt(t *testing.T) {
	h := newHouse(t)
	spoken := filepath.Join(h.dir, "spoken.wav")
	writeTone(t, spoken, spokenFor/10)
	t.Setenv("HOTLINE_PROMPTS_SPEECH", "cp "+spoken+" {file}")
	h.settings = "prompts: {http: 'http://" + freePort(t) + "'}\n"
	h.desk("101", phone.Answer(0))
	h.serve(open)
	before, err := prompt.Hear(filepath.Join(h.dir, "prompts", "choix.wav"))
	if err != nil {
		t.Fatal(err)
	}

	out := make(chan string, 1)
	go func() {
		cmd := exec.Command(build(t), "prompts", "record", "choix", "--lang", "fr", "--phone", "101", "--config", filepath.Join(h.dir, "hotline.yaml"))
		cmd.Env = append(os.Environ(), "LC_ALL=en_US.UTF-8")
		said, err := cmd.CombinedOutput()
		if err != nil {
			said = append(said, " ("+err.Error()+")"...)
		}
		out <- string(said)
	}()
	desk := h.rung("101", nil)
	desk.IsAnswered(t)
	h.hears(desk, beepTone) // from here on its own tone is recorded
	await(2*time.Second, time.Second, func() bool { return false })
	desk.Press("#")
	desk.HearsParty(t, desk)
	desk.Press("1")
	wait(t, desk)
	said := <-out
	if !strings.Contains(said, "Kept: choix.wav") || !strings.Contains(said, "Calls that begin now hear it.") {
		t.Errorf("it says:\n%s", said)
	}

	after, err := prompt.Hear(filepath.Join(h.dir, "prompts", "choix.wav"))
	if err != nil || after == before || after.Peak > prompt.PeakLimit || after.Peak < prompt.PeakLimit-3 || after.Length < time.Second {
		t.Errorf("%+v, %v", after, err)
	}
	if old, err := filepath.Glob(filepath.Join(h.dir, "prompts", prompt.Earlier, "choix-*.wav")); err != nil || len(old) != 1 {
		t.Errorf("earlier ones: %v, %v", old, err)
	}
	caller := h.call("0612345678", "0809400100")
	h.hears(caller, speechTone) // accueil, as it was
	caller.HearsParty(t, desk)
	caller.Hangup()
	h.records(1)
	h.empty()
}
