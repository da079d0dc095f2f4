package config

import (
	"slices"
	"testing"
)

// TestNearest takes what people write for the word that they mean, and nothing for a word that is like none.
func TestNearest(t *testing.T) {
	sections := []string{"version", "company", "languages", "caller_id", "numbers", "closures", "hours", "services", "menus", "queues", "agents",
		"prompts", "callbacks", "voicemails", "keep", "pauses", "texts", "surveys", "tests"}
	queue := []string{"agents", "answer_within", "max_wait", "ring", "wrap_up", "strategy", "music", "on_max_wait", "on_nobody", "experts_first",
		"skilled_only", "helpers", "same_agent", "offer_callback_over", "survey"}
	menu := []string{"play", "keys", "otherwise", "tries", "wait"}
	service := []string{"purpose", "hours", "answer", "early_limit", "open", "closed"}
	step := []string{"play", "menu", "queue", "language", "offer_callback", "voicemail", "transfer", "hangup", "skill"}
	for _, c := range []struct {
		choices []string
		word    string
		want    string
	}{
		{sections, "horaires", "hours"}, {sections, "Numéros", "numbers"}, {sections, "file d'attente", "queues"}, {sections, "files-d-attente", "queues"},
		{sections, "équipe", "agents"}, {sections, "messagerie", "voicemails"}, {sections, "répondeur", "voicemails"}, {sections, "sondage", "surveys"},
		{sections, "essais", "tests"}, {sections, "fermetures", "closures"}, {sections, "SMS", "texts"}, {sections, "rappels", "callbacks"},
		{sections, "langues", "languages"}, {sections, "société", "company"}, {sections, "annonces", "prompts"}, {sections, "queus", "queues"},
		{sections, "servcies", "services"}, {sections, "prompt", "prompts"}, {sections, "Queues", "queues"}, {sections, "agnets", "agents"},
		{sections, "couleur", ""}, {sections, "foo", ""}, {sections, "x", ""}, {sections, "webhook", ""}, {sections, "ivr", ""},

		{queue, "attente_max", "max_wait"}, {queue, "sonnerie", "ring"}, {queue, "après_appel", "wrap_up"}, {queue, "musique", "music"},
		{queue, "maxwait", "max_wait"}, {queue, "max-wait", "max_wait"}, {queue, "wrapup", "wrap_up"}, {queue, "stratégie", "strategy"},
		{queue, "personne_de_connecté", "on_nobody"}, {queue, "renforts", "helpers"}, {queue, "answer_witin", "answer_within"},
		{queue, "colour", ""}, {queue, "id", ""}, {queue, "abc", ""}, {queue, "prix", ""},

		{menu, "touches", "keys"}, {menu, "sinon", "otherwise"}, {menu, "dire", "play"}, {menu, "jouer", "play"}, {menu, "essais", "tries"},
		{menu, "attente", "wait"}, {menu, "otherwize", "otherwise"}, {menu, "name", ""}, {menu, "to", ""},

		{service, "ouvert", "open"}, {service, "fermé", "closed"}, {service, "horaire", "hours"}, {service, "but", "purpose"}, {service, "décroché", "answer"},
		{service, "prix", ""}, {service, "zone", ""},

		{step, "raccrocher", "hangup"}, {step, "file", "queue"}, {step, "transfert", "transfer"}, {step, "compétence", "skill"}, {step, "langue", "language"},
		{step, "rappel", "offer_callback"}, {step, "hang_up", "hangup"}, {step, "goto", ""}, {step, "if", ""},
	} {
		if got := Nearest(c.word, c.choices); got != c.want {
			t.Errorf("%q is taken for %q, not %q", c.word, got, c.want)
		}
	}
}

// TestNearestOfSlips gives back every word of the language when two of its letters are swapped, or one is missing.
func TestNearestOfSlips(t *testing.T) {
	words, err := Vocabulary()
	if err != nil {
		t.Fatal(err)
	}
	var all func(words []Word)
	all = func(words []Word) {
		var names []string
		for _, w := range words {
			names = append(names, w.Name)
		}
		for _, name := range names {
			if len(name) < 5 {
				continue
			}
			for _, slip := range []string{name[:2] + name[3:4] + name[2:3] + name[4:], name[:3] + name[4:], name + "s"} {
				if got := Nearest(slip, names); got != name && !slices.Contains(names, slip) {
					t.Errorf("%q is taken for %q, not %q", slip, got, name)
				}
			}
		}
		for _, w := range words {
			all(w.Words)
		}
	}
	all(words)
}
