package carrier

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"hotline/outbox"
)

// How a webhook that does not answer is spared, and the calls with it.
const (
	atOnce   = 8                // requests of calls
	inARow   = 5                // failures, after which it is not asked
	leftFor  = 30 * time.Second // and for how long
	question = "call.question"  // the event of a step that asks
)

// ErrLeft is returned for a webhook that has failed several times in a row, for a while, without asking it.
var ErrLeft = fmt.Errorf("it failed %d times in a row, and is not asked for %s", inARow, leftFor)

// ErrBusy is returned when a webhook is being asked by as many calls as may at once.
var ErrBusy = fmt.Errorf("it is being asked by %d calls already", atOnce)

// A Hook is a webhook of the company. What it is told is signed as Standard Webhooks does: webhook-id is that of the letter, so
// that what comes twice is known, and webhook-signature proves that it comes from here.
type Hook struct {
	url     string
	key     []byte
	timeout time.Duration
	client  *http.Client
	turns   chan struct{}

	mu     sync.Mutex
	failed int       // in a row
	until  time.Time // it is left alone
}

// NewHook returns a webhook at that address. A secret that begins with whsec_ is base64, as Standard Webhooks has it.
func NewHook(address, secret string, timeout time.Duration, insecure bool) (*Hook, error) {
	key := []byte(secret)
	if text, ok := strings.CutPrefix(secret, "whsec_"); ok {
		var err error
		if key, err = base64.StdEncoding.DecodeString(text); err != nil {
			return nil, fmt.Errorf("its secret begins with whsec_ and goes on with what is not base64: %w", err)
		}
	}
	client, err := newClient(address, insecure)
	if err != nil {
		return nil, err
	}
	return &Hook{url: address, key: key, timeout: timeout, client: client, turns: make(chan struct{}, atOnce)}, nil
}

// An event is what a webhook gets.
type event struct {
	Type      string          `json:"type"`
	Timestamp time.Time       `json:"timestamp"`
	Data      json.RawMessage `json:"data"`
}

// Carry tells the webhook what the letter says. One that says that it is gone gets no more of it.
func (h *Hook) Carry(ctx context.Context, l outbox.Letter) error {
	var told outbox.Hook
	if err := json.Unmarshal(l.Content, &told); err != nil {
		return &outbox.RefusedError{Err: err}
	}
	_, err := h.send(ctx, l.ID, event{told.Event, l.Written.UTC(), told.Data})
	var no *StatusError
	if errors.As(err, &no) && no.Code == http.StatusGone {
		return &outbox.RefusedError{Err: err}
	}
	return err
}

// Ask asks the webhook on behalf of a call, and returns what it answers. It waits no longer than ctx does, and not at all for one
// that has just failed several times.
func (h *Hook) Ask(ctx context.Context, id string, data []byte) ([]byte, error) {
	now := time.Now()
	if h.left(now) {
		return nil, ErrLeft
	}
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
	default:
		return nil, ErrBusy
	}
	answer, err := h.send(ctx, id, event{question, now.UTC(), data})
	if !errors.Is(err, context.Canceled) { // whoever hung up says nothing about the webhook
		h.note(err, time.Now())
	}
	return answer, err
}

func (h *Hook) left(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return now.Before(h.until)
}

func (h *Hook) note(err error, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err == nil {
		h.failed, h.until = 0, time.Time{}
		return
	}
	if h.failed++; h.failed >= inARow {
		h.until = now.Add(leftFor) // after which one call tries it, and one failure more leaves it again
	}
}

func (h *Hook) send(ctx context.Context, id string, e event) ([]byte, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, h.timeout)
	defer cancel()
	at := strconv.FormatInt(time.Now().Unix(), 10)
	header := http.Header{}
	header.Set("Content-Type", "application/json")
	header.Set("webhook-id", id)
	header.Set("webhook-timestamp", at)
	header.Set("webhook-signature", h.signature(id, at, body))
	return post(ctx, h.client, h.url, header, body)
}

// signature proves that a body comes from here.
func (h *Hook) signature(id, at string, body []byte) string {
	mac := hmac.New(sha256.New, h.key)
	fmt.Fprintf(mac, "%s.%s.%s", id, at, body) // a hash takes everything
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Hooks are all webhooks of the company, by name.
type Hooks map[string]*Hook

// Ask asks the webhook of that name.
func (h Hooks) Ask(ctx context.Context, name, id string, data []byte) ([]byte, error) {
	hook := h[name]
	if hook == nil {
		return nil, fmt.Errorf("hotline.yaml has no webhook %q", name)
	}
	return hook.Ask(ctx, id, data)
}
