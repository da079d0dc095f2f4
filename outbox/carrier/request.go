// Package carrier brings letters of the outbox to the servers that hotline.yaml names: mail by SMTP, webhooks and texts by HTTP.
// It also asks webhooks on behalf of a call.
//
// Its guarantee: nothing that a caller has said, or a server has answered, changes where a request goes, what else it says, or
// how much is read of its answer.
package carrier

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// mostAnswer is how much of an answer is read.
const mostAnswer = 64 << 10

// A StatusError is an answer that says no.
type StatusError struct {
	Code int
	Text string // how the answer begins, for whoever mends it
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("%d %s", e.Code, http.StatusText(e.Code))
	if e.Text != "" {
		text += ": " + e.Text
	}
	return text
}

// errAbroad is why a request over http is not made.
var errAbroad = errors.New("http goes to this machine or the company's network only: write https, or insecure: true if it is meant")

// newClient returns a client for one server: it follows no redirects, and over http it only talks to machines nearby.
func newClient(address string, insecure bool) (*http.Client, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: 10 * time.Second, IdleConnTimeout: time.Minute,
		MaxIdleConnsPerHost: atOnce, ResponseHeaderTimeout: time.Minute, ForceAttemptHTTP2: true,
	}
	if u.Scheme == "http" && !insecure {
		transport.Proxy = nil
		transport.DialContext = (&net.Dialer{Control: nearby}).DialContext
	}
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, nil
}

// nearby refuses connections that leave the company's network. It sees the address itself, whatever its name is.
func nearby(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	ip := at.Addr().Unmap()
	if !ip.IsLoopback() && !ip.IsPrivate() && !ip.IsLinkLocalUnicast() {
		return errAbroad
	}
	return nil
}

// post makes one request and returns its answer, if it was 2xx and not longer than mostAnswer.
func post(ctx context.Context, client *http.Client, address string, header http.Header, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = header
	req.Header.Set("User-Agent", "hotline")
	res, err := client.Do(req)
	if err != nil {
		return nil, plainly(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer+1))
	switch {
	case res.StatusCode < 200 || res.StatusCode > 299:
		return nil, &StatusError{res.StatusCode, firstLine(answer)}
	case err != nil:
		return nil, fmt.Errorf("read the answer: %w", err)
	case len(answer) > mostAnswer:
		return nil, fmt.Errorf("the answer is longer than %d bytes", mostAnswer)
	}
	return answer, nil
}

// plainly takes the address, which may hold a token, out of an error.
func plainly(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// firstLine is the beginning of an answer.
func firstLine(answer []byte) string {
	const most = 100
	line, _, _ := strings.Cut(strings.TrimSpace(string(answer)), "\n")
	return strings.ToValidUTF8(line[:min(len(line), most)], "")
}
