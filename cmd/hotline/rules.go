package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/pmezard/go-difflib/difflib"
	"github.com/spf13/cobra"

	"hotline/config"
	"hotline/disk"
	"hotline/web"
)

// rulesCommand is `hotline rules`: what was in force, since when, by whom and why, and the way back.
func rulesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "The versions of the rules: list them, compare them, go back",
		Long: `Rules shows what was ever in force, by whom, when and why, and goes back to it. N is the number of a version, as
hotline rules log lists them.`,
		Args: cobra.NoArgs, RunE: helpOnly,
	}
	cmd.AddCommand(rulesLogCommand(), rulesShowCommand(), rulesDiffCommand(), rulesRollbackCommand())
	return cmd
}

func rulesLogCommand() *cobra.Command {
	var asJSON bool
	var most int
	cmd := &cobra.Command{
		Use:   "log",
		Short: "The versions, the one in force first",
		Args:  cobra.NoArgs,
		RunE: onBook(func(cmd *cobra.Command, b *book, _ []string) error {
			versions, err := b.Versions(cmd.Context(), most)
			if err != nil {
				return b.trouble(err)
			}
			if asJSON {
				return writeIndented(cmd.OutOrStdout(), web.RulesList{Versions: versions})
			}
			b.printVersions(cmd.OutOrStdout(), versions)
			return nil
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "for programs")
	cmd.Flags().IntVarP(&most, "number", "n", 20, "how many versions at the most")
	return cmd
}

// onBook is a command that looks at the versions.
func onBook(run func(*cobra.Command, *book, []string) error) func(*cobra.Command, []string) error {
	return unchecked(func(cmd *cobra.Command, args []string) error {
		b, err := openBook(cmd)
		if err != nil {
			return err
		}
		defer b.Close()
		return run(cmd, b, args)
	})
}

func (b *book) printVersions(out io.Writer, versions []web.RulesVersion) {
	g := grid{right: "rlllrl"}
	g.add("", b.say("mise en service", "in force since"), b.say("qui", "who"), b.say("empreinte", "hash"), b.say("chang.", "chang."), b.say("pourquoi", "why"))
	for _, v := range versions {
		which, changes := strconv.Itoa(v.Number), "-"
		if v.InForce {
			which = "* " + which
		}
		if v.Changes != nil {
			changes = strconv.Itoa(*v.Changes)
		}
		why := v.Why
		if v.BackTo != 0 {
			why = b.in(both("retour à la %d : %s", "back to %d: %s", v.BackTo, why))
		}
		for i, part := range folded(web.CleanWhy(why), 24) {
			if i > 0 { // goes on below
				g.add("", "", "", "", "", part)
				continue
			}
			g.add(which, b.moment(v.At), cut(v.Who, 10), v.Hash, changes, part)
		}
	}
	g.print(out, "")
	wrapped(out, "", b.say("* : en service. Une version entière : hotline rules show N ; ce qui a changé : hotline rules diff N",
		"* : in force. A whole version: hotline rules show N; what has changed: hotline rules diff N"))
}

func rulesShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show [N]",
		Short: "Print the files of a version; without N, of the one in force",
		Args:  cobra.MaximumNArgs(1),
		RunE: onBook(func(cmd *cobra.Command, b *book, args []string) error {
			v, err := b.version(cmd, args, 0)
			if err != nil {
				return err
			}
			for i, f := range v.Files {
				if i > 0 { // which is a comment to YAML, so that all of it can be read again
					fmt.Fprintf(cmd.OutOrStdout(), "\n# ---- %s\n", f.Name)
				}
				if _, err := io.WriteString(cmd.OutOrStdout(), f.Text); err != nil {
					return err
				}
			}
			return nil
		}),
	}
}

