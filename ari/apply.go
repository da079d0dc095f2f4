package ari

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	ariv5 "github.com/CyCoreSystems/ari/v5"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// News that do not come from Asterisk's own events, put in line with them.
type (
	vanished struct {
		l    *leg
		past pbx.Past
	} // it is gone, and Asterisk did not say so
	seen     struct{ s phoneSeen } // a phone was looked at
	playLost struct {
		l *leg
		p *play
	} // a file ended while we were not connected
)

// A change is one message being applied. What it delivers and what it starts happens once the mutex is free.
type change struct {
	*Switch
	at   time.Time
	out  []pbx.Event
	jobs []func(context.Context)
}

// apply changes what is known as the item says, and returns the events of the port that follow.
func (s *Switch) apply(c *conn, item any) []pbx.Event {
	ch := &change{Switch: s, at: time.Now()}
	s.mu.Lock()
	switch x := item.(type) {
	case message:
		ch.at = x.at
		ch.message(c, x.body)
	case vanished:
		ch.vanished(x.l, x.past)
	case playLost:
		if s.legs[x.l.id] == x.l && x.l.play == x.p {
			result := pbx.Done
			if x.p.stopping {
				result = pbx.Stopped
			}
			ch.playEnded(x.l, result)
		}
	case tapeLost:
		ch.tapeEnded(c, x.t)
	case tapeTaken:
		ch.tapeTaken(x)
	case seen:
		ch.phone(c, x.s)
	}
	s.mu.Unlock()
	for _, job := range ch.jobs {
		c.Work(job)
	}
	return ch.out
}

func (ch *change) emit(e pbx.Event)                { ch.out = append(ch.out, e) }
func (ch *change) later(job func(context.Context)) { ch.jobs = append(ch.jobs, job) }

// first starts a job that has to be done before the next verb on the leg.
func (ch *change) first(l *leg, job func(context.Context)) {
	busy := make(chan struct{})
	l.busy = busy
	ch.later(func(ctx context.Context) {
		defer close(busy)
		job(ctx)
	})
}

func (ch *change) leg(c *ariv5.ChannelData) *leg { return ch.legs[pbx.LegID(c.GetID())] }
func (ch *change) head(l *leg) pbx.Head          { return l.head(ch.at) }

func (ch *change) message(c *conn, body any) {
	switch e := body.(type) {
	case *ariv5.StasisStart:
		ch.stasisStart(c, e)
	case *ariv5.StasisEnd:
		ch.stasisEnd(c, ch.leg(&e.Channel))
	case *ariv5.ChannelHangupRequest:
		if l := ch.leg(&e.Channel); l != nil {
			l.hanging = true
		}
	case *destroyed:
		if l := ch.leg(&e.Channel); l != nil {
			ch.ended(l, driver.Ending{Q850: e.Cause, SIP: e.TechCause}, false)
		}
	case *ariv5.ChannelStateChange:
		if l := ch.leg(&e.Channel); l != nil {
			ch.state(l, stateOf(&e.Channel))
		}
	case *ariv5.Dial:
		if l := ch.leg(&e.Peer); l != nil && (e.Dialstatus == "RINGING" || e.Dialstatus == "PROGRESS") {
			ch.state(l, pbx.Ringing)
		}
	case *ariv5.ChannelDtmfReceived:
		if l := ch.leg(&e.Channel); l != nil && !l.left && len(e.Digit) == 1 && strings.Contains("0123456789*#ABCD", e.Digit) {
			ch.emit(pbx.Digit{Head: ch.head(l), Key: e.Digit[0], Dur: time.Duration(e.DurationMs) * time.Millisecond})
		}
	case *ariv5.ChannelHold:
		ch.held(&e.Channel, true)
	case *ariv5.ChannelUnhold:
		ch.held(&e.Channel, false)
	case *ariv5.PlaybackFinished:
		ch.playbackFinished(e.Playback)
	case *ariv5.RecordingFinished:
		ch.tapeEnded(c, ch.tapes[e.Recording.Name])
	case *ariv5.RecordingFailed:
		ch.tapeEnded(c, ch.tapes[e.Recording.Name])
	case *ariv5.ChannelEnteredBridge:
		ch.entered(e)
	case *ariv5.ChannelLeftBridge:
		if l := ch.leg(&e.Channel); l != nil {
			ch.leftBridge(l, e.Bridge.ID)
		}
	case *ariv5.DeviceStateChanged:
		c.Look(ch.phoneOf(e.DeviceState.Name))
	case *transfer:
		ch.transfer(e)
	}
}

func (ch *change) held(c *ariv5.ChannelData, on bool) {
	if l := ch.leg(c); l != nil && !l.left {
		ch.emit(pbx.PhoneHold{Head: ch.head(l), On: on})
	}
}

