package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

const stopLimit = 10 * time.Second // for hotline to leave; then it is killed

// A daemon is hotline itself, as a child, and what it logs.
type daemon struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended and its log is read
	err  error         // how it ended; read it after done

	mu      sync.Mutex
	log     []entry
	changed chan struct{} // closed and replaced at each line of the log
}

// An entry is one line of the log.
type entry struct {
	raw string

	Level, Msg, Version                           string
	Call, From, Service, Queue, Agent, Phone, Key string
	Reason, Arrived                               string
}

// launch starts `hotline serve`. The thread that starts it stays for as long as it runs, because on Linux the child
// dies together with that thread.
func launch(program string, args, env []string) (*daemon, error) {
	d := &daemon{cmd: exec.Command(program, args...), done: make(chan struct{}), changed: make(chan struct{})}
	d.cmd.Env = env
	d.cmd.SysProcAttr = ownDeath()
	stderr, err := d.cmd.StderrPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer close(d.done)
		err := d.cmd.Start()
		started <- err
		if err == nil {
			read := d.read(stderr)
			d.err = errors.Join(read, d.cmd.Wait())
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	return d, nil
}

// read keeps the log, line by line.
func (d *daemon) read(from io.Reader) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		e := entry{raw: lines.Text()}
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			e.Level, e.Msg = "ERROR", e.raw // its last words, or a panic
		}
		d.mu.Lock()
		d.log = append(d.log, e)
		close(d.changed)
		d.changed = make(chan struct{})
		d.mu.Unlock()
	}
	return lines.Err()
}

// next returns line i of the log, counted from 0, once it is there.
func (d *daemon) next(ctx context.Context, i int) (entry, error) {
	for {
		d.mu.Lock()
		log, changed := d.log, d.changed
		d.mu.Unlock()
		if i < len(log) {
			return log[i], nil
		}
		select {
		case <-changed:
		case <-d.done:
			return entry{}, fmt.Errorf("hotline ended: %v", d.err)
		case <-ctx.Done():
			return entry{}, context.Cause(ctx)
		}
	}
}

// wait returns the first line of the log that fits, whether it is there already or comes.
func (d *daemon) wait(ctx context.Context, what string, fits func(entry) bool) (entry, error) {
	for i := 0; ; i++ {
		e, err := d.next(ctx, i)
		if err != nil {
			return e, fmt.Errorf("wait until hotline logs %s: %w", what, err)
		}
		if fits(e) {
			return e, nil
		}
	}
}

// slowDisk is the one warning that is about the machine, and does the calls no harm.
const slowDisk = "writing takes long; the call goes on"

// complaint waits for a warning or an error in the log, which a good day does not have; it calls slow when the disk is
// slow for the first time. It returns nil when ctx ends.
func (d *daemon) complaint(ctx context.Context, slow func()) error {
	told := false
	for i := 0; ; i++ {
		e, err := d.next(ctx, i)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		case e.Msg == slowDisk:
			if !told {
				slow()
			}
			told = true
		case e.Level != "INFO" && e.Level != "DEBUG":
			return fmt.Errorf("hotline complains: %s", e.raw)
		}
	}
}

// tail is the end of the log.
func (d *daemon) tail(n int) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var lines []string
	for _, e := range d.log[max(0, len(d.log)-n):] {
		lines = append(lines, e.raw)
	}
	return strings.Join(lines, "\n")
}

// stop asks hotline to leave, and returns when it has.
func (d *daemon) stop() error {
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop hotline: %w", err)
	}
	select {
	case <-d.done:
	case <-time.After(stopLimit):
		err := fmt.Errorf("hotline did not leave within %s and was killed", stopLimit)
		err = errors.Join(err, d.cmd.Process.Kill())
		<-d.done
		return err
	}
	if d.err != nil {
		return fmt.Errorf("hotline ended: %w", d.err)
	}
	return nil
}
