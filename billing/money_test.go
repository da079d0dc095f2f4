package billing

import (
	"math"
	"strings"
	"testing"
)

func TestMoneyFormat(t *testing.T) {
	for _, c := range []struct {
		m        Money
		decimals int
		fr, en   string
	}{
		{2_440_000, 6, "2,440000 €", "EUR 2.440000"},
		{2_440_000, 2, "2,44 €", "EUR 2.44"},
		{800_000, 2, "0,80 €", "EUR 0.80"},
		{5, 6, "0,000005 €", "EUR 0.000005"},
		{4_999, 2, "0,00 €", "EUR 0.00"},
		{5_000, 2, "0,01 €", "EUR 0.01"},
		{-5_000, 2, "-0,01 €", "-EUR 0.01"},
		{-4_999, 2, "0,00 €", "EUR 0.00"},
		{999_995_000, 2, "1000,00 €", "EUR 1000.00"},
		{1_500_000, 0, "2 €", "EUR 2"},
		{0, 6, "0,000000 €", "EUR 0.000000"},
		{math.MinInt64, 6, "-9223372036854,775808 €", "-EUR 9223372036854.775808"},
	} {
		if got := c.m.FR(c.decimals); got != c.fr {
			t.Errorf("%d micro-euro in French: %q, want %q", int64(c.m), got, c.fr)
		}
		if got := c.m.EN(c.decimals); got != c.en {
			t.Errorf("%d micro-euro in English: %q, want %q", int64(c.m), got, c.en)
		}
	}
}

func TestParsePrice(t *testing.T) {
	for text, want := range map[string]Price{
		"0.80 EUR/min":                {PerMinute: 800_000},
		"0,80 EUR/min":                {PerMinute: 800_000},
		"0.80 €/min":                  {PerMinute: 800_000},
		"0,80\u00a0€/min":             {PerMinute: 800_000},
		"0.80EUR / minute":            {PerMinute: 800_000},
		"EUR 0.80/min":                {PerMinute: 800_000},
		"2.99 EUR/call":               {PerCall: 2_990_000},
		"2,99 €/appel":                {PerCall: 2_990_000},
		"3 EUR/call":                  {PerCall: 3_000_000},
		"0.000001 EUR/min":            {PerMinute: 1},
		"2.99 EUR/call+2.99 EUR/min":  {PerCall: 2_990_000, PerMinute: 2_990_000},
		"2.99 €/appel + 2.99 EUR/min": {PerCall: 2_990_000, PerMinute: 2_990_000},
		"0 EUR/min":                   {},
		"0.112 EUR/call + 0.118 EUR/min after 56 s":            {PerCall: 112_000, PerMinute: 118_000, Free: 56},
		"0,14 €/min après 30 s":                                {PerMinute: 140_000, Free: 30},
		"0.10 EUR/min by 60/30 s":                              {PerMinute: 100_000, First: 60, Next: 30},
		"0.10 EUR/min by 60/30 s at least 0.05 EUR":            {PerMinute: 100_000, First: 60, Next: 30, Least: 50_000},
		"0,10 €/min, au moins 0,05 €, au plus 3 €":             {PerMinute: 100_000, Least: 50_000, Most: 3_000_000},
		"1 €/appel + 0,1 €/min après 9s par 6/6s au plus 24 €": {PerCall: 1_000_000, PerMinute: 100_000, Free: 9, First: 6, Next: 6, Most: 24_000_000},
	} {
		got, err := ParsePrice(text)
		if err != nil || got != want {
			t.Errorf("ParsePrice(%q) = %+v, %v; want %+v", text, got, err, want)
			continue
		}
		for _, form := range []string{got.String(), got.FR(), got.EN()} {
			if again, err := ParsePrice(form); err != nil || again != want {
				t.Errorf("ParsePrice(%q) = %+v, %v; it was written for %+v", form, again, err, want)
			}
		}
	}
}

func TestParsePriceRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "per minute or per call?",
		"0.80 EUR":                  "per minute or per call?",
		"0.80/min":                  "the currency is missing",
		"0.80 USD/min":              "the currency is missing",
		"0.80 EUR/hour":             `"hour" is neither min nor call`,
		"-0.80 EUR/min":             `"-0.80" is no amount`,
		".80 EUR/min":               `".80" is no amount`,
		"0. EUR/min":                `"0." is no amount`,
		"1e3 EUR/min":               `"1e3" is no amount`,
		"1,000.00 EUR/min":          `"1,000.00" is no amount`,
		"0.8000001 EUR/min":         "has 7 decimals, 6 at most",
		"99999 EUR/min":             "more than any call costs",
		"0.80 EUR/min+0.20 EUR/min": "two amounts per minute",
		"0.80 EUR/min+":             "per minute or per call?",
		"EUR 0.80 EUR/min":          "is no amount",
		"0x10 EUR/min":              "is no amount",
		"0 EUR/min + 0.20 EUR/min":  "two amounts per minute",
		"0.10 EUR/min by 0/60 s":    "a block has one second at least",
		"0.10 EUR/min at most 3":    "the currency is missing",
		"0.10 EUR/min at least 2 EUR at most 1 EUR": "the least is more than the most",
		"0.10 EUR/min after dinner":                 "is neither min nor call",
		strings.Repeat("9", 99) + "€":               "per minute or per call?",
	} {
		_, err := ParsePrice(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParsePrice(%q): %v; want %q in it", text, err, want)
		}
	}
}
