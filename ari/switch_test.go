package ari

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/pbx"
)

func TestReadyComesFirst(t *testing.T) {
	f := newFake(t)
	f.first = []string{offered("c1"), event("ChannelDtmfReceived", "c1", "Ring", map[string]any{"digit": "5", "duration_ms": 100})}
	r := f.run()
	ready := next[pbx.Ready](r)
	if ready.Version != "22.0.0" || !ready.Start.Equal(time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)) {
		t.Errorf("ready %+v", ready)
	}
	o := next[pbx.Offered](r)
	if o.Leg != "c1" || o.From != "0612345678" || o.Name != "Zoé" || o.To != "0805123456" || o.Trunk != "trunk" || o.Hidden {
		t.Errorf("offered %+v", o)
	}
	if d := next[pbx.Digit](r); d.Key != '5' || d.Dur != 100*time.Millisecond {
		t.Errorf("digit %+v", d)
	}
	if got := f.requests("PUT applications/hotline/eventFilter"); len(got) != 1 {
		t.Errorf("the event filter was set %d times", len(got))
	}
}

func TestBadEventsAreSkipped(t *testing.T) {
	r := newFake(t).run()
	next[pbx.Ready](r)
	for _, bad := range []string{
		`{`, ``, `null`, `[]`, `"x"`, `{"type":7}`, `{"type":""}`, `{"type":"StasisStart","channel":[]}`,
		`{"type":"ChannelToneDetected"}`, `{"type":"ChannelDestroyed"}`, `{"type":"ChannelTransfer"}`, `{"type":"RESTResponse"}`,
		`{"type":"TextMessageReceived","message":{"variables":{"a":"b"},"body":"hello"}}`,
		`{"type":"StasisStart","timestamp":"yesterday"}`, `{"type":"ChannelLeftBridge","bridge":{"id":"b-c9"},"channel":{"id":"c9"}}`,
		`{"type":"PlaybackFinished","playback":{"id":"x"}}`, `{"type":"Dial"}`, strings.Repeat("x", 100_000),
	} {
		r.send(bad)
	}
	r.send(offered("c1"))
	if o := next[pbx.Offered](r); o.Leg != "c1" {
		t.Errorf("offered %+v", o)
	}
}

func TestNeverANewCall(t *testing.T) {
	r := newFake(t).run()
	next[pbx.Ready](r)
	r.send(event("StasisStart", "local;1", "Up", map[string]any{"args": []string{}, "replace_channel": map[string]any{"id": "c9"}}))
	r.send(event("StasisStart", "local;2", "Up", map[string]any{"args": []string{"transfer", "0899"}}))
	r.send(event("StasisStart", "c1.0.whisper", "Up", map[string]any{"args": []string{"whisper"}}))
	r.send(event("StasisStart", "l1", "Down", map[string]any{"args": []string{"dialled", "call-1"}}))
	r.send(event("StasisStart", "odd", "Ring", map[string]any{"args": []string{"something"}}))
	r.send(offered("c1"))
	if o := next[pbx.Offered](r); o.Leg != "c1" {
		t.Errorf("offered %+v", o)
	}
	waitFor(t, "the refusal of the transfer", func() bool { return len(r.requests("DELETE channels/local;2")) == 1 })
}

func TestReplacedIsFinal(t *testing.T) {
	r := newFake(t).run()
	next[pbx.Ready](r)
	r.send(`{"type":"ApplicationReplaced","timestamp":"2026-11-22T07:00:01.500+0000","application":"hotline"}`)
	if err := r.ended(); !errors.Is(err, pbx.ErrReplaced) {
		t.Errorf("Run: %v, want ErrReplaced", err)
	}
}

func TestRefusedPassword(t *testing.T) {
	for name, where := range map[string]string{"socket": "GET events", "request": "GET asterisk/info"} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.on(where, says(http.StatusUnauthorized, `{"message":"Authentication required"}`))
			if err := f.run().ended(); !errors.Is(err, pbx.ErrAuth) {
				t.Errorf("Run: %v, want ErrAuth", err)
			}
		})
	}
}

