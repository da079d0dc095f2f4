package prompt

import (
	"strings"
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration][2]string{
		-time.Second:               {"zéro seconde", "zero seconds"},
		0:                          {"zéro seconde", "zero seconds"},
		time.Second:                {"une seconde", "one second"},
		1600 * time.Millisecond:    {"deux secondes", "two seconds"},
		81 * time.Second:           {"une minute et vingt et une secondes", "one minute and twenty-one seconds"},
		2 * time.Minute:            {"deux minutes", "two minutes"},
		90 * time.Minute:           {"une heure et trente minutes", "one hour and thirty minutes"},
		time.Hour + time.Second:    {"une heure et une seconde", "one hour and one second"},
		49*time.Hour + time.Minute: {"deux jours, une heure et une minute", "two days, one hour and one minute"},
	} {
		if got := [2]string{Duration("fr", d), Duration("en", d)}; got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}

func TestWait(t *testing.T) {
	for _, test := range []struct {
		low, high time.Duration
		fr, en    string
	}{
		{0, 0, "moins d'une minute", "less than one minute"},
		{20 * time.Second, 59 * time.Second, "moins d'une minute", "less than one minute"},
		{20 * time.Second, 61 * time.Second, "moins de deux minutes", "less than two minutes"},
		{20 * time.Second, 8 * time.Minute, "moins de huit minutes", "less than eight minutes"},
		{65 * time.Second, 110 * time.Second, "entre une et deux minutes", "between one and two minutes"},
		{2 * time.Minute, 4 * time.Minute, "entre deux et quatre minutes", "between two and four minutes"},
		{150 * time.Second, 200 * time.Second, "entre deux et quatre minutes", "between two and four minutes"},
		{3 * time.Minute, 3 * time.Minute, "environ trois minutes", "about three minutes"},
		{8 * time.Minute, 13 * time.Minute, "entre huit et quinze minutes", "between eight and fifteen minutes"},
		{19 * time.Minute, 22 * time.Minute, "environ vingt minutes", "about twenty minutes"},
		{55 * time.Minute, 65 * time.Minute, "environ une heure", "about one hour"},
		{40 * time.Minute, 58 * time.Minute, "entre quarante minutes et une heure", "between forty minutes and one hour"},
		{62 * time.Minute, 85 * time.Minute, "entre une heure et une heure et demie", "between one hour and one hour and a half"},
		{time.Hour, 2 * time.Hour, "entre une et deux heures", "between one and two hours"},
		{88 * time.Minute, 105 * time.Minute, "environ une heure et demie", "about one hour and a half"},
		{50 * time.Minute, 75 * time.Minute, "entre cinquante minutes et une heure et quart", "between fifty minutes and one hour and a quarter"},
		{time.Hour, 3 * time.Hour, "plus d'une heure", "more than one hour"},
		{105 * time.Minute, 121 * time.Minute, "plus d'une heure et trois quarts", "more than one hour and three quarters"},
		{5 * time.Hour, 6 * time.Hour, "plus de deux heures", "more than two hours"},
		{11 * time.Second, 3 * time.Hour, "plus d'une minute", "more than one minute"},
		{5 * time.Minute, 2 * time.Minute, "environ deux minutes", "about two minutes"}, // the wrong way round
	} {
		if got := Wait("fr", test.low, test.high); got != test.fr {
			t.Errorf("%s to %s: %q, want %q", test.low, test.high, got, test.fr)
		}
		if got := Wait("en", test.low, test.high); got != test.en {
			t.Errorf("%s to %s: %q, want %q", test.low, test.high, got, test.en)
		}
	}
}

// TestWaitsAreWellSaid looks at every wait, in steps of half a minute: nothing is said of nothing, no vowels meet, and no
// number is followed by itself.
func TestWaitsAreWellSaid(t *testing.T) {
	for low := time.Duration(0); low <= 3*time.Hour; low += 30 * time.Second {
		for high := low; high <= 3*time.Hour; high += 90 * time.Second {
			fr, en := Wait("fr", low, high), Wait("en", low, high)
			for _, bad := range []string{"  ", "zéro", "de une", "de h ", "d'o", "d'h", "d'd", "un minutes", "une minutes", "une heures"} {
				if strings.Contains(fr, bad) {
					t.Errorf("%s to %s: %q has %q", low, high, fr, bad)
				}
			}
			for _, bad := range []string{"  ", "zero", "one minutes", "one hours"} {
				if strings.Contains(en, bad) {
					t.Errorf("%s to %s: %q has %q", low, high, en, bad)
				}
			}
			if from, to, ok := strings.Cut(strings.TrimPrefix(en, "between "), " and "); ok && from == strings.TrimSuffix(to, " minutes") {
				t.Errorf("%s to %s: %q", low, high, en)
			}
		}
	}
}
