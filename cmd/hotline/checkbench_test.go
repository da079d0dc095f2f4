package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"hotline/wav"
)

// BenchmarkCheckCommand is the whole command on a file of 1,000 lines, with the tables of a database, prompts that are files, and
// 60 tests. Starting the program is not in it.
func BenchmarkCheckCommand(b *testing.B) {
	b.Chdir(b.TempDir())
	b.Setenv("LC_ALL", "fr")
	unpack(b, empty())
	text := largeRules(b)
	if err := os.WriteFile("rules.yaml", []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	putVersion(b, []byte(strings.Replace(text, "wrap_up: 20s", "wrap_up: 30s", 1)))
	b.ReportMetric(float64(strings.Count(text, "\n")), "lines")
	for b.Loop() {
		c := newRootAt(aSunday)
		c.SetArgs([]string{"check"})
		c.SetOut(io.Discard)
		if err := c.ExecuteContext(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// largeRules are the rules of a company with 40 services, in about 1,000 lines, and its prompts.
func largeRules(b *testing.B) string {
	b.Helper()
	const services, agents, prompts, tests = 40, 80, 40, 60
	var s strings.Builder
	add := func(format string, values ...any) { fmt.Fprintf(&s, format+"\n", values...) }
	add("version: 1\nlanguages: [fr]\nnumbers:")
	for i := range services {
		add("  01 40 00 10 %02d:\n    service: s%d\n    we_pay: {from_fixed: 0.01 EUR/min, from_mobile: 0.03 EUR/min}", i, i)
		add("  08 05 40 10 %02d: {service: s%d}", i, i)
	}
	add("hours:\n  bureau:\n    mon-fri: [09:00-12:30, 13:30-18:30]\n    sat: [09:00-12:00]\n    closed_on: [holidays_fr]\nservices:")
	for i := range services {
		add("  s%d:\n    hours: bureau\n    open: {menu: m%d}\n    closed: [{play: p%d}, hangup]", i, i, i%prompts)
	}
	add("menus:")
	for i := range services {
		add("  m%d:\n    play: p%d\n    keys:\n      1: {queue: q%d}\n      2: {queue: q%d}\n    otherwise: {queue: q%d}", i, i%prompts, i, (i+1)%services, i)
	}
	add("agents:")
	for i := range agents {
		add("  a%d: {name: Agent %d, phone: %d}", i, i, 200+i)
	}
	add("queues:")
	for i := range services {
		add("  q%d:\n    agents: [a%d, a%d, a%d]\n    answer_within: %ds\n    wrap_up: 20s\n    max_wait: 5m\n    on_max_wait: [{play: p%d}, hangup]\n    on_nobody: [{play: p%d}, hangup]",
			i, i*2, i*2+1, (i*2+2)%agents, 20+10*(i%5), i%prompts, i%prompts)
	}
	add("prompts:")
	if err := os.Mkdir("prompts", 0o700); err != nil {
		b.Fatal(err)
	}
	for i := range prompts {
		add("  p%d: {file: p%d.wav}", i, i)
		if err := os.WriteFile(fmt.Sprintf("prompts/p%d.wav", i), wav.Encode(make([]int16, 5*wav.TelephoneRate)), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	add("tests:")
	for i := range tests {
		add("  - name: essai %d\n    call: {to: 01 40 00 10 %02d, at: 2026-11-24 10:00, press: 1}\n    expect: {queue: q%d}", i, i%services, i%services)
	}
	return s.String()
}
