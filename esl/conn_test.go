package esl

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hotline/pbx"
)

// A wire is the far end of a connection, in the hands of a test.
type wire struct {
	t *testing.T
	net.Conn
	r *bufio.Reader
}

// listens is an address at which serve gets every connection.
func listens(t *testing.T, serve func(w *wire)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer c.Close()
				serve(&wire{t: t, Conn: c, r: bufio.NewReader(c)})
			})
		}
	})
	t.Cleanup(func() { l.Close(); wg.Wait() })
	return l.Addr().String()
}

func (w *wire) say(text string) { _, _ = io.WriteString(w, text) } // to one who may have gone

// hear reads one command, up to the empty line; empty when the other side has gone.
func (w *wire) hear() string {
	var b strings.Builder
	for {
		line, err := w.r.ReadString('\n')
		if err != nil {
			return ""
		}
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			return b.String()
		}
		b.WriteString(line + "\n")
	}
}

func (w *wire) greet() bool {
	w.say("Content-Type: auth/request\n\n")
	if w.hear() != "auth secret\n" {
		w.say("Content-Type: command/reply\nReply-Text: -ERR invalid\n\n")
		return false
	}
	w.say("Content-Type: command/reply\nReply-Text: +OK accepted\n\n")
	return true
}

func said(text string) string {
	return fmt.Sprintf("Content-Type: api/response\nContent-Length: %d\n\n%s", len(text), text)
}

func TestConnectSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		serve    func(*wire)
		password string
		want     error
		text     string
	}{
		"a wrong password": {func(w *wire) { w.greet() }, "wrong", pbx.ErrAuth, "refuses the user or the password"},
		"an address that is not allowed": {func(w *wire) {
			w.say("Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n")
		}, "secret", ErrACL, "apply-inbound-acl"},
		"something else":    {func(w *wire) { w.say("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n\r\n") }, "secret", nil, "none of an event socket"},
		"one that hangs up": {func(*wire) {}, "secret", pbx.ErrDown, "greeting"},
		"one that cuts":     {func(w *wire) { w.say("Content-Type: auth/requ") }, "secret", pbx.ErrDown, "greeting"},
		"a mad length":      {func(w *wire) { w.say("Content-Type: auth/request\nContent-Length: -1\n\n") }, "secret", nil, "length"},
		"a password of two": {func(w *wire) { w.greet() }, "secret\n\napi fsctl shutdown", ErrUnsafe, ""},
		"an endless greeting": {func(w *wire) {
			for range maxHead {
				w.say("Xxxxxxxx: y\n")
			}
		}, "secret", nil, "before a body"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := connect(t.Context(), listens(t, c.serve), c.password)
			if err == nil || c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
				t.Errorf("%v, want %v and %q", err, c.want, c.text)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the password is in the error: %v", err)
			}
		})
	}
	if _, err := connect(t.Context(), "127.0.0.1:1", "secret"); !errors.Is(err, pbx.ErrDown) {
		t.Errorf("nobody there: %v", err)
	}
}

// opened is a connection that is being read, and its far end.
func opened(t *testing.T, deliver func(string)) (*conn, *wire) {
	t.Helper()
	near, far := net.Pipe()
	c := &conn{net: near, frames: newFrameReader(near), gone: make(chan struct{})}
	var wg sync.WaitGroup
	wg.Go(func() { c.read(deliver) })
	t.Cleanup(func() { c.end(errors.New("over")); far.Close(); wg.Wait() })
	return c, &wire{t: t, Conn: far, r: bufio.NewReader(far)}
}

// A switch that greets nobody is not waited for.
func TestSilentGreeting(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	hold := make(chan struct{})
	address := listens(t, func(*wire) { <-hold })
	_, err := connect(ctx, address, "secret")
	close(hold)
	if !errors.Is(err, pbx.ErrDown) || !strings.Contains(err.Error(), "greeted") {
		t.Errorf("%v", err)
	}
}

// Answers come in the order of the commands. One who has stopped waiting leaves a place in line.
func TestAnswersKeepTheirOrder(t *testing.T) {
	c, far := opened(t, nil)
	impatient, giveUp := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		_, err := c.ask(impatient, []byte("api first\n\n"))
		first <- err
	}()
	if got := far.hear(); got != "api first\n" {
		t.Fatalf("heard %q", got)
	}
	giveUp()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("the first: %v", err)
	}
	second := make(chan string, 1)
	go func() {
		text, err := c.ask(t.Context(), []byte("api second\n\n"))
		if err != nil {
			t.Error(err)
		}
		second <- text
	}()
	far.hear()
	far.say(said("one\n"))
	far.say(said("two\n"))
	if got := <-second; got != "two" {
		t.Errorf("the second was answered %q", got)
	}
}

