package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"hotline/e2e/phone"
)

// A part is what one caller does, step by step. After a step that fails the others do nothing, so that a part reads
// like the script that it is; err says what failed.
type part struct {
	*script
	*caller
	desk      *phone.Call   // the latest call on an agent's phone for this caller
	missedFor time.Duration // how long an agent's phone rang in vain
	err       error
}

// step does one thing, unless something has failed.
func (p *part) step(ctx context.Context, what string, do func(context.Context) error) {
	if p.err != nil {
		return
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("not within %s", patience))
	defer cancel()
	if err := do(ctx); err != nil {
		p.err = fmt.Errorf("%s, %s: %w", p.name, what, err)
	}
}

// says tells what has happened in this call, unless something has failed.
func (p *part) says(fr, en string, args ...any) {
	if p.err == nil {
		p.tell(p.name, fr, en, args...)
	}
}

// pauses lets time pass, as people do.
func (p *part) pauses(ctx context.Context, d time.Duration) {
	p.step(ctx, "pause", func(ctx context.Context) error {
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
}

// awaits waits for another part.
func (p *part) awaits(ctx context.Context, others ...<-chan struct{}) {
	for _, o := range others {
		p.step(ctx, "wait for the others", func(ctx context.Context) error {
			select {
			case <-o:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
	}
}

// dials places the call.
func (p *part) dials(ctx context.Context) {
	p.step(ctx, "dial "+p.to, func(ctx context.Context) error {
		var err error
		p.Call, err = phone.Dial(ctx, phone.Outside{From: p.from, To: p.to, Via: p.asterisk.Trunk(), Tone: p.tone})
		return err
	})
}

// hears waits for sound of whatever kind.
func (p *part) hears(ctx context.Context) {
	p.step(ctx, "hear something", func(ctx context.Context) error { return p.WaitAudio(ctx) })
}

// presses sends a key, and returns when hotline has understood it.
func (p *part) presses(ctx context.Context, key string) {
	p.step(ctx, "press "+key, func(ctx context.Context) error { return p.Press(ctx, key) })
	p.logs(ctx, "key "+key, func(e entry) bool { return e.Msg == "key pressed" && e.Key == key })
}

// queues waits until the call waits in line, and hears music.
func (p *part) queues(ctx context.Context) {
	p.logs(ctx, "the wait", func(e entry) bool { return e.Msg == "waiting" })
	p.pauses(ctx, 300*time.Millisecond) // what is left of a prompt is over
	p.hears(ctx)
}

// logs waits for a line of hotline's log about this call.
func (p *part) logs(ctx context.Context, what string, fits func(entry) bool) {
	p.step(ctx, what, func(ctx context.Context) error {
		masked := p.number[:len(p.number)-4] + "****" // Logs show no whole numbers.
		offered, err := p.hotline.wait(ctx, "the call of "+masked, func(e entry) bool { return e.Msg == "call offered" && e.From == masked })
		if err != nil {
			return err
		}
		_, err = p.hotline.wait(ctx, what, func(e entry) bool { return e.Call == offered.Call && fits(e) })
		return err
	})
}

// rings waits until the agent's phone rings for this caller and shows their number.
func (p *part) rings(ctx context.Context, a *agent) {
	p.step(ctx, "ring "+a.name, func(ctx context.Context) error {
		var err error
		if p.desk, err = a.Wait(ctx); err != nil {
			return err
		}
		if shown := p.shown(); p.desk.From != shown {
			return fmt.Errorf("the phone shows %q and not %q", p.desk.From, shown)
		}
		return p.desk.WaitRinging(ctx)
	})
}

// missed waits until the agent's phone, which nobody picks up, falls silent while the caller stays.
func (p *part) missed(ctx context.Context) {
	p.step(ctx, "an agent who does not pick up", func(ctx context.Context) error {
		if err := p.desk.WaitEnded(ctx); err != nil {
			return err
		}
		s := p.desk.Story()
		if s.EndedBy != phone.Them || !s.Answered.IsZero() {
			return fmt.Errorf("the phone's call ended by %s with %d %s", s.EndedBy, s.Code, s.Reason)
		}
		p.missedFor = s.Ended.Sub(s.Ringing)
		return nil
	})
}

// unanswered holds that nothing has been answered, though something is heard: nobody pays.
func (p *part) unanswered(ctx context.Context) {
	p.hears(ctx)
	p.step(ctx, "wait unanswered", func(context.Context) error {
		if s := p.Story(); !s.Answered.IsZero() {
			return errors.New("the call is answered, and billed, while it waits")
		}
		return nil
	})
}

// talks has the agent pick up, and returns when each hears the other's voice.
func (p *part) talks(ctx context.Context, a *agent) {
	p.step(ctx, "talk with "+a.name, func(ctx context.Context) error {
		p.desk.Answer()
		if err := p.WaitAnswered(ctx); err != nil {
			return err
		}
		if err := p.WaitHear(ctx, a.tone); err != nil {
			return err
		}
		if err := p.desk.WaitHear(ctx, p.tone); err != nil {
			return err
		}
		p.talker = a
		return nil
	})
}

// hangsUp ends the call, and the agent's telephone has to notice.
func (p *part) hangsUp(ctx context.Context) {
	p.step(ctx, "hang up", func(ctx context.Context) error {
		if err := p.Hangup(ctx); err != nil {
			return err
		}
		s := p.Story()
		if s.EndedBy != phone.Us {
			return fmt.Errorf("the call was ended by the other side before: %s", s.Reason)
		}
		if !s.Answered.IsZero() {
			p.answered = s.Ended.Sub(s.Answered)
		}
		if p.talker == nil {
			return nil
		}
		p.talked = s.Ended.Sub(p.desk.Story().Answered)
		return p.desk.WaitEnded(ctx)
	})
}

// shown is the caller's number as the company's own phones show it.
func (c *caller) shown() string {
	if rest, french := strings.CutPrefix(c.number, "+33"); french {
		return "0" + rest
	}
	return c.number
}