func TestDownWithoutConnection(t *testing.T) {
	f := newFake(t)
	sw := f.open()
	ctx := t.Context()
	_, legs := sw.Legs(ctx)
	for what, err := range map[string]error{
		"answer": sw.Answer(ctx, "c1"), "hang up": sw.Hangup(ctx, "c1", pbx.Normal), "watch": sw.Watch(ctx, nil), "legs": legs,
		"dial": sw.Dial(ctx, pbx.Dial{Leg: "l1", Call: "call-1", To: pbx.Target{Phone: "101"}}),
	} {
		if !errors.Is(err, pbx.ErrDown) {
			t.Errorf("%s: %v, want ErrDown", what, err)
		}
	}
}

func TestTruncatedAnswerEndsRun(t *testing.T) {
	f := newFake(t)
	f.on("GET channels", says(http.StatusOK, `[{"id":"c1",`))
	if err := f.run().ended(); err == nil || !strings.Contains(err.Error(), "GET channels") {
		t.Errorf("Run: %v, want the request that failed", err)
	}
}

func TestAnswerThatNeverComes(t *testing.T) {
	f := newFake(t)
	release := make(chan struct{})
	f.on("POST channels/c1/answer", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	defer close(release)
	r := f.run()
	next[pbx.Ready](r)
	r.send(offered("c1"))
	next[pbx.Offered](r)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := r.sw.Answer(ctx, "c1"); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, pbx.ErrDown) {
		t.Errorf("a deadline of the caller's own gives %v", err)
	}
	// A lost connection ends what waits at once, long before any deadline.
	done := make(chan error, 1)
	go func() { done <- r.sw.Answer(context.Background(), "c1") }()
	waitFor(t, "the second answer", func() bool { return len(f.requests("POST channels/c1/answer")) == 2 })
	f.ws.CloseNow()
	if err := <-done; !errors.Is(err, pbx.ErrDown) {
		t.Errorf("after the connection broke: %v, want ErrDown", err)
	}
	if err := r.ended(); !errors.Is(err, pbx.ErrDown) {
		t.Errorf("Run: %v, want ErrDown", err)
	}
}

// Events that go on are no life: when requests are refused, the connection is given up, so that Asterisk knows it, too.
func TestRefusedRequestsEndRun(t *testing.T) {
	for what, refuse := range map[string]http.HandlerFunc{
		"closed":   func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"password": says(http.StatusUnauthorized, `{"message":"Authentication required"}`),
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			r := newFake(t).run()
			next[pbx.Ready](r)
			r.on("GET asterisk/ping", refuse)
			if err := r.ended(); !errors.Is(err, pbx.ErrDown) || !strings.Contains(err.Error(), "refuses requests") {
				t.Errorf("Run: %v", err)
			}
		})
	}
}

