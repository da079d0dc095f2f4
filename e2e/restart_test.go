package e2e

import (
	"syscall"
	"testing"
	"time"

	"hotline/e2e/phone"
	"hotline/pbx"
	"hotline/routing"
	"hotline/store"
)

// TestKill kills hotline while it holds one caller in a menu, one who waits, one whose agent's phone rings, one who
// talks, and one who talks and leaves while nobody looks.
func TestKill(t *testing.T) {
	h := newHouse(t)
	h.desk("101", phone.Answer(0))
	h.desk("102", phone.Busy())
	h.desk("103", phone.Answer(0))
	h.serve(open)

	talks := h.sav("0600000001")
	marie := h.rung("101", nil)
	h.talk(talks, marie)
	leaves := h.call("0600000002", "0892400300")
	lea := h.rung("103", nil)
	h.talk(leaves, lea)
	h.desk("103", phone.Busy()) // to any further call
	waits := h.sav("0600000003")
	h.daemon.says("agent did not answer") // Paul's phone is busy, Marie talks
	h.desk("104", phone.RingOnly())
	rings := h.call("0600000004", "0805400200")
	karim := h.rung("104", nil)
	menu := h.call("0600000005", "0809400100")
	menu.HearsSound(t)

	h.kill()
	h.talk(talks, marie) // the conversation goes on
	waits.music()
	leaves.Hangup()
	left := time.Now()
	for _, f := range []*far{talks, marie, waits, rings, karim, menu} {
		if !f.Story().Ended.IsZero() {
			t.Errorf("the call from %s ended with hotline: %+v", f.From, f.Story())
		}
	}

	h.serve("calls taken over")
	wait(t, lea)         // alone on the line, and ended
	h.talk(talks, marie) // still
	waits.music()
	menu.HearsSound(t) // the menu again
	menu.Press("2")
	h.daemon.says("prompt not heard") // key 2, as before
	menu.Hangup()
	if karim != h.rung("104", nil) {
		t.Error("Karim's phone was rung a second time for the same caller")
	}
	karim.Answer()
	h.talk(rings, karim)

	talks.Hangup()
	wait(t, marie)
	h.talk(waits, h.rung("101", marie)) // the next in line, with the place of before
	waits.Hangup()
	rings.Hangup()

	records := h.records(5)
	for i, c := range []*far{talks, leaves, waits, rings, menu} {
		h.agrees(records[i], c)
		for _, l := range records[i].Legs {
			if l.Estimated {
				t.Errorf("the end of %s is estimated: %+v", l.ID, records[i])
			}
		}
	}
	gone := records[1]
	if end := gone.Legs[0].Ended; end.Sub(left).Abs() > time.Second {
		t.Errorf("the one who left unseen ended at %s, left at %s", end, left)
	}
	if waited := records[2].Waited; waited < time.Second {
		t.Errorf("the one who waited over the restart waited %s", waited)
	}
	if n := len(rung(records[3], "karim")); n != 1 {
		t.Errorf("Karim's phone was rung %d times for one caller: %+v", n, records[3])
	}
	h.empty()
}

// rung returns the legs that rang an agent's phone.
func rung(r store.Charged, agent string) (legs []routing.Leg) {
	for _, l := range r.Legs {
		if l.Role == routing.AgentRole && l.Agent == agent {
			legs = append(legs, l)
		}
	}
	return legs
}

func TestStopLeavesCallsAlone(t *testing.T) {
	h := newHouse(t)
	h.desk("101", phone.Answer(0))
	h.serve(open)
	talks := h.sav("0600000001")
	marie := h.rung("101", nil)
	h.talk(talks, marie)
	waits := h.sav("0600000002")
	h.daemon.says("waiting")
	if took := h.daemon.end(syscall.SIGTERM); took > 5*time.Second {
		t.Errorf("stopping took %s", took)
	}
	if h.daemon.err != nil {
		t.Errorf("hotline ended with %v\n%s", h.daemon.err, h.daemon.tail())
	}
	h.talk(talks, marie)
	waits.music()

	fallback := h.call("0600000003", "0809400100") // nobody is there: the switch's own fallback
	fallback.HearsSound(t)
	wait(t, fallback)
	if fallback.Answered() {
		t.Error("a caller pays for hearing that nobody is there")
	}

	h.serve("calls taken over")
	talks.Hangup()
	h.talk(waits, h.rung("101", marie))
	waits.Hangup()
	h.records(2)
	h.empty()
}

func TestStuckDaemon(t *testing.T) {
	h := newHouse(t)
	h.serve(open)
	if err := h.daemon.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	caller := h.call("0600000001", "0809400100")
	caller.HearsSound(t) // after ten seconds, by the switch alone
	if err := h.daemon.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	wait(t, caller)
	next := h.call("0600000002", "0809400100")
	next.HearsSound(t)
	next.Hangup()
}

func TestSwitchRestart(t *testing.T) {
	h := newHouse(t)
	h.desk("101", phone.Answer(0))
	h.serve(open)
	talks := h.sav("0600000001")
	marie := h.rung("101", nil)
	h.talk(talks, marie)
	waits := h.sav("0600000002")
	h.daemon.says("waiting")
	if err := h.sw.Kill(); err != nil {
		t.Fatal(err)
	}
	h.daemon.says("switch not connected")
	ctx, cancel := h.patience()
	defer cancel()
	if err := h.sw.Start(ctx); err != nil {
		t.Fatal(err)
	}
	for _, r := range h.records(2) {
		if r.Legs[0].Cause == string(pbx.Normal) {
			t.Errorf("a call that ended with its switch ended %s", r.Legs[0].Cause)
		}
	}
	for _, f := range []*far{talks, waits, marie} { // the phones do not know yet, and the switch knows nothing of them
		h.forget(f)
	}

	next := h.sav("0600000003")
	h.talk(next, h.rung("101", marie))
	next.Hangup()
	h.agrees(h.records(3)[2], next)
	h.empty()
}

func TestBeforeTheSwitch(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if err := h.sw.Stop(); err != nil {
		t.Fatal(err)
	}
	h.serve("switch not connected")
	ctx, cancel := h.patience()
	defer cancel()
	if err := h.sw.Start(ctx); err != nil {
		t.Fatal(err)
	}
	h.daemon.says(open)
	caller := h.call("0600000001", "0809400100")
	caller.HearsSound(t)
	caller.Hangup()
	h.agrees(h.records(1)[0], caller)
}

func TestWrongPassword(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.password = "wrong"
	h.serve("refuses the user or the password")
	select {
	case <-h.daemon.done:
	case <-time.After(patience):
		t.Fatalf("hotline goes on\n%s", h.daemon.tail())
	}
	if code := h.daemon.cmd.ProcessState.ExitCode(); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
}

func TestSecondHotline(t *testing.T) {
	h := newHouse(t)
	h.serve(open)
	first := h.daemon
	h.serve("hotline serve runs on this database") // a mistake, and found at once
	h.database = "other.db"
	h.serve(open) // the same instance once more: a mistake that only the switch can see
	first.says("taken over")
	select {
	case <-first.done:
	case <-time.After(patience):
		t.Fatalf("the first goes on, deaf\n%s", first.tail())
	}
	caller := h.call("0600000001", "0809400100")
	caller.HearsSound(t)
	caller.Hangup()
}
