package main

import (
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"hotline/config"
	"hotline/web"
)

// queuesAtOnce is how many queues are shown at once; of more, those where nobody waits are counted.
const queuesAtOnce = 8

// How many people are named for each state: in a small company, and in one whose people would not fit on a screen.
const (
	namesAtOnce = 8
	namesOfMany = 3
)

// print writes the page as a person reads it.
func (p statusPage) print(w io.Writer, t tongue) {
	date := p.at.In(paris()).Format("02/01/2006 15:04:05")
	if p.Without != nil {
		ends(w, t.say("hotline ne répond pas", "hotline does not answer"), date)
		p.Without.print(w, t, p.at)
	} else {
		ends(w, t.say("hotline marche depuis ", "hotline has been running for ")+t.ago(p.at.Sub(p.Program.Started)), date)
		for _, s := range p.Switches {
			printSwitch(w, t, s, p.at)
		}
		p.printCalls(w, t)
		p.printAgents(w, t)
	}
	fmt.Fprintln(w)
	p.printFacts(w, t)
	fmt.Fprintln(w)
	p.printAttention(w, t)
}

func (o *without) print(w io.Writer, t tongue, now time.Time) {
	why := o.Why
	if !strings.HasPrefix(why, "hotline") { // which has no capital letter
		why = capital(why)
	}
	wrapped(w, "  ", why)
	switch {
	case o.Unread != "":
		wrapped(w, "  ", t.say("La base de données ne se lit pas : ", "The database cannot be read: ")+o.Unread)
	case o.LastAlive.IsZero():
		wrapped(w, "  ", t.say("D'après la base, il n'a encore jamais pris d'appels.", "The database says that it has never taken calls yet."))
	default:
		wrapped(w, "  ", fmt.Sprintf(t.say("Dernier signe de vie dans la base : %s, il y a %s. %s en cours à ce moment.",
			"Last sign of life in the database: %s, %s ago. %s open then."),
			t.moment(o.LastAlive), t.ago(now.Sub(o.LastAlive)), t.many(o.OpenCalls, "appel", "call")))
	}
}

func printSwitch(w io.Writer, t tongue, s web.Switch, now time.Time) {
	kind := map[string]string{config.Asterisk: "Asterisk", config.FreeSWITCH: "FreeSWITCH"}[s.Kind]
	name := cut(s.Name, 16)
	number := regexp.MustCompile(`^[0-9.]+(-[a-z0-9]+)?`).FindString(s.Version) // without what the packager added
	if what := strings.TrimSpace(kind + " " + number); !strings.EqualFold(what, name) {
		name += ", " + what
	}
	if s.Connected {
		marked(w, "  ok  ", fmt.Sprintf(t.say("%s : connecté depuis %s", "%s: connected for %s"), name, t.ago(now.Sub(s.Since))))
		return
	}
	marked(w, t.say("  NON ", "  NO  "), fmt.Sprintf(t.say("%s : pas connecté depuis %s. %s", "%s: not connected for %s. %s"),
		name, t.ago(now.Sub(s.Since)), t.in(whySwitch(s))))
}

// whySwitch says why a switch is not connected.
func whySwitch(s web.Switch) config.Words {
	switch s.Why {
	case web.Refused:
		return both("Il refuse l'utilisateur ou le mot de passe ; hotline n'essaie plus. Corrigez, puis redémarrez hotline.",
			"It refuses the user or the password, and is not tried again. Correct them, then restart hotline.")
	case web.Replaced:
		return both("Un autre hotline de la même instance l'a pris ; celui-ci n'essaie plus. Arrêtez l'un des deux, puis redémarrez hotline.",
			"Another hotline of the same instance has taken it, and this one does not try again. Stop one of them, then restart hotline.")
	case web.NoListener:
		return both("Personne n'écoute à %s.", "Nobody listens at %s.", s.At)
	case web.NoName:
		return both("Le nom dans %s n'est pas connu.", "The name in %s is not known.", s.At)
	case web.NoReply:
		return both("Rien ne vient de %s.", "Nothing comes from %s.", s.At)
	case web.Connecting:
		return both("Première connexion en cours.", "It is being connected for the first time.")
	}
	return both("%s", "%s", s.Error)
}

