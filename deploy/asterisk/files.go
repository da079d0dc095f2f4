// Package asterisk holds the configuration of the Asterisk that the tests, the demo and docker-compose run.
//
// Its guarantee: what Render writes is the files of this folder with every @PLACEHOLDER@ filled in; a placeholder
// without a value, or a value without a placeholder, is an error.
package asterisk

import (
	"embed"
	"fmt"
	"path"
	"strings"

	"hotline/deploy/files"
)

//go:embed *.conf phone.conf.in
var embedded embed.FS

// Values are what differs between installations, by the placeholder's name. README.md describes each.
type Values = files.Values

// A Phone is a desk phone that may register.
type Phone struct{ User, Password string }

// Busy is the fallback of who has no other: a tone and an end. It does not answer, so that nobody pays for hearing that
// nobody is there.
const Busy = `Progress()
 same => n,Playback(tt-allbusy,noanswer)
 same => n,Hangup(34)`

// Text is one file of this folder with the values that it needs filled in.
func Text(name string, v Values) (string, error) {
	set := files.Set{Files: embedded}
	return set.Text(name, v)
}

// Render writes the configuration into dir.
func Render(dir string, v Values, phones []Phone) error {
	entries, err := embedded.ReadDir(".")
	if err != nil {
		return fmt.Errorf("list the asterisk configuration: %w", err)
	}
	set := files.Set{Files: embedded, Values: v}
	for _, e := range entries {
		if path.Ext(e.Name()) != ".conf" {
			continue
		}
		if err := set.Write(dir, e.Name()); err != nil {
			return err
		}
	}
	if err := set.Complete(); err != nil {
		return err
	}
	var all strings.Builder
	for _, p := range phones {
		text, err := set.Text("phone.conf.in", Values{"PHONE": p.User, "PHONE_PASSWORD": p.Password})
		if err != nil {
			return err
		}
		all.WriteString(text)
	}
	return files.Put(dir, "pjsip_phones.conf", all.String())
}
