package routing_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hotline/pbx/pbxtest"
	"hotline/routing"
)

// Rules with every kind of step that a caller can meet.
const chanceRules = `version: 1
company: Test
languages: [fr, en]
numbers:
  09 72 00 00 01: {service: sav, texts: true}
services:
  sav:
    open:
      - webhook: {call: crm, values: [dossier], wait: 2s, on_error: [{play: panne}, {menu: sav}]}
      - {say: {fr: "Bonjour {name} {dossier}", en: "Hello {name} {dossier}"}}
      - {menu: sav}
menus:
  sav:
    play: choix
    invalid: faux
    keys:
      1: {queue: sav}
      2:
        - collect: {into: client, play: demande, digits: 3-8, confirm: true, otherwise: {voicemail: sav}}
        - {text: {fr: "Dossier {client}", en: "File {client}"}}
        - branch:
            - {if: {value: {client: "777"}}, then: [{set: {priorite: haute}}, {queue: sav}]}
            - {else: [{play: panne}, {voicemail: sav}]}
      3: [{language: en}, {menu: sav}]
      4: [{voicemail: sav}, {menu: sav}]
      5: hangup
    otherwise: {voicemail: sav}
queues:
  sav: {agents: [marie, paul], max_wait: 1m, on_max_wait: {voicemail: sav}, on_nobody: {voicemail: sav}}
agents:
  marie: {phone: 101}
  paul: {phone: 102}
voicemails:
  sav: {email: sav@example.fr, max: 20s}
codes:
  "*77": {do: record_prompts, pin: 4711}
  "*78": {do: voicemail, pin: 4711}
texts: {sav: {queue: sav}}
prompts:
  choix: {fr: Choix, en: Choice}
  demande: {fr: Tapez, en: Type}
  faux: {fr: Faux, en: Wrong}
  panne: {fr: Panne, en: Failure}
`

// TestChance lets callers press, speak and hang up at random while hotline stops and starts, webhooks hang, the disk fills and
// the connection is cut. Every call ends in one record, nobody is left in a queue, and nothing is left on the disk that nobody
// left there. That nothing goes on when hotline has stopped is seen by synctest.
func TestChance(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { chance(t, rand.New(rand.NewPCG(seed, 7))) })
		})
	}
}

// crashes keeps what is logged of a program that is wrong.
type crashes struct {
	slog.Handler
	mu  sync.Mutex
	got []string
}

func (c *crashes) Enabled(context.Context, slog.Level) bool { return true }

func (c *crashes) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool { text += fmt.Sprintf(" %s=%v", a.Key, a.Value); return true })
	if strings.Contains(text, "panic") || strings.Contains(text, "stack=") {
		c.mu.Lock()
		c.got = append(c.got, text)
		c.mu.Unlock()
	}
	return nil
}

func (c *crashes) WithAttrs([]slog.Attr) slog.Handler { return c }

func (c *crashes) WithGroup(string) slog.Handler { return c }

