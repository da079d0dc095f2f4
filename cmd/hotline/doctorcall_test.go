package main

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/config"
	"hotline/pbx"
	"hotline/pbx/pbxtest"
)

// A phone is rung over a switch in memory, and does what phones and people do.
func TestTryPhone(t *testing.T) {
	type person func(*pbxtest.Party)
	press := func(p *pbxtest.Party) { p.Press("1") }
	for name, c := range map[string]struct {
		does   pbxtest.Behaviour
		person person
		want   []string // what is not well
		tells  string   // in what is found
	}{
		"well":               {pbxtest.Answers, press, nil, "picked up after 2.0 s"},
		"hears nothing":      {pbxtest.Answers, func(*pbxtest.Party) {}, []string{"call_heard:wrong"}, "no key 1"},
		"says nothing":       {pbxtest.Answers, func(p *pbxtest.Party) { p.Mute(); press(p) }, []string{"call_voice:wrong"}, "silence"},
		"is not heard":       {pbxtest.Answers, func(p *pbxtest.Party) { p.Lose(); press(p) }, []string{"call_voice:wrong"}, "no sound arrives"},
		"hangs up":           {pbxtest.Answers, func(p *pbxtest.Party) { p.Hangup() }, []string{"call_heard:warning", "call_voice:warning"}, "hung up before"},
		"nobody is there":    {pbxtest.Rings, nil, []string{"call:wrong"}, "rang for 30 s, nobody"},
		"busy":               {pbxtest.Busy, nil, []string{"call:wrong"}, "busy"},
		"declined":           {pbxtest.Refuses, nil, []string{"call:wrong"}, "declined"},
		"not there":          {pbxtest.Off, nil, []string{"call:wrong"}, "cannot ring it"},
		"the beeps are gone": {pbxtest.Answers, press, []string{"call_heard:wrong"}, "cannot play /p/gone.wav"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sw := pbxtest.New()
				sw.Files["/p/beeps.wav"] = time.Second
				phone := sw.Phone("101", c.does, 2*time.Second)
				sound := "/p/beeps.wav"
				if strings.Contains(c.tells, "gone") {
					sound = "/p/gone.wav"
				}
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan struct{})
				go func() { // the person, half a second after the beeps have begun
					defer close(done)
					select {
					case <-time.After(2500 * time.Millisecond):
						if last := phone.Last(); last != nil && c.person != nil {
							c.person(last)
						}
					case <-ctx.Done():
					}
				}()
				said := 0
				trial := tryPhone(ctx, sw, "pbx", "101", sound, func(config.Words) { said++ })
				cancel()
				<-done
				p := sick(t, config.Asterisk)
				found := p.phoneFindings("101", trial, [2]int{10000, 20000})
				if diff := cmp.Diff(c.want, bad(found)); diff != "" {
					t.Errorf("%s\n%+v", diff, trial)
				}
				all := ""
				for _, f := range found {
					all += f.title.EN + "\n"
				}
				if !strings.Contains(all, c.tells) || said == 0 {
					t.Errorf("it says\n%s and not %q", all, c.tells)
				}
				speaks(t, found)
				if last := phone.Last(); last != nil {
					select {
					case <-last.Gone():
					default:
						t.Error("the phone is not hung up")
					}
				}
			})
		})
	}
}

// Who breaks a trial off is told so, and the phone is hung up.
func TestTryPhoneBrokenOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sw := pbxtest.New()
		sw.Files["/p/beeps.wav"] = time.Second
		phone := sw.Phone("101", pbxtest.Answers, time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		trial := tryPhone(ctx, sw, "pbx", "101", "/p/beeps.wav", func(config.Words) {})
		found := sick(t, config.Asterisk).phoneFindings("101", trial, [2]int{})
		if len(found) != 1 || found[0].level != wrong || !strings.Contains(found[0].title.EN, "broken off") {
			t.Errorf("%+v", found)
		}
		select {
		case <-phone.Last().Gone():
		default:
			t.Error("the phone is not hung up")
		}
	})
}

