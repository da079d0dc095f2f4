package esl

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// Facts are what Examine found out about a FreeSWITCH. What FreeSWITCH did not say is nil, or missing in its map.
type Facts struct {
	Err      error           // it was not reached, or was lost: ErrACL, pbx.ErrAuth, pbx.ErrDown, or another
	Version  string          // 1.11.3-dev~64bit
	Ahead    *time.Duration  // its clock, of ours; it says whole seconds, so this may be half a second off
	Modules  map[string]bool // those of Modules, whether it has loaded them
	Socket   *Socket
	Dialplan *Dialplan
	Files    map[string]bool // whether it sees them
	Streams  map[string]bool // the local streams that there are
	Records  *Records
	Phones   map[string]bool // whether they have registered
	Refer    []string        // sofia profiles by which outside callers come in, and may transfer
	RTP      [2]int          // the first and the last port of sound; 0 is not known
	SIP      []string        // the ports of the sofia profiles
}

// Socket is how the event socket is guarded. The password, which FreeSWITCH tells as well, is not kept.
type Socket struct {
	Listen string // the address
	ACL    bool   // a list says who may connect
}

// Records is what mod_cdr_csv writes.
type Records struct {
	File  string   // as FreeSWITCH sees it
	Lacks []string // lines of cdr_csv.conf.xml
}

// Modules are what hotline needs of FreeSWITCH, beside the event socket.
func Modules() []string {
	return []string{"mod_commands", "mod_sofia", "mod_dptools", "mod_dialplan_xml", "mod_sndfile", "mod_local_stream",
		"mod_tone_stream", recordsModule}
}

// FetchModules are what it needs besides to fetch sounds by HTTP.
func FetchModules() []string { return []string{"mod_httapi"} }

const (
	recordsModule = "mod_cdr_csv"
	examineLimit  = 6 * time.Second // for all of it
)

var errExamined = errors.New("the examination is over")

// Examine looks at a FreeSWITCH over one connection, without events, and changes nothing. The files are paths as
// FreeSWITCH sees them.
func Examine(ctx context.Context, cfg Config, files, phones []string) Facts {
	ctx, cancel := context.WithTimeoutCause(ctx, examineLimit, errSlow)
	defer cancel()
	s, err := New(cfg)
	if err != nil {
		return Facts{Err: err}
	}
	c, err := connect(ctx, s.cfg.Address, s.cfg.Password)
	if err != nil {
		return Facts{Err: err}
	}
	var reading sync.WaitGroup
	reading.Go(func() { c.read(func(string) {}) })
	defer reading.Wait()
	defer c.end(errExamined)

	x := examiner{Switch: s, c: c}
	f := Facts{
		Version: x.version(ctx), Ahead: x.ahead(ctx), Modules: x.modules(ctx, files), Socket: x.socket(ctx),
		Dialplan: x.dialplan(ctx), Files: x.files(ctx, files), Streams: x.streams(ctx), Records: x.records(ctx),
		Phones: x.registrations(ctx, phones),
	}
	f.Refer = x.referring(ctx, f.Dialplan)
	x.ports(ctx, &f)
	if f.Err = context.Cause(ctx); f.Err == nil {
		f.Err = c.why()
	}
	return f
}

var errSlow = fmt.Errorf("freeswitch has not answered everything within %s: %w", examineLimit, pbx.ErrDown)

// An examiner asks one FreeSWITCH.
type examiner struct {
	*Switch
	c *conn
}

// ask returns the answer, and whether it is one.
func (x examiner) ask(ctx context.Context, name string, words ...string) (string, bool) {
	wire, err := API(name, words...)
	if err != nil {
		return "", false
	}
	text, err := x.c.ask(ctx, wire)
	return text, err == nil && !strings.HasPrefix(text, "-")
}

// configuration returns one of FreeSWITCH's configurations as it stands in its memory.
func (x examiner) configuration(ctx context.Context, name string) *xmlConfig {
	text, ok := x.ask(ctx, "xml_locate", "configuration", "configuration", "name", name)
	if !ok {
		return nil
	}
	return readConfig(text)
}

// version takes 1.11.3-dev~64bit out of "FreeSWITCH Version 1.11.3-dev~64bit ( 64bit)".
func (x examiner) version(ctx context.Context) string {
	text, ok := x.ask(ctx, "version")
	if _, rest, found := strings.Cut(text, "Version "); ok && found {
		version, _, _ := strings.Cut(rest, " ")
		return clip(version)
	}
	return ""
}

func (x examiner) ahead(ctx context.Context) *time.Duration {
	before := time.Now()
	text, ok := x.ask(ctx, "strepoch")
	seconds, err := strconv.ParseInt(text, 10, 64)
	if !ok || err != nil {
		return nil
	}
	ours := before.Add(time.Since(before) / 2)
	ahead := time.Unix(seconds, 0).Add(time.Second / 2).Sub(ours)
	return &ahead
}

