package esl

import (
	"cmp"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// api asks for something over a connection that may not be the Switch's yet.
func (k *link) api(ctx context.Context, name string, words ...string) (string, error) {
	wire, err := API(name, words...)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, askDeadline, errDeadline)
	defer cancel()
	return k.send(ctx, wire)
}

// ready subscribes to events, takes the snapshot that opens a connection, and brings what is known of the legs in line
// with it. Events that arrive meanwhile wait in the queue.
func (s *Switch) ready(k *link) ([]pbx.Event, error) {
	ctx, cancel := context.WithTimeoutCause(k.Ctx, readyWait, errDeadline)
	defer cancel()
	wire, err := Subscribe(wantedEvents, wantedSubclasses)
	if err != nil {
		return nil, err
	}
	text, err := k.events.ask(ctx, wire)
	if err == nil {
		_, err = answered(text)
	}
	if err != nil {
		return nil, fmt.Errorf("subscribe: %w", err)
	}
	version, err := k.api(ctx, "version")
	if err != nil {
		return nil, err
	}
	if k.clock, k.read, err = s.clock(ctx, k); err != nil {
		return nil, err
	}
	start, err := s.start(ctx, k, k.clock)
	if err != nil {
		return nil, err
	}
	if err := s.listed(ctx, k); err != nil {
		return nil, err
	}
	channels, err := s.shoot(ctx, k)
	if err != nil {
		return nil, err
	}
	events := s.adopt(ctx, k, channels)
	ready := pbx.Ready{Head: pbx.Head{At: k.now()}, Version: versionOf(version), Start: start, Legs: s.tell(channels)}
	return append([]pbx.Event{ready}, events...), nil
}

const (
	readyWait  = 15 * time.Second
	secondLook = time.Second
	listWait   = 300 * time.Millisecond // FreeSWITCH gathers for 200 ms what it writes into its list of channels
	listEvery  = 25 * time.Millisecond
)

// versionOf is the number in "FreeSWITCH Version 1.10.11-release (git ...)".
func versionOf(text string) string {
	fields := strings.Fields(text)
	for i, f := range fields {
		if f == "Version" && i+1 < len(fields) {
			return fields[i+1]
		}
	}
	return clip(text)
}

// announce tells every hotline on this FreeSWITCH that this one is here.
func (s *Switch) announce(ctx context.Context, k *link) error {
	wire, err := Mark(s.cfg.Instance, s.run)
	if err != nil {
		return err
	}
	_, err = k.send(ctx, wire)
	return err
}

// clock is FreeSWITCH's time, and when it was that by our clock. No command tells it finely enough, so the event of our
// announcement has to come back. That takes its time; but it is stamped before the announcement is answered.
func (s *Switch) clock(ctx context.Context, k *link) (theirs, ours time.Time, err error) {
	if err := s.announce(ctx, k); err != nil {
		return theirs, ours, err
	}
	ours = time.Now()
	var held []any
	defer func() { k.PutBack(held) }() // what came before it is still to be applied
	for {
		items := k.Take()
		held = append(held, items...)
		for _, item := range items {
			if e, ok := item.(*event); ok && e.get(hRun) == s.run {
				return e.at(), ours, nil
			}
		}
		select {
		case <-k.More:
		case <-ctx.Done():
			return theirs, ours, fmt.Errorf("no event arrives: %w", context.Cause(ctx))
		}
	}
}

// start is when this run of FreeSWITCH began. It tells its age only, which gives another time at each asking; so whoever
// asks first leaves the time in a global variable, which ends with the run.
func (s *Switch) start(ctx context.Context, k *link, now time.Time) (time.Time, error) {
	name := "hotline_start_" + s.cfg.Instance
	for range 2 {
		text, err := k.api(ctx, "global_getvar", name)
		var refused refusal
		if err != nil && !errors.As(err, &refused) {
			return time.Time{}, err
		}
		if ms, err := strconv.ParseInt(text, 10, 64); err == nil && ms > 0 {
			return time.UnixMilli(ms), nil
		}
		age, err := k.api(ctx, "uptime", "s")
		if err != nil {
			return time.Time{}, err
		}
		seconds, err := strconv.ParseInt(age, 10, 64)
		if err != nil {
			return time.Time{}, fmt.Errorf("freeswitch says %q is its age", clip(age))
		}
		began := now.Add(-time.Duration(seconds) * time.Second)
		if _, err := k.api(ctx, "global_setvar", name+"="+strconv.FormatInt(began.UnixMilli(), 10)); err != nil {
			return time.Time{}, err
		}
	}
	return time.Time{}, fmt.Errorf("freeswitch does not keep the variable %s", name)
}

