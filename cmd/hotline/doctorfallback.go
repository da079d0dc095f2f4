package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"hotline/ari"
	"hotline/config"
	"hotline/esl"
	"hotline/number"
	"hotline/pbx/driver"
	"hotline/routing"
)

// How long a trial call is looked at.
const (
	awayWithin  = 4 * time.Second
	stuckWithin = 14 * time.Second // the guard of the dialplan strikes after ten
	awayStay    = 3 * time.Second
	stuckStay   = time.Second
	awayAtOnce  = 2 * time.Second // later is no "at once"
	atOnce      = time.Second     // no tone and no announcement is over so soon
	mostSteps   = 12              // of one trial are shown
)

// tryFallback lets two calls that nobody made into the dialplan of the switch: one finds no hotline, the other one that
// does nothing.
func (p patient) tryFallback(ctx context.Context, arrives string, d *esl.Dialplan, say func(config.Words)) []finding {
	way := driver.Way{Number: arrives, Context: ari.EntryContext, Landing: ari.FallbackContext, Within: awayWithin, Stay: awayStay}
	try := func(way driver.Way) driver.Trial { return ari.Try(ctx, p.ariConfig(), way) }
	if p.Kind == config.FreeSWITCH {
		way.Context, way.Landing = p.entryContext(d), esl.FallbackContext
		try = func(way driver.Way) driver.Trial { return esl.Try(ctx, p.eslConfig(), way) }
	}
	say(both("%s : un appel d'essai au %s, comme si hotline était arrêté.", "%s: a trial call to %s, as if hotline were away.", p.Name, arrives))
	trial := try(way)
	if ctx.Err() != nil {
		return []finding{brokenOff()}
	}
	away := p.awayFinding(way, trial)
	if away.level != fine && away.level != warning {
		return []finding{away}
	}
	say(both("%s : un deuxième, comme si hotline était bloqué ; il attend dix secondes.", "%s: a second one, as if hotline were stuck; it waits for ten seconds.", p.Name))
	way.Stuck, way.Within, way.Stay = true, stuckWithin, stuckStay
	if trial = try(way); ctx.Err() != nil {
		return []finding{away, brokenOff()}
	}
	return []finding{away, p.stuckFinding(way, trial)}
}

// brokenOff is a trial that the person at the keyboard ended, which says nothing of the switch.
func brokenOff() finding {
	return finding{check: "fallback", level: unseen, title: both("repli : essai interrompu", "fallback: the trial was broken off"),
		todo: both("relancez quand vous voulez :", "run it again when you like:"), lines: []string{"hotline doctor --fallback"}}
}

// entryContext is where calls from outside come to this hotline.
func (p patient) entryContext(d *esl.Dialplan) string {
	if d != nil {
		for _, e := range d.Entries {
			if e.App == p.instance && e.Context != "" {
				return e.Context
			}
		}
	}
	return "public"
}

