package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"
)

// Why a client has no answer. Anything else that the daemon says no to is a *Problem.
var (
	ErrNobody = errors.New("no hotline answers on the control socket")
	ErrDenied = errors.New("this user may not use the control socket")
	ErrSilent = errors.New("hotline is there and does not answer")
	ErrOther  = errors.New("something else than hotline answers on the control socket")
	ErrTwin   = errors.New("another hotline answers on the control socket")
	ErrOlder  = errors.New("the hotline that runs does not know this request")
)

// answerLimit is how long an answer may take. A wish waits two seconds for the disk.
const answerLimit = 5 * time.Second

// A Client asks the daemon over its socket.
type Client struct {
	path, instance, language string
	http                     *http.Client
}

// NewClient returns a client of that instance on the socket whose problems are told in that language.
func NewClient(path, instance, language string) *Client {
	return &Client{path: path, instance: instance, language: language, http: &http.Client{
		Timeout: answerLimit,
		Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", path)
		}},
	}}
}

// Status asks for everything on one page.
func (c *Client) Status(ctx context.Context) (s Status, err error) {
	return s, c.ask(ctx, http.MethodGet, "/v1/status", nil, &s)
}

// Calls asks for the calls that are there now.
func (c *Client) Calls(ctx context.Context) (l CallList, err error) {
	return l, c.ask(ctx, http.MethodGet, "/v1/calls", nil, &l)
}

// Call asks for one of them, by its id or the end of it.
func (c *Client) Call(ctx context.Context, id string) (one Call, err error) {
	if id == "" || id == "." || id == ".." { // which would be the path of something else
		return one, problemOf(errNoCall, c.language)
	}
	return one, c.ask(ctx, http.MethodGet, "/v1/calls/"+url.PathEscape(id), nil, &one)
}

// Agents asks who does what.
func (c *Client) Agents(ctx context.Context) (l AgentList, err error) {
	return l, c.ask(ctx, http.MethodGet, "/v1/agents", nil, &l)
}

// Wish asks something of an agent: login, logout, pause or resume. Only a pause has a reason.
func (c *Client) Wish(ctx context.Context, agent, what, reason string) (a Agent, err error) {
	var body any
	if reason != "" {
		body = map[string]string{"reason": reason}
	}
	return a, c.ask(ctx, http.MethodPost, "/v1/agents/"+url.PathEscape(agent)+"/"+what, body, &a)
}

func (c *Client) ask(ctx context.Context, method, path string, body, into any) error {
	if err := checkLength(c.path); err != nil {
		return err
	}
	var text bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&text).Encode(body); err != nil {
			return err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://hotline"+path, &text)
	if err != nil {
		return err
	}
	request.Header.Set("Accept-Language", c.language)
	response, err := c.http.Do(request)
	if err != nil {
		return c.explain(err)
	}
	defer response.Body.Close()
	if !strings.HasPrefix(response.Header.Get("Server"), serverName) {
		return fmt.Errorf("%w (%s)", ErrOther, c.path)
	}
	if is := response.Header.Get(instanceHeader); is != "" && is != c.instance {
		return fmt.Errorf("%w (%s, instance %s)", ErrTwin, c.path, is)
	}
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return c.explain(err)
	}
	if response.StatusCode == http.StatusOK {
		return json.Unmarshal(answer, into)
	}
	var p Problem
	if err := json.Unmarshal(answer, &p); err != nil || p.Type == NoResource {
		return fmt.Errorf("%w (%s)", ErrOlder, strings.TrimPrefix(response.Header.Get("Server"), serverName))
	}
	return &p
}

// explain says in our terms why there is no answer.
func (c *Client) explain(err error) error {
	var slow net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED) && !c.isSocket():
		return fmt.Errorf("%w (%s)", ErrOther, c.path)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%w (%s)", ErrNobody, c.path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w (%s)", ErrDenied, c.path)
	case errors.As(err, &slow) && slow.Timeout():
		return fmt.Errorf("%w (%s)", ErrSilent, c.path)
	}
	return fmt.Errorf("ask hotline on %s: %w", c.path, err)
}

func (c *Client) isSocket() bool {
	info, err := os.Stat(c.path)
	return err == nil && info.Mode()&fs.ModeSocket != 0
}
