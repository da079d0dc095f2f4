package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/outbox"
	"hotline/store"
)

// A server is one that takes letters, refuses them, or hangs, as a test wants it.
type server struct {
	mu    sync.Mutex
	took  []string
	tries []time.Time
	err   error
	hangs bool
}

func (s *server) Carry(ctx context.Context, l outbox.Letter) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries = append(s.tries, time.Now())
	if s.hangs {
		s.mu.Unlock()
		<-ctx.Done()
		s.mu.Lock()
		return context.Cause(ctx)
	}
	if s.err != nil {
		return s.err
	}
	s.took = append(s.took, l.ID)
	return nil
}

func (s *server) says(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func (s *server) seen() (took []string, tries []time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.took), slices.Clone(s.tries)
}

func database(t *testing.T, path string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func hook(id, to string) outbox.Letter {
	content, _ := json.Marshal(outbox.Hook{To: to, Event: "call.answered", Data: json.RawMessage(`{}`)})
	return outbox.Letter{ID: id, Kind: outbox.ByHook, Written: time.Now(), Content: content}
}

func mail(id string) outbox.Letter {
	return outbox.Letter{ID: id, Kind: outbox.ByMail, Written: time.Now(), Content: json.RawMessage(`{"to":["a@example.fr"],"subject":"s","text":"t"}`)}
}

// run has an outbox send in a bubble until the test calls stop, which waits for it.
func run(t *testing.T, db *store.DB, carriers map[string]outbox.Carrier) (o *outbox.Outbox, stop func()) {
	o = outbox.New(db, carriers, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); o.Run(ctx) }()
	return o, func() { cancel(); <-done }
}

func post(t *testing.T, p outbox.Poster, l outbox.Letter) {
	t.Helper()
	if err := p.Post(t.Context(), l); err != nil {
		t.Fatal(err)
	}
}

func TestSentAtOnceAndOnce(t *testing.T) {
	db := database(t, filepath.Join(t.TempDir(), "hotline.db"))
	defer db.Close()
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		o, stop := run(t, db, map[string]outbox.Carrier{"mail": s})
		defer stop()
		synctest.Wait()
		began := time.Now()
		post(t, o, mail("A"))
		post(t, o, mail("A")) // posted again while it waits, or after
		synctest.Wait()
		post(t, o, mail("A"))
		post(t, o, mail("B"))
		synctest.Wait()
		took, tries := s.seen()
		if diff := cmp.Diff([]string{"A", "B"}, took); diff != "" {
			t.Errorf("taken (-want +got):\n%s", diff)
		}
		if waited := tries[0].Sub(began); waited != 0 {
			t.Errorf("the first letter waited %s", waited)
		}
		if left, err := db.Letters(t.Context()); err != nil || len(left) != 0 {
			t.Errorf("left: %v, %v", left, err)
		}
	})
}

// A server that is down for two hours gets everything once it is back; the pauses grow from a second to an hour.
func TestTriedUntilTheServerIsBack(t *testing.T) {
	db := database(t, filepath.Join(t.TempDir(), "hotline.db"))
	defer db.Close()
	synctest.Test(t, func(t *testing.T) {
		s := &server{err: errors.New("connection refused")}
		o, stop := run(t, db, map[string]outbox.Carrier{"mail": s})
		defer stop()
		post(t, o, mail("A"))
		time.Sleep(2 * time.Hour)
		left, err := db.Letters(t.Context())
		if err != nil || len(left) != 1 || left[0].Trouble != "connection refused" || left[0].State != outbox.Waiting {
			t.Fatalf("waiting: %+v, %v", left, err)
		}
		s.says(nil)
		time.Sleep(time.Hour)
		took, tries := s.seen()
		if diff := cmp.Diff([]string{"A"}, took); diff != "" {
			t.Errorf("taken (-want +got):\n%s", diff)
		}
		var pauses []string
		for i := 1; i < len(tries); i++ {
			pauses = append(pauses, tries[i].Sub(tries[i-1]).Round(time.Second).String())
		}
		want := "1s 2s 4s 8s 16s 32s 1m4s 2m8s 4m16s 8m32s 17m4s 34m8s 1h0m0s"
		if got := strings.Join(pauses, " "); got != want {
			t.Errorf("pauses %s, want %s", got, want)
		}
	})
}

