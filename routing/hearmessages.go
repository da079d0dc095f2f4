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
	sit := v.sitting(v.call, v.Sounds, v.kept.Lang, v.log)
	for _, k := range messages {
		if _, err := sit.hearMessage(ctx, k, v.atPhone()); err != nil {
			return err
		}
	}
	return v.tells(ctx, prompt.NoMessages, pbx.ToTheEnd)
}

// ListenAt rings a phone of the house and lets whoever picks it up hear a message and say what is with it, in the name of who.
func (s *Switchboard) ListenAt(ctx context.Context, phone string, k Kept, who string) (PhoneResult, error) {
	sit, why, err := s.ringHouse(ctx, phone)
	if sit == nil {
		return why, err
	}
	defer s.ended(sit.call)
	heard, err := sit.hearMessage(ctx, k, who)
	switch {
	case heard:
		return MessageHeard, nil
	case sit.call.Context().Err() != nil:
		return PhoneHungUp, nil
	}
	return "", err
}

// hearMessage lets the phone hear one message until a key says what is with it.
func (s *sitting) hearMessage(ctx context.Context, k Kept, who string) (heard bool, err error) {
	media, back, err := s.folder.lend(k.ID, s.sounds.place, s.sounds.shelf, s.sounds.Folder)
	if err != nil {
		s.log.Error("a message cannot be heard", "message", k.ID, "err", err)
		return false, nil
	}
	defer back()
	for range hearRounds {
		if err := s.plays(ctx, media, pbx.UntilKey); err != nil {
			return heard, err
		}
		heard = true
		s.deed(ctx, k, HearMessage, who)
		if err := s.phrase(ctx, prompt.MessageChoice(s.lang), pbx.UntilKey); err != nil {
			return heard, err
		}
		switch key, err := s.call.Key(ctx, messageWait); {
		case errors.Is(err, pbx.ErrNoInput):
		case err != nil:
			return heard, err
		case key == '1':
			s.deed(ctx, k, ClaimMessage, who)
			s.deed(ctx, k, DoneMessage, who)
			return heard, s.phrase(ctx, prompt.MessageDone(s.lang), pbx.ToTheEnd)
		case key == '2':
			return heard, nil
		}
	}
	return heard, nil
}

// deed writes down what the person at the phone has done with a message. Somebody else may have been faster.
func (s *sitting) deed(ctx context.Context, k Kept, what MessageDeed, who string) {
	if _, err := s.messages.ChangeMessage(ctx, k.ID, what, who, time.Now()); err != nil && ctx.Err() == nil {
		s.log.Warn("not written what was done with a message", "message", k.ID, "what", what, "err", err)
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