func (x examiner) modules(ctx context.Context, files []string) map[string]bool {
	there, wanted := map[string]bool{}, Modules()
	if slices.ContainsFunc(files, driver.IsAddress) {
		wanted = append(wanted, FetchModules()...)
	}
	for _, m := range wanted {
		text, ok := x.ask(ctx, "module_exists", m)
		if strings.HasSuffix(text, "Command not found!") { // who else should answer it
			return map[string]bool{"mod_commands": false}
		}
		if ok {
			there[m] = text == "true"
		}
	}
	return there
}

func (x examiner) socket(ctx context.Context) *Socket {
	c := x.configuration(ctx, "event_socket.conf")
	if c == nil {
		return nil
	}
	return &Socket{Listen: c.setting("listen-ip"), ACL: c.setting("apply-inbound-acl") != ""}
}

// files asks for each file. FreeSWITCH takes all that follows for the name, blanks included. Whether it can fetch what has an
// address it says only of a call.
func (x examiner) files(ctx context.Context, names []string) map[string]bool {
	there := map[string]bool{}
	for _, name := range names {
		file, err := fileName(name)
		if err != nil || driver.IsAddress(name) {
			continue
		}
		if text, ok := x.ask(ctx, "file_exists", strings.Split(file, " ")...); ok {
			there[name] = text == "true"
		}
	}
	return there
}

// streams reads lines of name and folder. FreeSWITCH says of an empty list that there was no reply.
func (x examiner) streams(ctx context.Context) map[string]bool {
	text, ok := x.ask(ctx, "local_stream", "show")
	if strings.TrimSpace(text) == "-ERR no reply" {
		return map[string]bool{}
	}
	if !ok {
		return nil
	}
	there := map[string]bool{}
	for line := range strings.Lines(text) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), ",")
		there[name] = true
	}
	return there
}

func (x examiner) records(ctx context.Context) *Records {
	c := x.configuration(ctx, "cdr_csv.conf")
	if c == nil {
		return nil
	}
	base := c.setting("log-base")
	if base == "" {
		base, _ = x.ask(ctx, "global_getvar", "log_dir")
	}
	return &Records{File: path.Join(base, "cdr-csv", "hotline.csv"), Lacks: c.lacksRecords()}
}

func (x examiner) registrations(ctx context.Context, phones []string) map[string]bool {
	text, ok := x.ask(ctx, "show", "registrations", "as", "json")
	if !ok {
		return nil
	}
	registered, err := x.readRegistrations(text)
	if err != nil {
		return nil
	}
	there := map[string]bool{}
	for _, p := range phones {
		there[p] = !x.registers() || registered[x.address(p)]
	}
	return there
}

// The modules that may hand FreeSWITCH a dialplan while a call comes in. Such a one cannot be seen without a call.
func (x examiner) dialplanMaker(ctx context.Context) string {
	for _, m := range []struct{ module, file string }{{"mod_lua", "lua.conf"}, {"mod_xml_curl", "xml_curl.conf"}} {
		if text, ok := x.ask(ctx, "module_exists", m.module); !ok || text != "true" {
			continue
		}
		if c := x.configuration(ctx, m.file); c != nil && c.makesDialplan() {
			return m.module
		}
	}
	return ""
}

// referring looks at the profiles that lead to the extensions of this instance.
func (x examiner) referring(ctx context.Context, d *Dialplan) []string {
	c := x.configuration(ctx, "sofia.conf")
	if c == nil || d == nil {
		return nil
	}
	var contexts []string
	for _, e := range d.Entries {
		if e.App == x.cfg.Instance {
			contexts = append(contexts, e.Context)
		}
	}
	return c.referring(contexts)
}

// ports are what outside sound and signalling come in by.
func (x examiner) ports(ctx context.Context, f *Facts) {
	if c := x.configuration(ctx, "switch.conf"); c != nil {
		f.RTP = [2]int{number(c.setting("rtp-start-port")), number(c.setting("rtp-end-port"))}
		if f.RTP[0] == 0 || f.RTP[1] == 0 {
			f.RTP = [2]int{defaultRTPStart, defaultRTPEnd}
		}
	}
	c := x.configuration(ctx, "sofia.conf")
	if c == nil {
		return
	}
	for _, p := range c.Profiles {
		if port := (&xmlConfig{Settings: p.Settings}).setting("sip-port"); number(port) > 0 && !slices.Contains(f.SIP, port) {
			f.SIP = append(f.SIP, port)
		}
	}
	slices.Sort(f.SIP)
}

// What FreeSWITCH takes when switch.conf.xml does not say, as in the shipped configuration.
const (
	defaultRTPStart = 16384
	defaultRTPEnd   = 32768
)

func (x examiner) dialplan(ctx context.Context) *Dialplan {
	text, ok := x.ask(ctx, "xml_locate", "dialplan")
	if !ok {
		return nil
	}
	d, err := readDialplan(text, x.cfg.Instance)
	if err != nil {
		return nil
	}
	d.Maker = x.dialplanMaker(ctx)
	return d
}
