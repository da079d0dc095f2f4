package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/routing"
)

// TestBlocked keeps a caller out of the hotline that runs, and lets them in again.
func TestBlocked(t *testing.T) {
	h := newHouse(t)
	h.serve(open)
	h.run("block", "0612345678", "-m", "insults")
	refused := h.call("0612345678", "0805400200")
	<-refused.Ended()
	if s := refused.Story(); !s.Answered.IsZero() || s.Code != 403 {
		t.Errorf("the blocked caller was not refused: %+v", s)
	}
	r := h.records(1)[0]
	if !slices.Contains(r.Flags, routing.FlagBlocked) || r.Cause != "declined" {
		t.Errorf("%+v", r.Record)
	}
	h.run("unblock", "0612345678")
	again := h.call("0612345678", "0805400200")
	h.hears(again, speechTone)
	again.Hangup()
	h.records(2)
}

// TestFlood lets one number call more often at once than the rules allow: what is too much meets the overflow, and waits for nobody.
func TestFlood(t *testing.T) {
	h := newHouse(t)
	rules, err := os.ReadFile(filepath.Join(h.dir, "rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	h.write("rules.yaml", strings.NewReplacer("floods: {at_once: 1000, in_10m: 1000}", "floods: {at_once: 1}",
		"sav: {agents: [marie, paul], ring: 5s, wrap_up: 0s}", "sav: {agents: [marie, paul], ring: 5s, wrap_up: 0s, max_wait: 60s, on_max_wait: [{play: personne}, hangup]}").Replace(string(rules)))
	writeToneOf(t, filepath.Join(h.dir, "prompts", "personne.wav"), beepTone, 2*time.Second)
	h.serve(open)
	first := h.call("0612345678", "0809400100")
	h.hears(first, speechTone)
	second := h.call("0612345678", "0809400100") // whose overflow is that of sav
	h.hears(second, beepTone)
	<-second.Ended()
	third := h.call("0612345678", "0805400200") // which has none
	<-third.Ended()
	if s := third.Story(); !s.Answered.IsZero() || s.Code != 486 {
		t.Errorf("the third call was not busy: %+v", s)
	}
	other := h.call("0699887766", "0809400100")
	h.hears(other, speechTone)
	other.Hangup()
	first.Hangup()
	h.records(4)
}