func TestFirstVerbTakesTheFuseOffOnce(t *testing.T) {
	r := newFake(t).run()
	next[pbx.Ready](r)
	r.send(offered("c1"))
	next[pbx.Offered](r)
	for _, err := range []error{r.sw.Ring(t.Context(), "c1"), r.sw.Answer(t.Context(), "c1"), r.sw.Hold(t.Context(), "c1", "default")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	all := r.requests("POST channels/c1/")
	if len(all) != 4 || !strings.Contains(all[0], "TIMEOUT") || !strings.Contains(all[0], "value=0") {
		t.Errorf("asked %q", all)
	}
}

func TestEndIsToldOnceAndEndsThePlay(t *testing.T) {
	r := newFake(t).run()
	next[pbx.Ready](r)
	r.send(offered("c1"))
	next[pbx.Offered](r)
	if err := r.sw.Play(t.Context(), "c1", 3, "/srv/hello.wav"); err != nil {
		t.Fatal(err)
	}
	end := event("ChannelDestroyed", "c1", "Ring", map[string]any{"cause": 127, "tech_cause": 487})
	r.send(end)
	r.send(end)
	if p := next[pbx.Played](r); p.Turn != 3 || p.Result != pbx.Stopped {
		t.Errorf("played %+v", p)
	}
	if h := next[pbx.HungUp](r); h.Cause != pbx.Cancelled || h.SIP != 487 || !h.Answered.IsZero() {
		t.Errorf("hung up %+v", h)
	}
	r.send(offered("c2"))
	next[pbx.Offered](r)
	if err := r.sw.Answer(t.Context(), "c1"); !errors.Is(err, pbx.ErrGone) {
		t.Errorf("answer: %v, want ErrGone", err)
	}
}

func TestStopAsksAgain(t *testing.T) {
	f := newFake(t)
	n := 0
	f.on("DELETE playbacks/c1.1", func(w http.ResponseWriter, r *http.Request) {
		if n++; n < 3 {
			says(http.StatusInternalServerError, `{"message":"Could not stop playback"}`)(w, r)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	r := f.run()
	next[pbx.Ready](r)
	r.send(offered("c1"))
	next[pbx.Offered](r)
	if err := r.sw.Play(t.Context(), "c1", 1, "/srv/hello.wav"); err != nil {
		t.Fatal(err)
	}
	if err := r.sw.Stop(t.Context(), "c1"); err != nil || n != 3 {
		t.Errorf("stop: %v after %d requests", err, n)
	}
	r.send(`{"type":"PlaybackFinished","timestamp":"2026-11-22T07:00:02.000+0000","playback":{"id":"c1.1","state":"done"}}`)
	if p := next[pbx.Played](r); p.Turn != 1 || p.Result != pbx.Stopped {
		t.Errorf("played %+v", p)
	}
}

func TestDialRefusals(t *testing.T) {
	for _, c := range []struct {
		name string
		code int
		body string
		want error
	}{
		{"not registered", 500, `{"error":"Allocation failed"}`, pbx.ErrUnreachable},
		{"no right", 403, `{"message":"Authorization failed"}`, pbx.ErrAuth},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t)
			f.on("POST channels/create", says(c.code, c.body))
			r := f.run()
			next[pbx.Ready](r)
			err := r.sw.Dial(t.Context(), pbx.Dial{Leg: "l1", Call: "call-1", To: pbx.Target{Phone: "101"}, Ring: time.Second})
			if !errors.Is(err, c.want) {
				t.Errorf("dial: %v, want %v", err, c.want)
			}
		})
	}
}

func TestDialRefusesWhatIsNoTarget(t *testing.T) {
	sw := newFake(t).open()
	for _, to := range []pbx.Target{
		{}, {Phone: "101&PJSIP/0899@trunk"}, {Phone: "../1"}, {Phone: "1 1"}, {Trunk: "trunk"}, {Trunk: "none", Number: "0612345678"},
		{Trunk: "trunk", Number: "0612345678@evil"}, {Trunk: "trunk", Number: "+33+"}, {Phone: "101", Trunk: "trunk", Number: "06"},
		{Phone: strings.Repeat("1", 33)}, {Trunk: "trunk", Number: "061234\r\n"},
	} {
		if s, err := sw.templates().DialString(to); err == nil {
			t.Errorf("%+v became %q", to, s)
		}
	}
	if s, err := sw.templates().DialString(pbx.Target{Trunk: "trunk", Number: "+33612345678"}); err != nil || s != "PJSIP/+33612345678@trunk" {
		t.Errorf("a good number became %q, %v", s, err)
	}
}

func TestHangupWhileTheChannelIsMade(t *testing.T) {
	f := newFake(t)
	creating, goOn := make(chan struct{}), make(chan struct{})
	f.on("POST channels/create", func(http.ResponseWriter, *http.Request) { close(creating); <-goOn })
	r := f.run()
	next[pbx.Ready](r)
	done := make(chan error, 1)
	go func() {
		done <- r.sw.Dial(context.Background(), pbx.Dial{Leg: "l1", Call: "call-1", To: pbx.Target{Phone: "101"}, Ring: time.Second})
	}()
	<-creating
	if err := r.sw.Hangup(t.Context(), "l1", pbx.AnsweredElsewhere); err != nil {
		t.Fatal(err)
	}
	close(goOn)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := f.requests("DELETE channels/l1"); !slices.Equal(got, []string{"DELETE channels/l1?reason=answered_elsewhere"}) {
		t.Errorf("asked %q", got)
	}
	if got := f.requests("POST channels/l1/dial"); len(got) != 0 {
		t.Errorf("it rang: %q", got)
	}
	r.send(event("ChannelDestroyed", "l1", "Down", map[string]any{"cause": 26}))
	if h := next[pbx.HungUp](r); h.Cause != pbx.AnsweredElsewhere {
		t.Errorf("hung up %+v", h)
	}
}

func TestGuardThatStruckSaysLeft(t *testing.T) {
	r := newFake(t).run()
	next[pbx.Ready](r)
	r.send(offered("c1"))
	next[pbx.Offered](r)
	r.send(event("StasisEnd", "c1", "Ring", nil)) // the dialplan's own ten seconds
	next[pbx.Left](r)
	if err := r.sw.Answer(t.Context(), "c1"); !errors.Is(err, pbx.ErrGone) {
		t.Errorf("answer: %v, want ErrGone", err)
	}
	if got := r.requests("DELETE channels/c1"); len(got) != 0 {
		t.Errorf("the fallback was cut short: %q", got)
	}
	r.send(event("ChannelDestroyed", "c1", "Up", map[string]any{"cause": 16}))
	if h := next[pbx.HungUp](r); h.Cause == pbx.Limit {
		t.Errorf("hung up %+v, want the end that the fallback gave it", h)
	}
}

// The fallback may answer a call while nobody listens, and only the records know: that answer costs the caller money.
func TestAnswerOfTheFallbackIsInTheRecords(t *testing.T) {
	f := newFake(t)
	f.on("GET channels/c1", says(http.StatusNotFound, `{"message":"Channel not found"}`))
	r := f.run()
	next[pbx.Ready](r)
	r.sw.cfg.Records = filepath.Join(t.TempDir(), "hotline.csv")
	line := func(kind, at, extra string) string {
		return `"` + kind + `",` + at + `,"c1","1.0","PJSIP/trunk-00000001","","","0612345678","0805123456","` + extra + "\"\n"
	}
	lines := line("CHAN_START", "1700000000.000001", "") + line("ANSWER", "1700000010.020479", "") +
		line("HANGUP", "1700000018", `{""hangupcause"":34}`) + line("CHAN_END", "1700000018.500000", "")
	if err := os.WriteFile(r.sw.cfg.Records, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	r.send(offered("c1"))
	next[pbx.Offered](r)
	r.send(event("StasisEnd", "c1", "Ring", nil))
	next[pbx.Left](r)
	if a := next[pbx.Answered](r); !a.At.Equal(time.UnixMicro(1700000010_020479)) {
		t.Errorf("answered at %s, want what the records say", a.At)
	}
	if h := next[pbx.HungUp](r); !h.At.Equal(time.UnixMicro(1700000018_500000)) || h.Answered.IsZero() || h.Cause == pbx.Cancelled || h.Estimated {
		t.Errorf("hung up %+v", h)
	}
}

// A phone that rang when hotline died, and that nobody picks up afterwards, is there: Asterisk says 480 of it like of one that is not.
func TestRingsOverARestart(t *testing.T) {
	f := newFake(t)
	f.on("GET channels", says(http.StatusOK, `[{"id":"c1","name":"PJSIP/101-00000001","state":"Ringing",
		"creationtime":"2026-11-22T06:59:50.000+0000","dialplan":{"app_name":"Stasis","app_data":"hotline,dialled,call"}}]`))
	f.on("GET channels/c1/variable", says(http.StatusOK, `{"value":"1"}`))
	r := f.run()
	if ready := next[pbx.Ready](r); len(ready.Legs) != 1 || ready.Legs[0].State != pbx.Ringing {
		t.Fatalf("ready with %+v", ready.Legs)
	}
	r.send(event("ChannelDestroyed", "c1", "Down", map[string]any{"cause": 0, "tech_cause": 480}))
	if h := next[pbx.HungUp](r); h.Cause != pbx.NoAnswer {
		t.Errorf("hung up %+v", h)
	}
}

// waitFor waits until something that is not an event has happened.
func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	limit := time.After(patience)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("%s did not happen", what)
		}
	}
}
