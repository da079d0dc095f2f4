package routing

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"hotline/number"
)

func TestParsePattern(t *testing.T) {
	for text, want := range map[string]Pattern{
		"06 12 34 56 78": "+33612345678", "+33 6 12 34 56 78": "+33612345678", "+44 20 7123 4567": "+442071234567",
		"0899*": "0899*", "+33 8 99*": "0899*", "+33(0)899*": "", "0033899*": "0899*", "+33162*": "0162*", "+44*": "+44*", "0044 20*": "+4420*", "0590*": "0590*",
		"hidden": HiddenCallers, "Masqué": HiddenCallers, "": "", "x": "", "06123": "", "3635": "", "101": "", "*": "", "+*": "", "0*": "", "+33*": "", "899*": "",
		"08x9*": "", "+1234567890123456*": "", "06*12": "", "**": "",
	} {
		p, err := ParsePattern(text)
		if p != want || (err == nil) == (want == "") {
			t.Errorf("%q is %q, %v; want %q", text, p, err, want)
		}
	}
	if _, err := ParsePattern("+33*"); !errors.Is(err, ErrEverybody) {
		t.Error(err)
	}
}

func TestBroad(t *testing.T) {
	for p, want := range map[Pattern]bool{"+33612345678": false, "0612345*": false, "06123*": true, "+44*": true, "+44207123*": false, "+4420712*": true, HiddenCallers: true} {
		if p.Broad() != want {
			t.Errorf("%s is broad: %v", p, !want)
		}
	}
}

// TestMatch: the block that says most of a number meets it, and says the same as Meets.
func TestMatch(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	var list []Block
	for p, until := range map[Pattern]time.Time{"+33612345678": now, "0612*": {}, "06*": {}, "+44*": now.Add(time.Second), "+590*": {}, "0262*": {}} {
		list = append(list, Block{Pattern: p, Until: until})
	}
	blocks := NewBlocks(list)
	for caller, want := range map[number.Number]Pattern{
		"+33612345678": "0612*", // whose own block has expired
		"+33699999999": "06*", "+442071234567": "+44*", "+33140000000": "", "+590590123456": "+590*", "+262262123456": "0262*", "+262692123456": "06*", "3635": "", "": "", "+4": "",
	} {
		p, met := blocks.Match(caller, now)
		if met != (want != "") || met && p != want || met && !p.Meets(caller) {
			t.Errorf("%s meets %q, want %q", caller, p, want)
		}
	}
	if _, met := blocks.Match("+442071234567", now.Add(time.Second)); met {
		t.Error("it has expired")
	}
	if p, met := NewBlocks([]Block{{Pattern: HiddenCallers}}).Match("", now); !met || p != HiddenCallers {
		t.Error(p, met)
	}
}

// BenchmarkBlocked looks a caller up among 10 000 blocks, half of them beginnings, none of which meets.
func BenchmarkBlocked(b *testing.B) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	var list []Block
	for i := range 5000 {
		list = append(list, Block{Pattern: Pattern(fmt.Sprintf("+336%08d", i))}, Block{Pattern: Pattern(fmt.Sprintf("08%06d*", i))})
	}
	blocks := NewBlocks(list)
	for b.Loop() {
		if _, met := blocks.Match("+33712345678", now); met {
			b.Fatal("met")
		}
	}
}
