package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestDaemonFile: the folder's own file goes before the installed one, also when it cannot be read.
func TestDaemonFile(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	installed := filepath.Join(t.TempDir(), "hotline.yaml")
	want := func(name string) {
		t.Helper()
		if got := daemonFile(installed); got != name {
			t.Errorf("daemonFile() = %s, want %s", got, name)
		}
	}
	want("hotline.yaml")
	if err := os.WriteFile(installed, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	want(installed)
	if err := os.WriteFile("hotline.yaml", nil, 0); err != nil {
		t.Fatal(err)
	}
	want("hotline.yaml")
}
