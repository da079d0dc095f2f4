package routing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"hotline/config"
	"hotline/number"
	"hotline/pbx"
	"hotline/prompt"
)

// transfer: the caller hears music while a phone of the house or a number outside rings, and talks with whoever takes the
// call. If nobody does, otherwise comes, or the step that follows. Entered again after a restart it waits for what rings.
func (v *visit) transfer(ctx context.Context, n *Node) (next string, err error) {
	third := v.ringing()
	if third == nil && v.kept.Third == n.Name { // taken, and gone before the talk was noted
		return v.notTransferred(), nil
	}
	if err := v.answer(ctx); err != nil {
		return "", err
	}
	if err := v.call.Hold(ctx, v.Music); err != nil {
		return "", err
	}
	waiting, cancel := v.patient(ctx)
	defer cancel()
	if third == nil {
		third = v.newThird(n)
		v.note(ctx, third)
		v.ringThird(waiting, n, third)
	}
	taken, err := v.taken(waiting, n, third)
	switch {
	case taken:
		v.kept.Peer, v.kept.Third, v.kept.Most = third.ID, n.Name, n.Transfer.Max
		if !v.kept.Arrival.IsZero() {
			v.kept.Waited = time.Since(v.kept.Arrival)
		}
		return TransferredNode, nil
	case err != nil && !errors.Is(err, errTooLate):
		return "", err
	case err != nil:
		v.flag("early_limit")
		third.inVain = true
	}
	if third.call != nil && third.call.Facts().Ended.IsZero() {
		third.off = true
		cause := pbx.AnsweredElsewhere
		if third.call.Facts().Up {
			cause = pbx.Normal
		}
		v.hangUp(third, cause)
	}
	if err := v.call.Hold(ctx, ""); err != nil {
		return "", err
	}
	v.kept.Third = n.Name
	if next = v.notTransferred(); next == "" { // nobody is hung up on without a word
		return "", v.phrase(ctx, prompt.Unreached(v.kept.Lang), pbx.ToTheEnd)
	}
	return next, nil
}

var errTooLate = errors.New("the caller's operator is about to cut the call")

// patient is a context that ends when the carrier of a caller who has not been answered would cut the call.
func (v *visit) patient(ctx context.Context) (context.Context, context.CancelFunc) {
	until, limited := v.kept.patience(v.contact, v.call.Facts().Up)
	if !limited {
		return context.WithCancel(ctx)
	}
	return context.WithDeadlineCause(ctx, until, errTooLate)
}

// ringing is the leg of a transfer that an earlier run left.
func (v *visit) ringing() *leg {
	for _, l := range slices.Backward(v.legs[1:]) {
		if l.Role == Third && l.call != nil && !l.off && !l.settled && l.call.Facts().Ended.IsZero() {
			return l
		}
	}
	return nil
}

// newThird is a leg to whom the transfer goes, by the rules in force.
func (v *visit) newThird(n *Node) *leg {
	rules := v.Rules.Now().Rules
	phone, outside := rules.Goal(n.Transfer)
	l := &leg{Leg: Leg{
		ID: "hl-" + ulid.Make().String(), Call: v.contact.ID, Switch: v.contact.Switch, SwitchStart: v.Exchange.Start(),
		Role: Third, Agent: n.Transfer.Agent, Target: cmp.Or(phone, outside.National()), Created: v.Exchange.Now(),
	}}
	for _, id := range rules.AgentOrder {
		if a := rules.Agents[id]; l.Agent == "" && phone != "" && a.Phone == phone {
			l.Agent = id
		}
	}
	if l.Trunk = n.Transfer.Trunk; outside == "" {
		l.Trunk = ""
	} else if l.Trunk == "" && len(v.Trunks) > 0 {
		l.Trunk = v.Trunks[0].Name
	}
	v.legs = append(v.legs, l)
	return l
}

// ringThird rings the leg, if the gate lets it through. One that does not come to ring has ended with its cause.
func (v *visit) ringThird(ctx context.Context, n *Node, l *leg) {
	rules := v.Rules.Now().Rules
	phone, outside := rules.Goal(n.Transfer)
	d := pbx.Dial{
		Leg: pbx.LegID(l.ID), Call: v.contact.ID, To: pbx.Target{Phone: phone}, For: v.call.ID(), Ring: n.Transfer.Ring,
		CallerNumber: v.contact.Caller.National(), CallerName: v.contact.CallerName,
	}
	if outside != "" {
		d.To = pbx.Target{Trunk: l.Trunk, Number: outside.National()}
		d.CallerNumber, d.CallerName = v.shown(rules, n.Transfer, l.Trunk), ""
	}
	v.log.Info("transfer rings", "to", l.Target, "trunk", l.Trunk, "agent", l.Agent, "ring", d.Ring)
	var err error
	if l.call, err = v.dial(ctx, v.call, d); err == nil || ctx.Err() != nil {
		return
	}
	cause := pbx.Broken
	switch refused := (*Refusal)(nil); {
	case errors.As(err, &refused):
		cause = pbx.Refused
		v.flag("transfer_refused")
	case errors.Is(err, pbx.ErrUnreachable):
		cause = pbx.Unreachable
	}
	v.log.Warn("transfer not rung", "node", n.Name, "err", err)
	l.Ended, l.Cause = v.Exchange.Now(), string(cause)
	v.note(ctx, l)
}

