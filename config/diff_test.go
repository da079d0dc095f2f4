package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const diffBefore = `version: 1
company: Durand
numbers:
  08 09 40 01 00: {service: sav}
  01 40 00 01 00: {service: sav}
services:
  sav: {open: {menu: sav}, closed: [{play: ferme}, hangup]}
menus:
  sav: {play: choix, keys: {1: {queue: sav}, 2: {queue: sav, skill: panne}}}
queues:
  sav:
    agents: [marie, paul]
    answer_within: 60s
    wrap_up: 20s     # court
    music: jazz
tests:
  - {name: matin, call: {to: 0809400100}, expect: {queue: sav}}
surveys:
  avis: {questions: [{id: aide, play: q1, keys: 1-5}, {id: note, play: q2, keys: 1-5}]}
`

func TestDiff(t *testing.T) {
	for name, c := range map[string]struct {
		replace []string
		fr, en  string
	}{
		"nothing but layout": {
			replace: []string{"company: Durand", "company: \"Durand\" # nous", "60s", "1m", "08 09 40 01 00", "0809400100", "[{play: ferme}, hangup]", "\n    - play: ferme\n    - hangup",
				"{open: ", "\n    open: ", ", closed:", "\n    closed:", "hangup}", "hangup", "- hangup\n", "- hangup\n", "{queue: sav}, 2", "[{queue: sav}], 2"},
		},
		"a length of time": {
			replace: []string{"wrap_up: 20s", "wrap_up: 1m30s"},
			fr:      "l. 14 file sav, wrap_up | 20 s -> 1 min 30 s", en: "l. 14 queue sav, wrap_up | 20 s -> 1 min 30 s",
		},
		"a word more, a word less": {
			replace: []string{"    music: jazz\n", "", "    agents:", "    max_wait: 3m\n    agents:"},
			fr:      "l. 12 file sav, max_wait | ajouté : 3 min\nl. 15 file sav, music | enlevé : jazz",
			en:      "l. 12 queue sav, max_wait | added: 3 min\nl. 15 queue sav, music | removed: jazz",
		},
		"people": {
			replace: []string{"[marie, paul]", "[marie, paul, hugo]"},
			fr:      "l. 12 file sav, agents | ajouté : hugo", en: "l. 12 queue sav, agents | added: hugo",
		},
		"one person for another": {
			replace: []string{"[marie, paul]", "[marie, hugo]"},
			fr:      "l. 12 file sav, agents | [marie, paul] -> [marie, hugo]", en: "l. 12 queue sav, agents | [marie, paul] -> [marie, hugo]",
		},
		"their order": {
			replace: []string{"[marie, paul]", "[paul, marie]"},
			fr:      "l. 12 file sav, agents | [marie, paul] -> [paul, marie]", en: "l. 12 queue sav, agents | [marie, paul] -> [paul, marie]",
		},
		"a step for another": {
			replace: []string{"1: {queue: sav}", "1: {menu: autre}"},
			fr:      "l. 9 menu sav, keys, 1 | {queue: sav} -> {menu: autre}", en: "l. 9 menu sav, keys, 1 | {queue: sav} -> {menu: autre}",
		},
		"another queue for a key": {
			replace: []string{"1: {queue: sav}", "1: {queue: ventes}"},
			fr:      "l. 9 menu sav, keys, 1, queue | sav -> ventes", en: "l. 9 menu sav, keys, 1, queue | sav -> ventes",
		},
		"a number": {
			replace: []string{"  01 40 00 01 00: {service: sav}\n", "  09 39 00 01 00: {service: sav}\n"},
			fr:      "l. 5 09 39 00 01 00 | ajouté : {service: sav}\nl. 5 01 40 00 01 00 | enlevé : {service: sav}",
			en:      "l. 5 09 39 00 01 00 | added: {service: sav}\nl. 5 01 40 00 01 00 | removed: {service: sav}",
		},
		"a test": {
			replace: []string{"expect: {queue: sav}}\n", "expect: {queue: ventes}}\n  - {name: soir, call: {to: 0809400100}}\n"},
			fr:      "l. 17 essai matin, expect, queue | sav -> ventes\nl. 18 essai soir | ajouté",
			en:      "l. 17 test matin, expect, queue | sav -> ventes\nl. 18 test soir | added",
		},
		"the order of questions": {
			replace: []string{"questions: [{id: aide, play: q1, keys: 1-5}, {id: note, play: q2, keys: 1-5}]", "questions: [{id: note, play: q2, keys: 1-5}, {id: aide, play: q1, keys: 1-3}]"},
			fr:      "l. 19 enquête avis, questions | [aide, note] -> [note, aide]\nl. 19 enquête avis, questions, aide, keys | 1-5 -> 1-3",
			en:      "l. 19 survey avis, questions | [aide, note] -> [note, aide]\nl. 19 survey avis, questions, aide, keys | 1-5 -> 1-3",
		},
		"a number of another spelling, with another service": {
			replace: []string{"08 09 40 01 00: {service: sav}", "+33 809 400 100: {service: ventes}"},
			fr:      "l. 4 +33 809 400 100, service | sav -> ventes", en: "l. 4 +33 809 400 100, service | sav -> ventes",
		},
		"another name for a queue": {
			replace: []string{"queues:\n  sav:", "queues:\n  atelier:"},
			fr:      "l. 11 file atelier | ajouté\nl. 11 file sav | enlevé", en: "l. 11 queue atelier | added\nl. 11 queue sav | removed",
		},
		"the company": {
			replace: []string{"company: Durand", "company: Dupont"},
			fr:      "l. 2 company | Durand -> Dupont", en: "l. 2 company | Durand -> Dupont",
		},
	} {
		t.Run(name, func(t *testing.T) {
			after := diffBefore
			for i := 0; i < len(c.replace); i += 2 {
				if !strings.Contains(after, c.replace[i]) {
					t.Fatalf("%q is not in the file", c.replace[i])
				}
				after = strings.Replace(after, c.replace[i], c.replace[i+1], 1)
			}
			changes := Diff(Source{{Name: "rules.yaml", Data: []byte(diffBefore)}}, Source{{Name: "rules.yaml", Data: []byte(after)}})
			for lang, want := range map[string]string{"fr": c.fr, "en": c.en} {
				var got []string
				for _, ch := range changes {
					got = append(got, ch.Where()+" "+ch.About().In(lang)+" | "+ch.What().In(lang))
				}
				if diff := cmp.Diff(want, strings.Join(got, "\n")); diff != "" {
					t.Errorf("%s: %s", lang, diff)
				}
			}
		})
	}
}

