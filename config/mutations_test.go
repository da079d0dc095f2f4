package config_test

import (
	"bytes"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"hotline/billing"
	"hotline/config"
	"hotline/routing"
	"hotline/routing/check"
)

// TestMutations damages every rules file of the tests in as many ways as HOTLINE_MUTATIONS says, beginning with those of
// the number HOTLINE_MUTATIONS_SEED, and puts each through all that is done with rules: no panic, no rules beside errors, a
// layout that changes nothing. A failure names the number of the mutation, which makes it again.
func TestMutations(t *testing.T) {
	count, seed := setting(t, "HOTLINE_MUTATIONS", 2000), setting(t, "HOTLINE_MUTATIONS_SEED", 1)
	m := newMutator(t)
	r := &ordeal{T: t, schema: config.CompileSchema(t, "en", false), at: time.Date(2026, 11, 24, 10, 0, 0, 0, billing.Paris())}
	for i, text := range m.seeds[:m.sound] {
		if rules, problems := config.ParseRules("rules.yaml", text); rules == nil {
			t.Errorf("seed %d is not sound: %v", i, problems.Err())
		}
	}
	last := time.Now()
	for i := range count {
		file, from := m.draw(seed, i)
		r.number = i
		r.endure(file, from)
		if time.Since(last) > time.Minute {
			last = time.Now()
			t.Logf("%s: %d of %d: %+v", last.Format("15:04"), i+1, count, r.done)
		}
	}
	t.Logf("seed %d, %d mutations: %+v", seed, count, r.done)
}

func setting(t *testing.T, name string, usual uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// counts say how often each thing has been done.
type counts struct{ Parsed, Taken, Printed, Checked, Tried, Formatted, Compared, Validated int }

// An ordeal is what a file has to go through.
type ordeal struct {
	*testing.T
	schema *jsonschema.Schema
	at     time.Time
	number uint64
	done   counts
}

func (r *ordeal) endure(file, from []byte) {
	defer func() {
		if cause := recover(); cause != nil {
			r.Errorf("mutation %d: panic: %v\n%q\n%s", r.number, cause, file, debug.Stack())
		}
	}()
	began := time.Now()
	rules, problems := config.ParseRules("rules.yaml", file)
	r.done.Parsed++
	if (rules == nil) != problems.Errors() {
		r.Errorf("mutation %d: rules %v with problems %v: %q", r.number, rules != nil, problems, file)
		return
	}
	if r.number%16 == 0 {
		r.print(problems)
	}
	if rules != nil {
		r.done.Taken++
		r.check(rules)
		r.try(rules)
	}
	if rules != nil && r.number%2 == 0 || r.number%16 == 0 {
		r.format(file, rules)
		r.done.Compared++
		config.Diff(config.Source{{Name: "rules.yaml", Data: from}}, config.Source{{Name: "rules.yaml", Data: file}})
	}
	if r.number%16 == 0 {
		r.validate(file, rules)
	}
	if took := time.Since(began); took > 10*time.Second { // so long that it is no accident
		r.Errorf("mutation %d takes %v: %q", r.number, took, file)
	}
}

func (r *ordeal) print(problems config.Problems) {
	r.done.Printed++
	for _, lang := range []string{"fr", "en"} {
		var out strings.Builder
		if err := problems.Print(&out, lang); err != nil || !utf8.ValidString(out.String()) {
			r.Errorf("mutation %d: %v, %q", r.number, err, out.String())
		}
	}
}

func (r *ordeal) check(rules *config.Rules) {
	r.done.Checked++
	check.Rules(rules, check.Facts{Now: r.at})
	check.Cover(rules, check.Tests(rules, nil))
}

// try calls every number, with everybody free, busy and away, in the daytime and at night.
func (r *ordeal) try(rules *config.Rules) {
	router := routing.NewRouter(rules)
	for i, line := range rules.Lines {
		for k, agents := range []string{config.AgentsFree, config.AgentsBusy, config.AgentsNone} {
			r.done.Tried++
			at := r.at.Add(time.Duration(k+i) * 7 * time.Hour)
			path := router.Try(routing.Trial{To: string(line.Number), At: at, Agents: agents, Press: "1290*#"[k+i%2:]})
			if path.End == "" || path.End == routing.EndUnknown {
				r.Errorf("mutation %d: a call to %s ends with %q", r.number, line.Number, path.End)
			}
		}
	}
}

// format lays the file out, and holds that it means the same and is at rest.
func (r *ordeal) format(file []byte, rules *config.Rules) {
	r.done.Formatted++
	once, problems := config.Format("rules.yaml", file)
	if problems.Errors() != (once == nil) || rules != nil && once == nil {
		r.Errorf("mutation %d: %q with %v", r.number, once, problems)
	}
	if once == nil {
		return
	}
	if twice, problems := config.Format("rules.yaml", once); !bytes.Equal(once, twice) || len(problems) > 0 {
		r.Errorf("mutation %d: laid out %q, and again %q, %v", r.number, once, twice, problems)
	}
	if rules == nil {
		return
	}
	before, after := config.Source{{Name: "rules.yaml", Data: file}}, config.Source{{Name: "rules.yaml", Data: once}}
	if changes := config.Diff(before, after); len(changes) > 0 {
		r.Errorf("mutation %d: the layout changes %v: %q", r.number, changes, file)
	}
	again, _ := config.ParseRules("rules.yaml", once)
	if diff := cmp.Diff(rules, again, apartFromLayout()...); diff != "" {
		r.Errorf("mutation %d: the layout changes the rules: %s\n%q", r.number, diff, file)
	}
}

// apartFromLayout compares rules as they are carried out.
func apartFromLayout() cmp.Options {
	return cmp.Options{
		cmpopts.IgnoreTypes(config.Pos{}), cmpopts.IgnoreFields(config.Rules{}, "Source", "Hash"),
		cmpopts.IgnoreUnexported(config.Rules{}, config.Hours{}),
	}
}

// validate holds that what the schema refuses, the loader refuses: else editors would mark what is right.
func (r *ordeal) validate(file []byte, rules *config.Rules) {
	var doc yaml.Node
	if rules == nil || yaml.Unmarshal(file, &doc) != nil {
		return
	}
	r.done.Validated++
	if err := r.schema.Validate(config.AsEditorsSee(&doc)); err != nil {
		r.Errorf("mutation %d: the loader takes what the schema refuses: %v\n%q", r.number, err, file)
	}
}
