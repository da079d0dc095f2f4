package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hotline/e2e/phone"
)

// TestWebhook lets a program of the company decide where a caller goes; then it hangs, and the next caller goes on after the time
// that the rules give it, while somebody else is served as if nothing were.
func TestWebhook(t *testing.T) {
	var hangs atomic.Bool
	var asked atomic.Value
	release := make(chan struct{})
	program := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked.Store(string(body))
		if hangs.Load() {
			<-release
			return
		}
		_, _ = io.WriteString(w, `{"values": {"dossier": 4711}}`)
	}))
	defer program.Close()
	defer close(release)
	h := newHouse(t)
	rules, err := os.ReadFile(filepath.Join(h.dir, "rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	h.write("rules.yaml", strings.NewReplacer("numbers:\n", "numbers:\n  08 09 40 07 00: {service: dossiers}\n", "services:\n", `services:
  dossiers:
    purpose: after_sales
    open:
      - {play: accueil}
      - webhook: {call: crm, values: [dossier], wait: 3s, on_error: {queue: ventes}}
      - branch: [{if: {value: {dossier: "4711"}}, then: {queue: sav}}, {else: {queue: ventes}}]
`).Replace(string(rules)))
	h.settings = "webhooks: {crm: {url: '" + program.URL + "', secret: s3cret, timeout: 20s}}\n"
	h.serve(open)
	h.desk("101", phone.Answer(0))
	h.desk("103", phone.Answer(0))

	caller := h.call("0612345678", "0809400700")
	marie := h.rung("101", nil)
	h.talk(caller, marie)
	caller.Hangup()
	wait(t, marie)
	var question struct {
		Data struct{ Caller, Service, Language string }
	}
	if text, _ := asked.Load().(string); json.Unmarshal([]byte(text), &question) != nil || question.Data.Caller != "+33612345678" || question.Data.Service != "dossiers" {
		t.Errorf("the webhook was asked %v", asked.Load())
	}

	hangs.Store(true)
	began := time.Now()
	stuck := h.call("0612345679", "0809400700")
	other := h.sav("0612345677") // needs no webhook
	h.talk(other, h.rung("101", marie))
	t.Logf("another caller talks %s after the first call while the webhook hangs", time.Since(began).Round(time.Millisecond))
	h.talk(stuck, h.rung("103", nil))
	t.Logf("the caller of the webhook that hangs talks after %s: 1 s of prompt, 3 s for the webhook", time.Since(began).Round(time.Millisecond))
	stuck.Hangup()
	other.Hangup()
	records := h.records(3)
	var flagged int
	for _, r := range records {
		if slices.Contains(r.Flags, "webhook_failed") {
			flagged++
			if !slices.Contains(r.Nodes, "service.dossiers+1.on_error") {
				t.Errorf("it went by %v", r.Nodes)
			}
		}
	}
	if flagged != 1 {
		t.Errorf("%d records say that the webhook failed", flagged)
	}
	h.empty()
}
