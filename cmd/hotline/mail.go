package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/oklog/ulid/v2"
	"github.com/spf13/cobra"

	"hotline/config"
	"hotline/number"
	"hotline/outbox"
)

// mailWait is how long a person waits for a mail server.
const mailWait = 30 * time.Second

// mailCommand is `hotline mail`: the mail of the day, and whether mail goes at all.
func mailCommand(now func() time.Time) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "mail COMMAND",
		Short: "The mail of the day, and a try of the mail server",
		Long: `hotline sends the mail of the day to the owner, alarms to the supervisor and messages of callers to their mailboxes, through the
server that mail in hotline.yaml names.`,
	}
	cmd.AddCommand(mailDailyCommand(now), mailTestCommand(now))
	return cmd
}

func mailTestCommand(now func() time.Time) *cobra.Command {
	return &cobra.Command{
		Use:     "test ADDRESS",
		Short:   "Send a mail now, and say what the server answers",
		Long:    "Test sends a short mail to that address at once, past the outbox, and says what the server has answered.",
		Example: "  hotline mail test boss@example.com",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			t := userTongue()
			m, err := mailOf(cmd)
			if err != nil {
				return err
			}
			host, _ := os.Hostname() // without it the mail is as good
			content, err := json.Marshal(outbox.Mail{
				To:      args,
				Subject: t.say("hotline : essai du courrier", "hotline: a try of the mail"),
				Text: fmt.Sprintf(t.say("Ceci est un essai, demandé par %s sur %s. Le courrier de hotline arrive bien ici.\n",
					"This is a try, asked for by %s on %s. Mail from hotline arrives here.\n"), who(), number.CleanName(host)),
			})
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), mailWait)
			defer cancel()
			letter := outbox.Letter{ID: ulid.Make().String(), Kind: outbox.ByMail, Written: now(), Content: content}
			if err := mailServer(m).Carry(ctx, letter); err != nil {
				return mistaken("%s port %d ne prend pas ce mail : %s", "%s port %d does not take this mail: %s", m.Host, m.Port, number.CleanText(err.Error(), 300))
			}
			wrapped(cmd.OutOrStdout(), "", fmt.Sprintf(t.say("%s l'a pris. S'il n'arrive pas, regardez dans les indésirables.", "%s has taken it. If it does not arrive, look among the junk."), m.Host))
			return nil
		},
	}
}

// supervisorOf is who is told what callers are not content with; "" is nobody.
func supervisorOf(d *config.Daemon) string {
	if d.Mail == nil {
		return ""
	}
	return d.Mail.Alarms()
}

// mailOf is the mail server of the daemon's file, with its password.
func mailOf(cmd *cobra.Command) (*config.Mail, error) {
	file, err := cmd.Flags().GetString("config")
	if err != nil {
		return nil, err
	}
	daemon, err := config.LoadDaemon(file, nil)
	if err != nil {
		return nil, err
	}
	if daemon.Mail == nil {
		return nil, mistaken("hotline.yaml n'a pas de serveur de mail : écrivez mail: {host: smtp.exemple.fr, user: ..., password: file:mail.secret, from: hotline@exemple.fr, owner: vous@exemple.fr}",
			"hotline.yaml has no mail server: write mail: {host: smtp.example.com, user: ..., password: file:mail.secret, from: hotline@example.com, owner: you@example.com}")
	}
	return daemon.Mail, nil
}
