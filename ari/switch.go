// Package ari is the driver for Asterisk (pbx.Switch): events over one WebSocket, requests over REST.
//
// Its guarantee: whatever Asterisk sends or withholds, the daemon goes on. An event that cannot be read is logged and
// skipped, a request ends within seconds, a connection that is dead is noticed within four, and an end is reported once.
//
// A call is read like this: socket.go takes a message from the wire, events.go makes it an ari/v5 event, apply.go
// changes what is known of the leg (legs.go) and says which events of the port follow. switch.go, dial.go, play.go,
// record.go, bridge.go and guard.go are the verbs.
package ari

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// Config is what a Switch has to know.
type Config struct {
	Name     string            // of the switch, for the log
	URL      string            // of ARI: http://127.0.0.1:8088/ari
	User     string            // of ARI
	Password string            // of ARI
	App      string            // the Stasis application; one per instance of hotline
	Phone    string            // how a phone of the house is rung: PJSIP/{phone}
	Trunks   map[string]string // how a number is rung over a trunk: PJSIP/{number}@trunk
	Records  string            // the file of cel_custom (cel-custom/hotline.csv); empty if there is none
	Log      *slog.Logger
}

// A Switch drives one Asterisk.
type Switch struct {
	cfg    Config
	rest   *rest
	socket string // address of the WebSocket
	log    *slog.Logger

	mu      sync.Mutex
	conn    *conn // nil while not connected
	legs    map[pbx.LegID]*leg
	bridges map[string]*bridge
	tapes   map[string]*tape
	phones  []string
	ended   driver.Recent // legs that ended a moment ago; a phone's list of channels may still hold them
}

var (
	_ pbx.Switch    = (*Switch)(nil)
	_ pbx.Historian = (*Switch)(nil)
	_ pbx.Listener  = (*Switch)(nil)
)

