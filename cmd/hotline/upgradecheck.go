package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"hotline/config"
	"hotline/disk"
	"hotline/routing/check"
	"hotline/store"
	"hotline/web"
)

// exitUntried is when upgrade-check could not look.
const exitUntried = 2

func upgradeCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "upgrade-check",
		Short: "Say whether this program can take over, before it is started",
		Long: `Upgrade-check is for the new program, while the one before still answers calls. It reads hotline.yaml and rules.yaml
as this program does, copies the database, upgrades the copy as serve would, and says what it found and how long it
took. It changes nothing.

Exit status: 0 this program can take over, 1 it cannot yet, 2 it could not be tried.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			t, w := userTongue(), cmd.OutOrStdout()
			file, daemon, err := daemonOf(cmd)
			if refused := (*config.RefusedError)(nil); errors.As(err, &refused) && refused.Problems[0].Code != "E001" {
				return writeUpgrade(w, t, []finding{refusedFile(file, refused.Problems)}, trial{})
			}
			var tried trial
			var found []finding
			if err == nil {
				found, tried, err = tryUpgrade(cmd.Context(), file, daemon)
			}
			if err != nil {
				fmt.Fprintln(cmd.ErrOrStderr(), "hotline: "+t.mistake(err))
				return &exitError{code: exitUntried}
			}
			return writeUpgrade(w, t, found, tried)
		},
	}
}

// A trial is an upgrade of a copy, as serve would do it.
type trial struct {
	before  store.Contents
	inForce *store.RulesVersion // nil: none, and serve will put the rules file in force
	unread  config.Problems     // of that version
	schema  int                 // of the copy afterwards
	copying time.Duration       // which serve does only when the schema changes
	took    time.Duration
}

func tryUpgrade(ctx context.Context, file string, daemon *config.Daemon) (found []finding, tried trial, err error) {
	found = append(found, finding{check: "hotline.yaml", level: fine,
		title: both("%s : ce programme en connaît chaque mot", "%s: this program knows every word of it", file)})
	rules, problems := config.LoadRules(daemon.Rules)
	if rules != nil {
		problems = check.Rules(rules, check.Facts{Now: time.Now()})
	}
	if problems.Errors() {
		if problems[0].Code == "E001" {
			return nil, tried, problems.Err()
		}
		found = append(found, refusedFile(daemon.Rules, problems))
	} else {
		found = append(found, finding{check: "rules", level: fine,
			title: both("%s : ce programme en connaît chaque mot (règles %s)", "%s: this program knows every word of it (rules %s)", daemon.Rules, rules.Hash)})
	}
	size, err := store.Size(daemon.Database)
	if errors.Is(err, fs.ErrNotExist) {
		return append(found, finding{check: "database", level: fine,
			title: both("base de données : %s ; hotline serve la créera", "database: %s; hotline serve will make it", daemon.Database)}), tried, nil
	}
	if err != nil {
		return nil, tried, err
	}
	space, err := roomFor(filepath.Dir(daemon.Database), size)
	if err != nil {
		return nil, tried, err
	}
	found = append(found, space)
	if space.level == wrong {
		return append(found, finding{check: "database", level: unseen,
			title: both("base de données : pas essayée, faute de place", "database: not tried, for want of room")}), tried, nil
	}
	tried, err = tryCopy(ctx, daemon.Database, rules)
	return append(append(found, tried.finding(daemon.Database, err)), tried.version(daemon.Rules)...), tried, nil
}

// version says whether this program can read the version of the rules with which serve starts, whatever the files say.
func (tr trial) version(path string) []finding {
	f := finding{check: "version", level: fine}
	switch v := tr.inForce; {
	case v == nil:
		return nil
	case tr.unread.Errors():
		f.level = warning
		f.title = both("règles en service : ce programme ne sait pas lire la version %d", "rules in force: this program cannot read version %d", v.Number)
		f.why = both("serve mettra %s en service à la place.", "serve will put %s in force in its place.", path)
		f.todo = both("relisez ce fichier d'abord :", "look at that file first:")
		f.lines = []string{"hotline rules diff", "hotline check"}
	default:
		f.title = both("règles en service : ce programme sait lire la version %d (%s)", "rules in force: this program can read version %d (%s)", v.Number, v.Hash)
	}
	return []finding{f}
}

// refusedFile tells what is in a file that this program does not take, in words that check would use.
func refusedFile(path string, problems config.Problems) finding {
	f := finding{check: filepath.Base(path), level: wrong, title: both("%s : ce programme le refuse", "%s: this program refuses it", path),
		todo: both("préparez un fichier corrigé, et mettez-le en place en même temps que ce programme.",
			"prepare a corrected file, and put it in place together with this program.")}
	for _, p := range problems {
		if p.Warning {
			continue
		}
		if f.why != (config.Words{}) {
			f.why = both("%s ", "%s ", f.why)
		}
		f.why = both("%sl. %d, %s : %s", "%sl. %d, %s: %s", f.why, p.Pos.Line, p.Title, p.Fix)
	}
	return f
}

// roomFor says whether the disk has room for what an upgrade takes: the copy that it leaves, and its log.
func roomFor(folder string, size int64) (finding, error) {
	free, err := disk.Free(folder)
	if err != nil {
		return finding{}, err
	}
	need := 2*size + web.LeastSpace
	f := finding{check: "disk", level: fine, title: both("disque : %d Mo libres, %d Mo nécessaires", "disk: %d MB free, %d MB needed", free>>20, need>>20)}
	if free < need {
		f.level = wrong
		f.why = both("Une mise à jour de la base en garde d'abord une copie.", "An upgrade of the database keeps a copy of it first.")
		f.todo = both("faites de la place dans %s.", "make room in %s.", folder)
	}
	return f, nil
}

// tryCopy does on a copy what serve does when it starts.
func tryCopy(ctx context.Context, database string, rules *config.Rules) (tried trial, err error) {
	folder, err := os.MkdirTemp(filepath.Dir(database), ".hotline-upgrade-check-")
	if err != nil {
		return tried, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	copied := filepath.Join(folder, "hotline.db")
	began := time.Now()
	if tried.before, err = store.Copy(ctx, database, copied); err != nil {
		return tried, err
	}
	tried.copying = time.Since(began)
	began = time.Now()
	db, err := store.Open(ctx, copied)
	if err != nil {
		return tried, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	switch v, err := db.InForce(ctx); {
	case err == nil:
		tried.inForce = &v
		if now, problems := config.Parse(v.Source); problems.Errors() {
			tried.unread = problems
		} else {
			rules = now // with which serve starts
		}
	case !errors.Is(err, store.ErrNoRulesVersion):
		return tried, err
	}
	if rules != nil {
		own, err := ownPrices(rules)
		if err != nil {
			return tried, err
		}
		if _, err := db.SetPrices(ctx, own, time.Now()); err != nil {
			return tried, err
		}
	}
	tried.took = time.Since(began)
	after, err := store.Inspect(ctx, copied)
	if err != nil {
		return tried, err
	}
	tried.schema = after.Schema
	if after.Calls != tried.before.Calls || after.Open != tried.before.Open {
		return tried, fmt.Errorf("%d calls before the upgrade, %d after it", tried.before.Calls, after.Calls)
	}
	return tried, nil
}

func (tr trial) finding(path string, err error) finding {
	f := finding{check: "database", level: fine}
	var schema *store.SchemaError
	calls := amount(tr.before.Calls, "appel", "call")
	switch {
	case errors.As(err, &schema):
		f.level = wrong
		f.title = both("base de données : %s est d'un hotline plus récent que ce programme", "database: %s is of a newer hotline than this program", path)
		f.why = config.Words{FR: capital(schema.FR()) + ".", EN: capital(schema.Error()) + "."}
	case err != nil && tr.before.Schema == 0:
		f.level = wrong
		f.title = both("base de données : %s ne se laisse pas copier", "database: %s cannot be copied", path)
		f.why = unexpected(err)
		f.todo = both("si elle est abîmée, remettez une sauvegarde ; sinon voyez les droits :", "if it is damaged, put a backup in its place; else see the rights:")
		f.lines = []string{"hotline restore --check FILE", "ls -l " + path}
	case err != nil:
		f.level = wrong
		f.title = both("base de données : la mise à jour d'une copie de %s a échoué", "database: the upgrade of a copy of %s failed", path)
		f.why = unexpected(err)
		f.todo = both("gardez le programme d'avant, et signalez ce message.", "keep the program of before, and report this message.")
	case tr.schema == tr.before.Schema:
		f.title = both("base de données : schéma %d, celui de ce programme ; rien à mettre à jour, %s", "database: schema %d, that of this program; nothing to upgrade, %s", tr.schema, calls)
	default:
		f.title = both("base de données : du schéma %d au %d, essayé sur une copie ; %s avant et après", "database: from schema %d to %d, tried on a copy; %s before and after",
			tr.before.Schema, tr.schema, calls)
		f.why = both("serve le fera à son départ, et gardera la base d'avant sous %s.schema%d-DATE.", "serve will do it when it starts, and keep the database of before as %s.schema%d-DATE.",
			filepath.Base(path), tr.before.Schema)
	}
	return f
}

func writeUpgrade(w io.Writer, t tongue, found []finding, tried trial) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, t.say("Ce programme : hotline %s\n", "This program: hotline %s\n"), version())
	bad := false
	for _, f := range found {
		f.print(out, t)
		bad = bad || f.level == wrong
	}
	if tried.took > 0 {
		fmt.Fprintf(out, t.say("\nCopie : %s. Mise à jour : %s.\n", "\nCopy: %s. Upgrade: %s.\n"), t.seconds(tried.copying), t.seconds(tried.took))
	}
	if bad {
		fmt.Fprintln(out, t.say("Pas encore : gardez le programme d'avant en marche. Rien n'a changé.", "Not yet: leave the program of before running. Nothing was changed."))
		return errors.Join(out.Flush(), &exitError{code: exitRefused})
	}
	fmt.Fprintln(out, t.say("Ce programme peut prendre la suite. À faire : hotline backup, puis remplacez le\nprogramme et relancez serve ; les appels en cours continuent. Rien n'a changé.",
		"This program can take over. To do: hotline backup, then replace the program and\nrestart serve; calls go on. Nothing was changed."))
	return out.Flush()
}
