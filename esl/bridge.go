package esl

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hotline/pbx"
)

const (
	parkWait   = 3 * time.Second        // for a leg to come back from a talk
	breakAgain = 250 * time.Millisecond // then a break has missed its sound
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
		_, err := s.api(ctx, "uuid_transfer", string(id), "-both", "park", "inline")
		return err
	})
}

// refuseTransfer brings two parties together again whom a phone has parted with a REFER: FreeSWITCH has told the phone
// that all is well before anybody could object. The issue that adds transfers serves it.
func (s *Switch) refuseTransfer(ctx context.Context, l *leg) {
	err := s.on(ctx, "refuse the transfer of", l.id, func(ctx context.Context, l *leg) error {
		if _, err := s.api(ctx, "uuid_setvar", string(l.id), varTransfer); err != nil { // no value: no variable
			return err
		}
		s.mu.Lock()
		guard := pbx.Guard{Then: l.guard.Then}
		if !l.guardAt.IsZero() {
			guard.After = max(time.Until(l.guardAt), time.Millisecond)
		}
		ex := s.legs[l.ex]
		apart := l.peer == "" && ex != nil && ex.peer == "" && ex.state == pbx.Up && !ex.hanging
		s.mu.Unlock()
		if err := s.setGuard(ctx, l, guard); err != nil { // in place of the one that the dialplan has set beside ours
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
