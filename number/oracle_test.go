package number

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nyaruka/phonenumbers"
)

// The tests of this file hold what we say about numbers against what libphonenumber says.

var update = flag.Bool("update", false, "write countries.txt from the metadata of phonenumbers")

const countriesHead = `# Written by: go test ./number -run TestCountries -update. Do not change it by hand.
# From the metadata of libphonenumber (Copyright The Libphonenumber Authors, Apache License 2.0).
`

// regions are the regions behind each country code, the main one first.
func regions(t *testing.T) map[int][]*phonenumbers.PhoneMetadata {
	t.Helper()
	all, err := phonenumbers.MetadataCollection()
	if err != nil {
		t.Fatal(err)
	}
	found := map[int][]*phonenumbers.PhoneMetadata{}
	for _, m := range all.GetMetadata() {
		code := int(m.GetCountryCode())
		if m.GetMainCountryForCode() {
			found[code] = slices.Insert(found[code], 0, m)
		} else {
			found[code] = append(found[code], m)
		}
	}
	return found
}

// TestCountries checks that countries.txt is what the version of phonenumbers in go.mod says.
func TestCountries(t *testing.T) {
	behind := regions(t)
	var lines []string
	for code, list := range behind {
		if code != 33 {
			lines = append(lines, countryLine(t, code, list))
		}
	}
	slices.Sort(lines)
	want := countriesHead + strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile("countries.txt", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, countries); diff != "" {
		t.Errorf("countries.txt is not what phonenumbers says; run go test ./number -run TestCountries -update, and look at what changes (-want +got):\n%s", diff)
	}
}

func countryLine(t *testing.T, code int, list []*phonenumbers.PhoneMetadata) string {
	t.Helper()
	var lengths []int
	trunk := true
	for _, n := range list[0].GetGeneralDesc().GetPossibleLength() {
		if all := len(strconv.Itoa(code)) + int(n); all >= 7 && all <= 15 {
			lengths = append(lengths, int(n))
		}
	}
	for _, m := range list {
		trunk = trunk && m.GetNationalPrefix() == "0" && !canBeginWithZero(t, m.GetGeneralDesc().GetNationalNumberPattern())
	}
	fields := []string{strconv.Itoa(code), strings.Trim(strings.ReplaceAll(fmt.Sprint(lengths), " ", ","), "[]"), ""}
	if trunk {
		fields[2] = "0"
	}
	forms := list[0].GetIntlNumberFormat()
	if len(forms) == 0 {
		forms = list[0].GetNumberFormat()
	}
	for _, f := range forms {
		leading := f.GetLeadingDigitsPattern()
		last := ""
		if len(leading) > 0 {
			last = leading[len(leading)-1] // the most detailed one
		}
		fields = append(fields, f.GetPattern(), last, f.GetFormat())
	}
	line := strings.Join(fields, "\t")
	if strings.Count(line, "\t") != len(fields)-1 || strings.ContainsAny(line, "\r\n") || len(lengths) == 0 {
		t.Fatalf("country code %d does not fit into a line: %q", code, line)
	}
	return line
}

// canBeginWithZero reports whether any text that begins with 0 can match the pattern.
func canBeginWithZero(t *testing.T, pattern string) bool {
	t.Helper()
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		t.Fatal(err)
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		t.Fatal(err)
	}
	seen := make([]bool, len(program.Inst))
	var from func(at uint32) bool
	from = func(at uint32) bool {
		if seen[at] {
			return false
		}
		seen[at] = true
		switch in := &program.Inst[at]; in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			return from(in.Out) || from(in.Arg)
		case syntax.InstCapture, syntax.InstNop, syntax.InstEmptyWidth:
			return from(in.Out)
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			return in.MatchRune('0')
		}
		return false
	}
	return from(uint32(program.Start))
}

// TestAbroad writes and reads numbers of every country like libphonenumber, except where it is told otherwise.
func TestAbroad(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const tries = 3
	for code, list := range regions(t) {
		if code == 33 {
			continue
		}
		c, known := countryOf(strconv.Itoa(code))
		if !known {
			t.Errorf("+%d is not in countries.txt", code)
		}
		for length := 1; length <= 16; length++ {
			for range tries {
				text := fmt.Sprintf("+%d", code)
				for range length {
					text += string(rune('0' + random.IntN(10)))
				}
				if c.trunk && text[1+len(c.code)] == '0' {
					continue // We always drop this 0, they only if what is left is a number in use.
				}
				compareAbroad(t, list[0].GetId(), text)
			}
		}
		for _, m := range list {
			for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.UNKNOWN; kind++ {
				if example := phonenumbers.GetExampleNumberForType(m.GetId(), kind); example != nil {
					compareAbroad(t, m.GetId(), phonenumbers.Format(example, phonenumbers.E164))
				}
			}
		}
	}
}

