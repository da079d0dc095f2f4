package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A lookout reads what a watch prints.
type lookout struct {
	*testing.T
	lines *bufio.Scanner
}

// sees reads what one check prints, up to the line that says that it waits, and wants a text in it.
func (l lookout) sees(text string) {
	l.Helper()
	var read strings.Builder
	for l.lines.Scan() && !strings.Contains(l.lines.Text(), "waiting for the next change") {
		read.WriteString(l.lines.Text() + "\n")
	}
	if !strings.Contains(read.String(), text) {
		l.Errorf("no %q in\n%s", text, read.String())
	}
}

// startWatch runs check --watch on a file until the test ends it, and gives what it prints and what ends it.
func startWatch(t *testing.T, file string, more ...string) (lookout, func() error) {
	t.Helper()
	t.Setenv("LC_ALL", "en")
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	done := make(chan error, 1)
	go func() {
		c := newRootAt(aSunday)
		c.SetArgs(append([]string{"check", "--watch", file, "--config", "hotline.yaml"}, more...))
		c.SetOut(in)
		c.SetErr(in)
		err := c.ExecuteContext(ctx)
		in.Close()
		done <- err
	}()
	end := func() error {
		stop()
		_, err := io.Copy(io.Discard, out)
		return errors.Join(err, <-done)
	}
	return lookout{t, bufio.NewScanner(out)}, end
}

const (
	soundRules = "version: 1\nnumbers: {01 40 00 01 00: {service: s}}\nservices: {s: {open: {queue: q}}}\n" +
		"agents: {a: {phone: 101}, b: {phone: 102}}\nqueues: {q: {agents: [a, b], on_nobody: hangup}}\n"
	faultyRules = "version: 1\nnumbers: {01 40 00 01 00: {service: t}}\nservices: {s: {open: {queue: q}}}\n"
)

func save(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// putInPlace saves as editors do: a new file takes the place of the old one.
func putInPlace(t *testing.T, path, text string) {
	t.Helper()
	save(t, path+"~", text)
	if err := os.Rename(path+"~", path); err != nil {
		t.Fatal(err)
	}
}

func TestCheckWatches(t *testing.T) {
	t.Chdir(t.TempDir())
	unpack(t, empty())
	save(t, "rules.yaml", soundRules)
	out, end := startWatch(t, "rules.yaml")
	out.sees("rules.yaml is good")
	if want := "14:02:00: checked; waiting for the next change (Ctrl-C to end)."; out.lines.Text() != want {
		t.Errorf("%q, want %q", out.lines.Text(), want)
	}
	for _, step := range []struct {
		what string
		do   func()
		want string
	}{
		{"the file is written", func() { putInPlace(t, "rules.yaml", faultyRules) }, "E401"},
		{"an editor replaces the file", func() { putInPlace(t, "rules.yaml", soundRules) }, "rules.yaml is good"},
		{"and again", func() { putInPlace(t, "rules.yaml", faultyRules) }, "E401"},
		{"the file goes", func() { os.Remove("rules.yaml") }, "the file does not exist"},
		{"the file comes back", func() { putInPlace(t, "rules.yaml", soundRules) }, "rules.yaml is good"},
		{"a part is added", func() { putInPlace(t, "rules.d/more.yaml", "version: 1\nagents: {c: {phone: 103}}\n") }, "3 people"},
		{"a part is written", func() { putInPlace(t, "rules.d/more.yaml", "version: 1\nagents: {c: {fone: 103}}\n") }, "more.yaml:2:14  E101"},
		{"a part goes", func() { os.Rename("rules.d", "gone") }, "2 people"},
		{"a prompt is asked for", func() { putInPlace(t, "rules.yaml", soundRules+"prompts: {p: {file: p.wav}}\n") }, "p.wav"},
		{"and recorded badly", func() { putInPlace(t, "prompts/p.wav", "RIFF") }, "p.wav"},
		{"the daemon's file breaks", func() { putInPlace(t, "hotline.yaml", "rules: [") }, "hotline.yaml"},
	} {
		step.do()
		t.Log(step.what)
		out.sees(step.want)
	}
	if err := end(); err != nil {
		t.Errorf("ended with %v, want code 0", err)
	}
}

// TestWatchWithoutNews looks by itself at a folder of which nothing is told.
func TestWatchWithoutNews(t *testing.T) {
	file := filepath.Join(t.TempDir(), "rules.yaml")
	w := &watch{files: func() []string { return []string{file} }}
	w.look()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	for _, text := range []string{"a", "ab", "abc"} {
		save(t, file, text)
		if w.next(ctx); ctx.Err() != nil {
			t.Fatalf("%q was not seen", text)
		}
	}
	if w.look() {
		t.Error("sees a change where there is none")
	}
}

func TestWatchCannotBegin(t *testing.T) {
	t.Chdir(t.TempDir())
	save(t, "hotline.yaml", "rules: [")
	out, end := startWatch(t, "rules.yaml")
	out.sees("hotline.yaml")
	var exit *exitError
	if err := end(); !errors.As(err, &exit) || exit.code != exitUnchecked {
		t.Errorf("ended with %v, want code %d", err, exitUnchecked)
	}
}
