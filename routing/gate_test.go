package routing_test

import (
	"errors"
	"testing"

	"hotline/config"
	"hotline/pbx"
	"hotline/routing"
)

func TestGate(t *testing.T) {
	rules := &config.Rules{Agents: map[string]*config.Agent{
		"marie": {ID: "marie", Phone: "101"},
	}}
	for _, c := range []struct {
		name string
		to   pbx.Target
		pass bool
	}{
		{"an agent's phone", pbx.Target{Phone: "101"}, true},
		{"a phone of nobody", pbx.Target{Phone: "102"}, false},
		{"nothing", pbx.Target{}, false},
		{"a mobile", pbx.Target{Phone: "+33612000006"}, false},
		{"a surcharged number", pbx.Target{Trunk: "operator", Number: "0892701234"}, false},
		{"an emergency number", pbx.Target{Phone: "112"}, false},
		{"an agent's phone and a number", pbx.Target{Phone: "101", Number: "0892701234"}, false},
		{"more than a phone", pbx.Target{Phone: "101&PJSIP/102"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := routing.Gate(rules, c.to)
			if refused := (*routing.Refusal)(nil); err != nil && !errors.As(err, &refused) || (err == nil) != c.pass {
				t.Errorf("%+v: %v, want pass %v", c.to, err, c.pass)
			}
		})
	}
}
