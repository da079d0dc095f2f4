package store

import (
	"fmt"
	"path/filepath"
	"testing"

	"hotline/billing"
)

// BenchmarkClose measures one call from its close to its charge being on the disk, one after the other.
func BenchmarkClose(b *testing.B) {
	db, err := Open(b.Context(), filepath.Join(b.TempDir(), "hotline.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	own := []billing.Own{{Number: "+33892400300", Price: perMinute(800_000)}}
	if err := db.SetPrices(b.Context(), own, at(-86_400)); err != nil {
		b.Fatal(err)
	}
	j := db.Journal()
	for i := 0; b.Loop(); i++ {
		if err := j.Close(b.Context(), record(fmt.Sprintf("call-%09d", i), "+33892400300")); err != nil {
			b.Fatal(err)
		}
	}
	if n, want := 0, b.N; db.read.Get(&n, "SELECT count(*) FROM rating") != nil || n != want {
		b.Errorf("%d ratings for %d calls", n, want)
	}
}
