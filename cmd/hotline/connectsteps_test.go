package main

import (
	"encoding/json"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func connectKinds() []string {
	return []string{kindAsterisk, kindFreePBX, kindFreeSWITCH, kindFusionPBX}
}

// steps are what a program is told, with those of going back and of removal at the end.
func (c connection) steps(lang string, args ...string) []stepJSON {
	c.Helper()
	out, ok := c.connect(lang, append(args, "--json")...)
	var all struct {
		Steps       []stepJSON
		Widen, Back stepJSON
		Remove      []stepJSON
	}
	if err := json.Unmarshal([]byte(out), &all); !ok || err != nil {
		c.Fatalf("%v: %v\n%s", args, err, out)
	}
	return append(append(all.Steps, all.Widen, all.Back), all.Remove...)
}

// position is where the first block is that does something to a file, or a command that names it; -1: nowhere.
func position(blocks []blockJSON, action, text string) int {
	return slices.IndexFunc(blocks, func(b blockJSON) bool {
		return b.Action == action && (b.File == text || strings.Contains(strings.Join(b.Lines, "\n"), text))
	})
}

// The history of the shell and ps show commands to others.
func TestConnectPasswordInNoCommand(t *testing.T) {
	c := connectFiles(t, initFiles())
	for _, kind := range connectKinds() {
		for _, s := range c.steps("en", kind) {
			for _, b := range s.Blocks {
				if (b.Action == doRun || b.Action == doCheck) && strings.Contains(strings.Join(b.Lines, "\n"), connectSecret) {
					t.Errorf("%s, step %s: %q", kind, s.ID, b.Lines)
				}
			}
		}
	}
}

// A file is closed to others before the password is in it.
func TestConnectClosesFilesFirst(t *testing.T) {
	c := connectFiles(t, initFiles())
	for _, test := range []struct{ kind, close, action, file string }{
		{kindAsterisk, "install -m 640 -o root -g asterisk /dev/null /etc/asterisk/ari_hotline.conf", doCreate, "/etc/asterisk/ari_hotline.conf"},
		{kindFreeSWITCH, "chmod g+r,o-rwx /etc/freeswitch/autoload_configs/event_socket.conf.xml", doReplace, "/etc/freeswitch/autoload_configs/event_socket.conf.xml"},
		{kindFreeSWITCH, "chmod 600 /root/.fs_cli_conf", doCreate, "/root/.fs_cli_conf"},
		{kindFusionPBX, "chmod 600 /root/.fs_cli_conf", doCreate, "/root/.fs_cli_conf"},
	} {
		steps := c.steps("en", test.kind)
		door := steps[1].Blocks
		closed, written := position(door, doRun, test.close), position(door, test.action, test.file)
		if closed < 0 || written < closed {
			t.Errorf("%s: %s is closed in block %d and written in block %d", test.kind, test.file, closed, written)
		}
		if strings.HasPrefix(test.file, "/root/") && position(steps[len(steps)-1].Blocks, doRemove, test.file) < 0 {
			t.Errorf("%s: %s stays", test.kind, test.file)
		}
	}
}

// Whoever is said to answer without hotline, or is not said, has to be in the dialplan.
func TestConnectShowsWhoAnswers(t *testing.T) {
	for _, test := range []struct{ kind, fallback, look, shows string }{
		{kindAsterisk, "", "dialplan show 0140000101@from-trunk'", " 1. "},
		{kindAsterisk, "phones,600,1", "dialplan show 600@phones'", " 1. "},
		{kindFreePBX, "", "dialplan show s@hotline-fallback'", "Playback(tt-allbusy,noanswer)"},
		{kindFreePBX, "600", "dialplan show 600@from-internal'", "'600' =>"},
		{kindFreePBX, "ext-queues,600,1", "dialplan show 600@ext-queues'", "'600' =>"},
		{kindFreeSWITCH, "", "xml_locate dialplan context name public'", `<context name="public"`},
		{kindFreeSWITCH, "600", "xml_locate dialplan context name default'", `<context name="default"`},
		{kindFusionPBX, "", "0140000101: Enabled True", ""},
		{kindFusionPBX, "600 XML example.com", "Number: 600\nContext: example.com", ""},
	} {
		c := connectFiles(t, initFiles())
		steps := c.steps("en", test.kind, "--fallback", test.fallback)
		at := slices.IndexFunc(steps, func(s stepJSON) bool { return s.ID == "dialplan" })
		found := slices.ContainsFunc(steps[at].Blocks, func(b blockJSON) bool {
			return strings.Contains(strings.Join(b.Lines, "\n"), test.look) && (test.shows == "" || slices.Contains(b.Shows, test.shows))
		})
		if !found {
			t.Errorf("%s --fallback %q does not look for %s", test.kind, test.fallback, test.look)
		}
	}
}

// Asterisk's contexts of trunks seldom know the phones.
func TestConnectAsteriskFallbackNeedsContext(t *testing.T) {
	c := connectFiles(t, initFiles())
	for _, lang := range []string{"fr", "en"} {
		if out, ok := c.connect(lang, kindAsterisk, "--fallback", "600"); ok || !strings.Contains(out, ",600,1") || !strings.Contains(out, "dialplan show 600@") {
			t.Errorf("in %s:\n%.300s", lang, out)
		}
	}
}

// What FreeSWITCHes say of themselves, and whether the check lets them through.
func TestConnectVersionCheck(t *testing.T) {
	c := connectFiles(t, initFiles())
	for _, kind := range []string{kindFreeSWITCH, kindFusionPBX} {
		blocks := c.steps("en", kind)[0].Blocks
		check := blocks[position(blocks, doCheck, "freeswitch -version")]
		_, filter, _ := strings.Cut(check.Lines[0], " | ")
		for version, good := range map[string]bool{
			"1.10.12-release~64bit": false, "1.10.9-release-24~64bit": false, "1.11.0-dev+git": false, "1.11.1-release~64bit": false, "1.8.7": false,
			"1.11.2-release+git~20260809T162310Z~3f13ad1b1d~64bit": true, "1.11.10-release~64bit": true, "1.12.0": true, "1.20.1": true, "2.0.0": true,
		} {
			cmd := exec.CommandContext(t.Context(), "sh", "-c", filter+"; true")
			cmd.Stdin = strings.NewReader("FreeSWITCH version: " + version + " (git 3f13ad1 2026-08-09 16:23:10Z 64bit)\n")
			out, err := cmd.Output()
			if err != nil || strings.Contains(string(out), check.Shows[0]) != good {
				t.Errorf("%s: %s shows %q (%v)", kind, version, out, err)
			}
		}
	}
}

// Each of these once proved nothing.
func TestConnectChecksProve(t *testing.T) {
	c := connectFiles(t, initFiles())
	for _, test := range []struct{ kind, step, look, shows string }{
		{kindAsterisk, "ari", "ari show user hotline", "Read only?: No"},
		{kindFreePBX, "ari", "ari show user hotline", "Read only?: No"},
		{kindFreeSWITCH, "transfers", `<profile name="external"`, `name="disable-transfer" value="true"`},
	} {
		found := false
		for _, s := range c.steps("en", test.kind) {
			if at := position(s.Blocks, doCheck, test.look); s.ID == test.step && at >= 0 {
				found = slices.Contains(s.Blocks[at].Shows, test.shows)
			}
		}
		if !found {
			t.Errorf("%s does not look for %s with %s", test.kind, test.shows, test.look)
		}
	}
}

// The words are for an admin: a step does not begin with "then", no variable of a dialplan is in a sentence, and what is
// said of a count comes after it.
func TestConnectWords(t *testing.T) {
	c := connectFiles(t, initFiles())
	firstThen := regexp.MustCompile(`(?m)^[0-9]+\. .*\n(\S.*\n)*\n(Then:|Puis :)`)
	for _, kind := range connectKinds() {
		for _, lang := range []string{"fr", "en"} {
			for _, more := range [][]string{nil, {"--undo"}} {
				out, _ := c.connect(lang, append([]string{kind}, more...)...)
				if begins := firstThen.FindString(out); begins != "" {
					t.Errorf("%s in %s: a step begins with a then:\n%s", kind, lang, begins)
				}
			}
			for _, s := range c.steps(lang, kind) {
				texts := s.Text
				if strings.Contains(s.Text, " count") || strings.Contains(s.Text, " compte") {
					t.Errorf("%s in %s, step %s speaks of a count first: %s", kind, lang, s.ID, s.Text)
				}
				for i, b := range s.Blocks {
					texts += b.Text
					counted := slices.ContainsFunc(s.Blocks[:i], func(b blockJSON) bool { return strings.Contains(strings.Join(b.Lines, ""), "grep -c") })
					if speaks := strings.Contains(b.Text, " count") || strings.Contains(b.Text, " compte"); speaks && !counted {
						t.Errorf("%s in %s, step %s speaks of a count before there is one: %s", kind, lang, s.ID, b.Text)
					}
				}
				if strings.Contains(texts, "${") {
					t.Errorf("%s in %s, step %s: %s", kind, lang, s.ID, texts)
				}
			}
			first := c.steps(lang, kind)[0]
			if position(first.Blocks, doRun, "cp -a /etc/") < 0 {
				t.Errorf("%s in %s keeps no copy first", kind, lang)
			}
		}
	}
}
