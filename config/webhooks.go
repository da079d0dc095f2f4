package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// Webhook is a program of the company that is told of calls, or asked about them.
type Webhook struct {
	Name     string
	URL      string
	Secret   Secret
	Timeout  time.Duration // of one request
	Insecure bool          // http to anywhere
	Events   []string      // of calls that it is told; none: it is only asked, by steps
}

// HookEvents are the events of calls that a webhook may be told.
func HookEvents() []string {
	return []string{"call.offered", "call.ringing", "call.answered", "call.ended"}
}

// TextGateway is the operator's way to send texts: a request over HTTP for each.
type TextGateway struct {
	URL      string
	Headers  map[string]string // with placeholders, as form and body
	Form     string            // To={to}&Body={text}; or
	Body     string            // JSON: {"to": "{to}"}
	Secret   Secret
	Timeout  time.Duration
	Insecure bool
	PerDay   int // texts to one number
}

// hookSettings is a webhook as it is written.
type hookSettings struct {
	URL, Secret, Timeout, Insecure string
	Events                         []string
}

// gatewaySettings is the section texts as it is written.
type gatewaySettings struct {
	URL                                   string
	Headers                               map[string]string
	Form, Body, Secret, Timeout, Insecure string
	PerDay                                string `mapstructure:"per_day"`
}

const (
	hookTimeout  = 3 * time.Second
	textTimeout  = 10 * time.Second
	textsPerDay  = 3
	mostTextsDay = 50
)

func (d *daemonReader) checkWebhooks(key, v *yaml.Node) {
	d.entries(v, words("webhooks", "webhooks"), func(name, v *yaml.Node) {
		if d.isName(name) && name.Value != strings.ToLower(name.Value) {
			d.fail(name, "E106", words("« %s » : en minuscules", `"%s": in small letters`, clip(name.Value)), Words{},
				words("écrivez %s.", "write %s.", strings.ToLower(name.Value)))
		}
		d.fields(name, v, words("le webhook %s", "webhook %s", name.Value), nil, append(d.requestFields(v),
			field{name: "secret", must: true, read: func(_, v *yaml.Node) { d.text("secret", v) }},
			field{name: "events", read: func(k, v *yaml.Node) {
				d.list(k, v, func(item *yaml.Node) { d.oneOf("events", item, HookEvents()...) })
			}})...)
	})
}

// requestFields are the words of whatever is asked over HTTP.
func (d *daemonReader) requestFields(mapping *yaml.Node) []field {
	insecure := value(mapping, "insecure")
	return []field{
		{name: "url", must: true, read: func(_, v *yaml.Node) { d.checkRequestURL(v, insecure != nil && insecure.Value == "true") }},
		{name: "timeout", read: func(_, v *yaml.Node) { d.duration("timeout", v, 100*time.Millisecond, 30*time.Second) }},
		{name: "insecure", read: func(_, v *yaml.Node) { d.oneOf("insecure", v, switchWords()...) }},
	}
}

