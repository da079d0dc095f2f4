package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

const (
	connectRules = `version: 1
numbers:
  08 09 40 01 00: {service: accueil, arrives_as: 01 40 00 01 01}
  08 05 40 02 00: {service: accueil}
services:
  accueil: {purpose: reception, open: hangup}
`
	connectDaemon = `switches:
  - kind: asterisk
    url: http://127.0.0.1:8088/ari
    user: hotline
    password: file:hotline.secret
    records: /var/log/asterisk/cel-custom/hotline.csv
    prompts_folder: /var/lib/hotline/prompts
  - kind: freeswitch
    address: 127.0.0.1:8021
    password: file:hotline.secret
    prompts_folder: /var/lib/hotline/prompts
`
	connectSecret = "2852d24a27193ec61745845c7d9e2922c391c6d8891aa4de"
)

// A connection is the folder of a hotline that is to be connected.
type connection struct {
	*testing.T
	folder string
}

func connectFiles(t *testing.T, files map[string]string) connection {
	t.Helper()
	c := connection{t, t.TempDir()}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(c.folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func initFiles() map[string]string {
	return map[string]string{"rules.yaml": connectRules, "hotline.yaml": connectDaemon, "hotline.secret": connectSecret + "\n"}
}

// connect runs the command and returns what it prints, and whether it went well.
func (c connection) connect(lang string, args ...string) (string, bool) {
	c.Helper()
	c.Setenv("LC_ALL", lang)
	root := newRoot()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(append([]string{"connect", "--config", filepath.Join(c.folder, "hotline.yaml")}, args...))
	err := root.Execute()
	return out.String(), err == nil
}

func TestConnectText(t *testing.T) {
	c := connectFiles(t, initFiles())
	for kind, more := range map[string][]string{
		kindAsterisk: nil, kindFreePBX: {"--fallback", "600"}, kindFreeSWITCH: nil, kindFusionPBX: nil,
	} {
		for _, lang := range []string{"fr", "en"} {
			plan, ok := c.connect(lang, append([]string{kind}, more...)...)
			undo, undone := c.connect(lang, append([]string{kind, "--undo"}, more...)...)
			if !ok || !undone {
				t.Errorf("%s in %s:\n%s%s", kind, lang, plan, undo)
				continue
			}
			for line := range strings.SplitSeq(plan+undo, "\n") {
				if n := utf8.RuneCountInString(line); n > 80 && !strings.HasPrefix(line, lineIndent) {
					t.Errorf("%s in %s: %d columns: %s", kind, lang, n, line)
				}
			}
			golden(t, "connect-"+kind+"-"+lang+".txt", plan+"\n$ --undo\n"+undo)
		}
	}
}

// A program is told the same as a person, in either language the same lines.
func TestConnectJSON(t *testing.T) {
	c := connectFiles(t, initFiles())
	type told struct {
		Kind, Number string
		Steps        []stepJSON
		Widen, Back  stepJSON
		Remove       []stepJSON
	}
	for _, kind := range []string{kindAsterisk, kindFreePBX, kindFreeSWITCH, kindFusionPBX} {
		lines := map[string]string{}
		for _, lang := range []string{"fr", "en"} {
			out, _ := c.connect(lang, kind, "--json")
			var all told
			if err := json.Unmarshal([]byte(out), &all); err != nil {
				t.Fatalf("%s: %v\n%s", kind, err, out)
			}
			if all.Kind != kind || all.Number != "+33140000101" {
				t.Errorf("%s: %+v", kind, all)
			}
			for _, s := range append(append(all.Steps, all.Widen, all.Back), all.Remove...) {
				for _, b := range s.Blocks {
					lines[lang] += s.ID + b.Action + b.File + b.Page + b.Find + strings.Join(b.Lines, "\n") + "\n"
				}
			}
		}
		if lines["fr"] != lines["en"] || !strings.Contains(lines["en"], connectSecret) {
			t.Errorf("%s: the lines differ with the language, or have no password", kind)
		}
	}
}

func TestConnectWithoutFiles(t *testing.T) {
	c := connectFiles(t, nil)
	if _, ok := c.connect("en"); ok {
		t.Error("no switch was named, and it is well")
	}
	if out, ok := c.connect("en", kindAsterisk); ok || !strings.Contains(out, "--number 0809400100") {
		t.Errorf("without a number: %s", out)
	}
	for _, kind := range []string{kindAsterisk, kindFreeSWITCH} {
		out, ok := c.connect("en", kind, "--number", "0809400100", "--instance", "essai")
		for _, want := range []string{"the password is missing", placeholder, "openssl rand -hex 24", "  - kind: " + kind, "0809400100", "33809400100"} {
			flat := strings.Join(strings.Fields(out), " ")
			if !ok || !strings.Contains(flat, strings.TrimSpace(want)) {
				t.Errorf("%s without files lacks %q:\n%s", kind, want, out)
			}
		}
		if !strings.Contains(out, "HOTLINE_APP = essai") && !strings.Contains(out, "hotline_app=essai") {
			t.Errorf("%s: not the instance asked for:\n%s", kind, out)
		}
	}
}

// Who may not read the password still gets the lines.
func TestConnectUnreadPassword(t *testing.T) {
	c := connectFiles(t, initFiles())
	if err := os.Chmod(filepath.Join(c.folder, "hotline.secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	out, ok := c.connect("en", kindAsterisk)
	if flat := strings.Join(strings.Fields(out), " "); !ok || !strings.Contains(flat, "the password could not be read") || !strings.Contains(flat, "chmod 600") ||
		!strings.Contains(out, "password = "+placeholder) || strings.Contains(out, connectSecret) {
		t.Errorf("with a secret that others may read:\n%s", out)
	}
}

// Nothing is written that the file of a switch, a shell or a page would read as something else.
func TestConnectRefuses(t *testing.T) {
	odd := []string{"a;b", "a b", `a"b`, "a'b", "a$b", "a<b", "a\\b", "a`b", "é", "a|b", "a&b", "a[b", "a\tb", "a]b", "a,b;c"}
	for _, kind := range []string{kindAsterisk, kindFreePBX, kindFreeSWITCH, kindFusionPBX} {
		for _, flag := range []string{"--number", "--fallback", "--context", "--trunk", "--profile", "--folder", "--instance"} {
			for _, value := range odd {
				c := connectFiles(t, initFiles())
				if out, ok := c.connect("en", kind, flag, value); ok || !strings.HasPrefix(out, "hotline: ") {
					t.Errorf("%s %s %q is written:\n%.300s", kind, flag, value, out)
				}
			}
		}
		for _, value := range odd {
			files := initFiles()
			files["hotline.secret"] = value + "\n"
			c := connectFiles(t, files)
			if out, ok := c.connect("fr", kind); ok || !strings.Contains(out, "openssl rand -hex 24") {
				t.Errorf("%s: the password %q is written:\n%.300s", kind, value, out)
			}
		}
	}
	for _, args := range [][]string{
		{"pabx"}, {kindAsterisk, "--fallback", "hotline-in,0809400100,1"}, {kindAsterisk, "--context", "hotline-trunk"},
		{kindFreeSWITCH, "--fallback", "0809400100 XML hotline-fallback"}, {kindFusionPBX, "--fallback", "600"}, {kindAsterisk, "--fallback", "600"}, {kindAsterisk, "--switch", "none"}, {kindAsterisk, "--number", "112"},
	} {
		c := connectFiles(t, initFiles())
		if out, ok := c.connect("en", args...); ok || !strings.HasPrefix(out, "hotline: ") {
			t.Errorf("%v:\n%.300s", args, out)
		}
	}
}

func TestConnectNumbers(t *testing.T) {
	for arrives, want := range map[string][]string{
		"0809400100":    {"exten => 0809400100,1,", "exten => +33809400100,1,", "exten => 33809400100,1,"},
		"3639":          {"exten => 3639,1,"},
		"0590123456":    {"exten => 0590123456,1,", "exten => +590590123456,1,"},
		"+442071234567": {"exten => +442071234567,1,", "exten => 442071234567,1,"},
	} {
		c := connectFiles(t, nil)
		out, ok := c.connect("en", kindAsterisk, "--number", arrives)
		for _, w := range want {
			if !ok || strings.Count(out, w) != 1 {
				t.Errorf("%s: %q is there %d times", arrives, w, strings.Count(out, w))
			}
		}
	}
}
