package e2e

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/e2e/lab"
)

const closureRules = `version: 1
languages: [fr]
numbers: {0809 40 01 00: {service: sav}}
services: {sav: {open: [{play: bonjour}, hangup]}}
codes:
  "*80": {do: close, pin: 4711, service: sav, play: panne}
  "*81": {do: open, pin: 4711, service: sav}
prompts: {bonjour: {file: bonjour.wav}, ferme: {file: ferme.wav}, panne: {file: panne.wav}}
`

// The tones of the prompts.
const (
	helloTone  = 2000
	closedTone = 2400
	faultTone  = 2800
)

// closable is a house whose only service can be closed by hand. Whatever hotline says itself is speechTone.
func closable(t *testing.T, h *house) *house {
	t.Helper()
	spoken := filepath.Join(h.dir, "spoken.wav")
	writeTone(t, spoken, 2*time.Second)
	t.Setenv("HOTLINE_PROMPTS_SPEECH", "cp "+spoken+" {file}")
	for file, hz := range map[string]float64{"bonjour.wav": helloTone, "ferme.wav": closedTone, "panne.wav": faultTone} {
		writeToneOf(t, filepath.Join(h.dir, "prompts", file), hz, 2*time.Second)
	}
	h.write("rules.yaml", closureRules)
	h.serve(open)
	return h
}

// meets calls and waits for what a caller hears now.
func (h *house) meets(from string, hz float64) {
	h.t.Helper()
	c := h.call(from, "0809400100")
	h.hears(c, hz)
	c.Hangup()
}

// TestCloseByHand closes a service while hotline runs: the next caller hears that, also after hotline was killed, and no longer once
// it is open again.
func TestCloseByHand(t *testing.T) {
	h := closable(t, newHouse(t))
	h.meets("0612345671", helloTone)
	if out := h.run("close", "sav", "--until", "2099-12-01 14:00", "--play", "ferme"); !strings.Contains(out, "sav is closed until 2099-12-01 14:00") {
		t.Error(out)
	}
	h.meets("0612345672", closedTone)
	h.kill()
	h.serve(open)
	h.meets("0612345673", closedTone)
	h.run("open", "sav")
	h.meets("0612345674", helloTone)
	h.records(4)
	h.empty()
}

// TestCloseByPhone closes a service by a code, as a phone of the house dials it: here that is a call in whose context the code leads
// to hotline, as it does in the one of the phones. The same code from elsewhere is nothing.
func TestCloseByPhone(t *testing.T) {
	h := closable(t, houseWith(t, lab.RunAsterisk(t, lab.Options{Dialplan: "[from-trunk](+)\nexten => _*X!,1,Goto(hotline-house,${EXTEN},1)\n"})))
	dial := func(code, keys string) {
		t.Helper()
		desk := h.call("199", code) // no phone of the lab has that number: it would have to prove that it is the phone
		h.hears(desk, speechTone)   // the PIN
		desk.Press("4711#")
		h.daemon.says("PIN right")
		if keys != "" {
			desk.Press(keys)
		}
		select {
		case <-desk.Ended():
		case <-time.After(patience):
			t.Error("hotline does not hang up")
		}
	}
	h.meets("0612345671", helloTone)
	dial("*80", "2")
	h.meets("0612345672", faultTone)
	dial("*81", "")
	h.meets("0612345673", helloTone)
	h.empty()
}
