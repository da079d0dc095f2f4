package routing_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"hotline/config"
	"hotline/routing"
)

// What hotline.yaml may name is what calls tell.
func TestHookEvents(t *testing.T) {
	told := []string{routing.CallOffered, routing.CallRinging, routing.CallAnswered, routing.CallEnded}
	if d := cmp.Diff(config.HookEvents(), told); d != "" {
		t.Error(d)
	}
}

// The phone of an agent shows who calls, as the company knows them, and for which queue.
func TestShownName(t *testing.T) {
	for contact, want := range map[string]string{
		"":                                "client - sav", // as the network says
		"name=Léa":                        "Léa - sav",
		"name=" + strings.Repeat("x", 60): strings.Repeat("x", 40) + " - sav",
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStage(t, "", "pbx")
			story := "0s 101 rings\n1s client calls 0809400100 from 0612345678\n2s client presses 1\n5s end"
			if contact != "" {
				story = "0s contact 0612345678 " + contact + "\n" + story
			}
			s.play(story)
			if got := s.phones["101"].Last().Name; got != want {
				t.Errorf("%s: shows %q, want %q", contact, got, want)
			}
			s.stop()
		})
	}
}
