package config

import (
	"strings"

	"gopkg.in/yaml.v3"

	"hotline/number"
)

// Agent is a person who answers calls.
type Agent struct {
	ID, Name string
	Phone    string        // the extension as dialled in the office; "" when it is outside
	Outside  number.Number // a phone outside the office
	Skills   Skills
	Pos      Pos
}

// InHouse says whether the agent has a phone of the office. Phones outside are not rung in this version.
func (a *Agent) InHouse() bool { return a.Phone != "" }

func (l *loader) readAgents(key, value *yaml.Node) {
	l.rules.Agents = make(map[string]*Agent)
	phones := make(map[string]*Agent)
	l.named(value, words("agents", "agents"), func(key, value *yaml.Node) {
		a := &Agent{ID: key.Value, Name: key.Value, Pos: l.pos(key)}
		l.rules.Agents[a.ID] = a
		l.rules.AgentOrder = append(l.rules.AgentOrder, a.ID)
		l.fields(key, value, words("la personne %s", "agent %s", a.ID), []string{"email", "capacity", "texts", "language", "languages", "pin"},
			l.agentFields(a, phones)...)
	})
}

// agentFields are the words of a person. phones are those of the people before.
func (l *loader) agentFields(a *Agent, phones map[string]*Agent) []field {
	return []field{
		l.textField("name", &a.Name),
		required(ownField("phone", simple(anOutlet), func(k, v *yaml.Node) {
			if a.Phone, a.Outside = l.phone(v); a.Outside != "" {
				l.later("phone", l.pos(k))
			}
			phone := a.Phone + a.Outside.String()
			if other := phones[phone]; other != nil && phone != "" {
				l.fail(v, "E205", words("%s et %s ont le même téléphone", "%s and %s have the same phone", other.ID, a.ID),
					words("%s l'a déjà (%s) ; il sonnerait pour deux appels à la fois.", "%s has it already (%s); it would ring for two calls at once.", other.ID, other.Pos.InTextOf(l.pos(v))),
					words("donnez un poste à chacun.", "give each a phone."))
				return
			}
			phones[phone] = a
		})),
		ownField("skills", entriesOf(aNewName, countShape(1, bestLevel)), func(_, v *yaml.Node) { l.readSkills(a, v) }),
	}
}

// readSkills reads what an agent can do, and how well.
func (l *loader) readSkills(a *Agent, value *yaml.Node) {
	a.Skills = make(Skills)
	l.named(value, words("skills de %s", "skills of %s", a.ID), func(key, value *yaml.Node) {
		if level, ok := l.count(key.Value, value, 1, bestLevel); ok {
			a.Skills[key.Value] = level
		}
	})
}

// ExpertLevel is the level of a skill from which somebody is an expert, and asked first.
const ExpertLevel = 3

// bestLevel is the level of who can do something best.
const bestLevel = 5

// extensionLimit is the most digits that a phone of the office has.
const extensionLimit = 6

// phone reads an extension of the office, or the number of a phone outside.
func (l *loader) phone(v *yaml.Node) (extension string, outside number.Number) {
	s, ok := l.text("phone", v)
	if !ok {
		return "", ""
	}
	if n, err := number.Parse(s); err == nil && n.Help() {
		l.fail(v, "E211", words("le %s est un numéro d'urgence ou d'assistance", "%s is an emergency or helpline number", n.Pretty()),
			words("hotline y enverrait des appels de clients ; en sortie de standard, ces chiffres joignent les secours.", "hotline would send callers there; dialled from a company's switch, these digits reach the emergency services."),
			words("écrivez un autre poste ; s'il porte vraiment ces chiffres, changez-le sur le commutateur.", "write another extension; if it really has these digits, change it on the switch."))
		return "", ""
	}
	if len(s) >= 2 && len(s) <= extensionLimit && strings.Trim(s, "0123456789") == "" {
		return s, ""
	}
	n, ok := l.number(v)
	if !ok {
		return "", ""
	}
	if n.Short() || strings.HasPrefix(n.National(), "08") {
		l.fail(v, "E204", words("le %s n'est pas le téléphone d'une personne", "%s is not a person's phone", n.Pretty()),
			words("Un appel à un numéro spécial coûte, et arrive à un service.", "A call to a special number costs money and reaches a service."),
			words("écrivez un poste (101), un numéro fixe ou un mobile.", "write an extension (101), a fixed or a mobile number."))
		return "", ""
	}
	return "", n
}
