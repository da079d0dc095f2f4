package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"hotline/config"
	"hotline/routing"
	"hotline/store"
)

func TestPath(t *testing.T) {
	for nodes, want := range map[string][2]string{
		"":                   {"", ""},
		"queue.conseil talk": {"file conseil, puis a parlé avec karim", "queue conseil, then talked with karim"},
		"menu.sav menu.sav.9 menu.sav queue.sav talk":                {"menu sav, touche 9, menu sav, file sav, puis a parlé avec karim", "menu sav, key 9, menu sav, queue sav, then talked with karim"},
		"announcement service.a service.a+1 menu.b menu.b.otherwise": {"prix annoncé, service a, menu b, puis pas de touche valable", "price told, service a, menu b, then no valid key"},
		"queue.a queue.a.on_max_wait queue.a.on_max_wait+1 queue.b":  {"file a, attente trop longue, puis file b ; personne ne lui a parlé", "queue a, waited too long, then queue b; talked with nobody"},
		"queue.a queue.a.on_nobody":                                  {"file a, puis personne de connecté ; personne ne lui a parlé", "queue a, then nobody there; talked with nobody"},
		"menu.sav.1 queue.sav:panne queue.sav:panne.on_max_wait":     {"touche 1, file sav, compétence panne, puis attente trop longue ; personne ne lui a parlé", "key 1, queue sav, skill panne, then waited too long; talked with nobody"},
		"service.a.closed service.a.closed+1":                        {"service a, fermé", "service a, closed"},
		"service.a.closed:noel service.a.closed:noel+1":              {"service a, fermé (noel)", "service a, closed (noel)"},
		"service.a.closed:by_hand:panne service.a.closed+1":          {"service a, fermé à la main (panne), puis service a, fermé", "service a, closed by hand (panne), then service a, closed"},
		"service.a.closed:by_hand service.a.closed":                  {"service a, fermé à la main, puis service a, fermé", "service a, closed by hand, then service a, closed"},
		"number.0805400200.over_budget":                              {"budget du jour dépensé", "budget of the day spent"},
	} {
		c := store.Charged{Record: routing.Record{Nodes: strings.Fields(nodes), Agent: "karim"}}
		if strings.HasSuffix(nodes, "talk") {
			c.Talked = time.Second
		}
		for i, lang := range []tongue{"fr", "en"} {
			if got := lang.path(c); got != want[i] {
				t.Errorf("%s in %s: %q, want %q", nodes, lang, got, want[i])
			}
		}
	}
}

// Every node that the rules of the examples lead to has words, and shows none of the dots of its name.
func TestPathHasWordsForEveryNode(t *testing.T) {
	text, err := os.ReadFile("../../examples/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rules, problems := config.ParseRules("rules.yaml", text)
	if problems.Errors() {
		t.Fatal(problems.Err())
	}
	router := routing.NewRouter(rules)
	seen := 0
	for _, name := range []string{"menu.sav", "menu.sav.9", "queue.sav", "queue.sav.on_nobody", "queue.sav.on_nobody+1", "queue.conseil.on_max_wait"} {
		node, ok := router.Node(name)
		if !ok {
			t.Errorf("the rules have no node %s", name)
			continue
		}
		seen++
		if words := tongue("en").station(node.Name, "x"); strings.ContainsAny(words, "._+") {
			t.Errorf("%s is told as %q", name, words)
		}
	}
	if seen == 0 {
		t.Error("no node was looked at")
	}
}
