package esl

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"hotline/pbx/driver"
)

// trialVariable marks the two ends of a trial call, which no hotline takes: not hotline_left, for the entry of the dialplan
// takes nothing that has it.
const trialVariable = "hotline_trial"

// Try makes a trial call: one end is parked, the other is in the dialplan, and brings a hotline_until_ of its own, which
// goes before the global one, so that no real call notices. FreeSWITCH ends it if we are killed.
func Try(ctx context.Context, cfg Config, way driver.Way) (t driver.Trial) {
	if !driver.Dialled.MatchString(way.Number) || !driver.SafeWord.MatchString(way.Context) {
		return driver.Trial{Err: fmt.Errorf("%q is no number that a trunk delivers, or %q no context", way.Number, way.Context)}
	}
	s, err := New(cfg)
	if err != nil {
		return driver.Trial{Err: err}
	}
	c, err := connect(ctx, s.cfg.Address, s.cfg.Password)
	if err != nil {
		return driver.Trial{Err: err}
	}
	id := "hotline-trial-" + strings.ToLower(rand.Text()[:8])
	w := watcher{id: id, news: make(chan map[string]string, 1000)}
	var reading sync.WaitGroup
	reading.Go(func() { c.read(w.hear) })
	defer reading.Wait()
	defer c.end(errExamined)
	defer func() { // it ends whatever became of the watching
		after, cancel := context.WithTimeout(context.WithoutCancel(ctx), askDeadline)
		defer cancel()
		if wire, err := API("uuid_kill", id); err == nil {
			_, _ = c.ask(after, wire) // one that is gone already is fine
		}
	}()
	until := time.Unix(0, 0)
	if way.Stuck {
		until = time.Now().Add(time.Hour)
	}
	wire, err := Originate(id+".job", "loopback/"+way.Number+"/"+way.Context+"/XML", map[string]string{
		"origination_uuid": id, trialVariable: id, "park_timeout": "60", untilVariable + s.cfg.Instance: strconv.FormatInt(until.Unix(), 10),
		"loopback_bowout": "false", "ignore_early_media": "true", "originate_timeout": "120",
		"origination_caller_id_name": "hotline", "origination_caller_id_number": "hotline",
	}, "park")
	if err != nil {
		return driver.Trial{Err: err}
	}
	events, err := Subscribe([]string{"CHANNEL_EXECUTE", "CHANNEL_ANSWER", "CHANNEL_HANGUP"}, []string{leftSubclass})
	if err != nil {
		return driver.Trial{Err: err}
	}
	began := time.Now()
	for _, command := range [][]byte{events, []byte("filter variable_" + trialVariable + " " + id + end), wire} {
		text, err := c.ask(ctx, command)
		if err == nil {
			_, err = answered(text)
		}
		if err != nil {
			return driver.Trial{Err: err}
		}
	}
	return w.watch(ctx, c, way, began)
}

// A watcher follows the end of a trial call that is in the dialplan.
type watcher struct {
	id   string
	news chan map[string]string
}

// hear reads an event of the trial. The end that is only parked is of no interest.
func (w watcher) hear(body string) {
	e := map[string]string{}
	for line := range strings.Lines(body) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			e[name] = decoded(value)
		}
	}
	if e["Unique-ID"] != "" && e["Unique-ID"] != w.id {
		select {
		case w.news <- e:
		default: // nobody follows a call that runs round in circles
		}
	}
}

// watch follows the call until it has been looked at for long enough.
func (w watcher) watch(ctx context.Context, c *conn, way driver.Way, began time.Time) driver.Trial {
	take := func(t *driver.Trial, e map[string]string) (over bool) {
		after := time.Since(began)
		switch e["Event-Name"] {
		case "CHANNEL_EXECUTE":
			t.Step(driver.Step{After: after, Context: e["Caller-Context"], Extension: e["Caller-Destination-Number"],
				App: e["Application"], Data: e["Application-Data"]})
		case "CHANNEL_ANSWER":
			t.Answered = after
		case "CHANNEL_HANGUP":
			t.Ended = after
			return true
		}
		return false
	}
	return driver.Follow(ctx, way, w.news, take, c.gone, c.why)
}
