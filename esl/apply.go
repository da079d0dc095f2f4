package esl

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// News that do not come as events of FreeSWITCH, put in line with them.
type (
	playOver struct { // a file that could not be played, or ended while we were not connected
		l      *leg
		p      *play
		result pbx.PlayResult
	}
	vanished struct { // a leg has ended, and no event of its own has said so
		l     *leg
		cause string // FreeSWITCH's, of the job that was to make it
	}
	seen    struct{ s phoneSeen }      // a phone was looked at
	offered struct{ channels []event } // calls that came in while the first snapshot was taken
)

// eventsTime is how much later than an answer the events about the same thing may come.
const eventsTime = time.Second

// A change is one item being applied. What it delivers and what it starts happens once the mutex is free.
type change struct {
	*Switch
	at   time.Time
	out  []pbx.Event
	jobs []func(context.Context)
}

// apply changes what is known as the item says, and returns the events of the port that follow.
func (s *Switch) apply(k *link, item any) []pbx.Event {
	ch := &change{Switch: s, at: k.now()}
	s.mu.Lock()
	switch x := item.(type) {
	case *event:
		ch.at = x.at()
		ch.event(k, x)
	case playOver:
		if s.legs[x.l.id] == x.l && x.l.play == x.p {
			ch.playEnded(x.l, x.result)
		}
	case vanished:
		ch.vanished(x)
	case offered:
		for i := range x.channels {
			ch.park(k, &x.channels[i])
		}
	case tapeLost:
		ch.tapeEnded(k, x.t)
	case tapeTaken:
		ch.tapeTaken(x)
	case seen:
		ch.phone(k, x.s)
	}
	s.mu.Unlock()
	for _, job := range ch.jobs {
		k.Work(job)
	}
	return ch.out
}

func (ch *change) emit(e pbx.Event)                { ch.out = append(ch.out, e) }
func (ch *change) later(job func(context.Context)) { ch.jobs = append(ch.jobs, job) }
func (ch *change) head(l *leg) pbx.Head            { return l.head(ch.at) }

func (ch *change) event(k *link, e *event) {
	switch e.get(hName) {
	case "BACKGROUND_JOB":
		ch.jobDone(k, e.get(hJob), e.body)
		return
	case "CUSTOM":
		ch.custom(k, e)
		return
	case "CHANNEL_PARK":
		ch.park(k, e)
	case "MEDIA_BUG_STOP":
		if e.get(hBugFunction) == recordBug { // also when the leg has ended before
			ch.tapeEnded(k, ch.tapeOf(e.get(hBugTarget)))
		}
	}
	l := ch.legs[pbx.LegID(e.get(hLeg))]
	if l == nil {
		ch.stranger(k, e)
		return
	}
	ch.told(l, e)
	l.ring()
}

// told applies an event to the leg that it is about.
func (ch *change) told(l *leg, e *event) {
	if l.Created.IsZero() {
		l.Created = e.time(hCreated)
	}
	l.seen = true
	name := e.get(hName)
	if e.get(hCallState) == "HANGUP" || e.get(hAnswerState) == "hangup" {
		l.hanging = true // its end is told last; whoever hangs it up now is too late to be the reason
	}
	if (l.ghost || l.asked != "") && !l.hanging {
		ch.carryOut(l)
	}
	switch name {
	case "CHANNEL_PROGRESS", "CHANNEL_PROGRESS_MEDIA":
		ch.ringing(l)
	case "CHANNEL_ANSWER":
		ch.up(l, e)
	case "CHANNEL_PARK":
		ch.parked(l, e)
	case "CHANNEL_EXECUTE":
		l.base.began = l.base.began || l.base.id != "" && l.base.id == e.get(hApplicationID)
	case "CHANNEL_EXECUTE_COMPLETE":
		if e.get(hApplication) == "playback" && (l.base.id == "" || l.base.id == e.get(hApplicationID)) {
			l.base = base{}
		}
		if l.listens == e.get(hApplicationID) {
			l.listens = ""
		}
	case "MEDIA_BUG_STOP":
		if e.get(hBugFunction) == "displace" {
			ch.fileEnded(l, e)
		}
	case "DTMF":
		if key := e.get(hDigit); !l.left && len(key) == 1 && strings.Contains("0123456789*#ABCD", key) {
			dur := time.Duration(number(e.get(hDuration))) * time.Second / dtmfRate
			ch.emit(pbx.Digit{Head: ch.head(l), Key: key[0], Dur: dur})
		}
	case "CHANNEL_HOLD", "CHANNEL_UNHOLD":
		if !l.left {
			ch.emit(pbx.PhoneHold{Head: ch.head(l), On: name == "CHANNEL_HOLD"})
		}
	case "CHANNEL_BRIDGE":
		ch.bridged(ch.legs[pbx.LegID(e.get(hBridgeA))], ch.legs[pbx.LegID(e.get(hBridgeB))])
	case "CHANNEL_UNBRIDGE":
		if !ch.at.Before(l.bridged) { // else it is late, and of the talk before
			ch.unbridged(l)
		}
	case "CHANNEL_HANGUP_COMPLETE":
		if at := e.time(hHungUp); !at.IsZero() {
			ch.at = at
		}
		ch.ended(l, driver.Ending{Q850: q850(e), SIP: sipStatus(e), Limit: e.get(hCause) == "ALLOTTED_TIMEOUT"}, e.time(hAnswered), false)
	}
}

