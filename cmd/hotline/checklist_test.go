package main

import (
	"encoding/json"
	"strings"
	"testing"

	"hotline/routing/check"
)

// TestCheckLists finds every code in the list, under a title, in both languages.
func TestCheckLists(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		out, code := checkAt(t, aSunday(), lang, "--list")
		if code != 0 || !strings.HasPrefix(out, tongue(lang).in(areaOf("E0"))) {
			t.Errorf("exit %d:\n%s", code, out)
		}
		for _, e := range check.Catalog() {
			if !strings.Contains(out, "\n  "+e.Code+"  ") || tongue(lang).in(areaOf(e.Code)) == "" {
				t.Errorf("%s, %s is not listed", lang, e.Code)
			}
		}
		fits(t, out)
	}
}

func TestCheckExplains(t *testing.T) {
	for _, test := range []struct {
		lang, code string
		exit       int
		want       string
	}{
		{"fr", "E601", 0, "Les prix et la loi. Erreur : le fichier est refusé"},
		{"en", "w508", 0, "Queues, people and prompts. Warning: the file may be put in force"},
		{"fr", "E999", exitUnchecked, "il n'y a pas de code « E999 »"},
		{"en", "\x1b[2J", exitUnchecked, "there is no code"},
	} {
		out, exit := checkAt(t, aSunday(), test.lang, "--list", test.code)
		if exit != test.exit || !strings.Contains(strings.NewReplacer("\n  ", " ", "\u00a0", " ").Replace(out), test.want) {
			t.Errorf("%s: exit %d\n%s", test.code, exit, out)
		}
		fits(t, out)
	}
}

func TestCheckListsForPrograms(t *testing.T) {
	out, _ := checkAt(t, aSunday(), "en", "--list", "--json")
	var codes []codeJSON
	if err := json.Unmarshal([]byte(out), &codes); err != nil || len(codes) != len(check.Catalog()) {
		t.Errorf("%d codes, %v", len(codes), err)
	}
}