func compareAbroad(t *testing.T, region, text string) {
	t.Helper()
	theirs, err := phonenumbers.Parse(text, "ZZ")
	if err == nil && phonenumbers.Format(theirs, phonenumbers.E164) != text {
		return // They took a 1, a 7 or an 8 off that is dialled inside the country, or added an area code. We do not guess.
	}
	possible := err == nil && phonenumbers.IsPossibleNumberWithReason(theirs) == phonenumbers.IS_POSSIBLE
	ours, err := Parse(text)
	switch {
	case err != nil && possible && len(text) >= 8 && len(text) <= 16 && !strings.Contains(err.Error(), "has a number of +"):
		t.Errorf("%s: Parse(%q): %v, but libphonenumber calls it possible", region, text, err)
	case err == nil && !possible:
		t.Errorf("%s: Parse(%q) = %q, but libphonenumber calls it impossible", region, text, ours)
	case err == nil && strings.HasPrefix(ours.National(), "+"): // Overseas France is written as it is in France.
		if want := phonenumbers.Format(theirs, phonenumbers.INTERNATIONAL); ours.Pretty() != want {
			t.Errorf("%s: %q.Pretty() = %q, but libphonenumber writes %q", region, ours, ours.Pretty(), want)
		}
		if again, err := Parse(ours.Pretty()); err != nil || again != ours {
			t.Errorf("%s: Parse(%q) = %q, %v; want %q", region, ours.Pretty(), again, err, ours)
		}
	}
}

// TestFrance compares every French block of 10 000 numbers.
func TestFrance(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for block := 1000; block <= 9999; block++ {
		national := fmt.Sprintf("0%d%05d", block, random.IntN(100_000))
		forms := []string{national, "+33" + national[1:], "+33(0)" + national[1:], "0033 " + national[1:], "+33 " + national,
			national[:2] + " " + national[2:4] + "." + national[4:6] + "-" + national[6:8] + "\u00a0" + national[8:]}
		code := countryCode(national)
		for i, text := range forms {
			ours, err := Parse(text)
			if err != nil {
				t.Errorf("Parse(%q): %v", text, err)
				continue
			}
			if ours.National() != national {
				t.Errorf("%q.National() = %q, want %q", ours, ours.National(), national)
			}
			if block%len(forms) != i {
				continue // they take their time
			}
			theirs, err := phonenumbers.Parse(text, "FR")
			if err != nil {
				t.Errorf("libphonenumber cannot read %q: %v", text, err)
				continue
			}
			// Known disagreement: to them everything dialled in France is +33, also overseas France.
			if e164 := phonenumbers.Format(theirs, phonenumbers.E164); code == "33" && e164 != string(ours) {
				t.Errorf("Parse(%q) = %q, but libphonenumber reads %q", text, ours, e164)
			}
		}
	}
}

// TestOverseas checks the table of overseas France in both directions.
func TestOverseas(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	valid := func(code, rest string) bool {
		n, err := phonenumbers.Parse("+"+code+rest, "ZZ")
		return err == nil && phonenumbers.IsValidNumber(n)
	}
	inUse := map[string]bool{} // block of ours with a number that libphonenumber knows there
	for block := 1000; block <= 9999; block++ {
		for range 8 {
			rest := fmt.Sprintf("%d%05d", block, random.IntN(100_000))
			ours := countryCode("0" + rest)
			if ours != "33" && (valid(ours, rest) || ours == "508" && valid(ours, strings.TrimPrefix(rest, "508"))) {
				inUse[rest[:3]] = true
			}
			switch rest[:3] {
			case "590", "594", "596", "262", "263", "269", "508", "639", "690", "691", "692", "693", "694", "696", "697", "708", "709":
			default:
				continue
			}
			for _, code := range []string{"590", "594", "596", "262", "508"} {
				if code != ours && valid(code, rest) && !valid("33", rest) {
					t.Errorf("0%s is a number of +%s to libphonenumber, to us it is one of +%s", rest, code, ours)
				}
			}
		}
	}
	for _, prefix := range strings.Fields("590 690 691 594 694 596 696 697 262 263 269 639 692 693 508 708 709 947") {
		if !inUse[prefix] {
			t.Errorf("libphonenumber knows no number that begins with 0%s", prefix)
		}
	}
}

// TestShortCodes compares all of them. Neither list holds the other: each difference has its reason here.
func TestShortCodes(t *testing.T) {
	for digits, low := 2, 10; digits <= 6; digits, low = digits+1, low*10 {
		for n := low; n < low*10; n++ {
			text := strconv.Itoa(n)
			if digits >= 5 && text[:2] != "11" && n%211 != 0 {
				continue // a sample will do
			}
			_, err := Parse(text)
			theirs := phonenumbers.IsValidShortNumberForRegion(&phonenumbers.PhoneNumber{CountryCode: new(int32(33)), NationalNumber: new(uint64(n))}, "FR")
			var known bool
			switch {
			case digits == 4:
				known = text == "2020" // a service of one operator
			case digits == 3:
				known = text == "224" || text[0] == '6' || text[0] == '7' // services of single operators
			case digits == 5:
				known = text[0] >= '3' || strings.HasPrefix(text, "20") // texts: nobody can call these
			case digits == 6:
				known = strings.HasPrefix(text, "116") // they know 116000 and 116111, we take the whole European range
			}
			if (err == nil) != theirs && !known {
				t.Errorf("%s: our error is %v, libphonenumber calls it valid: %t", text, err, theirs)
			}
			if digits <= 3 && phonenumbers.IsEmergencyNumber(text, "FR") && !Number(text).Emergency() {
				t.Errorf("%s is an emergency number to libphonenumber, not to us", text)
			}
		}
	}
}
