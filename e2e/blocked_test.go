package e2e

import (
	"slices"
	"testing"

	"hotline/routing"
)

// TestBlocked keeps a caller out of the hotline that runs, and lets them in again.
func TestBlocked(t *testing.T) {
	h := newHouse(t)
	h.serve(open)
	h.run("block", "0612345678", "-m", "insults")
	refused := h.call("0612345678", "0805400200")
	h.eventually("the blocked caller is refused", func() bool { return refused.Ended() })
	if refused.Answered() {
		t.Error("the blocked caller was answered")
	}
	t.Logf("refused with SIP %d", refused.Status())
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
