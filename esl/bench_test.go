package esl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/percipia/eslgo"

	"hotline/esl/esltest"
	"hotline/pbx"
	"hotline/pbx/driver"
)

// stream is what a real FreeSWITCH sent: the events of all tapes as frames, and how many there are.
func stream(b *testing.B) (wire []byte, n int) {
	b.Helper()
	names, err := filepath.Glob("testdata/*.tape.gz")
	if err != nil || len(names) == 0 {
		b.Fatalf("no tapes: %v", err)
	}
	for _, name := range names {
		tape, err := esltest.Load(name)
		if err != nil {
			b.Fatal(err)
		}
		for _, e := range tape {
			if e.Kind == esltest.Event {
				wire = fmt.Appendf(wire, "Content-Length: %d\nContent-Type: text/event-plain\n\n%s", len(e.Text), e.Text)
				n++
			}
		}
	}
	return wire, n
}

// BenchmarkReader reads, parses and applies a stream of real events in their order, on one core, beside eslgo's own
// reader, which only reads and parses it, and hands each event to a goroutine of its own.
func BenchmarkReader(b *testing.B) {
	wire, n := stream(b)
	b.Run("hotline", func(b *testing.B) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		b.SetBytes(int64(len(wire) / n))
		b.ReportAllocs()
		s := &Switch{cfg: Config{Instance: "hotline"}, run: "Z", log: slog.New(slog.DiscardHandler), legs: map[pbx.LegID]*leg{}, foreign: map[pbx.LegID]string{}}
		k := &link{Line: driver.NewLine(b.Context())}
		k.End(nil, func() {}) // what the events begin is not what is measured
		for done := 0; done < b.N; {
			r := newFrameReader(bytes.NewReader(wire))
			for ; done < b.N; done++ {
				f, err := r.next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					b.Fatal(err)
				}
				s.received(k, f.body)
				if done%64 == 0 {
					for _, item := range k.Take() {
						s.apply(k, item)
					}
				}
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
	b.Run("eslgo", func(b *testing.B) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		b.SetBytes(int64(len(wire) / n))
		b.ReportAllocs()
		read := readByESLGo(b, wire, n)
		b.ResetTimer()
		read()
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
}

// readByESLGo returns what lets an eslgo connection read b.N events of the stream, and waits until it has.
func readByESLGo(b *testing.B, wire []byte, n int) func() {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	want := b.N // the benchmark changes it while late goroutines still come
	start := make(chan struct{})
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		w := &login{Conn: c}
		if !w.greet() {
			return
		}
		<-start
		for sent := 0; sent < want; sent += n {
			if _, err := c.Write(wire); err != nil {
				return
			}
		}
		<-b.Context().Done()
	}()
	opts := eslgo.DefaultInboundOptions
	opts.Password, opts.Logger = "secret", eslgo.NilLogger{}
	conn, err := opts.Dial(l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := 0
	wg.Add(1)
	conn.RegisterEventListener(eslgo.EventListenAll, func(*eslgo.Event) {
		mu.Lock()
		defer mu.Unlock()
		if seen++; seen == want {
			wg.Done()
		}
	})
	return func() {
		close(start)
		wg.Wait()
	}
}

// login answers the log-in.
type login struct{ net.Conn }

func (w *login) greet() bool {
	_, err := io.WriteString(w, "Content-Type: auth/request\n\n")
	password := make([]byte, len("auth secret\r\n\r\n"))
	if _, e := io.ReadFull(w, password); err != nil || e != nil {
		return false
	}
	_, err = io.WriteString(w, "Content-Type: command/reply\nReply-Text: +OK accepted\n\n")
	return err == nil
}

// answers is a handler that answers each call at once.
type answers struct{ done chan struct{} }

func (a answers) Offered(c *pbx.Call, _ pbx.Offered) { _ = c.Answer(c.Context()) } // as far as it gets
func (a answers) Ready(pbx.Ready, []*pbx.Call) {
	select {
	case a.done <- struct{}{}:
	default:
	}
}
func (answers) Found([]*pbx.Call)         {}
func (answers) PhoneState(pbx.PhoneState) {}

// BenchmarkReaction is the time from a call's event on the wire to hotline's first command about it on the wire. What
// FreeSWITCH itself adds on both sides is not in it.
func BenchmarkReaction(b *testing.B) {
	f := &stub{event: make(chan string, 1), heard: make(chan time.Time, 1)}
	address := f.listen(b)
	sw, err := New(Config{Name: "stub", Address: address, Password: "secret", Instance: "hotline", Phone: "user/{phone}@office"})
	if err != nil {
		b.Fatal(err)
	}
	x := pbx.NewExchange("stub", sw, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(b.Context())
	ready := answers{make(chan struct{}, 1)}
	var running sync.WaitGroup
	running.Go(func() { _ = x.Run(ctx, ready) }) // its end is ours
	<-ready.done
	var took []time.Duration
	b.ResetTimer()
	for i := range b.N {
		body := parked(i)
		began := time.Now()
		f.event <- body
		took = append(took, (<-f.heard).Sub(began))
	}
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
	stop()
	running.Wait()
}

// A stub is a FreeSWITCH with no more than calls that come in.
type stub struct {
	event chan string    // bodies of events to come
	heard chan time.Time // when the first command about a call was read
}

func (f *stub) listen(b *testing.B) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	go func() {
		for n := 1; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go f.serve(&wire{Conn: c, r: newFrameReader(c).r}, n == 1)
		}
	}()
	return l.Addr().String()
}

func (f *stub) serve(w *wire, events bool) {
	defer w.Close()
	if !w.greet() {
		return
	}
	var mu sync.Mutex
	say := func(text string) {
		mu.Lock()
		defer mu.Unlock()
		w.say(text)
	}
	if events {
		go func() {
			for body := range f.event {
				say(fmt.Sprintf("Content-Length: %d\nContent-Type: text/event-plain\n\n%s", len(body), body))
			}
		}()
	}
	for {
		command := w.hear()
		switch {
		case command == "":
			return
		case strings.HasPrefix(command, "api sched_del"):
			f.heard <- time.Now()
			say(said("-ERR No such task"))
		case strings.HasPrefix(command, "api show"):
			say(said(`{"row_count":0}`))
		case strings.HasPrefix(command, "api global_getvar"):
			say(said("1795318500000"))
		case strings.HasPrefix(command, "sendevent"):
			say("Content-Type: command/reply\nReply-Text: +OK\n\n")
			f.event <- "Event-Name: CUSTOM\nEvent-Subclass: hotline::mark\nEvent-Date-Timestamp: 1795318527117819\nHotline-Instance: hotline\nHotline-Run: " +
				between(command, "Hotline-Run: ", "\n") + "\n\n"
		case strings.HasPrefix(command, "event"):
			say("Content-Type: command/reply\nReply-Text: +OK event listener enabled plain\n\n")
		default:
			say(said("+OK"))
		}
	}
}

// parked is the event of a call that has come in, as long as real ones are.
func parked(n int) string {
	return fmt.Sprintf("Event-Name: CHANNEL_PARK\nUnique-ID: call-%d\nvariable_hotline_app: hotline\nvariable_hotline_kind: inbound\n", n) +
		"variable_hotline_number: 0809400100\nEvent-Date-Timestamp: 1795318527117819\n" +
		strings.Repeat("variable_more_of_the_same: as real events have\n", 80) + "\n"
}
