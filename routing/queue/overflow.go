package queue

import (
	"strings"
	"time"
)

// Stages is a set of overflow stages.
type Stages uint8

// The overflow stages of a queue, in the order in which they are looked at.
const (
	StageNobody  Stages = 1 << iota // nobody logged in, all paused, or all phones unreachable for the ticket's switch
	StageMaxWait                    // MaxWait after the arrival
)

func (s Stages) String() string {
	var names []string
	if s&StageNobody != 0 {
		names = append(names, "on_nobody")
	}
	if s&StageMaxWait != 0 {
		names = append(names, "on_max_wait")
	}
	return strings.Join(names, "+")
}

// overflow is rule 10: each stage once per ticket. The phones stop ringing first (rule 6), and from then on the ticket
// is away, until whoever runs the stage says what became of it. Without a stage it keeps waiting.
func (b *Board) overflow(now time.Time) {
	for _, t := range b.line {
		stage, why := t.stage(now)
		if stage == 0 {
			continue
		}
		b.cancelAll(t, reasonOverflow)
		t.Ran |= stage
		t.away = true
		b.decide(Decision{Kind: Overflow, Ticket: t.ID, Queue: t.Queue, Stage: stage, Reason: why, Considered: t.considered(now, nil)})
	}
}

// stage returns the stage whose time has come, or 0.
func (t *ticket) stage(now time.Time) (Stages, string) {
	switch {
	case t.away:
		return 0, ""
	case t.pending(StageNobody) && !t.queue.staffed(now, t.Switch):
		return StageNobody, reasonNobody
	case t.pending(StageMaxWait) && !now.Before(t.maxWaitEnd()):
		return StageMaxWait, reasonMaxWait
	}
	return 0, ""
}

// pending reports whether the queue has the stage and the ticket has not run it.
func (t *ticket) pending(s Stages) bool {
	if t.Ran&s != 0 {
		return false
	}
	if s == StageNobody {
		return t.queue.OnNobody
	}
	return t.queue.OnMaxWait && t.queue.MaxWait > 0
}

// maxWaitEnd counts from the arrival, also for a ticket that came from another queue: to the caller it is one wait.
func (t *ticket) maxWaitEnd() time.Time { return t.Arrival.Add(t.queue.MaxWait) }
