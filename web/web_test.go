package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hotline/config"
	"hotline/pbx"
	"hotline/pbx/pbxtest"
	"hotline/routing"
	"hotline/store"
	"hotline/web"
)

const rules = `version: 1
languages: [fr]
numbers:
  08 09 40 01 00: {service: sav}
services:
  sav: {open: {queue: sav}}
queues:
  sav: {agents: [marie, lea], wrap_up: 30s}
agents:
  marie: {phone: 101, name: Marie Dupont}
  lea: {phone: 102, name: Léa Bernard}
`

// patience is for what comes at once, on a machine that is busy with other things.
const patience = 30 * time.Second

// A house is hotline on a switch in memory, served on a real socket.
type house struct {
	t      *testing.T
	sw     *pbxtest.Switch
	marie  *pbxtest.Phone
	socket string
	client *web.Client
}

func newHouse(t *testing.T) *house {
	t.Helper()
	parsed, problems := config.ParseRules("rules.yaml", []byte(rules))
	if problems.Errors() {
		t.Fatal(problems)
	}
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "hotline.db"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, sw: pbxtest.New(), socket: filepath.Join(t.TempDir(), "hotline.sock")}
	h.marie = h.sw.Phone("101", pbxtest.Rings, 0)
	h.sw.Phone("102", pbxtest.Rings, 0)
	floor := routing.NewFloor(parsed, []string{"pbx"}, db.Journal(), log)
	x := pbx.NewExchange("pbx", h.sw, log)
	board := routing.New(routing.Setup{
		Exchange: x, Rules: routing.NewInForce(floor, routing.NewVersion(1, parsed, routing.Sounds{})), Floor: floor, Journal: db.Journal(), Outbox: db,
		Music: "default", Log: log,
	})
	l, err := web.Listen(h.socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &web.Server{Version: "test", Instance: "house", Floor: floor, Log: log, Facts: func() web.Facts {
		return web.Facts{Switches: []web.Switch{{Name: "pbx", Connected: x.Up()}}, Disk: web.Disk{Free: -1}}
	}}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { floor.Run(ctx) })
	running.Go(func() {
		if err := x.Run(ctx, board); err != nil {
			t.Error(err)
		}
	})
	running.Go(func() {
		if err := server.Serve(ctx, l); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		stop()
		running.Wait()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	h.client = web.NewClient(h.socket, "house", "en")
	h.eventually("the switch is there", func(s web.Status) bool {
		return s.Switches[0].Connected && len(s.Agents[1].Phones) == 1 && s.Agents[1].Phones[0].Registered != nil
	})
	return h
}

// eventually waits until the page says so.
func (h *house) eventually(what string, ok func(web.Status) bool) web.Status {
	h.t.Helper()
	limit := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		s, err := h.client.Status(h.t.Context())
		if err != nil {
			h.t.Fatal(err)
		}
		if ok(s) {
			return s
		}
		select {
		case <-tick.C:
		case <-limit:
			h.t.Fatalf("%s: not within %s: %+v", what, patience, s)
		}
	}
}

// A call rings, talks and ends, and everybody who looks sees it.
func TestCallIsSeen(t *testing.T) {
	h := newHouse(t)
	caller := h.sw.Call("client", "0612345678", "0809400100")
	s := h.eventually("a phone rings", func(s web.Status) bool { return len(s.Agents) > 0 && s.Agents[0].State == "ringing" })
	if c := s.Calls; c.Total != 1 || c.Waiting != 1 || s.Queues[0].Waiting != 1 || s.Queues[0].Oldest.IsZero() || len(s.Queues[0].Callers) != 1 {
		t.Errorf("%+v %+v", c, s.Queues)
	}
	if a := s.Agents[0]; a.Name != "Marie Dupont" || a.Caller != "0612345678" || a.Call != s.Queues[0].Callers[0] {
		t.Errorf("%+v", a)
	}
	id := s.Queues[0].Callers[0]
	one, err := h.client.Call(t.Context(), strings.ToLower(id[len(id)-5:]))
	if err != nil || one.ID != id || one.Where.Kind != "queue" || one.Where.Name != "sav" || one.Position != 1 || len(one.Ringing) != 1 ||
		one.Number != "+33809400100" || one.Caller != "+33612345678" || one.Answered.IsZero() {
		t.Errorf("%+v, %v", one, err)
	}

	h.eventually("it rings on the switch, too", func(web.Status) bool { return h.marie.Last() != nil }) // decided first, dialled then
	h.marie.Last().PickUp()
	s = h.eventually("they talk", func(s web.Status) bool { return s.Calls.Talking == 1 })
	if q := s.Queues[0]; q.Waiting != 0 || q.Talking != 1 || !s.OK {
		t.Errorf("%+v %+v", q, s.Attention)
	}
	list, err := h.client.Calls(t.Context())
	if err != nil || len(list.Calls) != 1 || list.Calls[0].Agent != "marie" || list.Calls[0].TalkFrom.IsZero() {
		t.Errorf("%+v, %v", list, err)
	}
	a, err := h.client.Wish(t.Context(), "marie", "pause", "déjeuner")
	if err != nil || a.State != "talking" || a.After != "paused" || a.Reason != "déjeuner" || a.Written == nil || !*a.Written {
		t.Errorf("%+v, %v", a, err)
	}

	caller.Hangup()
	s = h.eventually("the pause begins", func(s web.Status) bool { return s.Agents[0].State == "paused" && s.Calls.Total == 0 })
	if a := s.Agents[0]; a.Reason != "déjeuner" || a.After != "" {
		t.Errorf("%+v", a)
	}
	for _, id := range []string{id, "", ".", "..", "a/b", "?", "%2e"} {
		one, err := h.client.Call(t.Context(), id)
		if p := (*web.Problem)(nil); !errors.As(err, &p) || p.Type != web.NoCall {
			t.Errorf("call %q, which is over or never was: %+v, %v", id, one, err)
		}
	}
}

