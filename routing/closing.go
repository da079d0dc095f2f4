package routing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"hotline/config"
)

// A Closing is a service that somebody has closed by hand.
type Closing struct {
	Service string    `json:"service"`
	Since   time.Time `json:"since"`
	Until   time.Time `json:"until,omitzero"` // it ends then by itself; zero: when somebody opens the service
	Play    string    `json:"play,omitempty"` // the prompt that callers hear in place of what closed plays first; "" = that
	Who     string    `json:"who,omitempty"`
	Why     string    `json:"why,omitempty"`
}

// holds says whether the closing is still one at a moment.
func (c Closing) holds(at time.Time) bool { return c.Until.IsZero() || at.Before(c.Until) }

// closure is what the opening hours make of it; nil of none.
func (c *Closing) closure() *config.Closure {
	if c == nil {
		return nil
	}
	return config.ByHand(c.Since, c.Until, c.Play)
}

// byHandWay is that into the closed path of a service that was closed by hand. A prompt that the rules do not have (any more) is
// none: then callers hear what the service plays when it is closed.
func (r *Router) byHandWay(s *config.Service, play string) string {
	way := serviceWay(s, false, config.BecauseByHand)
	if r.rules.Prompts[play] == nil {
		return way
	}
	return way + ":" + play
}

// byHand is the node of that name, if it is one of a service that was closed by hand. It is not laid out beforehand: any prompt may
// be heard in any service.
func (r *Router) byHand(name string) (*Node, bool) {
	service, closure, _ := strings.Cut(strings.TrimPrefix(name, "service."), ".closed:")
	how, play, plays := strings.Cut(closure, ":")
	d, ok := r.doors[service]
	switch {
	case !ok || how != config.BecauseByHand:
		return nil, false
	case !plays:
		return &Node{Name: name, Kind: PassNode, Next: d.closed}, true
	}
	return &Node{Name: name, Kind: PlayNode, Prompt: play, Next: d.silent}, true
}

// PassedByHand says whether a node of a record is one of a service that was closed by hand.
func PassedByHand(node string) bool {
	place, how, _ := strings.Cut(node, ".closed:")
	return strings.HasPrefix(place, "service.") && (how == config.BecauseByHand || strings.HasPrefix(how, config.BecauseByHand+":"))
}

// A ClosureBook keeps what was closed by hand, and what was opened again.
type ClosureBook interface {
	CloseService(ctx context.Context, c Closing) error
	OpenService(ctx context.Context, service, who string, at time.Time) error
	ClosedServices(ctx context.Context, at time.Time) ([]Closing, error)
}

// Why a service is not closed, or not opened.
var (
	ErrPast      = errors.New("that moment is past")
	ErrNotClosed = errors.New("the service is not closed by hand")
)

// A NoNameError says that the rules in force do not have a service or prompt of that name.
type NoNameError struct {
	What, Name string   // service, prompt
	Names      []string // that they have
}

func (e *NoNameError) Error() string {
	return fmt.Sprintf("no %s %q in the rules in force", e.What, e.Name)
}

// Shutters are those of the services: who closes one by hand puts it down, for calls that come from then on. What holds is
// written before it holds, and outlives a restart and a change of the rules.
type Shutters struct {
	book  ClosureBook
	rules func() *config.Rules // in force
	log   *slog.Logger
	mu    sync.Mutex // one change at a time
	down  atomic.Pointer[map[string]Closing]
}

// NewShutters returns the shutters as they were left.
func NewShutters(ctx context.Context, book ClosureBook, rules func() *config.Rules, log *slog.Logger) (*Shutters, error) {
	s := &Shutters{book: book, rules: rules, log: log}
	left, err := book.ClosedServices(ctx, time.Now())
	if err != nil {
		return nil, err
	}
	down := map[string]Closing{}
	for _, c := range left {
		down[c.Service] = c
	}
	s.down.Store(&down)
	return s, nil
}

// At is how a service is closed by hand at a moment that is not long ago; nil: it is not.
func (s *Shutters) At(service string, at time.Time) *Closing {
	if s == nil {
		return nil
	}
	if c, ok := (*s.down.Load())[service]; ok && c.holds(at) {
		return &c
	}
	return nil
}

// List is everything that is closed by hand at a moment, by name.
func (s *Shutters) List(at time.Time) []Closing {
	all := slices.Collect(maps.Values(*s.down.Load()))
	all = slices.DeleteFunc(all, func(c Closing) bool { return !c.holds(at) })
	slices.SortFunc(all, func(a, b Closing) int { return strings.Compare(a.Service, b.Service) })
	return all
}

// Close closes a service from now on, in place of how it was closed by hand before.
func (s *Shutters) Close(ctx context.Context, c Closing) (done Closing, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rules := s.rules()
	c.Since = time.Now()
	switch {
	case rules.Services[c.Service] == nil:
		return c, &NoNameError{"service", c.Service, slices.Sorted(maps.Keys(rules.Services))}
	case c.Play != "" && rules.Prompts[c.Play] == nil:
		return c, &NoNameError{"prompt", c.Play, slices.Sorted(maps.Keys(rules.Prompts))}
	case !c.holds(c.Since):
		return c, ErrPast
	}
	if err := s.book.CloseService(ctx, c); err != nil {
		return c, err
	}
	s.put(c.Service, &c)
	s.log.Info("service closed by hand", "service", c.Service, "until", c.Until, "play", c.Play, "who", c.Who, "why", c.Why)
	return c, nil
}

// Open ends a closing by hand, and says which that was.
func (s *Shutters) Open(ctx context.Context, service, who string) (was Closing, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	closed := s.At(service, now)
	switch {
	case closed != nil:
	case s.rules().Services[service] == nil:
		return was, &NoNameError{"service", service, slices.Sorted(maps.Keys(s.rules().Services))}
	default:
		return was, ErrNotClosed
	}
	if err := s.book.OpenService(ctx, service, who, now); err != nil {
		return was, err
	}
	s.put(service, nil)
	s.log.Info("service opened by hand", "service", service, "who", who)
	return *closed, nil
}

// Follow ends the closings of services that the rules in force do not have. Others stay.
func (s *Shutters) Follow(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rules, now := s.rules(), time.Now()
	for _, c := range s.List(now) {
		if rules.Services[c.Service] == nil {
			if err := s.book.OpenService(ctx, c.Service, "", now); err != nil {
				s.log.Error("not written that a closing by hand has ended; it ends again at the next start", "service", c.Service, "err", err)
			}
			s.put(c.Service, nil)
			s.log.Warn("closing by hand ended: the rules do not have the service any more", "service", c.Service, "closed_by", c.Who)
			continue
		}
		if c.Play != "" && rules.Prompts[c.Play] == nil {
			s.log.Warn("the rules do not have the prompt of a closing by hand any more: callers hear what the service plays when it is closed", "service", c.Service, "play", c.Play)
		}
	}
}

func (s *Shutters) put(service string, c *Closing) {
	down := maps.Clone(*s.down.Load())
	if delete(down, service); c != nil {
		down[service] = *c
	}
	s.down.Store(&down)
}
