package pbxtest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hotline/pbx"
)

// recording begins one on a leg that nothing else goes on on.
func (b *bench) recording(leg pbx.LegID, longest, quiet time.Duration) pbx.Recording {
	b.t.Helper()
	b.seq++
	id := "rec-" + b.name + "-" + string(rune('a'+b.seq))
	r := pbx.Recording{ID: id, Leg: leg, File: filepath.Join(b.t.TempDir(), id+".wav"), Max: longest, Quiet: quiet}
	b.must("record", b.sw.Record(b.ctx, r))
	return r
}

// taken waits for the end of a recording, and holds its file to what is told of it.
func (b *bench) taken(r pbx.Recording) pbx.Recorded {
	b.t.Helper()
	e := b.event("the end of recording "+r.ID, func(e pbx.Event) bool {
		t, ok := e.(pbx.Recorded)
		return ok && t.ID == r.ID
	}).(pbx.Recorded)
	if e.Err != nil || e.File != r.File || e.About().Leg != "" {
		b.t.Fatalf("recorded %+v, want the file %s and no leg", e, r.File)
	}
	b.holds(r.File, e.Dur)
	return e
}

// holds checks that a file is sound of a telephone that is as long as is said.
func (b *bench) holds(file string, dur time.Duration) {
	b.t.Helper()
	sound, err := os.ReadFile(file)
	b.must("read the file", err)
	info, err := os.Stat(file)
	b.must("look at the file", err)
	if mode := info.Mode().Perm(); mode != 0o600 {
		b.t.Errorf("%s has mode %o, want 600", file, mode)
	}
	telephone := []byte{1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0}
	if len(sound) < 44 || !bytes.Equal(sound[20:36], telephone) {
		b.t.Fatalf("%s is no sound of a telephone: % x", file, sound[:min(44, len(sound))])
	}
	if real := time.Duration(len(sound)-44) * time.Second / (2 * soundRate); (real - dur).Abs() > 100*time.Millisecond {
		b.t.Errorf("%s holds %s of sound, and is said to be %s long", file, real, dur)
	}
}

// voiced says for how long somebody is heard in a file.
func (b *bench) voiced(file string) time.Duration {
	b.t.Helper()
	sound, err := os.ReadFile(file)
	b.must("read the file", err)
	loud := 0
	for pcm := sound[44:]; len(pcm) >= 320; pcm = pcm[320:] {
		sum := 0
		for i := range 160 {
			v := int(int16(binary.LittleEndian.Uint16(pcm[2*i:])))
			sum += max(v, -v)
		}
		if sum/160 > 500 {
			loud++
		}
	}
	return time.Duration(loud) * 20 * time.Millisecond
}

// lasting lets time pass on the switch.
func (b *bench) lasting(d time.Duration) {
	select {
	case <-time.After(d):
	case <-b.t.Context().Done():
	}
}

func recorded(t *testing.T, b *bench) {
	far, leg := b.answered()
	b.must("hold", b.sw.Hold(b.ctx, leg, b.Music))
	far.HearsSound(t)
	far.Speak(true)
	r := b.recording(leg, time.Minute, 0)
	b.lasting(1500 * time.Millisecond)
	far.Press("1#")
	b.event("two keys", func(pbx.Event) bool { return pressed(b, leg) == "1#" })
	b.must("stop", b.sw.StopRecord(b.ctx, r.ID))
	e := b.taken(r)
	if e.Dur < time.Second || e.Dur > patience {
		t.Errorf("a recording of two seconds is %s long", e.Dur)
	}
	if v := b.voiced(r.File); v < time.Second/2 {
		t.Errorf("in %s of it somebody is heard, who spoke all the time", v)
	}
	b.must("stop what is over", b.sw.StopRecord(b.ctx, r.ID))
	b.must("stop what never was", b.sw.StopRecord(b.ctx, "rec-never"))
	b.must("guard after it", b.sw.Guard(b.ctx, leg, pbx.Guard{After: time.Minute}))
	b.must("play after it", b.sw.Play(b.ctx, leg, 1, b.Short))
	b.played(leg, 1, pbx.Done)

	r = b.recording(leg, time.Minute, 0)
	b.lasting(time.Second)
	far.Hangup()
	of[pbx.HungUp](b, leg)
	if e := b.taken(r); e.Dur < time.Second/2 {
		t.Errorf("what was said before the hang-up is %s long", e.Dur)
	}
	err := b.sw.Record(b.ctx, pbx.Recording{ID: "rec-late", Leg: leg, File: r.File + "2", Max: time.Minute})
	if !errors.Is(err, pbx.ErrGone) {
		t.Errorf("record a leg that is gone: %v, want ErrGone", err)
	}
}

