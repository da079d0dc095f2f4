package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/number"
	"hotline/routing"
	"hotline/store"
)

// voicemailCommand is `hotline voicemail`: what callers have said to mailboxes, and who deals with it.
func voicemailCommand(now func() time.Time) *cobra.Command {
	var all, asJSON bool
	var mailbox string
	cmd := &cobra.Command{
		Use:   "voicemail [COMMAND]",
		Short: "Messages that callers have left, and who deals with them",
		Long: `Voicemail lists the messages that nobody has dealt with yet, the newest first. Claim one, so that nobody else calls the same
person, and say when it is done. Who has left a message is also on the list of hotline missed; done takes them off it.

ID is what the list shows, or its end.`,
		Example: "  hotline voicemail\n  hotline voicemail export 7Q8R message.wav\n  hotline voicemail claim 7Q8R\n  hotline voicemail done 7Q8R --as marie",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, err := openStore(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			messages, err := db.Messages(cmd.Context())
			if err != nil {
				return err
			}
			messages = slices.DeleteFunc(messages, func(k routing.Kept) bool {
				return !all && k.State == routing.MessageDone || mailbox != "" && k.Mailbox != mailbox
			})
			if asJSON {
				return writeIndented(cmd.OutOrStdout(), messagesJSON(messages))
			}
			printMessages(cmd.OutOrStdout(), userTongue(), messages)
			return nil
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "also those that are done")
	cmd.Flags().StringVar(&mailbox, "mailbox", "", "only those of one mailbox of the rules")
	cmd.Flags().BoolVar(&asJSON, "json", false, "for programs")
	cmd.AddCommand(
		voicemailShowCommand(), voicemailListenCommand(), voicemailExportCommand(now), voicemailDeleteCommand(now),
		deedCommand("claim ID", "Say that you deal with a message, so that nobody else does", routing.ClaimMessage, now,
			"Le message %s est à %s : à rappeler, %s. Et quand c'est fait : hotline voicemail done %s", "Message %s is with %s: to be called back, %s. And when it is done: hotline voicemail done %s"),
		deedCommand("done ID", "Say that a message has been dealt with", routing.DoneMessage, now,
			"Le message %s est réglé par %s : %s n'est plus à rappeler pour cet appel. Sinon : hotline voicemail reopen %s", "Message %s is done by %s: %s is no longer to be called back for this call. Else: hotline voicemail reopen %s"),
		deedCommand("reopen ID", "Give a message back: somebody else may deal with it", routing.ReopenMessage, now,
			"Le message %s est à prendre ; avis de %s. De %s. Pour le prendre : hotline voicemail claim %s", "Message %s is free to be claimed; so says %s. From %s. To claim it: hotline voicemail claim %s"),
	)
	return cmd
}

// deedCommand is a command that does something with one message, in the name of somebody.
func deedCommand(use, short string, deed routing.MessageDeed, now func() time.Time, fr, en string) *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: withMessage(openTool, func(cmd *cobra.Command, _ []string, db *store.DB, k routing.Kept) error {
			k, err := db.ChangeMessage(cmd.Context(), k.ID, deed, doer(as), now())
			if err != nil {
				return messageMistake(err)
			}
			wrapped(cmd.OutOrStdout(), "", fmt.Sprintf(userTongue().say(fr, en), shortID(k.ID), doer(as), userTongue().messageFrom(k), shortID(k.ID)))
			return nil
		}),
	}
	asFlag(cmd, &as)
	return cmd
}

func asFlag(cmd *cobra.Command, as *string) {
	cmd.Flags().StringVar(as, "as", "", "in whose name, when it is not yours")
}

// doer is in whose name something is done.
func doer(as string) string {
	if as := number.CleanName(as); as != "" {
		return as
	}
	return who()
}

// messageMistake says in both languages why something cannot be done with a message.
func messageMistake(err error) error {
	var taken *routing.TakenError
	switch {
	case errors.As(err, &taken) && taken.State == routing.MessageDone:
		return mistaken("ce message a été réglé par %s le %s. S'il reste quelque chose à faire : hotline voicemail reopen %s",
			"this message was dealt with by %s on %s. If something is left to do: hotline voicemail reopen %s",
			cut(taken.Who, 40), userTongue().moment(taken.Since), shortID(taken.ID))
	case errors.As(err, &taken):
		return mistaken("%s s'occupe déjà de ce message depuis le %s. S'il faut le reprendre : hotline voicemail reopen %s",
			"%s has been dealing with this message since %s. To take it over: hotline voicemail reopen %s",
			cut(taken.Who, 40), userTongue().moment(taken.Since), shortID(taken.ID))
	case errors.Is(err, routing.ErrNoMessage):
		return mistaken("ce message n'est plus là. La liste : hotline voicemail --all", "this message is not there any more. The list: hotline voicemail --all")
	}
	return err
}

