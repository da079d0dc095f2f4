package pbx_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hotline/pbx"
	"hotline/pbx/pbxtest"
)

// script is a Handler that runs one function on every call that comes in.
type script struct {
	run    func(c *pbx.Call)
	found  chan []*pbx.Call
	phones chan pbx.PhoneState
}

func (s *script) Offered(c *pbx.Call, _ pbx.Offered)   { s.run(c) }
func (s *script) Ready(_ pbx.Ready, found []*pbx.Call) { s.found <- found }
func (s *script) Found(found []*pbx.Call)              { s.found <- found }
func (s *script) PhoneState(p pbx.PhoneState)          { s.phones <- p }
func newScript(run func(c *pbx.Call)) *script {
	return &script{run, make(chan []*pbx.Call, 9), make(chan pbx.PhoneState, 9)}
}
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// serve runs an exchange over a fresh switch inside a bubble; stop makes it leave and waits for it.
func serve(t *testing.T, run func(c *pbx.Call)) (sw *pbxtest.Switch, h *script, stop func()) {
	t.Helper()
	sw = pbxtest.New()
	sw.Files = map[string]time.Duration{"/hello.wav": 3 * time.Second}
	h = newScript(run)
	stop = over(t, sw, h)
	<-h.found
	return sw, h, stop
}

func over(t *testing.T, sw pbx.Switch, h pbx.Handler) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	x := pbx.NewExchange("test", sw, quiet())
	go func() { done <- x.Run(ctx, h) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
}

func TestKeyStopsPrompt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := make(chan byte, 2)
		sw, _, stop := serve(t, func(c *pbx.Call) {
			ctx := c.Context()
			c.Answer(ctx)
			for range 2 { // the second prompt is not heard at all: its key was typed ahead
				if err := c.Play(ctx, "/hello.wav", pbx.UntilKey); err != nil {
					t.Errorf("play: %v", err)
				}
				k, err := c.Key(ctx, time.Second)
				if err != nil {
					t.Errorf("key: %v", err)
				}
				keys <- k
			}
			c.Hangup(pbx.Normal)
		})
		defer stop()
		caller := sw.Call("client", "0612345678", "100")
		time.Sleep(time.Second)
		caller.Press("12")
		<-caller.Gone()
		if a, b := <-keys, <-keys; a != '1' || b != '2' {
			t.Errorf("keys %c and %c, want 1 and 2", a, b)
		}
		want := "0:00.0  client   calls 100\n0:00.0  client   is answered\n0:00.0  client   hears hello.wav\n" +
			"0:01.0  client   presses 12\n0:01.0  client   ended, normal, by hotline\n"
		if got := sw.Transcript(); got != want {
			t.Errorf("transcript:\n%swant:\n%s", got, want)
		}
	})
}

func TestOnlyHashStopsAnAnnouncement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := make(chan byte, 1)
		sw, _, stop := serve(t, func(c *pbx.Call) {
			ctx := c.Context()
			if err := c.Play(ctx, "/hello.wav", pbx.UntilHash); err != nil {
				t.Errorf("play: %v", err)
			}
			k, err := c.Key(ctx, 0)
			if err != nil {
				t.Errorf("key: %v", err)
			}
			keys <- k
			c.Hangup(pbx.Normal)
		})
		defer stop()
		caller := sw.Call("client", "0612345678", "100")
		time.Sleep(time.Second)
		caller.Press("0123456789*0123456789*0123456789*0123456789*") // more than are kept
		time.Sleep(time.Second)
		caller.Press("1#2")
		<-caller.Gone()
		if k := <-keys; k != '2' {
			t.Errorf("key %c, want the one behind #", k)
		}
		if !strings.HasSuffix(sw.Transcript(), "0:02.0  client   presses 1#2\n0:02.0  client   ended, normal, by hotline\n") {
			t.Errorf("transcript:\n%s", sw.Transcript())
		}
	})
}

func TestWaitsEndWithTheirReason(t *testing.T) {
	tooLong := errors.New("too long")
	for _, c := range []struct {
		name string
		wait func(ctx context.Context, c *pbx.Call) error
		want error
	}{
		{"no key", func(ctx context.Context, c *pbx.Call) error { _, err := c.Key(ctx, time.Minute); return err }, pbx.ErrNoInput},
		{"a limit of the caller's own", func(ctx context.Context, c *pbx.Call) error {
			ctx, cancel := context.WithTimeoutCause(ctx, time.Second, tooLong)
			defer cancel()
			return c.Play(ctx, "/hello.wav", pbx.ToTheEnd)
		}, tooLong},
		{"the party hangs up", func(ctx context.Context, c *pbx.Call) error { _, err := c.Key(ctx, time.Hour); return err }, pbx.ErrGone},
		{"the file is missing", func(ctx context.Context, c *pbx.Call) error { return c.Play(ctx, "/none.wav", pbx.ToTheEnd) }, &pbx.PlayError{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := make(chan error, 1)
				sw, _, stop := serve(t, func(call *pbx.Call) {
					call.Answer(call.Context())
					got <- c.wait(call.Context(), call)
				})
				defer stop()
				caller := sw.Call("client", "0612345678", "100")
				time.AfterFunc(10*time.Minute, caller.Hangup)
				err := <-got
				if play := (*pbx.PlayError)(nil); errors.As(c.want, &play) && errors.As(err, &play) {
					return
				}
				if !errors.Is(err, c.want) {
					t.Errorf("ended with %v, want %v", err, c.want)
				}
				if h := (*pbx.HangupError)(nil); c.want == pbx.ErrGone && (!errors.As(err, &h) || h.Cause != pbx.Normal) {
					t.Errorf("ended with %v, want the hang-up and its cause", err)
				}
			})
		})
	}
}

