package e2e

import (
	"slices"
	"testing"
	"time"

	"hotline/e2e/lab"
	"hotline/e2e/phone"
	"hotline/store"
)

// TestAsteriskAndFreeSWITCH lets one hotline serve both at the same time, from one rules file: callers talk with whoever
// has a phone on their switch, across a death of hotline, while the other switch is gone, and in one list of records.
func TestAsteriskAndFreeSWITCH(t *testing.T) {
	h := houseWith(t, lab.RunAsterisk(t, lab.Options{}))
	other := newRig(t, lab.RunFreeSWITCH(t, lab.Options{}))
	t.Cleanup(other.close)
	h.annexe = &house{rig: other, dir: h.dir}
	f := h.annexe
	h.desk("101", phone.Answer(0))
	f.desk("102", phone.Answer(0))
	h.serve(open)
	h.eventually("both are connected", func() bool { return h.daemon.count(open) == 2 })

	here := h.sav("0600000001")
	marie := h.rung("101", nil)
	h.talk(here, marie)
	there := f.sav("0600000002")
	paul := f.rung("102", nil)
	f.talk(there, paul)
	waits := f.sav("0600000003") // Marie has no phone there, and Paul talks
	waits.music()

	h.kill()
	h.talk(here, marie)
	f.talk(there, paul)
	h.serve(open)
	h.eventually("both are connected again", func() bool { return h.daemon.count("calls taken over") == 2 })
	h.talk(here, marie)
	there.Hangup()
	wait(t, paul)
	f.talk(waits, f.rung("102", paul))

	if err := h.sw.Kill(); err != nil { // the one goes, the other does not care
		t.Fatal(err)
	}
	h.forget(here)
	h.forget(marie)
	h.daemon.says("switch not connected")
	f.talk(waits, f.rung("102", paul))
	waits.Hangup()
	h.daemon.says("call ended")
	ctx, cancel := h.patience()
	defer cancel()
	if err := h.sw.Start(ctx); err != nil { // only then is it known that its calls are over
		t.Fatal(err)
	}

	records := h.records(3)
	for _, c := range []*far{there, waits} {
		i := slices.IndexFunc(records, func(r store.Charged) bool { return r.Caller.National() == c.From })
		if i < 0 {
			t.Fatalf("no record of %s: %+v", c.From, records)
		}
		f.agrees(records[i], c)
		if r := records[i]; r.Switch != "annexe" || r.Agent != "paul" {
			t.Errorf("record %+v", r)
		}
	}
	i := slices.IndexFunc(records, func(r store.Charged) bool { return r.Caller.National() == here.From })
	if r := records[i]; r.Switch != "pbx" || r.Agent != "marie" || r.Talked < time.Second {
		t.Errorf("record %+v", r)
	}
	f.empty()
}
