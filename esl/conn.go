package esl

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"hotline/pbx"
)

const (
	askDeadline = 5 * time.Second // for the greeting, the password and every command
	maxBody     = 16 << 20        // bytes of one event or answer
	maxHead     = 64 << 10        // bytes of the lines before it
	pingEvery   = time.Second
	pingMisses  = 3 // then the connection is dead
)

// A conn is one connection to the event socket. FreeSWITCH answers commands strictly in their order, so an answer
// belongs to the command that has waited longest, also when nobody wants it any more.
type conn struct {
	net    net.Conn
	frames *frameReader

	writing sync.Mutex // held for a command and its place in waiting: they are in one order
	mu      sync.Mutex // of what follows; never held during I/O
	waiting []chan frame
	lost    error // why the connection is over

	gone chan struct{} // closed when it is
}

// ErrACL is a FreeSWITCH that does not talk with our address.
var ErrACL = errors.New("freeswitch refuses this address: let apply-inbound-acl in event_socket.conf.xml name a list that holds it")

// ErrSilent is an address at which somebody listens and says nothing.
var ErrSilent = fmt.Errorf("freeswitch has not greeted within %s; is this its event socket?", askDeadline)

// connect opens a connection and logs in. FreeSWITCH greets at once and answers the password at once; one that does not
// is given up.
func connect(ctx context.Context, address, password string) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, askDeadline)
	defer cancel()
	var d net.Dialer
	nc, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		if op := (*net.OpError)(nil); errors.As(err, &op) {
			err = op.Err // the rest is how we got there
		}
		return nil, fmt.Errorf("%w: %w", pbx.ErrDown, err)
	}
	stop := context.AfterFunc(ctx, func() { nc.Close() })
	c := &conn{net: nc, frames: newFrameReader(nc), gone: make(chan struct{})}
	if err := c.logIn(password); err != nil {
		nc.Close()
		if ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", pbx.ErrDown, ErrSilent)
		}
		return nil, err
	}
	if !stop() {
		nc.Close()
		return nil, context.Cause(ctx)
	}
	return c, nil
}

func (c *conn) logIn(password string) error {
	f, err := c.frames.next()
	switch {
	case err != nil:
		return fmt.Errorf("read freeswitch's greeting: %w: %w", pbx.ErrDown, err)
	case f.kind == "text/rude-rejection":
		return ErrACL
	case f.kind != "auth/request":
		return fmt.Errorf("read freeswitch's greeting: %q is none of an event socket", clip(f.kind))
	}
	wire, err := Auth(password)
	if err != nil {
		return err
	}
	if _, err := c.net.Write(wire); err != nil {
		return fmt.Errorf("log in: %w: %w", pbx.ErrDown, err)
	}
	f, err = c.frames.next()
	switch {
	case err != nil:
		return fmt.Errorf("log in: %w: %w", pbx.ErrDown, err)
	case f.kind == "command/reply" && strings.HasPrefix(f.reply, "+OK"):
		return nil
	}
	return fmt.Errorf("freeswitch says %q: %w", clip(f.reply), pbx.ErrAuth)
}

// read hands events to deliver and answers to those who wait, until the connection is over. deliver must not wait.
func (c *conn) read(deliver func(string)) {
	for {
		f, err := c.frames.next()
		if err != nil {
			c.end(fmt.Errorf("the connection to freeswitch broke: %w: %w", pbx.ErrDown, err))
			return
		}
		switch f.kind {
		case "text/event-plain":
			deliver(f.body)
		case "command/reply", "api/response":
			c.answer(f)
		case "text/disconnect-notice", "text/rude-rejection":
			c.end(fmt.Errorf("freeswitch has closed the connection: %w", pbx.ErrDown))
			return
		}
	}
}

// answer gives a frame to the command that has waited longest.
func (c *conn) answer(f frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 {
		return // an answer to nothing; it cannot be anybody else's
	}
	c.waiting[0] <- f // has room for one
	c.waiting = c.waiting[1:]
}

