package files

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func set(v Values) *Set {
	return &Set{Files: fstest.MapFS{"sub/a.conf": {Data: []byte("name = @NAME@\n")}}, Values: v}
}

func TestWrite(t *testing.T) {
	dir, s := t.TempDir(), set(Values{"NAME": "a<b"})
	s.Escape = func(v string) string { return strings.ReplaceAll(v, "<", "&lt;") }
	if err := s.Write(dir, "sub/a.conf"); err != nil {
		t.Fatal(err)
	}
	if err := s.Complete(); err != nil {
		t.Error(err)
	}
	path := filepath.Join(dir, "sub", "a.conf")
	text, err := os.ReadFile(path)
	if err != nil || string(text) != "name = a&lt;b\n" {
		t.Errorf("written: %q (%v)", text, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read it: %v (%v)", info.Mode(), err)
	}
}

func TestEveryValue(t *testing.T) {
	if err := set(nil).Write(t.TempDir(), "sub/a.conf"); err == nil || !strings.Contains(err.Error(), "@NAME@") {
		t.Errorf("without NAME: %v, want an error that names it", err)
	}
	s := set(Values{"NAME": "a", "NAMME": "b"})
	if err := s.Write(t.TempDir(), "sub/a.conf"); err != nil {
		t.Fatal(err)
	}
	if err := s.Complete(); err == nil || !strings.Contains(err.Error(), "NAMME") {
		t.Errorf("with NAMME: %v, want an error that names it", err)
	}
}
