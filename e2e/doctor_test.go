package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// The doctor finds nothing wrong with a switch as deploy sets it up, and sees that something is when something is.
func TestDoctor(t *testing.T) {
	h := newHouse(t)
	writeTone(t, filepath.Join(h.dir, "prompts", "absent.wav"), time.Second)
	h.plug(t, "101")
	found, code := h.doctor("hotline")
	for limit := time.Now().Add(patience); strings.Contains(found["phones"].Why, "101") && time.Now().Before(limit); {
		found, code = h.doctor("hotline") // a switch writes its list of phones a moment after it has answered one
	}
	for _, check := range slices.Sorted(maps.Keys(found)) {
		f := found[check]
		if check == "phones" {
			if f.Level != "warning" || !strings.Contains(f.Why, "102") || strings.Contains(f.Why, "101") {
				t.Errorf("only 101 has registered: %+v", f)
			}
		} else if f.Level != "ok" && f.Level != "unseen" && check != "rules" && check != "texts" { // the rules of the tests have warnings, and so may the version
			t.Errorf("%s: %+v", check, f)
		}
	}
	for _, check := range []string{"rules", "database", "reached", "password", "dialplan", "modules", "prompts", "music", "records", "phones", "ports", "clock"} {
		if _, ok := found[check]; !ok {
			t.Errorf("nothing is said of %s", check)
		}
	}
	if code != 0 {
		t.Errorf("exit status %d for a switch that is well", code)
	}

	if found, code = h.doctor("another"); code != 1 || found["dialplan"].Level != "wrong" {
		t.Errorf("calls go to another instance: exit status %d, %+v", code, found["dialplan"])
	}
	h.password = "not-the-password"
	if found, code = h.doctor("hotline"); code != 1 || found["reached"].Level != "wrong" {
		t.Errorf("a wrong password: exit status %d, %+v", code, found["reached"])
	}
}

type finding struct {
	Level, Title, Why string
	Lines             []string
	Rows              [][]string
}

// doctor runs it and returns what it found by what it looked at, and its exit status.
func (h *house) doctor(instance string, args ...string) (map[string]finding, int) {
	h.t.Helper()
	h.write("hotline.yaml", fmt.Sprintf("instance: %s\nswitches:\n  - %s\ndatabase: %s\n", instance, h.sw.Config("pbx", h.password), h.database))
	return h.startDoctor(args...)()
}

// startDoctor runs it with the file that is there, and returns what waits for its end.
func (h *house) startDoctor(args ...string) func() (map[string]finding, int) {
	h.t.Helper()
	cmd := exec.Command(build(h.t), append([]string{"doctor", "--json", "--config", filepath.Join(h.dir, "hotline.yaml")}, args...)...)
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	return func() (map[string]finding, int) {
		h.t.Helper()
		if exit := (*exec.ExitError)(nil); errors.As(cmd.Wait(), &exit) && out.Len() == 0 {
			return nil, exit.ExitCode()
		}
		var report struct {
			Sections []struct {
				Findings []struct {
					Check string
					finding
				}
			}
		}
		if err := json.Unmarshal(out.Bytes(), &report); err != nil {
			h.t.Fatalf("%v in\n%s", err, out.String())
		}
		found := map[string]finding{}
		for _, s := range report.Sections {
			for _, f := range s.Findings {
				found[f.Check] = f.finding
			}
		}
		return found, cmd.ProcessState.ExitCode()
	}
}
