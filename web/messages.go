package web

import (
	"context"
	"errors"
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
	if err := readWish(r, &w, errListenBody); err != nil {
		return nil, err
	}
	if w.Phone == "" || w.Who == "" || s.Messages == nil {
		return nil, errListenBody
	}
	result, err := s.Messages.Listen(r.Context(), r.PathValue("id"), w)
	return ListenOutcome{result}, ofPhone(err)
}

// Listen asks for a message to be heard at a phone, and waits for it. When ctx ends the phone is hung up.
func (c *Client) Listen(ctx context.Context, id string, w ListenWish) (got ListenOutcome, err error) {
	return got, c.patient(recordLimit).ask(ctx, http.MethodPost, "/v1/voicemail/"+url.PathEscape(id)+"/listen", w, &got)
}
