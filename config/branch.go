package config

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"hotline/number"
)

// An Arm is one of the ways that a branch can take: its steps, and what has to hold for them.
type Arm struct {
	If   *Condition // nil: else
	Then []Step
	Text string // what the file says behind if, in one line
	Pos  Pos    // of if, or of else
}

// A Condition is what has to hold, all of it. What is not said is not looked at.
type Condition struct {
	Hours    string   // open by these
	Language []string // spoken now, one of these
	Known    string   // "true": the caller is in the contacts; "false": is not
	Group    []string // the contact is in one of these
	Calls    int      // so many calls at least in the 30 days before this one
	Missed   string   // "true": the caller is on the list of whom to call back; "false": is not
	Talked   time.Duration
	From     []string            // of the caller: kinds of numbers, or how they begin
	To       []string            // of the number that was called: kinds, or numbers of ours
	Values   map[string][]string // by name: one of these
}

// Steady reports whether the condition holds at every moment of a call, or at none. That of else is.
func (c *Condition) Steady() bool {
	return c == nil || c.Hours == "" && len(c.Language) == 0 && len(c.Values) == 0
}

// The kinds of numbers that a condition can ask for. A number is of one of them at most.
const (
	KindMobile     = "mobile"     // in France
	KindFixed      = "fixed"      // likewise
	KindFree       = "free"       // 0800-0805, 30xx, 31xx
	KindNormal     = "normal"     // 0806-0809
	KindSurcharged = "surcharged" // other 08 and short numbers
	KindAbroad     = "abroad"
	KindWithheld   = withheld // no number is shown
)

func callerKinds() []string {
	return []string{KindMobile, KindFixed, KindAbroad, KindWithheld, KindFree, KindNormal, KindSurcharged}
}

func calledKinds() []string {
	return []string{KindFree, KindNormal, KindSurcharged, KindFixed, KindMobile}
}

// branchField is the word of a branch.
func (l *loader) branchField(steps *[]Step) field {
	arm := mappingOf(func() []field { return l.armFields(&Arm{}) })
	return ownField("branch", listOf(arm), func(k, v *yaml.Node) {
		s := Step{Kind: Branch, Pos: l.pos(k)}
		l.list(k, v, func(item *yaml.Node) { s.Arms = append(s.Arms, l.arm(s.Arms, item)) })
		*steps = append(*steps, s)
	})
}

// armFields are the words of one of the ways of a branch.
func (l *loader) armFields(a *Arm) []field {
	return []field{
		ownField("if", mappingOf(func() []field { return l.conditionFields(&Condition{}) }), func(k, v *yaml.Node) {
			a.If, a.Pos, a.Text = &Condition{}, l.pos(k), inBraces(flow(v))
			l.fields(k, v, words("if", "if"), nil, l.conditionFields(a.If)...)
			if v.Kind == yaml.MappingNode && len(v.Content) == 0 {
				l.empties(k)
			}
		}),
		l.stepsField("then", &a.Then),
		ownField("else", simple(someSteps), func(k, v *yaml.Node) {
			if a.Pos == (Pos{}) {
				a.Pos = l.pos(k)
			}
			a.Then = append(a.Then, l.steps(k, v)...)
		}),
	}
}

// arm reads one of the ways of a branch; those before it are known.
func (l *loader) arm(before []Arm, item *yaml.Node) Arm {
	var a Arm
	l.fields(item, item, words("une branche", "a branch"), nil, l.armFields(&a)...)
	if a.Pos == (Pos{}) {
		a.Pos = l.pos(item)
	}
	if item.Kind != yaml.MappingNode {
		return a
	}
	form := words("écrivez {if: {...}, then: ...}, et à la fin {else: ...}.", "write {if: {...}, then: ...}, and at the end {else: ...}.")
	has := func(name string) bool { return l.has(item, name) }
	switch {
	case has("else") && (has("if") || has("then")), has("if") != has("then"):
		l.fail(item, "E130", words("cette branche n'est pas complète", "this branch is not complete"),
			words("Une branche dit quand (if) et quoi (then) ; la dernière peut être else, seule.", "A branch says when (if) and what (then); the last may be else, alone."), form)
	case len(before) > 0 && before[len(before)-1].If == nil:
		l.fail(item, "E130", words("cette branche n'est jamais prise", "this branch is never taken"),
			words("Elle vient après else, qui prend tous les autres.", "It comes after else, which takes all others."),
			words("mettez else à la fin.", "put else at the end."))
	}
	return a
}

