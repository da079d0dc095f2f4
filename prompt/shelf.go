package prompt

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"
)

// A Shelf serves sounds to switches by HTTP. A sound lies there under the hash of what is in it, so that a switch may keep it
// for ever, and whoever asks gets nothing that was not put there: no path, no list, no other name.
type Shelf struct {
	mu     sync.Mutex
	known  map[string]shelved // by path
	sounds map[string][]byte  // by name
	brief  []string           // the paths of what is of one call only, oldest first
}

// shelved is a file as it was when it was read.
type shelved struct {
	name    string
	size    int64
	changed time.Time
}

// NewShelf returns an empty shelf.
func NewShelf() *Shelf { return &Shelf{known: map[string]shelved{}, sounds: map[string][]byte{}} }

// Remove takes a file off the shelf.
func (s *Shelf) Remove(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(path)
}

// drop is Remove with the mutex held.
func (s *Shelf) drop(path string) {
	name := s.known[path].name
	delete(s.known, path)
	for _, other := range s.known {
		if other.name == name {
			return // the same sound lies there for another file as well
		}
	}
	delete(s.sounds, name)
}

// largest is more than the longest text at the best rate.
const largest = 64 << 20

// Put puts a file on the shelf and returns its name there. One that is there already is read again only when it has changed; a
// disk that fails takes nothing off the shelf.
func (s *Shelf) Put(path string) (name string, err error) {
	s.mu.Lock()
	have, ok := s.known[path]
	s.mu.Unlock()
	info, err := os.Stat(path)
	if err != nil && ok {
		return have.name, nil
	}
	if err != nil {
		return "", fmt.Errorf("put on the shelf: %w", err)
	}
	if ok && have.size == info.Size() && have.changed.Equal(info.ModTime()) {
		return have.name, nil
	}
	sound, err := readSound(path, info)
	if err != nil {
		return "", fmt.Errorf("put %s on the shelf: %w", path, err)
	}
	name = shelfName(sound)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sounds[name], s.known[path] = sound, shelved{name, info.Size(), info.ModTime()}
	if OfOneCall(filepath.Base(path)) {
		s.brief = append(s.brief, path)
		s.clear()
	}
	return name, nil
}

// briefMost is how many sounds of one call lie on a shelf: far more than are heard at once.
const briefMost = 200

// clear takes the oldest sounds of one call off the shelf, so that it does not grow with every call.
func (s *Shelf) clear() {
	for len(s.brief) > briefMost {
		old := s.brief[0]
		s.brief = s.brief[1:]
		if !slices.Contains(s.brief, old) {
			s.drop(old)
		}
	}
}

func readSound(path string, info os.FileInfo) ([]byte, error) {
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a file")
	}
	if info.Size() > largest {
		return nil, fmt.Errorf("%d bytes are too many for a sound", info.Size())
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read from: closing can lose nothing
	return io.ReadAll(io.LimitReader(f, largest))
}

// ShelfName is the name under which a shelf has a file.
func ShelfName(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	sound, err := readSound(path, info)
	return shelfName(sound), err
}

func shelfName(sound []byte) string {
	sum := sha256.Sum256(sound)
	return hex.EncodeToString(sum[:])[:32] + ".wav"
}

var shelfForm = regexp.MustCompile(`^/[0-9a-f]{32}\.wav$`)

// ServeHTTP answers a switch that asks for a sound.
func (s *Shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET", http.StatusMethodNotAllowed)
		return
	}
	var sound []byte
	if shelfForm.MatchString(r.URL.Path) && r.URL.RawQuery == "" {
		s.mu.Lock()
		sound = s.sounds[r.URL.Path[1:]]
		s.mu.Unlock()
	}
	if sound == nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "audio/wav")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("ETag", strconv.Quote(r.URL.Path[1:33]))
	h.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(sound))
}

// How long a switch may take: a sound is small and the way is short.
const (
	headTime = 5 * time.Second
	bodyTime = 30 * time.Second
	idleTime = 2 * time.Minute
	endTime  = time.Second
)

// Serve answers switches on the listener until ctx ends.
func (s *Shelf) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{Handler: s, ReadHeaderTimeout: headTime, ReadTimeout: headTime, WriteTimeout: bodyTime, IdleTimeout: idleTime, MaxHeaderBytes: 16 << 10}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve sounds: %w", err)
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
	defer cancel()
	if server.Shutdown(patience) != nil {
		_ = server.Close() // what a switch still fetches it fetches from the next run
	}
	<-ended
	return nil
}
