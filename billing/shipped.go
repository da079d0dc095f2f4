package billing

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// The French number plan, the tariff steps and the rate of value-added tax, each row with its evidence.
//
//go:embed data/*.csv
var shipped embed.FS

// Reform is when the prices of French special numbers took their present shape (call plus service, 1 October 2015, Paris
// time). Shipped rows that say no date hold from then on.
func Reform() time.Time { return time.Date(2015, 9, 30, 22, 0, 0, 0, time.UTC) }

// Shipped returns the tables that come with the program, and the version of them. It knows ranges, steps and taxes, and no
// price of any number.
func Shipped() (Data, string, error) {
	var d Data
	hash := sha256.New()
	for _, name := range []string{"number_plan_fr.csv", "tariff_step_fr.csv", "vat_fr.csv"} {
		body, err := shipped.ReadFile("data/" + name)
		if err != nil {
			return d, "", err
		}
		hash.Write(body)
		_, more, problems := Read(bytes.NewReader(body), Reform(), name)
		if err := Errors(problems); err != nil {
			return d, "", fmt.Errorf("%s: %w", name, err)
		}
		d.Ranges = append(d.Ranges, more.Ranges...)
		d.Steps = append(d.Steps, more.Steps...)
		d.VAT = append(d.VAT, more.VAT...)
	}
	for i := range d.Ranges {
		d.Ranges[i].Shipped, d.Ranges[i].Line = true, 0
	}
	for i := range d.Steps {
		d.Steps[i].Shipped, d.Steps[i].Line = true, 0
	}
	for i := range d.VAT {
		d.VAT[i].Shipped, d.VAT[i].Line = true, 0
	}
	if err := Errors(d.Check()); err != nil {
		return d, "", err
	}
	return d, hex.EncodeToString(hash.Sum(nil))[:12], nil
}

// Update returns the data with a newer version of the shipped tables in it. From now on they say what is shipped, with its
// planned changes, wherever nobody has put something else; the past stays, and is only filled where nothing was known.
func (d Data) Update(shipped Data, now time.Time) Data {
	d.Ranges = update(d.Ranges, shipped.Ranges, now, func(r RangeRow) string { return r.Prefix }, func(r *RangeRow) (*Span, bool) { return &r.Span, r.Shipped },
		func(a, b RangeRow) bool { return a.Range == b.Range })
	d.Steps = update(d.Steps, shipped.Steps, now, func(r StepRow) string { return r.Code }, func(r *StepRow) (*Span, bool) { return &r.Span, r.Shipped },
		func(a, b StepRow) bool { return a.Price == b.Price && a.Verified == b.Verified })
	d.VAT = update(d.VAT, shipped.VAT, now, func(VATRow) bool { return true }, func(r *VATRow) (*Span, bool) { return &r.Span, r.Shipped },
		func(a, b VATRow) bool { return a.Rate == b.Rate })
	return d
}

// update does it for one table. same compares what two rows say, not how it is worded.
func update[R any, K comparable](have, want []R, now time.Time, key func(R) K, span func(*R) (*Span, bool), same func(a, b R) bool) []R {
	var out []R
	taken := map[K][]Span{} // by what somebody entered, and by the past
	for _, r := range have {
		s, shipped := span(&r)
		if shipped {
			past, some := s.and(Span{Until: now}).some()
			if !some {
				continue // it was planned, and is planned no more unless it is wanted
			}
			*s = past
		}
		taken[key(r)] = append(taken[key(r)], *s)
		out = append(out, r)
	}
	for _, r := range want {
		s, _ := span(&r)
		free := []Dated[bool]{{Span: *s}}
		for _, t := range taken[key(r)] {
			free = Clear(free, t)
		}
		for _, part := range free {
			*s = part.Span
			if i := slices.IndexFunc(out, func(o R) bool {
				before, shipped := span(&o)
				return shipped && key(o) == key(r) && before.Until.Equal(s.From) && same(o, r)
			}); i >= 0 { // it goes on as it was
				before, _ := span(&out[i])
				before.Until = s.Until
				continue
			}
			out = append(out, r)
		}
	}
	return out
}
