package config

import (
	"fmt"
	"testing"
)

// What the rules need of hotline.yaml and do not find there is told once for each thing, at its first place.
func TestCheckSent(t *testing.T) {
	rules, problems := ParseRules("rules.yaml", []byte(`version: 1
numbers:
  09 72 00 00 01: {service: sav, texts: true}
services:
  sav:
    open:
      - webhook: {call: crm, on_error: {webhook: {call: shop}}}
      - {text: "Bonjour"}
      - webhook: {call: crm}
      - {queue: sav}
queues:
  sav: {agents: [marie, paul], max_wait: 3m, on_max_wait: [{text: "Pardon"}, hangup], on_nobody: hangup}
agents: {marie: {phone: 101}, paul: {phone: 102}}
texts: {sav: {queue: sav}}
`))
	if problems.Errors() {
		t.Fatal(problems)
	}
	for _, test := range []struct {
		hooks []Webhook
		texts *TextGateway
		want  string
	}{
		{nil, nil, "W160 7:9 add webhooks: {crm: {url: https://..., secret: file:...}} to hotline.yaml. W160 7:41 add webhooks: {shop: {url: https://..., secret: file:...}} to hotline.yaml. W161 8:10 add texts: {url: https://..., form: \"To={to}&Body={text}\"} to hotline.yaml. "},
		{[]Webhook{{Name: "crm"}}, &TextGateway{}, "W160 7:41 write one of these: crm; or add shop. "},
		{[]Webhook{{Name: "crm"}, {Name: "shop"}}, &TextGateway{}, ""},
	} {
		got := ""
		for _, p := range CheckSent(rules, test.hooks, test.texts) {
			if !p.Warning {
				t.Errorf("%s refuses the rules", p.Code)
			}
			got += fmt.Sprintf("%s %d:%d %s ", p.Code, p.Pos.Line, p.Pos.Column, p.Fix.EN)
		}
		if got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}
