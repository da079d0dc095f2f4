package config

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// TellSupervisor is who is told of a low score.
const TellSupervisor = "supervisor"

func (l *loader) readSurveys(_, value *yaml.Node) {
	l.rules.Surveys = make(map[string]*Survey)
	l.named(value, words("surveys", "surveys"), func(key, value *yaml.Node) {
		s := &Survey{Name: key.Value, Pos: l.pos(key)}
		l.rules.Surveys[s.Name] = s
		l.fields(key, value, words("le questionnaire %s", "survey %s", s.Name), []string{"after"}, l.surveyFields(s)...)
		if at := section(value, "low_score"); at != nil && section(at, "at_most") != nil && s.LowScore > 0 {
			l.checkLowScore(s, section(at, "at_most"))
		}
	})
}

// surveyFields are the words of a survey.
func (l *loader) surveyFields(s *Survey) []field {
	return []field{
		required(ownField("questions", listOf(mappingOf(func() []field { return l.questionFields(&Question{}) })), func(k, v *yaml.Node) {
			l.list(k, v, func(item *yaml.Node) { l.readQuestion(s, item) })
		})),
		l.refField("intro", "prompt", &s.Intro),
		l.refField("thanks", "prompt", &s.Thanks),
		ownField("low_score", mappingOf(func() []field { return l.lowScoreFields(s) }), func(k, v *yaml.Node) {
			l.fields(k, v, words("low_score de %s", "low_score of %s", s.Name), nil, l.lowScoreFields(s)...)
		}),
	}
}

// lowScoreFields are the words of what is a low score.
func (l *loader) lowScoreFields(s *Survey) []field {
	return []field{
		required(l.countField("at_most", &s.LowScore, 1, 9)),
		required(l.choiceField("tell", &s.Tell, TellSupervisor)),
	}
}

// checkLowScore makes sure that the answers to a question can be low, and can be more than allowed.
func (l *loader) checkLowScore(s *Survey, v *yaml.Node) {
	for _, q := range s.Questions {
		if q.Keys == "" || s.LowScore >= int(q.Keys[0]-'0') && s.LowScore <= int(q.Keys[2]-'0') {
			continue
		}
		l.fail(v, "E303", words("at_most : %d n'est pas une note possible", "at_most: %d is not a possible score", s.LowScore),
			words("On répond à %s de %c à %c.", "%s is answered with %c to %c.", q.ID, q.Keys[0], q.Keys[2]),
			words("écrivez un nombre de %c à %c.", "write a number from %c to %c.", q.Keys[0], q.Keys[2]))
		return
	}
}

func (l *loader) readQuestion(s *Survey, item *yaml.Node) {
	q := Question{Pos: l.pos(item)}
	l.fields(item, item, words("une question de %s", "a question of %s", s.Name), nil, l.questionFields(&q)...)
	for _, other := range s.Questions {
		if other.ID == q.ID && q.ID != "" {
			l.twice(section(item, "id"), other.Pos, words("le questionnaire %s", "survey %s", s.Name), keepOne())
		}
	}
	s.Questions = append(s.Questions, q)
}

// questionFields are the words of a question.
func (l *loader) questionFields(q *Question) []field {
	return []field{
		required(ownField("id", simple(aNewName), func(_, v *yaml.Node) {
			if l.isName(v) {
				q.ID, _ = l.text("id", v)
			}
		})),
		required(l.refField("play", "prompt", &q.Play)),
		required(ownField("keys", simple(someAnswers), func(_, v *yaml.Node) { q.Keys = l.answerKeys(v) })),
	}
}

// answerKeys reads the keys that answer a question: 1-5.
func (l *loader) answerKeys(v *yaml.Node) string {
	s, ok := l.text("keys", v)
	plain := strings.Join(strings.Fields(s), "")
	if ok && (len(plain) != 3 || plain[1] != '-' || plain[0] < '0' || plain[2] > '9' || plain[0] >= plain[2]) {
		l.fail(v, "E404", words("keys : « %s » ne va pas d'une touche à une autre", `keys: "%s" does not go from one key to another`, clip(s)), Words{},
			words("écrivez la plus petite, un tiret et la plus grande : 1-5.", "write the smallest, a hyphen and the largest: 1-5."))
		return ""
	}
	return plain
}

// Answers reports whether a key answers the question.
func (q Question) Answers(key byte) bool {
	return len(q.Keys) == 3 && key >= q.Keys[0] && key <= q.Keys[2]
}

// CheckLowScores says that nobody hears of a low score when hotline.yaml names nobody to write to.
func CheckLowScores(rules *Rules, mail *Mail) (problems Problems) {
	if mail != nil && mail.Alarms() != "" {
		return nil
	}
	for _, name := range keys(rules.Surveys) {
		if s := rules.Surveys[name]; s.Tell != "" {
			p := NewProblem(rules.WordPos(s.Pos, "low_score"), len("low_score"), "W156", words("personne ne saura qu'une note est mauvaise", "nobody will hear of a low score"),
				words("hotline.yaml ne dit pas à qui écrire.", "hotline.yaml does not say whom to write to."),
				words("ajoutez à hotline.yaml mail: {host: smtp..., from: ..., supervisor: ...}.", "add mail: {host: smtp..., from: ..., supervisor: ...} to hotline.yaml."))
			p.Warning = true
			problems = append(problems, p)
		}
	}
	return problems
}
