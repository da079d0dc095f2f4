package billing

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Every table that is written is read back as it was, whatever stands in it.
func TestWriteIsReadBack(t *testing.T) {
	data, _, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	day, end := time.Date(2026, 10, 31, 23, 0, 0, 0, time.UTC), time.Date(2026, 11, 24, 9, 30, 1, 250_000_000, time.UTC)
	open, closed := Span{From: day}, Span{From: day, Until: end}
	data.Contracts = []ContractRow{{Name: "=cmd|' /C calc'!A1", Rule: Rule{Seconds: SecondDown, PerSecond: true, Amount: HalfEven, Dropped: 2}}}
	data.Services = []ServiceRow{
		{Number: "+33892400300", Step: "D080", Price: Price{PerMinute: 800_000}, Contract: "-1+1", Announcement: "self", Purpose: "paid_advice",
			Source: "a \"b\"; c,\nd", Span: closed},
		{Number: "3635", Step: StepNormal, Source: "'x", Span: open},
		{Number: "116006", Step: StepFree, Source: "@SUM(A1)", Span: open},
		{Number: "+33895123456", Price: Price{PerCall: 112_000, PerMinute: 118_001, Free: 56, First: 1, Next: 30, Least: 5, Most: 3 * Euro}, Adult: true,
			Source: "=1", Span: open},
	}
	data.Owner = []OwnerRow{
		{Number: "+590590123456", Kind: Cost, Origin: FromMobile, Price: Price{PerMinute: 30_000}, Source: "s", Span: open},
		{Step: "A299", Kind: Payout, Price: Price{PerCall: 2 * Euro}, Tax: TaxIncluded, Source: "s", Span: closed},
		{Kind: Ordinary, Origin: FromAbroad, Tax: TaxIncluded, Contract: "x", Source: "s", Span: open},
	}
	data.Trunks = []TrunkRow{{Trunk: "operator", Prefix: "+44", Price: Price{PerMinute: 10_000, First: 60, Next: 1}, Source: "s", Span: open},
		{Trunk: "operator", Source: "s", Span: closed}}
	for _, comma := range ",;" {
		readBack(t, data, comma)
	}
}

func readBack(t *testing.T, data Data, comma rune) {
	t.Helper()
	var again Data
	for _, table := range Tables() {
		var file bytes.Buffer
		if err := data.Write(&file, table, comma); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(file.String(), string(comma)+"=") || strings.Contains(file.String(), "\n=") || strings.Contains(file.String(), "\n-") {
			t.Errorf("%s has a cell that a spreadsheet runs:\n%s", table, file.String())
		}
		known, more, problems := Read(&file, time.Time{}, "file")
		if known != table || len(problems) > 0 {
			t.Errorf("%s is read as %s: %v", table, known, problems)
		}
		if more.Rows() != data.Count(table) {
			t.Errorf("%s: %d rows of %d", table, more.Rows(), data.Count(table))
		}
		again = again.Join(more, 0)
	}
	if left := data.New(again); left.Rows() != 0 {
		t.Errorf("not said already:\n%+v", left)
	}
	if missing := again.New(data); missing.Rows() != 0 {
		t.Errorf("not read back:\n%+v", missing)
	}
}

func TestDefuse(t *testing.T) {
	for cell, want := range map[string]string{"": "", "0892": "0892", "=1+1": "'=1+1", "+44": "'+44", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "'": "'", "a=1": "a=1"} {
		if got := Defuse(cell); got != want || Fuse(got) != cell {
			t.Errorf("%q becomes %q and %q, want %q", cell, got, Fuse(got), want)
		}
	}
}

// Rows of several files keep apart by their lines.
func TestJoinCountsLinesOn(t *testing.T) {
	a, b := Data{Trunks: []TrunkRow{{Line: 2}}}, Data{Trunks: []TrunkRow{{Line: 2}, {Line: 3}}}
	both := a.Join(b, 10)
	if diff := cmp.Diff([]TrunkRow{{Line: 2}, {Line: 12}, {Line: 13}}, both.Trunks); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if a.Trunks[0].Line != 2 || b.Trunks[0].Line != 2 {
		t.Error("what was joined has changed")
	}
}

func TestNewLeavesOutWhatIsThere(t *testing.T) {
	old, _, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	span := Span{From: Reform()}
	old.Services = []ServiceRow{{Number: "+33892400300", Step: "D080", Price: Price{PerMinute: 800_000}, FromRules: true, Span: span}}
	more := Data{Services: []ServiceRow{
		{Number: "+33892400300", Price: Price{PerMinute: 800_000}, Span: span, Line: 2}, // without its step
		{Number: "+33892400300", Price: Price{PerMinute: 400_000}, Span: span, Line: 3},
	}}
	if got := old.New(more); len(got.Services) != 1 || got.Services[0].Line != 3 {
		t.Errorf("%+v", got.Services)
	}
}

// A free number may be said to be free.
func TestFreeNumberIsFree(t *testing.T) {
	for category, free := range map[Category]bool{Free: true, EmergencyService: true, OperatorFunction: true, Normal: false, Geographic: false, Surcharged: false} {
		r := Range{Prefix: "0800", Category: category}
		if why := r.Allows(Price{}, StepFree); (why == nil) != free {
			t.Errorf("%s: %v", category, why)
		}
	}
}

// A row may name the step of a number and leave the price to the table of steps.
func TestStepAlonePricesANumber(t *testing.T) {
	data, _, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"number,step,valid_from\n0892400300,D080,2026-11-01\n", "number,price,step,valid_from\n0892400300,,D080,2026-11-01\n"} {
		_, more, problems := Read(strings.NewReader(file), time.Time{}, "file")
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		merged := data.Merge(more)
		if problems := merged.Check(); len(problems) > 0 || merged.Services[0].Price != (Price{PerMinute: 800_000}) {
			t.Errorf("%q: %+v, %v", file, merged.Services, problems)
		}
	}
}
