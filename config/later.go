package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Later is a word of the file that this version reads, checks and tries, and that a live call does not follow yet.
type Later struct {
	Word    string
	Instead Words // what happens to callers
	At      []Pos // where it is written
}

// NotYet are the words of the file that no live call follows yet, in the order in which the file first has them.
func (r *Rules) NotYet() []Later { return r.notYet }

// insteads say what happens in place of what a word says.
func insteads() map[string]Words {
	next := words("on passe à l'étape suivante", "the next step is taken")
	all := words("toute la file est appelée", "the whole queue is asked")
	return map[string]Words{
		"offer_callback":      next,
		"voicemail":           next,
		"transfer":            next,
		"skill":               all,
		"experts_first":       all,
		"skilled_only":        all,
		"on_max_wait":         words("l'appelant garde sa place et attend encore", "the caller keeps the place and goes on waiting"),
		"on_nobody":           words("l'appelant attend, en musique", "the caller waits, with music"),
		"phone":               words("un téléphone hors du bureau ne sonne pas", "a phone outside the office does not ring"),
		"helpers":             words("ils ne sont pas appelés", "they are not asked"),
		"same_agent":          words("l'appel va à qui est libre", "the call goes to whoever is free"),
		"offer_callback_over": words("rien n'est proposé pendant l'attente", "nothing is offered during the wait"),
		"survey":              words("aucune question n'est posée", "no question is asked"),
		"texts":               words("les SMS ne sont pas reçus", "texts are not taken"),
		"keep":                words("rien n'est effacé", "nothing is deleted"),
		"pauses":              words("une pause n'a pas de limite", "no pause has a limit"),
	}
}

// later notes that a live call does not follow a word yet.
func (l *loader) later(word string, at Pos) {
	i := slices.IndexFunc(l.rules.notYet, func(n Later) bool { return n.Word == word })
	if i < 0 {
		i = len(l.rules.notYet)
		l.rules.notYet = append(l.rules.notYet, Later{Word: word, Instead: insteads()[word]})
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

// sortLater finds the overflow stages of queues of which nothing comes yet, and puts all in the order of the file.
func (l *loader) sortLater() {
	for _, q := range l.rules.Queues {
		for word, steps := range map[string][]Step{"on_max_wait": q.OnMaxWait, "on_nobody": q.OnNobody} {
			if len(steps) > 0 && !Happens(steps) {
				l.later(word, steps[0].Pos)
			}
		}
	}
	for _, n := range l.rules.notYet {
		slices.SortFunc(n.At, Pos.Compare)
	}
	slices.SortFunc(l.rules.notYet, func(a, b Later) int {
		return cmp.Or(a.At[0].Compare(b.At[0]), cmp.Compare(a.Word, b.Word))
	})
}

// tellLater says in one warning what live calls do not follow yet. Words in whose place the same happens are told together.
func (l *loader) tellLater() {
	l.sortLater()
	all := l.rules.notYet
	if len(all) == 0 {
		return
	}
	title := words("un mot de ce fichier attend une prochaine version", "one word of this file is for a coming version")
	if len(all) > 1 {
		title = words("%d mots de ce fichier attendent une prochaine version", "%d words of this file are for a coming version", len(all))
	}
	var fr, en []string
	for i, n := range all {
		same := func(o Later) bool { return o.Instead == n.Instead }
		if slices.ContainsFunc(all[:i], same) {
			continue
		}
		var where [2][]string
		for _, o := range all[i:] {
			if same(o) {
				lines := Lines(o.At)
				where[0] = append(where[0], fmt.Sprintf("%s (%s)", o.Word, lines.FR))
				where[1] = append(where[1], fmt.Sprintf("%s (%s)", o.Word, lines.EN))
			}
		}
		fr = append(fr, strings.Join(where[0], ", ")+" : "+n.Instead.FR)
		en = append(en, strings.Join(where[1], ", ")+": "+n.Instead.EN)
	}
	l.advice = append(l.advice, func() {
		l.warnAt(all[0].At[0], all[0].Word, "W103", title,
			words("C'est lu et contrôlé, mais en attendant : %s.", "It is read and checked, but until then: %s.",
				Words{FR: strings.Join(fr, " ; "), EN: strings.Join(en, "; ")}),
			words("si cela convient à vos clients d'ici là, rien ; sinon, écrivez-le autrement pour l'instant.",
				"nothing, if that will do for your callers until then; else write it another way for now."))
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
