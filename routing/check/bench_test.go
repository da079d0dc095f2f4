package check

import (
	"fmt"
	"strings"
	"testing"

	"hotline/config"
)

// largeRules is a file of a thousand lines, as a company with sixty numbers would have it.
func largeRules() []byte {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("version: 1\nlanguages: [fr]\nnumbers:")
	const services = 70
	for i := range services {
		line("  09 72 00 %02d %02d: {service: s%d}", i/100, i%100, i)
	}
	line("hours:\n  bureau: {mon-fri: [09:00-12:30, 13:30-18:30], sat: [09:00-12:00], closed_on: [holidays_fr]}")
	line("services:")
	for i := range services {
		line("  s%d: {purpose: reception, hours: bureau, open: {menu: m%d}, closed: [{play: ferme}, hangup]}", i, i)
	}
	line("menus:")
	for i := range services {
		line("  m%d:\n    play: accueil\n    keys:\n      1: {queue: q%d, skill: panne}\n      2: {queue: q%d}\n    otherwise: {queue: q%d}", i, i, i, i)
	}
	line("queues:")
	for i := range services {
		line("  q%d:\n    agents: [a%d, a%d, a%d]\n    answer_within: 20s\n    max_wait: 3m\n    on_max_wait: [{play: occupe}, hangup]\n    on_nobody: [{play: occupe}, hangup]", i, i, i+1, i+2)
	}
	line("agents:")
	for i := range services + 2 {
		line("  a%d: {phone: %d, skills: {panne: 3}}", i, 1000+i)
	}
	line("prompts:\n  accueil: Bonjour.\n  ferme: Nous sommes fermés.\n  occupe: Tous nos conseillers sont en ligne.")
	return []byte(b.String())
}

// BenchmarkCheck1000Lines reads and checks a file of a thousand lines, as hotline check does.
func BenchmarkCheck1000Lines(b *testing.B) {
	data := largeRules()
	b.ReportMetric(float64(strings.Count(string(data), "\n")), "lines")
	for b.Loop() {
		rules, problems := config.ParseRules("rules.yaml", data)
		if rules == nil {
			b.Fatal(problems.Err())
		}
		if problems := Rules(rules, Facts{Now: today()}); len(problems) > 0 {
			b.Fatal(problems[0])
		}
	}
}

// BenchmarkCheck1000LinesWrong is the same for a file in which there is something to say of every queue.
func BenchmarkCheck1000LinesWrong(b *testing.B) {
	data := []byte(strings.ReplaceAll(string(largeRules()), "answer_within: 20s", "answer_within: 20m"))
	for b.Loop() {
		rules, _ := config.ParseRules("rules.yaml", data)
		if problems := Rules(rules, Facts{Now: today()}); len(problems) < 70 {
			b.Fatal(len(problems))
		}
	}
}
