package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/config"
	"hotline/esl"
	"hotline/pbx/driver"
)

func TestFallbackFindings(t *testing.T) {
	way := driver.Way{Context: "public", Number: "0140000101", Landing: "hotline-fallback", Within: stuckWithin}
	lands := func(after time.Duration) driver.Trial {
		var trial driver.Trial
		trial.Step(driver.Step{Context: "public", App: "set", Data: "x=y"})
		trial.Step(driver.Step{Context: "public", App: "park"})
		trial.Step(driver.Step{After: after, Context: "hotline-fallback", App: "Queue", Data: "600"})
		trial.Rang = []string{"PJSIP/101-00000001"}
		return trial
	}
	parks := driver.Trial{Steps: []driver.Step{{Context: "public", App: "park"}}}
	hangs := driver.Trial{Steps: []driver.Step{{Context: "public", App: "Hangup"}}, Ended: time.Second}
	dead := lands(0)
	dead.Rang, dead.Ended = nil, 100*time.Millisecond // its Goto leads to what does not exist
	told := lands(0)
	told.Rang, told.Ended = nil, 5*time.Second
	mute := lands(0)
	mute.Rang = nil
	plays := mute
	plays.Steps = append(plays.Steps[:len(plays.Steps):len(plays.Steps)], driver.Step{Context: "hotline-fallback", App: "Playback", Data: "closed"})
	for name, c := range map[string]struct {
		trial       driver.Trial
		kind        string
		away, stuck level
	}{
		"lands at once":     {lands(50 * time.Millisecond), config.Asterisk, fine, fine},
		"is cut off there":  {dead, config.Asterisk, wrong, fine},
		"is told of it":     {told, config.Asterisk, fine, fine},
		"nobody is rung":    {mute, config.Asterisk, warning, fine},
		"plays something":   {plays, config.Asterisk, fine, fine},
		"lands late":        {lands(10 * time.Second), config.Asterisk, warning, fine},
		"hangs up":          {hangs, config.Asterisk, wrong, wrong},
		"goes nowhere":      {driver.Trial{}, config.Asterisk, wrong, wrong},
		"cannot be tried":   {driver.Trial{Err: errors.New("x")}, config.FreeSWITCH, wrong, wrong},
		"waits":             {parks, config.Asterisk, wrong, wrong},
		"waits for a guard": {parks, config.FreeSWITCH, unseen, wrong},
	} {
		p := sick(t, c.kind)
		away, stuck := p.awayFinding(way, c.trial), p.stuckFinding(way, c.trial)
		if away.level != c.away || stuck.level != c.stuck {
			t.Errorf("%s: away %s, stuck %s; want %s and %s", name, away.level, stuck.level, c.away, c.stuck)
		}
		speaks(t, []finding{away, stuck})
	}
}

func TestFallbackPrints(t *testing.T) {
	var trial driver.Trial
	for i, app := range []string{"Set", "Stasis", "Progress", "Queue"} {
		context := "hotline-in"
		if i > 1 {
			context = "hotline-fallback"
		}
		trial.Step(driver.Step{After: time.Duration(i) * 10 * time.Millisecond, Context: context, App: app, Data: "600"})
	}
	trial.Rang, trial.Answered = []string{"PJSIP/101-00000001"}, 100*time.Millisecond
	f := sick(t, config.Asterisk).awayFinding(driver.Way{Context: "hotline-in", Number: "0140000101", Landing: "hotline-fallback"}, trial)
	for lang, want := range map[tongue]string{
		"en": `pbx (Asterisk, x)
  ok  fallback: with hotline away, a call to 0140000101 lands in
      hotline-fallback within 0.1 s
      0.0 s  hotline-in        Stasis(600)
      0.0 s  hotline-fallback  Progress(600)
      0.0 s  hotline-fallback  Queue(600)
      Answered after 0.1 s. Rang: PJSIP/101-00000001. The trial hung it up.

All is well.
`,
		"fr": `pbx (Asterisk, x)
  ok  repli : hotline arrêté, un appel au 0140000101 arrive dans
      hotline-fallback en 0.1 s
      0.0 s  hotline-in        Stasis(600)
      0.0 s  hotline-fallback  Progress(600)
      0.0 s  hotline-fallback  Queue(600)
      Décroché après 0.1 s. A sonné : PJSIP/101-00000001. L'essai l'a raccroché.

Tout va bien.
`,
	} {
		var out bytes.Buffer
		if err := (report{{name: "pbx", kind: "Asterisk", at: "x", findings: []finding{f}}}).print(&out, lang); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestArrives(t *testing.T) {
	rules, _ := config.LoadRules(examples + "rules.yaml")
	for _, c := range []struct {
		named string
		rules *config.Rules
		want  string
	}{{"01 40 00 01 01", nil, "0140000101"}, {"+33.140000101", nil, "+33140000101"}, {"", rules, "0805400200"}, {"", nil, ""}, {"101@x", rules, ""}, {"s", nil, ""},
		{"112", nil, ""}, {"3639", nil, ""}, {"112", rules, ""}, {"06 12 34 56 78", rules, ""}, {"33805400200", rules, "33805400200"}} {
		if got, err := arrives(c.named, c.rules); got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q: %q %v, want %q", c.named, got, err, c.want)
		}
	}
}

func TestEntryContext(t *testing.T) {
	p := sick(t, config.FreeSWITCH)
	d := &esl.Dialplan{Entries: []esl.Entry{{Context: "other", App: "other"}, {Context: "from-operator", App: "hotline"}}}
	if got := p.entryContext(d); got != "from-operator" {
		t.Errorf("calls come in by %q", got)
	}
	if got := p.entryContext(nil); got != "public" {
		t.Errorf("calls come in by %q", got)
	}
}

// What of the command makes no sense is said before anything is called.
func TestDoctorRefusesToCall(t *testing.T) {
	t.Setenv("LC_ALL", "en_GB.UTF-8")
	path := writeDaemon(t, switchesDown)
	for args, c := range map[string]struct {
		code int
		want string
	}{
		"--call 112":                {exitUnlooked, "short number"},
		"--call 0612345678":         {exitUnlooked, "short number"},
		"--call 101 --fallback":     {exitUnlooked, "one after the other"},
		"0140000101":                {exitUnlooked, "with --fallback only"},
		"--switch one":              {exitUnlooked, "goes with --call"},
		"--fallback x":              {exitUnlooked, "is no number"},
		"--call 101 --switch x":     {exitUnlooked, "hotline.yaml has one, two"},
		"--call 101 --switch one":   {exitSick, "FreeSWITCH does not answer at"},
		"--call 101 --switch two":   {exitSick, "Asterisk does not answer at"},
		"--fallback":                {exitSick, "Asterisk does not answer at"},
		"--fallback 01 40 00 01 01": {exitSick, "FreeSWITCH does not answer at"},
	} {
		var out bytes.Buffer
		root := newRoot()
		root.SetArgs(append([]string{"doctor", "--config", path}, strings.Fields(args)...))
		root.SetOut(&out)
		root.SetErr(&out)
		err := root.ExecuteContext(t.Context())
		var exit *exitError
		if !errors.As(err, &exit) || exit.code != c.code || !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: %v\n%s", args, err, out.String())
		}
	}
}
