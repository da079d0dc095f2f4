package billing

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"hotline/number"
)

// traffic is a book with 200 prefixes and 40 steps, each number with three dated prices, and a mixed set of 4,096 calls:
// free, grey, surcharged by minute and by call, short codes, from fixed lines, mobiles, overseas, abroad and withheld.
func traffic(tb testing.TB) (*Book, []Call) {
	tb.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	began := time.Date(2015, 10, 1, 0, 0, 0, 0, time.UTC)
	var d Data
	var called []number.Number
	add := func(prefix string, length int, c Category) {
		d.Ranges = append(d.Ranges, RangeRow{Range: Range{Prefix: prefix, Length: length, Category: c, Capped: true, PerMinute: 800_000, PerCall: 3_000_000}, Span: Span{From: began}})
		n := number.Number("+33" + (prefix + "0000000000")[1:10])
		if length == 4 {
			n = number.Number((prefix + "00")[:4])
		}
		called = append(called, n)
	}
	for i := range 180 {
		add(fmt.Sprintf("08%02d%d", i%100, i/100), 10, []Category{Free, Normal, Surcharged, Surcharged}[i%4])
	}
	for i := range 20 {
		add(fmt.Sprintf("3%d%d", 2+i/10, i%10), 4, ShortAny)
	}
	for i := range 40 {
		p := Price{PerMinute: Money(50_000 + 10_000*i)}
		if i%4 == 3 {
			p = Price{PerCall: Money(50_000 + 50_000*i)}
		}
		d.Steps = append(d.Steps, StepRow{Code: fmt.Sprintf("S%02d", i), Price: p, Verified: true, Span: Span{From: began}})
		d.Owner = append(d.Owner, OwnerRow{Step: fmt.Sprintf("S%02d", i), Kind: Payout, Price: Price{PerMinute: p.PerMinute / 2, PerCall: p.PerCall / 2}, Span: Span{From: began}})
	}
	for i, n := range called {
		for year := range 3 {
			step := d.Steps[(i+year)%len(d.Steps)]
			d.Services = append(d.Services, ServiceRow{Number: n, Step: step.Code, Price: step.Price,
				Span: Span{From: began.AddDate(4*year, 0, 0), Until: began.AddDate(4*year+4, 0, 0)}})
		}
	}
	for o, p := range []Money{FromFixed: 10_000, FromMobile: 30_000, FromAbroad: 50_000} {
		if p != 0 {
			d.Owner = append(d.Owner, OwnerRow{Kind: Cost, Origin: Origin(o), Price: Price{PerMinute: p}, Span: Span{From: began}})
		}
	}
	d.VAT = []VATRow{{Rate: 2000, Span: Span{From: began}}}
	book, err := NewBook(d, "bench")
	if err != nil {
		tb.Fatal(err)
	}
	callers := []number.Number{"+33140000100", "+33612345678", "+33712345678", "", "+442071234567", "+590690123456", "+262262123456", "+33912345678"}
	calls := make([]Call, 4096)
	for i := range calls {
		answered := began.Add(time.Duration(random.Int64N(int64(11 * 365 * 24 * time.Hour))))
		calls[i] = Call{Number: called[random.IntN(len(called))], From: callers[random.IntN(len(callers))], Answered: answered,
			Ended: answered.Add(time.Duration(random.Int64N(int64(20 * time.Minute))))}
	}
	return book, calls
}

// BenchmarkRate is all that a call's charge takes once the tables are in memory: the longest prefix, the price of the number
// and the terms of the contract valid at the answer, and the arithmetic.
func BenchmarkRate(b *testing.B) {
	book, calls := traffic(b)
	unrated := 0
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if charge := book.Rate(calls[i&4095]); charge.Unrated != Rated || len(charge.Lines()) == 0 {
			unrated++
		}
	}
	if unrated > 0 {
		b.Errorf("%d of %d calls were not rated", unrated, b.N)
	}
}

// BenchmarkRateStranger is the same for numbers of which the tables say nothing but their range.
func BenchmarkRateStranger(b *testing.B) {
	book, calls := traffic(b)
	for i := range calls {
		calls[i].Number = calls[i].Number[:len(calls[i].Number)-1] + "9"
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		book.Rate(calls[i&4095])
	}
}

// BenchmarkImport checks and merges a file of ten thousand prices and as many rows of contracts into tables of the same size.
func BenchmarkImport(b *testing.B) {
	d, _, err := Shipped()
	if err != nil {
		b.Fatal(err)
	}
	rows := func(from time.Time) (more Data) {
		for i := range 10_000 {
			n := number.Number(fmt.Sprintf("+3389%07d", i))
			more.Services = append(more.Services, ServiceRow{Number: n, Price: Price{PerMinute: 800_000}, Span: Span{From: from}})
			more.Owner = append(more.Owner, OwnerRow{Number: n, Kind: Payout, Price: Price{PerMinute: 460_000}, Span: Span{From: from}})
		}
		return more
	}
	d = d.Merge(rows(Reform()))
	more := rows(Reform().AddDate(5, 0, 0))
	for b.Loop() {
		merged := d.Merge(more)
		if err := Errors(merged.Check()); err != nil || len(merged.Services) != 20_000 {
			b.Fatal(err)
		}
		if _, err := NewBook(merged, "x"); err != nil {
			b.Fatal(err)
		}
	}
}
