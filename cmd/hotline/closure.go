package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"hotline/config"
	"hotline/number"
	"hotline/routing"
	"hotline/store"
	"hotline/web"
)

// A closureDesk closes services by hand and opens them again: in the hotline that runs, or for its next start.
type closureDesk struct {
	shutters *routing.Shutters
	floor    *routing.Floor // nil when serve is not running
	rules    func() *config.Rules
}

func (d *closureDesk) ClosedServices(context.Context) ([]routing.Closing, error) {
	return d.shutters.List(time.Now()), nil
}

// CloseService closes a service for the calls that come from now on.
func (d *closureDesk) CloseService(ctx context.Context, w web.ClosureWish) (o web.ClosureOutcome, err error) {
	o.Closed, err = d.shutters.Close(ctx, routing.Closing{Service: w.Service, Until: w.Until, Play: w.Play, Why: w.Why, Who: w.Who})
	if err != nil {
		return o, known(err)
	}
	steps := d.rules().Services[w.Service].Closed
	o.HangsUp = !slices.ContainsFunc(steps, func(s config.Step) bool { return s.Kind != config.Play && s.Kind != config.Hangup })
	o.Silent = o.HangsUp && w.Play == "" && (len(steps) == 0 || steps[0].Kind == config.Hangup)
	if d.floor != nil {
		for _, c := range d.floor.Snapshot().Calls {
			if c.Service == w.Service && c.Kind == "queue" {
				o.Waiting++
			}
		}
	}
	return o, nil
}

// OpenService opens it again.
func (d *closureDesk) OpenService(ctx context.Context, service, who string) (o web.ClosureOutcome, err error) {
	if o.Closed, err = d.shutters.Open(ctx, service, who); err != nil {
		return o, known(err)
	}
	o.Open = true
	if s := d.rules().Services[service]; s != nil {
		opening := d.rules().Opening(s, time.Now(), nil)
		o.Open, o.Next = opening.Open, opening.Next
	}
	return o, nil
}

// openShutters is a closureDesk for when serve does not run.
func (b *book) openShutters(ctx context.Context, rulebook *rulebook) (*closureDesk, error) {
	rules, err := rulesInForce(ctx, rulebook.db)
	if err != nil {
		return nil, err
	}
	now := func() *config.Rules { return rules }
	shutters, err := routing.NewShutters(ctx, rulebook.db, now, slog.New(slog.DiscardHandler))
	return &closureDesk{shutters: shutters, rules: now}, err
}

// closeCommand is `hotline close`: nobody of a service can come, and callers are to hear why.
func closeCommand(now func() time.Time) *cobra.Command {
	var until, play, why string
	cmd := &cobra.Command{
		Use:   "close SERVICE",
		Short: "Close a service now, whatever its hours say",
		Long: `Close closes a service by hand: callers that come from now on hear what its closed says, or
the prompt that you choose with --play in place of what closed plays first. Whoever waits already is still served.

It ends at --until, or with hotline open. It is kept when hotline stops and starts, and when rules are applied. When hotline
serve is not running, it holds from its next start. Who closed what, when and why is kept in the database.`,
		Example: "  hotline close sav --until 14:00 --play panne -m \"breakdown in the workshop\"\n  hotline close sav --until \"2026-12-01 09:00\"\n  hotline close sav",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			w := web.ClosureWish{Service: args[0], Play: play, Why: web.CleanWhy(why)}
			if n := utf8.RuneCountInString(w.Why); n > web.WhyLength {
				return mistaken("-m a %d caractères, et %d au plus se gardent : dites-le plus court", "-m has %d characters, and at most %d are kept: say it shorter", n, web.WhyLength)
			}
			if cmd.Flags().Changed("until") {
				var err error
				if w.Until, err = untilWhen(until, now()); err != nil {
					return err
				}
			}
			b, err := openBook(cmd)
			if err != nil {
				return err
			}
			defer b.Close()
			w.Who = b.asker()
			done, err := b.closures.CloseService(cmd.Context(), w)
			if err != nil {
				return b.closureTrouble(err)
			}
			b.tellClosed(cmd, done)
			return nil
		},
	}
	cmd.Flags().StringVar(&until, "until", "", `when it ends by itself, Paris time: 14:00 (the next time it is 14:00) or "2026-12-01 09:00"`)
	cmd.Flags().StringVar(&play, "play", "", "a prompt of the rules, heard in place of what closed plays first")
	cmd.Flags().StringVarP(&why, "message", "m", "", "why, for those who look later")
	return cmd
}

// openCommand is `hotline open`.
func openCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "open SERVICE",
		Short:   "Open a service again that was closed",
		Long:    "Open ends what hotline close or a phone has closed. From then on the opening hours of the service decide again.",
		Example: "  hotline open sav",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := openBook(cmd)
			if err != nil {
				return err
			}
			defer b.Close()
			done, err := b.closures.OpenService(cmd.Context(), args[0], b.asker())
			if err != nil {
				return b.closureTrouble(err)
			}
			b.tellOpened(cmd, done)
			return nil
		},
	}
}

// asker is for whom a wish is noted: the running hotline knows who asks, but for who uses sudo.
func (b *book) asker() string {
	if name := os.Getenv("SUDO_USER"); name != "" && b.running {
		return name
	}
	return realUser()
}

// closureTrouble says why a service was not closed or opened.
func (b *book) closureTrouble(err error) error {
	var p *web.Problem
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, new(*routing.NoNameError)), errors.Is(err, routing.ErrPast), errors.Is(err, routing.ErrNotClosed):
		return web.ProblemOf(err, b.say("fr", "en"))
	case b.running:
		return b.line.trouble(err)
	}
	return b.trouble(err)
}

