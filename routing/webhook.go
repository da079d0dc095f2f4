package routing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"hotline/number"
)

// Hooks ask programs of the company.
type Hooks interface {
	// Ask asks the webhook of that name. It waits no longer than ctx does. Questions with one id are one question.
	Ask(ctx context.Context, name, id string, question []byte) (answer []byte, err error)
}

// A question is what a webhook is asked: all that is known of the call.
type question struct {
	Call     string            `json:"call"`
	Caller   number.Number     `json:"caller"` // empty: withheld
	Hidden   bool              `json:"hidden"`
	Name     string            `json:"name"`
	Number   number.Number     `json:"number"` // that was called
	Service  string            `json:"service"`
	Language string            `json:"language"`
	Opened   time.Time         `json:"opened"`
	Values   map[string]string `json:"values"`
	Known    Known             `json:"known"`
}

// An inquiry is a question that a webhook is being asked.
type inquiry struct {
	done   chan struct{}
	values map[string]string
	err    error
}

var errNoHooks = errors.New("hotline.yaml has no webhooks")

// webhook: a program of the company is asked, and the call goes on with its answer; or by on_error, when there is none in time.
// The time is counted from when the caller came here, also over a restart.
func (v *visit) webhook(ctx context.Context, n *Node) (next string, err error) {
	end := v.place.Since.Add(n.Hook.Wait)
	asking, stop := context.WithDeadline(ctx, end)
	defer stop()
	q := v.inquire(asking, n)
	answered, err := v.await(ctx, q.done, time.Until(end))
	if err != nil {
		return "", err
	}
	failed := fmt.Errorf("no answer within %s", n.Hook.Wait)
	if answered {
		failed = q.err
	}
	if failed != nil {
		v.flag("webhook_failed")
		v.kept.pass(n.unanswered())
		v.log.Error("a webhook has not answered as it should; the call goes on without", "node", n.Name, "webhook", n.Hook.Hook, "err", failed)
		return n.Other, nil
	}
	for _, name := range n.Hook.Values { // others are not for it to say
		if value, told := q.values[name]; told {
			v.kept.put(name, value)
		}
	}
	return n.Next, nil
}

// inquire asks a webhook beside the call.
func (v *visit) inquire(ctx context.Context, n *Node) *inquiry {
	q := &inquiry{done: make(chan struct{}), err: errNoHooks}
	text, err := json.Marshal(question{
		Call: v.contact.ID, Caller: v.contact.Caller, Hidden: v.contact.Hidden, Name: v.kept.callerName(v.contact), Number: v.contact.Number,
		Service: v.contact.Service, Language: v.kept.Lang, Opened: v.contact.Opened, Values: v.kept.Values, Known: v.kept.Known,
	})
	if err != nil {
		panic(err) // times, strings and numbers only
	}
	id := fmt.Sprintf("%s-%d", v.contact.ID, v.place.Since.UnixMilli()) // the same when the node is entered again
	v.Exchange.Go(func() {
		defer close(q.done)
		if v.Hooks == nil {
			return
		}
		var answer []byte
		if answer, q.err = v.Hooks.Ask(ctx, n.Hook.Hook, id, text); q.err == nil {
			q.values, q.err = valuesOf(answer)
		}
	})
	return q
}

// valuesOf reads {"values": {"order": "4711", "open": true}}. What is neither text, number nor true or false is no answer.
func valuesOf(answer []byte) (map[string]string, error) {
	var told struct {
		Values map[string]any `json:"values"`
	}
	if err := json.Unmarshal(answer, &told); err != nil {
		return nil, fmt.Errorf("its answer is not JSON as it should be: %w", err)
	}
	values := map[string]string{}
	for name, value := range told.Values {
		switch value := value.(type) {
		case string:
			values[name] = value
		case bool:
			values[name] = fmt.Sprint(value)
		case float64:
			values[name] = string(marshalled(value))
		case nil:
			values[name] = ""
		default:
			return nil, fmt.Errorf("its answer has a value %.40q that is neither text, number, true nor false", name)
		}
	}
	return values, nil
}

// marshalled is a number as JSON writes it: 4711 and not 4.711e+03.
func marshalled(n float64) []byte {
	b, err := json.Marshal(n)
	if err != nil {
		panic(err) // it was read from JSON
	}
	return b
}
