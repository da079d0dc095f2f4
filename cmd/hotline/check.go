package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/config"
	"hotline/prompt"
	"hotline/routing/check"
	"hotline/store"
)

// Exit codes of check: 0 the rules are good, 1 they are refused, 2 they could not be checked.
const (
	exitRefused   = 1
	exitUnchecked = 2
)

// exitError ends the program with a code; what there is to say has been said.
type exitError struct{ code int }

func (e *exitError) Error() string { return fmt.Sprintf("exit status %d", e.code) }

func checkCommand(now func() time.Time) *cobra.Command {
	k := &checker{now: now}
	listing := false
	c := &cobra.Command{
		Use:   "check [rules.yaml]",
		Short: "Check the rules without putting them in force",
		Long: `Check reads the rules file and the folder rules.d beside it, the sound files that they play and the prices that they
name, tries the tests that the rules have, and says everything that is wrong, or what the rules come to. It changes nothing.
"hotline check -" reads the rules from the standard input, as an editor hands them over before they are saved.

Exit status: 0 the rules are good, perhaps with warnings, 1 they are refused, 2 they could not be checked.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cmd.SilenceUsage, cmd.SilenceErrors = true, true
			daemonFile, err := cmd.Flags().GetString("config")
			if err != nil {
				return err
			}
			if k.database, err = cmd.Flags().GetString("database"); err != nil {
				return err
			}
			k.tongue, k.out = userTongue(), cmd.OutOrStdout()
			ask := request{daemonFile: daemonFile, asked: cmd.Flags().Changed("config"), args: args, in: cmd.InOrStdin()}
			if listing {
				err = k.list(args)
			} else if k.watching {
				err = k.watch(cmd.Context(), ask)
			} else {
				err = k.once(cmd.Context(), ask)
			}
			if code := (*exitError)(nil); err != nil && !errors.As(err, &code) {
				k.cannot(cmd.ErrOrStderr(), err)
				return &exitError{code: exitUnchecked}
			}
			return err
		},
	}
	c.Flags().BoolVar(&k.all, "all", false, "leave nothing out: every problem, path and change")
	c.Flags().BoolVar(&k.asJSON, "json", false, "for programs")
	c.Flags().BoolVar(&listing, "list", false, "list what check can say; --list E601 explains one code")
	c.Flags().BoolVar(&k.watching, "watch", false, "check again whenever the files change, until Ctrl-C")
	return c
}

// language is what a person reads by the usual variables: "fr" or "en".
func language(getenv func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := getenv(name); value != "" {
			if strings.HasPrefix(strings.ToLower(value), "fr") {
				return "fr"
			}
			return "en"
		}
	}
	return "en"
}

// A checker checks one rules file and tells the outcome.
type checker struct {
	tongue
	out      io.Writer
	database string // instead of the one that the daemon's file names
	now      func() time.Time
	all      bool // nothing is left out
	asJSON   bool
	watching bool
	byHand   map[string]*config.Closure // services that are closed by hand now
}

// A request is what is to be checked.
type request struct {
	daemonFile string
	asked      bool // for that very file
	args       []string
	in         io.Reader
}

// standardInput is what is written for a file to mean it.
const standardInput = "-"

func (r request) place() (place, error) {
	if len(r.args) > 0 && r.args[0] == standardInput {
		return whereRules(r.daemonFile, r.asked, nil)
	}
	return whereRules(r.daemonFile, r.asked, r.args)
}

// source reads the rules: those on the standard input stand for the file that would be read else.
func (r request) source(path string) (config.Source, config.Problems, error) {
	if len(r.args) == 0 || r.args[0] != standardInput {
		source, problems := config.ReadSource(path)
		return source, problems, nil
	}
	data, err := io.ReadAll(r.in)
	if err != nil {
		return nil, nil, fmt.Errorf("read the standard input: %w", err)
	}
	source, problems := config.WithParts(path, data)
	return source, problems, nil
}

// once checks the rules and says by the exit code what came of it.
func (k *checker) once(ctx context.Context, ask request) error {
	v, err := k.judge(ctx, ask)
	if err != nil {
		return err
	}
	if err := k.tell(v); err != nil {
		return err
	}
	if v.problems.Errors() {
		return &exitError{code: exitRefused}
	}
	return nil
}

// tell writes the verdict for a person or a program.
func (k *checker) tell(v verdict) error {
	if k.asJSON {
		return k.printJSON(v)
	}
	return k.print(v)
}

// judge looks at the rules. The error is of what keeps them from being looked at.
func (k *checker) judge(ctx context.Context, ask request) (v verdict, err error) {
	at, err := ask.place()
	if err != nil {
		return v, err
	}
	at.database = cmp.Or(k.database, at.database)
	k.byHand = map[string]*config.Closure{}
	for _, c := range allByHand(ctx, at.database, k.now()) {
		k.byHand[c.Service] = config.ByHand(c.Since, c.Until, c.Play)
	}
	source, problems, err := ask.source(at.rules)
	if err != nil {
		return v, err
	}
	if problems.Errors() {
		return v, problems.Err()
	}
	v = verdict{path: at.rules, source: source, unsaved: len(ask.args) > 0 && ask.args[0] == standardInput}
	if v.examined, err = examineRules(ctx, at, source, k.now()); err != nil {
		return v, err
	}
	v.problems = append(problems, v.problems...)
	now, err := inForce(ctx, at)
	switch {
	case err == nil:
		v.inForce = &now
		v.changes = config.Diff(now.Source, source)
	case !errors.Is(err, store.ErrNoRulesVersion):
		v.unread = err
	}
	return v, nil
}

// An examined source is what there is to say about rules before they are put in force.
type examined struct {
	rules    *config.Rules   // nil exactly when there are errors of form
	problems config.Problems // when there are errors, the rules are refused
	rows     []priceRow      // what a call to each number costs
	results  []check.Result  // of the file's own tests
	cover    check.Coverage  // of the ways that calls can take, by these tests
}

// examineRules looks at everything that is known before rules are put in force: the files, the sounds that they play, the prices
// that they name, and their own tests. The error is of what keeps them from being looked at.
func examineRules(ctx context.Context, at place, source config.Source, now time.Time) (e examined, err error) {
	if e.rules, e.problems = config.Parse(source); e.rules == nil {
		return e, nil
	}
	whole := check.Rules(e.rules, check.Facts{Now: now})
	e.problems = slices.Concat(e.problems, whole, checkSounds(e.rules, at.prompts),
		config.CheckTexts(e.rules, at.prompts.Speech))
	if at.sends {
		e.problems = append(e.problems, config.CheckSent(e.rules, at.hooks, at.texts)...)
		e.problems = append(e.problems, config.CheckMailboxes(e.rules, at.mail)...)
	}
	data, err := tariffData(ctx, at.database)
	if err != nil {
		return e, err
	}
	rows, book, problems, err := prices(e.rules, data, now)
	if err != nil {
		return e, err
	}
	e.rows, e.problems = rows, append(e.problems, problems...)
	if book == nil { // what a call costs is part of what a test expects
		return e, nil
	}
	if whole.Errors() { // which calls would only meet again
		return e, nil
	}
	e.results = check.Tests(e.rules, book)
	for _, r := range e.results {
		e.problems = append(e.problems, r.Problems...)
	}
	e.cover = check.Cover(e.rules, e.results)
	return e, nil
}

// goodRules loads rules that may be put in force, without a look at what is on this machine. What is only to be warned of,
// hotline check says.
func goodRules(path string, now time.Time) (*config.Rules, error) {
	rules, problems := config.LoadRules(path)
	if rules != nil {
		problems = check.Rules(rules, check.Facts{Now: now})
	}
	return rules, problems.Err()
}

// A place is where the files of a hotline are.
type place struct {
	rules, database string // no database is known when there is no daemon's file
	prompts         config.Prompts
	sends           bool // hotline.yaml is there, and says what follows
	hooks           []config.Webhook
	mail            *config.Mail
	texts           *config.TextGateway
}

// placeOf is where a daemon has its rules and what goes with them.
func placeOf(d *config.Daemon) place {
	return place{rules: d.Rules, database: d.Database, prompts: d.Prompts, sends: true, hooks: d.Webhooks, texts: d.Texts, mail: d.Mail}
}

// whereRules finds the rules file and what goes with it: by the daemon's file, or beside each other when there is none and
// none was asked for.
func whereRules(daemonFile string, asked bool, args []string) (at place, err error) {
	at.rules = "rules.yaml"
	_, statErr := os.Stat(daemonFile)
	if asked || !errors.Is(statErr, os.ErrNotExist) {
		daemon, err := config.LoadDaemonWithoutSecrets(daemonFile, nil)
		if err != nil {
			return at, err
		}
		at = placeOf(daemon)
	}
	if len(args) > 0 {
		at.rules = args[0]
	}
	if at.prompts.Folder == "" {
		at.prompts = config.Prompts{Folder: filepath.Join(filepath.Dir(at.rules), "prompts"), Speech: prompt.DefaultSpeech}
	}
	return at, nil
}

// tariffData reads the tariff tables that a start of serve would meet: those of the database, or those that come with the
// program when there is no database yet, or none that this program can read; serve says what is wrong with it.
func tariffData(ctx context.Context, database string) (billing.Data, error) {
	if database != "" {
		if db, err := store.OpenReader(ctx, database); err == nil {
			defer db.Close()
			if tariffs, err := db.Tariffs(ctx); err == nil {
				return tariffs.Data, nil
			}
		}
	}
	data, _, err := billing.Shipped()
	return data, err
}

// prices works out what a call to each number costs once the rules are in force, and what is wrong with the prices. There is no
// book when there are errors.
func prices(rules *config.Rules, data billing.Data, now time.Time) (rows []priceRow, book *billing.Book, problems config.Problems, err error) {
	own, err := ownPrices(rules)
	if err != nil {
		return nil, nil, nil, err
	}
	data, wrong := data.SetPrices(own, now, false)
	for _, p := range wrong {
		about, _, _ := strings.Cut(p.What, " ")
		if at := slices.IndexFunc(rules.Lines, func(l config.Line) bool { return l.Number.National() == about }); at >= 0 {
			problems = append(problems, priceProblem(rules, rules.Lines[at], p))
		}
	}
	if problems.Errors() { // what is odd about a price is weighed once it is possible
		problems = slices.DeleteFunc(problems, func(p config.Problem) bool { return p.Warning })
	}
	if err := billing.Errors(wrong); err != nil {
		if !problems.Errors() { // of rows that are none of the rules' numbers
			return nil, nil, nil, err
		}
		return nil, nil, problems, nil
	}
	book, err = billing.NewBook(data, "")
	if err != nil {
		return nil, nil, nil, err
	}
	for _, line := range rules.Lines {
		rows = append(rows, newPriceRow(line, book, now))
	}
	return rows, book, problems, nil
}
