package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"hotline/config"
	"hotline/routing"
)

// runTried runs route or test as a person does, and returns what they print and the exit code.
func runTried(t *testing.T, lang string, args ...string) (string, int) {
	t.Helper()
	t.Setenv("LC_ALL", lang)
	var out bytes.Buffer
	c := newRoot()
	c.SetArgs(args)
	c.SetOut(&out)
	c.SetErr(&out)
	err := c.ExecuteContext(t.Context())
	var exit *exitError
	switch {
	case errors.As(err, &exit):
		return out.String(), exit.code
	case err != nil:
		t.Fatal(err)
	}
	return out.String(), 0
}

const (
	triedRules = "testdata/route/rules.yaml"
	tuesday    = "2026-11-24 10:00"
)

// TestRoute holds what is printed of the calls of an example against goldens, in both languages.
func TestRoute(t *testing.T) {
	for name, args := range map[string][]string{
		"key":         {"0809400100", "--from", "0612345678", "--at", tuesday, "--press", "1"},
		"wrong-keys":  {"01 40 00 01 01", "--at", tuesday, "--press", "75"},
		"english":     {"0809400100", "--at", tuesday, "--press", "92"},
		"holiday":     {"0805400200", "--at", "2026-12-25 10:00"},
		"closure":     {"0809400100", "--at", "2027-01-04 10:00"},
		"special-day": {"0809400100", "--at", "2026-12-24 16:30"},
		"nobody":      {"0805400200", "--at", tuesday, "--agents", "none"},
		"busy":        {"0892400300", "--at", tuesday, "--agents", "busy"},
		"free":        {"0892400300", "--at", tuesday},
		"nothing":     {"0809400100", "--at", tuesday, "--press", "9"},
		"not-ours":    {"0805400201", "--at", tuesday},
		"tree":        {"--tree"},
		"mermaid":     {"--mermaid"},
		"json":        {"0809400100", "--from", "0612345678", "--at", tuesday, "--press", "1", "--json"},
	} {
		file := filepath.Join("testdata/route", name+".txtar")
		var got txtar.Archive
		for _, lang := range []string{"fr", "en"} {
			text, _ := runTried(t, lang, append([]string{"route", "--rules", triedRules}, args...)...)
			for line := range strings.SplitSeq(text, "\n") {
				if utf8.RuneCountInString(line) > 80 && name != "mermaid" && name != "json" {
					t.Errorf("%s, %s: wider than 80 columns: %s", name, lang, line)
				}
			}
			got.Files = append(got.Files, txtar.File{Name: lang, Data: []byte(text)})
		}
		if *update {
			if err := os.WriteFile(file, txtar.Format(&got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), string(txtar.Format(&got))); d != "" {
			t.Errorf("%s (-want +got):\n%s", file, d)
		}
	}
}

// For scripts: what is as expected, what is not, and what could not be tried.
func TestRouteExpect(t *testing.T) {
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"0809400100", "--press", "1", "--expect", "queue=sav,skill=panne,caller_pays=normal_call"}, 0, "YES: as expected."},
		{[]string{"0809400100", "--press", "2", "--expect", "queue=sav,skill=panne"}, 1, "NO: skill expected: panne; came: commande"},
		{[]string{"0805400299", "--expect", "queue=sav"}, 1, "this number is not in numbers"},
		{[]string{"0809400100", "--expect", "quue=sav"}, 2, `--expect does not know "quue"; write: queue`},
		{[]string{"0809400100", "--expect", "queue=savv"}, 2, `--expect queue: "savv" is not in the rules; there is: sav`},
		{[]string{"0809400100", "--expect", "queue"}, 2, "write word=value"},
		{[]string{"0809400100", "--from", "12"}, 2, `--from "12" is not a telephone number`},
		{[]string{"0809400100", "--press", "a"}, 2, "a telephone has the keys 0 to 9"},
		{[]string{"0809400100", "--agents", "gone"}, 2, `--agents "gone": write free`},
		{[]string{"0809400100", "--rules", "testdata/none.yaml"}, 2, "the file does not exist"},
		{[]string{"x"}, 2, `"x" is not a telephone number`},
		{nil, 2, "which number is called?"},
	} {
		args := append([]string{"route", "--rules", triedRules, "--at", tuesday}, test.args...)
		got, code := runTried(t, "en", args...)
		if code != test.code || !strings.Contains(got, test.want) {
			t.Errorf("%q: exit %d, want %d and %q in\n%s", test.args, code, test.code, test.want, got)
		}
	}
}