// Two hotlines with one folder have the same socket unless told otherwise: the second one's commands do not go to the first.
func TestAnotherHotlineAnswers(t *testing.T) {
	h := newHouse(t)
	if _, err := web.NewClient(h.socket, "other", "en").Agents(t.Context()); !errors.Is(err, web.ErrTwin) || !strings.Contains(err.Error(), "instance house") {
		t.Errorf("%v", err)
	}
}

// Nobody answers a queue in which somebody waits: that needs attention.
func TestNobodyThere(t *testing.T) {
	h := newHouse(t)
	for _, agent := range []string{"marie", "lea"} {
		if a, err := h.client.Wish(t.Context(), agent, "logout", ""); err != nil || a.State != "offline" {
			t.Fatalf("%+v, %v", a, err)
		}
	}
	h.sw.Call("client", "0612345678", "0809400100")
	h.eventually("attention", func(s web.Status) bool {
		return !s.OK && len(s.Attention) == 1 && s.Attention[0] == web.Attention{Code: web.NobodyThere, About: "sav"}
	})
	if _, err := h.client.Wish(t.Context(), "lea", "login", ""); err != nil {
		t.Fatal(err)
	}
	h.eventually("served", func(s web.Status) bool { return s.OK })
}

// do asks as any program can, and returns the answer.
func (h *house) do(method, path, language, body string) (*http.Response, map[string]any) {
	h.t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", h.socket)
	}}}
	request, err := http.NewRequestWithContext(h.t.Context(), method, "http://hotline"+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	request.Header.Set("Accept-Language", language)
	response, err := client.Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal(text, &answer); err != nil {
		h.t.Errorf("%s %s answers %q: %v", method, path, text, err)
	}
	return response, answer
}

