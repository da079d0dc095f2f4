package ari

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"hotline/pbx"
)

func TestMediaURI(t *testing.T) {
	for in, want := range map[string]string{
		"/srv/prompts/hello.wav":     "sound:/srv/prompts/hello",
		"/srv/my.prompts/hello":      "sound:/srv/my.prompts/hello",
		"/srv/../etc/x.wav":          "sound:/etc/x",
		"http://127.0.0.1:1/a/b.wav": "sound:http://127.0.0.1:1/a/b.wav",
		"https://host/a":             "sound:https://host/a",
		"hello":                      "", "": "", "/a\nb.wav": "", "/a,/b.wav": "", "http:///x": "", "http://user:p@h/a.wav": "", "http://h/a.wav?x": "", "http://h/../a.wav": "", "http://h/a b.wav": "", "http://h/a.wav&http://i/b.wav": "", "http://h": "", "tone:ring": "", "file:///etc/passwd": "",
	} {
		got, err := mediaURI(in)
		var refused *pbx.PlayError
		if got != want || (want == "") != errors.As(err, &refused) {
			t.Errorf("mediaURI(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestHidden(t *testing.T) {
	for _, c := range []struct {
		presentation, number string
		want                 bool
	}{
		{"allowed_not_screened", "0612345678", false}, {"allowed", "", false}, {"", "0612345678", false}, {"unavailable", "", false},
		{"prohib", "0612345678", true}, {"prohib_passed_screen", "", true}, {"allowed", "Anonymous", true}, {"", "restricted", true},
	} {
		if got := hidden(c.presentation, c.number); got != c.want {
			t.Errorf("hidden(%q, %q) = %v", c.presentation, c.number, got)
		}
	}
}

func TestEndpoint(t *testing.T) {
	for in, want := range map[string]string{
		"PJSIP/trunk-0000002a": "trunk", "PJSIP/my-trunk-0000002a": "my-trunk", "Local/1@x-00000001;1": "1@x", "odd": "", "PJSIP/": "", "PJSIP/-1": "",
	} {
		if got := endpoint(in); got != want {
			t.Errorf("endpoint(%q) = %q, want %q", in, got, want)
		}
	}
}

// Whatever an id holds, it stays one part of the path.
func TestIDsStayOnePart(t *testing.T) {
	base, err := url.Parse("http://host/ari")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"..", ".", "a/b", "../../x", "a?b=c", "a#b", "%2e%2e", "a;1", " "} {
		u := base.JoinPath(escaped([]string{"channels", id, "answer"})...)
		parts := strings.Split(u.EscapedPath(), "/")
		if len(parts) != 5 || parts[1] != "ari" || parts[2] != "channels" || parts[4] != "answer" {
			t.Errorf("%q became %s", id, u)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	good := Config{URL: "http://127.0.0.1:8088/ari/", App: "hotline", Phone: "PJSIP/{phone}"}
	if s, err := New(good); err != nil || s.socket != "ws://127.0.0.1:8088/ari/events?app=hotline&subscribeAll=false" {
		t.Errorf("New: %v %+v", err, s)
	}
	for name, change := range map[string]func(*Config){
		"no url":          func(c *Config) { c.URL = "" },
		"a url of ftp":    func(c *Config) { c.URL = "ftp://host/ari" },
		"an app of two":   func(c *Config) { c.App = "a,b" },
		"no app":          func(c *Config) { c.App = "" },
		"phone template":  func(c *Config) { c.Phone = "PJSIP/101" },
		"number template": func(c *Config) { c.Trunks = map[string]string{"t": "PJSIP/trunk"} },
	} {
		c := good
		change(&c)
		if _, err := New(c); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
