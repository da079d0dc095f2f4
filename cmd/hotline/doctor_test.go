package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/ari"
	"hotline/config"
	"hotline/esl"
	"hotline/pbx"
	"hotline/store"
	"hotline/web"
)

var update = flag.Bool("update", false, "write what is printed into testdata as what is wanted")

const goodPassword = "a-password-of-its-own"

// sick is a patient of that kind with the example's rules.
func sick(t *testing.T, kind string) patient {
	t.Helper()
	rules, problems := config.LoadRules(examples + "rules.yaml")
	if problems.Errors() {
		t.Fatal(problems.Err())
	}
	return newPatient(config.Switch{
		Name: "pbx", Kind: kind, Address: "192.0.2.7:8021", URL: "http://192.0.2.7:8088/ari", User: "hotline",
		Password: config.NewSecret(goodPassword), Phone: "user/{phone}@example.com", Music: "moh", PromptsFolder: "/srv/prompts",
	}, "hotline", rules)
}

// wellFreeSWITCH is a FreeSWITCH of which there is nothing to say.
func wellFreeSWITCH(p patient) esl.Facts {
	f := esl.Facts{
		Version: "1.11.3-dev~64bit", Ahead: new(time.Duration), Modules: map[string]bool{}, Files: map[string]bool{}, Phones: map[string]bool{},
		Socket: &esl.Socket{Listen: "127.0.0.1"}, Streams: map[string]bool{"moh": true}, Records: &esl.Records{File: "/var/log/freeswitch/cdr-csv/hotline.csv"},
		Dialplan: &esl.Dialplan{
			Entries:  []esl.Entry{{Context: "public", Extension: "hotline", App: "hotline"}},
			Fallback: &esl.Entry{Context: "hotline-fallback"}, Transfer: &esl.Entry{Context: "hotline-transfer"},
		},
	}
	for _, m := range esl.Modules() {
		f.Modules[m] = true
	}
	for _, file := range p.files {
		f.Files[file] = true
	}
	for _, phone := range p.phones {
		f.Phones[phone] = true
	}
	return f
}

func wellAsterisk(p patient) ari.Facts {
	app := "hotline"
	listen := "127.0.0.1"
	f := ari.Facts{
		Version: "22.10.1", Ahead: new(time.Duration), App: &app, Modules: map[string]bool{}, Phones: map[string]bool{},
		Extensions: map[ari.Extension]bool{}, Files: map[string]bool{}, Music: map[string]bool{}, Listen: &listen, RTP: [2]int{10000, 20000},
	}
	for _, e := range ari.Extensions() {
		f.Extensions[e] = true
	}
	for _, file := range p.files {
		f.Files[file] = true
	}
	for _, class := range p.music {
		f.Music[class] = true
	}
	for _, m := range ari.Modules() {
		f.Modules[m] = true
	}
	for _, phone := range p.phones {
		f.Phones[phone] = true
	}
	return f
}

// bad lists what is not well, as "check:level".
func bad(findings []finding) (list []string) {
	for _, f := range findings {
		if f.level != fine {
			list = append(list, f.check+":"+string(f.level))
		}
	}
	return list
}

