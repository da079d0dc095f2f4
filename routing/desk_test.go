package routing_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"hotline/routing"
)

// TestWishes: what cannot be asked is refused, and what is asked of a disk that is full is done and said not to be written.
func TestWishes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "pbx")
		s.start()
		defer s.stop()
		if _, err := s.floor.LogOut(t.Context(), "zoe"); !errors.Is(err, routing.ErrNoAgent) {
			t.Errorf("somebody who is not in the rules: %v", err)
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
