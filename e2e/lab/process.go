package lab

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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
	askLimit  = 5 * time.Second       // for one command of Asterisk's own
	logTail   = 80                    // lines of the log that Log returns
)

// A process is one run of Asterisk.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	err  error         // how it ended; read it after done
}

// Start starts Asterisk again after Stop or Kill, with the same folder and ports. It is no error when it runs.
func (a *Asterisk) Start(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.process != nil && a.process.running() {
		return nil
	}
	p, err := a.launch()
	if err != nil {
		return err
	}
	a.process = p
	ctx, cancel := context.WithTimeout(ctx, bootLimit)
	defer cancel()
	if err := a.booted(ctx, p); err != nil {
		return errors.Join(fmt.Errorf("start asterisk in %s: %w\n%s", a.Dir, err, a.Log()), p.kill())
	}
	return nil
}

// launch starts the program. The thread that starts it stays for as long as it runs, because on Linux Asterisk is
// told to die together with that thread.
func (a *Asterisk) launch() (*process, error) {
	console, err := os.OpenFile(filepath.Join(a.Dir, "log", "console.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("start asterisk: %w", err)
	}
	p := &process{cmd: exec.Command(a.prefix.Command, "-f", "-C", a.conf()), done: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = console, console
	p.cmd.Dir = a.Dir
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
		return nil, fmt.Errorf("start asterisk: %w", err)
	}
	return p, nil
}

// booted waits until ARI answers, all modules are loaded and SIP is served.
func (a *Asterisk) booted(ctx context.Context, p *process) error {
	tick := time.NewTicker(bootPoll)
	defer tick.Stop()
	for {
		err := a.answers(ctx)
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

// answers asks once.
func (a *Asterisk) answers(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.ARI+"/asterisk/info", nil)
	if err != nil {
		return err
	}
	req.SetBasicAuth(a.User, a.Password)
	client := http.Client{Timeout: askLimit, Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	if err := res.Body.Close(); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("ari answers %s", res.Status)
	}
	if _, err := a.CLI(ctx, "core waitfullybooted"); err != nil {
		return err
	}
	transports, err := a.CLI(ctx, "pjsip show transports")
	if err != nil {
		return err
	}
	if !strings.Contains(transports, a.SIP) {
		return fmt.Errorf("sip is not served on %s", a.SIP)
	}
	return nil
}

// CLI runs one command of Asterisk's own console and returns what it prints.
func (a *Asterisk) CLI(ctx context.Context, command string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	out, err := exec.CommandContext(ctx, a.prefix.Command, "-C", a.conf(), "-rx", command).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("asterisk %q: %w: %s", command, err, strings.TrimSpace(string(out)))
	}
	return string(out), nil
}

// Stop ends Asterisk as an administrator would: it hangs up what is left. The folder and the ports stay for Start.
func (a *Asterisk) Stop() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	p := a.process
	if p == nil || !p.running() {
		return nil
	}
	if err := p.signal(syscall.SIGCONT); err != nil {
		return err
	}
	// SIGTERM is its "core stop now".
	if err := p.signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(stopLimit):
		return errors.Join(fmt.Errorf("asterisk in %s did not stop within %s and was killed", a.Dir, stopLimit), p.kill())
	}
}

// Kill ends Asterisk as a power cut would.
func (a *Asterisk) Kill() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.process == nil {
		return nil
	}
	return a.process.kill()
}

// Pause freezes Asterisk: its connections stay open and nothing answers. Resume thaws it.
func (a *Asterisk) Pause() error { return a.signal(syscall.SIGSTOP) }

// Resume ends a Pause.
func (a *Asterisk) Resume() error { return a.signal(syscall.SIGCONT) }

func (a *Asterisk) signal(s syscall.Signal) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.process == nil {
		return fmt.Errorf("send %s to asterisk: it does not run", s)
	}
	return a.process.signal(s)
}

// Log is the end of Asterisk's log, for the report of a failed test.
func (a *Asterisk) Log() string {
	var lines []string
	for _, name := range []string{"console.log", "messages.log"} {
		data, err := os.ReadFile(filepath.Join(a.Dir, "log", name))
		if err != nil {
			lines = append(lines, err.Error())
			continue
		}
		lines = append(lines, strings.Split(strings.TrimSpace(string(data)), "\n")...)
	}
	return strings.Join(lines[max(0, len(lines)-logTail):], "\n")
}

func (a *Asterisk) conf() string { return filepath.Join(a.Dir, "etc", "asterisk.conf") }

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
		return fmt.Errorf("send %s to asterisk: %w", s, err)
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
