package esl

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// A base is sound without an end that runs on a leg outside of a talk. Files are laid over it, and it is there again
// after them, also when we are not.
type base struct {
	id    string // of the application; empty: an earlier run of the daemon began it
	media string // empty: no base
	began bool   // it is heard
}

const (
	silence = "silence_stream://-1"
	unknown = "?" // an earlier run of the daemon may have begun something
)

// A play is the one file that plays on a leg.
type play struct {
	turn     uint32
	file     string
	job      string        // in which FreeSWITCH opens it
	opened   chan struct{} // closed when it has, or has not been able to
	stopping bool          // we end it
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
		p := &play{turn: turn, file: file, job: fmt.Sprintf("%s.%d.play", id, turn), opened: make(chan struct{})}
		if err := s.beginPlay(l, p); err != nil {
			return err
		}
		words := []string{string(id), "start", Quoted(file)}
		if talks {
			words = append(words, "0", "mux")
		}
		// In the background: a disk that hangs must not hold up the commands of every other call.
		wire, err := InBackground(p.job, "uuid_displace", words...)
		if err == nil {
			_, err = s.send(ctx, wire)
		}
		s.playAsked(l, p, err)
		return err
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

// playAsked forgets a file that FreeSWITCH was not asked for. Whether it was is not always known: then what may play is
// ended before the next.
func (s *Switch) playAsked(l *leg, p *play, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil && l.play == p {
		l.play, l.stale = nil, true
	}
}

// opened is what FreeSWITCH says of a file that it was to play: it says no more than -ERR of one that it cannot.
func (ch *change) opened(l *leg, p *play, text string) {
	p.isOpen()
	if strings.HasPrefix(text, "-") {
		ch.playEnded(l, pbx.Failed)
	}
}

// isOpen lets those go on who wait until FreeSWITCH has opened the file. The mutex is held.
func (p *play) isOpen() {
	select {
	case <-p.opened:
	default:
		close(p.opened)
	}
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
		select {
		case <-p.opened:
			return s.displaceStop(ctx, l, p.file)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
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
	if err := s.endOldTapes(ctx, l, bugs); err != nil {
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
	if err := s.within(ctx, l, eventsTime, func() bool { return len(l.fading) == 0 }); err != nil {
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
	now := l.base.media
	s.mu.Unlock()
	if now == media || keep && now != "" && now != unknown {
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
		l.base = base{media: unknown, began: true}
		s.mu.Unlock()
		return err
	}
	return nil
}

// endBase ends what runs on the leg, and waits until it has. A break throws away what FreeSWITCH has been told and has not
// begun, without a word, so it is not asked before. An end that is not told within a moment has been missed.
func (s *Switch) endBase(ctx context.Context, l *leg) error {
	s.mu.Lock()
	running := l.base
	s.mu.Unlock()
	if running.media == "" {
		return nil
	}
	if err := s.within(ctx, l, eventsTime, func() bool { return l.base.began || l.base.media == "" }); err != nil {
		return err
	}
	if _, err := s.api(ctx, "uuid_break", string(l.id), "all"); err != nil {
		return err
	}
	patience := eventsTime
	if running.media == unknown {
		patience = breakWait // most likely there is nothing
	}
	if err := s.within(ctx, l, patience, func() bool { return l.base.media == "" }); err != nil {
		return err
	}
	s.mu.Lock()
	l.base = base{}
	s.mu.Unlock()
	return nil
}

// within waits for an event for a moment. That none comes is no error.
func (s *Switch) within(ctx context.Context, l *leg, moment time.Duration, ok func() bool) error {
	waiting, cancel := context.WithTimeout(ctx, moment)
	defer cancel()
	err := s.until(waiting, l, ok)
	if err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
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
	if driver.SafeSound.MatchString(media) {
		return media, nil
	}
	if !path.IsAbs(media) || !utf8.ValidString(media) || strings.ContainsAny(media, `'\$`) || line(media) != nil || word(Quoted(media)) != nil {
		return "", &pbx.PlayError{Media: media}
	}
	return path.Clean(media), nil
}

// displaced lists the files that are laid over a leg, out of the XML of uuid_buglist.
func displaced(list string) []string { return laid(list, "displace") }

// laid lists the files of one function that are in it.
func laid(list, function string) (files []string) {
	for _, bug := range strings.Split(list, "<media-bug>") {
		if between(bug, "<function>", "</function>") == function {
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
