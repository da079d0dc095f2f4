package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"hotline/prompt"
	"hotline/routing"
)

// Prompts lets people record what callers hear.
type Prompts interface {
	// Record rings a phone and returns when whoever picked it up is through.
	Record(ctx context.Context, w RecordWish) (RecordOutcome, error)
}

// RecordWish asks for a prompt to be recorded.
type RecordWish struct {
	Name     string `json:"name"`               // of the prompt or phrase, of its file, or its number in hotline prompts list
	Language string `json:"language,omitempty"` // needed when there is one in several
	Phone    string `json:"phone"`
}

// RecordOutcome is what became of it.
type RecordOutcome struct {
	Result   routing.PhoneResult `json:"result"`
	Name     string              `json:"name"`
	Language string              `json:"language"`
	Words    string              `json:"words,omitempty"`
	File     string              `json:"file"`              // where it is, or would have been
	Seconds  float64             `json:"seconds,omitempty"` // with kept, as what follows
	Peak     float64             `json:"peak_db,omitempty"`
	Speech   float64             `json:"speech_db,omitempty"`
	Faults   []prompt.Fault      `json:"faults"`
	Write    string              `json:"write,omitempty"` // what the rules have to say before it is heard; absent: it is heard from now on
	At       string              `json:"at,omitempty"`    // where: rules.yaml:13
}

// Why a prompt is not recorded.
var (
	ErrNoPrompt       = errors.New("no such prompt")
	ErrSeveralPrompts = errors.New("there is such a prompt in several languages")

	errPromptBody   = errors.New("the wish for a recording is not as it should be")
	errPhoneRefused = errors.New("the phone may not be rung")
)

// recordLimit is how long somebody may take to record a prompt: the switch ends it after half an hour.
const recordLimit = 35 * time.Minute

func (s *Server) recordPrompt(r *http.Request) (any, error) {
	var w RecordWish
	if err := readWish(r, &w, errPromptBody); err != nil {
		return nil, err
	}
	if w.Name == "" || w.Phone == "" || s.Prompts == nil {
		return nil, errPromptBody
	}
	got, err := s.Prompts.Record(r.Context(), w)
	return got, ofPhone(err)
}

// ofPhone says of an error whether it is that a phone may not be rung.
func ofPhone(err error) error {
	var refused *routing.Refusal
	if errors.As(err, &refused) {
		return fmt.Errorf("%w: %w", errPhoneRefused, err)
	}
	return err
}

// Record asks for a prompt to be recorded, and waits for it. When ctx ends the phone is hung up.
func (c *Client) Record(ctx context.Context, w RecordWish) (got RecordOutcome, err error) {
	return got, c.patient(recordLimit).ask(ctx, http.MethodPost, "/v1/prompts/record", w, &got)
}