func (p patient) awayFinding(way driver.Way, t driver.Trial) finding {
	f := finding{check: "fallback", level: wrong, rows: steps(t)}
	landed, is := t.Landed(way.Landing)
	switch {
	case t.Err != nil:
		f.title = both("repli : l'essai n'a pas pu se faire", "fallback: it could not be tried")
		f.why = unexpected(t.Err)
		f.todo, f.lines = both("voyez d'abord ce que dit :", "first see what this says:"), []string{"hotline doctor"}
	case is && landed.After > awayAtOnce:
		f.level = warning
		f.title = both("repli : hotline arrêté, un appel au %s n'y arrive qu'après %.1f s", "fallback: with hotline away, a call to %s gets there only after %.1f s", way.Number, landed.After.Seconds())
		f.todo, f.lines = p.mendEntry()
	case is && t.Answered == 0 && len(t.Rang) == 0 && t.Ended > 0 && t.Ended-landed.After < atOnce:
		f.title = both("repli : hotline arrêté, un appel au %s arrive dans %s et y est coupé aussitôt", "fallback: with hotline away, a call to %s lands in %s and is cut off at once", way.Number, way.Landing)
		f.why = both("Ce à quoi le repli mène n'existe peut-être pas.", "Perhaps what the fallback leads to does not exist.")
		f.todo, f.lines = p.mendEntry()
	case is && t.Answered == 0 && len(t.Rang) == 0 && t.Ended == 0 && !heard(t):
		f.level = warning
		f.title = both("repli : hotline arrêté, un appel au %s arrive dans %s, mais rien n'y a sonné ni répondu pendant l'essai", "fallback: with hotline away, a call to %s lands in %s, but nothing rang or answered there during the trial", way.Number, way.Landing)
		f.why = fate(t)
		f.todo, f.lines = p.mendEntry()
	case is:
		f.level = fine
		f.title = both("repli : hotline arrêté, un appel au %s arrive dans %s en %.1f s", "fallback: with hotline away, a call to %s lands in %s within %.1f s",
			way.Number, way.Landing, max(0.1, landed.After.Seconds()))
		f.why = fate(t)
	case len(t.Steps) == 0:
		f.title = both("repli : le contexte %s n'a pas d'extension pour %s", "fallback: context %s has no extension for %s", way.Context, way.Number)
		f.why = both("Un appel à ce numéro se perd.", "A call to that number is lost.")
		f.todo, f.lines = p.mendEntry()
	case p.Kind == config.FreeSWITCH && t.Steps[len(t.Steps)-1].App == "park":
		f.level = unseen
		f.title = both("repli : ce dialplan ne se laisse pas essayer", "fallback: this dialplan cannot be tried")
		f.why = both("Sa condition ne lit que la variable globale, que les vrais appels lisent aussi.", "Its condition reads the global variable only, which real calls read as well.")
		f.todo = both("remplacez-la par la condition de %s de deploy/freeswitch :", "replace it by the condition of %s of deploy/freeswitch:", entryFile)
		f.lines = []string{esl.HereCondition(p.instance), reloadXML}
	default:
		f.title = both("repli : hotline arrêté, un appel au %s n'arrive pas dans %s", "fallback: with hotline away, a call to %s does not land in %s", way.Number, way.Landing)
		f.why = both("Le client entend un silence, ou est coupé.", "The caller hears silence, or is cut off.")
		f.todo, f.lines = p.mendEntry()
	}
	return f
}

func (p patient) stuckFinding(way driver.Way, t driver.Trial) finding {
	f := finding{check: "fallback_stuck", level: wrong, rows: steps(t)}
	landed, is := t.Landed(way.Landing)
	switch {
	case t.Err != nil:
		f.title = both("repli : hotline bloqué, l'essai n'a pas pu se faire", "fallback: with hotline stuck, it could not be tried")
		f.why = unexpected(t.Err)
		f.todo, f.lines = both("relancez :", "run it again:"), []string{"hotline doctor --fallback"}
	case is:
		f.level = fine
		f.title = both("repli : hotline bloqué, un appel au %s y arrive après %.1f s", "fallback: with hotline stuck, a call to %s gets there after %.1f s", way.Number, landed.After.Seconds())
	default:
		f.title = both("repli : hotline bloqué, un appel au %s n'y arrive pas en %.0f s", "fallback: with hotline stuck, a call to %s does not get there within %.0f s", way.Number, way.Within.Seconds())
		f.why = both("Le client attend sans fin, en silence.", "The caller waits for ever, in silence.")
		f.todo, f.lines = p.mendEntry()
	}
	return f
}

// mendEntry says where the lines are that take a call to the fallback.
func (p patient) mendEntry() (config.Words, []string) {
	reload := reloadDialplan
	if p.Kind == config.FreeSWITCH {
		reload = reloadXML
	}
	return both("cherchez ce qui prend le numéro avant hotline, et comparez entrée et repli avec les lignes que ceci affiche, puis :",
		"look for what takes the number before hotline, and compare the entry and the fallback with the lines that this prints, then:"), []string{p.connect(), reload}
}

