package main

import (
	"strings"
	"testing"
)

// A backup brings back the version that was in force, and an upgrade keeps it: what the files say is another matter.
func TestVersionOverBackupAndUpgrade(t *testing.T) {
	d := newOffice(t)
	d.serve()
	d.stop()
	d.write("rules.yaml", strings.Replace(applyRules, "20s", "30s", 1))
	d.ask(0, []string{"apply", "-m", "they write more"}, "version 2")
	d.ask(0, []string{"backup", d.path("same.tar")})
	d.ask(0, []string{"restore", d.path("same.tar"), "--check"}, "in force: version 2, which says the same")
	d.write("rules.yaml", strings.Replace(applyRules, "20s", "40s", 1))
	d.ask(0, []string{"backup", d.path("other.tar")})
	d.write("rules.yaml", "version: 1\nnumbers: [")
	bad := d.read("rules.yaml")
	d.ask(0, []string{"backup", d.path("bad.tar")})

	d.ask(0, []string{"restore", d.path("other.tar"), "--check"}, "in force: version 2 (", "which is in the database, and not rules.yaml")
	d.ask(0, []string{"restore", d.path("other.tar")}, "which is in the database, and not rules.yaml")
	if v := d.inForce(); v.Number != 2 || v.Why != "they write more" {
		t.Errorf("restored: %+v", v)
	}
	d.ask(0, []string{"upgrade-check"}, "this program can read version 2 (")
	d.ask(1, []string{"restore", d.path("bad.tar"), "--check"}, "It can be restored. Serve will start with version 2, which is in the database.")
	d.write("rules.yaml", bad)
	d.serve()
	d.ask(1, []string{"status"}, "rules.yaml version 2 (")
	d.stop()

	d.strange()
	d.write("rules.yaml", applyRules)
	d.ask(0, []string{"upgrade-check"}, "this program cannot read version 3", "rules.yaml in force in its place", "hotline rules diff")
}
