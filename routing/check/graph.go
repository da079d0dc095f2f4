package check

import (
	"slices"

	"hotline/config"
)

// A station is something of the rules that others lead to: {queue, sav}.
type station struct{ kind, name string }

// The kinds of stations.
const (
	aNumber    = "number"
	aService   = "service"
	aMenu      = "menu"
	aQueue     = "queue"
	aCallback  = "callback"
	aVoicemail = "voicemail"
	aSurvey    = "survey"
	aTextLine  = "text line"
	aClosure   = "closure"
	aPrompt    = "prompt"
	outside    = "outside" // whom a transfer goes to
)

// A list is one list of steps, as far as they are ever taken.
type list struct {
	of    station
	pos   config.Pos // of the name of whom it belongs to
	word  []string   // on_nobody, or keys and 1
	steps []config.Step
}

// last is the step after which no other is taken, if the list has one.
func (l list) last() (config.Step, bool) {
	if n := len(l.steps); n > 0 && ends(l.steps[n-1]) {
		return l.steps[n-1], true
	}
	return config.Step{}, false
}

// has reports whether a step of one of the kinds is in the list, or inside one of its steps.
func (l list) has(kinds ...config.StepKind) (found bool) {
	config.EachStep(l.steps, func(s config.Step) { found = found || slices.Contains(kinds, s.Kind) })
	return found
}

// ends reports whether a call that takes the step does not come back.
func ends(s config.Step) bool {
	return s.Final() || s.Kind == config.ToVoicemail || s.Kind == config.ToTransfer
}

// everyList returns all lists of steps of the rules.
func everyList(rules *config.Rules) (lists []list) {
	add := func(of station, pos config.Pos, steps []config.Step, word ...string) {
		if end := slices.IndexFunc(steps, config.Step.Final); end >= 0 {
			steps = steps[:end+1]
		}
		if len(steps) > 0 {
			lists = append(lists, list{of, pos, word, steps})
		}
	}
	for _, line := range rules.Lines {
		add(station{aNumber, line.Number.String()}, line.Pos, line.OverBudget, "over_budget")
	}
	for _, name := range names(rules.Services) {
		s := rules.Services[name]
		add(station{aService, name}, s.Pos, s.Open, "open")
		if s.Hours != "" {
			add(station{aService, name}, s.Pos, s.Closed, "closed")
		}
	}
	for _, name := range names(rules.Menus) {
		m := rules.Menus[name]
		for _, key := range []byte("0123456789*#") {
			add(station{aMenu, name}, m.Pos, m.Keys[key], "keys", string(key))
		}
		add(station{aMenu, name}, m.Pos, m.Otherwise, "otherwise")
	}
	for _, name := range names(rules.Queues) {
		q := rules.Queues[name]
		add(station{aQueue, name}, q.Pos, q.OnMaxWait, "on_max_wait")
		add(station{aQueue, name}, q.Pos, q.OnNobody, "on_nobody")
	}
	for _, name := range names(rules.TextLines) {
		t := rules.TextLines[name]
		for _, w := range names(t.Words) {
			add(station{aTextLine, name}, t.Pos, t.Words[w], "words", w)
		}
	}
	return lists
}

// linksOf says where each station leads.
func linksOf(rules *config.Rules, lists []list) map[station][]station {
	links := map[station][]station{}
	add := func(from, to station) { links[from] = append(links[from], to) }
	for _, line := range rules.Lines {
		add(station{aNumber, line.Number.String()}, station{aService, line.Service})
		if line.Announcement.Prompt != "" {
			add(station{aNumber, line.Number.String()}, station{aPrompt, line.Announcement.Prompt})
		}
	}
	for _, l := range lists {
		links[l.of] = append(links[l.of], targets(l.steps)...)
	}
	for name, m := range rules.Menus {
		for _, p := range append([]string{m.Invalid, m.Silent}, m.Play...) {
			if p != "" {
				add(station{aMenu, name}, station{aPrompt, p})
			}
		}
	}
	for name, q := range rules.Queues {
		from := station{aQueue, name}
		if q.Survey != "" {
			add(from, station{aSurvey, q.Survey})
		}
		if q.OfferCallbackOver > 0 {
			for callback := range rules.Callbacks {
				add(from, station{aCallback, callback})
			}
		}
	}
	for name, t := range rules.TextLines {
		if t.Queue != "" {
			add(station{aTextLine, name}, station{aQueue, t.Queue})
		}
	}
	for name, s := range rules.Surveys {
		for _, q := range s.Questions {
			add(station{aSurvey, name}, station{aPrompt, q.Play})
		}
		for _, p := range []string{s.Intro, s.Thanks} {
			if p != "" {
				add(station{aSurvey, name}, station{aPrompt, p})
			}
		}
	}
	for _, closure := range rules.Closures {
		if closure.Play != "" {
			add(station{aClosure, closure.Name}, station{aPrompt, closure.Play})
		}
	}
	return links
}

// targets are the stations that steps lead to.
func targets(steps []config.Step) (to []station) {
	kinds := map[config.StepKind]string{
		config.Play: aPrompt, config.ToMenu: aMenu, config.ToQueue: aQueue, config.OfferCallback: aCallback, config.ToVoicemail: aVoicemail, config.ToTransfer: outside,
		config.ToSurvey: aSurvey,
	}
	prompt := func(names ...string) {
		for _, name := range names {
			if name != "" {
				to = append(to, station{aPrompt, name})
			}
		}
	}
	config.EachStep(steps, func(s config.Step) {
		if kind, leads := kinds[s.Kind]; leads {
			to = append(to, station{kind, s.Name})
		}
		if s.Asks != nil {
			prompt(s.Asks.Play...)
			prompt(s.Asks.Invalid, s.Asks.Silent)
		}
	})
	return to
}

// reach returns every station that the given ones lead to, and themselves.
func (c *checker) reach(from ...station) map[station]bool {
	seen := map[station]bool{}
	for len(from) > 0 {
		at := from[len(from)-1]
		from = from[:len(from)-1]
		if !seen[at] {
			seen[at] = true
			from = append(from, c.links[at]...)
		}
	}
	return seen
}

// through returns every station that a list of steps leads to.
func (c *checker) through(steps []config.Step) map[station]bool {
	return c.reach(targets(steps)...)
}

// queues reports whether a call may come to a queue.
func queues(reached map[station]bool) bool {
	for s := range reached {
		if s.kind == aQueue {
			return true
		}
	}
	return false
}

// helps reports whether somebody will hear of a call that comes to one of the stations: at once, or by a callback or a message.
func helps(reached map[station]bool) bool {
	for s := range reached {
		switch s.kind {
		case aQueue, outside, aVoicemail, aCallback:
			return true
		}
	}
	return false
}