// list names all channels there are. FreeSWITCH keeps this list beside its channels, and may be a moment behind.
func (s *Switch) list(ctx context.Context, k *link) ([]pbx.LegID, error) {
	text, err := k.api(ctx, "show", "channels", "as", "json")
	if err != nil {
		return nil, err
	}
	var table struct {
		Rows []struct {
			UUID string `json:"uuid"`
		} `json:"rows"`
	}
	if err := json.Unmarshal([]byte(text), &table); err != nil {
		return nil, fmt.Errorf("read the list of channels: %w", err)
	}
	var ids []pbx.LegID
	for _, row := range table.Rows {
		ids = append(ids, pbx.LegID(row.UUID))
	}
	return ids, nil
}

// listed waits until the list holds as many channels as FreeSWITCH counts, but only for as long as it may be behind: a
// call that an earlier run of the daemon took just now would be written down as ended.
func (s *Switch) listed(ctx context.Context, k *link) error {
	for limit := time.Now().Add(listWait); ; {
		status, err := k.api(ctx, "status")
		if err != nil {
			return err
		}
		ids, err := s.list(ctx, k)
		if err != nil || len(ids) >= sessions(status) || time.Now().After(limit) {
			return err
		}
		if !driver.Pausing(ctx, listEvery) {
			return context.Cause(ctx)
		}
	}
}

// sessions is the number in "3 session(s) - peak 5, last 5min 4".
func sessions(status string) int {
	before, _, _ := strings.Cut(status, " session(s) - peak")
	n, _ := strconv.Atoi(before[strings.LastIndexByte(before, '\n')+1:]) // none: there is nothing to wait for
	return n
}

// shoot reads every channel that is a leg of ours or for us, and notes whose phone the others keep busy.
func (s *Switch) shoot(ctx context.Context, k *link) ([]event, error) {
	news := s.takeNews()
	defer s.dropNews(news)
	ids, err := s.list(ctx, k)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	known := map[pbx.LegID]bool{}
	for id := range s.legs {
		known[id] = true
		ids = append(ids, id)
	}
	s.mu.Unlock()
	slices.Sort(ids)
	var channels []event
	busy := map[pbx.LegID]string{}
	for _, id := range slices.Compact(ids) {
		text, err := k.api(ctx, "uuid_dump", string(id), "json")
		var refused refusal
		if errors.As(err, &refused) || errors.Is(err, ErrUnsafe) {
			continue // it has ended meanwhile
		}
		if err != nil {
			return nil, err
		}
		e, err := parseDump(text)
		switch {
		case err != nil:
			s.log.Warn("a channel is skipped", "leg", id, "err", err)
		case e.get(hCallState) == "HANGUP" || e.get(hAnswerState) == "hangup":
		case known[id], s.isOurs(&e):
			channels = append(channels, e)
		case e.get(hApp) != s.cfg.Instance:
			s.mu.Lock()
			if phone := s.phoneOf(e.get(hPresence)); phone != "" {
				busy[id] = phone
			}
			s.mu.Unlock()
		}
	}
	s.keepForeign(k, busy, news)
	return channels, nil
}

// isOurs says whether a channel is a leg of this instance. One that came in is, once its dialplan has nothing more to do:
// whoever takes it before would take off a guard that is not there yet.
func (s *Switch) isOurs(e *event) bool {
	if e.get(hApp) != s.cfg.Instance || e.get(hLeft) != "" {
		return false
	}
	return e.get(hKind) == dialled || cameIn(e) && (e.get(hCurrentApplication) == "park" || e.get(hSettled) != "")
}

// peerOf is the leg that a channel talks with.
func peerOf(e *event) pbx.LegID {
	if e.get(hChannelState) == "CS_PARK" || e.get(hAnswerState) != "answered" {
		return ""
	}
	return pbx.LegID(e.get(hSignalBond))
}

