package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/backup"
	"hotline/config"
	"hotline/store"
)

func backupCommand(now func() time.Time) *cobra.Command {
	var leave int
	cmd := &cobra.Command{
		Use:   "backup [FILE or FOLDER]",
		Short: "Save all that it takes to come back, also while serve runs",
		Long: `Backup writes the database, hotline.yaml, rules.yaml, the sound files and the files with the passwords of the
switches into one tar file that only its owner may read, and reads it back before it calls it done. Calls do not
notice. It overwrites nothing. Without a name, the file is INSTANCE-backup-DATE.tar in this folder, or in FOLDER.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, daemon, err := daemonOf(cmd)
			if err != nil {
				return err
			}
			folder, to := ".", backup.Name(daemon.Instance, now())
			if len(args) == 1 {
				folder, to = filepath.Split(args[0])
				if info, err := os.Stat(args[0]); err == nil && info.IsDir() {
					folder, to = args[0], backup.Name(daemon.Instance, now())
				} else if leave > 0 && errors.Is(err, fs.ErrNotExist) && filepath.Ext(args[0]) == "" {
					return mistaken("le dossier %[1]s n'existe pas encore. À faire : sudo install -d -o hotline -g hotline -m 0750 %[1]s",
						"the folder %[1]s is not there yet. To do: sudo install -d -o hotline -g hotline -m 0750 %[1]s", args[0])
				} else if leave > 0 {
					return &mistake{"--keep va avec un dossier, pas avec un nom de fichier", "--keep goes with a folder, not with the name of a file"}
				}
			}
			if leave < 0 {
				return &mistake{"--keep : écrivez combien de sauvegardes garder, ou 0 pour toutes", "--keep: write how many backups to keep, or 0 for all"}
			}
			b := backup.Source{Config: file, Daemon: daemon, Program: version()}
			to = filepath.Join(folder, to)
			began := time.Now()
			m, err := backup.Write(cmd.Context(), b, to, now())
			if err != nil {
				return err
			}
			if err := writeBackup(cmd.OutOrStdout(), userTongue(), to, m, time.Since(began)); err != nil || leave == 0 {
				return err
			}
			removed, err := backup.Prune(filepath.Clean(folder), daemon.Instance, leave, filepath.Base(to))
			for _, name := range removed {
				fmt.Fprintf(cmd.OutOrStdout(), userTongue().say("Effacée, plus ancienne : %s\n", "Removed, older: %s\n"), name)
			}
			return err
		},
	}
	cmd.Flags().IntVar(&leave, "keep", 0, "afterwards, keep this many backups of the folder, the newest, and remove older ones")
	return cmd
}

// daemonOf reads the daemon's file for a command that needs no passwords.
func daemonOf(cmd *cobra.Command) (string, *config.Daemon, error) {
	file, err := cmd.Flags().GetString("config")
	if err != nil {
		return "", nil, err
	}
	daemon, err := config.LoadDaemonWithoutSecrets(file, cmd.Flags())
	return file, daemon, err
}

func writeBackup(w io.Writer, t tongue, to string, m *backup.Manifest, took time.Duration) error {
	info, err := os.Stat(to)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, t.say("Sauvegarde : %s\n", "Backup: %s\n"), to)
	fmt.Fprintf(w, t.say("  %s en %s, lisible par son seul propriétaire\n", "  %s in %s, readable by its owner only\n"), t.bytes(info.Size()), t.seconds(took))
	writeManifest(w, t, m)
	if secrets := m.Secrets(); len(secrets) > 0 {
		hanging(w, "  ", fmt.Sprintf(t.say("Elle contient les mots de passe du standard (%s) : gardez ce fichier comme une clé.",
			"It holds the switch's passwords (%s): keep this file as you keep a key."), strings.Join(secrets, ", ")))
	}
	fmt.Fprintln(w, t.say("Relue en entier : bonne.", "Read back from beginning to end: good."))
	fmt.Fprintf(w, t.say("\nPour l'essayer, sans rien changer :\n  hotline restore --check %[1]s\nPour revenir, hotline arrêté :\n  hotline restore %[1]s\n",
		"\nTo try it, changing nothing:\n  hotline restore --check %[1]s\nTo come back, with hotline stopped:\n  hotline restore %[1]s\n"), to)
	return nil
}

// writeManifest tells what a backup holds.
func writeManifest(w io.Writer, t tongue, m *backup.Manifest) {
	var g grid
	g.add(t.say("base de données", "database"), t.contents(m.Database))
	g.add(t.say("fichiers", "files"), "hotline.yaml, rules.yaml, "+t.many(m.Sounds(), "annonce", "sound file"))
	if secrets := m.Secrets(); len(secrets) > 0 {
		g.add(t.say("mots de passe", "passwords"), strings.Join(secrets, ", "))
	}
	if len(m.Environment) > 0 {
		g.add(t.say("pas dedans", "not in it"), strings.Join(m.Environment, ", ")+t.say(" (variables d'environnement)", " (variables of the environment)"))
	}
	g.print(w, "  ")
}

// contents tells what a database holds.
func (t tongue) contents(c store.Contents) string {
	text := t.many(c.Calls, "appel", "call")
	if c.Open > 0 {
		text += fmt.Sprintf(t.say(" dont %d en cours", ", %d of them not ended"), c.Open)
	}
	if !c.Latest.IsZero() {
		text += t.say(", le dernier du ", ", the latest of ") + t.date(c.Latest) + c.Latest.In(paris()).Format(" 15:04")
	}
	return text
}

// seconds writes how long something took.
func (t tongue) seconds(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return strings.Replace(fmt.Sprintf("%.1f", d.Seconds()), ".", t.say(",", "."), 1) + " s"
}
