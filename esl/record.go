package esl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// A tape is a recording from Record to its Recorded.
type tape struct {
	pbx.Recording
	leg    *leg
	path   string        // of its file in the folder that FreeSWITCH and we see
	opened chan struct{} // closed when FreeSWITCH has begun it, or has not been able to
	over   bool          // it goes on no more; its file is being fetched
	taken  *tapeTaken    // it has been
}

// News of recordings, put in line with the events.
type (
	tapeLost  struct{ t *tape } // it ended, and no event has told so
	tapeTaken struct {          // its file has been fetched, or cannot be
		t   *tape
		dur time.Duration
		err error
	}
)

const (
	recordJob = ".record"              // ends the name of the job in which FreeSWITCH begins one
	recordBug = "session_record"       // what FreeSWITCH calls one that goes on
	lateEnd   = 500 * time.Millisecond // after the end of a leg, for that of its recording
)

// Record implements pbx.Switch. FreeSWITCH records into a folder that it shares with us. Of its own accord it would take both
// sides, throw away what is short, and write as many samples as the line has.
func (s *Switch) Record(ctx context.Context, r pbx.Recording) error {
	if s.cfg.Recordings == "" {
		return fmt.Errorf("record %s: no folder for recordings is set", r.Leg)
	}
	path, err := s.tapeFile(r.ID)
	if err != nil {
		return fmt.Errorf("record %s: %w", r.Leg, err)
	}
	return s.on(ctx, "record", r.Leg, func(ctx context.Context, l *leg) error {
		if err := s.clear(ctx, l); err != nil {
			return err
		}
		if err := s.setBase(ctx, l, silence, false); err != nil {
			return err
		}
		quiet := strconv.FormatInt(r.Quiet.Milliseconds(), 10)
		how := []string{"RECORD_READ_ONLY=true", "RECORD_MIN_SEC=0", "record_sample_rate=8000",
			"RECORD_INITIAL_TIMEOUT_MS=" + quiet, "RECORD_FINAL_TIMEOUT_MS=" + quiet}
		if _, err := s.api(ctx, "uuid_setvar_multi", string(l.id), strings.Join(how, ";")); err != nil {
			return err
		}
		t := &tape{Recording: r, leg: l, path: path, opened: make(chan struct{})}
		if err := s.beginTape(t); err != nil {
			return err
		}
		// In the background: a disk that hangs must not hold up the commands of every other call.
		wire, err := InBackground(r.ID+recordJob, "uuid_record", string(l.id), "start", Quoted(path), limit(r.Max))
		if err == nil {
			_, err = s.send(ctx, wire)
		}
		return s.tapeAsked(t, err)
	})
}

// limit is the longest that a recording may be, as FreeSWITCH counts it: in ticks of its clock of seconds, so that the first is no
// whole one.
func limit(d time.Duration) string { return strconv.Itoa(int((d+time.Second-1)/time.Second) + 1) }

// tapeFile is where FreeSWITCH writes a recording.
func (s *Switch) tapeFile(id string) (string, error) {
	if !driver.SafeWord.MatchString(id) {
		return "", fmt.Errorf("%q is no name of a recording", id)
	}
	return fileName(filepath.Join(s.cfg.Recordings, id+".wav"))
}

func (s *Switch) beginTape(t *tape) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.tapes[t.ID] != nil || t.leg.tape != nil:
		return errors.New("it is recorded already")
	case t.leg.peer != "":
		return errors.New("it talks") // only a whole conversation could be recorded
	}
	s.tapes[t.ID], t.leg.tape = t, t
	return nil
}

// tapeAsked forgets a recording that FreeSWITCH has refused. One of which it said nothing may go on, and stays known.
func (s *Switch) tapeAsked(t *tape, err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var refused refusal
	if errors.As(err, &refused) || errors.Is(err, ErrUnsafe) {
		delete(s.tapes, t.ID)
		t.leg.tape = nil
	}
	if err != nil {
		t.isOpen()
	}
	return err
}

func (t *tape) isOpen() {
	select {
	case <-t.opened:
	default:
		close(t.opened)
	}
}

// tapeOpened is what FreeSWITCH says of a recording that it was to begin: it says no more than -ERR of one that it cannot.
func (ch *change) tapeOpened(k *link, id, text string) {
	t := ch.tapes[id]
	if t == nil {
		return
	}
	t.isOpen()
	if strings.HasPrefix(text, "-") {
		ch.tapeEnded(k, t)
	}
}

