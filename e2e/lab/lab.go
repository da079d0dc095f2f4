// Package lab starts real Asterisks for tests and for the demo, each with its own folder and its own loopback ports.
//
// Its guarantee: any number of labs run side by side on one machine without meeting, and none outlives the process
// that started it.
//
//	func TestSomething(t *testing.T) {
//		a := lab.Run(t, lab.Options{})
//		// a.ARI, a.User, a.Password for the daemon; a.SIP for phones
//	}
package lab

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"hotline/deploy/asterisk"
)

// The desk phones of a lab unless Options names others: 101 to 160.
const (
	firstPhone = 101
	lastPhone  = 160
)

// localDialplan gives phones and outside callers something to talk to without hotline.
const localDialplan = `[lab]
exten => echo,1,Answer()
 same => n,Echo()
exten => early,1,Progress()
 same => n,Playback(tt-allbusy,noanswer)
 same => n,Hangup(17)

[from-phones](+)
include => lab

[from-trunk](+)
include => lab
`

// Options are what a lab may choose. The zero value is a good lab.
type Options struct {
	Dir         string           // for its configuration, records and log; kept. Empty: a temporary folder, removed by Close
	App         string           // name of the Stasis application; "hotline" if empty
	ARIPassword string           // made up if empty
	Phones      []asterisk.Phone // 101 to 160 with made-up passwords if nil
	Dialplan    string           // more dialplan, beside the extensions echo and early
}

// An Asterisk is a real switch under the control of a test.
type Asterisk struct {
	ARI      string // address of its REST interface, such as http://127.0.0.1:12002/ari
	User     string // of ARI
	Password string // of ARI
	App      string // its Stasis application
	SIP      string // where phones register and outside callers call, such as 127.0.0.1:12001
	Peer     string // where the calls that it places over the trunk arrive
	Records  string // the file with a line per step of each leg
	Dir      string // everything of this lab

	phones    map[string]string
	prefix    Prefix
	slot      *slot
	run       string // folder of the control socket: short, for its path has a limit of 108 bytes
	temporary bool

	mu      sync.Mutex
	process *process // nil when it does not run
}

// Start prepares a lab and starts its Asterisk. It returns when phones can register and ARI answers, or when ctx ends;
// afterwards ctx is of no importance. The lab belongs to the caller, who ends it with Close.
func Start(ctx context.Context, o Options) (*Asterisk, error) {
	prefix, err := Find()
	if err != nil {
		return nil, err
	}
	a := &Asterisk{
		User:      "hotline",
		Password:  orElse(o.ARIPassword, rand.Text()),
		App:       orElse(o.App, "hotline"),
		prefix:    prefix,
		phones:    map[string]string{},
		temporary: o.Dir == "",
	}
	if err := a.prepare(o); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	if err := a.Start(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// prepare takes the ports and writes the folder.
func (a *Asterisk) prepare(o Options) error {
	var err error
	if a.slot, err = takeSlot(); err != nil {
		return err
	}
	base := a.slot.base
	a.SIP, a.Peer = loopback(base+offsetSIP), loopback(base+offsetPeer)
	a.ARI = "http://" + loopback(base+offsetHTTP) + "/ari"
	if a.run, err = os.MkdirTemp("", "lab"); err != nil {
		return fmt.Errorf("make the folder of the control socket: %w", err)
	}
	a.Dir = o.Dir
	if a.temporary {
		a.Dir = filepath.Join(a.run, "state")
	}
	if a.Dir, err = filepath.Abs(a.Dir); err != nil {
		return fmt.Errorf("place the lab: %w", err)
	}
	a.Records = filepath.Join(a.Dir, "log", "cel-custom", "hotline.csv")
	for _, sub := range []string{"etc", "lib", "cache", "log/cel-custom", "spool/recording", "spool/tmp"} {
		if err := os.MkdirAll(filepath.Join(a.Dir, sub), 0o755); err != nil {
			return fmt.Errorf("make the lab's folders: %w", err)
		}
	}
	return a.configure(o)
}

// configure writes the configuration of deploy/asterisk with this lab's values.
func (a *Asterisk) configure(o Options) error {
	base, phones := a.slot.base, o.Phones
	if phones == nil {
		for n := firstPhone; n <= lastPhone; n++ {
			phones = append(phones, asterisk.Phone{User: strconv.Itoa(n), Password: rand.Text()})
		}
	}
	for _, p := range phones {
		a.phones[p.User] = p.Password
	}
	etc := filepath.Join(a.Dir, "etc")
	err := asterisk.Render(etc, asterisk.Values{
		"STATE":         a.Dir,
		"RUN":           a.run,
		"MODULES":       a.prefix.Modules,
		"DATA":          a.prefix.Data,
		"APP":           a.App,
		"ARI_PASSWORD":  a.Password,
		"HTTP_ADDRESS":  "127.0.0.1",
		"HTTP_PORT":     strconv.Itoa(base + offsetHTTP),
		"SIP_BIND":      a.SIP,
		"TRUNK_CONTACT": "sip:" + a.Peer,
		"TRUNK_MATCH":   "127.0.0.0/8",
		"RTP_START":     strconv.Itoa(base + offsetRTP),
		"RTP_END":       strconv.Itoa(base + offsetRTP + slotRTP - 1),
	}, phones)
	if err != nil {
		return err
	}
	files := map[string]string{"extensions_local.conf": localDialplan + "\n" + o.Dialplan}
	// Core parts of Asterisk complain about each of these that is missing.
	for _, name := range []string{"acl", "ccss", "cdr", "features", "manager", "pjproject", "stasis", "udptl", "websocket_client"} {
		files[name+".conf"] = ""
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(etc, name), []byte(text), 0o600); err != nil {
			return fmt.Errorf("configure the lab: %w", err)
		}
	}
	return nil
}

// PhonePassword is the SIP password of a desk phone; empty for a phone that the lab does not know.
func (a *Asterisk) PhonePassword(user string) string { return a.phones[user] }

// Close ends the lab: Asterisk, its ports, its temporary folders. Closing twice is no error.
func (a *Asterisk) Close() error {
	err := a.Stop()
	if a.slot != nil {
		err = errors.Join(err, a.slot.release())
		a.slot = nil
	}
	if a.run != "" {
		err = errors.Join(err, os.RemoveAll(a.run))
		a.run = ""
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
