package prompt

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// boothSeats is how many texts are spoken at once, however many calls want one: the machine also drives a switch.
	boothSeats = 2
	// boothKeeps is how many files of one call's text are kept, and boothKeepsFor how long after they were last heard: whoever calls
	// again hears it at once, no caller fills a disk, and what callers have typed does not lie about.
	boothKeeps    = 1000
	boothKeepsFor = 24 * time.Hour
	boothSweeps   = time.Hour
)

// A Booth speaks texts that are known only when a call lasts.
type Booth struct {
	Studio
	seats  chan struct{}
	sweeps sync.Mutex
}

// NewBooth returns a booth that keeps what it speaks in the folder of the studio.
func NewBooth(s Studio) *Booth {
	return &Booth{Studio: s, seats: make(chan struct{}, boothSeats)}
}

// Said returns the file, in the folder, that speaks a text; it is made if it is not there.
func (b *Booth) Said(ctx context.Context, lang, text string) (file string, err error) {
	file = name(said, []byte(lang+"\x00"+text+"\x00"+b.Speech.String()+"\x00"+recipe))
	if b.usable(file, 0, longestText) {
		now := time.Now()
		return file, os.Chtimes(filepath.Join(b.Folder, file), now, now) // it is the newest again
	}
	select {
	case b.seats <- struct{}{}:
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	defer func() { <-b.seats }()
	spoken, err := b.speak(ctx, lang, text)
	if err != nil {
		return "", err
	}
	if err := b.keep(file, spoken.whole()); err != nil {
		return "", err
	}
	_ = b.sweep() // the caller hears it all the same, and Run says what is wrong
	return file, nil
}

// Run removes what is too old until ctx ends, whether anybody calls or not.
func (b *Booth) Run(ctx context.Context, log *slog.Logger) {
	for every := time.NewTicker(boothSweeps); ; {
		if err := b.sweep(); err != nil && !errors.Is(err, fs.ErrNotExist) {
			log.Warn("what was spoken for one call stays in the folder of the prompts", "err", err)
		}
		select {
		case <-every.C:
		case <-ctx.Done():
			every.Stop()
			return
		}
	}
}

// Phrase returns the file, in the folder, of a phrase: its recording, or what a machine speaks.
func (b *Booth) Phrase(ctx context.Context, p Phrase) (file string, err error) {
	if b.usable(p.File(), 0, longestText) {
		return b.Fit(p.File())
	}
	if file := b.TextName(p.Lang, p.Words); b.usable(file, 0, longestText) { // spoken before any call
		return file, nil
	}
	return b.Said(ctx, p.Lang, p.Words)
}

// said begins the names of the files of one call's text.
const said = "said"

// OfOneCall reports whether a file of the folder speaks what is of one call only.
func OfOneCall(file string) bool {
	return strings.HasPrefix(file, said+"-") && strings.HasSuffix(file, ".wav")
}

// sweep removes the files that are old, and the oldest when there are too many.
func (b *Booth) sweep() error {
	b.sweeps.Lock()
	defer b.sweeps.Unlock()
	entries, err := os.ReadDir(b.Folder)
	if err != nil {
		return err
	}
	var files []os.FileInfo
	for _, e := range entries {
		if OfOneCall(e.Name()) {
			if info, err := e.Info(); err == nil {
				files = append(files, info)
			}
		}
	}
	slices.SortFunc(files, func(a, b os.FileInfo) int {
		return cmp.Or(a.ModTime().Compare(b.ModTime()), cmp.Compare(a.Name(), b.Name()))
	})
	for i, f := range files {
		if i < len(files)-boothKeeps || time.Since(f.ModTime()) > boothKeepsFor {
			err = errors.Join(err, os.Remove(filepath.Join(b.Folder, f.Name())))
		}
	}
	return err
}
