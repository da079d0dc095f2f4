package ari

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"hotline/pbx"
)

const patience = 10 * time.Second

// A fake is an Asterisk that answers what a test tells it to.
type fake struct {
	t   *testing.T
	srv *httptest.Server

	mu     sync.Mutex
	routes map[string]http.HandlerFunc // by "METHOD /ari/path", before the usual answers
	asked  []string                    // "METHOD path?query", in order
	ws     *websocket.Conn
	first  []string      // events sent before anything else
	joined chan struct{} // closed when the first WebSocket has come and has had its first events
	join   sync.Once
}

func newFake(t *testing.T) *fake {
	f := &fake{t: t, routes: map[string]http.HandlerFunc{}, joined: make(chan struct{})}
	f.srv = httptest.NewServer(f)
	t.Cleanup(func() {
		f.mu.Lock()
		ws := f.ws
		f.mu.Unlock()
		if ws != nil {
			ws.CloseNow()
		}
		f.srv.CloseClientConnections()
		f.srv.Close()
	})
	return f
}

// on sets the answer to one kind of request.
func (f *fake) on(request string, h http.HandlerFunc) {
	f.mu.Lock()
	f.routes[request] = h
	f.mu.Unlock()
}

// says is an answer with that status and body.
func says(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/ari/")
	f.mu.Lock()
	f.asked = append(f.asked, key+"?"+r.URL.RawQuery)
	h := f.routes[key]
	f.mu.Unlock()
	switch {
	case h != nil:
		h(w, r)
	case key == "GET events":
		f.events(w, r)
	case key == "GET asterisk/info":
		fmt.Fprint(w, `{"system":{"version":"22.0.0"},"status":{"startup_time":"2026-11-22T06:00:00.000+0000"}}`)
	case key == "GET asterisk/ping":
		fmt.Fprint(w, `{"timestamp":"2026-11-22T07:00:00.000+0000"}`)
	case key == "GET applications/hotline":
		fmt.Fprint(w, `{"channel_ids":["c1"],"bridge_ids":[]}`)
	case key == "GET channels", key == "GET bridges":
		fmt.Fprint(w, `[]`)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func (f *fake) events(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		f.t.Error(err)
		return
	}
	f.mu.Lock()
	f.ws = ws
	first := f.first
	f.mu.Unlock()
	for _, e := range first {
		f.write(ws, e)
	}
	f.join.Do(func() { close(f.joined) })
	for {
		if _, _, err := ws.Read(context.Background()); err != nil { // answers pings
			return
		}
	}
}

// send sends an event, once the driver's WebSocket is there: its side of the handshake may be through before ours.
func (f *fake) send(event string) {
	<-f.joined
	f.mu.Lock()
	ws := f.ws
	f.mu.Unlock()
	f.write(ws, event)
}

func (f *fake) write(ws *websocket.Conn, event string) {
	if err := ws.Write(context.Background(), websocket.MessageText, []byte(event)); err != nil {
		f.t.Error(err)
	}
}

// requests lists what was asked that begins so.
func (f *fake) requests(prefix string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []string
	for _, a := range f.asked {
		if strings.HasPrefix(a, prefix) {
			found = append(found, a)
		}
	}
	return found
}

// A run is a driver at work on a fake.
type run struct {
	*fake
	sw     *Switch
	events chan pbx.Event
	result chan error
}

func (f *fake) open() *Switch {
	f.t.Helper()
	sw, err := New(Config{Name: "test", URL: f.srv.URL + "/ari", User: "hotline", Password: "secret", App: "hotline",
		Phone: "PJSIP/{phone}", Trunks: map[string]string{"trunk": "PJSIP/{number}@trunk"},
		Log: slog.New(slog.NewTextHandler(f.t.Output(), nil))})
	if err != nil {
		f.t.Fatal(err)
	}
	return sw
}

func (f *fake) run() *run {
	f.t.Helper()
	r := &run{fake: f, sw: f.open(), events: make(chan pbx.Event, 1000), result: make(chan error, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.result <- r.sw.Run(ctx, func(e pbx.Event) { r.events <- e })
	}()
	f.t.Cleanup(func() { cancel(); <-done })
	return r
}

// next returns the next event, which must be an E.
func next[E pbx.Event](r *run) E {
	r.t.Helper()
	select {
	case e := <-r.events:
		x, ok := e.(E)
		if !ok {
			r.t.Fatalf("got %T %+v, want %T", e, e, x)
		}
		return x
	case <-time.After(patience):
		var x E
		r.t.Fatalf("no %T came", x)
		return x
	}
}

// ended returns why Run returned.
func (r *run) ended() error {
	r.t.Helper()
	select {
	case err := <-r.result:
		return err
	case <-time.After(patience):
		r.t.Fatal("Run goes on")
		return nil
	}
}

// event is an event about a channel in that state.
func event(kind, channel, state string, more map[string]any) string {
	e := map[string]any{
		"type": kind, "timestamp": "2026-11-22T07:00:01.500+0000", "application": "hotline",
		"channel": map[string]any{
			"id": channel, "name": "PJSIP/trunk-00000001", "state": state, "creationtime": "2026-11-22T07:00:01.000+0000",
			"caller": map[string]string{"name": "Zoé", "number": "0612345678"},
		},
	}
	for k, v := range more {
		e[k] = v
	}
	b, err := json.Marshal(e)
	if err != nil {
		panic(err) // maps of strings are always JSON
	}
	return string(b)
}

func offered(channel string) string {
	return event("StasisStart", channel, "Ring", map[string]any{"args": []string{"inbound", "0805123456", "allowed_not_screened"}})
}
