package pbxtest

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"time"

	"hotline/pbx"
)

// A tape is a recording, until it is fetched.
type tape struct {
	pbx.Recording
	leg   *leg
	began time.Time
	limit *time.Timer
	quiet *time.Timer
	sound []byte // once it is over

	orphan bool // whoever began it has left
}

// A speech is when a party spoke.
type speech struct{ from, to time.Time }

// Speak lets the party say something that takes so long.
func (p *Party) Speak(lasts time.Duration) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.s.legs[p.leg.ID] != p.leg {
		return
	}
	p.s.note(p.name, "speaks for %s", lasts)
	now := time.Now()
	p.said = append(p.said, speech{now, now.Add(lasts)})
	if t := p.leg.tape; t != nil {
		p.s.await(t)
	}
}

// Hush makes the party stop speaking.
func (p *Party) Hush() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	now := time.Now()
	for i := range p.said {
		if p.said[i].to.After(now) {
			p.said[i].to = now
		}
	}
	if t := p.leg.tape; t != nil {
		p.s.await(t)
	}
}

// engaged says whether something goes on there for which a real switch would hold a request back.
func (l *leg) engaged(verb string) error {
	switch {
	case l.playing:
		return fmt.Errorf("%s while a file plays on %s", verb, l.ID)
	case l.tape != nil:
		return fmt.Errorf("%s while %s is recorded", verb, l.ID)
	}
	return nil
}

// Record implements pbx.Switch.
func (s *Switch) Record(ctx context.Context, r pbx.Recording) error {
	return s.on(ctx, r.Leg, func(l *leg) error {
		switch {
		case s.tapes[r.ID] != nil:
			return fmt.Errorf("%s has been recorded before", r.ID)
		case l.State != pbx.Up || l.peer != "":
			return fmt.Errorf("record %s, which is %s with %q", r.Leg, l.State, l.peer)
		}
		if err := l.engaged("record"); err != nil {
			return err
		}
		l.music = ""
		t := &tape{Recording: r, leg: l, began: time.Now()}
		t.limit = time.AfterFunc(r.Max, func() { s.expire(t) })
		l.tape, s.tapes[r.ID] = t, t
		s.note(l.far.name, "is recorded")
		s.await(t)
		return nil
	})
}

// await sets when the party will have been silent for too long. The lock is held.
func (s *Switch) await(t *tape) {
	if t.Quiet == 0 {
		return
	}
	if t.quiet != nil {
		t.quiet.Stop()
	}
	last := t.began
	for _, said := range t.leg.far.said {
		if said.to.After(last) {
			last = said.to
		}
	}
	t.quiet = time.AfterFunc(time.Until(last.Add(t.Quiet)), func() { s.expire(t) })
}

func (s *Switch) expire(t *tape) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.leg.tape == t {
		s.stopTaping(t.leg)
	}
}

// StopRecord implements pbx.Switch.
func (s *Switch) StopRecord(ctx context.Context, id string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.online {
		return pbx.ErrDown
	}
	if t := s.tapes[id]; t != nil && t.leg.tape == t {
		s.stopTaping(t.leg)
	}
	return nil
}

// stopTaping ends a recording, and hands the file over if somebody is there to take it. The lock is held.
func (s *Switch) stopTaping(l *leg) {
	t := l.tape
	if t == nil {
		return
	}
	l.tape = nil
	t.limit.Stop()
	if t.quiet != nil {
		t.quiet.Stop()
	}
	t.sound = l.far.sound(t.began, time.Now())
	if s.online && !s.muted && !t.orphan {
		s.hand(t)
	}
}

// hand delivers the file of a recording. The lock is held.
func (s *Switch) hand(t *tape) {
	e := pbx.Recorded{Head: pbx.Head{At: time.Now()}, ID: t.ID, File: t.File}
	if e.Dur, e.Err = s.deliver(t, t.File); e.Err != nil {
		e.File = ""
	}
	s.emit(e)
}

func (s *Switch) deliver(t *tape, file string) (time.Duration, error) {
	if len(t.sound) == 0 {
		return 0, pbx.ErrNoRecording
	}
	if s.full {
		return 0, fmt.Errorf("write %s: no space left on device", t.ID)
	}
	delete(s.tapes, t.ID)
	return time.Duration(len(t.sound)/2) * time.Second / soundRate, os.WriteFile(file, wave(t.sound), 0o600)
}

// Fetch implements pbx.Switch.
func (s *Switch) Fetch(ctx context.Context, r pbx.Recording) (time.Duration, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.online {
		return 0, pbx.ErrDown
	}
	t := s.tapes[r.ID]
	if t == nil {
		return 0, pbx.ErrNoRecording
	}
	if t.leg.tape == t {
		t.leg.tape, t.sound = nil, t.leg.far.sound(t.began, time.Now())
		t.limit.Stop()
	}
	return s.deliver(t, r.File)
}

// recheck hands over what was recorded while nobody was connected who had asked for it. The lock is held.
func (s *Switch) recheck() {
	for _, t := range s.tapes {
		if t.leg.tape != t && !t.orphan && !s.full {
			s.hand(t)
		}
	}
}

const (
	soundRate = 8000
	voice     = 440 // what a party sounds like
)

// sound is what arrived of the party between two moments, in 16 bits.
func (p *Party) sound(from, to time.Time) []byte {
	var pcm []byte
	for i := range int(to.Sub(from) * soundRate / time.Second) {
		at := from.Add(time.Duration(i) * time.Second / soundRate)
		level := 0.0
		for _, s := range p.said {
			if !p.lost && !p.mute && !at.Before(s.from) && at.Before(s.to) {
				level = 8000 * math.Sin(2*math.Pi*voice*float64(i)/soundRate)
			}
		}
		pcm = binary.LittleEndian.AppendUint16(pcm, uint16(int16(level)))
	}
	return pcm
}

// wave is samples of a telephone as a WAV file.
func wave(pcm []byte) []byte {
	b := append(make([]byte, 0, 44+len(pcm)), "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(36+len(pcm)))
	b = append(b, "WAVEfmt "...)
	for _, v := range []uint32{16, 1 | 1<<16, soundRate, 2 * soundRate, 2 | 16<<16} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(pcm)))
	return append(b, pcm...)
}
