package prompt

import (
	"math"
	"os/exec"
	"slices"
	"testing"
	"time"
)

func TestListen(t *testing.T) {
	second := tone(time.Second, 0.6)
	loud := tone(2*time.Second, 1).whole()
	for i := range loud { // a microphone too near
		loud[i] = int16(max(-math.MaxInt16, min(math.MaxInt16, 2*int(loud[i]))))
	}
	for name, test := range map[string]struct {
		sound []int16
		want  []Fault
	}{
		"good":          {slices.Concat(silence(400*time.Millisecond), second, silence(900*time.Millisecond)).whole(), nil},
		"nothing":       {nil, []Fault{Silent}},
		"silence":       {silence(5 * time.Second).whole(), []Fault{Silent}},
		"a sound card":  {tone(5*time.Second, 0.0009).whole(), []Fault{Silent}},
		"clipped":       {loud, []Fault{Clipped, Loud}},
		"loud":          {tone(time.Second, 0.75).whole(), []Fault{Loud}},
		"one peak":      {append(tone(time.Second, 0.7).whole(), math.MaxInt16, 0, -math.MaxInt16), []Fault{Loud}},
		"three":         {append(tone(time.Second, 0.7).whole(), math.MaxInt16, 0, -math.MaxInt16, math.MinInt16), []Fault{Clipped, Loud}},
		"just below":    {tone(time.Second, 0.7).whole(), nil},
		"far away":      {tone(time.Second, 0.02).whole(), []Fault{Quiet}},
		"late":          {slices.Concat(silence(600*time.Millisecond), second).whole(), []Fault{Lead}},
		"long tail":     {slices.Concat(second, silence(1100*time.Millisecond)).whole(), []Fault{Tail}},
		"a click":       {tone(100*time.Millisecond, 0.6).whole(), []Fault{Short}},
		"a speech":      {tone(91*time.Second, 0.6).whole(), []Fault{Long}},
		"several":       {slices.Concat(silence(time.Second), tone(time.Second, 0.9), silence(2*time.Second)).whole(), []Fault{Loud, Lead, Tail}},
		"mostly pauses": {slices.Concat(second, silence(5*time.Second), second).whole(), nil},
	} {
		if got := Listen(test.sound).Faults(WordLimit, LengthLimit); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v; %+v", name, got, test.want, Listen(test.sound))
		}
	}
	m := Listen(slices.Concat(silence(300*time.Millisecond), second, silence(700*time.Millisecond)).whole())
	if m.Length != 2*time.Second || math.Abs(m.Peak+4.4) > 0.1 || math.Abs(m.Speech+7.5) > 0.2 ||
		(m.Before-300*time.Millisecond).Abs() > 5*time.Millisecond || (m.After-700*time.Millisecond).Abs() > 5*time.Millisecond {
		t.Errorf("%+v", m)
	}
	if n := Listen(loud).Clipped; n < 1000 {
		t.Errorf("clipped %d times in 2 s of 1000 Hz", n)
	}
}

func TestPriceHasToBeLong(t *testing.T) {
	nine, twelve := Listen(tone(9*time.Second, 0.6).whole()), Listen(tone(12*time.Second, 0.6).whole())
	if got := nine.Faults(Shortest, Longest); !slices.Equal(got, []Fault{Short}) {
		t.Errorf("%v", got)
	}
	if got := twelve.Faults(Shortest, Longest); got != nil {
		t.Errorf("%v", got)
	}
}

// TestMachineIsGood: what a real speaking machine makes is never complained of.
func TestMachineIsGood(t *testing.T) {
	speech, err := ParseSpeech(DefaultSpeech)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath(speech.Program()); err != nil {
		t.Skip(err)
	}
	s := Studio{Folder: t.TempDir(), Speech: speech}
	for _, lang := range Languages() {
		for _, p := range []Phrase{Position(lang, 1), Position(lang, 71), Waiting(lang, 0, 0), Waiting(lang, time.Minute, 40*time.Minute)} {
			file, err := s.Phrase(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			m := Listen(listen(t, s, file).whole())
			if faults := m.Faults(WordLimit, LengthLimit); faults != nil {
				t.Errorf("%s: %v, %+v", p.Words, faults, m)
			}
			t.Logf("%s: %+v", p.Words, m)
		}
	}
}