// What no switch in memory does.
func TestPhoneFindings(t *testing.T) {
	talked := phoneTrial{rang: true, waited: time.Second, key: '1', traffic: pbx.Traffic{Sent: 200, Received: 200}, heard: pbx.Loudness{Heard: true}}
	for name, c := range map[string]struct {
		change func(*phoneTrial)
		want   []string
	}{
		"well":               {func(*phoneTrial) {}, nil},
		"in pieces":          {func(x *phoneTrial) { x.traffic.Loss = 9 }, []string{"call_voice:warning"}},
		"level not measured": {func(x *phoneTrial) { x.heard.Heard, x.hearErr = false, errors.New("404") }, []string{"call_voice:unseen"}},
		"nothing measured": {func(x *phoneTrial) {
			x.heard.Heard, x.hearErr, x.countErr, x.traffic = false, errors.New("404"), errors.New("404"), pbx.Traffic{}
		}, []string{"call_voice:unseen"}},
		"no packets counted":  {func(x *phoneTrial) { x.countErr, x.traffic = errors.New("404"), pbx.Traffic{} }, nil},
		"the switch is down":  {func(x *phoneTrial) { *x = phoneTrial{err: pbx.ErrDown} }, []string{"call:wrong"}},
		"broken off":          {func(x *phoneTrial) { *x = phoneTrial{err: context.Canceled} }, []string{"call:wrong"}},
		"it failed unrung":    {func(x *phoneTrial) { *x = phoneTrial{cause: pbx.Broken} }, []string{"call:wrong"}},
		"there is no such":    {func(x *phoneTrial) { *x = phoneTrial{cause: pbx.NotFound} }, []string{"call:wrong"}},
		"an unreachable dial": {func(x *phoneTrial) { *x = phoneTrial{err: pbx.ErrUnreachable} }, []string{"call:wrong"}},
	} {
		for _, kind := range []string{config.Asterisk, config.FreeSWITCH} {
			trial := talked
			c.change(&trial)
			found := sick(t, kind).phoneFindings("101", trial, [2]int{})
			if diff := cmp.Diff(c.want, bad(found)); diff != "" {
				t.Errorf("%s on %s: %s", name, kind, diff)
			}
			speaks(t, found)
		}
	}
}

func TestTrialSound(t *testing.T) {
	p := sick(t, config.Asterisk)
	folder := t.TempDir()
	sound, err := p.trialSound(config.Prompts{Folder: folder})
	if made, _ := filepath.Glob(filepath.Join(folder, "beep-*.wav")); err != nil || len(made) != 1 || sound != filepath.Join(p.PromptsFolder, filepath.Base(made[0])) {
		t.Errorf("%s %v", sound, err)
	}
	if sound, err := p.trialSound(config.Prompts{Folder: filepath.Join(folder, "none")}); err != nil || sound != p.files[0] {
		t.Errorf("without a folder to write in: %s %v", sound, err)
	}
	p.files = nil
	if sound, err := p.trialSound(config.Prompts{Folder: filepath.Join(folder, "none")}); err == nil {
		t.Errorf("without any sound: %s", sound)
	}
}

// TestDebianHasNoFolderForRecordings: Asterisk of Debian has no folder "recording", and answers 500; to load modules that are
// loaded does not help.
func TestDebianHasNoFolderForRecordings(t *testing.T) {
	p := patient{Switch: config.Switch{Kind: config.Asterisk}}
	f := p.fromPhone(phoneTrial{hearErr: errors.New("500 Internal Server Error"), traffic: pbx.Traffic{Received: 5}}, [2]int{})
	if want := "sudo install -d -o asterisk -g asterisk -m 750 /var/spool/asterisk/recording"; !slices.Contains(f.lines, want) {
		t.Errorf("lines %q, want %s", f.lines, want)
	}
}

// TestLinesThatGiveRights: where rights are missing, the lines that are printed give them.
func TestLinesThatGiveRights(t *testing.T) {
	p := patient{Switch: config.Switch{Kind: config.Asterisk, Records: "/var/log/asterisk/cel-custom/hotline.csv", PromptsFolder: "/p"},
		rules: &config.Rules{}, files: []string{"/p/a.wav"}, records: errors.New("permission denied")}
	if f := p.recordsFinding(p.Records); !slices.Contains(f.lines, "sudo usermod -aG asterisk hotline") || !slices.Contains(f.lines, "sudo chmod o+x /var/log/asterisk") {
		t.Errorf("records: lines %q", f.lines)
	}
	if f := p.prompts(map[string]bool{"/p/a.wav": false}); len(f) != 1 || !slices.Contains(f[0].lines, "sudo chmod -R a+rX /p") {
		t.Errorf("prompts: %+v", f)
	}
}
