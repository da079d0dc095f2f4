package main

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"path/filepath"
	"syscall"
	"time"

	"hotline/config"
	"hotline/disk"
	"hotline/esl"
	"hotline/pbx"
	"hotline/routing"
	"hotline/store"
	"hotline/web"
)

// facts are what a running daemon can say of itself and of its machine.
type facts struct {
	daemon  *config.Daemon
	book    *rulebook
	boards  []*routing.Switchboard
	started time.Time
	log     *lastTroubles

	shutters *routing.Shutters
}

// now looks at everything anew. It reads files, and so is never called where calls wait for it.
func (f *facts) now() web.Facts {
	w := machine(f.daemon)
	w.Program.Started = f.started
	v := f.book.current.Load()
	w.Rules.Version, w.Rules.Number, w.Rules.Loaded, w.Rules.Who, w.Rules.Why = v.Hash, v.Number, v.At, v.Who, v.Why
	for i, b := range f.boards {
		w.Switches = append(w.Switches, linkOf(f.daemon.Switches[i], b.Exchange.Link()))
	}
	w.Log = f.log.log()
	ctx, cancel := context.WithTimeout(context.Background(), missedWait)
	defer cancel()
	if n, err := toCallBack(ctx, f.book.db, f.book.floor.force.Now().Rules, time.Now()); err == nil {
		w.Missed = n
	}
	w.Closed = f.shutters.List(time.Now())
	if late, givenUp, err := f.book.db.LettersLeft(ctx); err == nil {
		w.Outbox = web.Outbox{Late: late, GivenUp: givenUp}
	}
	return w
}

// missedWait is how long status waits for the number of callers to call back: without it the page is still worth seeing.
const missedWait = 2 * time.Second

// machine is what can be said of the machine without a daemon.
func machine(daemon *config.Daemon) web.Facts {
	w := web.Facts{
		Program: web.Program{Version: version()}, Rules: web.Rules{File: daemon.Rules}, Switches: []web.Switch{},
		Disk: web.Disk{Folder: filepath.Dir(daemon.Database), Free: -1}, Database: web.Database{File: daemon.Database, Bytes: -1},
		Missed: -1, Closed: []routing.Closing{},
	}
	var err error
	if w.Rules.OnDisk, err = config.HashFile(daemon.Rules); err != nil {
		w.Rules.Problem = err.Error()
	}
	if free, err := disk.Free(w.Disk.Folder); err == nil {
		w.Disk.Free = free
	}
	switch size, err := store.Size(daemon.Database); {
	case err == nil:
		w.Database.Bytes = size
	case !errors.Is(err, fs.ErrNotExist):
		w.Database.Problem = err.Error()
	}
	return w
}

// linkOf is the connection with a switch, for people and programs.
func linkOf(s config.Switch, l pbx.Link) web.Switch {
	w := web.Switch{Name: s.Name, Kind: s.Kind, At: s.URL, Connected: l.Up, Since: l.Since, Version: l.Version}
	if s.Kind == config.FreeSWITCH {
		w.At = s.Address
	}
	if l.Up {
		return w
	}
	w.Why = whyDown(l.Err)
	if l.Err != nil {
		w.Error = l.Err.Error()
	}
	return w
}

// whyDown is the code of why a switch is not connected.
func whyDown(err error) string {
	var slow net.Error
	var name *net.DNSError
	switch {
	case err == nil:
		return web.Connecting
	case errors.Is(err, pbx.ErrAuth):
		return web.Refused
	case errors.Is(err, pbx.ErrReplaced):
		return web.Replaced
	case errors.Is(err, syscall.ECONNREFUSED):
		return web.NoListener
	case errors.As(err, &name):
		return web.NoName
	case errors.Is(err, esl.ErrSilent), errors.As(err, &slow) && slow.Timeout():
		return web.NoReply
	}
	return web.Unreachable
}
