package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A demo that only ever succeeds proves nothing: each of these would have been a silent pass.
func TestRecordHasToAgreeWithTheTelephones(t *testing.T) {
	pays := func(micro int64) *int64 { return &micro }
	c := &caller{
		number: "+33698765403", talker: &agent{id: "karim"}, surcharged: true,
		answered: 5400 * time.Millisecond, talked: 5400 * time.Millisecond,
	}
	good := record{Caller: "+33698765403", Agent: "karim", TalkedMS: 5300, Pays: pays(80_000), We: pays(46_000)} // 6 s at 0.80
	for _, test := range []struct {
		name   string
		change func(*record)
		want   string // part of the complaint; empty when there is none
	}{
		{"agrees", func(*record) {}, ""},
		{"other caller", func(r *record) { r.Caller = "+33698765404" }, "there is none"},
		{"other agent", func(r *record) { r.Agent = "marie" }, "names the agent"},
		{"longer talk", func(r *record) { r.TalkedMS = 6500 }, "of talk"},
		{"cost not known", func(r *record) { r.We = nil }, "costs the company"},
		{"price not known", func(r *record) { r.Pays = nil }, "not known"},
		{"for nothing", func(r *record) { r.Pays = pays(0) }, "the caller pays 0"},
		{"price of another step", func(r *record) { r.Pays = pays(60_000) }, "the caller pays 60000"},
		{"the wait billed", func(r *record) { r.Pays = pays(133_333) }, "the caller pays 133333"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := good
			test.change(&r)
			_, err := c.recorded([]record{r})
			if test.want == "" && err != nil {
				t.Error(err)
			}
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("error %v, want something with %q", err, test.want)
			}
		})
	}
}

func TestComplaint(t *testing.T) {
	const info, slow = `{"level":"INFO","msg":"waiting"}`, `{"level":"WARN","msg":"` + slowDisk + `"}`
	for _, test := range []struct {
		name, log string
		want      string
		slow      int
	}{
		{"quiet", info, "hotline ended", 0},
		{"slow disk is told once", slow + "\n" + slow, "hotline ended", 1},
		{"warning", info + "\n" + `{"level":"WARN","msg":"phone not rung"}`, "phone not rung", 0},
		{"panic", info + "\npanic: assignment to entry in nil map", "nil map", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := &daemon{done: make(chan struct{}), changed: make(chan struct{})}
			if err := d.read(strings.NewReader(test.log)); err != nil {
				t.Fatal(err)
			}
			close(d.done)
			told := 0
			err := d.complaint(t.Context(), func() { told++ })
			if err == nil || !strings.Contains(err.Error(), test.want) || told != test.slow {
				t.Errorf("complaint %v, slow disk told %d times; want %q and %d", err, told, test.want, test.slow)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d := &daemon{done: make(chan struct{}), changed: make(chan struct{})}
	if err := d.complaint(ctx, nil); err != nil {
		t.Errorf("after the end of the demo: %v", err)
	}
}

func TestTell(t *testing.T) {
	for _, test := range []struct {
		lang, want string
	}{
		{"fr_FR.UTF-8", ` 0:00  Mme Roux    appelle le 08 05 40 02 00, numéro vert, gratuit pour elle, et
                   attend :
`},
		{"en_GB.UTF-8", " 0:00  Mme Roux    calls\n"},
	} {
		var out strings.Builder
		s := newStage(&out, tongue(func(name string) string {
			return map[string]string{"LANG": test.lang}[name]
		}), time.Now())
		s.tell("Mme Roux", "appelle le %s, numéro vert, gratuit pour elle, et attend :", "calls%.0s", "08 05 40 02 00")
		if diff := cmp.Diff(test.want, out.String()); diff != "" {
			t.Errorf("%s: %s", test.lang, diff)
		}
	}
	for _, line := range wrap(fmt.Sprintf("x%s le 08 09 40 01 00 :", strings.Repeat(" mot", 12)), 61) {
		if strings.HasPrefix(line, ":") || strings.HasPrefix(line, "09") {
			t.Errorf("a line begins with %q", line)
		}
	}
}