func TestDoctorFreeSWITCH(t *testing.T) {
	ahead := func(d time.Duration) *time.Duration { return &d }
	for name, c := range map[string]struct {
		change func(*patient, *esl.Facts)
		want   []string
	}{
		"all well":          {func(*patient, *esl.Facts) {}, nil},
		"down":              {func(_ *patient, f *esl.Facts) { *f = esl.Facts{Err: pbx.ErrDown} }, []string{"reached:wrong"}},
		"wrong password":    {func(_ *patient, f *esl.Facts) { *f = esl.Facts{Err: pbx.ErrAuth} }, []string{"reached:wrong"}},
		"refused by a list": {func(_ *patient, f *esl.Facts) { *f = esl.Facts{Err: esl.ErrACL} }, []string{"reached:wrong"}},
		"something else":    {func(_ *patient, f *esl.Facts) { *f = esl.Facts{Err: errors.New("x")} }, []string{"reached:wrong"}},
		"lost meanwhile":    {func(_ *patient, f *esl.Facts) { f.Err, f.Ahead = pbx.ErrDown, nil }, []string{"clock:unseen", "lost:wrong"}},
		"shipped password":  {func(p *patient, _ *esl.Facts) { p.Password = config.NewSecret("ClueCon") }, []string{"password:warning"}},
		"weak password":     {func(p *patient, _ *esl.Facts) { p.Password = config.NewSecret("asterisk") }, []string{"password:warning"}},
		"short password":    {func(p *patient, _ *esl.Facts) { p.Password = config.NewSecret("fifteen-letters") }, []string{"password:warning"}},
		"open to all":       {func(_ *patient, f *esl.Facts) { f.Socket.Listen = "::" }, []string{"listen:warning"}},
		"open by default":   {func(_ *patient, f *esl.Facts) { f.Socket.Listen = "" }, []string{"listen:warning"}},
		"open to a list":    {func(_ *patient, f *esl.Facts) { f.Socket = &esl.Socket{Listen: "0.0.0.0", ACL: true} }, nil},
		"socket not shown":  {func(_ *patient, f *esl.Facts) { f.Socket = nil }, []string{"listen:unseen"}},
		"loopback of IPv6":  {func(_ *patient, f *esl.Facts) { f.Socket.Listen = "::1" }, nil},
		"no entry":          {func(_ *patient, f *esl.Facts) { f.Dialplan.Entries = nil }, []string{"dialplan:wrong"}},
		"another instance":  {func(_ *patient, f *esl.Facts) { f.Dialplan.Entries[0].App = "other" }, []string{"dialplan:wrong"}},
		"two instances": {func(_ *patient, f *esl.Facts) {
			f.Dialplan.Entries = append(f.Dialplan.Entries, esl.Entry{App: "other", Lacks: []string{"x"}})
		}, nil},
		"no instance":        {func(_ *patient, f *esl.Facts) { f.Dialplan.Entries[0] = esl.Entry{Lacks: []string{"x"}} }, []string{"dialplan:wrong"}},
		"no landing":         {func(_ *patient, f *esl.Facts) { f.Dialplan.Entries[0].Lacks = []string{"x"} }, []string{"dialplan:wrong"}},
		"it waits":           {func(_ *patient, f *esl.Facts) { f.Dialplan.Entries[0].Waits = true }, []string{"dialplan:warning"}},
		"callers transfer":   {func(_ *patient, f *esl.Facts) { f.Refer = []string{"external"} }, []string{"refer:warning"}},
		"no records asked":   {func(_ *patient, f *esl.Facts) { f.Dialplan.Entries[0].Wants = []string{"x"} }, []string{"dialplan:warning"}},
		"no fallback":        {func(_ *patient, f *esl.Facts) { f.Dialplan.Fallback = nil }, []string{"hotline_fallback:wrong"}},
		"half a fallback":    {func(_ *patient, f *esl.Facts) { f.Dialplan.Fallback.Lacks = []string{"x"} }, []string{"hotline_fallback:wrong"}},
		"no transfer":        {func(_ *patient, f *esl.Facts) { f.Dialplan.Transfer = nil }, []string{"hotline_transfer:wrong"}},
		"dialplan by a call": {func(_ *patient, f *esl.Facts) { f.Dialplan = &esl.Dialplan{Maker: "mod_lua"} }, []string{"dialplan:warning"}},
		"half by a call":     {func(_ *patient, f *esl.Facts) { f.Dialplan.Maker, f.Dialplan.Fallback = "mod_lua", nil }, []string{"hotline_fallback:warning"}},
		"dialplan not shown": {func(_ *patient, f *esl.Facts) { f.Dialplan = nil }, []string{"dialplan:warning"}},
		"no SIP":             {func(_ *patient, f *esl.Facts) { f.Modules["mod_sofia"] = false }, []string{"modules:wrong"}},
		"no records module":  {func(_ *patient, f *esl.Facts) { f.Modules["mod_cdr_csv"] = false }, []string{"modules:warning"}},
		"modules not known":  {func(_ *patient, f *esl.Facts) { f.Modules = nil }, []string{"modules:unseen"}},
		"a prompt elsewhere": {func(p *patient, f *esl.Facts) { f.Files[p.files[0]] = false }, []string{"prompts:wrong"}},
		"prompts not known":  {func(_ *patient, f *esl.Facts) { clear(f.Files) }, []string{"prompts:unseen"}},
		"no rules":           {func(p *patient, _ *esl.Facts) { p.rules, p.files, p.phones = nil, nil, nil }, nil},
		"no music":           {func(_ *patient, f *esl.Facts) { delete(f.Streams, "moh") }, []string{"music:wrong"}},
		"music for a rate":   {func(_ *patient, f *esl.Facts) { f.Streams = map[string]bool{"moh/8000": true, "moh/16000": true} }, nil},
		"music of a queue":   {func(p *patient, _ *esl.Facts) { p.music = append(p.music, "jazz") }, []string{"music:wrong"}},
		"no records":         {func(p *patient, _ *esl.Facts) { p.Records = "" }, []string{"records:warning"}},
		"records elsewhere":  {func(p *patient, _ *esl.Facts) { p.records = os.ErrNotExist }, []string{"records:warning"}},
		"no template":        {func(_ *patient, f *esl.Facts) { f.Records.Lacks = []string{"x"} }, []string{"records_template:warning"}},
		"a phone is off":     {func(p *patient, f *esl.Facts) { f.Phones[p.phones[0]] = false }, []string{"phones:warning"}},
		"phones not known":   {func(_ *patient, f *esl.Facts) { f.Phones = nil }, []string{"phones:unseen"}},
		"clock behind":       {func(_ *patient, f *esl.Facts) { f.Ahead = ahead(-3 * time.Second) }, []string{"clock:warning"}},
		"clock a bit ahead":  {func(_ *patient, f *esl.Facts) { f.Ahead = ahead(2 * time.Second) }, nil},
		"1.11.2":             {func(_ *patient, f *esl.Facts) { f.Version = "1.11.2" }, []string{"texts:warning"}},
		"1.10.12":            {func(_ *patient, f *esl.Facts) { f.Version = "1.10.12-release-12-a88d069d6f~64bit" }, []string{"crash:warning", "texts:warning"}},
		"no version":         {func(_ *patient, f *esl.Facts) { f.Version = "" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := sick(t, config.FreeSWITCH)
			p.Records = "/var/log/freeswitch/cdr-csv/hotline.csv"
			f := wellFreeSWITCH(p)
			c.change(&p, &f)
			found := p.freeswitch(f)
			if diff := cmp.Diff(c.want, bad(found)); diff != "" {
				t.Error(diff)
			}
			speaks(t, found)
		})
	}
}

