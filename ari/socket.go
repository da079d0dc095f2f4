package ari

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coder/websocket"

	"hotline/pbx"
)

const (
	maxMessage = 16 << 20 // bytes of one event or answer
	pingEvery  = time.Second
	pingWait   = 700 * time.Millisecond
	pingMisses = 3 // then the connection is dead: below four seconds in all
)

// A conn is one life of the WebSocket. Everything it starts ends before Run returns.
type conn struct {
	ctx  context.Context
	lose context.CancelCauseFunc
	ws   *websocket.Conn

	mu     sync.Mutex
	queue  []any                     // messages and news, in order; it can grow, it cannot overflow
	more   chan struct{}             // something is in the queue
	phones map[string]bool           // to be looked at
	known  map[string]pbx.PhoneState // as last told
	knock  chan struct{}             // something is in phones
	closed bool
	wg     sync.WaitGroup
}

// put appends to the queue.
func (c *conn) put(item any) {
	c.mu.Lock()
	c.queue = append(c.queue, item)
	c.mu.Unlock()
	wake(c.more)
}

// take empties the queue.
func (c *conn) take() []any {
	c.mu.Lock()
	defer c.mu.Unlock()
	items := c.queue
	c.queue = nil
	return items
}

// look asks for a look at a phone's state.
func (c *conn) look(phone string) {
	if phone == "" {
		return
	}
	c.mu.Lock()
	c.phones[phone] = true
	c.mu.Unlock()
	wake(c.knock)
}

// toLook empties the list of phones to look at.
func (c *conn) toLook() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	phones := slices.Sorted(maps.Keys(c.phones))
	clear(c.phones)
	return phones
}

// isNew notes a phone's state, and says whether it has not been told yet.
func (c *conn) isNew(p pbx.PhoneState) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, told := c.known[p.Phone]
	c.known[p.Phone] = p
	return !told || k.Registered != p.Registered || k.Busy != p.Busy
}

// forget makes the next state of a phone new.
func (c *conn) forget(phone string) {
	c.mu.Lock()
	delete(c.known, phone)
	c.mu.Unlock()
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// work runs f beside the events, until the connection ends.
func (c *conn) work(f func(context.Context)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.wg.Go(func() { f(c.ctx) })
	}
}

// end stops everything and waits for it.
func (c *conn) end(why error) {
	c.lose(why)
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.ws.CloseNow() // errors of a connection that is given up say nothing
	c.wg.Wait()
}

// Run implements pbx.Switch.
func (s *Switch) Run(ctx context.Context, deliver func(pbx.Event)) error {
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	c.work(func(ctx context.Context) { s.read(ctx, c) })
	c.work(func(ctx context.Context) { c.ping(ctx) })
	defer c.end(pbx.ErrDown)

	events, err := s.ready(c)
	if err != nil {
		if why := context.Cause(c.ctx); why != nil {
			return why
		}
		return err
	}
	s.setConn(c)
	defer s.setConn(nil)
	c.work(func(ctx context.Context) { s.watchPhones(ctx, c) })
	for _, e := range events {
		deliver(e)
	}
	for {
		var over bool
		select {
		case <-c.more:
		case <-c.ctx.Done():
			over = true // what was read before is still told
		}
		for _, item := range c.take() {
			for _, e := range s.apply(c, item) {
				deliver(e)
			}
		}
		if over {
			return context.Cause(c.ctx)
		}
	}
}

func (s *Switch) setConn(c *conn) {
	s.mu.Lock()
	s.conn = c
	s.mu.Unlock()
}

// connect opens the WebSocket, which also makes the application known to Asterisk.
func (s *Switch) connect(ctx context.Context) (*conn, error) {
	what := "connect to asterisk at " + s.rest.base.Host
	dialCtx, cancel := context.WithTimeout(ctx, restDeadline)
	defer cancel()
	auth := "Basic " + base64.StdEncoding.EncodeToString([]byte(s.cfg.User+":"+s.cfg.Password))
	ws, resp, err := websocket.Dial(dialCtx, s.socket, &websocket.DialOptions{
		HTTPClient: s.rest.http,
		HTTPHeader: http.Header{"Authorization": {auth}},
	})
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case resp == nil:
		if op := (*net.OpError)(nil); errors.As(err, &op) {
			err = op.Err // the rest is how we got there
		}
		return nil, fmt.Errorf("%s: %w: %w", what, pbx.ErrDown, err)
	case resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden:
		return nil, fmt.Errorf("%s as %s: %w", what, s.cfg.User, pbx.ErrAuth)
	default:
		return nil, fmt.Errorf("%s: it says %s; is ARI enabled (ari.conf, http.conf), and does the url end in /ari?", what, resp.Status)
	}
	ws.SetReadLimit(maxMessage)
	c := &conn{ws: ws, more: make(chan struct{}, 1), knock: make(chan struct{}, 1), phones: map[string]bool{}, known: map[string]pbx.PhoneState{}}
	c.ctx, c.lose = context.WithCancelCause(ctx)
	return c, nil
}

// errReplaced ends the reading of a connection that Asterisk has taken from us.
var errReplaced = fmt.Errorf("application replaced: %w", pbx.ErrReplaced)

// read puts what Asterisk sends into the queue. What cannot be read is skipped: one bad event must not cost the others.
func (s *Switch) read(ctx context.Context, c *conn) {
	for {
		kind, raw, err := c.ws.Read(ctx)
		if err != nil {
			c.lose(fmt.Errorf("the event connection to asterisk broke: %w: %w", pbx.ErrDown, err))
			return
		}
		if kind != websocket.MessageText {
			continue
		}
		s.log.Debug("asterisk event", "raw", string(raw))
		m, err := decode(raw)
		if err != nil {
			s.log.Warn("an event of asterisk is skipped", "err", err)
			continue
		}
		if m.kind == "ApplicationReplaced" {
			// The socket stays open and silent for ever; who is behind the other one decides from now on.
			c.lose(errReplaced)
			return
		}
		if m.body != nil {
			c.put(m)
		}
	}
}

// ping notices a connection that is open and dead.
func (c *conn) ping(ctx context.Context) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for misses := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		waitCtx, cancel := context.WithTimeout(ctx, pingWait)
		err := c.ws.Ping(waitCtx)
		cancel()
		switch {
		case err == nil:
			misses = 0
		case !errors.Is(err, context.DeadlineExceeded):
			return // the reader says why
		default:
			misses++
		}
		if misses == pingMisses {
			c.lose(fmt.Errorf("asterisk has not answered %d pings: %w", misses, pbx.ErrDown))
			return
		}
	}
}
