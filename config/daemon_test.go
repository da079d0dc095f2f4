package config

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"hotline/prompt"
)

const smallDaemon = `
switches:
  - url: http://127.0.0.1:8088/ari
    user: hotline
    password: 0123
`

// writeDaemon writes a hotline.yaml and returns its path.
func writeDaemon(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hotline.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDaemonDefaults(t *testing.T) {
	path := writeDaemon(t, smallDaemon)
	got, err := LoadDaemon(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Dir(path)
	want := &Daemon{
		Instance: "hotline", Rules: filepath.Join(folder, "rules.yaml"), Database: filepath.Join(folder, "hotline.db"),
		Control: filepath.Join(folder, "hotline.sock"),
		Switches: []Switch{{
			Name: "asterisk", Kind: "asterisk", URL: "http://127.0.0.1:8088/ari", User: "hotline",
			Password: NewSecret("0123"), // and not 83, which YAML makes of it
			Phone:    "PJSIP/{phone}", Music: "default", PromptsFolder: filepath.Join(folder, "prompts"),
		}},
		Prompts: Prompts{Folder: filepath.Join(folder, "prompts"), SwitchFolder: filepath.Join(folder, "prompts"), Speech: prompt.DefaultSpeech},
		Log:     Log{Level: "info", Format: "text"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Secret{})); diff != "" {
		t.Error(diff)
	}
}

func TestDaemonExample(t *testing.T) {
	t.Setenv("HOTLINE_ARI_PASSWORD", "from the environment")
	d, err := LoadDaemon("../examples/hotline.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	if d.Rules != "../examples/rules.yaml" || d.Switches[0].Password.Reveal() != "from the environment" || !filepath.IsAbs(d.Prompts.SwitchFolder) {
		t.Errorf("%+v", d)
	}
}

func TestDaemonOrder(t *testing.T) {
	path := writeDaemon(t, smallDaemon+"database: file.db\nrules: file.yaml\nlog: {level: warn}\ninstance: from-file\n")
	t.Setenv("HOTLINE_DATABASE", "env.db")
	t.Setenv("HOTLINE_RULES", "env.yaml")
	t.Setenv("HOTLINE_LOG_LEVEL", "debug")
	t.Setenv("HOTLINE_LOG_FORMAT", "json")
	t.Setenv("HOTLINE_PROMPTS_SWITCH_FOLDER", "/sounds")
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	flags.String("rules", "default.yaml", "")
	flags.String("database", "default.db", "")
	flags.String("log-level", "error", "")
	if err := flags.Parse([]string{"--rules", "flag.yaml"}); err != nil {
		t.Fatal(err)
	}
	d, err := LoadDaemon(path, flags)
	if err != nil {
		t.Fatal(err)
	}
	for what, pair := range map[string][2]string{
		"a flag goes before the environment":              {d.Rules, "flag.yaml"},
		"a flag not given says nothing":                   {d.Database, filepath.Join(filepath.Dir(path), "env.db")},
		"the environment goes before the file":            {d.Log.Level, "debug"},
		"the environment sets what the file does not":     {d.Log.Format, "json"},
		"the environment sets a key with an underscore":   {d.Prompts.SwitchFolder, "/sounds"},
		"the file goes before the default of the program": {d.Instance, "from-file"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %q, want %q", what, pair[0], pair[1])
		}
	}
}

// The control socket is beside the database, wherever that is, unless something else is said.
func TestDaemonControl(t *testing.T) {
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	flags.String("database", "", "")
	want := func(text, want string, flags *pflag.FlagSet) {
		t.Helper()
		d, err := LoadDaemon(writeDaemon(t, smallDaemon+text), flags)
		if err != nil || d.Control != want {
			t.Errorf("%q: %v, %v; want %s", text, d, err, want)
		}
	}
	want("database: /data/calls.db\n", "/data/hotline.sock", flags)
	want("database: /data/calls.db\ncontrol: /run/hotline/hotline.sock\n", "/run/hotline/hotline.sock", flags)
	if err := flags.Parse([]string{"--database", "/elsewhere/calls.db"}); err != nil {
		t.Fatal(err)
	}
	want("database: /data/calls.db\n", "/elsewhere/hotline.sock", flags)
	t.Setenv("HOTLINE_CONTROL", "/run/other.sock")
	want("control: /run/hotline/hotline.sock\n", "/run/other.sock", flags)
}

func TestDaemonRefuses(t *testing.T) {
	sw := "switches: [{url: 'http://h/ari', user: u, password: p%s}]\n"
	t.Setenv("HOTLINE_TEST_EMPTY", "")
	for name, test := range map[string]struct{ text, want string }{
		"empty":             {"", "hotline.yaml: the file is empty"},
		"unknown key":       {smallDaemon + "databse: x\n", `hotline.yaml:6:1: unknown word "databse" in hotline.yaml; write database`},
		"unknown deep key":  {fmt.Sprintf(sw, ", pasword: q"), `hotline.yaml:1:56: unknown word "pasword" in a switch`},
		"no switches":       {"database: x\n", `"switches" is missing`},
		"no password":       {"switches: [{url: 'http://h/ari', user: u}]\n", `"password" is missing in a switch`},
		"empty password":    {"switches: [{url: 'http://h/ari', user: u, password: ''}]\n", "password: the text is empty"},
		"empty variable":    {"switches: [{url: 'http://h/ari', user: u, password: 'env:HOTLINE_TEST_EMPTY'}]\n", "an empty password is refused"},
		"unset variable":    {"switches: [{url: 'http://h/ari', user: u, password: 'env:HOTLINE_TEST_UNSET'}]\n", "HOTLINE_TEST_UNSET is not set"},
		"missing secret":    {"switches: [{url: 'http://h/ari', user: u, password: 'file:none'}]\n", "read secret"},
		"wrong address":     {fmt.Sprintf(strings.Replace(sw, "http://h/ari", "localhost:8088", 1), ""), "is not the address of ARI"},
		"phone template":    {fmt.Sprintf(sw, ", phone: 'PJSIP/{number}'"), "phone has to contain {phone} once; write for example PJSIP/{phone}"},
		"trunk template":    {fmt.Sprintf(sw, ", trunks: [{name: a, dial: 'PJSIP/x'}]"), "dial has to contain {number} once"},
		"two trunks":        {fmt.Sprintf(sw, ", trunks: [{name: a, dial: 'PJSIP/{number}'}, {name: a, dial: 'PJSIP/{number}'}]"), `"a" is twice in trunks`},
		"log level":         {smallDaemon + "log: {level: loud}\n", `"loud" is not a value of log.level`},
		"instance":          {smallDaemon + "instance: Main PBX\n", "instance \"Main PBX\""},
		"speech":            {smallDaemon + "prompts: {speech: espeak-ng}\n", `speech: "espeak-ng" is not a command that speaks; It takes a program and {file}`},
		"later key":         {smallDaemon + "web: {listen: ':8080'}\n", `"web" is not in this version yet`},
		"sounds elsewhere":  {smallDaemon + "prompts: {http: 'http://10.0.0.5:8090'}\n", "http names an address at which hotline does not listen; Without http_listen hotline listens at 127.0.0.1 only; add http_listen, for example http_listen: 10.0.0.5:8090"},
		"sounds nowhere":    {fmt.Sprintf(sw, ", prompts: http"), "this switch would fetch its sounds by HTTP, but hotline offers none"},
		"sounds by a path":  {smallDaemon + "prompts: {http: 'http://127.0.0.1:8090/sounds'}\n", "is not an address where a switch fetches sounds"},
		"sounds of no port": {smallDaemon + "prompts: {http: 'http://127.0.0.1'}\n", "is not an address where a switch fetches sounds"},
		"listen at no port": {smallDaemon + "prompts: {http: 'http://127.0.0.1:8090', http_listen: 10.0.0.5}\n", "is not an address to listen at"},
		"way of sounds":     {fmt.Sprintf(sw, ", prompts: ftp"), `"ftp" is not a value of prompts`},
		"mail in the clear": {smallDaemon + "mail: {host: smtp.example.com, from: a@example.com, user: u, password: p, tls: none}\n", "the password would be sent in the clear"},
		"mail half a login": {smallDaemon + "mail: {host: smtp.example.com, from: a@example.com, user: u}\n", "user and password go together"},
		"mail to nobody":    {smallDaemon + "mail: {host: smtp.example.com, from: 'a@example.com, b@example.com'}\n", "is not an e-mail address"},
		"mail at no time":   {smallDaemon + "mail: {host: smtp.example.com, from: a@example.com, daily: 25h}\n", "is not a time of day"},
		"hook in the clear": {smallDaemon + "webhooks: {crm: {url: 'http://8.8.8.8/x', secret: s}}\n", "everything would go over the Internet in the clear"},
		"hook unsigned":     {smallDaemon + "webhooks: {crm: {url: 'https://crm.example.com/x'}}\n", `"secret" is missing`},
		"hook to a file":    {smallDaemon + "webhooks: {crm: {url: 'file:///etc/passwd', secret: s}}\n", "is not a web address"},
		"hook name":         {smallDaemon + "webhooks: {CRM: {url: 'https://crm.example.com/x', secret: s}}\n", "in small letters; write crm"},
		"hook of no event":  {smallDaemon + "webhooks: {crm: {url: 'https://crm.example.com/x', secret: s, events: [call.rings]}}\n", `"call.rings" is not a value of events`},
		"texts without":     {smallDaemon + "texts: {url: 'https://sms.example.com'}\n", "form or body is needed"},
		"texts bad JSON":    {smallDaemon + "texts: {url: 'https://sms.example.com', body: '{to}'}\n", "body is not JSON"},
		"duplicate key":     {smallDaemon + "rules: a\nrules: b\n", `hotline.yaml:7:1: "rules" is twice`},
		"damaged":           {"switches: [\n", `"[" is never closed`},
		"switches as a map": {"switches: {url: x}\n", "switches is a list"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := LoadDaemon(writeDaemon(t, test.text), nil)
			if d != nil || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, %v; want an error with %q", d, err, test.want)
			}
		})
	}
}

