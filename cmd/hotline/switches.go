package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"hotline/ari"
	"hotline/config"
	"hotline/esl"
	"hotline/pbx"
	"hotline/prompt"
	"hotline/routing"
)

// switchLog is the log of what concerns one switch. With one switch there is nothing to tell apart.
func switchLog(daemon *config.Daemon, s config.Switch, log *slog.Logger) *slog.Logger {
	if len(daemon.Switches) == 1 {
		return log
	}
	return log.With("switch", s.Name)
}

func switchNames(daemon *config.Daemon) (names []string) {
	for _, s := range daemon.Switches {
		names = append(names, s.Name)
	}
	return names
}

// warnRecords says what is not as it should be with the file that the switch writes, and that nobody misses until then.
func warnRecords(s config.Switch, log *slog.Logger) {
	advice := "Asterisk writes it with the first call, if cel.conf and cel_custom.conf say so"
	if s.Kind == config.FreeSWITCH {
		advice = "FreeSWITCH writes it with the first call, if mod_cdr_csv is loaded and cdr_csv.conf.xml says so"
	}
	if s.Records == "" {
		log.Warn("records is not set: calls that end while hotline is away will have estimated ends")
	} else if _, err := os.Stat(filepath.Dir(s.Records)); err != nil {
		log.Warn("records cannot be read: calls that end while hotline is away will have estimated ends", "err", err)
	} else if _, err := os.Stat(s.Records); err != nil {
		log.Info("records is not there yet; "+advice, "err", err)
	}
}

// newBoards returns what serves the calls of each switch: all by the same rules, on the same floor.
func newBoards(daemon *config.Daemon, common routing.Setup, shelf *prompt.Shelf) ([]*routing.Switchboard, error) {
	var boards []*routing.Switchboard
	for _, s := range daemon.Switches {
		driver, err := newDriver(s, daemon.Instance, common.Log)
		if err != nil {
			return nil, fmt.Errorf("switch %s: %w", s.Name, err)
		}
		setup := common
		setup.Exchange, setup.Music = pbx.NewExchange(s.Name, driver, common.Log), s.Music
		setup.Prompts, setup.Log = s.PromptsFolder, switchLog(daemon, s, common.Log)
		setup.Trunks = s.Trunks
		if s.Fetches {
			setup.Prompts, setup.Shelf = daemon.Prompts.HTTP, shelf
		}
		boards = append(boards, routing.New(setup))
	}
	return boards, nil
}

// newDriver returns what drives that kind of switch.
func newDriver(s config.Switch, instance string, log *slog.Logger) (pbx.Switch, error) {
	trunks := map[string]string{}
	for _, t := range s.Trunks {
		trunks[t.Name] = t.Dial
	}
	if s.Kind == config.FreeSWITCH {
		return esl.New(esl.Config{
			Name: s.Name, Address: s.Address, Password: s.Password.Reveal(), Instance: instance,
			Phone: s.Phone, Trunks: trunks, Records: s.Records, Recordings: s.Recordings, Log: log,
		})
	}
	return ari.New(ari.Config{
		Name: s.Name, URL: s.URL, User: s.User, Password: s.Password.Reveal(), App: instance,
		Phone: s.Phone, Trunks: trunks, Records: s.Records, Log: log,
	})
}

// drive serves all switches until ctx ends or each of them has refused us for good. One that has does not end the calls
// of the others.
func drive(ctx context.Context, boards []*routing.Switchboard, log *slog.Logger) error {
	ended := make(chan error)
	var running sync.WaitGroup
	defer running.Wait()
	for _, b := range boards {
		running.Go(func() {
			err := b.Exchange.Run(ctx, b)
			if err != nil {
				b.Floor.Away(b.Exchange.Name())
			}
			ended <- err
		})
	}
	var refused []error
	for range boards {
		if err := <-ended; err != nil {
			if refused = append(refused, err); len(refused) < len(boards) {
				log.Error("a switch is given up; the others go on", "err", err)
			}
		}
	}
	if len(refused) < len(boards) {
		return nil
	}
	return errors.Join(refused...)
}
