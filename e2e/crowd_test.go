package e2e

import (
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"hotline/e2e/phone"
)

// TestFiftyCalls lets fifty callers talk with fifty agents at once: each has exactly one record, and its times are
// those of the phones.
func TestFiftyCalls(t *testing.T) {
	const crowd = 50
	h := newHouse(t)
	for n := range crowd {
		h.desk(strconv.Itoa(111+n), phone.Answer(time.Duration(n%5)*100*time.Millisecond))
	}
	h.serve(open)
	var wg sync.WaitGroup
	callers := make(map[string]*far, crowd)
	for n := range crowd {
		from := fmt.Sprintf("06000001%02d", n)
		wg.Go(func() {
			c := h.call(from, "0140000900")
			h.mu.Lock()
			callers[from] = c
			h.mu.Unlock()
		})
	}
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
	agents := map[string]*far{} // by the number that the phone shows
	h.eventually("fifty phones are answered", func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, f := range h.last {
			if f.Answered() {
				agents[f.From] = f
			}
		}
		return len(agents) == crowd
	})
	for from, caller := range callers {
		if agents[from] == nil {
			t.Fatalf("nobody has %s on the phone", from)
		}
		h.talk(caller, agents[from])
	}
	for _, caller := range callers {
		wg.Go(caller.Hangup)
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, r := range h.records(crowd) {
		from := r.Caller.National()
		if seen[from] || callers[from] == nil {
			t.Errorf("a second record, or one of nobody: %s", from)
		}
		seen[from] = true
		h.agrees(r, callers[from])
		if r.Agent == "" || len(rung(r, r.Agent)) == 0 {
			t.Errorf("%s talked with nobody: %+v", from, r)
		}
	}
	h.empty()
}
