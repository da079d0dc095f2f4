package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const announced = `version: 1
numbers:
  08 92 40 03 00:
    service: conseil
    price: 0.80 EUR/min
    announcement: ANNOUNCEMENT
    max_length: 20m
  08 99 40 03 00: {service: conseil, price: 2.99 EUR/call}
services: {conseil: {open: {play: prix}}}
prompts: {prix: {file: prix.wav}}
`

func announcedBy(t *testing.T, who string) *Rules {
	t.Helper()
	file := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(file, []byte(strings.Replace(announced, "ANNOUNCEMENT", who, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	rules, problems := LoadRules(file)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return rules
}

func TestAnnouncementAsValue(t *testing.T) {
	for who, want := range map[string]Announcement{
		"self": {By: BySelf}, "carrier": {By: ByCarrier}, "{play: prix}": {By: BySelf, Prompt: "prix"},
	} {
		lines := announcedBy(t, who).Lines
		got := lines[0].Announcement
		if got.By != want.By || got.Prompt != want.Prompt || got.Pos.Line != 6 {
			t.Errorf("%s: %+v", who, got)
		}
		if lines[0].MaxLength != 20*time.Minute || lines[1].MaxLength != 0 {
			t.Errorf("lengths %s and %s", lines[0].MaxLength, lines[1].MaxLength)
		}
		if lines[1].Announcement.By != ByCarrier {
			t.Errorf("by default it is %q", lines[1].Announcement.By)
		}
	}
}

func TestCheckAnnouncements(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		who, speech string
		seconds     int
		code, at    string // "" = none
	}{
		"by the carrier":  {who: "carrier", speech: "no-such-program {file}"},
		"by a machine":    {who: "self", speech: self + " {file}", code: "W606", at: ":6:19"},
		"by nothing":      {who: "self", speech: "no-such-program {file}", code: "E606", at: ":6:19"},
		"recorded":        {who: "{play: prix}", speech: "no-such-program {file}", seconds: 15},
		"just recorded":   {who: "{play: prix}", seconds: 10},
		"too short":       {who: "{play: prix}", seconds: 9, code: "E506", at: ":6:26"},
		"too long":        {who: "{play: prix}", seconds: 21, code: "E506", at: ":6:26"},
		"of wrong format": {who: "{play: prix}", seconds: 0}, // told of the prompt
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, "prix.wav"), wavFile(1, 1, 8000, 16, 16000*test.seconds), 0o600); err != nil {
				t.Fatal(err)
			}
			got := CheckAnnouncements(announcedBy(t, test.who), folder, test.speech)
			if test.code == "" {
				if len(got) > 0 {
					t.Error(got)
				}
				return
			}
			if len(got) != 1 || got[0].Code != test.code || got[0].Warning != (test.code[0] == 'W') || !strings.HasSuffix(got[0].Pos.String(), test.at) || got[0].Line == "" {
				t.Errorf("got %+v", got)
			}
			for _, lang := range []string{"fr", "en"} {
				var text strings.Builder
				if err := got.Print(&text, lang); err != nil {
					t.Fatal(err)
				}
				t.Log(text.String())
			}
		})
	}
}
