package pbx

import (
	"context"
	"errors"
	"time"
)

// A Listener is a switch that can say how the sound goes over a leg that is up.
type Listener interface {
	// Traffic counts the packets of sound that have gone over the leg so far.
	Traffic(ctx context.Context, l LegID) (Traffic, error)
	// Listen says how loud it is what comes from the leg within that time. Nothing plays on the leg meanwhile, and
	// music ends. It may return as soon as something is heard.
	Listen(ctx context.Context, l LegID, within time.Duration) (Loudness, error)
}

// Traffic is sound as packets, as the switch counts them.
type Traffic struct {
	Sent, Received int
	Loss           float64 // of those that should have been received, in percent
}

// Loudness is what was heard of a leg.
type Loudness struct {
	Heard bool    // something louder than the noise of a line
	Level float64 // of the loudest moment, in dB below the loudest there can be, so negative; 0: the switch does not tell
}

// ErrNoListener is a switch that cannot say how the sound goes.
var ErrNoListener = errors.New("this switch does not say how the sound goes")

// Traffic counts the packets of sound of the leg so far.
func (c *Call) Traffic(ctx context.Context) (t Traffic, err error) {
	ear, ok := c.x.sw.(Listener)
	if !ok {
		return t, ErrNoListener
	}
	err = c.ask(ctx, func(ctx context.Context) error {
		t, err = ear.Traffic(ctx, c.id)
		return err
	})
	return t, err
}

// Listen ends what plays on the leg, and says how loud it is what comes from it within that time.
func (c *Call) Listen(ctx context.Context, within time.Duration) (l Loudness, err error) {
	ear, ok := c.x.sw.(Listener)
	if !ok {
		return l, ErrNoListener
	}
	if err := c.quiet(ctx); err != nil {
		return l, err
	}
	err = c.ask(ctx, func(ctx context.Context) error {
		l, err = ear.Listen(ctx, c.id, within)
		return err
	})
	return l, err
}
