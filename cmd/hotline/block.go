package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"hotline/config"
	"hotline/number"
	"hotline/routing"
	"hotline/store"
	"hotline/web"
)

// blockCommand is `hotline block`: whom no call is taken from.
func blockCommand(now func() time.Time) *cobra.Command {
	var w blockWish
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "block [NUMBER|PATTERN]",
		Short: "Take no more calls from a number, or list whom none are taken from",
		Long: `Block refuses the calls of a number from the next one on: the caller is not answered, and pays nothing. PATTERN is how numbers
begin, as 0899* or +44*, or hidden: all who show no number. Without one it lists who is blocked.

Blocked calls are in hotline cdr with the flag blocked, and neither in hotline missed nor in the figures of the day. Your own numbers
and phones are never blocked. Whoever is blocked already gets the new time and reason.`,
		Example: "  hotline block\n  hotline block 0612345678 -m \"insults\"\n  hotline block \"0899*\" --for 30d",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			w.tongue, w.now = userTongue(), now()
			if len(args) == 0 {
				return w.list(cmd, asJSON)
			}
			return w.block(cmd, args[0])
		},
	}
	cmd.Flags().StringVar(&w.lasts, "for", "", "for how long: 12h, 30d, 1y (until it is unblocked)")
	cmd.Flags().StringVarP(&w.why, "message", "m", "", "why, for those who look later")
	cmd.Flags().BoolVar(&w.yes, "yes", false, "do not ask, however many callers it meets")
	cmd.Flags().BoolVar(&asJSON, "json", false, "of the list: for programs")
	return cmd
}

// unblockCommand is `hotline unblock`.
func unblockCommand(now func() time.Time) *cobra.Command {
	return &cobra.Command{
		Use:     "unblock NUMBER|PATTERN",
		Short:   "Take calls from a number again",
		Example: "  hotline unblock 0612345678\n  hotline unblock \"0899*\"\n  hotline unblock hidden",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			w := blockWish{tongue: userTongue(), now: now()}
			return w.unblock(cmd, args[0])
		},
	}
}

// A blockWish is what is asked for on the command line.
type blockWish struct {
	tongue
	now        time.Time
	lasts, why string
	yes        bool
}

// pattern reads what is to be blocked.
func (w blockWish) pattern(text string) (routing.Pattern, error) {
	p, err := routing.ParsePattern(text)
	switch {
	case errors.Is(err, routing.ErrEverybody):
		return "", mistaken("« %s » : ce serait tout le monde. Pour ne plus prendre d'appels, fermez le service", "%q: that would be everybody. To take no calls, close the service", number.CleanName(text))
	case err != nil:
		return "", mistaken("« %s » n'est ni un numéro entier, ni un début de numéro : écrivez 06 12 34 56 78, +44 20 7123 4567, 0899* ou hidden (numéros masqués)",
			"%q is neither a whole number nor the beginning of one: write 06 12 34 56 78, +44 20 7123 4567, 0899* or hidden (no number shown)", number.CleanName(text))
	}
	return p, nil
}

// until is when the block ends.
func (w blockWish) until() (time.Time, error) {
	if w.lasts == "" {
		return time.Time{}, nil
	}
	d, err := config.ParseLong(w.lasts)
	if err != nil || d <= 0 {
		return time.Time{}, w.fault("--for « %s » : écrivez par exemple 12h, 30d (jours) ou 1y (un an)", "--for %q: write for example 12h, 30d (days) or 1y (a year)", number.CleanName(w.lasts))
	}
	return w.now.Add(d), nil
}

func (w blockWish) block(cmd *cobra.Command, text string) error {
	p, err := w.pattern(text)
	if err != nil {
		return err
	}
	until, err := w.until()
	if err != nil {
		return err
	}
	why := web.CleanWhy(w.why)
	if utf8.RuneCountInString(why) > web.WhyLength {
		return w.fault("-m : %d caractères au plus", "-m: %d characters at most", web.WhyLength)
	}
	db, err := openTool(cmd)
	if err != nil {
		return err
	}
	defer db.Close()
	rules, err := rulesInForce(cmd.Context(), db)
	if err != nil {
		return err
	}
	if routing.Ours(rules)(p.Number()) {
		return mistaken("%s est à vous : vos numéros et vos postes ne peuvent pas être bloqués", "%s is your own: your numbers and phones cannot be blocked", w.patternWords(p))
	}
	if err := w.agree(cmd, db, p, rules); err != nil {
		return err
	}
	b := routing.Block{Pattern: p, Since: w.now, Until: until, Who: who(), Why: why}
	lives, err := w.change(cmd, func(ctx context.Context, l *line) error { _, err := l.Block(ctx, b); return err },
		func(ctx context.Context) error { return db.Block(ctx, b) })
	if err != nil {
		return err
	}
	said := fmt.Sprintf(w.say("%s : bloqué", "%s: blocked"), w.patternWords(p))
	if !until.IsZero() {
		said += fmt.Sprintf(w.say(" jusqu'au %s", " until %s"), w.moment(until))
	}
	wrapped(cmd.OutOrStdout(), "", said+w.holds(lives))
	return nil
}