// Sounds are fetched by every switch once they are offered, unless it has a folder of its own or says otherwise; and hotline
// listens at this machine alone unless it is told to.
func TestDaemonSoundsByHTTP(t *testing.T) {
	const three = "switches:\n  - {name: a, url: 'http://a/ari', user: u, password: p}\n" +
		"  - {name: b, url: 'http://b/ari', user: u, password: p, prompts_folder: /b}\n  - {name: c, url: 'http://c/ari', user: u, password: p, prompts: folder}\n"
	for text, want := range map[string]string{
		"": "false false false ",
		"prompts: {http: 'http://127.0.0.1:8090/'}\n":                               "true false false 127.0.0.1:8090",
		"prompts: {http: 'http://localhost:8090'}\n":                                "true false false 127.0.0.1:8090",
		"prompts: {http: 'http://pbx.example:8090', http_listen: '0.0.0.0:9000'}\n": "true false false 0.0.0.0:9000",
	} {
		d, err := LoadDaemon(writeDaemon(t, three+text), nil)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := fmt.Sprintf("%t %t %t %s", d.Switches[0].Fetches, d.Switches[1].Fetches, d.Switches[2].Fetches, d.Prompts.Listen); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	t.Setenv("HOTLINE_PROMPTS_HTTP", "http://10.0.0.5:8090")
	if _, err := LoadDaemon(writeDaemon(t, three), nil); err == nil || !strings.Contains(err.Error(), "unless prompts.http_listen says more") {
		t.Error(err)
	}
}

// What hotline sends elsewhere: defaults are those of servers as they usually are, and passwords come as elsewhere.
func TestDaemonSends(t *testing.T) {
	t.Setenv("HOTLINE_TEST_MAIL", "from the environment")
	path := writeDaemon(t, smallDaemon+`
mail: {host: smtp.example.com, user: hotline, password: "env:HOTLINE_TEST_MAIL", from: hotline@example.com, owner: boss@example.com}
webhooks:
  crm: {url: "https://crm.example.com/hotline", secret: whsec_c2VjcmV0, timeout: 1s, events: [call.ringing, call.ended]}
  bench: {url: "http://127.0.0.1:8080/", secret: s}
texts: {url: "https://sms.example.com/Messages", headers: {Authorization: "Basic {secret}"}, form: "To={to}&Body={text}", secret: abc}
`)
	d, err := LoadDaemon(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := &Daemon{
		Mail: &Mail{Host: "smtp.example.com", Port: 587, User: "hotline", Password: NewSecret("from the environment"), TLS: StartTLS,
			From: "hotline@example.com", Owner: "boss@example.com", Daily: "19:00"},
		Webhooks: []Webhook{
			{Name: "bench", URL: "http://127.0.0.1:8080/", Secret: NewSecret("s"), Timeout: 3 * time.Second},
			{Name: "crm", URL: "https://crm.example.com/hotline", Secret: NewSecret("whsec_c2VjcmV0"), Timeout: time.Second, Events: []string{"call.ringing", "call.ended"}},
		},
		Texts: &TextGateway{URL: "https://sms.example.com/Messages", Headers: map[string]string{"authorization": "Basic {secret}"},
			Form: "To={to}&Body={text}", Secret: NewSecret("abc"), Timeout: 10 * time.Second, PerDay: 3},
	}
	got := &Daemon{Mail: d.Mail, Webhooks: d.Webhooks, Texts: d.Texts}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Secret{})); diff != "" {
		t.Error(diff)
	}
	if d.Mail.Alarms() != "boss@example.com" {
		t.Errorf("alarms go to %q", d.Mail.Alarms())
	}
}

