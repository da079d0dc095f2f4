package store

import (
	"context"
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
	do   func(tx *sqlx.Tx) error
	done chan error
}

// A commit takes this many at the most, so that nobody waits long for the work of others.
const groupMost = 256

// durably runs do in a durable transaction, which others may share. When it returns nil, what do wrote is on the disk. do
// may be run twice, and the first time be undone. A caller who no longer waits has not been told that it was written; it
// may have been.
func (db *DB) durably(ctx context.Context, do func(tx *sqlx.Tx) error) error {
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
		db.writeGroup(db.group.take())
		db.turn <- struct{}{}
	}
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
	err := inTx(ctx, db.durable.db, func(tx *sqlx.Tx) error {
		for _, j := range jobs {
			if err := j.do(tx); err != nil {
				return err
			}
		}
		return nil
	})
	for _, j := range jobs {
		if err != nil && len(jobs) > 1 {
			j.done <- inTx(ctx, db.durable.db, j.do)
			continue
		}
		j.done <- err
	}
}
