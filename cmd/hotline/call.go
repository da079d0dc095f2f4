package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/number"
	"hotline/routing"
	"hotline/web"
)

// callCommand is `hotline call`: the calls that are there now. Those that have ended are records (cdr).
func callCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "call", Short: "The calls that are there now", Args: cobra.NoArgs, RunE: helpOnly}
	cmd.AddCommand(callListCommand(), callShowCommand())
	return cmd
}

func callListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Every call, the longest first",
		Args:  cobra.NoArgs,
		RunE: asking(&asJSON, func(cmd *cobra.Command, l *line, _ []string) (web.CallList, error) {
			return l.Calls(cmd.Context())
		}, func(cmd *cobra.Command, l *line, list web.CallList) error {
			agents, err := l.Agents(cmd.Context())
			if err != nil {
				return l.problem(err)
			}
			printCalls(cmd.OutOrStdout(), l.tongue, list, names(agents.Agents))
			return nil
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "for programs")
	return cmd
}

func callShowCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "All about one call",
		Long:  "All about one call. ID is what call list shows in its first column, or the whole id.",
		Args:  cobra.ExactArgs(1),
		RunE: asking(&asJSON, func(cmd *cobra.Command, l *line, args []string) (web.Call, error) {
			return l.Call(cmd.Context(), args[0])
		}, func(cmd *cobra.Command, l *line, c web.Call) error {
			agents, err := l.Agents(cmd.Context())
			if err != nil {
				return l.problem(err)
			}
			printCall(cmd.OutOrStdout(), l.tongue, c, agents.At, names(agents.Agents))
			return nil
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "for programs")
	return cmd
}

// names are the agents' names by id.
func names(agents []web.Agent) map[string]string {
	m := map[string]string{}
	for _, a := range agents {
		m[a.ID] = a.Name
	}
	return m
}

func printCalls(w io.Writer, t tongue, list web.CallList, names map[string]string) {
	if len(list.Calls) == 0 {
		fmt.Fprintln(w, t.say("Aucun appel en cours. Ceux qui sont terminés : hotline cdr list", "No calls now. Those that have ended: hotline cdr list"))
		return
	}
	g := grid{right: "lllrl"}
	g.add("id", t.say("client", "caller"), t.say("numéro", "number"), t.say("depuis", "for"), t.say("où", "where"))
	for _, c := range list.Calls {
		contact := contactOf(c)
		g.add(c.ID[max(len(c.ID)-4, 0):], cut(person(t, contact), 15), cut(called(contact), 12), t.age(list.At.Sub(c.Opened)), cut(t.where(c, list.At, names), 40))
	}
	var table strings.Builder
	g.print(&table, "")
	lines := strings.SplitAfter(table.String(), "\n")
	fmt.Fprint(w, lines[0])
	for i, c := range list.Calls {
		fmt.Fprint(w, lines[i+1])
		if name := cut(c.CallerName, 40); name != "" {
			fmt.Fprintf(w, "      %s\n", name)
		}
	}
}

// contactOf is as much of a call as its record will begin with.
func contactOf(c web.Call) routing.Contact {
	return routing.Contact{ID: c.ID, Number: c.Number, Arrived: c.Arrived, Caller: c.Caller, CallerName: c.CallerName, Hidden: c.Hidden}
}

// where says where a call is, in words.
func (t tongue) where(c web.Call, now time.Time, names map[string]string) string {
	since := t.age(now.Sub(c.Where.Since))
	switch c.Where.Kind {
	case "talk":
		if c.TalkFrom.IsZero() {
			return fmt.Sprintf(t.say("mis en ligne avec %s", "being connected with %s"), t.agentName(c.Agent, names))
		}
		return fmt.Sprintf(t.say("en ligne avec %s %s", "talks with %s %s"), t.agentName(c.Agent, names), t.age(now.Sub(c.TalkFrom)))
	case "queue":
		text := fmt.Sprintf(t.say("file %s %s", "queue %s %s"), c.Where.Name, t.age(now.Sub(c.Arrival)))
		switch {
		case len(c.Ringing) > 0:
			text += t.say(", sonne chez ", ", rings at ") + t.agentName(c.Ringing[0], names)
			if more := len(c.Ringing) - 1; more > 0 {
				text += fmt.Sprintf(" + %d", more)
			}
		case c.Position > 0:
			text += fmt.Sprintf(", place %d", c.Position)
		}
		return text
	case "menu":
		return fmt.Sprintf("menu %s %s", c.Where.Name, since)
	case "prompt":
		return fmt.Sprintf(t.say("entend %s %s", "hears %s %s"), c.Where.Name, since)
	case "transfer":
		return fmt.Sprintf(t.say("transféré : %s, sonne %s", "passed on: %s, rings %s"), prettyNumber(c.Where.Name), since)
	case "survey":
		return t.say("répond à un sondage ", "answers a survey ") + since
	case "announcement":
		return t.say("entend le prix ", "hears the price ") + since
	}
	return t.say("arrive", "comes in")
}

func (t tongue) agentName(id string, names map[string]string) string {
	switch {
	case id == "":
		return t.say("un poste", "a phone")
	case names[id] != "":
		return names[id]
	}
	return id
}

func printCall(w io.Writer, t tongue, c web.Call, now time.Time, names map[string]string) {
	contact := contactOf(c)
	sides(w, t.say("Appel ", "Call ")+c.ID, t.say("en cours", "not ended"))
	fmt.Fprintln(w)
	moment := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.In(paris()).Format("15:04:05") + t.say(", il y a ", ", ") + t.ago(now.Sub(at)) + t.say("", " ago")
	}
	answered := moment(c.Answered)
	if answered == "" {
		answered = t.say("pas encore", "not yet")
	}
	var ringing []string
	for _, id := range c.Ringing {
		ringing = append(ringing, t.agentName(id, names))
	}
	place := ""
	if c.Position > 0 {
		place = fmt.Sprint(c.Position)
	}
	waits := ""
	if c.Queue != "" {
		waits = c.Queue + ", " + moment(c.Arrival)
	}
	agent := ""
	if c.Agent != "" {
		agent = t.agentName(c.Agent, names)
	}
	for _, row := range [][2]string{
		{t.say("Client", "Caller"), person(t, contact)}, {t.say("Nom", "Name"), number.CleanName(c.CallerName)},
		{t.say("Numéro", "Number"), called(contact)}, {t.say("Arrivé", "Arrived"), number.CleanName(c.Arrived)},
		{"Service", c.Service}, {t.say("Début", "Start"), moment(c.Opened)}, {t.say("Décroché", "Answer"), answered},
		{t.say("Où", "Where"), t.where(c, now, names)}, {t.say("Étape", "Step"), c.Where.Node},
		{t.say("File", "Queue"), waits}, {"Place", place}, {t.say("Sonne", "Rings"), strings.Join(ringing, ", ")},
		{"Agent", agent}, {t.say("Parle", "Talks"), moment(c.TalkFrom)}, {t.say("Langue", "Language"), c.Language}, {t.say("Commut.", "Switch"), c.Switch},
	} {
		if row[1] != "" {
			fmt.Fprintf(w, "  %-9s %s\n", row[0], row[1])
		}
	}
}
