package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestGoodRules refuses, at a start, what only the whole of the rules tells, and lets pass what is to be warned of.
func TestGoodRules(t *testing.T) {
	const rules = `version: 1
caller_id: 08 92 40 03 00
numbers:
  08 92 40 03 00: {service: conseil, price: 0.80 EUR/min}
services:
  conseil: {purpose: paid_advice, answer: on_agent, open: {queue: conseil}}
agents:
  marie: {phone: 101}
queues:
  conseil: {agents: [marie], max_wait: 45s, on_max_wait: hangup}
`
	path := filepath.Join(t.TempDir(), "rules.yaml")
	for _, c := range []struct{ text, want string }{
		{rules, "08 92 40 03 00 may not be shown"},
		{strings.Replace(rules, "paid_advice", "after_sales", 1), "after-sales line on a surcharged number"},
		{strings.Replace(rules, "caller_id: 08 92 40 03 00\n", "", 1), ""},
	} {
		if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		loaded, err := goodRules(path, time.Now())
		if c.want == "" && (err != nil || loaded == nil) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}
