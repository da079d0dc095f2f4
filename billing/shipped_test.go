package billing

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/number"
)

func book(t testing.TB, more ...Data) *Book {
	t.Helper()
	d, version, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range more {
		d = d.Merge(m)
	}
	if err := Errors(d.Check()); err != nil {
		t.Fatal(err)
	}
	b, err := NewBook(d, version)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestShippedPlan(t *testing.T) {
	b := book(t)
	today := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	if len(b.Version()) != 12 {
		t.Errorf("version %q", b.Version())
	}
	for _, c := range []struct {
		number             number.Number
		category           Category
		perMinute, perCall Money
	}{
		{"+33805400200", Free, 0, 0},
		{"+33809400100", Normal, 0, 0},
		{"+33810810810", Surcharged, 60_000, 150_000},
		{"+33825300500", Surcharged, 200_000, 500_000},
		{"+33892701234", Surcharged, 800_000, 3_000_000},
		{"+33895701234", Surcharged, 800_000, 3_000_000},
		{"+33836123456", DataSpecial, 0, 0},
		{"+33140000100", Geographic, 0, 0},
		{"+33162123456", VerifiedCanvass, 0, 0},
		{"+590947512345", VerifiedCanvass, 0, 0},
		{"+33612345678", Mobile, 0, 0},
		{"+262692123456", Mobile, 0, 0},
		{"+590590123456", Geographic, 0, 0},
		{"3014", Free, 0, 0},
		{"3008", OperatorFunction, 0, 0},
		{"3179", OperatorFunction, 0, 0},
		{"3635", ShortAny, 800_000, 3_000_000},
		{"1014", ShortAny, 800_000, 3_000_000},
		{"3535", UnassignedShort, 0, 0},
		{"116000", Free, 0, 0},
		{"118218", Surcharged, 800_000, 3_000_000},
		{"112", EmergencyService, 0, 0},
		{"+337001234567890", M2MMobile, 0, 0},
		{"+442071234567", International, 0, 0},
	} {
		r, ok := b.Plan(today).Find(c.number)
		if !ok || r.Category != c.category || r.PerMinute != c.perMinute || r.PerCall != c.perCall {
			t.Errorf("%s is %s, %+v, want %s", c.number, r.Category, r, c.category)
		}
	}
	for _, n := range []number.Number{"+33700123456", "4567", ""} {
		if r, ok := b.Plan(today).Find(n); ok {
			t.Errorf("%q is in the plan: %+v", n, r)
		}
	}
}

// The plan is dated: the ceilings of directory enquiries came in 2021, the families of today in 2015.
func TestShippedPlanIsDated(t *testing.T) {
	b := book(t)
	for _, c := range []struct {
		number number.Number
		at     string
		in     bool
		capped bool
	}{
		{"118218", "2021-07-31 23:59:59", true, false},
		{"118218", "2021-08-01", true, true},
		{"+33820123456", "2015-09-30 23:59:59", true, false},
		{"+33820123456", "2015-10-01", true, true},
		{"+33820123456", "2012-07-17", true, false},
		{"+33820123456", "2012-07-16 23:59:59", false, false},
	} {
		at, err := ParseDay(c.at)
		if err != nil {
			t.Fatal(err)
		}
		if r, ok := b.Plan(at).Find(c.number); ok != c.in || r.Capped != c.capped {
			t.Errorf("%s at %s: in the plan %t, capped %t", c.number, c.at, ok, r.Capped)
		}
	}
}

func TestShippedStepsWithoutEvidence(t *testing.T) {
	d, _, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	verified, unverified := 0, 0
	for _, s := range d.Steps {
		if s.Verified {
			verified++
		} else {
			unverified++
		}
	}
	if verified != 24 || unverified != 20 {
		t.Errorf("%d steps with evidence and %d without", verified, unverified)
	}
}

// A newer version of the shipped tables changes what the older one said, from now on, and nothing that somebody entered.
func TestUpdate(t *testing.T) {
	now, later := Reform().AddDate(5, 0, 0), Reform().AddDate(6, 0, 0)
	row := func(prefix string, perMinute Money, s Span, shipped bool) RangeRow {
		return RangeRow{Range: Range{Prefix: prefix, Length: 10, Category: Surcharged, Capped: true, PerMinute: perMinute}, Span: s, Shipped: shipped}
	}
	since := Span{From: Reform()}
	first := Data{Ranges: []RangeRow{row("081", 1, since, true), row("082", 1, since, true), row("089", 1, since, true)}}
	have := Data{}.Update(first, now)
	if len(have.Ranges) != 3 || !have.Ranges[0].From.Equal(Reform()) {
		t.Fatalf("first load: %+v", have.Ranges)
	}
	have = have.Merge(Data{Ranges: []RangeRow{row("082", 7, Span{From: now}, false)}})
	have = have.Update(Data{Ranges: []RangeRow{row("081", 2, since, true), row("082", 2, since, true), row("083", 1, since, true)}}, later)
	want := map[string]bool{}
	for _, r := range []RangeRow{
		row("081", 1, Span{Reform(), later}, true), row("081", 2, Span{From: later}, true), // changed
		row("082", 1, Span{Reform(), now}, true), row("082", 7, Span{From: now}, false), // somebody's own
		row("083", 1, since, true),                 // new
		row("089", 1, Span{Reform(), later}, true), // gone
	} {
		want[r.Prefix+r.Span.String()+r.PerMinute.String()] = true
	}
	for _, r := range have.Ranges {
		key := r.Prefix + r.Span.String() + r.PerMinute.String()
		if !want[key] {
			t.Errorf("has %s", key)
		}
		delete(want, key)
	}
	if len(want) > 0 {
		t.Errorf("lacks %v", want)
	}
}

// What a version plans begins unless a later version takes it back, and what somebody entered for a time ends in what is
// shipped by then.
func TestUpdatePlans(t *testing.T) {
	at := func(years int) time.Time { return Reform().AddDate(years, 0, 0) }
	vat := func(rate BasisPoints, from, until int, shipped bool) VATRow {
		r := VATRow{Rate: rate, Span: Span{From: at(from)}, Shipped: shipped}
		if until > 0 {
			r.Until = at(until)
		}
		return r
	}
	one := Data{VAT: []VATRow{vat(2000, 0, 0, true)}}
	planned := Data{VAT: []VATRow{vat(2000, 0, 8, true), vat(2100, 8, 0, true)}}
	for _, c := range []struct {
		name string
		have Data
		more Data
		want string
	}{
		{"planned", Data{}.Update(one, at(1)), planned, "2000 2015-10-01..2023-10-01; 2100 2023-10-01.."},
		{"taken back", Data{}.Update(planned, at(1)), one, "2000 2015-10-01.."},
		{"entered for a time", Data{}.Update(one, at(1)).Merge(Data{VAT: []VATRow{vat(850, 3, 9, false)}}), planned,
			"2000 2015-10-01..2018-10-01; 850 2018-10-01..2024-10-01; 2100 2024-10-01.."},
	} {
		d := c.have.Update(c.more, at(5))
		slices.SortFunc(d.VAT, func(a, b VATRow) int { return a.From.Compare(b.From) })
		var got []string
		for _, r := range d.VAT {
			got = append(got, fmt.Sprint(int(r.Rate), " ", r.Span))
		}
		if text := strings.Join(got, "; "); text != c.want {
			t.Errorf("%s: %s, want %s", c.name, text, c.want)
		}
	}
}
