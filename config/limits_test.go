package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestMoreProblemsThanAnybodyReads shows the first errors of a file in which everything is wrong, and says that there are more.
func TestMoreProblemsThanAnybodyReads(t *testing.T) {
	var text strings.Builder
	text.WriteString("version: 1\nservices: {s: {open: [hangup, hangup]}}\nnumbers:\n") // W405
	for i := range 2000 {
		fmt.Fprintf(&text, "  0%d: {service: s}\n", i)
	}
	rules, problems := ParseRules("rules.yaml", []byte(text.String()))
	if rules != nil || len(problems) != mostProblems+1 {
		t.Fatalf("%d problems", len(problems))
	}
	for _, p := range problems[:mostProblems] {
		if p.Warning {
			t.Errorf("%s takes the place of an error", p.Code)
		}
	}
	last := problems[mostProblems]
	if last.Code != "W029" || !strings.HasSuffix(last.Title.FR, " autres problèmes ne sont pas montrés") || !strings.HasPrefix(last.Title.EN, "1") {
		t.Errorf("%s %s", last.Code, last.Title)
	}
}

// TestManyWarningsOfOneLine: warnings alone do not refuse a file, however many they are.
func TestManyWarningsOfOneLine(t *testing.T) {
	text := "version: 1\nnumbers: {0972000001: {service: s}}\nservices: {s: {open: [" + strings.Repeat("hangup, ", 2000) + "]}}\n"
	rules, problems := ParseRules("rules.yaml", []byte(text))
	if rules == nil || len(problems) != mostProblems+1 || problems[mostProblems].Code != "W029" {
		t.Fatalf("%d problems, %v", len(problems), problems.Err())
	}
}

// TestLastLineWithoutItsEnd: where a file may have been cut off amid a word, it is asked whether it is whole.
func TestLastLineWithoutItsEnd(t *testing.T) {
	const head = "version: 1\nnumbers: {0972000001: {service: s}}\nservices: {s: {open: {queue: q}}}\nqueues: {q: {agents: [a, b], on_nobody: hangup}}\nagents:\n  a: {phone: 101}\n"
	for end, asked := range map[string]bool{
		"  b:\n    phone: 10":                   true,
		"  b:\n    phone: 102\n":                false,
		"  b: {phone: 102}":                     false, // as some editors leave files
		"  b: {phone: 102}\n# ---- Es":          true,
		"  b: {phone: 102} # (Paul)":            true,
		"  b: {phone: 102, name: \"Paul (2)\"}": false,
	} {
		rules, problems := ParseRules("rules.yaml", []byte(head+end))
		said := slices.ContainsFunc(problems, func(p Problem) bool { return p.Code == "W030" && p.Line != "" })
		if rules == nil || said != asked {
			t.Errorf("%q: asked %v, %v", end, said, problems)
		}
	}
}
