package config

import (
	"fmt"
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
