package main

import (
	"context"
	"sync"
	"time"

	"hotline/config"
	"hotline/routing"
	"hotline/store"
	"hotline/web"
)

// A doorman keeps the list of blocked callers in the database, and has the porter know it by heart.
type doorman struct {
	db     *store.DB
	porter *routing.Porter
	rules  func() *config.Rules
	mu     sync.Mutex // one change after the other, so that the porter never learns an older list last
}

// learn tells the porter the list.
func (d *doorman) learn(ctx context.Context) error {
	blocks, err := d.Blocks(ctx)
	if err == nil {
		d.porter.Bar(blocks)
	}
	return err
}

// Blocks are those that hold now.
func (d *doorman) Blocks(ctx context.Context) ([]routing.Block, error) {
	return d.db.Blocks(ctx, time.Now())
}

// Block keeps callers out from now on.
func (d *doorman) Block(ctx context.Context, b routing.Block) error {
	if routing.Ours(d.rules())(b.Pattern.Number()) {
		return web.ErrOwnNumber
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.db.Block(ctx, b); err != nil {
		return err
	}
	return d.learn(ctx)
}

// Unblock lets callers in again.
func (d *doorman) Unblock(ctx context.Context, p routing.Pattern) (was bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if was, err = d.db.Unblock(ctx, p, time.Now()); err != nil {
		return was, err
	}
	return was, d.learn(ctx)
}
