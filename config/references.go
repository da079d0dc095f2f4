package config

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// A kind is something that the file gives names to.
type kind struct {
	what    Words
	section string // where the names are
	names   []string
}

// kinds are all that names can be of, by the word that refer is given.
func (l *loader) kinds() map[string]kind {
	r := &l.rules
	return map[string]kind{
		"service":   {words("le service", "service"), "services", keys(r.Services)},
		"hours":     {words("l'horaire", "hours"), "hours", keys(r.Hours)},
		"closure":   {words("la fermeture", "closure"), "closures", keys(r.Closures)},
		"reason":    {words("la fermeture", "closure"), "closures", slices.Concat(keys(r.Closures), CalendarWords(), []string{BecauseHours, BecauseSpecial})},
		"menu":      {words("le menu", "menu"), "menus", keys(r.Menus)},
		"queue":     {words("la file", "queue"), "queues", keys(r.Queues)},
		"agent":     {words("la personne", "agent"), "agents", r.AgentOrder},
		"skill":     {words("la compétence", "skill"), "skills", r.Skills()},
		"prompt":    {words("l'annonce", "prompt"), "prompts", keys(r.Prompts)},
		"language":  {words("la langue", "language"), "languages", r.Languages},
		"callback":  {words("le rappel", "callback"), "callbacks", keys(r.Callbacks)},
		"voicemail": {words("la messagerie", "voicemail"), "voicemails", keys(r.Voicemails)},
		"survey":    {words("le questionnaire", "survey"), "surveys", keys(r.Surveys)},
	}
}

// Skills are all that the agents can do, in the order of the alphabet.
func (r *Rules) Skills() []string {
	all := make(map[string]bool)
	for _, a := range r.Agents {
		for skill := range a.Skills {
			all[skill] = true
		}
	}
	return keys(all)
}

// checkReferences looks up every name that the file uses.
func (l *loader) checkReferences(top *yaml.Node) {
	kinds := l.kinds()
	known := make(map[string]map[string]bool)
	for name, k := range kinds {
		known[name] = make(map[string]bool)
		for _, n := range k.names {
			known[name][n] = true
		}
	}
	lacking := map[string]bool{"services": !l.has(top, "services")} // sections that are complained of already
	for _, ref := range l.refs {
		k := kinds[ref.kind]
		if known[ref.kind][ref.node.Value] || l.said[k.section+"/"+ref.node.Value] || lacking[k.section] {
			continue
		}
		l.unknown(ref, k)
		lacking[k.section] = len(k.names) == 0
	}
}

func (l *loader) unknown(ref reference, k kind) {
	fix := words("ajoutez « %s » dans %s, ou corrigez le nom.", `add "%s" to %s, or correct the name.`, clip(ref.node.Value), k.section)
	list := l.severalNames(ref.node.Value, k.names)
	switch hint := l.nearest(ref.node.Value, k.names); {
	case list != "":
		fix = words("écrivez une liste : [%s].", "write a list: [%s].", list)
	case hint != "":
		fix = words("écrivez %s.", "write %s.", hint)
	case ref.kind == "hours" && len(k.names) == 0:
		fix = words("ajoutez une section hours, par exemple hours: {%s: {mon-fri: [09:00-12:30, 13:30-18:00]}}, ou écrivez always.",
			"add a section hours, for example hours: {%s: {mon-fri: [09:00-12:30, 13:30-18:00]}}, or write always.", clip(ref.node.Value))
	case ref.kind == "skill" && len(k.names) == 0:
		fix = words("donnez-la à une personne : skills: {%s: 3}, de 1 à 5.", "give it to an agent: skills: {%s: 3}, from 1 to 5.", clip(ref.node.Value))
	case len(k.names) > 0 && len(k.names) <= 8:
		fix = words("écrivez un nom qui est dans %s : %s.", "write a name that is in %s: %s.", k.section, strings.Join(k.names, ", "))
	}
	l.fail(ref.node, "E401", words("%s « %s » n'existe pas", `%s "%s" does not exist`, k.what, clip(ref.node.Value)), Words{}, fix)
}
