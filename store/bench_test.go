package store

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hotline/billing"
)

func benchStore(b *testing.B) *DB {
	b.Helper()
	db, err := Open(b.Context(), filepath.Join(b.TempDir(), "hotline.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	own := []billing.Own{{Number: "+33892400300", Price: perMinute(800_000), Rates: []billing.OwnRate{rate(billing.Payout, billing.AnyOrigin, 460_000)}}}
	if _, err := db.SetPrices(b.Context(), own, at(-86_400)); err != nil {
		b.Fatal(err)
	}
	return db
}

// BenchmarkFsync is what the disk itself takes to make four kilobytes durable, to compare the next ones with.
func BenchmarkFsync(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "file"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	for b.Loop() {
		if _, err := f.Write(page); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "fsync/s")
}

// BenchmarkClose measures one call from its close to its charge being on the disk, one after the other.
func BenchmarkClose(b *testing.B) {
	db := benchStore(b)
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

// BenchmarkCloseTogether is the same when many calls end at the same time: they share commits. p50 and p99 are from the close of one
// call until it is on the disk.
func BenchmarkCloseTogether(b *testing.B) {
	db := benchStore(b)
	j := db.Journal()
	var next atomic.Int64
	var mu sync.Mutex
	var took []time.Duration
	b.SetParallelism(16) // times the number of processors
	b.RunParallel(func(pb *testing.PB) {
		var mine []time.Duration
		for pb.Next() {
			r := record(fmt.Sprintf("call-%09d", next.Add(1)), "+33892400300")
			began := time.Now()
			if err := j.Close(b.Context(), r); err != nil {
				b.Error(err)
			}
			mine = append(mine, time.Since(began))
		}
		mu.Lock()
		took = append(took, mine...)
		mu.Unlock()
	})
	slices.Sort(took)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// benchRecords is how many records the benchmarks of a large database have.
func benchRecords(b *testing.B) int {
	b.Helper()
	text := os.Getenv("HOTLINE_BENCH_RECORDS")
	if text == "" {
		return 10_000_000
	}
	records, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return records
}

// BenchmarkWriteBesideCopy is what calls notice of a backup: how long it takes to write a place, which a call waits for 50 ms
// at the most, and to close a call, alone and while the database is copied.
func BenchmarkWriteBesideCopy(b *testing.B) {
	db := benchStore(b)
	fillReport(b, db, benchRecords(b))
	if err := errors.Join(exec.Command("sync").Run(), db.Close()); err != nil { // what the filling left to be written is not measured
		b.Fatal(err)
	}
	db, err := Open(b.Context(), db.Path())
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	j := db.Journal()
	began := time.Now()
	write := func(until <-chan struct{}) (places, closes []time.Duration) {
		tick := time.NewTicker(5 * time.Millisecond) // a house with many calls
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-until:
				slices.Sort(places)
				slices.Sort(closes)
				return places, closes
			case <-tick.C:
			}
			r := record(fmt.Sprintf("call-%d-%09d", time.Since(began), i), "+33892400300")
			start := time.Now()
			if err := j.Open(b.Context(), r.Contact, r.Legs[0], place(r.ID, "menu", 1)); err != nil {
				b.Fatal(err)
			}
			places = append(places, time.Since(start))
			start = time.Now()
			if err := j.Close(b.Context(), r); err != nil {
				b.Fatal(err)
			}
			closes = append(closes, time.Since(start))
		}
	}
	tell := func(name string, places, closes []time.Duration) {
		late := 0
		for _, d := range places {
			if d > 50*time.Millisecond {
				late++
			}
		}
		for what, took := range map[string][]time.Duration{"place": places, "close": closes} {
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, name+"-"+what+"-p99-ms")
			b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, name+"-"+what+"-max-ms")
		}
		b.ReportMetric(float64(late)/float64(len(places))*100, name+"-late-%")
	}
	for b.Loop() {
		copied := make(chan struct{})
		var took time.Duration
		go func() {
			defer close(copied)
			start := time.Now()
			if _, err := Copy(b.Context(), db.Path(), filepath.Join(b.TempDir(), "copy.db")); err != nil {
				b.Error(err)
			}
			took = time.Since(start)
		}()
		places, closes := write(copied)
		tell("beside", places, closes)
		b.ReportMetric(took.Seconds(), "copy-s")
	}
	alone := make(chan struct{})
	time.AfterFunc(3*time.Second, func() { close(alone) })
	places, closes := write(alone)
	tell("alone", places, closes)
}

