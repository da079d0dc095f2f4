package ari

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	ariv5 "github.com/CyCoreSystems/ari/v5"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// A snapshot is what Asterisk holds for our application at one moment.
type snapshot struct {
	channels []channel
	whispers []string            // channels that only play into a talk
	bridges  map[string][]string // channels by bridge
}

// ready takes the snapshot that opens a connection, and brings what is known of the legs in line with it. Messages
// that arrive meanwhile wait in the queue.
func (s *Switch) ready(c *conn) ([]pbx.Event, error) {
	ctx := c.Ctx
	var info struct {
		System struct{ Version string }
		Status struct {
			Startup ariv5.DateTime `json:"startup_time"`
		}
	}
	if err := s.rest.do(ctx, get(&info, "asterisk", "info")); err != nil {
		return nil, fmt.Errorf("open the connection: %w", err)
	}
	var clock struct{ Timestamp ariv5.DateTime }
	if err := s.rest.do(ctx, get(&clock, "asterisk", "ping")); err != nil {
		return nil, fmt.Errorf("open the connection: %w", err)
	}
	ahead := time.Until(time.Time(clock.Timestamp)) // of our clock, Asterisk's
	if err := s.filter(ctx); err != nil {
		return nil, fmt.Errorf("open the connection: %w", err)
	}
	snap, err := s.shoot(ctx)
	if err != nil {
		return nil, fmt.Errorf("open the connection: %w", err)
	}
	at := time.Now().Add(ahead)
	events, stray, err := s.adopt(ctx, c, snap, at)
	if err != nil {
		return nil, fmt.Errorf("open the connection: %w", err)
	}
	for _, b := range stray {
		c.Work(func(ctx context.Context) { s.sweep(ctx, b) })
	}
	ready := pbx.Ready{
		Head:    pbx.Head{At: time.Now().Add(ahead)},
		Version: info.System.Version,
		Start:   time.Time(info.Status.Startup),
		Legs:    s.tell(snap),
	}
	return append([]pbx.Event{ready}, events...), nil
}

// filter spares us the two kinds of events that make up most of the traffic. An Asterisk that was restarted has
// forgotten it; one that is too old for it sends them all.
func (s *Switch) filter(ctx context.Context) error {
	type kind struct {
		Type string `json:"type"`
	}
	err := s.rest.do(ctx, request{
		method: http.MethodPut,
		parts:  []string{"applications", s.cfg.App, "eventFilter"},
		body:   map[string]any{"disallowed": []kind{{"ChannelVarset"}, {"ChannelDialplan"}}},
	})
	var refused *Error
	if errors.As(err, &refused) && !errors.Is(err, pbx.ErrAuth) {
		s.log.Info("asterisk does not filter events", "err", err)
		return nil
	}
	return err
}

// shoot reads what Asterisk holds for us. Channels that only help (snoops, the halves of a transfer) are left out, and
// so is a channel that has gone on in the dialplan.
func (s *Switch) shoot(ctx context.Context) (snapshot, error) {
	var app struct {
		Channels []string `json:"channel_ids"`
		Bridges  []string `json:"bridge_ids"`
	}
	snap := snapshot{bridges: map[string][]string{}}
	if err := s.rest.do(ctx, get(&app, "applications", s.cfg.App)); err != nil {
		return snap, err
	}
	var channels []channel
	if err := s.rest.do(ctx, get(&channels, "channels")); err != nil {
		return snap, err
	}
	var bridges []ariv5.BridgeData
	if err := s.rest.do(ctx, get(&bridges, "bridges")); err != nil {
		return snap, err
	}
	for _, c := range channels {
		switch {
		case !slices.Contains(app.Channels, c.ID):
		case s.ours(&c):
			snap.channels = append(snap.channels, c)
		case arg(s.args(&c), 0) == whisperArg:
			snap.whispers = append(snap.whispers, c.ID)
		}
	}
	for _, b := range bridges {
		if strings.HasPrefix(b.ID, bridgePrefix) && slices.Contains(app.Bridges, b.ID) {
			snap.bridges[b.ID] = b.ChannelIDs
		}
	}
	return snap, nil
}

