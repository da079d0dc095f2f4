package web

import (
	"errors"
	"fmt"
	"net/http"

	"hotline/routing"
)

// A Problem is an error as RFC 9457 writes it. Its type is what a program looks at; the texts are for people.
type Problem struct {
	Type     string `json:"type"`
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail,omitempty"`
	Instance string `json:"instance,omitempty"`

	Problems []RulesProblem `json:"problems,omitempty"` // of RulesRefused
	Current  *RulesVersion  `json:"current,omitempty"`  // of RulesSuperseded

	language string
}

// Error is what there is to say, in the language that was asked for.
func (p *Problem) Error() string {
	if p.Detail != "" {
		return p.Title + ". " + p.Detail
	}
	return p.Title
}

// The types of problems.
const (
	NoResource = "/problems/no-such-resource"
	NoMethod   = "/problems/method-not-allowed"
	NoAgent    = "/problems/no-such-agent"
	Outside    = "/problems/agent-outside"
	LoggedOut  = "/problems/agent-logged-out"
	NoCall     = "/problems/no-such-call"
	ManyCalls  = "/problems/several-calls"
	BadRequest = "/problems/bad-request"
	OwnMistake = "/problems/internal"

	RulesRefused    = "/problems/rules-refused"
	RulesSuperseded = "/problems/rules-superseded"
	NoPrompt        = "/problems/no-such-prompt"
	NoMessage       = "/problems/no-message"
	SeveralPrompts  = "/problems/several-prompts"
	PhoneRefused    = "/problems/phone-refused"
	SameRules       = "/problems/same-rules"
	OwnNumber       = "/problems/own-number"
	NotBlocked      = "/problems/not-blocked"
	NoRules         = "/problems/no-such-rules"
	DiskFull        = "/problems/disk-full"
	NoService       = "/problems/no-such-service"
	PastMoment      = "/problems/moment-past"
	NotClosed       = "/problems/not-closed"
)

// ReasonLength is how many characters the reason of a pause may have.
const ReasonLength = 60

var (
	errNoResource = errors.New("no such resource")
	errMethod     = errors.New("method not allowed")
	errNoCall     = errors.New("no such call")
	errManyCalls  = errors.New("several calls end like this")
	errBody       = errors.New("the body is not as it should be")
	errRulesBody  = errors.New("the wish for rules is not as it should be")
)

