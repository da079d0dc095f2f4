package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"hotline/config"
	"hotline/prompt"
	"hotline/store"
	"hotline/web"
)

// firstBook is a rulebook with a database of its own, in which version 1 is in force.
func firstBook(t *testing.T) *rulebook {
	t.Helper()
	o := newOffice(t)
	db, err := store.Open(t.Context(), o.path("hotline.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	at := place{rules: o.path("rules.yaml"), database: o.path("hotline.db"), prompts: config.Prompts{Folder: o.dir, Speech: prompt.DefaultSpeech}}
	book, _, err := firstRules(t.Context(), at, db, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func body(t *testing.T, text, why string, after int) string {
	t.Helper()
	data, err := json.Marshal(web.RulesWish{Files: []web.RulesFile{{Name: "rules.yaml", Text: text}}, Why: why, After: after})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestRulesRequests(t *testing.T) {
	server := &web.Server{Rules: firstBook(t), Log: slog.New(slog.DiscardHandler)}
	better := strings.Replace(applyRules, "20s", "30s", 1)
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"POST", "/v1/rules", body(t, better, "", 1), 400, "bad-request"},
		{"POST", "/v1/rules", `{"why": "x"}`, 400, "bad-request"},
		{"POST", "/v1/rules", `version: 1`, 400, "bad-request"},
		{"POST", "/v1/rules", `{"files": [{"name": "rules\u001b[2J.yaml", "text": "version: 1"}], "why": "x"}`, 400, "bad-request"},
		{"POST", "/v1/rules", `{"files": [{"name": "rules.yaml", "text": "version: 1"}, {"name": "rules.d/../../cron.d/x.yaml", "text": "version: 1"}], "why": "x"}`, 400, "bad-request"},
		{"POST", "/v1/rules", `{"files": [{"name": "rules.yaml", "text": "version: 1"}, {"name": "rules.d/x.sh", "text": "version: 1"}], "why": "x"}`, 400, "bad-request"},
		{"POST", "/v1/rules", `{"files": [{"name": "rules.yaml", "text": "version: 1"}, {"name": "rules.d/b.yaml", "text": ""}, {"name": "rules.d/b.yaml", "text": ""}], "why": "x"}`, 400, "bad-request"},
		{"POST", "/v1/rules/check", `{"files": [{"name": "rules.yaml", "text": "version: 1"}, {"name": "../rules.yaml", "text": "version: 1"}]}`, 400, "bad-request"},
		{"POST", "/v1/rules", body(t, applyRules, "again", 1), 409, "déjà en service"},
		{"POST", "/v1/rules", body(t, strings.Replace(applyRules, "marie]", "hugo]", 1), "hugo", 1), 422, `"title": "la personne « hugo » n'existe pas"`},
		{"POST", "/v1/rules/check", body(t, better, "", 0), 200, `"warnings": [`},
		{"GET", "/v1/rules/current", "", 200, `"number": 1,`},
		{"POST", "/v1/rules", body(t, better, "they write more", 1), 200, `"number": 2,`},
		{"POST", "/v1/rules", body(t, applyRules, "late", 1), 409, "la version 2 est entrée en service entre-temps"},
		{"GET", "/v1/rules?most=3", "", 200, `"why": "they write more"`},
		{"GET", "/v1/rules?most=-3", "", 400, "bad-request"},
		{"GET", "/v1/rules/9", "", 404, "pas de version"},
		{"GET", "/v1/rules/nine", "", 404, "pas de version"},
		{"POST", "/v1/rules", `{"back_to": 1, "why": "too long", "who": "the boss"}`, 200, `"back_to": 1`},
		{"POST", "/v1/rules", `{"back_to": 7, "why": "x"}`, 404, "pas de version"},
	} {
		request := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		request.Header.Set("Accept-Language", "fr")
		answer := httptest.NewRecorder()
		server.Handler().ServeHTTP(answer, request)
		if got := answer.Body.String(); answer.Code != c.status || !strings.Contains(got, c.want) {
			t.Errorf("%s %s %.60s: %d, want %d with %q:\n%s", c.method, c.path, c.body, answer.Code, c.status, c.want, got)
		}
	}
	v, err := server.Rules.Version(t.Context(), 0)
	if err != nil || v.Number != 3 || v.Who != "unknown" || v.Source().Hash() != (config.Source{{Data: []byte(applyRules)}}).Hash() {
		t.Errorf("who is not root is somebody else, or another version is in force: %+v, %v", v, err)
	}
}

// The errors of the hotline that runs reach the command as what they are.
func TestRulesErrorsOverTheSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := web.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: (&web.Server{Instance: "i", Rules: firstBook(t), Log: slog.New(slog.DiscardHandler)}).Handler()}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	defer func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		<-done
	}()
	client := web.NewClient(path, "i", "en")
	apply := func(text string, after int) error {
		_, err := client.Apply(t.Context(), web.RulesWish{Files: []web.RulesFile{{Name: "rules.yaml", Text: text}}, Why: "x", After: after})
		return err
	}
	var refused *web.RefusedRules
	if err := apply("version: 1\n", 1); !errors.As(err, &refused) || !refused.Problems.Errors() || refused.Problems[0].Title.EN == "" {
		t.Errorf("refused: %v", err)
	}
	var superseded *web.SupersededRules
	if err := apply(applyRules+"# more\n", 7); !errors.As(err, &superseded) || superseded.Current.Number != 1 || superseded.Current.Who != "serve" {
		t.Errorf("superseded: %v", err)
	}
	if err := apply(applyRules, 1); !errors.Is(err, web.ErrSameRules) {
		t.Errorf("same: %v", err)
	}
	if _, err := client.Version(t.Context(), 9); !errors.Is(err, web.ErrNoRules) {
		t.Errorf("none: %v", err)
	}
	warned, err := client.Apply(t.Context(), web.RulesWish{Files: []web.RulesFile{{Name: "rules.yaml", Text: applyRules + "keep: {calls: 1y}\n"}}, Why: "x", After: 1})
	if err != nil {
		t.Fatal(err)
	}
	rows := warned.Problems[len(warned.Problems)-1].Rows
	if len(rows) != 1 || rows[0].Word != "keep" || rows[0].What.EN != "only voice messages are erased" || !strings.HasPrefix(rows[0].Where.EN, "l. ") {
		t.Errorf("what is not done yet: %+v", warned.Problems)
	}
}