// StopRecord implements pbx.Switch.
func (s *Switch) StopRecord(ctx context.Context, id string) error {
	return s.ask(ctx, "stop recording "+id, func(ctx context.Context) error {
		s.mu.Lock()
		t := s.tapes[id]
		s.mu.Unlock()
		if t == nil {
			return nil
		}
		select {
		case <-t.opened:
			return s.stopTape(ctx, t.Leg, t.path)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
}

// stopTape ends a recording; one that is over is no error.
func (s *Switch) stopTape(ctx context.Context, l pbx.LegID, path string) error {
	_, err := s.api(ctx, "uuid_record", string(l), "stop", Quoted(path))
	var refused refusal
	if errors.As(err, &refused) {
		return nil
	}
	return err
}

// Fetch implements pbx.Switch.
func (s *Switch) Fetch(ctx context.Context, r pbx.Recording) (time.Duration, error) {
	path, err := s.tapeFile(r.ID)
	if err != nil {
		return 0, fmt.Errorf("fetch recording %s: %w", r.ID, err)
	}
	err = s.ask(ctx, "stop recording "+r.ID, func(ctx context.Context) error { return s.stopTape(ctx, r.Leg, path) })
	if err != nil {
		return 0, err
	}
	return s.fetch(ctx, r, path)
}

// fetch takes over the file of a recording that has ended, once FreeSWITCH has written it out.
func (s *Switch) fetch(ctx context.Context, r pbx.Recording, path string) (time.Duration, error) {
	dur, err := driver.FetchSound(ctx, r, func(context.Context) ([]byte, error) {
		sound, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			err = pbx.ErrNoRecording
		}
		return sound, err
	})
	if err != nil && !errors.Is(err, pbx.ErrNoRecording) {
		return 0, err
	}
	if gone := os.Remove(path); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		s.log.Warn("a recording stays in the folder shared with freeswitch", "recording", r.ID, "err", gone)
	}
	return dur, err
}

// tapeOf is the recording that goes into a file.
func (ch *change) tapeOf(path string) *tape {
	for _, t := range ch.tapes {
		if t.path == path {
			return t
		}
	}
	return nil
}

// tapeEnded is the end of a recording, by whatever: its file is fetched.
func (ch *change) tapeEnded(k *link, t *tape) {
	if t == nil || t.over || ch.tapes[t.ID] != t {
		return
	}
	t.over = true
	t.isOpen()
	if t.leg.tape == t {
		t.leg.tape = nil
	}
	ch.later(func(ctx context.Context) {
		dur, err := ch.fetch(ctx, t.Recording, t.path)
		if ctx.Err() != nil && err != nil {
			return // the next connection finds out
		}
		ch.mu.Lock()
		t.taken = &tapeTaken{t, dur, err}
		ch.mu.Unlock()
		k.Put(*t.taken)
	})
}

func (ch *change) tapeTaken(x tapeTaken) {
	if ch.tapes[x.t.ID] != x.t {
		return
	}
	delete(ch.tapes, x.t.ID)
	e := pbx.Recorded{Head: pbx.Head{At: ch.at}, ID: x.t.ID, File: x.t.File, Dur: x.dur, Err: x.err}
	if x.err != nil {
		e.File = ""
	}
	ch.emit(e)
}

// recheckTape finds out whether a recording still goes on whose end may have been missed.
func (s *Switch) recheckTape(ctx context.Context, k *link, t *tape) {
	s.mu.Lock()
	taken, over := t.taken, t.over
	s.mu.Unlock()
	switch {
	case taken != nil:
		k.Put(*taken)
		return
	case over:
		return
	}
	bugs, err := k.api(ctx, "uuid_buglist", string(t.Leg))
	var refused refusal
	switch {
	case err != nil && !errors.As(err, &refused):
	case slices.Contains(laid(bugs, recordBug), t.path):
		s.mu.Lock()
		t.isOpen() // what FreeSWITCH said of it may have been missed
		s.mu.Unlock()
	default:
		k.Put(tapeLost{t})
	}
}

// endOldTapes ends what an earlier run of the daemon began to record on a leg. What was said stays in its file.
func (s *Switch) endOldTapes(ctx context.Context, l *leg, bugs string) error {
	for _, path := range laid(bugs, recordBug) {
		if filepath.Dir(path) != filepath.Clean(s.cfg.Recordings) {
			continue // somebody else's, for another purpose
		}
		if err := s.stopTape(ctx, l.id, path); err != nil {
			return err
		}
	}
	return nil
}
