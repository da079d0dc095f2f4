package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"hotline/config"
	"hotline/disk"
	"hotline/store"
	"hotline/web"
)

// A line is a way to the hotline that runs.
type line struct {
	*web.Client
	daemon *config.Daemon
	tongue
}

// newLine reads where the control socket is. Nothing is asked yet.
func newLine(cmd *cobra.Command) (*line, error) {
	file, err := cmd.Flags().GetString("config")
	if err != nil {
		return nil, err
	}
	daemon, err := config.LoadDaemonWithoutSecrets(file, cmd.Flags())
	if err != nil {
		return nil, err
	}
	t := userTongue()
	return &line{Client: web.NewClient(daemon.Control, daemon.Instance, t.say("fr", "en")), daemon: daemon, tongue: t}, nil
}

// asking is what a command does that asks the hotline which runs for something, and prints it for a person or a program.
func asking[T any](asJSON *bool, ask func(*cobra.Command, *line, []string) (T, error), print func(*cobra.Command, *line, T) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		l, err := newLine(cmd)
		if err != nil {
			return err
		}
		got, err := ask(cmd, l, args)
		if err != nil {
			return l.problem(err)
		}
		if *asJSON {
			return writeIndented(cmd.OutOrStdout(), got)
		}
		return print(cmd, l, got)
	}
}

// trouble says why hotline has not answered, and what to do.
func (l *line) trouble(err error) error {
	w, known := l.whyNot(err)
	if !known {
		return err
	}
	return errors.New(l.in(w))
}

func (l *line) whyNot(err error) (config.Words, bool) {
	socket := l.daemon.Control
	restart := both("redémarrez hotline", "restart hotline")
	switch {
	case errors.Is(err, web.ErrNobody):
		if running, lockErr := store.InUse(l.daemon.Database); running && lockErr == nil {
			return both("hotline marche, mais pas sur la prise %s : son journal dit pourquoi, ou c'est une version plus ancienne. À faire : %s.",
				"hotline runs, but does not listen on the socket %s: its log says why, or it is an older version. To do: %s.", socket, restart), true
		}
		return both("hotline ne marche pas. À faire : systemctl start hotline (ou hotline serve).",
			"hotline is not running. To do: systemctl start hotline (or hotline serve)."), true
	case errors.Is(err, web.ErrDenied):
		return denied(socket), true
	case errors.Is(err, web.ErrSilent):
		return both("hotline marche, mais ne répond pas : il est bloqué, ou la machine est surchargée. Les appels restent sur le commutateur. À faire : %s.",
			"hotline runs and does not answer: it is stuck, or the machine has too much to do. The calls stay on the switch. To do: %s.", restart), true
	case errors.Is(err, web.ErrOlder):
		return both("le hotline qui marche ne connaît pas cette demande : il est d'une autre version que cette commande (%s). À faire : %s.",
			"the hotline that runs does not know this request: it is of another version than this command (%s). To do: %s.", version(), restart), true
	case errors.Is(err, web.ErrOther):
		return both("ce n'est pas hotline qui répond sur %s. À faire : corrigez control dans hotline.yaml.",
			"what answers on %s is not hotline. To do: correct control in hotline.yaml.", socket), true
	case errors.Is(err, web.ErrTwin):
		return both("sur %s répond un autre hotline que celui de ce hotline.yaml (instance %s). À faire : donnez à chacun sa prise (control dans hotline.yaml), puis redémarrez-les.",
			"what answers on %s is another hotline than that of this hotline.yaml (instance %s). To do: give each its own socket (control in hotline.yaml), then restart them.",
			socket, l.daemon.Instance), true
	case errors.Is(err, web.ErrTooLong):
		return both("le chemin %s est trop long pour une prise Unix. À faire : écrivez control: /run/hotline/hotline.sock dans hotline.yaml.",
			"the path %s is too long for a Unix socket. To do: write control: /run/hotline/hotline.sock in hotline.yaml.", socket), true
	}
	return config.Words{}, false
}

// denied says who may use the socket.
func denied(socket string) config.Words {
	group := groupOf(socket)
	if group == "" || group == "root" {
		return both("vous n'avez pas le droit de parler à hotline (%s). À faire : relancez cette commande avec sudo.",
			"you may not talk to hotline (%s). To do: run this command again with sudo.", socket)
	}
	return both("vous n'avez pas le droit de parler à hotline (%[1]s) : il faut être du groupe %[2]s. À faire : sudo usermod -aG %[2]s %[3]s, puis rouvrez votre session ; ou relancez cette commande avec sudo.",
		"you may not talk to hotline (%[1]s): that takes the group %[2]s. To do: sudo usermod -aG %[2]s %[3]s, then log in again; or run this command again with sudo.",
		socket, group, who())
}

// groupOf is the group that may use the socket: its own, or that of the folder that keeps us from seeing it.
func groupOf(path string) string {
	for {
		info, err := os.Stat(path)
		if err == nil {
			_, gid := disk.Owner(info)
			id := strconv.Itoa(gid)
			if g, err := user.LookupGroupId(id); err == nil {
				return g.Name
			}
			return id
		}
		if above := filepath.Dir(path); errors.Is(err, fs.ErrPermission) && above != path {
			path = above
			continue
		}
		return ""
	}
}

// problem says what the daemon has answered instead of what was asked for.
func (l *line) problem(err error) error {
	var p *web.Problem
	if errors.As(err, &p) {
		return p // in the language of who asks
	}
	return l.trouble(err)
}

// tell writes one sentence.
func (l *line) tell(cmd *cobra.Command, fr, en string, values ...any) {
	wrapped(cmd.OutOrStdout(), "", fmt.Sprintf(l.say(fr, en), values...))
}
