package esl

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// A dialling is a leg on its way from Dial to its ringing.
type dialling struct {
	job  string        // the background job that makes it
	done chan struct{} // closed when Dial returns
	err  error         // what Dial returned
}

// answeredFuse is what a leg that we dialled runs once it is answered: it waits for us, but not for ever.
const answeredFuse = "sched_hangup:+10 ALLOTTED_TIMEOUT,park"

// Dial implements pbx.Switch.
func (s *Switch) Dial(ctx context.Context, d pbx.Dial) error {
	what := fmt.Sprintf("dial %s%s as %s", d.To.Phone, d.To.Number, d.Leg)
	where, err := driver.Templates{Phone: s.cfg.Phone, Trunks: s.cfg.Trunks}.DialString(d.To)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if !driver.SafeID.MatchString(string(d.Leg)) || !driver.SafeID.MatchString(d.Call) {
		return fmt.Errorf("%s: want letters, digits, dot, - and _ in the leg's id and in the contact's, %q", what, d.Call)
	}
	return s.ask(ctx, what, func(ctx context.Context) error {
		l, first := s.enter(d)
		if !first {
			return waitDial(ctx, l)
		}
		wire, err := Originate(l.dial.job, where, s.variables(d), answeredFuse)
		if err == nil {
			_, err = s.send(ctx, wire)
		}
		s.dialled(l, err)
		return err
	})
}

// enter notes a leg before FreeSWITCH is asked for it. A leg that is there already is not the first.
func (s *Switch) enter(d pbx.Dial) (l *leg, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.legs[d.Leg]; l != nil && !l.ghost {
		return l, false
	}
	l = newLeg(d.Leg)
	l.Ours, l.Call, l.phone = true, d.Call, d.To.Phone
	l.dial = &dialling{job: string(d.Leg) + ".job", done: make(chan struct{})}
	s.legs[d.Leg] = l
	return l, true
}

func waitDial(ctx context.Context, l *leg) error {
	if l.dial == nil {
		return nil
	}
	select {
	case <-l.dial.done:
		return l.dial.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// dialled notes what came of asking. When FreeSWITCH has refused, there is no leg; when it has not answered there may be
// one, which nobody knows any more: it is hung up when it shows.
func (s *Switch) dialled(l *leg, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.dial.err = err
	close(l.dial.done)
	var refused refusal
	switch {
	case err == nil || s.legs[l.id] != l:
	case errors.As(err, &refused) || errors.Is(err, ErrUnsafe):
		delete(s.legs, l.id)
	default:
		l.ghost = true
	}
}

// variables are what a dialled channel is born with.
func (s *Switch) variables(d pbx.Dial) map[string]string {
	number, name := plain(driver.Clean(d.CallerNumber)), plain(driver.Clean(d.CallerName))
	v := map[string]string{
		"origination_uuid":    string(d.Leg),
		"originate_timeout":   strconv.Itoa(int(math.Ceil(d.Ring.Seconds())) + 1), // it counts the seconds that begin
		"ignore_early_media":  "true",
		"hangup_after_bridge": "false",
		// A phone that transfers is told what comes of it by us, not that all is well before anybody could object.
		"confirm_blind_transfer": "true",
		"deny_refer_requests":    "true",
		varApp:                   s.cfg.Instance,
		varKind:                  dialled,
		varCall:                  d.Call,
		varAccount:               account,

		"origination_caller_id_number": number,
		"origination_caller_id_name":   name,
		"force_transfer_context":       transferContext,
	}
	if number == "" {
		v["origination_caller_id_number"], v["origination_caller_id_name"] = "anonymous", "anonymous"
		v["origination_privacy"] = "hide_name:hide_number"
	} else if name == "" {
		v["origination_caller_id_name"] = number
	}
	return v
}

// jobDone is the end of a background job: of a Play, or of a Dial. When the call has failed, the channel's own end usually
// tells why, and better; a call that never became a channel has no other.
func (ch *change) jobDone(k *link, job, text string) {
	if turn, ok := strings.CutSuffix(job, ".play"); ok {
		l := ch.legs[pbx.LegID(turn[:max(0, strings.LastIndexByte(turn, '.'))])]
		if l != nil && l.play != nil && l.play.job == job {
			ch.opened(l, l.play, text)
		}
		return
	}
	if tape, ok := strings.CutSuffix(job, recordJob); ok {
		ch.tapeOpened(k, tape, text)
		return
	}
	id, ok := strings.CutSuffix(job, ".job")
	l := ch.legs[pbx.LegID(id)]
	if !ok || l == nil || !l.Ours || !strings.HasPrefix(text, "-ERR") {
		return
	}
	cause := strings.TrimSpace(strings.TrimPrefix(text, "-ERR"))
	ch.later(func(ctx context.Context) {
		if ch.there(ctx, k, l, cause) {
			return // an id that is in use already: the call is there
		}
		k.Put(vanished{l: l, cause: cause})
	})
}

// there says, once the events of before have had their time, whether the leg lives in spite of its job.
func (ch *change) there(ctx context.Context, k *link, l *leg, cause string) bool {
	ch.mu.Lock()
	seen := l.seen
	ch.mu.Unlock()
	if seen && !driver.Pausing(ctx, eventsTime) {
		return true // the connection is over, and its end is found by the next
	}
	if cause != "DESTINATION_OUT_OF_ORDER" {
		return false
	}
	text, err := k.api(ctx, "uuid_exists", string(l.id))
	return err != nil || text == "true"
}
