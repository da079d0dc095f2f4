package main

import (
	"os"
	"path/filepath"
	"testing"

	"hotline/config"
)

// The doctor says whether messages get from FreeSWITCH to hotline, when the rules have mailboxes.
func TestDoctorRecordings(t *testing.T) {
	with := &config.Rules{Voicemails: map[string]*config.Voicemail{"sav": {Name: "sav"}}}
	open := t.TempDir()
	for _, c := range []struct {
		folder string
		kind   string
		rules  *config.Rules
		want   string
	}{
		{open, config.FreeSWITCH, with, "fine"},
		{filepath.Join(open, "nowhere"), config.FreeSWITCH, with, "wrong"},
		{filepath.Join(open, "nowhere"), config.FreeSWITCH, &config.Rules{}, ""},
		{"", config.Asterisk, with, ""},
	} {
		p := newPatient(config.Switch{Kind: c.kind, Recordings: c.folder}, "hotline", c.rules)
		got := ""
		if c.kind == config.FreeSWITCH {
			for _, f := range p.recorded() {
				got = map[level]string{fine: "fine", wrong: "wrong"}[f.level]
			}
		}
		if got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.kind, c.folder, got, c.want)
		}
	}
	if left, err := os.ReadDir(open); err != nil || len(left) > 0 {
		t.Errorf("the doctor leaves %v, %v", left, err)
	}
}
