package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hotline/e2e/lab"
	"hotline/e2e/phone"
	"hotline/store"
)

var program struct {
	sync.Once
	path string
	err  error
}

// build builds the daemon once, with the race detector when the tests have it.
func build(t testing.TB) string {
	t.Helper()
	program.Do(func() {
		var dir string
		if dir, program.err = os.MkdirTemp("", "hotline-e2e"); program.err != nil {
			return
		}
		program.path = filepath.Join(dir, "hotline")
		args := []string{"build", "-o", program.path}
		if raceEnabled {
			args = append(args, "-race")
		}
		out, err := exec.Command("go", append(args, "hotline/cmd/hotline")...).CombinedOutput()
		if err != nil {
			program.err = fmt.Errorf("build the daemon: %w\n%s", err, out)
		}
	})
	if program.err != nil {
		t.Fatal(program.err)
	}
	return program.path
}

func TestMain(m *testing.M) {
	code := m.Run()
	if program.path != "" {
		os.RemoveAll(filepath.Dir(program.path))
	}
	os.Exit(code)
}

// A house is a company: a switch, the phones on its desks, and hotline as a process of its own.
type house struct {
	*rig
	dir      string
	password string // what hotline is told instead of the right one
	database string
	settings string // more lines of hotline.yaml
	trunks   string // of its switch, as a list
	daemon   *daemon
	annexe   *house // with a switch of its own, and the same hotline
}

// newHouse starts the switch; serve starts hotline.
func newHouse(t *testing.T) *house {
	t.Helper()
	return houseWith(t, lab.Run(t))
}

func houseWith(t *testing.T, sw lab.Switch) *house {
	t.Helper()
	r := newRig(t, sw)
	h := &house{rig: r, dir: t.TempDir(), database: "hotline.db"}
	t.Cleanup(func() {
		r.close()
		if t.Failed() && h.daemon != nil {
			t.Logf("end of hotline's log:\n%s", h.daemon.tail())
		}
		if h.daemon != nil {
			h.daemon.end(syscall.SIGKILL)
		}
	})
	h.furnish()
	return h
}

// furnish writes the rules, with one queue of fifty agents, and the sounds.
func (h *house) furnish() {
	h.t.Helper()
	rules, err := os.ReadFile("testdata/rules.yaml")
	if err != nil {
		h.t.Fatal(err)
	}
	var names []string
	text := string(rules)
	for n := 111; n <= 160; n++ {
		names = append(names, fmt.Sprintf("a%d", n))
		text += fmt.Sprintf("  a%d: {phone: %d}\n", n, n)
	}
	text = strings.Replace(text, "AGENTS", "["+strings.Join(names, ", ")+"]", 1)
	text += "prompts:\n  accueil: {file: accueil.wav}\n  choix: {file: choix.wav}\n  personne: {file: personne.wav}\n  absent: {file: absent.wav}\n"
	h.write("rules.yaml", text)
	if err := os.Mkdir(filepath.Join(h.dir, "prompts"), 0o755); err != nil {
		h.t.Fatal(err)
	}
	writeTone(h.t, filepath.Join(h.dir, "prompts", "accueil.wav"), time.Second)
	writeTone(h.t, filepath.Join(h.dir, "prompts", "choix.wav"), 3*time.Second)
	writeTone(h.t, filepath.Join(h.dir, "prompts", "personne.wav"), time.Second)
}

func (h *house) write(name, text string) {
	h.t.Helper()
	if err := os.WriteFile(filepath.Join(h.dir, name), []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// serve starts hotline and returns when it has said so many words.
func (h *house) serve(until string) {
	h.t.Helper()
	entry := h.sw.Config("pbx", h.password)
	if h.trunks != "" {
		entry = strings.TrimSuffix(entry, "}") + ", trunks: " + h.trunks + "}"
	}
	switches := "  - " + entry + "\n"
	if h.annexe != nil {
		switches += "  - " + h.annexe.sw.Config("annexe", "") + "\n"
	}
	h.write("hotline.yaml", "switches:\n"+switches+"database: "+h.database+"\nlog: {level: info}\n"+h.settings)
	h.daemon = startDaemon(h.t, build(h.t), "serve", "--config", filepath.Join(h.dir, "hotline.yaml"))
	if h.annexe != nil {
		h.annexe.daemon = h.daemon
	}
	h.daemon.says(until)
}

// open is what serve waits for when everything is well.
const open = "switch connected"

// kill ends hotline without a word of warning.
func (h *house) kill() { h.daemon.end(syscall.SIGKILL) }

// desk sets what a phone does; the phone is registered if it was not, and the switch knows.
func (h *house) desk(name string, does phone.Reaction) *phone.Phone {
	h.t.Helper()
	p := h.plug(h.t, name)
	p.On(does)
	if f, ok := h.sw.(*lab.FreeSWITCH); ok { // its list is a moment behind what it tells the phone
		ctx, cancel := h.patience()
		defer cancel()
		h.eventually("phone "+name+" is in the list", func() bool {
			list, err := f.API(ctx, "show registrations")
			if err != nil {
				h.t.Fatal(err)
			}
			return strings.Contains(list, "\n"+name+",")
		})
	}
	return p
}

// call places a call from outside.
func (h *house) call(from, to string) *far {
	h.t.Helper()
	return h.caller(h.t, from, "", to, false).(*far)
}

// sav calls the after-sales line and presses 1 for its queue during the prompt.
func (h *house) sav(from string) *far {
	h.t.Helper()
	c := h.call(from, "0809400100")
	c.HearsSound(h.t)
	c.Press("1")
	return c
}

// rung waits until a phone has a call that is not the one before.
func (h *house) rung(name string, before *far) *far {
	h.t.Helper()
	var f *far
	h.eventually("phone "+name+" rings", func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		f = h.last[name]
		return f != nil && f != before
	})
	return f
}

// talk waits until both hear each other.
func (h *house) talk(a, b *far) {
	h.t.Helper()
	a.HearsParty(h.t, b)
	b.HearsParty(h.t, a)
}

// music waits until the caller hears something that is not a silent line.
func (f *far) music() {
	f.t.Helper()
	f.HearsSound(f.t)
}

func (h *house) patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}

