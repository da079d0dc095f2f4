package config

import (
	"slices"
	"time"

	"gopkg.in/yaml.v3"
)

func (l *loader) readClosures(_, value *yaml.Node) {
	l.rules.Closures = make(map[string]*Closure)
	l.named(value, words("closures", "closures"), func(key, value *yaml.Node) {
		if slices.Contains(append(CalendarWords(), BecauseHours, BecauseSpecial, BecauseByHand), key.Value) {
			l.fail(key, "E106", words("« %s » ne peut pas être le nom d'une fermeture", `"%s" cannot be the name of a closure`, key.Value),
				words("Ce mot a déjà un sens pour hotline.", "The word means something else to hotline already."),
				words("choisissez un autre nom, par exemple ete.", "choose another name, for example summer."))
			return
		}
		c := &Closure{Name: key.Value, Pos: l.pos(key)}
		l.rules.Closures[c.Name] = c
		l.fields(key, value, words("la fermeture %s", "closure %s", c.Name), nil, l.closureFields(c)...)
		if last := c.To.Add(-time.Minute); !c.From.IsZero() && !c.To.IsZero() && last.Before(c.From) {
			l.fail(section(value, "to"), "E310", words("la fermeture %s finit avant de commencer", "closure %s ends before it begins", c.Name), Words{},
				words("pour un seul jour, écrivez deux fois la même date ; from est le premier jour, to le dernier.",
					"for one day write the same date twice; from is the first day, to the last."))
		}
	})
}

// closureFields are the words of a closure.
func (l *loader) closureFields(c *Closure) []field {
	return []field{
		required(ownField("from", simple(aDate), func(_, v *yaml.Node) { c.From, _ = l.date("from", v) })),
		required(ownField("to", simple(aDate), func(_, v *yaml.Node) {
			if last, ok := l.date("to", v); ok {
				c.To = last.In(paris()).AddDate(0, 0, 1).UTC()
			}
		})),
		l.refField("play", "prompt", &c.Play),
	}
}

// joinClosures gives hours the closures that they name, and warns of those that close nothing.
func (l *loader) joinClosures() {
	used := map[string]bool{}
	for _, h := range l.rules.Hours {
		for _, name := range h.ClosedOn {
			used[name] = true
			if c := l.rules.Closures[name]; c != nil {
				h.closures = append(h.closures, c)
			}
		}
	}
	for _, name := range keys(l.rules.Closures) {
		if used[name] {
			continue
		}
		at := l.rules.Closures[name].Pos
		l.advice = append(l.advice, func() {
			l.warnAt(at, name, "W408", words("la fermeture %s ne sert à rien", "closure %s is of no use", name),
				words("Aucun horaire ne la nomme : elle ne ferme rien.", "No hours name it: it closes nothing."),
				words("écrivez closed_on: [%s] dans un horaire, ou enlevez-la.", "write closed_on: [%s] in hours, or remove it.", name))
		})
	}
}

// readSpecial reads the days that have hours of their own. One without any is closed.
func (l *loader) readSpecial(h *Hours, value *yaml.Node) {
	l.entries(value, words("special de l'horaire %s", "special of hours %s", h.Name), func(k, v *yaml.Node) {
		day, ok := l.date("special", k)
		switch closed := v.Kind == yaml.ScalarNode && slices.Contains([]string{"closed", "ferme"}, Fold(v.Value)); {
		case !ok:
		case closed:
			l.fail(v, "E307", words("« %s » n'est pas une plage horaire", `"%s" is not a span of hours`, clip(v.Value)), Words{},
				words("écrivez %s: [] pour fermer ce jour-là.", "write %s: [] to close on that day.", k.Value))
		case v.Kind == yaml.SequenceNode && len(v.Content) == 0:
			h.Special[day.In(paris()).Format(time.DateOnly)] = nil
		default:
			h.Special[day.In(paris()).Format(time.DateOnly)] = l.readSpans(h, k, v)
		}
	})
}
