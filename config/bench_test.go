package config

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// thousandLines are the rules of a large company: 1,000 lines, nothing wrong.
func thousandLines() []byte {
	var b strings.Builder
	b.WriteString("version: 1\ncompany: Large\nnumbers:\n")
	for i := range 240 {
		fmt.Fprintf(&b, "  01 40 00 %02d %02d: {service: s%d}   # number %d\n", i/100, i%100, i%40, i)
	}
	b.WriteString("services:\n")
	for i := range 40 {
		fmt.Fprintf(&b, "  s%d:\n    purpose: reception\n    hours: h%d\n    open: {menu: m%d}\n    closed: [{play: closed}, hangup]\n", i, i%10, i)
	}
	b.WriteString("hours:\n")
	for i := range 10 {
		fmt.Fprintf(&b, "  h%d:\n    mon-fri: [09:00-12:30, 13:30-18:30]\n    closed_on: [holidays_fr]\n", i)
	}
	b.WriteString("menus:\n")
	for i := range 40 {
		fmt.Fprintf(&b, "  m%d:\n    play: welcome\n    keys: {1: {queue: q%d}, 2: {menu: m%d}}\n    otherwise: {queue: q%d}\n", i, i%30, (i+1)%40, i%30)
	}
	b.WriteString("queues:\n")
	for i := range 30 {
		fmt.Fprintf(&b, "  q%d:\n    agents: [a%d, a%d, a%d]\n    answer_within: 30s\n    max_wait: 3m\n    on_max_wait: [{play: closed}, hangup]\n    on_nobody: hangup\n", i, i, i+1, i+2)
	}
	b.WriteString("agents:\n")
	for i := range 150 {
		fmt.Fprintf(&b, "  a%d: {name: \"Agent %d\", phone: %d}\n", i, i, 1000+i)
	}
	b.WriteString("prompts:\n  welcome: {file: welcome.wav}\n  closed: \"We are closed.\"\n")
	return []byte(b.String())
}

func BenchmarkParse1000Lines(b *testing.B) {
	data := thousandLines()
	if rules, problems := ParseRules("rules.yaml", data); rules == nil {
		b.Fatal(problems)
	}
	b.ReportMetric(float64(strings.Count(string(data), "\n")), "lines")
	for b.Loop() {
		ParseRules("rules.yaml", data)
	}
}

// BenchmarkDiff1000Lines compares rules of which every number has changed.
func BenchmarkDiff1000Lines(b *testing.B) {
	old := Source{{Name: "rules.yaml", Data: thousandLines()}}
	new := Source{{Name: "rules.yaml", Data: []byte(strings.ReplaceAll(string(old[0].Data), "01 40", "01 41"))}}
	for b.Loop() {
		if changes := Diff(old, new); len(changes) != 480 {
			b.Fatal(len(changes))
		}
	}
}

func BenchmarkFormat1000Lines(b *testing.B) {
	data := thousandLines()
	for b.Loop() {
		Format("rules.yaml", data)
	}
}

// BenchmarkParseMistakes reads all files of mistakes, which is what a fuzz test does.
func BenchmarkParseMistakes(b *testing.B) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		b.Fatal(err)
	}
	var all []Source
	for _, file := range files {
		golden, err := txtar.ParseFile(file)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, sourceOf(golden))
	}
	b.ReportMetric(float64(len(all)), "files")
	for b.Loop() {
		for _, source := range all {
			Parse(source)
		}
	}
}

// BenchmarkParseLarge reads files as large as are read at all, each hard in a way of its own.
func BenchmarkParseLarge(b *testing.B) {
	fill := func(unit string) string { return strings.Repeat(unit, (sizeLimit-100)/len(unit)) }
	numbered := func(form string) string {
		var s strings.Builder
		for i := 0; s.Len() < sizeLimit-100; i++ {
			fmt.Fprintf(&s, form, i)
		}
		return s.String()
	}
	for name, text := range map[string]string{
		"one line": "company: " + fill("very long "),
		"quotes":   "company: \"" + fill("a\n "),
		"brackets": "company: " + fill("["),
		"braces":   "a: " + fill("{a: ") + "}",
		"deep": func() string {
			var s strings.Builder
			for i := 0; s.Len() < sizeLimit-3000; i++ {
				s.WriteString(strings.Repeat(" ", i) + "a:\n")
			}
			return s.String()
		}(),
		"unknown words":  "version: 1\n" + numbered("wrd%d: x\n"),
		"unknown agents": "version: 1\nqueues:\n  q: {agents: [" + numbered("a%d, ") + "]}\n",
		"agents":         "version: 1\nagents:\n" + numbered("  a%d: {name: x, phone: 1}\n"),
		"bad numbers":    "version: 1\nnumbers:\n" + numbered("  0%d: {service: x}\n"),
		"queues":         "version: 1\nqueues:\n" + numbered("  q%d: {agents: [x], on_nobody: {queue: nobody}}\n"),
		"menus":          "version: 1\nmenus:\n" + numbered("  m%[1]d: {play: x, keys: {1: {menu: n%[1]d}}, otherwise: {menu: m%[1]d}}\n"),
		"same":           "version: 1\n" + fill("a: b\n"),
		"comments":       fill("# c\n"),
		"list":           "a:\n" + fill("- -\n"),
		"steps":          "version: 1\nservices: {a: {open: [" + fill("hangup, ") + "]}}\n",
		"one word":       "a:\n" + fill(" b\n"),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				ParseRules("rules.yaml", []byte(text))
				Format("rules.yaml", []byte(text))
			}
		})
	}
}
