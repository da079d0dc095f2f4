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

// Render writes the files into dir, each in the folder where FreeSWITCH looks for it.
func Render(dir string, v Values) error {
	set := files.Set{Files: embedded, Values: v, Escape: Escape}
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
