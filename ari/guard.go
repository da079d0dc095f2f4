package ari

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// The channel variables that we share with the dialplan and with the daemon that comes after us.
const (
	landingVariable = "HOTLINE_GUARD"   // "hangup": extension T hangs up; anything else: the fallback
	fuseVariable    = "HOTLINE_RINGING" // set on a leg that we dial for as long as Dial's own guard is on
)

// followEvery is how often a leg that has left Stasis is asked for.
const followEvery = 2 * time.Second

// Guard implements pbx.Switch. Asterisk counts with TIMEOUT(absolute), in every state of the leg and without us. Then
// the leg leaves Stasis for extension T of its dialplan context; a leg that we dialled has none and is hung up.
func (s *Switch) Guard(ctx context.Context, id pbx.LegID, g pbx.Guard) error {
	return s.on(ctx, "guard", id, func(ctx context.Context, l *leg) error {
		return s.alone(ctx, l, func() error { return s.setGuard(ctx, l, g) })
	})
}

func (s *Switch) setGuard(ctx context.Context, l *leg, g pbx.Guard) error {
	s.mu.Lock()
	landing, fuse := l.landing, l.fuse
	s.mu.Unlock()
	if g.After > 0 && g.Then != landing && !l.Ours {
		value := ""
		if g.Then == pbx.HangUp {
			value = "hangup"
		}
		if err := s.setVariable(ctx, l.id, landingVariable, value); err != nil {
			return err
		}
	}
	s.mu.Lock()
	before := l.due
	l.due = time.Time{}
	if g.After > 0 {
		l.due, l.landing = time.Now().Add(g.After), g.Then
	}
	s.mu.Unlock()

	seconds := strconv.FormatFloat(max(g.After, 0).Seconds(), 'f', 3, 64)
	if err := s.setVariable(ctx, l.id, "TIMEOUT(absolute)", seconds); err != nil {
		s.mu.Lock()
		l.due = before
		s.mu.Unlock()
		return err
	}
	if fuse == dialledFuse {
		if err := s.setVariable(ctx, l.id, fuseVariable, ""); err != nil {
			return err
		}
	}
	s.mu.Lock()
	l.fuse = noFuse
	s.mu.Unlock()
	return nil
}

// listen asks to be told of a channel to its very end. Without it Asterisk stops when the channel leaves Stasis, and
// that is before ChannelDestroyed for every call that came in through the dialplan.
func (s *Switch) listen(ctx context.Context, id pbx.LegID) {
	source := url.Values{"eventSource": {"channel:" + string(id)}}
	err := s.rest.do(ctx, post(source, "applications", s.cfg.App, "subscription"))
	var refused *Error
	if err != nil && ctx.Err() == nil && !errors.As(err, &refused) { // refused: it is gone already, and follow finds out
		s.log.Warn("the end of a leg is not listened for", "leg", id, "err", err)
	}
}

// follow finds out what became of a leg that has left Stasis: it is being hung up, or a guard has sent it on into the
// dialplan. Its ChannelDestroyed usually comes; where it does not, the leg is asked for.
func (s *Switch) follow(ctx context.Context, c *conn, l *leg, hangUp bool) {
	if hangUp {
		if err := s.drop(ctx, string(l.id), pbx.Limit); err != nil && ctx.Err() == nil {
			s.log.Warn("a leg past its limit is not hung up", "leg", l.id, "err", err)
		}
	}
	for {
		s.mu.Lock()
		over := s.legs[l.id] != l
		s.mu.Unlock()
		if over {
			return
		}
		err := s.rest.do(ctx, get(nil, "channels", string(l.id)))
		if errors.Is(err, pbx.ErrGone) {
			// Its ChannelDestroyed may be on the way, and knows more.
			if driver.Pausing(ctx, time.Second) {
				past, err := s.Ended(ctx, []pbx.LegID{l.id})
				if err != nil {
					s.log.Warn("the end of a leg is not in the records", "leg", l.id, "err", err)
				}
				c.Put(vanished{l, past[l.id]})
			}
			return
		}
		if !driver.Pausing(ctx, followEvery) {
			return
		}
	}
}
