package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/config"
)

func initCommand(now func() time.Time) *cobra.Command {
	var f initFlags
	c := &cobra.Command{
		Use:   "init",
		Short: "Write the first files, by six questions",
		Long: `Init asks six questions (language, numbers, phones, opening hours, what is said when nobody can answer, callbacks)
and writes rules.yaml, hotline.yaml, a password for the switch in hotline.secret, and a folder for prompts. Hotline check
passes what it writes. A file that is there is never overwritten; --force keeps it as a copy that ends in .bak.

With --yes it asks nothing, and takes its answers from the options; --number and --phone are needed then.`,
		Example: `  hotline init
  hotline init --yes --number "09 72 00 00 01" \
    --phone "101=Marie Dupont" --phone 102=Paul \
    --hours "mon-fri 9:00-12:30 13:30-18:00"`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			i := &interview{
				echo: !isTerminal(cmd.InOrStdin()), flags: f, in: bufio.NewReader(cmd.InOrStdin()), out: cmd.OutOrStdout(), t: userTongue(), now: now(),
				home: homeOf(f.dir),
			}
			return i.run(cmd.Context())
		},
	}
	c.Flags().BoolVar(&f.yes, "yes", false, "ask nothing; take the answers from the options")
	c.Flags().StringVar(&f.lang, "lang", "", "language of the callers: fr or en")
	c.Flags().StringArrayVar(&f.numbers, "number", nil, "a number that callers dial; may be given several times")
	c.Flags().StringArrayVar(&f.prices, "price", nil, `what a call to a surcharged number costs, "0.80 EUR/min"; one for each such number, in order`)
	c.Flags().StringArrayVar(&f.phones, "phone", nil, `an extension and who answers there, "101=Marie Dupont"; may be given several times`)
	c.Flags().StringVar(&f.hours, "hours", "", `opening hours, "mon-fri 9:00-12:30 13:30-18:00, sat 9:00-12:00", or always`)
	c.Flags().StringVar(&f.text, "closed-text", "", "what callers hear when nobody can answer")
	c.Flags().BoolVar(&f.callback, "callback", false, "prepare callbacks, which come with a later version")
	c.Flags().StringVar(&f.company, "company", "", "the company's name")
	c.Flags().StringVar(&f.kind, "switch", "", "asterisk or freeswitch (that which is installed here, else asterisk)")
	c.Flags().StringVar(&f.dir, "dir", ".", "the folder for the files; "+installedFolder+" keeps data under "+installedData)
	c.Flags().BoolVar(&f.force, "force", false, "replace files that are there, and keep each as a copy")
	return c
}

// initFlags are what is said on the command line.
type initFlags struct {
	yes, callback, force                  bool
	lang, hours, text, company, kind, dir string
	numbers, prices, phones               []string
}

// An interview leads from questions to files.
type interview struct {
	flags   initFlags
	in      *bufio.Reader
	out     io.Writer
	t       tongue // of the person who answers
	now     time.Time
	echo    bool // what is read is not seen on a terminal
	home    home
	data    billing.Data
	answers answers
}

