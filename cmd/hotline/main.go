// Command hotline answers a company's telephone numbers: it drives the telephone switch that the company already has,
// by the rules that the company writes down, and knows what every call costs whom.
//
// Its guarantee: it leaves no call worse off by stopping, and a new start finds every call where it was.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"hotline/backup"
	"hotline/billing"
	"hotline/config"
	"hotline/store"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	err := newRoot().ExecuteContext(ctx)
	stop()
	if code := (*exitError)(nil); errors.As(err, &code) {
		os.Exit(code.code)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "hotline: %s\n", userTongue().mistake(err))
		os.Exit(1)
	}
}

// installedFile is where a package puts the daemon's file.
const installedFile = "/etc/hotline/hotline.yaml"

// daemonFile is the daemon's file of who names none: that of the folder, or the one that is installed when the folder has none,
// or is one that this user may not look into: with sudo -u hotline that is the home of who types. An installed one that may not
// be seen is named all the same, for "there is none" would be wrong.
func daemonFile(installed string) string {
	const here = "hotline.yaml"
	if _, err := os.Stat(here); err == nil {
		return here
	}
	if _, err := os.Stat(installed); !errors.Is(err, fs.ErrNotExist) {
		return installed
	}
	return here
}

// helpOnly is what a command does that only has commands of its own. A word that is none of them has been refused.
func helpOnly(cmd *cobra.Command, _ []string) error { return cmd.Help() }

// A mistake is an error that a person made, in both languages.
type mistake struct{ fr, en string }

func (m *mistake) Error() string { return m.en }

// mistaken is a mistake whose texts have values in them.
func mistaken(fr, en string, args ...any) error {
	w := both(fr, en, args...)
	return &mistake{fr: w.FR, en: w.EN}
}

// mistake says an error in the person's language where it is known in both, else as it is.
func (t tongue) mistake(err error) string {
	var ours *mistake
	var day *billing.DayError
	var rows billing.ProblemsError
	var refused *config.RefusedError
	var refusal *backup.Refusal
	var schema *store.SchemaError
	var path *fs.PathError
	switch {
	case t != "fr":
	case errors.As(err, &ours):
		return ours.fr
	case errors.As(err, &day):
		return fmt.Sprintf("date « %s » : %s", day.Text, day.FR)
	case errors.As(err, &rows):
		return rows.Text("fr")
	case errors.As(err, &refused):
		return refused.In("fr")
	case errors.As(err, &refusal):
		return refusal.FR
	case errors.As(err, &schema):
		return schema.FR()
	case errors.Is(err, store.ErrInUse):
		return "hotline serve est en marche sur cette base de données ; arrêtez-le d'abord (systemctl stop hotline)"
	case errors.Is(err, store.ErrOpen):
		return "un autre programme a ouvert la base de données ; fermez-le, puis recommencez"
	case errors.Is(err, store.ErrFull), errors.Is(err, syscall.ENOSPC):
		return "le disque est plein ; faites de la place, puis recommencez (" + err.Error() + ")"
	case errors.Is(err, fs.ErrPermission) && errors.As(err, &path):
		return fmt.Sprintf("vous n'avez pas le droit d'utiliser %s ; relancez cette commande avec sudo", path.Path)
	}
	return err.Error()
}

func newRoot() *cobra.Command { return newRootAt(time.Now) }

// newRootAt is the program as it is at some time.
func newRootAt(now func() time.Time) *cobra.Command {
	root := &cobra.Command{
		Use:   "hotline",
		Short: "Turn the PBX you already have into a customer line",
		Long: `Hotline turns the PBX you already have, an Asterisk or a FreeSWITCH, into a customer line: it answers your numbers by
the rules you write, and knows what every call costs whom. To begin: hotline init, then hotline connect.

It speaks French when LC_ALL, LC_MESSAGES or LANG begins with fr, else English.`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().String("config", daemonFile(installedFile), "the daemon's file, which says where everything is")
	root.PersistentFlags().String("database", "", "the database, instead of the one the daemon's file names")
	root.AddCommand(
		initCommand(now), connectCommand(), doctorCommand(),
		checkCommand(now), routeCommand(now), testCommand(now), applyCommand(), rulesCommand(), promptsCommand(), fmtCommand(), schemaCommand(),
		serveCommand(), statusCommand(now), callCommand(), agentCommand(), closeCommand(now), openCommand(), missedCommand(now),
		blockCommand(now), unblockCommand(now), voicemailCommand(now), surveyCommand(now), contactCommand(now),
		personCommand(now), mailCommand(now), outboxCommand(now),
		rateCommand(), tariffCommand(now), cdrCommand(now), reportCommand(now), reconcileCommand(now),
		backupCommand(now), restoreCommand(now), upgradeCheckCommand(), versionCommand(),
	)
	userTongue().dress(root)
	return root
}
