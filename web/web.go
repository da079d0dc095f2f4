// Package web tells what goes on, and takes wishes about agents and rules, as JSON over HTTP. Today it serves the commands of this
// machine on a Unix socket; its resources are made so that pages for people can be served from the same functions.
//
// Its guarantee: looking changes nothing and holds up no call, and a wish is answered with what has become of it.
//
//	GET  /v1/status                                       everything on one page
//	GET  /v1/calls, /v1/calls/{id}                        the calls that are there now
//	GET  /v1/agents, /v1/agents/{id}                      who does what
//	POST /v1/agents/{id}/login, logout, pause, resume     pause takes {"reason": "..."}
//	GET  /v1/rules, /v1/rules/{number}, /v1/rules/current the versions of the rules, and one with its files
//	POST /v1/rules/check                                  {"files": [{"name": "rules.yaml", "text": "..."}]}
//	GET  /v1/closures                                     which services are closed by hand
//	POST /v1/closures                                     {"service": "sav", "until": "...", "play": "...", "why": "..."}
//	DELETE /v1/closures/{service}                         opens it again
//	POST /v1/prompts/record                               {"name": "...", "language": "fr", "phone": "101"}: rings it, answers at the end
//	GET  /v1/blocked                                      who is blocked; DELETE /v1/blocked?pattern=0899* lets them in again
//	POST /v1/blocked                                      {"pattern": "0899*", "until": "2026-12-24T00:00:00Z", "why": "..."}
//	POST /v1/rules                                        the same with "why", or {"back_to": 3, "why": "..."}; "after" is what is replaced
//
// Errors are problem documents (RFC 9457), in French or English as Accept-Language asks.
package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"hotline/routing"
)

// A Floor knows the calls and the agents. It is a routing.Floor.
type Floor interface {
	Snapshot() routing.Snapshot
	LogIn(ctx context.Context, agent string) (routing.Outcome, error)
	LogOut(ctx context.Context, agent string) (routing.Outcome, error)
	Pause(ctx context.Context, agent, reason string) (routing.Outcome, error)
	Resume(ctx context.Context, agent string) (routing.Outcome, error)
}

// A Server serves the resources.
type Server struct {
	Version  string // of the program
	Instance string // of the daemon: several may run on one machine
	Floor    Floor
	Rules    Rulebook
	Closures Closures
	Prompts  Prompts      // nil: none can be recorded
	Messages Messages     // nil: none can be heard
	Doorman  Doorman      // nil: nobody is blocked
	Facts    func() Facts // what is true of the daemon and its machine, apart from the calls
	Log      *slog.Logger
}

const (
	requestLimit = 10 * time.Second // for a request to come in, and for its answer to be taken
	stopLimit    = time.Second      // for what is being answered when the daemon leaves
)

// Serve answers on the listener until ctx ends. It returns once nothing is being answered any more.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler: s.Handler(), ConnContext: withPeer, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
		ReadTimeout: requestLimit, WriteTimeout: requestLimit, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
	defer cancel()
	err := server.Shutdown(stop)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	<-ended // http.ErrServerClosed
	return err
}

// Handler answers requests.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	for path, of := range map[string]resource{
		"/v1/status":                {get: s.status},
		"/v1/calls":                 {get: s.calls},
		"/v1/calls/{id}":            {get: s.call},
		"/v1/agents":                {get: s.agents},
		"/v1/agents/{id}":           {get: s.agent},
		"/v1/agents/{id}/login":     {post: s.wish("login")},
		"/v1/agents/{id}/logout":    {post: s.wish("logout")},
		"/v1/agents/{id}/pause":     {post: s.wish("pause")},
		"/v1/agents/{id}/resume":    {post: s.wish("resume")},
		"/v1/rules":                 {get: s.rulesVersions, post: s.applyRules, limit: rulesLimit},
		"/v1/rules/check":           {post: s.checkRules, limit: rulesLimit},
		"/v1/rules/{number}":        {get: s.rulesVersion},
		"/v1/voicemail/{id}/listen": {post: s.listen, limit: recordLimit},
		"/v1/closures":              {get: s.closures, post: s.closeService},
		"/v1/closures/{service}":    {delete: s.openService},
		"/v1/prompts/record":        {post: s.recordPrompt, limit: recordLimit},
		"/v1/blocked":               {get: s.blocks, post: s.block, delete: s.unblock},
		"/":                         {get: nothing, post: nothing, delete: nothing},
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { s.answer(w, r, of) })
	}
	return mux
}

// A resource is what can be asked for under one path. Its functions return the answer, or an error that problemOf knows.
type resource struct {
	get, post, delete func(*http.Request) (any, error)
	limit             time.Duration // how long it may take; 0: as long as most
}

// wishLength is how long a wish may be that holds no files.
const wishLength = 4 << 10

// readWish reads the body of a wish. One that is not as it should be is wrong.
func readWish(r *http.Request, w any, wrong error) error {
	in := json.NewDecoder(io.LimitReader(r.Body, wishLength))
	in.DisallowUnknownFields()
	if err := in.Decode(w); err != nil {
		return fmt.Errorf("%w: %w", wrong, err)
	}
	return nil
}

func nothing(*http.Request) (any, error) { return nil, errNoResource }

func (s *Server) answer(w http.ResponseWriter, r *http.Request, of resource) {
	do, allowed := of.get, "GET, HEAD"
	switch {
	case of.get != nil:
	case of.post != nil:
		allowed = "POST"
	case of.delete != nil:
		allowed = "DELETE"
	}
	switch {
	case r.Method == http.MethodPost:
		do = of.post
	case r.Method == http.MethodDelete:
		do = of.delete
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		do = nil
	}
	var body any
	err := errMethod
	if of.limit > 0 { // without that the usual limit holds, which is no harm
		control, until := http.NewResponseController(w), time.Now().Add(of.limit)
		_ = errors.Join(control.SetReadDeadline(until), control.SetWriteDeadline(until))
	}
	if do != nil {
		body, err = do(r)
	} else {
		w.Header().Set("Allow", allowed)
	}
	code, kind := http.StatusOK, "application/json"
	if err != nil {
		p := problemOf(err, language(r.Header.Get("Accept-Language")))
		if p.Status == http.StatusInternalServerError {
			s.Log.Error("a request could not be answered", "path", r.URL.Path, "err", err)
		}
		p.Instance = r.URL.Path
		body, code, kind = p, p.Status, "application/problem+json"
		w.Header().Set("Content-Language", p.language)
		w.Header().Set("Vary", "Accept-Language")
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Server", serverName+s.Version)
	w.Header().Set(instanceHeader, s.Instance)
	w.WriteHeader(code)
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	_ = out.Encode(body) // whoever asked has gone
}

// serverName begins the header by which a client knows that it talks to hotline, and to which.
const serverName = "hotline/"

// instanceHeader says which hotline answers.
const instanceHeader = "Hotline-Instance"

// language is the first of the languages we speak that the header names; English if it names none.
func language(header string) string {
	for wanted := range strings.SplitSeq(header, ",") {
		switch tag := strings.ToLower(strings.TrimSpace(wanted)); {
		case strings.HasPrefix(tag, "fr"):
			return "fr"
		case strings.HasPrefix(tag, "en"):
			return "en"
		}
	}
	return "en"
}
