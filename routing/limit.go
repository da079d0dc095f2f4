package routing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hotline/billing"
	"hotline/pbx"
)

// longest is how long after its answer a call must be ended: by the law, which knows a highest price and length of a
// surcharged call, or by our own wish, whichever is the earlier. limited is false when nothing ends it.
func longest(price string, own time.Duration) (after time.Duration, limited bool, err error) {
	after, limited = own, own > 0
	if price == "" {
		return after, limited, nil
	}
	p, err := billing.ParsePrice(price)
	if err != nil {
		return 0, false, err
	}
	if law, ok := billing.Limit(p); ok && (!limited || law < after) {
		after, limited = law, true
	}
	return after, limited, nil
}

// left is how much of that the call still has.
func (v *visit) left() (left time.Duration, limited bool, err error) {
	after, limited, err := longest(v.kept.Price, v.kept.Longest)
	if err != nil {
		return 0, false, fmt.Errorf("price of %s: %w", v.contact.Number, err)
	}
	if from := v.legs[0].Answered; limited && !from.IsZero() {
		after -= v.Exchange.Now().Sub(from)
	}
	if from, most := v.kept.TalkFrom, v.kept.Most; most > 0 && !from.IsZero() {
		if left := most - v.Exchange.Now().Sub(from); !limited || left < after {
			after, limited = left, true
		}
	}
	return after, limited, nil
}

// limit has the switch end a leg when the call must end, and some time after it a leg that only must not be left alone.
func (v *visit) limit(ctx context.Context, c *pbx.Call, grace time.Duration) error {
	left, limited, err := v.left()
	if err != nil || !limited {
		return err
	}
	return c.Guard(ctx, pbx.Guard{After: max(left, time.Second) + grace, Then: pbx.HangUp})
}

// The agent's leg outlives the caller's by this much at the most, should nobody be there to hang it up: so it is always
// the caller's that the limit ends.
const aloneLimit = time.Second

// limits sets the limit on both legs: the peer of a leg that the switch ends stays up alone.
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

// end is when the switch ends the call, by our clock; zero: when they like.
func (v *visit) end() time.Time {
	left, limited, err := v.left() // an error has been told where the limit was set
	if err != nil || !limited {
		return time.Time{}
	}
	return time.Now().Add(left)
}

// Those who talk are warned so long before the limit.
const (
	FirstWarning = time.Minute
	LastWarning  = 10 * time.Second
)

const (
	never   = time.Duration(1<<63 - 1)
	warnFor = 5 * time.Second // later it would tell something wrong
)

var errNearlyOver = errors.New("the limit of the call is near")

// nextWarning is how long before its limit a call is warned next, when it still has so much time and was last warned so
// long before it. Without a limit, and when there is no time left for a warning, there is none.
func nextWarning(left, told time.Duration) (before time.Duration, ok bool) {
	for _, before := range []time.Duration{FirstWarning, LastWarning} {
		if left > before && before < told {
			return before, true
		}
	}
	return 0, false
}

// warn lets both hear, over their talk, that it ends soon. Nobody waits for it, and a talk is never ended because of it.
func (v *visit) warn(agent *leg, before time.Duration) {
	sound := v.Sounds.Warning(before)
	v.log.Info("the limit is near", "left", before)
	if sound == "" {
		return
	}
	for _, c := range []*pbx.Call{v.call, agent.call} {
		v.Exchange.Go(func() {
			ctx, cancel := context.WithTimeout(c.Context(), warnFor)
			defer cancel()
			err := c.Play(ctx, sound, pbx.ToTheEnd)
			if err != nil && !errors.Is(err, pbx.ErrGone) && !errors.Is(err, pbx.ErrRestart) {
				v.log.Warn("the warning before the limit is not heard", "leg", c.ID(), "err", err)
			}
		})
	}
}
