package e2e

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"hotline/e2e/lab"
	"hotline/e2e/phone"
	"hotline/pbx"
)

// BenchmarkInvite is the time from a caller's INVITE to the 200: answered by the switch's own dialplan, and by hotline
// beside it. The caller's SIP library is in both.
func BenchmarkInvite(b *testing.B) {
	sw := lab.Run(b)
	control, newDriver, _ := drivers(b, sw)
	driver, err := newDriver(control, "hotline", slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	x := pbx.NewExchange("bench", driver, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(b.Context())
	ready := answerer{make(chan struct{}, 1)}
	var running sync.WaitGroup
	running.Go(func() { _ = x.Run(ctx, ready) }) // its end is ours
	defer running.Wait()
	defer stop()
	<-ready.up
	var native, hotline []time.Duration
	for b.Loop() {
		native = append(native, invite(b, sw, "echo"))
		hotline = append(hotline, invite(b, sw, "0809400100"))
	}
	slices.Sort(native)
	slices.Sort(hotline)
	n, h := native[len(native)/2], hotline[len(hotline)/2]
	b.ReportMetric(float64(n.Microseconds())/1000, "native-p50-ms")
	b.ReportMetric(float64(h.Microseconds())/1000, "hotline-p50-ms")
	b.ReportMetric(float64(h)/float64(n), "ratio")
}

// invite places a call and hangs it up once it is answered.
func invite(b *testing.B, sw lab.Switch, to string) time.Duration {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	c, err := phone.Dial(ctx, phone.Outside{From: "0612345678", To: to, Via: sw.Trunk()})
	if err != nil {
		b.Fatal(err)
	}
	if err := c.WaitAnswered(ctx); err != nil {
		b.Fatal(err)
	}
	story := c.Story()
	if err := c.Hangup(ctx); err != nil {
		b.Fatal(err)
	}
	return story.Answered.Sub(story.Began)
}

// An answerer answers every call at once.
type answerer struct{ up chan struct{} }

func (answerer) Offered(c *pbx.Call, _ pbx.Offered) {
	if c.Answer(c.Context()) == nil {
		<-c.Context().Done()
	}
}

func (a answerer) Ready(pbx.Ready, []*pbx.Call) {
	select {
	case a.up <- struct{}{}:
	default:
	}
}

func (answerer) Found([]*pbx.Call)         {}
func (answerer) PhoneState(pbx.PhoneState) {}
