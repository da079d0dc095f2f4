package store

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const killPath = "HOTLINE_TEST_KILL_DB"

// TestKilledWriter writes calls without end, and says which it has acknowledged, until TestKill kills it.
func TestKilledWriter(t *testing.T) {
	path := os.Getenv(killPath)
	if path == "" {
		t.Skip("a part of TestKill, which starts it as a program of its own")
	}
	db, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	j := db.Journal()
	for i := 0; ; i++ {
		r := record(fmt.Sprintf("call-%06d", i), "+33892400300")
		begin(t, j, r.Contact)
		fmt.Println("opened", r.ID)
		if err := j.Close(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		fmt.Println("closed", r.ID)
	}
}

// After a kill -9 at a random moment, everything acknowledged is there, once, and each call is either open with its place
// or closed with its charge.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hotline.db")
	first := open(t, path)
	surcharged(t, first)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	writer := exec.Command(os.Args[0], "-test.run=^TestKilledWriter$")
	writer.Env = append(os.Environ(), killPath+"="+path)
	said, err := writer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[string]string{}
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if what, id, ok := strings.Cut(lines.Text(), " "); ok && strings.HasPrefix(id, "call-") {
			acknowledged[id] = what
		}
		if len(acknowledged) == 100 {
			if err := writer.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	for lines.Scan() { // what it had said before it died
		if what, id, ok := strings.Cut(lines.Text(), " "); ok && len(id) == len("call-000000") {
			acknowledged[id] = what
		}
	}
	if err := writer.Wait(); err == nil {
		t.Fatal("the writer was not killed")
	}
	if len(acknowledged) < 100 {
		t.Fatalf("only %d calls were written", len(acknowledged))
	}
	checkAfterKill(t, open(t, path), acknowledged)
}

func checkAfterKill(t *testing.T, db *DB, acknowledged map[string]string) {
	t.Helper()
	records, err := db.Records(t.Context(), Filter{Open: true})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, r := range records {
		found[r.ID] = true
		closed := !r.Closed.IsZero()
		if closed != (len(r.Ratings) == 1 && len(r.Ratings[0].Lines()) == 3) {
			t.Errorf("%s: closed %t with ratings %v", r.ID, closed, r.Ratings)
		}
		if acknowledged[r.ID] == "closed" && !closed {
			t.Errorf("%s was acknowledged as closed and is open", r.ID)
		}
	}
	for id := range acknowledged {
		if !found[id] {
			t.Errorf("%s was acknowledged and is lost", id)
		}
	}
	saved, err := db.Journal().Saved(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range saved {
		if s.Place.Node == "" || len(s.Legs) != 1 {
			t.Errorf("%s is open without its place or leg: %+v", s.ID, s)
		}
	}
	if places := count(t, db, "place"); places != len(saved) {
		t.Errorf("%d places for %d open calls", places, len(saved))
	}
}
