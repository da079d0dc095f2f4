package prompt

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"hotline/wav"
)

// A signal is sound at the rate of a telephone, from -1 to 1.
type signal []float64

const (
	rate     = wav.TelephoneRate
	loudest  = 0.6  // of the speech: 4.4 dB below what clips, so that no line distorts it
	audible  = 0.02 // of the loudest sample: less is silence
	breath   = 50 * time.Millisecond
	again    = 700 * time.Millisecond // before it is said once more
	pause    = time.Second            // between the last word and the beep, by the rules
	pitch    = 1000                   // of beeps, in Hz
	endBeep  = 400 * time.Millisecond
	beep     = 200 * time.Millisecond
	between  = 150 * time.Millisecond
	fade     = 10 * time.Millisecond // a beep that begins at once clicks
	beepPeak = 0.4
)

func samples(d time.Duration) int { return int(d * rate / time.Second) }

func (s signal) length() time.Duration { return time.Duration(len(s)) * time.Second / rate }

func silence(d time.Duration) signal { return make(signal, samples(d)) }

var errSilent = errors.New("the speech command wrote nothing but silence")

// announce makes the whole of an announcement of what was spoken: a pause and the beep behind it, and as long as it has to
// be. What is too short is said once more, and then the pause is longer.
func announce(spoken signal) ([]int16, error) {
	all := slices.Clone(spoken)
	if all.length()+pause+endBeep < Shortest {
		all = slices.Concat(all, silence(again), spoken)
	}
	all = slices.Concat(all, silence(max(pause, Shortest-endBeep-all.length())), tone(endBeep, loudest))
	if all.length() > Longest {
		return nil, fmt.Errorf("the announcement lasts %s, and may last %s: have it spoken faster", all.length().Round(100*time.Millisecond), Longest)
	}
	return all.whole(), nil
}

// beeps is that many short ones.
func beeps(n int) []int16 {
	var all signal
	for i := range n {
		if i > 0 {
			all = append(all, silence(between)...)
		}
		all = append(all, tone(beep, beepPeak)...)
	}
	return all.whole()
}

func tone(d time.Duration, peak float64) signal {
	s := silence(d)
	for i := range s {
		edge := float64(min(i, len(s)-1-i)) / float64(samples(fade))
		s[i] = peak * min(edge, 1) * math.Sin(2*math.Pi*pitch*float64(i)/rate)
	}
	return s
}

// resample brings samples to the rate of a telephone: each one is the sum of its neighbours, weighted so that what a
// telephone cannot carry is gone (a windowed sinc), else it would come back as a hiss.
func resample(in []int16, from int) signal {
	if from == rate {
		return plain(in)
	}
	out := make(signal, int64(len(in))*rate/int64(from))
	cut := 0.45 * min(1, float64(rate)/float64(from)) // in cycles per sample of in
	reach := int(lobes/(2*cut)) + 1
	kernels := map[int]signal{} // by the place between two samples of in, of which there are few
	for i := range out {
		before, between := i*from/rate, i*from%rate
		if kernels[between] == nil {
			kernels[between] = kernel(reach, cut, float64(between)/rate)
		}
		for k, weight := range kernels[between] {
			if j := before - reach + k; j >= 0 && j < len(in) {
				out[i] += weight * float64(in[j]) / (1 << 15)
			}
		}
	}
	return out
}

// plain is samples that have the rate already.
func plain(in []int16) signal {
	out := make(signal, len(in))
	for i, x := range in {
		out[i] = float64(x) / (1 << 15)
	}
	return out
}

const lobes = 12 // of the sinc, to either side

// kernel is the weights of the samples from reach before to reach behind, for a place between two of them.
func kernel(reach int, cut, between float64) signal {
	weights := make(signal, 2*reach+1)
	for k := range weights {
		x := float64(k-reach) - between
		if window := math.Abs(x) / float64(reach); window < 1 {
			weights[k] = 2 * cut * sinc(2*cut*x) * (0.5 + 0.5*math.Cos(math.Pi*window))
		}
	}
	return weights
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

func (s signal) peak() (peak float64) {
	for _, x := range s {
		peak = max(peak, math.Abs(x))
	}
	return peak
}

// trim takes the silence off both ends, but for a breath. What is silent throughout is nothing.
func trim(s signal) signal {
	peak := s.peak()
	if peak < 1.0/(1<<10) {
		return nil
	}
	loud := func(x float64) bool { return math.Abs(x) > audible*peak }
	first := slices.IndexFunc(s, loud)
	last := len(s) - 1
	for !loud(s[last]) {
		last--
	}
	return s[max(0, first-samples(breath)):min(len(s), last+1+samples(breath))]
}

// level makes it as loud as it may be.
func level(s signal) signal {
	out, factor := slices.Clone(s), loudest/s.peak()
	for i := range out {
		out[i] *= factor
	}
	return out
}

func (s signal) whole() []int16 {
	out := make([]int16, len(s))
	for i, x := range s {
		out[i] = int16(math.Round(x * math.MaxInt16))
	}
	return out
}
