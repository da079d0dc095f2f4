package check

import (
	"testing"
	"time"

	"hotline/config"
)

// TestWholeLanguage tries the file that has the whole language in it: words that no live call follows yet are tried like
// all others, and what it says of itself holds.
func TestWholeLanguage(t *testing.T) {
	rules, problems := config.LoadRules("../../config/testdata/whole/rules.yaml")
	if rules == nil {
		t.Fatal(problems.Err())
	}
	if problems := Rules(rules, Facts{Now: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)}); problems.Errors() {
		t.Error(problems.Err())
	}
	if len(rules.Tests) != 6 {
		t.Errorf("%d tests", len(rules.Tests))
	}
}
