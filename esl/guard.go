package esl

import (
	"context"
	"errors"
	"strconv"
	"time"

	"hotline/pbx"
)

// FallbackContext is where callers land without hotline.
const FallbackContext = "hotline-fallback"

// Where a guard sends a call that came in: extension, dialplan and context, as deploy/freeswitch/dialplan names them.
const (
	fallbackExtension = "hotline-fallback"
	fallbackContext   = FallbackContext
	transferContext   = "hotline-transfer" // where a phone's blind transfer lands
)

// Guard implements pbx.Switch. FreeSWITCH counts with its scheduler, in whole seconds, in every state of the leg and
// without us. Each guard is a task in a group of its own, and the one before is deleted when the new one stands: there is
// no moment without. The dialplan's guards are in the leg's own group, and are none of these.
func (s *Switch) Guard(ctx context.Context, id pbx.LegID, g pbx.Guard) error {
	return s.on(ctx, "guard", id, func(ctx context.Context, l *leg) error { return s.setGuard(ctx, l, g) })
}

func (s *Switch) setGuard(ctx context.Context, l *leg, g pbx.Guard) error {
	s.mu.Lock()
	before := l.guard
	s.mu.Unlock()
	group := ""
	if g.After > 0 {
		group = "guard." + s.nextID(l)
		task := []string{s.epoch(g.After), group, "uuid_kill", string(l.id), "ALLOTTED_TIMEOUT"}
		if g.Then == pbx.Fallback && !l.Ours {
			task = []string{s.epoch(g.After), group, "uuid_transfer", string(l.id), fallbackExtension, "XML", fallbackContext}
		}
		if _, err := s.api(ctx, "sched_api", task...); err != nil {
			return err
		}
	}
	if before == "" && group == "" {
		return nil
	}
	if err := s.setVariable(ctx, l, varGuard, group); err != nil { // for the hotline that comes after us
		return err
	}
	s.mu.Lock()
	l.guard = group
	s.mu.Unlock()
	if before == "" {
		return nil
	}
	return s.unschedule(ctx, before)
}

// unschedule deletes every task of a group; none is no error.
func (s *Switch) unschedule(ctx context.Context, group string) error {
	_, err := s.api(ctx, "sched_del", group)
	var refused refusal
	if errors.As(err, &refused) {
		return nil
	}
	return err
}

// epoch is the second of FreeSWITCH's clock in which that time from now is over: never before, for a guard that strikes
// early takes away what somebody has paid for.
func (s *Switch) epoch(after time.Duration) string {
	s.mu.Lock()
	at := time.Now()
	if s.link != nil {
		at = s.link.now()
	}
	s.mu.Unlock()
	return seconds(at.Add(after))
}

// seconds is the second that begins at that time or after it.
func seconds(at time.Time) string {
	whole := at.Unix()
	if at.Nanosecond() > 0 {
		whole++
	}
	return strconv.FormatInt(whole, 10)
}
