package billing

import (
	"fmt"
	"slices"
	"time"
)

// A Dated is a value of a history with the time in which it holds.
type Dated[V comparable] struct {
	Span
	Value V
}

// Put returns the history in which value holds during span, and nothing else does then. What held before and after is
// cut where the span begins and ends. It changes the past if the span lies there: that is a correction, and wanted.
func Put[V comparable](history []Dated[V], span Span, value V) []Dated[V] {
	out := Clear(history, span)
	at, _ := slices.BinarySearchFunc(out, span.From, func(d Dated[V], from time.Time) int { return d.From.Compare(from) })
	return join(slices.Insert(out, at, Dated[V]{span, value}))
}

// Clear returns the history in which nothing is known during span.
func Clear[V comparable](history []Dated[V], span Span) []Dated[V] {
	var out []Dated[V]
	for _, d := range history {
		if !d.overlaps(span) {
			out = append(out, d)
			continue
		}
		if d.From.Before(span.From) {
			out = append(out, Dated[V]{Span{d.From, span.From}, d.Value})
		}
		if !span.Until.IsZero() && (d.Until.IsZero() || span.Until.Before(d.Until)) {
			out = append(out, Dated[V]{Span{span.Until, d.Until}, d.Value})
		}
	}
	return out
}

// join makes one interval of neighbours with the same value, so that a history says each thing once.
func join[V comparable](history []Dated[V]) []Dated[V] {
	var out []Dated[V]
	for _, d := range history {
		if n := len(out); n > 0 && out[n-1].Value == d.Value && out[n-1].Until.Equal(d.From) {
			out[n-1].Until = d.Until
			continue
		}
		out = append(out, d)
	}
	return out
}

// A PastError is the reason for which Amend refuses: it was wanted that something else had been.
type PastError struct {
	Was  any
	From time.Time
}

func (e *PastError) Error() string {
	return fmt.Sprintf("the past is not changed: it was %v from %s on", e.Was, e.From.In(Paris()).Format("2006-01-02 15:04"))
}

// FR says it in French.
func (e *PastError) FR() string {
	return fmt.Sprintf("le passé ne change pas : c'était %v depuis le %s", french([]any{e.Was})[0], e.From.In(Paris()).Format("02/01/2006 15:04"))
}

// Amend returns the history in which want holds from now on, and nothing else does. Each entry of want holds from its From
// until that of the next; a zero From is "already", which is now if nothing was known. What has been is never changed:
// an entry that begins before now has to say what the history says of that time, or may speak where it says nothing.
func Amend[V comparable](history, want []Dated[V], now time.Time) ([]Dated[V], error) {
	out := Clear(history, Span{From: now})
	for i, w := range want {
		span := Span{From: w.From}
		if span.From.IsZero() {
			span.From = now
		}
		if i+1 < len(want) {
			span.Until = want[i+1].From
			if !span.From.Before(span.Until) {
				if w.From.IsZero() { // what was there "already", before a price whose day has come
					continue
				}
				return nil, fmt.Errorf("%s comes twice, or after a later date", Day(span.Until))
			}
		}
		past := span
		if span.From.Before(now) && (past.Until.IsZero() || now.Before(past.Until)) {
			past.Until = now
		}
		if span.From.Before(now) {
			for _, d := range out {
				if d.overlaps(past) && d.Value != w.Value {
					return nil, &PastError{d.Value, d.From}
				}
			}
		}
		out = Put(out, span, w.Value)
	}
	return out, nil
}
