package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotline/config"
)

func TestChangesAreListed(t *testing.T) {
	source := func(text string) config.Source { return config.Source{{Name: "rules.yaml", Data: []byte(text)}} }
	const before = "queues:\n  sav:\n    agents: [marie]\n    wrap_up: 20s\n    music: jazz\n"
	for _, c := range []struct {
		lang, after, want string
		most              int
	}{
		{"fr", "queues:\n  sav:\n    agents: [marie, hugo]\n    wrap_up: 30s\n    music: jazz\n", `2 changements :
  l. 3  file sav, agents   ajouté : hugo
  l. 4  file sav, wrap_up  20 s -> 30 s
`, 20},
		{"en", "queues:\n  sav:\n    agents: [marie, hugo]\n    wrap_up: 30s\n    music: jazz\n", `2 changes:
  l. 3  queue sav, agents  added: hugo
  and 1 more
`, 1},
		{"en", "# a comment\n" + before, "Only comments, layout or order have changed.\n", 20},
		{"fr", before, "Aucun changement.\n", 20},
		{"en", strings.Replace(before, "music: jazz", `on_nobody: [{play: a_long_name_of_a_prompt}, {play: another_one}, hangup]`, 1), `2 changes:
  l. 5  queue sav, on_nobody  added
  l. 5  queue sav, music      removed: jazz
`, 20},
		{"en", strings.Replace(before, "jazz", "a_class_of_music_with_a_name_that_is_long", 1), `1 change:
  l. 5  queue sav, music  jazz -> a_class_of_music_with_a_name_that_is_long
`, 20},
	} {
		var out strings.Builder
		tongue(c.lang).printChanges(&out, tongue(c.lang).say(" :", ":"), source(before), source(c.after), c.most)
		if diff := cmp.Diff(c.want, out.String()); diff != "" {
			t.Error(diff)
		}
	}
}

// What changes is told whole, by check as by rules diff.
func TestCheckTellsChangesWhole(t *testing.T) {
	source := func(days string) config.Source {
		return config.Source{{Name: "rules.yaml", Data: []byte("hours:\n  office:\n    mon-fri: [" + days + "]\n")}}
	}
	var out strings.Builder
	k := &checker{tongue: "fr"}
	k.listChanges(&out, config.Diff(source("09:00-12:30, 13:30-18:00"), source("08:30-12:00, 14:00-17:30")))
	const want = `  l. 3  horaire office, mon-fri  enlevé : 09:00-12:30, 13:30-18:00 ; ajouté :
                                 08:30-12:00, 14:00-17:30
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
