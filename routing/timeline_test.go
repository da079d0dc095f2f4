package routing_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"hotline/billing"
	"hotline/config"
	"hotline/pbx"
	"hotline/pbx/pbxtest"
	"hotline/prompt"
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
			synctest.Test(t, func(t *testing.T) { got = play(t, files["story"], files["rules.yaml"]) })
			if *update {
				archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
				archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(got)})
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

// The second switch of a story. What the story says of it begins with its name and a dot: fs.101 rings.
const second = "fs"

// stage is everything that a story happens on.
type stage struct {
	t       *testing.T
	log     *slog.Logger
	rules   *config.Rules
	older   []*routing.Version // rules that were in force before
	force   *routing.InForce
	porter  *routing.Porter
	blocks  []routing.Block
	boards  []*routing.Switchboard
	names   []string // of the switches that hotline drives
	sw      map[string]*pbxtest.Switch
	journal *memory
	notices []routing.Notice
	hook    program // which the webhooks ask
	kept    string  // of what is recorded for others to hear
	folder  string  // of what is recorded, and of what a switch may hear of it
	parties map[string]*pbxtest.Party
	phones  map[string]*pbxtest.Phone
	floor   *routing.Floor

	shutters *routing.Shutters
	speech   speaker
	stop     func()
}

// A speaker speaks texts into files of two seconds, named by what they say.
type speaker struct {
	mu    sync.Mutex
	takes time.Duration
	fails bool
	sw    map[string]*pbxtest.Switch
}

func (s *speaker) Said(ctx context.Context, lang, text string) (string, error) {
	s.mu.Lock()
	takes, fails := s.takes, s.fails
	s.mu.Unlock()
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	if fails {
		return "", errors.New("no voice")
	}
	file := lang + ": " + text + ".wav"
	for _, sw := range s.sw {
		sw.Add("/p/"+file, 2*time.Second)
	}
	return file, nil
}

// Phrase speaks a sentence of hotline's own into a file that is named after it.
func (s *speaker) Phrase(_ context.Context, p prompt.Phrase) (string, error) {
	for _, sw := range s.sw {
		sw.Add("/p/"+p.File(), 2*time.Second)
	}
	return p.File(), nil
}

func (s *speaker) become(words []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails = words[1] == "fails"
	if words[1] == "takes" {
		s.takes, _ = time.ParseDuration(words[2])
	}
}

// newStage is a stage with those rules, or with those that most stories share.
func newStage(t *testing.T, own string, switches ...string) *stage {
	t.Helper()
	rules, problems := config.LoadRules("testdata/rules.yaml")
	if own != "" {
		rules, problems = config.ParseRules("rules.yaml", []byte(own))
	}
	if problems.Errors() {
		t.Fatalf("rules.yaml: %+v", problems)
	}
	s := &stage{
		t: t, log: slog.New(slog.DiscardHandler), rules: rules, names: switches, sw: map[string]*pbxtest.Switch{},
		journal: &memory{}, folder: t.TempDir(), kept: t.TempDir(), parties: map[string]*pbxtest.Party{}, phones: map[string]*pbxtest.Phone{},
	}
	s.speech.sw = s.sw
	for _, name := range switches {
		s.sw[name] = pbxtest.New()
		s.sw[name].Files = map[string]time.Duration{
			"/p/bienvenue.wav": 2 * time.Second, "/p/welcome.wav": 2 * time.Second, "/p/choix.wav": 4 * time.Second,
			"/p/choice.wav": 4 * time.Second, "/p/info.wav": 5 * time.Second, "/p/personne.wav": 3 * time.Second,
			"/p/prix.wav": 12 * time.Second, "/p/price.wav": 15 * time.Second, "/p/beep.wav": 200 * time.Millisecond, "/p/beeps.wav": 500 * time.Millisecond,
		} // occupe.wav is missing
		if own != "" {
			s.sw[name].Files = sounds(rules)
		}
		s.sw[name].Files["/p/beep.wav"] = 200 * time.Millisecond
		s.sw[name].Length = s.lent
	}
	return s
}