// adopt makes the legs what the snapshot says. Of a leg that it lacks the end is told, and of a file whose end was missed
// that end.
func (s *Switch) adopt(ctx context.Context, k *link, channels []event) []pbx.Event {
	ch := &change{Switch: s, at: k.now()}
	s.mu.Lock()
	held := map[pbx.LegID]*event{}
	for i := range channels {
		e := &channels[i]
		id := pbx.LegID(e.get(hLeg))
		held[id] = e
		l := s.legs[id]
		if l == nil {
			l = newLeg(id)
			l.stale, l.base = true, base{media: unknown, began: true}
			s.legs[id] = l
		}
		l.take(e)
	}
	for _, l := range s.legs {
		if other := s.legs[l.peer]; l.peer != "" && (other == nil || other.peer != l.id) {
			l.peer = ""
		}
	}
	for id, l := range s.legs {
		switch {
		case held[id] == nil:
			ch.ended(l, driver.Ending{Answered: l.state == pbx.Up}, time.Time{}, true)
		case l.ghost || l.asked != "":
			ch.carryOut(l)
		case held[id].get(hTransfer) != "":
			ch.later(func(ctx context.Context) { ch.refuseTransfer(ctx, l) })
		case l.play != nil:
			ch.later(func(ctx context.Context) { s.recheckPlay(ctx, k, l) })
		}
	}
	for _, t := range s.tapes {
		t.over = false // whoever fetched its file over the last connection has ended with it
		ch.later(func(ctx context.Context) { s.recheckTape(ctx, k, t) })
	}
	s.mu.Unlock()
	for _, job := range ch.jobs {
		k.Work(job)
	}
	return ch.out
}

// take brings a leg in line with what FreeSWITCH says of its channel.
func (l *leg) take(e *event) {
	l.fill(e)
	l.state = max(l.state, stateOf(e))
	if at := e.time(hAnswered); !at.IsZero() {
		l.Answered = at
	}
	l.settled = l.settled || e.get(hSettled) != ""
	l.left = l.left || e.get(hLeft) != ""
	if l.guard == "" {
		l.guard = e.get(hGuard)
	}
	l.seen = true
	l.rang = l.rang || l.Ours && e.get(hCallState) == "RINGING"
	l.peer = peerOf(e)
	l.parked = l.peer == ""
	if l.peer != "" {
		l.base = base{}
	}
}

// recheckPlay finds out whether a file still plays whose end may have been missed.
func (s *Switch) recheckPlay(ctx context.Context, k *link, l *leg) {
	s.mu.Lock()
	p := l.play
	s.mu.Unlock()
	if p == nil {
		return
	}
	bugs, err := k.api(ctx, "uuid_buglist", string(l.id))
	if err != nil || slices.Contains(displaced(bugs), p.file) {
		return // gone with its leg, or its end will be told
	}
	result := pbx.Done
	if p.stopping {
		result = pbx.Stopped
	}
	k.Put(playOver{l, p, result})
}

// tell lists legs as the port tells them.
func (s *Switch) tell(channels []event) []pbx.Leg {
	s.mu.Lock()
	defer s.mu.Unlock()
	var legs []pbx.Leg
	for i := range channels {
		l := s.legs[pbx.LegID(channels[i].get(hLeg))]
		if l == nil { // its first event is still to come
			l = newLeg(pbx.LegID(channels[i].get(hLeg)))
			l.take(&channels[i])
		}
		if l.ghost || l.left {
			continue
		}
		told := l.now()
		told.State = max(told.State, stateOf(&channels[i]))
		told.Peers = nil
		if peer := peerOf(&channels[i]); peer != "" {
			told.Peers = []pbx.LegID{peer}
		}
		legs = append(legs, told)
	}
	slices.SortFunc(legs, func(a, b pbx.Leg) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID)) })
	return legs
}

// Legs implements pbx.Switch.
func (s *Switch) Legs(ctx context.Context) ([]pbx.Leg, error) {
	var legs []pbx.Leg
	err := s.ask(ctx, "list the legs", func(ctx context.Context) error {
		s.mu.Lock()
		k := s.link
		s.mu.Unlock()
		if k == nil {
			return pbx.ErrDown
		}
		channels, err := s.shoot(ctx, k)
		if err == nil {
			legs = s.tell(channels)
		}
		return err
	})
	return legs, err
}

// lookAgain finds the calls that came in just before the subscription and were not in the list of channels yet. It also
// finds files whose end was missed, now and then.
func (s *Switch) lookAgain(ctx context.Context, k *link) {
	for wait := secondLook; driver.Pausing(ctx, wait); wait = lookEvery {
		channels, err := s.shoot(ctx, k)
		if err != nil {
			if ctx.Err() == nil {
				s.log.Warn("the channels are not known", "err", err)
			}
			continue
		}
		k.Put(offered{channels})
		s.mu.Lock()
		var playing []*leg
		for _, l := range s.legs {
			if l.play != nil {
				playing = append(playing, l)
			}
		}
		tapes := slices.Collect(maps.Values(s.tapes))
		s.mu.Unlock()
		for _, l := range playing {
			s.recheckPlay(ctx, k, l)
		}
		for _, t := range tapes {
			s.recheckTape(ctx, k, t)
		}
	}
}

func unescapeXML(s string) string {
	var text string
	if err := xml.Unmarshal([]byte("<t>"+s+"</t>"), &text); err != nil {
		return s
	}
	return text
}
