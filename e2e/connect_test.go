package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/e2e/lab"
	"hotline/e2e/phone"
)

// A guide is what hotline connect prints for programs: the same steps and lines as for people.
type guide struct {
	Steps  []guideStep `json:"steps"`
	Widen  guideStep   `json:"widen"`
	Back   guideStep   `json:"back"`
	Remove []guideStep `json:"remove"`
}

type guideStep struct {
	ID     string `json:"id"`
	Blocks []struct {
		Action string   `json:"action"`
		File   string   `json:"file"`
		Page   string   `json:"page"`
		Find   string   `json:"find"`
		Lines  []string `json:"lines"`
		Shows  []string `json:"shows"`
	} `json:"blocks"`
}

// A company has a stock switch, and does by hand what connect tells it.
type company struct {
	*house
	desks  [2]string
	folder string
	config string // hotline.yaml
	run    func(ctx context.Context, command string) (string, error)
	page   func(way string, lines []string) // nil: the switch has no pages
	extra  []string                         // of connect

	home     string // of root on the machine of the switch; empty: nothing is written there
	password string
}

const (
	onTrial  = "0809400100"
	nextOne  = "0140000100"
	noneOurs = "0140000999"
)

// newCompany writes what hotline init would have written.
func newCompany(t *testing.T, sw lab.Switch, entry, folder string, desks [2]string, password string) *company {
	t.Helper()
	h := houseWith(t, sw)
	c := &company{house: h, desks: desks, folder: folder, config: filepath.Join(h.dir, "hotline.yaml"), password: password}
	h.write("rules.yaml", fmt.Sprintf(`version: 1
numbers:
  08 09 40 01 00: {service: accueil}
  01 40 00 01 00: {service: accueil}
services:
  accueil: {purpose: reception, open: {queue: accueil}}
queues:
  accueil: {agents: [marie, paul], ring: 10s, wrap_up: 0s}
agents:
  marie: {phone: %s}
  paul: {phone: %s}
`, desks[0], desks[1]))
	h.write("hotline.secret", password+"\n")
	h.write("hotline.yaml", "switches:\n  - "+entry+"\n")
	return c
}

// guide asks connect, once as a person and once as a program, and makes sure that both are told the same lines.
func (c *company) guide(kind string) guide {
	c.t.Helper()
	ask := func(more ...string) string {
		args := append(append([]string{"connect", kind, "--config", c.config, "--folder", c.folder}, c.extra...), more...)
		out, err := exec.Command(build(c.t), args...).Output()
		if err != nil {
			c.t.Fatalf("hotline %s: %v", strings.Join(args, " "), err)
		}
		return string(out)
	}
	var g guide
	if err := json.Unmarshal([]byte(ask("--json")), &g); err != nil {
		c.t.Fatal(err)
	}
	paper := ask()
	undo := ask("--undo")
	told := func(paper string, steps ...guideStep) {
		for _, s := range steps {
			for _, b := range s.Blocks {
				for _, line := range b.Lines {
					if !strings.Contains(paper, line+"\n") {
						c.t.Errorf("step %s: a person is not told the line %q", s.ID, line)
					}
				}
			}
		}
	}
	told(paper, append(slices.Clone(g.Steps), g.Widen, g.Back)...)
	told(undo, append(slices.Clone(g.Remove), g.Back)...)
	return g
}

// do does a step as a person would: with the lines as they are printed, indented.
func (c *company) do(s guideStep) {
	c.t.Helper()
	ctx, cancel := c.patience()
	defer cancel()
	for _, b := range s.Blocks {
		switch b.Action {
		case "create":
			c.put(b.File, indented(b.Lines))
		case "append":
			if b.File == "hotline.yaml" { // it has the line already
				continue
			}
			c.put(b.File, strings.TrimRight(c.text(b.File), "\n")+"\n"+indented(b.Lines))
		case "insert":
			c.swap(b.File, b.Find, append([]string{b.Find}, b.Lines...))
		case "replace":
			if !strings.Contains(c.text(b.File), b.Find) && strings.Contains(c.text(b.File), b.Lines[0]) {
				continue // it is so already
			}
			c.swap(b.File, b.Find, b.Lines)
		case "remove":
			c.removeLines(b.File, b.Lines)
		case "run":
			for _, line := range b.Lines {
				if strings.Contains(line, c.password) {
					c.t.Errorf("step %s: the history and ps show the password: %s", s.ID, line)
				}
				if _, err := c.run(ctx, line); err != nil {
					c.t.Fatalf("step %s: %s: %v", s.ID, line, err)
				}
			}
		case "check":
			c.look(ctx, s.ID, b.Lines[0], b.Shows)
		case "page":
			c.page(b.Page, b.Lines)
		case "note":
		default:
			c.t.Fatalf("step %s: nobody knows how to %s", s.ID, b.Action)
		}
	}
}

// look runs a command until it shows all of that: a module may still be loading.
func (c *company) look(ctx context.Context, step, command string, shows []string) {
	c.t.Helper()
	var out string
	var err error
	limit := time.After(patience)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		out, err = c.run(ctx, command)
		if err == nil && !slices.ContainsFunc(shows, func(want string) bool { return !strings.Contains(out, want) }) {
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			c.t.Fatalf("step %s: %s does not show %q (%v):\n%s", step, command, shows, err, out)
		}
	}
}

func indented(lines []string) string { return "    " + strings.Join(lines, "\n    ") + "\n" }

