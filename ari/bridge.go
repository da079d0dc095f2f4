package ari

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"hotline/pbx"
)

// A bridge is one conversation. It carries the customer's name and stays for as long as the customer is there, also
// through transfers.
type bridge struct {
	id      string
	members []pbx.LegID   // of ours, in the order they came; under the mutex of the Switch
	busy    chan struct{} // held while it is being changed
}

const (
	bridgePrefix = "b-"
	// Without dtmf_events Asterisk may let the two phones' packets pass by its core, and keys are never told.
	bridgeType = "mixing,dtmf_events"
)

// bridge returns the bridge with that id. The mutex is held.
func (s *Switch) bridge(id string) *bridge {
	b := s.bridges[id]
	if b == nil {
		b = &bridge{id: id, busy: make(chan struct{}, 1)}
		s.bridges[id] = b
	}
	return b
}

// change runs do while nobody else changes the bridge.
func (b *bridge) change(ctx context.Context, do func() error) error {
	select {
	case b.busy <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-b.busy }()
	return do()
}

// Bridge implements pbx.Switch.
func (s *Switch) Bridge(ctx context.Context, customer, other pbx.LegID) error {
	return s.on(ctx, fmt.Sprintf("bridge %s with", other), customer, func(ctx context.Context, a *leg) error {
		b, err := s.find(other)
		if err != nil {
			return err
		}
		if err := s.settle(ctx, b); err != nil {
			return err
		}
		if !s.isUp(a) || !s.isUp(b) {
			return fmt.Errorf("both must have been answered") // bridging does not answer
		}
		s.mu.Lock()
		br := s.bridge(bridgePrefix + string(customer))
		s.mu.Unlock()
		return br.change(ctx, func() error { return s.join(ctx, br, a, b) })
	})
}

func (s *Switch) join(ctx context.Context, br *bridge, a, b *leg) error {
	s.mu.Lock()
	members := slices.Clone(br.members)
	s.mu.Unlock()
	var missing []string
	for _, l := range []*leg{a, b} {
		if err := s.musicOff(ctx, l); err != nil {
			return err
		}
		if !slices.Contains(members, l.id) {
			missing = append(missing, string(l.id))
		}
	}
	for _, id := range members {
		if id != a.id && id != b.id {
			if err := s.take(ctx, br.id, id); err != nil {
				return err
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	err := s.rest.do(ctx, post(url.Values{"type": {bridgeType}}, "bridges", br.id))
	if err != nil && !is(err, 409) { // it exists already
		return err
	}
	return s.rest.do(ctx, post(url.Values{"channel": {strings.Join(missing, ",")}}, "bridges", br.id, "addChannel"))
}

// take removes a leg from a bridge; one that is not in it is no error.
func (s *Switch) take(ctx context.Context, bridge string, l pbx.LegID) error {
	err := s.rest.do(ctx, post(url.Values{"channel": {string(l)}}, "bridges", bridge, "removeChannel"))
	if is(err, 422) || is(err, 404) {
		return nil
	}
	return err
}

// Split implements pbx.Switch.
func (s *Switch) Split(ctx context.Context, id pbx.LegID) error {
	return s.on(ctx, "split", id, func(ctx context.Context, l *leg) error { return s.leaveBridge(ctx, l, false) })
}

// leaveEmptyBridge takes a leg out of a bridge in which it is alone, so that it is an ordinary leg again.
func (s *Switch) leaveEmptyBridge(ctx context.Context, l *leg) error {
	return s.leaveBridge(ctx, l, true)
}

func (s *Switch) leaveBridge(ctx context.Context, l *leg, onlyIfAlone bool) error {
	s.mu.Lock()
	var br *bridge
	if l.bridge != "" {
		br = s.bridge(l.bridge)
	}
	if br == nil || onlyIfAlone && len(br.members) > 1 {
		s.mu.Unlock()
		return nil
	}
	s.mu.Unlock()
	return br.change(ctx, func() error {
		if err := s.take(ctx, br.id, l.id); err != nil {
			return err
		}
		if onlyIfAlone { // its event is on the way, and what follows must not take it for bridged
			s.mu.Lock()
			defer s.mu.Unlock()
			if l.bridge == br.id {
				l.bridge = ""
				br.members = slices.DeleteFunc(br.members, func(m pbx.LegID) bool { return m == l.id })
			}
		}
		return nil
	})
}

// forsaken says whether a bridge has nobody in it and nobody to come. The mutex is held.
func (s *Switch) forsaken(b *bridge) bool {
	return len(b.members) == 0 && s.legs[pbx.LegID(strings.TrimPrefix(b.id, bridgePrefix))] == nil
}

// sweep removes a bridge that is forsaken.
func (s *Switch) sweep(ctx context.Context, b *bridge) {
	err := b.change(ctx, func() error {
		s.mu.Lock()
		forsaken := s.forsaken(b) && s.bridges[b.id] == b
		if forsaken {
			delete(s.bridges, b.id)
		}
		s.mu.Unlock()
		if !forsaken {
			return nil
		}
		err := s.rest.do(ctx, remove(nil, "bridges", b.id))
		if is(err, 404) {
			return nil
		}
		return err
	})
	if err != nil && ctx.Err() == nil {
		s.log.Warn("an empty bridge stays", "bridge", b.id, "err", err)
	}
}
