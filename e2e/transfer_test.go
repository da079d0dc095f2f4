package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/e2e/lab"
	"hotline/e2e/phone"
	"hotline/pbx"
	"hotline/routing"
)

const transferRules = `version: 1
company: Essai
languages: [fr]
caller_id: 01 40 00 01 01
numbers: {01 40 00 01 01: {service: accueil}}
services: {accueil: {purpose: reception, open: {menu: accueil}}}
menus:
  accueil:
    play: choix
    keys:
      1: [{transfer: {to: 01 42 00 00 01, ring: 10s, otherwise: [{play: personne}, hangup]}}]
      2: [{transfer: {to: 06 12 00 00 06, ring: 10s}}, {play: personne}, hangup]
      3: [{transfer: {to: marie, ring: 5s}}, {queue: accueil}]
    otherwise: hangup
queues: {accueil: {agents: [marie, paul], on_nobody: hangup}}
agents: {marie: {phone: 101}, paul: {phone: 102}}
prompts: {choix: {file: choix.wav}, personne: {file: personne.wav}}
`

// The phones at the other end of the trunk.
const (
	notary = "0142000001"
	mobile = "0612000006"
)

// exchange is a house with a trunk, behind which two phones are.
func exchange(t *testing.T) *house {
	var phones []lab.Phone
	for _, user := range []string{"101", "102", notary, mobile} {
		phones = append(phones, lab.Phone{User: user, Password: "secret" + user})
	}
	h := houseWith(t, lab.RunWith(t, lab.Options{Phones: phones}))
	dial := "PJSIP/{number}"
	if f, ok := h.sw.(*lab.FreeSWITCH); ok {
		dial = strings.Replace(f.Phone(), "{phone}", "{number}", 1)
	}
	h.trunks = fmt.Sprintf("[{name: operator, dial: %q}]", dial)
	h.write("rules.yaml", transferRules)
	writeTone(t, filepath.Join(h.dir, "prompts", "phrase-transfer-take-call-fr.wav"), time.Second) // of 300 Hz
	writeToneOf(t, filepath.Join(h.dir, "prompts", "personne.wav"), personHz, 2*time.Second)
	return h
}

// personHz is the tone of the prompt for when nobody is reached.
const personHz = 700

// passed calls, and presses a key of the menu.
func (h *house) passed(key string) *far {
	h.t.Helper()
	c := h.call("0612345678", "0140000101")
	c.HearsSound(h.t)
	c.Press(key)
	return c
}

func TestTransferOverATrunk(t *testing.T) {
	h := exchange(t)
	h.desk(notary, phone.Answer(500*time.Millisecond))
	h.serve(open)
	caller := h.passed("1")
	there := h.rung(notary, nil)
	if there.From != "0140000101" {
		t.Errorf("the number shown outside is %q, want the company's", there.From)
	}
	h.talk(caller, there)
	h.kill()
	h.serve(open)
	h.talk(caller, there)
	there.Hangup()
	wait(t, caller)
	r := h.records(1)[0]
	h.agrees(r, caller)
	if len(r.Legs) != 2 || r.Talked == 0 || r.Cause != string(pbx.Normal) {
		t.Fatalf("record %+v", r)
	}
	third := r.Legs[1]
	if third.Role != routing.Third || third.Target != notary || third.Trunk != "operator" || third.Answered.IsZero() || third.Ended.IsZero() {
		t.Errorf("the other leg is %+v", third)
	}
	h.empty()
}

func TestTransferThatIsNotTaken(t *testing.T) {
	h := exchange(t)
	h.desk(notary, phone.Busy())
	h.desk("101", phone.Decline())
	h.desk("102", phone.Answer(200*time.Millisecond))
	h.serve(open)
	ctx, cancel := h.patience()
	defer cancel()
	caller := h.passed("1")
	if err := caller.WaitHear(ctx, personHz); err != nil {
		t.Errorf("what comes otherwise: %v", err)
	}
	wait(t, caller)
	caller = h.passed("3")
	h.talk(caller, h.rung("102", nil))
	caller.Hangup()
	for i, r := range h.records(2) {
		want := []pbx.Cause{pbx.Busy, pbx.Declined}[i]
		if third := r.Legs[1]; third.Role != routing.Third || third.Cause != string(want) {
			t.Errorf("leg %+v, want one that ended with %s", third, want)
		}
	}
	h.empty()
}

func TestTransferToAMobile(t *testing.T) {
	h := exchange(t)
	h.desk(mobile, phone.Answer(200*time.Millisecond))
	h.serve(open)
	ctx, cancel := h.patience()
	defer cancel()
	caller := h.passed("2")
	there := h.rung(mobile, nil)
	if err := there.WaitHear(ctx, 300); err != nil {
		t.Errorf("who is called is not asked to take the call: %v", err)
	}
	there.Press("1")
	h.talk(caller, there)
	caller.Hangup()
	wait(t, there)

	caller = h.passed("2")
	box := h.rung(mobile, there) // a mailbox presses nothing
	wait(t, box)
	after, done := h.patience()
	defer done()
	if err := caller.WaitHear(after, personHz); err != nil {
		t.Errorf("what follows: %v", err)
	}
	wait(t, caller)
	all := h.records(2)
	if all[0].Talked == 0 || all[1].Talked != 0 || all[1].Legs[1].Answered.IsZero() {
		t.Errorf("records %+v", all)
	}
	h.empty()
}
