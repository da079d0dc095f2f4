package routing

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"hotline/config"
	"hotline/outbox"
)

// Letter is the mail that tells of a message to whom the mailbox is, in the language of the company, with the sound.
func (r Recordings) Letter(m Message, rules *config.Rules) (outbox.Letter, error) {
	l := outbox.Letter{ID: m.ID, Kind: outbox.ByMail, Call: m.Call, Written: m.At}
	box := rules.Voicemails[m.Mailbox]
	if box == nil { // the rules have it no more, and nobody to write to
		return outbox.Letter{}, fmt.Errorf("the rules have no mailbox %s any more", m.Mailbox)
	}
	words := messageEN
	if rules.InFrench() {
		words = messageFR
	}
	from := words.hidden
	switch shown := m.Caller.Pretty(); {
	case m.Caller == "" && m.CallerName != "":
		from = m.CallerName
	case m.CallerName != "":
		from = m.CallerName + ", " + shown
	case m.Caller != "":
		from = shown
	}
	length := fmt.Sprintf("%d:%02d", int(m.Length.Minutes()), int(m.Length.Seconds())%60)
	at := m.At.In(config.Zone())
	var err error
	l.Content, err = json.Marshal(outbox.Mail{
		To:      []string{box.Email},
		Subject: fmt.Sprintf(words.subject, from, length),
		Text: strings.NewReplacer("{mailbox}", m.Mailbox, "{from}", from, "{at}", at.Format(words.moment), "{number}", m.Number.Pretty(), "{service}", m.Service,
			"{length}", length, "{id}", m.ID).Replace(words.text),
		Files: []outbox.File{{Name: "message-" + at.Format(time.DateOnly) + at.Format("-1504") + ".wav", Path: r.Path(m.ID)}},
	})
	return l, err
}

// messageWords are what the mail says in one language.
type messageWords struct{ subject, hidden, moment, text string }

var (
	messageFR = messageWords{"Message vocal de %s (%s)", "numéro masqué", "02/01/2006 à 15:04", `Un message vocal attend dans la messagerie {mailbox}.

De      : {from}
Reçu    : {at}
Ligne   : {number} (service {service})
Durée   : {length}

Le son est joint à ce courriel. Pour que personne d'autre ne s'en occupe :

  hotline voicemail claim {id}

Et quand c'est fait :

  hotline voicemail done {id}
`}
	messageEN = messageWords{"Voice message from %s (%s)", "number withheld", "2006-01-02 at 15:04", `A voice message waits in mailbox {mailbox}.

From   : {from}
Left   : {at}
Line   : {number} (service {service})
Length : {length}

The sound is attached to this mail. So that nobody else deals with it:

  hotline voicemail claim {id}

And when it is done:

  hotline voicemail done {id}
`}
)