// version is the version that an argument names; 0 and no argument name the one in force.
func (b *book) version(cmd *cobra.Command, args []string, at int) (web.RulesVersion, error) {
	number := 0
	if len(args) > at {
		n, err := strconv.Atoi(args[at])
		if err != nil || n < 1 {
			return web.RulesVersion{}, mistaken("« %s » n'est pas le numéro d'une version : hotline rules log les montre", "%q is not the number of a version: hotline rules log shows them", args[at])
		}
		number = n
	}
	v, err := b.Version(cmd.Context(), number)
	if err != nil {
		return v, b.trouble(err)
	}
	return v, nil
}

func rulesDiffCommand() *cobra.Command {
	var asText bool
	cmd := &cobra.Command{
		Use:   "diff [N [M]]",
		Short: "What has changed in the files, in N, or from N to M",
		Long: `Diff says what has changed, in the words of the file: from the version in force to the files on the disk; with N in version
N; with N and M from the one to the other.`,
		Args: cobra.MaximumNArgs(2),
		RunE: onBook(func(cmd *cobra.Command, b *book, args []string) error {
			before, after, title, err := b.compared(cmd, args)
			if err != nil {
				return err
			}
			if asText {
				return unified(cmd.OutOrStdout(), before, after)
			}
			b.printChanges(cmd.OutOrStdout(), title, before.source, after.source, 1000)
			return nil
		}),
	}
	cmd.Flags().BoolVar(&asText, "text", false, "compare line by line, as patch reads it")
	return cmd
}

// A side of a comparison is a version, or the files as they are.
type side struct {
	name   string
	source config.Source
}

func (b *book) compared(cmd *cobra.Command, args []string) (before, after side, title string, err error) {
	first, err := b.version(cmd, args, 0)
	if err != nil {
		return before, after, "", err
	}
	before = side{fmt.Sprintf("version %d", first.Number), first.Source()}
	switch {
	case len(args) == 2:
		second, err := b.version(cmd, args, 1)
		if err != nil {
			return before, after, "", err
		}
		after = side{fmt.Sprintf("version %d", second.Number), second.Source()}
		return before, after, b.in(both(" de la version %d à la version %d :", " from version %d to version %d:", first.Number, second.Number)), nil
	case len(args) == 1 && first.Number > 1:
		older, err := b.version(cmd, []string{strconv.Itoa(first.Number - 1)}, 0)
		if err != nil {
			return before, after, "", err
		}
		after, before = before, side{fmt.Sprintf("version %d", older.Number), older.Source()}
		return before, after, b.in(both(" dans la version %d :", " in version %d:", first.Number)), nil
	case len(args) == 1:
		return before, after, "", mistaken("la version 1 est la première : hotline rules show 1 la montre", "version 1 is the first: hotline rules show 1 shows it")
	}
	source, problems := config.ReadSource(b.at.rules)
	if !problems.Errors() && len(config.Diff(first.Source(), source)) == 0 {
		_, problems = config.Parse(source) // which may be no YAML any more
	}
	if problems.Errors() {
		return before, after, "", problems.Err()
	}
	after = side{b.at.rules, source}
	return before, after, b.in(both(" par rapport à la version %d, en service :", " from version %d, now in force:", first.Number)), nil
}

