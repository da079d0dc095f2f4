package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/outbox"
	"hotline/routing"
)

// newPersonDesk has somebody who called, is in the contacts and left a message.
func newPersonDesk(t *testing.T) desk {
	t.Helper()
	d := newContactDesk(t)
	m := routing.Message{ID: "01JDMESSAGE", Call: "01JD00000000000000000000A", Mailbox: "sav", Number: "+33809400100", Caller: "+33612345678", At: d.now.Add(-time.Hour)}
	if err := d.db.Left(t.Context(), m, outbox.Letter{}); err != nil {
		t.Fatal(err)
	}
	sounds := filepath.Join(filepath.Dir(d.path), "recordings")
	if err := os.MkdirAll(sounds, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{m.ID, "01JDOTHER"} {
		if err := os.WriteFile(filepath.Join(sounds, id+".wav"), []byte("sound of "+id), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, code := d.run(t, "en", "contact", "import", filepath.Join(filepath.Dir(d.path), "clients.csv")); code != 0 {
		t.Fatal(out)
	}
	return d
}

func TestPerson(t *testing.T) {
	transcript(t, newPersonDesk, "person", commandLines(`
person erasures
person erase 06
person erase 0600000000
contact show 0612345678
person erase 0612345678
person erase 00442071234567 --yes
person erase 0612345678 --yes
person erase 0612345678 --yes
contact show 0612345678
cdr list --limit 20
missed --limit 50`)...)
}

// Only who says yes is taken at their word, and then the sounds are gone as well.
func TestPersonErase(t *testing.T) {
	d := newPersonDesk(t)
	t.Setenv("LC_ALL", "fr")
	sound := filepath.Join(filepath.Dir(d.path), "recordings", "01JDMESSAGE.wav")
	for _, c := range []struct {
		answer string
		gone   bool
	}{{"non\n", false}, {"", false}, {"oui\n", true}} {
		cmd := newRootAt(func() time.Time { return d.now })
		var out bytes.Buffer
		cmd.SetArgs([]string{"person", "erase", "0612345678", "--database", d.path})
		cmd.SetIn(strings.NewReader(c.answer))
		cmd.SetOut(&out)
		err := cmd.ExecuteContext(t.Context())
		_, left := os.Stat(sound)
		if gone := err == nil; gone != c.gone || gone != os.IsNotExist(left) {
			t.Errorf("%q: %v, %v\n%s", c.answer, err, left, out.String())
		}
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(d.path), "recordings", "01JDOTHER.wav")); err != nil {
		t.Error(err)
	}
	if out, _ := d.run(t, "en", "person", "erasures"); !strings.Contains(out, "28 Nov 2026") || !strings.Contains(out, "message 1") || strings.Contains(out, "612345678") {
		t.Error(out)
	}
}

func TestPersonExport(t *testing.T) {
	d := newPersonDesk(t)
	out, code := d.run(t, "en", "person", "export", "0612345678")
	var page struct {
		Held map[string][]map[string]any `json:"held"`
	}
	if err := json.Unmarshal([]byte(out), &page); err != nil || code != 0 {
		t.Fatalf("%v\n%s", err, out)
	}
	if call := page.Held["call"][0]; len(page.Held["call"]) != 2 || call["opened"] != "2026-11-27T08:00:00Z" || call["nodes"].([]any)[0] != "service.sav" {
		t.Errorf("%v", call)
	}
	if c := page.Held["contact"][0]; c["name"] != "Léa Bernard" || c["groups"].([]any)[1] != "vip" {
		t.Errorf("%v", c)
	}
	file := filepath.Join(t.TempDir(), "p.zip")
	if out, code := d.run(t, "en", "person", "export", "0612345678", "-o", file); code != 0 {
		t.Fatal(out)
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	sound, err := z.Open("messages/01JDMESSAGE.wav")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(sound); err != nil || string(text) != "sound of 01JDMESSAGE" {
		t.Errorf("%q, %v", text, err)
	}
	inside, err := z.Open("person.json")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(inside); err != nil || string(text) != out {
		t.Errorf("the file holds something else: %v", err)
	}
}