// eventually waits for what nothing announces.
func (h *house) eventually(what string, ok func() bool) {
	h.t.Helper()
	if !await(patience, 20*time.Millisecond, ok) {
		h.t.Fatalf("%s: not within %s\n%s", what, patience, h.daemon.tail())
	}
}

// await looks at something again and again until it is so, and says whether it came to that in time.
func await(within, every time.Duration, ok func() bool) bool {
	limit := time.After(within)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			return false
		}
	}
	return true
}

// records waits until as many calls are recorded as ended, and returns them, the oldest first.
func (h *house) records(n int) []store.Charged {
	h.t.Helper()
	ctx, cancel := h.patience()
	defer cancel()
	db, err := store.OpenReader(ctx, filepath.Join(h.dir, "hotline.db"))
	if err != nil {
		h.t.Fatal(err)
	}
	defer db.Close()
	var all []store.Charged
	h.eventually(fmt.Sprintf("%d records", n), func() bool {
		if all, err = db.Records(ctx, store.Filter{}); err != nil {
			h.t.Fatal(err)
		}
		return len(all) >= n
	})
	if len(all) != n {
		h.t.Fatalf("%d records, want %d: %+v", len(all), n, all)
	}
	open, err := db.Records(ctx, store.Filter{Open: true})
	if err != nil || len(open) != n {
		h.t.Errorf("%d calls are written down, %d of them closed (%v)", len(open), n, err)
	}
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all
}

// empty checks that nothing is left on the switch.
func (h *house) empty() {
	h.t.Helper()
	ctx, cancel := h.patience()
	defer cancel()
	h.eventually("the switch is empty", func() bool {
		empty, err := h.sw.Empty(ctx)
		if err != nil {
			h.t.Fatal(err)
		}
		return empty
	})
}

// A daemon is a process of hotline.
type daemon struct {
	t    testing.TB
	cmd  *exec.Cmd
	done chan struct{}
	err  error // once done

	mu   sync.Mutex
	log  strings.Builder
	more chan struct{}
}

func startDaemon(t testing.TB, path string, args ...string) *daemon {
	t.Helper()
	d := &daemon{t: t, cmd: exec.Command(path, args...), done: make(chan struct{}), more: make(chan struct{})}
	d.cmd.Stderr, d.cmd.Stdout = d, d
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		d.err = d.cmd.Wait()
		close(d.done)
	}()
	return d
}

// Write keeps what the daemon says.
func (d *daemon) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.log.Write(p)
	close(d.more)
	d.more = make(chan struct{})
	return len(p), nil
}

// says waits until the daemon has said something.
func (d *daemon) says(what string) {
	d.t.Helper()
	limit := time.After(patience)
	for {
		d.mu.Lock()
		said, more := strings.Contains(d.log.String(), what), d.more
		d.mu.Unlock()
		if said {
			return
		}
		select {
		case <-more:
		case <-d.done:
			d.t.Fatalf("hotline ended (%v) before it said %q\n%s", d.err, what, d.tail())
		case <-limit:
			d.t.Fatalf("hotline has not said %q within %s\n%s", what, patience, d.tail())
		}
	}
}

// end sends a signal, waits for the end and returns how long that took.
func (d *daemon) end(s syscall.Signal) time.Duration {
	d.t.Helper()
	began := time.Now()
	_ = d.cmd.Process.Signal(s) // it may have ended
	select {
	case <-d.done:
	case <-time.After(patience):
		_ = d.cmd.Process.Kill()
		<-d.done
		d.t.Errorf("hotline did not end on %s\n%s", s, d.tail())
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, bad := range []string{"DATA RACE", "panic:"} {
		if strings.Contains(d.log.String(), bad) {
			d.t.Errorf("hotline says %s:\n%s", bad, d.log.String())
		}
	}
	return time.Since(began)
}

// count says how often the daemon has said something.
func (d *daemon) count(what string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Count(d.log.String(), what)
}

func (d *daemon) tail() string {
	if d == nil {
		return "hotline does not run yet"
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.log.String()
	return s[max(0, len(s)-60000):]
}
