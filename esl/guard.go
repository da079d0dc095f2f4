package esl

import (
	"context"
	"errors"
	"strconv"
	"time"

	"hotline/pbx"
)

// Where a guard sends a call that came in: extension, dialplan and context, as deploy/freeswitch/dialplan names them.
const (
	fallbackExtension = "hotline-fallback"
	fallbackContext   = "hotline-fallback"
	transferContext   = "hotline-transfer" // where a phone's blind transfer lands
)

// Guard implements pbx.Switch. FreeSWITCH counts with its scheduler, in whole seconds, in every state of the leg and
// without us. A second task would not replace the first, so all tasks of the leg are deleted before.
func (s *Switch) Guard(ctx context.Context, id pbx.LegID, g pbx.Guard) error {
	return s.on(ctx, "guard", id, func(ctx context.Context, l *leg) error { return s.setGuard(ctx, l, g) })
}

func (s *Switch) setGuard(ctx context.Context, l *leg, g pbx.Guard) error {
	if err := s.unguard(ctx, l); err != nil {
		return err
	}
	var err error
	at := time.Time{}
	if g.After > 0 {
		at = time.Now().Add(g.After)
		epoch, id := s.epoch(at), string(l.id)
		if g.Then == pbx.HangUp || l.Ours {
			_, err = s.api(ctx, "sched_hangup", epoch, id, "ALLOTTED_TIMEOUT")
		} else {
			_, err = s.api(ctx, "sched_transfer", epoch, id, fallbackExtension, "XML", fallbackContext)
		}
	}
	if err == nil {
		s.mu.Lock()
		l.guard, l.guardAt = g, at
		s.mu.Unlock()
	}
	return err
}

// unguard deletes every task of the leg; none is no error.
func (s *Switch) unguard(ctx context.Context, l *leg) error {
	_, err := s.api(ctx, "sched_del", string(l.id))
	var refused refusal
	if errors.As(err, &refused) {
		return nil
	}
	return err
}

// epoch is the second of FreeSWITCH's clock in which that time of ours is over: never before, for a guard that strikes
// early takes away what somebody has paid for.
func (s *Switch) epoch(at time.Time) string {
	s.mu.Lock()
	if s.link != nil {
		at = at.Add(s.link.ahead)
	}
	s.mu.Unlock()
	seconds := at.Unix()
	if at.Nanosecond() > 0 {
		seconds++
	}
	return strconv.FormatInt(seconds, 10)
}
