package billing

import (
	"fmt"
	"time"
	_ "time/tzdata" // small machines come without the time zones
)

// Paris is the zone that French tariffs are dated in.
func Paris() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return time.UTC // cannot be: the zones are compiled in
	}
	return zone
}

// A DayError says in both languages why a text is no date.
type DayError struct{ Text, FR, EN string }

func (e *DayError) Error() string { return fmt.Sprintf("date %q: %s", e.Text, e.EN) }

// ParseDay reads a date, which is its first moment in Paris, or a date with a time of day there, or with a zone of its
// own. A time that the clocks skip in spring, or show twice in autumn, is refused: it would have to be guessed.
func ParseDay(s string) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return at.UTC(), nil
	}
	for _, layout := range []string{"2006-01-02", "2006-01-02 15:04", "2006-01-02 15:04:05", "02/01/2006", "02/01/2006 15:04", "02/01/2006 15:04:05"} {
		at, err := time.ParseInLocation(layout, s, Paris())
		if err != nil {
			continue
		}
		if at.Format(layout) != s {
			return time.Time{}, &DayError{s, "les horloges sautent cette heure", "the clocks skip this time"}
		}
		if twice(at) {
			one, other := earlier(at).Format(time.RFC3339), earlier(at).Add(time.Hour).Format(time.RFC3339)
			return time.Time{}, &DayError{s, "les horloges montrent deux fois cette heure ; écrivez " + one + " ou " + other,
				"the clocks show this time twice; write " + one + " or " + other}
		}
		return at.UTC(), nil
	}
	return time.Time{}, &DayError{s, `écrivez 2026-11-24 ou "2026-11-24 10:00"`, `write 2026-11-24 or "2026-11-24 10:00"`}
}

// twice reports whether the clocks in Paris show the time of day of at twice on its day.
func twice(at time.Time) bool {
	const clock = "15:04:05"
	return at.Add(time.Hour).Format(clock) == at.Format(clock) || at.Add(-time.Hour).Format(clock) == at.Format(clock)
}

// earlier is the first of two moments that the clocks show alike.
func earlier(at time.Time) time.Time {
	if before := at.Add(-time.Hour); before.Format("15:04:05") == at.Format("15:04:05") {
		return before
	}
	return at
}

// Day writes a moment so that ParseDay reads it again: the date when it is the first moment of a day in Paris. A zero
// time is "".
func Day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	at = at.In(Paris())
	for _, layout := range []string{"2006-01-02", "2006-01-02 15:04", "2006-01-02 15:04:05"} {
		text := at.Format(layout)
		if again, err := ParseDay(text); err == nil && again.Equal(at) {
			return text
		}
	}
	return at.Format(time.RFC3339Nano)
}
