package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hotline/e2e/phone"
)

// ask runs a command of hotline as a person does, in English unless told otherwise, and returns what it prints and its exit
// code.
func (h *house) ask(args ...string) (string, int) {
	h.t.Helper()
	ctx, cancel := h.patience()
	defer cancel()
	cmd := exec.CommandContext(ctx, build(h.t), append(args, "--config", filepath.Join(h.dir, "hotline.yaml"))...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		h.t.Fatal(err)
	}
	h.t.Logf("$ hotline %s (exit %d)\n%s", strings.Join(args, " "), cmd.ProcessState.ExitCode(), out)
	return string(out), cmd.ProcessState.ExitCode()
}

// answers checks what a command says.
func (h *house) answers(code int, want string, args ...string) {
	h.t.Helper()
	got, exit := h.ask(args...)
	if exit != code || !strings.Contains(strings.Join(strings.Fields(got), " "), want) {
		h.t.Errorf("hotline %s: exit %d, want %d, and %q in:\n%s", strings.Join(args, " "), exit, code, want, got)
	}
}

// TestAgentsAndStatus logs an agent out, sees the next one rung, looks at what goes on, and finds everything as it was after
// hotline was killed.
func TestAgentsAndStatus(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.desk("101", phone.Answer(0))
	h.desk("102", phone.Answer(0))
	h.serve(open)
	h.eventually("both phones are known", func() bool {
		out, _ := h.ask("agent", "list")
		return strings.Contains(out, "101 ") && strings.Contains(out, "102 ")
	})
	h.answers(1, "connected for", "status") // and an error in the log, of a sound that this house has not got
	h.answers(0, "marie): logged out.", "agent", "logout", "Marie")

	first := h.sav("0600000001")
	paul := h.rung("102", nil)
	h.talk(first, paul)
	if h.has("101") {
		t.Error("a phone rang whose owner had logged out")
	}
	h.answers(1, "1 call now: 1 talking, 0 waiting", "status")
	h.answers(0, "talks with ", "call", "list")
	h.answers(0, "0600000001", "call", "list")
	h.answers(0, "talking; the pause begins when the call ends.", "agent", "pause", "paul", "--reason", "lunch")

	h.kill()
	h.answers(1, "hotline is not running", "status")
	h.answers(1, "1 call open then", "status")
	h.answers(1, "hotline is not running", "agent", "login", "marie")
	h.serve("calls taken over") // also over the socket that was left behind
	h.talk(first, paul)
	h.answers(0, "talking, then pause", "agent", "list")
	first.Hangup()
	wait(t, paul)
	h.eventually("the pause begins", func() bool {
		out, _ := h.ask("agent", "list")
		return strings.Contains(out, "pause (lunch)")
	})
	h.answers(0, "logged out", "agent", "list")
	second := h.sav("0600000002") // one is logged out, the other has a pause
	second.music()
	h.eventually("the caller waits", func() bool {
		out, _ := h.ask("call", "list")
		return strings.Contains(out, "queue sav")
	})
	h.answers(1, "callers wait in queue sav, and nobody answers it", "status")
	if h.has("101") {
		t.Error("a phone rang whose owner had logged out before the restart")
	}
	h.answers(0, "marie): ", "agent", "login", "marie")
	h.talk(second, h.rung("101", nil))
	second.Hangup()
	h.records(2)
	h.empty()
}

// A control socket that cannot be made costs the commands, and no call.
func TestNoControlSocket(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.settings = "control: nowhere/hotline.sock\n"
	h.desk("101", phone.Answer(0))
	h.serve("the control socket cannot be used")
	h.daemon.says(open)
	h.answers(1, "hotline runs, but does not listen on the socket", "status")
	caller := h.sav("0600000001")
	h.talk(caller, h.rung("101", nil))
	caller.Hangup()
	h.records(1)
}

// has says whether a phone has had a call.
func (h *house) has(name string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.last[name] != nil
}
