package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline/billing"
	"hotline/e2e/phone"
	"hotline/pbx"
	"hotline/store"
)

// What the phones hear of what hotline makes. The words are writeTone's tone, for cp is the one who speaks.
const (
	speechTone = 300
	beepTone   = 1000
	spokenFor  = 11 * time.Second
)

// tellingHouse is a house that tells the price of two numbers itself; the sound of the second is missing.
func tellingHouse(t *testing.T) *house {
	h := newHouse(t)
	spoken, file := filepath.Join(h.dir, "spoken.wav"), filepath.Join(h.dir, "rules.yaml")
	writeTone(t, spoken, spokenFor)
	t.Setenv("HOTLINE_PROMPTS_SPEECH", "cp "+spoken+" {file}")
	rules, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	h.write("rules.yaml", strings.NewReplacer(
		"numbers:\n", "numbers:\n"+
			"  08 92 40 05 00: {service: payant, price: 0.80 EUR/min, we_earn: 0.46 EUR/min, announcement: self}\n"+
			"  08 92 40 06 00: {service: payant, price: 0.80 EUR/min, announcement: {play: absent}}\n",
		"services:\n", "services:\n  payant: {purpose: paid_advice, open: {menu: payant}}\n",
		"menus:\n", "menus:\n  payant: {play: choix, keys: {1: {queue: conseil}}, otherwise: {queue: conseil}}\n",
	).Replace(string(rules)))
	return h
}

// hears waits until a party hears a tone.
func (h *house) hears(f *far, hz float64) {
	h.t.Helper()
	ctx, cancel := h.patience()
	defer cancel()
	if err := f.WaitHear(ctx, hz); err != nil {
		h.t.Error(err)
	}
}

// bothHear waits until both hear a tone, which may be short.
func (h *house) bothHear(a, b *far, hz float64) {
	h.t.Helper()
	var both sync.WaitGroup
	for _, f := range []*far{a, b} {
		both.Go(func() { h.hears(f, hz) })
	}
	both.Wait()
}

// costs checks what the caller of a surcharged number pays against the time that the record says it was answered for.
func (h *house) costs(r store.Charged, perMinute int64) {
	h.t.Helper()
	seconds := int64((r.Legs[0].Ended.Sub(r.Legs[0].Answered) + time.Second - 1) / time.Second)
	sum, complete := r.Ratings[0].Sum(billing.Caller)
	if want := billing.Money((2*perMinute*seconds + 60) / 120); sum != want || !complete {
		h.t.Errorf("the caller pays %s for %d s, want %s: %+v", sum.EN(6), seconds, want.EN(6), r.Ratings[0])
	}
}

// TestPriceIsAnnounced calls a number whose price hotline tells itself: in early media, all of it, and only then the call
// is answered and costs.
func TestPriceIsAnnounced(t *testing.T) {
	h := tellingHouse(t)
	h.serve(open)
	caller := h.call("0612345678", "0892400500")
	h.hears(caller, speechTone)
	ctx, cancel := h.patience()
	defer cancel()
	if err := caller.WaitSilence(ctx); err != nil {
		t.Error(err)
	}
	h.hears(caller, beepTone)
	if caller.Answered() {
		t.Error("the caller pays for hearing the price")
	}
	caller.IsAnswered(t)
	story := caller.Story()
	if told := story.Answered.Sub(story.Early); told < spokenFor+time.Second || told > 20*time.Second {
		t.Errorf("the price was told for %s", told)
	}
	h.hears(caller, speechTone) // the menu
	caller.Hangup()
	r := h.records(1)[0]
	h.agrees(r, caller)
	h.costs(r, 800_000)
	if r.Nodes[0] != "announcement" || r.Nodes[1] != "menu.payant" {
		t.Errorf("it passed %v", r.Nodes)
	}
	h.empty()
}

