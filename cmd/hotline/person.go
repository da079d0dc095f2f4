package main

import (
	"archive/zip"
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/number"
	"hotline/routing"
	"hotline/store"
)

// personCommand is `hotline person`: what somebody may ask of those who have written them down.
func personCommand(now func() time.Time) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "person",
		Short: "What is held on somebody: hand it over, or erase it",
		Args:  cobra.NoArgs, RunE: helpOnly,
	}
	cmd.AddCommand(personExportCommand(now), personEraseCommand(now), personErasuresCommand())
	return cmd
}

func personExportCommand(now func() time.Time) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "export NUMBER",
		Short: "All that is held on a number, as JSON, or zip with the sounds",
		Long: `Export writes everything that the database holds on a number: contact, calls with their legs and costs, messages, letters, who took
it off the list of missed calls. With -o FILE.zip the sounds of messages are in it, too. Times are UTC.`,
		Example: "  hotline person export 0612345678 -o 0612345678.zip",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := parseCaller(args[0])
			if err != nil {
				return err
			}
			db, err := openStore(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			held, err := db.HeldOn(cmd.Context(), n)
			if err != nil {
				return err
			}
			page := heldJSON{Number: n, At: now().UTC(), Held: readable(held)}
			switch {
			case file == "":
				return writeIndented(cmd.OutOrStdout(), page)
			case strings.HasSuffix(strings.ToLower(file), ".zip"):
				err = writeFile(file, func(w io.Writer) error { return zipped(w, page, soundsOf(db), held) })
			default:
				err = writeFile(file, func(w io.Writer) error { return writeIndented(w, page) })
			}
			if err == nil {
				fmt.Fprintln(cmd.OutOrStdout(), file)
			}
			return err
		},
	}
	cmd.Flags().StringVarP(&file, "output", "o", "", "the file to write, FILE.json or FILE.zip (standard output)")
	return cmd
}

// A heldJSON is everything that is held on a number.
type heldJSON struct {
	Number number.Number               `json:"number"`
	At     time.Time                   `json:"at"`
	Held   map[string][]map[string]any `json:"held"` // by table
}

// timeColumns are the columns that hold times.
var timeColumns = []string{"at", "since", "created", "changed", "ringing", "answered", "ended", "opened", "closed", "written", "due", "heard", "switch_start"}

// jsonColumns are the columns that hold JSON.
var jsonColumns = []string{"nodes", "flags", "groups", "kept", "content"}

// readable makes of rows what people can read: times as times, and JSON as what it holds.
func readable(held map[string][]map[string]any) map[string][]map[string]any {
	out := map[string][]map[string]any{}
	for table, rows := range held {
		for _, row := range rows {
			plain := map[string]any{}
			for column, value := range row {
				plain[column] = readableValue(column, value)
			}
			out[table] = append(out[table], plain)
		}
	}
	return out
}

func readableValue(column string, value any) any {
	text, isText := value.(string)
	if bytes, ok := value.([]byte); ok {
		text, isText = string(bytes), true
	}
	ms, isNumber := value.(int64)
	switch {
	case isNumber && slices.Contains(timeColumns, column):
		return time.UnixMilli(ms).UTC()
	case isText && slices.Contains(jsonColumns, column) && json.Valid([]byte(text)):
		return json.RawMessage(text)
	case isText:
		return text
	}
	return value
}

// soundsOf is where the sounds of messages lie.
func soundsOf(db *store.DB) routing.Recordings {
	return routing.Recordings(filepath.Join(filepath.Dir(db.Path()), "recordings"))
}

// messageIDs are those of messages among what is held.
func messageIDs(held map[string][]map[string]any) (ids []string) {
	for _, row := range held["message"] {
		ids = append(ids, fmt.Sprint(row["id"]))
	}
	return ids
}

func zipped(w io.Writer, page heldJSON, sounds routing.Recordings, held map[string][]map[string]any) error {
	z := zip.NewWriter(w)
	f, err := z.Create("person.json")
	if err != nil {
		return err
	}
	if err := writeIndented(f, page); err != nil {
		return err
	}
	for _, id := range messageIDs(held) {
		sound, err := os.ReadFile(sounds.Path(id))
		if errors.Is(err, fs.ErrNotExist) {
			continue // erased already, as the rules say
		}
		if err != nil {
			return err
		}
		f, err := z.Create("messages/" + id + ".wav")
		if err != nil {
			return err
		}
		if _, err := f.Write(sound); err != nil {
			return err
		}
	}
	return z.Close()
}

