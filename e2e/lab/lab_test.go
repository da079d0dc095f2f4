package lab

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestTwoLabsSideBySide(t *testing.T) {
	t.Parallel()
	one, two := RunAsterisk(t, Options{}), RunAsterisk(t, Options{})
	if one.SIP() == two.SIP() || one.ARI == two.ARI || one.Dir == two.Dir {
		t.Fatalf("two labs share something: %+v and %+v", one, two)
	}
	for _, a := range []*Asterisk{one, two} {
		out, err := a.CLI(t.Context(), "pjsip show endpoint 160")
		if err != nil || !strings.Contains(out, "from-phones") {
			t.Errorf("phone 160 is not known to the asterisk on %s: %v\n%s", a.SIP(), err, out)
		}
	}
}

// No module may be missing and no line of the configuration refused.
func TestConfigurationIsAccepted(t *testing.T) {
	t.Parallel()
	a := RunAsterisk(t, Options{})
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
	a := RunAsterisk(t, Options{})
	for name, end := range map[string]func() error{"stop": a.Stop, "kill": a.Kill} {
		sip, pid := a.SIP(), a.process.cmd.Process.Pid
		if err := end(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if alive(pid) {
			t.Errorf("%s: process %d is still there", name, pid)
		}
		if err := a.answers(t.Context()); err == nil {
			t.Errorf("%s: ari still answers", name)
		}
		if err := a.Start(t.Context()); err != nil {
			t.Fatalf("start after %s: %v", name, err)
		}
		if a.SIP() != sip {
			t.Errorf("after %s sip moved from %s to %s", name, sip, a.SIP())
		}
	}
}

func TestPause(t *testing.T) {
	t.Parallel()
	a := RunAsterisk(t, Options{})
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
	if _, err := FindAsterisk(); err == nil || !strings.Contains(err.Error(), "get-asterisk.sh") {
		t.Errorf("an empty folder as prefix gives %v, want the advice to run get-asterisk.sh", err)
	}
}

func TestNoOrphan(t *testing.T) {
	noOrphan(t, func() *machine { return &RunAsterisk(t, Options{}).machine })
}

func TestFreeSWITCHNoOrphan(t *testing.T) {
	noOrphan(t, func() *machine { return &RunFreeSWITCH(t, Options{}).machine })
}

// noOrphan checks that a test process that is killed takes its switch with it. The test starts itself again as the
// process to kill.
func noOrphan(t *testing.T, run func() *machine) {
	t.Helper()
	if os.Getenv("LAB_ORPHAN") != "" {
		fmt.Printf("the switch has pid %d.\n", run().process.cmd.Process.Pid)
		if _, err := io.Copy(io.Discard, os.Stdin); err != nil { // Until it is killed.
			t.Fatal(err)
		}
		return
	}
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells a process to die with its parent")
	}
	run() // Skips without such a switch.
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), "LAB_ORPHAN=1", "TMPDIR="+t.TempDir()) // A killed lab cannot tidy up.
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	pid := 0
	if _, err := fmt.Fscanf(bufio.NewReader(stdout), "the switch has pid %d.", &pid); err != nil {
		t.Errorf("the child says nothing of its switch: %v", err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := child.Wait(); err == nil {
		t.Error("the child ended well; it was to be killed")
	}
	tick := time.NewTicker(bootPoll)
	defer tick.Stop()
	for deadline := time.Now().Add(stopLimit); alive(pid); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("switch %d outlived its test", pid)
		}
	}
}

// alive says whether there is such a process that is not just waiting to be buried.
func alive(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z")
}
