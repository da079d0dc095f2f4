package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"hotline/config"
	"hotline/number"
	"hotline/routing"
)

// A flowchart is the rules as a text that Mermaid draws.
type flowchart struct {
	*routeWish
	ids   map[string]string // by place in the rules
	lines []string
}

// writeMermaid writes all ways as a flowchart.
func (r *routeWish) writeMermaid(rules *config.Rules, _ *routing.Router) {
	f := &flowchart{routeWish: r, ids: map[string]string{}}
	for i := range rules.Lines {
		line := &rules.Lines[i]
		from := f.node("number."+line.Number.National(), line.Number.Pretty(), "([", "])")
		f.arrow(from, f.service(rules.Services[line.Service]), "")
		if len(line.OverBudget) > 0 {
			f.steps(from, r.say("budget dépensé", "budget spent"), "number."+line.Number.National()+".over_budget", line.OverBudget, "")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(rules.Services)) {
		s := rules.Services[name]
		from := f.service(s)
		if s.Hours == "" {
			f.steps(from, "", "service."+name, s.Open, "")
			continue
		}
		f.steps(from, r.say("ouvert", "open"), "service."+name, s.Open, "")
		f.steps(from, r.say("fermé", "closed"), "service."+name+".closed", s.Closed, "")
	}
	for _, name := range slices.Sorted(maps.Keys(rules.Menus)) {
		m := rules.Menus[name]
		from := f.menu(name)
		for _, key := range keysOf(m) {
			f.steps(from, string(rune(key)), fmt.Sprintf("menu.%s.%c", name, key), m.Keys[key], from)
		}
		f.steps(from, r.say("sinon", "otherwise"), "menu."+name+".otherwise", m.Otherwise, from)
	}
	for _, name := range slices.Sorted(maps.Keys(rules.Queues)) {
		q := rules.Queues[name]
		from := f.queue(name)
		if len(q.OnNobody) > 0 {
			f.steps(from, r.say("personne", "nobody"), "queue."+name+".on_nobody", q.OnNobody, from)
		}
		if len(q.OnMaxWait) > 0 {
			f.steps(from, r.say("après ", "after ")+minutes(q.MaxWait), "queue."+name+".on_max_wait", q.OnMaxWait, from)
		}
	}
	fmt.Fprintln(r.out, "flowchart LR")
	for _, line := range f.lines {
		fmt.Fprintln(r.out, "  "+line)
	}
}

func (f *flowchart) service(s *config.Service) string {
	return f.node("service."+s.Name, "service "+s.Name, "[[", "]]")
}

func (f *flowchart) menu(name string) string { return f.node("menu."+name, "menu "+name, "{{", "}}") }

func (f *flowchart) queue(name string) string {
	return f.node("queue."+name, f.say("file ", "queue ")+name, "[/", "/]")
}

// node is the id of something in the rules, which is drawn once.
func (f *flowchart) node(place, text, before, after string) string {
	if id, ok := f.ids[place]; ok {
		return id
	}
	id := fmt.Sprintf("n%d", len(f.ids)+1)
	f.ids[place] = id
	f.lines = append(f.lines, id+before+`"`+mermaidText(text)+`"`+after)
	return id
}

// mermaidText writes a text so that Mermaid draws every character of it, and takes none for a sign of its own.
func mermaidText(s string) string {
	var b strings.Builder
	for _, c := range number.CleanName(s) {
		if strings.ContainsRune(`"#&;<>|[](){}\/`+"`", c) {
			fmt.Fprintf(&b, "#%d;", c)
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

func (f *flowchart) arrow(from, to, label string) {
	if label == "" {
		f.lines = append(f.lines, from+" --> "+to)
		return
	}
	f.lines = append(f.lines, from+` -->|"`+mermaidText(label)+`"| `+to)
}

// steps draws a list of steps, the first behind a label. After the last comes then, if it goes on there.
func (f *flowchart) steps(from, label, place string, steps []config.Step, then string) {
	for i, s := range steps {
		to := ""
		switch s.Kind {
		case config.ToMenu:
			f.arrow(from, f.menu(s.Name), label)
			return
		case config.ToQueue:
			if s.Skill != "" {
				label = strings.TrimPrefix(label+", "+s.Skill+star, ", ")
			}
			f.arrow(from, f.queue(s.Name), label)
			return
		case config.Play:
			to = f.node(fmt.Sprintf("%s+%d", place, i), f.step(s, s.Name), "(", ")")
		default:
			to = f.node(fmt.Sprintf("%s+%d", place, i), f.step(s, s.Name), "[", "]")
		}
		f.arrow(from, to, label)
		if s.Kind == config.Hangup {
			return
		}
		from, label = to, ""
	}
	if then != "" {
		f.arrow(from, then, label)
	} else if len(steps) == 0 {
		f.arrow(from, f.node(place, f.say("raccroché", "hung up"), "[", "]"), label)
	}
}
