package carrier

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hotline/outbox"
)

func newHook(t *testing.T, address string) *Hook {
	t.Helper()
	h, err := NewHook(address, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", time.Second, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.client.CloseIdleConnections)
	return h
}

// The example of the specification of Standard Webhooks.
func TestSignature(t *testing.T) {
	h := newHook(t, "http://127.0.0.1")
	got := h.signature("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestHookIsTold(t *testing.T) {
	var got *http.Request
	var body []byte
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r; body, _ = io.ReadAll(r.Body) }))
	defer s.Close()
	h := newHook(t, s.URL)
	l := letter(t, outbox.ByHook, outbox.Hook{To: "crm", Event: "call.answered", Data: json.RawMessage(`{"caller":"+33612345678"}`)})
	if err := h.Carry(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if want := `,"data":{"caller":"+33612345678"}}`; !strings.HasPrefix(string(body), `{"type":"call.answered","timestamp":"`) || !strings.HasSuffix(string(body), want) {
		t.Errorf("body %s", body)
	}
	if id := got.Header.Get("webhook-id"); id != l.ID {
		t.Errorf("id %s", id)
	}
	if want := h.signature(l.ID, got.Header.Get("webhook-timestamp"), body); got.Header.Get("webhook-signature") != want {
		t.Errorf("signature %s, want %s", got.Header.Get("webhook-signature"), want)
	}
}

// What a webhook answers cannot send us elsewhere, fill the memory, or keep a call waiting.
func TestHookAnswers(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
	defer elsewhere.Close()
	release := make(chan struct{})
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		}, "307 Temporary Redirect"},
		"failure": {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "database\ndown", 500) }, "500 Internal Server Error: database"},
		"endless": {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, neverEnding{}) }, "longer than 65536 bytes"},
		"hangs":   {func(http.ResponseWriter, *http.Request) { <-release }, "deadline exceeded"},
		"half sent": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10")
			_, _ = w.Write([]byte("abc"))
		}, "unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(test.answer)
			defer s.Close()
			if name == "hangs" {
				defer close(release)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			if name != "hangs" {
				ctx, cancel = context.WithCancel(t.Context())
			}
			defer cancel()
			if _, err := newHook(t, s.URL).Ask(ctx, "id", []byte(`{}`)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

type neverEnding struct{}

func (neverEnding) Read(p []byte) (int, error) { return len(p), nil }

// A webhook that fails again and again is left alone; one that answers in between is not.
func TestHookIsLeft(t *testing.T) {
	var asked, fails atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		if fails.Load() != 0 {
			http.Error(w, "no", 500)
		}
	}))
	defer s.Close()
	h := newHook(t, s.URL)
	fails.Store(1)
	for range inARow - 1 {
		_, _ = h.Ask(t.Context(), "id", []byte(`{}`))
	}
	fails.Store(0)
	if _, err := h.Ask(t.Context(), "id", []byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	fails.Store(1)
	for range inARow {
		_, _ = h.Ask(t.Context(), "id", []byte(`{}`))
	}
	before := asked.Load()
	if _, err := h.Ask(t.Context(), "id", []byte(`{}`)); !errors.Is(err, ErrLeft) || asked.Load() != before {
		t.Errorf("%v, asked %d times more", err, asked.Load()-before)
	}
	hook := letter(t, outbox.ByHook, outbox.Hook{To: "crm", Event: "call.answered", Data: json.RawMessage(`{}`)})
	if err := h.Carry(t.Context(), hook); err == nil || asked.Load() != before+1 {
		t.Errorf("a letter, which can wait, was not tried: %v", err)
	}
}

func TestHTTPStaysNearby(t *testing.T) {
	for address, want := range map[string]error{
		"127.0.0.1:80": nil, "192.168.1.4:80": nil, "[fd00::1]:80": nil, "[::ffff:10.0.0.1]:80": nil,
		"8.8.8.8:80": errAbroad, "[2001:db8::1]:80": errAbroad, "[::ffff:8.8.8.8]:80": errAbroad,
	} {
		if got := nearby("tcp", address, nil); !errors.Is(got, want) {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
}

// An operator gets what it asks for, with whatever the text holds in its quotes.
func TestTexts(t *testing.T) {
	var got *http.Request
	var body []byte
	code := http.StatusOK
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(code)
	}))
	defer s.Close()
	l := letter(t, outbox.ByText, outbox.Text{From: "+33972000001", To: "+33612345678", Words: "À \"9 h\" & {to}\n"})
	texts := Texts{Address: s.URL, Headers: map[string]string{"authorization": "Bearer {secret}"}, Form: "To={to}&From={from}&Body={text}", Secret: "abc", Timeout: time.Second}
	if err := texts.Carry(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if want := "Body=%C3%80+%229+h%22+%26+%7Bto%7D%0A&From=%2B33972000001&To=%2B33612345678"; string(body) != want || got.Header.Get("Authorization") != "Bearer abc" {
		t.Errorf("got %s, %v; want %s", body, got.Header, want)
	}
	texts.Form, texts.Body = "", `{"receivers": ["{to_digits}"], "message": "{text}", "flash": false}`
	if err := texts.Carry(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if want := `{"flash":false,"message":"À \"9 h\" \u0026 {to}\n","receivers":["33612345678"]}`; string(body) != want {
		t.Errorf("got %s, want %s", body, want)
	}
	for code, never := range map[int]bool{400: true, 422: true, 401: false, 429: false, 503: false} {
		s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
		var refused *outbox.RefusedError
		if err := texts.Carry(t.Context(), l); err == nil || errors.As(err, &refused) != never {
			t.Errorf("%d: %v", code, err)
		}
	}
}
