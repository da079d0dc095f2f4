package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"hotline/ari"
	"hotline/config"
	"hotline/esl"
	"hotline/routing/check"
	"hotline/web"
)

// Exit codes of doctor: 0 nothing is wrong, 1 something is, 2 it could not look.
const (
	exitSick     = 1
	exitUnlooked = 2
)

func doctorCommand() *cobra.Command {
	var asJSON bool
	var calls try
	c := &cobra.Command{
		Use:   "doctor [NUMBER]",
		Short: "Say what is wrong between hotline and its switches",
		Long: `Doctor looks at every switch of the daemon's file, at the rules and at the database, and says of everything that is
not well what to do. It changes nothing, needs no call, and may run beside serve.

With --call 101 it rings that phone instead, and measures the sound both ways. With --fallback it proves what callers get
when hotline is away or stuck, by two calls that nobody made, to NUMBER or the first number of the rules; real calls do
not notice, but what the fallback rings will ring.

Exit status: 0 nothing is wrong (there may be warnings), 1 something is, 2 it could not look.`,
		Args: cobra.ArbitraryArgs, // a number may be written with blanks
		RunE: func(cmd *cobra.Command, args []string) error {
			calls.number = strings.Join(args, "")
			path, err := cmd.Flags().GetString("config")
			if err != nil {
				return err
			}
			daemon, err := config.LoadDaemon(path, cmd.Flags())
			if err != nil {
				fmt.Fprintln(cmd.ErrOrStderr(), userTongue().mistake(err))
				return &exitError{code: exitUnlooked}
			}
			r, err := calls.report(cmd, path, daemon)
			if err != nil {
				fmt.Fprintln(cmd.ErrOrStderr(), userTongue().mistake(err))
				return &exitError{code: exitUnlooked}
			}
			write := r.print
			if asJSON {
				write = r.printJSON
			}
			if err := write(cmd.OutOrStdout(), userTongue()); err != nil {
				return err
			}
			if r.count(wrong) > 0 {
				return &exitError{code: exitSick}
			}
			return nil
		},
	}
	calls.flags(c)
	c.Flags().BoolVar(&asJSON, "json", false, "for programs; check, level and lines are the same in every language")
	return c
}

// A level says how well something is.
type level string

const (
	fine    level = "ok"
	unseen  level = "unseen" // it cannot be looked at from here
	warning level = "warning"
	wrong   level = "wrong"
)

// A finding is one line of the report, and what to do about it.
type finding struct {
	check string // what was looked at; the same in every language
	level level
	title config.Words
	why   config.Words
	todo  config.Words
	lines []string // to be written or run as they stand
	rows  [][]config.Words
}

// A section is what was found out about one thing.
type section struct {
	name, kind, at string // kind is empty for what is no switch
	findings       []finding
}

// A report is everything that was found out.
type report []section

func (r report) count(l level) (n int) {
	for _, s := range r {
		for _, f := range s.findings {
			if f.level == l {
				n++
			}
		}
	}
	return n
}

// examine looks at everything. The switches are looked at at once, so that one that is down costs the others no time.
func examine(ctx context.Context, path string, daemon *config.Daemon) report {
	rules, problems := config.LoadRules(daemon.Rules)
	if rules != nil {
		problems = slices.Concat(problems, check.Rules(rules, check.Facts{Now: time.Now()}), checkSounds(rules, daemon.Prompts))
	}
	found := make(report, len(daemon.Switches)+1, len(daemon.Switches)+2)
	found[0] = section{name: "hotline", at: path, findings: house{
		rulesFile: daemon.Rules, rules: rules, problems: problems, speech: daemon.Prompts.Speech, database: lookAtDatabase(ctx, daemon.Database),
	}.findings()}
	var looking sync.WaitGroup
	for i, sw := range daemon.Switches {
		looking.Go(func() {
			p := newPatient(sw, daemon.Instance, rules)
			if rules != nil {
				for _, file := range madeSounds(rules, daemon.Prompts) {
					p.files = append(p.files, filepath.Join(sw.PromptsFolder, file))
				}
			}
			if sw.Fetches {
				p.fetch(ctx, daemon.Prompts)
			}
			found[i+1] = p.section(ctx)
		})
	}
	post := postFindings(ctx, daemon)
	looking.Wait()
	if len(post) > 0 {
		found = append(found, section{name: "hotline.yaml", findings: post})
	}
	return found
}

