package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"
)

// oldCalls is how many calls the file of before the upgrade has. They are long enough for a copy of several pieces.
const oldCalls = 2000

// older makes a file of an older hotline with calls in it, and returns the version of its schema.
func older(t *testing.T, path string) int {
	t.Helper()
	const version = 3
	old := before(t, path, version)
	_, err := old.ExecContext(t.Context(), `INSERT INTO call (id, switch, switch_start, service, number, arrived, caller, caller_name, caller_hidden,
		rules_version, opened, closed, agent, queue, waited_ms, talked_ms)
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		SELECT printf('01JD%022d', i), 'pbx', 1, 'conseil', '+33892400300', '0892400300', '+33612345678', printf('%.2500c', 'x'), 0, '15',
		1767222000000 + i * 1000, 1767222000000 + i * 1000 + 183000, 'marie', 'conseil', 12000, 171000 FROM n`, oldCalls)
	if err := errors.Join(err, old.Close()); err != nil {
		t.Fatal(err)
	}
	return version
}

const (
	upgradePath  = "HOTLINE_TEST_UPGRADE_DB"
	upgradeUntil = "HOTLINE_TEST_UPGRADE_UNTIL" // "statement 17", "commit 1", "piece 2"
)

// TestKilledUpgrade opens an old file as serve does, and kills itself at the point that TestUpgradeIsAllOrNothing says.
func TestKilledUpgrade(t *testing.T) {
	path := os.Getenv(upgradePath)
	if path == "" {
		t.Skip("a part of TestUpgradeIsAllOrNothing, which starts it as a program of its own")
	}
	what, count, _ := strings.Cut(os.Getenv(upgradeUntil), " ")
	left := 0
	if _, err := fmt.Sscan(count, &left); err != nil {
		t.Fatal(err)
	}
	at := func(point string) {
		if left--; point == what && left < 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // it comes at once
		} else if point != what {
			left++
		}
	}
	db, err := connect(t.Context(), path, "rwc", "FULL", 1)
	if err != nil {
		t.Fatal(err)
	}
	hook(t, db, at)
	if what == "piece" { // the same as backUp, which has no hook between its pieces
		f, err := os.Create(path + partOfCopy)
		if err != nil {
			t.Fatal(err)
		}
		copied, err := connect(t.Context(), f.Name(), "rw", "OFF", 1)
		if err != nil {
			t.Fatal(err)
		}
		err = copyPages(t.Context(), db, copied, func(time.Time) error { at("piece"); return nil })
		t.Fatalf("the copy was not interrupted: %v", err)
	}
	if err := prepareFile(t.Context(), db, path, time.Now()); err != nil {
		t.Fatal(err)
	}
}

// hook calls at before each statement is prepared and before each commit.
func hook(t *testing.T, db *sqlx.DB, at func(string)) {
	t.Helper()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = conn.Raw(func(c any) error {
		c.(*sqlite3.SQLiteConn).RegisterAuthorizer(func(int, string, string, string) int { at("statement"); return sqlite3.SQLITE_OK })
		c.(*sqlite3.SQLiteConn).RegisterCommitHook(func() int { at("commit"); return 0 })
		return nil
	})
	if err := errors.Join(err, conn.Close()); err != nil {
		t.Fatal(err)
	}
}

// Killed at any point of an upgrade, the file has the schema of before and all that was in it, or the new one and all that was in
// it, and then the copy is there as well. The next start does the rest.
func TestUpgradeIsAllOrNothing(t *testing.T) {
	first := filepath.Join(t.TempDir(), "hotline.db")
	version := older(t, first)
	now, err := Newest()
	if err != nil {
		t.Fatal(err)
	}
	outcomes := map[int]int{} // schema after the kill -> how often
	try := func(until string) (killed bool) {
		path := filepath.Join(t.TempDir(), "hotline.db")
		body, err := os.ReadFile(first)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		upgrade := exec.Command(os.Args[0], "-test.run=^TestKilledUpgrade$")
		upgrade.Env = append(os.Environ(), upgradePath+"="+path, upgradeUntil+"="+until)
		out, err := upgrade.CombinedOutput()
		if err == nil {
			return false
		}
		if s := upgrade.ProcessState.Sys().(syscall.WaitStatus); s.Signal() != syscall.SIGKILL {
			t.Fatalf("%s: %v\n%s", until, err, out)
		}
		schema := afterKill(t, path, until, version, now)
		t.Logf("killed at %s: schema %d", until, schema)
		outcomes[schema]++
		return true
	}
	for i, step := 0, 1; try(fmt.Sprintf("statement %d", i)); i += step {
		step += 1 + step/2 // close together at first, where the copy is made
	}
	for i := 0; try(fmt.Sprintf("commit %d", i)); i++ {
	}
	for i := range 2 {
		if !try(fmt.Sprintf("piece %d", i)) {
			t.Errorf("the copy has no piece %d", i)
		}
	}
	if len(outcomes) != 2 || outcomes[version] < 10 || outcomes[now] < 1 {
		t.Errorf("after a kill the schema was: %v", outcomes)
	}
}

