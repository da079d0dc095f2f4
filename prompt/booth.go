package prompt

import (
	"cmp"
	"context"
	"errors"
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
	// boothKeeps is how many files of one call's text are kept: whoever calls again hears it at once, and no caller fills a disk.
	boothKeeps = 1000
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
	return file, errors.Join(b.keep(file, spoken.whole()), b.sweep())
}

// said begins the names of the files of one call's text.
const said = "said"

// sweep removes the oldest files when there are too many.
func (b *Booth) sweep() error {
	b.sweeps.Lock()
	defer b.sweeps.Unlock()
	entries, err := os.ReadDir(b.Folder)
	if err != nil {
		return err
	}
	var files []os.FileInfo
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), said+"-") && strings.HasSuffix(e.Name(), ".wav") {
			if info, err := e.Info(); err == nil {
				files = append(files, info)
			}
		}
	}
	if len(files) <= boothKeeps {
		return nil
	}
	slices.SortFunc(files, func(a, b os.FileInfo) int {
		return cmp.Or(a.ModTime().Compare(b.ModTime()), cmp.Compare(a.Name(), b.Name()))
	})
	for _, old := range files[:len(files)-boothKeeps] {
		err = errors.Join(err, os.Remove(filepath.Join(b.Folder, old.Name())))
	}
	return err
}