func (i *interview) run(ctx context.Context) error {
	if err := i.prepare(); err != nil {
		return err
	}
	if !i.flags.yes {
		signal.Reset(os.Interrupt) // whoever gives up is not to wait for the end of a line
	}
	for at, q := range i.questions() {
		if err := i.put(q, fmt.Sprintf("%d/6", at+1)); err != nil {
			return err
		}
		if q.then == nil {
			continue
		}
		if err := q.then(); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return i.write()
}

// prepare looks at what needs no answer: the switch, the company, and whether there are files already.
func (i *interview) prepare() error {
	a := &i.answers
	a.company = cleanLine(i.flags.company)
	a.callback = i.flags.callback
	switch a.kind = i.flags.kind; a.kind {
	case config.Asterisk, config.FreeSWITCH:
	case "":
		a.kind = installedSwitch()
	default:
		return &mistake{"--switch : écrivez asterisk (aussi pour FreePBX) ou freeswitch (aussi pour FusionPBX)",
			"--switch: write asterisk (also for FreePBX) or freeswitch (also for FusionPBX)"}
	}
	var err error
	if i.data, _, err = billing.Shipped(); err != nil {
		return err
	}
	if err := i.home.writable(); err != nil {
		return err
	}
	finished, _, err := i.home.finish()
	if err != nil {
		return err
	}
	if finished {
		i.say("Un hotline init interrompu est maintenant terminé : ses fichiers sont dans %s.\n",
			"A hotline init that was interrupted is now finished: its files are in %s.\n", i.home.dir)
	}
	if there := i.home.there(); len(there) > 0 && !i.flags.force {
		names := strings.Join(there, ", ")
		return mistaken("déjà là, et rien n'est changé : %s. Pour recommencer en gardant une copie (.bak) : hotline init --force",
			"there already, and nothing was changed: %s. To begin anew and keep a copy (.bak): hotline init --force", names)
	}
	if !i.flags.yes {
		i.say("hotline init : six questions, puis vos fichiers, dans %s\nEntrée garde la réponse entre crochets. Ctrl-C arrête, et rien n'est écrit.\n",
			"hotline init: six questions, then your files, in %s\nEnter keeps the answer in brackets. Ctrl-C stops, and nothing is written.\n", i.home.full())
	}
	return nil
}

// installedSwitch is the kind of switch that this machine has.
func installedSwitch() string {
	_, asterisk := os.Stat("/etc/asterisk")
	_, freeswitch := os.Stat("/etc/freeswitch")
	if asterisk != nil && freeswitch == nil {
		return config.FreeSWITCH
	}
	return config.Asterisk
}

// isTerminal says whether a person types there, and sees it.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// say writes in the person's language.
func (i *interview) say(fr, en string, values ...any) {
	fmt.Fprintf(i.out, i.t.say(fr, en), values...)
}

// A question is one thing to know. Its answers are texts, as a flag that may be given several times has them.
type question struct {
	flag  string
	title config.Words
	hint  config.Words
	given []string      // by flags
	usual func() string // what is taken when nothing is said; empty: something has to be
	split func(string) []string
	take  func([]string) (understood config.Words, err error)
	then  func() error // what has to be asked because of the answer
}

// put puts a question until its answer is good, or takes what the flags say.
func (i *interview) put(q question, number string) error {
	usual := q.given
	if text := q.usual(); usual == nil && text != "" {
		usual = q.split(text)
	}
	if i.flags.yes {
		return i.takeFlags(q, usual)
	}
	fmt.Fprintf(i.out, "\n%-5s%s\n", number, i.t.in(q.title))
	if hint := i.t.in(q.hint); hint != "" {
		wrapped(i.out, "     ", hint)
	}
	for {
		if len(usual) > 0 {
			wrapped(i.out, "     ", "["+strings.Join(usual, ", ")+"]")
		}
		fmt.Fprint(i.out, "     > ")
		line, err := i.in.ReadString('\n')
		if errors.Is(err, io.EOF) && line == "" {
			return mistaken("il manque une réponse (%s). Rien n'a été écrit.", "an answer is missing (%s). Nothing was written.", q.title)
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read the answer: %w", err)
		}
		line = strings.TrimSpace(line)
		if i.echo {
			fmt.Fprintln(i.out, cleanLine(line))
		}
		values := usual
		if line != "" {
			values = q.split(line)
		}
		understood, err := q.check(values)
		if err == nil {
			i.understood(understood)
			return nil
		}
		wrapped(i.out, "     ", i.t.say("Non : ", "No: ")+i.t.mistake(err))
	}
}

// takeFlags is put for whoever is not there to be asked.
func (i *interview) takeFlags(q question, values []string) error {
	_, err := q.check(values)
	if err == nil {
		return nil
	}
	why := words(err)
	return &mistake{"--" + q.flag + " : " + why.FR, "--" + q.flag + ": " + why.EN}
}

// check takes an answer if there is one that can be read.
func (q question) check(values []string) (config.Words, error) {
	if len(values) == 0 {
		return config.Words{}, &mistake{"il faut une réponse.", "an answer is needed."}
	}
	for _, v := range values {
		if !utf8.ValidString(v) {
			return config.Words{}, &mistake{"ce texte n'est pas en UTF-8 ; réglez votre terminal.", "this text is not UTF-8; set your terminal."}
		}
	}
	return q.take(values)
}

func (i *interview) understood(w config.Words) {
	for line := range strings.Lines(i.t.in(w)) {
		wrapped(i.out, "     ", "= "+strings.TrimSuffix(line, "\n"))
	}
}

// words are an error in both languages, where it is known in both.
func words(err error) config.Words {
	return config.Words{FR: tongue("fr").mistake(err), EN: tongue("en").mistake(err)}
}