// start starts hotline over the switches, as the daemon does.
func (s *stage) start() {
	ctx, cancel := context.WithCancel(context.Background())
	s.floor = routing.NewFloor(s.rules, s.names, s.journal, s.log)
	if err := s.floor.Recall(ctx); err != nil {
		s.t.Fatal(err)
	}
	floor := s.floor
	var wg sync.WaitGroup
	wg.Go(func() { floor.Run(ctx) })
	s.force = routing.NewInForce(floor, s.version(), s.older...)
	s.porter = routing.NewPorter() // knows what is written, as after any start
	s.porter.Bar(s.blocks)
	var err error
	if s.shutters, err = routing.NewShutters(ctx, s.journal, func() *config.Rules { return s.force.Now().Rules }, s.log); err != nil {
		s.t.Fatal(err)
	}
	s.shutters.Follow(ctx)
	s.boards = nil
	for _, name := range s.names {
		x := pbx.NewExchange(name, s.sw[name], s.log)
		board := routing.New(routing.Setup{
			Exchange: x, Rules: s.force, Floor: floor, Journal: s.journal, Prompts: "/p", Music: "default", Speech: &s.speech, Log: s.log,
			Acquaintances: s.journal, Porter: s.porter, Blocklist: s.journal, Shutters: s.shutters,
			Recordist: &keeper{rules: s.rules, studio: prompt.Studio{Folder: s.kept}},
			Outbox:    s.journal, Notices: s.notices, Mailroom: s.journal, Recordings: routing.Recordings(s.folder),
			Hooks: &s.hook, Texts: s.journal, Opinions: s.journal, Supervisor: "boss@example.fr",
			Trunks: []config.Trunk{{Name: "ovh"}, {Name: "free", ShowCaller: true}},
		})
		s.boards = append(s.boards, board)
		wg.Go(func() {
			if err := x.Run(ctx, board); err != nil {
				s.t.Errorf("exchange: %v", err)
			}
		})
	}
	s.stop = func() { cancel(); wg.Wait() }
}

// reload gives the next start of hotline other rules.
func (s *stage) reload(oldnew ...string) {
	text := string(s.rules.Source[0].Data)
	for i := 0; i < len(oldnew); i += 2 {
		if !strings.Contains(text, oldnew[i]) {
			s.t.Fatalf("%q is not in the rules", oldnew[i])
		}
		text = strings.ReplaceAll(text, oldnew[i], oldnew[i+1])
	}
	s.older = append(s.older, s.version())
	rules, problems := config.ParseRules("rules.yaml", []byte(text))
	if problems.Errors() {
		s.t.Fatal(problems)
	}
	s.rules = rules
}

// bar blocks callers, or lets them in again, as the daemon does when it is told.
func (s *stage) bar(what string, words []string) {
	p, err := routing.ParsePattern(words[0])
	if err != nil {
		s.t.Fatal(err)
	}
	s.blocks = slices.DeleteFunc(s.blocks, func(b routing.Block) bool { return b.Pattern == p })
	if what == "block" {
		b := routing.Block{Pattern: p, Since: time.Now()}
		if len(words) == 3 {
			lasts, _ := time.ParseDuration(words[2])
			b.Until = b.Since.Add(lasts)
		}
		s.blocks = append(s.blocks, b)
	}
	if s.porter != nil {
		s.porter.Bar(s.blocks)
	}
}

// sounds are the files of all prompts of the rules, each two seconds long.
func sounds(rules *config.Rules) map[string]time.Duration {
	files := map[string]time.Duration{}
	for _, p := range rules.Prompts {
		for _, file := range p.Files {
			files["/p/"+file] = 2 * time.Second
		}
	}
	for _, file := range spoken(rules) {
		files["/p/"+file] = 2 * time.Second
	}
	return files
}

// spoken are the files of the texts of the rules, each named by what it says.
func spoken(rules *config.Rules) map[config.Text]string {
	files := map[config.Text]string{}
	for _, text := range rules.Texts() {
		files[text] = text.Words + ".wav"
	}
	return files
}

// lent says how long a recording is that lies beside the prompts for as long as somebody hears it.
func (s *stage) lent(media string) (time.Duration, bool) {
	heard, err := prompt.Hear(filepath.Join(s.folder, filepath.Base(media)))
	if err != nil {
		heard, err = prompt.Hear(filepath.Join(s.kept, filepath.Base(media)))
	}
	return heard.Length, err == nil
}

