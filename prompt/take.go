package prompt

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hotline/wav"
)

// What a recording from a telephone has to keep to before it is made fit.
const (
	faintest = -45.0 // dB: who speaks softer is not understood, and made louder it is mostly noise
	clearest = 12.0  // dB that a voice has to be above the noise around it
)

// Take makes what was recorded into a sound that callers can hear, under that name in the folder: silence is taken off its ends,
// and it is as loud as it may be. A price gets the pause and the beep that the law wants. It also says how good it is.
func (s Studio) Take(raw, file string, price bool) (Measure, []Fault, error) {
	data, err := os.ReadFile(raw)
	if err != nil {
		return Measure{}, nil, fmt.Errorf("take a recording: %w", err)
	}
	samples, rate, err := wav.Read(bytes.NewReader(data))
	if errors.Is(err, wav.ErrEmpty) {
		return Measure{}, []Fault{Silent}, nil
	}
	if err != nil {
		return Measure{}, nil, fmt.Errorf("take a recording: %w", err)
	}
	spoken := trim(resample(samples, rate))
	before := Listen(resample(samples, rate).whole())
	if len(spoken) == 0 || before.Peak < faintest {
		return before, []Fault{Silent}, nil
	}
	sound := level(spoken).whole()
	shortest, longest := WordLimit, LengthLimit
	if price {
		shortest, longest = Shortest, Longest
		if announced, err := announce(level(spoken)); err == nil {
			sound = announced
		}
	}
	m := Listen(sound)
	m.Clipped = Listen(samples).Clipped // before it was made less loud
	faults := m.Faults(shortest, longest)
	if before.Speech-noise(resample(samples, rate)) < clearest && m.Length > time.Second {
		faults = append(faults, Noisy)
	}
	return m, faults, s.keep(file, sound)
}

// Noisy is a recording in which what is around the voice is nearly as loud.
const Noisy Fault = "noisy"

// noise is how loud it is while nobody speaks: in the quietest tenth of the sound.
func noise(s signal) float64 {
	var powers []float64
	for part := range slices.Chunk(s, samples(frame)) {
		if len(part) == samples(frame) {
			powers = append(powers, part.power())
		}
	}
	if len(powers) == 0 {
		return silent
	}
	slices.Sort(powers)
	return max(silent, decibels(powers[len(powers)/10])/2) // a power is the square of a level
}

// Earlier is the folder, in that of the prompts, of the recordings that others have taken the place of.
const Earlier = "earlier"

// Keep puts a take into its place in one step. What was there goes to the earlier recordings, and is never lost.
func (s Studio) Keep(take, file string, now time.Time) error {
	place := filepath.Join(s.Folder, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		return fmt.Errorf("keep %s: %w", file, err)
	}
	if err := s.putAway(file, place, now); err != nil {
		return fmt.Errorf("keep %s: %w", file, err)
	}
	if err := os.Rename(filepath.Join(s.Folder, take), place); err != nil {
		return fmt.Errorf("keep %s: %w", file, err)
	}
	return nil
}

// putAway gives the recording that is there a second name among the earlier ones.
func (s Studio) putAway(file, place string, now time.Time) error {
	if _, err := os.Stat(place); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := os.MkdirAll(filepath.Join(s.Folder, Earlier), 0o755); err != nil {
		return err
	}
	name := strings.TrimSuffix(strings.ReplaceAll(file, "/", "-"), path.Ext(file)) + now.Format("-20060102-150405")
	for n := 1; ; n++ {
		kept := name + ".wav"
		if n > 1 {
			kept = fmt.Sprintf("%s-%d.wav", name, n)
		}
		if err := os.Link(place, filepath.Join(s.Folder, Earlier, kept)); !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
}
