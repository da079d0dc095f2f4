package asterisk

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func values() Values {
	return Values{
		"STATE": "/state", "RUN": "/run/a", "MODULES": "/modules", "DATA": "/data", "APP": "hotline-2",
		"ARI_PASSWORD": "secret", "HTTP_ADDRESS": "127.0.0.1", "HTTP_PORT": "8088", "SIP_BIND": "127.0.0.1:5060",
		"TRUNK_CONTACT": "sip:127.0.0.1:5070", "TRUNK_MATCH": "127.0.0.0/8", "RTP_START": "10000", "RTP_END": "20000", "FALLBACK": Busy,
	}
}

func TestRender(t *testing.T) {
	dir := t.TempDir()
	if err := Render(dir, values(), []Phone{{"101", "a"}, {"102", "b"}}); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string][]string{
		"extensions_hotline.conf": {"HOTLINE_APP = hotline-2\n", "exten => s,1,Progress()\n"},
		"ari.conf":                {"password = secret\n"},
		"pjsip.conf":              {"#include pjsip_phones.conf", "match = 127.0.0.0/8"},
		"pjsip_phones.conf":       {"[101](phone)\n", "username = 102\npassword = b\n"},
	} {
		data, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Error(err)
		}
		for _, w := range want {
			if !strings.Contains(string(data), w) {
				t.Errorf("%s lacks %q", file, w)
			}
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
		if !strings.Contains(string(script), " "+name+" ") {
			t.Errorf("run.sh leaves @%s@ in the files", name)
		}
	}
}