func (ch *change) stasisStart(c *conn, e *ariv5.StasisStart) {
	id := e.Channel.ID
	switch kind := arg(e.Args, 0); {
	case kind == whisperArg || strings.HasPrefix(e.Channel.Name, "Snoop/"):
	case kind == transferArg:
		// A phone that transfers the old way. The issue that adds transfers serves it; until then it is refused.
		ch.later(func(ctx context.Context) {
			if err := ch.drop(ctx, id, pbx.Declined); err != nil && ctx.Err() == nil {
				ch.log.Warn("a transfer is not refused", "channel", id, "err", err)
			}
		})
	case e.ReplaceChannel.ID != "":
		// It takes another channel's place: never a new call.
	case kind == dialledArg:
		ch.dialledStarted(e)
	case kind == inboundArg, kind == houseArg:
		ch.offered(e)
	default:
		ch.log.Warn("a channel came in with arguments that mean nothing to us", "channel", id, "name", e.Channel.Name, "args", e.Args)
	}
}

func (ch *change) dialledStarted(e *ariv5.StasisStart) {
	l := ch.leg(&e.Channel)
	if l == nil { // made by an earlier run of the daemon, after the snapshot
		l = newLeg(pbx.LegID(e.Channel.ID))
		l.fuse = dialledFuse
		ch.legs[l.id] = l
	}
	l.fill(&e.Channel, e.Args)
	if l.ghost {
		ch.later(func(ctx context.Context) { ch.exorcise(ctx, l) })
	}
	if l.dial != nil {
		select {
		case <-l.dial.started:
		default:
			close(l.dial.started)
		}
	}
}

func (ch *change) offered(e *ariv5.StasisStart) {
	id := pbx.LegID(e.Channel.ID)
	l := ch.legs[id]
	if l == nil || l.left {
		l = newLeg(id)
		l.fuse = offeredFuse
		ch.legs[id] = l
	}
	l.fill(&e.Channel, e.Args)
	ch.first(l, func(ctx context.Context) { ch.listen(ctx, id) })
	ch.emit(pbx.Offered{Head: ch.head(l), From: l.From, Name: l.Name, Hidden: l.Hidden, To: l.To, Trunk: l.Trunk, House: l.House})
	if l.state == pbx.Up { // the dialplan answered before it gave us the call
		ch.up(l)
	}
}

func (ch *change) state(l *leg, s pbx.State) {
	if s == pbx.Ringing && l.Ours && !l.rang && l.state < pbx.Up {
		l.rang = true
		if !l.ghost {
			ch.emit(pbx.Proceeding{Head: ch.head(l)})
		}
	}
	l.state = max(l.state, s)
	if s == pbx.Up {
		ch.up(l)
	}
}

// up is the answer, told once.
func (ch *change) up(l *leg) {
	if !l.Answered.IsZero() || l.ghost {
		return
	}
	l.Answered = ch.at
	ch.emit(pbx.Answered{Head: ch.head(l)})
	if l.fuse == dialledFuse {
		ch.later(func(ctx context.Context) {
			if err := ch.settle(ctx, l); err != nil && ctx.Err() == nil {
				ch.log.Warn("the guard of a dialled leg is not off", "leg", l.id, "err", err)
			}
		})
	}
}

func (ch *change) playbackFinished(p ariv5.PlaybackData) {
	if len(p.ID) < 2 {
		return
	}
	l := ch.legs[pbx.LegID(p.ID[:len(p.ID)-2])]
	if l == nil || l.play == nil || l.play.id != p.ID {
		return
	}
	result := pbx.Failed
	switch {
	case l.play.stopping:
		result = pbx.Stopped
	case p.State == "done":
		result = pbx.Done
	case l.hanging || l.asked != "" || !l.due.IsZero() && time.Now().After(l.due.Add(-time.Second)):
		result = pbx.Stopped // Asterisk says "failed" also when the leg went
	}
	ch.playEnded(l, result)
}

func (ch *change) playEnded(l *leg, result pbx.PlayResult) {
	p := l.play
	if p == nil {
		return
	}
	l.play, p.finished = nil, true
	ch.emit(pbx.Played{Head: ch.head(l), Turn: p.turn, Result: result})
	switch {
	case p.whisper != "":
		ch.later(func(ctx context.Context) {
			if err := ch.drop(ctx, p.whisper, pbx.Normal); err != nil && ctx.Err() == nil {
				ch.log.Warn("a whisper stays", "channel", p.whisper, "err", err)
			}
		})
	case l.class != "" && l.bridge == "" && !l.hanging && !l.struck:
		// A file ends the music below it, outside of a bridge.
		ch.first(l, func(ctx context.Context) {
			err := ch.post(ctx, l.id, "moh", url.Values{"mohClass": {l.class}})
			if err != nil && ctx.Err() == nil && !errors.Is(err, pbx.ErrGone) {
				ch.log.Warn("the music does not go on", "leg", l.id, "err", err)
			}
		})
	}
}

