package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/number"
	"hotline/store"
)

// A billReport is what calls were and cost in a period, by number, queue, agent, day or month.
type billReport struct {
	tongue
	title string
	by    string
	rows  []reportRow
	all   store.Total
	made  time.Time
}

// A reportRow is one line of a report.
type reportRow struct {
	Name string
	store.Total
}

// reportCommand is `hotline report`.
func reportCommand(now func() time.Time) *cobra.Command {
	cmd := &cobra.Command{Use: "report", Short: "What calls were and cost in a day, a month, a year", Args: cobra.NoArgs, RunE: helpOnly}
	cmd.AddCommand(
		periodCommand(now, "day", "2026-11-24", func(at time.Time) time.Time { return at.AddDate(0, 0, -1) }),
		periodCommand(now, "month", "2026-11", func(at time.Time) time.Time { return time.Date(at.Year(), at.Month()-1, 1, 0, 0, 0, 0, paris()) }),
		periodCommand(now, "year", "2026", func(at time.Time) time.Time { return time.Date(at.Year()-1, 1, 1, 0, 0, 0, 0, paris()) }),
	)
	return cmd
}

func periodCommand(now func() time.Time, unit, example string, last func(time.Time) time.Time) *cobra.Command {
	var format, by string
	var out csvOut
	cmd := &cobra.Command{
		Use:     unit + " [" + example + "]",
		Short:   "What calls were and cost in a " + unit + " (the last that is over)",
		Example: "  hotline report " + unit + " " + example + "\n  hotline report " + unit + " " + example + " --format html -o report.html",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			t, at := userTongue(), now().In(paris())
			from := last(at)
			if len(args) == 1 {
				var err error
				layout := strings.NewReplacer("2026", "2006", "-11", "-01", "-24", "-02").Replace(example)
				if from, err = time.ParseInLocation(layout, args[0], paris()); err != nil {
					return t.fault("« %s » : écrivez par exemple %s", `"%s": write %s for example`, args[0], example)
				}
			}
			comma, err := out.comma(t)
			if err != nil {
				return err
			}
			write := map[string]func(billReport, io.Writer) error{"text": billReport.text, "html": billReport.html,
				"csv": func(r billReport, w io.Writer) error { return r.csv(w, comma) }}[format]
			if write == nil {
				return t.fault("--format %s : écrivez text, csv ou html", "--format %s: write text, csv or html", format)
			}
			db, err := openStore(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			r, err := newReport(cmd.Context(), t, db, period(unit, from), capital(t.periodName(unit, from)), by)
			if err != nil {
				return err
			}
			r.made = at
			return out.write(cmd, func(w io.Writer) error { return write(r, w) })
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, csv or html (one page to print)")
	cmd.Flags().StringVar(&by, "by", "number", "a line for each number, queue, agent, day or month")
	out.flags(cmd)
	return cmd
}

func period(unit string, from time.Time) store.Period {
	p := store.Period{From: time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, paris())}
	switch unit {
	case "day":
		p.Until = p.From.AddDate(0, 0, 1)
	case "month":
		p.Until = p.From.AddDate(0, 1, 0)
	default:
		p.Until = p.From.AddDate(1, 0, 0)
	}
	return p
}

var (
	monthsFR = []string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
	daysFR   = []string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
)

// periodName writes a period as people say it: "novembre 2026".
func (t tongue) periodName(unit string, at time.Time) string {
	month := fmt.Sprintf("%s %d", monthsFR[at.Month()-1], at.Year())
	switch {
	case unit == "year":
		return at.Format("2006")
	case unit == "month":
		return t.say(month, at.Format("January 2006"))
	}
	return t.say(fmt.Sprintf("%s %d %s", daysFR[at.Weekday()], at.Day(), month), at.Format("Monday 2 January 2006"))
}

// newReport reads a report from the daily totals.
func newReport(ctx context.Context, t tongue, db *store.DB, p store.Period, title, by string) (billReport, error) {
	r := billReport{tongue: t, title: title, by: by}
	scope, kind, ok := reportBy(by)
	if !ok {
		return r, t.fault("--by %s : écrivez number, queue, agent, day ou month", "--by %s: write number, queue, agent, day or month", by)
	}
	all, err := db.Totals(ctx, store.ByNumber, p, store.ByYear, "")
	if err != nil {
		return r, err
	}
	for _, year := range all {
		r.all.Add(year.Total, 1)
	}
	totals, err := db.Totals(ctx, scope, p, kind, "")
	if err != nil {
		return r, err
	}
	rest := r.all
	for _, total := range totals {
		r.rows = append(r.rows, reportRow{t.rowName(by, total.Name), total.Total})
		rest.Add(total.Total, -1)
	}
	if rest.Calls != 0 { // calls that came to no queue, or to nobody
		r.rows = append(r.rows, reportRow{map[string]string{"queue": t.say("(aucune file)", "(no queue)"), "agent": t.say("(personne)", "(nobody)")}[by], rest})
	}
	return r, nil
}

func reportBy(by string) (store.Scope, store.By, bool) {
	switch by {
	case "number":
		return store.ByNumber, store.ByName, true
	case "queue":
		return store.ByQueue, store.ByName, true
	case "agent":
		return store.ByAgent, store.ByName, true
	case "day":
		return store.ByNumber, store.ByDay, true
	case "month":
		return store.ByNumber, store.ByMonth, true
	}
	return "", "", false
}

// rowName writes what a total is kept by, which may have come from outside.
func (t tongue) rowName(by, name string) string {
	layout := map[string]string{"day": "20060102", "month": "200601"}[by]
	if at, err := time.ParseInLocation(layout, name, paris()); layout != "" && err == nil {
		if by == "day" {
			return t.date(at)
		}
		return t.periodName("month", at)
	}
	if by == "number" {
		return prettyNumber(name)
	}
	return number.CleanName(name)
}

// byName is the head of the first column.
func (r billReport) byName() string {
	return map[string]string{"number": r.say("Numéro", "Number"), "queue": r.say("File", "Queue"), "agent": "Agent", "day": r.say("Jour", "Day"),
		"month": r.say("Mois", "Month")}[r.by]
}

// A cell is an amount of a report as it is shown: with "+ ?" when some calls are not in it, "?" when none is known.
func (r billReport) cell(amount int64, unknown int64) string {
	text := r.strip(r.money(billing.Money(amount), 2))
	switch {
	case unknown == 0:
		return text
	case amount == 0:
		return "?"
	}
	return text + " + ?"
}

func (r billReport) callers(t store.Total) string    { return r.cell(t.Caller, t.Unrated) }
func (r billReport) callersVAT(t store.Total) string { return r.cell(t.CallerVAT, t.Unrated) }
func (r billReport) payout(t store.Total) string     { return r.cell(t.Payout, t.Unrated+t.PayoutUnknown) }
func (r billReport) payoutVAT(t store.Total) string {
	return r.cell(t.PayoutVAT, t.Unrated+t.PayoutUnknown)
}
func (r billReport) cost(t store.Total) string    { return r.cell(t.Cost, t.Unrated+t.CostUnknown) }
func (r billReport) costVAT(t store.Total) string { return r.cell(t.CostVAT, t.Unrated+t.CostUnknown) }

// perContact is what an answered call cost us; not known when the cost of any is not.
func (r billReport) perContact(t store.Total) string {
	cost, known := contactCost(t)
	switch {
	case t.Answered == 0:
		return "-"
	case !known:
		return "?"
	}
	return r.strip(r.money(cost, 3))
}

// contactCost is the cost of an answered call, rounded half away from zero.
func contactCost(t store.Total) (cost billing.Money, known bool) {
	if t.Answered == 0 || t.Unrated+t.CostUnknown > 0 {
		return 0, false
	}
	return billing.Money(-(-2*t.Cost + t.Answered) / (2 * t.Answered)), true
}

// minutes writes how long the callers were answered.
func (r billReport) minutes(t store.Total) string {
	tenths := (t.Seconds + 3) / 6
	return fmt.Sprintf("%d%s%d", tenths/10, r.say(",", "."), tenths%10)
}
