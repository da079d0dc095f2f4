package pbxtest

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hotline/pbx"
)

// on runs f on a leg under the lock.
func (s *Switch) on(ctx context.Context, id pbx.LegID, f func(*leg) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l, err := s.find(id)
	if err != nil {
		return err
	}
	if l.tape != nil && l.tape.orphan { // it would hold back whatever comes now
		s.stopTaping(l)
	}
	return f(l)
}

// Legs implements pbx.Switch.
func (s *Switch) Legs(context.Context) ([]pbx.Leg, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.online {
		return nil, pbx.ErrDown
	}
	return s.snapshot(), nil
}

// Watch implements pbx.Switch.
func (s *Switch) Watch(_ context.Context, phones []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watched = slices.Clone(phones)
	s.tellPhones()
	return nil
}

// Ring implements pbx.Switch.
func (s *Switch) Ring(ctx context.Context, id pbx.LegID) error {
	return s.on(ctx, id, func(l *leg) error {
		if l.State == pbx.Created {
			l.State = pbx.Ringing
			s.note(l.far.name, "hears ringing")
		}
		return nil
	})
}

// Progress implements pbx.Switch.
func (s *Switch) Progress(ctx context.Context, id pbx.LegID) error {
	return s.on(ctx, id, func(l *leg) error { s.early(l); return nil })
}

func (s *Switch) early(l *leg) {
	if l.State == pbx.Created {
		l.State = pbx.Ringing
	}
}

// Answer implements pbx.Switch.
func (s *Switch) Answer(ctx context.Context, id pbx.LegID) error {
	return s.on(ctx, id, func(l *leg) error {
		if err := l.engaged("answer"); err != nil {
			return err
		}
		if l.State != pbx.Up {
			s.note(l.far.name, "is answered")
		}
		s.answered(l)
		return nil
	})
}

// Hangup implements pbx.Switch.
func (s *Switch) Hangup(ctx context.Context, id pbx.LegID, c pbx.Cause) error {
	err := s.on(ctx, id, func(l *leg) error {
		if s.stumbles > 0 {
			s.stumbles--
			return fmt.Errorf("hang up %s: the switch is too busy", id)
		}
		s.hangUp(l, c, "hotline")
		return nil
	})
	if err == pbx.ErrGone {
		return nil
	}
	return err
}

// Guard implements pbx.Switch.
func (s *Switch) Guard(ctx context.Context, id pbx.LegID, g pbx.Guard) error {
	return s.on(ctx, id, func(l *leg) error {
		if err := l.engaged("guard"); err != nil {
			return err
		}
		if l.guard != nil {
			l.guard.Stop()
			l.guard = nil
		}
		if g.After > 0 {
			l.guard = time.AfterFunc(g.After, func() { s.land(l, g.Then) })
		}
		return nil
	})
}

func (s *Switch) land(l *leg, then pbx.Landing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if then == pbx.HangUp || l.Ours {
		s.hangUp(l, pbx.Limit, "a guard")
		return
	}
	if s.legs[l.ID] != l {
		return
	}
	s.stopPlaying(l, pbx.Stopped)
	s.stopTaping(l)
	s.split(l)
	l.released = true
	s.note(l.far.name, "lands in the fallback")
	s.emit(pbx.Left{Head: l.head()})
}

// file is how long a sound lasts, if the switch has it. Phrases that hotline makes in the middle of a call last two seconds.
func (s *Switch) file(media string) (lasts time.Duration, ok bool) {
	if strings.HasPrefix(filepath.Base(media), "phrase-") {
		return 2 * time.Second, true
	}
	lasts, ok = s.Files[media]
	return lasts, ok
}

// Play implements pbx.Switch.
func (s *Switch) Play(ctx context.Context, id pbx.LegID, turn uint32, media string) error {
	return s.on(ctx, id, func(l *leg) error {
		if l.playing {
			return fmt.Errorf("play %s on %s, where %s plays", media, id, l.media)
		}
		s.early(l)
		lasts, ok := s.file(media)
		if !ok && s.Length != nil {
			lasts, ok = s.Length(media)
		}
		l.playing, l.turn, l.media = true, turn, media
		if ok {
			s.note(l.far.name, "hears %s", filepath.Base(media))
		}
		l.ended = time.AfterFunc(lasts, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			if !l.playing || l.turn != turn || s.legs[id] != l {
				return
			}
			if ok {
				s.stopPlaying(l, pbx.Done)
			} else {
				s.stopPlaying(l, pbx.Failed)
			}
		})
		return nil
	})
}

