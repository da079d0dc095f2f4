package ari

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// Try makes a trial call: one end in the doctor's application, the other in the dialplan, where HOTLINE_APP is an
// application that nobody runs, or the doctor's own, which does nothing. A variable of the call goes before the global
// one, so that no real call notices. Asterisk ends it if we are killed.
func Try(ctx context.Context, cfg Config, way driver.Way) (t driver.Trial) {
	if !driver.Dialled.MatchString(way.Number) {
		return driver.Trial{Err: fmt.Errorf("%q is no number that a trunk delivers", way.Number)}
	}
	p, err := openProbe(ctx, cfg)
	if err != nil {
		return driver.Trial{Err: err}
	}
	defer p.close(ctx)
	app, inside := p.id+"-nobody", p.id+".in"
	if way.Stuck {
		app = p.id
	}
	both := url.Values{
		"endpoint": {"Local/" + way.Number + "@" + way.Context + "/n"}, "app": {p.id}, "channelId": {p.id}, "otherChannelId": {inside},
	}
	create := post(both, "channels", "create")
	create.body = map[string]any{"variables": map[string]string{"_HOTLINE_APP": app, "CALLERID(name)": "hotline", "TIMEOUT(absolute)": "60"}}
	if err := p.rest.do(ctx, create); err != nil {
		return driver.Trial{Err: err}
	}
	if err := p.started(ctx); err != nil {
		return driver.Trial{Err: err}
	}
	tell := url.Values{"eventSource": {"channel:" + inside}}
	began := time.Now()
	for _, r := range []request{
		post(tell, "applications", p.id, "subscription"), post(url.Values{"timeout": {"120"}}, "channels", p.id, "dial"),
	} {
		if err := p.rest.do(ctx, r); err != nil {
			return driver.Trial{Err: err}
		}
	}
	return p.watch(ctx, inside, way, began)
}

// started waits until the probe's channel is in its application: before that it cannot be rung.
func (p *probe) started(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, restDeadline, errDeadline)
	defer cancel()
	for {
		select {
		case n := <-p.news:
			if n.Type == "StasisStart" && n.Channel.ID == p.id {
				return nil
			}
		case <-p.conn.Ctx.Done():
			return fmt.Errorf("%w: %w", pbx.ErrDown, context.Cause(p.conn.Ctx))
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// watch follows the call until it has been looked at for long enough.
func (p *probe) watch(ctx context.Context, inside string, way driver.Way, began time.Time) driver.Trial {
	take := func(t *driver.Trial, n news) (over bool) {
		after := n.at.Sub(began)
		switch {
		case n.Type == "Dial":
			if name := driver.Clean(n.Peer.Name); n.Dialstatus == "RINGING" && !slices.Contains(t.Rang, name) {
				t.Rang = append(t.Rang, name)
			}
		case n.Channel.ID != inside:
		case n.Type == "ChannelDialplan":
			d := n.Channel.Dialplan
			t.Step(driver.Step{After: after, Context: d.Context, Extension: d.Exten, App: d.App, Data: d.Data})
		case n.Type == "ChannelStateChange" && n.Channel.State == "Up" && t.Answered == 0:
			t.Answered = after
		case n.Type == "ChannelDestroyed":
			t.Ended = after
			return true
		}
		return false
	}
	return driver.Follow(ctx, way, p.news, take, p.conn.Ctx.Done(), func() error { return context.Cause(p.conn.Ctx) })
}