// BenchmarkReport reads a day, a month and a year of a company whose totals are those of many records: HOTLINE_BENCH_RECORDS,
// ten million unless it says otherwise, on 200 numbers and 100 agents over a year.
func BenchmarkReport(b *testing.B) {
	db := benchStore(b)
	fillReport(b, db, benchRecords(b))
	year := Period{time.Date(2026, 1, 1, 0, 0, 0, 0, billing.Paris()), time.Date(2027, 1, 1, 0, 0, 0, 0, billing.Paris())}
	day := Period{time.Date(2026, 5, 5, 0, 0, 0, 0, billing.Paris()), time.Date(2026, 5, 6, 0, 0, 0, 0, billing.Paris())}
	for _, c := range []struct {
		name   string
		scope  Scope
		period Period
		by     By
		of     string
	}{
		{"DayByNumber", ByNumber, day, ByName, ""}, {"MonthByNumber", ByNumber, Month(2026, time.May), ByName, ""}, {"YearByNumber", ByNumber, year, ByName, ""},
		{"YearByMonth", ByNumber, year, ByMonth, ""}, {"YearByAgent", ByAgent, year, ByName, ""}, {"YearOfOneNumberByDay", ByNumber, year, ByDay, "+33892400007"},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				rows, err := db.Totals(b.Context(), c.scope, c.period, c.by, c.of)
				if err != nil || len(rows) == 0 {
					b.Fatalf("%d rows, %v", len(rows), err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/report")
		})
	}
	b.Run("WithoutTotals", func(b *testing.B) { // what the totals save: the same from the records
		for b.Loop() {
			var calls []int64
			if err := db.read.Select(&calls, "SELECT sum(talked_ms) FROM call GROUP BY number"); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/report")
	})
}

// fillReport writes records as SQL can: a year of calls, and the totals that belong to them.
func fillReport(b *testing.B, db *DB, records int) {
	b.Helper()
	for _, query := range []string{
		"PRAGMA synchronous = OFF",
		`INSERT INTO call (id, switch, switch_start, service, number, arrived, caller, caller_name, caller_hidden, rules_version, opened,
			closed, agent, queue, waited_ms, talked_ms)
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
			SELECT printf('01JD%022d', i), 'pbx', 1, 'conseil', '+33892400' || printf('%03d', i % 200), '0892400300', '+33612345678', '', 0, '15',
			1767222000000 + i % 365 * 86400000 + i % 36000 * 1000, 1767222000000 + i % 365 * 86400000 + i % 36000 * 1000 + 183000,
			'agent' || (i % 100), 'conseil', 12000, 171000 FROM n`,
		`INSERT INTO day_total (scope, day, name, calls, answered, talked, waited_ms, talked_ms, seconds, caller, caller_vat, payout, payout_vat,
			cost, cost_vat, unrated, payout_unknown, cost_unknown)
			SELECT 'number', CAST(strftime('%Y%m%d', opened / 1000 + 3600, 'unixepoch') AS INTEGER), number, count(*), count(*), count(*),
			sum(waited_ms), sum(talked_ms), count(*) * 183, count(*) * 2440000, count(*) * 406667, count(*) * 1403000, count(*) * 280600, 0, 0, 0, 0, 0
			FROM call GROUP BY 2, 3`,
		`INSERT INTO day_total SELECT 'agent', CAST(strftime('%Y%m%d', opened / 1000 + 3600, 'unixepoch') AS INTEGER), agent, count(*), count(*), count(*),
			sum(waited_ms), sum(talked_ms), count(*) * 183, count(*) * 2440000, count(*) * 406667, count(*) * 1403000, count(*) * 280600, 0, 0, 0, 0, 0
			FROM call GROUP BY 2, 3`,
	} {
		var args []any
		if records > 0 && query[:11] == "INSERT INTO" && query[12:16] == "call" {
			args = append(args, records)
		}
		if _, err := db.durable.db.Exec(query, args...); err != nil {
			b.Fatalf("%s: %v", query, err)
		}
	}
	var size int64
	if err := db.read.Get(&size, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d records, %d MB", records, size/1_000_000)
}
