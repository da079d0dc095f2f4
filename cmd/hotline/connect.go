package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"hotline/config"
)

// The exit code of connect when it cannot say anything.
const exitUnconnected = 2

// The kinds of switch that connect knows: the two that hotline drives, bare and with the web pages that many have on top.
const (
	kindAsterisk   = "asterisk"
	kindFreePBX    = "freepbx"
	kindFreeSWITCH = "freeswitch"
	kindFusionPBX  = "fusionpbx"
)

func connectCommand() *cobra.Command {
	var w wishes
	var asJSON, undo bool
	c := &cobra.Command{
		Use:   "connect freepbx|asterisk|fusionpbx|freeswitch",
		Short: "Print how to connect a switch, for one test number first",
		Long: `Connect prints the steps and the lines that let hotline answer one number of a switch, for a try: what to write
into which file or page, the command that loads it, how to see that it is right, and how to go back with one step. It
writes nothing and connects to nothing. Numbers come from rules.yaml, instance and password from hotline.yaml; without
these files say --number.

Exit status: 0, or 2 when something that cannot be written down was asked for.`,
		Args:      cobra.ExactArgs(1),
		ValidArgs: []string{kindFreePBX, kindAsterisk, kindFusionPBX, kindFreeSWITCH},
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := cmd.Flags().GetString("config")
			if err != nil {
				return err
			}
			w.kind = args[0]
			l, err := w.link(path)
			if err != nil {
				fmt.Fprintf(cmd.ErrOrStderr(), "hotline: %s\n", userTongue().mistake(err))
				return &exitError{code: exitUnconnected}
			}
			p, err := l.plan()
			if err != nil {
				return err
			}
			write := p.print
			if undo {
				write = p.printUndo
			}
			if asJSON {
				write = p.printJSON
			}
			return write(cmd.OutOrStdout(), userTongue())
		},
	}
	f := c.Flags()
	f.StringVar(&w.number, "number", "", "the number to try (default: the first of rules.yaml)")
	f.StringVar(&w.fallback, "fallback", "", "who answers without hotline: FreePBX 600, Asterisk context,600,1, FreeSWITCH \"600 XML default\"")
	f.StringVar(&w.context, "context", "", "the context that calls from outside come to (default: from-trunk, public)")
	f.StringVar(&w.trunk, "trunk", "trunk", "Asterisk: the name of the trunk in pjsip.conf")
	f.StringVar(&w.profile, "profile", "external", "FreeSWITCH: the SIP profile of the trunk")
	f.StringVar(&w.folder, "folder", "", "the configuration of the switch (default: /etc/asterisk, /etc/freeswitch)")
	f.StringVar(&w.name, "switch", "", "its name in hotline.yaml (default: the first of its kind)")
	f.StringVar(&w.instance, "instance", "", "instance, instead of the one of hotline.yaml")
	f.BoolVar(&undo, "undo", false, "print how to go back, and how to take everything out again")
	f.BoolVar(&asJSON, "json", false, "for programs: the same steps, with --undo or without")
	return c
}

// A plan is what to do on a switch, and how to undo it.
type plan struct {
	link
	steps  []step
	widen  step   // to all numbers
	back   step   // the old way again, at once
	remove []step // everything out again
}

// plan makes the steps for the kind of switch.
func (l link) plan() (*plan, error) {
	kind := map[string]func() (*plan, error){
		kindAsterisk: l.asterisk, kindFreePBX: l.freepbx, kindFreeSWITCH: l.freeswitch, kindFusionPBX: l.fusionpbx,
	}[l.kind]
	p, err := kind()
	if err != nil {
		return nil, err
	}
	if !l.listed {
		p.steps = append([]step{l.listing()}, p.steps...)
	}
	return p, nil
}

// listing puts the switch into hotline.yaml.
func (l link) listing() step {
	entry := []string{"  - kind: asterisk", "    url: http://127.0.0.1:" + l.port + "/ari", "    user: " + l.user}
	if drives(l.kind) == config.FreeSWITCH {
		entry = []string{"  - kind: freeswitch", "    address: 127.0.0.1:" + l.port}
	}
	entry = append(entry, "    password: file:hotline.secret", "    records: "+l.records)
	return step{
		id: "listing", title: both("Le commutateur dans hotline.yaml", "The switch in hotline.yaml"),
		why: both("hotline init le fait. Ou faites-le vous-même, à côté de hotline.yaml, sous switches: ; puis relancez hotline connect, et le mot de passe sera dans les lignes au lieu de %s.",
			"hotline init does this. Or do it yourself, beside hotline.yaml, under switches: ; then run hotline connect again, and the password will be in the lines instead of %s.", placeholder),
		blocks: []block{
			run("(umask 077; openssl rand -hex 24 > hotline.secret)").noted("Un mot de passe, s'il n'y en a pas encore :", "A password, if there is none yet:"),
			{action: doAppend, file: "hotline.yaml", lines: entry, note: both("Dans hotline.yaml, sous switches: :", "In hotline.yaml, under switches: :")},
		},
	}
}

// A step is a few blocks that leave the switch working, whatever comes after.
type step struct {
	id     string // the same in every language
	title  config.Words
	why    config.Words
	blocks []block
}

// What is done with the lines of a block.
const (
	doCreate  = "create"  // they are the file
	doAppend  = "append"  // to the end of the file
	doInsert  = "insert"  // after the line find
	doReplace = "replace" // instead of the line find
	doRemove  = "remove"  // the lines are taken out of the file; without lines the file is deleted
	doPage    = "page"    // they are what to choose and to fill in on a page
	doRun     = "run"     // as root on the machine of the switch
	doCheck   = "check"   // run, and look whether it prints what shows says
)

// A block is one thing to do.
type block struct {
	action string
	file   string // of the switch
	page   string // of its web pages: the way there in its menu
	find   string
	lines  []string
	shows  []string // check: each is somewhere in what it prints
	note   config.Words
}

func create(file string, lines []string) block {
	return block{action: doCreate, file: file, lines: lines}
}
func appendTo(file string, lines ...string) block {
	return block{action: doAppend, file: file, lines: lines}
}
func insert(file, after string, lines ...string) block {
	return block{action: doInsert, file: file, find: after, lines: lines}
}
func replace(file, old string, lines ...string) block {
	return block{action: doReplace, file: file, find: old, lines: lines}
}
func remove(file string, lines ...string) block {
	return block{action: doRemove, file: file, lines: lines}
}
func page(way string, lines ...string) block {
	return block{action: doPage, page: way, lines: lines}
}
func run(commands ...string) block { return block{action: doRun, lines: commands} }
func look(command string, shows ...string) block {
	return block{action: doCheck, lines: []string{command}, shows: shows}
}

// noted is the block with a word about it.
func (b block) noted(fr, en string, args ...any) block {
	b.note = both(fr, en, args...)
	return b
}

// trial is the last step, the same for each switch.
func (l link) trial(old config.Words) step {
	return step{
		id: "try", title: both("Essayez", "Try it"),
		why: both("Appelez le %s d'un téléphone de dehors : vous entendez hotline. Arrêtez hotline (systemctl stop hotline) et rappelez : %s.",
			"Call %s from a telephone outside: you hear hotline. Stop hotline (systemctl stop hotline) and call again: %s.", l.number.Pretty(), old),
		blocks: []block{
			run("hotline doctor").noted("Avant l'appel, sur la machine de hotline (en marche) :", "Before the call, on hotline's machine (it is running):"),
			run("hotline cdr list").noted("Après l'appel :", "After the call:"),
		},
	}
}
