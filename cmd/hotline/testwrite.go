package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hotline/config"
	"hotline/disk"
	"hotline/routing/check"
)

// withTest adds a test at the end of the tests of the rules, or begins that section at the end of the rules file. All other
// bytes stay as they are.
func withTest(source config.Source, test config.Test) (config.Source, error) {
	out := slices.Clone(source)
	for i, f := range source {
		lines := strings.SplitAfter(string(f.Data), "\n")
		at := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "tests:") })
		if at < 0 {
			continue
		}
		if rest, _, _ := strings.Cut(strings.TrimPrefix(lines[at], "tests:"), "#"); strings.TrimSpace(rest) != "" {
			return nil, mistaken("tests: est écrit sur une ligne, dans %s : mettez chaque essai sur ses propres lignes, ou ajoutez celui-ci à la main",
				"tests: is written on one line, in %s: put each test on lines of its own, or add this one by hand", f.Name)
		}
		end, indent := at+1, 2
		for n := at + 1; n < len(lines); n++ {
			plain := strings.TrimSpace(lines[n])
			if plain == "" || strings.HasPrefix(plain, "#") {
				continue
			}
			deep := len(lines[n]) - len(strings.TrimLeft(lines[n], " "))
			if deep == 0 && !strings.HasPrefix(plain, "-") {
				break
			}
			if strings.HasPrefix(plain, "- ") && end == at+1 {
				indent = deep
			}
			end = n + 1
		}
		out[i].Data = between(lines, end, check.YAML(test, indent))
		return out, nil
	}
	lines := strings.SplitAfter(string(source[0].Data), "\n")
	out[0].Data = between(lines, len(lines), "\ntests:\n"+check.YAML(test, 2))
	return out, nil
}

// between puts a text between lines, with their way to end a line.
func between(lines []string, at int, text string) []byte {
	before, after := strings.Join(lines[:at], ""), strings.Join(lines[at:], "")
	if strings.Contains(before, "\r\n") {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	if before != "" && !strings.HasSuffix(before, "\n") {
		before += "\n"
	}
	return []byte(before + text + after)
}

// writeBeside puts new bytes in the place of a file, whole or not at all, unless somebody has written it meanwhile.
func writeBeside(file config.File, data []byte) (err error) {
	path, err := filepath.EvalSymlinks(file.Name)
	if err != nil {
		return err
	}
	work, err := os.CreateTemp(filepath.Dir(path), ".hotline-test-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(work.Name()))
		}
	}()
	_, err = work.Write(data)
	if err = errors.Join(err, work.Sync(), work.Close()); err != nil {
		return err
	}
	if err = disk.Like(work.Name(), path); err != nil {
		return err
	}
	now, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, file.Data) {
		return mistaken("%s vient d'être changé par quelqu'un d'autre ; relancez hotline test --record", "%s has just been changed by somebody else; run hotline test --record again", file.Name)
	}
	if err = os.Rename(work.Name(), path); err != nil {
		return err
	}
	return disk.SyncFolder(filepath.Dir(path))
}
