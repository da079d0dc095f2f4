package e2e

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hotline/prompt"
)

// freePort is an address on this machine at which nobody listens.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestSoundsByHTTP lets the switch fetch what callers hear, from a folder that it does not see and that is gone by then. A sound
// that is not there holds nobody up, and neither does hotline's absence: what was heard once the switch has kept.
func TestSoundsByHTTP(t *testing.T) {
	h := newHouse(t)
	at := freePort(t)
	h.settings = "prompts: {http: 'http://" + at + "'}\n"
	h.serve(open)
	name, err := prompt.ShelfName(filepath.Join(h.dir, "prompts", "choix.wav"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(h.dir, "prompts")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/" + name: 200, "/choix.wav": 404, "/": 404} {
		r, err := http.Get("http://" + at + path)
		if err != nil || r.StatusCode != want {
			t.Errorf("%s: %v, %v", path, r, err)
		}
	}
	caller := h.call("0612345678", "0809400100")
	began := time.Now()
	h.hears(caller, speechTone)
	t.Logf("heard %s after the call began", time.Since(began))
	caller.Press("2") // what has no file leads back to the menu at once
	h.daemon.says("prompt not heard")
	h.hears(caller, speechTone)
	caller.Hangup()
	if n := h.daemon.count("prompt not heard"); n != 1 {
		t.Errorf("%d prompts were not heard, want that of key 2 alone", n)
	}
	h.records(1)
	h.empty()
}