// conditionFields are the words of what has to hold.
func (l *loader) conditionFields(c *Condition) []field {
	yesOrNo := func(name string, into *string) field {
		var is bool
		f := l.boolField(name, &is)
		read := f.read
		f.read = func(k, v *yaml.Node) {
			read(k, v)
			*into = map[bool]string{true: "true", false: "false"}[is]
		}
		return f
	}
	return []field{
		l.refField("hours", "hours", &c.Hours),
		l.refsField("language", "language", words("language", "language"), &c.Language),
		yesOrNo("known", &c.Known),
		l.groupsField(&c.Group),
		l.countField("calls", &c.Calls, 1, 1000),
		yesOrNo("missed", &c.Missed),
		l.longField("talked_within", &c.Talked, time.Minute, 10*aYear),
		ownField("from", listOf(eitherOf(oneWordOf(callerKinds()...), simple(aNumber))), func(k, v *yaml.Node) {
			l.list(k, v, func(item *yaml.Node) { c.From = append(c.From, l.someNumbers("from", item, callerKinds())...) })
		}),
		ownField("to", listOf(eitherOf(oneWordOf(calledKinds()...), simple(aNumber))), func(k, v *yaml.Node) {
			l.list(k, v, func(item *yaml.Node) { c.To = append(c.To, l.ourNumbers(item)...) })
		}),
		ownField("value", entriesOf(aNewName, listOf(simple(aText))), func(_, v *yaml.Node) {
			c.Values = make(map[string][]string)
			l.entries(v, words("value", "value"), func(k, v *yaml.Node) {
				l.usesValue(k.Value, k)
				l.list(k, v, func(item *yaml.Node) {
					if text, ok := l.text(k.Value, item); ok {
						c.Values[k.Value] = append(c.Values[k.Value], strings.TrimSpace(text))
					}
				})
			})
		}),
	}
}

// startForm is how numbers begin, as people write them in France, or with a country code.
var startForm = regexp.MustCompile(`^(0\d{0,9}|\+[1-9]\d{0,14}|[13]\d{1,5})$`)

// someNumbers reads a kind of numbers, or how they begin.
func (l *loader) someNumbers(word string, item *yaml.Node, kinds []string) []string {
	s, ok := l.text(word, item)
	plain := strings.NewReplacer(" ", "", ".", "", "-", "").Replace(s)
	switch {
	case !ok:
		return nil
	case slices.Contains(kinds, s):
		return []string{s}
	case startForm.MatchString(plain):
		return []string{plain}
	}
	fix := words("écrivez %s, ou le début des numéros : 06, \"01 40\", +32.", `write %s, or how the numbers begin: 06, "01 40", +32.`, strings.Join(kinds, ", "))
	if hint := l.nearest(s, kinds); hint != "" {
		fix = words("écrivez %s.", "write %s.", hint)
	}
	l.fail(item, "E107", words("« %s » n'est pas une valeur de %s", `"%s" is not a value of %s`, clip(s), word), Words{}, fix)
	return nil
}

// ourNumbers reads a kind of numbers, or one of the numbers of the file.
func (l *loader) ourNumbers(item *yaml.Node) []string {
	s, ok := l.text("to", item)
	if !ok {
		return nil
	}
	n, err := number.Parse(s)
	switch _, ours := l.own[n]; {
	case slices.Contains(calledKinds(), s):
		return []string{s}
	case err == nil && ours:
		return []string{n.String()}
	case err == nil:
		l.fail(item, "E401", words("le numéro %s n'est pas dans numbers", "number %s is not in numbers", n.Pretty()), Words{},
			words("écrivez un de vos numéros, comme dans numbers.", "write one of your numbers, as in numbers."))
		return nil
	}
	return l.someNumbers("to", item, calledKinds())
}

// inBraces is what stands between the braces of a text.
func inBraces(text string) string { return strings.TrimSuffix(strings.TrimPrefix(text, "{"), "}") }
