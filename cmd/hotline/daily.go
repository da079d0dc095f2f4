package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/config"
	"hotline/number"
	"hotline/outbox"
	"hotline/routing"
	"hotline/store"
)

// missedInMail is how many callers who are to be called back the mail of the day names.
const missedInMail = 10

// A dayPage is what the mail of the day tells.
type dayPage struct {
	company string
	at      time.Time // up to when it is told
	total   store.Total
	day     store.Day
	missed  routing.Missed
	givenUp int // letters
}

// readDay reads what the mail of a day tells; of today, up to now.
func readDay(ctx context.Context, db *store.DB, rules *config.Rules, at time.Time) (dayPage, error) {
	page := dayPage{company: rules.Company, at: at}
	p := period("day", at.In(paris()))
	totals, err := db.Totals(ctx, store.ByNumber, p, store.ByDay, "")
	if err != nil {
		return page, err
	}
	for _, t := range totals {
		page.total.Add(t.Total, 1)
	}
	if page.day, err = db.Day(ctx, p); err != nil {
		return page, err
	}
	calls, err := db.MissedCalls(ctx, at.AddDate(0, 0, -missedDays), "")
	if err != nil {
		return page, err
	}
	calls.Ended = slices.DeleteFunc(calls.Ended, func(r routing.Record) bool { return r.Opened.After(at) })
	calls.Settled = slices.DeleteFunc(calls.Settled, func(s routing.Settled) bool { return s.Ended.After(at) })
	page.missed = routing.MissedOf(calls.Ended, calls.Settled, routing.Ours(rules))
	_, page.givenUp, err = db.LettersLeft(ctx)
	return page, err
}

// subject is the mail in one line.
func (p dayPage) subject(t tongue) string {
	text := fmt.Sprintf(t.say("%s, %s : %s", "%s, %s: %s"), p.company, t.periodName("day", p.at.In(paris())), t.many(int(p.total.Calls), "appel", "call"))
	if n := len(p.missed.Open); n > 0 {
		text += fmt.Sprintf(t.say(", %d à rappeler", ", %d to call back"), n)
	}
	return strings.TrimPrefix(text, ", ")
}

// text is the mail.
func (p dayPage) text(t tongue) string {
	var w bytes.Buffer
	line := func(fr, en, format string, values ...any) {
		fmt.Fprintf(&w, "%-32s %s\n", t.say(fr, en), fmt.Sprintf(format, values...))
	}
	r := billReport{tongue: t}
	fmt.Fprintf(&w, t.say("%s, jusqu'à %s\n\n", "%s, up to %s\n\n"), capital(t.periodName("day", p.at.In(paris()))), p.at.In(paris()).Format("15:04"))
	line("Appels", "Calls", "%d", p.total.Calls)
	line("  ont parlé à quelqu'un", "  talked with somebody", "%d", p.total.Talked)
	line("  n'ont eu personne", "  reached nobody", "%d", p.total.Calls-p.total.Talked)
	if n := len(p.day.Waits); n > 0 {
		line("Attente", "Wait", t.say("%s pour la moitié, %s au plus", "%s for half of them, %s at most"), clock(p.day.Waits[(n-1)/2]), clock(p.day.Waits[n-1]))
	}
	line("Temps en ligne", "Time on the phone", "%s", t.ago(time.Duration(p.total.TalkedMS)*time.Millisecond))
	line("Messages laissés", "Messages left", "%d", p.day.Messages)
	line("SMS envoyés", "Texts sent", "%d", p.day.Texts)
	if p.total.Calls > 0 {
		line("Coût, HT", "Cost, excl. VAT", "%s EUR", r.cost(p.total))
		line("Reversé, HT", "Payout, excl. VAT", "%s EUR", r.payout(p.total))
	}
	p.toCallBack(&w, t)
	if p.givenUp > 0 {
		fmt.Fprintf(&w, t.say("\nNon envoyés : %d mails, webhooks ou SMS. À faire : hotline outbox\n", "\nNot sent: %d mails, webhooks or texts. To do: hotline outbox\n"), p.givenUp)
	}
	if p.total.Unrated+p.total.CostUnknown+p.total.PayoutUnknown > 0 {
		fmt.Fprint(&w, t.say("\n? : un prix manque. À faire : hotline report day dit lequel\n", "\n?: a price is missing. To do: hotline report day says which\n"))
	}
	return w.String()
}

// toCallBack names the callers who wait for a call, who called last first.
func (p dayPage) toCallBack(w io.Writer, t tongue) {
	if len(p.missed.Open) == 0 {
		fmt.Fprint(w, t.say("\nPersonne n'est à rappeler.\n", "\nNobody is to be called back.\n"))
		return
	}
	fmt.Fprintf(w, t.say("\nÀ rappeler : %d\n", "\nTo call back: %d\n"), len(p.missed.Open))
	g := grid{right: "lll"}
	for _, u := range p.missed.Open[:min(missedInMail, len(p.missed.Open))] {
		g.add(u.Last().Opened.In(paris()).Format("02/01 15:04"), u.Caller.Pretty(), cut(u.Name(), 24), t.in(outcomeWords(u.Last().Outcome)))
	}
	g.print(w, "  ")
	if more := len(p.missed.Open) - missedInMail; more > 0 {
		fmt.Fprintf(w, t.say("  et encore %d\n", "  and %d more\n"), more)
	}
	fmt.Fprint(w, t.say("À faire : rappelez-les, puis hotline missed done NUMÉRO\n", "To do: call them back, then hotline missed done NUMBER\n"))
}

