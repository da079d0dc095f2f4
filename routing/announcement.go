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
	if next = v.firstNode(); next == "" {
		return "", errNoService
	}
	line, ok := v.Router.announces(v.contact, time.Now())
	if !ok || v.call.Facts().Up { // the rules have changed over a restart, or there is nothing to save any more
		return next, nil
	}
	v.kept.Price = line.Price.SurchargeAt(time.Now()) // the one that is promised now, and charged
	if err = v.tell(ctx, line); err != nil && ctx.Err() == nil {
		v.flag("announcement_failed")
		return "", fmt.Errorf("%w: %w", errUnannounced, err)
	}
	return next, err
}

func (v *visit) tell(ctx context.Context, line *config.Line) error {
	media, ok := v.Sounds.Price(line, v.kept.Price)
	if !ok {
		return errors.New("the price has no sound")
	}
	return v.call.Play(ctx, media, pbx.UntilHash)
}

// announces returns the line that was called if it has a price at that moment and we tell it ourselves.
func (r *Router) announces(c Contact, at time.Time) (*config.Line, bool) {
	line, ok := r.arrivals[c.Number.String()]
	return line, ok && line.Announcement.By == config.BySelf && line.Price.SurchargeAt(at) != ""
}

// firstNode is the name of the first node of the service; "" when the rules do not have it.
func (v *visit) firstNode() string {
	if n, ok := v.Router.Enter(v.contact.Service); ok {
		return n.Name
	}
	return ""
}

// start is where a call begins: with its price, if it is for us to tell it.
func (v *visit) start() string {
	if _, ok := v.Router.announces(v.contact, time.Now()); ok {
		return AnnouncementNode
	}
	return v.firstNode()
}
