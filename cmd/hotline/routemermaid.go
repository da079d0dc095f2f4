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
	if from == "" {
		return
	}
	if label == "" {
		f.lines = append(f.lines, from+" --> "+to)
		return
	}
	f.lines = append(f.lines, from+` -->|"`+mermaidText(label)+`"| `+to)
}

// steps draws a list of steps, the first behind a label. After the last comes then, if it goes on there.
func (f *flowchart) steps(from, label, place string, steps []config.Step, then string) {
	for i, s := range steps {
		if s.Kind == config.ToQueue && s.Skill != "" {
			label = strings.TrimPrefix(label+", "+s.Skill+star, ", ")
		}
		to := f.step(place, i, s)
		f.arrow(from, to, label)
		next := then
		if i < len(steps)-1 {
			next = f.step(place, i+1, steps[i+1])
		}
		f.inside(to, fmt.Sprintf("%s+%d", place, i), s, next)
		if s.Final() {
			return
		}
		from, label = to, ""
		if divides(s) { // each of its ways leads on
			from = ""
		}
	}
	switch {
	case from == "":
	case then != "":
		f.arrow(from, then, label)
	case len(steps) == 0:
		f.arrow(from, f.node(place, f.say("raccroché", "hung up"), "[", "]"), label)
	}
}

// step is the id of one of the steps of a list.
func (f *flowchart) step(place string, i int, s config.Step) string {
	at := fmt.Sprintf("%s+%d", place, i)
	switch s.Kind {
	case config.ToMenu:
		return f.menu(s.Name)
	case config.ToQueue:
		return f.queue(s.Name)
	case config.Play, config.Say:
		return f.node(at, f.routeWish.step(s, s.Name), "(", ")")
	case config.Branch, config.Collect, config.AskHook:
		return f.node(at, f.routeWish.step(s, s.Name), "{", "}")
	}
	return f.node(at, f.routeWish.step(s, s.Name), "[", "]")
}

// inside draws the ways of a step that has several.
func (f *flowchart) inside(from, place string, s config.Step, then string) {
	for i, a := range s.Arms {
		f.steps(from, f.condition(a), fmt.Sprintf("%s.if%d", place, i+1), a.Then, then)
	}
	if s.Kind == config.Collect {
		f.steps(from, f.say("sinon", "otherwise"), place+".otherwise", s.Asks.Otherwise, then)
	}
	if s.Transfer != nil {
		f.steps(from, f.say("pas pris", "not taken"), place+".otherwise", s.Transfer.Otherwise, then)
	}
	if s.Hook != nil && len(s.Hook.OnError) > 0 {
		f.steps(from, f.say("pas de réponse", "no answer"), place+".on_error", s.Hook.OnError, then)
	}
}

// divides reports whether a step has a way for everybody, so that none goes straight on. Whoever takes a call that is passed on
// has it.
func divides(s config.Step) bool {
	return s.Transfer != nil || len(s.Arms) > 0 && s.Arms[len(s.Arms)-1].If == nil
}
