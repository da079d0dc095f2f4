package main

import (
	"os"
	"path/filepath"
	"testing"
)

// newBlockDesk is a company with callers whose hotline does not run.
func newBlockDesk(t *testing.T) desk {
	t.Helper()
	d := newMissedDesk(t)
	folder := filepath.Dir(d.path)
	text := "instance: essai\nrules: rules.yaml\ndatabase: " + d.path + "\ncontrol: " + filepath.Join(folder, "none.sock") +
		"\nswitches:\n  - {name: pbx, kind: asterisk, url: http://127.0.0.1:1, user: hotline, password: x, phone: \"PJSIP/{phone}\"}\n"
	if err := os.WriteFile(filepath.Join(folder, "hotline.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestBlock(t *testing.T) {
	commands := commandLines(`
block
block 06123
block *
block +33*
block 899*
block 101
block 01.40.00.01.01
block "06 98 76 54 32"
block 0612345678 --for soon
block 0612345678 --for 0d
block 0612345678 --for 30d -m "insulte,\u202e rappelle sans cesse"
block 0612345678 -m "insulte encore"
block "+33 6 12*"
block 06* --yes --for 12h
block +44*
block hidden
block masqué --yes -m "la nuit"
block +4420712345*
block
block --json
unblock 0612345678
unblock 0612345678
unblock +336*
block
unblock
unblock x`)
	for i := range commands {
		commands[i] = append(commands[i], "--config", "FOLDER/hotline.yaml")
	}
	transcript(t, newBlockDesk, "block", commands...)
}