func TestDaemonRefusesTheEnvironment(t *testing.T) {
	t.Setenv("HOTLINE_LOG_LEVEL", "loud")
	if _, err := LoadDaemon(writeDaemon(t, smallDaemon), nil); err == nil || !strings.Contains(err.Error(), `log.level "loud"`) {
		t.Error(err)
	}
}

func TestSecretFile(t *testing.T) {
	path := writeDaemon(t, strings.Replace(smallDaemon, "0123", "file:secret", 1))
	secret := filepath.Join(filepath.Dir(path), "secret")
	if err := os.WriteFile(secret, []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := LoadDaemon(path, nil)
	if err != nil || d.Switches[0].Password.Reveal() != "from a file" {
		t.Fatal(d, err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660} {
		if err := os.Chmod(secret, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadDaemon(path, nil); err == nil || !strings.Contains(err.Error(), "others may read") {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
	d, err = LoadDaemonWithoutSecrets(path, nil)
	if err != nil || d.Switches[0].Password.Reveal() != "" {
		t.Errorf("without secrets: %v, %v", d, err)
	}
}

// TestSecretNeverShows prints a switch in every way that a log or a dump might.
func TestSecretNeverShows(t *testing.T) {
	sw := Switch{Name: "pbx", Password: NewSecret("hunter2")}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+" "+verb+" "+verb+"\n", sw, &sw, sw.Password)
	}
	encoded, err := json.Marshal(sw)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(encoded)
	slog.New(slog.NewTextHandler(&out, nil)).Info("switch", "switch", sw, "password", sw.Password)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("switch", "switch", sw, "password", sw.Password)
	if text := out.String(); strings.Contains(text, "hunter2") || strings.Contains(text, "68756e746572") || !strings.Contains(text, "***") {
		t.Errorf("the secret shows in:\n%s", text)
	}
}
