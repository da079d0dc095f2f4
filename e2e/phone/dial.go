package phone

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/emiago/diago"
	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// Outside is a call from outside, over the switch's trunk.
type Outside struct {
	From   string  // the caller's number
	Name   string  // put between the quotes of the From header exactly as it is, however hostile
	To     string  // the number called
	Via    string  // the switch's SIP address
	Hidden bool    // withhold the number: From is anonymous, the number goes in P-Asserted-Identity with Privacy: id
	Tone   float64 // in Hz, what the caller says; 0 is silence
	Codec  Codec
	Log    *slog.Logger // nil: says nothing
}

// Dial places a call and returns as soon as it is on its way; refusals are in its Story. ctx matters only until then.
// Whoever dials hangs up, also when the other side already has: Call.Hangup frees what the call holds.
func Dial(ctx context.Context, o Outside) (*Call, error) {
	var c *Call
	started := make(chan struct{}) // orders the use of c in a BYE after its setting here
	onBye := func(_, reason string) {
		<-started
		c.over(Them, sip.StatusOK, reason)
	}
	refuse := func(d *diago.DialogServerSession) {} // An outside caller is not called; the library refuses.
	l, err := plug(ctx, "outside", o.Codec, o.Log, refuse, onBye)
	if err != nil {
		return nil, err
	}
	uri, err := address(o.To, o.Via)
	if err != nil {
		return nil, errors.Join(err, l.unplug())
	}
	d, err := l.diago.NewDialog(uri, diago.NewDialogOptions{})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("dial %s: %w", o.To, err), l.unplug())
	}
	c = newCall(d.InviteRequest, o.From, o.Name, o.To, o.Codec, o.Tone)
	dialling, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c.end = cancel
	close(started)
	go func() {
		defer close(c.done)
		defer cancel()
		c.talk(dialling, d, o.headers())
		c.fail(errors.Join(d.Close(), c.sound.stopped(), l.unplug()))
	}()
	return c, nil
}

// headers say who calls.
func (o Outside) headers() []sip.Header {
	from := &sip.FromHeader{
		DisplayName: o.Name,
		Address:     sip.Uri{Scheme: "sip", User: o.From, Host: "127.0.0.1"},
		Params:      sip.NewParams(),
	}
	if !o.Hidden {
		return []sip.Header{from}
	}
	from.DisplayName = "Anonymous"
	from.Address.User, from.Address.Host = "anonymous", "anonymous.invalid"
	return []sip.Header{
		from,
		sip.NewHeader("P-Asserted-Identity", "<sip:"+o.From+"@127.0.0.1>"),
		sip.NewHeader("Privacy", "id"),
	}
}

// talk is a dialled call from the INVITE to its end.
func (c *Call) talk(ctx context.Context, d *diago.DialogClientSession, headers []sip.Header) {
	err := d.Invite(ctx, diago.InviteClientOptions{OnResponse: c.heardResponse, Headers: headers, EarlyMediaDetect: true})
	if errors.Is(err, diago.ErrClientEarlyMedia) {
		c.mark(func(s *Story) { s.Early = time.Now() })
		c.sound.start(&d.DialogMedia)
		err = d.WaitAnswer(ctx, sipgo.AnswerOptions{OnResponse: c.heardResponse})
	}
	if err != nil {
		c.failed(ctx, d, err)
		return
	}
	if err := d.Ack(context.WithoutCancel(ctx)); err != nil {
		c.fail(fmt.Errorf("acknowledge the answer: %w", err))
		c.over(Us, sip.StatusOK, "")
		return
	}
	c.mark(func(s *Story) { s.Answered = time.Now() })
	c.sound.start(&d.DialogMedia)
	select {
	case <-ctx.Done():
		c.over(Us, sip.StatusOK, "")
		c.fail(hangup(d))
	case <-d.Context().Done():
	}
	c.over(Them, sip.StatusOK, "")
}

// heardResponse writes the switch's answers into the story.
func (c *Call) heardResponse(res *sip.Response) error {
	c.mark(func(s *Story) {
		s.Code = res.StatusCode
		if res.StatusCode == sip.StatusRinging && s.Ringing.IsZero() {
			s.Ringing = time.Now()
		}
	})
	return nil
}

// failed ends a call that was not answered: refused, or given up by us. An answer that crossed our CANCEL is
// acknowledged and hung up, as the protocol wants it.
func (c *Call) failed(ctx context.Context, d *diago.DialogClientSession, err error) {
	if ctx.Err() != nil {
		c.over(Us, sip.StatusRequestTerminated, "cancelled")
		if res := d.InviteResponse; res != nil && res.IsSuccess() {
			c.fail(errors.Join(d.Ack(context.WithoutCancel(ctx)), hangup(d)))
		}
		return
	}
	var refused *sipgo.ErrDialogResponse
	if errors.As(err, &refused) {
		reason := refused.Res.Reason
		if h := refused.Res.GetHeader("Reason"); h != nil {
			reason = h.Value()
		}
		c.over(Them, refused.Res.StatusCode, reason)
		return
	}
	c.over(Them, 0, err.Error())
	c.fail(err)
}
