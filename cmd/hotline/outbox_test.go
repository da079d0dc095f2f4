package main

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"hotline/outbox"
)

// newOutboxDesk has letters of each kind: one that is new, one that was tried in vain, one that was given up, one that was sent.
func newOutboxDesk(t *testing.T) desk {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hotline.db")
	d := desk{path, pricedIn(t, path), time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)}
	for i, l := range []struct {
		kind    outbox.Kind
		content any
		state   outbox.State
		tries   int
		trouble string
	}{
		{outbox.ByMail, outbox.Mail{To: []string{"chef@example.fr"}, Subject: "Appel manqué \x1b[31m\u202e06"}, outbox.Waiting, 4, "dial tcp 192.0.2.25:587: connect: connection refused"},
		{outbox.ByHook, outbox.Hook{To: "crm", Event: "call.answered", Data: json.RawMessage(`{"caller":"+33612345678"}`)}, outbox.GivenUp, 78, "500 Internal \x1b]0;Server Error"},
		{outbox.ByText, outbox.Text{From: "+33972000001", To: "+33612345678", Words: "Votre rendez-vous est demain à 9 h."}, outbox.Waiting, 0, ""},
		{outbox.ByMail, outbox.Mail{To: []string{"chef@example.fr"}, Subject: "Sent"}, outbox.Sent, 1, ""},
	} {
		content, err := json.Marshal(l.content)
		if err != nil {
			t.Fatal(err)
		}
		id := "01KB4Z7Q8R6J8V1M3W5X7Y9ZA" + string(rune('A'+i))
		letter := outbox.Letter{ID: id, Kind: l.kind, Written: d.now.Add(time.Duration(i-60) * time.Minute), Content: content}
		if err := d.db.Post(t.Context(), letter); err != nil {
			t.Fatal(err)
		}
		e := outbox.Entry{Letter: letter, State: l.state, Due: d.now.Add(7 * time.Second), Attempts: l.tries, Trouble: l.trouble}
		if l.tries > 0 {
			if err := d.db.LetterDone(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
	}
	return d
}

func TestOutbox(t *testing.T) {
	transcript(t, newOutboxDesk, "outbox", commandLines(`
outbox
outbox --json
outbox retry
outbox retry nothing
outbox retry ZAD
outbox retry 5x7y9zab
outbox
outbox drop 01KB4Z7Q8R6J8V1M3W5X7Y9ZAA
outbox drop all
outbox
outbox nothing`)...)
}