func personEraseCommand(now func() time.Time) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "erase NUMBER",
		Short: "Erase what is held on a number; what its calls cost stays",
		Long: `Erase deletes the contact, the messages with their sounds and the letters of a number, and makes its calls those of nobody: number
and name go, what they cost and how long they lasted stays. It cannot be undone. A line stays that says on which day somebody was erased,
and by whom, and not who it was: hotline person erasures.

Backups, copies from before an upgrade, the log, the records of the switch and mails that were sent are not in the hands of this command.`,
		Example: "  hotline person erase 0612345678\n  hotline person erase 0612345678 --yes",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			t := userTongue()
			n, err := parseCaller(args[0])
			if err != nil {
				return err
			}
			db, err := openTool(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			held, err := db.HeldOn(cmd.Context(), n)
			if err != nil {
				return err
			}
			if len(held) == 0 {
				return mistaken("rien n'est gardé sur %s", "nothing is held on %s", n.Pretty())
			}
			out := cmd.OutOrStdout()
			wrapped(out, "", fmt.Sprintf(t.say("Gardé sur %s : %s.", "Held on %s: %s."), n.Pretty(), t.heldWords(held)))
			if !yes && !t.agreed(cmd, t.say("Tout effacer, sans retour ? Écrivez oui : ", "Erase it all, for good? Write yes: ")) {
				return mistaken("rien n'a été effacé", "nothing was erased")
			}
			return t.forget(cmd, db, n, held, now())
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "without asking")
	return cmd
}

// forget erases the sounds first, so that none stays of which nobody knows.
func (t tongue) forget(cmd *cobra.Command, db *store.DB, n number.Number, held map[string][]map[string]any, now time.Time) error {
	if open, _, err := db.CallsOf(cmd.Context(), n, 1); err == nil && len(open) > 0 && open[0].Closed.IsZero() {
		return onTheLine(n)
	}
	for _, id := range messageIDs(held) {
		if err := soundsOf(db).Erase(id); err != nil {
			return err
		}
	}
	_, err := db.Forget(cmd.Context(), n, who(), now)
	if errors.Is(err, store.ErrOnTheLine) {
		return onTheLine(n)
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(cmd.OutOrStdout(), t.say("Effacé.", "Erased."))
	wrapped(cmd.OutOrStdout(), "", t.say("Les sauvegardes d'avant l'ont encore, jusqu'à ce que vous les supprimiez.", "Backups from before still have it, until you delete them."))
	return nil
}

func onTheLine(n number.Number) error {
	return mistaken("%s est en ligne en ce moment ; recommencez après l'appel", "%s is on the line now; try again after the call", n.Pretty())
}

// agreed asks a person, and says whether they agree.
func (t tongue) agreed(cmd *cobra.Command, question string) bool {
	fmt.Fprint(cmd.OutOrStdout(), question)
	answer, _ := bufio.NewReader(cmd.InOrStdin()).ReadString('\n') // no answer is none that agrees
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "yes", "oui":
		return true
	}
	fmt.Fprintln(cmd.OutOrStdout())
	return false
}

// heldWords counts what is held: "1 contact, 3 calls, 2 messages".
func (t tongue) heldWords(held map[string][]map[string]any) string {
	names := map[string][2]string{"contact": {"contact", "contact"}, "call": {"appel", "call"}, "message": {"message", "message"}, "outbox": {"courrier", "letter"},
		"missed_done": {"rappel noté", "noted callback"}, "blocked": {"blocage", "block"}}
	var words []string
	others := 0
	for _, table := range slices.Sorted(maps.Keys(held)) {
		if name, ok := names[table]; ok {
			words = append(words, t.many(len(held[table]), name[0], name[1]))
		} else {
			others += len(held[table])
		}
	}
	if others > 0 {
		words = append(words, fmt.Sprintf(t.say("autres lignes : %d", "other rows: %d"), others))
	}
	return strings.Join(words, ", ")
}

func personErasuresCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "erasures",
		Short: "On which days somebody was erased, and by whom",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			t := userTongue()
			db, err := openStore(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			erasures, err := db.Erasures(cmd.Context())
			if err != nil {
				return err
			}
			if len(erasures) == 0 {
				fmt.Fprintln(cmd.OutOrStdout(), t.say("Personne n'a été effacé.", "Nobody was erased."))
				return nil
			}
			g := grid{}
			g.add(t.say("jour", "day"), t.say("par", "by"), t.say("quoi", "what"))
			for _, e := range erasures {
				g.add(t.date(e.Day), cut(e.Who, 12), clip(number.CleanText(e.What, 200), 50))
			}
			g.print(cmd.OutOrStdout(), "")
			return nil
		},
	}
}