// A patient is a switch, and what hotline.yaml and rules.yaml expect of it.
type patient struct {
	config.Switch
	instance string
	rules    *config.Rules // nil when they do not load
	files    []string      // the prompts, as the switch sees them
	phones   []string
	music    []string
	records  error // why the folder of the records cannot be read; only with Records
	// why hotline cannot take messages from the folder into which a FreeSWITCH records; only with mailboxes
	recordings error
	offered    string // where it fetches its sounds; "" = it has a folder
	unserved   error  // why nobody can fetch sounds there
}

func newPatient(sw config.Switch, instance string, rules *config.Rules) patient {
	p := patient{Switch: sw, instance: instance, rules: rules, music: []string{sw.Music}}
	if sw.Records != "" {
		_, p.records = os.ReadDir(filepath.Dir(sw.Records))
	}
	if recordsMessages(sw, rules) {
		p.recordings = mayTakeFrom(sw.Recordings)
	}
	if rules == nil {
		return p
	}
	for _, prompt := range rules.Prompts {
		for _, file := range prompt.Files {
			if file != "" {
				p.files = append(p.files, filepath.Join(sw.PromptsFolder, file))
			}
		}
	}
	for _, id := range rules.AgentOrder {
		if a := rules.Agents[id]; a.InHouse() {
			p.phones = append(p.phones, a.Phone)
		}
	}
	for _, q := range rules.Queues {
		if q.Music != "" {
			p.music = append(p.music, q.Music)
		}
	}
	for _, list := range []*[]string{&p.files, &p.music} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return p
}

func (p patient) section(ctx context.Context) section {
	if p.Kind == config.FreeSWITCH {
		return section{name: p.Name, kind: "FreeSWITCH", at: p.Address, findings: p.freeswitch(esl.Examine(ctx, p.eslConfig(), p.files, p.phones))}
	}
	facts := ari.Examine(ctx, p.ariConfig(), p.files, p.phones, p.music)
	return section{name: p.Name, kind: "Asterisk", at: p.URL, findings: p.asterisk(facts)}
}

func (p patient) eslConfig() esl.Config {
	return esl.Config{Name: p.Name, Address: p.Address, Password: p.Password.Reveal(), Instance: p.instance, Phone: p.Phone, Trunks: p.trunks()}
}

func (p patient) ariConfig() ari.Config {
	return ari.Config{Name: p.Name, URL: p.URL, User: p.User, Password: p.Password.Reveal(), App: p.instance, Phone: p.Phone, Trunks: p.trunks()}
}

func (p patient) trunks() map[string]string {
	trunks := map[string]string{}
	for _, t := range p.Trunks {
		trunks[t.Name] = t.Dial
	}
	return trunks
}

// host and port of the event socket, as FreeSWITCH's file writes them.
func (p patient) socket() (host, port string) {
	host, port, err := net.SplitHostPort(p.Address)
	if err != nil { // config gives it both
		return p.Address, ""
	}
	return host, port
}

// both is one text in both languages.
func both(fr, en string, args ...any) config.Words { return config.NewWords(fr, en, args...) }

// amount is a number and its word.
func amount(n int, fr, en string) config.Words {
	if n > 1 {
		fr += "s"
	}
	if n != 1 {
		en += "s"
	}
	return both("%[1]d %[2]s", "%[1]d %[3]s", n, fr, en)
}

// silence says why no answer came from a switch.
func silence(err error) config.Words {
	switch whyDown(err) {
	case web.NoListener:
		return both("Personne n'écoute à cette adresse.", "Nobody listens at this address.")
	case web.NoName:
		var name *net.DNSError
		errors.As(err, &name)
		return both("Le nom %s n'est pas connu.", "The name %s is not known.", name.Name)
	case web.NoReply:
		return both("Rien n'est venu en quelques secondes : pare-feu, mauvaise adresse, ou programme bloqué.",
			"Nothing came within seconds: a firewall, a wrong address, or a program that is stuck.")
	}
	return unexpected(err)
}

// unexpected are the words of an error that has none of ours.
func unexpected(err error) config.Words { return config.Words{FR: err.Error(), EN: err.Error()} }
