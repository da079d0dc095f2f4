// Package lab starts real Asterisks and FreeSWITCHes for tests and for the demo, each with its own folder and its own
// loopback ports.
//
// Its guarantee: any number of labs run side by side on one machine without meeting, and none outlives the process
// that started it.
//
//	func TestSomething(t *testing.T) {
//		a := lab.RunAsterisk(t, lab.Options{})
//		// a.ARI, a.User, a.Password for the daemon; a.SIP() for phones, a.Trunk() for callers from outside
//	}
package lab

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
)

// The desk phones of a lab unless Options names others: 101 to 160.
const (
	firstPhone = 101
	lastPhone  = 160
)

// A Switch is a real switch under the control of a test.
type Switch interface {
	Start(ctx context.Context) error
	Stop() error
	Kill() error
	Pause() error
	Resume() error
	Close() error
	Log() string
	SIP() string
	Trunk() string
	PhonePassword(user string) string

	// Empty says whether no call is left on the switch.
	Empty(ctx context.Context) (bool, error)

	// CallPhone makes the switch call a phone for somebody who has nothing to do with hotline.
	CallPhone(ctx context.Context, user string) error

	// Config is the switch as an entry of hotline.yaml under that name, with another password than its own if one is given.
	Config(name, password string) string
}

// Options are what a lab may choose. The zero value is a good lab.
type Options struct {
	Dir      string  // for its configuration, records and log; kept. Empty: a temporary folder, removed by Close
	App      string  // hotline's instance; "hotline" if empty
	Password string  // for hotline; made up if empty
	Phones   []Phone // 101 to 160 with made-up passwords if nil
	Stock    bool    // the configuration that the switch is shipped with, and nothing of hotline in it
	Dialplan string  // more dialplan in the switch's own words, beside the extensions echo and early
}

// A Phone is a desk phone that may register.
type Phone struct{ User, Password string }

// A machine is what a lab has whichever switch runs in it.
type machine struct {
	App      string // hotline's instance
	Password string // for hotline
	Records  string // the file in which the switch writes how legs ended
	Dir      string // everything of this lab
	Peer     string // where the calls that it places over the trunk arrive

	kind      kind
	phones    []Phone
	passwords map[string]string // of the phones
	sip       string
	slot      *slot
	run       string // a folder with a short name: the path of a socket has a limit of 108 bytes
	temporary bool

	mu      sync.Mutex
	process *process // nil when it does not run
}

// A kind is what differs between the switches.
type kind interface {
	name() string
	command() *exec.Cmd
	answers(ctx context.Context) error // nil when calls can come
	logs() []string                    // files with its messages, beside what it prints
}

// prepare takes the ports and makes the folder, with these in it.
func (m *machine) prepare(k kind, o Options, folders ...string) error {
	m.kind, m.temporary = k, o.Dir == ""
	m.App, m.Password = orElse(o.App, "hotline"), orElse(o.Password, rand.Text())
	m.phones, m.passwords = o.Phones, map[string]string{}
	if m.phones == nil {
		for n := firstPhone; n <= lastPhone; n++ {
			m.phones = append(m.phones, Phone{strconv.Itoa(n), rand.Text()})
		}
	}
	for _, p := range m.phones {
		m.passwords[p.User] = p.Password
	}
	var err error
	if m.slot, err = takeSlot(); err != nil {
		return err
	}
	m.sip, m.Peer = loopback(m.slot.base+offsetSIP), loopback(m.slot.base+offsetPeer)
	if m.run, err = os.MkdirTemp("", "lab"); err != nil {
		return fmt.Errorf("make the lab's run folder: %w", err)
	}
	m.Dir = o.Dir
	if m.temporary {
		m.Dir = filepath.Join(m.run, "state")
	}
	if m.Dir, err = filepath.Abs(m.Dir); err != nil {
		return fmt.Errorf("place the lab: %w", err)
	}
	for _, sub := range append(folders, "etc", "log") {
		if err := os.MkdirAll(filepath.Join(m.Dir, sub), 0o755); err != nil {
			return fmt.Errorf("make the lab's folders: %w", err)
		}
	}
	return nil
}

// SIP is where phones register, such as 127.0.0.1:12001.
func (m *machine) SIP() string { return m.sip }

// PhonePassword is the SIP password of a desk phone; empty for a phone that the lab does not know.
func (m *machine) PhonePassword(user string) string { return m.passwords[user] }

// Close ends the lab: the switch, its ports, its temporary folders. Closing twice is no error.
func (m *machine) Close() error {
	err := m.Stop()
	if m.slot != nil {
		err = errors.Join(err, m.slot.release())
		m.slot = nil
	}
	if m.run != "" {
		err = errors.Join(err, os.RemoveAll(m.run))
		m.run = ""
	}
	return err
}

// orElse is the second if the first is empty.
func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