// version is the rules with their sounds, and what hotline makes itself.
func (s *stage) version() *routing.Version {
	if s.rules.Floods.Pos.Line == 0 { // the callers of most stories are many people with one number
		s.rules.Floods.AtOnce, s.rules.Floods.InTenMinutes = 1000, 1000
	}
	return routing.NewVersion(1, s.rules, routing.Sounds{
		Texts: spoken(s.rules), Beep: "beep.wav", Folder: s.folder,
		Prices:   map[string]string{"2.99 EUR/call": "price.wav", "1.99 EUR/call": "price.wav"},
		Warnings: map[time.Duration]string{time.Minute: "beep.wav", 10 * time.Second: "beeps.wav"},
	})
}

// transcript is that of all switches in one.
func (s *stage) transcript() string {
	type line struct {
		at   time.Duration
		text string
	}
	var lines []line
	for _, name := range s.names {
		for text := range strings.Lines(s.sw[name].Transcript()) {
			var minutes, seconds float64
			if _, err := fmt.Sscanf(text, "%f:%f", &minutes, &seconds); err != nil {
				s.t.Fatalf("%q: %v", text, err)
			}
			if name == second {
				text = strings.Replace(text, "  ", "  "+second+".", 1)
			}
			lines = append(lines, line{time.Duration((60*minutes + seconds) * float64(time.Second)), text})
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return int(a.at - b.at) })
	var all strings.Builder
	for _, l := range lines {
		all.WriteString(l.text)
	}
	return all.String()
}

// play lets a story happen, by rules of its own if it has any. One that begins with a clock happens then, by UTC; else when virtual time begins, on a Saturday.
func play(t *testing.T, story, rules string) string {
	if line, rest, ok := strings.Cut(story, "\n"); ok && strings.HasPrefix(line, "clock ") {
		at, err := time.Parse(time.RFC3339, strings.TrimPrefix(line, "clock "))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Until(at))
		story = rest
	}
	switches := []string{"pbx"}
	if strings.Contains(story, " "+second+".") {
		switches = append(switches, second)
	}
	s := newStage(t, rules, switches...)
	s.play(story)
	s.stop()
	if left, err := os.ReadDir(s.folder); err != nil || len(left) != len(s.journal.messages) {
		t.Errorf("%d files are there of %d messages: %v, %v", len(left), len(s.journal.messages), left, err)
	}
	text := strings.ReplaceAll(s.transcript()+s.journal.String(), s.folder, "/recordings")
	return ids.ReplaceAllString(text, "ID")
}

// What is another in every run.
var ids = regexp.MustCompile(`[0-9A-HJKMNP-TV-Z]{26}`)

