// Package outbox sends what hotline has to tell the world outside a call: mail, signed webhooks, texts. A letter is written
// down together with what it tells of, and sent until it has been taken or is too old to be of use.
//
// Its guarantee: nobody waits for a server far away, and a letter that has been written is not lost by a restart.
package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// A Kind is how a letter goes.
type Kind string

// The kinds of letters; what stands in their Content is the type of that name.
const (
	ByMail Kind = "mail" // Mail
	ByHook Kind = "hook" // Hook
	ByText Kind = "text" // Text
)

// A Letter waits to be sent.
type Letter struct {
	ID      string // ULID; whoever gets a letter twice knows it by its id
	Kind    Kind
	Call    string // the contact that it tells of; empty: none
	Written time.Time
	Content json.RawMessage
}

// Lane is in which row a letter waits. What goes to one server has one, and none waits for a letter to another server.
func (l Letter) Lane() (string, error) {
	switch l.Kind {
	case ByMail, ByText:
		return string(l.Kind), nil
	case ByHook:
		var h Hook
		if err := json.Unmarshal(l.Content, &h); err != nil {
			return "", fmt.Errorf("read letter %s: %w", l.ID, err)
		}
		return HookLane(h.To), nil
	}
	return "", fmt.Errorf("letter %s: nothing goes by %q", l.ID, l.Kind)
}

// HookLane is the lane of what a webhook is told.
func HookLane(name string) string { return string(ByHook) + " " + name }

// Mail is an electronic mail in plain text.
type Mail struct {
	To      []string `json:"to"`
	Subject string   `json:"subject"`
	Text    string   `json:"text"`
	Files   []File   `json:"files,omitempty"` // sent with it
}

// A File is one that lies on this machine until it is sent.
type File struct {
	Name string `json:"name"` // as its reader sees it
	Path string `json:"path"`
}

// A Hook is an event that a webhook is told.
type Hook struct {
	To    string          `json:"to"`    // its name in hotline.yaml
	Event string          `json:"event"` // call.offered, call.answered, ...
	Data  json.RawMessage `json:"data"`
}

// A Text is a text message.
type Text struct {
	From  string `json:"from"` // a number of ours, in international form
	To    string `json:"to"`   // likewise
	Words string `json:"words"`
}

// A Poster takes letters. Posting what has been posted already, by its id, changes nothing.
type Poster interface {
	Post(ctx context.Context, l Letter) error
}