// args are what the channel brought into our application; nil when it is not in it.
func (s *Switch) args(c *channel) []string {
	parts := strings.Split(c.appData, ",")
	if c.app != "Stasis" || parts[0] != s.cfg.App {
		return nil
	}
	return parts[1:]
}

func (s *Switch) ours(c *channel) bool {
	kind := arg(s.args(c), 0)
	return kind == inboundArg || kind == houseArg || kind == dialledArg
}

// adopt makes the legs what the snapshot says. Of a leg that it lacks the end is told, of a file whose end was missed
// that end; bridges that nobody needs any more are returned.
func (s *Switch) adopt(ctx context.Context, c *conn, snap snapshot, at time.Time) (events []pbx.Event, stray []*bridge, err error) {
	fresh, err := s.inherit(ctx, snap, at)
	if err != nil {
		return nil, nil, err
	}
	ch := &change{Switch: s, at: at}
	s.mu.Lock()
	defer s.mu.Unlock()
	held := map[pbx.LegID]bool{}
	for i := range snap.channels {
		data := &snap.channels[i]
		id := pbx.LegID(data.ID)
		held[id] = true
		l := s.legs[id]
		if l == nil {
			l = fresh[id]
			s.legs[id] = l
		}
		c.Work(func(ctx context.Context) { s.listen(ctx, id) })
		l.busy = nil // what the last connection did not get done is not waited for
		l.fill(&data.ChannelData, s.args(data))
		l.bridge = ""
	}
	s.bridges = map[string]*bridge{}
	for id, channels := range snap.bridges {
		b := s.bridge(id)
		for _, ch := range channels {
			if l := s.legs[pbx.LegID(ch)]; l != nil {
				b.members, l.bridge = append(b.members, l.id), id
			}
		}
	}
	for id, l := range s.legs {
		switch {
		case held[id] && l.ghost:
			c.Work(func(ctx context.Context) { s.exorcise(ctx, l) })
		case held[id]:
			s.recheckPlay(c, l)
		case l.left || l.struck:
			c.Work(func(ctx context.Context) { s.follow(ctx, c, l, l.landing == pbx.HangUp && !l.left) })
		case l.dial != nil && !l.dial.made && !l.ghost:
			// Its Dial is still asking, and will find out.
		default:
			ch.ended(l, driver.Ending{Answered: l.state == pbx.Up}, true)
		}
	}
	for _, t := range s.tapes {
		t.over = false // whoever fetched its file over the last connection has ended with it
		s.recheckTape(c, t)
	}
	s.dropWhispers(c, snap.whispers)
	for _, b := range s.bridges {
		if s.forsaken(b) {
			stray = append(stray, b)
		}
	}
	return ch.out, stray, nil
}

// dropWhispers ends the whispers of an earlier run, which nobody ends otherwise. The mutex is held.
func (s *Switch) dropWhispers(c *conn, whispers []string) {
	for _, id := range whispers {
		used := false
		for _, l := range s.legs {
			used = used || l.play != nil && l.play.whisper == id
		}
		if !used {
			c.Work(func(ctx context.Context) {
				if err := s.drop(ctx, id, pbx.Normal); err != nil && ctx.Err() == nil {
					s.log.Warn("a whisper stays", "channel", id, "err", err)
				}
			})
		}
	}
}

