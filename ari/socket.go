package ari

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/coder/websocket"

	"hotline/pbx"
	"hotline/pbx/driver"
)

const (
	maxMessage = 16 << 20 // bytes of one event or answer
	pingEvery  = time.Second
	pingWait   = 700 * time.Millisecond
	pingMisses = 3 // then the connection is dead: below four seconds in all
)

// A conn is one life of the WebSocket. Everything it starts ends before Run returns.
type conn struct {
	*driver.Line
	ws *websocket.Conn
}

// end stops everything and waits for it. Errors of a connection that is given up say nothing.
func (c *conn) end(why error) { c.End(why, func() { c.ws.CloseNow() }) }

// Run implements pbx.Switch.
func (s *Switch) Run(ctx context.Context, deliver func(pbx.Event)) error {
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	c.Work(func(ctx context.Context) { s.read(ctx, c) })
	c.Work(func(ctx context.Context) { c.ping(ctx) })
	c.Work(func(ctx context.Context) { s.pulse(ctx, c) })
	defer c.end(pbx.ErrDown)

	events, err := s.ready(c)
	if err != nil {
		if why := context.Cause(c.Ctx); why != nil {
			return why
		}
		return err
	}
	s.setConn(c)
	defer s.setConn(nil)
	c.Work(func(ctx context.Context) { s.watchPhones(ctx, c) })
	for _, e := range events {
		deliver(e)
	}
	for {
		var over bool
		select {
		case <-c.More:
		case <-c.Ctx.Done():
			over = true // what was read before is still told
		}
		for _, item := range c.Take() {
			for _, e := range s.apply(c, item) {
				deliver(e)
			}
		}
		if over {
			return context.Cause(c.Ctx)
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
	c := &conn{Line: driver.NewLine(ctx), ws: ws}
	return c, nil
}

// errReplaced ends the reading of a connection that Asterisk has taken from us.
var errReplaced = fmt.Errorf("application replaced: %w", pbx.ErrReplaced)

// read puts what Asterisk sends into the queue. What cannot be read is skipped: one bad event must not cost the others.
func (s *Switch) read(ctx context.Context, c *conn) {
	for {
		kind, raw, err := c.ws.Read(ctx)
		if err != nil {
			c.Lose(fmt.Errorf("the event connection to asterisk broke: %w: %w", pbx.ErrDown, err))
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
			c.Lose(errReplaced)
			return
		}
		if m.body != nil {
			c.Put(m)
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
			c.Lose(fmt.Errorf("asterisk has not answered %d pings: %w", misses, pbx.ErrDown))
			return
		}
	}
}

// pulse notices that requests are refused while the events go on, which a changed http.conf or ari.conf brings about. Without
// us in the way Asterisk takes each new call to the fallback at once; with us, after ten seconds of silence.
func (s *Switch) pulse(ctx context.Context, c *conn) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for misses := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := s.rest.send(ctx, get(nil, "asterisk", "ping"))
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, pbx.ErrDown), errors.Is(err, pbx.ErrAuth):
			misses++
		default: // also one that is slow, or busy: it may do all the others
			misses = 0
		}
		if misses == pingMisses {
			c.Lose(fmt.Errorf("asterisk sends events and refuses requests: %w: %v", pbx.ErrDown, err))
			return
		}
	}
}
