package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"hotline/store"
)

const applyRules = `version: 1
languages: [fr]
numbers:
  08 09 40 01 00: {service: sav}
services:
  sav: {open: {queue: sav}}
queues:
  sav: {agents: [lea, marie], wrap_up: 20s}
agents:
  lea: {phone: 101, name: Léa Bernard}
  marie: {phone: 102}
`

// An office is a hotline and its files, as an administrator sees them.
type office struct {
	t    *testing.T
	dir  string
	stop func()
}

func newOffice(t *testing.T) *office {
	t.Setenv("LC_ALL", "C")
	t.Setenv("SUDO_USER", "anne")
	d := &office{t: t, dir: t.TempDir()}
	d.write("hotline.yaml", "switches: [{url: 'http://127.0.0.1:1/ari', user: hotline, password: none-at-all}]\n")
	d.write("rules.yaml", applyRules)
	return d
}

func (d *office) path(name string) string { return filepath.Join(d.dir, name) }

func (d *office) write(name, text string) {
	d.t.Helper()
	if err := os.WriteFile(d.path(name), []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func (d *office) read(name string) string {
	d.t.Helper()
	text, err := os.ReadFile(d.path(name))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(text)
}

// serve starts hotline, and returns when it answers.
func (d *office) serve() {
	d.t.Helper()
	ctx, stop := context.WithCancel(d.t.Context())
	ended := make(chan error, 1)
	var log bytes.Buffer
	go func() { ended <- execute(ctx, &log, "serve", "--config", d.path("hotline.yaml")) }()
	d.stop = func() {
		stop()
		if err := <-ended; err != nil {
			d.t.Errorf("serve: %v\n%s", err, log.String())
		}
		d.stop = func() {}
	}
	d.t.Cleanup(func() { d.stop() })
	d.until(func() bool { _, code := d.run("status", "--json"); return code == 0 || exists(d.path("hotline.sock")) })
}

// until waits for something that comes soon.
func (d *office) until(true func() bool) {
	d.t.Helper()
	for limit := time.Now().Add(patience); !true(); <-time.After(20 * time.Millisecond) {
		if time.Now().After(limit) {
			d.t.Fatal("it does not come")
		}
	}
}

func (d *office) run(args ...string) (string, int) {
	var out bytes.Buffer
	err := execute(d.t.Context(), &out, append(args, "--config", d.path("hotline.yaml"))...)
	var exit *exitError
	switch {
	case errors.As(err, &exit):
		return out.String(), exit.code
	case err != nil:
		return out.String() + userTongue().mistake(err), 1
	}
	return out.String(), 0
}

// ask runs a command, which has to say all of that.
func (d *office) ask(code int, args []string, want ...string) string {
	d.t.Helper()
	out, got := d.run(args...)
	text := strings.Join(strings.Fields(out), " ")
	for _, w := range want {
		if !strings.Contains(text, w) {
			d.t.Errorf("hotline %s says:\n%s\nand not %q", strings.Join(args, " "), out, w)
		}
	}
	if got != code {
		d.t.Errorf("hotline %s ends with %d, want %d:\n%s", strings.Join(args, " "), got, code, out)
	}
	return out
}

// inForce is the version that the next start has.
func (d *office) inForce() store.RulesVersion {
	d.t.Helper()
	v, err := inForce(d.t.Context(), place{database: d.path("hotline.db")})
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

// strange puts a version in force that this program cannot read, as a later one may have left it.
func (d *office) strange() {
	d.t.Helper()
	db, err := store.OpenTool(d.t.Context(), d.path("hotline.db"))
	if err != nil {
		d.t.Fatal(err)
	}
	v := d.inForce()
	v.Source[0].Data = []byte("version: 9\n")
	_, _, err = db.PutInForce(d.t.Context(), store.RulesVersion{Who: "a later hotline", Why: "x", Source: v.Source}, v.Number, nil)
	if err := errors.Join(err, db.Close()); err != nil {
		d.t.Fatal(err)
	}
}

func TestApply(t *testing.T) {
	d := newOffice(t)
	d.ask(1, []string{"apply", "-m", "x"}, "hotline has never run")
	d.serve()
	d.ask(1, []string{"status"}, "rules.yaml version 1 (", "(serve)")
	d.ask(0, []string{"apply", "-m", "x"}, "Version 1, now in force, is just that already")
	d.ask(1, []string{"apply"}, "why? In a year")

	d.write("rules.yaml", strings.Replace(applyRules, "20s", "30s", 1))
	d.ask(1, []string{"status"}, `rules.yaml has changed and is not in force yet: hotline check, then hotline apply -m "why"`)
	d.ask(0, []string{"rules", "diff"}, "1 change from version 1, now in force: l. 8 queue sav, wrap_up 20 s -> 30 s")
	long := strings.Repeat("summer ", 10) + "hours"
	d.ask(1, []string{"apply", "-m", strings.Repeat(long, 3)}, "-m has 225 characters, and at most 200 are kept")
	d.ask(0, []string{"apply", "-m", "they write\nmore,  " + long}, "1 change from version 1: l. 8 queue sav, wrap_up 20 s -> 30 s",
		"Version 2 (", "is in force.", `To go back to version 1: hotline rules rollback -m "why"`)
	d.ask(1, []string{"status"}, "rules.yaml version 2 (", "(anne)")
	if out, _ := d.run("status"); strings.Contains(out, "has changed") {
		t.Errorf("the file is in force and status says:\n%s", out)
	}

	d.write("rules.yaml", strings.Replace(applyRules, "[lea, marie]", "[lea, hugo]", 1))
	d.ask(1, []string{"apply", "-m", "hugo"}, "E401", `agent "hugo" does not exist`, "Nothing was changed", "Version 2 stays in force.")
	if v := d.inForce(); v.Number != 2 || v.Who != "anne" || v.Why != "they write more, "+long {
		t.Errorf("in force: %+v", v)
	}
	d.write("rules.yaml", "version: 1\nnumbers: [")
	d.ask(1, []string{"apply", "-m", "half"}, "E01", "Version 2 stays in force.")
	d.ask(2, []string{"rules", "diff"}, "never closed")
	d.ask(1, []string{"status"}, "rules.yaml has changed")
}

// What waits in the file is not put in force by a restart.
func TestRestartKeepsTheVersion(t *testing.T) {
	d := newOffice(t)
	d.serve()
	d.stop()
	for _, text := range []string{strings.Replace(applyRules, "20s", "30s", 1), "version: 1\nnum"} {
		d.write("rules.yaml", text)
		d.serve()
		d.ask(1, []string{"status"}, "rules.yaml version 1 (", "rules.yaml has changed")
		d.ask(0, []string{"rules", "show"}, "wrap_up: 20s")
		d.stop()
	}
}

// Without a hotline that runs, rules are kept for its next start.
func TestApplyWhileStopped(t *testing.T) {
	d := newOffice(t)
	d.serve()
	d.stop()
	d.write("rules.yaml", strings.Replace(applyRules, "20s", "30s", 1))
	d.ask(0, []string{"apply", "-m", "at night"}, "hotline is not running: version 2 (", "will be in force from its next start")
	d.ask(0, []string{"rules", "log"}, "* 2", "anne", "at night")
	d.serve()
	d.ask(1, []string{"status"}, "rules.yaml version 2 (")
}

func TestRollback(t *testing.T) {
	d := newOffice(t)
	d.serve()
	d.ask(1, []string{"rules", "rollback", "-m", "x"}, "version 1 is the first")
	d.write("rules.yaml", strings.Replace(applyRules, "20s", "30s", 1))
	if err := os.Mkdir(d.path("rules.d"), 0o700); err != nil {
		t.Fatal(err)
	}
	d.write("rules.d/zoe.yaml", "agents:\n  zoe: {phone: 103}\n")
	d.ask(0, []string{"apply", "-m", "zoe comes"}, "agent zoe", "Version 2")
	d.ask(0, []string{"rules", "diff", "2"}, "2 changes in version 2:", "rules.d/zoe.yaml l. 2 agent zoe")
	d.ask(0, []string{"rules", "diff", "2", "1"}, "2 changes from version 2 to version 1:", "30 s -> 20 s")
	d.ask(0, []string{"rules", "diff", "1", "2", "--text"}, "--- rules.yaml version 1", "+ sav: {agents: [lea, marie], wrap_up: 30s}", "+++ rules.d/zoe.yaml version 2")
	d.ask(1, []string{"rules", "diff", "9"}, "no version of that number")
	d.ask(1, []string{"rules", "show", "two"}, "not the number of a version")
	d.ask(0, []string{"rules", "rollback", "-m", "zoe was ill"}, "Version 3 (", "rules.yaml is not touched", "hotline rules rollback 1 --write")
	if v := d.inForce(); v.Number != 3 || v.BackTo != 1 || v.Source.Hash() != (store.RulesVersion{Source: v.Source}).Source.Hash() || len(v.Source) != 1 {
		t.Errorf("in force: %+v", v)
	}
	d.ask(0, []string{"rules", "log"}, "* 3", "back to 1: zoe was", "2", "zoe comes", "first start")
	d.ask(0, []string{"rules", "rollback", "1", "--write"}, "rules.yaml.before-3", "zoe.yaml.before-3", "says version 1 now")
	if d.read("rules.yaml") != applyRules || exists(d.path("rules.d/zoe.yaml")) || !strings.Contains(d.read("rules.yaml.before-3"), "30s") {
		t.Error("the files are not those of version 1, or no copy stays")
	}
	if out, _ := d.run("status"); strings.Contains(out, "has changed") {
		t.Errorf("the file is in force and status says:\n%s", out)
	}
	d.ask(0, []string{"rules", "rollback", "2", "--write", "-m", "zoe is back"}, "Version 4 (")
	if d.read("rules.d/zoe.yaml") != "agents:\n  zoe: {phone: 103}\n" {
		t.Error("a part has not come back")
	}
}

// Files that are saved are applied when that is wished, and only when they are good.
func TestReloadOnSave(t *testing.T) {
	d := newOffice(t)
	d.write("hotline.yaml", d.read("hotline.yaml")+"reload_on_save: true\n")
	d.serve()
	d.write("rules.yaml", "version: 1\nnum")
	d.write("rules.yaml", strings.Replace(applyRules, "20s", "40s", 1))
	d.until(func() bool { return d.inForce().Number == 2 })
	if v := d.inForce(); v.Why != "reload_on_save" {
		t.Errorf("%+v", v)
	}
	d.write("rules.yaml", "version: 1\nnumbers: [")
	<-time.After(2 * saveRest)
	d.ask(1, []string{"status"}, "version 2 (")
}

// A hotline that is not told to does not look at what is saved.
func TestHangupApplies(t *testing.T) {
	d := newOffice(t)
	d.serve()
	d.write("rules.yaml", strings.Replace(applyRules, "20s", "40s", 1))
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := self.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	d.until(func() bool { return d.inForce().Number == 2 })
	if v := d.inForce(); v.Why != "SIGHUP" {
		t.Errorf("%+v", v)
	}
}

// Who is reached outside the house is in the rules, and not on the floor: that is said, and nobody else is meant instead.
func TestAgentOutside(t *testing.T) {
	d := newOffice(t)
	d.write("rules.yaml", strings.Replace(applyRules, "  marie:", "  mari: {phone: 06 12 00 00 06, name: Mari Durand}\n  marie:", 1))
	d.serve()
	d.ask(0, []string{"agent", "list"}, "lea", "Phone outside, which this version does not ring yet: mari (06 12 00 00 06).")
	d.ask(1, []string{"agent", "logout", "mari"}, "Mari Durand has a phone outside the house (06 12 00 00 06)")
	d.ask(0, []string{"agent", "logout", "marie"}, "marie", "logged out")
}

var stamp = regexp.MustCompile(`[0-9a-f]{12}`)

// A program that cannot read the version in force takes the files, if they are good, and else says what to do.
func TestVersionThatCannotBeRead(t *testing.T) {
	d := newOffice(t)
	d.serve()
	d.stop()
	d.strange()
	d.write("rules.yaml", "version: 1\nnumbers: [")
	out, code := d.run("serve")
	if code != 1 || !strings.Contains(out, "can no longer read version 2") || !strings.Contains(out, "hotline check") {
		t.Errorf("serve says (%d):\n%s", code, out)
	}
	d.write("rules.yaml", applyRules)
	d.serve()
	d.ask(0, []string{"rules", "log"}, "* 3", "serve")
	if !stamp.MatchString(fmt.Sprint(d.inForce().Hash)) {
		t.Error("no hash")
	}
}

// A reason is kept as it was written, and told whole.
func TestReasonsAreKeptWhole(t *testing.T) {
	d := newOffice(t)
	d.serve()
	why := "Karim joins the after-sales line from Monday, and Marie has more time for her notes after each call"
	d.write("rules.yaml", strings.Replace(applyRules, "20s", "30s", 1))
	d.ask(0, []string{"apply", "-m", why}, "Version 2 (")
	if v := d.inForce(); v.Why != why {
		t.Errorf("kept: %q", v.Why)
	}
	d.ask(0, []string{"rules", "log"}, "Karim joins the after-", "sales line from Monday,", "for her notes after each", "call")
	d.write("rules.yaml", applyRules)
	d.ask(1, []string{"apply", "-m", strings.Repeat(why, 3)}, "-m has 297 characters, and at most 200 are kept")
	d.ask(1, []string{"rules", "rollback", "-m", strings.Repeat(why, 3)}, "-m has 297 characters, and at most 200 are kept")
	if v := d.inForce(); v.Number != 2 {
		t.Errorf("in force: %d", v.Number)
	}
}

// Without a database that can be read, check goes on, and says why what changes cannot be told; and calls are tried.
func TestCheckWithoutItsDatabase(t *testing.T) {
	d := newOffice(t)
	d.write("hotline.db", "something else than a database, in which nothing can be found by anybody")
	d.ask(0, []string{"check"}, "Without the database the tariffs are those that come with", "file is not a database")
	d.ask(0, []string{"route", "0809400100"}, "queue sav")
}
