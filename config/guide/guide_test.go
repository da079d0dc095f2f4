package guide

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"hotline/config"
)

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write the guides anew")
	flag.Parse()
	os.Exit(m.Run())
}

// TestGuidesAreCurrent: go test ./config/guide -update writes them anew.
func TestGuidesAreCurrent(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		want, err := Text(lang)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("..", "..", "docs", File(lang))
		if flag.Lookup("update").Value.String() == "true" {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		is, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(is), want); diff != "" {
			t.Errorf("%s (-is +should be):\n%s", path, diff)
		}
	}
}

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// TestExamplesOfTheGuides reads every example as part of a whole file: that of all others, with its own words last. Recipes
// have to go with the first file.
func TestExamplesOfTheGuides(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		text, err := Text(lang)
		if err != nil {
			t.Fatal(err)
		}
		above, recipes, found := strings.Cut(text, config.Words{FR: "\n## Recettes\n", EN: "\n## Recipes\n"}.In(lang))
		blocks := examples(above)
		if len(blocks) < 12 || !strings.HasPrefix(strings.SplitN(blocks[0], "\n", 2)[1], "version: 1\n") {
			t.Fatalf("%s: %d examples, the first of them:\n%s", lang, len(blocks), blocks[0])
		}
		if _, problems := config.ParseRules("rules.yaml", []byte(blocks[0])); len(problems) > 0 {
			t.Errorf("%s: the first file: %v", lang, problems)
		}
		for i, block := range blocks[1:] {
			others := slices.Delete(slices.Clone(blocks), i+1, i+2)
			if _, problems := config.ParseRules("rules.yaml", together(t, append(others, block))); problems.Errors() {
				t.Errorf("%s: %v\nwith the example\n%s", lang, problems.Err(), block)
			}
		}
		list := examples(recipes)
		if !found || len(list) < 8 {
			t.Errorf("%s: %d recipes", lang, len(list))
		}
		for _, block := range list {
			if _, problems := config.ParseRules("rules.yaml", together(t, []string{blocks[0], block})); problems.Errors() {
				t.Errorf("%s: %v\nwith the recipe\n%s", lang, problems.Err(), block)
			}
		}
	}
}

func examples(text string) (blocks []string) {
	for _, m := range yamlBlock.FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, m[1])
	}
	return blocks
}

// together is one file of several, in which what comes later goes over what was before.
func together(t *testing.T, texts []string) []byte {
	t.Helper()
	whole := &yaml.Node{Kind: yaml.MappingNode}
	for _, text := range texts {
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		overlay(whole, doc.Content[0], 0)
	}
	data, err := yaml.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// overlay puts the words of a mapping over those of another: entries of a section replace those of the same name.
func overlay(onto, from *yaml.Node, depth int) {
	for i := 0; i+1 < len(from.Content); i += 2 {
		key, value := from.Content[i], from.Content[i+1]
		at := slices.IndexFunc(onto.Content, func(n *yaml.Node) bool { return n.Value == key.Value })
		switch {
		case at < 0:
			copied := *value
			copied.Content = slices.Clone(value.Content)
			onto.Content = append(onto.Content, key, &copied)
		case depth == 0 && value.Kind == yaml.MappingNode:
			overlay(onto.Content[at+1], value, depth+1)
		default:
			onto.Content[at+1] = value
		}
	}
}

// TestGuidesNameEveryWord keeps a word from being left out of the guides.
func TestGuidesNameEveryWord(t *testing.T) {
	vocabulary, err := config.Vocabulary()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"fr", "en"} {
		text, err := Text(lang)
		if err != nil {
			t.Fatal(err)
		}
		var walk func(list []config.Word)
		walk = func(list []config.Word) {
			for _, w := range list {
				if w.Name != "*" && !strings.Contains(text, "| `"+w.Name+"` |") && !strings.Contains(text, "` `"+w.Name+"` |") && w.Name != "step" {
					t.Errorf("%s does not tell of %s", File(lang), w.Path)
				}
				walk(w.Words)
			}
		}
		walk(vocabulary)
	}
}
