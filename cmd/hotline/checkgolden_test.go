package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"hotline/config"
	"hotline/store"
)

// aSunday is when the goldens of check were checked: nobody is at work.
func aSunday() time.Time { return time.Date(2026, 11, 29, 13, 2, 0, 0, time.UTC) }

// TestCheckPrints holds what check prints of rules, in both languages, against testdata/check/*.txtar: the files that the
// command finds, in-force.yaml among them when a version is in force, and what it prints with which exit code. The comment of an archive may hold more arguments.
func TestCheckPrints(t *testing.T) {
	files, err := filepath.Glob("testdata/check/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			file := filepath.Join(here, file)
			golden, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			unpack(t, golden)
			for i, f := range golden.Files {
				if f.Name != "fr" && f.Name != "en" {
					continue
				}
				out, code := checkAt(t, aSunday(), f.Name, strings.Fields(string(golden.Comment))...)
				got := fmt.Sprintf("%s(exit %d)\n", out, code)
				if diff := cmp.Diff(string(f.Data), got); diff != "" && !*update {
					t.Errorf("%s (-want +got; go test ./cmd/hotline -update writes it anew):\n%s", f.Name, diff)
				}
				golden.Files[i].Data = []byte(got)
				fits(t, out)
			}
			if *update {
				if err := os.WriteFile(file, txtar.Format(golden), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// unpack writes the files of a golden into the folder where the test is, with a daemon's file that names them.
func unpack(t testing.TB, golden *txtar.Archive) {
	t.Helper()
	files := append([]txtar.File{{Name: "hotline.yaml", Data: []byte(
		"rules: rules.yaml\ndatabase: hotline.db\n" +
			"switches:\n  - {name: pbx, kind: asterisk, url: \"http://127.0.0.1:8088/ari\", user: hotline, password: env:PASSWORD, phone: \"PJSIP/{phone}\"}\n" +
			"prompts: {folder: prompts}\n")}}, golden.Files...)
	for _, f := range files {
		switch f.Name {
		case "fr", "en":
			continue
		case "in-force.yaml":
			putVersion(t, f.Data)
			continue
		}
		if err := os.MkdirAll(filepath.Dir(f.Name), 0o700); err != nil {
			t.Fatal(err)
		}
		// \e stands for a control character, which no text file should have.
		if err := os.WriteFile(f.Name, bytes.ReplaceAll(f.Data, []byte(`\e`), []byte("\x1b")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// putVersion puts rules in force, as apply does, in the database of the folder where the test is.
func putVersion(t testing.TB, rules []byte) {
	t.Helper()
	db, err := store.Open(t.Context(), "hotline.db")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	version := store.RulesVersion{Source: config.Source{{Name: "rules.yaml", Data: rules}}, At: aSunday(), Who: "marie", Why: "noël"}
	if _, _, err := db.PutInForce(t.Context(), version, 0, nil); err != nil {
		t.Fatal(err)
	}
}

// checkAt runs check at some time and returns what it prints and its exit code.
func checkAt(t *testing.T, now time.Time, lang string, args ...string) (string, int) {
	t.Helper()
	t.Setenv("LC_ALL", lang)
	var out bytes.Buffer
	c := newRootAt(func() time.Time { return now })
	c.SetArgs(append([]string{"check"}, args...))
	c.SetOut(&out)
	c.SetErr(&out)
	err := c.ExecuteContext(t.Context())
	var exit *exitError
	switch {
	case err == nil:
		return out.String(), 0
	case errors.As(err, &exit):
		return out.String(), exit.code
	}
	t.Fatal(err)
	return "", 0
}

// fits makes sure that a text does no harm to a terminal, and fits it.
func fits(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if n := utf8.RuneCountInString(line); n > terminal && !strings.HasPrefix(line, "rules.yaml:") { // places are to be clicked on
			t.Errorf("%d columns: %s", n, line)
		}
		if at := strings.IndexFunc(line, func(r rune) bool { return !unicode.IsPrint(r) && r != '\u00a0' }); at >= 0 {
			t.Errorf("a sign that does not print: %q", line)
		}
	}
}