// ask sends a command and returns the answer. Whoever stops waiting leaves a place in line behind.
func (c *conn) ask(ctx context.Context, wire []byte) (string, error) {
	answer := c.write(wire)
	select {
	case f := <-answer:
		return f.text(), nil
	case <-c.gone:
		return "", c.why()
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// write sends a command, and returns where its answer will come.
func (c *conn) write(wire []byte) <-chan frame {
	c.writing.Lock()
	defer c.writing.Unlock()
	answer := make(chan frame, 1)
	c.mu.Lock()
	c.waiting = append(c.waiting, answer)
	c.mu.Unlock()
	c.net.SetWriteDeadline(time.Now().Add(askDeadline)) // fails only on a closed connection, as the write then does
	if _, err := c.net.Write(wire); err != nil {        // perhaps in the middle of the command: nothing can follow it
		c.end(fmt.Errorf("write to freeswitch: %w: %w", pbx.ErrDown, err))
	}
	return answer
}

// end closes the connection, once, for that reason.
func (c *conn) end(why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lost == nil {
		c.lost = why
		c.net.Close()
		close(c.gone)
	}
}

func (c *conn) why() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lost
}

// ping asks something each second, and notices a connection that is open and dead.
func (c *conn) ping(ctx context.Context, question func() ([]byte, error)) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for misses := 0; ; {
		wire, err := question()
		if err != nil {
			c.end(err)
			return
		}
		waiting, cancel := context.WithTimeout(ctx, pingEvery)
		_, err = c.ask(waiting, wire)
		cancel()
		switch {
		case err == nil:
			misses = 0
		case errors.Is(err, context.DeadlineExceeded):
			misses++
		default:
			return // the connection is over, or we leave
		}
		if misses == pingMisses {
			c.end(fmt.Errorf("freeswitch has not answered %d pings: %w", misses, pbx.ErrDown))
			return
		}
		select {
		case <-c.gone:
			return
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// areYouThere is a question that costs nothing.
func areYouThere() ([]byte, error) { return API("uuid_exists", "0") }

// A frame is one message on the wire.
type frame struct {
	kind  string // its Content-Type
	reply string // its Reply-Text
	body  string
}

// text is what FreeSWITCH says to a command.
func (f frame) text() string {
	if f.kind == "api/response" {
		return strings.TrimSpace(f.body)
	}
	return f.reply
}

// A frameReader takes frames off a stream.
type frameReader struct {
	r    *bufio.Reader
	body []byte // used again for each
}

func newFrameReader(r io.Reader) *frameReader {
	return &frameReader{r: bufio.NewReaderSize(r, 64<<10)}
}

// next reads one frame: lines up to an empty one, and as many bytes as they announce.
func (r *frameReader) next() (frame, error) {
	var f frame
	length, head := 0, 0
	for {
		line, err := r.r.ReadSlice('\n')
		if err != nil {
			return f, cut(err, head > 0)
		}
		if head += len(line); head > maxHead {
			return f, errTooLong
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			if f.kind == "" {
				head = 0
				continue // empty lines between frames
			}
			break
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			continue
		}
		value = bytes.TrimSpace(value)
		switch string(name) { // compared, not kept
		case "Content-Type":
			f.kind = known(value)
		case "Reply-Text":
			f.reply = string(value)
		case "Content-Length":
			if length, err = strconv.Atoi(string(value)); err != nil || length < 0 || length > maxBody {
				return f, fmt.Errorf("a length of %q", clip(string(value)))
			}
		}
	}
	if length == 0 {
		return f, nil
	}
	if cap(r.body) < length {
		r.body = make([]byte, 0, length+length/4)
	}
	r.body = r.body[:length]
	if _, err := io.ReadFull(r.r, r.body); err != nil {
		return f, cut(err, true)
	}
	f.body = string(r.body)
	if cap(r.body) > maxKept {
		r.body = nil
	}
	return f, nil
}

// maxKept is the largest buffer that is kept for the next frame.
const maxKept = 1 << 20

var errTooLong = fmt.Errorf("more than %d bytes before a body", maxHead)

// known returns the same string for the same type, so that most frames need no memory for it.
func known(kind []byte) string {
	for _, k := range [...]string{"text/event-plain", "command/reply", "api/response"} {
		if k == string(kind) {
			return k
		}
	}
	return string(kind)
}

// cut says what it means that the stream ends here.
func cut(err error, within bool) error {
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return errTooLong
	case errors.Is(err, io.EOF) && within:
		return io.ErrUnexpectedEOF
	}
	return err
}
