package routing_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hotline/config"
	"hotline/prompt"
	"hotline/routing"
)

// TestNoPhraseIsForgotten finds every sentence of hotline's own that calls can hear, and holds it to the lists by which people are
// told what to record: one that is in none would be spoken by a machine for ever, and nobody would know.
func TestNoPhraseIsForgotten(t *testing.T) {
	makes, lists := map[string]bool{}, map[string][]string{} // functions of package prompt: which make a phrase, and which list some
	each(t, "../prompt", func(f *ast.FuncDecl) {
		if f.Recv != nil || f.Type.Results == nil || !f.Name.IsExported() {
			return
		}
		switch what := f.Type.Results.List[0].Type.(type) {
		case *ast.Ident:
			makes[f.Name.Name] = makes[f.Name.Name] || what.Name == "Phrase"
		case *ast.ArrayType:
			if of, ok := what.Elt.(*ast.Ident); ok && of.Name == "Phrase" {
				ast.Inspect(f, func(n ast.Node) bool {
					if name, ok := n.(*ast.Ident); ok {
						lists[f.Name.Name] = append(lists[f.Name.Name], name.Name)
					}
					return true
				})
			}
		}
	})
	listed := map[string]bool{}
	for _, names := range lists {
		for _, name := range names {
			listed[name] = true
		}
	}
	said := map[string]bool{}
	each(t, ".", func(f *ast.FuncDecl) {
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if of, ok := s.X.(*ast.Ident); ok && of.Name == "prompt" && makes[s.Sel.Name] {
					said[s.Sel.Name] = true
				}
			}
			return true
		})
	})
	if len(said) < 10 || len(lists) < 2 {
		t.Fatalf("found %v, %v: this test does not see what it should", slices.Sorted(maps.Keys(said)), slices.Sorted(maps.Keys(lists)))
	}
	for _, name := range slices.Sorted(maps.Keys(said)) {
		if !listed[name] {
			t.Errorf("prompt.%s is heard, and is in none of prompt's lists (%s): put it into one, and that into routing.Phrases unless only the house hears it",
				name, strings.Join(slices.Sorted(maps.Keys(lists)), ", "))
		}
	}
}

// each calls do with every function of a package, but not of its tests.
func each(t *testing.T, folder string, do func(*ast.FuncDecl)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				do(f)
			}
		}
	}
}

// TestPhrases: every phrase is there in every language of the rules, a language that hotline does not speak gets English ones, and no
// two phrases share a file.
func TestPhrases(t *testing.T) {
	rules, problems := config.ParseRules("rules.yaml", []byte("version: 1\nlanguages: [fr, de, en]\nnumbers: {0809400100: {service: sav}}\n"+
		"services: {sav: {open: {voicemail: sav}}}\nvoicemails: {sav: {email: sav@example.fr}}\n"))
	if problems.Errors() {
		t.Fatal(problems)
	}
	words := map[string]string{}
	langs := map[string]int{}
	for _, p := range append(routing.Phrases(rules), append(prompt.House("fr"), prompt.House("en")...)...) {
		langs[p.Lang]++
		if other, twice := words[p.File()]; twice && other != p.Words {
			t.Errorf("%s is %q and %q", p.File(), other, p.Words)
		}
		words[p.File()] = p.Words
	}
	if langs["fr"] == 0 || langs["fr"] != langs["en"] || len(langs) != 2 {
		t.Errorf("phrases by language: %v", langs)
	}
}