func recordingEnds(t *testing.T, b *bench) {
	far, leg := b.answered()
	far.Speak(true)
	r := b.recording(leg, 2*time.Second, 0)
	if e := b.taken(r); e.Dur < 1500*time.Millisecond || e.Dur > 4*time.Second {
		t.Errorf("a recording of two seconds at the most is %s long", e.Dur)
	}
	r = b.recording(leg, time.Minute, 2*time.Second)
	b.lasting(1500 * time.Millisecond)
	far.Speak(false)
	if e := b.taken(r); e.Dur < time.Second || e.Dur > patience {
		t.Errorf("a recording that silence ends is %s long", e.Dur)
	}
	if v := b.voiced(r.File); v < time.Second/2 {
		t.Errorf("in %s of it somebody is heard, who spoke until then", v)
	}
	b.must("guard after it", b.sw.Guard(b.ctx, leg, pbx.Guard{After: time.Minute}))
}

func recordingLasts(t *testing.T, b *bench) {
	far, leg := b.answered()
	far.Speak(true)
	r := b.recording(leg, time.Minute, 0)
	b.Cut(t)
	b.event("ready again", func(pbx.Event) bool { return readies(b) == 2 })
	b.lasting(time.Second)
	b.must("stop", b.sw.StopRecord(b.ctx, r.ID))
	b.taken(r)

	lost := b.recording(leg, time.Second, 0) // it ends while nobody is told
	b.Cut(t)
	b.taken(lost)

	left := b.recording(leg, time.Minute, 0)
	b.lasting(time.Second)
	b.stop()
	again := start(t, b.Rig, b.Switch())
	dur, err := again.sw.Fetch(again.ctx, left)
	again.must("fetch", err)
	again.holds(left.File, dur)
	if v := again.voiced(left.File); v < time.Second/2 {
		t.Errorf("in %s of what an earlier run recorded somebody is heard", v)
	}
	if _, err := again.sw.Fetch(again.ctx, left); !errors.Is(err, pbx.ErrNoRecording) {
		t.Errorf("fetch what was fetched: %v, want ErrNoRecording", err)
	}
	again.must("guard after it", again.sw.Guard(again.ctx, leg, pbx.Guard{After: time.Minute}))

	again.name = "again"
	left = again.recording(leg, time.Minute, 0)
	again.lasting(time.Second)
	again.stop()
	third := start(t, b.Rig, b.Switch())
	third.must("a verb that a recording of an earlier run would hold back", third.sw.Guard(third.ctx, leg, pbx.Guard{After: time.Minute}))
	if _, err := third.sw.Fetch(third.ctx, left); err != nil {
		t.Errorf("fetch what was ended for it: %v", err)
	}
	third.must("hang up", third.sw.Hangup(third.ctx, leg, pbx.Normal))
	of[pbx.HungUp](third, leg)
	third.finish()
}

func readies(b *bench) (n int) {
	for _, e := range b.events { // called with the lock held by event
		if _, ok := e.(pbx.Ready); ok {
			n++
		}
	}
	return n
}
