package phone_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"hotline/e2e/lab"
	"hotline/e2e/phone"
)

const patience = 15 * time.Second // for one wait, on a busy machine

// A room is an Asterisk without hotline, with phones on it.
type room struct {
	t *testing.T
	a *lab.Asterisk
}

func open(t *testing.T) room { return room{t, lab.RunAsterisk(t, lab.Options{})} }

func (r room) ctx() context.Context {
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	r.t.Cleanup(cancel)
	return ctx
}

func (r room) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r room) phone(user string, tone float64) *phone.Phone {
	r.t.Helper()
	p, err := phone.Register(r.ctx(), phone.Config{
		User: user, Password: r.a.PhonePassword(user), Registrar: r.a.SIP(), Tone: tone,
	})
	r.must(err)
	r.t.Cleanup(func() {
		if err := p.Close(); err != nil {
			r.t.Error(err)
		}
	})
	return p
}

func (r room) dial(o phone.Outside) *phone.Call {
	r.t.Helper()
	o.Via = r.a.SIP()
	c, err := phone.Dial(r.ctx(), o)
	r.must(err)
	r.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := c.Hangup(ctx); err != nil {
			r.t.Error(err)
		}
	})
	return c
}

// dialPhone lets an outside caller reach the phones, which only this lab's dialplan allows.
const dialPhone = `
[from-trunk](+)
exten => _desk.,1,Dial(PJSIP/${EXTEN:4},20)
 same => n,Hangup(${HANGUPCAUSE})
`

func openWithPhones(t *testing.T) room {
	return room{t, lab.RunAsterisk(t, lab.Options{Dialplan: dialPhone})}
}

func TestWrongPassword(t *testing.T) {
	t.Parallel()
	r := open(t)
	p, err := phone.Register(r.ctx(), phone.Config{User: "101", Password: "wrong", Registrar: r.a.SIP()})
	if err == nil {
		t.Errorf("registered with a wrong password")
		r.must(p.Close())
	}
}

