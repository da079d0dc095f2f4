package config

import (
	"slices"
	"time"
)

// An Opening is whether a service is open at a moment, and why.
type Opening struct {
	Open     bool
	Hours    *Hours    // that say so; nil = it is always open
	Span     Span      // open: the part of the day that it is
	Special  bool      // the day has hours of its own
	Closure  *Closure  // closed: the closure that closes it
	Holiday  Words     // closed: the public holiday that closes it
	Calendar Calendar  // and the one that has it
	Next     time.Time // closed: when it opens next; zero = not within a year and a half
}

// Why it is closed, where neither a closure of the rules nor a public holiday is the reason.
const (
	BecauseByHand  = "by_hand" // somebody has closed it: the name of a Closure that is in no rules
	BecauseHours   = "hours"   // it is no time of the day, or no day of the week
	BecauseSpecial = "special" // the day has hours of its own, and it is not within them
)

// Because names what closes: a closure, a calendar of public holidays, special or hours; "" = it is open.
func (o Opening) Because() string {
	switch {
	case o.Open:
		return ""
	case o.Closure != nil:
		return o.Closure.Name
	case o.Holiday != (Words{}):
		return string(o.Calendar)
	case o.Special:
		return BecauseSpecial
	}
	return BecauseHours
}

// ByHand is a closure by somebody's hand, which holds until then, or, without a time, until it is ended. It may play any prompt.
func ByHand(since, until time.Time, play string) *Closure {
	return &Closure{Name: BecauseByHand, From: since, To: until, Play: play}
}

// Opening says whether a service is open at a moment, and why. What was closed by hand then, nil for nothing, comes before all
// hours; a service without hours is open but for that.
func (r *Rules) Opening(s *Service, at time.Time, byHand *Closure) Opening {
	h, ok := r.Hours[s.Hours]
	if byHand != nil {
		o := Opening{Hours: h, Closure: byHand, Next: byHand.To}
		if ok && !byHand.To.IsZero() && !h.Open(byHand.To) {
			o.Next = h.next(byHand.To)
		}
		return o
	}
	if !ok {
		return Opening{Open: true}
	}
	return h.Opening(at)
}

// EndOfDay is when the last part of a day ends for a service, as it was to be at the beginning of that day: midnight when it is to
// end no more, or when the service has no hours.
func (r *Rules) EndOfDay(s *Service, at time.Time) time.Time {
	local := Wall(at)
	last := midnight
	if h, ok := r.Hours[s.Hours]; ok {
		for _, span := range h.spans(h.day(local), local) {
			if end := WallTime(local, span.To); end.After(at) {
				last = span.To
			}
		}
	}
	return WallTime(local, last)
}

// WallTime is when the clocks of the opening hours show a minute of the day of a moment: the first such time when they show it
// twice, in the night in which they go back; and the moment at which they jump over it when they never do. The minute of
// midnight may be that of the end of the day.
func WallTime(day time.Time, minute int) time.Time {
	local := day.In(paris())
	y, m, d := local.Date()
	at := time.Date(y, m, d, 0, minute, 0, 0, paris())
	before := at.Add(-time.Hour).In(paris())
	want := minute % midnight
	switch shows := at.Hour()*60 + at.Minute(); {
	case before.Hour()*60+before.Minute() == want:
		return before
	case shows > want: // the clocks have jumped
		start, _ := at.ZoneBounds()
		return start.In(paris())
	case shows < want:
		_, end := at.ZoneBounds()
		return end.In(paris())
	}
	return at
}

// NextWallTime is the next time that the clocks of the opening hours show a minute of the day; in the night in which they go back
// that may be the second time.
func NextWallTime(now time.Time, minute int) time.Time {
	local := Wall(now)
	y, m, d := local.Date()
	for i := range 3 {
		if at := WallTimeAfter(now, time.Date(y, m, d+i, 12, 0, 0, 0, paris()), minute); at.After(now) {
			return at
		}
	}
	return now // cannot be: each day has every time, or one in its place
}

// WallTimeAfter is WallTime, but the second of two such times when only that one is still to come.
func WallTimeAfter(now, day time.Time, minute int) time.Time {
	at := WallTime(day, minute)
	again := at.Add(time.Hour).In(paris())
	if !at.After(now) && again.Hour() == at.Hour() && again.Day() == at.Day() {
		return again
	}
	return at
}

// Noon is that of a day, whatever the zone that it was read in.
func Noon(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 12, 0, 0, 0, paris())
}

// OpenAt says whether a service is open at a moment, by its hours.
func (r *Rules) OpenAt(s *Service, at time.Time) bool {
	h, ok := r.Hours[s.Hours]
	return !ok || h.Open(at)
}

// Open says whether it is open at a moment.
func (h *Hours) Open(at time.Time) bool { return h.now(at).Open }

// Opening says whether it is open at a moment, and why. What counts is what a clock in Paris shows: an hour that comes
// twice in the night when summer time ends is open twice, and one that is left out in spring is not missed.
func (h *Hours) Opening(at time.Time) Opening {
	o := h.now(at)
	if !o.Open {
		o.Next = h.next(at)
	}
	return o
}

// now is Opening without a look at what comes.
func (h *Hours) now(at time.Time) Opening {
	local := at.In(h.zone)
	o := h.day(local)
	minute := local.Hour()*60 + local.Minute()
	spans := h.spans(o, local)
	if i := slices.IndexFunc(spans, func(s Span) bool { return s.From <= minute && minute < s.To }); i >= 0 {
		o.Open, o.Span = true, spans[i]
	}
	return o
}

// day says what is special about a day. Hours of its own come first, because they were written for that day alone; then
// closures, then holidays.
func (h *Hours) day(local time.Time) Opening {
	o := Opening{Hours: h}
	if _, o.Special = h.Special[local.Format(time.DateOnly)]; o.Special {
		return o
	}
	for _, c := range h.closures {
		if !local.Before(c.From) && local.Before(c.To) {
			o.Closure = c
			return o
		}
	}
	for _, c := range h.Holidays {
		if o.Holiday = c.Holiday(local); o.Holiday != (Words{}) {
			o.Calendar = c
			break
		}
	}
	return o
}

// spans are when it is open on a day.
func (h *Hours) spans(o Opening, local time.Time) []Span {
	switch {
	case o.Special:
		return h.Special[local.Format(time.DateOnly)]
	case o.Closure != nil || o.Holiday != (Words{}):
		return nil
	}
	return h.Week[local.Weekday()]
}

// farthest is how many days ahead the next opening is looked for: a closure may last a year.
const farthest = 550

// next returns the first moment after at when it is open.
func (h *Hours) next(at time.Time) time.Time {
	local := at.In(h.zone)
	for i := range farthest {
		day := time.Date(local.Year(), local.Month(), local.Day()+i, 0, 0, 0, 0, h.zone)
		end := time.Date(local.Year(), local.Month(), local.Day()+i+1, 0, 0, 0, 0, h.zone)
		for _, s := range h.spans(h.day(day), day) {
			moment := day.Add(time.Duration(s.From) * time.Minute)
			if end.Sub(day) == aDay && moment.After(at) {
				return moment
			}
		}
		if end.Sub(day) == aDay {
			continue
		}
		for moment := day; moment.Before(end); moment = moment.Add(time.Minute) { // a night in which clocks change
			if moment.After(at) && h.now(moment).Open {
				return moment
			}
		}
	}
	return time.Time{}
}
