package routing

import (
	"context"
	"time"

	"hotline/config"
	"hotline/pbx"
)

// A Speaker speaks a text while calls last, and returns the file, in the folder of the prompts, that has it.
type Speaker interface {
	Said(ctx context.Context, lang, text string) (file string, err error)
}

const (
	// A text that takes longer than this to be spoken is passed over.
	sayFor = 5 * time.Second
	// Silence that is longer than this sounds as if the call were lost: from then on there is music.
	sayMusic = time.Second
)

// An utterance is a text of this call that is being spoken.
type utterance struct {
	done chan struct{}
	file string
	err  error
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
	return n.Next, v.speak(ctx, config.Text{Lang: lang, Words: v.Router.filled(n.Says.Texts[lang], lang, &v.kept, v.contact)}, pbx.ToTheEnd)
}

// speak has a text spoken and plays it. One that cannot be spoken in time is passed over: the call goes on.
func (v *visit) speak(ctx context.Context, text config.Text, mode pbx.PlayMode) error {
	if v.Speech == nil {
		v.flag("not_said")
		return nil
	}
	u := v.utter(text)
	spoken, err := v.await(ctx, u.done)
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

// await waits for a text, for as long as a caller would, with music when it takes long. The music is ended also when it is that
// of an earlier run.
func (v *visit) await(ctx context.Context, done <-chan struct{}) (spoken bool, err error) {
	if spoken, err = within(ctx, sayMusic, done); err != nil {
		return false, err
	}
	if !spoken {
		if err := v.call.Hold(ctx, v.Music); err != nil {
			return false, err
		}
		if spoken, err = within(ctx, sayFor-sayMusic, done); err != nil {
			return false, err
		}
	}
	return spoken, v.call.Hold(ctx, "")
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
func (v *visit) utter(text config.Text) *utterance {
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
		u.file, u.err = v.Speech.Said(ctx, text.Lang, text.Words)
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
				v.utter(config.Text{Lang: in, Words: v.Router.filled(n.Says.Texts[in], in, &v.kept, v.contact)})
			}
		case n.Kind != PlayNode:
			return
		}
		name = n.Next
	}
}