// unified writes two sources apart line by line, file by file.
func unified(w io.Writer, before, after side) error {
	var names []string
	texts := [2]map[string]string{{}, {}}
	for i, source := range []config.Source{before.source, after.source} {
		for j, f := range source.Relative() {
			name := f.Name
			if j == 0 { // the rules file may be called differently
				name = "rules.yaml"
			}
			if _, ok := texts[0][name]; !ok || i == 0 {
				names = append(names, name)
			}
			texts[i][name] = string(f.Data)
		}
	}
	for _, name := range names {
		err := difflib.WriteUnifiedDiff(w, difflib.UnifiedDiff{
			A: difflib.SplitLines(texts[0][name]), B: difflib.SplitLines(texts[1][name]), Context: 3,
			FromFile: name, FromDate: before.name, ToFile: name, ToDate: after.name,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func rulesRollbackCommand() *cobra.Command {
	var why string
	var write bool
	cmd := &cobra.Command{
		Use:   `rollback [N] -m "WHY"`,
		Short: "Put an older version in force again; without N, the one before",
		Long: `Rollback puts the rules of an older version in force, as a new version. It goes the same way as hotline apply: they are
checked first, and nobody loses a call. The files on the disk stay as they are, unless --write replaces them.`,
		Args: cobra.MaximumNArgs(1),
		RunE: onBook(func(cmd *cobra.Command, b *book, args []string) error {
			old, current, err := b.rollsBackTo(cmd, args)
			if err != nil {
				return err
			}
			if why = web.CleanWhy(why); why == "" && !(write && old.Hash == current.Hash) {
				return mistaken(`pourquoi ? Écrivez : hotline rules rollback -m "ce qui n'allait pas"`, `why? Write: hotline rules rollback -m "what was wrong"`)
			}
			if err := b.put(cmd, old.Source(), web.RulesWish{BackTo: old.Number, Why: why}); err != nil {
				return err
			}
			return b.afterRollback(cmd, current, old, write)
		}),
	}
	cmd.Flags().StringVarP(&why, "message", "m", "", "what was wrong")
	cmd.Flags().BoolVar(&write, "write", false, "also replace the files on the disk; a copy of each stays")
	return cmd
}

// rollsBackTo is the version that is to come back, and the one that is in force.
func (b *book) rollsBackTo(cmd *cobra.Command, args []string) (old, current web.RulesVersion, err error) {
	if current, err = b.version(cmd, nil, 0); err != nil {
		return old, current, err
	}
	if len(args) == 0 && current.Number == 1 {
		return old, current, mistaken("la version 1 est la première : il n'y a rien avant elle", "version 1 is the first: there is none before it")
	}
	old, err = b.version(cmd, append(args, strconv.Itoa(current.Number-1))[:1], 0)
	return old, current, err
}

// afterRollback replaces the files, or says that they differ from what is in force.
func (b *book) afterRollback(cmd *cobra.Command, current, old web.RulesVersion, write bool) error {
	out := cmd.OutOrStdout()
	if hash, err := config.HashFile(b.at.rules); err == nil && hash == old.Hash {
		return nil
	}
	if !write {
		wrapped(out, "", b.in(both("%s n'est pas touché et dit encore autre chose. Pour le remettre aussi : hotline rules rollback %d --write",
			"%s is not touched and still says something else. To put it back as well: hotline rules rollback %d --write", b.at.rules, old.Number)))
		return nil
	}
	copies, err := writeFiles(b.at.rules, old.Source(), ".before-"+strconv.Itoa(current.Number))
	for _, c := range copies {
		wrapped(out, "", b.in(both("Le fichier d'avant reste dans %s", "The file of before stays in %s", c)))
	}
	if err != nil {
		return err
	}
	wrapped(out, "", b.in(both("%s dit maintenant la version %d.", "%s says version %d now.", b.at.rules, old.Number)))
	return nil
}

// writeFiles replaces the files of the rules one by one, each of them at once, and keeps what was there under another name.
func writeFiles(rules string, source config.Source, end string) (copies []string, err error) {
	wanted := map[string][]byte{}
	for i, f := range source {
		name := filepath.Join(filepath.Dir(rules), filepath.FromSlash(f.Name))
		if i == 0 {
			name = rules
		}
		wanted[name] = f.Data
	}
	there, problems := config.ReadSource(rules)
	if problems.Errors() {
		there = config.Source{{Name: rules}}
	}
	for _, f := range there {
		if data, ok := wanted[f.Name]; ok && string(data) == string(f.Data) {
			delete(wanted, f.Name)
			continue
		}
		kept := f.Name + end
		for n := 2; exists(kept); n++ {
			kept = f.Name + end + "-" + strconv.Itoa(n)
		}
		if err := disk.Keep(f.Name, kept); err != nil {
			return copies, err
		}
		copies = append(copies, kept)
		if _, ok := wanted[f.Name]; !ok { // a part that the version does not have
			if err := os.Remove(f.Name); err != nil {
				return copies, err
			}
		}
	}
	for name, data := range wanted {
		if err := disk.Replace(name, data); err != nil {
			return copies, err
		}
	}
	return copies, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
