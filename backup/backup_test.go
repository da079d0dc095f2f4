package backup

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/config"
	"hotline/routing"
	"hotline/store"
)

func now() time.Time { return time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC) }

// house is a folder with the rules and the sounds of examples/, a password in a file, and a database with so many calls.
func house(t *testing.T, calls int) (folder string, s Source) {
	t.Helper()
	folder = t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("../examples")); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(folder, "hotline.yaml"), `switches:
  - {name: pbx, kind: asterisk, url: "http://127.0.0.1:8088/ari", user: hotline, password: "file:secrets/one"}
  - {name: fs, kind: freeswitch, address: 127.0.0.1, password: "file:other/one"}
  - {name: env, kind: freeswitch, address: 127.0.0.2, password: "env:HOTLINE_TEST_PASSWORD"}
mail: {host: smtp.example.com, user: hotline, password: "file:mail/one", from: hotline@example.com}
webhooks:
  crm: {url: "https://crm.example.com/", secret: "file:crm/one"}
  desk: {url: "https://desk.example.com/", secret: "file:crm/one"}
texts: {url: "https://texts.example.com/", form: "To={to}&Body={text}", secret: "env:HOTLINE_TEST_TEXTS"}
`)
	if err := os.Mkdir(filepath.Join(folder, "rules.d"), 0o755); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(folder, "rules.d/zoe.yaml"), "agents:\n  zoe: {name: Zoé Petit, phone: 190}\n")
	for _, name := range []string{"secrets/one", "other/one", "mail/one", "crm/one"} {
		if err := os.Mkdir(filepath.Join(folder, filepath.Dir(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(folder, name), "password of "+name)
	}
	db, err := store.Open(t.Context(), filepath.Join(folder, "hotline.db"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range calls {
		opened := now().Add(time.Duration(i-calls) * time.Minute)
		id := fmt.Sprintf("01JD%022d", i)
		leg := routing.Leg{ID: "leg-" + id, Call: id, Switch: "pbx", SwitchStart: opened, Role: routing.Customer, Created: opened, Answered: opened, Ended: opened.Add(time.Minute)}
		r := routing.Record{Contact: routing.Contact{ID: id, Switch: "pbx", SwitchStart: opened, Service: "conseil", Number: "+33892400300", Caller: "+33612345678",
			CallerName: strings.Repeat("x", 2000), Opened: opened}, Closed: leg.Ended, Legs: []routing.Leg{leg}}
		if err := db.Journal().Close(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return folder, source(t, folder)
}

func source(t *testing.T, folder string) Source {
	t.Helper()
	file := filepath.Join(folder, "hotline.yaml")
	d, err := config.LoadDaemonWithoutSecrets(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	return Source{Config: file, Daemon: d, Program: "test"}
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func text(t *testing.T, path string) string {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func saved(t *testing.T, s Source) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "backup.tar")
	if _, err := Write(t.Context(), s, to, now()); err != nil {
		t.Fatal(err)
	}
	return to
}

// files are all files of a folder but those of SQLite's own, with their bytes.
func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(folder, func(at string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(d.Name(), ".db") {
			return err
		}
		name, err := filepath.Rel(folder, at)
		all[name] = text(t, at)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func inspect(t *testing.T, path string) store.Contents {
	t.Helper()
	c, err := store.Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What was saved comes back on another machine, file by file, while the daemon that was saved runs on.
func TestComesBack(t *testing.T) {
	folder, s := house(t, 20)
	db, err := store.Open(t.Context(), s.Daemon.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	to := saved(t, s)
	if info, err := os.Stat(to); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("rights of the backup: %v, %v", info.Mode(), err)
	}
	left, err := os.ReadDir(filepath.Dir(to))
	if err != nil || len(left) != 1 {
		t.Errorf("beside the backup: %v, %v", left, err)
	}
	p, err := Check(t.Context(), to)
	if err != nil || p.Database.Calls != 20 || !p.Database.Latest.Equal(now().Add(-time.Minute)) || p.Rules == nil || len(p.Problems) != 0 {
		t.Errorf("proof %+v, %v", p, err)
	}
	if p.Rules != nil && p.Rules.Agents["zoe"] == nil {
		t.Error("the backup has not all parts of the rules")
	}
	if got := p.Secrets(); !cmp.Equal(got, []string{"one", "one", "one", "one"}) || !cmp.Equal(p.Environment, []string{"HOTLINE_TEST_PASSWORD", "HOTLINE_TEST_TEXTS"}) || p.Sounds() < 8 {
		t.Errorf("secrets %v, environment %v, %d sounds", got, p.Environment, p.Sounds())
	}
	other := t.TempDir()
	r, err := Restore(t.Context(), to, Target{Config: filepath.Join(other, "hotline.yaml")}, now())
	if err != nil || len(r.Kept) != 0 || len(r.Put) != len(p.Files) {
		t.Fatalf("restored %v, kept %v, %v", r.Put, r.Kept, err)
	}
	want := files(t, folder)
	delete(want, "minimal.yaml")
	delete(want, "demo.yaml")
	delete(want, "rules.schema.json") // hotline schema makes it
	for name, text := range files(t, other) {
		if want[name] != text {
			t.Errorf("%s is not what it was", name)
		}
		delete(want, name)
	}
	for name := range want {
		if strings.HasPrefix(name, "prompts") || strings.HasSuffix(name, "one") || name == "hotline.yaml" || strings.HasPrefix(name, "rules.") {
			t.Errorf("%s did not come back", name)
		}
	}
	if c := inspect(t, filepath.Join(other, "hotline.db")); c != p.Database {
		t.Errorf("the database came back with %+v, not %+v", c, p.Database)
	}
	if info, err := os.Stat(filepath.Join(other, "secrets/one")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("rights of a password: %v, %v", info, err)
	}
}

// Any damage is found, wherever it is, and the check leaves nothing behind.
func TestDamageIsFound(t *testing.T) {
	_, s := house(t, 5)
	good, err := os.ReadFile(saved(t, s))
	if err != nil {
		t.Fatal(err)
	}
	scratch := t.TempDir()
	t.Setenv("TMPDIR", scratch)
	path := filepath.Join(t.TempDir(), "backup.tar")
	check := func(what string, body []byte) {
		t.Helper()
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		var refusal *Refusal
		if _, err := Check(t.Context(), path); !errors.As(err, &refusal) || refusal.FR == "" || refusal.FR == refusal.EN {
			t.Errorf("%s: %v", what, err)
		}
		other := t.TempDir()
		if _, err := Restore(t.Context(), path, Target{Config: filepath.Join(other, "hotline.yaml")}, now()); err == nil {
			t.Errorf("%s: it was restored", what)
		}
		if left := files(t, other); len(left) != 0 {
			t.Errorf("%s: a refused restore leaves %d files", what, len(left))
		}
	}
	for _, part := range []int{0, 1, 3, 7, 9} {
		check(fmt.Sprintf("%d tenths of it", part), good[:len(good)*part/10])
	}
	for _, mark := range []string{"sav:", "RIFF", "SQLite format 3", "password of", `"calls"`} {
		at := bytes.LastIndex(good, []byte(mark))
		if at < 0 {
			t.Fatalf("no %q in the backup", mark)
		}
		bad := slices.Clone(good)
		bad[at+1] ^= 0x04
		check("another byte at "+mark, bad)
	}
	check("a text", []byte(strings.Repeat("this is no archive\n", 100)))
	if left, err := os.ReadDir(scratch); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// A restore over another state keeps that state, leaves alone what is the same, and refuses while the daemon runs.
func TestRestoreKeepsWhatWasThere(t *testing.T) {
	folder, s := house(t, 5)
	to := saved(t, s)
	was := inspect(t, s.Daemon.Database)
	db, err := store.Open(t.Context(), s.Daemon.Database)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Journal().Alive(t.Context(), "pbx", now()); err != nil {
		t.Fatal(err)
	}
	put(t, s.Daemon.Rules, "version: 1\n")
	stray := filepath.Join(folder, "rules.d/20-new.yaml")
	put(t, stray, "agents: {}\n")
	changed := files(t, folder)
	if _, err := Restore(t.Context(), to, Target{Config: s.Config}, now()); !errors.Is(err, store.ErrInUse) {
		t.Errorf("while the daemon runs: %v", err)
	}
	if diff := cmp.Diff(changed, files(t, folder)); diff != "" {
		t.Errorf("refused, and changed: %s", diff)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := Restore(t.Context(), to, Target{Config: s.Config}, now())
	if err != nil {
		t.Fatal(err)
	}
	const before = ".before-restore-20261128T090000Z"
	if want := []string{s.Daemon.Rules + before, stray + before, s.Daemon.Database + before}; !cmp.Equal(r.Kept, want) {
		t.Errorf("kept %v, want %v", r.Kept, want)
	}
	if text := text(t, s.Daemon.Rules+before); text != "version: 1\n" {
		t.Errorf("the rules of before are %q", text)
	}
	if c := inspect(t, s.Daemon.Database); c != was {
		t.Errorf("the database is %+v, not %+v", c, was)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "*.restoring*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

const (
	killWhat   = "HOTLINE_TEST_KILL" // write, restore
	killFolder = "HOTLINE_TEST_KILL_FOLDER"
	killFile   = "HOTLINE_TEST_KILL_FILE"
)

// TestKilled backs up or restores until somebody kills it.
func TestKilled(t *testing.T) {
	folder, file := os.Getenv(killFolder), os.Getenv(killFile)
	var err error
	switch os.Getenv(killWhat) {
	case "write":
		_, err = Write(t.Context(), source(t, folder), file, now())
	case "restore":
		_, err = Restore(t.Context(), file, Target{Config: filepath.Join(folder, "hotline.yaml")}, now())
	default:
		t.Skip("a part of the tests that kill it")
	}
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("done")
}

// killed runs TestKilled for so long, and says whether it was killed.
func killed(t *testing.T, what, folder, file string, after time.Duration) bool {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), killWhat+"="+what, killFolder+"="+folder, killFile+"="+file)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	err := cmd.Wait()
	if err != nil && cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("%v\n%s", err, out.String())
	}
	return err != nil
}

// Killed at any moment, a backup has its name only when it is whole; and the next one goes well.
func TestKilledBackup(t *testing.T) {
	folder, _ := house(t, 300)
	to := t.TempDir()
	file := filepath.Join(to, "backup.tar")
	whole := 0
	for after := 5 * time.Millisecond; whole < 2; after += 5*time.Millisecond + after/4 {
		dead := killed(t, "write", folder, file, after)
		info, err := os.Stat(file)
		switch {
		case errors.Is(err, fs.ErrNotExist) && dead:
		case err != nil:
			t.Fatal(err)
		case info.Size() == 0: // between its name being taken and its being there
		default:
			if _, err := Check(t.Context(), file); err != nil {
				t.Errorf("killed after %s: %v", after, err)
			}
			whole++
		}
		_ = os.Remove(file)
	}
	if _, err := Write(t.Context(), source(t, folder), file, now()); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(to); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// Killed at any moment, a restore has lost nothing of what was there, and the next one goes well.
func TestKilledRestore(t *testing.T) {
	_, s := house(t, 300)
	archive := saved(t, s)
	want := inspect(t, s.Daemon.Database)
	for after := 10 * time.Millisecond; ; after += 5*time.Millisecond + after/4 {
		folder, now := house(t, 1)
		put(t, now.Daemon.Rules, "# of before\n"+text(t, now.Daemon.Rules))
		dead := killed(t, "restore", folder, archive, after)
		for path, calls := range map[string]int{now.Daemon.Database: want.Calls, now.Daemon.Rules: 0} {
			kept, _ := filepath.Glob(path + ".before-restore-*")
			all := append(kept, path)
			if !slices.ContainsFunc(all, func(at string) bool { return calls > 0 || strings.HasPrefix(text(t, at), "# of before") }) {
				t.Errorf("killed after %s: %s of before is lost", after, path)
			}
			if calls > 0 && !slices.ContainsFunc(all, func(at string) bool { return inspect(t, at).Calls == 1 }) {
				t.Errorf("killed after %s: the database of before is lost", after)
			}
		}
		if dead {
			if _, err := Restore(t.Context(), archive, Target{Config: now.Config}, time.Now()); err != nil {
				t.Fatalf("killed after %s, then: %v", after, err)
			}
		}
		if c := inspect(t, now.Daemon.Database); c != want {
			t.Errorf("killed after %s, then restored: %+v, want %+v", after, c, want)
		}
		if left, _ := filepath.Glob(filepath.Join(folder, "*.restoring*")); len(left) != 0 {
			t.Errorf("left behind: %v", left)
		}
		if !dead {
			return
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	folder, s := house(t, 1)
	to := filepath.Join(t.TempDir(), "backup.tar")
	put(t, to, "somebody's file")
	refused := func(what, why string) {
		t.Helper()
		var refusal *Refusal
		if _, err := Write(t.Context(), s, to, now()); !errors.As(err, &refusal) || !strings.Contains(refusal.EN, why) {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("a name that is taken", "is there already")
	if text := text(t, to); text != "somebody's file" {
		t.Errorf("it was overwritten with %q", text)
	}
	to = filepath.Join(filepath.Dir(to), "new.tar")
	other, err := openWork(filepath.Dir(to), "hotline")
	if err != nil {
		t.Fatal(err)
	}
	refused("two at a time", "another backup")
	if err := other.close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(s.Daemon.Database, filepath.Join(folder, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	refused("no database", "not there yet")
	if left, err := os.ReadDir(filepath.Dir(to)); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestPrune(t *testing.T) {
	folder := t.TempDir()
	var want []string
	for i := range 4 {
		name := Name("hotline", now().Add(time.Duration(i)*24*time.Hour))
		put(t, filepath.Join(folder, name), "")
		if i < 2 {
			want = append(want, name)
		}
	}
	others := []string{"hotline-backup-before-christmas.tar", "other-backup-20200101T000000Z.tar", "hotline.db", "hotline-backup-20200101T000000Z.tar.gz"}
	for _, name := range others {
		put(t, filepath.Join(folder, name), "")
	}
	made := Name("hotline", now().Add(3*24*time.Hour))
	removed, err := Prune(folder, "hotline", 2, made)
	if err != nil || !cmp.Equal(removed, want) {
		t.Errorf("removed %v, %v, want %v", removed, err, want)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != len(others)+2 {
		t.Errorf("left %v, %v", left, err)
	}
}

// A clock that was in the future has left backups with later dates: the one that was just made stays all the same.
func TestPruneAfterAWrongClock(t *testing.T) {
	folder := t.TempDir()
	made := Name("hotline", now())
	for _, name := range []string{made, "hotline-backup-20990101T000000Z.tar", "hotline-backup-20990102T000000Z.tar"} {
		put(t, filepath.Join(folder, name), "")
	}
	for _, leave := range []int{2, 1} {
		if _, err := Prune(folder, "hotline", leave, made); err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) != leave {
			t.Errorf("leave %d: left %v, %v", leave, left, err)
		}
		if _, err := os.Stat(filepath.Join(folder, made)); err != nil {
			t.Errorf("leave %d: %v", leave, err)
		}
	}
}

// TestDatabaseKeepsItsRights: a backup that root makes is restored on a machine that has no database yet, and the daemon,
// another user, has to open it there; so have those of its group, who read records.
func TestDatabaseKeepsItsRights(t *testing.T) {
	folder, s := house(t, 1)
	if err := os.Chmod(s.Daemon.Database, 0o640); err != nil {
		t.Fatal(err)
	}
	const daemon = 65534 // any user of this machine that is not root: nobody
	owner := os.Geteuid()
	if owner == 0 {
		owner = daemon
		if err := os.Chown(s.Daemon.Database, daemon, daemon); err != nil {
			t.Fatal(err)
		}
	}
	at := filepath.Join(folder, "saved.tar")
	if _, err := Write(t.Context(), s, at, now()); err != nil {
		t.Fatal(err)
	}
	found := false
	if _, err := read(at, func(e entry) error {
		if e.Name == databaseName {
			found = true
			if e.header.Uid != owner || e.Mode.Perm() != 0o640 {
				t.Errorf("in the backup the database belongs to user %d, mode %04o; want %d, 0640", e.header.Uid, e.Mode.Perm(), owner)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if !found {
		t.Error("no database in the backup")
	}
}
