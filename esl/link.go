package esl

import (
	"context"
	"fmt"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// The events that somebody reads. A call has many more, and each is four kilobytes.
var (
	wantedEvents = []string{"CHANNEL_CREATE", "CHANNEL_PARK", "CHANNEL_PROGRESS", "CHANNEL_PROGRESS_MEDIA", "CHANNEL_ANSWER",
		"CHANNEL_BRIDGE", "CHANNEL_UNBRIDGE", "CHANNEL_HOLD", "CHANNEL_UNHOLD", "CHANNEL_EXECUTE", "CHANNEL_EXECUTE_COMPLETE",
		"CHANNEL_HANGUP_COMPLETE", "DTMF", "MEDIA_BUG_STOP", "BACKGROUND_JOB"}
	wantedSubclasses = []string{markSubclass, leftSubclass, "sofia::register", "sofia::unregister", "sofia::expire"}
)

const (
	markSubclass = "hotline::mark" // our own, to learn FreeSWITCH's time
	leftSubclass = "hotline::left" // from the dialplan: a guard has sent the leg to the fallback
)

// A link is one life of the two connections. Everything it starts ends before Run returns.
type link struct {
	*driver.Line
	events   *conn
	commands *conn
	clock    time.Time // FreeSWITCH's
	read     time.Time // when it was read, by our clock
}

// now is the time by FreeSWITCH's clock. A step of ours does not move it: what has passed is counted by the steady one.
func (k *link) now() time.Time { return k.clock.Add(time.Since(k.read)) }

// end stops everything and waits for it.
func (k *link) end(why error) {
	k.End(why, func() {
		k.events.end(why)
		k.commands.end(why)
	})
}

// send asks FreeSWITCH over the connection for commands.
func (k *link) send(ctx context.Context, wire []byte) (string, error) {
	text, err := k.commands.ask(ctx, wire)
	if err != nil {
		return "", err
	}
	return answered(text)
}

// Run implements pbx.Switch.
func (s *Switch) Run(ctx context.Context, deliver func(pbx.Event)) error {
	k, err := s.connect(ctx)
	if err != nil {
		return err
	}
	for _, c := range []*conn{k.events, k.commands} {
		k.Work(func(context.Context) { c.read(func(body string) { s.received(k, body) }) })
		k.Work(func(ctx context.Context) {
			select {
			case <-c.gone:
				k.Lose(c.why())
			case <-ctx.Done():
				c.end(context.Cause(ctx))
			}
		})
	}
	k.Work(func(ctx context.Context) { k.events.ping(ctx, areYouThere) })
	defer k.end(pbx.ErrDown)

	impatient := context.AfterFunc(ctx, func() { k.Lose(context.Cause(ctx)) })
	events, err := s.ready(k)
	impatient()
	if err != nil {
		if why := context.Cause(k.Ctx); why != nil {
			return why
		}
		return fmt.Errorf("open the connection: %w", err)
	}
	s.setLink(k)
	defer s.setLink(nil)
	defer s.goodbye(ctx, k)
	if err := s.say(k.Ctx, k, k.now().Add(hereFor), askDeadline); err != nil { // before anybody is told that it stands
		return fmt.Errorf("open the connection: %w", err)
	}
	k.Work(func(ctx context.Context) {
		k.commands.ping(ctx, func() ([]byte, error) { return s.hereUntil(k.now().Add(hereFor)) })
	})
	k.Work(func(ctx context.Context) { s.watchPhones(ctx, k) })
	k.Work(func(ctx context.Context) { s.lookAgain(ctx, k) })
	for _, e := range events {
		deliver(e)
	}
	for {
		var over bool
		select {
		case <-k.More:
		case <-k.Ctx.Done():
			over = true // what was read before is still told
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		for _, item := range k.Take() {
			for _, e := range s.apply(k, item) {
				deliver(e)
			}
		}
		if over {
			return context.Cause(k.Ctx)
		}
	}
}

// untilVariable and the instance are the variable in which the dialplan reads until when hotline is there.
const untilVariable = "hotline_until_"

// hereFor is how long after our last word the dialplan believes that we are there.
const hereFor = 4 * time.Second

// hereUntil tells the dialplan until when we are certainly there. It also finds out whether FreeSWITCH is.
func (s *Switch) hereUntil(at time.Time) ([]byte, error) {
	return API("global_setvar", fmt.Sprintf("%s%s=%d", untilVariable, s.cfg.Instance, at.Unix()))
}

// say tells the dialplan that, and waits for the answer.
func (s *Switch) say(ctx context.Context, k *link, until time.Time, wait time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, wait, errDeadline)
	defer cancel()
	wire, err := s.hereUntil(until)
	if err == nil {
		_, err = k.send(ctx, wire)
	}
	return err
}

// goodbye tells the dialplan that we leave, when we do: the next caller goes to the fallback at once.
func (s *Switch) goodbye(ctx context.Context, k *link) {
	if ctx.Err() == nil {
		return // the connection is lost, and we come again
	}
	if err := s.say(k.Ctx, k, time.Unix(0, 0), goodbyeWait); err != nil {
		s.log.Debug("the dialplan is not told that hotline leaves", "err", err)
	}
}

const goodbyeWait = time.Second

func (s *Switch) setLink(k *link) {
	s.mu.Lock()
	s.link = k
	s.mu.Unlock()
}

// connect opens both connections.
func (s *Switch) connect(ctx context.Context) (*link, error) {
	k := &link{Line: driver.NewLine(context.WithoutCancel(ctx))} // it outlives ctx for a last word
	var err error
	if k.events, err = connect(ctx, s.cfg.Address, s.cfg.Password); err == nil {
		if k.commands, err = connect(ctx, s.cfg.Address, s.cfg.Password); err != nil {
			k.events.end(err)
		}
	}
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("connect to freeswitch at %s: %w", s.cfg.Address, err)
	}
	return k, nil
}

// received puts an event into the queue. What cannot be read is skipped: one bad event must not cost the others.
func (s *Switch) received(k *link, body string) {
	e, err := parseEvent(body)
	if err != nil {
		s.log.Warn("an event of freeswitch is skipped", "err", err)
		return
	}
	s.log.Debug("freeswitch event", "name", e.get(hName), "leg", e.get(hLeg), "app", e.get(hApp))
	k.Put(e)
}
