package main

import (
	"context"
	"log/slog"
	"net"

	"hotline/config"
	"hotline/prompt"
	"hotline/routing"
)

// fetched are the sounds that switches fetch by HTTP, and where they do.
type fetched struct {
	shelf    *prompt.Shelf
	listener net.Listener // nil: no switch fetches any
	log      *slog.Logger
}

// offerSounds puts the sounds of the rules where switches fetch them. A hotline that cannot do that would serve callers who hear
// nothing, so that it does not start.
func offerSounds(ctx context.Context, daemon *config.Daemon, rules *routing.Version, log *slog.Logger) (fetched, error) {
	if daemon.Prompts.HTTP == "" {
		return fetched{}, nil
	}
	var listening net.ListenConfig
	l, err := listening.Listen(ctx, "tcp", daemon.Prompts.Listen)
	if err != nil {
		return fetched{}, mistaken("les commutateurs ne peuvent pas chercher les sons : hotline n'écoute pas à %s (%s). À faire : libérez ce port, ou changez prompts.http et prompts.http_listen",
			"switches cannot fetch the sounds: hotline does not listen at %s (%s). To do: free this port, or change prompts.http and prompts.http_listen",
			daemon.Prompts.Listen, err)
	}
	log.Info("sounds offered by HTTP", "at", daemon.Prompts.HTTP, "listening", daemon.Prompts.Listen)
	f := fetched{shelf: prompt.NewShelf(), listener: l, log: log}
	stock(rules.Sounds, f.shelf, log)
	return f, nil
}

// stock puts sounds where switches fetch them. One that is missing has been complained of.
func stock(sounds routing.Sounds, shelf *prompt.Shelf, log *slog.Logger) {
	if shelf == nil {
		return
	}
	for _, err := range sounds.Stock(shelf) {
		log.Warn("a sound is not offered by HTTP; callers will not hear it", "err", err)
	}
}

// close frees the address, also when nobody came to answer there.
func (f fetched) close() {
	if f.listener != nil {
		_ = f.listener.Close() // it may be closed already
	}
}

// serve answers the switches until ctx ends.
func (f fetched) serve(ctx context.Context) {
	if err := f.shelf.Serve(ctx, f.listener); err != nil {
		f.log.Error("sounds are no longer offered by HTTP; callers hear only what the switch has kept", "err", err)
	}
}
