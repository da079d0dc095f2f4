package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hotline/config"
	"hotline/disk"
)

func fmtCommand() *cobra.Command {
	var check, diff bool
	cmd := &cobra.Command{
		Use:   "fmt [FILE...]",
		Short: "Lay out the rules files",
		Long: `Fmt lays out rules files as the examples are: two spaces per level, one after a comma, telephone numbers in pairs, hours
with four digits, one blank line at most, no spaces at the end of a line. Comments, the order of the lines, quotes, and
columns that somebody made by hand stay. What the file means never changes, and a file that is not YAML is refused with
the place of the mistake.

Without FILE it takes the rules file and those of the folder rules.d beside it; with - it reads a file and writes it laid
out.

Exit status: 0 done, 1 a file is refused, or with --check would change, 2 a file could not be read or written.`,
		Example: "  hotline fmt --diff\n  hotline fmt\n  hotline fmt --check rules.yaml",
		RunE: func(cmd *cobra.Command, args []string) error {
			cmd.SilenceUsage, cmd.SilenceErrors = true, true
			f := &formatter{out: cmd.OutOrStdout(), t: userTongue(), check: check, diff: diff}
			err := f.run(cmd, args)
			if code := (*exitError)(nil); err != nil && !errors.As(err, &code) {
				fmt.Fprintln(cmd.ErrOrStderr(), userTongue().mistake(err))
				return &exitError{code: exitUnchecked}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "change nothing, and name the files that would change")
	cmd.Flags().BoolVar(&diff, "diff", false, "change nothing, and show the lines that would change")
	return cmd
}

// A formatter lays out files and tells which.
type formatter struct {
	out         io.Writer
	t           tongue
	check, diff bool
}

func (f *formatter) run(cmd *cobra.Command, args []string) error {
	if slices.Contains(args, "-") {
		if len(args) > 1 {
			return f.t.fault("« - » ne va pas avec d'autres fichiers", `"-" does not go with other files`)
		}
		return f.stream(cmd.InOrStdin())
	}
	source, err := f.files(cmd, args)
	if err != nil {
		return err
	}
	refused, changed := false, 0
	for _, file := range source {
		out, problems := config.Format(file.Name, file.Data)
		switch {
		case problems.Errors():
			refused = true
			if err := problems.Print(f.out, string(f.t)); err != nil {
				return err
			}
			continue
		case bytes.Equal(out, file.Data):
			continue
		}
		changed++
		if err := f.change(file, out); err != nil {
			return err
		}
	}
	if err := f.told(len(source), changed, refused); err != nil {
		return err
	}
	if refused || f.check && changed > 0 {
		return &exitError{code: exitRefused}
	}
	return nil
}

// told says what there is to say at the end.
func (f *formatter) told(files, changed int, refused bool) error {
	var err error
	switch {
	case refused:
		_, err = fmt.Fprintln(f.out, "\n"+f.t.say("Corrigez, puis relancez hotline fmt.", "Correct the file, then run hotline fmt."))
	case changed == 0 && files == 1:
		_, err = fmt.Fprintln(f.out, f.t.say("Rien à changer.", "Nothing to change."))
	case changed == 0:
		_, err = fmt.Fprintln(f.out, f.t.say(fmt.Sprintf("Rien à changer dans les %d fichiers.", files), fmt.Sprintf("Nothing to change in the %d files.", files)))
	}
	return err
}

// files are those that the arguments name, or those of the rules.
func (f *formatter) files(cmd *cobra.Command, args []string) (config.Source, error) {
	if len(args) > 0 {
		var source config.Source
		for _, name := range args {
			file, problems := config.ReadFile(name)
			if problems.Errors() {
				return nil, problems.Err()
			}
			source = append(source, file)
		}
		return source, nil
	}
	daemonFile, err := cmd.Flags().GetString("config")
	if err != nil {
		return nil, err
	}
	at, err := whereRules(daemonFile, cmd.Flags().Changed("config"), nil)
	if err != nil {
		return nil, err
	}
	source, problems := config.ReadSource(at.rules)
	return source, problems.Err()
}

// stream lays out what it reads.
func (f *formatter) stream(in io.Reader) error {
	data, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	name := f.t.say("entrée", "input")
	out, problems := config.Format(name, data)
	switch {
	case problems.Errors():
		return errors.Join(problems.Print(f.out, string(f.t)), &exitError{code: exitRefused})
	case f.diff:
		err = printDiff(f.out, name, data, out)
	case f.check && !bytes.Equal(out, data):
		return &exitError{code: exitRefused}
	case !f.check:
		_, err = f.out.Write(out)
	}
	return err
}

// change writes a file laid out, or says what would change.
func (f *formatter) change(file config.File, out []byte) error {
	var err error
	switch {
	case f.diff:
		return printDiff(f.out, file.Name, file.Data, out)
	case f.check:
		_, err = fmt.Fprintln(f.out, file.Name)
		return err
	}
	if err := replaceFile(file, out); err != nil {
		return err
	}
	_, err = fmt.Fprintln(f.out, f.t.say("mis en forme : ", "laid out: ")+file.Name)
	return err
}

// replaceFile puts new bytes in the place of a file, whole or not at all, unless somebody has written it meanwhile.
func replaceFile(file config.File, data []byte) error {
	path, err := filepath.EvalSymlinks(file.Name)
	if err != nil {
		return err
	}
	return disk.ReplaceAfter(path, data, func() error {
		now, problems := config.ReadFile(path)
		if err := problems.Err(); err != nil {
			return err
		}
		if !bytes.Equal(now.Data, file.Data) {
			return mistaken("%s vient d'être changé par quelqu'un d'autre ; recommencez", "%s has just been changed by somebody else; begin again", file.Name)
		}
		return nil
	})
}

// around is how many lines are shown before and behind those that differ.
const around = 2

// A hunk is a run of lines that differ: from the first to before the last, of the old file and of the new one.
type hunk struct{ from, to, newFrom, newTo int }

// printDiff shows the lines that differ with those around them, as diff -u does.
func printDiff(w io.Writer, name string, before, after []byte) error {
	if bytes.Equal(before, after) {
		return nil
	}
	old, now := strings.Split(string(before), "\n"), strings.Split(string(after), "\n")
	if last := len(old) - 1; old[last] == "" { // both end with a line end, which is no line
		old, now = old[:last], now[:len(now)-1]
	}
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", name, name)
	for hunks := differing(old, now); len(hunks) > 0; {
		near := 1
		for near < len(hunks) && hunks[near].from-hunks[near-1].to <= 2*around {
			near++
		}
		first, last := hunks[0], hunks[near-1]
		above, below := min(around, first.from), min(around, len(old)-last.to)
		fmt.Fprintf(&b, "@@ -%s +%s @@\n", linesAt(first.from-above, above+last.to-first.from+below), linesAt(first.newFrom-above, above+last.newTo-first.newFrom+below))
		at := first.from - above
		for _, h := range hunks[:near] {
			signed(&b, " ", old[at:h.from])
			signed(&b, "-", old[h.from:h.to])
			signed(&b, "+", now[h.newFrom:h.newTo])
			at = h.to
		}
		signed(&b, " ", old[at:at+below])
		hunks = hunks[near:]
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func signed(b *strings.Builder, sign string, lines []string) {
	for _, line := range lines {
		fmt.Fprintf(b, "%s%s\n", sign, line)
	}
}

// differing finds the lines that differ. The layout changes lines and leaves out blank ones, so that each line has its
// counterpart or is blank.
func differing(old, now []string) (hunks []hunk) {
	i, j := 0, 0
	for i < len(old) || j < len(now) {
		if i < len(old) && j < len(now) && old[i] == now[j] {
			i, j = i+1, j+1
			continue
		}
		h := hunk{from: i, newFrom: j}
		for (i < len(old) || j < len(now)) && (i >= len(old) || j >= len(now) || old[i] != now[j]) {
			dropped := i < len(old) && strings.TrimSpace(old[i]) == "" && (j >= len(now) || now[j] != "")
			if i < len(old) && j < len(now) && !dropped {
				j++
			} else if i >= len(old) {
				j++
				continue
			}
			i++
		}
		h.to, h.newTo = i, j
		hunks = append(hunks, h)
	}
	return hunks
}

// linesAt says where lines stand: the first, counted from 1, and how many.
func linesAt(from, count int) string {
	if count == 0 {
		return fmt.Sprintf("%d,0", from)
	}
	return fmt.Sprintf("%d,%d", from+1, count)
}
