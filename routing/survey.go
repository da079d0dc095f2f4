package routing

import (
	"context"
	"errors"
	"slices"
	"time"

	"hotline/config"
	"hotline/pbx"
	"hotline/prompt"
)

const (
	surveyTries = 2               // at each question, for who presses a key that is no answer
	surveyWait  = 5 * time.Second // for a key once the question is spoken
)

// An Answer is what a caller has pressed when a survey asked.
type Answer struct {
	Call     string    `json:"call"`
	Survey   string    `json:"survey"`
	Question string    `json:"question"`
	Key      byte      `json:"key"` // '0' to '9'
	At       time.Time `json:"at"`
	Agent    string    `json:"agent,omitempty"` // who had talked with the caller
	Queue    string    `json:"queue,omitempty"` // and came from there
}

// Score is the answer as a number.
func (a Answer) Score() int { return int(a.Key - '0') }

// Opinions keeps what callers answer. Keeping an answer again changes nothing.
type Opinions interface {
	Answered(ctx context.Context, a Answer) error
}

// surveyed: the caller with whom an agent has talked hears the survey of the queue.
func (v *visit) surveyed(ctx context.Context) (next string, err error) {
	q := v.Router.rules.Queues[v.kept.Queue]
	if q == nil || q.Survey == "" {
		return "", nil
	}
	return "", v.survey(ctx, q.Survey)
}

// afterTalk is where a call goes on whose agent has hung up first: that agent is free, and the caller is asked, if the queue wants that.
func (v *visit) afterTalk(ctx context.Context, agent *leg) (next string) {
	q := v.Router.rules.Queues[v.kept.Queue]
	if agent == nil || agent.Role != AgentRole || q == nil || q.Survey == "" {
		return ""
	}
	if agent.call != nil && agent.call.Gone(ctx) != nil {
		return ""
	}
	v.note(ctx, agent)
	v.released()
	v.kept.Freed = true // before it is saved where the call goes on
	return SurveyedNode
}

// survey: the caller hears the questions, one after the other, and answers each with a key. A call hears each survey once. Entered
// again after a restart it goes on with the question that was open.
func (v *visit) survey(ctx context.Context, name string) error {
	s := v.Router.rules.Surveys[name]
	asked, begun := v.kept.Asked[name]
	if s == nil || asked > len(s.Questions) {
		return nil
	}
	v.keepAnswers() // an earlier run may not have come to it
	if err := v.answerNow(ctx); err != nil {
		return err
	}
	if s.Intro != "" && !begun {
		if err := v.prompt(ctx, s.Intro, pbx.UntilKey); err != nil {
			return err
		}
	}
	for i := asked; i < len(s.Questions); i++ {
		key, err := v.question(ctx, s.Questions[i])
		if err != nil {
			return err
		}
		v.kept.ask(name, i+1)
		if key != 0 {
			v.kept.Answers = append(v.kept.Answers, Answer{v.contact.ID, name, s.Questions[i].ID, key, time.Now(), v.kept.Agent, v.kept.Queue})
		}
		if err := v.save(ctx); err != nil {
			return err
		}
		v.keepAnswers()
	}
	if err := v.thank(ctx, s); err != nil {
		return err
	}
	v.kept.ask(name, len(s.Questions)+1)
	return nil
}

// question asks one question, and returns the key that answers it; 0 is none.
func (v *visit) question(ctx context.Context, q config.Question) (key byte, err error) {
	for range surveyTries {
		v.call.ForgetKeys() // they were meant for something else
		if err := v.prompt(ctx, q.Play, pbx.UntilKey); err != nil {
			return 0, err
		}
		key, err := v.call.Key(ctx, surveyWait)
		switch {
		case errors.Is(err, pbx.ErrNoInput):
			return 0, nil
		case err != nil:
			return 0, err
		case q.Answers(key):
			return key, nil
		}
	}
	return 0, nil
}

func (v *visit) thank(ctx context.Context, s *config.Survey) error {
	if s.Thanks != "" {
		return v.prompt(ctx, s.Thanks, pbx.ToTheEnd)
	}
	return v.tells(ctx, prompt.SurveyThanks, pbx.ToTheEnd)
}

// keepAnswers writes down the answers of the call. The record of the call waits until that is done.
func (v *visit) keepAnswers() {
	if v.Opinions == nil || len(v.kept.Answers) == v.answered {
		return
	}
	answers := slices.Clone(v.kept.Answers)
	v.answered = len(answers)
	_ = v.write(v.Exchange.Context(), "answers", forGood, func(ctx context.Context) error {
		for _, a := range answers {
			if err := v.Opinions.Answered(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
	v.letter = v.writing
}

// tellLow writes to the supervisor when a caller who is gone has given low scores: one mail, with all answers of that survey.
func (v *visit) tellLow() {
	v.keepAnswers()
	if v.Supervisor == "" {
		return
	}
	for name, s := range v.Router.rules.Surveys {
		mine := slices.DeleteFunc(slices.Clone(v.kept.Answers), func(a Answer) bool { return a.Survey != name })
		if s.Tell == "" || !slices.ContainsFunc(mine, func(a Answer) bool { return a.Score() <= s.LowScore }) {
			continue
		}
		letter, err := lowScore(v.Supervisor, v.contact, v.kept.callerName(v.contact), mine, v.Rules.Now().Rules)
		if err != nil {
			v.log.Error("nobody is told of a low score", "survey", name, "err", err)
			continue
		}
		v.log.Info("low score", "survey", name, "agent", v.kept.Agent)
		_ = v.write(v.Exchange.Context(), "letter", forGood, func(ctx context.Context) error { return v.postLetter(ctx, letter) })
		v.letter = v.writing
	}
}

// ask notes how many questions of a survey have been asked.
func (k *kept) ask(survey string, questions int) {
	if k.Asked == nil {
		k.Asked = map[string]int{}
	}
	k.Asked[survey] = questions
}
