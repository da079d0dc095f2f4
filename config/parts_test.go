package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folder writes files, by their names, and returns the path of rules.yaml.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "rules.yaml")
}

const firstPart = "version: 1\nnumbers:\n  09 72 00 00 01: {service: sav}\nservices:\n  sav: {open: {queue: sav}}\nagents:\n  lea: {phone: 101}\n  marie: {phone: 102}\n"

// TestParts reads rules that are split over files as if they were one.
func TestParts(t *testing.T) {
	path := folder(t, map[string]string{
		"rules.yaml":            firstPart,
		"rules.d/20-files.yaml": "queues:\n  sav: {agents: [lea, marie, paul], max_wait: 3m, on_max_wait: hangup}\n",
		"rules.d/30-paul.yaml":  "version: 1\nagents:\n  paul: {phone: 103}\n",
		"rules.d/.30-paul.yaml": "not: [for us",
		"rules.d/notes.txt":     "not for us",
	})
	rules, problems := LoadRules(path)
	if len(problems) > 0 {
		t.Fatal(problems.Err(), problems)
	}
	if got := strings.Join(rules.AgentOrder, " "); got != "lea marie paul" {
		t.Errorf("agents %s", got)
	}
	if q := rules.Queues["sav"]; !strings.HasSuffix(q.Pos.String(), "rules.d/20-files.yaml:2:3") {
		t.Errorf("queue at %s", q.Pos)
	}
	if hash, err := HashFile(path); err != nil || hash != rules.Hash {
		t.Errorf("hash %s of the files, %s of the rules: %v", hash, rules.Hash, err)
	}
	if err := os.Rename(filepath.Join(filepath.Dir(path), "rules.d/30-paul.yaml"), filepath.Join(filepath.Dir(path), "rules.d/40-paul.yaml")); err != nil {
		t.Fatal(err)
	}
	if hash, err := HashFile(path); err != nil || hash == rules.Hash {
		t.Errorf("hash %s whatever the files are called: %v", hash, err)
	}
}

// TestOrderOfParts tells what is wrong in the order in which files are read.
func TestOrderOfParts(t *testing.T) {
	_, problems := LoadRules(folder(t, map[string]string{
		"rules.yaml": firstPart + "compani: A\n", "rules.d/b.yaml": "queue: {}\n", "rules.d/a.yaml": "queus: {}\n",
	}))
	var files []string
	for _, p := range problems {
		files = append(files, filepath.Base(p.Pos.File))
	}
	if got, want := strings.Join(files, " "), "rules.yaml rules.yaml a.yaml b.yaml"; got != want {
		t.Errorf("%s, want %s: %v", got, want, problems.Err())
	}
}

// TestPartsOfLists joins lists over files, whose only item may stand without brackets in any of them.
func TestPartsOfLists(t *testing.T) {
	one := func(name string) string {
		return "{name: " + name + ", call: {to: 0972000001, at: 2026-12-01 10:00}, expect: {queue: sav}}\n"
	}
	rules, problems := LoadRules(folder(t, map[string]string{
		"rules.yaml":     firstPart + "languages: fr\ntests: " + one("a"),
		"rules.d/1.yaml": "queues:\n  sav: {agents: [lea, marie], max_wait: 3m, on_max_wait: hangup}\nlanguages: [en]\ntests:\n  - " + one("b"),
		"rules.d/2.yaml": "languages: de\ntests: " + one("c"),
	}))
	if rules == nil {
		t.Fatal(problems.Err())
	}
	var tests []string
	for _, test := range rules.Tests {
		tests = append(tests, test.Name+" "+filepath.Base(test.Pos.File))
	}
	if got, want := strings.Join(tests, ", "), "a rules.yaml, b 1.yaml, c 2.yaml"; got != want {
		t.Errorf("tests %s, want %s", got, want)
	}
	if got := strings.Join(rules.Languages, " "); got != "fr en de" {
		t.Errorf("languages %s", got)
	}
}

// TestPartsMistakes says in which file a mistake is.
func TestPartsMistakes(t *testing.T) {
	for _, c := range []struct{ part, want string }{
		{"agents:\n  lea: {phone: 104}\n", "rules.d/a.yaml:2:3: \"lea\" is twice in agents; It is already there (rules.yaml l. 7)"},
		{"company: A\n", ""},
		{"company: A\ncompany: B\n", "rules.d/a.yaml:2:1: \"company\" is twice in this file; It is already there (rules.d/a.yaml l. 1)"},
		{"agents: {paul: {phone: 103}}\nagents: {hugo: {phone: 104}}\n", "rules.d/a.yaml:2:1: \"agents\" is twice in this file"},
		{"services: []\n", "rules.d/a.yaml:1:1: \"services\" is twice in the rules; It is already there (rules.yaml l. 4)"},
		{"queue:\n  sav: {agents: [lea]}\n", "rules.d/a.yaml:1:1: unknown word \"queue\" in the rules; write queues"},
		{"queues:\n  sav: {agents: [laa]}\n", "rules.d/a.yaml:2:18: agent \"laa\" does not exist; write lea"},
		{"queues:\n\tsav: {agents: [lea]}\n", "rules.d/a.yaml:2:1: tab at the start of the line"},
		{"", "rules.d/a.yaml: the file is empty"},
		{"- a\n", "rules.d/a.yaml:1:1: this file: words and their values are needed"},
		{"version: 2\n", "rules.d/a.yaml:1:10: unknown version 2"},
	} {
		files := map[string]string{"rules.yaml": firstPart, "rules.d/a.yaml": c.part}
		if c.want == "" {
			files["rules.yaml"] += "queues:\n  sav: {agents: [lea, marie], max_wait: 3m, on_max_wait: hangup}\n"
		}
		rules, problems := LoadRules(folder(t, files))
		if c.want == "" {
			if rules == nil {
				t.Errorf("%q: %v", c.part, problems.Err())
			}
			continue
		}
		if rules != nil || !strings.Contains(problems.Err().Error(), c.want) {
			t.Errorf("%q: %v, want %s", c.part, problems.Err(), c.want)
		}
	}
}
