package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

const (
	bootLimit = 30 * time.Second      // for a busy machine; two seconds are usual
	bootPoll  = 50 * time.Millisecond // between two looks whether it is up
	stopLimit = 10 * time.Second      // then it is killed
	askLimit  = 5 * time.Second       // for one command of the switch's own
	logTail   = 80                    // lines of the log that Log returns
)

// A process is one run of a switch.
type process struct {
	name string
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	err  error         // how it ended; read it after done
}

// Start starts the switch again after Stop or Kill, with the same folder and ports. It is no error when it runs.
func (m *machine) Start(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.process != nil && m.process.running() {
		return nil
	}
	p, err := m.launch()
	if err != nil {
		return err
	}
	m.process = p
	ctx, cancel := context.WithTimeout(ctx, bootLimit)
	defer cancel()
	if err := m.booted(ctx, p); err != nil {
		return errors.Join(fmt.Errorf("start %s in %s: %w\n%s", p.name, m.Dir, err, m.Log()), p.kill())
	}
	return nil
}

// launch starts the program. The thread that starts it stays for as long as it runs, because on Linux the switch is
// told to die together with that thread.
func (m *machine) launch() (*process, error) {
	console, err := os.OpenFile(filepath.Join(m.Dir, "log", "console.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", m.kind.name(), err)
	}
	p := &process{name: m.kind.name(), cmd: m.kind.command(), done: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = console, console
	p.cmd.Dir = m.Dir
	p.cmd.SysProcAttr = dieWithUs()
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer close(p.done)
		defer console.Close()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.err = p.cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	return p, nil
}

// booted waits until calls can come.
func (m *machine) booted(ctx context.Context, p *process) error {
	tick := time.NewTicker(bootPoll)
	defer tick.Stop()
	for {
		err := m.kind.answers(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("it ended at once: %w", p.err)
		case <-ctx.Done():
			return fmt.Errorf("%w; last: %w", context.Cause(ctx), err)
		case <-tick.C:
		}
	}
}

// Stop ends the switch as an administrator would: it hangs up what is left. The folder and the ports stay for Start.
func (m *machine) Stop() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.process
	if p == nil || !p.running() {
		return nil
	}
	if err := p.signal(syscall.SIGCONT); err != nil {
		return err
	}
	// SIGTERM is Asterisk's "core stop now" and FreeSWITCH's "shutdown".
	if err := p.signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(stopLimit):
		return errors.Join(fmt.Errorf("%s in %s did not stop within %s and was killed", p.name, m.Dir, stopLimit), p.kill())
	}
}

// Kill ends the switch as a power cut would.
func (m *machine) Kill() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.process == nil {
		return nil
	}
	return m.process.kill()
}

// Pause freezes the switch: its connections stay open and nothing answers. Resume thaws it.
func (m *machine) Pause() error { return m.signal(syscall.SIGSTOP) }

// Resume ends a Pause.
func (m *machine) Resume() error { return m.signal(syscall.SIGCONT) }

func (m *machine) signal(s syscall.Signal) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.process == nil {
		return fmt.Errorf("send %s to the switch: it does not run", s)
	}
	return m.process.signal(s)
}

// Log is the end of the switch's log, for the report of a failed test.
func (m *machine) Log() string {
	var lines []string
	for _, name := range append([]string{"console.log"}, m.kind.logs()...) {
		data, err := os.ReadFile(filepath.Join(m.Dir, "log", name))
		if err != nil {
			lines = append(lines, err.Error())
			continue
		}
		lines = append(lines, strings.Split(strings.TrimSpace(string(data)), "\n")...)
	}
	return strings.Join(lines[max(0, len(lines)-logTail):], "\n")
}

func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

func (p *process) signal(s syscall.Signal) error {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("send %s to %s: %w", s, p.name, err)
	}
	return nil
}

// kill returns when the process is gone.
func (p *process) kill() error {
	if err := p.signal(syscall.SIGKILL); err != nil {
		return err
	}
	<-p.done
	return nil
}
