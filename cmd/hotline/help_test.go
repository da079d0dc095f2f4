package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// languages are those that a user can have, as LC_ALL says them.
var languages = map[string]string{"fr": "fr_FR.UTF-8", "en": "en_GB.UTF-8"}

// rootIn is the program of a user with that language, in a folder without any file.
func rootIn(t *testing.T, lang string) *cobra.Command {
	t.Helper()
	t.Setenv("LC_ALL", languages[lang])
	root := newRoot()
	root.PersistentFlags().Lookup("config").DefValue = "hotline.yaml" // also where a package is installed
	return root
}

// ran runs the program and returns what it wrote, with what it ends with on standard error.
func ran(t *testing.T, lang string, args ...string) string {
	t.Helper()
	root := rootIn(t, lang)
	var out strings.Builder
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(append([]string{}, args...)) // nil would be those of the test
	if err := root.ExecuteContext(t.Context()); err != nil {
		out.WriteString("hotline: " + userTongue().mistake(err) + "\n")
	}
	return out.String()
}

// TestHelpIsFrench: every text of the help that is there in English is there in French, and no other.
func TestHelpIsFrench(t *testing.T) {
	french, seen := readHelp(frenchHelp), map[string]bool{}
	everyCommand(rootIn(t, "en"), func(c *cobra.Command) {
		path := c.CommandPath()
		text, ok := french[path]
		if !ok {
			t.Errorf("%s has no text in help_fr.yaml", path)
			return
		}
		seen[path] = true
		_, arguments, _ := strings.Cut(c.Use, " ")
		for what, pair := range map[string][2]string{
			"arguments": {arguments, text.Arguments}, "short": {c.Short, text.Short}, "long": {c.Long, text.Long}, "example": {c.Example, text.Example},
		} {
			if (pair[0] == "") != (pair[1] == "") {
				t.Errorf("%s, %s: English %q, French %q", path, what, pair[0], pair[1])
			}
		}
		flags := map[string]bool{}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Name == "help" {
				return
			}
			flags[f.Name] = true
			if text.Flags[f.Name] == "" {
				t.Errorf("%s --%s has no text in help_fr.yaml", path, f.Name)
			}
			if _, required := f.Annotations[cobra.BashCompOneRequiredFlag]; required {
				t.Errorf("%s --%s: cobra would say in English that it is missing; say it in the command", path, f.Name)
			}
		})
		for name := range text.Flags {
			if !flags[name] {
				t.Errorf("help_fr.yaml has --%s, which %s has not", name, path)
			}
		}
	})
	for path := range french {
		if !seen[path] {
			t.Errorf("help_fr.yaml has %s, which is no command", path)
		}
	}
	if long := french["hotline tariff export"].Long; !strings.Contains(strings.Join(strings.Fields(long), " "), tableNames()) {
		t.Errorf("help_fr.yaml does not name the tables %s", tableNames())
	}
}

// TestHelpFits: help has lines of 80 columns, and one line for each command in the list of its parent, all alike.
func TestHelpFits(t *testing.T) {
	for lang := range languages {
		everyCommand(rootIn(t, lang), func(c *cobra.Command) {
			args := strings.Fields(c.CommandPath())[1:]
			text := ran(t, lang, append(args, "--help")...)
			for line := range strings.Lines(text) {
				line = strings.TrimSuffix(line, "\n")
				if utf8.RuneCountInString(line) > 80 {
					t.Errorf("%s, %s: wider than 80 columns: %s", c.CommandPath(), lang, line)
				}
			}
			if strings.Contains(text, "%!") {
				t.Errorf("%s, %s: %s", c.CommandPath(), lang, text)
			}
			first, _ := utf8.DecodeRuneInString(c.Short)
			if !unicode.IsUpper(first) || strings.HasSuffix(c.Short, ".") {
				t.Errorf("%s, %s: %q should begin with a capital letter and end without a full stop", c.CommandPath(), lang, c.Short)
			}
			if c.HasParent() && !strings.Contains(ran(t, lang, append(args[:len(args)-1], "--help")...), "  "+c.Short+"\n") {
				t.Errorf("%s, %s: not on one line of the help above it: %s", c.CommandPath(), lang, c.Short)
			}
		})
	}
}

func TestHelpGroups(t *testing.T) {
	var grouped, all []string
	for _, group := range rootGroups {
		grouped = append(grouped, group.commands...)
	}
	for _, c := range rootIn(t, "en").Commands() {
		all = append(all, c.Name())
	}
	slices.Sort(grouped)
	slices.Sort(all)
	if !slices.Equal(grouped, all) {
		t.Errorf("the groups of the help have %v, the program has %v", grouped, all)
	}
}

func TestHelp(t *testing.T) {
	for lang := range languages {
		for name, args := range map[string][]string{"root": nil, "cdr": {"cdr"}, "tariff-set": {"tariff", "set"}} {
			text := ran(t, lang, append(args, "--help")...)
			golden(t, "help-"+name+"-"+lang+".txt", text)
			if got := ran(t, lang, append([]string{"help"}, args...)...); got != text {
				t.Errorf("hotline help %v differs from --help:\n%s", args, got)
			}
		}
		if got := ran(t, lang); got != ran(t, lang, "--help") {
			t.Errorf("hotline alone does not say its help:\n%s", got)
		}
	}
}

// TestMisuse: what is written wrongly is refused in the user's language, with how it is written.
func TestMisuse(t *testing.T) {
	for _, lang := range slices.Sorted(maps.Keys(languages)) {
		var all strings.Builder
		for _, line := range []string{
			"statsu", "stat", "frobnicate", "foo --bar", "cdr lst", "cdr foo --json", "help foo", "help cdr lst", "completion tcsh",
			"--quick", "cdr list --limti 5", "cdr list -x", "cdr list --limit", "cdr list --limit many", "cdr list --json=maybe", "cdr list --=x",
			"cdr rerate -m",
			"cdr show", "cdr show 1 2", "rate 0892400300", "tariff import", "cdr list --from 2026-11-24 10:00", "version now",
			"tariff list --steps --vat", "connect",
		} {
			all.WriteString("$ hotline " + line + "\n" + ran(t, lang, strings.Fields(line)...))
		}
		golden(t, "misuse-"+lang+".txt", all.String())
		for line := range strings.Lines(all.String()) {
			if utf8.RuneCountInString(line) > 81 {
				t.Errorf("wider than 80 columns: %s", line)
			}
		}
	}
}
