package check

import (
	"fmt"
	"slices"
	"strings"

	"hotline/config"
	"hotline/number"
	"hotline/routing"
)

// A Coverage is which of the ways that calls can take the tests have tried.
type Coverage struct {
	Tried, All int
	Never      []Gap // not tried, in the order of the file
}

// A Gap is something in the file that no test has tried.
type Gap struct {
	From, To config.Pos // the same line, often
	What     config.Words
}

// Lines is the place of a gap: "l. 62-64".
func (g Gap) Lines() string {
	if g.To.Line > g.From.Line {
		return fmt.Sprintf("%s-%d", g.From.InText(), g.To.Line)
	}
	return g.From.InText()
}

// Cover says what the tests have tried. That the budget of a day is spent, or a webhook down, is nothing that a test can say, and
// is left out.
func Cover(rules *config.Rules, results []Result) Coverage {
	tried := map[string]bool{}
	for _, r := range results {
		for _, way := range r.Path.Ways {
			tried[way] = true
		}
	}
	unsaid := []routing.WayKind{routing.ByOverBudget, routing.ByHookFailed}
	ways := slices.DeleteFunc(routing.NewRouter(rules).Ways(), func(w routing.Way) bool { return slices.Contains(unsaid, w.At) })
	c := Coverage{All: len(ways)}
	var keys []routing.Way // of one menu, not tried
	flush := func() {
		if len(keys) > 0 {
			c.Never = append(c.Never, menuGap(keys))
			keys = nil
		}
	}
	for _, w := range ways {
		if tried[w.Name] {
			c.Tried++
			continue
		}
		if w.At != routing.ByKey {
			flush()
			c.Never = append(c.Never, Gap{w.Pos, w.Pos, gapWords(w)})
			continue
		}
		if len(keys) > 0 && keys[0].Of != w.Of {
			flush()
		}
		keys = append(keys, w)
	}
	flush()
	return c
}

// menuGap is one gap of several keys of a menu, in the order of the file.
func menuGap(ways []routing.Way) Gap {
	var keys []string
	for _, w := range ways {
		keys = append(keys, string(rune(w.Key)))
	}
	last := keys[len(keys)-1]
	what := config.NewWords("menu %s, touche %s", "menu %s, key %s", number.CleanName(ways[0].Of), last)
	if before := strings.Join(keys[:len(keys)-1], ", "); before != "" {
		what = config.NewWords("menu %s, touches %s et %s", "menu %s, keys %s and %s", number.CleanName(ways[0].Of), before, last)
	}
	return Gap{ways[0].Pos, ways[len(ways)-1].Pos, what}
}

func gapWords(w routing.Way) config.Words {
	name := number.CleanName(w.Of)
	switch w.At {
	case routing.ByOpen:
		return config.NewWords("%s, ouvert", "%s, open", name)
	case routing.ByClosed:
		return config.NewWords("%s, fermé", "%s, closed", name)
	case routing.ByOtherwise:
		return config.NewWords("menu %s, rien ou une mauvaise touche", "menu %s, nothing or a wrong key", name)
	case routing.ByNobody:
		return config.NewWords("file %s, personne de connecté", "queue %s, nobody logged in", name)
	case routing.ByMaxWait:
		return config.NewWords("file %s, attente trop longue", "queue %s, too long a wait", name)
	}
	switch w.At {
	case routing.ByIf:
		return config.NewWords("si %s", "if %s", number.CleanText(w.Of, 40))
	case routing.ByElse:
		return config.NewWords("sinon (else)", "else")
	case routing.ByTyped:
		return config.NewWords("%s tapé", "%s typed", name)
	case routing.ByNotTyped:
		return config.NewWords("%s pas tapé", "%s not typed", name)
	case routing.ByNotTaken:
		return config.NewWords("transfert à %s, pas pris", "transfer to %s, not taken", name)
	}
	return config.NewWords("%s, budget du jour dépensé", "%s, budget of the day spent", name)
}
