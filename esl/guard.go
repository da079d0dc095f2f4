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
)

// Guard implements pbx.Switch. FreeSWITCH counts with its scheduler, in whole seconds, in every state of the leg and
// without us. A second task would not replace the first, so all tasks of the leg are deleted before.
func (s *Switch) Guard(ctx context.Context, id pbx.LegID, g pbx.Guard) error {
	return s.on(ctx, "guard", id, func(ctx context.Context, l *leg) error {
		if err := s.unguard(ctx, l); err != nil || g.After <= 0 {
			return err
		}
		at := s.epoch(g.After)
		if g.Then == pbx.HangUp || l.Ours {
			_, err := s.api(ctx, "sched_hangup", at, string(id), "ALLOTTED_TIMEOUT")
			return err
		}
		_, err := s.api(ctx, "sched_transfer", at, string(id), fallbackExtension, "XML", fallbackContext)
		return err
	})
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

// epoch is the second at which that time from now is over: never before, for a guard that strikes early takes away what
// somebody has paid for.
func (s *Switch) epoch(after time.Duration) string {
	s.mu.Lock()
	var ahead time.Duration
	if s.link != nil {
		ahead = s.link.ahead
	}
	s.mu.Unlock()
	at := time.Now().Add(ahead + after)
	seconds := at.Unix()
	if at.Nanosecond() > 0 {
		seconds++
	}
	return strconv.FormatInt(seconds, 10)
}