func TestTestCommand(t *testing.T) {
	got, code := runTried(t, "fr", "test", "--rules", triedRules)
	if code != 0 || !strings.Contains(got, "oui  fermé à Noël") || !strings.Contains(got, "Essais : 4 réussis sur 4. Chemins essayés : 8 sur 17.") {
		t.Errorf("exit %d\n%s", code, got)
	}
	data, err := os.ReadFile(triedRules)
	if err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(bad, bytes.Replace(data, []byte("1: {queue: sav, skill: panne}"), []byte("1: {queue: ventes}"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	got, code = runTried(t, "fr", "test", "--rules", bad)
	if code != 1 || !strings.Contains(got, "NON  panne un mardi matin") || !strings.Contains(got, "E901  essai « panne un mardi matin » : queue attendu : sav ; obtenu : ventes") {
		t.Errorf("exit %d\n%s", code, got)
	}
}

// A test is added without another byte being changed, and the file still has its meaning.
func TestWithTest(t *testing.T) {
	made := config.Test{Name: "neuf", Call: config.TestCall{To: "+33972000001", At: parseAt(t, tuesday), Press: "1#"}, Expect: config.Expect{Queue: "a"}}
	const entry = "- name: neuf\n%  call: {to: 09 72 00 00 01, at: 2026-11-24 10:00, press: \"1#\"}\n%  expect: {queue: a}\n"
	for _, test := range []struct{ name, before, after, indent string }{
		{"none yet", "version: 1", "\n\ntests:\n  ", "  "},
		{"at the end", "tests:\n  - name: x\n    call: {}\n", "  ", "  "},
		{"not set in", "tests:\n- name: x\n  call: {}\n", "", ""},
	} {
		got, err := withTest(config.Source{{Name: "rules.yaml", Data: []byte(test.before)}}, made)
		if err != nil {
			t.Fatal(err)
		}
		want := test.before + test.after + strings.ReplaceAll(entry, "%", test.indent)
		if d := cmp.Diff(want, string(got[0].Data)); d != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, d)
		}
	}
	got, err := withTest(config.Source{{Name: "rules.yaml", Data: []byte("tests:\r\n  - name: x # y\r\n\r\n# Annonces\r\nprompts: {}\r\n")}}, made)
	if err != nil || !strings.HasPrefix(string(got[0].Data), "tests:\r\n  - name: x # y\r\n  - name: neuf\r\n") || !strings.HasSuffix(string(got[0].Data), "{queue: a}\r\n\r\n# Annonces\r\nprompts: {}\r\n") {
		t.Errorf("%v %q", err, got[0].Data)
	}
	if _, err := withTest(config.Source{{Name: "rules.yaml", Data: []byte("tests: [{name: x}]\n")}}, made); err == nil {
		t.Error("a section on one line is not refused")
	}
}

func parseAt(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := parseMoment(text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Names from the file do nothing in a flowchart but stand there.
func TestMermaidText(t *testing.T) {
	if got, want := mermaidText("a\"]; b[\"<script>#"), "a#34;#93;#59; b#91;#34;#60;script#62;#35;"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func BenchmarkTry(b *testing.B) {
	rules, problems := config.LoadRules(triedRules)
	if rules == nil {
		b.Fatal(problems.Err())
	}
	book, err := shippedBook(rules)
	if err != nil {
		b.Fatal(err)
	}
	at, err := parseMoment(tuesday)
	if err != nil {
		b.Fatal(err)
	}
	router := routing.NewRouter(rules)
	for b.Loop() {
		if p := router.Try(routing.Trial{To: "0809400100", From: "+33612345678", At: at, Press: "1", Book: book}); p.End != routing.EndQueue {
			b.Fatal(p.End)
		}
	}
}