// shown is the number that somebody outside sees: the caller's, if the step and the trunk pass it on; else the company's.
func (v *visit) shown(rules *config.Rules, t *config.Transfer, trunk string) string {
	passes := slices.ContainsFunc(v.Trunks, func(x config.Trunk) bool { return x.Name == trunk && x.ShowCaller })
	if t.Show == config.ShowCaller && passes && !v.contact.Hidden && v.contact.Caller != "" {
		return v.contact.Caller.National()
	}
	for _, n := range []number.Number{rules.CallerID, v.contact.Number} {
		if s := n.National(); len(s) == 10 && strings.Contains("123459", s[1:2]) {
			return s
		}
	}
	return rules.CallerID.National()
}

// taken waits until somebody takes the call; it is false when nobody does.
func (v *visit) taken(ctx context.Context, n *Node, l *leg) (bool, error) {
	for l.call != nil {
		changed := v.call.Changed()
		switch f := l.call.Facts(); {
		case !f.Ended.IsZero():
			v.note(ctx, l)
			v.log.Info("transfer not taken", "to", l.Target, "cause", f.Cause)
			return false, nil
		case f.Up && !Confirms(v.Rules.Now().Rules, n.Transfer):
			v.note(ctx, l)
			l.settled = true
			return true, nil
		case f.Up:
			v.note(ctx, l)
			return v.confirmed(ctx, l)
		}
		select {
		case <-ctx.Done():
			return false, context.Cause(ctx)
		case <-changed:
		}
	}
	return false, context.Cause(ctx)
}

// Confirms says whether who is called has to take the call with a key: a mailbox answers in place of many a mobile.
func Confirms(rules *config.Rules, t *config.Transfer) bool {
	if t.Confirm != nil {
		return *t.Confirm
	}
	_, outside := rules.Goal(t)
	national := outside.National()
	return len(national) == 10 && (strings.HasPrefix(national, "06") || strings.HasPrefix(national, "07"))
}

// How often who is called is asked to take the call, and how long is waited for the key each time.
const (
	confirmTries = 3
	confirmWait  = 4 * time.Second
)

// confirmed asks who has picked up to take the call with 1. A mailbox does not, and people who do not are busy.
func (v *visit) confirmed(ctx context.Context, l *leg) (bool, error) {
	media, err := v.takeCall(ctx)
	for range confirmTries {
		if err == nil {
			err = l.call.Play(ctx, media, pbx.UntilKey)
		}
		if broken := (*pbx.PlayError)(nil); ctx.Err() == nil && (errors.As(err, &broken) || errors.Is(err, errMute)) { // nobody can know which key
			v.flag("prompt_failed")
			v.log.Error("who is called cannot be asked to take the call, and has it at once", "err", err)
			l.settled = true
			return true, nil
		}
		key := byte(0)
		if err == nil {
			key, err = l.call.Key(ctx, confirmWait)
		}
		switch {
		case ctx.Err() != nil:
			return false, context.Cause(ctx)
		case errors.Is(err, pbx.ErrGone):
			v.note(ctx, l)
			return false, nil
		case key == '1':
			l.settled = true
			return true, nil
		case err != nil && !errors.Is(err, pbx.ErrNoInput):
			return false, err
		}
		l.call.ForgetKeys()
		err = nil
	}
	v.log.Info("transfer answered, and not taken with 1", "to", l.Target)
	return false, nil
}

// takeCall is the sound that asks who is called, spoken when no call has needed it before.
func (v *visit) takeCall(ctx context.Context) (media string, err error) {
	u := v.utterPhrase(prompt.TakeCall(v.Router.rules.Languages[0]))
	switch spoken, err := within(ctx, sayFor, u.done); {
	case err != nil:
		return "", err
	case !spoken:
		return "", errMute
	case u.err != nil:
		return "", fmt.Errorf("%w: %w", errMute, u.err)
	}
	return v.Sounds.at(u.file), nil
}

// notTransferred is where a call goes on that nobody took.
func (v *visit) notTransferred() (next string) {
	n, ok := v.Router.Node(v.kept.Third)
	v.kept.Peer, v.kept.Third, v.kept.Most = "", "", 0
	v.call.ForgetKeys()
	if !ok {
		return ""
	}
	v.kept.pass(n.way(0))
	return n.Other
}
