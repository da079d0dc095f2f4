package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"hotline/routing"
)

// Messages lets people hear what callers have left.
type Messages interface {
	// Listen rings a phone and returns when whoever picked it up has heard the message.
	Listen(ctx context.Context, id string, w ListenWish) (routing.PhoneResult, error)
}

// ListenWish asks for a message to be heard.
type ListenWish struct {
	Phone string `json:"phone"`
	Who   string `json:"who"` // in whose name
}

// ListenOutcome is what became of it.
type ListenOutcome struct {
	Result routing.PhoneResult `json:"result"`
}

var errListenBody = errors.New("the wish to hear a message is not as it should be")

func (s *Server) listen(r *http.Request) (any, error) {
	var w ListenWish
	in := json.NewDecoder(io.LimitReader(r.Body, recordBody))
	in.DisallowUnknownFields()
	if err := in.Decode(&w); err != nil || w.Phone == "" || w.Who == "" || s.Messages == nil {
		return nil, fmt.Errorf("%w: %w", errListenBody, errors.Join(err))
	}
	result, err := s.Messages.Listen(r.Context(), r.PathValue("id"), w)
	var refused *routing.Refusal
	if errors.As(err, &refused) {
		return nil, fmt.Errorf("%w: %w", errPhoneRefused, err)
	}
	return ListenOutcome{result}, err
}

// Listen asks for a message to be heard at a phone, and waits for it. When ctx ends the phone is hung up.
func (c *Client) Listen(ctx context.Context, id string, w ListenWish) (got ListenOutcome, err error) {
	return got, c.patient(recordLimit).ask(ctx, http.MethodPost, "/v1/voicemail/"+url.PathEscape(id)+"/listen", w, &got)
}
