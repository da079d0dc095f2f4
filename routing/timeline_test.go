package routing_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"hotline/config"
	"hotline/pbx"
	"hotline/pbx/pbxtest"
	"hotline/routing"
)

var update = flag.Bool("update", false, "write what happened into testdata as what is wanted")

// TestTimelines plays each story of testdata in virtual time: what callers, phones and the daemon do on the one side,
// what everybody hears and what is written down on the other.
func TestTimelines(t *testing.T) {
	stories, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(stories) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, path := range stories {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files := map[string]string{}
			for _, f := range archive.Files {
				files[f.Name] = string(f.Data)
			}
			var got string
			synctest.Test(t, func(t *testing.T) { got = play(t, files["story"]) })
			if *update {
				archive.Files = []txtar.File{{Name: "story", Data: []byte(files["story"])}, {Name: "want", Data: []byte(got)}}
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(files["want"], got); d != "" {
				t.Errorf("%s (-want +got):\n%s", path, d)
			}
		})
	}
}

// stage is everything that a story happens on.
type stage struct {
	t       *testing.T
	rules   *config.Rules
	sw      *pbxtest.Switch
	journal *memory
	parties map[string]*pbxtest.Party
	phones  map[string]*pbxtest.Phone
	stop    func()
}

func newStage(t *testing.T) *stage {
	t.Helper()
	rules, problems := config.LoadRules("testdata/rules.yaml")
	if problems.Errors() {
		t.Fatalf("testdata/rules.yaml: %+v", problems)
	}
	s := &stage{t: t, rules: rules, sw: pbxtest.New(), journal: &memory{}, parties: map[string]*pbxtest.Party{}, phones: map[string]*pbxtest.Phone{}}
	s.sw.Files = map[string]time.Duration{
		"/p/bienvenue.wav": 2 * time.Second, "/p/welcome.wav": 2 * time.Second, "/p/choix.wav": 4 * time.Second,
		"/p/choice.wav": 4 * time.Second, "/p/info.wav": 5 * time.Second, "/p/personne.wav": 3 * time.Second,
	} // occupe.wav is missing
	return s
}

// start starts hotline over the switch, as the daemon does.
func (s *stage) start() {
	ctx, cancel := context.WithCancel(context.Background())
	log := slog.New(slog.DiscardHandler)
	x := pbx.NewExchange("pbx", s.sw, log)
	floor := routing.NewFloor(s.rules, []string{"pbx"}, s.journal, log)
	board := routing.New(routing.Setup{
		Exchange: x, Router: routing.NewRouter(s.rules), Floor: floor, Journal: s.journal,
		Sounds: routing.Sounds{Rules: s.rules, Folder: "/p"}, Music: "default", Log: log,
	})
	var wg sync.WaitGroup
	wg.Go(func() { floor.Run(ctx) })
	wg.Go(func() {
		if err := x.Run(ctx, board); err != nil {
			s.t.Errorf("exchange: %v", err)
		}
	})
	s.stop = func() { cancel(); wg.Wait() }
}

func play(t *testing.T, story string) string {
	s := newStage(t)
	began := time.Now()
	started := false
	for _, line := range strings.Split(strings.TrimSpace(story), "\n") {
		at, what, _ := strings.Cut(strings.TrimSpace(line), " ")
		d, err := time.ParseDuration(at)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if d > 0 && !started { // what is said of 0s is how things stand when hotline starts
			s.start()
			started = true
		}
		time.Sleep(time.Until(began.Add(d)))
		synctest.Wait()
		s.act(strings.Fields(what))
	}
	synctest.Wait()
	s.stop()
	return s.sw.Transcript() + s.journal.String()
}

func (s *stage) act(words []string) {
	who, what := words[0], strings.Join(words[1:], " ")
	does := func(b pbxtest.Behaviour) {
		var after time.Duration
		if len(words) == 4 { // 101 answers after 3s
			after, _ = time.ParseDuration(words[3])
		}
		s.phones[who] = s.sw.Phone(who, b, after)
	}
	switch {
	case who == "hotline" && what == "stops":
		s.stop()
	case who == "hotline" && what == "starts":
		s.start()
	case who == "switch" && what == "cut":
		s.sw.Cut()
	case who == "switch" && what == "forgets":
		s.sw.Forget()
	case who == "switch" && what == "stumbles":
		s.sw.Stumble(1)
	case who == "switch" && what == "unplugged":
		s.sw.Unplug()
	case who == "switch" && what == "plugged":
		s.sw.Plug()
	case who == "switch" && what == "mute":
		s.sw.Mute(true)
	case who == "switch" && what == "audible":
		s.sw.Mute(false)
	case who == "switch" && what == "off":
		s.sw.Off()
	case who == "disk" && what == "fails":
		s.journal.fail(true)
	case who == "disk" && what == "works":
		s.journal.fail(false)
	case who == "switch" && what == "on":
		s.sw.On()
	case who == "end":
	case words[1] == "calls":
		from := "0612345678"
		if len(words) == 5 {
			from = words[4]
		}
		s.parties[who] = s.sw.CallHidden(who, from, words[2], from == "hidden")
	case words[1] == "presses":
		s.parties[who].Press(words[2])
	case words[1] == "answers":
		does(pbxtest.Answers)
	case what == "rings":
		does(pbxtest.Rings)
	case what == "busy":
		does(pbxtest.Busy)
	case what == "refuses":
		does(pbxtest.Refuses)
	case what == "off":
		does(pbxtest.Off)
	case what == "picks up":
		s.phones[who].Last().PickUp()
	case what == "hangs up":
		if p := s.parties[who]; p != nil {
			p.Hangup()
		} else {
			s.phones[who].Last().Hangup()
		}
	default:
		s.t.Fatalf("the story says %q, which nobody understands", strings.Join(words, " "))
	}
}

