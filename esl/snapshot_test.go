package esl

import (
	"testing"

	"hotline/pbx"
)

// TestParkOfAnEarlierRun: a call that an earlier run of the daemon had, and that was not in the list when we came, is
// offered as one on which that run may have left a file, music and a guard.
func TestParkOfAnEarlierRun(t *testing.T) {
	s, err := New(Config{Address: "127.0.0.1:1", Instance: "hotline"})
	if err != nil {
		t.Fatal(err)
	}
	const channel = `{"Unique-ID": "a", "Answer-State": "early", "variable_hotline_app": "hotline", "variable_hotline_kind": "inbound",
		"variable_hotline_settled": "true", "variable_hotline_guard": "guard.7"}`
	e, err := parseDump(channel)
	if err != nil {
		t.Fatal(err)
	}
	ch := &change{Switch: s}
	ch.park(nil, &e)
	if len(ch.out) != 1 {
		t.Fatalf("told: %+v, want that it is offered", ch.out)
	}
	if _, ok := ch.out[0].(pbx.Offered); !ok {
		t.Errorf("told: %+v, want that it is offered", ch.out)
	}
	if l := s.legs["a"]; !l.settled || !l.stale || l.guard != "guard.7" || l.base.media != unknown {
		t.Errorf("taken as %+v, want what the earlier run left", l)
	}
}

func TestSessions(t *testing.T) {
	for _, c := range []struct {
		status string
		want   int
	}{
		{"UP 0 years, 0 days, 0 hours\nFreeSWITCH (Version 1.11.3) is ready\n17 session(s) since startup\n3 session(s) - peak 5, last 5min 4 \n0 session(s) per Sec out of max 200", 3},
		{"3 session(s) - peak 5", 3},
		{"-ERR", 0},
		{"", 0},
	} {
		if got := sessions(c.status); got != c.want {
			t.Errorf("%q: %d sessions, want %d", c.status, got, c.want)
		}
	}
}
