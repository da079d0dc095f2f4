package ari

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// A tape is a recording from Record to its Recorded.
type tape struct {
	pbx.Recording
	leg      *leg
	answered chan struct{} // closed when Asterisk has answered the request
	over     bool          // it goes on no more; its file is being fetched
	taken    *tapeTaken    // it has been
}

// recordingVariable holds, on a leg, what it is recorded as: whoever adopts the leg has to end that before any other verb.
const recordingVariable = "HOTLINE_RECORDING"

const fetchWait = 30 * time.Second // for the file of a recording on its way

// News of recordings, put in line with the events.
type (
	tapeLost  struct{ t *tape } // it ended while we were not connected
	tapeTaken struct {          // its file has been fetched, or cannot be
		t   *tape
		dur time.Duration
		err error
	}
)

// Record implements pbx.Switch.
func (s *Switch) Record(ctx context.Context, r pbx.Recording) error {
	if !driver.SafeWord.MatchString(r.ID) {
		return fmt.Errorf("record %s: %q is no name of a recording", r.Leg, r.ID)
	}
	return s.on(ctx, "record", r.Leg, func(ctx context.Context, l *leg) error {
		if err := s.leaveEmptyBridge(ctx, l); err != nil {
			return err
		}
		if err := s.musicOff(ctx, l); err != nil {
			return err
		}
		if err := s.undial(ctx, l); err != nil {
			return err
		}
		if err := s.setVariable(ctx, l.id, recordingVariable, r.ID); err != nil { // once it goes on, this would wait for its end
			return err
		}
		t := &tape{Recording: r, leg: l, answered: make(chan struct{})}
		if err := s.beginTape(t); err != nil {
			return err
		}
		err := s.post(ctx, l.id, "record", url.Values{
			"name": {r.ID}, "format": {"wav"}, "ifExists": {"fail"}, "terminateOn": {"none"},
			"maxDurationSeconds": {seconds(r.Max)}, "maxSilenceSeconds": {seconds(r.Quiet)},
		})
		return s.tapeAnswered(t, err)
	})
}

// undial takes a leg that we dialled out of the bridge in which Asterisk keeps what was dialled: there it cannot be recorded, and
// Asterisk says so only after it has said yes. Into another bridge and out again is the way.
func (s *Switch) undial(ctx context.Context, l *leg) error {
	s.mu.Lock()
	kept := l.Ours && !l.loose
	s.mu.Unlock()
	if !kept {
		return nil
	}
	id, door := l.id, "door-"+string(l.id)
	if err := s.rest.do(ctx, post(url.Values{"type": {"mixing"}}, "bridges", door)); err != nil {
		return err
	}
	defer func() { _ = s.rest.do(ctx, remove(nil, "bridges", door)) }() // nobody is in it
	if err := s.rest.do(ctx, post(url.Values{"channel": {string(id)}}, "bridges", door, "addChannel")); err != nil {
		return err
	}
	if err := s.take(ctx, door, id); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l.loose = true
	return nil
}

// seconds is a time as Asterisk counts it here; the part of a second is a whole one.
func seconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }

func (s *Switch) beginTape(t *tape) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.tapes[t.ID] != nil || t.leg.tape != nil:
		return errors.New("it is recorded already")
	case t.leg.bridge != "":
		return errors.New("it talks") // only a whole conversation could be recorded
	}
	s.tapes[t.ID], t.leg.tape = t, t
	return nil
}

// tapeAnswered forgets a recording that Asterisk has refused. One of which it said nothing may go on, and stays known.
func (s *Switch) tapeAnswered(t *tape, err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(t.answered)
	var refused *Error
	if errors.As(err, &refused) {
		delete(s.tapes, t.ID)
		t.leg.tape = nil
	}
	return err
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
		case <-t.answered:
			return s.stopTape(ctx, id)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
}

// stopTape ends a recording; one that is over is no error.
func (s *Switch) stopTape(ctx context.Context, id string) error {
	err := s.rest.do(ctx, post(nil, "recordings", "live", id, "stop"))
	if is(err, 404) {
		return nil
	}
	return err
}

// Fetch implements pbx.Switch.
func (s *Switch) Fetch(ctx context.Context, r pbx.Recording) (dur time.Duration, err error) {
	err = s.ask(ctx, "stop recording "+r.ID, func(ctx context.Context) error { return s.stopTape(ctx, r.ID) })
	if err != nil {
		return 0, err
	}
	return s.fetch(ctx, r)
}

// fetch gets the file of a recording that is over, and takes it away from Asterisk once it is here. Asterisk puts it into its
// place a moment after the end, and writes last how long it is.
func (s *Switch) fetch(ctx context.Context, r pbx.Recording) (time.Duration, error) {
	dur, err := driver.FetchSound(ctx, r, func(ctx context.Context) (sound []byte, err error) {
		ask := get(&sound, "recordings", "stored", r.ID, "file")
		ask.within = fetchWait
		if err = s.rest.do(ctx, ask); is(err, 404) {
			err = pbx.ErrNoRecording
		}
		return sound, err
	})
	if err != nil && !errors.Is(err, pbx.ErrNoRecording) {
		return 0, err
	}
	if gone := s.rest.do(ctx, remove(nil, "recordings", "stored", r.ID)); gone != nil && !is(gone, 404) {
		s.log.Warn("a recording stays on asterisk", "recording", r.ID, "err", gone)
	}
	return dur, err
}

// tapeEnded is the end of a recording, by whatever: its file is fetched.
func (ch *change) tapeEnded(c *conn, t *tape) {
	if t == nil || t.over || ch.tapes[t.ID] != t {
		return
	}
	t.over = true
	if t.leg.tape == t {
		t.leg.tape = nil
	}
	ch.later(func(ctx context.Context) {
		dur, err := ch.fetch(ctx, t.Recording)
		if ctx.Err() != nil && err != nil {
			return // the next connection finds out
		}
		ch.mu.Lock()
		t.taken = &tapeTaken{t, dur, err}
		ch.mu.Unlock()
		c.Put(*t.taken)
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

// recheckTape asks after a recording whose end may have been missed. The mutex is held.
func (s *Switch) recheckTape(c *conn, t *tape) {
	if t.taken != nil {
		c.Put(*t.taken)
		return
	}
	if t.over {
		return
	}
	c.Work(func(ctx context.Context) {
		err := s.rest.do(ctx, get(nil, "recordings", "live", t.ID))
		switch {
		case is(err, 404):
			c.Put(tapeLost{t})
		case err != nil && ctx.Err() == nil:
			s.log.Warn("a recording is not found again", "recording", t.ID, "err", err)
		}
	})
}

// endOldTape ends what an earlier run of the daemon began to record on a leg, and that would hold back every other request.
func (s *Switch) endOldTape(ctx context.Context, l *leg) error {
	id, err := s.variable(ctx, l.id, recordingVariable)
	if err != nil || !driver.SafeWord.MatchString(id) {
		return err
	}
	return s.stopTape(ctx, id)
}
