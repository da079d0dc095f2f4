package main

import (
	"context"
	"sync"
)

// A script is the five calls of the demo, and what they wait for in each other.
type script struct {
	*house
	agents map[string]*agent

	free, first, surcharged, english, lost *caller

	karimTalks, paulTalks, gaveUp chan struct{} // closed when it has come so far
}

// cast says who calls. The operator delivers the grey number as a geographic one, as operators do.
func cast(h *house, agents map[string]*agent) *script {
	const sales, support, advice = "0805400200", "0140000101", "0892400300"
	return &script{
		house: h, agents: agents,
		karimTalks: make(chan struct{}), paulTalks: make(chan struct{}), gaveUp: make(chan struct{}),
		free:       &caller{name: "Mme Roux", number: "+33612345601", from: "0612345601", to: sales, tone: 1000},
		first:      &caller{name: "M. Petit", number: "+33145678902", from: "0145678902", to: support, tone: 1150, noContract: true},
		surcharged: &caller{name: "Mme Girard", number: "+33698765403", from: "0698765403", to: advice, tone: 1300, surcharged: true},
		english:    &caller{name: "Mr Smith", number: "+442079460018", from: "+442079460018", to: support, tone: 1450, noContract: true},
		lost:       &caller{name: "M. Blanc", number: "+33388123405", from: "0388123405", to: support, tone: 1600, noContract: true},
	}
}

func (s *script) callers() []*caller {
	return []*caller{s.free, s.first, s.surcharged, s.english, s.lost}
}

// play registers the phones, runs the calls, and returns them when all have gone as they should.
func play(ctx context.Context, h *house) (calls []*caller, err error) {
	agents, err := staff(ctx, h)
	s := cast(h, agents)
	defer func() {
		// With a call that has gone wrong the others cannot end well either: what counts is the first.
		if left := goHome(agents, s.callers()); err == nil {
			err = left
		}
	}()
	if err != nil {
		return nil, err
	}
	if err := h.serve(ctx); err != nil {
		return nil, err
	}
	h.tell("Asterisk", "%s est prêt, hotline le pilote ; quatre postes sont branchés : Marie, Paul, Léa et Karim",
		"%s is up and hotline drives it; four desk phones are plugged in: Marie, Paul, Léa and Karim", h.version)
	if err := s.perform(ctx); err != nil {
		return nil, err
	}
	return s.callers(), nil
}

// perform runs the five parts at the same time, and ends all of them at the first that goes wrong or at the first
// complaint of hotline's.
func (s *script) perform(ctx context.Context) error {
	ctx, fail := context.WithCancelCause(ctx)
	var parts, watch sync.WaitGroup
	watch.Go(func() {
		err := s.hotline.complaint(ctx, func() {
			s.tell("hotline", "signale que le disque est lent en ce moment ; les appels continuent",
				"says that the disk is slow just now; the calls go on")
		})
		if err != nil {
			fail(err)
		}
	})
	for c, act := range map[*caller]func(context.Context, *part){
		s.free: freeNumber, s.first: firstCaller, s.surcharged: surchargedNumber, s.english: englishCaller, s.lost: lostCaller,
	} {
		parts.Go(func() {
			p := &part{script: s, caller: c}
			if act(ctx, p); p.err != nil {
				fail(p.err)
			}
		})
	}
	parts.Wait()
	err := context.Cause(ctx)
	fail(nil)
	watch.Wait()
	return err
}
