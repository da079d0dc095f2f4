package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hotline/config"
	"hotline/number"
	"hotline/outbox"
	"hotline/outbox/carrier"
	"hotline/routing"
	"hotline/store"
)

// newHooks are the webhooks of hotline.yaml.
func newHooks(daemon *config.Daemon) (carrier.Hooks, error) {
	hooks := carrier.Hooks{}
	var errs []error
	for _, h := range daemon.Webhooks {
		hook, err := carrier.NewHook(h.URL, h.Secret.Reveal(), h.Timeout, h.Insecure)
		if err != nil {
			errs = append(errs, fmt.Errorf("webhook %s: %w", h.Name, err))
			continue
		}
		hooks[h.Name] = hook
	}
	return hooks, errors.Join(errs...)
}

// notices are what the webhooks of hotline.yaml are told of calls.
func notices(daemon *config.Daemon) (all []routing.Notice) {
	for _, h := range daemon.Webhooks {
		if len(h.Events) > 0 {
			all = append(all, routing.Notice{Hook: h.Name, Events: h.Events})
		}
	}
	return all
}

// mailServer is that of hotline.yaml.
func mailServer(m *config.Mail) carrier.Mail {
	return carrier.Mail{Host: m.Host, Port: m.Port, User: m.User, Password: m.Password.Reveal(), TLS: m.TLS, From: m.From}
}

// newCarriers are who brings letters to the servers of hotline.yaml, by lane.
func newCarriers(daemon *config.Daemon, hooks carrier.Hooks) map[string]outbox.Carrier {
	carriers := map[string]outbox.Carrier{}
	for name, h := range hooks {
		carriers[outbox.HookLane(name)] = h
	}
	if daemon.Mail != nil {
		carriers[string(outbox.ByMail)] = mailServer(daemon.Mail)
	}
	if t := daemon.Texts; t != nil {
		carriers[string(outbox.ByText)] = carrier.Texts{Address: t.URL, Headers: t.Headers, Form: t.Form, Body: t.Body,
			Secret: t.Secret.Reveal(), Timeout: t.Timeout, Insecure: t.Insecure}
	}
	return carriers
}

// dailyTexts lets each number have so many texts a day.
type dailyTexts struct {
	db     *store.DB
	perDay int
}

// textsOf are the texts that hotline.yaml allows; nil when it says nothing of texts.
func textsOf(daemon *config.Daemon, db *store.DB) routing.Texts {
	if daemon.Texts == nil {
		return nil
	}
	return dailyTexts{db, daemon.Texts.PerDay}
}

// MayText says whether a number may get another text today, by the day of Paris.
func (t dailyTexts) MayText(ctx context.Context, to number.Number, id string, now time.Time) (bool, error) {
	sent, err := t.db.TextsTo(ctx, to, id, midnight(now))
	return sent < t.perDay, err
}

// midnight is when the day began.
func midnight(now time.Time) time.Time {
	y, m, d := now.In(paris()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, paris())
}
