// Command demo shows hotline at work: it starts a real Asterisk on loopback ports, the hotline of bin/ beside it, and
// real SIP telephones that call, press keys, wait, pick up and talk. `make demo` and `make run` call it.
//
// Its guarantee: what it tells was seen or heard by a telephone, or stands in hotline's log where telephones cannot
// know; anything unexpected ends it with exit code 1; and nothing that it starts outlives it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	demoLimit = 2 * time.Minute // for the scripted calls; half a minute is usual
	logTail   = 15              // lines of each log in the report of what went wrong
)

func main() {
	keep := flag.Bool("keep", false, "place no calls; stay up for a softphone of your own, until Ctrl-C")
	flag.Parse()
	// A closed terminal or a closed pipe ends the demo in an orderly way, too.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	s := newStage(os.Stdout, tongue(os.Getenv), time.Now())
	err, left := run(ctx, s, *keep)
	interrupted := ctx.Err() != nil
	stop()
	switch {
	case interrupted && left == nil:
		s.plain("\nTout est arrêté et effacé.", "\nEverything is stopped and removed.")
		if *keep {
			return
		}
	case err == nil && left == nil:
		return
	default:
		fmt.Fprintln(os.Stderr, s.say("\nLa démonstration a échoué : ", "\nThe demo failed: ")+errors.Join(err, left).Error())
	}
	os.Exit(1)
}

// run puts up the house, plays in it and takes it down, whatever happens. It returns what went wrong in it, and what
// could not be taken down.
func run(ctx context.Context, s *stage, keep bool) (err, left error) {
	if !keep {
		s.opening()
	}
	h, err := open(ctx, s)
	if err != nil {
		return err, nil
	}
	defer func() { left = h.close() }()
	if keep {
		err = keepUp(ctx, h)
	} else {
		err = perform(ctx, h)
	}
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("%w\n\n%s", err, h.tail())
	}
	return err, nil
}

// perform is the demo itself: the calls, and what hotline has kept of them.
func perform(ctx context.Context, h *house) error {
	ctx, cancel := context.WithTimeoutCause(ctx, demoLimit, fmt.Errorf("not done within %s", demoLimit))
	defer cancel()
	calls, err := play(ctx, h)
	if err != nil {
		return err
	}
	return h.records(ctx, calls)
}