// bookkeeping are applications that a caller does not notice.
func bookkeeping() []string {
	return []string{"", "event", "export", "info", "log", "multiset", "noop", "set", "unset", "verbose"}
}

// heard says whether a call that nobody takes hears something all the same.
func heard(t driver.Trial) bool {
	return slices.ContainsFunc(t.Steps, func(s driver.Step) bool {
		return slices.Contains([]string{"background", "musiconhold", "playback"}, strings.ToLower(s.App))
	})
}

// steps are the places that a trial call came by, one a row. The last ones say what it came to.
func steps(t driver.Trial) (rows [][]config.Words) {
	told := slices.DeleteFunc(slices.Clone(t.Steps), func(s driver.Step) bool {
		return slices.Contains(bookkeeping(), strings.ToLower(s.App))
	})
	for _, s := range told[max(0, len(told)-mostSteps):] {
		app := s.App
		if s.Data != "" {
			app += "(" + s.Data + ")"
		}
		rows = append(rows, []config.Words{
			both("%.1f s", "%.1f s", s.After.Seconds()), {FR: s.Context, EN: s.Context}, {FR: cut(app, widestStep), EN: cut(app, widestStep)},
		})
	}
	return rows
}

const widestStep = 45 // columns

// fate says what happened to a call in the fallback.
func fate(t driver.Trial) config.Words {
	answered := both("Décroché après %.1f s.", "Answered after %.1f s.", t.Answered.Seconds())
	if t.Answered == 0 {
		answered = both("Pas décroché : le client ne paie rien.", "Not answered: the caller pays nothing.")
	}
	rang := both("", "")
	if len(t.Rang) > 0 {
		rang = both(" A sonné : %s.", " Rang: %s.", list(t.Rang))
	}
	ended := both(" Le commutateur y a mis fin après %.1f s.", " The switch ended it after %.1f s.", t.Ended.Seconds())
	if t.Ended == 0 {
		ended = both(" L'essai l'a raccroché.", " The trial hung it up.")
	}
	return both("%s%s%s", "%s%s%s", answered, rang, ended)
}

// callable refuses a number that is not known to be ours: in some dialplans, what comes in for another one goes out again.
func callable(arrived string, rules *config.Rules) error {
	if rules != nil {
		if _, ok := routing.NewRouter(rules).Route(arrived); !ok {
			return mistaken("%s n'est dans aucune ligne de rules.yaml : l'essai n'appelle que vos numéros",
				"%s is in no line of rules.yaml: a trial calls your numbers only", arrived)
		}
		return nil
	}
	if n, err := number.Parse(arrived); err != nil || n.Short() {
		return mistaken("%s : sans rules.yaml, l'essai n'appelle aucun numéro court", "%s: without rules.yaml a trial calls no short number", arrived)
	}
	return nil
}

// arrives is the number that a trial calls, as the operator delivers it: the one that is named, else the first of the rules.
func arrives(named string, rules *config.Rules) (string, error) {
	if named != "" {
		text := strings.NewReplacer(" ", "", ".", "", "-", "").Replace(named)
		if !driver.Dialled.MatchString(text) {
			return "", mistaken("« %s » n'est pas un numéro : écrivez-le comme l'opérateur le livre, 0140000101",
				"%q is no number: write it as the operator delivers it, 0140000101", named)
		}
		if err := callable(text, rules); err != nil {
			return "", err
		}
		return text, nil
	}
	if rules == nil || len(rules.Lines) == 0 {
		return "", &mistake{"aucun numéro dans rules.yaml : hotline doctor --fallback NUMÉRO", "no number in rules.yaml: hotline doctor --fallback NUMBER"}
	}
	if as := rules.Lines[0].ArrivesAs; len(as) > 0 {
		return as[0].National(), nil
	}
	return rules.Lines[0].Number.National(), nil
}
