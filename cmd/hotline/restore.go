package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"hotline/backup"
)

func restoreCommand(now func() time.Time) *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Bring back what hotline backup has saved",
		Long: `Restore puts all files of a backup in their places: hotline.yaml where --config says, the others where that file says.
hotline must be stopped. What was there before stays beside it, under another name. With --check it changes nothing, and
proves instead that the backup can be restored: everything is unpacked elsewhere and opened with this program.

Exit status: 0 done, or it can be done; 1 not, or this program refuses the rules.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			t, w := userTongue(), cmd.OutOrStdout()
			if _, err := os.Stat(args[0]); errors.Is(err, fs.ErrNotExist) {
				return mistaken("la sauvegarde %s n'existe pas", "there is no backup %s", args[0])
			}
			if check {
				began := time.Now()
				p, err := backup.Check(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return writeProof(w, t, args[0], p, time.Since(began))
			}
			file, err := cmd.Flags().GetString("config")
			if err != nil {
				return err
			}
			r, err := backup.Restore(cmd.Context(), args[0], backup.Target{Config: file, Flags: cmd.Flags()}, now())
			if err != nil && len(r.Put) > 0 {
				fmt.Fprintln(w, t.say("Interrompu à mi-chemin. À faire : relancez la même commande.", "Interrupted half way. To do: run the same command again."))
			}
			if err != nil {
				return err
			}
			return writeRestored(w, t, args[0], r)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "change nothing; prove that the backup can be restored")
	return cmd
}

func writeProof(w io.Writer, t tongue, archive string, p backup.Proof, took time.Duration) error {
	writeArchive(w, t, archive, p)
	if p.Problems.Errors() {
		return refusedRules(w, t, p, t.say("Elle peut être restaurée. ", "It can be restored. ")+t.startsWith(p))
	}
	fmt.Fprintf(w, t.say("Elle peut être restaurée : tout a été déballé ailleurs et ouvert, en %s.\nRien n'a changé ici. Pour restaurer, hotline arrêté :\n  hotline restore %s\n",
		"It can be restored: all of it was unpacked elsewhere and opened, in %s.\nNothing was changed here. To restore, with hotline stopped:\n  hotline restore %s\n"), t.seconds(took), archive)
	return nil
}

// writeArchive tells what a backup is, and what this program makes of it.
func writeArchive(w io.Writer, t tongue, archive string, p backup.Proof) {
	fmt.Fprintf(w, "%s\n  "+t.say("du %s %s, instance %s, faite par hotline %s\n", "of %s %s, instance %s, made by hotline %s\n"), archive,
		t.date(p.Made), p.Made.In(paris()).Format("15:04"), p.Instance, p.Program)
	writeManifest(w, t, p.Manifest)
	if p.Schema != p.Database.Schema {
		hanging(w, "  ", fmt.Sprintf(t.say("Son schéma %d est plus ancien que celui de ce programme (%d) : serve mettra la base à jour à son départ.",
			"Its schema %d is older than this program's (%d): serve will upgrade the database when it starts."), p.Database.Schema, p.Schema))
	}
	if p.Rules != nil {
		fmt.Fprintf(w, t.say("  règles %s : %s, %s\n", "  rules %s: %s, %s\n"), p.Rules.Hash, t.many(len(p.Rules.Lines), "numéro", "number"), t.people(len(p.Rules.Agents)))
	}
	switch v := p.InForce; {
	case v == nil:
	case p.Rules != nil && p.Rules.Hash == v.Hash:
		hanging(w, "  ", t.in(both("en service : la version %d, qui dit la même chose", "in force: version %d, which says the same", v.Number)))
	default:
		hanging(w, "  ", t.in(both(`en service : la version %d (%s), qui est dans la base, et non rules.yaml ; hotline apply -m "pourquoi" l'y met`,
			`in force: version %d (%s), which is in the database, and not rules.yaml; hotline apply -m "why" puts it in force`, v.Number, v.Hash)))
	}
}

// startsWith says with which rules serve starts when it finds rules files that are refused.
func (t tongue) startsWith(p backup.Proof) string {
	if p.InForce == nil {
		return t.say("Mais serve ne partira pas avec ces règles. Corrigez-les : hotline check", "But serve will not start with these rules. Correct them: hotline check")
	}
	return t.in(both("Serve partira avec la version %d, qui est dans la base. Corrigez ces fichiers : hotline check",
		"Serve will start with version %d, which is in the database. Correct these files: hotline check", p.InForce.Number))
}

// people counts those who answer calls.
func (t tongue) people(n int) string {
	if t != "fr" && n != 1 {
		return fmt.Sprintf("%d people", n)
	}
	return t.many(n, "personne", "person")
}

// refusedRules tells what is wrong with the rules of a backup.
func refusedRules(w io.Writer, t tongue, p backup.Proof, what string) error {
	fmt.Fprintln(w)
	if err := p.Problems.Print(w, string(t)); err != nil {
		return err
	}
	fmt.Fprintln(w)
	wrapped(w, "", what)
	return &exitError{code: exitRefused}
}

func writeRestored(w io.Writer, t tongue, archive string, r backup.Restored) error {
	writeArchive(w, t, archive, r.Proof)
	fmt.Fprintln(w, t.say("\nRestauré :", "\nRestored:"))
	for _, path := range r.Put {
		fmt.Fprintln(w, "  "+path)
	}
	if r.Same > 0 {
		fmt.Fprintf(w, t.say("  Déjà pareils, laissés : %d\n", "  Already the same, left as they are: %d\n"), r.Same)
	}
	if len(r.Kept) > 0 {
		fmt.Fprintln(w, t.say("Ce qui était là avant :", "What was there before:"))
		for _, path := range r.Kept {
			fmt.Fprintln(w, "  "+path)
		}
	}
	if r.Problems.Errors() {
		return refusedRules(w, t, r.Proof, t.say("Restauré. ", "Restored. ")+t.startsWith(r.Proof))
	}
	fmt.Fprintln(w, t.say("\nÀ faire : hotline doctor, puis démarrez hotline.", "\nTo do: hotline doctor, then start hotline."))
	return nil
}