func TestDoctorAsterisk(t *testing.T) {
	other, none := "other", ""
	for name, c := range map[string]struct {
		change func(*patient, *ari.Facts)
		want   []string
	}{
		"all well":         {func(*patient, *ari.Facts) {}, nil},
		"down":             {func(_ *patient, f *ari.Facts) { *f = ari.Facts{Err: pbx.ErrDown} }, []string{"reached:wrong"}},
		"wrong password":   {func(_ *patient, f *ari.Facts) { *f = ari.Facts{Err: pbx.ErrAuth} }, []string{"reached:wrong"}},
		"not ARI":          {func(_ *patient, f *ari.Facts) { *f = ari.Facts{Err: ari.ErrNotARI} }, []string{"reached:wrong"}},
		"something else":   {func(_ *patient, f *ari.Facts) { *f = ari.Facts{Err: errors.New("x")} }, []string{"reached:wrong"}},
		"weak password":    {func(p *patient, _ *ari.Facts) { p.Password = config.NewSecret("asterisk") }, []string{"password:warning"}},
		"may only read":    {func(_ *patient, f *ari.Facts) { f.ReadOnly = true }, []string{"rights:wrong"}},
		"another instance": {func(_ *patient, f *ari.Facts) { f.App = &other }, []string{"dialplan:wrong"}},
		"no dialplan":      {func(_ *patient, f *ari.Facts) { f.App = &none }, []string{"dialplan:wrong"}},
		"not known":        {func(_ *patient, f *ari.Facts) { *f = ari.Facts{Version: "22"} }, []string{"dialplan:unseen", "modules:unseen", "phones:unseen", "clock:unseen", "unseen:unseen"}},
		"a module":         {func(_ *patient, f *ari.Facts) { f.Modules["app_stasis"] = false }, []string{"modules:wrong"}},
		"no records":       {func(p *patient, _ *ari.Facts) { p.Records = "" }, []string{"records:warning"}},
		"no phone":         {func(_ *patient, f *ari.Facts) { clearPhones(f.Phones) }, []string{"phones:warning"}},
		"lost meanwhile":   {func(_ *patient, f *ari.Facts) { f.Err = pbx.ErrDown }, []string{"lost:wrong"}},
		"no entry":         {func(_ *patient, f *ari.Facts) { f.Extensions[ari.Extensions()[0]] = false }, []string{"dialplan:wrong"}},
		"no T":             {func(_ *patient, f *ari.Facts) { f.Extensions[ari.Extensions()[1]] = false }, []string{"dialplan:wrong"}},
		"no fallback":      {func(_ *patient, f *ari.Facts) { f.Extensions[ari.Extensions()[2]] = false }, []string{"hotline_fallback:wrong"}},
		"no transfer":      {func(_ *patient, f *ari.Facts) { f.Extensions[ari.Extensions()[3]] = false }, []string{"hotline_transfer:wrong"}},
		"a prompt":         {func(p *patient, f *ari.Facts) { f.Files[p.files[0]] = false }, []string{"prompts:wrong"}},
		"not all tried":    {func(p *patient, f *ari.Facts) { delete(f.Files, p.files[0]) }, []string{"prompts:unseen"}},
		"none tried":       {func(_ *patient, f *ari.Facts) { f.Files = nil }, []string{"unseen:unseen"}},
		"no music":         {func(p *patient, f *ari.Facts) { f.Music[p.music[0]] = false }, []string{"music:warning"}},
		"open to all":      {func(p *patient, f *ari.Facts) { *f.Listen = "0.0.0.0" }, []string{"listen:warning"}},
		"open at home": {func(p *patient, f *ari.Facts) {
			*f.Listen, p.URL = "::", "http://localhost:8088/ari"
		}, []string{"listen:warning"}},
		"few ports": {func(_ *patient, f *ari.Facts) { f.RTP[1] = 10020 }, []string{"ports:warning"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := sick(t, config.Asterisk)
			p.Records = "/var/log/asterisk/cel-custom/hotline.csv"
			f := wellAsterisk(p)
			c.change(&p, &f)
			found := p.asterisk(f)
			if diff := cmp.Diff(c.want, bad(found)); diff != "" {
				t.Error(diff)
			}
			speaks(t, found)
		})
	}
}

