package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// empty is a golden without files.
func empty() *txtar.Archive { return new(txtar.Archive) }

// TestCheckFiles tells what a file is that cannot be checked or has nothing in it, in both languages, and never waits for it.
func TestCheckFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	unpack(t, empty())
	save(t, "empty.yaml", "")
	save(t, "comments.yaml", "# nothing\n")
	save(t, "cut.yaml", soundRules[:len(soundRules)-40])
	save(t, "binary.yaml", "\x7fELF\x02\x01\x01\x00\x00\xff\xfe")
	save(t, "dir/x", "")
	save(t, "locked.yaml", soundRules)
	for _, err := range []error{os.Symlink("away.yaml", "dangling.yaml"), os.Symlink("loop.yaml", "loop.yaml"),
		syscall.Mkfifo("pipe.yaml", 0o600), os.Chmod("locked.yaml", 0)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for file, want := range map[string]struct {
		code   int
		fr, en string
	}{
		"empty.yaml":    {exitRefused, "E002  le fichier est vide", "E002  the file is empty"},
		"comments.yaml": {exitRefused, "E002  le fichier est vide", "E002  the file is empty"},
		"cut.yaml":      {exitRefused, "1 erreur.", "1 error."},
		"binary.yaml":   {exitRefused, "E004", "E004"},
		"dir":           {exitUnchecked, "fichier illisible : c'est un dossier", "unreadable file: it is a folder"},
		"dangling.yaml": {exitUnchecked, "remettez away.yaml, ou corrigez le lien", "put away.yaml back, or correct the link"},
		"loop.yaml":     {exitUnchecked, "illisible", "unreadable"},
		"pipe.yaml":     {exitUnchecked, "ce n'est pas un fichier ordinaire", "it is not an ordinary file"},
		"none.yaml":     {exitUnchecked, "le fichier n'existe pas", "the file does not exist"},
		"locked.yaml":   {exitUnchecked, "hotline n'a pas le droit de le lire", "hotline may not read it"},
	} {
		if file == "locked.yaml" && os.Geteuid() == 0 {
			continue // root may read it
		}
		for lang, text := range map[string]string{"fr": want.fr, "en": want.en} {
			got, code := checkAt(t, aSunday(), lang, file)
			if code != want.code || !strings.Contains(got, text) {
				t.Errorf("%s, %s: exit %d, want %d with %q:\n%s", file, lang, code, want.code, text, got)
			}
			fits(t, got)
		}
	}
}

// TestCheckNeedsAllParts refuses to check rules of which a part cannot be read.
func TestCheckNeedsAllParts(t *testing.T) {
	for name, make := range map[string]func() error{
		"a part that is a link to nothing":   func() error { return errors.Join(os.Mkdir("rules.d", 0o700), os.Symlink("away", "rules.d/a.yaml")) },
		"a folder that is a file":            func() error { return os.WriteFile("rules.d", nil, 0o600) },
		"a folder that is a link to nothing": func() error { return os.Symlink("away", "rules.d") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			unpack(t, empty())
			save(t, "rules.yaml", soundRules)
			if err := make(); err != nil {
				t.Fatal(err)
			}
			if got, code := checkAt(t, aSunday(), "en"); code != exitUnchecked || !strings.Contains(got, "rules.d") || !strings.Contains(got, "E001") {
				t.Errorf("exit %d:\n%s", code, got)
			}
		})
	}
}

// checkInput checks what stands on the standard input.
func checkInput(t *testing.T, text string, args ...string) (string, int) {
	t.Helper()
	t.Setenv("LC_ALL", "en")
	var out bytes.Buffer
	c := newRootAt(aSunday)
	c.SetArgs(append([]string{"check", "-"}, args...))
	c.SetIn(strings.NewReader(text))
	c.SetOut(&out)
	c.SetErr(&out)
	var exit *exitError
	if errors.As(c.ExecuteContext(t.Context()), &exit) {
		return out.String(), exit.code
	}
	return out.String(), 0
}

