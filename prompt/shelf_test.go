package prompt

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/wav"
)

// ask asks a shelf as a switch does.
func ask(s *Shelf, method, target string) *http.Response {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return w.Result()
}

func TestShelf(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "hello.wav")
	first := string(wav.Encode([]int16{1, 2, 3}))
	if err := os.WriteFile(path, []byte(first), 0o600); err != nil {
		t.Fatal(err)
	}
	s := NewShelf()
	name, err := s.Put(path)
	if err != nil || !shelfForm.MatchString("/"+name) {
		t.Fatalf("put: %q, %v", name, err)
	}
	if told, err := ShelfName(path); err != nil || told != name {
		t.Errorf("its name is said to be %q, %v", told, err)
	}
	r := ask(s, "GET", "/"+name)
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != 200 || string(body) != first || r.Header.Get("Content-Type") != "audio/wav" || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%d %v: %d bytes, %v", r.StatusCode, r.Header, len(body), err)
	}
	if r := ask(s, "HEAD", "/"+name); r.StatusCode != 200 || r.ContentLength != int64(len(first)) {
		t.Errorf("HEAD: %d, %d bytes", r.StatusCode, r.ContentLength)
	}

	// A recording made anew has another name; who still has the old one gets the old sound.
	second := string(wav.Encode([]int16{4, 5, 6, 7}))
	if err := os.WriteFile(path, []byte(second), 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := s.Put(path)
	if err != nil || again == name {
		t.Errorf("made anew: %q, %v", again, err)
	}
	for n, want := range map[string]string{name: first, again: second} {
		if body, _ := io.ReadAll(ask(s, "GET", "/"+n).Body); string(body) != want {
			t.Errorf("%s is %q", n, body)
		}
	}
}

func TestShelfGivesNothingElse(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "hello.wav")
	if err := os.WriteFile(path, wav.Encode([]int16{1}), 0o600); err != nil {
		t.Fatal(err)
	}
	s := NewShelf()
	name, err := s.Put(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{
		"/", "/hello.wav", "/" + name[:31] + ".wav", "/" + strings.ToUpper(name), "/x/" + name, "//" + name, "/" + name + "/", "/" + name + "?x=1",
		"/../" + name, "/%2e%2e/" + name, "/..%2fhello.wav", "/" + strings.Repeat("0", 32) + ".wav", "/" + name + "%00", "/" + folder + "/hello.wav",
	} {
		if r := ask(s, "GET", target); r.StatusCode != 404 {
			t.Errorf("%s: %d", target, r.StatusCode)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "TRACE"} {
		if r := ask(s, method, "/"+name); r.StatusCode != 405 {
			t.Errorf("%s: %d", method, r.StatusCode)
		}
	}
	for _, none := range []string{folder, filepath.Join(folder, "none.wav")} {
		if name, err := s.Put(none); err == nil {
			t.Errorf("%s was put there as %q", none, name)
		}
	}
}

// TestShelfForgetsWhatIsOfOneCall does not grow with every call, and keeps what all calls hear.
func TestShelfForgetsWhatIsOfOneCall(t *testing.T) {
	folder, s := t.TempDir(), NewShelf()
	put := func(file string, samples ...int16) string {
		path := filepath.Join(folder, file)
		if err := os.WriteFile(path, wav.Encode(samples), 0o600); err != nil {
			t.Fatal(err)
		}
		name, err := s.Put(path)
		if err != nil {
			t.Fatal(err)
		}
		return name
	}
	kept := put("hello.wav", 1, 2)
	first, same := put("said-1.wav", 1), put("said-2.wav", 1, 2)
	for i := range int16(briefMost) {
		put(fmt.Sprintf("said-x%d.wav", i), 2, i)
	}
	if r := ask(s, "GET", "/"+first); r.StatusCode != 404 {
		t.Errorf("the oldest is still there: %d", r.StatusCode)
	}
	if r := ask(s, "GET", "/"+kept); r.StatusCode != 200 || same != kept {
		t.Errorf("what all calls hear is gone: %d", r.StatusCode)
	}
	if again := put("said-1.wav", 1); again != first || ask(s, "GET", "/"+again).StatusCode != 200 {
		t.Error("what is wanted again is not there")
	}
}

func TestShelfIsServedUntilTheEnd(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- NewShelf().Serve(ctx, l) }()
	r, err := http.Get("http://" + l.Addr().String() + "/none.wav")
	if err != nil || r.StatusCode != 404 {
		t.Errorf("%v, %v", r, err)
	}
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Error("it does not end")
	}
}

// The same sound may lie there for two files: what is taken away for one stays for the other.
func TestShelfShares(t *testing.T) {
	s, folder := NewShelf(), t.TempDir()
	var names []string
	for _, file := range []string{"take.wav", "kept.wav"} {
		if err := os.WriteFile(filepath.Join(folder, file), wav.Encode([]int16{1, 2}), 0o600); err != nil {
			t.Fatal(err)
		}
		name, err := s.Put(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	s.Remove(filepath.Join(folder, "take.wav"))
	if r := ask(s, "GET", "/"+names[1]); names[0] != names[1] || r.StatusCode != 200 {
		t.Errorf("%v: %d", names, r.StatusCode)
	}
	s.Remove(filepath.Join(folder, "kept.wav"))
	if r := ask(s, "GET", "/"+names[1]); r.StatusCode != 404 {
		t.Errorf("taken away: %d", r.StatusCode)
	}
}