// dtmfRate is what the duration of a key is counted in.
const dtmfRate = 8000

// carryOut hangs up a leg that was to be hung up before FreeSWITCH had made it.
func (ch *change) carryOut(l *leg) {
	why := l.asked
	if why == "" {
		why = pbx.Broken
	}
	ch.later(func(ctx context.Context) {
		if err := ch.kill(ctx, l.id, why); err != nil && ctx.Err() == nil {
			ch.log.Warn("a leg that is to end is not hung up", "leg", l.id, "err", err)
		}
	})
}

// park is a channel that now does what we tell it. One that is new is a call, if it is one for us.
func (ch *change) park(k *link, e *event) {
	id := pbx.LegID(e.get(hLeg))
	if ch.legs[id] != nil || e.get(hApp) != ch.cfg.Instance || !cameIn(e) || e.get(hLeft) != "" || ch.Switch.ended.Has(id) {
		return
	}
	l := newLeg(id)
	l.fill(e)
	l.parked = true
	if e.get(hSettled) != "" { // an earlier run of the daemon had it, and FreeSWITCH's list was behind when we came
		l.settled, l.guard = true, e.get(hGuard)
		l.stale, l.base = true, base{media: unknown, began: true}
	}
	ch.legs[id] = l
	ch.foreignEnds(k, id)
	if e.get(hAnswerState) == "early" {
		l.state = pbx.Ringing
	}
	ch.emit(pbx.Offered{Head: ch.head(l), From: l.From, Name: l.Name, Hidden: l.Hidden, To: l.To, Trunk: l.Trunk, House: l.House})
	if e.get(hAnswerState) == "answered" { // the dialplan answered before it gave us the call
		ch.up(l, e)
	}
}

func (ch *change) parked(l *leg, e *event) {
	if ch.at.Before(l.bridged) {
		return // it is late, and the next talk has begun
	}
	l.parked = true
	ch.unbridged(l)
	if e.get(hTransfer) != "" {
		ch.later(func(ctx context.Context) { ch.refuseTransfer(ctx, l) })
	}
}

func (ch *change) ringing(l *leg) {
	if l.state < pbx.Up {
		l.state = pbx.Ringing
	}
	if l.Ours && !l.rang && l.state < pbx.Up {
		l.rang = true
		if !l.ghost {
			ch.emit(pbx.Proceeding{Head: ch.head(l)})
		}
	}
}

// up is the answer, told once.
func (ch *change) up(l *leg, e *event) {
	l.state = pbx.Up
	if !l.Answered.IsZero() || l.ghost || l.left {
		return
	}
	l.Answered = e.time(hAnswered)
	if l.Answered.IsZero() {
		l.Answered = ch.at
	}
	ch.emit(pbx.Answered{Head: l.head(l.Answered)})
	if l.Ours && !l.settled {
		ch.later(func(ctx context.Context) {
			if err := ch.alone(ctx, l, func() error { return nil }); err != nil && ctx.Err() == nil {
				ch.log.Warn("the guard of a dialled leg is not off", "leg", l.id, "err", err)
			}
		})
	}
}

// fileEnded is the end of a file that was laid over a leg.
func (ch *change) fileEnded(l *leg, e *event) {
	if i := slices.Index(l.fading, e.get(hBugTarget)); i >= 0 {
		l.fading = slices.Delete(l.fading, i, i+1)
		return
	}
	if l.play == nil || l.play.file != e.get(hBugTarget) {
		return
	}
	result := pbx.Done
	if l.play.stopping || l.asked != "" || l.hanging {
		result = pbx.Stopped
	}
	ch.playEnded(l, result)
}

func (ch *change) playEnded(l *leg, result pbx.PlayResult) {
	p := l.play
	if p == nil {
		return
	}
	l.play = nil
	p.isOpen()
	ch.emit(pbx.Played{Head: ch.head(l), Turn: p.turn, Result: result})
}

func (ch *change) bridged(a, b *leg) {
	if a == nil || b == nil || a.peer == b.id {
		return
	}
	ch.unbridged(a)
	ch.unbridged(b)
	for _, l := range []*leg{a, b} {
		l.parked, l.base, l.bridged = false, base{}, ch.at
	}
	a.peer, b.peer = b.id, a.id
	ch.emit(pbx.Bridged{Head: ch.head(a), Peer: b.id})
	ch.emit(pbx.Bridged{Head: ch.head(b), Peer: a.id})
}

