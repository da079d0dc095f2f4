// Package files writes configuration in which names between two @ stand for what differs between installations.
//
// Its guarantee: a placeholder without a value, or a value without a placeholder, is an error; what is written can be
// read by its owner only, for it may hold passwords.
package files

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Values are what differs between installations, by the placeholder's name.
type Values map[string]string

// A Set is the configuration files of one program and their values.
type Set struct {
	Files  fs.FS
	Values Values
	Escape func(string) string // makes a value safe in a file of this kind; nil: as it is

	used map[string]bool
}

// Write fills in one file and writes it under dir, by the same name.
func (s *Set) Write(dir, name string) error {
	text, err := s.Text(name, s.Values)
	if err != nil {
		return err
	}
	return Put(dir, name, text)
}

// Text returns one file with v filled in.
func (s *Set) Text(name string, v Values) (string, error) {
	data, err := fs.ReadFile(s.Files, name)
	if err != nil {
		return "", fmt.Errorf("read the configuration: %w", err)
	}
	var missing []string
	text := regexp.MustCompile(`@[A-Z_]+@`).ReplaceAllStringFunc(string(data), func(p string) string {
		key := strings.Trim(p, "@")
		value, ok := v[key]
		if !ok {
			missing = append(missing, p)
		}
		if s.used == nil {
			s.used = map[string]bool{}
		}
		s.used[key] = true
		if s.Escape != nil {
			return s.Escape(value)
		}
		return value
	})
	if missing != nil {
		return "", fmt.Errorf("render %s: no value for %s", name, strings.Join(missing, ", "))
	}
	return text, nil
}

// Complete says whether every value was of use.
func (s *Set) Complete() error {
	for _, name := range slices.Sorted(maps.Keys(s.Values)) {
		if !s.used[name] {
			return fmt.Errorf("render the configuration: nothing uses the value %s", name)
		}
	}
	return nil
}

// Put writes a file under dir, in the folder that its name says.
func Put(dir, name, text string) error {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("render the configuration: %w", err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return fmt.Errorf("render the configuration: %w", err)
	}
	return nil
}