// companyTongue is the language in which the company reads its mail.
func companyTongue(rules *config.Rules) tongue {
	if rules.InFrench() {
		return "fr"
	}
	return "en"
}

// letter is the mail of the day to the owner: one for each day, whatever happens.
func (p dayPage) letter(t tongue, to string) (outbox.Letter, error) {
	return mailLetter("daily-"+p.at.In(paris()).Format("2006-01-02"), to, p.subject(t), p.text(t), p.at)
}

// mailLetter is a mail of hotline's own.
func mailLetter(id, to, subject, text string, at time.Time) (outbox.Letter, error) {
	content, err := json.Marshal(outbox.Mail{To: []string{to}, Subject: subject, Text: text})
	return outbox.Letter{ID: id, Kind: outbox.ByMail, Written: at, Content: content}, err
}

// A postman writes the mail of the day when its time has come.
type postman struct {
	db      *store.DB
	letters outbox.Poster
	mail    *config.Mail
	rules   func() *config.Rules
	log     *slog.Logger
}

// due is when the mail of that day is to be written.
func (m *postman) due(now time.Time) time.Time {
	at, err := time.Parse("15:04", m.mail.Daily)
	if err != nil {
		panic(err) // hotline.yaml was checked
	}
	y, month, d := now.In(paris()).Date()
	return time.Date(y, month, d, at.Hour(), at.Minute(), 0, 0, paris())
}

// run writes the mail of each day until ctx ends. One that is there already stays as it is.
func (m *postman) run(ctx context.Context) {
	if m.mail == nil || m.mail.Daily == "" || m.mail.Owner == "" {
		return
	}
	var written time.Time // the mail of that time
	for every := time.NewTicker(dailyLook); ; {
		if due := m.due(time.Now()); due.After(written) && !time.Now().Before(due) {
			if err := m.write(ctx, time.Now()); err == nil {
				written = due
			} else if ctx.Err() == nil {
				m.log.Error("the mail of the day is not written; it is tried again", "err", err)
			}
		}
		select {
		case <-every.C:
		case <-ctx.Done():
			every.Stop()
			return
		}
	}
}

// dailyLook is how often the clock is looked at.
const dailyLook = 20 * time.Second

func (m *postman) write(ctx context.Context, now time.Time) error {
	rules := m.rules()
	page, err := readDay(ctx, m.db, rules, now)
	if err != nil {
		return err
	}
	letter, err := page.letter(companyTongue(rules), m.mail.Owner)
	if err != nil {
		return err
	}
	return m.letters.Post(ctx, letter)
}

func mailDailyCommand(now func() time.Time) *cobra.Command {
	var date string
	var send bool
	cmd := &cobra.Command{
		Use:   "daily",
		Short: "Show the mail of a day, or send it now",
		Long: `Daily shows the mail that the owner gets each evening, in the language of the company: calls, who is to be called back, waits,
cost. hotline serve sends it by itself at the time of mail.daily in hotline.yaml. With --send it is put into the outbox now: today's
as it is so far, beside the one of the evening; another day's is not sent twice.`,
		Example: "  hotline mail daily\n  hotline mail daily --date 2026-11-27",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			at := now()
			if date != "" {
				day, err := billing.ParseDay(date)
				if err != nil {
					return err
				}
				at = period("day", day.In(paris())).Until.Add(-time.Second)
			}
			open := openStore
			if send {
				open = openTool
			}
			db, err := open(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			rules, err := rulesInForce(cmd.Context(), db)
			if err != nil {
				return err
			}
			page, err := readDay(cmd.Context(), db, rules, at)
			if err != nil {
				return err
			}
			if send {
				return sendDaily(cmd, db, page, date == "", companyTongue(rules))
			}
			t := companyTongue(rules)
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n\n%s", number.CleanText(page.subject(t), 200), page.text(t))
			return err
		},
	}
	cmd.Flags().StringVar(&date, "date", "", "of another day: 2026-11-24")
	cmd.Flags().BoolVar(&send, "send", false, "put it into the outbox instead of showing it")
	return cmd
}

// sendDaily puts the mail of a day into the outbox. That of a day that is not over is another than the one of its evening.
func sendDaily(cmd *cobra.Command, db *store.DB, page dayPage, soFar bool, t tongue) error {
	m, err := mailOf(cmd)
	if err != nil {
		return err
	}
	if m.Owner == "" {
		return mistaken("hotline.yaml ne dit pas qui reçoit le mail du jour : écrivez owner: vous@exemple.fr sous mail", "hotline.yaml does not say who gets the mail of the day: write owner: you@example.com under mail")
	}
	letter, err := page.letter(t, m.Owner)
	if err != nil {
		return err
	}
	if soFar {
		letter.ID += page.at.In(paris()).Format("-1504")
	}
	if err := db.Post(cmd.Context(), letter); err != nil {
		return err
	}
	wrapped(cmd.OutOrStdout(), "", fmt.Sprintf(userTongue().say("Le mail est dans la file d'envoi, pour %s, s'il n'y était pas déjà : hotline outbox", "The mail is in the outbox, for %s, if it was not already: hotline outbox"), m.Owner))
	return nil
}
