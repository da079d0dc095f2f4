package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/number"
	"hotline/store"
)

// contactCommand is `hotline contact`: who callers are.
func contactCommand(now func() time.Time) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "contact",
		Short: "Who your callers are: name, language, groups, notes, calls",
		Long: `Contacts are the people whom you know by their number. Their calls are answered in their language, the rules may treat
groups otherwise, and their name is shown where they ring. To begin: hotline contact import FILE.csv --dry-run`,
		Args: cobra.NoArgs, RunE: helpOnly,
	}
	cmd.AddCommand(contactImportCommand(now), contactListCommand(), contactShowCommand(), contactSetCommand(now), contactNoteCommand(now),
		contactRemoveCommand(), contactExportCommand())
	return cmd
}

// parseCaller reads a number that somebody has typed.
func parseCaller(text string) (number.Number, error) {
	n, _, wrong := healed(text)
	if wrong != nil {
		return "", &mistake{wrong.FR, wrong.EN}
	}
	return n, nil
}

func contactImportCommand(now func() time.Time) *cobra.Command {
	var dry bool
	cmd := &cobra.Command{
		Use:   "import FILE.csv",
		Short: "Take people from a file of a spreadsheet, all or none",
		Long: `The first line of the file names the columns, in French or in English: number, name, first name, language, groups, notes, in
any order. Other columns are left aside. Cells may be parted by commas, semicolons or tabs, and the text may be UTF-8 or what Windows
writes. Zeros that the spreadsheet has dropped from numbers are put back.

What the file does not say stays as it is: an empty cell deletes nothing, and nobody is removed. Everything that is wrong is said
at once, and then nothing is changed.`,
		Example: "  hotline contact import clients.csv --dry-run\n  hotline contact import clients.csv",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := readTable(args[0])
			if err != nil {
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
			i := contactImport{tongue: userTongue(), out: cmd.OutOrStdout(), name: filepath.Base(args[0]), file: readContacts(text), now: now().UTC(), dry: dry}
			return i.run(cmd, db)
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "only say what would change")
	return cmd
}

func contactListCommand() *cobra.Command {
	var search string
	var limit int
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "The contacts, by name",
		Example: "  hotline contact list --search dupont\n  hotline contact list --search vip",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			t := userTongue()
			if limit < 0 {
				return t.fault("--limit %d : écrivez 0 pour tous", "--limit %d: write 0 for all", limit)
			}
			db, err := openStore(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			people, err := db.AllPeople(cmd.Context(), search)
			if err != nil {
				return err
			}
			if asJSON {
				return writeIndented(cmd.OutOrStdout(), peopleJSON(people))
			}
			printPeople(cmd.OutOrStdout(), t, people, limit, search)
			return nil
		},
	}
	cmd.Flags().StringVar(&search, "search", "", "only those in whose name, number, groups, language or notes this stands")
	cmd.Flags().IntVar(&limit, "limit", 50, "how many; 0 for all")
	cmd.Flags().BoolVar(&asJSON, "json", false, "for programs: always all")
	return cmd
}

func contactShowCommand() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "show NUMBER",
		Short: "Who somebody is, and their latest calls",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			t := userTongue()
			n, err := parseCaller(args[0])
			if err != nil {
				return err
			}
			if limit < 1 {
				return t.fault("--calls %d : écrivez un nombre de 1 à 1000", "--calls %d: write a number from 1 to 1000", limit)
			}
			db, err := openStore(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			return showContact(cmd.Context(), cmd.OutOrStdout(), t, db, n, min(limit, 1000))
		},
	}
	cmd.Flags().IntVar(&limit, "calls", 10, "how many calls")
	return cmd
}

// settable are the words by which a part of a contact is set, in both languages.
var settable = map[string]string{"name": "name", "nom": "name", "language": "language", "langue": "language", "group": "group", "groups": "group",
	"groupe": "group", "groupes": "group", "notes": "notes"}

func contactSetCommand(now func() time.Time) *cobra.Command {
	return &cobra.Command{
		Use:   "set NUMBER WHAT=VALUE...",
		Short: "Write or change a contact: name, language, group, notes",
		Long: `Set writes what it is told and leaves the rest. Somebody who is not in the contacts yet enters them. Nothing after the = takes
away what was there; group= takes several, parted by commas.`,
		Example: "  hotline contact set 0612345678 \"name=Marie Dupont\" language=en group=vip,pro",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := parseCaller(args[0])
			if err != nil {
				return err
			}
			sets, err := readSettings(args[1:])
			if err != nil {
				return err
			}
			db, err := openTool(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			t := userTongue()
			var after store.Person
			if err := db.EditPerson(cmd.Context(), n, func(p *store.Person) {
				for _, set := range sets {
					set(p)
				}
				written(p, now())
				after = *p
			}); err != nil {
				return err
			}
			printPerson(cmd.OutOrStdout(), t, n, after)
			return nil
		},
	}
}

// written notes that a person has just been changed by whoever runs the program.
func written(p *store.Person, now time.Time) {
	if p.Created.IsZero() {
		p.Created = now
	}
	p.Changed, p.Source = now, who()
}

