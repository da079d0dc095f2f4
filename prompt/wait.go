package prompt

import (
	"strings"
	"time"
)

var (
	days    = noun{noun1{"jour", "jours"}, noun1{"day", "days"}, Masculine}
	hours   = noun{noun1{"heure", "heures"}, noun1{"hour", "hours"}, Feminine}
	minutes = noun{noun1{"minute", "minutes"}, noun1{"minute", "minutes"}, Feminine}
	seconds = noun{noun1{"seconde", "secondes"}, noun1{"second", "seconds"}, Feminine}
)

// Duration says how long something lasts, to the second: "une heure et trente minutes", "two minutes and one second".
func Duration(lang string, d time.Duration) string {
	s := int(max(0, d).Round(time.Second) / time.Second)
	var parts []string
	for _, unit := range []struct {
		of  int
		its noun
	}{{24 * 3600, days}, {3600, hours}, {60, minutes}, {1, seconds}} {
		if n := s / unit.of; n > 0 {
			parts = append(parts, unit.its.count(lang, n))
		}
		s %= unit.of
	}
	switch last := len(parts) - 1; {
	case last < 0:
		return seconds.count(lang, 0)
	case last == 0:
		return parts[0]
	default:
		return strings.Join(parts[:last], ", ") + in(lang, " et ", " and ") + parts[last]
	}
}

// longWait is where estimates end: nobody can tell so far ahead, and nobody waits so long.
const longWait = 2 * time.Hour

// Wait says how long a wait will be that is expected to last from low to high, so that nobody waits longer than what was said
// because of how it was said: "moins d'une minute", "entre deux et quatre minutes", "environ une heure", "plus de deux
// heures".
func Wait(lang string, low, high time.Duration) string {
	low = min(max(0, low), high)
	middle := (low + high) / 2
	from, to := rounded(low, down), rounded(high, up)
	switch {
	case high > longWait:
		return than(lang, "plus", "more", min(max(from, time.Minute), longWait))
	case to <= time.Minute:
		return than(lang, "moins", "less", time.Minute)
	case from == 0:
		return than(lang, "moins", "less", to)
	case from == to:
		return in(lang, "environ ", "about ") + length(lang, to)
	case middle >= 10*time.Minute && high-low <= middle/5:
		return in(lang, "environ ", "about ") + length(lang, rounded(middle, nearest))
	}
	return in(lang, "entre ", "between ") + lowEnd(lang, from, to) + in(lang, " et ", " and ") + length(lang, to)
}

// A way to round.
type way int

const (
	down way = iota
	nearest
	up
)

// rounded is a wait in steps that people think in: minutes up to ten, then five, then quarters of an hour.
func rounded(d time.Duration, w way) time.Duration {
	step := time.Minute
	switch {
	case d > time.Hour:
		step = 15 * time.Minute
	case d > 10*time.Minute:
		step = 5 * time.Minute
	}
	return (d + step*time.Duration(w)/2 - time.Duration(w)/2).Truncate(step)
}

// than is "moins d'une minute".
func than(lang, french, english string, d time.Duration) string {
	if lang == "fr" {
		return french + " " + of(length(lang, d))
	}
	return english + " than " + length(lang, d)
}

// length says a rounded wait: "dix minutes", "une heure et quart".
func length(lang string, d time.Duration) string {
	h, m := int(d/time.Hour), int(d%time.Hour/time.Minute)
	if h == 0 {
		return minutes.count(lang, m)
	}
	word := hours.count(lang, h)
	switch m {
	case 15:
		return word + in(lang, " et quart", " and a quarter")
	case 30:
		return word + in(lang, " et demie", " and a half")
	case 45:
		return word + in(lang, " et trois quarts", " and three quarters")
	}
	return word
}

// lowEnd is the first of two waits, without its unit where the second has the same.
func lowEnd(lang string, from, to time.Duration) string {
	switch {
	case to < time.Hour:
		return Cardinal(lang, int(from/time.Minute), minutes.gender)
	case from%time.Hour == 0 && to%time.Hour == 0:
		return Cardinal(lang, int(from/time.Hour), hours.gender)
	}
	return length(lang, from)
}
