package main

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"hotline/config"
	"hotline/routing"
	"hotline/web"
)

// Listen implements web.Messages.
func (m *mailroom) Listen(ctx context.Context, id string, w web.ListenWish) (result routing.PhoneResult, err error) {
	messages, err := m.Messages(ctx)
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(messages, func(k routing.Kept) bool { return k.ID == id })
	if at < 0 {
		return "", routing.ErrNoMessage
	}
	return onItsSwitch(m.boards, func(board *routing.Switchboard) (routing.PhoneResult, error) {
		return board.ListenAt(ctx, w.Phone, messages[at], w.Who)
	})
}

func voicemailListenCommand() *cobra.Command {
	var w web.ListenWish
	cmd := &cobra.Command{
		Use:   "listen ID",
		Short: "Ring a phone of the house, and hear a message on it",
		Long: `Listen has the hotline that runs ring a phone. Whoever picks it up hears the message, and then presses 1 when it is dealt with, 2
to leave it for somebody, 3 to hear it once more.`,
		Example: "  hotline voicemail listen 7Q8R --phone 101",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if w.Phone == "" {
				return mistaken("dites quel poste faire sonner : --phone 101", "say which phone to ring: --phone 101")
			}
			db, err := openStore(cmd)
			if err != nil {
				return err
			}
			k, err := findMessage(cmd.Context(), db, args[0])
			if err := errors.Join(err, db.Close()); err != nil {
				return err
			}
			l, err := newLine(cmd)
			if err != nil {
				return err
			}
			l.tell(cmd, "Le poste %s sonne. Décrochez pour entendre le message.", "Phone %s rings. Pick it up to hear the message.", w.Phone)
			w.Who = doer(w.Who)
			got, err := l.Listen(cmd.Context(), k.ID, w)
			if err != nil {
				return l.problem(err)
			}
			wrapped(cmd.OutOrStdout(), "", l.in(listenedTo(w.Phone, shortID(k.ID), got.Result)))
			if got.Result != routing.MessageHeard {
				cmd.SilenceUsage, cmd.SilenceErrors = true, true
				return &exitError{code: exitRefused}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&w.Phone, "phone", "", "the phone to ring: of an agent, or an extension of the house")
	asFlag(cmd, &w.Who)
	return cmd
}

// listenedTo says what came of it.
func listenedTo(phone, id string, result routing.PhoneResult) config.Words {
	switch result {
	case routing.MessageHeard:
		return both("Écouté. Pour voir ce qui en est : hotline voicemail show %s", "Heard. To see how it stands: hotline voicemail show %s", id)
	case routing.PhoneHungUp:
		return both("Raccroché avant le message.", "Hung up before the message.")
	}
	return unanswered(phone, result)
}

// unanswered says why nobody of the house was reached.
func unanswered(phone string, result routing.PhoneResult) config.Words {
	switch result {
	case routing.PhoneNoAnswer:
		return both("Personne n'a décroché au poste %s.", "Nobody picked up phone %s.", phone)
	case routing.PhoneBusy:
		return both("Le poste %s est occupé, ou refuse. À faire : raccrochez-le, puis relancez.", "Phone %s is busy, or refuses. To do: hang it up, then run this again.", phone)
	case routing.PhoneUnreachable:
		return both("Aucun commutateur ne peut appeler le poste %s : il n'est pas enregistré, ou ce numéro n'existe pas. À faire : hotline doctor --call %s.",
			"No switch can ring phone %s: it has not registered, or there is no such extension. To do: hotline doctor --call %s.", phone, phone)
	}
	return both("Cela n'a pas marché : le journal de hotline dit pourquoi.", "It did not work: hotline's log says why.")
}
