package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/store"
)

// A tariffImport is files of tables, read as if they were one.
type tariffImport struct {
	tongue
	out      io.Writer
	now      time.Time
	correct  bool
	files    []importedFile
	data     billing.Data
	problems []billing.Problem // of their form, with lines of the whole
}

// An importedFile is what one file was.
type importedFile struct {
	name  string
	table billing.Table
	rows  int
}

// fileLines is how far the lines of one file are from those of the next, so that a line tells its file.
const fileLines = 100_000_000

func tariffImportCommand(now func() time.Time) *cobra.Command {
	var from, why string
	var dry, correct bool
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Put the rows of CSV files in force, all or none",
		Long: `Put the rows of CSV files in force. Each file is one table, known by its columns (hotline tariff export shows them),
with commas or semicolons. Everything that is wrong is said at once, and then nothing is changed.

Exit status: 0 done, 1 refused, 2 a file or the database could not be read.`,
		Example: "  hotline tariff import numbers.csv payout.csv --from 2026-12-01 --dry-run",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			i := &tariffImport{tongue: userTongue(), out: cmd.OutOrStdout(), now: now().UTC().Truncate(time.Millisecond), correct: correct}
			return unread(cmd, func() error {
				if err := i.read(args, from); err != nil {
					return err
				}
				open := openTables
				if dry {
					open = openStore
				}
				db, err := open(cmd)
				if err != nil {
					return err
				}
				defer db.Close()
				return i.run(cmd.Context(), db, why, dry)
			})
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "since when rows hold that do not say it: 2026-12-01")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "only say what would happen")
	cmd.Flags().BoolVar(&correct, "correct", false, "correct the past of numbers whose price stands in rules.yaml")
	cmd.Flags().StringVarP(&why, "message", "m", "", "why, for the record")
	return cmd
}

// unread turns an error that has not been told into the exit code of what could not be looked at.
func unread(cmd *cobra.Command, do func() error) error {
	err := do()
	if code := (*exitError)(nil); err == nil || errors.As(err, &code) {
		return err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "hotline: %v\n", err)
	return &exitError{code: exitUnchecked}
}

// read reads all files.
func (i *tariffImport) read(paths []string, from string) error {
	var since time.Time
	if from != "" {
		var err error
		if since, err = parseMoment(from); err != nil {
			return err
		}
	}
	for at, path := range paths {
		text, err := readTable(path)
		if err != nil {
			return err
		}
		name := filepath.Base(path)
		table, data, problems := billing.Read(bytes.NewReader(text), since, name)
		i.files = append(i.files, importedFile{name, table, data.Rows()})
		i.data = i.data.Join(data, at*fileLines)
		for _, p := range problems {
			p.Line += at * fileLines
			i.problems = append(i.problems, p)
		}
	}
	return nil
}

// judge says all that is wrong with the rows in the tables, and which of them are new there.
func (i *tariffImport) judge(tables billing.Data) (fresh billing.Data, problems []billing.Problem) {
	fresh = tables.New(i.data)
	problems = slices.Clone(i.problems)
	merged := tables.Merge(i.data) // of what could be read, so that everything is said at once
	for _, p := range merged.Check() {
		if p.Line != 0 || !p.Warning { // warnings about rows that were there are for tariff check
			problems = append(problems, p)
		}
	}
	problems = append(problems, tables.OwnNumbers(fresh, i.now, i.correct)...)
	slices.SortStableFunc(problems, func(a, b billing.Problem) int { return a.Line - b.Line })
	return fresh, problems
}

func (i *tariffImport) run(ctx context.Context, db *store.DB, why string, dry bool) error {
	tables, err := db.Tariffs(ctx)
	if err != nil {
		return err
	}
	fresh, problems := i.judge(tables.Data)
	if i.told(problems) {
		return &exitError{code: exitRefused}
	}
	same := i.data.Rows() - fresh.Rows()
	switch {
	case dry:
		fmt.Fprintf(i.out, i.say("Bon. Lignes nouvelles : %d, déjà là : %d. Rien n'a été changé.\n", "Good. New rows: %d, there already: %d. Nothing was changed.\n"),
			fresh.Rows(), same)
		return nil
	case fresh.Rows() > 0:
		_, err := db.Change(ctx, store.Change{At: i.now, Who: who(), Why: why}, fresh, i.correct)
		if wrong := (billing.ProblemsError)(nil); errors.As(err, &wrong) { // somebody has changed the tables meanwhile
			i.told(wrong)
			return &exitError{code: exitRefused}
		}
		if err != nil {
			return err
		}
	}
	fmt.Fprintf(i.out, i.say("Fait. Lignes nouvelles : %d, déjà là : %d.\n", "Done. New rows: %d, there already: %d.\n"), fresh.Rows(), same)
	return pastCalls(ctx, i.out, i.tongue, db, fresh, i.now)
}

