package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/e2e/phone"
)

// A toldEvent is one that came to the webhook.
type toldEvent struct {
	Type string
	Data struct{ Name, Agent, Phone string }
}

// hookServer is a program of the company that is told of calls.
func hookServer(t *testing.T) (address string, told chan toldEvent) {
	told = make(chan toldEvent, 100)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var e toldEvent
		if err := json.NewDecoder(r.Body).Decode(&e); err != nil || !strings.HasPrefix(r.Header.Get("webhook-signature"), "v1,") {
			t.Errorf("%v, signed %q", err, r.Header.Get("webhook-signature"))
		}
		told <- e
	}))
	t.Cleanup(s.Close)
	return s.URL, told
}

// run runs a command of hotline beside the daemon.
func (h *house) run(args ...string) string {
	h.t.Helper()
	cmd := exec.Command(build(h.t), append(args, "--config", filepath.Join(h.dir, "hotline.yaml"))...)
	cmd.Env = append(os.Environ(), "LC_ALL=en")
	out, err := cmd.CombinedOutput()
	if err != nil {
		h.t.Fatalf("hotline %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// TestKnown lets somebody call, be entered into the contacts, and call again: they are spoken to in their language, the phone shows
// who they are, the person of the last time is rung though another has been idle for longer, and the company's program hears of it.
func TestKnown(t *testing.T) {
	h := newHouse(t)
	address, told := hookServer(t)
	h.settings = "webhooks: {crm: {url: '" + address + "', secret: s, events: [call.ringing, call.ended]}}\n"
	rules, err := os.ReadFile(filepath.Join(h.dir, "rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	h.write("rules.yaml", strings.NewReplacer("[{play: accueil}, {queue: ventes}]", "[{play: salut}, {queue: ventes}]",
		"wrap_up: 0s, strategy: ring_all}", "wrap_up: 0s, same_agent: {within: 30d, wait: 20s}}",
		"prompts:\n", "prompts:\n  salut: {fr: {file: bonjour.wav}, en: {file: hello.wav}}\n").Replace(string(rules)))
	writeToneOf(t, filepath.Join(h.dir, "prompts", "bonjour.wav"), speechTone, 2*time.Second)
	writeToneOf(t, filepath.Join(h.dir, "prompts", "hello.wav"), beepTone, 2*time.Second)
	h.serve(open)
	h.desk("103", phone.Answer(0))

	stranger := h.call("0612345678", "0805400200")
	h.hears(stranger, speechTone)
	stranger.Hangup()

	h.write("clients.csv", "Téléphone;Nom;Langue\n612345678;John Smith;anglais\n")
	h.run("contact", "import", filepath.Join(h.dir, "clients.csv"))
	first := h.call("0612345678", "0805400200")
	h.hears(first, beepTone)
	rung := h.rung("103", nil)
	h.talk(first, rung)
	if from := rung.Header("From"); !strings.HasPrefix(from, `"John Smith - ventes"`) {
		t.Errorf("the phone shows %s", from)
	}
	first.Hangup()
	h.records(2)

	h.desk("104", phone.Answer(0)) // who has been idle for longer
	again := h.call("0612345678", "0805400200")
	h.hears(again, beepTone)
	h.talk(again, h.rung("103", rung))
	again.Hangup()
	other := h.call("0699887766", "0805400200")
	h.hears(other, speechTone)
	h.talk(other, h.rung("104", nil))
	other.Hangup()
	for i, want := range []string{"", "lea", "lea", "karim"} {
		if r := h.records(4)[i]; r.Agent != want || i > 0 && i < 3 && r.Lang != "en" || len(r.Flags) > 0 {
			t.Errorf("call %d talked with %q in %s, flags %v", i+1, r.Agent, r.Lang, r.Flags)
		}
	}
	if shown := h.run("contact", "show", "0612345678"); !strings.Contains(shown, "John Smith") || !strings.Contains(shown, "lea, 0:") {
		t.Error(shown)
	}
	var story []string
	for range 7 {
		select {
		case e := <-told:
			story = append(story, strings.Join(strings.Fields(e.Type+" "+e.Data.Name+" "+e.Data.Agent+" "+e.Data.Phone), " "))
		case <-time.After(patience):
			t.Fatalf("told only %q", story)
		}
	}
	want := "call.ended, call.ringing John Smith lea 103, call.ended John Smith lea 103, call.ringing John Smith lea 103, call.ended John Smith lea 103, " +
		"call.ringing karim 104, call.ended karim 104"
	if got := strings.Join(story, ", "); got != want {
		t.Errorf("told\n%s\nwant\n%s", got, want)
	}
	h.empty()
}
