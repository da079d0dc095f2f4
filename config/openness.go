package config

import (
	"slices"
	"strings"
	"time"
)

// Openness says whether a service is open at a moment, and by what.
type Openness struct {
	Open    bool
	Hours   *Hours   // nil: it has none, and is always open
	Why     string   // holidays_fr, the name of a closure, or hours: what closes it; "" while it is open
	Holiday Words    // its name, when that is what closes it
	Closure *Closure // when that is what closes it
	Special bool     // the hours are those of a special day
	Spans   []Span   // of that day, by the week or the special day
	Span    Span     // the one in which it is open
	Pos     Pos      // of the word in the rules that says so
}

// closedByHours is what Openness says of somebody who calls at the wrong time of a day.
const closedByHours = "hours"

// OpennessAt says whether a service is open at a moment, and why. It never says otherwise than OpenAt.
func (r *Rules) OpennessAt(s *Service, at time.Time) Openness {
	h, ok := r.Hours[s.Hours]
	if !ok {
		return Openness{Open: true, Pos: s.Pos}
	}
	local := at.In(h.zone)
	o := Openness{Open: r.OpenAt(s, at), Hours: h, Spans: h.Week[local.Weekday()], Pos: r.dayOf(h, local)}
	if spans, special := h.Special[local.Format(time.DateOnly)]; special {
		o.Spans, o.Special = spans, true
	}
	if o.Open {
		minute := local.Hour()*60 + local.Minute()
		if i := slices.IndexFunc(o.Spans, func(s Span) bool { return s.From <= minute && minute < s.To }); i >= 0 {
			o.Span = o.Spans[i]
		}
		return o
	}
	o.Why = closedByHours
	if o.Special {
		return o
	}
	for _, name := range h.ClosedOn {
		if c := r.Closures[name]; c != nil && !at.Before(c.From) && at.Before(c.To) {
			o.Why, o.Closure, o.Pos = name, c, c.Pos
			return o
		}
	}
	if name := Holiday(local); h.Holidays && name != (Words{}) {
		o.Why, o.Holiday, o.Pos = frenchHolidays, name, r.WordPos(h.Pos, "closed_on")
	}
	return o
}

// dayOf is the place of the word that says the hours of a day.
func (r *Rules) dayOf(h *Hours, day time.Time) Pos {
	date := day.Format(time.DateOnly)
	if _, special := h.Special[date]; special {
		return r.findWord(h.Pos, func(word string) bool { return word == date })
	}
	return r.findWord(h.Pos, func(word string) bool {
		list, ok := parseDays(word)
		return ok && slices.Contains(list, day.Weekday())
	})
}

// NextOpen returns the first moment at or after the given one at which the hours are open; no hours always are. It looks
// a year ahead.
func (r *Rules) NextOpen(hours string, at time.Time) (next time.Time, ok bool) {
	h := r.Hours[hours]
	s := &Service{Hours: hours}
	if h == nil || r.OpenAt(s, at) {
		return at, true
	}
	local := at.In(h.zone)
	for ahead := range 366 {
		day := time.Date(local.Year(), local.Month(), local.Day()+ahead, 0, 0, 0, 0, h.zone)
		spans := h.Week[day.Weekday()]
		if special, ok := h.Special[day.Format(time.DateOnly)]; ok {
			spans = special
		}
		for _, span := range spans {
			opens := time.Date(day.Year(), day.Month(), day.Day(), span.From/60, span.From%60, 0, 0, h.zone)
			if !opens.Before(at) && r.OpenAt(s, opens) {
				return opens, true
			}
		}
	}
	return time.Time{}, false
}

// WordPos returns the place of a word in what stands below a name of the rules, or that of the name.
func (r *Rules) WordPos(under Pos, word string) Pos {
	return r.findWord(under, func(w string) bool { return w == word })
}

// findWord looks for a word before a colon in the lines that belong to a name: that of the name, and those below it that
// are set in further.
func (r *Rules) findWord(under Pos, is func(word string) bool) Pos {
	for i, line := range r.linesFrom(under) {
		text, _, _ := strings.Cut(line, " #")
		indent := len(text) - len(strings.TrimLeft(text, " "))
		plain := strings.TrimSpace(text)
		if i > 0 && plain != "" && plain[0] != '#' && indent < under.Column {
			break
		}
		if plain == "" || plain[0] == '#' {
			continue
		}
		begin := 0
		if i == 0 {
			begin = min(max(under.Column-1, 0), len(text))
		}
		for at := begin; ; {
			colon := strings.IndexByte(text[at:], ':')
			if colon < 0 {
				break
			}
			head := strings.TrimRight(text[at:at+colon], " ")
			from := at + strings.LastIndexAny(head, " {[,\"'") + 1
			if is(strings.Trim(strings.TrimRight(text[from:at+colon], " "), `"'`)) {
				return Pos{File: under.File, Line: under.Line + i, Column: len([]rune(text[:from])) + 1}
			}
			at += colon + 1
		}
	}
	return under
}

// Problem makes a problem of something in these rules, for checks that need more than their form.
func (r *Rules) Problem(pos Pos, width int, code string, title, why, fix Words) Problem {
	p := Problem{Pos: pos, Code: code, Title: title, Why: why, Fix: fix, Width: width}
	if lines := r.linesFrom(pos); len(lines) > 0 {
		p.Line = lines[0]
	}
	return p
}

// linesFrom returns the lines of a file from that of the place on.
func (r *Rules) linesFrom(at Pos) []string {
	for _, f := range r.Source {
		if f.Name != at.File {
			continue
		}
		if lines := splitLines(string(f.Data)); at.Line >= 1 && at.Line <= len(lines) {
			return lines[at.Line-1:]
		}
	}
	return nil
}
