package prompt

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// TestBooth speaks a text once, and again when it has been swept away.
func TestBooth(t *testing.T) {
	s, _ := studio(t, "2s")
	b := NewBooth(s)
	var group sync.WaitGroup
	for i := range 6 {
		group.Go(func() {
			if _, err := b.Said(context.Background(), "fr", fmt.Sprintf("Dossier %d.", i%3)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	file, err := b.Said(context.Background(), "fr", "Dossier 1.")
	if err != nil {
		t.Fatal(err)
	}
	if files, _ := filepath.Glob(filepath.Join(b.Folder, "said-*.wav")); len(files) != 3 {
		t.Errorf("%d files", len(files))
	}
	if !b.usable(file, 0, longestText) {
		t.Errorf("%s is no sound", file)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := b.Said(ctx, "fr", "Personne n'écoute plus."); err == nil {
		t.Error("spoken for a call that has ended")
	}
}

// TestBoothKeepsTheNewest never fills a disk, however many texts there are.
func TestBoothKeepsTheNewest(t *testing.T) {
	s, _ := studio(t, "2s")
	b := NewBooth(s)
	old := time.Now().Add(-time.Hour)
	for i := range boothKeeps + 10 {
		path := filepath.Join(b.Folder, fmt.Sprintf("said-%04d.wav", i))
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, old, old.Add(time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	recording := filepath.Join(b.Folder, "ferme.wav")
	if err := os.WriteFile(recording, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := b.Said(context.Background(), "fr", "Le plus récent.")
	if err != nil {
		t.Fatal(err)
	}
	left, _ := filepath.Glob(filepath.Join(b.Folder, "said-*.wav"))
	if len(left) != boothKeeps || filepath.Base(left[0]) != "said-0011.wav" {
		t.Errorf("%d files left, the first is %s", len(left), left[0])
	}
	for _, path := range []string{recording, filepath.Join(b.Folder, file)} {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}
