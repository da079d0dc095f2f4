package esl

import (
	"bufio"
	"bytes"
	"errors"
	"math/rand/v2"
	"net/textproto"
	"strings"
	"testing"
)

func TestAPI(t *testing.T) {
	got, err := API("uuid_kill", "8d2a-11", "NORMAL_CLEARING")
	if want := "api uuid_kill 8d2a-11 NORMAL_CLEARING\r\n\r\n"; err != nil || string(got) != want {
		t.Errorf("%q (%v), want %q", got, err, want)
	}
	for _, bad := range []string{"", "a b", "x\n\napi fsctl shutdown", "x\r\n\r\napi status", "x\x00", "a\tb", "\xff", "${system(id)}", "'a' b'", "a\\ b"} {
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
	for _, bad := range []string{"a\nb", "a\rb", "a\x00b", "${system(id)}", strings.Repeat("x", maxLine+1)} {
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
	if strings.HasPrefix(first, "sendmsg") || strings.HasPrefix(first, "sendevent") || strings.HasPrefix(first, "bgapi") {
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

func TestOriginate(t *testing.T) {
	got, err := Originate("hl-1.job", "user/101@office", map[string]string{"a": "1", "name": "Zoé Müller", "n": "+33612345678"}, "park")
	want := "bgapi originate {a=1,n=+33612345678,name='Zoé Müller'}user/101@office 'park' inline\r\nJob-UUID: hl-1.job\r\n\r\n"
	if err != nil || string(got) != want {
		t.Errorf("%q (%v), want %q", got, err, want)
	}
	for _, bad := range []string{"a,b=c", "a'b", "a]b", "a}b", "a{b", "a^^b", "a\\b", "a\nb", "$x", "a|b", "a&b", "\xff", "a=b", "a\"b", "<a>"} {
		if wire, err := Originate("j", "user/101", map[string]string{"name": bad}, "park"); !errors.Is(err, ErrUnsafe) {
			t.Errorf("%q passed as %q (%v)", bad, wire, err)
		}
		if p := plain(bad); p != "" {
			if _, err := value(p); err != nil {
				t.Errorf("plain(%q) = %q is refused: %v", bad, p, err)
			}
		}
	}
}

// hostile are the texts that fuzzing begins with: each has opened some switch to somebody.
var hostile = []string{
	"x\n\napi fsctl shutdown", "x\r\n\r\napi status", "Robert'); DROP TABLE call;--", "${system(touch /tmp/x)}", "a,origination_uuid=evil",
	"b]c}d{e[f", "\u202e", "\xff\xfe", "500&SIP/x|y", "'", "''", "' '", "a' 'b", "\\", "\\'", "^^:a:b", "$", "Zoé", "日本語", "=1+1",
	"x\x00y", "\r", "\n", " ", "\u2028", "\u0085", strings.Repeat("é", 2000),
}

// FuzzOneCommand holds every way to put text on the wire to the guarantee: FreeSWITCH reads the one command that was
// meant, or the text is refused.
func FuzzOneCommand(f *testing.F) {
	for i, h := range hostile {
		f.Add(h, hostile[(i+1)%len(hostile)])
	}
	f.Fuzz(func(t *testing.T, a, b string) { oneCommand(t, a, b) })
}

func oneCommand(t *testing.T, a, b string) {
	if wire, err := API("uuid_exists", a); err == nil {
		if first, _ := read(t, wire); first != "api uuid_exists "+a {
			t.Errorf("%q became %q", a, first)
		}
	}
	if wire, err := InBackground(a, "uuid_displace", b); err == nil {
		if first, header := read(t, wire); first != "bgapi uuid_displace "+b || len(header) != 1 {
			t.Errorf("%q and %q became %q", a, b, wire)
		}
	}
	if wire, err := Execute(a, "set", b, a); err == nil {
		_, header := read(t, wire)
		if len(header.Values("call-command")) != 1 || header.Get("execute-app-name") != "set" || len(header) != 6 {
			t.Errorf("%q and %q became %q", a, b, wire)
		}
	}
	if wire, err := Mark("hotline", a); err == nil {
		if first, header := read(t, wire); first != "sendevent CUSTOM" || len(header) != 3 {
			t.Errorf("%q became %q", a, wire)
		}
	}
	if wire, err := Auth(a); err == nil {
		if first, _ := read(t, wire); first != "auth "+a {
			t.Errorf("%q became %q", a, wire)
		}
	}
	if wire, err := Originate("job", "user/101@office", map[string]string{"name": b, "last": plain(a)}, "park"); err == nil {
		first, header := read(t, wire)
		inner := between(first, "{", "}")
		if strings.Count(first, "{")+strings.Count(first, "}") != 2 || strings.Count(inner, ",") != 1 || strings.Count(inner, "=") != 2 ||
			!strings.HasSuffix(first, "}user/101@office 'park' inline") || header.Get("Job-Uuid") != "job" || len(header) != 1 {
			t.Errorf("%q and %q became %q", a, b, wire)
		}
	}
}

// TestMillionHostileTexts is the fuzz test without the fuzzer, with texts put together from what means something to
// FreeSWITCH. It counts as the fuzzer's million where no fuzzer runs.
func TestMillionHostileTexts(t *testing.T) {
	pieces := []string{"\r", "\n", "\r\n\r\n", "\x00", "$", "{", "}", "${", "'", "\\", "[", "]", ",", "=", "^^", "|", "&", " ", "api ", "bgapi ",
		"Content-Length: 5", "a", "1", "é", "\xff", "\"", ";", "\u2028", "system", "event-lock: true"}
	rnd := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		var b strings.Builder
		for range rnd.IntN(8) {
			b.WriteString(pieces[rnd.IntN(len(pieces))])
		}
		return b.String()
	}
	n := 1_000_000
	if testing.Short() || raceEnabled {
		n /= 20
	}
	for range n {
		oneCommand(t, text(), text())
	}
}
