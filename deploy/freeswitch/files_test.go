package freeswitch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func values() Values {
	return Values{
		"APP": "hotline-2", "NUMBERS": `\+?[0-9]+`, "ESL_ADDRESS": "127.0.0.1", "ESL_PORT": "8021",
		"ESL_PASSWORD": `a"<&`, "LOG": "/var/log/freeswitch",
		"FALLBACK": Busy,
	}
}

func TestRender(t *testing.T) {
	dir := t.TempDir()
	if err := Render(dir, values()); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"dialplan/public/hotline.xml":            `data="hotline_app=hotline-2"`,
		"dialplan/hotline.xml":                   `<context name="hotline-transfer">`,
		"autoload_configs/event_socket.conf.xml": `value="a&#34;&lt;&amp;"`,
		"autoload_configs/cdr_csv.conf.xml":      `value="/var/log/freeswitch"`,
	} {
		data, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%s lacks %q (%v)", file, want, err)
		}
	}
}

// An administrator reads of every placeholder in the README.
func TestReadmeNamesEveryPlaceholder(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range values() {
		if !strings.Contains(string(readme), "`"+name+"`") {
			t.Errorf("README.md does not explain %s", name)
		}
	}
}

// The container fills in all that the files of this folder leave open.
func TestContainerFillsEveryPlaceholder(t *testing.T) {
	script, err := os.ReadFile("run.sh")
	if err != nil {
		t.Fatal(err)
	}
	for name := range values() {
		if !strings.Contains(string(script), "@"+name+"@") {
			t.Errorf("run.sh leaves @%s@ in the files", name)
		}
	}
}
