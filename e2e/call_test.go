package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/billing"
	"hotline/e2e/phone"
	"hotline/number"
	"hotline/pbx"
	"hotline/routing"
	"hotline/store"
)

// agrees checks a record against what the phones saw themselves.
func (h *house) agrees(r store.Charged, caller *far) {
	h.t.Helper()
	customer := r.Legs[0]
	if customer.Role != routing.Customer {
		h.t.Fatalf("record %s: nobody is dialled before somebody calls: %+v", r.ID, r.Legs)
	}
	story := caller.Story()
	near := func(what string, ours, phones time.Time) {
		h.t.Helper()
		if ours.IsZero() != phones.IsZero() || ours.Sub(phones).Abs() > time.Second {
			h.t.Errorf("record %s: %s at %s, the phone says %s", r.ID, what, ours, phones)
		}
	}
	near("offered", r.Opened, story.Began)
	near("answered", customer.Answered, story.Answered)
	near("ended", customer.Ended, story.Ended)
}

func TestMenuQueueTalk(t *testing.T) {
	h := newHouse(t)
	h.desk("101", phone.Answer(500*time.Millisecond))
	h.serve(open)
	caller := h.call("0612345678", "0140000101") // as the trunk delivers 0809 40 01 00
	caller.HearsSound(t)
	caller.Press("1") // during the prompt
	marie := h.rung("101", nil)
	if marie.From != "0612345678" {
		t.Errorf("Marie's phone shows %q", marie.From)
	}
	h.talk(caller, marie)
	caller.Press("42")
	ctx, cancel := h.patience()
	defer cancel()
	if err := marie.WaitKeys(ctx, "42"); err != nil {
		t.Error(err)
	}
	caller.Hangup()
	wait(t, marie)
	r := h.records(1)[0]
	h.agrees(r, caller)
	if r.Service != "sav" || r.Number != "+33809400100" || r.Caller != "+33612345678" || r.Agent != "marie" || r.Queue != "sav" || r.Cause != string(pbx.Normal) {
		t.Errorf("record %+v", r)
	}
	h.empty()
}

func wait(t *testing.T, f *far) {
	t.Helper()
	select {
	case <-f.Ended():
	case <-time.After(patience):
		t.Fatalf("the call of %s has not ended", f.From)
	}
}

func TestSurchargedIsNotBilledWhileItWaits(t *testing.T) {
	h := newHouse(t)
	h.desk("103", phone.RingOnly())
	h.serve(open)
	caller := h.call("0140506070", "0892400300")
	caller.HearsSound(t) // music, before any answer
	lea := h.rung("103", nil)
	if caller.Answered() {
		t.Error("the caller pays for waiting")
	}
	lea.Answer()
	h.talk(caller, lea)
	caller.Hangup()
	r := h.records(1)[0]
	h.agrees(r, caller)
	seconds := int64((r.Legs[0].Ended.Sub(r.Legs[0].Answered) + time.Second - 1) / time.Second)
	sum, complete := r.Ratings[0].Sum(billing.Caller)
	if want := billing.Money((2*800_000*seconds + 60) / 120); sum != want || !complete {
		t.Errorf("the caller pays %s for %d s, want %s: %+v", sum.EN(6), seconds, want.EN(6), r.Ratings[0])
	}

	h.desk("103", phone.Busy())
	nobody := h.call("0140506070", "0892400300")
	wait(t, nobody) // max_wait, a prompt in early media, the end
	if nobody.Answered() {
		t.Error("nobody was there, and the caller pays")
	}
	r = h.records(2)[1]
	if len(r.Ratings) > 0 && len(r.Ratings[0].Lines()) > 0 {
		t.Errorf("a call that was never answered costs: %+v", r.Ratings)
	}
	h.empty()
}

func TestCallerLeavesInEveryState(t *testing.T) {
	h := newHouse(t)
	h.serve(open)
	menu := h.call("0600000001", "0809400100")
	menu.HearsSound(t)
	menu.Hangup()

	h.desk("101", phone.Decline())
	waiting := h.sav("0600000002")
	h.daemon.says("agent did not answer")
	waiting.music()
	waiting.Hangup()

	h.desk("102", phone.RingOnly())
	ringing := h.sav("0600000003")
	paul := h.rung("102", nil)
	ringing.Hangup()
	wait(t, paul)

	early := h.call("0600000004", "0892400300") // nobody registered: a prompt, unanswered
	early.HearsSound(t)
	early.Hangup()

	h.desk("102", phone.Answer(0))
	talking := h.sav("0600000005")
	h.talk(talking, h.rung("102", paul))
	talking.Hangup()

	records := h.records(5)
	for i, c := range []*far{menu, waiting, ringing, early, talking} {
		h.agrees(records[i], c)
	}
	if got := records[3].Cause; got != string(pbx.Cancelled) {
		t.Errorf("the one who left before any answer: %s", got)
	}
	h.empty()
}

func TestAgentsWhoDoNotAnswer(t *testing.T) {
	for _, c := range []struct {
		name  string
		marie func(h *house)
	}{
		{"busy", func(h *house) { h.desk("101", phone.Busy()) }},
		{"declines", func(h *house) { h.desk("101", phone.Decline()) }},
		{"never answers", func(h *house) { h.desk("101", phone.RingOnly()) }},
		{"is not registered", func(*house) {}},
		{"left without a word", func(h *house) { // registered, and nobody at that address any more
			if err := h.desk("101", phone.RingOnly()).Close(); err != nil {
				h.t.Fatal(err)
			}
			delete(h.phones, "101")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			c.marie(h)
			h.desk("102", phone.Answer(0))
			h.serve(open)
			caller := h.sav("0612345678")
			h.talk(caller, h.rung("102", nil))
			caller.Hangup()
			if r := h.records(1)[0]; r.Agent != "paul" {
				t.Errorf("record %+v", r)
			}
			h.empty()
		})
	}
}

