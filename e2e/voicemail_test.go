package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/e2e/phone"
	"hotline/outbox"
	"hotline/routing"
	"hotline/store"
	"hotline/wav"
)

const mailboxRules = `version: 1
company: Essai
languages: [fr]
numbers: {0809 40 01 00: {service: nuit}}
services: {nuit: {open: [{voicemail: nuit}, {play: merci}]}}
voicemails: {nuit: {email: nuit@essai.example, max: 30s, play: absents}}
prompts: {absents: {file: absents.wav}, merci: {file: merci.wav}}
`

const beepHz = 1000

// mailbox is a house whose only number leads to a mailbox.
func mailbox(t *testing.T) *house {
	h := newHouse(t)
	h.write("rules.yaml", mailboxRules)
	for _, file := range []string{"absents.wav", "merci.wav", "phrase-voicemail-choice-fr.wav", "phrase-voicemail-taken-fr.wav"} {
		writeTone(t, filepath.Join(h.dir, "prompts", file), 2*time.Second) // of 300 Hz
	}
	h.serve(open)
	return h
}

// asked calls, skips the greeting, and waits for the beep.
func (h *house) asked(from string) *far {
	h.t.Helper()
	ctx, cancel := h.patience()
	defer cancel()
	c := h.call(from, "0809400100")
	c.HearsSound(h.t)
	if err := c.WaitHear(ctx, 300); err != nil {
		h.t.Fatalf("the greeting: %v", err)
	}
	c.Press("#")
	if err := c.WaitHear(ctx, beepHz); err != nil {
		h.t.Fatalf("the beep: %v", err)
	}
	return c
}

// says lets a caller, whose phone sends its tone all the time, go on for so long.
func (f *far) says(lasts time.Duration) {
	select {
	case <-time.After(lasts):
	case <-f.Ended():
		f.t.Error("the call ended in the middle of a message")
	}
}