// checkRequestURL refuses what would be sent over the Internet for everybody to read. What a name stands for is seen when it
// is asked.
func (d *daemonReader) checkRequestURL(v *yaml.Node, insecure bool) {
	s, ok := d.text("url", v)
	if !ok {
		return
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "" {
		d.fail(v, "E107", words("« %s » n'est pas une adresse web", `"%s" is not a web address`, clip(s)), Words{},
			words("écrivez par exemple https://crm.exemple.fr/hotline.", "write for example https://crm.example.com/hotline."))
		return
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if u.Scheme == "http" && !insecure && err == nil && !ip.IsLoopback() && !ip.IsPrivate() {
		d.fail(v, "E161", words("tout passerait en clair sur Internet", "everything would go over the Internet in the clear"),
			words("http ne va que vers cette machine ou le réseau de l'entreprise.", "http only goes to this machine or the company's network."),
			words("écrivez https://, ou insecure: true si c'est voulu.", "write https://, or insecure: true if it is meant."))
	}
}

func (d *daemonReader) checkTexts(key, v *yaml.Node) {
	text := func(name string) field {
		return field{name: name, read: func(_, v *yaml.Node) { d.text(name, v) }}
	}
	d.fields(key, v, words("texts", "texts"), nil, append(d.requestFields(v),
		field{name: "headers", read: func(k, v *yaml.Node) {
			d.entries(v, words("headers", "headers"), func(name, v *yaml.Node) { d.text(name.Value, v) })
		}},
		field{name: "form", read: func(_, v *yaml.Node) {
			if s, ok := d.text("form", v); ok {
				if _, err := url.ParseQuery(s); err != nil {
					d.fail(v, "E107", words("form ne se lit pas", "form cannot be read"), Words{},
						words(`écrivez par exemple "To={to}&Body={text}".`, `write for example "To={to}&Body={text}".`))
				}
			}
		}},
		field{name: "body", read: func(_, v *yaml.Node) {
			if s, ok := d.text("body", v); ok && !json.Valid([]byte(s)) {
				d.fail(v, "E107", words("body n'est pas du JSON", "body is not JSON"), Words{},
					words(`écrivez par exemple '{"to": "{to}", "text": "{text}"}'.`, `write for example '{"to": "{to}", "text": "{text}"}'.`))
			}
		}},
		text("secret"),
		field{name: "per_day", read: func(_, v *yaml.Node) { d.count("per_day", v, 1, mostTextsDay) }},
	)...)
	if form, body := value(v, "form"), value(v, "body"); (form == nil) == (body == nil) {
		d.fail(key, "E105", words("texts : il faut form ou body", "texts: form or body is needed"),
			words("C'est ce que l'opérateur attend, avec {to}, {from} et {text}.", "It is what the operator expects, with {to}, {from} and {text}."),
			words(`écrivez par exemple form: "To={to}&Body={text}".`, `write for example form: "To={to}&Body={text}".`))
	}
}

// complete makes a webhook of what is written.
func (h hookSettings) complete(name, folder string, secrets bool) (Webhook, error) {
	out := Webhook{Name: name, URL: h.URL, Timeout: readTime(h.Timeout, hookTimeout), Insecure: h.Insecure == "true", Events: h.Events}
	if !secrets {
		return out, nil
	}
	var err error
	if out.Secret, err = readSecret(h.Secret, folder); err != nil {
		return out, fmt.Errorf("webhooks.%s.secret: %w", name, err)
	}
	return out, nil
}

// complete makes a gateway of what is written; nil when nothing is.
func (g gatewaySettings) complete(folder string, secrets bool) (*TextGateway, error) {
	if g.URL == "" {
		return nil, nil
	}
	out := &TextGateway{URL: g.URL, Headers: g.Headers, Form: g.Form, Body: g.Body, Timeout: readTime(g.Timeout, textTimeout),
		Insecure: g.Insecure == "true", PerDay: textsPerDay}
	if g.PerDay != "" {
		out.PerDay, _ = strconv.Atoi(g.PerDay) // checked with its place
	}
	if g.Secret == "" || !secrets {
		return out, nil
	}
	var err error
	if out.Secret, err = readSecret(g.Secret, folder); err != nil {
		return nil, fmt.Errorf("texts.secret: %w", err)
	}
	return out, nil
}

// webhooks makes values of all that are written, in the order of their names.
func (s *settings) webhooks(folder string, secrets bool) (out []Webhook, err error) {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(s.Webhooks)) {
		h, err := s.Webhooks[name].complete(name, folder, secrets)
		errs = append(errs, err)
		out = append(out, h)
	}
	return out, errors.Join(errs...)
}

// readTime is a length of time that was checked with its place.
func readTime(text string, fallback time.Duration) time.Duration {
	if d, err := parseDuration(text); err == nil {
		return d
	}
	return fallback
}
