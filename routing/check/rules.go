package check

import (
	"maps"
	"slices"
	"time"

	"hotline/config"
)

// Facts are what a check has to know that is not in the rules.
type Facts struct {
	Now time.Time
}

// Rules says what is wrong with rules that have no errors of form, or odd about them. Errors never depend on the time or
// on the machine: what was put in force once is not refused by a restart.
func Rules(rules *config.Rules, facts Facts) config.Problems {
	c := &checker{rules: rules, now: facts.Now}
	c.lists = everyList(rules)
	c.links = linksOf(rules, c.lists)
	for _, look := range []func(){
		c.unreached, c.circles, c.waits, c.people, c.deadEnds, c.branches, c.languages,
		c.hours, c.closures,
		c.queues, c.skills, c.unanswered,
		c.lines, c.callerID, c.transfers,
		c.callbacks, c.texts, c.surveys, c.prompts, c.secrets,
	} {
		look()
	}
	return c.problems.Sorted()
}

// A checker looks at one set of rules.
type checker struct {
	rules    *config.Rules
	now      time.Time
	lists    []list
	links    map[station][]station
	problems config.Problems
}

func words(fr, en string, args ...any) config.Words { return config.NewWords(fr, en, args...) }

// fail reports what refuses the rules.
func (c *checker) fail(at config.Place, code string, title, why, fix config.Words) {
	c.problems = append(c.problems, c.rules.Problem(at, code, title, why, fix))
}

// warn reports what the rules may be put in force with.
func (c *checker) warn(at config.Place, code string, title, why, fix config.Words) {
	c.fail(at, code, title, why, fix)
	c.problems[len(c.problems)-1].Warning = true
}

// names returns the names of a map in alphabetical order.
func names[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
