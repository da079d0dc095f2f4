package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"hotline/routing"
)

// Doorman keeps the list of blocked callers, and holds it against the next call.
type Doorman interface {
	// Blocks are those that hold now.
	Blocks(ctx context.Context) ([]routing.Block, error)
	// Block keeps callers out from now on. It refuses ErrOwnNumber.
	Block(ctx context.Context, b routing.Block) error
	// Unblock lets callers in again from now on, and says whether they were blocked.
	Unblock(ctx context.Context, p routing.Pattern) (was bool, err error)
}

// Why a caller is not blocked, or not unblocked.
var (
	ErrOwnNumber  = errors.New("the number is the company's own")
	ErrNotBlocked = errors.New("not blocked")

	errBlockBody = errors.New("the wish for a block is not as it should be")
)

// Block is a block as it is told and asked for.
type Block struct {
	Pattern routing.Pattern `json:"pattern"` // +33612345678, 0899*, +44*, hidden
	Since   time.Time       `json:"since,omitzero"`
	Until   time.Time       `json:"until,omitzero"` // absent: for good
	Who     string          `json:"who,omitempty"`
	Why     string          `json:"why,omitempty"`
	Calls   int             `json:"calls"` // that it has met
	Last    time.Time       `json:"last,omitzero"`
}

// NewBlock is a block as it is told.
func NewBlock(b routing.Block) Block {
	return Block{Pattern: b.Pattern, Since: b.Since.UTC(), Until: b.Until.UTC(), Who: b.Who, Why: b.Why, Calls: b.Hits, Last: b.Last.UTC()}
}

// BlockList is all that hold.
type BlockList struct {
	Blocks []Block `json:"blocks"`
}

func (s *Server) blocks(r *http.Request) (any, error) {
	if s.Doorman == nil {
		return nil, errNoResource
	}
	blocks, err := s.Doorman.Blocks(r.Context())
	list := BlockList{Blocks: []Block{}}
	for _, b := range blocks {
		list.Blocks = append(list.Blocks, NewBlock(b))
	}
	return list, err
}

func (s *Server) block(r *http.Request) (any, error) {
	var w Block
	if err := readWish(r, &w, errBlockBody); err != nil {
		return nil, err
	}
	if s.Doorman == nil {
		return nil, errBlockBody
	}
	p, err := routing.ParsePattern(string(w.Pattern))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBlockBody, err)
	}
	now := time.Now()
	b := routing.Block{Pattern: p, Since: now, Until: w.Until, Who: peerOf(r.Context()), Why: CleanWhy(w.Why)}
	if len(b.Why) > 4*WhyLength || !b.Holds(now) {
		return nil, errBlockBody
	}
	return NewBlock(b), s.Doorman.Block(r.Context(), b)
}

func (s *Server) unblock(r *http.Request) (any, error) {
	p, err := routing.ParsePattern(r.URL.Query().Get("pattern"))
	if err != nil || s.Doorman == nil {
		return nil, fmt.Errorf("%w: %w", errBlockBody, errors.Join(err))
	}
	was, err := s.Doorman.Unblock(r.Context(), p)
	if err == nil && !was {
		err = ErrNotBlocked
	}
	return Block{Pattern: p}, err
}

// Blocks asks who is blocked.
func (c *Client) Blocks(ctx context.Context) (l BlockList, err error) {
	return l, c.ask(ctx, http.MethodGet, "/v1/blocked", nil, &l)
}

// Block asks to block somebody from now on; of the block only the pattern, until when and why count.
func (c *Client) Block(ctx context.Context, b routing.Block) (done Block, err error) {
	return done, c.ask(ctx, http.MethodPost, "/v1/blocked", Block{Pattern: b.Pattern, Until: b.Until, Why: b.Why}, &done)
}

// Unblock asks to let somebody in again.
func (c *Client) Unblock(ctx context.Context, p routing.Pattern) error {
	var done Block
	return c.ask(ctx, http.MethodDelete, "/v1/blocked?pattern="+url.QueryEscape(string(p)), nil, &done)
}
