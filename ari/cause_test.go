package ari

import (
	"testing"

	"hotline/pbx"
)

func TestCause(t *testing.T) {
	for _, c := range []struct {
		name string
		end  ending
		want pbx.Cause
	}{
		{"the caller gives up", ending{q850: 127, sip: 487}, pbx.Cancelled},
		{"the caller gives up, as an old asterisk tells it", ending{q850: 0}, pbx.Cancelled},
		{"the caller's line breaks before the answer", ending{q850: 38}, pbx.Broken},
		{"somebody hangs up", ending{q850: 16, answered: true}, pbx.Normal},
		{"the agent hangs up", ending{q850: 16, answered: true, ours: true}, pbx.Normal},
		{"the line breaks in a talk", ending{q850: 102, answered: true}, pbx.Broken},
		{"busy here", ending{q850: 17, sip: 486, ours: true}, pbx.Busy},
		{"busy everywhere", ending{q850: 17, sip: 600, ours: true}, pbx.Busy},
		{"declined", ending{q850: 21, sip: 603, ours: true, rang: true}, pbx.Declined},
		{"rang in vain", ending{q850: 19, ours: true, rang: true}, pbx.NoAnswer},
		{"rang in vain, and the network says so", ending{q850: 19, sip: 480, ours: true, rang: true}, pbx.NoAnswer},
		{"a dead address", ending{q850: 19, sip: 480, ours: true}, pbx.Unreachable},
		{"no answer to the invite", ending{q850: 18, sip: 408, ours: true}, pbx.Unreachable},
		{"no such number", ending{q850: 1, sip: 404, ours: true}, pbx.NotFound},
		{"no such number, said by a trunk without a status", ending{q850: 28, ours: true}, pbx.NotFound},
		{"the network refuses", ending{q850: 21, sip: 403, ours: true}, pbx.Congestion},
		{"no line", ending{q850: 34, sip: 503, ours: true}, pbx.Congestion},
		{"another phone took it", ending{q850: 26, ours: true, asked: pbx.AnsweredElsewhere}, pbx.AnsweredElsewhere},
		{"we called it off", ending{q850: 16, sip: 487, ours: true, asked: pbx.Normal}, pbx.Normal},
		{"a guard", ending{q850: 16, answered: true, limit: true}, pbx.Limit},
		{"a guard that we helped", ending{q850: 16, answered: true, limit: true, asked: pbx.Normal}, pbx.Limit},
		{"what nobody knows", ending{q850: 99, ours: true}, pbx.Broken},
	} {
		if got := c.end.cause(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
