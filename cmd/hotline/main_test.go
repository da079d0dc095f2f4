package main

import (
	"errors"
	"io/fs"
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

// TestDaemonFileOfAnotherUser: sudo -u hotline keeps the folder where the admin is, which hotline may not look into; and who
// may not look into the installed one is told of that one.
func TestDaemonFileOfAnotherUser(t *testing.T) {
	closed := filepath.Join(t.TempDir(), "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	installed := filepath.Join(t.TempDir(), "hotline.yaml")
	if err := os.WriteFile(installed, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(closed)
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.Chmod(closed, 0o700); err != nil {
			t.Error(err)
		}
	}()
	if _, err := os.Stat("hotline.yaml"); !errors.Is(err, fs.ErrPermission) {
		t.Skip("root may look everywhere")
	}
	if got := daemonFile(installed); got != installed {
		t.Errorf("daemonFile() = %s, want %s", got, installed)
	}
	if got, unseen := daemonFile(filepath.Join(closed, "hotline.yaml")), filepath.Join(closed, "hotline.yaml"); got != unseen {
		t.Errorf("daemonFile() = %s, want %s", got, unseen)
	}
}
