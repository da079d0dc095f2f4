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
			err := routing.Gate(rules, routing.Outgoing{To: c.to})
			if refused := (*routing.Refusal)(nil); err != nil && !errors.As(err, &refused) || (err == nil) != c.pass {
				t.Errorf("%+v: %v, want pass %v", c.to, err, c.pass)
			}
		})
	}
}

func TestGateTrial(t *testing.T) {
	rules := &config.Rules{Agents: map[string]*config.Agent{"marie": {ID: "marie", Phone: "1001"}}}
	for phone, pass := range map[string]bool{
		"1001": true, "102": true, "20": true, "212345": true,
		"2123456": false, "1": false, "": false, "15": false, "112": false, "911": false, "118218": false, "3635": false, "1002": false,
		"+331": false, "10a": false, "101&PJSIP/102": false,
	} {
		if err := routing.GateTrial(rules, pbx.Target{Phone: phone}); (err == nil) != pass {
			t.Errorf("%q: %v, want pass %v", phone, err, pass)
		}
	}
	if err := routing.GateTrial(nil, pbx.Target{Phone: "102"}); err != nil {
		t.Errorf("without rules: %v", err)
	}
	for _, to := range []pbx.Target{{Phone: "1001"}, {Phone: "102", Number: "0892701234"}, {Trunk: "operator", Number: "0612345678"}} {
		if err := routing.GateTrial(nil, to); err == nil {
			t.Errorf("without rules: %+v passes", to)
		}
	}
}
