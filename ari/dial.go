package ari

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// The first argument that a channel brings into Stasis says what it is.
const (
	inboundArg  = "inbound"  // from the dialplan: inbound, number called, presentation, trunk
	houseArg    = "house"    // the same, from where only phones of the house dial
	transferArg = "transfer" // from the dialplan: a phone's blind transfer
	dialledArg  = "dialled"  // from Dial: dialled, contact
	whisperArg  = "whisper"  // from Play into a talk
)

// ringGrace is how much longer than it may ring a leg lives on without us, if we die before it is answered.
const ringGrace = 10 * time.Second

// A dialling is a leg on its way from Dial to its ringing.
type dialling struct {
	made    bool          // Asterisk knows the channel; until then a hang-up waits
	started chan struct{} // closed by its StasisStart
	over    chan struct{} // closed by its end
	done    chan struct{} // closed when Dial returns
	err     error         // what Dial returned
}

// Dial implements pbx.Switch. The channel is made first and rung once it is in Stasis and has a guard, so that it can
// never ring without a limit and never be answered without us knowing whose it is.
func (s *Switch) Dial(ctx context.Context, d pbx.Dial) error {
	what := fmt.Sprintf("dial %s%s as %s", d.To.Phone, d.To.Number, d.Leg)
	where, err := s.templates().DialString(d.To)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if !driver.SafeID.MatchString(string(d.Leg)) || !driver.SafeID.MatchString(d.Call) {
		return fmt.Errorf("%s: want letters, digits, dot, - and _ in the leg's id and in the contact's, %q", what, d.Call)
	}
	return s.ask(ctx, what, func(ctx context.Context) error {
		l, first := s.enter(d)
		if !first {
			return waitDial(ctx, l)
		}
		err := s.ring(ctx, l, d, where)
		s.mu.Lock()
		l.dial.err = err
		if err != nil && s.legs[l.id] == l {
			l.ghost = true
		}
		s.mu.Unlock()
		close(l.dial.done)
		return err
	})
}

// enter notes a leg before Asterisk is asked for it. A leg that is there already is not the first.
func (s *Switch) enter(d pbx.Dial) (l *leg, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.legs[d.Leg]; l != nil && !l.ghost {
		return l, false
	}
	l = newLeg(d.Leg)
	l.Ours, l.Call, l.fuse, l.phone = true, d.Call, dialledFuse, d.To.Phone
	l.dial = &dialling{started: make(chan struct{}), over: make(chan struct{}), done: make(chan struct{})}
	s.legs[d.Leg] = l
	return l, true
}

func waitDial(ctx context.Context, l *leg) error {
	if l.dial == nil {
		return nil
	}
	select {
	case <-l.dial.done:
		return l.dial.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// ring is Dial for a leg that is new. Once Asterisk has the channel, an error means that we have given it up: what
// becomes of it is no longer told.
func (s *Switch) ring(ctx context.Context, l *leg, d pbx.Dial, where string) error {
	err := s.create(ctx, l, d, where)
	var refused *Error
	switch {
	case is(err, 409):
		return s.reread(ctx, l)
	case errors.As(err, &refused):
		s.mu.Lock()
		delete(s.legs, l.id)
		s.mu.Unlock()
		return err
	}
	if err == nil {
		s.mu.Lock()
		l.dial.made = true
		asked := l.asked
		s.mu.Unlock()
		if asked != "" {
			return s.drop(ctx, string(l.id), asked)
		}
		err = s.start(ctx, l, d)
	}
	if err == nil {
		return nil
	}
	select {
	case <-l.dial.over: // it ended by itself, and that was told
		return nil
	default:
	}
	s.mu.Lock()
	// Only Asterisk itself can say that the channel is gone: the caller's own end, which is in ctx, says nothing of it.
	gone := errors.As(err, &refused) && errors.Is(err, pbx.ErrGone)
	if gone || l.dial.made && (l.asked != "" || l.hanging) {
		s.mu.Unlock()
		return nil // it is ending, and that will be told
	}
	c := s.conn
	l.ghost = true
	s.mu.Unlock()
	if c != nil {
		c.Work(func(ctx context.Context) { s.exorcise(ctx, l) })
	}
	return err
}

// exorcise hangs up a channel that Dial has given up on.
func (s *Switch) exorcise(ctx context.Context, l *leg) {
	if err := s.drop(ctx, string(l.id), pbx.Broken); err != nil && ctx.Err() == nil {
		s.log.Warn("a leg that was given up is not hung up", "leg", l.id, "err", err)
	}
}

func (s *Switch) create(ctx context.Context, l *leg, d pbx.Dial, where string) error {
	query := url.Values{
		"endpoint":  {where},
		"app":       {s.cfg.App},
		"appArgs":   {dialledArg + "," + d.Call},
		"channelId": {string(d.Leg)},
	}
	if d.For != "" {
		query.Set("originator", string(d.For))
	}
	r := post(query, "channels", "create")
	r.body = map[string]any{"variables": variables(d)}
	return s.rest.do(ctx, r)
}

// variables are what a dialled channel is born with.
func variables(d pbx.Dial) map[string]string {
	v := map[string]string{
		"CHANNEL(accountcode)": d.Call,
		fuseVariable:           "1",
	}
	number, name := driver.Clean(d.CallerNumber), driver.Clean(d.CallerName)
	presentation := "allowed"
	if number == "" {
		presentation = "prohib"
	}
	// The other end is shown the connected line; the caller id is what the records show.
	for _, f := range []string{"CALLERID", "CONNECTEDLINE"} {
		suffix := ""
		if f == "CONNECTEDLINE" {
			suffix = ",i" // told with the INVITE, not as a change
		}
		v[f+"(num"+suffix+")"], v[f+"(name"+suffix+")"], v[f+"(pres"+suffix+")"] = number, name, presentation
	}
	if d.To.Phone != "" {
		v["TRANSFER_CONTEXT"] = "hotline-transfer"
		v["PJSIP_TRANSFER_HANDLING()"] = "ari-only"
	}
	return v
}

// start waits until the channel is in Stasis, gives it its guard and lets it ring.
func (s *Switch) start(ctx context.Context, l *leg, d pbx.Dial) error {
	select {
	case <-l.dial.started:
	case <-l.dial.over:
		return pbx.ErrGone
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	limit := strconv.FormatFloat((d.Ring + ringGrace).Seconds(), 'f', 3, 64)
	if err := s.setVariable(ctx, l.id, "TIMEOUT(absolute)", limit); err != nil {
		return err
	}
	seconds := strconv.Itoa(max(1, int(math.Ceil(d.Ring.Seconds()))))
	return s.rest.do(ctx, post(url.Values{"timeout": {seconds}}, "channels", string(l.id), "dial"))
}

// reread finds the leg that has our id already: it was asked for before, and the answer was lost.
func (s *Switch) reread(ctx context.Context, l *leg) error {
	var c channel
	if err := s.rest.do(ctx, get(&c, "channels", string(l.id))); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l.dial.made = true
	l.fill(&c.ChannelData, []string{dialledArg, l.Call})
	return nil
}
