package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"hotline/config"
	"hotline/web"
)

// agentCommand is `hotline agent`: who answers, and what they do.
func agentCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "agent",
		Short: "Who answers: list them, log them in and out, give them a pause",
		Long: `Agent shows and changes what the people do who answer. NAME is the id of rules.yaml, the name, the phone, or the
beginning of one of them. What is asked for during a call begins after it, and outlives a restart.`,
		Args: cobra.NoArgs, RunE: helpOnly,
	}
	var reason string
	pause := agentWish("pause NAME", "Give them no calls for a while", "pause", &reason)
	pause.Flags().StringVar(&reason, "reason", "", "why, as it is shown to others")
	cmd.AddCommand(agentListCommand(),
		agentWish("login NAME", "Give them calls from now on", "login", new(string)),
		agentWish("logout NAME", "Give them no more calls", "logout", new(string)),
		pause,
		agentWish("resume NAME", "End a pause, or a wrap-up before its time", "resume", new(string)))
	return cmd
}

func agentListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Everybody, with what they do and since when",
		Args:  cobra.NoArgs,
		RunE: asking(&asJSON, func(cmd *cobra.Command, l *line, _ []string) (web.AgentList, error) {
			return l.Agents(cmd.Context())
		}, func(cmd *cobra.Command, l *line, list web.AgentList) error {
			l.printAgents(cmd, list)
			l.tellOutside(cmd)
			return nil
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "for programs")
	return cmd
}

func (l *line) printAgents(cmd *cobra.Command, list web.AgentList) {
	g := grid{right: "lllrl"}
	g.add("id", l.say("nom", "name"), l.say("état", "state"), l.say("depuis", "for"), l.say("poste", "phone"), l.say("files", "queues"))
	for _, a := range list.Agents {
		state := l.in(stateWords(a.State))
		switch {
		case a.After == "paused":
			state += l.say(", puis pause", ", then pause")
		case a.After == "offline":
			state += l.say(", puis s'en va", ", then leaves")
		case a.Reason != "" && a.State == "paused":
			state += " (" + l.in(reasonWords(a.Reason)) + ")"
		}
		g.add(cut(a.ID, 12), cut(a.Name, 18), cut(state, 23), l.age(list.At.Sub(a.Since)), a.Phone+l.registered(a), cut(strings.Join(a.Queues, " "), 16))
	}
	g.print(cmd.OutOrStdout(), "")
	if slices.ContainsFunc(list.Agents, func(a web.Agent) bool { return l.registered(a) != "" }) {
		fmt.Fprintln(cmd.OutOrStdout(), l.say("! : ce poste n'est enregistré sur aucun commutateur.", "! : this phone has registered on no switch."))
	}
}

// outside are the agents of the rules in force whose phone is outside the house. Where they cannot be known there are none.
func (l *line) outside(ctx context.Context) (away []web.Agent) {
	v, err := l.Version(ctx, 0)
	if err != nil {
		return nil
	}
	rules, _ := config.Parse(v.Source())
	if rules == nil {
		return nil
	}
	for _, id := range rules.AgentOrder {
		if a := rules.Agents[id]; !a.InHouse() {
			away = append(away, web.Agent{ID: id, Name: cmp.Or(a.Name, id), Phone: a.Outside.Pretty()})
		}
	}
	return away
}

// tellOutside says who is not in the list.
func (l *line) tellOutside(cmd *cobra.Command) {
	var names []string
	for _, a := range l.outside(cmd.Context()) {
		names = append(names, a.ID+" ("+a.Phone+")")
	}
	if len(names) > 0 {
		l.tell(cmd, "Téléphone dehors, que cette version ne fait pas encore sonner : %s.", "Phone outside, which this version does not ring yet: %s.", strings.Join(names, ", "))
	}
}

// registered marks a phone that no switch can ring.
func (l *line) registered(a web.Agent) string {
	missing := func(p web.Phone) bool { return p.Registered != nil && !*p.Registered }
	if len(a.Phones) > 0 && !slices.ContainsFunc(a.Phones, func(p web.Phone) bool { return !missing(p) }) {
		return "!"
	}
	return ""
}

