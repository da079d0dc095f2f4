package driver

import (
	"testing"

	"hotline/pbx"
)

func TestCause(t *testing.T) {
	for _, c := range []struct {
		name string
		end  Ending
		want pbx.Cause
	}{
		{"the caller gives up", Ending{Q850: 127, SIP: 487}, pbx.Cancelled},
		{"the caller gives up, as an old asterisk tells it", Ending{Q850: 0}, pbx.Cancelled},
		{"the caller's line breaks before the answer", Ending{Q850: 38}, pbx.Broken},
		{"somebody hangs up", Ending{Q850: 16, Answered: true}, pbx.Normal},
		{"the agent hangs up", Ending{Q850: 16, Answered: true, Ours: true}, pbx.Normal},
		{"the line breaks in a talk", Ending{Q850: 102, Answered: true}, pbx.Broken},
		{"busy here", Ending{Q850: 17, SIP: 486, Ours: true}, pbx.Busy},
		{"busy everywhere", Ending{Q850: 17, SIP: 600, Ours: true}, pbx.Busy},
		{"declined", Ending{Q850: 21, SIP: 603, Ours: true, Rang: true}, pbx.Declined},
		{"rang in vain", Ending{Q850: 19, Ours: true, Rang: true}, pbx.NoAnswer},
		{"rang in vain, and the network says so", Ending{Q850: 19, SIP: 480, Ours: true, Rang: true}, pbx.NoAnswer},
		{"a dead address", Ending{Q850: 19, SIP: 480, Ours: true}, pbx.Unreachable},
		{"no answer to the invite", Ending{Q850: 18, SIP: 408, Ours: true}, pbx.Unreachable},
		{"no such number", Ending{Q850: 1, SIP: 404, Ours: true}, pbx.NotFound},
		{"no such number, said by a trunk without a status", Ending{Q850: 28, Ours: true}, pbx.NotFound},
		{"the network refuses", Ending{Q850: 21, SIP: 403, Ours: true}, pbx.Congestion},
		{"no line", Ending{Q850: 34, SIP: 503, Ours: true}, pbx.Congestion},
		{"another phone took it", Ending{Q850: 26, Ours: true, Asked: pbx.AnsweredElsewhere}, pbx.AnsweredElsewhere},
		{"we called it off", Ending{Q850: 16, SIP: 487, Ours: true, Asked: pbx.Normal}, pbx.Normal},
		{"a guard", Ending{Q850: 16, Answered: true, Limit: true}, pbx.Limit},
		{"a guard that we helped", Ending{Q850: 16, Answered: true, Limit: true, Asked: pbx.Normal}, pbx.Limit},
		{"what nobody knows", Ending{Q850: 99, Ours: true}, pbx.Broken},
	} {
		if got := c.end.Cause(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
