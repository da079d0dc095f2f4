package prompt

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
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

// What one caller was told lies in the folder for a day at most, also when nobody calls any more.
func TestBoothForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBooth(Studio{Folder: t.TempDir()})
		for name, age := range map[string]time.Duration{"said-old.wav": 2 * boothKeepsFor, "said-new.wav": 0, "old.wav": 2 * boothKeepsFor} {
			path := filepath.Join(b.Folder, name)
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, time.Now(), time.Now().Add(-age)); err != nil {
				t.Fatal(err)
			}
		}
		left := func() string {
			files, _ := filepath.Glob(filepath.Join(b.Folder, "*.wav"))
			for i := range files {
				files[i] = filepath.Base(files[i])
			}
			return strings.Join(files, " ")
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			b.Run(ctx, slog.New(slog.DiscardHandler))
		}()
		synctest.Wait()
		if got := left(); got != "old.wav said-new.wav" {
			t.Errorf("at the start there are %s", got)
		}
		time.Sleep(boothKeepsFor + 2*time.Hour)
		if got := left(); got != "old.wav" {
			t.Errorf("a day later there are %s", got)
		}
		stop()
		<-ended
	})
}

// What cannot be tidied away keeps no caller from hearing what was spoken.
func TestBoothSpeaksInAnUntidyFolder(t *testing.T) {
	s, _ := studio(t, "2s")
	b := NewBooth(s)
	stuck := filepath.Join(b.Folder, "said-stuck.wav")
	if err := os.MkdirAll(filepath.Join(stuck, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(stuck, time.Now(), time.Now().Add(-2*boothKeepsFor)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Said(context.Background(), "fr", "Bonjour."); err != nil {
		t.Error(err)
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