func clearPhones(phones map[string]bool) {
	for p := range phones {
		phones[p] = false
	}
}

// speaks makes sure that every finding has words in both languages, and that what is not well says what to do.
func speaks(t *testing.T, found []finding) {
	t.Helper()
	for _, f := range found {
		if f.title.FR == "" || f.title.EN == "" || (f.why.FR == "") != (f.why.EN == "") || (f.todo.FR == "") != (f.todo.EN == "") {
			t.Errorf("%s lacks words: %+v", f.check, f)
		}
		if (f.level == warning || f.level == wrong) && f.todo.FR == "" {
			t.Errorf("%s does not say what to do", f.check)
		}
		if text := fmt.Sprintf("%+v", f); strings.Contains(text, goodPassword) || strings.Contains(text, "%!") {
			t.Errorf("%s says too much: %s", f.check, text)
		}
	}
}

func TestDoctorHouse(t *testing.T) {
	rules, _ := config.LoadRules(examples + "rules.yaml")
	folder := t.TempDir()
	broken := filepath.Join(folder, "broken.db")
	if err := os.WriteFile(broken, []byte("this is no database, it is far too short to be one"), 0o600); err != nil {
		t.Fatal(err)
	}
	full := database{path: "/d/hotline.db", space: web.LeastSpace - 1, measured: true}
	for name, c := range map[string]struct {
		house house
		want  []string
	}{
		"a new one":          {house{rules: rules, database: lookAtDatabase(t.Context(), filepath.Join(folder, "new.db"))}, nil},
		"errors":             {house{problems: config.Problems{{Code: "E1"}, {Code: "W1", Warning: true}}}, []string{"rules:wrong"}},
		"warnings":           {house{rules: rules, problems: config.Problems{{Code: "W1", Warning: true}}}, []string{"rules:warning"}},
		"a broken database":  {house{rules: rules, database: lookAtDatabase(t.Context(), broken)}, []string{"database:wrong"}},
		"no such folder":     {house{rules: rules, database: lookAtDatabase(t.Context(), filepath.Join(folder, "none", "x.db"))}, []string{"database:wrong"}},
		"a disk nearly full": {house{rules: rules, database: full}, []string{"disk:warning"}},
	} {
		found := c.house.findings()
		if diff := cmp.Diff(c.want, bad(found)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		speaks(t, found)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("the doctor leaves files: %v %v", left, err)
	}
}

// What is printed about one switch that is well and one that is not, word by word.
func TestDoctorPrints(t *testing.T) {
	rules, _ := config.LoadRules(examples + "rules.yaml")
	here := section{name: "hotline", at: "hotline.yaml", findings: house{
		rules: rules, database: database{path: "/var/lib/hotline/hotline.db", exists: true, space: 1 << 30, measured: true, arrivals: []store.Arrival{
			arrival("0140000101", 12), arrival("+33892400300", 1),
		}},
	}.findings()}
	p := sick(t, config.FreeSWITCH)
	p.Records = "/var/log/freeswitch/cdr-csv/hotline.csv"
	good := report{here, {name: "pbx", kind: "FreeSWITCH", at: p.Address, findings: p.freeswitch(wellFreeSWITCH(p))}}

	f := wellFreeSWITCH(p)
	late := 61 * time.Second
	f.Version, f.Ahead, f.Socket.Listen, f.Streams = "1.10.12-release~64bit", &late, "::", map[string]bool{"default": true}
	f.Modules["mod_tone_stream"] = false
	f.Files[p.files[0]], f.Phones["102"] = false, false
	f.Dialplan.Entries[0].Lacks = []string{`<action application="sched_transfer" data="+10 hotline-fallback XML hotline-fallback"/>`}
	f.Dialplan.Transfer = nil
	f.Records.Lacks = []string{`<param name="legs" value="ab"/>`}
	p.Password, p.Records = config.NewSecret("ClueCon"), ""
	strange := section{name: "hotline", at: "hotline.yaml", findings: house{
		rules: rules, database: database{path: "/var/lib/hotline/hotline.db", exists: true, space: 1 << 30, measured: true, arrivals: []store.Arrival{
			arrival("0140009200", 3), arrival("0140000101", 12),
		}},
	}.findings()}
	poor := report{strange, {name: "pbx", kind: "FreeSWITCH", at: p.Address, findings: p.freeswitch(f)}}
	poor = append(poor, section{name: "standby", kind: "Asterisk", at: p.URL, findings: p.asterisk(ari.Facts{Err: fmt.Errorf("%w: %w", pbx.ErrDown, syscall.ECONNREFUSED)})})

	for name, r := range map[string]report{"good": good, "bad": poor} {
		for _, lang := range []tongue{"fr", "en"} {
			var out bytes.Buffer
			if err := r.print(&out, lang); err != nil {
				t.Fatal(err)
			}
			golden(t, fmt.Sprintf("doctor-%s-%s.txt", name, lang), out.String())
		}
	}
	var out bytes.Buffer
	if err := poor.printJSON(&out, "en"); err != nil {
		t.Fatal(err)
	}
	golden(t, "doctor-bad.json", out.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (go test ./cmd/hotline -update writes it anew):\n%s", name, diff)
	}
}

func TestSilence(t *testing.T) {
	for want, err := range map[string]error{
		"Nobody listens": fmt.Errorf("%w: %w", pbx.ErrDown, syscall.ECONNREFUSED),
		"is not known":   fmt.Errorf("%w: %w", pbx.ErrDown, &net.DNSError{Name: "pbx.example"}),
		"a firewall":     fmt.Errorf("%w: %w", pbx.ErrDown, os.ErrDeadlineExceeded),
		"within seconds": fmt.Errorf("%w: %w", pbx.ErrDown, esl.ErrSilent),
		"broken pipe":    fmt.Errorf("%w: %w", pbx.ErrDown, syscall.EPIPE),
	} {
		if got := silence(err).EN; !strings.Contains(got, want) {
			t.Errorf("%v is told as %q", err, got)
		}
	}
}

func TestOlder(t *testing.T) {
	for version, want := range map[string]bool{
		"1.11.3": false, "1.11.3-dev~64bit": false, "1.11.2": true, "1.11": true, "1.9.9": true, "1.12": false, "2": false, "": true, "x.y": true,
		"1.11.10": false,
	} {
		if older(version, 1, 11, 3) != want {
			t.Errorf("%q is older than 1.11.3: want %t", version, want)
		}
	}
}

const switchesDown = `switches:
  - {name: one, kind: freeswitch, address: "127.0.0.1:1", password: not-to-be-printed}
  - {name: two, kind: asterisk, url: "http://127.0.0.1:1/ari", user: hotline, password: not-to-be-printed}
`

// writeDaemon writes a daemon's file with the example's rules.
func writeDaemon(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hotline.yaml")
	rules, err := filepath.Abs(examples + "rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("rules: "+rules+"\n"+text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The command itself, on switches that are not there.
func TestDoctorCommand(t *testing.T) {
	down := switchesDown
	for name, c := range map[string]struct {
		text, want string
		code       int
	}{
		"switches that are down": {down, "Asterisk ne répond pas à http://127.0.0.1:1/ari", exitSick},
		"a bad daemon's file":    {strings.Replace(down, "freeswitch", "frisouitch", 1), "frisouitch", exitUnlooked},
		"the shipped password":   {strings.Replace(down, "not-to-be-printed", "ClueCon", 1), "insecure: true", exitUnlooked},
	} {
		t.Setenv("LC_ALL", "fr_FR.UTF-8")
		var out bytes.Buffer
		root := newRoot()
		root.SetArgs([]string{"doctor", "--config", writeDaemon(t, c.text)})
		root.SetOut(&out)
		root.SetErr(&out)
		err := root.ExecuteContext(t.Context())
		var exit *exitError
		if !errors.As(err, &exit) || exit.code != c.code || !strings.Contains(out.String(), c.want) || strings.Contains(out.String(), "not-to-be-printed") {
			t.Errorf("%s: %v\n%s", name, err, out.String())
		}
	}
}

// TestDatabaseOfAnother: one that can be read and not written is not well, for serve does not start on it.
func TestDatabaseOfAnother(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	d := newDesk(t)
	if err := os.Chmod(d.path, 0o400); err != nil {
		t.Fatal(err)
	}
	if got := lookAtDatabase(t.Context(), d.path); !errors.Is(got.open, fs.ErrPermission) {
		t.Errorf("the database opens: %v", got.open)
	}
}