// afterKill looks at what a kill has left, then starts again.
func afterKill(t *testing.T, path, until string, version, now int) int {
	t.Helper()
	left, err := Inspect(t.Context(), path)
	if err != nil || left.Calls != oldCalls || left.Schema != version && left.Schema != now {
		t.Fatalf("%s: left %+v, %v", until, left, err)
	}
	if left.Schema == now {
		wholeCopy(t, path, until, version)
	}
	db, err := Open(t.Context(), path)
	if err != nil {
		t.Fatalf("%s: %v", until, err)
	}
	if n := count(t, db, "call"); n != oldCalls {
		t.Errorf("%s: %d calls after the next start", until, n)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if copies := wholeCopy(t, path, until, version); copies != 1 {
		t.Errorf("%s: %d copies are left of one upgrade", until, copies)
	}
	if _, err := os.Stat(path + partOfCopy); err == nil {
		t.Errorf("%s: half a copy is still there", until)
	}
	return left.Schema
}

// wholeCopy wants a copy of the file as it was before the upgrade, and says how many there are.
func wholeCopy(t *testing.T, path, until string, version int) int {
	t.Helper()
	copies, err := filepath.Glob(fmt.Sprintf("%s.schema%d-*Z", path, version))
	if err != nil || len(copies) == 0 {
		t.Fatalf("%s: no copy of before the upgrade, %v", until, err)
	}
	for _, c := range copies {
		if was, err := Inspect(t.Context(), c); err != nil || was.Calls != oldCalls || was.Schema != version {
			t.Errorf("%s: copy %+v, %v", until, was, err)
		}
	}
	return len(copies)
}

// A full disk refuses an upgrade, says what to do, and leaves the file as it was, without half a copy or a needless whole one.
func TestUpgradeOnAFullDisk(t *testing.T) {
	folder := t.TempDir()
	first := filepath.Join(folder, "first.db")
	version := older(t, first)
	info, err := os.Stat(first)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		room int64 // beside the file
	}{{"no room for the copy", info.Size() / 2}, {"room for the copy only", info.Size() + 100_000}} {
		t.Run(c.name, func(t *testing.T) {
			small := t.TempDir()
			if err := syscall.Mount("tmpfs", small, "tmpfs", 0, fmt.Sprintf("size=%d", (info.Size()+c.room)/4096*4096)); err != nil {
				t.Skipf("no small disk can be made here: %v", err)
			}
			t.Cleanup(func() {
				if err := syscall.Unmount(small, 0); err != nil {
					t.Error(err)
				}
			})
			path := filepath.Join(small, "hotline.db")
			body, err := os.ReadFile(first)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, body, 0o600); err != nil {
				t.Fatal(err)
			}
			db, err := Open(t.Context(), path)
			if err == nil {
				db.Close()
				t.Fatal("it was upgraded without room")
			}
			if !strings.Contains(err.Error(), "make room") {
				t.Errorf("it says %v", err)
			}
			if left, err := Inspect(t.Context(), path); err != nil || left.Schema != version || left.Calls != oldCalls {
				t.Errorf("left %+v, %v", left, err)
			}
			if copies, _ := filepath.Glob(path + ".schema*"); len(copies) != 0 {
				t.Errorf("copies left: %v", copies)
			}
		})
	}
}

