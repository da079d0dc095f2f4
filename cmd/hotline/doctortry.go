package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"hotline/ari"
	"hotline/config"
	"hotline/esl"
	"hotline/pbx"
	"hotline/routing"
)

// A try is what doctor does beyond looking: it makes a call.
type try struct {
	phone    string // to ring
	fallback bool
	number   string // for the fallback
	on       string // the one switch to do it on; empty: the first for a phone, all for the fallback
}

func (c *try) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.phone, "call", "", "ring this extension, play beeps, and measure the sound both ways")
	cmd.Flags().BoolVar(&c.fallback, "fallback", false, "prove, by calls that nobody made, what callers get without hotline; what the fallback rings will ring")
	cmd.Flags().StringVar(&c.on, "switch", "", "with --call or --fallback: on this switch of the daemon's file")
}

func (c *try) wanted() bool { return c.phone != "" || c.fallback }

// report looks at everything, or tries what is wanted.
func (c *try) report(cmd *cobra.Command, path string, daemon *config.Daemon) (report, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if !c.wanted() {
		return examine(cmd.Context(), path, daemon), nil
	}
	return c.run(cmd.Context(), daemon, cmd.ErrOrStderr(), userTongue())
}

// check says what of the command makes no sense.
func (c *try) check() error {
	switch {
	case c.phone != "" && c.fallback:
		return &mistake{"--call et --fallback : l'un après l'autre", "--call and --fallback: one after the other"}
	case c.number != "" && !c.fallback:
		return mistaken("« %s » : un numéro ne va qu'avec --fallback", "%q: a number goes with --fallback only", c.number)
	case c.on != "" && !c.wanted():
		return &mistake{"--switch va avec --call ou --fallback", "--switch goes with --call or --fallback"}
	}
	return nil
}

// run tries it and reports. It tells on the way what somebody at a phone has to know.
func (c *try) run(ctx context.Context, daemon *config.Daemon, tell io.Writer, t tongue) (report, error) {
	rules, _ := config.LoadRules(daemon.Rules) // without them only extensions may be rung, and the number has to be named
	say := func(w config.Words) { wrapped(tell, "", t.in(w)) }
	number := ""
	if c.fallback {
		var err error
		if number, err = arrives(c.number, rules); err != nil {
			return nil, err
		}
		say(both("Deux appels d'essai vont au repli : ce qui y sonne va sonner quelques secondes. Les vrais appels n'en savent rien.",
			"Two trial calls go to the fallback: what rings there will ring for some seconds. Real calls do not notice."))
	} else if err := routing.GateTrial(rules, pbx.Target{Phone: c.phone}); err != nil {
		refused := (*routing.Refusal)(nil)
		errors.As(err, &refused)
		return nil, &mistake{fmt.Sprintf("--call %s : refusé. Seuls sonnent les postes de rules.yaml et les numéros de poste de 2 à 6 chiffres qui ne sont pas des numéros courts", c.phone),
			fmt.Sprintf("--call %s: refused, %s. Only phones of rules.yaml ring, and extensions of 2 to 6 digits that are no short numbers", c.phone, refused.Reason)}
	}
	var all report
	for _, sw := range daemon.Switches {
		if c.on != "" && sw.Name != c.on {
			continue
		}
		p := newPatient(sw, daemon.Instance, rules)
		if sw.Fetches {
			p.fetch(ctx, daemon.Prompts)
		}
		all = append(all, c.section(ctx, p, daemon, number, say))
		if c.phone != "" {
			break
		}
	}
	if len(all) == 0 {
		return nil, mistaken("--switch %s : hotline.yaml a %s", "--switch %s: hotline.yaml has %s", c.on, strings.Join(switchNames(daemon), ", "))
	}
	return all, nil
}

// section tries it on one switch, once it is known to answer.
func (c *try) section(ctx context.Context, p patient, daemon *config.Daemon, number string, say func(config.Words)) section {
	s := section{name: p.Name, kind: "Asterisk", at: p.URL}
	var rtp [2]int
	var dialplan *esl.Dialplan
	if p.Kind == config.FreeSWITCH {
		s.kind, s.at = "FreeSWITCH", p.Address
		facts := esl.Examine(ctx, p.eslConfig(), nil, nil)
		if facts.Err != nil {
			s.findings = []finding{p.eslRefused(facts.Err)}
			return s
		}
		rtp, dialplan = facts.RTP, facts.Dialplan
	} else {
		facts := ari.Examine(ctx, p.ariConfig(), nil, nil, nil)
		if facts.Err != nil {
			s.findings = []finding{p.ariRefused(facts.Err)}
			return s
		}
		rtp = facts.RTP
	}
	if c.fallback {
		s.findings = p.tryFallback(ctx, number, dialplan, say)
		return s
	}
	s.findings = p.phoneFindings(c.phone, p.ring(ctx, c.phone, daemon.Prompts, say), rtp)
	return s
}

// ring tries a phone under an instance of its own: a hotline that serves the switch knows nothing of the call.
func (p patient) ring(ctx context.Context, phone string, prompts config.Prompts, say func(config.Words)) phoneTrial {
	sound, err := p.trialSound(prompts)
	if err != nil {
		return phoneTrial{err: err}
	}
	// The phone is in the name, so that two doctors with two phones are not taken for one that was started again.
	instance := p.instance[:min(len(p.instance), mostInstance)] + "-doctor-" + phone
	sw, err := newDriver(p.Switch, instance, slog.New(slog.DiscardHandler))
	if err != nil {
		return phoneTrial{err: err}
	}
	return tryPhone(ctx, sw, p.Name, phone, sound, say)
}

// mostInstance leaves room in a name of 64 letters.
const mostInstance = 40
