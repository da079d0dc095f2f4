package esl

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/pbx"
)

// shipped are the files of deploy/freeswitch as FreeSWITCH shows them.
func shipped(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../deploy/freeswitch/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("<include>", "", "</include>", "", "@APP@", "hotline", "@NUMBERS@", "0[0-9]+", "@LOG@", "/var/log/freeswitch",
		"@ESL_ADDRESS@", "::", "@ESL_PASSWORD@", "secret").Replace(string(text))
}

func shippedDialplan(t *testing.T) string {
	return `<section name="dialplan"><context name="public">` + shipped(t, "dialplan/public/hotline.xml") + "</context>" +
		shipped(t, "dialplan/hotline.xml") + "</section>"
}

// answering is a FreeSWITCH that answers commands from a table, and notes those that are not in it.
func answering(t *testing.T, answers map[string]string) string {
	return listens(t, func(w *wire) {
		if !w.greet() {
			return
		}
		for {
			command := strings.TrimSpace(strings.TrimPrefix(w.hear(), "api "))
			if command == "" {
				return
			}
			answer, ok := answers[command]
			if !ok {
				answer = "-ERR " + command + " Command not found!\n"
			}
			w.say(said(answer))
		}
	})
}

func TestExamine(t *testing.T) {
	now, err := json.Marshal(time.Now().Add(time.Minute).Unix())
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]string{
		"version":                    "FreeSWITCH Version 1.11.3-dev~64bit ( 64bit)\n",
		"strepoch":                   string(now),
		"module_exists mod_cdr_csv":  "false",
		"xml_locate dialplan":        shippedDialplan(t),
		"file_exists /p/a b.wav":     "true",
		"file_exists /p/none.wav":    "false",
		"local_stream show":          "moh,/music\nother,/o\n",
		"show registrations as json": `{"row_count":1,"rows":[{"reg_user":"101","realm":"lab"}]}`,
		"module_exists mod_lua":      "true",
		"module_exists mod_xml_curl": "false",
		"global_getvar log_dir":      "/var/log/freeswitch",
		locate("cdr_csv.conf"):       shipped(t, "autoload_configs/cdr_csv.conf.xml"),
		locate("event_socket.conf"):  shipped(t, "autoload_configs/event_socket.conf.xml"),
		locate("switch.conf"):        `<configuration name="switch.conf"><settings><param name="rtp-start-port" value="20000"/><param name="rtp-end-port" value="20100"/></settings></configuration>`,
		locate("sofia.conf"): `<configuration name="sofia.conf"><profiles><profile name="internal"><settings><param name="sip-port" value="5060"/></settings></profile>
			<profile name="external"><settings><param name="sip-port" value="5080"/><param name="disable-transfer" value="true"/></settings></profile></profiles></configuration>`,
		locate("lua.conf"): `<configuration name="lua.conf"><settings><param name="xml-handler-bindings" value="configuration,dialplan"/></settings></configuration>`,
	}
	for _, m := range Modules()[:len(Modules())-1] {
		answers["module_exists "+m] = "true"
	}
	cfg := Config{Name: "pbx", Address: answering(t, answers), Password: "secret", Instance: "hotline", Phone: "user/{phone}@lab"}
	f := Examine(t.Context(), cfg, []string{"/p/a b.wav", "/p/none.wav", "/p/it's.wav"}, []string{"101", "102"})
	if f.Ahead == nil || (*f.Ahead-time.Minute).Abs() > 5*time.Second {
		t.Errorf("its clock is ahead by %v, want a minute", f.Ahead)
	}
	f.Ahead = nil
	want := Facts{
		Version: "1.11.3-dev~64bit",
		Modules: map[string]bool{"mod_cdr_csv": false},
		Socket:  &Socket{Listen: "::"},
		Dialplan: &Dialplan{
			Maker: "mod_lua", Fallback: &Entry{Context: "hotline-fallback"}, Transfer: &Entry{Context: "hotline-transfer"},
			Entries: []Entry{{Context: "public", Extension: "hotline", App: "hotline"}},
		},
		Files:   map[string]bool{"/p/a b.wav": true, "/p/none.wav": false},
		Streams: map[string]bool{"moh": true, "other": true},
		Records: &Records{File: "/var/log/freeswitch/cdr-csv/hotline.csv"},
		Phones:  map[string]bool{"101": true, "102": false},
		RTP:     [2]int{20000, 20100}, SIP: []string{"5060", "5080"},
	}
	for _, m := range Modules()[:len(Modules())-1] {
		want.Modules[m] = true
	}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Error(diff)
	}
}

func locate(name string) string { return "xml_locate configuration configuration name " + name }

