package routing

import (
	"context"
	"errors"
	"time"

	"hotline/pbx"
)

// talk: the caller and the agent who has picked up are connected, and talk until one of them leaves. Entered again
// after a restart it finds them talking and only waits.
func (v *visit) talk(ctx context.Context) (next string, err error) {
	agent := v.leg(v.kept.Peer)
	if agent == nil || agent.call == nil { // the agent left while nobody was looking
		if v.kept.TalkFrom.IsZero() {
			return v.backInLine(), nil
		}
		return "", nil // and the talk is over
	}
	if v.call.Peer() != agent.call.ID() {
		if err := v.connect(ctx, agent); err != nil {
			return v.notConnected(ctx, agent, err)
		}
	}
	if v.kept.TalkFrom.IsZero() {
		if v.kept.TalkFrom = v.call.Facts().Bridged; v.kept.TalkFrom.IsZero() {
			v.kept.TalkFrom = v.place.Since // connected by an earlier run, which had no time to note it
		}
		if err := v.save(ctx); err != nil {
			return "", err
		}
		v.log.Info("talking", "agent", agent.Agent)
	}
	v.limits(ctx, agent)
	return "", v.call.Talk(ctx, agent.call)
}

func (v *visit) connect(ctx context.Context, agent *leg) error {
	if err := v.answerNow(ctx); err != nil {
		return err
	}
	return v.call.Connect(ctx, agent.call)
}

// The agent's leg outlives the caller's by this much at the most, should nobody be there to hang it up.
const aloneLimit = 5 * time.Second

// limits sets the law's limit on both legs: the peer of a leg that the switch ends stays up alone.
func (v *visit) limits(ctx context.Context, agent *leg) {
	v.tryLimit(ctx, v.call, 0)
	v.tryLimit(ctx, agent.call, aloneLimit)
}

// tryLimit is limit for a leg that goes on if it fails: a talk is never ended because of that.
func (v *visit) tryLimit(ctx context.Context, c *pbx.Call, grace time.Duration) {
	err := v.limit(ctx, c, grace)
	if err != nil && !errors.Is(err, pbx.ErrGone) && !errors.Is(err, pbx.ErrRestart) {
		v.log.Error("the limit of a leg is not set", "leg", c.ID(), "err", err)
	}
}

// notConnected: the agent went in the moment of being connected. The caller is still there and has lost nothing.
func (v *visit) notConnected(ctx context.Context, agent *leg, err error) (string, error) {
	if ctx.Err() != nil || !errors.Is(err, pbx.ErrGone) {
		return "", err
	}
	v.log.Warn("agent gone before the talk began", "agent", agent.Agent)
	v.note(ctx, agent)
	v.Floor.Released(agent.Agent, v.contact.ID)
	return v.backInLine(), nil
}

// backInLine returns to the queue, at the place of before.
func (v *visit) backInLine() (queue string) {
	v.kept.Agent, v.kept.Peer = "", ""
	return "queue." + v.kept.Queue
}
