package billing

import (
	"strings"
	"testing"

	"hotline/number"
)

// plan is a piece of the French plan with its traps: a longer prefix of another length, a longer prefix inside a range.
func plan(t testing.TB) Plan {
	t.Helper()
	p, err := NewPlan([]Range{
		{Prefix: "0800", Length: 10, Category: Free, Capped: true},
		{Prefix: "0809", Length: 10, Category: Normal, Capped: true},
		{Prefix: "081", Length: 10, Category: Surcharged, Capped: true, Ceiling: Price{PerMinute: 60_000, PerCall: 150_000}},
		{Prefix: "089", Length: 10, Category: Surcharged, Capped: true, Ceiling: Price{PerMinute: 800_000, PerCall: 3_000_000}},
		{Prefix: "083", Length: 10, Category: "data_special"},
		{Prefix: "01", Length: 10, Category: Geographic, Capped: true},
		{Prefix: "05", Length: 10, Category: Geographic, Capped: true},
		{Prefix: "07", Length: 10, Category: Mobile, Capped: true},
		{Prefix: "0700", Length: 14, Category: "m2m_mobile"},
		{Prefix: "30", Length: 4, Category: Free, Capped: true},
		{Prefix: "3008", Length: 4, Category: OperatorFunction, Capped: true},
		{Prefix: "36", Length: 4, Category: ShortAny, Capped: true, Ceiling: Price{PerMinute: 800_000, PerCall: 3_000_000}},
		{Prefix: "118", Length: 6, Category: Surcharged, Capped: true, Ceiling: Price{PerMinute: 800_000, PerCall: 3_000_000}},
		{Prefix: "112", Length: 3, Category: EmergencyService, Capped: true},
		{Prefix: "+", Category: International},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPlanFind(t *testing.T) {
	p := plan(t)
	for _, c := range []struct {
		number number.Number
		prefix string // "" for none
	}{
		{"+33800123456", "0800"},
		{"+33809400100", "0809"},
		{"+33810810810", "081"},
		{"+33892400300", "089"},
		{"+33836123456", "083"},
		{"+33801123456", ""}, // not in this piece of the plan
		{"+33140000100", "01"},
		{"+590590123456", "05"}, // Guadeloupe is 0590
		{"+33712345678", "07"},
		{"+337001234567890", "0700"},
		{"+33700123456", ""}, // the longest prefix is 0700 and has 14 digits; 07 is not tried
		{"3014", "30"},
		{"3008", "3008"},
		{"3635", "36"},
		{"118218", "118"},
		{"112", "112"},
		{"119", ""},
		{"+442071234567", "+"},
		{"+3389240030", ""}, // a digit short
		{"", ""},
		{"abc", ""},
	} {
		r, ok := p.Find(c.number)
		if ok != (c.prefix != "") || r.Prefix != c.prefix {
			t.Errorf("Find(%q) = %q, %t; want %q", c.number, r.Prefix, ok, c.prefix)
		}
	}
	if _, ok := (Plan{}).Find("+33892400300"); ok {
		t.Error("the zero plan knows a number")
	}
}

func TestNewPlanRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		ranges []Range
		want   string
	}{
		{"twice", []Range{{Prefix: "0892"}, {Prefix: "0892"}}, "prefix 0892 stands there twice"},
		{"letters", []Range{{Prefix: "08x"}}, `prefix "08x" is not made of digits`},
		{"empty", []Range{{Prefix: ""}}, `prefix "" is not made of digits`},
	} {
		if _, err := NewPlan(c.ranges); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestRangeCheck(t *testing.T) {
	p := plan(t)
	for _, c := range []struct {
		number number.Number
		price  Price
		want   string // "" when allowed
	}{
		{"+33892400300", Price{PerMinute: 800_000}, ""},
		{"+33892400300", Price{PerMinute: 800_001}, "0.800001 EUR/min is above the ceiling of 089: 0.80 EUR/min"},
		{"+33892400300", Price{PerCall: 3_000_000}, ""},
		{"+33892400300", Price{PerCall: 3_000_001}, "3.000001 EUR/call is above the ceiling of 089: 3.00 EUR/call"},
		{"+33810810810", Price{PerMinute: 90_000}, "0.09 EUR/min is above the ceiling of 081: 0.06 EUR/min"},
		{"+33800123456", Price{PerMinute: 10_000}, "0.01 EUR/min is above the ceiling of 0800: 0.00 EUR/min"},
		{"+33800123456", Price{}, ""},
		{"+33836123456", Price{PerMinute: 1}, "a number in 083 (data_special) has no service price"},
		{"+33836123456", Price{}, ""},
	} {
		r, _ := p.Find(c.number)
		err := r.Check(c.price)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s at %s: %v, want %q", c.number, c.price, err, c.want)
		}
	}
}
