package ari

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"hotline/pbx"
)

// The columns of cel-custom/hotline.csv that are read, as deploy/asterisk/cel_custom.conf writes them.
const (
	celKind    = 0
	celTime    = 1
	celChannel = 2
	celCall    = 5
	celExtra   = 9
	celColumns = 10
)

const (
	maxCELLine = 64 << 10
	maxCELAge  = 30 * 24 * time.Hour // of a rotated file that is still searched
)

// Ended implements pbx.Historian with the file that Asterisk itself writes for every channel, also without us: one line
// for its creation, answer, hang-up and end. A leg that has not ended yet is found too, without an end.
func (s *Switch) Ended(ctx context.Context, legs []pbx.LegID) (map[pbx.LegID]pbx.Past, error) {
	stories := map[pbx.LegID]*story{}
	for _, id := range legs {
		stories[id] = &story{}
	}
	if s.cfg.Records == "" || len(legs) == 0 {
		return map[pbx.LegID]pbx.Past{}, nil
	}
	files, err := celFiles(s.cfg.Records)
	if err != nil {
		return nil, fmt.Errorf("read the records of asterisk: %w", err)
	}
	for _, name := range files {
		if err := readCEL(ctx, name, stories); err != nil {
			return nil, fmt.Errorf("read the records of asterisk: %w", err)
		}
		if !slices.ContainsFunc(legs, func(id pbx.LegID) bool { return stories[id].Created.IsZero() }) {
			break // older files hold nothing more of them
		}
	}
	found := map[pbx.LegID]pbx.Past{}
	for id, st := range stories {
		if st.seen {
			found[id] = st.past()
		}
	}
	return found, nil
}

// celFiles are the file and what log rotation made of it (hotline.csv.1, hotline.csv-20261122), newest first.
func celFiles(name string) ([]string, error) {
	type file struct {
		name string
		mod  time.Time
	}
	var files []file
	entries, err := os.ReadDir(filepath.Dir(name))
	if err != nil {
		return nil, err
	}
	base := filepath.Base(name)
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), base)
		if !ok || strings.HasSuffix(rest, ".gz") || rest != "" && rest[0] != '.' && rest[0] != '-' {
			continue
		}
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || rest != "" && time.Since(info.ModTime()) > maxCELAge {
			continue // rotated away while we looked, or too old
		}
		files = append(files, file{filepath.Join(filepath.Dir(name), e.Name()), info.ModTime()})
	}
	slices.SortFunc(files, func(a, b file) int {
		if a.name == name || b.name == name { // the one being written comes first, whatever its time
			return cmp.Compare(boolInt(b.name == name), boolInt(a.name == name))
		}
		return b.mod.Compare(a.mod)
	})
	if len(files) == 0 {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.name
	}
	return names, nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// A story is what the lines about one channel say together.
type story struct {
	pbx.Past
	seen, ours bool
	q850       int
	dialStatus string
}

func readCEL(ctx context.Context, name string, stories map[pbx.LegID]*story) error {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, maxCELLine)
	for n := 0; ; n++ {
		line, err := r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) { // no line of ours is that long: skip to its end
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = r.ReadSlice('\n')
			}
			continue
		}
		if err == nil {
			addCEL(string(line), stories)
		} else if err == io.EOF {
			return nil // a last line without its end is still being written
		} else {
			return err
		}
		if n%1000 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}

// addCEL adds one line to the story it belongs to. A line that is damaged tells nothing.
func addCEL(line string, stories map[pbx.LegID]*story) {
	r := csv.NewReader(strings.NewReader(line))
	r.FieldsPerRecord = -1
	f, err := r.Read()
	if err != nil || len(f) < celColumns {
		return
	}
	st := stories[pbx.LegID(f[celChannel])]
	at, ok := celStamp(f[celTime])
	if st == nil || !ok {
		return
	}
	st.ours = st.ours || f[celCall] != "" && st.Answered.IsZero() // once bridged, a leg without one takes its peer's
	switch f[celKind] {
	case "CHAN_START":
		st.Created = at
	case "ANSWER":
		if st.Answered.IsZero() || at.Before(st.Answered) {
			st.Answered = at
		}
	case "CHAN_END":
		st.Ended = at
	case "HANGUP":
		var extra struct {
			Cause  int    `json:"hangupcause"`
			Status string `json:"dialstatus"`
		}
		if json.Unmarshal([]byte(f[celExtra]), &extra) == nil {
			st.q850, st.dialStatus = extra.Cause, extra.Status
		}
	default:
		return
	}
	st.seen = true
}

// celStamp reads seconds since 1970 with microseconds.
func celStamp(s string) (time.Time, bool) {
	whole, part, _ := strings.Cut(s, ".")
	sec, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || sec <= 0 || sec > 1<<40 || len(part) > 9 {
		return time.Time{}, false
	}
	var nsec int64
	if part != "" {
		if nsec, err = strconv.ParseInt(part+strings.Repeat("0", 9-len(part)), 10, 64); err != nil || nsec < 0 {
			return time.Time{}, false
		}
	}
	return time.Unix(sec, nsec), true
}

func (st *story) past() pbx.Past {
	if st.Ended.IsZero() {
		return st.Past
	}
	e := ending{q850: st.q850, ours: st.ours, answered: !st.Answered.IsZero(), rang: st.q850 == 19}
	st.Cause = e.cause()
	return st.Past
}