// TestCheckInput checks what an editor has not saved yet, with the parts beside the file.
func TestCheckInput(t *testing.T) {
	t.Chdir(t.TempDir())
	unpack(t, empty())
	save(t, "rules.yaml", "half a fi")
	save(t, "rules.d/more.yaml", "version: 1\nagents: {c: {phone: 103}}\n")
	if got, code := checkInput(t, soundRules); code != 0 || !strings.Contains(got, "3 people") || strings.Contains(got, "hotline apply") {
		t.Errorf("exit %d:\n%s", code, got)
	}
	if got, code := checkInput(t, faultyRules); code != exitRefused || !strings.Contains(got, "rules.yaml:2:37  E401") {
		t.Errorf("exit %d:\n%s", code, got)
	}
}

func TestCheckJSON(t *testing.T) {
	whole, err := filepath.Abs(examples + "rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	unpack(t, empty())
	save(t, "rules.yaml", faultyRules)
	save(t, "broken.yaml", "rules: 1\nrulez: 2\n")
	save(t, "later.yaml", laterRules)
	for name, test := range map[string]struct {
		args []string
		code int
		want func(checkedJSON) bool
	}{
		"refused": {nil, exitRefused, func(c checkedJSON) bool {
			return !c.OK && c.Errors == 2 && c.File == "rules.yaml" && c.Hash != "" && c.Numbers == nil && cmp.Equal(c.Problems[0], problemJSON{
				Code: "E401", Severity: "error", File: "rules.yaml", Line: 2, Column: 37, Width: 1, Title: `service "t" does not exist`,
				Fix: "write a name that is in services: s.", Text: "numbers: {01 40 00 01 00: {service: t}}"})
		}},
		"no file":           {[]string{"none.yaml"}, exitUnchecked, func(c checkedJSON) bool { return !c.OK && c.File == "none.yaml" && c.Problems[0].Code == "E001" }},
		"a bad daemon file": {[]string{"--config", "broken.yaml"}, exitUnchecked, func(c checkedJSON) bool { return !c.OK && c.Errors > 0 && c.File == "broken.yaml" }},
		"what is not done yet": {[]string{"later.yaml"}, 0, func(c checkedJSON) bool {
			later := slices.IndexFunc(c.Problems, func(p problemJSON) bool { return p.Code == "W103" })
			return c.OK && later >= 0 && cmp.Equal(c.Problems[later].Rows, []problemRowJSON{
				{Word: "offer_callback", Where: "l. 4", What: "the next step is taken"}, {Word: "keep", Where: "l. 8", What: "only voice messages are erased"}})
		}},
		"good, with prices": {[]string{whole, "--config", filepath.Join(filepath.Dir(whole), "hotline.yaml")}, 0, func(c checkedJSON) bool {
			return c.OK && c.Errors == 0 && len(c.Numbers) == 4 && c.Numbers[2].CallerPays == "EUR 0.80/min + call" && c.Numbers[2].We == "+0.46/min" &&
				c.First[0].First == "ventes" && c.First[0].Then == "sav" && c.First[0].Seconds == 40
		}},
	} {
		t.Setenv("LC_ALL", "en")
		out, code := checkAt(t, aSunday(), "en", append([]string{"--json"}, test.args...)...)
		var got checkedJSON
		d := json.NewDecoder(strings.NewReader(out))
		d.DisallowUnknownFields()
		if err := d.Decode(&got); err != nil || code != test.code || !test.want(got) {
			t.Errorf("%s: exit %d, %v\n%s", name, code, err, out)
		}
	}
}

const laterRules = `version: 1
numbers: {09 72 00 00 01: {service: s}}
services: {s: {purpose: reception, open: {menu: m}}}
menus: {m: {play: p, keys: {1: {queue: q}}, otherwise: [{offer_callback: r}, {queue: q}]}}
queues: {q: {agents: [a, b], max_wait: 3m, on_max_wait: hangup}}
agents: {a: {phone: 101}, b: {phone: 102}}
prompts: {p: "Tapez 1."}
keep: {calls: 1y}
callbacks: {r: {spend_per_day: 5 EUR}}
`
