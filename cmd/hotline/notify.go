package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"hotline/routing"
)

// A watchman tells systemd how the daemon is, if systemd wants to know (Type=notify, WatchdogSec).
type watchman struct {
	look func() (alive bool, line string) // does not return when hotline is stuck
	log  *slog.Logger
}

const (
	tellEvery  = 10 * time.Second // without a watchdog
	stuckAfter = 10 * time.Second // an event that is delivered for so long will not be any more
)

// watch tells systemd that calls are taken, then again and again how things are, until ctx ends. Whether the daemon is
// alive is not said but shown: each round takes every lock that a call needs, so that a daemon which is stuck is silent, and
// is started again. A slow or full disk is nothing that a new start mends, and holds up no round.
func (w *watchman) watch(ctx context.Context, leaving <-chan struct{}) {
	w.tell(daemon.SdNotifyReady)
	every := tellEvery
	watchdog, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		w.log.Warn("systemd's watchdog is not served", "err", err)
	}
	if watchdog > 0 {
		every = watchdog / 2
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if alive, line := w.look(); alive {
			w.tell("STATUS=" + line)
			if watchdog > 0 {
				w.tell(daemon.SdNotifyWatchdog)
			}
		}
		select {
		case <-tick.C:
		case <-leaving:
			w.tell(daemon.SdNotifyStopping)
			leaving = nil
		case <-ctx.Done():
			return
		}
	}
}

// lookAround goes where every call goes, and says in a line what goes on. It does not return when the floor or a switch is
// stuck on a lock.
func lookAround(floor *routing.Floor, boards []*routing.Switchboard, log *slog.Logger) (alive bool, line string) {
	now := floor.Snapshot()
	waiting := 0
	for _, q := range now.Queues {
		waiting += len(q.Waiting)
	}
	line, alive = fmt.Sprintf("%d calls, %d waiting", len(now.Calls), waiting), true
	for _, b := range boards {
		x := b.Exchange
		if l := x.Link(); !l.Up {
			line += fmt.Sprintf("; %s not connected since %s", x.Name(), l.Since.Format("15:04"))
		}
		if d := x.Stuck(); d > stuckAfter {
			log.Error("an event of the switch is stuck; systemd is no longer told that hotline is alive", "switch", x.Name(), "for", d)
			alive = false
		}
	}
	return alive, line
}

// tell says something to systemd; without systemd it is said to nobody.
func (w *watchman) tell(state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		w.log.Warn("systemd does not listen", "err", err)
	}
}
