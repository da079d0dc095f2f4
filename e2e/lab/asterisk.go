package lab

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"hotline/deploy/asterisk"
)

// asteriskDialplan gives phones and outside callers something to talk to without hotline.
const asteriskDialplan = `[lab]
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

// An Asterisk is a real Asterisk under the control of a test.
type Asterisk struct {
	machine
	ARI  string // address of its REST interface, such as http://127.0.0.1:12002/ari
	User string // of ARI

	prefix Prefix
	stock  bool // ARI is not there from the beginning
}

// StartAsterisk prepares a lab and starts its Asterisk. It returns when phones can register and ARI answers, or when
// ctx ends; afterwards ctx is of no importance. The lab belongs to the caller, who ends it with Close.
func StartAsterisk(ctx context.Context, o Options) (*Asterisk, error) {
	prefix, err := FindAsterisk()
	if err != nil {
		return nil, err
	}
	a := &Asterisk{User: "hotline", prefix: prefix}
	if err := a.prepare(a, o, "lib", "cache", "log/cel-custom", "log/cdr-csv", "spool/recording", "spool/tmp"); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	a.ARI = "http://" + loopback(a.slot.base+offsetControl) + "/ari"
	a.Records = filepath.Join(a.Dir, "log", "cel-custom", "hotline.csv")
	a.stock = o.Stock
	configure := func() error { return a.configure(o.Dialplan) }
	if o.Stock {
		configure = a.configureStock
	}
	if err := configure(); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	if err := a.Start(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// configure writes the configuration of deploy/asterisk with this lab's values.
func (a *Asterisk) configure(dialplan string) error {
	etc := filepath.Join(a.Dir, "etc")
	if err := a.render(etc); err != nil {
		return err
	}
	files := map[string]string{"extensions_local.conf": asteriskDialplan + "\n" + dialplan}
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

// render writes the lab's own configuration into a folder.
func (a *Asterisk) render(etc string) error {
	base := a.slot.base
	var phones []asterisk.Phone
	for _, p := range a.phones {
		phones = append(phones, asterisk.Phone(p))
	}
	return asterisk.Render(etc, asterisk.Values{
		"STATE":         a.Dir,
		"RUN":           a.run,
		"MODULES":       a.prefix.Modules,
		"DATA":          a.prefix.Data,
		"APP":           a.App,
		"FALLBACK":      asterisk.Busy,
		"ARI_PASSWORD":  a.Password,
		"HTTP_ADDRESS":  "127.0.0.1",
		"HTTP_PORT":     strconv.Itoa(base + offsetControl),
		"SIP_BIND":      a.sip,
		"TRUNK_CONTACT": "sip:" + a.Peer,
		"TRUNK_MATCH":   "127.0.0.0/8",
		"RTP_START":     strconv.Itoa(base + offsetRTP),
		"RTP_END":       strconv.Itoa(base + offsetRTP + slotRTP - 1),
	}, phones)
}

// Trunk is where callers from outside call: Asterisk tells them from phones by their names.
func (a *Asterisk) Trunk() string { return a.sip }

// CallPhone calls a phone, which talks with its own echo.
func (a *Asterisk) CallPhone(ctx context.Context, user string) error {
	what := url.Values{"endpoint": {"PJSIP/" + user}, "context": {"lab"}, "extension": {"echo"}, "priority": {"1"}}
	return a.ask(ctx, http.MethodPost, "/channels?"+what.Encode())
}

// Config is this Asterisk as an entry of hotline.yaml, with another password than its own if one is given.
func (a *Asterisk) Config(name, password string) string {
	return fmt.Sprintf(`{name: %s, kind: asterisk, url: "%s", user: %s, password: "%s", records: "%s"}`,
		name, a.ARI, a.User, orElse(password, a.Password), a.Records)
}

// Empty says whether neither a channel nor a bridge is left.
func (a *Asterisk) Empty(ctx context.Context) (bool, error) {
	channels, err := a.CLI(ctx, "core show channels concise")
	if err != nil {
		return false, err
	}
	bridges, err := a.CLI(ctx, "bridge show all")
	if err != nil {
		return false, err
	}
	return strings.TrimSpace(channels) == "" && strings.Count(strings.TrimSpace(bridges), "\n") == 0, nil
}

func (a *Asterisk) name() string       { return "asterisk" }
func (a *Asterisk) logs() []string     { return []string{"messages.log"} }
func (a *Asterisk) conf() string       { return filepath.Join(a.Dir, "etc", "asterisk.conf") }
func (a *Asterisk) command() *exec.Cmd { return exec.Command(a.prefix.Command, "-f", "-C", a.conf()) }

// answers asks once whether ARI answers, all modules are loaded and SIP is served.
func (a *Asterisk) answers(ctx context.Context) error {
	if !a.stock {
		if err := a.ask(ctx, http.MethodGet, "/asterisk/info"); err != nil {
			return err
		}
	}
	if _, err := a.CLI(ctx, "core waitfullybooted"); err != nil {
		return err
	}
	transports, err := a.CLI(ctx, "pjsip show transports")
	if err != nil {
		return err
	}
	if !strings.Contains(transports, a.sip) {
		return fmt.Errorf("sip is not served on %s", a.sip)
	}
	return nil
}

// ask asks ARI for something whose answer is of no interest.
func (a *Asterisk) ask(ctx context.Context, method, what string) error {
	req, err := http.NewRequestWithContext(ctx, method, a.ARI+what, nil)
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
