package prompt

import (
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	"hotline/wav"
)

// What a good recording keeps to.
const (
	PeakLimit   = -3.0  // dB below the loudest there can be: a telephone line distorts what is louder
	QuietLimit  = -33.0 // of speech, whose usual level on telephones is -26: what is below is hard to hear in a street
	LeadLimit   = 500 * time.Millisecond
	TailLimit   = time.Second
	LengthLimit = 90 * time.Second // nobody listens longer
	WordLimit   = 250 * time.Millisecond
)

const (
	fullScale = 1 << 15
	frame     = 20 * time.Millisecond
	clipLeast = 3     // samples at the very limit: one or two can be the peak of a sound that was made as loud as it may be
	inSpeech  = 0.1   // of the loudest frame: what is softer is a pause between words
	silent    = -60.0 // dB: nothing but the noise of a sound card
)

// A Measure is what can be told of a sound without knowing its words. Levels are in dB below the loudest there can be.
type Measure struct {
	Length        time.Duration
	Peak          float64       // of the loudest sample
	Speech        float64       // while there is speech, pauses left out
	Before, After time.Duration // silence at the ends
	Clipped       int           // places where the sound was cut off because it was too loud
}

// A Fault is something that callers would hear.
type Fault string

// The faults.
const (
	Silent  Fault = "silent"
	Clipped Fault = "clipped"
	Loud    Fault = "loud"
	Quiet   Fault = "quiet"
	Lead    Fault = "silence_before"
	Tail    Fault = "silence_after"
	Short   Fault = "short"
	Long    Fault = "long"
)

// Listen measures a sound at the rate of a telephone.
func Listen(sound []int16) Measure {
	s := make(signal, len(sound))
	m := Measure{Length: s.length(), Speech: math.Inf(-1)}
	for i, x := range sound {
		s[i] = float64(x) / fullScale
	}
	m.Clipped = clipped(sound)
	peak := s.peak()
	if m.Peak = decibels(peak); m.Peak < silent {
		return m
	}
	loud := func(x float64) bool { return math.Abs(x) > audible*peak }
	m.Before = s[:slices.IndexFunc(s, loud)].length()
	last := len(s) - 1
	for !loud(s[last]) {
		last--
	}
	m.After = s[last+1:].length()
	m.Speech = decibels(s.speech())
	return m
}

// clipped counts the places where samples are at the limit.
func clipped(sound []int16) (places int) {
	total, before := 0, false
	for _, x := range sound {
		limit := x == math.MaxInt16 || x <= -math.MaxInt16
		if limit {
			total++
		}
		if limit && !before {
			places++
		}
		before = limit
	}
	if total < clipLeast {
		return 0
	}
	return places
}

func decibels(x float64) float64 { return 20 * math.Log10(x) }

// speech is how loud a sound is on average, pauses left out.
func (s signal) speech() float64 {
	var powers []float64
	for part := range slices.Chunk(s, samples(frame)) {
		powers = append(powers, part.power())
	}
	limit, sum, n := slices.Max(powers)*inSpeech*inSpeech, 0.0, 0
	for _, p := range powers {
		if p >= limit {
			sum, n = sum+p, n+1
		}
	}
	return math.Sqrt(sum / float64(n))
}

// power is the mean of the squares.
func (s signal) power() (sum float64) {
	for _, x := range s {
		sum += x * x
	}
	return sum / float64(len(s))
}

// Faults are what callers would hear of a sound that has to be so long, the worst first.
func (m Measure) Faults(shortest, longest time.Duration) (faults []Fault) {
	if m.Peak < silent {
		return []Fault{Silent}
	}
	for _, f := range []struct {
		fault Fault
		is    bool
	}{
		{Short, m.Length < shortest},
		{Long, m.Length > longest},
		{Clipped, m.Clipped > 0},
		{Loud, m.Peak > PeakLimit},
		{Quiet, m.Speech < QuietLimit},
		{Lead, m.Before > LeadLimit},
		{Tail, m.After > TailLimit},
	} {
		if f.is {
			faults = append(faults, f.fault)
		}
	}
	return faults
}

// Hear measures a sound file of a telephone.
func Hear(path string) (Measure, error) {
	f, err := os.Open(path)
	if err != nil {
		return Measure{}, err
	}
	defer f.Close() // only read from: closing can lose nothing
	sound, _, err := wav.Read(f)
	if err != nil {
		return Measure{}, fmt.Errorf("read %s: %w", path, err)
	}
	return Listen(sound), nil
}
