package config

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A dated list holds each price from midnight in Paris, winter and summer.
func TestDatedPrices(t *testing.T) {
	data, err := os.ReadFile("../examples/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(data), "price: 0.80 EUR/min", "price: [0.35 EUR/min, {from: 2026-12-01, price: 0.80 EUR/min}, {from: 2027-07-01, price: normal}]", 1)
	rules, problems := ParseRules("rules.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	winter, summer := time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC), time.Date(2027, 6, 30, 22, 0, 0, 0, time.UTC)
	got := rules.Lines[2].Price
	if diff := cmp.Diff(Prices{{Text: "0.35 EUR/min"}, {winter, "0.80 EUR/min"}, {summer, "normal"}}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, c := range []struct {
		at            time.Time
		price, charge string
	}{
		{winter.Add(-time.Millisecond), "0.35 EUR/min", "0.35 EUR/min"}, {winter, "0.80 EUR/min", "0.80 EUR/min"},
		{summer.Add(-time.Millisecond), "0.80 EUR/min", "0.80 EUR/min"}, {summer, "normal", ""},
	} {
		if p, s := got.At(c.at), got.SurchargeAt(c.at); p != c.price || s != c.charge {
			t.Errorf("at %s: %q and %q", c.at, p, s)
		}
	}
}
