package routing

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"hotline/config"
	"hotline/outbox"
)

// lowScore is the mail that tells of the low scores of a call, in the language of the company.
func lowScore(to string, c Contact, callerName string, answers []Answer, rules *config.Rules) (outbox.Letter, error) {
	words := lowScoreEN
	if rules.InFrench() {
		words = lowScoreFR
	}
	var scores []string
	low := 9
	for _, a := range answers {
		scores = append(scores, fmt.Sprintf("  %s : %d", a.Question, a.Score()))
		low = min(low, a.Score())
	}
	from := cmp.Or(c.Caller.Pretty(), words.hidden)
	if callerName != "" {
		from = callerName + ", " + from
	}
	last := answers[len(answers)-1]
	agent := cmp.Or(last.Agent, words.nobody)
	if a := rules.Agents[last.Agent]; a != nil && a.Name != "" {
		agent = a.Name + " (" + last.Agent + ")"
	}
	content, err := json.Marshal(outbox.Mail{
		To:      []string{to},
		Subject: fmt.Sprintf(words.subject, low, last.Survey, agent),
		Text: strings.NewReplacer("{survey}", last.Survey, "{scores}", strings.Join(scores, "\n"), "{from}", from, "{agent}", agent,
			"{queue}", cmp.Or(last.Queue, "-"), "{at}", c.Opened.In(config.Zone()).Format(words.moment), "{number}", c.Number.Pretty(),
			"{service}", c.Service, "{call}", c.ID).Replace(words.text),
	})
	return outbox.Letter{ID: "low-" + c.ID + "-" + last.Survey, Kind: outbox.ByMail, Call: c.ID, Written: last.At, Content: content}, err
}

// lowScoreWords are what the mail says in one language.
type lowScoreWords struct{ subject, hidden, nobody, moment, text string }

var (
	lowScoreFR = lowScoreWords{"Mauvaise note (%d) au questionnaire %s, %s", "numéro masqué", "personne", "02/01/2006 à 15:04", `Un client a donné une mauvaise note au questionnaire {survey}.

{scores}

Client    : {from}
Parlait à : {agent}
File      : {queue}
Appel     : {at}, au {number} (service {service})

Tout ce qui est écrit de cet appel :

  hotline cdr show {call}
`}
	lowScoreEN = lowScoreWords{"Low score (%d) in survey %s, %s", "number withheld", "nobody", "2006-01-02 at 15:04", `A caller has given a low score in survey {survey}.

{scores}

Caller      : {from}
Talked with : {agent}
Queue       : {queue}
Call        : {at}, to {number} (service {service})

All that is written of that call:

  hotline cdr show {call}
`}
)