// TestTransferIsRefused lets an agent's phone transfer the caller to a number: nobody is dialled, and the talk goes on.
func TestTransferIsRefused(t *testing.T) {
	h := newHouse(t)
	h.desk("101", phone.Answer(0))
	h.desk("104", phone.Answer(0))
	h.serve(open)
	caller := h.sav("0612345678")
	marie := h.rung("101", nil)
	h.talk(caller, marie)
	for _, to := range []string{"0033899000000", "104"} {
		ctx, cancel := h.patience()
		if err := marie.Transfer(ctx, to); err != nil {
			t.Errorf("transfer to %s: %v", to, err)
		}
		cancel()
		h.talk(caller, marie)
	}
	h.mu.Lock()
	if f := h.last["104"]; f != nil {
		t.Errorf("phone 104 rang: %+v", f.Story())
	}
	h.mu.Unlock()
	marie.Hangup()
	wait(t, caller)
	if r := h.records(1)[0]; r.Agent != "marie" || len(r.Legs) != 2 {
		t.Errorf("record %+v", r)
	}
	h.empty()
}

func TestRingAll(t *testing.T) {
	h := newHouse(t)
	h.desk("103", phone.RingOnly())
	h.desk("104", phone.RingOnly())
	h.serve(open)
	caller := h.call("0612345678", "0805400200")
	lea, karim := h.rung("103", nil), h.rung("104", nil)
	karim.Answer()
	h.talk(caller, karim)
	wait(t, lea)
	karim.Hangup()
	wait(t, caller)
	r := h.records(1)[0]
	if r.Agent != "karim" {
		t.Errorf("record %+v", r)
	}
	if sum, complete := r.Ratings[0].Sum(billing.Caller); sum != 0 || !complete {
		t.Errorf("the caller of a free number pays %s", sum.EN(6))
	}
	if sum, complete := r.Ratings[0].Sum(billing.Owner); sum >= 0 || !complete {
		t.Errorf("the owner of a free number pays %s (%v)", sum.EN(6), complete)
	}
	h.empty()
}

func TestHostileCallers(t *testing.T) {
	h := newHouse(t)
	h.desk("101", phone.Answer(0))
	h.serve(open)
	var last *far
	names := []string{
		`Robert'); DROP TABLE call;--`, `<script>alert(1)</script>`, "Zoé\u202e\u2066 éàü", `${SHELL(touch /tmp/x)}`,
		`a,b;c=d&e|f`, strings.Repeat("x", 300), `=1+1`, "日本語", `\"`,
	}
	for i, name := range names {
		caller := h.caller(t, "0612345678", name, "0809400100", false).(*far)
		caller.HearsSound(t)
		caller.Press("1")
		last = h.rung("101", last)
		h.talk(caller, last)
		caller.Hangup()
		if r := h.records(i + 1)[i]; r.CallerName != number.CleanName(r.CallerName) || len(r.CallerName) > 256 {
			t.Errorf("name %q is kept as %q", name, r.CallerName)
		}
		wait(t, last)
	}
	n := len(names)

	hidden := h.caller(t, "0612345678", "Zoé", "0809400100", true).(*far)
	hidden.HearsSound(t)
	hidden.Press("1")
	last = h.rung("101", last)
	if strings.Contains(last.From+last.Name, "612345678") || strings.Contains(last.Name, "Zo") {
		t.Errorf("Marie's phone shows %q %q of one who hides", last.From, last.Name)
	}
	hidden.Hangup()
	if r := h.records(n + 1)[n]; r.Caller != "" || !r.Hidden {
		t.Errorf("record %+v", r)
	}

	unknown := h.call("0612345678", "0123456789")
	wait(t, unknown)
	if s := unknown.Story(); !s.Answered.IsZero() || s.Code != 404 {
		t.Errorf("a number that is not in the rules: %+v", s)
	}
	odd := h.call("x'--", "0809400100")
	odd.HearsSound(t)
	odd.Hangup()
	absent := h.call("0612345678", "0809400100") // key 2 plays a file that is not there, and leads back to the menu
	absent.HearsSound(t)
	absent.Press("2")
	h.daemon.says("prompt not heard")
	absent.HearsSound(t)
	absent.Hangup()
	records := h.records(n + 4)
	if !slices.Contains(records[n+1].Flags, "number_unknown") || !slices.Contains(records[n+3].Flags, "prompt_failed") {
		t.Errorf("flags %v and %v", records[n+1].Flags, records[n+3].Flags)
	}
	h.empty()
}

// TestCallerLeavesAtAnyMoment lets callers hang up a little later each time, across the moments in which an agent's
// phone is being rung: no phone rings for nobody, and every call has its record.
func TestCallerLeavesAtAnyMoment(t *testing.T) {
	const calls, step = 60, 2 * time.Millisecond
	h := newHouse(t)
	h.desk("103", phone.RingOnly())
	h.serve(open)
	for n := range calls {
		caller := h.call(fmt.Sprintf("06000002%02d", n), "0892400300")
		<-time.After(time.Duration(n) * step)
		caller.Hangup()
	}
	h.empty()
	offered := h.daemon.count("call offered") // one who hangs up in the very first moment may never have got through
	if offered < calls/2 {
		t.Fatalf("only %d of %d calls came through", offered, calls)
	}
	h.records(offered)
	h.mu.Lock()
	before := h.last["103"]
	h.mu.Unlock()
	talks := h.call("0600000300", "0892400300") // and the agent is as free as before
	lea := h.rung("103", before)
	lea.Answer()
	h.talk(talks, lea)
	talks.Hangup()
	h.records(offered + 1)
	h.empty()
}
