package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/config"
	"hotline/number"
	"hotline/routing"
	"hotline/routing/check"
	"hotline/store"
)

// testCommand is `hotline test`: the rules' own tests, and new ones made of real calls.
func testCommand(now func() time.Time) *cobra.Command {
	var w testWish
	cmd := &cobra.Command{
		Use:   "test",
		Short: "Try the calls of the rules' own tests, or make a test of a real call",
		Long: `Test tries the calls that the rules describe under tests:, and says of each whether it ends as it should. hotline check
tries them as well.

With --record it makes a test of a call that has been: what was called and when, which keys were pressed, and what became of
it. The caller is replaced by a number that nobody has. The test is printed; --write adds it to tests: in the rules file, and
leaves the rest of the file as it is.

Exit status: 0 all is as it should be; 1 it is not; 2 it could not be tried.`,
		Example: "  hotline test\n  hotline test --record 3F7K\n  hotline test --record 3F7K --write",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SilenceUsage, cmd.SilenceErrors = true, true
			w.out, w.tongue = cmd.OutOrStdout(), userTongue()
			if w.write && w.call == "" {
				return notTried(cmd, misused(cmd, "--write va avec --record", "--write goes with --record"))
			}
			return notTried(cmd, w.do(cmd, now()))
		},
	}
	cmd.Flags().StringVar(&w.rules, "rules", "", "the rules file, instead of the one that the daemon's file names")
	cmd.Flags().StringVar(&w.call, "record", "", "make a test of this call, by the id that hotline cdr list shows")
	cmd.Flags().BoolVar(&w.write, "write", false, "add that test to the rules file")
	return cmd
}

// A testWish is what somebody wants of the tests.
type testWish struct {
	routeWish
	call  string
	write bool
}

func (w *testWish) do(cmd *cobra.Command, now time.Time) error {
	at, rules, err := w.load(cmd)
	if err != nil {
		return err
	}
	book, err := trialBook(cmd.Context(), at, rules)
	if err != nil {
		return err
	}
	if w.call != "" {
		return w.record(cmd, at, rules, book, now)
	}
	return w.run(rules, book)
}

// run tries all tests and tells of each.
func (w *testWish) run(rules *config.Rules, book *billing.Book) error {
	if len(rules.Tests) == 0 {
		wrapped(w.out, "", fmt.Sprintf(w.say("%s n'a pas d'essais. hotline test --record APPEL en fait un d'un vrai appel.",
			"%s has no tests. hotline test --record CALL makes one of a real call."), rulesName(rules)))
		return nil
	}
	results := check.Tests(rules, book)
	passed := 0
	for _, r := range results {
		verdict := w.say("NON", "NO ")
		if r.Passed() {
			verdict = w.say("oui", "yes")
			passed++
		}
		ends(w.out, verdict+"  "+cut(r.Test.Name, 60), r.Test.Pos.InText())
	}
	for _, r := range results {
		if r.Passed() {
			continue
		}
		fmt.Fprintln(w.out)
		if err := r.Problems.Print(w.out, string(w.tongue)); err != nil {
			return err
		}
	}
	cover := check.Cover(rules, results)
	fmt.Fprintln(w.out)
	wrapped(w.out, "", fmt.Sprintf(w.say("Essais : %s sur %d. Chemins essayés : %d sur %d.", "Tests: %s of %d. Paths tried: %d of %d."),
		w.many(passed, "réussi", "passed"), len(results), cover.Tried, cover.All))
	if passed < len(results) {
		return &exitError{code: exitUnexpected}
	}
	return nil
}

// record makes a test of a call.
func (w *testWish) record(cmd *cobra.Command, at place, rules *config.Rules, book *billing.Book, now time.Time) error {
	db, err := openStore(cmd)
	if err != nil {
		return err
	}
	defer db.Close()
	call, err := db.Record(cmd.Context(), w.call)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return mistaken("aucun appel n'a l'identifiant %s : hotline cdr list les montre", "no call has the id %s: hotline cdr list shows them", number.CleanName(w.call))
	case err != nil:
		return err
	case call.Service == "":
		return mistaken("cet appel n'est pour aucun de vos numéros : il n'y a rien à essayer", "this call was for none of your numbers: there is nothing to try")
	}
	if slices.ContainsFunc(call.Nodes, routing.PassedByHand) {
		return mistaken("le service était fermé à la main, ce que les règles ne disent pas : cet appel ne peut pas devenir un essai",
			"the service was closed by hand, which the rules do not say: no test can be made of this call")
	}
	made := madeUnder(cmd.Context(), db, rules, call.RulesVersion)
	test := check.Recorded(made, book, call.Record)
	if !w.write {
		fmt.Fprintf(w.out, "tests:\n%s", check.YAML(test, 2))
		return w.differs(cmd.ErrOrStderr(), rules, test, func(r *config.Rules) []check.Result { return check.Tests(r, book) })
	}
	source, err := withTest(rules.Source, test)
	if err != nil {
		return err
	}
	e, err := examineRules(cmd.Context(), at, source, now)
	if err != nil {
		return err
	}
	if e.problems.Errors() {
		return w.refuse(e.problems)
	}
	results := check.Tests(e.rules, book)
	if last := results[len(results)-1]; !last.Passed() {
		return w.refuse(last.Problems)
	}
	for i, f := range source {
		if string(f.Data) != string(rules.Source[i].Data) {
			if err := replaceFile(rules.Source[i], f.Data); err != nil {
				return err
			}
			fmt.Fprintf(w.out, w.say("Essai « %s » ajouté à %s.\n", "Test %q added to %s.\n"), test.Name, f.Name)
		}
	}
	return nil
}

// refuse says why nothing was written.
func (w *testWish) refuse(problems config.Problems) error {
	if err := problems.Print(w.out, string(w.tongue)); err != nil {
		return err
	}
	fmt.Fprintln(w.out, "\n"+w.say("Rien n'a été écrit.", "Nothing was written."))
	return &exitError{code: exitUnexpected}
}

// madeUnder is the rules under which a call went its way, where they are kept; else those of now.
func madeUnder(ctx context.Context, db *store.DB, rules *config.Rules, hash string) *config.Rules {
	if hash == rules.Hash {
		return rules
	}
	v, err := db.RulesByHash(ctx, hash)
	if err != nil {
		return rules
	}
	if old, _ := config.Parse(v.Source); old != nil {
		return old
	}
	return rules
}

// differs says, of a test that is only printed, what the rules of now make of its call.
func (w *testWish) differs(out io.Writer, rules *config.Rules, test config.Test, try func(*config.Rules) []check.Result) error {
	alone := *rules
	alone.Tests = []config.Test{test}
	problems := try(&alone)[0].Problems
	if len(problems) == 0 {
		return nil
	}
	fmt.Fprintln(out)
	wrapped(out, "", w.say("Attention : avec les règles d'aujourd'hui, cet appel irait autrement.", "Mind: by the rules of today this call would go another way."))
	for _, p := range problems {
		hanging(out, "  ", w.in(p.Title))
	}
	return &exitError{code: exitUnexpected}
}
