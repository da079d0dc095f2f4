package esltest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"sync"
)

// A Recorder stands between a driver and a FreeSWITCH, passes on what they say, and keeps it.
type Recorder struct {
	listener net.Listener
	to       string
	clean    []cleaning
	wg       sync.WaitGroup

	mu    sync.Mutex
	tape  Tape
	conns []net.Conn
	count int
}

// A cleaning takes something of this machine out of what is kept.
type cleaning struct{ from, to string }

// Record listens for the driver of the FreeSWITCH at that address. Wherever one of the folders is named, the tape says
// what the map says instead.
func Record(to string, folders map[string]string) (*Recorder, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	r := &Recorder{listener: l, to: to}
	for from, to := range folders {
		r.clean = append(r.clean, cleaning{from, to}, cleaning{strings.ReplaceAll(from, "/", "%2F"), strings.ReplaceAll(to, "/", "%2F")})
	}
	if host, err := os.Hostname(); err == nil {
		r.clean = append(r.clean, cleaning{host, "pbx"})
	}
	r.wg.Go(r.accept)
	return r, nil
}

// Address is where the driver connects.
func (r *Recorder) Address() string { return r.listener.Addr().String() }

// Mark notes what the test does now.
func (r *Recorder) Mark(name string) { r.keep(Entry{Kind: Mark, Text: name}) }

// Cut breaks every connection there is.
func (r *Recorder) Cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		c.Close()
	}
	r.conns = nil
}

// Stop ends the recording and returns the tape.
func (r *Recorder) Stop() Tape {
	r.listener.Close()
	r.Cut()
	r.wg.Wait()
	return r.tape
}

func (r *Recorder) keep(e Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tape = append(r.tape, e)
}

func (r *Recorder) accept() {
	for {
		near, err := r.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", r.to)
		if err != nil {
			near.Close()
			continue
		}
		r.mu.Lock()
		r.count++
		id := r.count
		r.conns = append(r.conns, near, far)
		r.mu.Unlock()
		r.wg.Go(func() { r.commands(id, far, near) })
		r.wg.Go(func() { r.messages(id, near, far) })
	}
}

// commands passes on what the driver says. The password is kept to ourselves.
func (r *Recorder) commands(id int, to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	var whole strings.Builder
	in := bufio.NewReader(io.TeeReader(from, &whole))
	sent := 0
	for {
		command, err := readCommand(in)
		if err != nil {
			return
		}
		if command != ping && !strings.HasPrefix(command, "auth ") {
			r.keep(Entry{Kind: Command, Conn: id, Text: r.cleaned(command)})
		} else {
			r.keep(Entry{Kind: Command, Conn: id, Text: ping})
		}
		upTo := whole.Len() - in.Buffered()
		if _, err := io.WriteString(to, whole.String()[sent:upTo]); err != nil {
			return
		}
		sent = upTo
	}
}

// messages passes on what FreeSWITCH says.
func (r *Recorder) messages(id int, to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	in := bufio.NewReader(from)
	for {
		m, err := readMessage(in)
		if err != nil {
			return
		}
		switch m.kind {
		case "text/event-plain":
			r.keep(Entry{Kind: Event, Conn: id, Text: r.cleaned(m.body)})
		case "command/reply":
			r.keep(Entry{Kind: Answer, Conn: id, Head: m.kind, Text: m.reply})
		case "api/response":
			r.keep(Entry{Kind: Answer, Conn: id, Head: m.kind, Text: r.cleaned(m.body)})
		}
		if _, err := io.WriteString(to, frame(m.kind, m.reply, m.body)); err != nil {
			return
		}
	}
}

// Addresses of this machine that are not the loopback's.
var addresses = regexp.MustCompile(`\b(?:10|172|192|21|100)\.\d{1,3}\.\d{1,3}\.\d{1,3}\b`)

func (r *Recorder) cleaned(text string) string {
	for _, c := range r.clean {
		text = strings.ReplaceAll(text, c.from, c.to)
	}
	return addresses.ReplaceAllString(text, "192.0.2.1")
}