// agentWish is a command that asks something of an agent.
func agentWish(use, short, what string, reason *string) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := newLine(cmd)
			if err != nil {
				return err
			}
			if utf8.RuneCountInString(*reason) > web.ReasonLength {
				return l.fault("--reason : %d caractères au plus", "--reason: %d characters at most", web.ReasonLength)
			}
			list, err := l.Agents(cmd.Context())
			if err != nil {
				return l.problem(err)
			}
			away := l.outside(cmd.Context())
			agent, err := findAgent(slices.Concat(list.Agents, away), args[0])
			if err != nil {
				return err
			}
			if slices.ContainsFunc(away, func(a web.Agent) bool { return a.ID == agent.ID }) {
				return l.fault("%s a son téléphone dehors (%s) : cette version de hotline ne fait sonner que les postes de la maison, et ne lui passe pas d'appels.",
					"%s has a phone outside the house (%s): this version of hotline rings the phones of the house only, and gives them no calls.", agent.Name, agent.Phone)
			}
			after, err := l.Wish(cmd.Context(), agent.ID, what, *reason)
			if err != nil {
				return l.refusal(err, agent)
			}
			l.tellAgent(cmd, after)
			if what == "logout" || what == "pause" {
				l.tellDeserted(cmd.Context(), cmd, after)
			}
			return nil
		},
	}
}

// refusal is what an agent cannot be asked, with the command that helps.
func (l *line) refusal(err error, a web.Agent) error {
	var p *web.Problem
	if errors.As(err, &p) && p.Type == web.LoggedOut {
		return l.fault("%s est hors connexion. À faire : hotline agent login %s", "%s is logged out. To do: hotline agent login %s", a.Name, a.ID)
	}
	return l.problem(err)
}

// tellAgent says what the agent does now.
func (l *line) tellAgent(cmd *cobra.Command, a web.Agent) {
	state := l.in(stateWords(a.State))
	if a.Reason != "" && a.After == "" {
		state += " (" + l.in(reasonWords(a.Reason)) + ")"
	}
	switch a.After {
	case "paused":
		state += l.say(" ; la pause commence à la fin de l'appel", "; the pause begins when the call ends")
	case "offline":
		state += l.say(" ; hors connexion à la fin de l'appel", "; logged out when the call ends")
	}
	l.tell(cmd, "%s (%s) : %s.", "%s (%s): %s.", a.Name, a.ID, state)
	if a.Written != nil && !*a.Written {
		l.tell(cmd, "Attention : ce n'est pas encore écrit sur le disque, et un redémarrage ne le saurait pas. Le journal de hotline dit pourquoi.",
			"Take care: this is not on the disk yet, and a restart would not know of it. The log of hotline says why.")
	}
}

// tellDeserted says which queues have nobody left.
func (l *line) tellDeserted(ctx context.Context, cmd *cobra.Command, a web.Agent) {
	s, err := l.Status(ctx)
	if err != nil {
		return // what was asked for has been done, and said
	}
	var deserted []string
	for _, q := range s.Queues {
		if q.Present == 0 && slices.Contains(a.Queues, q.Name) {
			deserted = append(deserted, q.Name)
		}
	}
	if len(deserted) > 0 {
		l.tell(cmd, "Plus personne ne répond à : %s. Les clients de ces files vont où dit on_nobody, ou attendent.",
			"Nobody answers any more: %s. The callers of these queues go where on_nobody says, or wait.", strings.Join(deserted, ", "))
	}
}

// findAgent finds who is meant by a word: an id, a name or a phone, or the beginning of one of them.
func findAgent(agents []web.Agent, word string) (web.Agent, error) {
	plain := config.Fold(word)
	var begin []web.Agent
	var known, similar []string
	for _, a := range agents {
		words := append([]string{a.ID, a.Name, a.Phone}, strings.Fields(a.Name)...)
		known = append(known, words...)
		switch {
		case plain == "":
		case a.Phone == word || config.Fold(a.ID) == plain || config.Fold(a.Name) == plain:
			return a, nil
		case slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(config.Fold(w), plain) }):
			begin = append(begin, a)
			similar = append(similar, a.ID)
		}
	}
	if len(begin) == 1 {
		return begin[0], nil
	}
	if len(begin) > 1 {
		return web.Agent{}, mistaken("« %s » peut être plusieurs personnes : %s. Écrivez l'un de ces noms.",
			"%q may be several people: %s. Write one of these names.", word, strings.Join(similar, ", "))
	}
	hint := both("La liste : hotline agent list", "The list: hotline agent list")
	if near := config.Nearest(word, known); near != "" {
		hint = both("Vouliez-vous dire %s ?", "Did you mean %s?", near)
	}
	return web.Agent{}, mistaken("personne ne s'appelle « %s » dans les règles en service. %s", "nobody is called %q in the rules in force. %s", word, hint)
}
