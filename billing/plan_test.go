package billing

import (
	"strings"
	"testing"

	"hotline/number"
)

// plan is a piece of the French plan with its traps: a longer prefix of another length, a longer prefix inside a range.
func plan(t testing.TB) *Plan {
	t.Helper()
	p, err := NewPlan([]Range{
		{Prefix: "0800", Length: 10, Category: Free, Capped: true},
		{Prefix: "0809", Length: 10, Category: Normal, Capped: true},
		{Prefix: "081", Length: 10, Category: Surcharged, Capped: true, PerMinute: 60_000, PerCall: 150_000},
		{Prefix: "089", Length: 10, Category: Surcharged, Capped: true, PerMinute: 800_000, PerCall: 3_000_000},
		{Prefix: "083", Length: 10, Category: DataSpecial},
		{Prefix: "01", Length: 10, Category: Geographic, Capped: true},
		{Prefix: "05", Length: 10, Category: Geographic, Capped: true},
		{Prefix: "07", Length: 10, Category: Mobile, Capped: true},
		{Prefix: "0700", Length: 14, Category: M2MMobile},
		{Prefix: "30", Length: 4, Category: Free, Capped: true},
		{Prefix: "3008", Length: 4, Category: OperatorFunction, Capped: true},
		{Prefix: "36", Length: 4, Category: ShortAny, Capped: true, PerMinute: 800_000, PerCall: 3_000_000},
		{Prefix: "118", Length: 6, Category: Surcharged, Capped: true, PerMinute: 800_000, PerCall: 3_000_000},
		{Prefix: "112", Length: 3, Category: EmergencyService, Capped: true},
		{Prefix: "+", Category: International},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &p
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
	if _, ok := (&Plan{}).Find("+33892400300"); ok {
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

func TestRangeAllows(t *testing.T) {
	p := plan(t)
	for _, c := range []struct {
		number number.Number
		price  Price
		step   string
		fr, en string // "" when allowed
	}{
		{"+33892400300", Price{PerMinute: 800_000}, "", "", ""},
		{"+33892400300", Price{PerMinute: 800_001}, "", "0,800001 €/min dépasse le plafond des 089, 0,80 €/min", "0.800001 EUR/min is above the ceiling of 089, 0.80 EUR/min"},
		{"+33892400300", Price{PerCall: 3_000_000}, "", "", ""},
		{"+33892400300", Price{PerCall: 3_000_001}, "", "3,000001 €/appel dépasse le plafond des 089, 3,00 €/appel", "3.000001 EUR/call is above the ceiling of 089, 3.00 EUR/call"},
		{"+33892400300", Price{}, "", "un 089 est surtaxé, il lui faut un prix", "a 089 is surcharged and needs a price"},
		{"+33892400300", Price{PerCall: 100_000, PerMinute: 100_000}, "",
			"0,10 €/appel + 0,10 €/min : depuis le 01/10/2015 un service se paie à l'appel ou à la seconde dès la première seconde, rien d'autre",
			"0.10 EUR/call + 0.10 EUR/min: since 1 Oct 2015 a service is paid by the call or by the second from the first second, and no other way"},
		{"+33892400300", Price{PerMinute: 100_000, First: 60, Next: 60}, "",
			"0,10 €/min par 60/60 s : depuis le 01/10/2015 un service se paie à l'appel ou à la seconde dès la première seconde, rien d'autre",
			"0.10 EUR/min by 60/60 s: since 1 Oct 2015 a service is paid by the call or by the second from the first second, and no other way"},
		{"+33810810810", Price{PerMinute: 90_000}, "", "0,09 €/min dépasse le plafond des 081, 0,06 €/min", "0.09 EUR/min is above the ceiling of 081, 0.06 EUR/min"},
		{"+33800123456", Price{PerMinute: 10_000}, "", "un 0800 est gratuit pour qui appelle, 0,01 €/min est refusé", "a 0800 is free to the caller, 0.01 EUR/min is refused"},
		{"+33800123456", Price{}, StepNormal, "un 0800 est gratuit pour qui appelle, normal est refusé", "a 0800 is free to the caller, normal is refused"},
		{"+33800123456", Price{}, "", "", ""},
		{"+33809400100", Price{PerMinute: 10_000}, "", "un 0809 coûte le prix d'un appel, 0,01 €/min est refusé", "a 0809 costs an ordinary call, 0.01 EUR/min is refused"},
		{"+33809400100", Price{}, StepFree, "un 0809 coûte le prix d'un appel, free est refusé", "a 0809 costs an ordinary call, free is refused"},
		{"+33140000100", Price{PerCall: 1}, "", "un 01 coûte le prix d'un appel, 0,000001 €/appel est refusé", "a 01 costs an ordinary call, 0.000001 EUR/call is refused"},
		{"3635", Price{PerMinute: 400_000}, "", "", ""},
		{"3635", Price{}, StepFree, "", ""},
		{"3635", Price{}, "", "dites free ou normal : un 36 sans prix peut être l'un ou l'autre", "say free or normal: a 36 without a price may be either"},
		{"112", Price{PerCall: 1}, "", "un numéro d'urgence est gratuit", "an emergency number is free"},
		{"+33836123456", Price{PerMinute: 1}, "", "les numéros en 083 (data_special) n'ont pas de prix public", "numbers in 083 (data_special) have no public price"},
	} {
		r, _ := p.Find(c.number)
		got := r.Allows(c.price, c.step)
		if (got == nil) != (c.en == "") || got != nil && (got.FR != c.fr || got.EN != c.en) {
			t.Errorf("%s at %s: %+v, want %q and %q", c.number, c.price, got, c.fr, c.en)
		}
	}
}
