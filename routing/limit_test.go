package routing

import (
	"testing"
	"time"
)

func TestLongest(t *testing.T) {
	for _, c := range []struct {
		price   string
		own     time.Duration
		want    time.Duration
		limited bool
	}{
		{"", 0, 0, false},
		{"", 20 * time.Minute, 20 * time.Minute, true},
		{"0.80 EUR/min", 0, 30*time.Minute - 2*time.Second, true},
		{"0.80 EUR/min", 20 * time.Minute, 20 * time.Minute, true},
		{"0.80 EUR/min", time.Hour, 30*time.Minute - 2*time.Second, true},
		{"0.20 EUR/min", time.Hour, time.Hour, true},
		{"0.20 EUR/min", 3 * time.Hour, 2*time.Hour - 2*time.Second, true}, // EUR 24
		{"2.99 EUR/call", 0, 0, false},
		{"2.99 EUR/call", 10 * time.Second, 10 * time.Second, true},
		{"25 EUR/call", 10 * time.Second, 0, true}, // may not be answered at all
	} {
		got, limited, err := longest(c.price, c.own)
		if err != nil || got != c.want || limited != c.limited {
			t.Errorf("%q, own %s: %s %v %v, want %s %v", c.price, c.own, got, limited, err, c.want, c.limited)
		}
	}
	if _, _, err := longest("cheap", time.Hour); err == nil {
		t.Error("a price that is none is taken")
	}
}

func TestNextWarning(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		left, told time.Duration
		want       time.Duration // 0: none
	}{
		{30 * time.Minute, never, 60 * s},
		{61 * s, never, 60 * s},
		{60 * s, never, 10 * s}, // too late to say that a minute is left
		{59 * s, 60 * s, 10 * s},
		{60*s + 1, 60 * s, 10 * s}, // the clocks moved: nothing is told twice
		{11 * s, never, 10 * s},    // found by a new daemon
		{10 * s, never, 0},
		{9 * s, 10 * s, 0},
		{11 * s, 10 * s, 0},
		{0, never, 0},
		{-time.Hour, never, 0},
	} {
		got, ok := nextWarning(c.left, c.told)
		if got != c.want || ok != (c.want > 0) {
			t.Errorf("%s left, told at %s: %s %v, want %s", c.left, c.told, got, ok, c.want)
		}
	}
}
