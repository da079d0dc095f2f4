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

func (l *loader) readAgents(key, value *yaml.Node) {
	l.rules.Agents = make(map[string]*Agent)
	phones := make(map[string]*Agent)
	l.named(value, words("agents", "agents"), func(key, value *yaml.Node) {
		a := &Agent{ID: key.Value, Name: key.Value, Pos: l.pos(key)}
		l.rules.Agents[a.ID] = a
		l.rules.AgentOrder = append(l.rules.AgentOrder, a.ID)
		l.fields(key, value, words("la personne %s", "agent %s", a.ID), []string{"skills", "email", "capacity", "texts", "language", "languages", "pin"}, l.agentFields(a, phones)...)
	})
}

// agentFields are the words of a person. phones are those of the people before.
func (l *loader) agentFields(a *Agent, phones map[string]*Agent) []field {
	return []field{
		l.textField("name", &a.Name),
		required(ownField("phone", plain(anOutlet), func(_, v *yaml.Node) {
			a.Phone = l.phone(v)
			if other := phones[a.Phone]; other != nil && a.Phone != "" {
				l.fail(v, "E205", words("%s et %s ont le même téléphone", "%s and %s have the same phone", other.ID, a.ID),
					words("%s l'a déjà (%s) ; il sonnerait pour deux appels à la fois.", "%s has it already (%s); it would ring for two calls at once.", other.ID, lineOf(other.Pos)),
					words("donnez un poste à chacun.", "give each a phone."))
				return
			}
			phones[a.Phone] = a
		})),
	}
}

// extensionLimit is the most digits that a phone of the office has.
const extensionLimit = 6

// phone reads an extension of the office or a full number.
func (l *loader) phone(v *yaml.Node) string {
	s, ok := l.text("phone", v)
	if !ok {
		return ""
	}
	if len(s) >= 2 && len(s) <= extensionLimit && strings.Trim(s, "0123456789") == "" {
		return s
	}
	n, ok := l.number(v)
	if !ok {
		return ""
	}
	if n.Short() || strings.HasPrefix(n.National(), "08") {
		l.fail(v, "E204", words("le %s n'est pas le téléphone d'une personne", "%s is not a person's phone", n.Pretty()),
			words("Un appel à un numéro spécial coûte, et arrive à un service.", "A call to a special number costs money and reaches a service."),
			words("écrivez un poste (101), un numéro fixe ou un mobile.", "write an extension (101), a fixed or a mobile number."))
		return ""
	}
	l.fail(v, "E103", words("un téléphone hors du bureau n'existe pas encore dans cette version", "a phone outside the office is not in this version yet"),
		words("Sans la touche 1 pour prendre l'appel, une messagerie répondrait à la place de la personne.",
			"Without pressing 1 to take the call, a mailbox would answer in the person's place."),
		words("écrivez le poste de la personne, par exemple 101.", "write the person's extension, for example 101."))
	return ""
}
