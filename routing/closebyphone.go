package routing

import (
	"context"
	"errors"
	"time"

	"hotline/config"
	"hotline/pbx"
	"hotline/prompt"
)

// closeWait is how long the disk may take to write what a phone of the house closes or opens.
const closeWait = 2 * time.Second

// closeByPhone: somebody of the house closes a service, by 1 until the end of its day and by 2 until it is opened again.
func (v *visit) closeByPhone(ctx context.Context, c *config.Code) error {
	s := v.Rules.Now().Rules.Services[c.Service]
	if s == nil || v.Shutters == nil {
		return v.tells(ctx, prompt.NotClosed, pbx.ToTheEnd)
	}
	for range pinTries {
		now := config.Wall(time.Now())
		until := config.Wall(v.Rules.Now().Rules.EndOfDay(s, now))
		if err := v.phrase(ctx, prompt.AskClose(v.kept.Lang, until, now), pbx.UntilKey); err != nil {
			return err
		}
		key, err := v.call.Key(ctx, firstKeyWait)
		switch {
		case errors.Is(err, pbx.ErrNoInput):
			continue
		case err != nil:
			return err
		case key == '1':
			return v.shut(ctx, c, until)
		case key == '2':
			return v.shut(ctx, c, time.Time{})
		}
		v.call.ForgetKeys()
	}
	return nil
}

// shut closes a service and says until when.
func (v *visit) shut(ctx context.Context, c *config.Code, until time.Time) error {
	writing, cancel := context.WithTimeout(ctx, closeWait)
	defer cancel()
	done, err := v.Shutters.Close(writing, Closing{Service: c.Service, Until: until, Play: c.Play, Who: v.atPhone()})
	if err != nil {
		v.log.Error("service not closed by phone", "service", c.Service, "err", err)
		return v.tells(ctx, prompt.NotClosed, pbx.ToTheEnd)
	}
	if until.IsZero() {
		return v.tells(ctx, prompt.ClosedForGood, pbx.ToTheEnd)
	}
	return v.phrase(ctx, prompt.ClosedUntil(v.kept.Lang, until, config.Wall(done.Since)), pbx.ToTheEnd)
}

// openByPhone: somebody of the house opens a service again that was closed by hand, and hears when it is open.
func (v *visit) openByPhone(ctx context.Context, c *config.Code) error {
	rules := v.Rules.Now().Rules
	s := rules.Services[c.Service]
	if s == nil || v.Shutters == nil {
		return v.tells(ctx, prompt.NotOpened, pbx.ToTheEnd)
	}
	writing, cancel := context.WithTimeout(ctx, closeWait)
	defer cancel()
	if _, err := v.Shutters.Open(writing, c.Service, v.atPhone()); err != nil && !errors.Is(err, ErrNotClosed) {
		v.log.Error("service not opened by phone", "service", c.Service, "err", err)
		return v.tells(ctx, prompt.NotOpened, pbx.ToTheEnd)
	}
	now := time.Now()
	switch o := rules.Opening(s, now, nil); {
	case o.Open:
		return v.tells(ctx, prompt.Opened, pbx.ToTheEnd)
	case o.Next.IsZero():
		return v.tells(ctx, prompt.StillClosed, pbx.ToTheEnd)
	default:
		return v.phrase(ctx, prompt.OpensAt(v.kept.Lang, config.Wall(o.Next), config.Wall(now)), pbx.ToTheEnd)
	}
}
