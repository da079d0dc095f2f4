package ari

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// phoneSeen is the state of a phone at one look.
type phoneSeen struct {
	phone      string
	registered bool
	channels   []string
}

// Watch implements pbx.Switch.
func (s *Switch) Watch(ctx context.Context, phones []string) error {
	s.mu.Lock()
	before := s.phones
	s.phones = slices.Clone(phones)
	c := s.conn
	s.mu.Unlock()
	return s.ask(ctx, "watch phones", func(ctx context.Context) error {
		for _, p := range before {
			if !slices.Contains(phones, p) {
				c.Forget(p)
				err := s.rest.do(ctx, remove(url.Values{"eventSource": {"deviceState:" + s.device(p)}}, "applications", s.cfg.App, "subscription"))
				var refused *Error
				if err != nil && !errors.As(err, &refused) { // not subscribed is as good
					return err
				}
			}
		}
		return s.subscribe(ctx, c, phones)
	})
}

// subscribe asks to be told of changes, then looks at each phone. The state of a device changes with registration and
// with calls; it does not say whose call it is, so the endpoint is looked at each time.
func (s *Switch) subscribe(ctx context.Context, c *conn, phones []string) error {
	for batch := range slices.Chunk(phones, 50) {
		var sources []string
		for _, p := range batch {
			if driver.SafePhone.MatchString(p) {
				sources = append(sources, "deviceState:"+s.device(p))
			}
		}
		if len(sources) == 0 {
			continue
		}
		err := s.rest.do(ctx, post(url.Values{"eventSource": {strings.Join(sources, ",")}}, "applications", s.cfg.App, "subscription"))
		if err != nil {
			return err
		}
	}
	for _, p := range phones {
		c.Forget(p)
		c.Look(p)
	}
	return nil
}

// device is a phone's name in Asterisk: PJSIP/101.
func (s *Switch) device(phone string) string {
	return strings.ReplaceAll(s.cfg.Phone, "{phone}", phone)
}

// phoneOf is the watched phone with that device; empty if there is none. The mutex is held.
func (s *Switch) phoneOf(device string) string {
	for _, p := range s.phones {
		if s.device(p) == device {
			return p
		}
	}
	return ""
}

// Asterisk may tell that a phone has changed a moment before its own list of endpoints has; and an event may be lost.
const (
	lookAgain = time.Second
	lookEvery = 30 * time.Second
)

// watchPhones subscribes to what is to be watched, and looks at phones whose state may have changed; now and then at all
// of them, and at the files that play. One goroutine does it all, so that what it sees stays in order.
func (s *Switch) watchPhones(ctx context.Context, c *conn) {
	if err := s.subscribe(ctx, c, s.watched()); err != nil && ctx.Err() == nil {
		s.log.Warn("phones are not watched", "err", err)
	}
	all := time.NewTicker(lookEvery)
	defer all.Stop()
	again := time.NewTimer(lookAgain)
	defer again.Stop()
	var changed []string
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.Knock:
			phones := c.ToLook()
			s.lookAtAll(ctx, c, phones)
			changed = append(changed, phones...)
			again.Reset(lookAgain)
		case <-again.C:
			slices.Sort(changed)
			s.lookAtAll(ctx, c, slices.Compact(changed))
			changed = nil
		case <-all.C:
			s.lookAtAll(ctx, c, s.watched())
			s.recheckSounds(c)
		}
	}
}

func (s *Switch) watched() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.phones)
}

func (s *Switch) lookAtAll(ctx context.Context, c *conn, phones []string) {
	for _, p := range phones {
		state, err := s.lookAt(ctx, p)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			s.log.Warn("the state of a phone is not known", "phone", p, "err", err)
			continue
		}
		c.Put(seen{state})
	}
}

func (s *Switch) lookAt(ctx context.Context, phone string) (phoneSeen, error) {
	state := phoneSeen{phone: phone}
	tech, resource, _ := strings.Cut(s.device(phone), "/")
	if !driver.SafePhone.MatchString(phone) {
		return state, nil
	}
	var e struct {
		State    string
		Channels []string `json:"channel_ids"`
	}
	err := s.rest.do(ctx, get(&e, "endpoints", tech, resource))
	if is(err, 404) {
		return state, nil
	}
	state.registered, state.channels = e.State == "online", e.Channels
	return state, err
}

// phone tells a phone's state if it is another than before.
func (ch *change) phone(c *conn, p phoneSeen) {
	if !slices.Contains(ch.phones, p.phone) {
		return
	}
	busy := false
	for _, id := range p.channels {
		if ch.legs[pbx.LegID(id)] == nil && !ch.Switch.ended.Has(pbx.LegID(id)) {
			busy = true
		}
	}
	state := pbx.PhoneState{Head: pbx.Head{At: ch.at}, Phone: p.phone, Registered: p.registered, Busy: busy}
	if c.IsNew(state) {
		ch.emit(state)
	}
}
