package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"syscall"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"hotline/config"
	"hotline/store"
	"hotline/web"
)

func applyCommand() *cobra.Command {
	var why string
	cmd := &cobra.Command{
		Use:   `apply -m "WHY"`,
		Short: "Put the rules in force, while calls go on",
		Long: `Apply checks rules.yaml as hotline check does, says what changes, and puts it in force in one step. Nobody loses
a call or a place: calls that are there finish with the rules they began with, and whoever waits in a queue is weighed by
the new ones. If anything is wrong, nothing changes. Each version is kept with who, when and why: see hotline rules.

When hotline serve is not running, the rules are kept for its next start.

Exit status: 0 the rules are in force, 1 they are refused, 2 they could not be put in force.`,
		Example: `  hotline apply -m "Hugo helps with repairs"`,
		Args:    cobra.NoArgs,
		RunE: unchecked(func(cmd *cobra.Command, _ []string) error {
			b, err := openBook(cmd)
			if err != nil {
				return err
			}
			defer b.Close()
			if why = web.CleanWhy(why); why == "" {
				return mistaken(`pourquoi ? Dans un an, hotline rules log le dira. Écrivez : hotline apply -m "ce qui change, et pourquoi"`,
					`why? In a year hotline rules log will tell. Write: hotline apply -m "what changes, and why"`)
			}
			source, problems := config.ReadSource(b.at.rules)
			if problems.Errors() {
				return problems.Err()
			}
			return b.put(cmd, source, web.RulesWish{Files: web.NewRulesFiles(source), Why: why})
		}),
	}
	cmd.Flags().StringVarP(&why, "message", "m", "", "what changes, and why")
	return cmd
}

// unchecked ends a command with status 2 when something else than the rules is the matter.
func unchecked(run func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := run(cmd, args)
		if code := (*exitError)(nil); err != nil && !errors.As(err, &code) && !errors.As(err, new(*mistake)) {
			cmd.SilenceUsage, cmd.SilenceErrors = true, true
			fmt.Fprintln(cmd.ErrOrStderr(), "hotline: "+userTongue().mistake(err))
			return &exitError{code: exitUnchecked}
		}
		return err
	}
}

// A book is the versions of the rules as a command sees them: those of the hotline that runs, or of its database.
type book struct {
	web.Rulebook
	tongue
	line     *line
	closures web.Closures
	at       place
	running  bool
	close    func() error
}

// Close gives back what was opened.
func (b *book) Close() {
	if err := b.close(); err != nil {
		fmt.Fprintln(os.Stderr, b.mistake(err))
	}
}

// openBook finds the hotline that runs, or opens its database when none does.
func openBook(cmd *cobra.Command) (*book, error) {
	l, err := newLine(cmd)
	if err != nil {
		return nil, err
	}
	b := &book{Rulebook: l.Client, line: l, closures: l.Client, tongue: l.tongue, running: true, close: func() error { return nil }}
	b.at = placeOf(l.daemon)
	if _, err := l.Client.Version(cmd.Context(), 0); err == nil || errors.Is(err, web.ErrNoRules) {
		return b, nil
	} else if !errors.Is(err, web.ErrNobody) {
		return nil, l.problem(err)
	}
	inUse, err := store.InUse(b.at.database)
	if err == nil && !inUse {
		err = b.open(cmd.Context())
	}
	switch {
	case inUse:
		return nil, l.problem(web.ErrNobody)
	case errors.Is(err, fs.ErrPermission):
		return nil, errors.New(l.in(both("hotline ne marche pas, et vous n'avez pas le droit d'écrire dans sa base de données (%s). À faire : relancez cette commande avec sudo.",
			"hotline is not running, and you may not write to its database (%s). To do: run this command again with sudo.", b.at.database)))
	case errors.Is(err, syscall.EROFS):
		return nil, errors.New(l.in(both("hotline ne marche pas, et le disque de sa base de données (%s) est en lecture seule. À faire : voyez ce qu'a le disque (dmesg), puis recommencez.",
			"hotline is not running, and the disk of its database (%s) is read-only. To do: see what is the matter with the disk (dmesg), then try again.", b.at.database)))
	}
	return b, err
}

// open opens the database, and keeps serve from starting on it meanwhile.
func (b *book) open(ctx context.Context) error {
	if _, err := os.Stat(b.at.database); errors.Is(err, fs.ErrNotExist) {
		return mistaken("aucune version des règles : hotline n'a encore jamais tourné. Son premier démarrage (systemctl start hotline, ou hotline serve) met %s en service.",
			"there is no version of the rules: hotline has never run. Its first start (systemctl start hotline, or hotline serve) puts %s in force.", b.at.rules)
	}
	hold, err := store.Take(ctx, b.at.database)
	if err != nil {
		return err
	}
	db, err := store.OpenTool(ctx, b.at.database)
	if err != nil {
		return adviseDatabase(errors.Join(err, hold.Release()))
	}
	b.running, b.close = false, func() error { return errors.Join(db.Close(), hold.Release()) }
	rulebook, err := openRulebook(ctx, b.at, db, slog.New(slog.DiscardHandler))
	if b.Rulebook = rulebook; errors.Is(err, web.ErrNoRules) {
		err = mistaken("aucune version des règles : le premier démarrage de hotline serve met %s en service.",
			"there is no version of the rules: the first start of hotline serve puts %s in force.", b.at.rules)
	}
	if err == nil {
		b.closures, err = b.openShutters(ctx, rulebook)
	}
	if err != nil {
		return errors.Join(err, b.close())
	}
	return nil
}

