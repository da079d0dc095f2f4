package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"hotline/outbox"
	"hotline/routing"
	"hotline/wav"
)

// newMailboxDesk has messages: of somebody with a hostile name, of somebody who withholds the number, and one whose sound is gone.
func newMailboxDesk(t *testing.T) desk {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hotline.db")
	d := desk{path, pricedIn(t, path), time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)}
	folder := routing.Recordings(filepath.Join(filepath.Dir(path), "recordings"))
	if err := os.Mkdir(string(folder), 0o700); err != nil {
		t.Fatal(err)
	}
	for i, m := range []routing.Message{
		{Caller: "+33612345678", CallerName: "Marie \x1b[31m\u202eDurand", Length: 83 * time.Second},
		{Length: 4 * time.Second},
		{Caller: "+4915112345678", CallerName: "Jürgen", Length: 9 * time.Second},
	} {
		m.ID, m.Call = "01KB4Z7Q8R6J8V1M3W5X7Y9ZA"+string(rune('A'+i)), "01KB4Z7Q8R6J8V1M3W5X7Y9Z0"+string(rune('A'+i))
		m.Mailbox, m.Service, m.Number, m.At = "sav", "sav", "+33809400100", d.now.Add(time.Duration(i-60)*time.Minute)
		if err := d.db.Left(t.Context(), m, outbox.Letter{}); err != nil {
			t.Fatal(err)
		}
		if i == 2 {
			continue
		}
		if err := os.WriteFile(folder.Path(m.ID), wav.Encode(make([]int16, 8000)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func TestVoicemail(t *testing.T) {
	transcript(t, newMailboxDesk, "voicemail", commandLines(`
voicemail
voicemail --json
voicemail claim
voicemail claim ZAA --as marie
voicemail claim 9zaa --as marie
voicemail claim 9zaa --as marie
voicemail claim 9zaa --as paul
voicemail done 9zaa --as paul
voicemail
voicemail done 9zaa --as marie
voicemail claim 9zaa --as paul
voicemail
voicemail --all
voicemail reopen 9zaa --as paul
voicemail show 9zaa
voicemail show 01KB4Z7Q8R6J8V1M3W5X7Y9ZAB
voicemail export 9zac FOLDER/gone.wav
voicemail export 9zab FOLDER/message.wav --as marie
voicemail export 9zab FOLDER/message.wav --as marie
voicemail delete 9zab --as marie
voicemail show 9zab
voicemail --mailbox nothing
voicemail nothing`)...)
}