// A FreeSWITCH that answers nothing of use is known to be there, and no more.
func TestExamineKnowsNothing(t *testing.T) {
	for name, answers := range map[string]map[string]string{
		"no mod_commands": nil,
		"nonsense": {"version": "yes", "strepoch": "noon", "module_exists mod_sofia": "-ERR", "local_stream show": "-ERR\n",
			"xml_locate dialplan": "can't find anything\n", "show registrations as json": "<none/>", locate("cdr_csv.conf"): "can't find anything\n",
			locate("event_socket.conf"): "<section/>"},
	} {
		cfg := Config{Name: "pbx", Address: answering(t, answers), Password: "secret", Instance: "hotline", Phone: "user/{phone}@lab"}
		f := Examine(t.Context(), cfg, []string{"/p/a.wav"}, []string{"101"})
		if diff := cmp.Diff(Facts{Modules: map[string]bool{"mod_commands": false}, Files: map[string]bool{}}, f); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A FreeSWITCH without sound files has not one stream of music, and answers "no reply" to the question.
func TestExamineNoMusic(t *testing.T) {
	answers := map[string]string{"local_stream show": "-ERR no reply\n"}
	f := Examine(t.Context(), Config{Name: "pbx", Address: answering(t, answers), Password: "secret", Instance: "hotline", Phone: "user/{phone}"}, nil, nil)
	if f.Streams == nil || len(f.Streams) != 0 {
		t.Errorf("no stream is there; told %v", f.Streams)
	}
}

func TestExamineCannot(t *testing.T) {
	cuts := listens(t, func(w *wire) {
		if w.greet() {
			w.hear()
		}
	})
	for name, c := range map[string]struct {
		cfg  Config
		want error
	}{
		"wrong password": {Config{Address: answering(t, nil), Password: "wrong"}, pbx.ErrAuth},
		"nobody there":   {Config{Address: "127.0.0.1:1", Password: "secret"}, pbx.ErrDown},
		"lost meanwhile": {Config{Address: cuts, Password: "secret"}, pbx.ErrDown},
	} {
		c.cfg.Instance, c.cfg.Phone = "hotline", "user/{phone}"
		if f := Examine(t.Context(), c.cfg, nil, nil); !errors.Is(f.Err, c.want) {
			t.Errorf("%s: %v, want %v", name, f.Err, c.want)
		}
	}
}

func TestReadDialplan(t *testing.T) {
	good := shippedDialplan(t)
	for name, c := range map[string]struct {
		old, new     string
		lacks, wants []string
	}{
		"no landing": {
			`<action application="sched_transfer" data="+10 hotline-fallback XML hotline-fallback"/>
      <action application="park"/>`, `<action application="park"/>`,
			[]string{`<action application="sched_transfer" data="+10 hotline-fallback XML hotline-fallback"/>`}, nil,
		},
		"a landing that nobody reaches": {
			`<action application="sched_transfer" data="+10 hotline-fallback XML hotline-fallback"/>
      <action application="park"/>`, `<action application="park"/><action application="sched_transfer" data="+10 hotline-fallback XML hotline-fallback"/>`,
			[]string{`<action application="sched_transfer" data="+10 hotline-fallback XML hotline-fallback"/>`}, nil,
		},
		"a landing elsewhere": {
			`data="+10 hotline-fallback XML hotline-fallback"`, `data="+10 hotline-fallback XML default"`,
			[]string{`<action application="sched_transfer" data="+10 hotline-fallback XML hotline-fallback"/>`}, nil,
		},
		"a later landing":    {`"+10 hotline-fallback XML`, `"+5  hotline-fallback XML`, nil, nil},
		"no park":            {`<action application="park"/>`, ``, []string{`<action application="park"/>`}, nil},
		"no kind":            {`hotline_kind=inbound`, `x=y`, []string{`<action application="set" data="hotline_kind=inbound"/>`}, nil},
		"no instance":        {`hotline_app=hotline`, `x=y`, []string{`<action application="set" data="hotline_app=hotline"/>`}, nil},
		"another instance":   {`hotline_app=hotline`, `hotline_app=other`, nil, nil},
		"no number":          {`hotline_number=$1`, `x=y`, []string{`<action application="set" data="hotline_number=$1"/>`}, nil},
		"an exported number": {`set" data="hotline_number=$1`, `export" data="hotline_number=${sip_to_user}`, nil, nil},
		"as before":          {`${hotline_until_hotline}`, `${global_getvar(hotline_until_hotline)}`, nil, nil},
		"never here": {`until_hotline}`, `until_hotline-2}`,
			[]string{`<condition field="${cond(${strepoch()} &lt; ${hotline_until_hotline} ? here : away)}" expression="^here$">`}, nil},
		"no records":          {`accountcode=hotline`, `x=y`, nil, []string{`<action application="set" data="accountcode=hotline"/>`}},
		"transfers elsewhere": {`context=hotline-transfer`, `context=default`, nil, []string{`<action application="set" data="force_transfer_context=hotline-transfer"/>`}},
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		if text == good {
			t.Fatalf("%s: %q is not in the shipped dialplan", name, c.old)
		}
		d, err := readDialplan(text, "hotline")
		if err != nil || len(d.Entries) != 1 {
			t.Errorf("%s: %+v %v", name, d, err)
			continue
		}
		if diff := cmp.Diff([][]string{c.lacks, c.wants}, [][]string{d.Entries[0].Lacks, d.Entries[0].Wants}); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if d, err := readDialplan(good, "hotline"); err != nil || d.Entries[0].Waits {
		t.Errorf("the shipped dialplan asks whether hotline is there: %+v %v", d, err)
	}
	if d, err := readDialplan(strings.ReplaceAll(good, untilVariable, "x"), "hotline"); err != nil || !d.Entries[0].Waits {
		t.Errorf("a dialplan that does not ask: %+v %v", d, err)
	}
	d, err := readDialplan(strings.NewReplacer("hotline::left", "x", "hotline_left", "y", "hotline_transfer=", "z=").Replace(good), "hotline")
	if err != nil || len(d.Fallback.Lacks) != 2 || len(d.Transfer.Lacks) != 1 {
		t.Errorf("contexts without their lines: %+v %+v %v", d.Fallback, d.Transfer, err)
	}
	if d, err = readDialplan(`<section name="dialplan"><context name="default"/></section>`, "hotline"); err != nil || d.Fallback != nil || d.Transfer != nil {
		t.Errorf("no contexts: %+v %v", d, err)
	}
}

func TestLacksRecords(t *testing.T) {
	good := shipped(t, "autoload_configs/cdr_csv.conf.xml")
	for change, lacks := range map[[2]string]string{
		{"x", "x"}:       "",
		{`"ab"`, `"a"`}:  `<param name="legs" value="ab"/>`,
		{`"ab"`, `"BA"`}: `<param name="legs" value="ab"/>`,
		{`"ab"`, `"ba"`}: "",
		{`file-only" value="false"`, `file-only" value="true"`}: `<param name="master-file-only" value="false"/>`,
		{`name="hotline"`, `name="other"`}:                      `<template name="hotline">` + recordLine + `</template>`,
		{`,${hotline_app}`, ``}:                                 `<template name="hotline">` + recordLine + `</template>`,
	} {
		c := readConfig(strings.Replace(good, change[0], change[1], 1))
		if c == nil {
			t.Fatal("cannot be read")
		}
		if got := strings.Join(c.lacksRecords(), "\n"); got != lacks {
			t.Errorf("%v lacks %q, want %q", change, got, lacks)
		}
	}
}

func TestMakesDialplan(t *testing.T) {
	for text, want := range map[string]bool{
		`<settings><param name="xml-handler-bindings" value="directory"/></settings>`:                                                      false,
		`<settings><param name="xml-handler-bindings" value="dialplan"/></settings>`:                                                       true,
		`<bindings><binding name="b"><param name="gateway-url" value="http://u:p@h/" bindings="dialplan|directory"/></binding></bindings>`: true,
		`<bindings><binding name="b"><param name="gateway-url" value="http://u:p@h/" bindings="directory"/></binding></bindings>`:          false,
		`<bindings><binding name="b"><param name="gateway-url" value="http://u:p@h/"/></binding></bindings>`:                               true,
	} {
		if c := readConfig("<configuration>" + text + "</configuration>"); c == nil || c.makesDialplan() != want {
			t.Errorf("%s: %+v, want %t", text, c, want)
		}
	}
}

// FuzzExamine reads whatever a switch may show of its XML: it comes to an end, without a panic.
func FuzzExamine(f *testing.F) {
	f.Add(`<section name="dialplan"><context name="public"><extension name="x"><condition><action application="set" data="hotline_app=x"/></condition></extension></context></section>`)
	f.Add(`<configuration><settings><param name="legs" value="ab"/></settings></configuration>`)
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := readDialplan(text, "hotline"); err == nil && d == nil {
			t.Error("neither a dialplan nor an error")
		}
		if c := readConfig(text); c != nil {
			c.lacksRecords()
			c.makesDialplan()
		}
	})
}

func TestReferring(t *testing.T) {
	c := readConfig(`<configuration name="sofia.conf"><profiles>
		<profile name="internal"><settings><param name="context" value="phones"/></settings></profile>
		<profile name="operator"><settings><param name="context" value="public"/></settings></profile>
		<profile name="phones"><settings><param name="context" value="public"/><param name="auth-calls" value="true"/></settings></profile>
		<profile name="safe"><settings><param name="context" value="public"/><param name="disable-transfer" value="true"/></settings></profile>
	</profiles></configuration>`)
	if got := c.referring([]string{"public"}); !slices.Equal(got, []string{"operator"}) {
		t.Errorf("profiles that let callers transfer: %v", got)
	}
}
