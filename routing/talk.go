package routing

import (
	"context"
	"errors"
	"time"

	"hotline/pbx"
)

// talk: the caller and who has picked up are connected, and talk until one of them leaves. Entered again after a restart
// it finds them talking and only waits. If the other goes before it has begun, the call goes on at back.
func (v *visit) talk(ctx context.Context, back func() (node string)) (next string, err error) {
	agent := v.leg(v.kept.Peer)
	if agent == nil || agent.call == nil { // the agent left while nobody was looking
		if v.kept.TalkFrom.IsZero() {
			return back(), nil
		}
		return v.afterTalk(ctx, agent), nil // and the talk is over
	}
	if v.call.Peer() != agent.call.ID() {
		if err := v.connect(ctx, agent); err != nil {
			return v.notConnected(ctx, agent, err, back)
		}
	}
	if v.kept.TalkFrom.IsZero() {
		if v.kept.TalkFrom = v.call.Facts().Bridged; v.kept.TalkFrom.IsZero() {
			v.kept.TalkFrom = v.place.Since // connected by an earlier run, which had no time to note it
		}
		if err := v.save(ctx); err != nil {
			return "", err
		}
		v.log.Info("talking", "role", agent.Role, "agent", agent.Agent)
		v.notify(CallAnswered, agent)
	}
	v.limits(ctx, agent)
	if err := v.converse(ctx, agent); err != nil {
		return "", err
	}
	return v.afterTalk(ctx, agent), nil
}

// converse waits until the talk ends, and tells both when its limit is near.
func (v *visit) converse(ctx context.Context, agent *leg) error {
	end := v.end()
	for told := never; ; {
		next, ok := nextWarning(time.Until(end), told)
		if !ok {
			return v.call.Talk(ctx, agent.call)
		}
		due, cancel := context.WithDeadlineCause(ctx, end.Add(-next), errNearlyOver)
		err := v.call.Talk(due, agent.call)
		cancel()
		if !errors.Is(err, errNearlyOver) {
			return err
		}
		v.warn(agent, next)
		told = next
	}
}

func (v *visit) connect(ctx context.Context, agent *leg) error {
	if err := v.answerNow(ctx); err != nil {
		return err
	}
	return v.call.Connect(ctx, agent.call)
}

// notConnected: the agent went in the moment of being connected. The caller is still there and has lost nothing.
func (v *visit) notConnected(ctx context.Context, agent *leg, err error, back func() string) (string, error) {
	if ctx.Err() != nil || !errors.Is(err, pbx.ErrGone) {
		return "", err
	}
	v.log.Warn("agent gone before the talk began", "agent", agent.Agent)
	v.note(ctx, agent)
	if agent.Role == AgentRole {
		v.Floor.Released(agent.Agent, v.contact.ID)
	}
	return back(), nil
}

// backInLine returns to the queue, at the place of before.
func (v *visit) backInLine() (queue string) {
	v.kept.Agent, v.kept.Peer = "", ""
	return queueNode(v.kept.Queue, v.kept.Skill)
}
