package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"hotline/config"
	"hotline/number"
	"hotline/routing"
)

// Closures closes services by hand. A Client is the one of the hotline that runs.
type Closures interface {
	ClosedServices(ctx context.Context) ([]routing.Closing, error)
	CloseService(ctx context.Context, w ClosureWish) (ClosureOutcome, error)
	OpenService(ctx context.Context, service, who string) (ClosureOutcome, error)
}

// ClosureWish asks for a service to be closed.
type ClosureWish struct {
	Service string    `json:"service"`
	Until   time.Time `json:"until,omitzero"` // absent: until it is opened
	Play    string    `json:"play,omitempty"` // the prompt that callers hear
	Why     string    `json:"why,omitempty"`
	Who     string    `json:"who,omitempty"` // heard from root only: who uses sudo
}

// ClosureOutcome is what became of it.
type ClosureOutcome struct {
	Closed  routing.Closing `json:"closed"`        // that holds now, or that has ended
	Waiting int             `json:"waiting"`       // callers in its queues, who are still served
	HangsUp bool            `json:"hangs_up"`      // callers hear prompts at the most, and nothing else is done for them
	Silent  bool            `json:"silent"`        // they hear not even a prompt
	Open    bool            `json:"open"`          // after it has ended: the hours say so
	Next    time.Time       `json:"next,omitzero"` // otherwise: when they open it
}

// ClosureList is everything that is closed by hand.
type ClosureList struct {
	Closures []routing.Closing `json:"closures"`
}

var errClosureBody = errors.New("the wish for a closure is not as it should be")

func (s *Server) closures(r *http.Request) (any, error) {
	all, err := s.Closures.ClosedServices(r.Context())
	if all == nil {
		all = []routing.Closing{}
	}
	return ClosureList{all}, err
}

func (s *Server) closeService(r *http.Request) (any, error) {
	var w ClosureWish
	if err := readWish(r, &w, errClosureBody); err != nil {
		return nil, err
	}
	if w.Service == "" {
		return nil, errClosureBody
	}
	if w.Why = CleanWhy(w.Why); utf8.RuneCountInString(w.Why) > WhyLength {
		return nil, errClosureBody
	}
	w.Who = asker(r, w.Who)
	return s.Closures.CloseService(r.Context(), w)
}

func (s *Server) openService(r *http.Request) (any, error) {
	return s.Closures.OpenService(r.Context(), r.PathValue("service"), asker(r, r.URL.Query().Get("who")))
}

// ClosedServices asks which services are closed by hand.
func (c *Client) ClosedServices(ctx context.Context) ([]routing.Closing, error) {
	var l ClosureList
	err := c.ask(ctx, http.MethodGet, "/v1/closures", nil, &l)
	return l.Closures, err
}

// CloseService asks for a service to be closed.
func (c *Client) CloseService(ctx context.Context, w ClosureWish) (o ClosureOutcome, err error) {
	return o, c.ask(ctx, http.MethodPost, "/v1/closures", w, &o)
}

// OpenService asks for a service to be opened again.
func (c *Client) OpenService(ctx context.Context, service, who string) (o ClosureOutcome, err error) {
	return o, c.ask(ctx, http.MethodDelete, "/v1/closures/"+url.PathEscape(service)+"?who="+url.QueryEscape(who), nil, &o)
}

// ProblemOf is why a wish is refused, in a language: that of a Server, where there is none.
func ProblemOf(err error, language string) *Problem { return problemOf(err, language) }

// ofNames says that the rules do not have a name, and which is the nearest.
func (p *Problem) ofNames(err error) {
	var none *routing.NoNameError
	if !errors.As(err, &none) {
		return
	}
	p.Type, p.Status = NoService, http.StatusNotFound
	what := config.NewWords("service", "service")
	if none.What == "prompt" {
		p.Type, what = NoPrompt, config.NewWords("annonce", "prompt")
	}
	fr, en := "Il n'y en a aucun.", "There is none."
	near := config.Nearest(none.Name, none.Names)
	switch {
	case near != "":
		fr, en = fmt.Sprintf("Vouliez-vous dire %s ?", near), fmt.Sprintf("Did you mean %s?", near)
	case len(none.Names) > namesShown:
		fr, en = "Voir hotline check --all.", "See hotline check --all."
	case len(none.Names) > 0:
		names := strings.Join(none.Names, ", ")
		fr, en = "Il y a : "+names+".", "There is: "+names+"."
	}
	p.Title, p.Detail = fmt.Sprintf("no %s %q in the rules in force", what.EN, number.CleanName(none.Name)), en
	if p.language == "fr" {
		p.Title, p.Detail = fmt.Sprintf("pas de %s « %s » dans les règles en service", what.FR, number.CleanName(none.Name)), fr
	}
}

// namesShown is how many names are listed where one is wrong.
const namesShown = 12