func (p statusPage) printCalls(w io.Writer, t tongue) {
	fmt.Fprintln(w)
	head := t.say("Aucun appel en cours", "No calls now")
	if c := p.Calls; c.Total > 0 {
		head = fmt.Sprintf(t.say("%s en cours : %d en ligne, %d en attente, %d à l'accueil ou au menu", "%s now: %d talking, %d waiting, %d in a menu or hearing a message"),
			t.many(c.Total, "appel", "call"), c.Talking, c.Waiting, c.Other)
	}
	fmt.Fprintln(w, head)
	if len(p.Queues) == 0 {
		return
	}
	queues := slices.Clone(p.Queues)
	slices.SortStableFunc(queues, func(a, b web.Queue) int { return min(b.Waiting, 1) - min(a.Waiting, 1) })
	g := grid{right: "lrrrr"}
	g.add(t.say("file", "queue"), t.say("attendent", "waiting"), t.say("depuis", "longest"), t.say("libres", "free"), t.say("occupés", "busy"), "")
	for _, q := range queues[:min(len(queues), queuesAtOnce)] {
		oldest := "-"
		if !q.Oldest.IsZero() {
			oldest = t.age(p.at.Sub(q.Oldest))
		}
		nobody := ""
		if q.Present == 0 {
			nobody = t.say("personne n'y répond", "nobody answers it")
		}
		g.add(cut(q.Name, 24), fmt.Sprint(q.Waiting), oldest, fmt.Sprint(q.Free), fmt.Sprint(q.Present-q.Free), nobody)
	}
	g.print(w, "  ")
	if more := len(queues) - queuesAtOnce; more > 0 {
		fmt.Fprintf(w, t.say("  et %s\n", "  and %s\n"), t.many(more, "autre file", "more queue"))
	}
}

// printAgents names everybody, state by state.
func (p statusPage) printAgents(w io.Writer, t tongue) {
	if len(p.Agents) == 0 {
		return
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, capital(t.many(len(p.Agents), "personne", "agent")))
	most := namesAtOnce
	if len(p.Agents) > 2*namesAtOnce {
		most = namesOfMany
	}
	for _, state := range agentStates() {
		var names []string
		for _, a := range p.Agents {
			if a.State == state {
				names = append(names, t.brieflyAgent(a, p.at))
			}
		}
		if len(names) == 0 {
			continue
		}
		list := strings.Join(names[:min(len(names), most)], ", ")
		if more := len(names) - most; more > 0 {
			list += fmt.Sprintf(t.say(" et %d autres", " and %d more"), more)
		}
		marked(w, fmt.Sprintf("  %-*s", stateColumn-2, t.in(stateWords(state))), list)
	}
}

// stateColumn is where the names begin.
const stateColumn = 25

func (p statusPage) printFacts(w io.Writer, t tongue) {
	p.printLog(w, t)
	line := func(label, text string) { marked(w, fmt.Sprintf("%-13s", label), text) }
	for i, c := range p.Closed {
		label := ""
		if i == 0 {
			label = t.say("À la main", "By hand")
		}
		line(label, t.closing(c))
	}
	if p.Missed > 0 {
		line(t.say("À rappeler", "To call back"), fmt.Sprintf("%d (hotline missed)", p.Missed))
	}
	if p.Outbox.Late+p.Outbox.GivenUp > 0 {
		line(t.say("À envoyer", "To be sent"), fmt.Sprintf(t.say("%d en retard, %d abandonnés (hotline outbox)", "%d late, %d given up (hotline outbox)"), p.Outbox.Late, p.Outbox.GivenUp))
	}
	free := t.say("place libre inconnue", "free space not known")
	if p.Disk.Free >= 0 {
		free = t.bytes(p.Disk.Free) + t.say(" libres", " free")
	}
	size := t.say("pas encore de base de données", "no database yet")
	switch {
	case p.Database.Problem != "":
		size = t.say("base de données invisible (", "database out of sight (") + p.Database.Problem + ")"
	case p.Database.Bytes >= 0:
		size = t.say("base de données ", "database ") + t.bytes(p.Database.Bytes)
	}
	line(t.say("Disque", "Disk"), free+t.say(" ; ", "; ")+size)
	line(t.say("Programme", "Program"), "hotline "+p.Program.Version)
	rules := filepath.Base(p.Rules.File)
	switch {
	case p.Rules.Number != 0:
		rules += fmt.Sprintf(t.say(" version %d (%s), en service depuis %s (%s)", " version %d (%s), in force for %s (%s)"), p.Rules.Number, p.Rules.Version, t.ago(p.at.Sub(p.Rules.Loaded)), cut(p.Rules.Who, 16))
	case p.Rules.Version != "": // of a hotline that has no numbers for them
		rules += fmt.Sprintf(t.say(" version %s, en service depuis %s", " version %s, in force for %s"), p.Rules.Version, t.ago(p.at.Sub(p.Rules.Loaded)))
	case p.Rules.OnDisk != "":
		rules += " version " + p.Rules.OnDisk
	}
	line(t.say("Règles", "Rules"), rules)
}