// inherit makes the legs that an earlier run of the daemon left, with the guards it left on them.
func (s *Switch) inherit(ctx context.Context, snap snapshot, at time.Time) (map[pbx.LegID]*leg, error) {
	fresh := map[pbx.LegID]*leg{}
	var past map[pbx.LegID]pbx.Past
	for i := range snap.channels {
		data := &snap.channels[i]
		id := pbx.LegID(data.ID)
		s.mu.Lock()
		known := s.legs[id] != nil
		s.mu.Unlock()
		if known {
			continue
		}
		l := newLeg(id)
		l.fill(&data.ChannelData, s.args(data))
		l.stale, l.music = true, true
		switch {
		case l.Ours:
			l.rang = l.state == pbx.Ringing // so that a phone that rang in vain is not taken for one that is not there
			on, err := s.variable(ctx, id, fuseVariable)
			if err != nil {
				return nil, err
			}
			if on == "1" {
				l.fuse = dialledFuse
			}
		default:
			landing, err := s.variable(ctx, id, landingVariable)
			if err != nil {
				return nil, err
			}
			if landing == "hangup" { // a limit of ours: it stays
				l.landing = pbx.HangUp
			} else if at.Sub(l.Created) < offeredLimit {
				l.fuse = offeredFuse
			}
		}
		fresh[id] = l
	}
	if len(fresh) > 0 && s.cfg.Records != "" {
		ids := make([]pbx.LegID, 0, len(fresh))
		for id := range fresh {
			ids = append(ids, id)
		}
		var err error
		if past, err = s.Ended(ctx, ids); err != nil {
			s.log.Warn("the answer times of calls that were there before us are not known", "err", err)
		}
		for id, l := range fresh {
			if l.state == pbx.Up {
				l.Answered = past[id].Answered
			}
		}
	}
	return fresh, nil
}

// offeredLimit is how long the dialplan's own guard can be on an offered call, with room for clocks.
const offeredLimit = 12 * time.Second

// variable reads a channel variable. One that is not set is empty; so is that of a channel that is gone.
func (s *Switch) variable(ctx context.Context, l pbx.LegID, name string) (string, error) {
	var v struct{ Value string }
	r := get(&v, "channels", string(l), "variable")
	r.query = map[string][]string{"variable": {name}}
	err := s.rest.do(ctx, r)
	var refused *Error
	if errors.As(err, &refused) {
		return "", nil
	}
	return v.Value, err
}

// recheckSounds asks after every file that plays and every recording, should its end have been missed.
func (s *Switch) recheckSounds(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tapes {
		s.recheckTape(c, t)
	}
	for _, l := range s.legs {
		s.recheckPlay(c, l)
	}
}

// recheckPlay asks after a file that was playing. The mutex is held.
func (s *Switch) recheckPlay(c *conn, l *leg) {
	p := l.play
	if p == nil || !p.taken {
		return
	}
	c.Work(func(ctx context.Context) {
		err := s.rest.do(ctx, get(nil, "playbacks", p.id))
		switch {
		case is(err, 404):
			c.Put(playLost{l, p})
		case err != nil && ctx.Err() == nil:
			s.log.Warn("a file that was playing is not found again", "leg", l.id, "err", err)
		}
	})
}

// tell lists the legs of a snapshot as the port tells them.
func (s *Switch) tell(snap snapshot) []pbx.Leg {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := map[pbx.LegID][]pbx.LegID{}
	for _, members := range snap.bridges {
		for _, a := range members {
			for _, b := range members {
				if a != b && s.legs[pbx.LegID(b)] != nil {
					in[pbx.LegID(a)] = append(in[pbx.LegID(a)], pbx.LegID(b))
				}
			}
		}
	}
	var legs []pbx.Leg
	for i := range snap.channels {
		data := &snap.channels[i]
		l := s.legs[pbx.LegID(data.ID)]
		if l == nil { // its first event is still to come
			l = newLeg(pbx.LegID(data.ID))
			l.fill(&data.ChannelData, s.args(data))
		}
		if !l.ghost {
			told := l.now(in[l.id])
			if told.State < pbx.Up {
				told.State = max(told.State, stateOf(&data.ChannelData))
			}
			legs = append(legs, told)
		}
	}
	slices.SortFunc(legs, func(a, b pbx.Leg) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID)) })
	return legs
}

// Legs implements pbx.Switch.
func (s *Switch) Legs(ctx context.Context) ([]pbx.Leg, error) {
	var legs []pbx.Leg
	err := s.ask(ctx, "list the legs", func(ctx context.Context) error {
		snap, err := s.shoot(ctx)
		if err == nil {
			legs = s.tell(snap)
		}
		return err
	})
	return legs, err
}
