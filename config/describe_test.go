package config

import (
	"maps"
	"slices"
	"testing"
)

// TestEveryWordHasItsTexts keeps the language and the texts about it together, in both languages.
func TestEveryWordHasItsTexts(t *testing.T) {
	language, err := Vocabulary()
	if err != nil {
		t.Fatal(err)
	}
	paths := map[string]Words{chosen(stepPath, Hangup.String()): {FR: "read below", EN: "read below"}}
	var walk func(words []Word)
	walk = func(list []Word) {
		for _, w := range list {
			paths[w.Path] = w.Text
			for _, c := range w.Choices {
				paths[chosen(w.Path, c.Name)] = c.Text
			}
			walk(w.Words)
		}
	}
	walk(language)
	texts, err := readTexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if texts[path].FR == "" || texts[path].EN == "" {
			t.Errorf("words.yaml does not tell what %s is for in both languages", path)
		}
	}
	for path := range texts {
		if _, ok := paths[path]; !ok {
			t.Errorf("words.yaml tells of %s, which the rules do not have", path)
		}
	}
	if len(paths) < 60 {
		t.Errorf("only %d words", len(paths))
	}
}