// messages waits until as many messages are there, and returns them with the mails that tell of them, the oldest first.
func (h *house) messages(n int) (kept []routing.Kept, mails []outbox.Mail) {
	h.t.Helper()
	ctx, cancel := h.patience()
	defer cancel()
	db, err := store.OpenReader(ctx, filepath.Join(h.dir, "hotline.db"))
	if err != nil {
		h.t.Fatal(err)
	}
	defer db.Close()
	h.eventually("the messages are there", func() bool {
		if kept, err = db.Messages(ctx); err != nil {
			h.t.Fatal(err)
		}
		return len(kept) >= n
	})
	slices.Reverse(kept)
	letters, err := db.Letters(ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, l := range letters {
		var m outbox.Mail
		if err := json.Unmarshal(l.Content, &m); err != nil {
			h.t.Fatal(err)
		}
		mails = append(mails, m)
	}
	if len(kept) != n || len(mails) != n {
		h.t.Fatalf("%d messages and %d mails, want %d: %+v", len(kept), len(mails), n, kept)
	}
	return kept, mails
}

// holds checks that a message is the caller's tone, and about as long as they spoke.
func (h *house) holds(k routing.Kept, m outbox.Mail, c *far, shortest, longest time.Duration) {
	h.t.Helper()
	if k.Length < shortest || k.Length > longest || k.Caller.National() != c.From {
		h.t.Errorf("message %+v, want one of %s that is %s to %s long", k, c.From, shortest, longest)
	}
	if len(m.Files) != 1 || m.To[0] != "nuit@essai.example" {
		h.t.Fatalf("mail %+v, want one to nuit@essai.example with a file", m)
	}
	f, err := os.Open(m.Files[0].Path)
	if err != nil {
		h.t.Fatal(err)
	}
	defer f.Close()
	sound, rate, err := wav.Read(f)
	if err != nil || rate != wav.TelephoneRate {
		h.t.Fatalf("the sound: %d samples a second, %v", rate, err)
	}
	const tenth = wav.TelephoneRate / 10 // a packet that was lost moves the tone: only a short time is pure
	pure, all := 0, 0
	for row := range slices.Chunk(sound, tenth) {
		all++
		if phone.Holds(row, c.tone) {
			pure++
		}
	}
	if 10*pure < 8*all {
		h.t.Errorf("the tone of %.0f Hz is in %d of %d tenths of a second of what is recorded of %s", c.tone, pure, all, c.From)
	}
	if info, err := f.Stat(); err != nil || info.Mode().Perm() != 0o600 {
		h.t.Errorf("the file has mode %v, %v", info.Mode(), err)
	}
}

// TestVoicemail leaves messages with a real phone: one that is heard again and sent by key, one that ends with a hang-up.
func TestVoicemail(t *testing.T) {
	h := mailbox(t)
	ctx, cancel := h.patience()
	defer cancel()
	sends := h.asked("0612345678")
	sends.says(3 * time.Second)
	sends.Press("#")
	if err := sends.WaitHear(ctx, 300); err != nil {
		t.Fatalf("what can be done with it: %v", err)
	}
	sends.Press("2")
	if err := sends.WaitHear(ctx, sends.tone); err != nil {
		t.Fatalf("the message: %v", err)
	}
	sends.Press("1")
	wait(t, sends)
	hangsUp := h.asked("0612345679")
	hangsUp.says(3 * time.Second)
	hangsUp.Hangup()

	kept, mails := h.messages(2)
	h.holds(kept[0], mails[0], sends, 2*time.Second, 10*time.Second)
	h.holds(kept[1], mails[1], hangsUp, 2*time.Second, 10*time.Second)
	for i, r := range h.records(2) {
		h.agrees(r, []*far{sends, hangsUp}[i])
		if !slices.Contains(r.Flags, routing.MessageLeft) {
			t.Errorf("record %+v does not say that a message was left", r)
		}
	}
	h.empty()
	h.spotless(kept)
}

// TestVoicemailOutlivesTheDaemon kills hotline while messages are being spoken.
func TestVoicemailOutlivesTheDaemon(t *testing.T) {
	h := mailbox(t)
	stays, leaves := h.asked("0612345678"), h.asked("0612345679")
	stays.says(2 * time.Second)
	h.kill()
	stays.says(time.Second)
	leaves.Hangup()
	stays.says(time.Second)
	h.serve("calls taken over")
	ctx, cancel := h.patience()
	defer cancel()
	if err := stays.WaitHear(ctx, beepHz); err != nil {
		t.Fatalf("the second beep: %v", err)
	}
	stays.says(3 * time.Second)
	stays.Hangup()

	kept, mails := h.messages(3)
	for i, k := range kept {
		of := stays
		if k.Caller.National() == leaves.From {
			of = leaves
		}
		h.holds(k, mails[slices.IndexFunc(mails, func(m outbox.Mail) bool { return filepath.Base(m.Files[0].Path) == k.ID+".wav" })], of, 2*time.Second, 15*time.Second)
		if i > 0 && k.ID == kept[i-1].ID {
			t.Errorf("message %s is there twice", k.ID)
		}
	}
	h.records(2)
	h.empty()
	h.spotless(kept)
}

// spotless checks that the sounds of messages lie where they belong, and nowhere else.
func (h *house) spotless(kept []routing.Kept) {
	h.t.Helper()
	own, err := filepath.Glob(filepath.Join(h.dir, "recordings", "*"))
	if err != nil || len(own) != len(kept) {
		h.t.Errorf("recordings %v, %v, want %d", own, err, len(kept))
	}
	if lent, err := filepath.Glob(filepath.Join(h.dir, "prompts", "lent-*")); err != nil || len(lent) > 0 {
		h.t.Errorf("beside the prompts lie %v, %v", lent, err)
	}
}

// TestMessageAtAPhone leaves a message, and hears it on a phone of the house that hotline rings.
func TestMessageAtAPhone(t *testing.T) {
	h := mailbox(t)
	h.desk("101", phone.Answer(0))
	caller := h.asked("0612345678")
	caller.says(3 * time.Second)
	caller.Hangup()
	kept, _ := h.messages(1)

	said := make(chan string, 1)
	go func() {
		cmd := exec.Command(build(t), "voicemail", "listen", kept[0].ID, "--phone", "101", "--as", "marie", "--config", filepath.Join(h.dir, "hotline.yaml"))
		cmd.Env = append(os.Environ(), "LC_ALL=en_US.UTF-8")
		out, err := cmd.CombinedOutput()
		if err != nil {
			out = append(out, " ("+err.Error()+")"...)
		}
		said <- string(out)
	}()
	desk := h.rung("101", nil)
	desk.IsAnswered(t)
	desk.HearsParty(t, caller)
	desk.Press("1")
	wait(t, desk)
	if out := <-said; !strings.Contains(out, "Heard.") {
		t.Errorf("it says:\n%s", out)
	}
	if kept, _ := h.messages(1); kept[0].State != routing.MessageDone || kept[0].Who != "marie" {
		t.Errorf("message %+v, want it done by marie", kept[0])
	}
	h.empty()
}
