package routing

import (
	"context"
	"errors"
	"time"

	"github.com/oklog/ulid/v2"

	"hotline/config"
	"hotline/pbx"
	"hotline/prompt"
)

// What a mailbox asks of its callers.
const (
	messageQuiet  = 6 * time.Second // nothing said for so long ends a message
	messageWait   = 5 * time.Second // for a key once it is spoken
	messageRounds = 3               // of hearing what can be done with it, until it is taken as it is
	messageTries  = 2               // to say something
	messageTakes  = 5               // of the same message
)

var (
	errNothingSaid = errors.New("nothing was said")
	errNotKept     = errors.New("what was said could not be kept")
)

// voicemail: the caller hears the greeting and a beep, speaks, and says by a key what is to be done with it. Whatever has been
// said when the caller hangs up is kept. Entered again after a restart it keeps what was said before, and begins again.
func (v *visit) voicemail(ctx context.Context, n *Node) (next string, err error) {
	v.deliver()
	if err := v.answerNow(ctx); err != nil {
		return "", err
	}
	if v.leftMany(ctx) {
		v.flag(MessageLimit)
		v.log.Warn("the caller has left many messages, and leaves no other for a while", "mailbox", n.To)
		return n.Next, v.tells(ctx, prompt.NoMore, pbx.ToTheEnd)
	}
	box := v.Router.rules.Voicemails[n.To]
	if err := v.greet(ctx, box); err != nil {
		return "", err
	}
	for take, again := 1, true; again && take <= messageTakes; take++ {
		err := v.take(ctx, box)
		switch {
		case errors.Is(err, errNothingSaid) && len(v.kept.Said) == 0:
			v.flag(MessageEmpty)
			return n.Next, nil
		case errors.Is(err, errNothingSaid): // and the take before stands
			again = false
			continue
		case errors.Is(err, errNotKept):
			return n.Next, v.tells(ctx, prompt.NotTaken, pbx.ToTheEnd)
		case err != nil:
			return "", err
		}
		if again, err = v.offerAgain(ctx); err != nil {
			return "", err
		}
	}
	v.deliver()
	return n.Next, v.tells(ctx, prompt.Taken, pbx.ToTheEnd)
}

// greet asks for a message, until # or the end.
func (v *visit) greet(ctx context.Context, box *config.Voicemail) error {
	if box.Play != "" {
		return v.prompt(ctx, box.Play, pbx.UntilHash)
	}
	return v.tells(ctx, prompt.Greeting, pbx.UntilHash)
}

// take records one message, or says why there is none.
func (v *visit) take(ctx context.Context, box *config.Voicemail) error {
	for try := 1; ; try++ {
		if err := v.beep(ctx); err != nil {
			return err
		}
		id := ulid.Make().String()
		v.kept.Said, v.kept.Mailbox = append(v.kept.Said, Take{id, time.Now()}), box.Name
		if err := v.save(ctx); err != nil {
			return err
		}
		taken, err := v.call.Record(ctx, pbx.Recording{ID: id, File: v.Recordings.Path(id), Max: box.Max, Quiet: messageQuiet}, "#")
		switch {
		case ctx.Err() != nil: // the end of the visit looks for what was said
			return context.Cause(ctx)
		case err != nil && !errors.Is(err, pbx.ErrNoRecording):
			v.log.Error("a message could not be recorded", "mailbox", box.Name, "recording", id, "err", err)
			return errNotKept
		}
		v.log.Info("message recorded", "mailbox", box.Name, "recording", id, "length", taken.Dur, "ended_by", taken.By)
		if _, heard := v.Recordings.heard(id); heard {
			return nil
		}
		v.kept.Said = v.kept.Said[:len(v.kept.Said)-1]
		v.Recordings.drop(id, v.log)
		if try == messageTries {
			return errNothingSaid
		}
		if err := v.tells(ctx, prompt.Unheard, pbx.ToTheEnd); err != nil {
			if gone := (*pbx.HangupError)(nil); errors.As(err, &gone) && len(v.kept.Said) == 0 {
				v.flag(MessageEmpty) // the end of the recording was known before that of the call
			}
			return err
		}
	}
}

// beep says that the caller may speak now.
func (v *visit) beep(ctx context.Context) error {
	media, ok := v.Sounds.MayBegin()
	return v.hear(ctx, "beep", media, ok, pbx.ToTheEnd)
}

// offerAgain lets the caller keep what was said, hear it, or say it again. Who presses nothing keeps it.
func (v *visit) offerAgain(ctx context.Context) (again bool, err error) {
	for range messageRounds {
		if err := v.tells(ctx, prompt.Choice, pbx.UntilKey); err != nil {
			return false, err
		}
		switch key, err := v.call.Key(ctx, messageWait); {
		case errors.Is(err, pbx.ErrNoInput):
		case err != nil:
			return false, err
		case key == '1':
			return false, nil
		case key == '2':
			if err := v.replay(ctx); err != nil {
				return false, err
			}
		case key == '3':
			return true, nil
		default:
			v.call.ForgetKeys()
		}
	}
	return false, nil
}

// replay lets the caller hear what was said last.
func (v *visit) replay(ctx context.Context) error {
	id := v.kept.Said[len(v.kept.Said)-1].ID
	media, back, err := v.Recordings.lend(id, v.Prompts, v.Shelf, v.Sounds.Folder)
	if err != nil {
		v.flag("prompt_failed")
		v.log.Error("the caller cannot hear the message", "recording", id, "err", err)
		return nil
	}
	defer back()
	return v.hear(ctx, "message", media, true, pbx.UntilKey)
}

// tells plays a phrase of hotline's own in the caller's language.
func (v *visit) tells(ctx context.Context, phrase func(lang string) prompt.Phrase, mode pbx.PlayMode) error {
	return v.phrase(ctx, phrase(v.kept.Lang), mode)
}