// problemOf is an error as it is told to whoever asked.
func problemOf(err error, language string) *Problem {
	known := []struct {
		err          error
		kind         string
		status       int
		titleFR      string
		titleEN      string
		toDoFR, toDo string
	}{
		{errNoResource, NoResource, http.StatusNotFound, "cette adresse n'existe pas", "there is no such address",
			"Cette version de hotline ne la connaît pas.", "This version of hotline does not know it."},
		{errMethod, NoMethod, http.StatusMethodNotAllowed, "cela ne se demande pas ainsi", "that is not asked like this",
			"L'en-tête Allow dit comment.", "The header Allow says how."},
		{routing.ErrNoAgent, NoAgent, http.StatusNotFound, "personne de ce nom dans les règles", "nobody of that name in the rules",
			"GET /v1/agents donne la liste.", "GET /v1/agents has the list."},
		{routing.ErrOutside, Outside, http.StatusConflict, "le téléphone de cette personne est dehors", "this person's phone is outside the house",
			"Cette version de hotline ne fait sonner que les postes de la maison.", "This version of hotline rings the phones of the house only."},
		{routing.ErrLoggedOut, LoggedOut, http.StatusConflict, "cette personne est hors connexion", "this person is logged out",
			"Connectez-la d'abord (login).", "Log the person in first (login)."},
		{errNoCall, NoCall, http.StatusNotFound, "pas d'appel en cours de ce nom", "no such call is there now",
			"S'il est terminé, sa fiche est dans hotline cdr show.", "If it has ended, its record is in hotline cdr show."},
		{errManyCalls, ManyCalls, http.StatusConflict, "plusieurs appels finissent ainsi", "several calls end like this",
			"Écrivez-en plus.", "Write more of it."},
		{errBody, BadRequest, http.StatusBadRequest, "le corps de la demande ne va pas", "the body of the request is not as it should be",
			fmt.Sprintf(`Il en faut un comme {"reason": "déjeuner"}, %d caractères au plus, ou aucun.`, ReasonLength),
			fmt.Sprintf(`It takes one like {"reason": "lunch"}, %d characters at most, or none.`, ReasonLength)},
		{errRulesBody, BadRequest, http.StatusBadRequest, "la demande ne va pas", "the request is not as it should be",
			fmt.Sprintf(`Il en faut une comme {"files": [{"name": "rules.yaml", "text": "..."}], "why": "..."}, ou {"back_to": 3, "why": "..."} ; why a %d caractères au plus.`, WhyLength),
			fmt.Sprintf(`It takes one like {"files": [{"name": "rules.yaml", "text": "..."}], "why": "..."}, or {"back_to": 3, "why": "..."}; why has %d characters at most.`, WhyLength)},
		{errPromptBody, BadRequest, http.StatusBadRequest, "la demande ne va pas", "the request is not as it should be",
			`Il en faut une comme {"name": "bienvenue", "language": "fr", "phone": "101"}.`, `It takes one like {"name": "welcome", "language": "en", "phone": "101"}.`},
		{errListenBody, BadRequest, http.StatusBadRequest, "la demande ne va pas", "the request is not as it should be",
			`Il en faut une comme {"phone": "101", "who": "marie"}.`, `It takes one like {"phone": "101", "who": "marie"}.`},
		{routing.ErrNoMessage, NoMessage, http.StatusNotFound, "pas de message de cet identifiant", "no such message",
			"hotline voicemail --all les montre.", "hotline voicemail --all shows them."},
		{ErrNoPrompt, NoPrompt, http.StatusNotFound, "pas d'annonce de ce nom dans cette langue", "no such prompt in that language",
			"hotline prompts list donne les noms et les langues.", "hotline prompts list has the names and the languages."},
		{ErrSeveralPrompts, SeveralPrompts, http.StatusConflict, "cette annonce existe en plusieurs langues", "there is such a prompt in several languages",
			"Dites laquelle.", "Say which one."},
		{errPhoneRefused, PhoneRefused, http.StatusForbidden, "ce poste ne peut pas être appelé", "this phone may not be rung",
			"Seuls sonnent les postes des règles et les numéros de poste de 2 à 6 chiffres.", "Only phones of the rules ring, and extensions of 2 to 6 digits."},
		{errBlockBody, BadRequest, http.StatusBadRequest, "la demande ne va pas", "the request is not as it should be",
			`Il en faut une comme {"pattern": "0899*", "until": "2026-12-24T00:00:00Z", "why": "..."}.`, `It takes one like {"pattern": "0899*", "until": "2026-12-24T00:00:00Z", "why": "..."}.`},
		{ErrOwnNumber, OwnNumber, http.StatusConflict, "ce numéro est à vous", "this number is your own",
			"Vos numéros et vos postes ne peuvent pas être bloqués.", "Your numbers and phones cannot be blocked."},
		{ErrNotBlocked, NotBlocked, http.StatusNotFound, "ce n'est pas bloqué", "that is not blocked",
			"hotline block donne la liste.", "hotline block has the list."},
		{errClosureBody, BadRequest, http.StatusBadRequest, "la demande ne va pas", "the request is not as it should be",
			fmt.Sprintf(`Il en faut une comme {"service": "sav", "until": "2026-12-01T18:00:00+01:00", "play": "panne", "why": "..."} ; why a %d caractères au plus.`, WhyLength),
			fmt.Sprintf(`It takes one like {"service": "sav", "until": "2026-12-01T18:00:00+01:00", "play": "panne", "why": "..."}; why has %d characters at most.`, WhyLength)},
		{routing.ErrPast, PastMoment, http.StatusUnprocessableEntity, "ce moment est passé", "that moment is past",
			"Rien n'a changé : donnez une heure à venir.", "Nothing was changed: give a time to come."},
		{routing.ErrNotClosed, NotClosed, http.StatusConflict, "ce service n'est pas fermé à la main", "this service is not closed by hand",
			"Rien n'a changé. Seuls ses horaires disent quand il ouvre : hotline route le montre.", "Nothing was changed. Only its hours say when it opens: hotline route shows it."},
		{ErrNoRules, NoRules, http.StatusNotFound, "pas de version des règles de ce numéro", "no version of the rules has that number",
			"GET /v1/rules donne la liste.", "GET /v1/rules has the list."},
		{ErrSameRules, SameRules, http.StatusConflict, "ces règles sont déjà en service", "these rules are in force already",
			"Rien n'a changé.", "Nothing was changed."},
		{ErrDiskFull, DiskFull, http.StatusInsufficientStorage, "le disque est plein, là où est la base de données", "the disk is full, on which the database is",
			"Rien n'a changé. À faire : faites de la place, puis recommencez.", "Nothing was changed. To do: make room, then try again."},
	}
	p := &Problem{Type: OwnMistake, Status: http.StatusInternalServerError, Title: "something went wrong in hotline; its log says what", language: language}
	if language == "fr" {
		p.Title = "quelque chose n'a pas marché dans hotline ; son journal dit quoi"
	}
	for _, k := range known {
		if !errors.Is(err, k.err) {
			continue
		}
		p.Type, p.Status, p.Title, p.Detail = k.kind, k.status, k.titleEN, k.toDo
		if language == "fr" {
			p.Title, p.Detail = k.titleFR, k.toDoFR
		}
	}
	p.ofRules(err)
	p.ofNames(err)
	return p
}

// ofRules says what is the matter with rules that are not put in force.
func (p *Problem) ofRules(err error) {
	var refused *RefusedRules
	var superseded *SupersededRules
	switch {
	case errors.As(err, &refused):
		p.Type, p.Status, p.Problems = RulesRefused, http.StatusUnprocessableEntity, newRulesProblems(refused.Problems, p.language)
		p.Title, p.Detail = "the rules are refused", "Those of before stay in force."
		if p.language == "fr" {
			p.Title, p.Detail = "les règles sont refusées", "Celles d'avant restent en service."
		}
	case errors.As(err, &superseded):
		p.Type, p.Status, p.Current = RulesSuperseded, http.StatusConflict, &superseded.Current
		p.Title = fmt.Sprintf("version %d has come in force meanwhile, by %s", superseded.Current.Number, superseded.Current.Who)
		p.Detail = "Look at it, then ask again."
		if p.language == "fr" {
			p.Title = fmt.Sprintf("la version %d est entrée en service entre-temps, par %s", superseded.Current.Number, superseded.Current.Who)
			p.Detail = "Regardez-la, puis redemandez."
		}
	}
}
