package esl

import (
	"bufio"
	"bytes"
	"errors"
	"net/textproto"
	"strings"
	"testing"
)

func TestAPI(t *testing.T) {
	got, err := API("uuid_kill", "8d2a-11", "NORMAL_CLEARING")
	if want := "api uuid_kill 8d2a-11 NORMAL_CLEARING\r\n\r\n"; err != nil || string(got) != want {
		t.Errorf("%q (%v), want %q", got, err, want)
	}
	for _, bad := range []string{"", "a b", "x\n\napi fsctl shutdown", "x\r\n\r\napi status", "x\x00", "é", "a\tb"} {
		if got, err := API("uuid_kill", bad); !errors.Is(err, ErrUnsafe) {
			t.Errorf("%q passed as %q (%v)", bad, got, err)
		}
	}
}

func TestExecute(t *testing.T) {
	got, err := Execute("8d2a-11", "playback", "/srv/prompts/été, a {b}.wav", "turn-1")
	if err != nil {
		t.Fatal(err)
	}
	first, header := read(t, got)
	if first != "sendmsg 8d2a-11" {
		t.Errorf("first line %q", first)
	}
	for name, want := range map[string]string{
		"call-command": "execute", "execute-app-name": "playback", "execute-app-arg": "/srv/prompts/été, a {b}.wav",
		"event-lock": "true", "Event-UUID": "turn-1",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, bad := range []string{"a\nb", "a\rb", "a\x00b", strings.Repeat("x", maxLine+1)} {
		if _, err := Execute("8d2a-11", "playback", bad, "turn-1"); !errors.Is(err, ErrUnsafe) {
			t.Errorf("argument %.20q passed (%v)", bad, err)
		}
	}
}

// read reads a command as FreeSWITCH does, and fails unless it is all there is.
func read(t *testing.T, wire []byte) (first string, header textproto.MIMEHeader) {
	t.Helper()
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(wire)))
	first, err := r.ReadLine()
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(first, "sendmsg") {
		if header, err = r.ReadMIMEHeader(); err != nil {
			t.Fatalf("%q: %v", wire, err)
		}
	} else if empty, err := r.ReadLine(); err != nil || empty != "" {
		t.Fatalf("%q: the command does not end after its line", wire)
	}
	if rest, _ := r.R.Peek(1); len(rest) > 0 {
		t.Fatalf("%q holds more than one command", wire)
	}
	return first, header
}

func FuzzOneCommand(f *testing.F) {
	f.Add("a", "b")
	f.Add("x\n\napi fsctl shutdown", "x\r\n\r\napi status")
	f.Fuzz(func(t *testing.T, word, argument string) {
		if wire, err := API("uuid_exists", word); err == nil {
			if first, _ := read(t, wire); first != "api uuid_exists "+word {
				t.Errorf("%q became %q", word, first)
			}
		}
		if wire, err := Execute(word, "set", argument, word); err == nil {
			_, header := read(t, wire)
			if len(header.Values("call-command")) != 1 || header.Get("execute-app-name") != "set" {
				t.Errorf("%q and %q became %q", word, argument, wire)
			}
		}
	})
}
