package routing

import (
	"context"
	"errors"
	"time"

	"hotline/config"
	"hotline/pbx"
	"hotline/prompt"
)

// A Speaker speaks a text while calls last, and returns the file, in the folder of the prompts, that has it.
type Speaker interface {
	Said(ctx context.Context, lang, text string) (file string, err error)
	// Phrase is the same of a sentence of hotline's own, of which there may be a recording.
	Phrase(ctx context.Context, p prompt.Phrase) (file string, err error)
}

const (
	// A text that takes longer than this to be spoken is passed over.
	sayFor = 5 * time.Second
	// Silence that is longer than this sounds as if the call were lost: from then on there is music.
	sayMusic = time.Second
)

var errMute = errors.New("nobody speaks during a call")

// An utterance is a text of this call that is being spoken.
type utterance struct {
	done chan struct{}
	file string
	err  error
}

// spoken says whether it has come to a sound by now.
func (u *utterance) spoken() bool {
	select {
	case <-u.done:
		return u.err == nil
	default:
		return false
	}
}

// say: the caller hears a text of the rules, with the values of the call in it.
func (v *visit) say(ctx context.Context, n *Node) (next string, err error) {
	if err := v.answer(ctx); err != nil {
		return "", err
	}
	lang := n.Says.Speaks(v.kept.Lang, v.Router.rules.Languages)
	if n.Says.Plain(lang) {
		media, ok := v.Sounds.Of(n.Says, lang)
		return n.Next, v.hear(ctx, n.Name, media, ok, pbx.ToTheEnd)
	}
	return n.Next, v.speak(ctx, v.filled(n.Says, lang), pbx.ToTheEnd)
}

// speak: the caller hears a text that is known only now.
func (v *visit) speak(ctx context.Context, text config.Text, mode pbx.PlayMode) error {
	return v.listen(ctx, v.utter(text, v.said(text)), mode)
}

// phrase: the caller hears a sentence of hotline's own.
func (v *visit) phrase(ctx context.Context, p prompt.Phrase, mode pbx.PlayMode) error {
	return v.listen(ctx, v.utterPhrase(p), mode)
}

// utterPhrase begins to speak a sentence of hotline's own, unless that has been begun.
func (v *visit) utterPhrase(p prompt.Phrase) *utterance {
	return v.utter(config.Text{Lang: p.Lang, Words: p.Words}, func(ctx context.Context) (string, error) { return v.Speech.Phrase(ctx, p) })
}

// listen plays what is being spoken. What cannot be spoken in time is passed over: the call goes on.
func (v *visit) listen(ctx context.Context, u *utterance, mode pbx.PlayMode) error {
	spoken, err := v.await(ctx, u.done, sayFor)
	switch {
	case err != nil:
		return err
	case !spoken:
		v.flag("not_said")
		v.log.Error("text not spoken in time; passed over", "node", v.place.Node, "within", sayFor)
		return nil
	case u.err != nil:
		v.flag("not_said")
		v.log.Error("text not spoken; passed over", "node", v.place.Node, "err", u.err)
		return nil
	}
	return v.hear(ctx, v.place.Node, v.Sounds.at(u.file), true, mode)
}

// filled is a text of the rules with the values of the call in it.
func (v *visit) filled(says *config.Prompt, lang string) config.Text {
	return config.Text{Lang: lang, Words: v.Router.filled(says.Texts[lang], aloud(lang), &v.kept, v.contact)}
}

// said has a text spoken.
func (v *visit) said(text config.Text) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) { return v.Speech.Said(ctx, text.Lang, text.Words) }
}

// await waits for something to be done, so long at most, with music when it takes long and the caller has been answered. The
// music is ended also when it is that of an earlier run.
func (v *visit) await(ctx context.Context, done <-chan struct{}, most time.Duration) (is bool, err error) {
	end := time.Now().Add(most)
	if is, err = within(ctx, min(sayMusic, most), done); err != nil {
		return false, err
	}
	if !v.call.Facts().Up {
		if !is {
			is, err = within(ctx, time.Until(end), done)
		}
		return is, err
	}
	if !is && most > sayMusic {
		if err := v.call.Hold(ctx, v.Music); err != nil {
			return false, err
		}
		if is, err = within(ctx, time.Until(end), done); err != nil {
			return false, err
		}
	}
	return is, v.call.Hold(ctx, "")
}

// within waits for something to be done, for so long.
func within(ctx context.Context, wait time.Duration, done <-chan struct{}) (is bool, err error) {
	late := time.NewTimer(wait)
	defer late.Stop()
	select {
	case <-done:
		return true, nil
	case <-late.C:
		return false, nil
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
}

// utter begins to speak a text, unless that has been begun.
func (v *visit) utter(text config.Text, say func(context.Context) (string, error)) *utterance {
	if u, ok := v.uttered[text]; ok {
		return u
	}
	u := &utterance{done: make(chan struct{})}
	if v.uttered == nil {
		v.uttered = map[config.Text]*utterance{}
	}
	v.uttered[text] = u
	ctx := v.call.Context() // nobody is there any more to hear it when the call has ended
	v.Exchange.Go(func() {
		defer close(u.done)
		u.err = errMute
		if v.Speech != nil {
			u.file, u.err = say(ctx)
		}
	})
	return u
}

// foresee begins to speak what the caller will hear after the prompts that come first.
func (v *visit) foresee(name string) {
	lang := v.kept.Lang
	for range 8 {
		n, ok := v.Router.Node(name)
		switch {
		case !ok || v.Speech == nil:
			return
		case n.Kind == LanguageNode:
			lang = n.Language
		case n.Kind == SayNode:
			in := n.Says.Speaks(lang, v.Router.rules.Languages)
			if !n.Says.Plain(in) {
				text := v.filled(n.Says, in)
				v.utter(text, v.said(text))
			}
		case n.Kind != PlayNode:
			return
		}
		name = n.Next
	}
}
