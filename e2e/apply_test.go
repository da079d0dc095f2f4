package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"hotline/e2e/phone"
	"hotline/store"
)

// rules is what the rules file says.
func (h *house) rules() string {
	h.t.Helper()
	text, err := os.ReadFile(filepath.Join(h.dir, "rules.yaml"))
	if err != nil {
		h.t.Fatal(err)
	}
	return string(text)
}

// versions are all versions of the rules, the first first.
func (h *house) versions() []store.RulesVersion {
	h.t.Helper()
	db, err := store.OpenReader(h.t.Context(), filepath.Join(h.dir, "hotline.db"))
	if err != nil {
		h.t.Fatal(err)
	}
	defer db.Close()
	versions, err := db.RulesVersions(h.t.Context(), 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	slices.Reverse(versions)
	return versions
}

// wholeHouse is a house that lacks no sound, as hotline apply wants it.
func wholeHouse(t *testing.T) *house {
	h := newHouse(t)
	writeTone(t, filepath.Join(h.dir, "prompts", "absent.wav"), time.Second)
	return h
}

// variant is the rules with something else in every place that a change may touch: prompts, agents, targets, queues.
func variant(rules string, n int) string {
	var names []string
	for k := range 50 {
		names = append(names, fmt.Sprintf("a%d", 111+(k+n)%50))
	}
	first, rest, _ := strings.Cut(rules, "foule: {agents: [")
	_, rest, _ = strings.Cut(rest, "]")
	text := first + "foule: {agents: [" + strings.Join(names, ", ") + "]" + rest
	text = strings.Replace(text, "marie, paul], ring: 5s", fmt.Sprintf("marie, paul], answer_within: %ds, ring: 5s", 20+n), 1)
	if n%2 == 1 {
		text = strings.Replace(text, "play: [accueil, choix]", "play: [choix]", 1)
	}
	if n%3 == 1 { // a queue goes, and comes back
		text = strings.NewReplacer("{queue: ventes}", "{queue: vente_"+strconv.Itoa(n)+"}", "\n  ventes: {agents", "\n  vente_"+strconv.Itoa(n)+": {agents").Replace(text)
	}
	if n%5 == 1 { // somebody goes, and comes back
		text = strings.NewReplacer("[lea, karim], ring: 5s, wrap_up: 0s, strategy", "[lea], ring: 5s, wrap_up: 0s, strategy").Replace(text)
	}
	return text
}

// A load is callers who call all the time, each of whom is the one to end the call.
type load struct {
	h     *house
	calls atomic.Int64
	stop  chan struct{}
	sync.WaitGroup
}

// caller calls, listens, talks or waits for a while, hangs up, and calls again.
func (l *load) caller(from int) {
	for n := 0; ; n++ {
		select {
		case <-l.stop:
			return
		default:
		}
		number := []string{"0140000900", "0809400100", "0805400200"}[(from+n)%3]
		c := l.h.call(fmt.Sprintf("06000%05d", from), number)
		l.calls.Add(1)
		if number == "0809400100" && n%2 == 0 {
			c.HearsSound(l.h.t)
			c.Press("1")
		}
		<-time.After(time.Duration(500+rand.IntN(2500)) * time.Millisecond)
		if s := c.Story(); !s.Ended.IsZero() {
			l.h.t.Errorf("the call of %s to %s was dropped: %+v", c.From, number, s)
		}
		c.Hangup()
	}
}

// TestApplies puts rules in force a hundred times while callers arrive, listen, choose, wait and talk: nobody is dropped, and
// each call is recorded under the version that it began with. What is refused leaves everything as it was.
func TestApplies(t *testing.T) {
	const applies = 100
	h := wholeHouse(t)
	for n := 111; n <= 130; n++ {
		h.desk(strconv.Itoa(n), phone.Answer(200*time.Millisecond))
	}
	h.desk("101", phone.Answer(0))
	h.desk("102", phone.Busy())
	h.desk("103", phone.Answer(300*time.Millisecond))
	h.desk("104", phone.RingOnly())
	h.serve(open)
	rules := h.rules()

	talks := h.sav("0612000001") // from the first version to the last
	marie := h.rung("101", nil)
	h.talk(talks, marie)
	waits := h.sav("0612000002")
	l := &load{h: h, stop: make(chan struct{})}
	for n := range 8 {
		l.Go(func() { l.caller(n) })
	}
	refused, done := 0, []time.Time{{}}
	for n := 1; len(done) <= applies && !t.Failed(); n++ {
		text, want := variant(rules, n), 0
		if n%10 == 0 {
			text, want = strings.Replace(text, "{queue: foule}", "{queue: fuole}", 1), 1
		}
		h.write("rules.yaml", text)
		cmd := exec.CommandContext(t.Context(), build(t), "apply", "-m", fmt.Sprint("change ", n), "--config", filepath.Join(h.dir, "hotline.yaml"))
		cmd.Env = append(os.Environ(), "LC_ALL=C")
		out, _ := cmd.CombinedOutput() // the exit code says it
		if code := cmd.ProcessState.ExitCode(); code != want {
			t.Errorf("apply %d ends with %d, want %d:\n%s", n, code, want, out)
		}
		if want == 0 {
			done = append(done, time.Now())
		} else {
			refused++
		}
	}
	h.talk(talks, marie)
	waits.music()
	close(l.stop)
	l.Wait()
	talks.Hangup()
	waits.Hangup()
	versions := h.versions()
	if len(versions) != len(done) {
		t.Fatalf("%d versions after %d applies and %d refusals", len(versions), len(done)-1, refused)
	}
	records := h.records(int(l.calls.Load()) + 2)
	began := map[string]int{}
	for _, r := range records {
		began[r.RulesVersion]++
		h.beganWith(r, versions, done)
		for _, bad := range []string{"failed", "rules_changed", "prompt_missing", "prompt_failed"} {
			if slices.Contains(r.Flags, bad) {
				t.Errorf("call %s is flagged %s: %+v", r.ID, bad, r)
			}
		}
	}
	t.Logf("%d calls during %d applies and %d refusals, under %d versions; none dropped", len(records), len(done)-1, refused, len(began))
	if len(began) < 20 {
		t.Errorf("calls began under %d versions only: the load shows too little", len(began))
	}
	h.empty()
}

// beganWith checks that a call has the version that was in force when it came: one that had been asked for by then, and none
// that another had replaced, by what whoever asked for that was told.
func (h *house) beganWith(r store.Charged, versions []store.RulesVersion, done []time.Time) {
	h.t.Helper()
	for i, v := range versions {
		if v.Hash == r.RulesVersion && !v.At.After(r.Opened) && (i+1 == len(versions) || r.Opened.Before(done[i+1])) {
			return
		}
	}
	h.t.Errorf("call %s, which came at %s, has version %s and not that of the moment", r.ID, r.Opened, r.RulesVersion)
}

// TestApplyKilled kills hotline while it puts rules in force: the next start has the one version or the other, whole, and the
// calls of before go on by the rules that they began with.
func TestApplyKilled(t *testing.T) {
	h := wholeHouse(t)
	h.desk("101", phone.Answer(0))
	h.desk("102", phone.Busy())
	h.serve(open)
	rules := h.rules()
	talks := h.sav("0612000001")
	marie := h.rung("101", nil)
	h.talk(talks, marie)
	menu := h.call("0612000002", "0809400100")
	menu.HearsSound(t)
	for n := range 6 {
		h.write("rules.yaml", variant(strings.NewReplacer("{queue: sav}", "{queue: atelier}", "\n  sav: {agents", "\n  atelier: {agents").Replace(rules), n))
		before := len(h.versions())
		ctx, cancel := context.WithCancel(t.Context())
		cmd := exec.CommandContext(ctx, build(t), "apply", "-m", "x", "--config", filepath.Join(h.dir, "hotline.yaml"))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Duration(20+60*n) * time.Millisecond)
		h.daemon.end(syscall.SIGKILL)
		_ = cmd.Wait() // it has an answer, or none
		cancel()
		after := h.versions()
		if len(after) < before || len(after) > before+1 {
			t.Fatalf("%d versions, %d before", len(after), before)
		}
		h.serve("calls taken over")
		want := fmt.Sprintf("version %d (%s)", len(after), after[len(after)-1].Hash)
		if out, _ := h.ask("status"); !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
			t.Errorf("in force is not %s:\n%s", want, out)
		}
		t.Logf("killed after %d ms: version %d, was %d", 20+60*n, len(after), before)
	}
	h.answers(0, "Version", "apply", "-m", "at last")
	h.kill()
	h.serve("calls taken over")
	h.talk(talks, marie)
	menu.HearsSound(t)
	menu.Press("1")
	h.eventually("the caller waits in the queue of the old rules", func() bool {
		out, _ := h.ask("call", "list")
		return strings.Contains(out, "sav") && strings.Contains(out, "612000002") || strings.Contains(out, "queue sav")
	})
	talks.Hangup()
	wait(t, marie)
	h.talk(menu, h.rung("101", marie))
	menu.Hangup()
	first := h.versions()[0]
	for _, r := range h.records(2) {
		if r.RulesVersion != first.Hash || r.Queue != "sav" || slices.Contains(r.Flags, "rules_changed") {
			t.Errorf("a call that began with version 1 ended with %s in queue %q: %+v", r.RulesVersion, r.Queue, r)
		}
	}
	h.empty()
}