// TestPriceIsSkipped skips it with #, and with nothing else; and leaves while it is told.
func TestPriceIsSkipped(t *testing.T) {
	h := tellingHouse(t)
	h.serve(open)
	caller := h.call("0612345678", "0892400500")
	h.hears(caller, speechTone)
	caller.Press("15*")
	h.hears(caller, speechTone)
	if caller.Answered() {
		t.Error("a key that is not # ends the announcement")
	}
	caller.Press("#")
	caller.IsAnswered(t)
	if story := caller.Story(); story.Answered.Sub(story.Early) > spokenFor/2 {
		t.Errorf("answered after %s", story.Answered.Sub(story.Early))
	}
	h.hears(caller, speechTone) // the menu, which no key has answered
	caller.Hangup()
	h.agrees(h.records(1)[0], caller)

	leaves := h.call("0612345678", "0892400500")
	h.hears(leaves, speechTone)
	leaves.Hangup()
	r := h.records(2)[1]
	h.agrees(r, leaves)
	if r.Cause != string(pbx.Cancelled) || len(r.Ratings) > 0 && len(r.Ratings[0].Lines()) > 0 {
		t.Errorf("who left during the announcement: %+v", r)
	}
	h.empty()
}

// TestPriceOverARestart kills hotline while a price is told: it is told again, and nothing is answered in between. And a
// price that has no sound is never charged.
func TestPriceOverARestart(t *testing.T) {
	h := tellingHouse(t)
	h.serve(open)
	caller := h.call("0612345678", "0892400500")
	h.hears(caller, speechTone)
	h.kill()
	h.serve("calls taken over")
	h.hears(caller, beepTone)
	if caller.Answered() {
		t.Error("answered over a restart before the price was told")
	}
	caller.IsAnswered(t)
	caller.Hangup()
	h.agrees(h.records(1)[0], caller)

	untold := h.call("0612345678", "0892400600")
	h.daemon.says("the price could not be told")
	wait(t, untold) // by the switch's fallback
	if untold.Answered() {
		t.Error("a call whose price could not be told was answered")
	}
	if r := h.records(2)[1]; !slices.Contains(r.Flags, "announcement_failed") || len(r.Ratings) > 0 && len(r.Ratings[0].Lines()) > 0 {
		t.Errorf("record %+v", r)
	}
	h.empty()
}

// TestLimitHoldsWithoutHotline lets two talk on a surcharged number over its longest time, and kills hotline before: the
// switch ends both, and hotline, when it is back, charges what the limit let through.
func TestLimitHoldsWithoutHotline(t *testing.T) {
	const longest = 15 * time.Second // in testdata/rules.yaml
	h := newHouse(t)
	h.desk("103", phone.Answer(0))
	h.serve(open)
	caller := h.call("0612345678", "0892400400")
	lea := h.rung("103", nil)
	h.talk(caller, lea)
	h.bothHear(caller, lea, beepTone) // ten seconds before
	h.talk(caller, lea)               // which goes on
	h.kill()
	h.talk(caller, lea)
	wait(t, caller)
	wait(t, lea)
	story := caller.Story()
	if d := story.Ended.Sub(story.Answered) - longest; d < -time.Second/2 || d > 2*time.Second {
		t.Errorf("it lasted %s longer than it may", d)
	}
	if alone := lea.Story().Ended.Sub(story.Ended); alone.Abs() > 5*time.Second/2 {
		t.Errorf("the agent was alone for %s", alone)
	}

	h.serve("calls taken over")
	r := h.records(1)[0]
	h.agrees(r, caller)
	h.costs(r, 800_000)
	lasted := r.Legs[0].Ended.Sub(r.Legs[0].Answered)
	if r.Cause != string(pbx.Limit) || (lasted-longest).Abs() > 2*time.Second || len(r.Flags) > 0 {
		t.Errorf("after %s it ended %s, flags %v", lasted, r.Cause, r.Flags)
	}
	h.empty()
}