// at is where a file is that connect has in root's home.
func (c *company) at(file string) string {
	if name, ok := strings.CutPrefix(file, "/root/"); ok && c.home != "" {
		return filepath.Join(c.home, name)
	}
	return file
}

func (c *company) text(file string) string {
	c.t.Helper()
	data, err := os.ReadFile(c.at(file))
	if err != nil {
		c.t.Fatal(err)
	}
	return string(data)
}

// put writes a file, as an editor does: a new one can be read by anybody, and so must not get the password.
func (c *company) put(file, text string) {
	c.t.Helper()
	if err := os.WriteFile(c.at(file), []byte(text), 0o644); err != nil {
		c.t.Fatal(err)
	}
	now, err := os.Stat(c.at(file))
	if err != nil {
		c.t.Fatal(err)
	}
	if strings.Contains(text, c.password) && now.Mode()&0o007 != 0 {
		c.t.Errorf("anybody may read the password in %s (%s)", file, now.Mode())
	}
}

// swap puts lines in the place of one that is there exactly once outside comments.
func (c *company) swap(file, old string, lines []string) {
	c.t.Helper()
	var out []string
	found := 0
	for line := range strings.SplitSeq(c.text(file), "\n") {
		if strings.TrimSpace(line) == old {
			found++
			out = append(out, lines...)
			continue
		}
		out = append(out, line)
	}
	if found != 1 {
		c.t.Fatalf("%s has the line %q %d times", file, old, found)
	}
	c.put(file, strings.Join(out, "\n"))
}

func (c *company) removeLines(file string, lines []string) {
	c.t.Helper()
	if len(lines) == 0 {
		if err := os.Remove(c.at(file)); err != nil {
			c.t.Fatal(err)
		}
		return
	}
	var kept []string
	for line := range strings.SplitSeq(c.text(file), "\n") {
		if !slices.Contains(lines, strings.TrimSpace(line)) {
			kept = append(kept, line)
		}
	}
	c.put(file, strings.Join(kept, "\n"))
}

// asBefore calls a number and hears the echo with which the company answered before hotline.
func (c *company) asBefore(when, to string) {
	c.t.Helper()
	caller := c.call("0612345678", to)
	caller.HearsParty(c.t, caller)
	if !caller.Answered() {
		c.t.Errorf("%s: %s is not answered as before", when, to)
	}
	caller.Hangup()
	wait(c.t, caller)
}

// byHotline calls a number and talks with an agent.
func (c *company) byHotline(to string) {
	c.t.Helper()
	c.mu.Lock()
	before := c.last[c.desks[0]]
	c.mu.Unlock()
	caller := c.call("0612345678", to)
	marie := c.rung(c.desks[0], before)
	c.talk(caller, marie)
	caller.Hangup()
	wait(c.t, marie)
}

func (c *company) open() {
	c.t.Helper()
	c.daemon = startDaemon(c.t, build(c.t), "serve", "--config", c.config)
	c.daemon.says(open)
}

// files is the configuration, without the copy and the lines that mean nothing.
func (c *company) files() map[string]string {
	c.t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(c.folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		all[strings.TrimPrefix(path, c.folder)] = strings.TrimSpace(c.text(path))
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return all
}

// follow does all that connect prints, and calls after each step: only the one that is meant to may change anything.
func (c *company) follow(kind string, stays ...string) {
	t := c.t
	c.asBefore("before", onTrial)
	stock := c.files()
	g := c.guide(kind)
	for _, s := range g.Steps {
		if s.ID == "try" {
			continue
		}
		c.do(s)
		c.asBefore("after step "+s.ID, onTrial) // also after "number": hotline does not run yet
	}
	c.desk(c.desks[0], phone.Answer(0))
	c.open()
	ctx, cancel := c.patience()
	defer cancel()
	if out, err := exec.CommandContext(ctx, build(t), "doctor", "--config", c.config).CombinedOutput(); err != nil {
		t.Errorf("hotline doctor: %v\n%s", err, out)
	}
	c.byHotline(onTrial)
	if c.page == nil { // a route of FreePBX has one spelling
		c.byHotline("+33" + onTrial[1:])
	}
	c.asBefore("a number that is not on trial", nextOne)
	c.do(g.Widen)
	c.byHotline(nextOne)
	c.asBefore("a number that is not ours", noneOurs)
	if c.page == nil {
		c.records(3)
	} else {
		c.records(2)
	}

	c.daemon.end(syscall.SIGTERM)
	c.asBefore("hotline stopped", onTrial)
	c.open()
	c.byHotline(onTrial)
	if err := c.daemon.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	c.asBefore("hotline stuck", onTrial)
	if err := c.daemon.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}

	c.do(g.Back)
	c.asBefore("gone back", onTrial)
	c.asBefore("gone back", nextOne)
	c.daemon.end(syscall.SIGTERM)
	for _, s := range g.Remove {
		c.do(s)
	}
	c.asBefore("all taken out", onTrial)
	c.left(stock, stays)
}

// left checks that nothing of what connect said is left, but for what it says is to stay. How far lines are set in does
// not matter.
func (c *company) left(stock map[string]string, stays []string) {
	c.t.Helper()
	for name, text := range c.files() {
		if diff := cmp.Diff(flush(stock[name]), flush(text)); diff != "" && !slices.Contains(stays, name) {
			c.t.Errorf("%s is not as it was:\n%s", name, diff)
		}
	}
}

func flush(text string) []string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}

func shell(ctx context.Context, command string) (string, error) {
	out, err := exec.CommandContext(ctx, "bash", "-c", command).CombinedOutput()
	return string(out), err
}
