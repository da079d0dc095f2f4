package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/number"
	"hotline/routing"
)

// surveyDays is how many days the answers go back when nobody says since when.
const surveyDays = 30

// surveyCommand is `hotline survey`: what callers answer.
func surveyCommand(now func() time.Time) *cobra.Command {
	var since string
	var asJSON, asCSV bool
	var out csvOut
	cmd := &cobra.Command{
		Use:   "survey [NAME]",
		Short: "What callers have answered to surveys",
		Long: `Survey counts the answers of the last 30 days, of one survey or of all: how many, their average, and how often each key was
pressed; then the same for each agent and each queue. In CSV each answer is a line.`,
		Example: "  hotline survey\n  hotline survey satisfaction --since 2026-11-01\n  hotline survey --csv -o answers.csv",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			t, from := userTongue(), now().AddDate(0, 0, -surveyDays)
			comma, err := out.comma(t)
			if err != nil {
				return err
			}
			if since != "" {
				if from, err = parseMoment(since); err != nil {
					return err
				}
			}
			db, err := openStore(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			answers, err := db.Answers(cmd.Context(), strings.Join(args, ""), from)
			if err != nil {
				return err
			}
			switch {
			case asJSON:
				return writeIndented(cmd.OutOrStdout(), surveysJSON(answers, from))
			case asCSV:
				return out.write(cmd, func(w io.Writer) error { return exportAnswers(w, comma, answers) })
			}
			printSurveys(cmd.OutOrStdout(), t, answers, from)
			return nil
		},
	}
	cmd.Flags().StringVar(&since, "since", "", `only answers given then or later, Paris time: 2026-11-24 or "2026-11-24 10:00"`)
	cmd.Flags().BoolVar(&asJSON, "json", false, "for programs")
	cmd.Flags().BoolVar(&asCSV, "csv", false, "for spreadsheets: a line for each answer")
	out.flags(cmd)
	cmd.MarkFlagsMutuallyExclusive("json", "csv")
	return cmd
}

// A tally counts the answers to one question.
type tally struct {
	Question string      `json:"question"`
	Answers  int         `json:"answers"`
	Average  float64     `json:"average"` // with two decimals
	sum      int         // of the scores
	Keys     map[int]int `json:"keys,omitempty"`
}

// tallies counts answers by question, in the order in which the questions come first.
func tallies(answers []routing.Answer) (out []tally) {
	for _, a := range answers {
		i := slices.IndexFunc(out, func(t tally) bool { return t.Question == a.Question })
		if i < 0 {
			i, out = len(out), append(out, tally{Question: a.Question, Keys: map[int]int{}})
		}
		out[i].Answers++
		out[i].sum += a.Score()
		out[i].Keys[a.Score()]++
		out[i].Average = math.Round(100*float64(out[i].sum)/float64(out[i].Answers)) / 100
	}
	return out
}

// average is the average with one decimal, halves up.
func (y tally) average(t tongue) string {
	tenths := (20*y.sum + y.Answers) / (2 * y.Answers)
	return fmt.Sprintf("%d%s%d", tenths/10, t.say(",", "."), tenths%10)
}

// A surveyJSON is what has been answered to one survey.
type surveyJSON struct {
	Survey    string      `json:"survey"`
	Since     time.Time   `json:"since"`
	Calls     int         `json:"calls"` // in which at least one question was answered
	Questions []tally     `json:"questions"`
	Agents    []shareJSON `json:"agents"`
	Queues    []shareJSON `json:"queues"`
}

// A shareJSON is what the callers of one agent, or of one queue, have answered.
type shareJSON struct {
	Name      string  `json:"name"` // "" = the call came to none
	Questions []tally `json:"questions"`
}

// surveysJSON counts by survey, in alphabetical order.
func surveysJSON(answers []routing.Answer, since time.Time) []surveyJSON {
	out := []surveyJSON{}
	for _, name := range keysIn(answers, func(a routing.Answer) string { return a.Survey }) {
		mine := only(answers, func(a routing.Answer) bool { return a.Survey == name })
		calls := keysIn(mine, func(a routing.Answer) string { return a.Call })
		out = append(out, surveyJSON{Survey: name, Since: since.UTC(), Calls: len(calls), Questions: tallies(mine),
			Agents: shares(mine, func(a routing.Answer) string { return a.Agent }), Queues: shares(mine, func(a routing.Answer) string { return a.Queue })})
	}
	return out
}

func shares(answers []routing.Answer, by func(routing.Answer) string) (out []shareJSON) {
	for _, name := range keysIn(answers, by) {
		out = append(out, shareJSON{name, tallies(only(answers, func(a routing.Answer) bool { return by(a) == name }))})
	}
	return out
}

func only(answers []routing.Answer, want func(routing.Answer) bool) []routing.Answer {
	return slices.DeleteFunc(slices.Clone(answers), func(a routing.Answer) bool { return !want(a) })
}

func keysIn(answers []routing.Answer, of func(routing.Answer) string) (keys []string) {
	for _, a := range answers {
		keys = append(keys, of(a))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// printSurveys writes it for a person.
func printSurveys(w io.Writer, t tongue, answers []routing.Answer, since time.Time) {
	if len(answers) == 0 {
		wrapped(w, "", fmt.Sprintf(t.say("Aucune réponse depuis le %s. Un questionnaire est posé par survey dans une file, ou par l'étape {survey: nom}.",
			"No answer since %s. Surveys are asked by survey in a queue, or by the step {survey: name}."), t.moment(since)))
		return
	}
	for i, s := range surveysJSON(answers, since) {
		if i > 0 {
			fmt.Fprintln(w)
		}
		wrapped(w, "", fmt.Sprintf(t.say("Appels qui ont répondu à %s depuis le %s : %d", "Calls that have answered %s since %s: %d"), number.CleanName(s.Survey), t.moment(since), s.Calls))
		fmt.Fprintln(w)
		g := grid{right: "lrr"}
		g.add(t.say("question", "question"), t.say("réponses", "answers"), t.say("moyenne", "average"), t.say("touches", "keys"))
		for _, y := range s.Questions {
			g.add(cut(y.Question, 20), strconv.Itoa(y.Answers), y.average(t), y.spread())
		}
		for _, part := range []struct {
			fr, en string
			shares []shareJSON
		}{{"par personne", "by agent", s.Agents}, {"par file", "by queue", s.Queues}} {
			g.add()
			g.add(t.say(part.fr, part.en))
			for _, share := range part.shares {
				for _, y := range share.Questions {
					name := cmp.Or(cut(share.Name, 14), "-")
					g.add("  "+name+", "+cut(y.Question, 14), strconv.Itoa(y.Answers), y.average(t), y.spread())
				}
			}
		}
		g.print(w, "")
	}
}

// spread says how often each key was pressed: "1:2 4:1 5:7".
func (y tally) spread() string {
	var parts []string
	for key := range 10 {
		if n := y.Keys[key]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d:%d", key, n))
		}
	}
	return strings.Join(parts, " ")
}

// exportAnswers writes each answer for a spreadsheet.
func exportAnswers(w io.Writer, comma rune, answers []routing.Answer) error {
	if err := mark(w, comma); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = comma
	rows := [][]string{strings.Fields("at call survey question score agent queue")}
	for _, a := range answers {
		rows = append(rows, []string{a.At.In(paris()).Format(time.DateTime), a.Call, a.Survey, a.Question, strconv.Itoa(a.Score()), a.Agent, a.Queue})
	}
	for _, row := range rows {
		for i := range row {
			row[i] = billing.Defuse(row[i])
		}
	}
	return out.WriteAll(rows)
}
