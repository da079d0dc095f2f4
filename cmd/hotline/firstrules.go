package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"hotline/config"
	"hotline/routing"
	"hotline/store"
	"hotline/web"
)

// firstRules returns the rules with which a start begins: the version in force, whatever the files say meanwhile, for nobody has
// asked for a file that may be half done. The very first start puts the files in force; so does one of a program that
// cannot read the version any more.
func firstRules(ctx context.Context, at place, db *store.DB, log *slog.Logger) (*rulebook, *routing.Version, error) {
	book, err := openRulebook(ctx, at, db, log)
	if errors.Is(err, web.ErrNoRules) {
		rules, err := goodRules(at.rules, time.Now())
		if err != nil {
			return nil, nil, err
		}
		v, err := book.begin(ctx, rules, userTongue().say("première mise en service", "first start"))
		return book, v, err
	}
	if err != nil {
		return nil, nil, err
	}
	current := *book.current.Load()
	rules, problems := config.Parse(current.Source)
	if problems.Errors() {
		v, err := book.recover(ctx, problems)
		return book, v, err
	}
	switch hash, err := config.HashFile(at.rules); {
	case err != nil:
		log.Warn("the rules file cannot be read; the version in force is not touched by that", "number", current.Number, "version", current.Hash, "err", err)
	case hash != current.Hash:
		log.Warn("the rules file says something else than what is in force; hotline apply puts it in force", "number", current.Number, "version", current.Hash, "file", hash)
	}
	sounds, err := book.sounds(ctx, rules)
	if err != nil {
		return nil, nil, err
	}
	own, err := ownPrices(rules)
	if err != nil {
		return nil, nil, err
	}
	warnings, err := db.SetPrices(ctx, own, time.Now())
	if err != nil {
		return nil, nil, err
	}
	book.warn(warnings)
	return book, routing.NewVersion(current.Number, rules, sounds), nil
}

// recover puts the files in force when this program cannot read the version that is, which another wrote.
func (b *rulebook) recover(ctx context.Context, unreadable config.Problems) (*routing.Version, error) {
	current := *b.current.Load()
	rules, err := goodRules(b.at.rules, time.Now())
	if refused := (*config.RefusedError)(nil); errors.As(err, &refused) {
		return nil, mistaken("ce hotline ne sait plus lire la version %d des règles, qui est en service, et refuse aussi %s. À faire : corrigez ce fichier (hotline check), puis redémarrez ; ou revenez au hotline d'avant.\n%s",
			"this hotline can no longer read version %d of the rules, which is in force, and it refuses %s as well. To do: correct that file (hotline check), then start again; or go back to the hotline of before.\n%s",
			current.Number, b.at.rules, config.Words{FR: refused.In("fr"), EN: refused.In("en")})
	}
	b.log.Warn("this program cannot read the version of the rules in force; the rules file takes its place", "number", current.Number,
		"version", current.Hash, "at", unreadable[0].Pos, "why", unreadable[0].Title.EN)
	return b.begin(ctx, rules, userTongue().in(both("la version %d n'est plus lisible par ce hotline (%s)", "version %d can no longer be read by this hotline (%s)", current.Number, version())))
}

// begin puts rules in force before there are calls.
func (b *rulebook) begin(ctx context.Context, rules *config.Rules, why string) (*routing.Version, error) {
	sounds, err := b.sounds(ctx, rules)
	if err != nil {
		return nil, err
	}
	v, err := b.write(ctx, rules, store.RulesVersion{Who: "serve", Why: why, Source: rules.Source}, b.current.Load().Number)
	if err != nil {
		return nil, err
	}
	b.current.Store(&v)
	return routing.NewVersion(v.Number, rules, sounds), nil
}

// sounds makes what the rules need, and logs what callers will not hear.
func (b *rulebook) sounds(ctx context.Context, rules *config.Rules) (routing.Sounds, error) {
	tellSounds(rules, b.at.prompts, b.log)
	b.tellNotYet(rules)
	return makeSounds(ctx, rules, b.at.prompts, b.log)
}

// tellNotYet logs what this version passes over.
func (b *rulebook) tellNotYet(rules *config.Rules) {
	for _, n := range rules.NotYet() {
		b.log.Warn("a word of the rules is for a coming version; see hotline check", "word", n.Word, "lines", config.Lines(n.At).EN, "instead", n.Instead.EN)
	}
}

// older are the versions with which calls began that an earlier run left.
func (b *rulebook) older(ctx context.Context, journal routing.Journal) (versions []*routing.Version, err error) {
	saved, err := journal.Saved(ctx)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{b.current.Load().Hash: true}
	for _, call := range saved {
		hash := call.RulesVersion
		if seen[hash] {
			continue
		}
		seen[hash] = true
		v, err := b.db.RulesByHash(ctx, hash)
		if err != nil {
			b.log.Warn("calls go on by the rules in force: those that they began with are not known", "version", hash, "err", err)
			continue
		}
		rules, problems := config.Parse(v.Source)
		if problems.Errors() {
			b.log.Warn("calls go on by the rules in force: those that they began with cannot be read by this program", "number", v.Number, "version", hash)
			continue
		}
		sounds, err := makeSounds(ctx, rules, b.at.prompts, b.log)
		if err != nil { // a price, which is told by the rules in force
			b.log.Warn("not all sounds of earlier rules, with which calls began, can be made", "number", v.Number, "err", err)
		}
		versions = append(versions, routing.NewVersion(v.Number, rules, sounds))
	}
	return versions, nil
}