// put puts rules in force and says what has changed.
func (b *book) put(cmd *cobra.Command, source config.Source, w web.RulesWish) error {
	out := cmd.OutOrStdout()
	if n := utf8.RuneCountInString(w.Why); n > web.WhyLength {
		return mistaken("-m a %d caractères, et %d au plus se gardent : dites-le plus court", "-m has %d characters, and at most %d are kept: say it shorter", n, web.WhyLength)
	}
	before, err := b.Version(cmd.Context(), 0)
	if err != nil {
		return b.trouble(err)
	}
	w.After, w.Who = before.Number, os.Getenv("SUDO_USER")
	if w.Who == "" || !b.running {
		w.Who = realUser()
	}
	if source.Hash() == before.Hash {
		wrapped(out, "", b.in(both("La version %d, en service, est déjà celle-là : rien à faire.", "Version %d, now in force, is just that already: nothing to do.", before.Number)))
		return nil
	}
	if _, problems := config.Parse(source); problems.Errors() {
		return b.refused(out, before, source, problems)
	}
	b.printChanges(out, b.in(both(" par rapport à la version %d :", " from version %d:", before.Number)), before.Source(), source, changesMost)
	done, err := b.Apply(cmd.Context(), w)
	var refused *web.RefusedRules
	switch {
	case errors.As(err, &refused):
		fmt.Fprintln(out)
		return b.refused(out, before, source.Relative(), refused.Problems)
	case err != nil:
		return b.trouble(err)
	}
	fmt.Fprintln(out)
	b.tellApplied(cmd, done)
	return nil
}

// refused says what is wrong with rules, as check does.
func (b *book) refused(out io.Writer, before web.RulesVersion, source config.Source, problems config.Problems) error {
	k := &checker{tongue: b.tongue, out: out}
	v := verdict{path: b.at.rules, examined: examined{problems: problems}, source: source, inForce: &store.RulesVersion{Number: before.Number, Hash: before.Hash}}
	if err := k.refused(out, v); err != nil {
		return err
	}
	return &exitError{code: exitRefused}
}

// tellApplied says what is in force now, and how to go back.
func (b *book) tellApplied(cmd *cobra.Command, done web.RulesOutcome) {
	out, v := cmd.OutOrStdout(), done.Version
	if !b.running {
		wrapped(out, "", b.in(both("hotline ne tourne pas : la version %d (%s) sera en service à son prochain démarrage.",
			"hotline is not running: version %d (%s) will be in force from its next start.", v.Number, v.Hash)))
	} else {
		text := b.in(both("Version %d (%s) en service.", "Version %d (%s) is in force.", v.Number, v.Hash))
		if done.Calls > 0 {
			text += " " + b.in(both("%s en cours : chacun finit avec les règles de son début.", "%s going on: each finishes with the rules it began with.",
				amount(done.Calls, "appel", "call")))
		}
		wrapped(out, "", text)
	}
	if n := len(done.Problems); n > 0 {
		wrapped(out, "", b.many(n, "avertissement", "warning")+b.say(" (hotline check les montre).", " (hotline check shows them)."))
	}
	wrapped(out, "", b.in(both(`Pour revenir à la version %d : hotline rules rollback -m "pourquoi"`, `To go back to version %d: hotline rules rollback -m "why"`, done.Before)))
}

// realUser is who asks, also by way of sudo.
func realUser() string {
	if name := os.Getenv("SUDO_USER"); name != "" {
		return name
	}
	return who()
}

// trouble says an error of a rulebook to the person.
func (b *book) trouble(err error) error {
	var superseded *web.SupersededRules
	switch {
	case errors.As(err, &superseded):
		c := superseded.Current
		return mistaken("entre-temps, %s a mis la version %d en service (%s). Rien n'a changé. À faire : hotline rules diff, puis recommencez.",
			"meanwhile %s has put version %d in force (%s). Nothing was changed. To do: hotline rules diff, then try again.", c.Who, c.Number, c.Why)
	case errors.Is(err, web.ErrDiskFull):
		return errors.New(b.in(both("le disque est plein, là où est la base de données. Rien n'a changé. À faire : faites de la place, puis recommencez.",
			"the disk is full, on which the database is. Nothing was changed. To do: make room, then try again.")))
	case errors.Is(err, web.ErrNoRules):
		return mistaken("pas de version de ce numéro : hotline rules log les montre", "there is no version of that number: hotline rules log shows them")
	}
	return err
}
