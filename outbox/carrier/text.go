package carrier

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hotline/outbox"
)

// Texts is the operator's way to send texts: a request for each, made of a form or of JSON with {to}, {from} and {text} in it.
type Texts struct {
	Address  string
	Headers  map[string]string
	Form     string // To={to}&Body={text}; or
	Body     string // JSON
	Secret   string
	Timeout  time.Duration
	Insecure bool
}

// Carry sends a text. What the operator calls a bad request it will call so again.
func (t Texts) Carry(ctx context.Context, l outbox.Letter) error {
	var text outbox.Text
	if err := json.Unmarshal(l.Content, &text); err != nil {
		return &outbox.RefusedError{Err: err}
	}
	client, err := newClient(t.Address, t.Insecure)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	fill := strings.NewReplacer("{to}", text.To, "{to_digits}", strings.TrimPrefix(text.To, "+"), "{from}", text.From,
		"{from_digits}", strings.TrimPrefix(text.From, "+"), "{text}", text.Words, "{id}", l.ID, "{secret}", t.Secret)
	header := http.Header{}
	body, kind, err := t.body(fill)
	if err != nil {
		return err
	}
	header.Set("Content-Type", kind)
	for name, value := range t.Headers {
		header.Set(name, strings.NewReplacer("{secret}", t.Secret, "{id}", l.ID).Replace(value))
	}
	ctx, cancel := context.WithTimeout(ctx, t.Timeout)
	defer cancel()
	_, err = post(ctx, client, t.Address, header, body)
	var no *StatusError
	if errors.As(err, &no) && (no.Code == http.StatusBadRequest || no.Code == http.StatusUnprocessableEntity) {
		return &outbox.RefusedError{Err: err}
	}
	return err
}

// body is the request's, each value put where the operator wants it, and quoted as its form asks.
func (t Texts) body(fill *strings.Replacer) (body []byte, kind string, err error) {
	if t.Form == "" {
		var shape any
		if err := json.Unmarshal([]byte(t.Body), &shape); err != nil {
			return nil, "", err
		}
		body, err = json.Marshal(filled(shape, fill))
		return body, "application/json", err
	}
	form, err := url.ParseQuery(t.Form)
	if err != nil {
		return nil, "", err
	}
	for _, values := range form {
		for i := range values {
			values[i] = fill.Replace(values[i])
		}
	}
	return []byte(form.Encode()), "application/x-www-form-urlencoded", nil
}

// filled is a value of JSON with what is to be sent in its texts.
func filled(shape any, fill *strings.Replacer) any {
	switch s := shape.(type) {
	case string:
		return fill.Replace(s)
	case []any:
		for i := range s {
			s[i] = filled(s[i], fill)
		}
	case map[string]any:
		for k := range s {
			s[k] = filled(s[k], fill)
		}
	}
	return shape
}