// told tells what the files are and what is wrong with them, and whether they are refused.
func (i *tariffImport) told(problems []billing.Problem) (refused bool) {
	for _, f := range i.files {
		if f.table != "" {
			fmt.Fprintf(i.out, i.say("%s : table %s, lignes lisibles : %d\n", "%s: table %s, readable rows: %d\n"), f.name, f.table, f.rows)
		}
	}
	wrong := 0
	for _, p := range problems {
		if !p.Warning {
			wrong++
		}
	}
	if len(problems) > 0 {
		fmt.Fprintln(i.out)
	}
	for _, p := range problems {
		i.tell(p)
	}
	if len(problems) > 0 {
		fmt.Fprintln(i.out)
	}
	if wrong > 0 {
		fmt.Fprintf(i.out, "%s. %s\n", i.many(wrong, "erreur", "error"), i.say("Rien n'a changé. Corrigez, puis relancez.", "Nothing was changed. Correct the file, then run it again."))
	}
	return wrong > 0
}

// lineForm is how messages point to another row.
var lineForm = regexp.MustCompile(`\(l\. ([0-9]+)\)`)

// tell writes one problem with the file it is in.
func (i *tariffImport) tell(p billing.Problem) {
	file := p.Line / fileLines
	p.Line %= fileLines
	text := lineForm.ReplaceAllStringFunc(p.Text(string(i.tongue)), func(words string) string {
		line, _ := strconv.Atoi(lineForm.FindStringSubmatch(words)[1]) // digits; a number too long for an int is no line of ours
		if at := line / fileLines; at != file && at < len(i.files) {
			return fmt.Sprintf("(%s l. %d)", i.files[at].name, line%fileLines)
		}
		return fmt.Sprintf("(l. %d)", line%fileLines)
	})
	if p.Line > 0 {
		text = i.files[file].name + ", " + text
	}
	if p.Warning {
		text = i.say("attention, ", "warning, ") + text
	}
	hanging(i.out, "  ", text)
}

// tariffCheckCommand is `hotline tariff check`.
func tariffCheckCommand(now func() time.Time) *cobra.Command {
	var from string
	var correct bool
	cmd := &cobra.Command{
		Use:   "check [FILE...]",
		Short: "Say what is wrong with files, or with the tables in force",
		Long: `With files: everything that import would say of them. Without: everything that is wrong with the tables in the
database, our own numbers without a price or a contract, times without a rate of VAT, and steps in use that nobody has
confirmed. Changes nothing.

Exit status: 0 good (perhaps warnings), 1 something is wrong, 2 it could not be looked at.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return unread(cmd, func() error {
				at, t := now().UTC().Truncate(time.Millisecond), userTongue()
				db, err := openStore(cmd)
				if len(args) == 0 {
					if err != nil {
						return err
					}
					defer db.Close()
					return tariffCheck{t, cmd.OutOrStdout(), at}.run(cmd, db)
				}
				i := &tariffImport{tongue: t, out: cmd.OutOrStdout(), now: at, correct: correct}
				if err := i.read(args, from); err != nil {
					return err
				}
				if errors.Is(err, fs.ErrNotExist) { // a file can be looked at before there is a database
					return i.checkAlone()
				}
				if err != nil {
					return err
				}
				defer db.Close()
				return i.run(cmd.Context(), db, "", true)
			})
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "since when rows hold that do not say it: 2026-12-01")
	cmd.Flags().BoolVar(&correct, "correct", false, "as with import")
	return cmd
}

// checkAlone judges files by the tables that come with the program.
func (i *tariffImport) checkAlone() error {
	shipped, _, err := billing.Shipped()
	if err != nil {
		return err
	}
	fresh, problems := i.judge(shipped)
	if i.told(problems) {
		return &exitError{code: exitRefused}
	}
	fmt.Fprintf(i.out, i.say("Bon. Lignes : %d. Il n'y a pas encore de base de données.\n", "Good. Rows: %d. There is no database yet.\n"), fresh.Rows())
	return nil
}
