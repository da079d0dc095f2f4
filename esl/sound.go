package esl

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// Traffic implements pbx.Listener.
func (s *Switch) Traffic(ctx context.Context, id pbx.LegID) (t pbx.Traffic, err error) {
	err = s.on(ctx, "count the packets of", id, func(ctx context.Context, _ *leg) error {
		if _, err := s.api(ctx, "uuid_set_media_stats", string(id)); err != nil {
			return err
		}
		for _, count := range []struct {
			name string
			into *int
		}{{"out_packet_count", &t.Sent}, {"in_packet_count", &t.Received}} {
			text, err := s.api(ctx, "uuid_getvar", string(id), "rtp_audio_"+count.name)
			if err != nil {
				return err
			}
			if *count.into, err = strconv.Atoi(text); err != nil {
				return fmt.Errorf("%s is %q", count.name, clip(text))
			}
		}
		text, err := s.api(ctx, "uuid_getvar", string(id), "rtp_audio_in_jitter_loss_rate")
		if err == nil {
			t.Loss, _ = strconv.ParseFloat(text, 64) // what is no number is not known
		}
		return err
	})
	return t, err
}

// Listen implements pbx.Listener. FreeSWITCH says whether it heard something, not how loud it was.
func (s *Switch) Listen(ctx context.Context, id pbx.LegID, within time.Duration) (heard pbx.Loudness, err error) {
	var l *leg
	err = s.on(ctx, "listen to", id, func(ctx context.Context, on *leg) error {
		l = on
		if err := s.setBase(ctx, l, "", false); err != nil {
			return err
		}
		app := s.nextID(l)
		wire, err := Execute(string(id), "detect_audio", fmt.Sprintf("%d %d %d", driver.Audible, driver.InARow, within.Milliseconds()), app)
		if err != nil {
			return err
		}
		s.mu.Lock()
		l.listens = app
		s.mu.Unlock()
		_, err = s.send(ctx, wire)
		return err
	})
	if err != nil {
		return heard, err
	}
	waiting, cancel := context.WithTimeoutCause(ctx, within+askDeadline, errDeadline)
	defer cancel()
	if err := s.until(waiting, l, func() bool { return l.listens == "" }); err != nil {
		return heard, fmt.Errorf("listen to %s: %w", id, err)
	}
	err = s.on(ctx, "what was heard of", id, func(ctx context.Context, _ *leg) error {
		text, err := s.api(ctx, "uuid_getvar", string(id), "detect_audio_timeout")
		heard.Heard = text == "false"
		return err
	})
	return heard, err
}