// agree says whom a pattern would have met that may mean many people, and asks whether that is meant.
func (w blockWish) agree(cmd *cobra.Command, db *store.DB, p routing.Pattern, rules *config.Rules) error {
	if !p.Broad() {
		return nil
	}
	callers, calls, err := db.Meets(cmd.Context(), p, w.now.AddDate(0, 0, -missedDays), routing.Ours(rules))
	if err != nil {
		return err
	}
	met := w.many(calls, "appel", "call")
	if p != routing.HiddenCallers {
		met += w.say(" de ", " of ") + w.many(callers, "client", "caller")
	}
	wrapped(cmd.OutOrStdout(), "", fmt.Sprintf(w.say("%s peut être beaucoup de gens : ces 30 derniers jours, %s.", "%s may be many people: in the last 30 days, %s."), w.patternWords(p), met))
	if !w.yes && !w.agreed(cmd, w.say("Bloquer ? Écrivez oui : ", "Block them? Write yes: ")) {
		return mistaken("rien n'a été bloqué (sans question : --yes)", "nothing was blocked (without a question: --yes)")
	}
	return nil
}

func (w blockWish) unblock(cmd *cobra.Command, text string) error {
	p, err := w.pattern(text)
	if err != nil {
		return err
	}
	notBlocked := mistaken("%s : pas bloqué. La liste : hotline block", "%s: not blocked. The list: hotline block", w.patternWords(p))
	lives, err := w.change(cmd, func(ctx context.Context, l *line) error { return l.Unblock(ctx, p) }, func(ctx context.Context) error {
		db, err := openTool(cmd)
		if err != nil {
			return err
		}
		defer db.Close()
		was, err := db.Unblock(ctx, p, w.now)
		if err == nil && !was {
			return notBlocked
		}
		return err
	})
	if said := (*web.Problem)(nil); errors.As(err, &said) && said.Type == web.NotBlocked {
		return notBlocked
	}
	if err != nil {
		return err
	}
	wrapped(cmd.OutOrStdout(), "", fmt.Sprintf(w.say("%s : n'est plus bloqué", "%s: no longer blocked"), w.patternWords(p))+w.holds(lives))
	return nil
}

// change asks the hotline that runs, so that it holds from the next call on; without one it is written for its start.
func (w blockWish) change(cmd *cobra.Command, ask func(context.Context, *line) error, write func(context.Context) error) (lives bool, err error) {
	l, err := newLine(cmd)
	if err != nil {
		return false, err
	}
	switch err := ask(cmd.Context(), l); {
	case errors.Is(err, web.ErrNobody):
		return false, write(cmd.Context())
	case err != nil:
		return false, l.problem(err)
	}
	return true, nil
}

// holds says from when on.
func (w blockWish) holds(lives bool) string {
	if lives {
		return w.say(", dès le prochain appel.", ", from the next call on.")
	}
	return w.say(", au prochain démarrage de hotline, qui ne marche pas en ce moment.", ", from the next start of hotline, which does not run now.")
}

// patternWords is a pattern as people write it.
func (t tongue) patternWords(p routing.Pattern) string {
	if p == routing.HiddenCallers {
		return t.say("hidden (numéros masqués)", "hidden (no number shown)")
	}
	if n := p.Number(); n != "" {
		return n.Pretty()
	}
	return string(p)
}

// list prints who is blocked.
func (w blockWish) list(cmd *cobra.Command, asJSON bool) error {
	db, err := openStore(cmd)
	if err != nil {
		return err
	}
	defer db.Close()
	blocks, err := db.Blocks(cmd.Context(), w.now)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if asJSON {
		page := web.BlockList{Blocks: []web.Block{}}
		for _, b := range blocks {
			page.Blocks = append(page.Blocks, web.NewBlock(b))
		}
		return writeIndented(out, page)
	}
	if len(blocks) == 0 {
		wrapped(out, "", w.say("Personne n'est bloqué. Pour bloquer : hotline block NUMÉRO", "Nobody is blocked. To block somebody: hotline block NUMBER"))
		return nil
	}
	day := func(at time.Time) string { return at.In(paris()).Format("02/01/2006") }
	g := grid{right: "lllrl"}
	g.add(w.say("bloqué", "blocked"), w.say("depuis", "since"), w.say("jusqu'au", "until"), w.say("appels", "calls"), w.say("dernier", "last"), w.say("par", "by"))
	var table strings.Builder
	for _, b := range blocks {
		until, last := w.say("toujours", "for good"), "-"
		if !b.Until.IsZero() {
			until = day(b.Until)
		}
		if !b.Last.IsZero() {
			last = day(b.Last)
		}
		p := string(b.Pattern)
		if b.Pattern != routing.HiddenCallers {
			p = w.patternWords(b.Pattern)
		}
		g.add(cut(p, 20), day(b.Since), until, fmt.Sprint(b.Hits), last, cut(number.CleanName(b.Who), 12))
	}
	g.print(&table, "")
	lines := strings.SplitAfter(table.String(), "\n")
	fmt.Fprint(out, lines[0])
	for i, b := range blocks {
		fmt.Fprint(out, lines[i+1])
		if b.Why != "" {
			hanging(out, "  ", number.CleanText(b.Why, web.WhyLength))
		}
	}
	return nil
}
