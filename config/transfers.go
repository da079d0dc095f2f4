package config

import (
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"hotline/number"
)

// A Transfer passes a call on to a phone of the office or to a number outside. One of Agent, Phone and Number says to whom.
type Transfer struct {
	Agent     string        // of whom it is the phone
	Phone     string        // an extension
	Number    number.Number // outside
	Ring      time.Duration // how long it rings before somebody else has to help
	Trunk     string        // over which a number outside is called; "" = the first of the switch
	Show      string        // the number that is shown outside: ShowCompany or ShowCaller
	Max       time.Duration // the longest talk
	Confirm   *bool         // who is called takes the call with a key; nil = a mobile has to
	Otherwise []Step        // when nobody takes the call; none = the step that follows
	Pos       Pos           // of whom it goes to
}

// What is shown to who is called outside.
const (
	ShowCompany = "company" // caller_id, or the number that was called
	ShowCaller  = "caller"  // the caller's own number, where the trunk passes it on
)

// Transfers is what holds for all calls that are passed on.
type Transfers struct {
	Allow  []string // how numbers begin that may be called besides French fixed numbers and mobiles: +32
	AtOnce int      // how many calls there may be outside at once
	Pos    Pos
}

// newTransfer is a transfer of which the file says nothing but that it is one.
func newTransfer(pos Pos) *Transfer {
	return &Transfer{Ring: 25 * time.Second, Show: ShowCompany, Max: 2 * time.Hour, Pos: pos}
}

func newTransfers(pos Pos) *Transfers { return &Transfers{AtOnce: 10, Pos: pos} }

// readTransfers reads the section transfers.
func (l *loader) readTransfers(key, value *yaml.Node) {
	l.rules.Transfers = *newTransfers(l.pos(key))
	l.fields(key, value, words("transfers", "transfers"), nil, l.transfersFields(&l.rules.Transfers)...)
}

// transfersFields are the words that hold for all transfers.
func (l *loader) transfersFields(t *Transfers) []field {
	return []field{
		ownField("allow", listOf(simple(aNumber)), func(k, v *yaml.Node) {
			l.list(k, v, func(item *yaml.Node) { l.allowOutside(t, k, item) })
		}),
		l.countField("at_once", &t.AtOnce, 1, 1000),
	}
}

// allowOutside reads how numbers begin that calls may be passed on to.
func (l *loader) allowOutside(t *Transfers, key, item *yaml.Node) {
	s, ok := l.text("allow", item)
	plain := strings.Join(strings.Fields(s), "")
	if len(plain) > 1 && plain[0] == '0' && plain[1] != '0' && strings.Trim(plain, "0123456789") == "" {
		plain = "+33" + plain[1:]
	}
	switch {
	case !ok:
	case slices.Contains(t.Allow, plain):
		l.twice(item, l.pos(key), words("allow", "allow"), keepOne())
	case beginning.MatchString(plain):
		t.Allow = append(t.Allow, plain)
	default:
		l.fail(item, "E107", words("« %s » n'est pas une valeur de allow", `"%s" is not a value of allow`, clip(s)),
			words("C'est la liste des débuts de numéros où un appel peut être transféré, en plus de la France.", "It is the list of how numbers begin that calls may be passed on to, besides those of France."),
			words("écrivez le début des numéros : +32.", "write how the numbers begin: +32."))
	}
}

// transferField is the word of the step: whom it goes to, or that and more.
func (l *loader) transferField(steps *[]Step) field {
	more := mappingOf(func() []field { return l.transferFields(newTransfer(Pos{}), nil) })
	return ownField("transfer", eitherOf(simple(aGoal), more), func(key, v *yaml.Node) {
		t, name := newTransfer(l.pos(v)), ""
		if v.Kind == yaml.MappingNode {
			l.fields(key, v, words("transfer", "transfer"), nil, l.transferFields(t, &name)...)
		} else {
			name = l.goal(t, v)
		}
		if name != "" {
			l.rules.Goals = append(l.rules.Goals, t)
			*steps = append(*steps, Step{Kind: ToTransfer, Name: name, Transfer: t, Pos: l.pos(key)})
		}
	})
}

// transferFields are the words of a transfer; name becomes what it goes to.
func (l *loader) transferFields(t *Transfer, name *string) []field {
	return []field{
		required(ownField("to", simple(aGoal), func(_, v *yaml.Node) { *name = l.goal(t, v) })),
		l.timeField("ring", &t.Ring, 5*time.Second, 2*time.Minute),
		ownField("trunk", simple(aNewName), func(_, v *yaml.Node) {
			if l.isName(v) {
				t.Trunk, _ = l.text("trunk", v)
			}
		}),
		l.choiceField("show", &t.Show, ShowCompany, ShowCaller),
		l.timeField("max", &t.Max, time.Minute, 24*time.Hour),
		l.confirmField(t),
		l.stepsField("otherwise", &t.Otherwise),
	}
}

// confirmField is whether who is called takes the call with a key.
func (l *loader) confirmField(t *Transfer) field {
	var confirm bool
	f := l.boolField("confirm", &confirm)
	read := f.read
	f.read = func(key, v *yaml.Node) {
		read(key, v)
		t.Confirm = &confirm
	}
	return f
}

// goal reads whom a call is passed on to, and returns its name: an agent's, the extension, or the number.
func (l *loader) goal(t *Transfer, v *yaml.Node) (name string) {
	t.Pos = l.pos(v)
	s, ok := l.text("transfer", v)
	switch {
	case !ok:
		return ""
	case strings.Trim(s, "0123456789 .-/()+\u00a0\u202f\u2009\u2011") != "":
		t.Agent, _ = l.refer("transfer", "agent", v)
		return t.Agent
	case len(s) >= 2 && len(s) <= extensionLimit && strings.Trim(s, "0123456789") == "":
		t.Phone = s
		return s
	}
	t.Number, _ = l.number(v)
	return t.Number.String()
}

// settleGoals tells extensions from short numbers: what somebody of the office has, or nobody at all can have, is an extension.
func (l *loader) settleGoals() {
	for _, t := range l.rules.Goals {
		n, err := number.Parse(t.Phone)
		if err == nil && n.Short() && !slices.ContainsFunc(l.rules.AgentOrder, func(id string) bool { return l.rules.Agents[id].Phone == t.Phone }) {
			t.Phone, t.Number = "", n
		}
	}
}

// Goal is the phone of the office or the number outside that a transfer goes to; neither when it goes to somebody who is
// not in the rules.
func (r *Rules) Goal(t *Transfer) (phone string, outside number.Number) {
	if a := r.Agents[t.Agent]; a != nil {
		return a.Phone, a.Outside
	}
	return t.Phone, t.Number
}