func (b *book) tellClosed(cmd *cobra.Command, done web.ClosureOutcome) {
	c := done.Closed
	text := fmt.Sprintf(b.say("%s est fermé %s.", "%s is closed %s."), number.CleanName(c.Service), b.until(c))
	if !b.running {
		text = fmt.Sprintf(b.say("hotline ne tourne pas : %s sera fermé dès son prochain démarrage, %s.", "hotline is not running: %s will be closed from its next start, %s."),
			number.CleanName(c.Service), b.until(c))
	}
	text += " " + fmt.Sprintf(b.say("Les nouveaux appels %s.", "New callers %s."), b.hear(done))
	switch {
	case done.Waiting == 1:
		text += " " + b.say("1 appelant attend, et sera encore servi.", "1 caller waits and is still served.")
	case done.Waiting > 1:
		text += " " + fmt.Sprintf(b.say("%d appelants attendent, et seront encore servis.", "%d callers wait and are still served."), done.Waiting)
	}
	wrapped(cmd.OutOrStdout(), "", text)
	wrapped(cmd.OutOrStdout(), "", fmt.Sprintf(b.say("Pour rouvrir : hotline open %s", "To open it again: hotline open %s"), number.CleanName(c.Service)))
}

// hear says what callers of a closed service hear.
func (b *book) hear(done web.ClosureOutcome) string {
	play := number.CleanName(done.Closed.Play)
	switch {
	case done.Silent:
		return b.say("n'entendent rien, et la ligne raccroche : --play leur fait entendre une annonce", "hear nothing, and the line hangs up: --play lets them hear a prompt")
	case play != "" && done.HangsUp:
		return fmt.Sprintf(b.say("entendent %s, puis la ligne raccroche", "hear %s, then the line hangs up"), play)
	case play != "":
		return fmt.Sprintf(b.say("entendent %s, puis la suite de closed dans les règles", "hear %s, then the rest of closed in the rules"), play)
	}
	return b.say("entendent ce que dit closed dans les règles", "hear what closed says in the rules")
}

func (b *book) tellOpened(cmd *cobra.Command, done web.ClosureOutcome) {
	name := number.CleanName(done.Closed.Service)
	text := fmt.Sprintf(b.say("%s est rouvert.", "%s is open again."), name)
	switch {
	case done.Open:
	case done.Next.IsZero():
		text = fmt.Sprintf(b.say("%s n'est plus fermé à la main, mais ses horaires ne prévoient pas d'ouverture.", "%s is no longer closed by hand, but its hours do not open it."), name)
	default:
		text = fmt.Sprintf(b.say("%s n'est plus fermé à la main. Selon ses horaires, il ouvre le %s.", "%s is no longer closed by hand. By its hours it opens on %s."), name, b.moment(done.Next))
	}
	wrapped(cmd.OutOrStdout(), "", text)
}

// closedByHand is how the service of a number is closed by hand now, as the database has it; nil where there is none.
func closedByHand(ctx context.Context, at place, router *routing.Router, t routing.Trial) *routing.Closing {
	line, ours := router.Route(t.To)
	if !ours {
		return nil
	}
	for _, c := range allByHand(ctx, at.database, t.At) {
		if c.Service == line.Service {
			return &c
		}
	}
	return nil
}

// allByHand is everything that is closed by hand at a moment. Where no database can be read there is nothing.
func allByHand(ctx context.Context, database string, at time.Time) []routing.Closing {
	if database == "" {
		return nil
	}
	db, err := store.OpenReader(ctx, database)
	if err != nil {
		return nil
	}
	defer db.Close()
	all, err := db.ClosedServices(ctx, at)
	if err != nil {
		return nil
	}
	return all
}

// closing says what is closed, until when and by whom.
func (t tongue) closing(c routing.Closing) string {
	text := fmt.Sprintf(t.say("%s fermé %s (%s, %s", "%s closed %s (%s, %s"), number.CleanName(c.Service), t.until(c), number.CleanName(c.Who), t.moment(c.Since))
	if c.Why != "" {
		text += t.say(" : ", ": ") + number.CleanText(c.Why, web.WhyLength)
	}
	return text + ")"
}

// until says until when a service is closed.
func (t tongue) until(c routing.Closing) string {
	if c.Until.IsZero() {
		return t.say("jusqu'à ce que vous le rouvriez", "until you open it again")
	}
	return fmt.Sprintf(t.say("jusqu'au %s", "until %s"), config.Wall(c.Until).Format(t.say("02/01/2006 15:04", "2006-01-02 15:04")))
}

// untilWhen reads a moment to come: a day with a time, or the next time that the clock shows one.
func untilWhen(text string, now time.Time) (time.Time, error) {
	if day, err := time.Parse("2006-01-02 15:04", text); err == nil {
		at := config.WallTimeAfter(now, config.Noon(day), day.Hour()*60+day.Minute())
		if !at.After(now) {
			return at, mistaken("--until %s est passé : donnez une heure à venir", "--until %s is past: give a time to come", text)
		}
		return at, nil
	}
	clock, err := time.Parse("15:04", text)
	if err != nil {
		return now, mistaken("--until « %s » : écrivez une heure (14:00), ou un jour et une heure (\"2026-12-01 09:00\")", "--until %q: write a time (14:00), or a day and a time (\"2026-12-01 09:00\")", number.CleanName(text))
	}
	return config.NextWallTime(now, clock.Hour()*60+clock.Minute()), nil
}