// What stands in rules.d is found in its file, and moving a queue there changes nothing.
func TestDiffOfParts(t *testing.T) {
	whole := Source{{Name: "rules.yaml", Data: []byte(diffBefore)}}
	cut := strings.Index(diffBefore, "queues:")
	end := strings.Index(diffBefore, "tests:")
	parts := Source{
		{Name: "rules.yaml", Data: []byte(diffBefore[:cut] + diffBefore[end:])},
		{Name: "rules.d/sav.yaml", Data: []byte(diffBefore[cut:end])},
	}
	if changes := Diff(whole, parts); len(changes) > 0 {
		t.Errorf("a queue that moved to another file is changed: %+v", changes)
	}
	parts[1].Data = []byte(strings.Replace(string(parts[1].Data), "20s", "30s", 1))
	changes := Diff(whole, parts)
	if len(changes) != 1 || changes[0].Where() != "rules.d/sav.yaml l. 5" {
		t.Errorf("%+v", changes)
	}
}

// A file that is not YAML has no differences, and no panic.
func TestDiffOfNonsense(t *testing.T) {
	good := Source{{Name: "rules.yaml", Data: []byte(diffBefore)}}
	for _, text := range []string{"", "- a\n- b\n", "a: [", "just a text"} {
		bad := Source{{Name: "rules.yaml", Data: []byte(text)}}
		if changes := append(Diff(good, bad), Diff(bad, good)...); len(changes) > 0 {
			t.Errorf("%q: %+v", text, changes)
		}
	}
	if changes := Diff(nil, good); len(changes) > 0 {
		t.Errorf("%+v", changes)
	}
}

// TestDiffInside tells what has changed inside a branch, however long the list of steps is that it stands in.
func TestDiffInside(t *testing.T) {
	before := `version: 1
services:
  sav:
    open:
      - branch:
          - {if: {group: vip}, then: [{say: "Bonjour {name}, nous sommes à vous."}, {queue: vip}]}
          - {if: {calls: 3, missed: true}, then: {queue: responsables}}
          - else: {queue: sav}
      - collect: {into: dossier, play: demande, digits: 4-8, otherwise: {queue: sav}}
`
	after := strings.NewReplacer("group: vip", "group: [vip, pro]", "calls: 3", "calls: 4", "4-8", "6", "nous sommes à vous", "un instant").Replace(before)
	var got []string
	for _, c := range Diff(Source{{Name: "rules.yaml", Data: []byte(before)}}, Source{{Name: "rules.yaml", Data: []byte(after)}}) {
		got = append(got, c.Where()+" "+c.About().EN+" | "+c.What().EN)
	}
	want := []string{
		"l. 6 service sav, open, 1, branch, 1, if, group | added: pro",
		"l. 6 service sav, open, 1, branch, 1, then | [{say: Bonjour {name}, nous sommes à vous.}, {queue: vip}] -> [{say: Bonjour {name}, un instant.}, {queue: vip}]",
		"l. 7 service sav, open, 1, branch, 2, if, calls | 3 -> 4",
		"l. 9 service sav, open, 2, collect, digits | 4-8 -> 6",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
