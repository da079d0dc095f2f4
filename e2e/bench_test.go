package e2e

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"hotline/config"
	"hotline/e2e/lab"
	"hotline/e2e/phone"
	"hotline/pbx"
	"hotline/pbx/pbxtest"
	"hotline/routing"
	"hotline/store"
)

// The benchmarks with calls run the real program beside a real switch. `make bench` puts their numbers on one page.

// The numbers of benchRules: one is answered at once, by a menu; whoever calls the other waits for Marie.
const (
	answered = "0140000100"
	waits    = "0140000200"
)

const benchRules = `version: 1
numbers:
  01 40 00 01 00: {service: menu}
  01 40 00 02 00: {service: queue}
services:
  menu: {open: {menu: menu}}
  queue: {open: {queue: queue}}
menus:
  menu: {play: accueil, keys: {1: {queue: queue}}, otherwise: {queue: queue}}
queues:
  queue: {agents: [marie], ring: 20s, wrap_up: 0s}
agents:
  marie: {phone: 101}
prompts:
  accueil: {file: accueil.wav}
`

// serveOn starts hotline beside the switch, and says which version that is.
func serveOn(b *testing.B, sw lab.Switch) *daemon {
	b.Helper()
	dir := b.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "prompts"), 0o755); err != nil {
		b.Fatal(err)
	}
	writeTone(b, filepath.Join(dir, "prompts", "accueil.wav"), time.Second)
	for name, text := range map[string]string{"rules.yaml": benchRules, "hotline.yaml": "switches:\n  - " + sw.Config("pbx", "") + "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	d := startDaemon(b, build(b), "serve", "--config", filepath.Join(dir, "hotline.yaml"))
	b.Cleanup(func() { d.end(syscall.SIGTERM) })
	d.says(open)
	if found := regexp.MustCompile(`version="?([0-9][0-9.a-z-]*)`).FindStringSubmatch(d.tail()[strings.Index(d.tail(), open):]); found != nil {
		b.Logf("version: %s", found[1])
	}
	return d
}

// BenchmarkInvite is the time from a caller's INVITE to the 200: answered by the switch's own dialplan, and by hotline
// beside it. The caller's SIP library is in both.
func BenchmarkInvite(b *testing.B) {
	sw := lab.Run(b)
	serveOn(b, sw)
	var native, hotline []time.Duration
	for b.Loop() {
		native = append(native, invite(b, sw, "echo"))
		hotline = append(hotline, invite(b, sw, answered))
	}
	tell(b, "native-", native)
	tell(b, "hotline-", hotline)
}

// tell reports the middle and the worst hundredth.
func tell(b *testing.B, name string, took []time.Duration) {
	b.Helper()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, name+"p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, name+"p99-ms")
}

// invite places a call and hangs it up once it is answered.
func invite(b *testing.B, sw lab.Switch, to string) time.Duration {
	b.Helper()
	c := call(b, sw, to)
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	if err := c.WaitAnswered(ctx); err != nil {
		b.Error(err)
	}
	story := c.Story()
	if err := c.Hangup(ctx); err != nil {
		b.Error(err)
	}
	return story.Answered.Sub(story.Began)
}

// rang places a call, hangs it up once it is answered, and says whether it was.
func rang(b *testing.B, sw lab.Switch, to string) bool {
	b.Helper()
	c := call(b, sw, to)
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	if c.WaitAnswered(ctx) != nil {
		return false
	}
	if err := c.Hangup(ctx); err != nil {
		b.Error(err)
	}
	return true
}

