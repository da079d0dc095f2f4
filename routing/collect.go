package routing

import (
	"context"
	"errors"
	"time"

	"hotline/config"
	"hotline/pbx"
)

// A caller who has typed all the digits that are wanted may still press #, out of habit. It is waited for as long as nobody
// notices, so that the next menu does not take it for an answer.
const habit = 500 * time.Millisecond

// collect: the caller hears what to type, and types digits at any moment. After as many tries as the step allows the call
// goes where "otherwise" leads.
func (v *visit) collect(ctx context.Context, n *Node) (next string, err error) {
	c := n.Asks
	for tries := 1; ; tries++ {
		typed, err := v.digits(ctx, n)
		if err != nil {
			return "", err
		}
		good := c.Good(typed)
		right := good
		if good {
			v.kept.put(c.Into, typed)
			if right, err = v.confirm(ctx, n); err != nil {
				return "", err
			}
		}
		switch {
		case right:
			v.kept.pass(n.typed())
			return n.Next, nil
		case tries >= c.Tries:
			v.log.Info("not the digits that were asked for", "node", n.Name, "tries", tries, "to", n.Other)
			v.kept.pass(n.way(0))
			return n.Other, nil
		case !good:
			if err := v.wrong(ctx, typed == "", c.Invalid, c.Silent); err != nil {
				return "", err
			}
		}
	}
}

// digits plays what asks for them, and reads them; unless an earlier run has had them, and they wait to be confirmed.
func (v *visit) digits(ctx context.Context, n *Node) (typed string, err error) {
	c := n.Asks
	if v.kept.Typed == n.Name {
		return v.kept.Values[c.Into], nil
	}
	for _, name := range c.Play {
		if err := v.prompt(ctx, name, pbx.UntilKey); err != nil {
			return "", err
		}
	}
	for {
		key, err := v.call.Key(ctx, c.Wait)
		switch {
		case errors.Is(err, pbx.ErrNoInput):
			return typed, nil
		case err != nil:
			return "", err
		}
		ended := false
		if typed, ended = c.Take(typed, key); !ended {
			continue
		}
		if key != '#' {
			err = v.call.Skip(ctx, '#', habit)
		}
		return typed, err
	}
}

// wrong lets the caller hear that nothing was typed, or nothing that will do, if the rules have a prompt for that. What was
// typed meanwhile is an answer to it.
func (v *visit) wrong(ctx context.Context, silent bool, forWrong, forSilence string) error {
	name := forWrong
	if silent {
		name = forSilence
	} else {
		v.call.ForgetKeys()
	}
	if name == "" {
		return nil
	}
	return v.prompt(ctx, name, pbx.UntilKey)
}

// confirm lets the caller hear what was typed, if the step wants that, and says whether it is right: it is not when 2 or * is
// pressed.
func (v *visit) confirm(ctx context.Context, n *Node) (right bool, err error) {
	if !n.Asks.Confirm {
		return true, nil
	}
	v.kept.Typed = n.Name
	if err := v.save(ctx); err != nil {
		return false, err
	}
	text := confirmation(v.kept.Lang, v.kept.Values[n.Asks.Into])
	u := v.utter(text, v.said(text))
	if err := v.listen(ctx, u, pbx.UntilKey); err != nil {
		return false, err
	}
	key := byte(0)
	if u.spoken() { // else nobody knows what a key would be for
		if key, err = v.call.Key(ctx, n.Asks.Wait); err != nil && !errors.Is(err, pbx.ErrNoInput) {
			return false, err
		}
	}
	v.kept.Typed = ""
	if !confirms(key) {
		v.kept.forget(n.Asks.Into)
	}
	return confirms(key), nil
}

// confirmation is what the caller hears to confirm digits.
func confirmation(lang, digits string) config.Text {
	if lang != "fr" {
		return config.Text{Lang: lang, Words: "You typed " + speakable("en", digits) + ". To change it, press 2. Otherwise press 1, or hold on."}
	}
	return config.Text{Lang: lang, Words: "Vous avez tapé : " + speakable(lang, digits) + ". Pour corriger, tapez 2. Sinon, tapez 1 ou patientez."}
}

// confirms says whether a key, 0 for none, means that what was typed is right.
func confirms(key byte) bool { return key != '2' && key != '*' }
