package routing

import (
	"context"
	"errors"
	"strings"
	"time"

	"hotline/config"
	"hotline/pbx"
	"hotline/prompt"
)

// FlagHouse is that of a call by which somebody of the house had something done: no customer's, and in no figure.
const FlagHouse = "house"

func codeNode(code string) string { return "code." + code }

// layCodes lays out what phones of the house dial: a node that asks for the PIN, and one that does it.
func (r *Router) layCodes() {
	for dialled, c := range r.rules.Codes {
		ask, do := codeNode(dialled), codeNode(dialled)+".do"
		r.nodes[ask] = &Node{Name: ask, Kind: CodeNode, Code: c, Next: do}
		r.nodes[do] = &Node{Name: do, Kind: DoNode, Code: c}
	}
}

// code is the node of what was dialled; false when it is no code, or was not dialled in the house. A caller from outside may send any
// number, and show any: only the switch's dialplan knows where a call comes from.
func (r *Router) code(l pbx.Leg) (node string, ok bool) {
	_, known := r.rules.Codes[l.To]
	return codeNode(l.To), known && l.House
}

// code: whoever dialled it is asked for the PIN.
func (v *visit) code(ctx context.Context, n *Node) (next string, err error) {
	if err := v.answerNow(ctx); err != nil {
		return "", err
	}
	phone := v.call.Leg().From
	for range pinTries {
		if v.Porter.pinsLocked(phone, time.Now()) {
			v.log.Error("ALARM: too many wrong PINs; no more is taken for an hour", "code", n.Code.Dialled, "phone", phone)
			return "", v.phrase(ctx, prompt.LockedPIN(v.kept.Lang), pbx.UntilKey)
		}
		if err := v.phrase(ctx, prompt.AskPIN(v.kept.Lang), pbx.UntilKey); err != nil {
			return "", err
		}
		dialled, err := v.dialled(ctx)
		switch {
		case err != nil:
			return "", err
		case samePIN(dialled, n.Code.PIN):
			v.log.Info("PIN right", "code", n.Code.Dialled, "do", n.Code.Do, "phone", phone)
			return n.Next, nil
		case dialled == "":
			continue
		}
		v.Porter.wrongPIN(phone, time.Now())
		v.log.Warn("wrong PIN", "code", n.Code.Dialled, "phone", phone)
		if err := v.phrase(ctx, prompt.WrongPIN(v.kept.Lang), pbx.UntilKey); err != nil {
			return "", err
		}
	}
	return "", nil
}

// do does what the code is for.
func (v *visit) do(ctx context.Context, n *Node) (next string, err error) {
	switch n.Code.Do {
	case config.DoRecordPrompts:
		return "", v.recordPrompts(ctx)
	case config.DoVoicemail:
		return "", v.hearMessages(ctx)
	case config.DoClose:
		return "", v.closeByPhone(ctx, n.Code)
	case config.DoOpen:
		return "", v.openByPhone(ctx, n.Code)
	}
	return "", nil
}

// How long keys are waited for.
const (
	firstKeyWait = 8 * time.Second
	nextKeyWait  = 4 * time.Second
	mostKeys     = 16
)

// dialled collects digits until #, or until nothing more comes.
func (v *visit) dialled(ctx context.Context) (string, error) {
	var digits strings.Builder
	for wait := firstKeyWait; digits.Len() < mostKeys; wait = nextKeyWait {
		key, err := v.call.Key(ctx, wait)
		switch {
		case errors.Is(err, pbx.ErrNoInput) || err == nil && key == '#':
			return digits.String(), nil
		case err != nil:
			return "", err
		}
		digits.WriteByte(key)
	}
	return digits.String(), nil
}
