package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runFmt runs hotline fmt and returns what it says and its exit code.
func runFmt(t *testing.T, lang, in string, args ...string) (string, int) {
	t.Helper()
	t.Setenv("LC_ALL", lang)
	var out bytes.Buffer
	c := newRoot()
	c.SetArgs(append([]string{"fmt"}, args...))
	c.SetIn(strings.NewReader(in))
	c.SetOut(&out)
	c.SetErr(&out)
	err := c.ExecuteContext(t.Context())
	if code := (*exitError)(nil); errors.As(err, &code) {
		return out.String(), code.code
	} else if err != nil {
		t.Fatal(err)
	}
	return out.String(), 0
}

const untidy = "version: 1\nnumbers:\n    0809400100: {service: sav}   # grey\n\n\n\nservices: {sav: {purpose: reception,open: hangup}}\n"
const tidy = "version: 1\nnumbers:\n  08 09 40 01 00: {service: sav}  # grey\n\nservices: {sav: {purpose: reception, open: hangup}}\n"

func TestFmtLaysOutTheRulesAndTheirParts(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	part := filepath.Join("rules.d", "menus.yaml")
	if err := os.Mkdir("rules.d", 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"rules.yaml": untidy, part: "menus:\n    a:  {play: b}\n"} {
		if err := os.WriteFile(name, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	if out, code := runFmt(t, "en", "", "--check"); code != 1 || out != "rules.yaml\n"+part+"\n" {
		t.Errorf("--check: %d, %s", code, out)
	}
	out, code := runFmt(t, "en", "", "--diff", "rules.yaml")
	if code != 0 || !strings.Contains(out, "@@ -1,7 +1,5 @@\n version: 1\n numbers:\n-    0809400100: {service: sav}   # grey\n+  08 09 40 01 00: {service: sav}  # grey\n \n-\n-\n-services:") {
		t.Errorf("--diff: %d, %s", code, out)
	}
	if now, err := os.ReadFile("rules.yaml"); err != nil || string(now) != untidy {
		t.Errorf("--check or --diff changed it: %s, %v", now, err)
	}
	if out, code := runFmt(t, "fr", ""); code != 0 || out != "mis en forme : rules.yaml\nmis en forme : "+part+"\n" {
		t.Errorf("%d, %s", code, out)
	}
	now, err := os.ReadFile("rules.yaml")
	info, statErr := os.Stat("rules.yaml")
	if err := errors.Join(err, statErr); err != nil || string(now) != tidy || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v:\n%s", err, info.Mode(), now)
	}
	if out, code := runFmt(t, "fr", "", "--check"); code != 0 || out != "Rien à changer dans les 2 fichiers.\n" {
		t.Errorf("again: %d, %s", code, out)
	}
	if left, err := fs.Glob(os.DirFS(folder), ".*"); err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

func TestFmtReadsAndWrites(t *testing.T) {
	if out, code := runFmt(t, "en", untidy, "-"); code != 0 || out != tidy {
		t.Errorf("%d, %s", code, out)
	}
	if out, code := runFmt(t, "en", untidy, "--check", "-"); code != 1 || out != "" {
		t.Errorf("--check: %d, %s", code, out)
	}
}

func TestFmtRefusesWhatIsNotYAML(t *testing.T) {
	name := filepath.Join(t.TempDir(), "rules.yaml")
	const text = "company: l'appel : ici   \n"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, code := runFmt(t, "fr", "", name)
	if code != 1 || !strings.Contains(out, ":1:18  E011") || !strings.Contains(out, "relancez hotline fmt") {
		t.Errorf("%d, %s", code, out)
	}
	if now, err := os.ReadFile(name); err != nil || string(now) != text {
		t.Errorf("%s, %v", now, err)
	}
	if out, code := runFmt(t, "en", "", name+".none"); code != exitUnchecked || !strings.Contains(out, "does not exist") {
		t.Errorf("missing: %d, %s", code, out)
	}
}

// TestFmtKeepsALink: a rules file that is a link, as configuration management makes them, stays one.
func TestFmtKeepsALink(t *testing.T) {
	folder := t.TempDir()
	real, link := filepath.Join(folder, "real.yaml"), filepath.Join(folder, "rules.yaml")
	if err := errors.Join(os.WriteFile(real, []byte(untidy), 0o600), os.Symlink(real, link)); err != nil {
		t.Fatal(err)
	}
	if out, code := runFmt(t, "en", "", link); code != 0 {
		t.Errorf("%d, %s", code, out)
	}
	now, err := os.ReadFile(real)
	info, statErr := os.Lstat(link)
	if err := errors.Join(err, statErr); err != nil || string(now) != tidy || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("%v, %v: %s", err, info.Mode(), now)
	}
}
