package ari

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hotline/pbx"
)

// restDeadline is how long one request may take. A request that runs into it may still be carried out later.
const restDeadline = 5 * time.Second

// An Error is a request that Asterisk refused.
type Error struct {
	Op      string // "POST channels/<id>/answer"
	Code    int    // the HTTP status
	Message string // Asterisk's own words
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %d %s", e.Op, e.Code, e.Message) }

// Is maps what Asterisk says to the errors that callers of the port branch on.
func (e *Error) Is(target error) bool {
	switch target {
	case pbx.ErrGone:
		// 409 is a channel that is alive but has left Stasis: no longer ours, which is the same to whoever asks.
		return strings.EqualFold(e.Message, "Channel not found") ||
			e.Code == http.StatusConflict && strings.Contains(e.Message, "not in Stasis")
	case pbx.ErrAuth:
		return e.Code == http.StatusUnauthorized || e.Code == http.StatusForbidden
	case pbx.ErrUnreachable:
		return e.Code == http.StatusInternalServerError && e.Message == "Allocation failed"
	}
	return false
}

// A rest asks Asterisk. One of it keeps few connections open for many callers.
type rest struct {
	base       *url.URL // ends in /ari
	user, pass string
	http       *http.Client
	log        *slog.Logger
}

func newRest(base *url.URL, user, pass string, log *slog.Logger) *rest {
	return &rest{base: base, user: user, pass: pass, log: log, http: &http.Client{Transport: &http.Transport{
		DialContext:         (&net.Dialer{Timeout: restDeadline, KeepAlive: 15 * time.Second}).DialContext,
		MaxIdleConns:        64,
		MaxIdleConnsPerHost: 64,
		IdleConnTimeout:     30 * time.Second,
	}}}
}

// A request is one question to Asterisk. Its parts are escaped one by one, so that no id can reach another resource.
type request struct {
	method string
	parts  []string
	query  url.Values
	body   any           // sent as JSON
	into   any           // read from JSON; a *[]byte takes the answer as it is
	within time.Duration // how long it may take; zero: restDeadline
}

func (r request) op() string { return r.method + " " + strings.Join(r.parts, "/") }

func get(into any, parts ...string) request {
	return request{method: http.MethodGet, parts: parts, into: into}
}

func post(query url.Values, parts ...string) request {
	return request{method: http.MethodPost, parts: parts, query: query}
}

func remove(query url.Values, parts ...string) request {
	return request{method: http.MethodDelete, parts: parts, query: query}
}

func (c *rest) do(ctx context.Context, r request) error {
	err := c.send(ctx, r)
	c.log.Debug("asterisk request", "op", r.op(), "query", r.query.Encode(), "err", err)
	return err
}

func (c *rest) send(ctx context.Context, r request) error {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(r.within, restDeadline))
	defer cancel()

	u := c.base.JoinPath(escaped(r.parts)...)
	u.RawQuery = r.query.Encode()
	var body io.Reader
	if r.body != nil {
		b, err := json.Marshal(r.body)
		if err != nil {
			return fmt.Errorf("%s: %w", r.op(), err)
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, u.String(), body)
	if err != nil {
		return fmt.Errorf("%s: %w", r.op(), err)
	}
	req.SetBasicAuth(c.user, c.pass)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return lost(ctx, r, err)
	}
	defer resp.Body.Close()
	// The body is always read to its end: a body left half read costs the connection.
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxMessage))
	if err != nil {
		return lost(ctx, r, err)
	}
	if resp.StatusCode >= 300 {
		return &Error{Op: r.op(), Code: resp.StatusCode, Message: reason(resp, answer)}
	}
	if r.into == nil {
		return nil
	}
	if raw, ok := r.into.(*[]byte); ok {
		*raw = answer
		return nil
	}
	if err := json.Unmarshal(answer, r.into); err != nil {
		return fmt.Errorf("%s: read the answer: %w", r.op(), err)
	}
	return nil
}

// lost says why no answer came. Only a deadline leaves open whether Asterisk is there.
func lost(ctx context.Context, r request, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", r.op(), context.Cause(ctx))
	}
	return fmt.Errorf("%s: %w: %w", r.op(), pbx.ErrDown, err)
}

// reason finds Asterisk's words: the key is "message" nearly everywhere, and "error" where a channel cannot be made.
func reason(resp *http.Response, body []byte) string {
	var said struct{ Message, Error string }
	if json.Unmarshal(body, &said) == nil {
		if said.Message != "" {
			return said.Message
		}
		if said.Error != "" {
			return said.Error
		}
	}
	return http.StatusText(resp.StatusCode)
}

func escaped(parts []string) []string {
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = url.PathEscape(p)
		if out[i] == "." || out[i] == ".." {
			out[i] = strings.ReplaceAll(out[i], ".", "%2E")
		}
	}
	return out
}

// is tells whether err is an answer of Asterisk with that status.
func is(err error, code int) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}
