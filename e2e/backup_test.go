package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"hotline/e2e/phone"
)

// A backup is made while somebody waits; then the machine loses its database. What was saved comes back, and the caller, who has
// heard music all the time, is still in line and gets through.
func TestBackupWithCallsUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	marie := h.desk("101", phone.RingOnly())
	h.serve(open)
	caller := h.sav("0612345601")
	caller.music()
	h.daemon.says("waiting")
	archive := filepath.Join(t.TempDir(), "backup.tar")
	hotline := func(args ...string) {
		t.Helper()
		out, err := exec.Command(build(t), append(args, "--config", filepath.Join(h.dir, "hotline.yaml"))...).CombinedOutput()
		if err != nil {
			t.Fatalf("hotline %v: %v\n%s", args, err, out)
		}
	}
	hotline("backup", archive)
	hotline("upgrade-check")
	hotline("restore", "--check", archive)
	h.kill()
	for _, name := range []string{"hotline.db", "hotline.db-wal", "hotline.db-shm", "rules.yaml"} {
		if err := os.Remove(filepath.Join(h.dir, name)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	hotline("restore", archive)
	caller.music()
	h.serve("calls taken over")
	marie.On(phone.Answer(0))
	h.eventually("somebody talks", func() bool { return h.daemon.count("talking") > 0 })
	caller.Hangup()
	if r := h.records(1)[0]; r.Agent != "marie" || r.Caller.National() != "0612345601" {
		t.Errorf("record %+v", r)
	}
	h.empty()
}
