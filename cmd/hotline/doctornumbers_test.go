package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/config"
	"hotline/number"
	"hotline/store"
)

// arrival is a number that so many calls came in for.
func arrival(arrived string, calls int) store.Arrival {
	return store.Arrival{Switch: "pbx", Arrived: arrived, Calls: calls, Last: time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)}
}

func TestDoctorNumbers(t *testing.T) {
	rules, problems := config.LoadRules(examples + "rules.yaml")
	if problems.Errors() {
		t.Fatal(problems.Err())
	}
	for name, c := range map[string]struct {
		arrivals []store.Arrival
		want     []string // what is not well
		lines    string   // of the last finding
	}{
		"none yet":          {nil, []string{"numbers:unseen"}, ""},
		"all known":         {[]store.Arrival{arrival("0140000101", 3), arrival("33805400200", 1)}, nil, ""},
		"an unknown one":    {[]store.Arrival{arrival("0140000101", 3), arrival("0140100300", 1)}, []string{"number_unknown:warning"}, "08 92 40 03 00:\n  arrives_as: [01 40 10 03 00]"},
		"of a known list":   {[]store.Arrival{arrival("0155000101", 1)}, []string{"number_unknown:warning"}, "08 09 40 01 00:\n  arrives_as: [01 40 00 01 01, 01 55 00 01 01]"},
		"like none of ours": {[]store.Arrival{arrival("0140000101", 1), arrival("33805400200", 1), arrival("0892400300", 2), arrival("0987654321", 1)}, []string{"number_unknown:warning"}, "01 40 00 01 00:\n  arrives_as: [09 87 65 43 21]"},
		"one too many": {[]store.Arrival{arrival("0140000101", 1), arrival("0805400200", 1), arrival("0892400300", 2), arrival("0140000100", 2), arrival("0987654321", 1)},
			[]string{"number_unknown:warning"}, "09 87 65 43 21: {service: ventes}"},
		"no number":                {[]store.Arrival{arrival("s", 1)}, []string{"number_unknown:warning"}, ""},
		"the same on two switches": {[]store.Arrival{arrival("0140100300", 1), {Switch: "annexe", Arrived: "0140100300", Calls: 2}}, []string{"number_unknown:warning"}, "08 92 40 03 00:\n  arrives_as: [01 40 10 03 00]"},
	} {
		found := house{rules: rules, database: database{exists: true, arrivals: c.arrivals}}.numbersFindings()
		if diff := cmp.Diff(c.want, bad(found)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if got := strings.Join(found[len(found)-1].lines, "\n"); got != c.lines {
			t.Errorf("%s: it advises %q, want %q", name, got, c.lines)
		}
		if len(c.arrivals) > 0 && len(found[0].rows) != len(c.arrivals) {
			t.Errorf("%s: %d rows", name, len(found[0].rows))
		}
		speaks(t, found)
	}
}

func TestSameEnd(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"+33140000101", "+33809400100", 0}, {"", "1", 0}, {"123", "123", 3}, {"9123", "8123", 3}} {
		if got := sameEnd(number.Number(c.a).String(), c.b); got != c.want {
			t.Errorf("%q and %q share %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