func chance(t *testing.T, r *rand.Rand) {
	s := newStage(t, chanceRules, "pbx")
	seen := &crashes{}
	s.log = slog.New(seen)
	sw := s.sw["pbx"]
	s.hook.told([]string{"answers", "100ms", `{"values": {"dossier": "4711"}}`})
	sw.Phone("101", pbxtest.Answers, time.Second)
	sw.Phone("102", pbxtest.Busy, 0)
	s.start()
	time.Sleep(time.Second)
	var parties []*pbxtest.Party
	var story strings.Builder
	began := time.Now()
	for step := range 40 {
		time.Sleep(time.Duration(r.IntN(9000)) * time.Millisecond)
		synctest.Wait()
		did := s.chance(r, step, &parties)
		fmt.Fprintf(&story, "%s %s\n", time.Since(began), did)
	}
	s.journal.fail(false)
	sw.Full(false)
	for _, p := range parties {
		p.Hangup()
		synctest.Wait()
	}
	time.Sleep(time.Minute)
	waiting := 0
	for _, q := range s.floor.Snapshot().Queues {
		waiting += len(q.Waiting)
	}
	on := len(s.floor.Snapshot().Calls)
	s.stop()
	left, err := os.ReadDir(s.folder)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]int{}
	for _, record := range s.journal.records {
		ids[record.ID]++
	}
	calls := len(parties) - strings.Count(s.transcript(), "lands in the fallback") // those came while hotline was away
	if len(ids) != calls || len(s.journal.records) != calls || len(s.journal.open) != 0 {
		t.Errorf("%d calls have left %d records of %d, and %d are open", calls, len(s.journal.records), len(ids), len(s.journal.open))
	}
	if waiting != 0 || on != 0 {
		t.Errorf("%d wait and %d calls go on, and nobody is there", waiting, on)
	}
	lost := strings.Count(s.journal.String(), routing.MessageLost) // the switch may bring it yet, when nobody asks for it any more
	if len(left) < len(s.journal.messages) || len(left) > len(s.journal.messages)+lost {
		t.Errorf("%d files are there of %d messages: %v", len(left), len(s.journal.messages), left)
	}
	if len(seen.got) > 0 {
		t.Errorf("crashed: %s", strings.Join(seen.got, "\n"))
	}
	if t.Failed() {
		t.Logf("what was done:\n%s\n%s%s", story.String(), s.transcript(), s.journal)
	}
}

// chance does one thing, and says which.
func (s *stage) chance(r *rand.Rand, step int, parties *[]*pbxtest.Party) string {
	sw := s.sw["pbx"]
	one := func() (*pbxtest.Party, int) { n := r.IntN(len(*parties)); return (*parties)[n], n }
	what := r.IntN(17)
	if len(*parties) == 0 || what < 3 {
		name := fmt.Sprintf("c%d", step)
		switch r.IntN(6) {
		case 0:
			*parties = append(*parties, sw.CallFromHouse(name, "101", "*77"))
		case 1:
			*parties = append(*parties, sw.CallFromHouse(name, "101", "*78"))
		default:
			*parties = append(*parties, sw.Call(name, fmt.Sprintf("06123456%02d", step), "0972000001"))
		}
		return name + " calls"
	}
	switch what {
	case 3, 4, 5, 6, 7, 8:
		p, n := one()
		keys := []string{"1", "2", "4", "3", "5", "777#", "*", "#", "4711#", "12345678", strings.Repeat("9", 1000), "ABCD"}[r.IntN(12)]
		p.Press(keys)
		return fmt.Sprintf("%d presses %.20s", n, keys)
	case 9, 10:
		p, n := one()
		p.Speak(time.Duration(1+r.IntN(6)) * time.Second)
		return fmt.Sprintf("%d speaks", n)
	case 11, 12:
		p, n := one()
		p.Hangup()
		return fmt.Sprintf("%d hangs up", n)
	case 13:
		s.stop()
		time.Sleep(time.Duration(r.IntN(3)) * time.Second)
		s.start()
		return "hotline stops and starts"
	case 14:
		told := [][]string{{"hangs"}, {"fails"}, {"answers", "1s", `{"values": {"dossier": 12}}`}, {"answers", "0s", "garbage"}}[r.IntN(4)]
		s.hook.told(told)
		return "webhook " + strings.Join(told, " ")
	}
	switch r.IntN(6) {
	case 0:
		sw.Cut()
		return "switch cut"
	case 1: // hotline is killed: what it wanted to write is not written
		s.journal.fail(true)
		s.stop()
		s.journal.fail(false)
		s.start()
		return "hotline is killed and starts"
	case 2:
		full := r.IntN(2) == 0
		sw.Full(full)
		return fmt.Sprintf("switch cannot deliver: %v", full)
	case 3:
		sw.Off()
		time.Sleep(time.Second)
		sw.On()
		return "switch off and on"
	case 4:
		s.journal.fail(true)
		time.Sleep(time.Duration(r.IntN(5)) * time.Second)
		s.journal.fail(false)
		return "disk fails for a while"
	}
	return "nothing"
}
