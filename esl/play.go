package esl

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// A base is sound without an end that runs on a leg outside of a talk. Files are laid over it, and it is there again
// after them, also when we are not.
type base struct {
	id    string // of the application; empty: an earlier run of the daemon began it
	media string // empty: no base
}

const silence = "silence_stream://-1"

// A play is the one file that plays on a leg.
type play struct {
	turn     uint32
	file     string
	stopping bool // we end it
}

// Play implements pbx.Switch. The file is laid over what the party hears: it replaces the music, and is mixed into a
// talk, so that neither has to end for it.
func (s *Switch) Play(ctx context.Context, id pbx.LegID, turn uint32, media string) error {
	file, err := fileName(media)
	if err != nil {
		return fmt.Errorf("play on %s: %w", id, err)
	}
	return s.on(ctx, "play "+media+" on", id, func(ctx context.Context, l *leg) error {
		if err := s.clear(ctx, l); err != nil {
			return err
		}
		talks := s.talks(l)
		if !talks {
			if err := s.setBase(ctx, l, silence, true); err != nil {
				return err
			}
		}
		p := &play{turn: turn, file: file}
		if err := s.beginPlay(l, p); err != nil {
			return err
		}
		words := []string{string(id), "start", Quoted(file)}
		if talks {
			words = append(words, "0", "mux")
		}
		_, err := s.api(ctx, "uuid_displace", words...)
		return s.playAnswered(l, p, err)
	})
}

func (s *Switch) beginPlay(l *leg, p *play) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.play != nil {
		return fmt.Errorf("turn %d still plays", l.play.turn)
	}
	l.play = p
	l.state = max(l.state, pbx.Ringing) // 183
	return nil
}

// playAnswered makes a file that FreeSWITCH cannot open a file that has ended. What it says of it is no more than -ERR.
func (s *Switch) playAnswered(l *leg, p *play, err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var refused refusal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused) && !errors.Is(err, pbx.ErrGone) && s.link != nil && l.play == p:
		s.link.put(playOver{l, p, pbx.Failed})
		return nil
	}
	if l.play == p {
		l.play = nil
	}
	return err
}

// Stop implements pbx.Switch.
func (s *Switch) Stop(ctx context.Context, id pbx.LegID) error {
	return s.on(ctx, "stop what plays on", id, func(ctx context.Context, l *leg) error {
		if err := s.clear(ctx, l); err != nil {
			return err
		}
		s.mu.Lock()
		p := l.play
		if p != nil {
			p.stopping = true
		}
		s.mu.Unlock()
		if p == nil {
			return nil
		}
		return s.displaceStop(ctx, l, p.file)
	})
}

// displaceStop ends a file; one that has ended by itself is no error.
func (s *Switch) displaceStop(ctx context.Context, l *leg, file string) error {
	_, err := s.api(ctx, "uuid_displace", string(l.id), "stop", Quoted(file))
	var refused refusal
	if errors.As(err, &refused) && !errors.Is(err, pbx.ErrGone) {
		return nil
	}
	return err
}

// clear ends whatever an earlier run of the daemon left playing over the base.
func (s *Switch) clear(ctx context.Context, l *leg) error {
	s.mu.Lock()
	stale := l.stale
	s.mu.Unlock()
	if !stale {
		return nil
	}
	bugs, err := s.api(ctx, "uuid_buglist", string(l.id))
	if err != nil {
		return err
	}
	files := displaced(bugs)
	s.mu.Lock()
	l.fading = slices.Clone(files)
	s.mu.Unlock()
	for _, file := range files {
		if err := s.displaceStop(ctx, l, file); err != nil {
			return err
		}
	}
	// The end of such a file must not be taken for the end of the next, which may be the same file.
	waiting, cancel := context.WithTimeout(ctx, eventsTime)
	err = s.until(waiting, l, func() bool { return len(l.fading) == 0 })
	cancel()
	if err != nil && (ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded)) {
		return err
	}
	s.mu.Lock()
	l.stale, l.fading = false, nil
	s.mu.Unlock()
	return nil
}

// Hold implements pbx.Switch.
func (s *Switch) Hold(ctx context.Context, id pbx.LegID, music string) error {
	media := ""
	if music != "" {
		if !driver.SafeWord.MatchString(music) {
			return fmt.Errorf("hold %s: %q is no name of a local_stream", id, music)
		}
		media = "local_stream://" + music
	}
	return s.on(ctx, "hold", id, func(ctx context.Context, l *leg) error {
		if err := s.free(ctx, l); err != nil {
			return err
		}
		if err := s.setBase(ctx, l, media, false); err != nil {
			return err
		}
		if media != "" {
			s.told(l) // 183
		}
		return nil
	})
}

// setBase lets that run on the leg, or nothing. keep leaves whatever runs there.
func (s *Switch) setBase(ctx context.Context, l *leg, media string, keep bool) error {
	s.mu.Lock()
	now := l.base
	s.mu.Unlock()
	if now.media == media || keep && now.media != "" {
		return nil
	}
	if err := s.endBase(ctx, l); err != nil {
		return err
	}
	if media == "" {
		return nil
	}
	b := base{id: s.nextID(l), media: media}
	wire, err := Execute(string(l.id), "playback", media, b.id)
	if err != nil {
		return err
	}
	s.mu.Lock()
	l.base = b
	s.mu.Unlock()
	if _, err := s.send(ctx, wire); err != nil {
		s.mu.Lock()
		if l.base == b {
			l.base = base{}
		}
		s.mu.Unlock()
		return err
	}
	return nil
}

// endBase ends what runs on the leg, and waits until it has.
func (s *Switch) endBase(ctx context.Context, l *leg) error {
	s.mu.Lock()
	running := l.base.media != ""
	s.mu.Unlock()
	if !running {
		return nil
	}
	for {
		if _, err := s.api(ctx, "uuid_break", string(l.id), "all"); err != nil {
			return err
		}
		// A break that comes before the sound has begun may be missed by it, so it is asked again.
		waiting, cancel := context.WithTimeout(ctx, breakAgain)
		err := s.until(waiting, l, func() bool { return l.base.media == "" })
		cancel()
		if err == nil || !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return err
		}
	}
}

// free waits until a leg whose peer has left is back from the talk.
func (s *Switch) free(ctx context.Context, l *leg) error {
	waiting, cancel := context.WithTimeoutCause(ctx, parkWait, errTalks)
	defer cancel()
	return s.until(waiting, l, func() bool { return l.peer == "" && (l.parked || l.base.media != "") })
}

// talks says whether the leg talks with somebody who is there. One whose peer has just left is waited for.
func (s *Switch) talks(l *leg) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return l.peer != ""
}

// fileName is the file that FreeSWITCH is told to play.
func fileName(media string) (string, error) {
	if !path.IsAbs(media) || !utf8.ValidString(media) || strings.ContainsAny(media, `'\$`) || line(media) != nil || word(Quoted(media)) != nil {
		return "", &pbx.PlayError{Media: media}
	}
	return path.Clean(media), nil
}

// displaced lists the files that are laid over a leg, out of the XML of uuid_buglist.
func displaced(list string) (files []string) {
	for _, bug := range strings.Split(list, "<media-bug>") {
		if between(bug, "<function>", "</function>") == "displace" {
			files = append(files, unescapeXML(between(bug, "<target>", "</target>")))
		}
	}
	return files
}

func between(s, from, to string) string {
	_, rest, ok := strings.Cut(s, from)
	if !ok {
		return ""
	}
	inner, _, _ := strings.Cut(rest, to)
	return inner
}