// A newer file is refused by everything that opens one, in both languages, and is not touched.
func TestNewerSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hotline.db")
	db := open(t, path)
	if _, err := db.durable.db.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	opens := map[string]func() error{
		"Open":       func() error { _, err := Open(t.Context(), path); return err },
		"OpenTool":   func() error { _, err := OpenTool(t.Context(), path); return err },
		"OpenReader": func() error { _, err := OpenReader(t.Context(), path); return err },
		"Inspect":    func() error { _, err := Inspect(t.Context(), path); return err },
	}
	for name, open := range opens {
		var schema *SchemaError
		if err := open(); !errors.As(err, &schema) || schema.Has != 99 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for lang, text := range map[string]string{"fr": schema.FR(), "en": schema.Error()} {
			for _, want := range []string{"99", fmt.Sprintf("%s.schema%d-", path, schema.Wanted), "hotline restore"} {
				if !strings.Contains(text, want) {
					t.Errorf("%s, %s: %q is missing in %s", name, lang, want, text)
				}
			}
		}
	}
}

// A copy made while calls are written is a database of one moment: each call in it is open with its place, or closed with its
// charge. And the writer does not wait for it.
func TestCopyWhileCallsAreWritten(t *testing.T) {
	db := fresh(t)
	surcharged(t, db)
	j := db.Journal()
	var written atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		for i := 0; ctx.Err() == nil; i++ {
			r := record(fmt.Sprintf("call-%06d", i), "+33892400300")
			if err := errors.Join(j.Open(t.Context(), r.Contact, customerLeg(r.ID), place(r.ID, "menu", 1)), j.Close(t.Context(), r)); err != nil {
				ended <- err
				return
			}
			written.Add(1)
		}
		ended <- nil
	}()
	for written.Load() < 200 {
		select {
		case err := <-ended:
			t.Fatal(err)
		case <-time.After(time.Millisecond):
		}
	}
	least := written.Load()
	copied := filepath.Join(t.TempDir(), "copy.db")
	c, err := Copy(t.Context(), db.Path(), copied)
	most := written.Load()
	stop()
	if err := errors.Join(err, <-ended); err != nil {
		t.Fatal(err)
	}
	if int64(c.Calls) < least || int64(c.Calls) > most+1 {
		t.Errorf("the copy has %d calls, of %d to %d that were written", c.Calls, least, most)
	}
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("rights of the copy: %v, %v", info.Mode(), err)
	}
	checkAfterKill(t, open(t, copied), map[string]string{"call-000000": "closed"})
	if _, err := Copy(t.Context(), db.Path(), copied); !errors.Is(err, os.ErrExist) {
		t.Errorf("a second copy over the first: %v", err)
	}
}

// What Replace puts aside is whole: a log that was not yet in the file is in it, or beside it when the file is damaged.
func TestReplace(t *testing.T) {
	folder := t.TempDir()
	path, kept := filepath.Join(folder, "hotline.db"), filepath.Join(folder, "hotline.db.kept")
	db := open(t, path)
	begin(t, db.Journal(), contact("01A", "+33809400100"))
	by := filepath.Join(folder, "by.db")
	want, err := Copy(t.Context(), path, by)
	if err != nil {
		t.Fatal(err)
	}
	begin(t, db.Journal(), contact("01B", "+33809400100"))
	if _, err := Take(t.Context(), path); !errors.Is(err, ErrInUse) {
		t.Errorf("taken from a running daemon: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	h, err := Take(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	tool, err := OpenTool(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Replace(t.Context(), by, kept); !errors.Is(err, ErrOpen) {
		t.Errorf("replaced under another program: %v", err)
	}
	if err := tool.Close(); err != nil {
		t.Fatal(err)
	}
	if err := h.Replace(t.Context(), by, kept); err != nil {
		t.Fatal(err)
	}
	if err := h.Release(); err != nil {
		t.Fatal(err)
	}
	if got, err := Inspect(t.Context(), path); err != nil || !cmp.Equal(got, want) {
		t.Errorf("in place: %+v, %v, want %+v", got, err, want)
	}
	if was, err := Inspect(t.Context(), kept); err != nil || was.Calls != 2 {
		t.Errorf("put aside: %+v, %v", was, err)
	}
}
