package routing_test

import (
	"testing"

	"hotline/config"
	"hotline/routing"
)

// Whoever presses nothing comes to an end, also where what the rules have for that is not carried out yet.
func TestSilenceEnds(t *testing.T) {
	for _, otherwise := range []string{"{voicemail: v}", "{transfer: 01 40 00 01 00}", "[{play: p}, {voicemail: v}]", "[{offer_callback: c}, {voicemail: v}]"} {
		rules, problems := config.ParseRules("rules.yaml", []byte(`version: 1
numbers: {09 72 00 00 01: {service: s}}
services: {s: {purpose: reception, open: {menu: m}}}
menus: {m: {play: p, keys: {1: {queue: q}}, otherwise: `+otherwise+`}}
queues: {q: {agents: [a, b]}}
agents: {a: {phone: 101}, b: {phone: 102}}
callbacks: {c: {spend_per_day: 20 EUR}}
voicemails: {v: {email: a@b.example}}
prompts: {p: "Tapez 1."}
`))
		if rules == nil {
			t.Fatal(problems.Err())
		}
		router := routing.NewRouter(rules)
		menu, ok := router.Node("menu.m")
		if !ok {
			t.Fatal("the menu is not laid out")
		}
		for name, passed := menu.Other, 0; name != ""; passed++ {
			n, ok := router.Node(name)
			if !ok || n == menu || passed > 3 {
				t.Fatalf("otherwise: %s leads to %q", otherwise, name)
			}
			name = n.Next
		}
	}
}
