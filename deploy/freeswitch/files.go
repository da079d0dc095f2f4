// Package freeswitch holds what a stock FreeSWITCH needs beside its own configuration to be driven by hotline.
//
// Its guarantee: what Render writes is the files of this folder with every @PLACEHOLDER@ filled in; a placeholder
// without a value, or a value without a placeholder, is an error.
package freeswitch

import (
	"embed"
	"encoding/xml"
	"fmt"
	"io/fs"
	"strings"

	"hotline/deploy/files"
)

//go:embed autoload_configs dialplan
var embedded embed.FS

// Values are what differs between installations, by the placeholder's name. README.md describes each.
type Values = files.Values

// Busy is the fallback of who has no other: a tone and an end. It does not answer, so that nobody pays for hearing that
// nobody is there.
const Busy = `        <action application="pre_answer"/>
        <action application="playback" data="tone_stream://%(500,500,440);loops=5"/>
        <action application="hangup" data="NORMAL_CIRCUIT_CONGESTION"/>`

// fallback is the one value that is lines of XML.
const fallback = "FALLBACK"

// escaped makes the values safe in XML.
func escaped(v Values) Values {
	safe := Values{}
	for name, value := range v {
		safe[name] = value
		if name != fallback {
			safe[name] = Escape(value)
		}
	}
	return safe
}

// Text is one file of this folder with the values that it needs filled in.
func Text(name string, v Values) (string, error) {
	set := files.Set{Files: embedded}
	return set.Text(name, escaped(v))
}

// Render writes the files into dir, each in the folder where FreeSWITCH looks for it.
func Render(dir string, v Values) error {
	set := files.Set{Files: embedded, Values: escaped(v)}
	err := fs.WalkDir(embedded, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return set.Write(dir, name)
	})
	if err != nil {
		return fmt.Errorf("render the freeswitch configuration: %w", err)
	}
	return set.Complete()
}

// Escape makes a value safe in an attribute of XML.
func Escape(value string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(value)) // a Builder takes everything
	return b.String()
}