func TestProblems(t *testing.T) {
	h := newHouse(t)
	if _, err := h.client.Wish(t.Context(), "lea", "logout", ""); err != nil {
		t.Fatal(err)
	}
	long := `{"reason": "` + strings.Repeat("x", 81) + `"}`
	for _, test := range []struct {
		method, path, language, body string
		status                       int
		kind, title                  string
	}{
		{"GET", "/v2/status", "fr-FR,fr;q=0.9", "", 404, web.NoResource, "cette adresse n'existe pas"},
		{"POST", "/v1/nothing", "en", "", 404, web.NoResource, "there is no such address"},
		{"POST", "/v1/status", "de, en", "", 405, web.NoMethod, "that is not asked like this"},
		{"GET", "/v1/agents/lea/login", "", "", 405, web.NoMethod, "that is not asked like this"},
		{"DELETE", "/v1/agents/lea", "", "", 405, web.NoMethod, "that is not asked like this"},
		{"GET", "/v1/agents/zoe", "fr", "", 404, web.NoAgent, "personne de ce nom dans les règles"},
		{"POST", "/v1/agents/zoe/login", "", "", 404, web.NoAgent, "nobody of that name in the rules"},
		{"POST", "/v1/agents/lea/pause", "fr", "", 409, web.LoggedOut, "cette personne est hors connexion"},
		{"POST", "/v1/agents/lea/resume", "", "", 409, web.LoggedOut, "this person is logged out"},
		{"POST", "/v1/agents/marie/pause", "", "lunch", 400, web.BadRequest, "the body of the request is not as it should be"},
		{"POST", "/v1/agents/marie/pause", "", `{"raison": "lunch"}`, 400, web.BadRequest, "the body of the request is not as it should be"},
		{"POST", "/v1/agents/marie/pause", "", `{"reason": "lunch"} {}`, 400, web.BadRequest, "the body of the request is not as it should be"},
		{"POST", "/v1/agents/marie/pause", "", long, 400, web.BadRequest, "the body of the request is not as it should be"},
		{"POST", "/v1/agents/marie/logout", "fr", `{"reason": "vacances"}`, 400, web.BadRequest, "le corps de la demande ne va pas"},
		{"GET", "/v1/calls/ABCD", "fr", "", 404, web.NoCall, "pas d'appel en cours de ce nom"},
	} {
		r, answer := h.do(test.method, test.path, test.language, test.body)
		if r.StatusCode != test.status || answer["type"] != test.kind || answer["title"] != test.title || answer["instance"] != test.path ||
			r.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %s, %s, %v", test.method, test.path, r.Status, r.Header.Get("Content-Type"), answer)
		}
		if r.StatusCode == 405 && r.Header.Get("Allow") == "" {
			t.Errorf("%s %s: nothing is allowed", test.method, test.path)
		}
	}
	if r, answer := h.do("GET", "/v1/agents/marie", "", ""); r.StatusCode != 200 || answer["state"] != "ready" || r.Header.Get("Server") != "hotline/test" {
		t.Errorf("a refused wish has changed something: %v", answer)
	}
}

func TestListen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "hotline.sock")
	first, err := web.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o660 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if _, err := web.Listen(path); !errors.Is(err, web.ErrInUse) || !strings.Contains(err.Error(), path) {
		t.Errorf("in use: %v", err)
	}
	first.(*net.UnixListener).SetUnlinkOnClose(false) // as a kill does
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := web.Listen(path)
	if err != nil {
		t.Fatalf("the socket of a dead daemon: %v", err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}

	file := filepath.Join(dir, "a-file")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := web.Listen(file); !errors.Is(err, web.ErrNoPlace) {
		t.Errorf("a file in its place: %v", err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "precious" {
		t.Errorf("the file that was in its place: %q, %v", text, err)
	}
	long := filepath.Join(dir, strings.Repeat("x", len(syscall.RawSockaddrUnix{}.Path)))
	if _, err := web.Listen(long); !errors.Is(err, web.ErrTooLong) || !strings.Contains(err.Error(), "write a shorter one") {
		t.Errorf("too long: %v", err)
	}
	if _, err := web.Listen(filepath.Join(dir, "none", "hotline.sock")); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "is its folder there") {
		t.Errorf("no folder: %v", err)
	}
}

// Why there is no answer is told apart.
func TestClientWithoutAnswer(t *testing.T) {
	dir := t.TempDir()
	ask := func(path string) error {
		_, err := web.NewClient(path, "house", "en").Status(t.Context())
		return err
	}
	nothing := filepath.Join(dir, "nothing.sock")
	dead := filepath.Join(dir, "dead.sock")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: dead, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	serve := func(name, server, kind, text string) string {
		path := filepath.Join(dir, name)
		l, err := net.Listen("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		other := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Server", server)
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, text)
		})}
		done := make(chan struct{})
		go func() { defer close(done); _ = other.Serve(l) }()
		t.Cleanup(func() { other.Close(); <-done })
		return path
	}
	for what, test := range map[string]struct {
		path string
		want error
	}{
		"nothing there": {nothing, web.ErrNobody}, "a dead socket": {dead, web.ErrNobody}, "a file": {file, web.ErrOther},
		"another program":  {serve("other.sock", "nginx", "text/html", "<html>"), web.ErrOther},
		"an older hotline": {serve("old.sock", "hotline/1.0", "application/problem+json", `{"type": "/problems/no-such-resource"}`), web.ErrOlder},
		"too long":         {filepath.Join(dir, strings.Repeat("x", 200)), web.ErrTooLong},
	} {
		if err := ask(test.path); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", what, err, test.want)
		}
	}
	if os.Getuid() == 0 {
		t.Log("root may do everything: no permission is not tried")
		return
	}
	h := newHouse(t)
	if err := os.Chmod(h.socket, 0); err != nil {
		t.Fatal(err)
	}
	if err := ask(h.socket); !errors.Is(err, web.ErrDenied) {
		t.Errorf("no permission: %v", err)
	}
}
