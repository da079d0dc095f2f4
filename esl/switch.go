// Package esl is the driver for FreeSWITCH (pbx.Switch), over two connections to its event socket: one brings the events,
// the other carries the commands, so that a command that takes long delays no event.
//
// Its guarantee: whatever text a caller, a phone or a file brings along, FreeSWITCH reads exactly the one command that
// was meant, or the text is refused; events of one leg are applied in their order; and an end is reported once.
//
// A call is read like this: conn.go takes a frame off the wire, event.go reads the few headers that matter, apply.go
// changes what is known of the leg (legs.go) and says which events of the port follow. switch.go, dial.go, play.go,
// record.go, bridge.go and guard.go are the verbs; encode.go alone puts a command into bytes.
package esl

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"

	"github.com/oklog/ulid/v2"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// Config is what a Switch has to know.
type Config struct {
	Name     string            // of the switch, for the log
	Address  string            // of the event socket: 127.0.0.1:8021
	Password string            // of the event socket
	Instance string            // the value of hotline_app on the legs that are ours; one per instance of hotline
	Phone    string            // how a phone of the house is rung: user/{phone}@domain
	Trunks   map[string]string // how a number is rung over a trunk: sofia/gateway/operator/{number}
	Records  string            // the file of mod_cdr_csv (cdr-csv/hotline.csv); empty if there is none
	// Recordings is the folder into which FreeSWITCH records, and out of which we take; both see it under this path.
	Recordings string
	Log        *slog.Logger
}

// A Switch drives one FreeSWITCH.
type Switch struct {
	cfg Config
	log *slog.Logger
	run string // names this run of the daemon; a later one has a greater name

	mu      sync.Mutex
	link    *link // nil while not connected
	legs    map[pbx.LegID]*leg
	foreign map[pbx.LegID]string // channels that are none of ours, with the phone they are on
	news    []*news              // one for each look at all channels that goes on
	phones  []string
	tapes   map[string]*tape
	ended   driver.Recent // legs that ended a moment ago; lists of channels may still hold them
}

var (
	_ pbx.Switch    = (*Switch)(nil)
	_ pbx.Historian = (*Switch)(nil)
	_ pbx.Listener  = (*Switch)(nil)
)

const defaultPort = "8021"