func TestManyAskAtOnce(t *testing.T) {
	c, far := opened(t, nil)
	const n = 200
	go func() {
		for range n {
			far.say(said(strings.TrimSpace(strings.TrimPrefix(far.hear(), "api "))))
		}
	}()
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			want := fmt.Sprintf("echo-%d", i)
			if got, err := c.ask(t.Context(), []byte("api "+want+"\n\n")); err != nil || got != want {
				t.Errorf("asked %q, answered %q (%v)", want, got, err)
			}
		})
	}
	wg.Wait()
}

func TestEventsBetweenAnswers(t *testing.T) {
	events := make(chan string, 3)
	c, far := opened(t, func(body string) { events <- body })
	answer := make(chan string, 1)
	go func() {
		text, _ := c.ask(t.Context(), []byte("api x\n\n"))
		answer <- text
	}()
	far.hear()
	far.say("Content-Length: 3\nContent-Type: text/event-plain\n\none" + "\n\n" + said("yes") + "Content-Length: 3\nContent-Type: text/event-plain\n\ntwo")
	if a, b, c := <-events, <-answer, <-events; a != "one" || b != "yes" || c != "two" {
		t.Errorf("%q %q %q", a, b, c)
	}
	far.say(said("an answer to nothing"))
	far.say("Content-Type: text/disconnect-notice\nContent-Length: 5\n\nbye!\n")
	<-c.gone
	if _, err := c.ask(t.Context(), []byte("api x\n\n")); !errors.Is(err, pbx.ErrDown) {
		t.Errorf("after the end: %v", err)
	}
}

// A connection that is open and silent is noticed after three pings.
func TestDeadConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		c := &conn{net: near, frames: newFrameReader(near), gone: make(chan struct{})}
		var wg sync.WaitGroup
		wg.Go(func() { c.read(nil) })
		wg.Go(func() { _, _ = io.Copy(io.Discard, far) })
		began := time.Now()
		wg.Go(func() { c.ping(t.Context(), areYouThere) })
		<-c.gone
		if took := time.Since(began); took < 3*time.Second || took > 5*time.Second || !errors.Is(c.why(), pbx.ErrDown) {
			t.Errorf("noticed after %s: %v", took, c.why())
		}
		far.Close()
		wg.Wait()
	})
}

// FuzzFrames feeds the reader whatever a hostile or broken switch may send: it comes to an end, without a panic.
func FuzzFrames(f *testing.F) {
	for _, s := range []string{
		"Content-Type: auth/request\n\n", said("x"), "Content-Length: -1\n\n", "Content-Length: 99999999999999999999\n\n",
		"Content-Length: 16777217\n\n", "Content-Length: 5\nContent-Type: text/event-plain\n\nab", "\n\n\n\n", ":\n::\n\n", "Content-Type:\n\n",
		"Content-Length: 40\nContent-Type: text/event-plain\n\nEvent-Name: X\nContent-Length: 900\n\nabcdefgh",
		"Content-Type: text/event-plain\nContent-Length: 0x10\n\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		r := newFrameReader(strings.NewReader(string(stream)))
		for range len(stream) + 1 {
			frame, err := r.next()
			if err != nil {
				return
			}
			if e, err := parseEvent(frame.body); err == nil && e.get(hName) == "" {
				t.Error("an event without a name")
			}
		}
		t.Errorf("%q does not end", stream)
	})
}

func FuzzEvent(f *testing.F) {
	f.Add("Event-Name: CUSTOM\nUnique-ID: a%20b%zz\nContent-Length: 3\n\nabc")
	f.Add("Event-Name: DTMF\nDTMF-Digit: %23\n\n")
	f.Fuzz(func(t *testing.T, body string) {
		if e, err := parseEvent(body); err == nil && (e.get(hName) == "" || len(e.body) > len(body)) {
			t.Errorf("%q became %+v", body, e)
		}
		if e, err := parseDump(body); err == nil && e.get(hLeg) == "" {
			t.Errorf("%q became a channel without an id", body)
		}
	})
}

func TestParseEvent(t *testing.T) {
	e, err := parseEvent("Event-Name: DTMF\nUnique-ID: 8d2a\nDTMF-Digit: %23\nvariable_hotline_number: %2B33809400100\nEvent-Date-Timestamp: 1795318527117819\n\n")
	if err != nil || e.get(hDigit) != "#" || e.get(hNumber) != "+33809400100" || !e.at().Equal(time.UnixMicro(1795318527117819)) {
		t.Errorf("%+v %v", e, err)
	}
	e, err = parseEvent("Event-Name: BACKGROUND_JOB\nJob-UUID: a.job\nContent-Length: 16\n\n-ERR USER_BUSY\n\n")
	if err != nil || e.get(hJob) != "a.job" || e.body != "-ERR USER_BUSY\n\n" {
		t.Errorf("%+v %v", e, err)
	}
}
