package config

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/tools/txtar"

	"hotline/number"
)

func updating() bool { return flag.Lookup("update").Value.String() == "true" }

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write the expected messages anew")
	flag.Parse()
	os.Exit(m.Run())
}

// TestMistakes holds each mistake against the message that a person reads, in both languages.
func TestMistakes(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 60 {
		t.Fatalf("%d files in testdata, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			golden, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(golden.Files) < len(sourceOf(golden))+2 {
				t.Fatal("it needs the sections fr and en, empty for -update")
			}
			rules, problems := Parse(sourceOf(golden))
			if (rules == nil) != problems.Errors() || len(problems) == 0 {
				t.Fatalf("rules %v with problems %v", rules, problems)
			}
			compareGolden(t, file, golden, problems)
		})
	}
}

// sourceOf takes the rules out of a golden file.
func sourceOf(golden *txtar.Archive) (source Source) {
	for _, f := range golden.Files {
		if strings.HasSuffix(f.Name, ".yaml") {
			source = append(source, File{f.Name, f.Data})
		}
	}
	return source
}

// compareGolden holds what people read in each language against the golden file, or writes it anew.
func compareGolden(t *testing.T, file string, golden *txtar.Archive, problems Problems) {
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
		for _, line := range strings.Split(got.String(), "\n") {
			if utf8.RuneCountInString(line) > 100 {
				t.Errorf("line of %d characters: %s", utf8.RuneCountInString(line), line)
			}
		}
	}
	if updating() {
		if err := os.WriteFile(file, txtar.Format(golden), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestExamples loads every rules file of examples without a word of complaint but that of what is still to come.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob("../examples/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, file := range files {
		if filepath.Base(file) == "hotline.yaml" {
			continue
		}
		seen++
		rules, problems := LoadRules(file)
		problems = slices.DeleteFunc(problems, func(p Problem) bool { return p.Code == "W103" })
		if rules == nil || len(problems) > 0 {
			t.Errorf("%s: %v", file, problems)
		}
	}
	if seen < 2 {
		t.Errorf("only %d examples", seen)
	}
}

func TestRulesAsValues(t *testing.T) {
	rules, problems := LoadRules("../examples/rules.yaml")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if got, want := rules.Lines[2], (Line{
		Number: "+33892400300", Service: "conseil", Price: Prices{{Text: "0.80 EUR/min"}}, WeEarn: Prices{{Text: "0.46 EUR/min"}},
		Announcement: Announcement{By: ByCarrier, Pos: Pos{"../examples/rules.yaml", 21, 19}}, Pos: Pos{"../examples/rules.yaml", 17, 3},
	}); !cmp.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
	if got := rules.Lines[1].ArrivesAs; !cmp.Equal(got, []number.Number{"+33140000101"}) {
		t.Errorf("arrives as %v", got)
	}
	if got, want := rules.Lines[0].WePay, (WePay{FromFixed: Prices{{Text: "0.01 EUR/min"}}, FromMobile: Prices{{Text: "0.03 EUR/min"}}}); !cmp.Equal(got, want) {
		t.Errorf("we pay %v", got)
	}
	conseil := rules.Services["conseil"]
	if !conseil.AnswerOnAgent || conseil.EarlyLimit != 50*time.Second || rules.Services["sav"].AnswerOnAgent {
		t.Errorf("service conseil %+v", conseil)
	}
	q := rules.Queues["conseil"]
	if q.MaxWait != 45*time.Second || q.AnswerWithin != 20*time.Second || q.Ring != 20*time.Second || q.WrapUp != 10*time.Second ||
		q.Strategy != "longest_idle" || len(q.OnMaxWait) != 2 || q.OnMaxWait[1].Kind != Hangup {
		t.Errorf("queue conseil %+v", q)
	}
	menu := rules.Menus["sav"]
	if menu.Tries != 2 || menu.Wait != 5*time.Second || len(menu.Keys) != 4 || len(menu.Keys['9']) != 2 ||
		menu.Keys['9'][0].Kind != Language || menu.Keys['9'][0].Name != "en" {
		t.Errorf("menu sav %+v", menu)
	}
	if !cmp.Equal(rules.AgentOrder, []string{"marie", "paul", "lea", "karim"}) || rules.Agents["lea"].Phone != "103" {
		t.Errorf("agents %v", rules.AgentOrder)
	}
	if rules.CallerID != "+33140000100" || len(rules.Hash) != 12 || rules.Prompts["occupe"].In("de", "fr") != "occupe.wav" {
		t.Errorf("caller id %s, hash %s", rules.CallerID, rules.Hash)
	}
}

func TestRulesFileThatCannotBeRead(t *testing.T) {
	folder := t.TempDir()
	for name, path := range map[string]string{"missing": filepath.Join(folder, "none.yaml"), "a folder": folder} {
		rules, problems := LoadRules(path)
		if rules != nil || !problems.Errors() || problems[0].Code != "E001" {
			t.Errorf("%s: %v, %v", name, rules, problems)
		}
	}
	big := filepath.Join(folder, "big.yaml")
	if err := os.WriteFile(big, []byte(strings.Repeat("# much\n", sizeLimit/7+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if rules, problems := LoadRules(big); rules != nil || problems[0].Code != "E003" {
		t.Errorf("big: %v", problems)
	}
}

// TestEditors reads the same rules as the editors of other systems save them.
func TestEditors(t *testing.T) {
	data, err := os.ReadFile("../examples/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want, _ := ParseRules("rules.yaml", data)
	for name, text := range map[string]string{
		"windows":         strings.ReplaceAll(string(data), "\n", "\r\n"),
		"byte order mark": "\uFEFF" + string(data),
		"no last newline": strings.TrimRight(string(data), "\n"),
		"fine spaces":     strings.ReplaceAll(string(data), "08 09 40 01 00", "08\u202f09\u202f40\u202f01\u202f00"),
	} {
		got, problems := ParseRules("rules.yaml", []byte(text))
		if len(problems) > 0 {
			t.Errorf("%s: %v", name, problems)
			continue
		}
		got.Hash, got.Source = want.Hash, want.Source
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Hours{}, Rules{})); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// TestCutOff cuts the example at every byte: what is left is never taken for rules of fewer numbers or queues.
func TestCutOff(t *testing.T) {
	data, err := os.ReadFile("../examples/minimal.yaml")
	if err != nil {
		t.Fatal(err)
	}
	whole, _ := ParseRules("rules.yaml", data)
	for i := range data {
		rules, problems := ParseRules("rules.yaml", data[:i])
		if (rules == nil) != problems.Errors() {
			t.Fatalf("cut at %d: rules %v, problems %v", i, rules, problems)
		}
		if rules != nil && (len(rules.Lines) != len(whole.Lines) || len(rules.Queues["accueil"].Agents) != 2) {
			t.Errorf("cut at %d: taken as %+v", i, rules)
		}
	}
}

func FuzzParseRules(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		golden, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(golden.Files[0].Data)
	}
	for _, file := range []string{"../examples/rules.yaml", "../examples/minimal.yaml"} {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, problems := ParseRules("rules.yaml", data)
		if (rules == nil) != problems.Errors() {
			t.Fatalf("rules %v with problems %v", rules, problems)
		}
		for _, lang := range []string{"fr", "en"} {
			var out strings.Builder
			if err := problems.Print(&out, lang); err != nil {
				t.Fatal(err)
			}
			if !utf8.ValidString(out.String()) {
				t.Fatalf("not UTF-8: %q", out.String())
			}
		}
	})
}
