package routing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hotline/config"
	"hotline/routing/queue"
)

// What cannot be asked of an agent.
var (
	ErrNoAgent   = errors.New("no such agent in the rules")
	ErrLoggedOut = errors.New("the agent is logged out")
	ErrOutside   = errors.New("the agent's phone is outside the house, which this version does not ring")
)

// How long whoever asks something of an agent waits until it is written down. The change has happened by then, and is
// written when the disk lets it.
const keepFor = 2 * time.Second

// An Outcome is what became of a wish about an agent.
type Outcome struct {
	AgentNow
	Kept bool // written down: it outlives a restart
}

// LogIn makes the agent one who is offered calls.
func (f *Floor) LogIn(ctx context.Context, agent string) (Outcome, error) {
	return f.ask(ctx, agent, anybody, func(b *queue.Board, now time.Time) []queue.Decision { return b.LogIn(now, agent) })
}

// LogOut ends the agent's work: at once, or after the conversation.
func (f *Floor) LogOut(ctx context.Context, agent string) (Outcome, error) {
	return f.ask(ctx, agent, anybody, func(b *queue.Board, now time.Time) []queue.Decision { return b.LogOut(now, agent) })
}

// Pause stops offers to the agent for a while: at once, or after the conversation. Who is logged out has no pause.
func (f *Floor) Pause(ctx context.Context, agent, reason string) (Outcome, error) {
	return f.ask(ctx, agent, present, func(b *queue.Board, now time.Time) []queue.Decision { return b.Pause(now, agent, reason) })
}

// Resume ends a pause, or a wrap-up before its time.
func (f *Floor) Resume(ctx context.Context, agent string) (Outcome, error) {
	return f.ask(ctx, agent, present, func(b *queue.Board, now time.Time) []queue.Decision { return b.Resume(now, agent) })
}

// anybody may be asked, whatever the agent does.
func anybody(queue.AgentView) error { return nil }

// present refuses what only somebody can be asked who is logged in, and stays so.
func present(v queue.AgentView) error {
	if v.State == queue.Offline || v.After == queue.Offline {
		return ErrLoggedOut
	}
	return nil
}

// ask does something to an agent who may be asked it, in one step, and says what the agent does then.
func (f *Floor) ask(ctx context.Context, agent string, may func(queue.AgentView) error, wish func(*queue.Board, time.Time) []queue.Decision) (Outcome, error) {
	var view queue.AgentView
	var rules *config.Rules
	var refused error
	f.do(func(b *queue.Board, now time.Time) (decided []queue.Decision) {
		rules = f.rules
		switch v, known := b.Agent(agent); {
		case known:
			refused = may(v)
		case rules.Agents[agent] != nil:
			refused = ErrOutside
		default:
			refused = ErrNoAgent
		}
		if refused != nil {
			return nil
		}
		decided = wish(b, now)
		view, _ = b.Agent(agent)
		return decided
	})
	if refused != nil {
		return Outcome{}, fmt.Errorf("agent %s: %w", agent, refused)
	}
	ctx, cancel := context.WithTimeout(ctx, keepFor)
	defer cancel()
	return Outcome{AgentNow: named(rules, view), Kept: f.kept(ctx) == nil}, nil
}
