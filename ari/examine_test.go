package ari

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/pbx"
)

func (f *fake) config() Config {
	return Config{Name: "test", URL: f.srv.URL + "/ari", User: "hotline", Password: "secret", App: "hotline", Phone: "PJSIP/{phone}"}
}

func TestExamine(t *testing.T) {
	f := newFake(t)
	f.on("GET asterisk/ping", says(200, fmt.Sprintf(`{"timestamp":"%s"}`, time.Now().Add(time.Minute).Format("2006-01-02T15:04:05.000-0700"))))
	f.on("GET asterisk/variable", says(200, `{"value":"other"}`))
	f.on("DELETE playbacks/hotline-doctor", says(404, `{"message":"Playback not found"}`))
	f.on("GET endpoints/PJSIP/101", says(200, `{"state":"online","channel_ids":[]}`))
	f.on("GET endpoints/PJSIP/102", says(200, `{"state":"offline","channel_ids":[]}`))
	f.on("GET endpoints/PJSIP/103", says(404, `{"message":"Endpoint not found"}`))
	f.on("GET endpoints/PJSIP/104", says(500, `{"message":"Broken"}`))
	type module struct {
		Name   string `json:"name"`
		Status string `json:"status"`
	}
	list := []module{{"unknown.so", "Running"}, {"cel_custom.so", "Not Running"}}
	want := map[string]bool{}
	for _, m := range Modules() {
		if want[m] = m != recordsModule && m != "res_musiconhold"; want[m] {
			list = append(list, module{m + ".so", "Running"})
		}
	}
	for _, m := range FetchModules() {
		want[m] = m == "func_curl"
	}
	list = append(list, module{"func_curl.so", "Running"})
	text, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	f.on("GET asterisk/modules", says(200, string(text)))

	got := Examine(t.Context(), f.config(), nil, []string{"101", "102", "103", "104"}, []string{"default"})
	if got.Ahead == nil || (*got.Ahead-time.Minute).Abs() > 5*time.Second {
		t.Errorf("its clock is ahead by %v, want a minute", got.Ahead)
	}
	got.Ahead = nil
	app := "other"
	if diff := cmp.Diff(Facts{Version: "22.0.0", App: &app, Modules: want, Phones: map[string]bool{"101": true, "102": false, "103": false}}, got); diff != "" {
		t.Error(diff)
	}
	made := 0
	for _, verb := range []string{"POST", "PUT"} {
		for _, did := range f.requests(verb) {
			if made++; !strings.Contains(did, "hotline-doctor-") {
				t.Errorf("it did %q", did)
			}
		}
	}
	if gone := len(f.requests("DELETE channels/hotline-doctor-")) + len(f.requests("DELETE bridges/hotline-doctor-")); made < 2 || gone != 2 {
		t.Errorf("it made %d things and took away %d", made, gone)
	}
}

// An Asterisk that refuses everything but its version is known to be there, and no more.
func TestExamineKnowsLittle(t *testing.T) {
	f := newFake(t)
	for _, r := range []string{"GET asterisk/ping", "GET asterisk/variable", "GET asterisk/modules", "GET endpoints/PJSIP/101"} {
		f.on(r, says(500, `{"message":"Broken"}`))
	}
	f.on("DELETE playbacks/hotline-doctor", says(403, `{"message":"Write access denied"}`))
	want := Facts{Version: "22.0.0", ReadOnly: true, Phones: map[string]bool{}}
	if diff := cmp.Diff(want, Examine(t.Context(), f.config(), nil, []string{"101"}, nil)); diff != "" {
		t.Error(diff)
	}
}

func TestExamineCannot(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for name, c := range map[string]struct {
		serve http.HandlerFunc
		want  error
	}{
		"wrong password":  {says(401, `{"message":"Authentication required"}`), pbx.ErrAuth},
		"another prefix":  {says(404, `<html>Not Found</html>`), ErrNotARI},
		"a web page":      {says(200, `<html>Welcome</html>`), ErrNotARI},
		"another service": {says(200, `{}`), ErrNotARI},
		"nobody there":    {nil, pbx.ErrDown},
		"lost at once": {func(w http.ResponseWriter, _ *http.Request) {
			panic(http.ErrAbortHandler)
		}, pbx.ErrDown},
	} {
		f := newFake(t)
		cfg := f.config()
		if c.serve != nil {
			f.on("GET asterisk/info", c.serve)
		} else {
			cfg.URL = gone.URL + "/ari"
		}
		if got := Examine(t.Context(), cfg, nil, nil, nil); !errors.Is(got.Err, c.want) {
			t.Errorf("%s: %v, want %v", name, got.Err, c.want)
		}
	}
}

// What hotline needs is what its own configuration of Asterisk loads.
func TestModules(t *testing.T) {
	text, err := os.ReadFile("../deploy/asterisk/modules.conf")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range append(Modules(), FetchModules()...) {
		if !strings.Contains(string(text), "\nload = "+m+".so\n") {
			t.Errorf("deploy/asterisk/modules.conf does not load %s", m)
		}
	}
}
