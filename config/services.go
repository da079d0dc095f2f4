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
	Hours         string        // the name of its Hours; "" = always open
	Open          []Step
	Closed        []Step // instead of Open, outside the hours; none: the call is refused
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
	s := newService(key.Value, l.pos(key))
	l.fields(key, value, words("le service %s", "service %s", key.Value), []string{"record", "keep", "language", "survey"}, l.serviceFields(s)...)
	l.weighClosed(s, key, value)
	return s
}

// newService is a service of which the file says nothing.
func newService(name string, pos Pos) *Service {
	return &Service{Name: name, EarlyLimit: 50 * time.Second, Pos: pos}
}

// purposes are what a service can be for.
func purposes() []string {
	return []string{"after_sales", "pre_sales", "paid_advice", "reception", "complaints", "contract", "withdrawal", "public_service", "information", "booking", "other"}
}

// serviceFields are the words of a service.
func (l *loader) serviceFields(s *Service) []field {
	answer := atOnce
	return []field{
		ownField("purpose", oneWordOf(purposes()...), func(_, v *yaml.Node) {
			s.Purpose, _ = l.oneOf("purpose", v, purposes()...)
			l.purposes[s.Name] = v
		}),
		l.hoursField(&s.Hours),
		ownField("answer", valueShape{form: aChoice, choices: []string{onAgent, atOnce}, into: &answer}, func(_, v *yaml.Node) {
			word, _ := l.oneOf("answer", v, onAgent, atOnce)
			s.AnswerOnAgent = word == onAgent
		}),
		l.timeField("early_limit", &s.EarlyLimit, 5*time.Second, 5*time.Minute),
		required(l.stepsField("open", &s.Open)),
		l.stepsField("closed", &s.Closed),
	}
}

// When a call is answered.
const (
	onAgent = "on_agent"
	atOnce  = "at_once"
)

// weighClosed makes sure that whoever calls while it is closed is told so, and that nothing is written that never happens.
func (l *loader) weighClosed(s *Service, key, value *yaml.Node) {
	switch {
	case s.Hours != "" && !l.has(value, "closed"):
		l.advice = append(l.advice, func() {
			l.warn(key, "W407", words("quand le service %s est fermé, on n'entend rien", "while service %s is closed, nothing is heard", s.Name),
				words("Il a un horaire, mais pas closed : l'appel est refusé sans un mot, et ne coûte rien.", "It has hours, but no closed: the call is refused without a word, and costs nothing."),
				words("ajoutez par exemple closed: [{play: ferme}, hangup].", "add for example closed: [{play: closed}, hangup]."))
		})
	case len(s.Closed) > 0 && s.Hours == "":
		l.advice = append(l.advice, func() {
			l.warn(key, "W405", words("closed du service %s n'arrive jamais", "closed of service %s never happens", s.Name),
				words("Sans hours, il est ouvert à toute heure.", "Without hours it is open at all times."),
				words("ajoutez hours, ou enlevez closed.", "add hours, or remove closed."))
		})
	case len(s.Closed) > 0 && s.Closed[0].Kind == Hangup:
		l.advice = append(l.advice, func() {
			l.warn(key, "W407", words("quand le service %s est fermé, on n'entend rien", "while service %s is closed, nothing is heard", s.Name),
				words("L'appel est raccroché sans un mot.", "The call is hung up without a word."),
				words("ajoutez {play: ...} avant hangup.", "add {play: ...} before hangup."))
		})
	}
}