// printLog tells the last error, and the last warning if it is later.
func (p statusPage) printLog(w io.Writer, t tongue) {
	last, label := p.Log.Error, t.say("Dernière erreur", "Last error")
	if warning := p.Log.Warning; warning != nil && (last == nil || warning.At.After(last.At)) {
		if last != nil {
			p.printEntry(w, t, label, last)
		}
		last, label = warning, t.say("Dernier avertissement", "Last warning")
	}
	if last != nil {
		p.printEntry(w, t, label, last)
	}
}

func (p statusPage) printEntry(w io.Writer, t tongue, label string, e *web.Entry) {
	hanging(w, "", fmt.Sprintf(t.say("%s (il y a %s) : %s", "%s (%s ago): %s"), label, t.ago(p.at.Sub(e.At)), clip(e.Text, mostOfEntry)))
}

// mostOfEntry is how much of a line of the log is shown; all of it is in the log.
const mostOfEntry = 160

func (p statusPage) printAttention(w io.Writer, t tongue) {
	if p.OK {
		fmt.Fprintln(w, t.say("Tout va bien.", "All is well."))
		return
	}
	fmt.Fprintln(w, t.say("À voir :", "To see to:"))
	for _, a := range p.Attention {
		marked(w, "  - ", t.in(p.attentionWords(a)))
	}
}

func (p statusPage) attentionWords(a web.Attention) config.Words {
	file := filepath.Base(p.Rules.File)
	switch a.Code {
	case web.NotRunning:
		return both("personne ne prend les appels, sauf le repli du commutateur", "nobody takes calls but the switch's own fallback")
	case web.NotReached:
		return both("hotline n'a rien dit de lui-même : ceci vient de ses fichiers", "hotline has said nothing itself: this comes from its files")
	case web.OtherVersion:
		return both("hotline %s marche, et le programme installé est %s : redémarrez hotline pour mettre celui-ci en service",
			"hotline %s runs, and the program that is installed is %s: restart hotline to put that in force", p.Program.Version, version())
	case web.SwitchDown:
		return both("%s n'est pas connecté : hotline doctor dit quoi faire", "%s is not connected: hotline doctor says what to do", a.About)
	case web.RulesChanged:
		return both("%s a changé et n'est pas encore en service : hotline check, puis hotline apply -m \"pourquoi\"",
			"%s has changed and is not in force yet: hotline check, then hotline apply -m \"why\"", file)
	case web.RulesUnreadable:
		return both("%s ne se lit plus (%s) ; la version en service n'en souffre pas : hotline check", "%s cannot be read any more (%s); the version in force does not suffer: hotline check", file, p.Rules.Problem)
	case web.DiskLow:
		return both("le disque est presque plein : les fiches des appels ne s'écriront plus. Faites de la place dans %s",
			"the disk is nearly full: records of calls will not be written any more. Make room in %s", p.Disk.Folder)
	case web.LoggedError:
		return both("une erreur il y a moins d'un quart d'heure (ci-dessus) : docs/operations.md dit quoi faire de chacune",
			"an error less than a quarter of an hour ago (above): docs/operations.md says what to do about each")
	case web.LetterGivenUp:
		return both("des mails, webhooks ou SMS ont été abandonnés : hotline outbox dit pourquoi", "mails, webhooks or texts were given up: hotline outbox says why")
	case web.NobodyThere:
		return both("des clients attendent dans la file %s, et personne n'y répond : hotline agent list", "callers wait in queue %s, and nobody answers it: hotline agent list", a.About)
	}
	return both("%s %s", "%s %s", a.Code, a.About)
}
