package config

import (
	"time"

	"gopkg.in/yaml.v3"
)

// Service is what a number is for, and where its calls begin.
type Service struct {
	Name          string
	Purpose       string        // such as "after_sales"; "" = not said
	AnswerOnAgent bool          // the call is answered when an agent takes it, so that waiting costs the caller nothing
	EarlyLimit    time.Duration // how long a call may stay unanswered before the operator cuts it
	Open          []Step
	Pos           Pos
}

func (l *loader) readServices(key, value *yaml.Node) {
	l.rules.Services = make(map[string]*Service)
	l.named(value, words("services", "services"), func(key, value *yaml.Node) {
		l.rules.Services[key.Value] = l.readService(key, value)
	})
	if value.Kind == yaml.MappingNode && len(value.Content) == 0 {
		l.empties(key)
	}
}

func (l *loader) readService(key, value *yaml.Node) *Service {
	s := &Service{Name: key.Value, EarlyLimit: 50 * time.Second, Pos: l.pos(key)}
	l.fields(key, value, words("le service %s", "service %s", key.Value), []string{"closed", "record", "keep", "language", "survey"},
		field{"purpose", false, func(_, v *yaml.Node) {
			s.Purpose, _ = l.oneOf("purpose", v, "after_sales", "pre_sales", "paid_advice", "reception", "complaints", "contract", "withdrawal", "public_service", "information", "booking", "other")
			l.purposes[s.Name] = v
		}},
		field{"hours", false, func(_, v *yaml.Node) { l.readHours(v) }},
		field{"answer", false, func(_, v *yaml.Node) {
			word, _ := l.oneOf("answer", v, "on_agent", "at_once")
			s.AnswerOnAgent = word == "on_agent"
		}},
		field{"early_limit", false, func(_, v *yaml.Node) {
			if d, ok := l.duration("early_limit", v, 5*time.Second, 5*time.Minute); ok {
				s.EarlyLimit = d
			}
		}},
		field{"open", true, func(k, v *yaml.Node) { s.Open = l.steps(k, v) }},
	)
	return s
}

// readHours takes "always", the only opening hours of this version.
func (l *loader) readHours(v *yaml.Node) {
	s, ok := l.text("hours", v)
	if !ok || s == "always" {
		return
	}
	l.fail(v, "E103", words("les horaires n'existent pas encore dans cette version", "opening hours are not in this version yet"),
		words("Cette version répond à toute heure. Faire comme si « %s » était suivi vous tromperait.",
			`This version answers at all hours. To act as if "%s" were obeyed would deceive you.`, clip(s)),
		words("écrivez hours: always, ou enlevez la ligne.", "write hours: always, or remove the line."))
}
