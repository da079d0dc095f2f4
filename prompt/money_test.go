package prompt

import "testing"

func TestEuros(t *testing.T) {
	for micro, want := range map[int64][2]string{
		0: {"zéro euro", "zero euros"}, 1 * cent: {"un centime", "one cent"}, 5 * cent: {"cinq centimes", "five cents"},
		21 * cent: {"vingt et un centimes", "twenty-one cents"}, 61 * cent: {"soixante et un centimes", "sixty-one cents"},
		71 * cent: {"soixante et onze centimes", "seventy-one cents"}, 80 * cent: {"quatre-vingts centimes", "eighty cents"},
		81 * cent: {"quatre-vingt-un centimes", "eighty-one cents"}, 99 * cent: {"quatre-vingt-dix-neuf centimes", "ninety-nine cents"},
		100 * cent: {"un euro", "one euro"}, 101 * cent: {"un euro et un centime", "one euro and one cent"},
		150 * cent: {"un euro cinquante", "one euro fifty"}, 180 * cent: {"un euro quatre-vingts", "one euro eighty"},
		200 * cent: {"deux euros", "two euros"}, 299 * cent: {"deux euros quatre-vingt-dix-neuf", "two euros ninety-nine"},
		305 * cent: {"trois euros et cinq centimes", "three euros and five cents"}, 2100 * cent: {"vingt et un euros", "twenty-one euros"},
		8000 * cent: {"quatre-vingts euros", "eighty euros"}, 20000 * cent: {"deux cents euros", "two hundred euros"},
		20100 * cent: {"deux cent un euros", "two hundred and one euros"}, 28000 * cent: {"deux cent quatre-vingts euros", "two hundred and eighty euros"},
		99999 * cent:   {"neuf cent quatre-vingt-dix-neuf euros quatre-vingt-dix-neuf", "nine hundred and ninety-nine euros ninety-nine"},
		1200 * euro:    {"mille deux cents euros", "one thousand two hundred euros"},
		million * euro: {"un million d'euros", "one million euros"},
		million*euro + 50*cent: {
			"un million d'euros cinquante", "one million euros fifty",
		},
		125_000:   {"douze virgule cinq centimes", "twelve point five cents"},
		5_000:     {"zéro virgule cinq centime", "zero point five cents"},
		1:         {"zéro virgule zéro zéro zéro un centime", "zero point zero zero zero one cents"},
		15_000:    {"un virgule cinq centime", "one point five cents"},
		1_005_000: {"un euro et zéro virgule cinq centime", "one euro and zero point five cents"},
		2_512_500: {"deux euros et cinquante et un virgule deux cinq centimes", "two euros and fifty-one point two five cents"},
		(Most+1)*euro + 5*cent: {
			"1000000000,05 euros", "1000000000.05 euros",
		},
		-125_000: {"-0,125 euro", "-0.125 euros"},
	} {
		if got := [2]string{Euros("fr", micro), Euros("en", micro)}; got != want {
			t.Errorf("%d micro-euro: %q, want %q", micro, got, want)
		}
	}
}

func TestPriceWords(t *testing.T) {
	for p, want := range map[Price][2]string{
		{PerMinute: 80 * cent}:                      {"quatre-vingts centimes par minute", "eighty cents per minute"},
		{PerCall: 299 * cent}:                       {"deux euros quatre-vingt-dix-neuf par appel", "two euros ninety-nine per call"},
		{PerMinute: euro}:                           {"un euro par minute", "one euro per minute"},
		{PerCall: 299 * cent, PerMinute: 50 * cent}: {"deux euros quatre-vingt-dix-neuf par appel, puis cinquante centimes par minute", "two euros ninety-nine per call, then fifty cents per minute"},
		{}: {"gratuit", "free of charge"},
	} {
		if got := [2]string{p.Words("fr"), p.Words("en")}; got != want {
			t.Errorf("%+v: %q, want %q", p, got, want)
		}
	}
}

// TestPriceText: the words around the price are not ours to choose.
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