func call(b *testing.B, sw lab.Switch, to string) *phone.Call {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	c, err := phone.Dial(ctx, phone.Outside{From: "0612345678", To: to, Via: sw.Trunk()})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// BenchmarkCalls is how many calls a second are placed, answered and hung up by sixteen callers at once: with the switch's own
// dialplan, and with hotline beside it. Callers, switch and hotline share this machine.
func BenchmarkCalls(b *testing.B) {
	sw := lab.Run(b)
	serveOn(b, sw)
	for name, to := range map[string]string{"native": "echo", "hotline": answered} {
		b.Run(name, func(b *testing.B) {
			const callers = 16
			var served atomic.Int64
			next := make(chan struct{})
			var calling sync.WaitGroup
			for range callers {
				calling.Go(func() {
					for range next {
						if rang(b, sw, to) { // a switch that is at its limit refuses
							served.Add(1)
						}
					}
				})
			}
			for b.Loop() {
				next <- struct{}{}
			}
			close(next)
			calling.Wait()
			b.ReportMetric(float64(served.Load())/b.Elapsed().Seconds(), "calls/s")
			b.ReportMetric(100*float64(int64(b.N)-served.Load())/float64(b.N), "refused-%")
		})
	}
}

// BenchmarkFreeToRing is the time from an agent hanging up until the agent's phone rings for the next who waits.
func BenchmarkFreeToRing(b *testing.B) {
	sw := lab.Run(b)
	d := serveOn(b, sw)
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	marie, err := phone.Register(ctx, phone.Config{User: "101", Password: sw.PhonePassword("101"), Registrar: sw.SIP(), Tone: 440})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = marie.Close() }) // the switch may be gone before
	marie.On(phone.Answer(0))
	callers := []*phone.Call{call(b, sw, waits)}
	talk := nextTalk(b, marie)
	var took []time.Duration
	for b.Loop() {
		waiting := d.count("msg=waiting")
		callers = append(callers, call(b, sw, waits))
		eventually(b, "the next waits", func() bool { return d.count("msg=waiting") > waiting })
		free := time.Now()
		if err := talk.Hangup(b.Context()); err != nil {
			b.Fatal(err)
		}
		talk = nextTalk(b, marie)
		took = append(took, talk.Story().Began.Sub(free))
	}
	_ = talk.Hangup(b.Context())
	for _, c := range callers {
		_ = c.Hangup(b.Context()) // most have been hung up
	}
	tell(b, "", took)
}

func nextTalk(b *testing.B, marie *phone.Phone) *phone.Call {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	c, err := marie.Wait(ctx)
	if err == nil {
		err = c.WaitAnswered(ctx)
	}
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// eventually waits for what nothing announces.
func eventually(b *testing.B, what string, ok func() bool) {
	b.Helper()
	if !await(time.Minute, 5*time.Millisecond, ok) {
		b.Fatalf("%s: not within a minute", what)
	}
}

// BenchmarkWaiting is the memory that hotline holds: resident, the program with a switch connected and no calls; on heap and stacks,
// what a hundred and five hundred callers add who wait with music on a switch in memory, which counts as well. As many real phones
// would take all of the machine.
func BenchmarkWaiting(b *testing.B) {
	d := serveOn(b, lab.Run(b))
	alone := residence(b, d.cmd.Process.Pid)
	rules, problems := config.ParseRules("rules.yaml", []byte(benchRules))
	if problems.Errors() {
		b.Fatal(problems.Err())
	}
	db, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "hotline.db"))
	if err != nil {
		b.Fatal(err)
	}
	log, sw := slog.New(slog.DiscardHandler), pbxtest.New()
	sw.Files["/accueil.wav"] = time.Second
	floor := routing.NewFloor(rules, []string{"pbx"}, db.Journal(), log)
	exchange := pbx.NewExchange("pbx", sw, log)
	board := routing.New(routing.Setup{Exchange: exchange, Rules: routing.NewInForce(floor, routing.NewVersion(1, rules, routing.Sounds{})), Floor: floor, Journal: db.Journal(), Outbox: db, Music: "default", Log: log})
	ctx, stop := context.WithCancel(b.Context())
	var running sync.WaitGroup
	running.Go(func() { floor.Run(ctx) })
	running.Go(func() { _ = exchange.Run(ctx, board) }) // its end is ours
	for b.Loop() {
	}
	b.ReportMetric(alone, "MB")
	var callers []*pbxtest.Party
	before := live()
	for _, n := range []int{100, 500} {
		for len(callers) < n {
			callers = append(callers, sw.Call(fmt.Sprint("c", len(callers)), "0612345678", waits))
		}
		eventually(b, fmt.Sprintf("%d wait", n), func() bool {
			return !slices.ContainsFunc(callers, func(p *pbxtest.Party) bool { return p.Hears() != "music default" })
		})
		more := live() - before
		b.ReportMetric(more, fmt.Sprintf("MB-%d", n))
		b.ReportMetric(more*1000/float64(n), "kB/caller")
	}
	stop()
	running.Wait()
	if err := db.Close(); err != nil {
		b.Error(err)
	}
}

// residence is how much memory a process holds, in megabytes, after it has been left alone for some seconds.
func residence(b *testing.B, pid int) float64 {
	b.Helper()
	<-time.After(3 * time.Second)
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skip(err)
	}
	found := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		b.Fatalf("no VmRSS in\n%s", status)
	}
	n, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return n / 1000
}

// live is what this process has on its heap and its stacks, in megabytes, once the garbage of others is gone.
func live() float64 {
	runtime.GC()
	runtime.GC() // what finalizers held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc+m.StackInuse) / 1e6
}
