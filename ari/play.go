package ari

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// A play is the one file that plays on a leg.
type play struct {
	turn     uint32
	id       string
	whisper  string        // the snoop channel it is played through, on a leg that talks
	answered chan struct{} // closed when Asterisk has answered the request
	taken    bool          // and the answer was yes
	finished bool          // its Played is out
	stopping bool          // we ended it
}

// playbackID is derived, because ARI cannot list playbacks: whoever adopts a leg knows both ids it can have.
func playbackID(l pbx.LegID, turn uint32) string {
	return string(l) + "." + strconv.Itoa(int(turn%2))
}

// Play implements pbx.Switch.
func (s *Switch) Play(ctx context.Context, id pbx.LegID, turn uint32, media string) error {
	uri, err := mediaURI(media)
	if err != nil {
		return fmt.Errorf("play on %s: %w", id, err)
	}
	return s.on(ctx, "play "+media+" on", id, func(ctx context.Context, l *leg) error {
		if err := s.leaveEmptyBridge(ctx, l); err != nil {
			return err
		}
		p, err := s.beginPlay(ctx, l, turn)
		if err != nil {
			return err
		}
		channel := string(id)
		if p.whisper != "" {
			channel, err = p.whisper, s.openWhisper(ctx, l, p.whisper)
		}
		if err == nil {
			// In a body a comma in the path is a comma; in the query it would begin another file.
			err = s.whenReady(ctx, func() error {
				r := post(nil, "channels", channel, "play", p.id)
				r.body = map[string]any{"media": []string{uri}}
				return s.rest.do(ctx, r)
			}, p.whisper != "")
		}
		return s.playAnswered(l, p, err)
	})
}

func (s *Switch) beginPlay(ctx context.Context, l *leg, turn uint32) (*play, error) {
	s.mu.Lock()
	unsure := l.unsure
	s.mu.Unlock()
	if unsure != "" {
		if err := s.silenceForGood(ctx, unsure); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.play != nil {
		return nil, fmt.Errorf("turn %d still plays", l.play.turn)
	}
	p := &play{turn: turn, id: playbackID(l.id, turn), answered: make(chan struct{})}
	if l.bridge != "" {
		// A file played on the channel itself would silence both parties and block the leg.
		// Its id is never used twice, so that the end of one cannot hit the next.
		p.whisper = fmt.Sprintf("%s.%d.whisper", l.id, turn)
	}
	l.play, l.unsure = p, ""
	if l.state == pbx.Created {
		l.state = pbx.Ringing // 183
	}
	return p, nil
}

// playAnswered notes what Asterisk said to the request, after which Played follows or not.
func (s *Switch) playAnswered(l *leg, p *play, err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(p.answered)
	switch {
	case err == nil && s.legs[l.id] != l && !p.finished:
		return pbx.ErrGone // the leg's end came first, and is the last of its events
	case err == nil:
		p.taken = true
		return nil
	}
	if l.play == p {
		l.play = nil
	}
	var refused *Error
	if !errors.As(err, &refused) {
		l.unsure = p.id
	}
	return err
}

// openWhisper makes a channel whose sound only the party on the leg hears, over the talk.
func (s *Switch) openWhisper(ctx context.Context, l *leg, id string) error {
	return s.rest.do(ctx, post(url.Values{"spy": {"none"}, "whisper": {"out"}, "app": {s.cfg.App}, "appArgs": {whisperArg}},
		"channels", string(l.id), "snoop", id))
}

// whenReady asks again for as long as a channel that was made a moment ago is not in Stasis yet.
func (s *Switch) whenReady(ctx context.Context, ask func() error, fresh bool) error {
	for pause := 5 * time.Millisecond; ; pause *= 2 {
		err := ask()
		if !fresh || !is(err, 409) {
			return err
		}
		if !driver.Pausing(ctx, pause) {
			return err
		}
	}
}

// Stop implements pbx.Switch.
func (s *Switch) Stop(ctx context.Context, id pbx.LegID) error {
	return s.on(ctx, "stop what plays on", id, func(ctx context.Context, l *leg) error {
		s.mu.Lock()
		p := l.play
		if p != nil {
			p.stopping = true
		}
		s.mu.Unlock()
		if p == nil {
			return nil
		}
		select {
		case <-p.answered:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		return s.silence(ctx, p.id)
	})
}

// silence ends a playback. Until it really runs Asterisk answers 500; one that is not there has ended.
func (s *Switch) silence(ctx context.Context, id string) error {
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		err := s.rest.do(ctx, remove(nil, "playbacks", id))
		if err == nil || is(err, 404) {
			return nil
		}
		if !is(err, 500) && !is(err, 409) || !driver.Pausing(ctx, pause) {
			return err
		}
	}
}

// silenceForGood ends a playback and waits until its id is free.
func (s *Switch) silenceForGood(ctx context.Context, id string) error {
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		if err := s.silence(ctx, id); err != nil {
			return err
		}
		err := s.rest.do(ctx, get(nil, "playbacks", id))
		if is(err, 404) {
			return nil
		}
		if err != nil {
			return err
		}
		if !driver.Pausing(ctx, pause) {
			return context.Cause(ctx)
		}
	}
}