func (ch *change) entered(e *ariv5.ChannelEnteredBridge) {
	l := ch.leg(&e.Channel)
	if l == nil || !strings.HasPrefix(e.Bridge.ID, bridgePrefix) {
		return
	}
	b := ch.bridge(e.Bridge.ID)
	if slices.Contains(b.members, l.id) {
		return
	}
	b.members = append(b.members, l.id)
	l.bridge = b.id
	for _, id := range b.members[:len(b.members)-1] {
		ch.emit(pbx.Bridged{Head: pbx.Head{Leg: id, At: ch.at}, Peer: l.id})
		ch.emit(pbx.Bridged{Head: ch.head(l), Peer: id})
	}
}

func (ch *change) leftBridge(l *leg, id string) {
	b := ch.bridges[id]
	if b == nil {
		return
	}
	i := slices.Index(b.members, l.id)
	if i < 0 {
		return
	}
	b.members = slices.Delete(b.members, i, i+1)
	if l.bridge == id {
		l.bridge = ""
	}
	for _, peer := range b.members {
		ch.emit(pbx.Unbridged{Head: pbx.Head{Leg: peer, At: ch.at}, Peer: l.id})
		if !l.hanging && l.asked == "" {
			ch.emit(pbx.Unbridged{Head: ch.head(l), Peer: peer})
		}
	}
	if ch.forsaken(b) {
		ch.later(func(ctx context.Context) { ch.sweep(ctx, b) })
	}
}

// stasisEnd is a leg that is no longer in our application: it is being hung up, or a guard has struck.
func (ch *change) stasisEnd(c *conn, l *leg) {
	if l == nil || l.left {
		return
	}
	// Whatever it is, the leg's end may go unsaid from here on; follow sees to it that it is known.
	l.struckAt = ch.at
	l.struck = !l.hanging && !l.ghost && l.asked == ""
	hangUp := l.struck && (l.Ours || l.landing == pbx.HangUp)
	if l.struck && !hangUp {
		ch.departed(l)
	}
	ch.later(func(ctx context.Context) { ch.follow(ctx, c, l, hangUp) })
}

// departed is a leg that a guard has sent on into the dialplan.
func (ch *change) departed(l *leg) {
	ch.playEnded(l, pbx.Stopped)
	ch.leftBridge(l, l.bridge)
	l.left, l.fuse, l.music, l.class, l.due = true, noFuse, false, "", time.Time{}
	ch.emit(pbx.Left{Head: ch.head(l)})
}

// vanished is the end of a leg that no event has told. The records say when, if Asterisk keeps them.
func (ch *change) vanished(l *leg, past pbx.Past) {
	if ch.legs[l.id] != l {
		return
	}
	if past.Ended.IsZero() {
		ch.ended(l, driver.Ending{}, true)
		return
	}
	if l.Answered.IsZero() && !past.Answered.IsZero() { // by the fallback, when it was not ours any more
		ch.at, l.state = past.Answered, pbx.Up
		ch.up(l)
	}
	ch.at = past.Ended
	if l.asked == "" && (!l.struck || l.left) {
		l.asked = past.Cause
	}
	ch.ended(l, driver.Ending{}, false)
}

// ended is the end of a leg: told once, and the last that is told of it.
func (ch *change) ended(l *leg, e driver.Ending, estimated bool) {
	if l.play != nil && l.play.taken && !l.ghost {
		ch.playEnded(l, pbx.Stopped)
	}
	l.hanging = true
	ch.leftBridge(l, l.bridge)
	delete(ch.legs, l.id)
	ch.Switch.ended.Put(l.id)
	if l.dial != nil {
		close(l.dial.over)
	}
	for _, b := range ch.bridges {
		if ch.forsaken(b) {
			ch.later(func(ctx context.Context) { ch.sweep(ctx, b) })
		}
	}
	if l.phone != "" && ch.conn != nil {
		ch.conn.Look(l.phone)
	}
	if l.ghost {
		return
	}
	e.Ours, e.Answered, e.Rang = l.Ours, e.Answered || l.state == pbx.Up, l.rang
	e.Asked, e.Limit = l.asked, l.struck && !l.left
	cause := e.Cause()
	if estimated && !e.Limit && e.Asked == "" {
		cause = pbx.Unknown
	}
	ch.emit(pbx.HungUp{Head: ch.head(l), Cause: cause, SIP: e.SIP, Answered: l.Answered, Estimated: estimated})
}

// referPause is how long a phone that transfers waits for the answer at the least.
const referPause = 300 * time.Millisecond

// transfer refuses a phone's transfer. The issue that adds transfers serves it.
func (ch *change) transfer(e *transfer) {
	if e.State != "" || e.ReferredBy.Source.ID == "" {
		return
	}
	id := e.ReferredBy.Source.ID
	ch.later(func(ctx context.Context) {
		// Asterisk 22.10 tells of the REFER before it is ready for the answer, and dies of one that comes too soon.
		if !driver.Pausing(ctx, referPause) {
			return
		}
		err := ch.rest.do(ctx, post(url.Values{"states": {"channel_declined"}}, "channels", id, "transfer_progress"))
		if err != nil && ctx.Err() == nil {
			ch.log.Warn("a transfer is not refused", "channel", id, "err", err)
		}
	})
}
