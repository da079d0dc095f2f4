// Package asterisk holds the configuration of the Asterisk that the tests, the demo and docker-compose run.
//
// Its guarantee: what Render writes is the files of this folder with every @PLACEHOLDER@ filled in; a placeholder
// without a value, or a value without a placeholder, is an error.
package asterisk

import (
	"embed"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

//go:embed *.conf phone.conf.in
var files embed.FS

// Values are what differs between installations, by the placeholder's name. README.md describes each.
type Values map[string]string

// A Phone is a desk phone that may register.
type Phone struct{ User, Password string }

// Render writes the configuration into dir, which must exist.
func Render(dir string, v Values, phones []Phone) error {
	entries, err := files.ReadDir(".")
	if err != nil {
		return fmt.Errorf("list the asterisk configuration: %w", err)
	}
	used := map[string]bool{}
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".conf" {
			continue
		}
		text, err := fill(e.Name(), v, used)
		if err != nil {
			return err
		}
		if err := write(dir, e.Name(), text); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if !used[name] {
			return fmt.Errorf("render the asterisk configuration: nothing uses the value %s", name)
		}
	}
	var all strings.Builder
	for _, p := range phones {
		text, err := fill("phone.conf.in", Values{"PHONE": p.User, "PHONE_PASSWORD": p.Password}, used)
		if err != nil {
			return err
		}
		all.WriteString(text)
	}
	return write(dir, "pjsip_phones.conf", all.String())
}

// fill returns the text of one file with its placeholders replaced, and notes which values it used.
func fill(name string, v Values, used map[string]bool) (string, error) {
	data, err := files.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("read the asterisk configuration: %w", err)
	}
	var missing []string
	text := regexp.MustCompile(`@[A-Z_]+@`).ReplaceAllStringFunc(string(data), func(p string) string {
		key := strings.Trim(p, "@")
		value, ok := v[key]
		if !ok {
			missing = append(missing, p)
		}
		used[key] = true
		return value
	})
	if missing != nil {
		return "", fmt.Errorf("render %s: no value for %s", name, strings.Join(missing, ", "))
	}
	return text, nil
}

// write keeps the file to its owner: it may hold passwords.
func write(dir, name, text string) error {
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		return fmt.Errorf("render the asterisk configuration: %w", err)
	}
	return nil
}
