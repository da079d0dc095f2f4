package main

import (
	"context"
	"errors"
	"time"

	"hotline/config"
	"hotline/e2e/lab"
	"hotline/e2e/phone"
)

const (
	patience = 25 * time.Second // for one step, were it somebody who does not pick up
	goodbye  = 5 * time.Second  // to hang up
)

// users are the telephones that the demo's Asterisk knows: those of the agents, and two for whoever plays the customer
// in `make run`.
func users(rules *config.Rules) []string {
	var all []string
	for _, id := range rules.AgentOrder {
		all = append(all, rules.Agents[id].Phone)
	}
	return append(all, "110", "111")
}

// password is the same for all and stays the same, so that a softphone is set up once. It guards nothing: the demo can
// be reached from this machine only, from where anybody may call in as an outside caller.
const password = "demo"

// accounts are the users as the switch wants them.
func accounts(rules *config.Rules) []lab.Phone {
	var all []lab.Phone
	for _, user := range users(rules) {
		all = append(all, lab.Phone{User: user, Password: password})
	}
	return all
}

// An agent is one who answers calls, with a desk phone and a voice: a tone.
type agent struct {
	id, name string // in the rules; for people
	user     string
	tone     float64
	*phone.Phone
}

// A caller is a customer outside, with a voice of their own.
type caller struct {
	name   string
	number string // as everybody knows it, +33612345678
	from   string // the same as their operator sends it
	to     string // what their operator delivers to the company
	tone   float64
	talker *agent // who they talked with; nil: nobody

	surcharged bool          // they pay for the service
	noContract bool          // the rules do not say what their call costs the company
	answered   time.Duration // how long the call was up, by the caller's own telephone
	talked     time.Duration // how long two telephones were up for it
	*phone.Call
}

// staff registers the four desk phones. They ring until somebody picks up.
func staff(ctx context.Context, h *house) (map[string]*agent, error) {
	all := map[string]*agent{}
	for _, a := range []*agent{
		{id: "marie", name: "Marie", user: "101", tone: 440}, {id: "paul", name: "Paul", user: "102", tone: 540},
		{id: "lea", name: "Léa", user: "103", tone: 660}, {id: "karim", name: "Karim", user: "104", tone: 800},
	} {
		var err error
		a.Phone, err = phone.Register(ctx, phone.Config{
			User: a.user, Password: password, Registrar: h.asterisk.SIP(), Tone: a.tone,
		})
		if err != nil {
			return all, err
		}
		all[a.id] = a
	}
	return all, nil
}

// goHome hangs up and unplugs everybody, all at the same time.
func goHome(agents map[string]*agent, callers []*caller) error {
	ctx, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	errs := make(chan error, len(agents)+len(callers))
	for _, c := range callers {
		go func() { errs <- c.goHome(ctx) }()
	}
	for _, a := range agents {
		go func() { errs <- a.Close() }()
	}
	var all []error
	for range cap(errs) {
		all = append(all, <-errs)
	}
	return errors.Join(all...)
}

// goHome hangs up, had the caller called at all.
func (c *caller) goHome(ctx context.Context) error {
	if c.Call == nil {
		return nil
	}
	return c.Hangup(ctx)
}