// findMessage finds the message that a person means by its id, or the end of it.
func findMessage(ctx context.Context, db *store.DB, id string) (routing.Kept, error) {
	messages, err := db.Messages(ctx)
	if err != nil {
		return routing.Kept{}, err
	}
	meant := strings.ToUpper(id)
	found := slices.DeleteFunc(messages, func(k routing.Kept) bool { return len(meant) < 4 || !strings.HasSuffix(k.ID, meant) })
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return routing.Kept{}, mistaken("il n'y a pas de message %s : hotline voicemail --all les montre", "there is no message %s: hotline voicemail --all shows them", cut(id, 40))
	}
	return routing.Kept{}, mistaken("plusieurs messages finissent par %s : écrivez plus de l'identifiant", "several messages end in %s: write more of the id", cut(id, 40))
}

// shortID is enough of an id for people to tell messages apart.
func shortID(id string) string { return id[max(0, len(id)-6):] }

func voicemailShowCommand() *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "All that is known of a message, and who did what with it", Args: cobra.ExactArgs(1),
		RunE: withMessage(openStore, func(cmd *cobra.Command, _ []string, db *store.DB, k routing.Kept) error {
			changes, err := db.MessageChanges(cmd.Context(), k.ID)
			if err != nil {
				return err
			}
			printMessage(cmd.OutOrStdout(), userTongue(), k, changes)
			return nil
		}),
	}
}

// withMessage is what a command does that is about the message of its first argument.
func withMessage(open func(*cobra.Command) (*store.DB, error), do func(*cobra.Command, []string, *store.DB, routing.Kept) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		db, err := open(cmd)
		if err != nil {
			return err
		}
		defer db.Close()
		k, err := findMessage(cmd.Context(), db, args[0])
		if err != nil {
			return err
		}
		return do(cmd, args, db, k)
	}
}

func voicemailExportCommand(now func() time.Time) *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use:   "export ID FILE.wav",
		Short: "Copy the sound of a message to a new file",
		Long: `Export copies the sound of a message, and notes that you have heard it. It is to be run as the user of hotline, or as root: nobody
else may read what callers say.`,
		Args: cobra.ExactArgs(2),
		RunE: withMessage(openTool, func(cmd *cobra.Command, args []string, db *store.DB, k routing.Kept) error {
			if err := copyMessage(soundsOf(db).Path(k.ID), args[1]); err != nil {
				return err
			}
			if _, err := db.ChangeMessage(cmd.Context(), k.ID, routing.HearMessage, doer(as), now()); err != nil {
				return messageMistake(err)
			}
			wrapped(cmd.OutOrStdout(), "", fmt.Sprintf(userTongue().say("%s : %s, de %s.", "%s: %s, from %s."), args[1], clock(k.Length), userTongue().messageFrom(k)))
			return nil
		}),
	}
	asFlag(cmd, &as)
	return cmd
}

// copyMessage copies a sound to a file that is not there yet.
func copyMessage(from, to string) (err error) {
	in, err := os.Open(from)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return mistaken("%s ne peut pas être lu : lancez la commande en tant que l'utilisateur de hotline, ou root", "%s cannot be read: run the command as the user of hotline, or as root", from)
	case errors.Is(err, fs.ErrNotExist):
		return mistaken("le son n'est plus là : %s a été enlevé", "the sound is not there any more: %s was removed", from)
	case err != nil:
		return err
	}
	defer in.Close() // only read from: closing can lose nothing
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return mistaken("%s existe déjà ; choisissez un autre nom", "%s is there already; choose another name", to)
	}
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Close()); err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return nil
}

func voicemailDeleteCommand(now func() time.Time) *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use:   "delete ID",
		Short: "Delete a message and its sound for good",
		Long: `Delete removes a message and its sound. That it was there, and who deleted it, stays written down. Messages are deleted by
themselves after the time that keep: {voicemails: 90d} says in the rules.`,
		Args: cobra.ExactArgs(1),
		RunE: withMessage(openTool, func(cmd *cobra.Command, _ []string, db *store.DB, k routing.Kept) error {
			if err := soundsOf(db).Erase(k.ID); err != nil {
				return err
			}
			if err := db.DropMessage(cmd.Context(), k.ID, routing.DeleteMessage, doer(as), now()); err != nil {
				return err
			}
			wrapped(cmd.OutOrStdout(), "", fmt.Sprintf(userTongue().say("Le message de %s est supprimé.", "The message from %s is deleted."), userTongue().messageFrom(k)))
			return nil
		}),
	}
	asFlag(cmd, &as)
	return cmd
}
