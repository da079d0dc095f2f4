package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"hotline/config"
	"hotline/number"
	"hotline/routing"
	"hotline/store"
)

// missedDays is how many days the list goes back when nobody says since when. Who has not been called by then has found help
// elsewhere.
const missedDays = 30

// noteLength is how many characters a note on a caller may have, which is what number.CleanName leaves.
const noteLength = 64

// missedCommand is `hotline missed`: who called, reached nobody, and is to be called back.
func missedCommand(now func() time.Time) *cobra.Command {
	var since string
	var limit int
	var all, asJSON bool
	cmd := &cobra.Command{
		Use:   "missed [COMMAND]",
		Short: "Who called, reached nobody, and is to be called back",
		Long: `Missed lists everybody who called and reached nobody in the last 30 days, one line for each caller, who called last first.
Callers leave the list by themselves as soon as they get through, and come back to it when they call in vain again. hotline does not
see the calls that you make to them: say hotline missed done NUMBER.

Not listed are calls to numbers that are not yours, and those from your own phones and numbers. Callers who show no number
are counted.`,
		Example: "  hotline missed\n  hotline missed --all --since 2026-11-01\n  hotline missed done 0612345678 --note \"called back, will order\"",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			t, at := userTongue(), now()
			from := at.AddDate(0, 0, -missedDays)
			if since != "" {
				var err error
				if from, err = parseMoment(since); err != nil {
					return err
				}
			}
			if limit < 0 {
				return t.fault("--limit %d : écrivez 0 pour tous", "--limit %d: write 0 for all", limit)
			}
			db, err := openStore(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			page, err := readMissed(cmd.Context(), db, from, "")
			if err != nil {
				return err
			}
			page.at, page.all, page.limit = at, all, limit
			if asJSON {
				return writeIndented(cmd.OutOrStdout(), page.json())
			}
			page.print(cmd.OutOrStdout(), t)
			return nil
		},
	}
	cmd.Flags().StringVar(&since, "since", "", `only calls that came then or later, Paris time: 2026-11-24 or "2026-11-24 10:00"`)
	cmd.Flags().BoolVar(&all, "all", false, "also those who have been reached since")
	cmd.Flags().IntVar(&limit, "limit", 50, "how many; 0 for all")
	cmd.Flags().BoolVar(&asJSON, "json", false, "for programs: always everybody")
	cmd.AddCommand(missedDoneCommand(now))
	return cmd
}

func missedDoneCommand(now func() time.Time) *cobra.Command {
	var note string
	cmd := &cobra.Command{
		Use:   "done NUMBER",
		Short: "Take a caller off the list: called back, or not to be called",
		Long: `Done takes a caller off the list, with your name and the time. Who calls in vain again comes back to it. hotline missed --all
shows who was taken off, by whom, and the note.`,
		Example: "  hotline missed done 0612345678\n  hotline missed done \"06 12 34 56 78\" --note \"will call again on Monday\"",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			t := userTongue()
			caller, err := number.Parse(args[0])
			if err != nil {
				return mistaken("« %s » n'est pas un numéro entier : écrivez-le comme hotline missed le montre", "%q is not a whole number: write it as hotline missed shows it", number.CleanName(args[0]))
			}
			if utf8.RuneCountInString(note) > noteLength {
				return t.fault("--note : %d caractères au plus", "--note: %d characters at most", noteLength)
			}
			db, err := openTool(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			at := now() // what ends while this is being done stays on the list
			page, err := readMissed(cmd.Context(), db, time.Time{}, caller)
			if err != nil {
				return err
			}
			if len(page.Open) == 0 {
				return notToCall(caller, page.Settled)
			}
			if err := db.Settle(cmd.Context(), routing.Settled{Caller: caller, Began: at, Ended: at, Who: who(), Note: number.CleanName(note)}); err != nil {
				return err
			}
			u := page.Open[0]
			wrapped(cmd.OutOrStdout(), "", fmt.Sprintf(t.say("%s n'est plus à rappeler. Appels manqués : %d, le dernier le %s.", "%s is no longer to be called back. Missed calls: %d, the last on %s."),
				caller.Pretty(), len(u.Misses), t.moment(u.Last().Opened)))
			return nil
		},
	}
	cmd.Flags().StringVar(&note, "note", "", "what came of it, for those who look later")
	return cmd
}

// notToCall says why a caller cannot be taken off the list.
func notToCall(caller number.Number, settled []routing.Unreached) error {
	if len(settled) == 0 {
		return mistaken("%s n'est pas à rappeler. La liste : hotline missed", "%s is not to be called back. The list: hotline missed", caller.Pretty())
	}
	u := settled[0]
	how := settledWords(u.Settled)
	return &mistake{caller.Pretty() + " n'est plus à rappeler : " + how.FR, caller.Pretty() + " is no longer to be called back: " + how.EN}
}

// readMissed reads the list from the database; of one caller, or of all when caller is empty.
func readMissed(ctx context.Context, db *store.DB, since time.Time, caller number.Number) (missedPage, error) {
	rules, err := rulesInForce(ctx, db)
	if err != nil {
		return missedPage{}, err
	}
	calls, err := db.MissedCalls(ctx, since, caller)
	if err != nil {
		return missedPage{}, err
	}
	page := missedPage{Missed: routing.MissedOf(calls.Ended, calls.Settled, routing.Ours(rules)), now: calls.Now, since: since}
	var callers []number.Number
	for _, u := range slices.Concat(page.Open, page.Settled) {
		callers = append(callers, u.Caller)
	}
	page.people, err = db.People(ctx, callers...)
	return page, err
}

// rulesInForce are the rules that the database has as the ones in force; empty ones when none were ever.
func rulesInForce(ctx context.Context, db *store.DB) (*config.Rules, error) {
	v, err := db.InForce(ctx)
	if errors.Is(err, store.ErrNoRulesVersion) {
		return &config.Rules{}, nil
	}
	if err != nil {
		return nil, err
	}
	rules, _ := config.Parse(v.Source)
	if rules == nil { // accepted once, and refused by this program: check says why, and the list is shown all the same
		rules = &config.Rules{}
	}
	return rules, nil
}

// toCallBack counts who is to be called back.
func toCallBack(ctx context.Context, db *store.DB, rules *config.Rules, now time.Time) (int, error) {
	calls, err := db.MissedCalls(ctx, now.AddDate(0, 0, -missedDays), "")
	if err != nil {
		return 0, err
	}
	return len(routing.MissedOf(calls.Ended, calls.Settled, routing.Ours(rules)).Open), nil
}
