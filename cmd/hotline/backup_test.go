package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"hotline/store"
)

// farm is a hotline of its own in a folder: files, a password, and the calls of recorded, with nobody at the database.
func farm(t *testing.T) desk {
	t.Helper()
	d := newDesk(t)
	if err := d.db.Close(); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Dir(d.path)
	if err := os.CopyFS(filepath.Join(folder, "prompts"), os.DirFS("../../examples/prompts")); err != nil {
		t.Fatal(err)
	}
	for _, made := range []string{"beep-*.wav", "price-*.wav"} { // by a demo, perhaps
		found, err := filepath.Glob(filepath.Join(folder, "prompts", made))
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range found {
			if err := os.Remove(at); err != nil {
				t.Fatal(err)
			}
		}
	}
	rules, err := os.ReadFile("../../examples/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"rules.yaml": string(rules), "hotline.secret": "a good long password",
		"hotline.yaml": "switches:\n  - {kind: asterisk, url: \"http://127.0.0.1:8088/ari\", user: hotline, password: \"file:hotline.secret\"}\n" +
			"  - {kind: freeswitch, address: 127.0.0.1, password: \"env:HOTLINE_ESL_PASSWORD\"}\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d.db = nil
	return d
}

// measured is what differs from run to run.
var measured = regexp.MustCompile(`\d+[.,]?\d* (ms|s|kB|ko|MB|Mo)\b`)

// schemaNumber is what the next migration changes.
var schemaNumber = regexp.MustCompile(`(schema|schéma) \d+`)

// onFarm runs commands in the folder of a farm, in both languages, and compares what they print with testdata.
func onFarm(t *testing.T, name string, steps func(t *testing.T, d desk, run func(args ...string))) {
	t.Helper()
	for _, lang := range []string{"fr", "en"} {
		var all strings.Builder
		t.Run(lang, func(t *testing.T) {
			d := farm(t)
			t.Chdir(filepath.Dir(d.path))
			d.path = filepath.Base(d.path)
			steps(t, d, func(args ...string) {
				out, code := d.run(t, lang, args...)
				out = strings.ReplaceAll(out, version(), "VERSION")
				for line := range strings.SplitSeq(out, "\n") {
					if n := len([]rune(line)); n > 80 && !strings.HasPrefix(line, "hotline: ") {
						t.Errorf("%s: %d columns: %s", quoted(args), n, line)
					}
				}
				fmt.Fprintf(&all, "$ hotline %s\n%s", quoted(args), out)
				if code != 0 {
					fmt.Fprintf(&all, "(exit code %d)\n", code)
				}
				all.WriteString("\n")
			})
		})
		text := schemaNumber.ReplaceAllString(measured.ReplaceAllString(all.String(), "N $1"), "$1 N")
		golden(t, name+"-"+lang+".txt", dataVersion.ReplaceAllString(text, "VERSION"))
	}
}

func change(t *testing.T, path, from, to string) {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(body), from) {
		t.Fatalf("%s has no %q: %v", path, from, err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(body), from, to, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestBackup(t *testing.T) {
	onFarm(t, "backup", func(t *testing.T, d desk, run func(...string)) {
		file := "hotline-backup-20261128T090000Z.tar"
		run("backup", ".")
		run("backup", ".")
		run("backup", "mine.tar", "--keep", "2")
		run("restore", file, "--check")
		change(t, "rules.yaml", "wrap_up: 30s", "wrap_up: 60s")
		daemon, err := store.Open(t.Context(), d.path)
		if err != nil {
			t.Fatal(err)
		}
		run("restore", file)
		if err := daemon.Close(); err != nil {
			t.Fatal(err)
		}
		run("restore", file)
		change(t, "rules.yaml", "wrap_up: 30s", "wrapup: 60s")
		run("backup", "bad.tar")
		run("restore", "bad.tar", "--check")
		if err := os.Truncate("bad.tar", 20_000); err != nil {
			t.Fatal(err)
		}
		run("restore", "bad.tar", "--check")
		run("restore", "rules.yaml", "--check")
	})
}

// A backup of every day, and three of them stay.
func TestBackupKeeps(t *testing.T) {
	d := farm(t)
	to := t.TempDir()
	for range 5 {
		d.now = d.now.Add(24 * time.Hour)
		if out, code := d.run(t, "en", "backup", to, "--keep", "3", "--config", filepath.Join(filepath.Dir(d.path), "hotline.yaml")); code != 0 {
			t.Fatal(out)
		}
	}
	left, err := filepath.Glob(filepath.Join(to, "*"))
	if err != nil || len(left) != 3 || filepath.Base(left[0]) != "hotline-backup-20261201T090000Z.tar" {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestUpgradeCheck(t *testing.T) {
	onFarm(t, "upgrade-check", func(t *testing.T, d desk, run func(...string)) {
		run("upgrade-check")
		change(t, "rules.yaml", "wrap_up: 30s", "wrapup: 30s")
		run("upgrade-check")
		change(t, "rules.yaml", "wrapup: 30s", "wrap_up: 30s")
		change(t, "hotline.yaml", "switches:", "switchs:")
		run("upgrade-check")
		change(t, "hotline.yaml", "switchs:", "switches:")
		if err := os.WriteFile(d.path, []byte(strings.Repeat("no database\n", 1000)), 0o600); err != nil {
			t.Fatal(err)
		}
		run("upgrade-check")
		if err := os.Remove(d.path); err != nil {
			t.Fatal(err)
		}
		run("upgrade-check")
		if err := os.Remove("hotline.yaml"); err != nil {
			t.Fatal(err)
		}
		run("upgrade-check")
	})
}

// What upgrade-check says of databases that tests of this program cannot make: an older one, a newer one, and one whose upgrade fails.
func TestUpgradeFindings(t *testing.T) {
	older := trial{before: store.Contents{Schema: 3, Calls: 7}, schema: 5}
	for _, c := range []struct {
		name  string
		trial trial
		err   error
		level level
		want  [2]string
	}{
		{"older", older, nil, fine, [2]string{"du schéma 3 au 5, essayé sur une copie ; 7 appels avant et après", "from schema 3 to 5, tried on a copy; 7 calls before and after"}},
		{"newer", trial{}, &store.SchemaError{Path: "hotline.db", Has: 9, Wanted: 5}, wrong, [2]string{"plus récent que ce programme", "of a newer hotline than this program"}},
		{"fails", trial{before: store.Contents{Schema: 3}}, errors.New("x"), wrong, [2]string{"la mise à jour d'une copie de hotline.db a échoué", "the upgrade of a copy of hotline.db failed"}},
	} {
		f := c.trial.finding("hotline.db", c.err)
		if f.level != c.level || !strings.Contains(f.title.FR, c.want[0]) || !strings.Contains(f.title.EN, c.want[1]) {
			t.Errorf("%s: %s %q", c.name, f.level, f.title)
		}
	}
}

// An older program tells what to do about a newer database, in the language of who runs it.
func TestNewerDatabase(t *testing.T) {
	err := fmt.Errorf("open database hotline.db: %w", &store.SchemaError{Path: "hotline.db", Has: 9, Wanted: 5})
	for lang, want := range map[tongue]string{"fr": "est d'un hotline plus récent (schéma 9", "en": "a newer hotline wrote it (schema 9"} {
		if text := lang.mistake(err); !strings.Contains(text, want) || !strings.Contains(text, "hotline.db.schema5-") {
			t.Errorf("%s: %s", lang, text)
		}
	}
}

// TestBackupFolderToMake: the nightly line of operations.md, before there is the folder.
func TestBackupFolderToMake(t *testing.T) {
	d := farm(t)
	folder := filepath.Dir(d.path)
	want := "le dossier " + filepath.Join(folder, "nights") + " n'existe pas encore. À faire : sudo install -d"
	out, code := d.run(t, "fr", "backup", filepath.Join(folder, "nights"), "--keep", "14", "--config", filepath.Join(folder, "hotline.yaml"))
	if code != 1 || !strings.Contains(out, want) {
		t.Errorf("backup: %d %s, want %s", code, out, want)
	}
}