func TestGivenUpAfterThreeDays(t *testing.T) {
	db := database(t, filepath.Join(t.TempDir(), "hotline.db"))
	defer db.Close()
	synctest.Test(t, func(t *testing.T) {
		s := &server{err: errors.New("down")}
		o, stop := run(t, db, map[string]outbox.Carrier{"mail": s})
		written := time.Now().Add(-3*24*time.Hour + 30*time.Minute)
		for _, l := range []outbox.Letter{mail("A"), hook("B", "gone")} { // whose webhook is in hotline.yaml no more
			l.Written = written
			post(t, o, l)
		}
		time.Sleep(2 * time.Hour)
		late, up, err := db.LettersLeft(t.Context())
		if late != 0 || up != 2 || err != nil {
			t.Fatalf("%d wait, %d given up, %v; want 0 and 2", late, up, err)
		}
		_, before := s.seen()
		if last := before[len(before)-1].Sub(written); last < 3*24*time.Hour {
			t.Errorf("the last attempt was made after %s", last)
		}
		s.says(nil)
		if ok, err := db.RetryLetter(t.Context(), "A", time.Now()); !ok || err != nil {
			t.Fatal(ok, err)
		}
		time.Sleep(time.Minute)
		if took, _ := s.seen(); len(took) != 1 {
			t.Errorf("taken after retry: %v", took)
		}
		stop()
		time.Sleep(31 * 24 * time.Hour)
		_, stop = run(t, db, nil)
		defer stop()
		synctest.Wait()
		if _, up, err := db.LettersLeft(t.Context()); up != 0 || err != nil {
			t.Errorf("%d given up are still kept after a month, %v", up, err)
		}
	})
}

// A letter that is refused for good is given up at once; the next is sent.
func TestRefusedForGood(t *testing.T) {
	db := database(t, filepath.Join(t.TempDir(), "hotline.db"))
	defer db.Close()
	synctest.Test(t, func(t *testing.T) {
		s := &server{err: &outbox.RefusedError{Err: errors.New("550 no such mailbox\r\nreally")}}
		o, stop := run(t, db, map[string]outbox.Carrier{"mail": s})
		defer stop()
		post(t, o, mail("A"))
		synctest.Wait()
		s.says(nil)
		post(t, o, mail("B"))
		synctest.Wait()
		left, err := db.Letters(t.Context())
		if err != nil || len(left) != 1 || left[0].State != outbox.GivenUp || left[0].Trouble != "550 no such mailbox  really" {
			t.Errorf("left: %+v, %v", left, err)
		}
		if took, _ := s.seen(); !slices.Equal(took, []string{"B"}) {
			t.Errorf("taken: %v", took)
		}
	})
}

// A server that hangs keeps nobody waiting but its own letters.
func TestLanesDoNotBlockEachOther(t *testing.T) {
	db := database(t, filepath.Join(t.TempDir(), "hotline.db"))
	defer db.Close()
	synctest.Test(t, func(t *testing.T) {
		crm, shop := &server{hangs: true}, &server{}
		o, stop := run(t, db, map[string]outbox.Carrier{outbox.HookLane("crm"): crm, outbox.HookLane("shop"): shop})
		defer stop()
		for i := range 5 {
			post(t, o, hook(fmt.Sprintf("C%d", i), "crm"))
			post(t, o, hook(fmt.Sprintf("S%d", i), "shop"))
		}
		synctest.Wait()
		if took, _ := shop.seen(); len(took) != 5 {
			t.Errorf("the shop got %v while the crm hangs", took)
		}
	})
}

// What was posted and not sent is sent after a restart; what was sent is not.
func TestRestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hotline.db")
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		db := database(t, path)
		o, stop := run(t, db, map[string]outbox.Carrier{"mail": s})
		post(t, o, mail("A"))
		synctest.Wait()
		s.says(errors.New("down"))
		post(t, o, mail("B"))
		synctest.Wait()
		stop()
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		s.says(nil)
		db = database(t, path)
		defer db.Close()
		_, stop = run(t, db, map[string]outbox.Carrier{"mail": s})
		defer stop()
		time.Sleep(10 * time.Second)
		if took, _ := s.seen(); !slices.Equal(took, []string{"A", "B"}) {
			t.Errorf("taken: %v", took)
		}
	})
}

func TestBounded(t *testing.T) {
	db := database(t, filepath.Join(t.TempDir(), "hotline.db"))
	defer db.Close()
	big := mail("A")
	big.Content, _ = json.Marshal(outbox.Mail{Text: strings.Repeat("x", outbox.MostContent)})
	if err := db.Post(t.Context(), big); err == nil {
		t.Error("a letter of any size is taken")
	}
	if err := db.Post(t.Context(), outbox.Letter{ID: "B", Kind: "pigeon"}); err == nil {
		t.Error("a letter of any kind is taken")
	}
}
