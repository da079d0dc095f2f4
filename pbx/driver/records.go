package driver

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

// The columns of hotline.csv that are read. Asterisk writes a line for each step of a leg (cel_custom.conf in
// deploy/asterisk), FreeSWITCH one for each leg that has ended (cdr_csv.conf.xml in deploy/freeswitch).
const (
	columnKind = 0

	celTime    = 1
	celLeg     = 2
	celCall    = 5
	celExten   = 8
	celExtra   = 9
	celColumns = 10

	celLimit = "T" // the extension to which the dialplan takes a leg when its time is over, and leaves it if it is to end

	cdrKind     = "LEG" // what columnKind of FreeSWITCH's line says
	cdrLeg      = 1
	cdrCreated  = 2 // this and the next two in microseconds since 1970, 0 or empty if it did not happen
	cdrAnswered = 3
	cdrEnded    = 4
	cdrQ850     = 5
	cdrCause    = 6 // FreeSWITCH's own word, for what Q.850 has no number
	cdrSIP      = 7
	cdrCall     = 8
	cdrColumns  = 9
)

const (
	maxLine = 64 << 10
	maxAge  = 30 * 24 * time.Hour // of a rotated file that is still searched
)

// Ended is what the file that a switch itself writes for its legs, also without us, says of those legs. A leg that has
// not ended yet may be found too, without an end. Without a file there is nothing to find.
func Ended(ctx context.Context, file string, legs []pbx.LegID) (map[pbx.LegID]pbx.Past, error) {
	stories := map[pbx.LegID]*story{}
	for _, id := range legs {
		stories[id] = &story{}
	}
	if file == "" || len(legs) == 0 {
		return map[pbx.LegID]pbx.Past{}, nil
	}
	files, err := rotated(file)
	if err != nil {
		return nil, fmt.Errorf("read the switch's records: %w", err)
	}
	for _, name := range files {
		if err := readRecords(ctx, name, stories); err != nil {
			return nil, fmt.Errorf("read the switch's records: %w", err)
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

// rotated are the file and what log rotation made of it (hotline.csv.1, hotline.csv-20261122), newest first.
func rotated(name string) ([]string, error) {
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
		if err != nil || !info.Mode().IsRegular() || rest != "" && time.Since(info.ModTime()) > maxAge {
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

// A story is what the lines about one leg say together.
type story struct {
	pbx.Past
	seen, ours, limit bool
	q850, sip         int
}

func readRecords(ctx context.Context, name string, stories map[pbx.LegID]*story) error {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, maxLine)
	for n := 0; ; n++ {
		line, err := r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) { // no line of ours is that long: skip to its end
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = r.ReadSlice('\n')
			}
			continue
		}
		if err == nil {
			addLine(string(line), stories)
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

// addLine adds one line to the story it belongs to. A line that is damaged tells nothing.
func addLine(line string, stories map[pbx.LegID]*story) {
	r := csv.NewReader(strings.NewReader(line))
	r.FieldsPerRecord = -1
	f, err := r.Read()
	switch {
	case err != nil:
	case f[columnKind] == cdrKind && len(f) >= cdrColumns:
		if st := stories[pbx.LegID(f[cdrLeg])]; st != nil {
			st.addCDR(f)
		}
	case len(f) >= celColumns:
		if st := stories[pbx.LegID(f[celLeg])]; st != nil {
			st.addCEL(f)
		}
	}
}

// addCDR takes over FreeSWITCH's one line.
func (st *story) addCDR(f []string) {
	stamp := func(i int) time.Time {
		us, err := strconv.ParseInt(f[i], 10, 64)
		if err != nil || us <= 0 || us > 1<<60 {
			return time.Time{}
		}
		return time.UnixMicro(us)
	}
	created, ended := stamp(cdrCreated), stamp(cdrEnded)
	if created.IsZero() || ended.IsZero() {
		return
	}
	st.Created, st.Answered, st.Ended = created, stamp(cdrAnswered), ended
	st.q850, _ = strconv.Atoi(f[cdrQ850]) // what is no number is no cause
	st.sip, _ = strconv.Atoi(f[cdrSIP])
	if own, ok := FreeSWITCHCauses[f[cdrCause]]; ok {
		st.q850 = own
	}
	st.ours, st.seen, st.limit = f[cdrCall] != "", true, f[cdrCause] == "ALLOTTED_TIMEOUT"
}

// addCEL takes over one of Asterisk's lines.
func (st *story) addCEL(f []string) {
	at, ok := celStamp(f[celTime])
	if !ok {
		return
	}
	st.ours = st.ours || f[celCall] != "" && st.Answered.IsZero() // once bridged, a leg without one takes its peer's
	switch f[columnKind] {
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
			Cause int `json:"hangupcause"`
		}
		if json.Unmarshal([]byte(f[celExtra]), &extra) == nil {
			st.q850 = extra.Cause
		}
		st.limit = f[celExten] == celLimit
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
	e := Ending{Q850: st.q850, SIP: st.sip, Ours: st.ours, Answered: !st.Answered.IsZero(), Rang: st.q850 == 19, Limit: st.limit}
	st.Cause = e.Cause()
	return st.Past
}
