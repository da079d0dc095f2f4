package config

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// The numbers that a callback may go to, by kind.
const (
	AllowFixed  = "fixed"  // in France
	AllowMobile = "mobile" // in France
)

func (l *loader) readCallbacks(_, value *yaml.Node) {
	l.rules.Callbacks = make(map[string]*Callback)
	l.named(value, words("callbacks", "callbacks"), func(key, value *yaml.Node) {
		c := newCallback(key.Value, l.pos(key))
		l.rules.Callbacks[c.Name] = c
		l.fields(key, value, words("le rappel %s", "callback %s", c.Name), []string{"caller_id", "prefix", "agent_first", "say", "play"}, l.callbackFields(c)...)
		if len(c.Allow) == 0 {
			c.Allow = []string{AllowFixed, AllowMobile}
		}
	})
}

// newCallback is a way to be called back of which the file says nothing.
func newCallback(name string, pos Pos) *Callback {
	return &Callback{Name: name, Attempts: 3, Apart: 15 * time.Minute, Expires: 2 * aDay, PerNumber: 3, PerDay: 200, Pos: pos}
}

// newSlots are times to choose among of which the file says nothing.
func newSlots(pos Pos) *Slots { return &Slots{Every: 15 * time.Minute, PerSlot: 1, Pos: pos} }

// callbackFields are the words of a way to be called back.
func (l *loader) callbackFields(c *Callback) []field {
	return []field{
		l.countField("attempts", &c.Attempts, 1, 10),
		l.timeField("apart", &c.Apart, time.Minute, aDay),
		l.longField("expires", &c.Expires, 10*time.Minute, 30*aDay),
		ownField("allow", listOf(eitherOf(oneWordOf(AllowFixed, AllowMobile), simple(aNumber))), func(k, v *yaml.Node) {
			l.list(k, v, func(item *yaml.Node) { l.allow(c, k, item) })
		}),
		l.countField("per_number", &c.PerNumber, 1, 100),
		l.countField("per_day", &c.PerDay, 1, 100_000),
		l.moneyField("spend_per_day", &c.SpendPerDay),
		ownField("slots", mappingOf(func() []field { return l.slotFields(newSlots(Pos{})) }), func(k, v *yaml.Node) {
			c.Slots = *newSlots(l.pos(k))
			l.fields(k, v, words("slots du rappel %s", "slots of callback %s", c.Name), nil, l.slotFields(&c.Slots)...)
		}),
	}
}

// slotFields are the words of the times to choose among.
func (l *loader) slotFields(s *Slots) []field {
	return []field{
		l.hoursField(&s.Hours),
		l.timeField("every", &s.Every, 5*time.Minute, 4*time.Hour),
		l.countField("per_slot", &s.PerSlot, 1, 1000),
	}
}

// beginning is how the numbers begin that may be called back.
var beginning = regexp.MustCompile(`^\+[1-9]\d{0,14}$`)

// allow reads one kind of numbers that may be called back.
func (l *loader) allow(c *Callback, key, item *yaml.Node) {
	s, ok := l.text("allow", item)
	plain := strings.Join(strings.Fields(s), "")
	switch {
	case !ok:
	case slices.Contains(c.Allow, plain):
		l.twice(item, l.pos(key), words("allow", "allow"))
	case plain == AllowFixed || plain == AllowMobile || beginning.MatchString(plain):
		c.Allow = append(c.Allow, plain)
	default:
		fix := words("écrivez fixed (les fixes français), mobile (les mobiles français), ou le début des numéros : +32.",
			"write fixed (French fixed numbers), mobile (French mobiles), or how the numbers begin: +32.")
		switch hint := Nearest(s, []string{AllowFixed, AllowMobile}); {
		case hint != "":
			fix = words("écrivez %s.", "write %s.", hint)
		case strings.HasPrefix(plain, "00") && beginning.MatchString("+"+plain[2:]):
			fix = words("écrivez +%s.", "write +%s.", plain[2:])
		}
		l.fail(item, "E107", words("« %s » n'est pas une valeur de allow", `"%s" is not a value of allow`, clip(s)),
			words("C'est la liste de ce qui peut être rappelé ; rien d'autre ne l'est.", "It is the list of what may be called back; nothing else is."), fix)
	}
}
