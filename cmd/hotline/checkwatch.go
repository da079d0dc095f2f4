package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"hotline/config"
)

// The pace of a watch.
const (
	glance   = time.Second            // between two looks at the files: not every disk tells of changes
	readRest = 150 * time.Millisecond // for so long nothing may change before a change is looked at
	saveRest = 500 * time.Millisecond // and before it is put in force
)

// A watch waits until files change. What it looks at is what the files are, not what is told of them: an editor may replace a file,
// and a disk of another machine or of a container tells nothing.
type watch struct {
	files func() []string   // to look at; folders with what is in them
	rest  time.Duration     // for so long nothing may change before a change is taken for done
	news  *fsnotify.Watcher // nil when there is none to be had
	seen  string
}

// newWatch begins to watch. Its end has to be waited for with close.
func newWatch(rest time.Duration, files func() []string) *watch {
	w := &watch{files: files, rest: rest}
	if news, err := fsnotify.NewWatcher(); err == nil { // else looking has to do
		w.news = news
	}
	return w
}

func (w *watch) close() error {
	if w.news == nil {
		return nil
	}
	return w.news.Close()
}

// look notes what the files are, and has us told of what happens in their folders from here on.
func (w *watch) look() (changed bool) {
	var all strings.Builder
	for _, path := range w.files() {
		info, err := os.Stat(path)
		note(&all, path, info, err)
		folder := filepath.Dir(path)
		if err == nil && info.IsDir() {
			folder = path
			entries, err := os.ReadDir(path)
			for _, e := range entries {
				inside := filepath.Join(path, e.Name())
				info, err := os.Stat(inside)
				note(&all, inside, info, err)
			}
			note(&all, path, nil, err)
		}
		if w.news != nil {
			w.news.Add(folder) // one that is watched already stays so; of one that cannot be, looking tells
		}
	}
	changed = all.String() != w.seen
	w.seen = all.String()
	return changed
}

// note writes down what a file is.
func note(all *strings.Builder, path string, info fs.FileInfo, err error) {
	switch {
	case err != nil:
		fmt.Fprintf(all, "%s: %v\n", path, errors.Unwrap(err))
	case info != nil && info.IsDir():
		fmt.Fprintf(all, "%s/\n", path) // its time changes with every file that an editor puts there for a moment
	case info != nil:
		fmt.Fprintf(all, "%s %d %s %d\n", path, info.Size(), info.Mode(), info.ModTime().UnixNano())
	}
}

// next waits until something has changed and stays as it is for a moment, or ctx ends.
func (w *watch) next(ctx context.Context) {
	every := time.NewTicker(glance)
	defer every.Stop()
	var events chan fsnotify.Event
	var faults chan error
	if w.news != nil {
		events, faults = w.news.Events, w.news.Errors
	}
	settled := time.NewTimer(w.rest)
	settled.Stop()
	defer settled.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-settled.C:
			if !w.look() {
				return
			}
			settled.Reset(w.rest)
			continue
		case e := <-events:
			if !w.concerns(e.Name) {
				continue
			}
		case <-faults: // some news are lost: looking finds them
		case <-every.C:
		}
		if w.look() {
			settled.Reset(w.rest)
		}
	}
}

// concerns says whether something that has happened may be to the files: others in their folders change all the time, such as
// the database.
func (w *watch) concerns(name string) bool {
	return slices.ContainsFunc(w.files(), func(path string) bool {
		path = filepath.Clean(path)
		return path == filepath.Clean(name) || path == filepath.Dir(name)
	})
}

// watch checks whenever what is checked changes, until ctx ends.
func (k *checker) watch(ctx context.Context, ask request) error {
	at, err := ask.place()
	if err != nil {
		return err
	}
	w := newWatch(readRest, func() []string {
		return []string{ask.daemonFile, at.rules, config.Part(at.rules, ""), at.prompts.Folder}
	})
	defer w.close()
	for w.look(); ; w.next(ctx) {
		if ctx.Err() != nil {
			return nil
		}
		if now, err := ask.place(); err == nil { // else the check says why not
			at = now
		}
		if err := k.again(ctx, ask); err != nil && ctx.Err() == nil {
			return err
		}
	}
}

// again checks once more, and says when. The error is of the writing.
func (k *checker) again(ctx context.Context, ask request) error {
	if isTerminal(k.out) && !k.asJSON {
		fmt.Fprint(k.out, "\x1b[H\x1b[2J\x1b[3J") // an empty screen
	}
	v, err := k.judge(ctx, ask)
	switch {
	case ctx.Err() != nil:
		return nil
	case err != nil:
		k.cannot(k.out, err)
	default:
		if err := k.tell(v); err != nil {
			return err
		}
	}
	if k.asJSON {
		return nil
	}
	_, err = fmt.Fprintf(k.out, k.say("\n%s : vérifié ; j'attends le prochain changement (Ctrl-C pour finir).\n\n",
		"\n%s: checked; waiting for the next change (Ctrl-C to end).\n\n"), k.now().In(paris()).Format("15:04:05"))
	return err
}
