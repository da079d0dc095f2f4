package config

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/tools/txtar"
	"gopkg.in/yaml.v3"
)

// CompileSchema makes a validator of a schema.
func CompileSchema(t testing.TB, lang string, part bool) *jsonschema.Schema {
	t.Helper()
	data, err := Schema(lang, part)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("rules.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("rules.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// AsEditorsSee returns the values of a YAML file as an editor takes them: by YAML 1.2, with words that are always texts.
func AsEditorsSee(n *yaml.Node) any {
	switch {
	case n.Kind == yaml.DocumentNode:
		return AsEditorsSee(n.Content[0])
	case n.Kind == yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			list = append(list, AsEditorsSee(item))
		}
		return list
	case n.Kind == yaml.MappingNode:
		words := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			words[n.Content[i].Value] = AsEditorsSee(n.Content[i+1])
		}
		return words
	case n.Tag == "!!int", n.Tag == "!!float", n.Tag == "!!bool", n.Tag == "!!null":
		var value any
		if n.Decode(&value) == nil {
			return value
		}
	}
	return n.Value
}

// TestSchemaTakesGoodRules holds the examples, and every golden file whose form is good, against the schema.
func TestSchemaTakesGoodRules(t *testing.T) {
	whole := CompileSchema(t, "fr", false)
	for _, file := range []string{"../examples/rules.yaml", "../examples/minimal.yaml"} {
		data, problems := readFile(file)
		if problems.Errors() {
			t.Fatal(problems)
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(data, &doc); err != nil {
			t.Fatal(err)
		}
		if err := whole.Validate(AsEditorsSee(&doc)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// TestSchemaRefusesOnlyWhatTheLoaderRefuses would find a schema that marks what is right as wrong, and one that marks nothing.
func TestSchemaRefusesOnlyWhatTheLoaderRefuses(t *testing.T) {
	whole := CompileSchema(t, "en", false)
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	refused := make(map[string]bool)
	for _, file := range files {
		golden, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source := sourceOf(golden)
		var doc yaml.Node
		if len(source) > 1 || yaml.Unmarshal(source[0].Data, &doc) != nil || len(doc.Content) == 0 {
			continue
		}
		_, problems := Parse(source)
		err = whole.Validate(AsEditorsSee(&doc))
		if err == nil {
			continue
		}
		if !problems.Errors() {
			t.Errorf("%s: the loader takes what the schema refuses: %v", file, err)
		}
		for _, p := range problems {
			refused[p.Code] = true
		}
	}
	for _, code := range strings.Fields("E006 E015 E101 E103 E104 E105 E106 E107 E301 E302 E303 E307 E402 E404") {
		if !refused[code] {
			t.Errorf("the schema finds no fault with any file of %s", code)
		}
	}
}

// TestSchemaOfTheExamplesIsCurrent: go test ./config -update writes it anew.
func TestSchemaOfTheExamplesIsCurrent(t *testing.T) {
	const file = "../examples/rules.schema.json"
	want, err := Schema("fr", false)
	if err != nil {
		t.Fatal(err)
	}
	if updating() {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	is, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(is, want) {
		t.Error(cmp.Diff(string(is), string(want)))
	}
	for _, name := range []string{"minimal.yaml", "rules.yaml"} {
		text, err := os.ReadFile("../examples/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(text, []byte("# yaml-language-server: $schema=./"+filepath.Base(file)+"\n")) {
			t.Errorf("%s does not name its schema", name)
		}
	}
}

// TestSchemaOfAPart takes a file of rules.d, which the whole schema would find incomplete.
func TestSchemaOfAPart(t *testing.T) {
	part := map[string]any{"agents": map[string]any{"paul": map[string]any{"phone": 102}}}
	if err := CompileSchema(t, "en", true).Validate(part); err != nil {
		t.Error(err)
	}
	if err := CompileSchema(t, "en", false).Validate(part); err == nil {
		t.Error("a part is taken for whole rules")
	}
	part["agents"].(map[string]any)["paul"].(map[string]any)["telephone"] = 1
	if err := CompileSchema(t, "en", true).Validate(part); err == nil {
		t.Error("an unknown word is taken")
	}
}

// TestSchemaWithEachValueChanged puts other things into every place of an example: what the schema refuses, the loader has to
// refuse, or editors would mark what is right.
func TestSchemaWithEachValueChanged(t *testing.T) {
	data, problems := readFile("../examples/rules.yaml")
	if problems.Errors() {
		t.Fatal(problems)
	}
	whole := CompileSchema(t, "fr", false)
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	tried, refused := 0, 0
	var try func(n *yaml.Node)
	try = func(n *yaml.Node) {
		was := *n
		for _, other := range []string{"7", "101", "true", "10.5", "fr", "sav", `"2"`, "30s", "[]", "[sav, sav]", "{}", "{queue: sav}", "[{play: occupe}, hangup]", "{file: occupe.wav}",
			"0.80 EUR/min", "{from: 2027-01-01, price: 0.10 EUR/min}", "09:00-12:00", "06 12 34 56 78", "always", "hangup", "null", "~", "2026-12-24", "15 EUR/day", "carrier", "1-5"} {
			if tried++; tried%7 != 0 { // each place meets a seventh of them, which is another one in the next
				continue
			}
			var value yaml.Node
			if err := yaml.Unmarshal([]byte(other), &value); err != nil {
				t.Fatal(err)
			}
			*n = *value.Content[0]
			text, err := yaml.Marshal(&doc)
			if err != nil {
				t.Fatal(err)
			}
			var again yaml.Node
			if err := yaml.Unmarshal(text, &again); err != nil {
				t.Fatal(err)
			}
			if err := whole.Validate(AsEditorsSee(&again)); err != nil {
				refused++
				if _, problems := ParseRules("rules.yaml", text); !problems.Errors() {
					t.Errorf("line %d, %q in place of %q: the loader takes what the schema refuses: %v", was.Line, other, was.Value, err)
				}
			}
			*n = was
		}
		for _, child := range n.Content {
			try(child)
		}
	}
	try(doc.Content[0])
	if refused < 150 {
		t.Errorf("the schema refuses %d changes only", refused)
	}
}
