package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/config"
	"hotline/routing/queue"
)

// staffedRules are rules with queues that are written as "name target agent agent".
func staffedRules(t *testing.T, queues ...string) *config.Rules {
	t.Helper()
	rules := &config.Rules{Queues: make(map[string]*config.Queue), AgentOrder: []string{"léa", "paul", "marie", "karim", "sofia", "hugo", "inès"}}
	for i, text := range queues {
		words := strings.Fields(text)
		target, err := time.ParseDuration(words[1])
		if err != nil {
			t.Fatal(err)
		}
		rules.Queues[words[0]] = &config.Queue{Name: words[0], AnswerWithin: target, Agents: words[2:], Pos: config.Pos{Line: i + 1}}
	}
	return rules
}

func TestWhoGoesFirst(t *testing.T) {
	for name, test := range map[string]struct {
		queues []string
		fr, en string
	}{
		"nothing shared": {[]string{"sav 60s marie", "ventes 20s paul"}, "", ""},
		"the shorter target first": {[]string{"sav 60s marie paul léa", "ventes 20s léa sofia paul"},
			"Qui passe d'abord : pour léa et paul, un appel ventes passe devant un appel sav arrivé jusqu'à 40 s avant lui (objectifs 20 s et 60 s).",
			"Who goes first: for léa and paul, a ventes call goes before a sav call that arrived up to 40 s earlier (targets 20 s and 60 s)."},
		"one person": {[]string{"accueil 20s marie", "achats 150s marie"},
			"Qui passe d'abord : pour marie, un appel accueil passe devant un appel achats arrivé jusqu'à 2 min 10 s avant lui (objectifs 20 s et 2 min 30 s).",
			"Who goes first: for marie, an accueil call goes before an achats call that arrived up to 2 min 10 s earlier (targets 20 s and 2 min 30 s)."},
		"the same target": {[]string{"sav 20s marie", "ventes 20s marie"},
			"Qui passe d'abord : pour marie, les appels sav et ventes passent dans l'ordre où ils arrivent (objectif 20 s pour les deux).",
			"Who goes first: for marie, sav and ventes calls go in the order in which they come (target 20 s for both)."},
		"many people": {[]string{"sav 60s léa paul marie karim sofia hugo", "ventes 20s léa paul marie karim sofia hugo"},
			"Qui passe d'abord : pour léa, paul, marie, karim et 2 autres, un appel ventes passe devant un appel sav arrivé jusqu'à 40 s avant lui (objectifs 20 s et 60 s).",
			"Who goes first: for léa, paul, marie, karim and 2 others, a ventes call goes before a sav call that arrived up to 40 s earlier (targets 20 s and 60 s)."},
		"two pairs": {[]string{"sav 60s paul marie", "ventes 20s paul", "conseil 20s marie"},
			"Qui passe d'abord : pour paul, un appel ventes passe devant un appel sav arrivé jusqu'à 40 s avant lui (objectifs 20 s et 60 s). " +
				"pour marie, un appel conseil passe devant un appel sav arrivé jusqu'à 40 s avant lui (objectifs 20 s et 60 s).",
			"Who goes first: for paul, a ventes call goes before a sav call that arrived up to 40 s earlier (targets 20 s and 60 s). " +
				"for marie, a conseil call goes before a sav call that arrived up to 40 s earlier (targets 20 s and 60 s)."},
		"many queues": {[]string{"a 20s léa paul", "b 60s léa paul", "c 20s léa", "d 2m léa"},
			"Qui passe d'abord : pour 2 personnes de plusieurs files, l'appel dont l'objectif tombe le plus tôt. Objectifs : 20 s pour a et c ; 60 s pour b ; " +
				"2 min pour d. Par exemple, pour léa, un appel a passe devant un appel d arrivé jusqu'à 1 min 40 s avant lui.",
			"Who goes first: for 2 people of several queues, the call whose target is due first. Targets: 20 s for a and c; 60 s for b; " +
				"2 min for d. For example, for léa, an a call goes before a d call that arrived up to 1 min 40 s earlier."},
		"many queues, one target": {[]string{"a 20s léa", "b 20s léa", "c 20s léa", "d 20s léa"},
			"Qui passe d'abord : pour 1 personne de plusieurs files, l'appel dont l'objectif tombe le plus tôt. Objectifs : 20 s pour a, b, c et d.",
			"Who goes first: for 1 person of several queues, the call whose target is due first. Targets: 20 s for a, b, c and d."},
	} {
		t.Run(name, func(t *testing.T) {
			all := whoGoesFirst(staffedRules(t, test.queues...))
			for lang, want := range map[tongue]string{"fr": test.fr, "en": test.en} {
				var out strings.Builder
				lang.whoFirst(&out, all)
				got := strings.Join(strings.FieldsFunc(out.String(), func(r rune) bool { return r == ' ' || r == '\n' || r == '\u00a0' }), " ")
				if got != want {
					t.Errorf("got  %s\nwant %s", got, want)
				}
			}
		})
	}
}

// TestWhoGoesFirstIsSo lets the board of the live router decide what the sentence says.
func TestWhoGoesFirstIsSo(t *testing.T) {
	rules := staffedRules(t, "sav 60s léa", "ventes 20s léa")
	p := whoGoesFirst(rules)[0]
	for _, earlier := range []time.Duration{p.By - time.Second, p.By + time.Second} {
		var specs []queue.QueueSpec
		for _, q := range rules.Queues {
			specs = append(specs, queue.QueueSpec{Name: q.Name, Agents: q.Agents, Target: q.AnswerWithin})
		}
		at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
		board := queue.New()
		board.Configure(at, specs, []queue.AgentSpec{{ID: "léa", Phone: "103"}})
		decisions := board.Enter(at, queue.Ticket{ID: "then", Queue: p.Then.Name, Switch: "pbx", Arrival: at.Add(-earlier)},
			queue.Ticket{ID: "first", Queue: p.First.Name, Switch: "pbx", Arrival: at})
		want := map[bool]string{true: "first", false: "then"}[earlier < p.By]
		i := slices.IndexFunc(decisions, func(d queue.Decision) bool { return d.Kind == queue.Offer })
		if i < 0 || decisions[i].Ticket != want {
			t.Errorf("%s earlier: %+v, want an offer of %s", earlier, decisions, want)
		}
	}
}
