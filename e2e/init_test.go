package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hotline/e2e/lab"
	"hotline/e2e/phone"
)

// TestInitServes serves what hotline init writes, as it stands but for the lab's ports, on a switch that has the password
// that it made: outside its hours a caller hears the text and is hung up, inside an agent's phone rings.
func TestInitServes(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	other := strings.ToLower(time.Now().In(zone).AddDate(0, 0, 3).Weekday().String()[:3]) + " 9:00-12:00"
	for name, hours := range map[string]string{"closed": other, "open": "always"} {
		t.Run(name, func(t *testing.T) {
			h := houseOfInit(t, "--hours", hours, "--closed-text", "Nous sommes fermés : « rappelez » plus tard !")
			if name == "open" {
				h.desk("101", phone.Answer(0)) // before hotline looks who is there
			}
			h.daemon = startDaemon(t, build(t), "serve", "--config", filepath.Join(h.dir, "hotline.yaml"))
			h.daemon.says(open)
			if name == "closed" {
				caller := h.call("0612345678", "0972000001")
				h.hears(caller, speechTone)
				wait(t, caller)
				if r := h.records(1)[0]; len(r.Flags) > 0 || fmt.Sprint(r.Nodes) != "[service.accueil.closed service.accueil.closed+1]" {
					t.Errorf("it passed %v, flags %v", r.Nodes, r.Flags)
				}
				h.empty()
				return
			}
			caller := h.call("0612345678", "0972000001")
			marie := h.rung("101", nil)
			h.talk(caller, marie)
			caller.Hangup()
			if r := h.records(1)[0]; r.Agent != "marie" {
				t.Errorf("%s answered", r.Agent)
			}
			h.empty()
		})
	}
}

// houseOfInit is a house that hotline init has furnished. The text is spoken by a tone.
func houseOfInit(t *testing.T, args ...string) *house {
	t.Helper()
	dir, kind := t.TempDir(), os.Getenv("HOTLINE_E2E_SWITCH")
	if kind == "" {
		kind = "asterisk"
	}
	args = append([]string{"init", "--yes", "--dir", dir, "--lang", "fr", "--switch", kind, "--number", "0972 00 00 01", "--phone", "101=Marie Dupont"}, args...)
	if out, err := exec.Command(build(t), args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	secret, err := os.ReadFile(filepath.Join(dir, "hotline.secret"))
	if err != nil {
		t.Fatal(err)
	}
	o := lab.Options{Password: strings.TrimSpace(string(secret))}
	var sw lab.Switch
	var places []string // as init writes them, and as they are in the lab
	if kind == "freeswitch" {
		f := lab.RunFreeSWITCH(t, o)
		sw, places = f, []string{"127.0.0.1:8021", f.ESL, "/var/log/freeswitch/cdr-csv/hotline.csv", f.Records, "user/{phone}", f.Phone()}
	} else {
		a := lab.RunAsterisk(t, o)
		sw, places = a, []string{"http://127.0.0.1:8088/ari", a.ARI, "/var/log/asterisk/cel-custom/hotline.csv", a.Records}
	}
	file := filepath.Join(dir, "hotline.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.NewReplacer(places...).Replace(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	spoken := filepath.Join(t.TempDir(), "spoken.wav")
	writeTone(t, spoken, 3*time.Second)
	t.Setenv("HOTLINE_PROMPTS_SPEECH", "cp "+spoken+" {file}")
	h := &house{rig: newRig(t, sw), dir: dir, database: "hotline.db"}
	t.Cleanup(func() {
		h.close()
		if h.daemon != nil {
			h.daemon.end(syscall.SIGKILL)
		}
	})
	return h
}
