package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"hotline/config"
	"hotline/prompt"
	"hotline/routing"
	"hotline/web"
)

func promptsRecordCommand() *cobra.Command {
	var asJSON bool
	var w web.RecordWish
	cmd := &cobra.Command{
		Use:   "record NAME",
		Short: "Ring a phone of the house, and record a prompt on it",
		Long: `Record has the hotline that runs ring a phone. Whoever picks it up hears what is to be recorded, speaks after the tone, ends with
#, hears it, and presses 1 to keep it, 2 to do it again, 3 to cancel. Silence is taken off its ends and it is made as loud
as it should be. What was there before goes to the folder earlier beside the prompts.

NAME is a prompt of the rules, a phrase of hotline's own, its file, or its number in hotline prompts list.

Exit status: 0 it was recorded and is good, 1 it was not, or callers will not hear it well.`,
		Example: "  hotline prompts record welcome --phone 101\n  hotline prompts record closed --lang en --phone 101",
		Args:    cobra.ExactArgs(1),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if w.Phone == "" {
			return mistaken("dites quel poste faire sonner : --phone 101", "say which phone to ring: --phone 101")
		}
		w.Name = args[0]
		l, err := newLine(cmd)
		if err != nil {
			return err
		}
		if !asJSON {
			l.tell(cmd, "Le poste %s sonne. Décrochez, et suivez la voix.", "Phone %s rings. Pick it up, and follow the voice.", w.Phone)
		}
		got, err := l.Record(cmd.Context(), w)
		if err != nil {
			return l.problem(err)
		}
		if asJSON {
			err = writeIndented(cmd.OutOrStdout(), got)
		} else {
			l.tellRecorded(cmd, w, got)
		}
		if err == nil && (got.Result != routing.RecordKept || len(got.Faults) > 0) {
			cmd.SilenceUsage, cmd.SilenceErrors = true, true
			return &exitError{code: exitRefused}
		}
		return err
	}
	cmd.Flags().StringVar(&w.Phone, "phone", "", "the phone to ring: of an agent, or an extension of the house")
	cmd.Flags().StringVar(&w.Language, "lang", "", "the language, when there is the prompt in several")
	cmd.Flags().BoolVar(&asJSON, "json", false, "for programs")
	return cmd
}

// tellRecorded says what became of a recording, and what is left to do.
func (l *line) tellRecorded(cmd *cobra.Command, w web.RecordWish, got web.RecordOutcome) {
	if got.Result != routing.RecordKept {
		wrapped(cmd.OutOrStdout(), "", l.in(notRecorded(w, got)))
		return
	}
	l.tell(cmd, "Gardé : %s, %s, crête %s dB, voix %s dB.", "Kept: %s, %s, peak %s dB, voice %s dB.", got.File,
		l.seconds(time.Duration(got.Seconds*float64(time.Second))), l.in(oneDecimal(got.Peak)), l.in(oneDecimal(got.Speech)))
	heard := listened{utterance: utterance{file: got.File}, measure: prompt.Measure{Length: time.Duration(got.Seconds * float64(time.Second)), Peak: got.Peak, Speech: got.Speech, Clipped: 1}}
	for _, f := range got.Faults {
		wrapped(cmd.OutOrStdout(), "  ", l.sentence(heard.faultWords(f)))
	}
	if len(got.Faults) > 0 {
		fmt.Fprintln(cmd.OutOrStdout())
		l.tell(cmd, "À faire : enregistrez-le de nouveau, par la même commande.", "To do: record it again, by the same command.")
	}
	if got.Write == "" {
		l.tell(cmd, "Les appels qui commencent maintenant l'entendent.", "Calls that begin now hear it.")
		return
	}
	l.tell(cmd, "Pas encore entendu : dans %s, pour %s, écrivez %s ; puis hotline apply.", "Not heard yet: in %s, for %s, write %s; then hotline apply.", got.At, got.Name, got.Write)
}

// notRecorded says why there is no new recording.
func notRecorded(w web.RecordWish, got web.RecordOutcome) config.Words {
	switch got.Result {
	case routing.RecordCancelled:
		return both("Annulé : rien n'a changé.", "Cancelled: nothing has changed.")
	case routing.PhoneHungUp:
		return both("Raccroché avant la touche 1 : rien n'a changé.", "Hung up before key 1: nothing has changed.")
	case routing.PhoneNoAnswer, routing.PhoneBusy, routing.PhoneUnreachable:
		return unanswered(w.Phone, got.Result)
	}
	return both("L'enregistrement n'a pas pu être fait : le journal de hotline dit pourquoi.", "The recording could not be made: hotline's log says why.")
}
