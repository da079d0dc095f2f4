package check

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"hotline/billing"
	"hotline/config"
)

func updating() bool { return flag.Lookup("update").Value.String() == "true" }

func TestMain(m *testing.M) {
	if flag.Lookup("update") == nil {
		flag.Bool("update", false, "write the expected messages anew")
	}
	flag.Parse()
	os.Exit(m.Run())
}

// today is when the goldens are checked: a Saturday.
func today() time.Time { return time.Date(2026, 11, 28, 10, 0, 0, 0, billing.Paris()) }

var codeForm = regexp.MustCompile(`"([EW]\d{3})"`)

// TestMistakes holds each mistake against the message that a person reads, in both languages. A golden is named after the
// code that it is about, and nothing else is said of its rules.
func TestMistakes(t *testing.T) {
	for _, file := range goldens(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			golden, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			rules, problems := config.Parse(sourceOf(golden))
			if rules == nil {
				t.Fatalf("the rules have errors of form: %v", problems.Err())
			}
			problems = Rules(rules, Facts{Now: today()})
			for _, result := range Tests(rules, shipped(t)) {
				problems = append(problems, result.Problems...)
			}
			code := codeOf(file)
			for _, p := range problems {
				if p.Code != code || p.Warning != strings.HasPrefix(code, "W") {
					t.Errorf("%s %s is said, too", p.Code, p.Title.EN)
				}
				if p.Line == "" || p.Pos.Column > utf8.RuneCountInString(p.Line) {
					t.Errorf("%s is at %s, which is no place", p.Code, p.Pos)
				}
			}
			if len(problems) == 0 {
				t.Error("nothing is said")
			}
			compareGolden(t, file, golden, problems)
		})
	}
}

// shipped is the tariff book that comes with the program.
func shipped(t *testing.T) *billing.Book {
	t.Helper()
	data, version, err := billing.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	book, err := billing.NewBook(data, version)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func goldens(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/[EW]*.txtar")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files in testdata, %v", len(files), err)
	}
	return files
}

// codeOf is the code that a golden is named after.
func codeOf(file string) string {
	code, _, _ := strings.Cut(filepath.Base(file), "-")
	return code
}

func sourceOf(golden *txtar.Archive) (source config.Source) {
	for _, f := range golden.Files {
		if strings.HasSuffix(f.Name, ".yaml") {
			source = append(source, config.File{Name: f.Name, Data: f.Data})
		}
	}
	return source
}

func compareGolden(t *testing.T, file string, golden *txtar.Archive, problems config.Problems) {
	t.Helper()
	for i, f := range golden.Files {
		if strings.HasSuffix(f.Name, ".yaml") {
			continue
		}
		var got strings.Builder
		if err := problems.Print(&got, f.Name); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(f.Data), got.String()); diff != "" && !updating() {
			t.Errorf("%s, %s (-want +got):\n%s", file, f.Name, diff)
		}
		golden.Files[i].Data = []byte(got.String())
	}
	if updating() {
		if err := os.WriteFile(file, txtar.Format(golden), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// codesIn are the codes that the source of a package can say.
func codesIn(t *testing.T, dir string) (codes []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no source in %s: %v", dir, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(filepath.Base(file), "catalog") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range codeForm.FindAllStringSubmatch(string(text), -1) {
			codes = append(codes, m[1])
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// TestEveryCodeHasAGolden keeps a code from being written that nobody has seen.
func TestEveryCodeHasAGolden(t *testing.T) {
	codes := codesIn(t, ".")
	for _, file := range goldens(t) {
		if !slices.Contains(codes, codeOf(file)) {
			t.Errorf("%s: no check says %s", file, codeOf(file))
		}
	}
	for _, code := range codes {
		if code == "E900" { // the form of a file that says so is refused; only a trial asked for by hand meets it
			continue
		}
		if files, _ := filepath.Glob("testdata/" + code + "-*.txtar"); len(files) == 0 {
			t.Errorf("%s has no golden", code)
		}
	}
}

// TestGoodRules says nothing of rules that are good.
func TestGoodRules(t *testing.T) {
	files, err := filepath.Glob("../../examples/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, "testdata/whole.yaml") // with every word of the language
	seen := 0
	for _, file := range files {
		if filepath.Base(file) == "hotline.yaml" {
			continue
		}
		seen++
		rules, problems := config.LoadRules(file)
		if rules == nil {
			t.Fatal(problems.Err())
		}
		for _, p := range Rules(rules, Facts{Now: today()}) {
			t.Errorf("%s %s %s", p.Pos, p.Code, p.Title.EN)
		}
	}
	if seen < 3 {
		t.Errorf("only %d examples", seen)
	}
}

// TestExamplesAsTheySay runs the tests of the examples: what people begin from does what it says.
func TestExamplesAsTheySay(t *testing.T) {
	files, err := filepath.Glob("../../examples/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	run := 0
	for _, file := range files {
		if filepath.Base(file) == "hotline.yaml" {
			continue
		}
		rules, problems := config.LoadRules(file)
		if rules == nil {
			t.Fatal(problems.Err())
		}
		for _, r := range Tests(rules, shipped(t)) {
			run++
			if !r.Passed() {
				t.Errorf("%s, %s: %v", file, r.Test.Name, r.Problems)
			}
		}
	}
	if run < 15 {
		t.Errorf("only %d tests in the examples", run)
	}
}

// TestErrorsOutliveTheDay keeps what was put in force once from being refused by a restart on another day.
func TestErrorsOutliveTheDay(t *testing.T) {
	files := append(goldens(t), "testdata/whole.yaml")
	for _, file := range files {
		rules, _ := config.Parse(sourceIn(t, file))
		errors := func(day time.Time) (codes []string) {
			for _, p := range Rules(rules, Facts{Now: day}) {
				if !p.Warning {
					codes = append(codes, p.Code)
				}
			}
			return codes
		}
		want := errors(today())
		for _, years := range []int{-10, 1, 10} {
			if diff := cmp.Diff(want, errors(today().AddDate(years, 0, 0))); diff != "" {
				t.Errorf("%s, %d years later (-today +then):\n%s", file, years, diff)
			}
		}
	}
}

// sourceIn reads the rules of a golden, or of a file.
func sourceIn(t *testing.T, file string) config.Source {
	t.Helper()
	if strings.HasSuffix(file, ".txtar") {
		golden, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return sourceOf(golden)
	}
	source, problems := config.ReadSource(file)
	if problems.Errors() {
		t.Fatal(problems.Err())
	}
	return source
}