// readSettings reads name=Marie language=en.
func readSettings(args []string) (sets []func(*store.Person), err error) {
	for _, arg := range args {
		word, value, ok := strings.Cut(arg, "=")
		what := settable[strings.ToLower(word)]
		if !ok || what == "" {
			return nil, mistaken("« %s » : écrivez nom=..., langue=..., groupe=... ou notes=... (entre guillemets s'il y a des espaces)",
				"%q: write name=..., language=..., group=... or notes=... (in quotes if there are blanks)", number.CleanName(arg))
		}
		var p store.Person
		switch what {
		case "name":
			p.Name = value
		case "language":
			p.Language = value
		case "group":
			p.Groups = splitGroups(value)
		case "notes":
			p.Notes = value
		}
		if wrong := tidyPerson(&p); wrong != nil {
			return nil, &mistake{wrong.FR, wrong.EN}
		}
		sets = append(sets, func(to *store.Person) {
			switch what {
			case "name":
				to.Name = p.Name
			case "language":
				to.Language = p.Language
			case "group":
				to.Groups = p.Groups
			case "notes":
				to.Notes = p.Notes
			}
		})
	}
	return sets, nil
}

func contactNoteCommand(now func() time.Time) *cobra.Command {
	return &cobra.Command{
		Use:     "note NUMBER TEXT",
		Short:   "Add a note to a contact, with your name and the day",
		Example: "  hotline contact note 0612345678 \"waits for the new boiler\"",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := parseCaller(args[0])
			if err != nil {
				return err
			}
			text := strings.ReplaceAll(cleanLines(args[1]), "\n", " ")
			if text == "" {
				return mistaken("la note est vide", "the note is empty")
			}
			db, err := openTool(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			at := now()
			line := at.In(paris()).Format("2006-01-02") + " " + who() + ": " + text
			full := false
			var after store.Person
			if err := db.EditPerson(cmd.Context(), n, func(p *store.Person) {
				notes := strings.TrimSpace(p.Notes + "\n" + line)
				if full = len([]rune(notes)) > longestNotes; !full {
					p.Notes = notes
					written(p, at)
				}
				after = *p
			}); err != nil {
				return err
			}
			if full {
				return mistaken("les notes auraient plus de %d caractères ; raccourcissez-les : hotline contact set %s \"notes=...\"",
					"the notes would have more than %d characters; shorten them: hotline contact set %s \"notes=...\"", longestNotes, n.National())
			}
			printPerson(cmd.OutOrStdout(), userTongue(), n, after)
			return nil
		},
	}
}

func contactRemoveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "remove NUMBER",
		Short: "Take somebody out of the contacts",
		Long:  `Remove deletes name, language, groups and notes. The calls stay; hotline person erase NUMBER makes them anonymous as well.`,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := parseCaller(args[0])
			if err != nil {
				return err
			}
			db, err := openTool(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			there, err := db.RemovePerson(cmd.Context(), n)
			if err != nil {
				return err
			}
			if !there {
				return mistaken("%s n'est pas dans les contacts. La liste : hotline contact list", "%s is not in the contacts. The list: hotline contact list", n.Pretty())
			}
			fmt.Fprintf(cmd.OutOrStdout(), userTongue().say("%s n'est plus dans les contacts.\n", "%s is no longer in the contacts.\n"), n.Pretty())
			return nil
		},
	}
}

func contactExportCommand() *cobra.Command {
	var out csvOut
	cmd := &cobra.Command{
		Use:     "export",
		Short:   "All contacts in CSV, as import reads them",
		Example: "  hotline contact export -o contacts.csv",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			t := userTongue()
			comma, err := out.comma(t)
			if err != nil {
				return err
			}
			db, err := openStore(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			people, err := db.AllPeople(cmd.Context(), "")
			if err != nil {
				return err
			}
			return out.write(cmd, func(w io.Writer) error { return exportPeople(w, t, comma, people) })
		},
	}
	out.flags(cmd)
	return cmd
}

// exportPeople writes contacts for a spreadsheet: numbers with blanks, so that it does not take them for amounts.
func exportPeople(w io.Writer, t tongue, comma rune, people []store.Person) error {
	if err := mark(w, comma); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = comma
	rows := [][]string{strings.Fields(t.say("numéro nom langue groupes notes", "number name language groups notes"))}
	for _, p := range people {
		rows = append(rows, []string{p.Number.Pretty(), p.Name, p.Language, strings.Join(p.Groups, "|"), p.Notes})
	}
	for _, row := range rows {
		for i := range row {
			row[i] = billing.Defuse(row[i])
		}
	}
	return out.WriteAll(rows)
}

// newPeople are the contacts of a file put over those that are there, with how many are new and which change.
func (f *contactFile) newPeople(have map[number.Number]store.Person, source string, now time.Time) (write []store.Person, fresh, same int) {
	for _, row := range f.people {
		before, there := have[row.Number]
		p := row.over(before)
		switch {
		case !there:
			fresh++
			p.Created = now
		case samePerson(before, p):
			same++
			continue
		}
		p.Changed, p.Source = now, source
		write = append(write, p)
	}
	return write, fresh, same
}

func (f *contactFile) numbers() []number.Number {
	var all []number.Number
	for _, row := range f.people {
		all = append(all, row.Number)
	}
	return slices.Clip(all)
}
