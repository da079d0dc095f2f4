package driver

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/pbx"
)

// celLine is a line as cel_custom writes it.
func celLine(kind, at, channel, call, extra string) string {
	quote := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	return strings.Join([]string{quote(kind), at, quote(channel), quote("1.0"), quote("PJSIP/trunk-00000001"), quote(call), `""`,
		quote("0612345678"), quote("0805123456"), quote(extra)}, ",") + "\n"
}

// legLine is a line as FreeSWITCH writes it by deploy/freeswitch.
func legLine(leg, answered string, q850 int, cause, call string) string {
	return fmt.Sprintf("LEG,%s,1700000000000001,%s,1700000009123456,%d,%s,,%s,hotline\n", leg, answered, q850, cause, call)
}

func celAt(seconds int64, micro int) time.Time { return time.Unix(seconds, int64(micro)*1000) }

// records writes files, and returns the name of the one that a switch would write to.
func records(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "hotline.csv")
}

func TestEnded(t *testing.T) {
	const hangup = `{"hangupcause":%d,"hangupsource":"PJSIP/x","dialstatus":""}`
	story := func(channel, call string, cause int) string {
		return celLine("CHAN_START", "1700000000.000001", channel, call, "") +
			celLine("ANSWER", "1700000002.500000", channel, call, "") +
			celLine("HANGUP", "1700000009.000000", channel, call, fmt.Sprintf(hangup, cause)) +
			celLine("CHAN_END", "1700000009.123456", channel, call, "")
	}
	unanswered := func(channel, call string, cause int) string {
		return strings.Replace(story(channel, call, cause), celLine("ANSWER", "1700000002.500000", channel, call, ""), "", 1)
	}
	talked := pbx.Past{Created: celAt(1700000000, 1), Answered: celAt(1700000002, 500000), Ended: celAt(1700000009, 123456), Cause: pbx.Normal}
	limited := talked
	limited.Cause = pbx.Limit
	never := func(c pbx.Cause) pbx.Past { return pbx.Past{Created: talked.Created, Ended: talked.Ended, Cause: c} }

	for _, c := range []struct {
		name  string
		files map[string]string
		want  map[pbx.LegID]pbx.Past
	}{
		{"a call", map[string]string{"hotline.csv": story("a", "", 16)}, map[pbx.LegID]pbx.Past{"a": talked}},
		{"a caller who gave up", map[string]string{"hotline.csv": unanswered("a", "", 127)}, map[pbx.LegID]pbx.Past{"a": never(pbx.Cancelled)}},
		{"a limit", map[string]string{"hotline.csv": strings.ReplaceAll(story("a", "", 16), `"0805123456"`, `"T"`)}, map[pbx.LegID]pbx.Past{"a": limited}},
		{"a busy agent", map[string]string{"hotline.csv": unanswered("a", "call-1", 17)}, map[pbx.LegID]pbx.Past{"a": never(pbx.Busy)}},
		{"an agent who does not answer", map[string]string{"hotline.csv": unanswered("a", "call-1", 19)}, map[pbx.LegID]pbx.Past{"a": never(pbx.NoAnswer)}},
		{"others are not asked for", map[string]string{"hotline.csv": story("x", "", 16)}, map[pbx.LegID]pbx.Past{}},
		{"still up", map[string]string{"hotline.csv": celLine("CHAN_START", "1700000000.000001", "a", "", "")}, map[pbx.LegID]pbx.Past{"a": {Created: talked.Created}}},
		{"split over a rotation", map[string]string{
			"hotline.csv.1": celLine("CHAN_START", "1700000000.000001", "a", "", "") + celLine("ANSWER", "1700000002.500000", "a", "", ""),
			"hotline.csv":   celLine("HANGUP", "1700000009", "a", "", fmt.Sprintf(hangup, 16)) + celLine("CHAN_END", "1700000009.123456", "a", "", ""),
		}, map[pbx.LegID]pbx.Past{"a": talked}},
		{"in an old file alone", map[string]string{"hotline.csv": "", "hotline.csv-20261121": story("b", "", 16)}, map[pbx.LegID]pbx.Past{"b": talked}},
		{"a line that is being written", map[string]string{"hotline.csv": story("a", "", 16) + `"CHAN_END",17000`}, map[pbx.LegID]pbx.Past{"a": talked}},
		{"damaged lines between", map[string]string{
			"hotline.csv": "\"\n\x00\n,,,\n" + strings.Repeat("z", 3*maxLine) + "\n" + celLine("ANSWER", "soon", "a", "", "") + story("a", "", 16),
		}, map[pbx.LegID]pbx.Past{"a": talked}},
		{"freeswitch: a call", map[string]string{"hotline.csv": legLine("a", "1700000002500000", 16, "NORMAL_CLEARING", "")}, map[pbx.LegID]pbx.Past{"a": talked}},
		{"freeswitch: a busy agent", map[string]string{"hotline.csv": legLine("a", "0", 17, "USER_BUSY", "call-1")}, map[pbx.LegID]pbx.Past{"a": never(pbx.Busy)}},
		{"freeswitch: no such phone", map[string]string{"hotline.csv": legLine("a", "", 0, "USER_NOT_REGISTERED", "call-1")}, map[pbx.LegID]pbx.Past{"a": never(pbx.Unreachable)}},
		{"freeswitch: a limit", map[string]string{"hotline.csv": legLine("a", "0", 0, "ALLOTTED_TIMEOUT", "")}, map[pbx.LegID]pbx.Past{"a": never(pbx.Limit)}},
		{"freeswitch: a damaged line", map[string]string{"hotline.csv": "LEG,a,x,y,z,16,NORMAL_CLEARING,,\nLEG,a\n"}, map[pbx.LegID]pbx.Past{}},
		{"quotes and commas in the text", map[string]string{
			"hotline.csv": strings.ReplaceAll(story("a", "", 16), `"0612345678"`, `"06,""x"""`),
		}, map[pbx.LegID]pbx.Past{"a": talked}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Ended(t.Context(), records(t, c.files), []pbx.LegID{"a", "b"})
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("want -, got +:\n%s", d)
			}
		})
	}
}

func TestEndedWithoutFile(t *testing.T) {
	for name, files := range map[string]map[string]string{"no file": nil, "one of another name": {"hotline.csvx": "x"}} {
		if _, err := Ended(t.Context(), records(t, files), []pbx.LegID{"a"}); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v, want that the file does not exist", name, err)
		}
	}
}

func FuzzRecordLine(f *testing.F) {
	f.Add(celLine("HANGUP", "1700000009.123456", "a", "call-1", `{"hangupcause":16}`))
	f.Add(celLine("CHAN_END", "-1.9999999999", "a", "", ""))
	f.Fuzz(func(t *testing.T, line string) {
		st := &story{}
		addLine(line, map[pbx.LegID]*story{"a": st})
		if st.seen && st.Created.IsZero() && st.Answered.IsZero() && st.Ended.IsZero() && st.q850 == 0 && !strings.Contains(line, "HANGUP") {
			t.Errorf("%q told nothing and counts", line)
		}
		st.past()
	})
}