// memory is a Journal that lives as long as the test: over any number of daemons.
type memory struct {
	mu      sync.Mutex
	open    []*routing.Saved
	records []routing.Record
	broken  bool
	alive   map[string]time.Time // by switch
	agents  map[string]routing.AgentState
}

// fail makes every writing fail, as on a full disk, until it is told otherwise.
func (m *memory) fail(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.broken = on
}

var errFull = errors.New("no space left on the disk")

func (m *memory) find(call string) *routing.Saved {
	for _, s := range m.open {
		if s.ID == call {
			return s
		}
	}
	return nil
}

func (m *memory) Open(_ context.Context, c routing.Contact, l routing.Leg, p routing.Place) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return errFull
	}
	m.open = append(m.open, &routing.Saved{Contact: c, Legs: []routing.Leg{l}, Place: p})
	return nil
}

func (m *memory) Place(_ context.Context, p routing.Place) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return errFull
	}
	s := m.find(p.Call)
	if s == nil {
		return fmt.Errorf("no open call %s", p.Call)
	}
	if p.Seq > s.Place.Seq { // one that was written late replaces nothing
		s.Place = p
	}
	return nil
}

func (m *memory) Leg(_ context.Context, l routing.Leg) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return errFull
	}
	s := m.find(l.Call)
	if s == nil {
		return fmt.Errorf("no open call %s", l.Call)
	}
	for i := range s.Legs {
		if s.Legs[i].ID == l.ID {
			s.Legs[i] = l
			return nil
		}
	}
	s.Legs = append(s.Legs, l)
	return nil
}

func (m *memory) Close(_ context.Context, r routing.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return errFull
	}
	for i, s := range m.open {
		if s.ID == r.ID {
			m.open = append(m.open[:i:i], m.open[i+1:]...)
			m.records = append(m.records, r)
			return nil
		}
	}
	return fmt.Errorf("no open call %s", r.ID)
}

func (m *memory) Saved(context.Context) ([]routing.Saved, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []routing.Saved
	for _, s := range m.open {
		all = append(all, *s)
	}
	return all, nil
}

func (m *memory) Alive(_ context.Context, onSwitch string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return errFull
	}
	if m.alive == nil {
		m.alive = map[string]time.Time{}
	}
	m.alive[onSwitch] = at
	return nil
}

func (m *memory) LastAlive(_ context.Context, onSwitch string) (time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.alive[onSwitch], nil
}

func (m *memory) AgentChange(_ context.Context, a routing.AgentState) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return errFull
	}
	if m.agents == nil {
		m.agents = map[string]routing.AgentState{}
	}
	m.agents[a.ID] = a
	return nil
}

func (m *memory) Agents(context.Context) ([]routing.AgentState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []routing.AgentState
	for _, a := range m.agents {
		all = append(all, a)
	}
	return all, nil
}

// String is what was written down: a line per record, and one per call that is still open.
func (m *memory) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var b strings.Builder
	slices.SortFunc(m.records, func(a, b routing.Record) int { return strings.Compare(a.ID, b.ID) }) // by time of arrival
	for _, r := range m.records {
		fmt.Fprintf(&b, "record: %s for %s, %s, waited %s, talked %s with %q, by %s", r.Number.National(), r.Service, r.Cause,
			r.Waited.Round(100*time.Millisecond), r.Talked.Round(100*time.Millisecond), r.Agent, strings.Join(r.Nodes, " "))
		if len(r.Flags) > 0 {
			fmt.Fprintf(&b, ", %s", strings.Join(r.Flags, " "))
		}
		b.WriteString("\n")
		for _, l := range r.Legs {
			answered := "never answered"
			if !l.Answered.IsZero() {
				answered = fmt.Sprintf("up for %s", l.Ended.Sub(l.Answered).Round(100*time.Millisecond))
			}
			fmt.Fprintf(&b, "  leg: %s %s, %s, %s\n", l.Role, l.Agent+l.Target, answered, l.Cause)
		}
	}
	for _, s := range m.open {
		fmt.Fprintf(&b, "open: %s at %s\n", s.Number.National(), s.Place.Node)
	}
	return b.String()
}
