package main

import (
	"errors"
	"fmt"

	"hotline/config"
	"hotline/outbox"
	"hotline/outbox/carrier"
	"hotline/routing"
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