func TestLeaving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := make(chan error, 1)
		sw, _, stop := serve(t, func(c *pbx.Call) {
			c.Answer(c.Context())
			got <- c.Play(c.Context(), "/hello.wav", pbx.ToTheEnd)
		})
		caller := sw.Call("client", "0612345678", "100")
		time.Sleep(time.Second)
		stop()
		if err := <-got; !errors.Is(err, pbx.ErrRestart) {
			t.Errorf("ended with %v, want ErrRestart", err)
		}
		if what := caller.Hears(); what != "file /hello.wav" {
			t.Errorf("the caller hears %s: leaving must not touch the call", what)
		}

		h := newScript(func(*pbx.Call) { t.Error("a call that was there is not a new one") })
		stop = over(t, sw, h)
		if found := <-h.found; len(found) != 1 || found[0].ID() != caller.Leg() || !found[0].Facts().Up {
			t.Errorf("the next run found %+v", found)
		}
		stop()
	})
}

func TestLostConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := make(chan error, 2)
		sw, h, stop := serve(t, func(c *pbx.Call) {
			c.Answer(c.Context())
			if _, err := c.Key(c.Context(), 10*time.Second); !errors.Is(err, pbx.ErrNoInput) {
				got <- err
				return
			}
			got <- c.Play(c.Context(), "/hello.wav", pbx.ToTheEnd) // asked while there is no connection
		})
		defer stop()
		stays, leaves := sw.Call("stays", "0611111111", "100"), sw.Call("leaves", "0622222222", "100")
		time.Sleep(time.Second)
		sw.Cut()
		leaves.Hangup() // nobody sees this
		<-h.found
		if err := <-got; !errors.Is(err, pbx.ErrGone) {
			t.Errorf("the one who left unseen: %v, want ErrGone", err)
		}
		if err := <-got; err != nil {
			t.Errorf("the one who stayed: %v", err)
		}
		if !stays.Answered() {
			t.Error("the one who stayed is not up")
		}

		sw.Off() // the switch itself ends all calls, and comes back after a while
		time.Sleep(time.Minute)
		sw.On()
		<-h.found
		sw.Call("new", "0633333333", "100")
		if err := <-got; err != nil {
			t.Errorf("a call after the restart of the switch: %v", err)
		}
	})
}

func TestTalk(t *testing.T) {
	for _, who := range []string{"caller", "agent"} {
		t.Run(who+" leaves first", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := make(chan error, 1)
				sw, _, stop := serve(t, func(c *pbx.Call) {
					ctx := c.Context()
					agent, err := c.Exchange().Dial(ctx, c, pbx.Dial{Leg: "a1", To: pbx.Target{Phone: "101"}, Ring: time.Minute})
					if err != nil {
						t.Errorf("dial: %v", err)
						return
					}
					for !agent.Facts().Up {
						<-c.Changed()
					}
					if err := c.Connect(ctx, agent); err != nil { // answers the caller, too
						t.Errorf("connect: %v", err)
					}
					got <- c.Talk(ctx, agent)
					agent.Hangup(pbx.Normal)
					c.Hangup(pbx.Normal)
				})
				defer stop()
				phone := sw.Phone("101", pbxtest.Answers, 3*time.Second)
				caller := sw.Call("client", "0612345678", "100")
				time.Sleep(10 * time.Second)
				if caller.Hears() != "leg a1" {
					t.Fatalf("the caller hears %s, want the agent\n%s", caller.Hears(), sw.Transcript())
				}
				if who == "caller" {
					caller.Hangup()
					if err := <-got; !errors.Is(err, pbx.ErrGone) {
						t.Errorf("talk ended with %v, want the caller's hang-up", err)
					}
				} else {
					phone.Last().Hangup()
					if err := <-got; err != nil {
						t.Errorf("talk ended with %v, want nil", err)
					}
				}
				<-caller.Gone()
				<-phone.Last().Gone()
			})
		})
	}
}

// refused is a switch whose Run always ends in the same way.
type refused struct {
	pbx.Switch
	err error
}

func (r refused) Run(context.Context, func(pbx.Event)) error { return r.err }

func TestFinalErrors(t *testing.T) {
	for _, final := range []error{pbx.ErrAuth, pbx.ErrReplaced} {
		x := pbx.NewExchange("test", refused{err: final}, quiet())
		if err := x.Run(t.Context(), newScript(nil)); !errors.Is(err, final) {
			t.Errorf("Run returned %v, want %v", err, final)
		}
		if l := x.Link(); l.Up || !l.Final || !errors.Is(l.Err, final) {
			t.Errorf("the link says %+v", l)
		}
	}
}
