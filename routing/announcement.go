package routing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hotline/config"
	"hotline/pbx"
)

// AnnouncementNode is the name under which a call is saved that hears its price. It comes before the service's first node.
const AnnouncementNode = "announcement"

var errUnannounced = errors.New("the price could not be told, and without that the call may not cost anything")

// announcement: before the call costs anything, the caller hears what it will cost, in early media. Only # skips it. A call
// whose price could not be told is never answered. Entered again after a restart it is heard again.
func (v *visit) announcement(ctx context.Context) (next string, err error) {
	if next = v.Router.first(v.contact, &v.kept); next == "" {
		return "", errNoService
	}
	line, ok := v.Rules.Now().Router.announces(v.contact, time.Now())
	if !ok || v.call.Facts().Up { // the rules have changed over a restart, or there is nothing to save any more
		return next, nil
	}
	v.priceAt(time.Now())
	return next, v.tell(ctx, line)
}

// priceAt takes the price of the moment for the one of the call: that of the rules in force, by which it is charged. A number that
// they no longer have keeps the one it had.
func (v *visit) priceAt(at time.Time) (changed bool) {
	line, ok := v.Rules.Now().Router.arrivals[v.contact.Number.String()]
	if !ok || at.IsZero() {
		return false
	}
	before := v.kept.Price
	v.kept.Price = line.Price.SurchargeAt(at)
	return v.kept.Price != before
}

// promise makes sure, right before the answer, that the caller has been told what the call will cost: it may have waited over
// the midnight at which the price changed.
func (v *visit) promise(ctx context.Context) error {
	now := time.Now()
	if !v.priceAt(now) {
		return nil
	}
	if line, ok := v.Rules.Now().Router.announces(v.contact, now); ok {
		return v.tell(ctx, line)
	}
	return nil
}

func (v *visit) tell(ctx context.Context, line *config.Line) error {
	err := errors.New("the price has no sound")
	if media, ok := v.Rules.Now().Sounds.In(v.Prompts, v.Shelf).Price(line, v.kept.Price); ok {
		err = v.call.Play(ctx, media, pbx.UntilHash)
	}
	if err != nil && ctx.Err() == nil {
		v.flag("announcement_failed")
		return fmt.Errorf("%w: %w", errUnannounced, err)
	}
	return err
}

// announces returns the line that was called if it has a price at that moment and we tell it ourselves.
func (r *Router) announces(c Contact, at time.Time) (*config.Line, bool) {
	line, ok := r.arrivals[c.Number.String()]
	return line, ok && line.Announcement.By == config.BySelf && line.Price.SurchargeAt(at) != ""
}
