package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	oneAsterisk   = "url: 'http://h/ari', user: u, password: p"
	oneFreeSWITCH = "kind: freeswitch, address: 127.0.0.1, password: p"
)

func switches(each ...string) string { return "switches: [{" + strings.Join(each, "}, {") + "}]\n" }

func TestTwoSwitches(t *testing.T) {
	path := writeDaemon(t, `
switches:
  - url: http://127.0.0.1:8088/ari/
    user: hotline
    password: p
  - kind: freeswitch
    address: "[::1]"
    password: q
    trunks: [{name: operator, dial: "sofia/gateway/operator/{number}"}]
    records: cdr/hotline.csv
    prompts_folder: sounds
    texts: unsafe
prompts: {switch_folder: /sounds}
`)
	got, err := LoadDaemon(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Dir(path)
	want := []Switch{
		{Name: "asterisk", Kind: Asterisk, URL: "http://127.0.0.1:8088/ari", User: "hotline", Password: NewSecret("p"),
			Phone: "PJSIP/{phone}", Music: "default", PromptsFolder: "/sounds"},
		{Name: "freeswitch", Kind: FreeSWITCH, Address: "[::1]:8021", Password: NewSecret("q"), Phone: "user/{phone}", Music: "moh",
			Trunks:  []Trunk{{Name: "operator", Dial: "sofia/gateway/operator/{number}"}},
			Records: filepath.Join(folder, "cdr/hotline.csv"), PromptsFolder: filepath.Join(folder, "sounds"),
			Recordings: "/var/lib/freeswitch/recordings", UnsafeTexts: true},
	}
	if diff := cmp.Diff(want, got.Switches, cmp.AllowUnexported(Secret{})); diff != "" {
		t.Error(diff)
	}
}

func TestSwitchesRefused(t *testing.T) {
	t.Setenv("HOTLINE_TEST_CLUECON", "ClueCon")
	for name, test := range map[string]struct{ text, want string }{
		"two asterisks without names": {switches(oneAsterisk, "name: b, "+oneAsterisk),
			`hotline.yaml:1:12: "name" is missing: two switches are of kind asterisk; give each of them a name`},
		"a name twice": {switches("name: a, "+oneAsterisk, "name: a, "+oneFreeSWITCH), `hotline.yaml:1:73: "a" is twice in switches`},
		"a name that is a kind": {switches("name: freeswitch, "+oneAsterisk, oneFreeSWITCH),
			`"freeswitch" is twice in switches`},
		"an asterisk twice": {switches("name: a, "+oneAsterisk, "name: b, url: 'http://h/ari/', user: v, password: q"), `this switch is there already (l. 1)`},
		"a freeswitch twice": {switches("name: a, "+oneFreeSWITCH, "name: b, kind: freeswitch, address: '127.0.0.1:8021', password: q"),
			`this switch is there already (l. 1); Two entries for one switch would take its calls from each other; keep one`},
		"no address": {switches("kind: freeswitch, password: p"), `"address" is missing in a switch`},
		"an address with a scheme": {switches("kind: freeswitch, address: 'tcp://h:8021', password: p"),
			`"tcp://h:8021" is not an address host:port; write for example 127.0.0.1:8021`},
		"an address without a host":   {switches("kind: freeswitch, address: ':8021', password: p"), `":8021" is not an address`},
		"a port that there cannot be": {switches("kind: freeswitch, address: 'h:80210', password: p"), `"h:80210" is not an address`},
		"url with freeswitch": {switches(oneFreeSWITCH + ", url: 'http://h/ari'"),
			`hotline.yaml:1:64: "url" does not go with kind: freeswitch; The word is for a switch of kind asterisk; write address: 127.0.0.1 instead`},
		"user with freeswitch":     {switches(oneFreeSWITCH + ", user: u"), `"user" does not go with kind: freeswitch`},
		"address with asterisk":    {switches(oneAsterisk + ", address: h"), `"address" does not go with kind: asterisk`},
		"insecure asterisk":        {switches(oneAsterisk + ", insecure: true"), `"insecure" does not go with kind: asterisk`},
		"texts of an asterisk":     {switches(oneAsterisk + ", texts: unsafe"), `"texts" does not go with kind: asterisk`},
		"texts that are safe":      {switches(oneFreeSWITCH + ", texts: safe"), `"safe" is not a value of texts; choose among unsafe`},
		"perhaps insecure":         {switches(oneFreeSWITCH + ", insecure: perhaps"), `"perhaps" is not a value of insecure`},
		"a phone":                  {switches(oneFreeSWITCH + ", phone: user/101"), "phone has to contain {phone} once; write for example user/{phone}"},
		"a trunk":                  {switches(oneFreeSWITCH + ", trunks: {name: a, dial: x}"), "write for example sofia/gateway/operator/{number}"},
		"a misspelt kind":          {switches("kind: freeswich, address: h, password: p"), `"freeswich" is not a value of kind; write freeswitch`},
		"the password of everyone": {switches("kind: freeswitch, address: h, password: env:HOTLINE_TEST_CLUECON"), "password of switch freeswitch: it is the one that FreeSWITCH comes with"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := LoadDaemon(writeDaemon(t, test.text), nil)
			if d != nil || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, %v; want an error with %q", d, err, test.want)
			}
			if strings.Contains(err.Error(), shippedPassword) {
				t.Errorf("the password shows in %q", err)
			}
		})
	}
}

// TestMisspeltKind is one mistake, not one for each word of the kind that was meant.
func TestMisspeltKind(t *testing.T) {
	_, err := LoadDaemon(writeDaemon(t, switches("kind: freeswich, address: h, password: p")), nil)
	if err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
}

func TestInsecure(t *testing.T) {
	path := writeDaemon(t, switches("kind: freeswitch, address: 'pbx:9021', password: ClueCon, insecure: true"))
	d, err := LoadDaemon(path, nil)
	if err != nil || !d.Switches[0].Insecure || d.Switches[0].Address != "pbx:9021" || d.Switches[0].Password.Reveal() != shippedPassword {
		t.Errorf("%+v, %v", d, err)
	}
	path = writeDaemon(t, switches("kind: freeswitch, address: h, password: ClueCon"))
	if _, err := LoadDaemonWithoutSecrets(path, nil); err != nil {
		t.Errorf("a command that needs no password: %v", err)
	}
}

// TestSecondSwitchOfTheExample takes the comment signs off the second switch that the example shows.
func TestSecondSwitchOfTheExample(t *testing.T) {
	t.Setenv("HOTLINE_ARI_PASSWORD", "a")
	t.Setenv("HOTLINE_ESL_PASSWORD", "b")
	example, err := os.ReadFile("../examples/hotline.yaml")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(example), "  # - name: new\n")
	d, err := LoadDaemon(writeDaemon(t, before+"  - name: new"+strings.ReplaceAll("\n"+rest, "\n  #   ", "\n    ")), nil)
	if err != nil || len(d.Switches) != 2 || d.Switches[1].Kind != FreeSWITCH || d.Switches[1].Trunks[0].Name != "operator" {
		t.Errorf("%+v, %v", d, err)
	}
}
