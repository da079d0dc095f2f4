package routing_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
)

// A program is one of the company that a webhook asks. It answers as the story says, after so long a time; or hangs.
type program struct {
	mu     sync.Mutex
	after  time.Duration
	answer string
	err    error
	hangs  bool
	asked  map[string]string // the questions, by their ids
}

// told takes what a story says of it: "answers 500ms {...}", "fails", "hangs".
func (p *program) told(words []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.after, p.answer, p.err, p.hangs = 0, "", nil, false
	switch words[0] {
	case "answers":
		p.after, _ = time.ParseDuration(words[1])
		p.answer = strings.Join(words[2:], " ")
	case "hangs":
		p.hangs = true
	default:
		p.err = errors.New("500 Internal Server Error")
	}
}

func (p *program) Ask(ctx context.Context, _, id string, question []byte) ([]byte, error) {
	p.mu.Lock()
	if p.asked == nil {
		p.asked = map[string]string{}
	}
	p.asked[id] = string(question)
	after, answer, err, hangs := p.after, p.answer, p.err, p.hangs
	p.mu.Unlock()
	if hangs {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	select {
	case <-time.After(after):
		return []byte(answer), err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
