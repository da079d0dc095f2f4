package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"hotline/config"
	"hotline/number"
	"hotline/routing"
	"hotline/routing/check"
)

// An expectWord is one word of --expect: where it goes, and what it may say.
type expectWord struct {
	into    *string
	allowed []string // nil: anything
}

// expectWords are the words of expect: in tests of the rules.
func expectWords(rules *config.Rules, e *config.Expect) map[string]expectWord {
	skills := map[string]bool{}
	for _, a := range rules.Agents {
		for s := range a.Skills {
			skills[s] = true
		}
	}
	return map[string]expectWord{
		"queue": {&e.Queue, namesIn(rules.Queues)}, "skill": {&e.Skill, namesIn(skills)}, "menu": {&e.Menu, namesIn(rules.Menus)},
		"says": {&e.Says, namesIn(rules.Prompts)}, "offered": {&e.Offered, namesIn(rules.Callbacks)},
		"transfer":  {&e.Transfer, goals(rules)},
		"voicemail": {&e.Voicemail, namesIn(rules.Voicemails)}, "language": {&e.Language, rules.Languages},
		"closed":      {&e.Closed, slices.Concat(namesIn(rules.Closures), config.CalendarWords(), []string{config.BecauseHours, config.BecauseSpecial})},
		"ends":        {&e.Ends, []string{string(routing.EndQueue), string(routing.EndVoicemail), string(routing.EndTransfer), string(routing.EndHangup), string(routing.EndClosed)}},
		"caller_pays": {&e.CallerPays, nil},
	}
}

// goals are all whom calls are passed on to, as a path names them.
func goals(rules *config.Rules) (all []string) {
	for _, t := range rules.Goals {
		all = append(all, cmp.Or(t.Agent, t.Phone, t.Number.String()))
	}
	return all
}

func namesIn[T any](m map[string]T) []string {
	all := make([]string, 0, len(m))
	for name := range m {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// readExpect reads "queue=sav,skill=panne".
func readExpect(rules *config.Rules, text string) (e config.Expect, err error) {
	if text == "" {
		return e, nil
	}
	words := expectWords(rules, &e)
	for part := range strings.SplitSeq(text, ",") {
		word, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		known, there := words[word]
		switch {
		case !ok || value == "":
			return e, mistaken("--expect « %s » : écrivez mot=valeur, par exemple queue=sav", "--expect %q: write word=value, for example queue=sav", number.CleanName(part))
		case !there:
			hint := config.Nearest(word, namesIn(words))
			if hint == "" {
				hint = strings.Join(namesIn(words), ", ")
			}
			return e, mistaken("--expect ne connaît pas « %s » ; écrivez : %s", "--expect does not know %q; write: %s", number.CleanName(word), hint)
		case known.allowed != nil && !slices.Contains(known.allowed, value):
			hint := config.Nearest(value, known.allowed)
			if hint == "" {
				hint = strings.Join(known.allowed, ", ")
			}
			return e, mistaken("--expect %s : « %s » n'est pas dans les règles ; il y a : %s", "--expect %s: %q is not in the rules; there is: %s", word, number.CleanName(value), hint)
		case *known.into != "":
			return e, mistaken("--expect dit deux fois %s", "--expect says %s twice", word)
		}
		*known.into = value
	}
	return e, nil
}

// judge holds a path against what was expected.
func (r *routeWish) judge(expect config.Expect, p *routing.Path) error {
	misses := check.Compare(expect, p)
	if expect == (config.Expect{}) && p.Line != nil {
		return nil
	}
	if !r.json {
		for _, m := range misses {
			if p.Line != nil {
				marked(r.out, r.say("NON : ", "NO: "), r.in(m.What))
			}
		}
		if len(misses) == 0 {
			fmt.Fprintln(r.out, r.say("OUI : comme attendu.", "YES: as expected."))
		}
	}
	if len(misses) > 0 {
		return &exitError{code: exitUnexpected}
	}
	return nil
}

// A routeJSON is a path for programs.
type routeJSON struct {
	Number     string          `json:"number"` // of ours; "" when it is none
	Nearest    string          `json:"nearest,omitempty"`
	From       string          `json:"from,omitempty"`
	At         time.Time       `json:"at"`
	Rules      string          `json:"rules"`
	Service    string          `json:"service,omitempty"`
	Open       bool            `json:"open"`
	Closed     string          `json:"closed,omitempty"`
	Answered   bool            `json:"answered"`
	CallerPays string          `json:"caller_pays,omitempty"` // "" when it is not known
	End        routing.End     `json:"ends"`
	Queue      string          `json:"queue,omitempty"`
	Skill      string          `json:"skill,omitempty"`
	Agent      string          `json:"agent,omitempty"`
	Language   string          `json:"language,omitempty"`
	Ways       []string        `json:"ways"`
	Steps      []routeStepJSON `json:"steps"`
}

type routeStepJSON struct {
	MS       int64             `json:"ms"`
	Kind     routing.EventKind `json:"kind"`
	Name     string            `json:"name,omitempty"`
	At       string            `json:"at,omitempty"`
	Text     string            `json:"text,omitempty"`
	File     string            `json:"file,omitempty"`
	LengthMS int64             `json:"length_ms,omitempty"`
	Guessed  bool              `json:"length_guessed,omitempty"`
	Key      string            `json:"key,omitempty"`
	Skill    string            `json:"skill,omitempty"`
	Asked    []routeAskedJSON  `json:"asked,omitempty"`
	NotYet   []routeLaterJSON  `json:"not_yet,omitempty"` // of this step, by live calls of this version
}

type routeAskedJSON struct {
	AfterMS int64          `json:"after_ms"`
	Agents  map[string]int `json:"agents"` // with their level of the skill; 0 = none, or none is needed
}

func (r *routeWish) writeJSON(rules *config.Rules, p *routing.Path) error {
	last, _ := p.Last(routing.Queues)
	out := routeJSON{From: string(p.Trial.From), At: p.Trial.At.UTC(), Rules: rules.Hash, Open: p.Opening.Open, Answered: p.Answered,
		End: p.End, Queue: last.Name, Skill: last.Skill, Agent: p.Agent, Language: p.Lang, Ways: p.Ways, Steps: []routeStepJSON{}}
	if p.Line != nil {
		out.Number, out.Service, out.Closed, out.CallerPays = string(p.Line.Number), p.Line.Service, p.Opening.Because(), check.Pays(p)
	} else if p.Near != nil {
		out.Nearest = string(p.Near.Number)
	}
	if out.Ways == nil {
		out.Ways = []string{}
	}
	for _, e := range p.Events {
		step := routeStepJSON{MS: e.After.Milliseconds(), Kind: e.Kind, Name: e.Name, Text: e.Text, File: e.File,
			LengthMS: e.Length.Milliseconds(), Guessed: e.Guessed && e.Length > 0, Key: e.Key, Skill: e.Skill, NotYet: r.notYet(rules, e)}
		for _, at := range []config.Pos{e.PromptPos, e.Pos} {
			if at.Line > 0 {
				step.At = at.String()
			}
		}
		for _, l := range e.Levels {
			asked := routeAskedJSON{AfterMS: l.From.Milliseconds(), Agents: map[string]int{}}
			for _, a := range l.Agents {
				asked.Agents[a.Agent] = a.Skill
			}
			step.Asked = append(step.Asked, asked)
		}
		out.Steps = append(out.Steps, step)
	}
	encoder := json.NewEncoder(r.out)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(out); err != nil {
		return fmt.Errorf("print the path: %w", err)
	}
	return nil
}
