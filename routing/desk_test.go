package routing_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"hotline/config"
	"hotline/routing"
)

// TestWishes: what cannot be asked is refused, and what is asked of a disk that is full is done and said not to be written.
func TestWishes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "", "pbx")
		s.start()
		defer s.stop()
		if _, err := s.floor.LogOut(t.Context(), "zoe"); !errors.Is(err, routing.ErrNoAgent) {
			t.Errorf("somebody who is not in the rules: %v", err)
		}
		if _, err := s.floor.LogIn(t.Context(), "hugo"); !errors.Is(err, routing.ErrOutside) {
			t.Errorf("somebody whose phone is outside: %v", err)
		}
		if out, err := s.floor.LogOut(t.Context(), "marie"); err != nil || out.State.String() != "offline" || !out.Kept || out.Name != "Marie Dupont" {
			t.Errorf("%+v, %v", out, err)
		}
		for what, wish := range map[string]error{
			"pause":  func() error { _, err := s.floor.Pause(t.Context(), "marie", "lunch"); return err }(),
			"resume": func() error { _, err := s.floor.Resume(t.Context(), "marie"); return err }(),
		} {
			if !errors.Is(wish, routing.ErrLoggedOut) {
				t.Errorf("%s of somebody who is logged out: %v", what, wish)
			}
		}
		s.journal.fail(true)
		out, err := s.floor.Pause(t.Context(), "paul", "lunch")
		if err != nil || out.State.String() != "paused" || out.Kept {
			t.Errorf("on a full disk: %+v, %v", out, err)
		}
		s.journal.fail(false)
		time.Sleep(2 * time.Second)
		if out, err := s.floor.Pause(t.Context(), "paul", "lunch"); err != nil || !out.Kept {
			t.Errorf("the disk works again: %+v, %v", out, err)
		}
	})
}

// A looker is a log that looks at the floor with each line, as one that is slow would hold it up.
type looker struct {
	slog.Handler
	floor *routing.Floor
	lines int
}

func (*looker) Enabled(context.Context, slog.Level) bool { return true }

func (l *looker) Handle(context.Context, slog.Record) error {
	l.floor.Snapshot()
	l.lines++
	return nil
}

// Nothing is logged while the floor is locked: calls would wait for whoever reads the log.
func TestNothingIsLoggedUnderTheLock(t *testing.T) {
	rules, problems := config.LoadRules("testdata/rules.yaml")
	if problems.Errors() {
		t.Fatal(problems.Err())
	}
	gone := routing.AgentState{ID: "zoe", State: "ready"}
	journal := &memory{}
	if err := journal.AgentChange(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	log := &looker{Handler: slog.DiscardHandler}
	log.floor = routing.NewFloor(rules, []string{"pbx"}, journal, slog.New(log))
	done := make(chan error, 1)
	go func() {
		err := log.floor.Recall(context.Background())
		elsewhere := routing.Saved{Contact: routing.Contact{ID: "1", Switch: "gone"}}
		talk := routing.Offered{Agent: "zoe", Ticket: "2"}
		log.floor.Restore(routing.Found{Switch: "pbx", Elsewhere: []routing.Saved{elsewhere}, Talks: []routing.Offered{talk}})
		done <- err
	}()
	select {
	case err := <-done:
		if err != nil || log.lines != 3 {
			t.Errorf("%d lines, %v", log.lines, err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("a line of the log waits for the floor")
	}
}
