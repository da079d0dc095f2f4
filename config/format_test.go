package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/tools/txtar"
)

// TestFormatLeavesTheExamples holds that the examples are laid out as they would be.
func TestFormatLeavesTheExamples(t *testing.T) {
	for _, name := range []string{"../examples/rules.yaml", "../examples/minimal.yaml"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out, problems := Format(name, data)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if diff := cmp.Diff(string(data), string(out)); diff != "" {
			t.Errorf("%s (-before +after):\n%s", name, diff)
		}
	}
}

func TestFormat(t *testing.T) {
	golden, err := txtar.ParseFile("testdata/format/layout.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(golden.Files); i += 2 {
		before, after := golden.Files[i], golden.Files[i+1]
		text := strings.NewReplacer("→", "\t", "␠", " ", "␍", "\r").Replace(string(before.Data))
		out, problems := Format(before.Name, []byte(text))
		if len(problems) > 0 {
			t.Errorf("%s: %v", before.Name, problems)
		}
		if diff := cmp.Diff(string(after.Data), string(out)); diff != "" && !updating() {
			t.Errorf("%s (-want +got):\n%s", before.Name, diff)
		}
		golden.Files[i+1].Data = out
	}
	if updating() {
		if err := os.WriteFile("testdata/format/layout.txtar", txtar.Format(golden), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// FuzzFormat holds that the layout changes neither what a file means nor a comment, and that it is at rest when it is done.
func FuzzFormat(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	more, err := filepath.Glob("testdata/format/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, more...) {
		golden, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range sourceOf(golden) {
			f.Add(part.Data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		once, problems := Format("rules.yaml", data)
		if problems.Errors() != (once == nil) {
			t.Fatalf("%q with %v", once, problems)
		}
		if once == nil {
			return
		}
		twice, problems := Format("rules.yaml", once)
		if string(twice) != string(once) || len(problems) > 0 {
			t.Fatalf("%v\nonce  %q\ntwice %q", problems, once, twice)
		}
		before, _ := ParseRules("rules.yaml", data)
		after, _ := ParseRules("rules.yaml", once)
		if before != nil {
			apart := cmp.Options{cmpopts.IgnoreTypes(Pos{}), cmpopts.IgnoreFields(Rules{}, "Source", "Hash"), cmpopts.IgnoreUnexported(Rules{}, Hours{})}
			if diff := cmp.Diff(before, after, apart); diff != "" {
				t.Fatalf("other rules after: %s\n%q", diff, once)
			}
		}
		for _, line := range lex(splitLines(string(data))) {
			for _, token := range line.tokens {
				if text := strings.TrimSpace(token.text); token.kind == commentToken && !strings.Contains(string(once), text) {
					t.Fatalf("lost the comment %q: %q", text, once)
				}
			}
		}
	})
}
