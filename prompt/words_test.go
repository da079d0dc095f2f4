package prompt

import "testing"

func TestEuros(t *testing.T) {
	for cents, want := range map[int64]string{
		0: "zéro euro", 1: "un centime", 5: "cinq centimes", 12: "douze centimes", 15: "quinze centimes", 17: "dix-sept centimes",
		20: "vingt centimes", 21: "vingt et un centimes", 22: "vingt-deux centimes", 35: "trente-cinq centimes",
		40: "quarante centimes", 50: "cinquante centimes", 60: "soixante centimes", 61: "soixante et un centimes",
		70: "soixante-dix centimes", 71: "soixante et onze centimes", 72: "soixante-douze centimes", 79: "soixante-dix-neuf centimes",
		80: "quatre-vingts centimes", 81: "quatre-vingt-un centimes", 90: "quatre-vingt-dix centimes",
		91: "quatre-vingt-onze centimes", 99: "quatre-vingt-dix-neuf centimes",
		100: "un euro", 101: "un euro et un centime", 150: "un euro cinquante", 180: "un euro quatre-vingts", 200: "deux euros",
		299: "deux euros quatre-vingt-dix-neuf", 300: "trois euros", 305: "trois euros et cinq centimes", 2100: "vingt et un euros",
		8000: "quatre-vingts euros", 10000: "cent euros", 10100: "cent un euros", 18000: "cent quatre-vingts euros",
		20000: "deux cents euros", 20100: "deux cent un euros", 28000: "deux cent quatre-vingts euros",
		99999: "neuf cent quatre-vingt-dix-neuf euros quatre-vingt-dix-neuf",
	} {
		if got := Euros(cents * cent); got != want {
			t.Errorf("%d cents: %q, want %q", cents, got, want)
		}
	}
	for micro, want := range map[int64]string{
		125_000: "0,125 euro", 1: "0,000001 euro", 1_005_000: "1,005 euro", 2_500_001: "2,500001 euros", 1_200_000_000: "1200 euros",
	} {
		if got := Euros(micro); got != want {
			t.Errorf("%d micro-euro: %q, want %q", micro, got, want)
		}
	}
}

func TestPriceText(t *testing.T) {
	const begin, end = "Bonjour, après le bip sonore, vous serez facturé un service à ",
		" en plus du prix de l'appel. La prochaine fois, appuyez sur dièse pour ne pas écouter ce message."
	for want, p := range map[string]Price{
		"quatre-vingts centimes par minute":                                     {PerMinute: 80 * cent},
		"deux euros quatre-vingt-dix-neuf":                                      {PerCall: 299 * cent},
		"deux euros quatre-vingt-dix-neuf, puis cinquante centimes par minute,": {PerCall: 299 * cent, PerMinute: 50 * cent},
	} {
		if got := p.Text(); got != begin+want+end {
			t.Errorf("%+v: %q, want %q", p, got, begin+want+end)
		}
	}
}
