package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"hotline/billing"
	"hotline/config"
	"hotline/prompt"
	"hotline/routing"
	"hotline/store"
	"hotline/web"
)

// A rulebook keeps the versions of the rules in the database, and puts them in force: in the hotline that runs, if there is one
// in this program, else for its next start. It is the web.Rulebook of serve, and of the commands when serve does not run.
type rulebook struct {
	at    place
	db    *store.DB
	log   *slog.Logger
	floor *running // nil when serve is not running

	mu      sync.Mutex // one change at a time
	current atomic.Pointer[store.RulesVersion]
}

// A running hotline takes rules while calls go on.
type running struct {
	force    *routing.InForce
	boards   []*routing.Switchboard
	shutters *routing.Shutters
	shelf    *prompt.Shelf // from which switches fetch sounds; nil: they have the folder
	calls    func() []routing.CallNow
}

// openRulebook returns the rulebook of a database. The error is ErrNoRules when no rules were ever in force.
func openRulebook(ctx context.Context, at place, db *store.DB, log *slog.Logger) (*rulebook, error) {
	b := &rulebook{at: at, db: db, log: log}
	v, err := db.InForce(ctx)
	b.current.Store(&v)
	return b, known(err)
}

// Check says what there is to say about rules, and changes nothing.
func (b *rulebook) Check(ctx context.Context, source config.Source) (web.RulesOutcome, error) {
	current := *b.current.Load()
	e, err := b.examine(ctx, source)
	return web.RulesOutcome{Version: brief(current), Before: current.Number, Problems: e.problems}, err
}

func (b *rulebook) examine(ctx context.Context, source config.Source) (examined, error) {
	e, err := examineRules(ctx, b.at, source, time.Now())
	if err == nil && e.problems.Errors() {
		err = &web.RefusedRules{Problems: e.problems}
	}
	return e, err
}

// Apply puts rules in force. Everything that can fail comes first; then they are written down, and then they hold at once. What
// fails leaves everything as it was. If the program ends after they were written down, the next start has them: they were
// accepted.
func (b *rulebook) Apply(ctx context.Context, w web.RulesWish) (web.RulesOutcome, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	before := *b.current.Load()
	if w.After != 0 && w.After != before.Number {
		return web.RulesOutcome{}, &web.SupersededRules{Current: brief(before)}
	}
	source := w.Source()
	if w.BackTo != 0 {
		old, err := b.db.RulesVersion(ctx, w.BackTo)
		if err != nil {
			return web.RulesOutcome{}, known(err)
		}
		source = old.Source
	}
	if source.Hash() == before.Hash {
		return web.RulesOutcome{}, fmt.Errorf("version %d: %w", before.Number, web.ErrSameRules)
	}
	e, err := b.examine(ctx, source)
	if err != nil {
		return web.RulesOutcome{}, err
	}
	next, err := b.prepare(ctx, e.rules)
	if err != nil {
		return web.RulesOutcome{}, err
	}
	v, err := b.write(ctx, e.rules, store.RulesVersion{Who: w.Who, Why: w.Why, BackTo: w.BackTo, Source: source}, before.Number)
	if err != nil {
		return web.RulesOutcome{}, err
	}
	b.current.Store(&v)
	b.tellNotYet(e.rules)
	out := web.RulesOutcome{Version: brief(v), Before: before.Number, Problems: e.problems}
	if b.floor != nil {
		next.Number = v.Number
		out.Calls = b.floor.take(ctx, next)
	}
	b.log.Info("rules in force", "number", v.Number, "version", v.Hash, "who", v.Who, "why", v.Why, "calls_with_earlier_ones", out.Calls)
	return out, nil
}

// prepare makes everything that the running hotline needs for rules. Speech may take seconds, in which no call waits.
func (b *rulebook) prepare(ctx context.Context, rules *config.Rules) (*routing.Version, error) {
	if b.floor == nil {
		return nil, nil
	}
	sounds, err := makeSounds(ctx, rules, b.at.prompts, b.log)
	if err != nil {
		return nil, err
	}
	stock(sounds, b.floor.shelf, b.log)
	return routing.NewVersion(0, rules, sounds), nil
}

// write puts a version down as the one in force, with its prices; unless whoever wished it is no longer there to hear of it.
func (b *rulebook) write(ctx context.Context, rules *config.Rules, v store.RulesVersion, after int) (store.RulesVersion, error) {
	own, err := ownPrices(rules)
	if err != nil {
		return v, err
	}
	v, warnings, err := b.db.PutInForce(ctx, v, after, own)
	if err != nil {
		return v, known(err)
	}
	b.warn(warnings)
	return v, nil
}

func (b *rulebook) warn(warnings []billing.Problem) {
	for _, w := range warnings {
		b.log.Warn("a price of the rules is odd, or comes late and holds from now on; see hotline check", "number", w.What, "why", w.EN)
	}
}

// take puts a version in force for the calls that begin from now on, and says how many go on with an earlier one.
func (r *running) take(ctx context.Context, v *routing.Version) (calls int) {
	r.force.Put(v)
	r.shutters.Follow(ctx)
	for _, board := range r.boards {
		board.Watch()
	}
	return len(r.calls())
}

// Versions lists the latest versions, the one in force first.
func (b *rulebook) Versions(ctx context.Context, most int) ([]web.RulesVersion, error) {
	versions, err := b.db.RulesVersions(ctx, most+1)
	if err != nil {
		return nil, err
	}
	out := []web.RulesVersion{}
	for i, v := range versions[:min(most, len(versions))] {
		w := webVersion(v, versions[0])
		w.Files = nil
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if i+1 < len(versions) {
			changes := len(config.Diff(versions[i+1].Source, v.Source))
			w.Changes = &changes
		}
		out = append(out, w)
	}
	return out, nil
}

// Version returns one of them; 0 asks for the one in force.
func (b *rulebook) Version(ctx context.Context, number int) (web.RulesVersion, error) {
	current, err := b.db.InForce(ctx)
	if err != nil {
		return web.RulesVersion{}, known(err)
	}
	v, err := b.db.RulesVersion(ctx, cmp.Or(number, current.Number))
	if err != nil {
		return web.RulesVersion{}, known(err)
	}
	return webVersion(v, current), nil
}

// brief is the version in force, without its files.
func brief(v store.RulesVersion) web.RulesVersion {
	w := webVersion(v, v)
	w.Files = nil
	return w
}

// webVersion is a version for people and programs.
func webVersion(v, current store.RulesVersion) web.RulesVersion {
	return web.RulesVersion{
		Number: v.Number, Hash: v.Hash, At: v.At, Who: v.Who, Why: v.Why, BackTo: v.BackTo, InForce: v.Number == current.Number && v.Number != 0,
		Files: web.NewRulesFiles(v.Source),
	}
}

// known says an error of the store as a rulebook does.
func known(err error) error {
	var superseded *store.SupersededError
	switch {
	case errors.Is(err, store.ErrNoRulesVersion):
		return fmt.Errorf("%w", web.ErrNoRules)
	case errors.As(err, &superseded):
		return &web.SupersededRules{Current: brief(superseded.Current)}
	case errors.Is(err, store.ErrFull):
		return fmt.Errorf("%w: %w", web.ErrDiskFull, err)
	}
	return err
}
