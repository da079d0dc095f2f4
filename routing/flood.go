package routing

import (
	"time"

	"hotline/config"
	"hotline/number"
	"hotline/pbx"
	"hotline/routing/queue"
)

// FlagFlood is the flag of a call that did not wait with the others, because its caller calls too often.
const FlagFlood = "flood"

const (
	floodWindow  = 10 * time.Minute
	floodSources = 20_000 // callers who are watched: with more, those who come anew are not
	hiddenTimes  = 10     // how many times the calls of one caller those of all who show no number may be, to one number
)

// A flood is what a call is part of.
type flood int

const (
	calm        flood = iota
	floodBegins       // with this call
	floodGoesOn
)

// floods count the calls of each caller: those that are there, and those that came in the last ten minutes.
type floods struct {
	sources map[string]*source
	swept   time.Time
}

type source struct {
	live     int
	came     []time.Time // the latest, as many as are allowed
	flooding bool
}

// enter counts a call, and says whether it is one too many.
func (f *floods) enter(from string, atOnce, inWindow int, now time.Time) flood {
	s := f.source(from, now)
	if s == nil {
		return calm
	}
	s.forget(now)
	before := s.flooding
	s.flooding = s.live >= atOnce || len(s.came) >= inWindow
	s.live++
	s.came = append(s.came[max(0, len(s.came)-inWindow+1):], now)
	switch {
	case !s.flooding:
		return calm
	case before:
		return floodGoesOn
	}
	return floodBegins
}

// back counts a call that an earlier run has left.
func (f *floods) back(from string, now time.Time) {
	if s := f.source(from, now); s != nil {
		s.live++
	}
}

// leave counts that a call has ended.
func (f *floods) leave(from string) {
	if s := f.sources[from]; s != nil {
		s.live = max(0, s.live-1)
	}
}

// source is a caller's; nil when there are too many.
func (f *floods) source(from string, now time.Time) *source {
	if f.sources == nil {
		f.sources = map[string]*source{}
	}
	if now.Sub(f.swept) >= floodWindow || len(f.sources) >= floodSources && now.Sub(f.swept) >= time.Second {
		f.swept = now
		for name, s := range f.sources {
			if s.forget(now); s.live == 0 && len(s.came) == 0 {
				delete(f.sources, name)
			}
		}
	}
	s := f.sources[from]
	if s == nil && len(f.sources) < floodSources {
		s = &source{}
		f.sources[from] = s
	}
	return s
}

func (s *source) forget(now time.Time) {
	for len(s.came) > 0 && now.Sub(s.came[0]) >= floodWindow {
		s.came = s.came[1:]
	}
}

// floodSource is by what the calls of a caller are counted: the number shown; of those who show none, the number called.
func floodSource(c Contact) string {
	if c.Caller == "" {
		return "hidden to " + c.Arrived
	}
	return string(c.Caller)
}

// floodLimits are how many calls of a caller there may be at once and in ten minutes; false: any number.
func floodLimits(rules *config.Rules, caller number.Number) (atOnce, inWindow int, limited bool) {
	limits := rules.Floods
	for _, n := range limits.Except {
		if n == caller {
			return 0, 0, false
		}
	}
	if caller == "" {
		return limits.AtOnce * hiddenTimes, limits.InTenMinutes * hiddenTimes, true
	}
	return limits.AtOnce, limits.InTenMinutes, true
}

// overflowOf is where a call goes that is part of a flood: on_max_wait of the queue that a caller who presses nothing comes to.
// Without one, or where a price had to be told first, it is refused: "".
func (r *Router) overflowOf(c Contact, k *kept, now time.Time) (next, way string) {
	if _, priced := r.announces(c, now); priced {
		return "", ""
	}
	n, ok := r.Enter(c.Service, c.Opened, k.Closed)
	for passed := 0; ok && passed < maxNodes; passed++ {
		switch n.Kind {
		case QueueNode:
			if n.MaxWait == "" {
				return "", ""
			}
			return k.overflow(n, queue.StageMaxWait)
		case MenuNode, CollectNode:
			n, ok = r.Node(n.Other)
		default:
			n, ok = r.Node(n.Next)
		}
	}
	return "", ""
}

// crowd counts the call among those of its caller, and says whether it is part of a flood. Our own phones and numbers may call as
// often as they like.
func (v *visit) crowd(again bool) flood {
	now, rules := time.Now(), v.Rules.Now()
	atOnce, inWindow, limited := floodLimits(rules.Rules, v.contact.Caller)
	if !limited || v.contact.Service == "" || rules.Router.ours(v.contact.Caller) || v.call != nil && v.call.Leg().House {
		return calm
	}
	v.source = floodSource(v.contact)
	v.Porter.mu.Lock()
	defer v.Porter.mu.Unlock()
	if again {
		v.Porter.floods.back(v.source, now)
		return calm
	}
	return v.Porter.floods.enter(v.source, atOnce, inWindow, now)
}

// disperse takes the call out of the crowd.
func (v *visit) disperse() {
	if v.source == "" {
		return
	}
	v.Porter.mu.Lock()
	defer v.Porter.mu.Unlock()
	v.Porter.floods.leave(v.source)
	v.source = ""
}

// overrun is where a call begins that is part of a flood.
func (v *visit) overrun(f flood) (first string) {
	v.flag(FlagFlood)
	if f == floodBegins {
		v.log.Warn("too many calls of one caller; the overflow answers them", "from", v.contact.Caller, "number", v.contact.Number)
	}
	first, way := v.Router.overflowOf(v.contact, &v.kept, time.Now())
	if way != "" {
		v.kept.pass(way)
	} else {
		v.last = pbx.Busy
	}
	return first
}

// refusal is with what a call is hung up that was refused before anything else.
func (k *kept) refusal() (cause pbx.Cause, refused bool) {
	switch {
	case k.has(FlagBlocked):
		return pbx.Declined, true
	case k.has(FlagFlood):
		return pbx.Busy, true
	}
	return "", false
}