// New returns a Switch that is not connected yet; Run connects it.
func New(cfg Config) (*Switch, error) {
	u, err := url.Parse(strings.TrimRight(cfg.URL, "/"))
	if err != nil {
		return nil, fmt.Errorf("switch %s: url: %w", cfg.Name, err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("switch %s: url %q: want http://host:port/ari", cfg.Name, cfg.URL)
	}
	if !driver.SafeWord.MatchString(cfg.App) {
		return nil, fmt.Errorf("switch %s: app %q: want letters, digits, - and _", cfg.Name, cfg.App)
	}
	if err := (driver.Templates{Phone: cfg.Phone, Trunks: cfg.Trunks}).Check(); err != nil {
		return nil, fmt.Errorf("switch %s: %w", cfg.Name, err)
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Switch{
		cfg:     cfg,
		log:     cfg.Log.With("switch", cfg.Name),
		legs:    map[pbx.LegID]*leg{},
		bridges: map[string]*bridge{},
		tapes:   map[string]*tape{},
	}
	s.rest = newRest(u, cfg.User, cfg.Password, s.log)
	ws := *u
	ws.Scheme = map[string]string{"http": "ws", "https": "wss"}[u.Scheme]
	ws = *ws.JoinPath("events")
	ws.RawQuery = url.Values{"app": {cfg.App}, "subscribeAll": {"false"}}.Encode()
	s.socket = ws.String()
	return s, nil
}

// ask runs requests to Asterisk that end with the caller's context, and with the connection.
func (s *Switch) ask(ctx context.Context, what string, do func(context.Context) error) error {
	s.mu.Lock()
	var line *driver.Line
	if s.conn != nil {
		line = s.conn.Line
	}
	s.mu.Unlock()
	return line.Ask(ctx, what, restDeadline, errDeadline, do)
}

// errDeadline is a request that Asterisk holds back; it may still be carried out.
var errDeadline = fmt.Errorf("asterisk has not answered within %s: %w", restDeadline, context.DeadlineExceeded)

// on runs a verb on a leg of ours, once it is settled.
func (s *Switch) on(ctx context.Context, verb string, id pbx.LegID, do func(context.Context, *leg) error) error {
	return s.ask(ctx, fmt.Sprintf("%s %s", verb, id), func(ctx context.Context) error {
		l, err := s.find(id)
		if err != nil {
			return err
		}
		if err := s.settle(ctx, l); err != nil {
			return err
		}
		return do(ctx, l)
	})
}

// Ended implements pbx.Historian with the file of cel_custom: a line for the creation, answer, hang-up and end of every
// channel, also without us.
func (s *Switch) Ended(ctx context.Context, legs []pbx.LegID) (map[pbx.LegID]pbx.Past, error) {
	return driver.Ended(ctx, s.cfg.Records, legs)
}

func (s *Switch) templates() driver.Templates {
	return driver.Templates{Phone: s.cfg.Phone, Trunks: s.cfg.Trunks}
}

// post asks for something that is done to a channel.
func (s *Switch) post(ctx context.Context, l pbx.LegID, what string, query url.Values) error {
	return s.rest.do(ctx, post(query, "channels", string(l), what))
}

func (s *Switch) setVariable(ctx context.Context, l pbx.LegID, name, value string) error {
	return s.post(ctx, l, "variable", url.Values{"variable": {name}, "value": {value}})
}

// Ring implements pbx.Switch.
func (s *Switch) Ring(ctx context.Context, id pbx.LegID) error {
	return s.on(ctx, "ring", id, func(ctx context.Context, l *leg) error {
		if s.isUp(l) {
			return nil
		}
		err := s.post(ctx, id, "ring", nil)
		if err == nil {
			s.told(l)
		}
		return err
	})
}

// Progress implements pbx.Switch. It needs Asterisk 20.16, 21.11 or 22.6; Play and Hold do the same on any.
func (s *Switch) Progress(ctx context.Context, id pbx.LegID) error {
	return s.on(ctx, "open early media of", id, func(ctx context.Context, l *leg) error {
		if s.isUp(l) {
			return nil
		}
		err := s.post(ctx, id, "progress", nil)
		if err == nil {
			s.told(l)
		}
		return err
	})
}

// Answer implements pbx.Switch.
func (s *Switch) Answer(ctx context.Context, id pbx.LegID) error {
	return s.on(ctx, "answer", id, func(ctx context.Context, l *leg) error {
		if s.isUp(l) {
			return nil
		}
		return s.post(ctx, id, "answer", nil)
	})
}

// Hangup implements pbx.Switch.
func (s *Switch) Hangup(ctx context.Context, id pbx.LegID, why pbx.Cause) error {
	return s.ask(ctx, fmt.Sprintf("hang up %s", id), func(ctx context.Context) error {
		s.mu.Lock()
		l := s.legs[id]
		if l != nil {
			if !l.hanging && l.asked == "" {
				l.asked = why
			}
			if l.dial != nil && !l.dial.made {
				// Asterisk may not know the channel yet: whoever makes it finds this and carries it out.
				s.mu.Unlock()
				return nil
			}
		}
		s.mu.Unlock()
		if l != nil {
			if err := s.idle(ctx, l); err != nil {
				return err
			}
		} else if ours, err := s.isOurs(ctx, id); err != nil || !ours {
			return err
		}
		return s.drop(ctx, string(id), why)
	})
}

// isOurs asks whether a channel that nothing is known of is in our application. One that is gone is not.
func (s *Switch) isOurs(ctx context.Context, id pbx.LegID) (bool, error) {
	var c channel
	err := s.rest.do(ctx, get(&c, "channels", string(id)))
	if errors.Is(err, pbx.ErrGone) {
		return false, nil
	}
	return err == nil && s.ours(&c), err
}

// drop hangs up a channel; one that is gone already is no error.
func (s *Switch) drop(ctx context.Context, channel string, why pbx.Cause) error {
	reason, ok := reasons[why]
	if !ok {
		reason = "normal"
	}
	err := s.rest.do(ctx, remove(url.Values{"reason": {reason}}, "channels", channel))
	if is(err, 400) { // a reason that this Asterisk is too old for
		err = s.rest.do(ctx, remove(nil, "channels", channel))
	}
	if errors.Is(err, pbx.ErrGone) {
		return nil
	}
	return err
}

// Hold implements pbx.Switch.
func (s *Switch) Hold(ctx context.Context, id pbx.LegID, music string) error {
	return s.on(ctx, "hold", id, func(ctx context.Context, l *leg) error {
		if err := s.leaveEmptyBridge(ctx, l); err != nil {
			return err
		}
		if music == "" {
			return s.musicOff(ctx, l)
		}
		err := s.post(ctx, id, "moh", url.Values{"mohClass": {music}})
		if err == nil {
			s.setMusic(l, music)
		}
		return err
	})
}

// musicOff ends the music on a leg, if it may have any.
func (s *Switch) musicOff(ctx context.Context, l *leg) error {
	s.mu.Lock()
	music := l.music
	s.mu.Unlock()
	if !music {
		return nil
	}
	err := s.rest.do(ctx, remove(nil, "channels", string(l.id), "moh"))
	if err == nil {
		s.setMusic(l, "")
	}
	return err
}

func (s *Switch) setMusic(l *leg, class string) {
	s.mu.Lock()
	l.music, l.class = class != "", class
	if class != "" && l.state == pbx.Created {
		l.state = pbx.Ringing // 183
	}
	s.mu.Unlock()
}
