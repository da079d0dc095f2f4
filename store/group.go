package store

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/jmoiron/sqlx"
)

// A group lets durable writes that come at the same time share one commit, because a commit waits for the disk and the
// disk takes as long for one as for a hundred. Whoever gets the turn writes for everybody who waits.
type group struct {
	mu      sync.Mutex
	waiting []*job
}

// A job is one write in a group. Its channel gets the outcome, once that is on the disk.
type job struct {
	do   func(*batch) error
	done chan error
}

// try does the job. One that panics has failed, and nobody else with it.
func (j *job) try(b *batch) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return j.do(b)
}

// A batch is the transaction that a group shares, with what it needs once and not for each of its jobs.
type batch struct {
	*sqlx.Tx
	db      *DB
	bound   map[*sqlx.NamedStmt]*sqlx.NamedStmt // the writer's statements, in this transaction
	tariffs *Tariffs
	totals  totals // what the jobs add to them
}

// inBatch runs do in one durable transaction: all of it or nothing.
func (db *DB) inBatch(ctx context.Context, do func(*batch) error) error {
	return inTx(ctx, db.durable.db, func(tx *sqlx.Tx) error {
		b := &batch{Tx: tx, db: db, bound: map[*sqlx.NamedStmt]*sqlx.NamedStmt{}, totals: totals{}}
		if err := do(b); err != nil {
			return err
		}
		for k, t := range b.totals {
			if _, err := b.run(ctx, db.durable.addTotal, totalRow{k, t}); err != nil {
				return fmt.Errorf("add to the totals of %s: %w", k, err)
			}
		}
		return nil
	})
}

// run executes one of the durable writer's statements and says how many rows it changed.
func (b *batch) run(ctx context.Context, s *sqlx.NamedStmt, row any) (int64, error) {
	done, err := b.in(ctx, s).ExecContext(ctx, row)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

func (b *batch) in(ctx context.Context, s *sqlx.NamedStmt) *sqlx.NamedStmt {
	if b.bound[s] == nil {
		b.bound[s] = b.NamedStmtContext(ctx, s)
	}
	return b.bound[s]
}

// book is the tariffs as this transaction sees them.
func (b *batch) book(ctx context.Context) (*Tariffs, error) {
	if b.tariffs == nil {
		t, err := b.db.tariffs(ctx, b.Tx)
		if err != nil {
			return nil, err
		}
		b.tariffs = t
	}
	return b.tariffs, nil
}

// A commit takes this many at the most, so that nobody waits long for the work of others.
const groupMost = 256

// durably runs do in a durable transaction, which others may share. When it returns nil, what do wrote is on the disk. do
// may be run twice, and the first time be undone. A caller who no longer waits has not been told that it was written; it
// may have been.
func (db *DB) durably(ctx context.Context, do func(*batch) error) error {
	if db.durable == nil {
		return ErrReadOnly
	}
	j := &job{do: do, done: make(chan error, 1)}
	db.group.mu.Lock()
	db.group.waiting = append(db.group.waiting, j)
	db.group.mu.Unlock()
	for {
		select {
		case err := <-j.done:
			return err
		case <-ctx.Done():
			db.group.leave(j)
			return context.Cause(ctx)
		case <-db.turn:
		}
		db.takeTurn()
	}
}

// takeTurn writes for all who wait, and gives the turn back whatever happens.
func (db *DB) takeTurn() {
	defer func() { db.turn <- struct{}{} }()
	db.writeGroup(db.group.take())
}

// take takes whoever waits, the longest first.
func (g *group) take() []*job {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), groupMost)
	taken := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	return taken
}

// leave takes a job back that nobody has taken.
func (g *group) leave(j *job) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, w := range g.waiting {
		if w == j {
			g.waiting = append(g.waiting[:i:i], g.waiting[i+1:]...)
			return
		}
	}
}

// writeGroup writes jobs in one transaction. If that fails, each is tried by itself, so that nobody fails for another.
func (db *DB) writeGroup(jobs []*job) {
	if len(jobs) == 0 {
		return
	}
	// Others wait for this commit; none of them may cut it short.
	ctx := context.Background()
	err := db.inBatch(ctx, func(b *batch) error {
		for _, j := range jobs {
			if err := j.try(b); err != nil {
				return err
			}
		}
		return nil
	})
	for _, j := range jobs {
		if err != nil && len(jobs) > 1 {
			j.done <- db.inBatch(ctx, j.try)
			continue
		}
		j.done <- err
	}
}
