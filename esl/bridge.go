package esl

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

const (
	parkWait  = 3 * time.Second        // for a leg to come back from a talk
	breakWait = 250 * time.Millisecond // for a sound to end that may not be there
)

var errTalks = errors.New("the leg still talks")

// Bridge implements pbx.Switch. park_after_bridge is what keeps the one when the other leaves; FreeSWITCH may forget it
// with a talk, so it is set before each.
func (s *Switch) Bridge(ctx context.Context, customer, other pbx.LegID) error {
	return s.on(ctx, fmt.Sprintf("bridge %s with", other), customer, func(ctx context.Context, a *leg) error {
		b, err := s.find(other)
		if err != nil {
			return err
		}
		return s.alone(ctx, b, func() error { return s.join(ctx, a, b) })
	})
}

func (s *Switch) join(ctx context.Context, a, b *leg) error {
	if !s.isUp(a) || !s.isUp(b) {
		return fmt.Errorf("both must have been answered") // FreeSWITCH would answer them, and the money would run
	}
	s.mu.Lock()
	joined := a.peer == b.id
	s.mu.Unlock()
	if joined {
		return nil
	}
	for _, l := range []*leg{a, b} {
		if err := s.settledTalk(ctx, l); err != nil {
			return err
		}
		// One that is on its way out of a talk would be lost on it.
		if err := s.within(ctx, l, parkWait, func() bool { return l.parked || l.base.media != "" || l.peer != "" }); err != nil {
			return err
		}
		if err := s.endBase(ctx, l); err != nil {
			return err
		}
		if err := s.setVariable(ctx, l, "park_after_bridge", "true"); err != nil {
			return err
		}
	}
	_, err := s.api(ctx, "uuid_bridge", string(a.id), string(b.id))
	if err != nil && !errors.Is(err, pbx.ErrDown) && ctx.Err() == nil {
		if e := s.goneOr(ctx, a, err); errors.Is(e, pbx.ErrGone) {
			return e
		}
		return s.goneOr(ctx, b, err)
	}
	return err
}

// Split implements pbx.Switch. Both legs of the talk park.
func (s *Switch) Split(ctx context.Context, id pbx.LegID) error {
	return s.on(ctx, "split", id, func(ctx context.Context, l *leg) error {
		if !s.talks(l) {
			return nil
		}
		if err := s.settledTalk(ctx, l); err != nil {
			return err
		}
		_, err := s.api(ctx, "uuid_transfer", string(id), "-both", "park", "inline")
		return err
	})
}

// bridgeTime is how long after its event a talk may still be beginning.
const bridgeTime = 200 * time.Millisecond

// settledTalk waits until the talk that a leg is in has really begun. FreeSWITCH tells of it when it begins to begin, and
// hangs up the other leg when one is taken away before both are in.
func (s *Switch) settledTalk(ctx context.Context, l *leg) error {
	s.mu.Lock()
	var rest time.Duration
	if l.peer != "" && s.link != nil {
		rest = bridgeTime - s.link.now().Sub(l.bridged)
	}
	s.mu.Unlock()
	if rest > 0 && !driver.Pausing(ctx, min(rest, bridgeTime)) {
		return context.Cause(ctx)
	}
	return nil
}

// refuseTransfer tells a phone that its REFER is refused, and brings the two parties together again whom FreeSWITCH has
// parted for it. The issue that adds transfers serves it.
func (s *Switch) refuseTransfer(ctx context.Context, l *leg) {
	err := s.on(ctx, "refuse the transfer of", l.id, func(ctx context.Context, l *leg) error {
		if err := s.setVariable(ctx, l, varTransfer, ""); err != nil {
			return err
		}
		s.mu.Lock()
		ex := s.legs[l.ex]
		apart := l.peer == "" && ex != nil && ex.peer == "" && ex.state == pbx.Up && !ex.hanging
		s.mu.Unlock()
		refuse, err := Execute(string(l.id), "blind_transfer_ack", "false", s.nextID(l))
		if err == nil {
			_, err = s.send(ctx, refuse)
		}
		if err != nil {
			return err
		}
		if err := s.unschedule(ctx, string(l.id)); err != nil { // the dialplan's guard
			return err
		}
		if !apart {
			return nil
		}
		return s.alone(ctx, ex, func() error { return s.join(ctx, l, ex) })
	})
	if err != nil && ctx.Err() == nil && !errors.Is(err, pbx.ErrGone) {
		s.log.Warn("a transfer is not refused", "leg", l.id, "err", err)
	}
}
