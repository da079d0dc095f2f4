package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// patience is for what comes at once, on a machine that is busy with other things.
const patience = 30 * time.Second

// systemd listens as systemd does, and returns what has been said, in order.
func systemd(t *testing.T) <-chan string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	t.Setenv("NOTIFY_SOCKET", path)
	said := make(chan string, 1000)
	go func() {
		defer close(said)
		for {
			b := make([]byte, 4096)
			n, err := l.Read(b)
			if err != nil {
				return
			}
			said <- string(b[:n])
		}
	}()
	return said
}

// hears waits until systemd has been told something.
func hears(t *testing.T, said <-chan string, want string) {
	t.Helper()
	limit := time.After(patience)
	var all []string
	for {
		select {
		case s := <-said:
			if all = append(all, s); strings.Contains(s, want) {
				return
			}
		case <-limit:
			t.Fatalf("systemd was not told %q but %q", want, all)
		}
	}
}

// TestServe starts hotline beside a switch that is not there: systemd is told that it is ready and alive, and people what is
// the matter. A stop is told, too, and leaves no socket behind.
func TestServe(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	t.Setenv("WATCHDOG_USEC", "200000")
	said := systemd(t)
	dir := t.TempDir()
	rules := "version: 1\nlanguages: [fr]\nnumbers:\n  08 09 40 01 00: {service: sav}\nservices:\n  sav: {open: {queue: sav}}\n" +
		"queues:\n  sav: {agents: [lea]}\nagents:\n  lea: {phone: 101, name: Léa Bernard}\n"
	for name, text := range map[string]string{
		"hotline.yaml": "switches: [{url: 'http://127.0.0.1:1/ari', user: hotline, password: none-at-all}]\n", "rules.yaml": rules,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	var log bytes.Buffer
	go func() { ended <- execute(ctx, &log, "serve", "--config", filepath.Join(dir, "hotline.yaml")) }()
	hears(t, said, "READY=1")
	hears(t, said, "STATUS=0 calls, 0 waiting; asterisk not connected since ")
	hears(t, said, "WATCHDOG=1")
	hears(t, said, "WATCHDOG=1")

	ask := func(want string, args ...string) {
		t.Helper()
		var out bytes.Buffer
		err := execute(t.Context(), &out, append(args, "--config", filepath.Join(dir, "hotline.yaml"))...)
		if text := strings.Join(strings.Fields(out.String()+fmt.Sprint(err)), " "); !strings.Contains(text, want) {
			t.Errorf("hotline %s: %s, want %q", strings.Join(args, " "), text, want)
		}
	}
	ask("not connected for ", "status")
	ask("Nobody listens at http://127.0.0.1:1/ari.", "status")
	ask("Léa Bernard (lea): logged out. Nobody answers any more: sav.", "agent", "logout", "lea")
	ask("Léa Bernard is logged out. To do: hotline agent login lea", "agent", "pause", "lea")
	ask(`Did you mean lea?`, "agent", "login", "laa")
	if err := os.WriteFile(filepath.Join(dir, "rules.yaml"), []byte(rules+"# changed\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ask("rules.yaml has changed and is not in force yet", "status")
	ask(`"code": "rules_changed"`, "status", "--json")

	stop()
	hears(t, said, "STOPPING=1")
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "hotline.sock")); !os.IsNotExist(err) {
		t.Errorf("the socket is still there: %v", err)
	}
	ask("hotline is not running", "status")
	ask("hotline is not running", "call", "list")
}

// execute is the program with its arguments.
func execute(ctx context.Context, out *bytes.Buffer, args ...string) error {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(out)
	return root.ExecuteContext(ctx)
}

// TestWatchmanIsSilentWhenStuck: a look that does not come back is what a stuck daemon is to systemd.
func TestWatchmanIsSilentWhenStuck(t *testing.T) {
	t.Setenv("WATCHDOG_USEC", "20000")
	said := systemd(t)
	stuck, dead := make(chan struct{}), false
	looks := make(chan struct{})
	w := &watchman{log: slog.New(slog.DiscardHandler), look: func() (bool, string) {
		select {
		case looks <- struct{}{}:
		case <-stuck:
		}
		return !dead, "a line"
	}}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.watch(ctx, nil)
	}()
	hears(t, said, "READY=1")
	<-looks
	hears(t, said, "WATCHDOG=1")
	select { // the next look waits, and with it everything
	case s := <-said:
		t.Errorf("said %q while stuck", s)
	case <-time.After(200 * time.Millisecond):
	}
	stop()
	dead = true // also one that comes back and says that something is stuck
	close(stuck)
	<-done
	if len(said) > 0 {
		t.Errorf("said %q when not alive", <-said)
	}
}

// TestServeNotAsRoot: what root starts by mistake would leave a database that the service cannot write.
func TestServeNotAsRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a folder away")
	}
	folder := t.TempDir()
	if err := os.Chown(folder, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	t.Setenv("LC_ALL", "C")
	for _, ask := range []func(string) error{
		notForRoot,
		func(string) error {
			var out bytes.Buffer
			return execute(t.Context(), &out, "tariff", "set", "0892701234", "0.80 EUR/min", "--from", "2026-12-01", "--database", filepath.Join(folder, "hotline.db"))
		},
	} {
		if err := ask(filepath.Join(folder, "hotline.db")); err == nil || !strings.Contains(err.Error(), "not as root") {
			t.Errorf("as root: %v", err)
		}
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) > 0 {
		t.Errorf("left there: %v, %v", files, err)
	}
	if err := os.Chown(folder, 0, 0); err != nil {
		t.Fatal(err)
	}
	if err := notForRoot(filepath.Join(folder, "hotline.db")); err != nil {
		t.Errorf("in a folder of root's: %v", err)
	}
}