// play lets the story happen. Hotline goes on at its end.
func (s *stage) play(story string) {
	began := time.Now()
	started := false
	for _, line := range strings.Split(strings.TrimSpace(story), "\n") {
		at, what, _ := strings.Cut(strings.TrimSpace(line), " ")
		d, err := time.ParseDuration(at)
		if err != nil {
			s.t.Fatalf("%q: %v", line, err)
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
}

// wish asks something of an agent, as the command line does. No wish of a story is refused.
func (s *stage) wish(agent, what, more string) {
	var err error
	ctx := context.Background()
	switch what {
	case "logs": // in, out
		do := map[string]func(context.Context, string) (routing.Outcome, error){"in": s.floor.LogIn, "out": s.floor.LogOut}[more]
		_, err = do(ctx, agent)
	case "pauses": // for lunch
		_, err = s.floor.Pause(ctx, agent, strings.TrimPrefix(more, "for "))
	case "resumes":
		_, err = s.floor.Resume(ctx, agent)
	default:
		s.t.Fatalf("nobody knows how %s %s", agent, what)
	}
	if err != nil {
		s.t.Error(err)
	}
}

// shutter closes a service by hand, or opens it: closes sav for 10m with panne, opens sav.
func (s *stage) shutter(words []string) {
	c := routing.Closing{Service: words[1], Who: "house"}
	for i := 2; i+1 < len(words); i += 2 {
		switch words[i] {
		case "for":
			lasts, err := time.ParseDuration(words[i+1])
			if err != nil {
				s.t.Fatal(err)
			}
			c.Until = time.Now().Add(lasts)
		case "with":
			c.Play = words[i+1]
		}
	}
	var err error
	if words[0] == "closes" {
		_, err = s.shutters.Close(context.Background(), c)
	} else {
		_, err = s.shutters.Open(context.Background(), c.Service, c.Who)
	}
	if err != nil {
		s.t.Error(err)
	}
}

// touch does something to a switch itself.
func (s *stage) touch(sw *pbxtest.Switch, what string) {
	switch what {
	case "cut":
		sw.Cut()
	case "forgets":
		sw.Forget()
	case "stumbles":
		sw.Stumble(1)
	case "unplugged":
		sw.Unplug()
	case "plugged":
		sw.Plug()
	case "mute":
		sw.Mute(true)
	case "cannot deliver": // what it has recorded
		sw.Full(true)
	case "can deliver":
		sw.Full(false)
	case "audible":
		sw.Mute(false)
	case "off":
		sw.Off()
	case "on":
		sw.On()
	default:
		s.t.Fatalf("nobody knows what it is that a switch is %s", what)
	}
}

func (s *stage) act(words []string) {
	who, what := words[0], strings.Join(words[1:], " ")
	sw, name := s.sw["pbx"], who
	if there, ok := strings.CutPrefix(who, second+"."); ok {
		sw, name = s.sw[second], there
	}
	does := func(b pbxtest.Behaviour) {
		var after time.Duration
		if len(words) == 4 { // 101 answers after 3s
			after, _ = time.ParseDuration(words[3])
		}
		s.phones[who] = sw.Phone(name, b, after)
	}
	switch {
	case name == "switch":
		s.touch(sw, what)
	case who == "hotline" && what == "stops":
		s.stop()
	case who == "hotline" && what == "starts":
		s.start()
	case who == "house":
		s.shutter(words[1:])
	case who == "webhook":
		s.hook.told(words[1:])
	case s.rules.Agents[who] != nil:
		s.wish(who, words[1], strings.Join(words[2:], " "))
	case who == "apply": // and the next start has them as well
		var pairs []string
		for _, change := range strings.Split(what, " ;; ") {
			old, new, _ := strings.Cut(change, "=>")
			pairs = append(pairs, strings.TrimSpace(old), strings.TrimSpace(new))
		}
		s.reload(pairs...)
		s.force.Put(s.version())
		s.shutters.Follow(context.Background())
		for _, b := range s.boards {
			b.Watch()
		}
	case who == "prices" && what == "fall":
		s.reload("2.99 EUR/call", "1.99 EUR/call")
	case who == "budget" && len(words) == 3:
		euros, _ := strconv.Atoi(words[2])
		s.journal.spend(billing.Money(euros) * billing.Euro)
	case who == "block", who == "unblock": // 0899* for 10m
		s.bar(who, words[1:])
	case who == "contact": // 0612345678 language=en name=Marie
		s.journal.contact(words[1], words[2:])
	case who == "notices": // to crm of call.ringing call.ended
		s.notices = append(s.notices, routing.Notice{Hook: words[2], Events: words[4:]})
	case who == "contacts": // hang, come
		s.journal.hang(what == "hang")
	case who == "disk" && what == "fails":
		s.journal.fail(true)
	case who == "disk" && what == "works":
		s.journal.fail(false)
	case who == "speech": // takes 2s, fails, works
		s.speech.become(words)
	case who == "end":
	case words[1] == "dials": // a code, on a phone: desk dials *77 from 101
		s.parties[who] = sw.CallFromHouse(name, words[4], words[2])
	case words[1] == "calls":
		from := "0612345678"
		if len(words) == 5 {
			from = words[4]
		}
		s.parties[who] = sw.CallHidden(name, from, words[2], from == "hidden")
	case words[1] == "speaks": // for 3s
		lasts, _ := time.ParseDuration(words[3])
		s.parties[who].Speak(lasts)
	case words[1] == "presses":
		if p := s.parties[who]; p != nil {
			p.Press(words[2])
		} else {
			s.phones[who].Last().Press(words[2])
		}
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
