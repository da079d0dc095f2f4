package routing

import (
	"context"
	"errors"
	"slices"
	"time"

	"hotline/pbx"
	"hotline/prompt"
)

// hearRounds is how often a message is heard at the most, until the next one comes.
const hearRounds = 5

// hearMessages: somebody of the house hears the messages that nobody deals with yet, the oldest first, and says by a key what
// is with each: 1 it is done, 2 it stays for somebody, 3 once more.
func (v *visit) hearMessages(ctx context.Context) error {
	messages, err := v.Mailroom.Messages(ctx)
	if err != nil {
		v.log.Error("the messages cannot be read", "err", err)
		return v.tells(ctx, prompt.NotTaken, pbx.ToTheEnd)
	}
	messages = slices.DeleteFunc(messages, func(k Kept) bool { return k.State != MessageNew })
	slices.Reverse(messages)
	for _, k := range messages {
		if err := v.hearMessage(ctx, k); err != nil {
			return err
		}
	}
	return v.tells(ctx, prompt.NoMessages, pbx.ToTheEnd)
}

// hearMessage lets the phone hear one message until a key says what is with it.
func (v *visit) hearMessage(ctx context.Context, k Kept) error {
	media, back, err := v.Recordings.lend(k.ID, v.Prompts, v.Shelf, v.Sounds.Folder)
	if err != nil {
		v.log.Error("a message cannot be heard", "message", k.ID, "err", err)
		return nil
	}
	defer back()
	for range hearRounds {
		if err := v.hear(ctx, "message", media, true, pbx.UntilKey); err != nil {
			return err
		}
		v.deed(ctx, k, HearMessage)
		if err := v.tells(ctx, prompt.MessageChoice, pbx.UntilKey); err != nil {
			return err
		}
		switch key, err := v.call.Key(ctx, messageWait); {
		case errors.Is(err, pbx.ErrNoInput):
		case err != nil:
			return err
		case key == '1':
			v.deed(ctx, k, ClaimMessage)
			v.deed(ctx, k, DoneMessage)
			return nil
		case key == '2':
			return nil
		}
	}
	return nil
}

// deed writes down what the person at the phone has done with a message. Somebody else may have been faster.
func (v *visit) deed(ctx context.Context, k Kept, what MessageDeed) {
	if _, err := v.Mailroom.ChangeMessage(ctx, k.ID, what, v.atPhone(), time.Now()); err != nil && ctx.Err() == nil {
		v.log.Warn("not written what was done with a message", "message", k.ID, "what", what, "err", err)
	}
}

// atPhone is whose phone this is.
func (v *visit) atPhone() string {
	phone := v.call.Leg().From
	for _, id := range v.Router.rules.AgentOrder {
		if a := v.Router.rules.Agents[id]; a.InHouse() && a.Phone == phone {
			return id
		}
	}
	return phone
}
