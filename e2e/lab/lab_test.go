package lab

import (
	"context"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestTwoLabsSideBySide(t *testing.T) {
	t.Parallel()
	one, two := Run(t, Options{}), Run(t, Options{})
	if one.SIP == two.SIP || one.ARI == two.ARI || one.Dir == two.Dir {
		t.Fatalf("two labs share something: %+v and %+v", one, two)
	}
	for _, a := range []*Asterisk{one, two} {
		out, err := a.CLI(t.Context(), "pjsip show endpoint 160")
		if err != nil || !strings.Contains(out, "from-phones") {
			t.Errorf("phone 160 is not known to the asterisk on %s: %v\n%s", a.SIP, err, out)
		}
	}
}

// No module may be missing and no line of the configuration refused.
func TestConfigurationIsAccepted(t *testing.T) {
	t.Parallel()
	a := Run(t, Options{})
	for line := range strings.Lines(a.Log()) {
		if strings.Contains(line, "ERROR") || strings.Contains(line, "WARNING") {
			t.Error(strings.TrimSpace(line))
		}
	}
	out, err := a.CLI(t.Context(), "moh show files")
	if err != nil || !strings.Contains(out, "Class: default") {
		t.Errorf("no music: %v\n%s", err, out)
	}
	if out, err = a.CLI(t.Context(), "core show file formats"); err != nil || !strings.Contains(out, "wav") {
		t.Errorf("wav files cannot be played: %v\n%s", err, out)
	}
}

func TestAfterTheEnd(t *testing.T) {
	t.Parallel()
	a := Run(t, Options{})
	for name, end := range map[string]func() error{"stop": a.Stop, "kill": a.Kill} {
		sip, pid := a.SIP, a.process.cmd.Process.Pid
		if err := end(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := os.Stat("/proc/self"); err == nil {
			if _, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat"); err == nil {
				t.Errorf("%s: process %d is still there", name, pid)
			}
		}
		if err := a.answers(t.Context()); err == nil {
			t.Errorf("%s: ari still answers", name)
		}
		if err := a.Start(t.Context()); err != nil {
			t.Fatalf("start after %s: %v", name, err)
		}
		if a.SIP != sip {
			t.Errorf("after %s sip moved from %s to %s", name, sip, a.SIP)
		}
	}
}

func TestPause(t *testing.T) {
	t.Parallel()
	a := Run(t, Options{})
	if err := a.Pause(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.ARI+"/asterisk/ping", nil)
	if err != nil {
		t.Fatal(err)
	}
	if res, err := http.DefaultClient.Do(req); err == nil {
		t.Errorf("a frozen asterisk answers %s", res.Status)
		res.Body.Close()
	}
	if err := a.Resume(); err != nil {
		t.Fatal(err)
	}
	if err := a.answers(t.Context()); err != nil {
		t.Errorf("after the pause: %v", err)
	}
}

func TestFindSaysWhatToDo(t *testing.T) {
	t.Setenv("HOTLINE_ASTERISK", t.TempDir())
	if _, err := Find(); err == nil || !strings.Contains(err.Error(), "get-asterisk.sh") {
		t.Errorf("an empty folder as prefix gives %v, want the advice to run get-asterisk.sh", err)
	}
}