// New returns a Switch that is not connected yet; Run connects it.
func New(cfg Config) (*Switch, error) {
	if _, _, err := net.SplitHostPort(cfg.Address); err != nil {
		cfg.Address = net.JoinHostPort(strings.Trim(cfg.Address, "[]"), defaultPort)
	}
	if host, _, err := net.SplitHostPort(cfg.Address); err != nil || host == "" {
		return nil, fmt.Errorf("switch %s: address %q: want host:port", cfg.Name, cfg.Address)
	}
	if !driver.SafeWord.MatchString(cfg.Instance) {
		return nil, fmt.Errorf("switch %s: instance %q: want letters, digits, - and _", cfg.Name, cfg.Instance)
	}
	if err := (driver.Templates{Phone: cfg.Phone, Trunks: cfg.Trunks}).Check(); err != nil {
		return nil, fmt.Errorf("switch %s: %w", cfg.Name, err)
	}
	for _, template := range append(slices.Collect(maps.Values(cfg.Trunks)), cfg.Phone) {
		if err := word(template); template != "" && err != nil {
			return nil, fmt.Errorf("switch %s: %w", cfg.Name, err)
		}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Switch{
		cfg: cfg, log: cfg.Log.With("switch", cfg.Name), run: ulid.Make().String(),
		legs: map[pbx.LegID]*leg{}, foreign: map[pbx.LegID]string{}, tapes: map[string]*tape{},
	}, nil
}

// Ended implements pbx.Historian with the file of mod_cdr_csv: a line for every leg that has ended, also without us.
func (s *Switch) Ended(ctx context.Context, legs []pbx.LegID) (map[pbx.LegID]pbx.Past, error) {
	return driver.Ended(ctx, s.cfg.Records, legs)
}

// ask runs requests to FreeSWITCH that end with the caller's context, and with the connection.
func (s *Switch) ask(ctx context.Context, what string, do func(context.Context) error) error {
	s.mu.Lock()
	var line *driver.Line
	if s.link != nil {
		line = s.link.Line
	}
	s.mu.Unlock()
	return line.Ask(ctx, what, askDeadline, errDeadline, do)
}

// errDeadline is a request that FreeSWITCH has not answered; it may still be carried out.
var errDeadline = fmt.Errorf("freeswitch has not answered within %s: %w", askDeadline, context.DeadlineExceeded)

// on runs a verb on a leg of ours while no other does, once it is settled.
func (s *Switch) on(ctx context.Context, verb string, id pbx.LegID, do func(context.Context, *leg) error) error {
	return s.ask(ctx, fmt.Sprintf("%s %s", verb, id), func(ctx context.Context) error {
		l, err := s.find(id)
		if err != nil {
			return err
		}
		return s.alone(ctx, l, func() error { return do(ctx, l) })
	})
}

// api asks FreeSWITCH for something that it does at once. An answer that begins with - is an error: ErrGone when the
// channel is not there.
func (s *Switch) api(ctx context.Context, name string, words ...string) (string, error) {
	wire, err := API(name, words...)
	if err != nil {
		return "", err
	}
	return s.send(ctx, wire)
}

func (s *Switch) send(ctx context.Context, wire []byte) (string, error) {
	s.mu.Lock()
	k := s.link
	s.mu.Unlock()
	if k == nil {
		return "", pbx.ErrDown
	}
	return k.send(ctx, wire)
}

// A refusal is what FreeSWITCH says when it does not do what it was asked.
type refusal string

func (r refusal) Error() string { return "freeswitch says " + string(r) }

// Is makes a refusal because of a channel that is not there ErrGone.
func (r refusal) Is(target error) bool {
	if target != pbx.ErrGone {
		return false
	}
	text := strings.ToLower(string(r))
	return strings.Contains(text, "no such channel") || strings.Contains(text, "invalid session") || strings.Contains(text, "no such session") ||
		strings.Contains(text, "cannot locate session") || strings.Contains(text, "invalid uuid")
}

// answered makes an error of an answer that is one.
func answered(text string) (string, error) {
	if strings.HasPrefix(text, "-") {
		return text, refusal(clip(text))
	}
	return text, nil
}

// Ring implements pbx.Switch.
func (s *Switch) Ring(ctx context.Context, id pbx.LegID) error {
	return s.on(ctx, "ring", id, func(ctx context.Context, l *leg) error {
		if s.isUp(l) {
			return nil
		}
		_, err := s.api(ctx, "uuid_ring_ready", string(id))
		if err != nil && !errors.Is(err, pbx.ErrDown) && ctx.Err() == nil {
			return s.goneOr(ctx, l, err) // it says no more than -ERROR
		}
		if err == nil {
			s.told(l)
		}
		return err
	})
}

// Progress implements pbx.Switch.
func (s *Switch) Progress(ctx context.Context, id pbx.LegID) error {
	return s.on(ctx, "open early media of", id, func(ctx context.Context, l *leg) error {
		if s.isUp(l) {
			return nil
		}
		_, err := s.api(ctx, "uuid_pre_answer", string(id))
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
		_, err := s.api(ctx, "uuid_answer", string(id))
		return err
	})
}

// Hangup implements pbx.Switch.
func (s *Switch) Hangup(ctx context.Context, id pbx.LegID, why pbx.Cause) error {
	return s.ask(ctx, fmt.Sprintf("hang up %s", id), func(ctx context.Context) error {
		s.mu.Lock()
		l := s.legs[id]
		if l != nil && !l.hanging && l.asked == "" {
			l.asked = why // a leg that is still being made is hung up by the first event about it
		}
		s.mu.Unlock()
		if l == nil { // it has ended, or was never ours
			app, err := s.api(ctx, "uuid_getvar", string(id), varApp)
			if refused := refusal(""); errors.As(err, &refused) || err == nil && app != s.cfg.Instance {
				return nil
			}
			if err != nil {
				return err
			}
		}
		return s.kill(ctx, id, why)
	})
}

// kill hangs up a channel; one that is gone already is no error.
func (s *Switch) kill(ctx context.Context, id pbx.LegID, why pbx.Cause) error {
	_, err := s.api(ctx, "uuid_kill", string(id), killCause(why))
	if errors.Is(err, pbx.ErrGone) {
		return nil
	}
	return err
}

// killCause is the cause that FreeSWITCH is given for ours.
func killCause(why pbx.Cause) string {
	if w, ok := killCauses[why]; ok {
		return w
	}
	return "NORMAL_CLEARING"
}

// killCauses become the SIP status that a caller or a phone is told.
var killCauses = map[pbx.Cause]string{
	pbx.Busy:              "USER_BUSY",
	pbx.NoAnswer:          "NO_ANSWER",
	pbx.Declined:          "CALL_REJECTED",
	pbx.Unreachable:       "NO_ANSWER",
	pbx.NotFound:          "UNALLOCATED_NUMBER",
	pbx.Congestion:        "SWITCH_CONGESTION",
	pbx.AnsweredElsewhere: "LOSE_RACE",
	pbx.Limit:             "ALLOTTED_TIMEOUT",
	pbx.Broken:            "NORMAL_TEMPORARY_FAILURE",
}

// goneOr tells whether the leg is still there, for commands that do not say why they fail.
func (s *Switch) goneOr(ctx context.Context, l *leg, err error) error {
	if there, e := s.api(ctx, "uuid_exists", string(l.id)); e == nil && there == "false" {
		return pbx.ErrGone
	}
	return err
}
