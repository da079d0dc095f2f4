package config

import (
	"cmp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Later is a word of the file that this version reads, checks and tries, and that a live call does not follow yet. A word in
// whose place different things happen is several.
type Later struct {
	Word    string
	Instead Words // what happens to callers
	At      []Pos // where it is written
}

// NotYet are the words of the file that no live call follows yet, in the order in which the file first has them.
func (r *Rules) NotYet() []Later { return r.notYet }

// Instead is what happens in place of a word at a place of the file, if no live call follows it yet. A place of which nothing is known
// stands for every place of the word.
func (r *Rules) Instead(word string, at Pos) (instead Words, later bool) {
	i := slices.IndexFunc(r.notYet, func(n Later) bool { return n.Word == word && (at == Pos{} || slices.Contains(n.At, at)) })
	if i < 0 {
		return Words{}, false
	}
	return r.notYet[i].Instead, true
}

// insteads say what happens in place of what a word says. After a step that is the last of its
// list, what follows the list happens: passedOver.
func insteads() map[string]Words {
	next := nextTaken()
	all := words("toute la file est appelée", "the whole queue is asked")
	return map[string]Words{
		"offer_callback":      next,
		"skill":               all,
		"experts_first":       all,
		"skilled_only":        all,
		"phone":               words("un téléphone hors du bureau ne sonne pas", "a phone outside the office does not ring"),
		"helpers":             words("les renforts ne sont pas appelés", "helpers are not asked"),
		"offer_callback_over": words("rien n'est proposé pendant l'attente", "nothing is offered during the wait"),
		"texts":               words("les SMS ne sont pas reçus", "texts are not taken"),
		"keep":                words("seuls les messages vocaux sont effacés", "only voice messages are erased"),
		"pauses":              words("une pause n'a pas de limite", "no pause has a limit"),
	}
}

func nextTaken() Words { return words("on passe à l'étape suivante", "the next step is taken") }

// later notes that a live call does not follow a word yet.
func (l *loader) later(word string, at Pos) { l.laterSo(word, insteads()[word], at) }

func (l *loader) laterSo(word string, instead Words, at Pos) {
	i := slices.IndexFunc(l.rules.notYet, func(n Later) bool { return n.Word == word && n.Instead == instead })
	if i < 0 {
		i = len(l.rules.notYet)
		l.rules.notYet = append(l.rules.notYet, Later{Word: word, Instead: instead})
	}
	l.rules.notYet[i].At = append(l.rules.notYet[i].At, at)
}

// notYetField makes a field one that live calls do not follow yet.
func (l *loader) notYetField(f field) field {
	read := f.read
	f.read = func(key, value *yaml.Node) {
		l.later(f.name, l.pos(key))
		read(key, value)
	}
	return coming(f)
}

// passedOver notes the steps that a live call passes over, with what it comes to instead.
func (l *loader) passedOver() {
	end := words("on raccroche", "the call is hung up")
	for _, line := range l.rules.Lines {
		l.passesOver(line.OverBudget, end)
	}
	for _, s := range l.rules.Services {
		l.passesOver(s.Open, end)
		if s.Hours != "" {
			l.passesOver(s.Closed, end)
		}
	}
	for _, m := range l.rules.Menus {
		for _, steps := range m.Keys {
			l.passesOver(steps, words("le menu recommence", "the menu is heard again"))
		}
		l.passesOver(m.Otherwise, end)
	}
	for _, q := range l.rules.Queues {
		again := words("l'appelant garde sa place et attend encore", "the caller keeps the place and goes on waiting")
		if !leaves(q.OnNobody) && (q.MaxWait == 0 || !leaves(q.OnMaxWait)) {
			again = words("l'appelant garde sa place et attend, sans limite", "the caller keeps the place and waits, without limit")
		}
		l.passesOver(q.OnNobody, again)
		l.passesOver(q.OnMaxWait, again)
	}
}

// passesOver notes those steps of a list. After its last step comes then.
func (l *loader) passesOver(steps []Step, then Words) {
	for i, s := range steps {
		for _, inner := range s.Inner() {
			if i < len(steps)-1 {
				l.passesOver(inner, nextTaken())
			} else {
				l.passesOver(inner, then)
			}
		}
		switch {
		case s.Final():
			return
		case s.Kind == ToVoicemail:
			then = words("on raccroche", "the call is hung up")
		case !s.Kind.Later():
		case i < len(steps)-1:
			l.later(s.Kind.String(), s.Pos)
		default:
			l.laterSo(s.Kind.String(), then, s.Pos)
		}
	}
}

// leaves reports whether a live call does not come back from the steps.
func leaves(steps []Step) bool {
	return slices.ContainsFunc(steps, func(s Step) bool { return s.Final() || s.Kind == ToVoicemail })
}

// sortLater puts all in the order of the file.
func (l *loader) sortLater() {
	for _, n := range l.rules.notYet {
		slices.SortFunc(n.At, Pos.Compare)
	}
	slices.SortFunc(l.rules.notYet, func(a, b Later) int {
		return cmp.Or(a.At[0].Compare(b.At[0]), cmp.Compare(a.Word, b.Word))
	})
}

// tellLater says in one warning what live calls do not follow yet.
func (l *loader) tellLater() {
	l.passedOver()
	l.sortLater()
	all := l.rules.notYet
	if len(all) == 0 {
		return
	}
	title := words("un mot de ce fichier attend une prochaine version", "one word of this file is for a coming version")
	seen := make(map[string]bool)
	var rows []Row
	for _, n := range all {
		seen[n.Word] = true
		rows = append(rows, Row{Word: n.Word, Where: Lines(n.At), What: n.Instead})
	}
	if len(seen) > 1 {
		title = words("%d mots de ce fichier attendent une prochaine version", "%d words of this file are for a coming version", len(seen))
	}
	l.advice = append(l.advice, func() {
		l.warnAt(all[0].At[0], all[0].Word, "W103", title,
			words("C'est lu, contrôlé et essayé, mais en attendant, lors d'un vrai appel :", "It is read, checked and tried, but until then, on a real call:"),
			words("si cela convient à vos clients d'ici là, rien ; sinon, écrivez-le autrement pour l'instant.",
				"nothing, if that will do for your callers until then; else write it another way for now."))
		l.problems[len(l.problems)-1].Rows = rows
	})
}

// mostLines is how many lines are told of a word that is in many.
const mostLines = 8

// Lines says where something is: "l. 49, 55, 95 and 4 more".
func Lines(at []Pos) Words {
	var parts []string
	for i, p := range at[:min(len(at), mostLines)] {
		text := p.InText()
		if i > 0 && at[i-1].File == p.File {
			text = strings.TrimPrefix(text[strings.LastIndex(text, "l. "):], "l. ")
		}
		if len(parts) == 0 || parts[len(parts)-1] != text {
			parts = append(parts, text)
		}
	}
	list := strings.Join(parts, ", ")
	if more := len(at) - mostLines; more > 0 {
		return words("%s et %d de plus", "%s and %d more", list, more)
	}
	return Words{FR: list, EN: list}
}