func TestTalk(t *testing.T) {
	t.Parallel()
	for _, codec := range []phone.Codec{phone.ALaw, phone.ULaw} {
		t.Run(string(codec), func(t *testing.T) {
			t.Parallel()
			r := openWithPhones(t)
			agent := r.phone("102", 440)
			agent.On(phone.Answer(300 * time.Millisecond))
			caller := r.dial(phone.Outside{From: "0612345678", Name: "Zoé", To: "desk102", Tone: 700, Codec: codec})
			r.must(caller.WaitRinging(r.ctx()))
			r.must(caller.WaitAnswered(r.ctx()))
			desk, err := agent.Wait(r.ctx())
			r.must(err)
			if desk.From != "0612345678" || desk.Name != "Zoé" {
				t.Errorf("the phone shows %q <%s>, want Zoé <0612345678>", desk.Name, desk.From)
			}
			r.must(caller.WaitHear(r.ctx(), 440))
			r.must(desk.WaitHear(r.ctx(), 700))
			if caller.Hears(700) || desk.Hears(440) {
				t.Error("somebody hears the own voice")
			}
			desk.Say(0)
			r.must(caller.WaitSilence(r.ctx()))
			r.must(caller.Press(r.ctx(), "12,0#"))
			r.must(desk.WaitKeys(r.ctx(), "120#"))
			r.must(desk.Press(r.ctx(), "99*"))
			r.must(caller.WaitKeys(r.ctx(), "99*"))
			r.must(desk.Hangup(r.ctx()))
			r.must(caller.WaitEnded(r.ctx()))

			here, there := caller.Story(), desk.Story()
			if here.EndedBy != phone.Them || there.EndedBy != phone.Us {
				t.Errorf("ended by %s here and %s there, want them and us", here.EndedBy, there.EndedBy)
			}
			if !strings.Contains(here.Reason, "cause=16") {
				t.Errorf("reason %q, want cause=16", here.Reason)
			}
			if rang := there.Answered.Sub(there.Ringing); rang < 300*time.Millisecond {
				t.Errorf("the phone rang for %s, was told 300ms", rang)
			}
			for _, s := range []phone.Story{here, there} {
				if s.Ringing.Before(s.Began) || s.Answered.Before(s.Ringing) || s.Ended.Before(s.Answered) {
					t.Errorf("out of order: %+v", s)
				}
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	r := openWithPhones(t)
	agent := r.phone("101", 0)
	for _, test := range []struct {
		name     string
		reaction phone.Reaction
		cause    string // what Asterisk makes of it for the caller
	}{
		{"busy", phone.Busy(), "cause=17"},
		{"decline", phone.Decline(), "cause=21"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := room{t, r.a}
			agent.On(test.reaction)
			caller := r.dial(phone.Outside{From: "0612345678", To: "desk101"})
			r.must(caller.WaitEnded(r.ctx()))
			desk, err := agent.Wait(r.ctx())
			r.must(err)
			r.must(desk.WaitEnded(r.ctx()))
			here, there := caller.Story(), desk.Story()
			if !here.Answered.IsZero() || !strings.Contains(here.Reason, test.cause) || here.EndedBy != phone.Them {
				t.Errorf("the caller sees %+v, want a refusal by them with %s", here, test.cause)
			}
			if there.EndedBy != phone.Us || !there.Answered.IsZero() {
				t.Errorf("the phone sees %+v, want a refusal by us", there)
			}
		})
	}
}

func TestGivenUpWhileRinging(t *testing.T) {
	t.Parallel()
	r := openWithPhones(t)
	agent := r.phone("101", 0)
	caller := r.dial(phone.Outside{From: "0612345678", To: "desk101"})
	desk, err := agent.Wait(r.ctx())
	r.must(err)
	r.must(caller.WaitRinging(r.ctx()))
	r.must(caller.Hangup(r.ctx()))
	r.must(desk.WaitEnded(r.ctx()))
	if here := caller.Story(); here.EndedBy != phone.Us || !here.Answered.IsZero() {
		t.Errorf("the caller sees %+v, want an end by us before any answer", here)
	}
	if there := desk.Story(); there.EndedBy != phone.Them || there.Code != 487 {
		t.Errorf("the phone sees %+v, want an end by them with 487", there)
	}

	again := r.dial(phone.Outside{From: "0612345678", To: "desk101"})
	desk, err = agent.Wait(r.ctx())
	r.must(err)
	desk.Answer()
	r.must(again.WaitAnswered(r.ctx()))
	r.must(again.Hangup(r.ctx()))
	r.must(desk.WaitEnded(r.ctx()))
}

func TestEarlyMedia(t *testing.T) {
	t.Parallel()
	r := open(t)
	caller := r.dial(phone.Outside{From: "0612345678", To: "early"})
	r.must(caller.WaitAudio(r.ctx()))
	r.must(caller.WaitEnded(r.ctx()))
	story := caller.Story()
	if story.Early.IsZero() || !story.Answered.IsZero() || story.Code != 486 {
		t.Errorf("the caller sees %+v, want early media, no answer and 486", story)
	}
}

func TestEcho(t *testing.T) {
	t.Parallel()
	r := open(t)
	caller := r.dial(phone.Outside{From: "0612345678", To: "echo", Tone: 600})
	r.must(caller.WaitHear(r.ctx(), 600))
	if caller.Hears(800) {
		t.Error("hears a tone that nobody sends")
	}
	caller.Say(800)
	r.must(caller.WaitHear(r.ctx(), 800))
	caller.Say(0)
	r.must(caller.WaitSilence(r.ctx()))
}

// Without hotline the call goes to the fallback: a prompt that nobody pays for, then the end with cause 34.
func TestFallback(t *testing.T) {
	t.Parallel()
	r := open(t)
	caller := r.dial(phone.Outside{From: "0612345678", To: "0805123456"})
	r.must(caller.WaitAudio(r.ctx()))
	r.must(caller.WaitEnded(r.ctx()))
	if !caller.Story().Answered.IsZero() {
		t.Error("the fallback answered")
	}
	if reason := caller.Story().Reason; !strings.Contains(reason, "cause=34") {
		t.Errorf("reason %q, want cause=34", reason)
	}
}

// What a caller sends as a name goes over the wire as it is, and Asterisk makes no more of it.
func TestHostileName(t *testing.T) {
	t.Parallel()
	r := openWithPhones(t)
	agent := r.phone("101", 0)
	for _, test := range []struct{ name, sent, shown string }{
		{"variables", `$(reboot) ${SHELL(reboot)} ; , | & <b>`, `$(reboot) ${SHELL(reboot)} ; , | & <b>`},
		{"bytes", "\xff\xfe é", "\ufffd\ufffd é"},
		{"second address", `x\" <sip:101@127.0.0.1>`, `x\\\" <sip:101@127.0.0.1>`}, // still escaped, twice
	} {
		t.Run(test.name, func(t *testing.T) {
			r := room{t, r.a}
			caller := r.dial(phone.Outside{From: "0612345678", Name: test.sent, To: "desk101"})
			desk, err := agent.Wait(r.ctx())
			r.must(err)
			if desk.From != "0612345678" || desk.Name != test.shown {
				t.Errorf("the phone shows %q <%s>, want %q <0612345678>", desk.Name, desk.From, test.shown)
			}
			r.must(caller.Hangup(r.ctx()))
			r.must(desk.WaitEnded(r.ctx()))
		})
	}
}

// A daemon that is connected and does nothing: Asterisk itself takes the call to the fallback after ten seconds.
func TestLandingWhenNobodyActs(t *testing.T) {
	t.Parallel()
	r := open(t)
	args := r.connect("hotline")
	for _, test := range []struct {
		name   string
		hidden bool
		want   string
	}{
		{"shown", false, "inbound 0805123456 allowed_not_screened trunk"},
		{"hidden", true, "inbound 0805123456 prohib_not_screened trunk"},
	} {
		caller := r.dial(phone.Outside{From: "0612345678", To: "0805123456", Hidden: test.hidden})
		select {
		case got := <-args:
			if got != test.want {
				t.Errorf("%s: the daemon is told %q, want %q", test.name, got, test.want)
			}
		case <-r.ctx().Done():
			t.Fatalf("%s: no event", test.name)
		}
		if test.hidden {
			break
		}
		r.must(caller.WaitAudio(r.ctx()))
		if waited := time.Since(caller.Story().Began); waited < 9*time.Second || waited > 12*time.Second {
			t.Errorf("landed after %s, want about ten seconds", waited)
		}
		r.must(caller.WaitEnded(r.ctx()))
		if reason := caller.Story().Reason; !strings.Contains(reason, "cause=34") {
			t.Errorf("reason %q, want cause=34", reason)
		}
	}
}

// connect takes the place of the daemon: it hears of calls (their arguments) and does nothing.
func (r room) connect(app string) <-chan string {
	r.t.Helper()
	url := "ws" + strings.TrimPrefix(r.a.ARI, "http") + "/events?app=" + app + "&api_key=" + r.a.User + ":" + r.a.Password
	ws, _, err := websocket.Dial(r.ctx(), url, nil)
	r.must(err)
	args := make(chan string, 16)
	var reading sync.WaitGroup
	reading.Go(func() {
		for {
			var event struct {
				Type string
				Args []string
			}
			if err := wsjson.Read(context.Background(), ws, &event); err != nil {
				return // The test is over.
			}
			if event.Type == "StasisStart" {
				args <- strings.Join(event.Args, " ")
			}
		}
	})
	r.t.Cleanup(func() {
		r.must(ws.CloseNow())
		reading.Wait()
	})
	return args
}

func TestHidden(t *testing.T) {
	t.Parallel()
	r := openWithPhones(t)
	agent := r.phone("101", 0)
	r.dial(phone.Outside{From: "0612345678", To: "desk101", Hidden: true})
	desk, err := agent.Wait(r.ctx())
	r.must(err)
	if strings.Contains(desk.From+desk.Name, "0612345678") {
		t.Errorf("a hidden number is shown as %q <%s>", desk.Name, desk.From)
	}
}

// A phone that unregistered does not ring any more.
func TestUnregister(t *testing.T) {
	t.Parallel()
	r := openWithPhones(t)
	agent := r.phone("101", 0)
	r.must(agent.Unregister(r.ctx()))
	caller := r.dial(phone.Outside{From: "0612345678", To: "desk101"})
	r.must(caller.WaitEnded(r.ctx()))
	if s := caller.Story(); !s.Ringing.IsZero() || !s.Answered.IsZero() {
		t.Errorf("the caller sees %+v, want no ringing", s)
	}
}

// Fifty callers at once, each with a tone of its own: the lab's ports, limits and phones are up to what the end-to-end
// tests ask of them.
func TestFiftyAtOnce(t *testing.T) {
	t.Parallel()
	r := open(t)
	var all sync.WaitGroup
	for i := range 50 {
		tone := 400 + 20*float64(i)
		caller := r.dial(phone.Outside{From: fmt.Sprintf("06123456%02d", i), To: "echo", Tone: tone})
		all.Go(func() {
			if err := caller.WaitHear(r.ctx(), tone); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// Not parallel, so that the goroutines of other tests stand still while it counts.
func TestNothingIsLeftBehind(t *testing.T) {
	a := lab.RunAsterisk(t, lab.Options{Dialplan: dialPhone})
	before := runtime.NumGoroutine()
	t.Run("talk", func(t *testing.T) {
		r := room{t, a}
		agent := r.phone("101", 440)
		agent.On(phone.Answer(0))
		caller := r.dial(phone.Outside{From: "0612345678", To: "desk101", Tone: 700})
		r.must(caller.WaitHear(r.ctx(), 440))
	})
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); runtime.NumGoroutine() > before; <-tick.C {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
		}
	}
}