// Stop implements pbx.Switch.
func (s *Switch) Stop(ctx context.Context, id pbx.LegID) error {
	return s.on(ctx, id, func(l *leg) error { s.stopPlaying(l, pbx.Stopped); return nil })
}

// Hold implements pbx.Switch.
func (s *Switch) Hold(ctx context.Context, id pbx.LegID, music string) error {
	return s.on(ctx, id, func(l *leg) error {
		s.early(l)
		if music != l.music && music != "" {
			s.note(l.far.name, "hears music %s", music)
		}
		l.music = music
		return nil
	})
}

// Dial implements pbx.Switch.
func (s *Switch) Dial(ctx context.Context, d pbx.Dial) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.online {
		return pbx.ErrDown
	}
	if s.legs[d.Leg] != nil {
		return nil
	}
	to := d.To.Phone + d.To.Number // a number outside has a phone at its other end
	p := s.phones[to]
	if p == nil || p.does == Off {
		return fmt.Errorf("%s is not registered: %w", to, pbx.ErrUnreachable)
	}
	l := &leg{Leg: pbx.Leg{ID: d.Leg, Ours: true, Call: d.Call, Created: time.Now(), To: to, Trunk: d.To.Trunk}, phone: p}
	l.far = s.party(p.name, l)
	l.far.Shown, l.far.Name = d.CallerNumber, d.CallerName
	s.legs[d.Leg] = l
	p.last = l.far
	p.ring(l, d.Ring)
	return nil
}

// Bridge implements pbx.Switch.
func (s *Switch) Bridge(ctx context.Context, customer, other pbx.LegID) error {
	return s.on(ctx, customer, func(a *leg) error {
		b, err := s.find(other)
		if err != nil {
			return err
		}
		if a.State != pbx.Up || b.State != pbx.Up {
			return fmt.Errorf("bridge %s (%s) with %s (%s): both must be up", customer, a.State, other, b.State)
		}
		if err := errors.Join(a.engaged("bridge"), b.engaged("bridge")); err != nil {
			return err
		}
		if a.peer == b.ID {
			return nil
		}
		s.split(a)
		s.split(b)
		a.peer, b.peer, a.music, b.music = b.ID, a.ID, "", ""
		s.note(a.far.name, "talks with %s", b.far.name)
		s.emit(pbx.Bridged{Head: a.head(), Peer: b.ID})
		s.emit(pbx.Bridged{Head: b.head(), Peer: a.ID})
		return nil
	})
}

// Split implements pbx.Switch.
func (s *Switch) Split(ctx context.Context, id pbx.LegID) error {
	return s.on(ctx, id, func(l *leg) error { s.split(l); return nil })
}

// perSecond is how many packets of sound go over a leg that is up.
const perSecond = 50

// Traffic implements pbx.Listener: both ends have sent since the answer.
func (s *Switch) Traffic(ctx context.Context, id pbx.LegID) (t pbx.Traffic, err error) {
	err = s.on(ctx, id, func(l *leg) error {
		if l.State != pbx.Up {
			return fmt.Errorf("no sound goes over %s, which is %s", id, l.State)
		}
		n := int(time.Since(l.Answered) * perSecond / time.Second)
		t.Sent, t.Received = n, n
		if l.far.lost {
			t.Received = 0
		}
		return nil
	})
	return t, err
}

// Listen implements pbx.Listener.
func (s *Switch) Listen(ctx context.Context, id pbx.LegID, within time.Duration) (heard pbx.Loudness, err error) {
	err = s.on(ctx, id, func(l *leg) error {
		if err := l.engaged("listen"); err != nil {
			return err
		}
		l.music = ""
		return nil
	})
	if err != nil {
		return heard, err
	}
	select {
	case <-time.After(within):
	case <-ctx.Done():
		return heard, ctx.Err()
	}
	err = s.on(ctx, id, func(l *leg) error {
		heard = pbx.Loudness{Heard: !l.far.mute && !l.far.lost, Level: -20}
		if !heard.Heard {
			heard.Level = -90
		}
		return nil
	})
	return heard, err
}

// Ended implements pbx.Historian.
func (s *Switch) Ended(_ context.Context, legs []pbx.LegID) (map[pbx.LegID]pbx.Past, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[pbx.LegID]pbx.Past{}
	for _, id := range legs {
		if p, ok := s.past[id]; ok {
			found[id] = p
		}
	}
	return found, nil
}