// unbridged is the end of the talk that a leg is in, for both.
func (ch *change) unbridged(l *leg) {
	if l.peer == "" {
		return
	}
	other := ch.legs[l.peer]
	ch.apart(l)
	if other != nil && other.peer == l.id {
		ch.apart(other)
		other.ring()
	}
}

func (ch *change) apart(l *leg) {
	peer := l.peer
	l.peer, l.ex = "", peer
	if !l.hanging {
		ch.emit(pbx.Unbridged{Head: ch.head(l), Peer: peer})
	}
}

// vanished is the end of a leg that no event of its own has told.
func (ch *change) vanished(v vanished) {
	l := v.l
	if ch.legs[l.id] != l {
		return
	}
	ch.ended(l, driver.Ending{Q850: q850Of(v.cause)}, time.Time{}, false)
}

// ended is the end of a leg: told once, and the last that is told of it.
func (ch *change) ended(l *leg, e driver.Ending, answered time.Time, estimated bool) {
	if !l.ghost {
		ch.playEnded(l, pbx.Stopped)
	}
	l.hanging = true
	ch.unbridged(l)
	delete(ch.legs, l.id)
	ch.Switch.ended.Put(l.id)
	if l.phone != "" && ch.link != nil {
		ch.link.Look(l.phone)
	}
	if k, t := ch.link, l.tape; k != nil && t != nil {
		ch.later(func(ctx context.Context) {
			if driver.Pausing(ctx, lateEnd) { // it is told of on its own
				k.Put(tapeLost{t})
			}
		})
	}
	if l.ghost {
		return
	}
	if !answered.IsZero() {
		l.state = pbx.Up
		if l.Answered.IsZero() {
			l.Answered = answered
			ch.emit(pbx.Answered{Head: l.head(answered)})
		}
	}
	e.Ours, e.Answered, e.Rang, e.Asked = l.Ours, l.state == pbx.Up, l.rang, l.asked
	cause := e.Cause()
	if estimated && l.asked == "" {
		cause = pbx.Unknown
	}
	ch.emit(pbx.HungUp{Head: ch.head(l), Cause: cause, SIP: e.SIP, Answered: l.Answered, Estimated: estimated})
}

// custom is an event with a subclass.
func (ch *change) custom(k *link, e *event) {
	switch e.get(hSubclass) {
	case leftSubclass:
		l := ch.legs[pbx.LegID(e.get(hLeg))]
		if l == nil || l.left || l.ghost {
			return
		}
		ch.playEnded(l, pbx.Stopped)
		ch.unbridged(l)
		l.left, l.base, l.parked = true, base{}, false
		ch.emit(pbx.Left{Head: ch.head(l)})
		l.ring()
	case markSubclass:
		ch.another(k, e)
	default: // sofia's, of a phone that comes or goes
		k.Look(user(e.get(hUser)))
	}
}

// errReplaced ends the reading of events that a later hotline of the same instance has taken over.
var errReplaced = fmt.Errorf("the same instance was started again: %w", pbx.ErrReplaced)

// another is a hotline that says that it is here. Of two of the same instance the one that was started later stays.
func (ch *change) another(k *link, e *event) {
	switch run := e.get(hRun); {
	case e.get(hInstance) != ch.cfg.Instance || run == ch.run:
	case run > ch.run:
		k.Lose(errReplaced)
	default: // it was connected later, but started before
		ch.later(func(ctx context.Context) {
			if err := ch.announce(ctx, k); err != nil && ctx.Err() == nil {
				ch.log.Warn("the earlier hotline is not told that it is replaced", "err", err)
			}
		})
	}
}

// stranger is an event about a channel that is no leg that we know. What matters about it is whose phone it keeps busy;
// and one that we dialled, and that nobody knows any more, is ended.
func (ch *change) stranger(k *link, e *event) {
	id := pbx.LegID(e.get(hLeg))
	for _, n := range ch.news {
		n.told[id] = true
	}
	switch e.get(hName) {
	case "CHANNEL_HANGUP_COMPLETE":
		ch.foreignEnds(k, id)
	case "CHANNEL_CREATE", "CHANNEL_PROGRESS", "CHANNEL_PROGRESS_MEDIA", "CHANNEL_ANSWER", "CHANNEL_PARK":
		phone := ch.phoneOf(e.get(hPresence))
		switch {
		case e.get(hApp) == ch.cfg.Instance && e.get(hKind) == dialled:
			l := newLeg(id)
			l.ghost, l.Ours = true, true
			ch.legs[id] = l
			ch.carryOut(l)
		case e.get(hApp) != ch.cfg.Instance && phone != "":
			ch.foreign[id] = phone
			k.Look(phone)
		}
	}
}

func (ch *change) foreignEnds(k *link, id pbx.LegID) {
	if phone, ok := ch.foreign[id]; ok {
		delete(ch.foreign, id)
		k.Look(phone)
	}
}
