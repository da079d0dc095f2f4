package routing

import (
	"fmt"
	"testing"
	"time"
)

// TestFloods: a flood begins once, and ends with the first call that is not part of it.
func TestFloods(t *testing.T) {
	var f floods
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	for i, want := range []flood{calm, calm, floodBegins, floodGoesOn} {
		if got := f.enter("a", 2, 100, now); got != want {
			t.Errorf("call %d: %v, want %v", i, got, want)
		}
	}
	if got := f.enter("b", 2, 100, now); got != calm {
		t.Errorf("another caller: %v", got)
	}
	for range 4 {
		f.leave("a")
	}
	if got := f.enter("a", 2, 100, now); got != calm {
		t.Errorf("after all have left: %v", got)
	}
	f.leave("a")
	for i := range 20 {
		got := f.enter("c", 100, 10, now.Add(time.Duration(i)*time.Second))
		f.leave("c")
		if want := map[bool]flood{true: calm, false: floodGoesOn}[i < 10]; got != want && !(i == 10 && got == floodBegins) {
			t.Errorf("call %d within ten minutes: %v", i, got)
		}
	}
	if got := f.enter("c", 100, 10, now.Add(20*time.Minute)); got != calm {
		t.Errorf("ten minutes later: %v", got)
	}
}

// TestFloodsAreBounded: whoever shows another number with each call fills no memory, and who was there before is still counted.
func TestFloodsAreBounded(t *testing.T) {
	var f floods
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	f.enter("a", 1, 100, now)
	for i := range 3 * floodSources {
		f.enter(fmt.Sprint(i), 1, 3, now)
		f.leave(fmt.Sprint(i))
	}
	if n := len(f.sources); n > floodSources {
		t.Errorf("%d callers are watched", n)
	}
	if got := f.enter("a", 1, 100, now.Add(time.Hour)); got != floodBegins || len(f.sources) > 2 {
		t.Errorf("%v, %d watched an hour later", got, len(f.sources))
	}
}
